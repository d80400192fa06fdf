"""Hosts of our own in network namespaces, with a database server on a third address, whose cable can be pulled."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

NETWORK = f"10.203.{os.getpid() % 250}"
"""The first three numbers of their addresses; .1 is the database's."""


def _ip(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode == 0


@contextmanager
def hosts(number: int) -> Iterator[list[tuple[str, str]]]:
    """Make hosts that see each other; answer the name and the address of each, or none where none may be made here."""
    bridge = f"avk{os.getpid()}"[:12]
    names = [f"{bridge}h{one}" for one in range(number)]
    made = bool(shutil.which("ip")) and _ip("link", "add", bridge, "type", "bridge")
    try:
        made = made and _ip("addr", "add", f"{NETWORK}.1/24", "dev", bridge) and _ip("link", "set", bridge, "up")
        yield [(name, f"{NETWORK}.{10 + at}") for at, name in enumerate(names) if made and _host(bridge, name, at)]
    finally:
        for at, name in enumerate(names):
            _ip("netns", "del", name)
            _ip("link", "del", f"{bridge}c{at}")
        _ip("link", "del", bridge)


def _host(bridge: str, name: str, at: int) -> bool:
    cable = f"{bridge}c{at}"
    return all([
        _ip("netns", "add", name),
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name),
        _ip("link", "set", cable, "master", bridge, "up"),
        _ip("-n", name, "addr", "add", f"{NETWORK}.{10 + at}/24", "dev", "eth0"),
        _ip("-n", name, "link", "set", "eth0", "up"),
        _ip("-n", name, "link", "set", "lo", "up"),
    ])  # fmt: skip


@dataclass
class Relay:
    """Gives a database server that listens on a socket file an address in the network, until its cable is pulled."""

    target: Path
    _listening: socket.socket | None = None
    _port: int = 0
    _open: list[socket.socket] = field(default_factory=list)

    def plug_in(self) -> int:
        """Let hosts reach the server; answer the port, which stays the same."""
        self._listening = listening = socket.create_server((f"{NETWORK}.1", self._port))
        self._port = int(listening.getsockname()[1])
        Thread(target=self._serve, args=(listening,), daemon=True).start()
        return self._port

    def pull(self) -> None:
        """End every connection, and take no new one."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def _serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self.target))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError), closing(other):
        while some := one.recv(65_536):
            other.sendall(some)
        other.shutdown(socket.SHUT_RDWR)
