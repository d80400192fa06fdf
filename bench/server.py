"""Starting servers to be measured, and putting load on them with wrk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def free_port() -> int:
    """Answer a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it is, its main process, how long it took to its first answer."""

    port: int
    process: subprocess.Popen[bytes]
    seconds: float
    data: Path

    def children(self) -> list[int]:
        """Answer the process ids below the main process."""
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        parents = {int(row.split()[0]): int(row.split()[1]) for row in listed.splitlines()[1:]}
        names = {int(row.split()[0]): row for row in listed.splitlines()[1:]}
        found = [pid for pid in parents if parents[pid] == self.process.pid]
        return [pid for pid in found if "webapp.worker" not in names[pid] and "resource_tracker" not in names[pid]]

    def resident_megabytes(self, *, count: str = "Pss") -> float:
        """Answer the resident memory of the web workers together: what they share once (Pss), or each time (Rss)."""
        total = 0
        for pid in self.children():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
            total += int(re.search(rf"^{count}:\s+(\d+)", rollup, re.MULTILINE).group(1))  # type: ignore[union-attr]
        return total / 1024


def get(port: int, path: str, headers: dict[str, str] | None = None) -> bytes:
    """Fetch a page."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


def wait_for(port: int, path: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until a server answers, at most three minutes."""
    deadline = time.monotonic() + 180
    while True:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            get(port, path)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


@contextmanager
def avklart(data: Path | None = None, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run Avklart as `make run` does, on a port and data folder of its own, with more of an environment."""
    folder = data or Path(tempfile.mkdtemp(prefix="avklart-bench-"))
    port = free_port()
    environ = {**os.environ, "AVKLART_PORT": str(port), "AVKLART_DATA": str(folder), "AVKLART_ENV": "demo"}
    environ.pop("AVKLART_BASE_URL", None)
    environ |= more or {}
    began = time.perf_counter()
    process = subprocess.Popen(
        [PYTHON, "-m", "webapp", "run"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/nb/", process)
        yield Server(port, process, time.perf_counter() - began, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def granian(target: str, environ: dict[str, str], path: str) -> Iterator[int]:
    """Run a WSGI callable of the benchmark under the same server with the same workers."""
    port = free_port()
    command = [
        PYTHON, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--no-ws", "--no-log", target,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ})
    try:
        wait_for(port, path, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured."""

    per_second: float
    p99_ms: float
    failed: int


def wrk(port: int, path: str, *, connections: int, seconds: int) -> Load:
    """Put load on a page, asking as a browser does (brotli)."""
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", "Accept-Encoding: gzip, deflate, br",
        f"http://127.0.0.1:{port}{path}",
    ]  # fmt: skip
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))  # type: ignore[union-attr]
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    p99 = float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Load(rate, p99, int(failed.group(1)) if failed else 0)
