"""`avklart run` while it starts: told to stop at any moment, it stops, and leaves nothing behind (F16)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.site import until
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def processes_of(data: Path) -> list[int]:
    """Answer the processes whose environment names a data folder."""
    wanted = f"AVKLART_DATA={data}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


TOLD_AS_THE_WORKER_BEGINS = """
import os, signal, subprocess
class Popen(subprocess.Popen):
    def __init__(self, command, **settings):
        super().__init__(command, **settings)
        if "webapp.worker" in command:
            os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen = Popen
from webapp.cli import main
main()
"""


def environ_of(settings: Settings) -> dict[str, str]:
    """Answer the environment of a start with a folder and a port of its own."""
    return {
        **os.environ, "AVKLART_DATA": str(settings.data), "AVKLART_CONTENT": str(settings.content),
        "AVKLART_PORT": str(free_port()), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


needs_processes = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="the processes of this system are not files"
)


@needs_processes
def test_a_start_that_is_stopped_in_the_moment_its_worker_begins_leaves_no_worker_behind(
    site_settings: Settings,
) -> None:
    command = [sys.executable, "-c", TOLD_AS_THE_WORKER_BEGINS, "run"]
    ended = subprocess.run(command, cwd=ROOT, env=environ_of(site_settings), timeout=120, check=False)
    assert ended.returncode == 0
    assert until(lambda: processes_of(site_settings.data) == [])


@needs_processes
@pytest.mark.parametrize("said", ["content: ", "Avklart is on "])
def test_a_start_that_is_stopped_leaves_no_process_behind(site_settings: Settings, said: str) -> None:
    (site_settings.data / "avklart.db").unlink()
    command = [str(ROOT / ".venv" / "bin" / "avklart"), "run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ_of(site_settings), stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith(said):
            lines.append(process.stdout.readline())
            assert lines[-1], f"it ended at once: {lines}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert until(lambda: processes_of(site_settings.data) == [])


def test_a_port_that_somebody_listens_on_is_not_shared(settings: Settings) -> None:
    """Two servers on one port would answer in turn, and from two databases."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as our own server does it
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        environ = {**environ_of(settings), "AVKLART_PORT": port}
        ended = subprocess.run(
            [sys.executable, "-m", "webapp", "run"], cwd=ROOT, env=environ, timeout=120, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"cannot listen on 127.0.0.1, port {port}: Address already in use")
    assert not (settings.data / "avklart.db").exists()
