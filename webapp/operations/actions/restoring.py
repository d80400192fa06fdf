"""A restore: into an empty place, whole or not at all, and safe before anybody comes in (F18, F19)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action, Detail
from webapp.identity.actions import codes, sessions
from webapp.kernel.clock import Clock
from webapp.kernel.disk import sync_names
from webapp.kernel.errors import StartError
from webapp.operations.actions import erasing
from webapp.operations.actions.backing_up import DATABASE, HEADS, TRUSTED, file_of
from webapp.settings import Settings
from webapp.storage import erasures, marks, outbox_operations, schema
from webapp.storage.backup import postgresql, sqlite
from webapp.storage.backup.contents import Description, describe, unpack
from webapp.storage.key_models import DataKeyRow
from webapp.storage.keys import KeyRing
from webapp.storage.masters import Masters, open_key, read_backup_keys, read_masters
from webapp.storage.session import Database
from webapp.web.measuring import living

ALIVE = timedelta(seconds=90)
"""A worker that has said so within this time lives."""
Say = Callable[[str], object]


@dataclass(slots=True)
class Restored:
    """What a restore has done, for the operator's record of it."""

    made_at: str
    schema: str
    sessions: int = 0
    sent: int = 0
    held: int = 0
    erased: dict[str, int] = field(default_factory=dict)
    not_erased: int = 0
    unread: int = 0
    put_aside: Path | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be restored, by which keys, and where to."""

    description: Description
    keys: Masters = field(repr=False)
    masters: Masters = field(repr=False)
    listed: Path
    """The erasure list."""
    settings: Settings
    clock: Clock
    is_replacing: bool


def check(path: Path, settings: Settings) -> Description:
    """Read a whole backup and answer what it says of itself; raise StartError where it could not be restored here."""
    keys = read_backup_keys(settings)
    with _opened(path) as source:
        _require_ours(describe(source, keys), settings)
        source.seek(0)
        return unpack(source, keys, lambda _name, _data: None)


def restore(path: Path, listed: Path, settings: Settings, clock: Clock, *, is_replacing: bool) -> Restored:
    """Restore a backup, and apply an erasure list; raise StartError, and change nothing, where that cannot be."""
    keys, masters = read_backup_keys(settings), read_masters(settings)
    with _opened(path) as source:
        description = describe(source, keys)
        _require_ours(description, settings)
        source.seek(0)
        order = _Order(description, keys, masters, listed, settings, clock, is_replacing)
        found = Restored(description.made_at, description.schema)
        files = (_restore_sqlite if settings.is_sqlite else _restore_postgresql)(order, source, found)
    _put_files(files, settings)
    return found


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from None


def _require_ours(description: Description, settings: Settings) -> None:
    kind = "sqlite" if settings.is_sqlite else "postgresql"
    if description.kind != kind:
        raise StartError(f"the backup is of a {description.kind} database, and AVKLART_DATABASE_URL names a {kind} one")
    if description.schema > schema.newest():
        raise StartError(
            f"the backup has schema {description.schema}, newer than {schema.newest()}: restore it with Avklart "
            f"{description.version} or newer"
        )


def _restore_sqlite(order: _Order, source: BinaryIO, found: Restored) -> dict[str, bytes]:
    target = file_of(order.settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    _require_room(is_empty=not sqlite.has_tables(target), is_replacing=order.is_replacing, where=str(target))
    if target.exists():
        _require_quiet(order.settings, order.clock)
    staged = target.with_name(f".{target.name}.restore")
    sqlite.take_away(staged)
    files: dict[str, bytes] = {}
    try:
        with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 -- a handle
            unpack(source, order.keys, lambda name, data: _take(name, data, out, files))
            out.flush()
            os.fsync(out.fileno())
        sqlite.require_whole(staged)
        with closing(Database(f"sqlite:///{staged}")) as database:
            with database.reading() as session:
                _require_keys(session, order.masters)
            schema.migrate(database)
            make_safe(database, order, found)
        found.put_aside = _put_aside(target, order.clock.now())
        staged.replace(target)
        sync_names(target.parent)
    finally:
        sqlite.take_away(staged)
    return files


def _take(name: str, data: bytes, out: BinaryIO, files: dict[str, bytes]) -> None:
    if name == DATABASE:
        out.write(data)
    else:
        files[name] = files.get(name, b"") + data


def _put_aside(target: Path, at: datetime) -> Path | None:
    """Give the database that is replaced another name, its journal too: it would be played into the new one."""
    if not target.exists():
        return None
    aside = target.with_name(f"{target.name}.replaced-{at.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}")
    for end in ("-journal", "-wal", "-shm"):
        beside = target.with_name(f"{target.name}{end}")
        if beside.exists():
            beside.replace(aside.with_name(f"{aside.name}{end}"))
    return target.replace(aside)


def _restore_postgresql(order: _Order, source: BinaryIO, found: Restored) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    with closing(Database(order.settings.database_url)) as database:
        with database.engine.begin() as connection:
            is_empty = postgresql.is_empty(connection)
            _require_room(is_empty=is_empty, is_replacing=order.is_replacing, where="the database")
            _require_alone(connection)
            postgresql.drop_all(connection)
            _load(connection, source, order, files)
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                _require_keys(session, order.masters)
            schema.upgrade(connection, "head")
            postgresql.mark(connection, postgresql.RESTORING)
        make_safe(database, order, found)
        with database.engine.begin() as connection:
            postgresql.mark(connection, schema.newest())
    return files


def _load(connection: Connection, source: BinaryIO, order: _Order, files: dict[str, bytes]) -> None:
    with postgresql.filled(connection, order.description.schema) as take:

        def sort(name: str, data: bytes) -> None:
            table = name.removeprefix(postgresql.TABLE)
            if table == name:
                files[name] = files.get(name, b"") + data
            else:
                take(table, order.description.columns[table], data)

        unpack(source, order.keys, sort)


def _require_room(*, is_empty: bool, is_replacing: bool, where: str) -> None:
    if not is_empty and not is_replacing:
        raise StartError(
            f"there is a database in {where}: a restore goes into an empty place, or say --replace once web and worker "
            "are stopped"
        )


def _require_quiet(settings: Settings, clock: Clock) -> None:
    """Refuse to replace a database that is in use; one that cannot be read any more is in nobody's."""
    if living(settings.data):
        raise StartError("web processes run on this data folder: stop web and worker first")
    try:
        with closing(Database(settings.database_url)) as database, database.reading() as session:
            found = marks.all_marks(session)
    except (SQLAlchemyError, StartError):
        return
    newest = max((mark.at for name, mark in found.items() if name.startswith(marks.WORKER)), default=None)
    if newest is not None and clock.now() - newest < ALIVE:
        raise StartError(f"a worker said at {newest.isoformat(timespec='seconds')} that it lives: stop it, or wait")


def _require_alone(connection: Connection) -> None:
    number = postgresql.others(connection)
    if number:
        raise StartError(f"{number} others are connected to the database: stop web and worker first")


def _require_keys(session: Session, masters: Masters) -> None:
    """Refuse a database whose keys another master key wraps: nobody could read what it holds."""
    for row in session.scalars(select(DataKeyRow).order_by(DataKeyRow.id)):
        open_key(masters, row)


def make_safe(database: Database, order: _Order, found: Restored) -> None:
    """End what a backup brought back: sessions, codes, messages on their way, and everything that was erased since."""
    at = order.clock.now()
    database.keys = ring = KeyRing(database, partial(read_masters, order.settings), order.clock)
    ring.ensure()
    wanted, found.unread = erasures.read(order.listed)
    gone = {one.object_id for one in wanted if one.kind == erasures.MESSAGE}
    with database.writing() as session:
        found.sessions = sessions.end_everybody(session, at=at)
        codes.void_all_codes(session, at=at)
        found.sent, found.held = outbox_operations.hold_back(session, gone, at)
    done, failed = erasing.apply_again(database, wanted, at)
    found.erased, found.not_erased = dict(sorted(done.items())), len(failed)
    with database.writing() as session:
        outbox_operations.cancel_all(session, at)
        for code in sorted({key.municipality for key in session.scalars(select(DataKeyRow))}):
            details: dict[str, Detail] = {
                "made_at": found.made_at[:19],
                "held": found.held,
                "erased": sum(done.values()),
            }
            record(
                session, municipality=code, action=Action.RESTORED, actor="operator", object_kind="database",
                object_id="", details=details, at=at,
            )  # fmt: skip
        marks.put(session, marks.RESTORE, at, is_good=not failed, facts=f"of {found.made_at}; {found.held} held")
        marks.take_away_old(session, marks.WORKER, at + timedelta(days=1))


def _put_files(files: dict[str, bytes], settings: Settings) -> None:
    """Put back what lay beside the database where it is not there: what is there is newer."""
    trusted = settings.data / "keys" / "seal" / "trusted"
    for name, data in files.items():
        path = settings.audit_heads if name == HEADS else trusted / Path(name).name
        if (name == HEADS or name.startswith(TRUSTED)) and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(data)
