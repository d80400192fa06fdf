"""A municipality's archive: a folder into which each message is put as a folder of its own, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Protocol

from webapp.kernel.delivery import PermanentFault, TemporaryFault
from webapp.kernel.disk import sync_names

MODE = 0o750
"""Whoever fetches for the archive reads as the group of the folder."""


class Archive(Protocol):
    """Something that takes the files of a message into a municipality's archive."""

    def put(self, message_id: str, files: Mapping[str, bytes]) -> None:
        """Hand files on, by their names; raise PermanentFault or TemporaryFault where they were not taken."""
        ...


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """Puts the files of each message into a folder named by its id, on disk before it says so.

    The archive's folder is made only where it is ours: one that is missing may be a disk that is not there just now.
    """

    folder: Path
    may_make: bool = False

    def put(self, message_id: str, files: Mapping[str, bytes]) -> None:
        """Write the folder of a message; one that is there already stays as it is."""
        for name in (message_id, *files):
            if not name or name.startswith(".") or Path(name).name != name:
                raise PermanentFault("bad file name")
        ready = self.folder / message_id
        try:
            if self.may_make:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not ready.is_dir():
                self._write(ready, files)
            sync_names(self.folder)
            for left in self.folder.glob(f".{message_id}.*"):  # by a worker that was killed, or is late
                rmtree(left, ignore_errors=True)
        except OSError as error:
            raise TemporaryFault(f"archive: {error.strerror}") from None

    def _write(self, ready: Path, files: Mapping[str, bytes]) -> None:
        """Write the files beside the place where they shall be, and move them there in one step."""
        begun = Path(mkdtemp(prefix=f".{ready.name}.", dir=self.folder))
        for name, content in files.items():
            with (begun / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        begun.chmod(MODE)
        sync_names(begun)
        try:
            begun.rename(ready)
        except OSError:
            if not ready.is_dir():  # somebody else put the same message there in the meantime
                raise
