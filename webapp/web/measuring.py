"""What requests are measured by: how many, of which class, with which status, how long; summed over all web processes.

Each process counts in a small file of its own below the data folder, which it holds locked for as long as it lives.
What a process counted that has ended is added to `ended`, so that no sum ever falls. No address, no name, no route.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from threading import Lock

from flask import Flask, Response, g, request

from webapp.web.access import rule_of_request

CLASSES = ("kept", "static", "public", "private", "operator", "other")
"""`kept`: answered from memory. `private`: whoever asks is known, fills something in, or is on the way in."""
STATUSES = (
    200, 204, 206, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 410, 413, 414, 421, 422, 429, 500, 503, 0,
)  # fmt: skip
"""0 counts every other one."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what took longer than the last is counted beside them."""
_COUNTS = len(CLASSES) * len(STATUSES)
_WIDTH = len(BOUNDS) + 2
_BUSY = _COUNTS + len(CLASSES) * _WIDTH
CELLS = _BUSY + 1
_BYTES = CELLS * 8
_AT = {status: number for number, status in enumerate(STATUSES)}
_CLASS = {name: number for number, name in enumerate(CLASSES)}
FOLDER, ENDED = "metrics", "ended"
_BEING_MADE = 60.0
_KINDS = {"public": "public", "operator": "operator", "signed": "other"}
EXTENSION = "avklart.meter"


class Meter:
    """Counts the requests of this process; it counts in memory only where there is no data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = Lock()
        self._cells: memoryview | None = None
        self._held: tuple[int, mmap.mmap] | None = None

    def count(self, kind: str, status: int, seconds: float | None = None) -> None:
        """Count a request; how long it took, where that was measured."""
        place, row = _CLASS[kind], _AT.get(status, _AT[0])
        with self._lock:
            cells = self._cells if self._cells is not None else self._open()
            cells[place * len(STATUSES) + row] += 1
            if seconds is not None:
                begin = _COUNTS + place * _WIDTH
                cells[begin + bisect_left(BOUNDS, seconds)] += 1
                cells[begin + _WIDTH - 1] += int(seconds * 1_000_000)

    def count_busy(self) -> None:
        """Count that the database was too busy to answer."""
        with self._lock:
            cells = self._cells if self._cells is not None else self._open()
            cells[_BUSY] += 1

    def _open(self) -> memoryview:
        cells = memoryview(bytearray(_BYTES))
        if self._data.is_dir():
            with suppress(OSError):  # a full disk stops no request
                cells = self._open_file()
        self._cells = cells.cast("Q")
        return self._cells

    def _open_file(self) -> memoryview:
        folder = self._data / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / f"{os.getpid()}-{token_hex(4)}", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.posix_fallocate(handle, 0, _BYTES)
        held = mmap.mmap(handle, _BYTES)
        self._held = (handle, held)
        gather_ended(self._data)
        return memoryview(held)


@dataclass(frozen=True, slots=True)
class Measured:
    """What all processes together have counted."""

    cells: tuple[int, ...]

    def requests(self) -> Iterator[tuple[str, int, int]]:
        """Answer class, status and number of what was asked at least once."""
        for place, kind in enumerate(CLASSES):
            for row, status in enumerate(STATUSES):
                if number := self.cells[place * len(STATUSES) + row]:
                    yield kind, status, number

    def durations(self) -> Iterator[tuple[str, list[int], float]]:
        """Answer of each class how many took at most each bound, and then all, and the sum of seconds."""
        for place, kind in enumerate(CLASSES):
            begin = _COUNTS + place * _WIDTH
            row = self.cells[begin : begin + _WIDTH]
            if any(row):
                yield kind, [sum(row[: end + 1]) for end in range(len(BOUNDS) + 1)], row[-1] / 1_000_000

    @property
    def busy(self) -> int:
        """How often the database was too busy."""
        return self.cells[_BUSY]


def measured(data: Path) -> Measured:
    """Sum what was counted by the processes that live and by those that have ended."""
    gather_ended(data)
    folder = data / FOLDER
    totals = [0] * CELLS
    for path in sorted(folder.glob("*-*")) if folder.is_dir() else ():
        _add(totals, _read(path))
    _add(totals, _read(folder / ENDED))
    return Measured(tuple(totals))


def living(data: Path) -> int:
    """Answer how many web processes that use a data folder live."""
    folder = data / FOLDER
    return sum(_is_held(path) for path in folder.glob("*-*")) if folder.is_dir() else 0


def gather_ended(data: Path) -> None:
    """Add to `ended` what processes have counted that live no more, and take their files away."""
    folder = data / FOLDER
    with suppress(OSError), _only_one(folder):
        for path in sorted(folder.glob("*-*")):
            if _is_held(path):
                continue
            totals = _read(folder / ENDED)
            _add(totals, _read(path))
            beside = folder / f".{ENDED}.new"
            beside.write_bytes(memoryview(bytearray(b"".join(cell.to_bytes(8, "little") for cell in totals))))
            path.unlink()
            beside.replace(folder / ENDED)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_held(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        made = path.stat()  # one that is just being made is not let go of
        return made.st_size < _BYTES and time.time() - made.st_mtime < _BEING_MADE
    finally:
        os.close(handle)


def _read(path: Path) -> list[int]:
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if len(data) != _BYTES:
        return [0] * CELLS
    return [int.from_bytes(data[at : at + 8], "little") for at in range(0, _BYTES, 8)]


def _add(totals: list[int], more: list[int]) -> None:
    for number, value in enumerate(more):
        totals[number] += value


def install(app: Flask, meter: Meter) -> None:
    """Count every request that Flask answers; those that are answered from memory the front counts itself."""
    app.extensions[EXTENSION] = meter

    @app.after_request
    def measure(response: Response) -> Response:
        rule = rule_of_request() if request.endpoint else None
        kind = _KINDS.get(rule.who, "private") if rule else "other"
        began = g.get("began")
        meter.count(kind, response.status_code, time.perf_counter() - began if began is not None else None)
        return response


def meter_of(app: Flask) -> Meter:
    """Answer the meter of an application."""
    found: Meter = app.extensions[EXTENSION]
    return found
