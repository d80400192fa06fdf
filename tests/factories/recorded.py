"""What SQLite does to the files of a folder, written down step by step, for a disk that forgets (`power`, F02).

SQLite reaches the disk through a table of functions, a VFS. Here the one in use gets a double, made the default, that
differs in what opens and deletes a file and in what writes, shortens, syncs and closes one: these do what they did, and
write down that they did; only a sync is written down and not done. What is taught this is the very library that
Python's driver is linked with.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast, pointer, string_at
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JOURNALS = 0x00000800 | 0x00004000 | 0x00080000
"""Opened as a journal of a database, of several, or one that is written ahead: its first sync is its folder's too."""
_POINTERS = "Close Read Write Truncate Sync FileSize Lock Unlock CheckReservedLock FileControl SectorSize"
_MORE = "DeviceCharacteristics ShmMap ShmLock ShmBarrier ShmUnmap Fetch Unfetch"
_OF_VFS = "Open Delete Access FullPathname DlOpen DlError DlSym DlClose Randomness Sleep CurrentTime GetLastError"
_AND_MORE = "CurrentTimeInt64 SetSystemCall GetSystemCall NextSystemCall"


class _Methods(Structure):
    """What SQLite does with an open file (`sqlite3_io_methods`)."""

    _fields_ = [("version", c_int), *((name, c_void_p) for name in f"{_POINTERS} {_MORE}".split())]


class _File(Structure):
    """An open file, as far as it is known to all (`sqlite3_file`)."""

    _fields_ = [("methods", POINTER(_Methods))]


class _Vfs(Structure):
    """How SQLite reaches the disk (`sqlite3_vfs`)."""

    _fields_ = [
        ("version", c_int), ("size", c_int), ("longest", c_int), ("next", c_void_p), ("name", c_char_p),
        ("data", c_void_p), *((name, c_void_p) for name in f"{_OF_VFS} {_AND_MORE}".split()),
    ]  # fmt: skip


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that were written to a file."""

    file: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Shortened:
    """That a file was given a size."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """That a file is on the disk now as it is, and the names of its folder too where that is said."""

    file: int
    with_folder: bool


@dataclass(frozen=True, slots=True)
class Named:
    """That a folder has a name for a file, or for none any more; its names may be synced at once."""

    name: str
    file: int | None
    with_folder: bool = False


Step = Written | Shortened | Synced | Named


@dataclass
class Recording:
    """The files of a folder as they were at first, and all that was done to them since, in its order."""

    folder: Path
    first: dict[str, bytes] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """The number of the file that has a name now."""
    files: int = 0
    """How many there have been."""

    def __post_init__(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if path.is_file():
                self.first[path.name] = path.read_bytes()
                self.number_of(path.name)

    def number_of(self, name: str) -> int:
        """Answer the number of the file that has a name; one that is not known is new."""
        if name not in self.numbers:
            self.numbers[name] = self.files
            self.files += 1
        return self.numbers[name]

    def is_here(self, path: bytes) -> bool:
        """Tell whether a path is one of a file of the folder."""
        return Path(os.fsdecode(path)).parent == self.folder

    def opened(self, path: bytes) -> int:
        """Answer the number of a file that was opened, and write down that it was made where it was."""
        name = Path(os.fsdecode(path)).name
        is_new = name not in self.numbers
        number = self.number_of(name)
        if is_new:
            self.steps.append(Named(name, number))
        return number

    def deleted(self, path: bytes, *, with_folder: bool) -> None:
        """Write down that a file has no name any more."""
        name = Path(os.fsdecode(path)).name
        self.numbers.pop(name, None)
        self.steps.append(Named(name, None, with_folder))


def _library() -> Any:
    """Answer the library that Python's driver is linked with: what the driver sees is looked up, and nothing else."""
    return ctypes.CDLL(getattr(_sqlite3, "__file__", None))


def can_record() -> bool:
    """Tell whether the driver's library lets others in: one that is built into Python itself may not."""
    return hasattr(_library(), "sqlite3_vfs_register")


@contextmanager
def recording(folder: Path) -> Iterator[Recording]:
    """Write down what SQLite does to the files of a folder; all that was opened there must be closed at the end."""
    library = _library()
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    library.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    double = _Double(Recording(folder.resolve()), library.sqlite3_vfs_find(None))
    assert library.sqlite3_vfs_register(double.vfs, 1) == 0
    try:
        yield double.recording
    finally:
        library.sqlite3_vfs_unregister(double.vfs)
        if double.files:
            _still_used.append(double)
    assert double.files == {}, "a database is still open"


_still_used: list[object] = []
"""What SQLite would look for when a file is closed after all."""


class _Double:
    """A VFS that does what another one does, and writes it down."""

    def __init__(self, recording: Recording, real: Any) -> None:
        self.recording, self.real = recording, real
        self.files: dict[int, int] = {}
        """Where a file that is open lies in memory → its number."""
        self.fresh: set[int] = set()
        """The journals among them that have not been synced yet."""
        self.tables: dict[int, _Methods] = {}
        self.used: list[object] = []
        """What SQLite calls, and Python must not throw away."""
        self.vfs = _Vfs.from_buffer_copy(real.contents)
        self.vfs.name = b"recording"
        opens, deletes = _Open(self.vfs.Open), _Delete(self.vfs.Delete)
        self.vfs.Open = self._use(_Open(lambda _vfs, *more: self._open(opens, *more)))
        self.vfs.Delete = self._use(_Delete(lambda _vfs, *more: self._delete(deletes, *more)))

    def _use(self, function: Any) -> int | None:
        self.used.append(function)
        return cast(function, c_void_p).value

    def _open(self, opens: Any, name: int | None, file: Any, flags: int, out: int | None) -> int:
        answer = int(opens(cast(self.real, c_void_p), name, file, flags, out))
        path = string_at(name) if name else b""
        if answer == 0 and self.recording.is_here(path):
            address = cast(file, c_void_p).value or 0
            self.files[address] = self.recording.opened(path)
            if flags & JOURNALS:
                self.fresh.add(address)
            own = cast(file.contents.methods, c_void_p).value or 0
            if own not in self.tables:
                self.tables[own] = self._table(file.contents.methods.contents)
            file.contents.methods = pointer(self.tables[own])
        return answer

    def _delete(self, deletes: Any, path: bytes, with_folder: int) -> int:
        answer = int(deletes(cast(self.real, c_void_p), path, with_folder))
        if answer == 0 and self.recording.is_here(path):
            self.recording.deleted(path, with_folder=bool(with_folder))
        return answer

    def _table(self, real: _Methods) -> _Methods:
        """Answer what is done with an open file, with that written down which changes what is on the disk."""
        table, steps = _Methods.from_buffer_copy(real), self.recording.steps
        write, truncate, close = _Write(real.Write), _Truncate(real.Truncate), _Close(real.Close)

        def writes(file: int, data: int, size: int, at: int) -> int:
            steps.append(Written(self.files[file], at, string_at(data, size)))
            return int(write(file, data, size, at))

        def truncates(file: int, size: int) -> int:
            steps.append(Shortened(self.files[file], size))
            return int(truncate(file, size))

        def syncs(file: int, _flags: int) -> int:
            steps.append(Synced(self.files[file], with_folder=file in self.fresh))
            self.fresh.discard(file)
            return 0  # that it was asked for is what counts: nobody waits for the real disk

        def closes(file: int) -> int:
            del self.files[file]
            self.fresh.discard(file)
            return int(close(file))

        table.Write, table.Truncate = self._use(_Write(writes)), self._use(_Truncate(truncates))
        table.Sync, table.Close = self._use(_Sync(syncs)), self._use(_Close(closes))
        return table
