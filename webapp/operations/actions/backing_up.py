"""A backup: one encrypted file of the database at one instant, and of what lies beside it; made while the site runs."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from webapp import __version__
from webapp.audit import queries as audit
from webapp.kernel.clock import Clock
from webapp.kernel.disk import sync_names
from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage import marks, schema
from webapp.storage.backup import postgresql, sqlite
from webapp.storage.backup.contents import FILES, Description, Packer, file_parts, gathered
from webapp.storage.masters import Masters, read_backup_keys
from webapp.storage.session import Database

DATABASE = "database"
HEADS = f"{FILES}audit-heads.jsonl"
TRUSTED = f"{FILES}seal/trusted/"
NAME = re.compile(r"avklart-(\d{8}T\d{6}Z)\.backup")
MOST_DAYS = 35
_TRIES = 3
_log = logging.getLogger("avklart.operations")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where it lies, how large it is, and which older ones were deleted."""

    path: Path
    size: int
    deleted: tuple[Path, ...] = ()


def file_of(settings: Settings) -> Path:
    """Answer the file of a SQLite database."""
    return Path(make_url(settings.database_url).database or "")


def back_up(database: Database, settings: Settings, clock: Clock, target: Path, keep_days: int = MOST_DAYS) -> Made:
    """Write a backup to a file, or into a folder, whose backups of earlier than some days are then deleted.

    What is written has another name until it is whole and on the disk; a file that is there is never written over.
    """
    keys, at = read_backup_keys(settings), clock.now()
    path = target / f"avklart-{at.strftime(_STAMP)}.backup" if target.is_dir() else target
    with _whole_file(path) as out:
        if database.is_sqlite:
            _pack_sqlite(settings, at, out, keys)
        else:
            _pack_postgresql(database, settings, at, out, keys)
    deleted = delete_old(target, at - timedelta(days=keep_days), but=path) if target.is_dir() else ()
    size = path.stat().st_size
    _note(database, at, size)
    return Made(path, size, deleted)


def _note(database: Database, at: datetime, size: int) -> None:
    """Note that a backup was made; it is good also where the database is too busy, or too old, to be told."""
    for _ in range(_TRIES):
        try:
            with database.writing() as session:
                marks.put(session, marks.BACKUP, at, facts=f"{size} bytes")
        except DBAPIError as error:
            _log.warning("backup not noted", exc_info=error)
        else:
            return


def made_in(folder: Path) -> dict[Path, datetime]:
    """Answer the backups in a folder, and from when they are, as their names say."""
    found = {path: NAME.fullmatch(path.name) for path in sorted(folder.iterdir())} if folder.is_dir() else {}
    return {
        path: datetime.strptime(f"{match[1]}+0000", f"{_STAMP}%z") for path, match in found.items() if match is not None
    }


def delete_old(folder: Path, before: datetime, *, but: Path) -> tuple[Path, ...]:
    """Delete the backups in a folder that are from before a time; nothing else in it is touched."""
    old = tuple(path for path, at in made_in(folder).items() if at < before and path != but)
    for path in old:
        path.unlink()
    return old


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    beside = path.with_name(f".{path.name}.part")
    if path.exists():
        raise StartError(f"{path} is there already: a backup is never written over")
    try:
        beside.unlink(missing_ok=True)
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 -- a handle
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.link(beside, path)
        sync_names(path.parent)
    except OSError as error:
        raise StartError(f"the backup could not be written to {path}: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


def _description(database: Database, at: datetime) -> Description:
    revision = schema.found_in(database)
    if revision is None or not revision.isdecimal():
        raise StartError("there is nothing to back up: the database has no schema")
    with database.reading() as session:
        heads = {head.municipality: [head.sequence, head.hash] for head in audit.heads(session)}
    kind = "sqlite" if database.is_sqlite else "postgresql"
    return Description(at.isoformat(timespec="seconds"), __version__, revision, kind, heads=heads)


def _pack_sqlite(settings: Settings, at: datetime, out: BinaryIO, keys: Masters) -> None:
    path = file_of(settings)
    if not path.exists():
        raise StartError(f"there is nothing to back up: {path} is not there")
    with sqlite.copied(path) as copy:
        copied = Database(f"sqlite:///{copy}")
        description = _description(copied, at)
        copied.close()
        packer = Packer(out, keys, description)
        packer.put(DATABASE, file_parts(copy))
        _pack_files(packer, settings)
        packer.finish()


def _pack_postgresql(database: Database, settings: Settings, at: datetime, out: BinaryIO, keys: Masters) -> None:
    description = _description(database, at)
    with postgresql.snapshot(database) as connection:
        columns = postgresql.columns_of(connection)
        revision = schema.current(connection) or ""
        packer = Packer(out, keys, replace(description, schema=revision, columns=columns))
        for table, names in columns.items():
            packer.put(f"{postgresql.TABLE}{table}", gathered(postgresql.rows(connection, table, names)))
    _pack_files(packer, settings)
    packer.finish()


def _pack_files(packer: Packer, settings: Settings) -> None:
    """Put in what the database needs beside it: the heads of the audit log, and the certificates of all seals."""
    if settings.audit_heads.exists():
        packer.put(HEADS, file_parts(settings.audit_heads))
    trusted = settings.data / "keys" / "seal" / "trusted"
    for path in sorted(trusted.iterdir()) if trusted.is_dir() else ():
        data = path.read_bytes()
        if b"PRIVATE KEY" in data:
            raise StartError(f"{path} holds a key: keys never lie in a backup, so move it elsewhere")
        packer.put(f"{TRUSTED}{path.name}", [data])
