"""Disks that can be filled: a small one, mounted where that is allowed, and SQLite's own limit on its pages."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

from tests.factories.processes import Server

MEGABYTES = 48
MOST_PAGES = 4_294_967_294
LIMIT = f"""
import os
from pathlib import Path
from sqlalchemy import Engine, event

@event.listens_for(Engine, "begin")
def limit(connection):
    if connection.dialect.name == "sqlite":
        most = 1 if Path(os.environ["AVKLART_DATA"], "full").exists() else {MOST_PAGES}
        connection.exec_driver_sql(f"PRAGMA max_page_count = {{most}}")
"""
"""Run by every Python process of the server before anything else: a limit below what there is means no page more."""


class FullDisk(Protocol):
    """Where a server's data lies, and how there comes to be no room left."""

    def server(self, folder: Path, database: Path) -> Server:
        """Answer a server whose data lies there, with a copy of a database."""
        ...

    def fill(self) -> None:
        """Leave no room."""
        ...

    def make_room(self) -> None:
        """Let there be room again."""
        ...

    def close(self) -> None:
        """Take it away."""
        ...


class SmallDisk:
    """A file system of some megabytes, filled to the last byte by a file."""

    data: Path

    @staticmethod
    def may_mount(folder: Path) -> bool:
        """Tell whether one may be mounted here."""
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
        return bool(shutil.which("mount")) and subprocess.run(mount, capture_output=True, check=False).returncode == 0

    def server(self, folder: Path, database: Path) -> Server:
        """Answer a server whose data lies on it; its log lies elsewhere."""
        self.data = folder
        shutil.copy(database, folder / "avklart.db")
        return Server(folder, log=folder.parent / "log")

    def fill(self) -> None:
        """Write until nothing more can be written."""
        with (self.data / "ballast").open("ab", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                with suppress(OSError):
                    while ballast.write(b"x" * size):
                        pass

    def make_room(self) -> None:
        """Take the file away."""
        (self.data / "ballast").unlink()

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "-l", str(self.data)], check=True)


class PageLimit:
    """A database that may have no page more: SQLite answers as it does where the disk is full."""

    data: Path

    def server(self, folder: Path, database: Path) -> Server:
        """Answer a server each of whose processes looks at a file before it begins a transaction."""
        self.data = folder
        shutil.copy(database, folder / "avklart.db")
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(LIMIT, encoding="utf-8")
        return Server(folder, log=folder / "log", more={"PYTHONPATH": str(folder / "site")})

    def fill(self) -> None:
        """Use up the pages that are free, and say that there are no more."""
        with closing(sqlite3.connect(self.data / "avklart.db", timeout=30, isolation_level=None)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)")
            while free := connection.execute("PRAGMA freelist_count").fetchone()[0]:
                connection.execute("INSERT INTO ballast VALUES (zeroblob(?))", (4096 * free,))
        (self.data / "full").touch()

    def make_room(self) -> None:
        """Let it grow again."""
        (self.data / "full").unlink()

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(FileNotFoundError):
            self.make_room()
