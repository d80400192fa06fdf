"""The real server in processes of its own, and browsers that do not give up when it is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from random import Random
from threading import Event
from time import monotonic
from typing import Self

from requests import RequestException, Response, Session

from tests.conftest import CONTENT
from tests.factories.servers import free_port

ROOT = Path(__file__).parent.parent.parent
WITHIN = 60.0
CALL, NEW = "/nb/ring-meg", "/nb/henvendelse/ny"
PAUSE = Event()


@dataclass
class Server:
    """The real server with two workers, started as `make run` starts it, in a group of processes of its own."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    """Where it logs; in its data folder unless it is said otherwise."""
    more: Mapping[str, str] = field(default_factory=dict)
    """More of its environment."""
    address: str = "127.0.0.1"
    within: tuple[str, ...] = ()
    """The words of a command that it is started by: on another host."""

    def environ(self) -> dict[str, str]:
        """Answer the settings that it is started with."""
        return {
            "AVKLART_HOST": self.address, "AVKLART_PORT": str(self.port), "AVKLART_BASE_URL": self.url(""),
            "AVKLART_DATA": str(self.data), "AVKLART_CONTENT": str(CONTENT),
            "AVKLART_WORKERS": "2", "AVKLART_TRUSTED_HOPS": "1",
        }  # fmt: skip

    def url(self, path: str) -> str:
        """Answer the whole address of a path."""
        return f"http://{self.address}:{self.port}{path}"

    def start(self) -> None:
        """Start it; whoever asks sees when it is ready."""
        with (self.log or self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "-m", "webapp", "run"],
                cwd=ROOT, env={**os.environ, **self.environ(), **self.more},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def processes(self) -> list[int]:
        """Answer all of its processes: the first, and those that it has started."""
        assert self.process is not None
        listed = subprocess.run(["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, check=False)
        return [int(pid) for pid in listed.stdout.split()]

    def kill(self) -> None:
        """Kill all of its processes at once."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Tell it to stop, as an operator does who starts a newer one; it ends cleanly (F16)."""
        assert self.process is not None
        with Resident(self, Queue(), "198.19.3.1") as operator:
            operator.ask("GET", "/readyz")
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(WITHIN) == 0

    def kill_worker(self, dice: Random) -> None:
        """Kill one web process; the server starts another."""
        assert self.process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout.splitlines()
        workers = [int(line.split()[0]) for line in listed if not re.search("webapp.worker|resource_tracker", line)]
        if workers:
            with suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)


@dataclass
class Resident:
    """A browser that does not give up: it asks again, with the same form, until it is answered."""

    server: Server
    attempts: Queue[str]
    network: str
    http: Session = field(default_factory=Session)

    def __enter__(self) -> Self:
        self.http.trust_env = False
        self.http.headers.update({"X-Forwarded-For": self.network, "Origin": self.server.url("")})
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Response:
        """Ask until there is an answer that is none of a broken server."""
        deadline = monotonic() + WITHIN
        while monotonic() < deadline:
            with suppress(RequestException):
                if form is not None:
                    self.attempts.put("attempt")
                found = self.http.request(method, self.server.url(path), data=form, timeout=10, allow_redirects=False)
                if found.status_code < 500:
                    return found
            while not self.is_ready() and monotonic() < deadline:
                PAUSE.wait(0.05)
        raise AssertionError(f"no answer to {path} within {WITHIN} seconds")

    def is_ready(self) -> bool:
        """Tell whether the server says that it is ready."""
        with suppress(RequestException):
            return self.http.get(self.server.url("/readyz"), timeout=10).ok
        return False

    def fill(self, path: str, **fields: str) -> Response:
        """Open a form and send it, with what it carries hidden."""
        shown = self.ask("GET", path).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
        return self.ask("POST", path, {**hidden, **fields})

    def call_me(self) -> tuple[str, str]:
        """Ask to be rung, pressing twice; answer the key of the form and the reference on the receipt."""
        shown = self.ask("GET", CALL).text
        key = re.findall(r'name="key" value="([^"]+)"', shown)[0]
        form = {"key": key, "name": "Ola Nordmann", "telephone": "400 12 345", "when": "any", "interpreter": ""}
        found = {self.ask("POST", CALL, form).headers["Location"] for _ in range(2)}
        assert len(found) == 1, "one form, two receipts"
        return key, found.pop().rpartition("/")[2]
