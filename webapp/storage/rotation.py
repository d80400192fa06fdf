"""Rotation: new keys write and old ones only read, until everything they sealed is sealed anew (F24).

A field key is rotated while the product runs: values are sealed anew in small batches, each only where it is still
what was read. Killed at any point, the rotation goes on from what it finds. A master key is rotated at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, TableClause, delete, exists, func, inspect, not_, select, update
from sqlalchemy import column as column_
from sqlalchemy import table as table_
from sqlalchemy.orm import Session

from webapp.kernel.clock import Clock
from webapp.kernel.errors import ConflictError, NotFoundError, TamperedError
from webapp.storage.ciphers import VERSION
from webapp.storage.key_models import DataKeyRow, RotationRow
from webapp.storage.keys import FRESH_SECONDS, KeyRing
from webapp.storage.masters import Masters, open_key, wrap_key
from webapp.storage.sealed import sealed_columns
from webapp.storage.session import Database

BATCH = 200
SETTLE = timedelta(seconds=2 * FRESH_SECONDS)
"""After this every process has noticed the new key, and nothing more comes under the old one."""
KEPT = timedelta(days=35)
"""How long backups live, and so a key that only they may need."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rotation has come, in values."""

    key: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Rotation:
    database: Database
    ring: KeyRing
    municipality: str
    key: str
    started_at: datetime
    broken: set[tuple[str, str, str]] = field(default_factory=set)
    """Where values stand that do not open: table, column, row."""


def rotate(
    database: Database, ring: KeyRing, municipality: str, clock: Clock, pause: Callable[[float], object]
) -> Iterator[Progress]:
    """Bring everything that a municipality has sealed under a new key; go on with a rotation that was cut off.

    Raises TamperedError at the end where values do not open: all others are under the new key by then.
    """
    rotation = _begin(database, ring, municipality, clock)
    ring.reload()
    yield from _sweep(rotation)
    pause(max(0.0, (rotation.started_at + SETTLE - clock.now()).total_seconds()))
    yield from _sweep(rotation)
    if rotation.broken:
        places = ", ".join(f"{table}.{column} of {row}" for table, column, row in sorted(rotation.broken))
        raise TamperedError(f"{len(rotation.broken)} values of {municipality} do not open: {places}")
    with database.writing() as session:
        _row(session, rotation).finished_at = clock.now()


def rewrap(database: Database, masters: Masters) -> int:
    """Wrap every data key by the newest master key; answer how many were wrapped by an older one."""
    with database.writing() as session:
        older = select(DataKeyRow).where(DataKeyRow.master != masters[0].id).order_by(DataKeyRow.id)
        rows = session.scalars(older.with_for_update()).all()
        for row in rows:
            wrap_key(masters, row, open_key(masters, row))
    return len(rows)


def values_of(table: str, column: str) -> TableClause:
    """Answer a table with just its id, its municipality and one sealed column."""
    return table_(table, column_("id", String), column_("municipality", String), column_(column, String))


def _begin(database: Database, ring: KeyRing, municipality: str, clock: Clock) -> _Rotation:
    at = clock.now()
    with database.reading() as session:
        total = sum(_count(session, municipality, *place) for place in sealed_columns())
        unused = _unused(session, municipality, at)
    with database.writing() as session:
        writer = session.scalars(_field_keys(municipality, "writer").with_for_update()).one_or_none()
        row = session.get(RotationRow, municipality, with_for_update=True, populate_existing=True)
        if row and row.finished_at is None:
            return _Rotation(database, ring, municipality, row.key, row.started_at)
        if writer is None:
            raise NotFoundError(f"{municipality} has no key to rotate")
        session.execute(delete(DataKeyRow).where(DataKeyRow.id.in_(unused)))
        writer.state = "reader"
        session.flush()  # one writer at a time: the database itself holds that
        new = ring.new_key(municipality, "field")
        session.add(new)
        session.merge(
            RotationRow(municipality=municipality, key=new.id, total=total, done=0, started_at=at, finished_at=None)
        )
        return _Rotation(database, ring, municipality, new.id, at)


def _sweep(rotation: _Rotation) -> Iterator[Progress]:
    """Seal anew until a look through every column finds nothing under another key but what does not open."""
    is_clean = False
    while not is_clean:
        is_clean = True
        for table, column in sealed_columns():
            after = ""
            while batch := _older(rotation, table, column, after):
                after = list(batch)[-1]  # the last as the database orders them
                fresh = _sealed_anew(rotation, table, column, batch)
                is_clean = is_clean and not fresh
                yield _write(rotation, table, column, fresh)


def _older(rotation: _Rotation, table: str, column: str, after: str) -> dict[str, str]:
    """Answer the next values that are not under the new key, by the ids of their rows."""
    values = values_of(table, column)
    sealed = values.c[column]
    older = select(values.c.id, sealed).where(
        values.c.municipality == rotation.municipality, values.c.id > after, sealed.is_not(None),
        not_(_is_under(sealed, rotation.key)),
    )  # fmt: skip
    with rotation.database.reading() as session:
        return {row: value for row, value in session.execute(older.order_by(values.c.id).limit(BATCH))}  # noqa: C416


def _sealed_anew(rotation: _Rotation, table: str, column: str, batch: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Answer each value of a batch as it is and as it shall be; remember those that do not open."""
    fresh = {}
    municipality, ring = rotation.municipality, rotation.ring
    for row, old in batch.items():
        try:
            text = ring.unseal(old, municipality=municipality, table=table, column=column, row=row)
        except TamperedError:
            rotation.broken.add((table, column, row))
        else:
            fresh[row] = (old, ring.seal(text, municipality=municipality, table=table, column=column, row=row))
    return fresh


def _write(rotation: _Rotation, table: str, column: str, fresh: dict[str, tuple[str, str]]) -> Progress:
    """Put values in the place of what was read, where it is still there."""
    values = values_of(table, column)
    sealed = values.c[column]
    with rotation.database.writing() as session:
        progress = _row(session, rotation)
        for row, (old, new) in fresh.items():
            swap = update(values).where(values.c.id == row, sealed == old).values({column: new})
            progress.done += session.connection().execute(swap).rowcount
        progress.total = max(progress.total, progress.done)
        return Progress(progress.key, progress.done, progress.total)


def _row(session: Session, rotation: _Rotation) -> RotationRow:
    """Answer the row of a rotation, locked; raise ConflictError where another one has begun meanwhile."""
    row = session.get_one(RotationRow, rotation.municipality, with_for_update=True)
    if row.key != rotation.key:
        raise ConflictError(f"another rotation of {rotation.municipality} has begun")
    return row


def _field_keys(municipality: str, state: str) -> Any:
    return select(DataKeyRow).where(
        DataKeyRow.municipality == municipality, DataKeyRow.purpose == "field", DataKeyRow.state == state
    )


def _is_under(sealed: ColumnElement[Any], key: str) -> ColumnElement[bool]:
    return sealed.startswith(f"{VERSION}|{key}|")


def _count(session: Session, municipality: str, table: str, column: str) -> int:
    values = values_of(table, column)
    here = select(func.count()).where(values.c.municipality == municipality, values.c[column].is_not(None))
    return session.scalar(here.select_from(values)) or 0


def _unused(session: Session, municipality: str, at: datetime) -> list[str]:
    """Answer the old keys that nothing needs any more: neither a value nor a backup."""
    last = session.get(RotationRow, municipality)
    if last is None or last.finished_at is None or last.finished_at > at - KEPT:
        return []
    return [row.id for row in session.scalars(_field_keys(municipality, "reader")) if not _is_used(session, row.id)]


def _is_used(session: Session, key: str) -> bool:
    """Tell whether any text in the database is sealed by a key, in a column that we know to be sealed or another."""
    found = inspect(session.connection())
    for name in found.get_table_names():
        for text in found.get_columns(name):
            values = table_(name, column_(text["name"], String))
            if isinstance(text["type"], String) and session.scalar(
                select(exists().where(_is_under(values.c[text["name"]], key)))
            ):
                return True
    return False
