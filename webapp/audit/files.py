"""The file of heads that were written out, one JSON object a line: what a truncated or older log is found against."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from webapp.audit.domain import Head
from webapp.kernel.disk import sync_names


def line(head: Head, at: datetime) -> str:
    """Answer a head as it is written out."""
    time = at.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps({"municipality": head.municipality, "sequence": head.sequence, "hash": head.hash, "at": time})


def read(path: Path) -> tuple[list[Head], list[int]]:
    """Answer the heads in a file, oldest first, and the numbers of the lines that cannot be read."""
    heads: list[Head] = []
    unread: list[int] = []
    for number, written in enumerate(path.read_bytes().splitlines() if path.exists() else (), start=1):
        head = _head(written)
        if head is None:
            unread.append(number)
        else:
            heads.append(head)
    return heads, unread


def _head(written: bytes) -> Head | None:
    try:
        match json.loads(written):
            case {"municipality": str(municipality), "sequence": int(sequence), "hash": str(code)}:
                return Head(municipality, sequence, code)
    except ValueError:
        pass
    return None


def append(path: Path, heads: Iterable[Head], at: datetime) -> None:
    """Write heads at the end of a file, and be sure that they are on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        begin = "\n" if _is_torn(file) else ""
        file.write((begin + "".join(f"{line(head, at)}\n" for head in heads)).encode())
        file.flush()
        os.fsync(file.fileno())
    sync_names(path.parent)


def _is_torn(file: BinaryIO) -> bool:
    """Tell whether whoever wrote last was stopped in the middle of a line."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
