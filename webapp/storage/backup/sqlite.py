"""A backup of a SQLite database: a copy by SQLite itself, of one instant, while the site runs, and looked through."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from webapp.kernel.errors import StartError

WAITS_MS = 30_000


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """Make a whole copy of a database for the block; nobody but the owner reads it, and nothing of it stays.

    It is copied in one step: readers are not disturbed, and writers wait for as long as the disk takes.
    """
    beside = path.with_name(f".{path.name}.backup")
    take_away(beside)
    beside.touch(mode=0o600)
    try:
        try:
            _copy(path, beside)
        except sqlite3.OperationalError as error:
            raise StartError(f"the database could not be copied: {error}") from None
        except sqlite3.DatabaseError as error:
            raise StartError(f"the database is damaged: {error}") from None
        require_whole(beside)
        yield beside
    finally:
        take_away(beside)


def _copy(path: Path, beside: Path) -> None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as source:
        source.execute(f"PRAGMA busy_timeout = {WAITS_MS}")
        with closing(sqlite3.connect(beside)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")


def require_whole(path: Path) -> None:
    """Raise StartError where a database is damaged, or rows refer to rows that are not there."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            said = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(5)")]
            lost = [str(row[0]) for row in connection.execute("PRAGMA foreign_key_check").fetchmany(5)]
        except sqlite3.DatabaseError as error:
            said, lost = [str(error)], []
    if said != ["ok"]:
        raise StartError(f"the database is damaged: {'; '.join(said)}")
    if lost:
        raise StartError(f"the database is damaged: rows of {', '.join(sorted(set(lost)))} refer to what is not there")


def has_tables(path: Path) -> bool:
    """Tell whether a file is a database with anything in it."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
        except sqlite3.DatabaseError:
            return True


def take_away(path: Path) -> None:
    """Take a database file away, with what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
