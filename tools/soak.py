"""A soak (F26): real processes in production's settings under a steady mix, watched for what must not grow.

    python -m tools.soak --minutes 30             what is run before a release
    python -m tools.soak --minutes 4320           72 hours, on the smallest server that is supported

Reads pages and searches, opens forms, and sends calls; every ten seconds it notes memory, open files and the size of
the journal of all processes. It ends with 1 where the 95th percentile is above half a second, a request failed, or
memory or files still grow after the first third.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from statistics import mean, quantiles
from threading import Event, Lock, Thread
from time import monotonic
from urllib.parse import urlencode

from tools.check_nginx import HERE, ROOT, Stage, ask

PAGES = (
    "/nb/",
    "/nb/abc/fall",
    "/nb/tjenester/",
    "/nb/hvem-gjor-hva?q=sn%C3%B8",
    "/nb/sok?q=trygghetsalarm",
    "/nb/ring-meg",
)
SHARE_SENT = 25
"""Of so many requests one sends a form."""
EVERY = 10.0
ALLOWED = 1.10


@dataclass
class Seen:
    """What readers met."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, status: int, seconds: float, what: str) -> None:
        """Note an answer."""
        with self.lock:
            self.statuses[status] += 1
            self.seconds.append(seconds)
            if status >= 500 or status == 0:
                self.faults.append(f"{what}: {status}")


def read(port: int, number: int, rate: float, stop: Event, seen: Seen) -> None:
    """Be one of the readers, at a steady pace, each request from a network of its own."""
    pause = 1.0 / rate
    while not stop.wait(pause):
        number += 1
        network = {"X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}"}
        path, method, body = PAGES[number % len(PAGES)], "GET", b""
        if number % SHARE_SENT == 0:
            path, method = "/nb/ring-meg", "POST"
            form = {"key": token_urlsafe(32), "name": "Ola Nordmann", "telephone": "400 12 345", "when": "any"}
            body = urlencode({**form, "interpreter": ""}).encode()
            network |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        began = monotonic()
        try:
            status = ask("http", HERE, port, path, method=method, body=body, headers=network).status
        except OSError:
            status = 0
        seen.add(status, monotonic() - began, f"{method} {path}")


def tree(pid: int) -> list[int]:
    """Answer a process and those below it."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *(one for child in listed.stdout.split() for one in tree(int(child)))]


def sample(pids: list[int], data: Path) -> tuple[float, int, int]:
    """Answer memory in MB, open files, and the journal's size in kB, of all processes together."""
    memory, files = 0.0, 0
    for pid in pids:
        try:
            memory += int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) / 1024
            files += len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 -- names are enough
        except (OSError, IndexError):
            continue
    journals = sum(path.stat().st_size for path in data.glob("avklart.db-*"))
    return memory, files, journals // 1024


def main() -> int:
    """Soak, and say how it went."""
    parser = argparse.ArgumentParser(description="Soak Avklart, and watch what must not grow.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=5.0, help="requests a second of each reader")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="avklart-soak-") as name:
        stage = Stage(Path(name))
        (stage.folder / "keys").mkdir(mode=0o700)
        (stage.folder / "keys" / "secret").write_bytes(token_bytes(48).hex().encode())
        for key in ("master", "backup"):
            stage.command("keys", "new", str(stage.folder / "keys" / key))
        stage.command("migrate", "--new")
        stage.command("content", "import")
        port = stage.ports[0]
        stage.start(port)
        worker = subprocess.Popen(
            [sys.executable, "-m", "webapp", "worker"], cwd=ROOT, env=stage.environ(port), stderr=subprocess.DEVNULL
        )
        try:
            return soak(stage, worker, told)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)
            for running in list(stage.running):
                stage.stop(running)


def soak(stage: Stage, worker: subprocess.Popen[bytes], told: argparse.Namespace) -> int:
    """Let readers read for as long as was said, and compare the last third with the second."""
    stop, seen, samples = Event(), Seen(), []
    port = stage.ports[0]
    readers = [Thread(target=read, args=(port, 1000 * number, told.rate, stop, seen)) for number in range(told.readers)]
    for reader in readers:
        reader.start()
    end = monotonic() + told.minutes * 60
    print("minute  memory MB  files  journal kB  requests")
    while monotonic() < end:
        stop.wait(min(EVERY, max(0.1, end - monotonic())))
        found = sample([*tree(stage.running[port].pid), worker.pid], stage.folder / "data")
        samples.append(found)
        if len(samples) % 6 == 1:
            minute = told.minutes - (end - monotonic()) / 60
            print(f"{minute:6.1f}  {found[0]:9.0f}  {found[1]:5}  {found[2]:10}  {len(seen.seconds):8}", flush=True)
    stop.set()
    for reader in readers:
        reader.join()
    third = max(1, len(samples) // 3)
    grown = [
        mean(one[place] for one in samples[-third:]) / max(1.0, mean(one[place] for one in samples[third : 2 * third]))
        for place in (0, 1)
    ]
    worst = quantiles(seen.seconds, n=20)[-1] if len(seen.seconds) > 1 else 0.0
    print(f"requests {len(seen.seconds)}, {dict(sorted(seen.statuses.items()))}, 95th percentile {worst * 1000:.0f} ms")
    print(f"memory x {grown[0]:.3f}, files x {grown[1]:.3f} from the second to the last third")
    faults = [*seen.faults[:5], *(["slow"] if worst > 0.5 else [])]
    faults += [f"{what} grows" for what, times in zip(("memory", "files"), grown, strict=True) if times > ALLOWED]
    print(f"NOT held: {faults}" if faults else "everything held")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
