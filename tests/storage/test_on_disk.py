"""What keys, lists and seals stand in is on the disk by its name, before anything is built on it (F02)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import NOON
from webapp.audit import files as heads
from webapp.audit.domain import Head
from webapp.gateways.seal.certificates import write_once
from webapp.storage import erasures, masters
from webapp.storage.erasures import Erasure

OLD = Erasure(erasures.REFERRAL, "fjordvik", "old", NOON)


@pytest.fixture
def names_on_disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The names, and which file each is of, that a folder had when it was last synced."""
    found: dict[str, int] = {}
    sync = os.fsync

    def fsync(handle: int) -> None:
        sync(handle)
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            found.clear()
            found.update({name: os.stat(name, dir_fd=handle).st_ino for name in os.listdir(handle)})

    monkeypatch.setattr(os, "fsync", fsync)
    return found


def shorten(path: Path) -> None:
    """Write an erasure list anew without the one line that it has."""
    erasures.write(path, [OLD])
    erasures.forget_old_lines(path, NOON.replace(year=NOON.year + 1))


def add_key(path: Path) -> None:
    """Put a key before the one of a file of keys."""
    masters.make_file(path)
    masters.add_key(path)


WRITES: dict[str, Callable[[Path], object]] = {
    "the first master key": masters.make_file,
    "a newer master key": add_key,
    "the erasure list": partial(erasures.write, erasures=[OLD]),
    "a shorter erasure list": shorten,
    "the heads of the audit log": partial(heads.append, heads=[Head("fjordvik", 1, "0" * 64)], at=NOON),
    "a certificate": partial(write_once, data=b"certificate"),
}


@pytest.mark.parametrize("what", WRITES)
def test_a_file_is_on_the_disk_by_its_name_when_it_is_said_to_be_written(
    what: str, tmp_path: Path, names_on_disk: dict[str, int]
) -> None:
    path = tmp_path / "folder" / "file"
    WRITES[what](path)
    assert names_on_disk.get("file") == path.stat().st_ino
