"""Trying the keys: does each data key open, and does a value under each of them, in every sealed column?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.kernel.errors import StartError, TamperedError
from webapp.storage import ciphers
from webapp.storage.key_models import DataKeyRow
from webapp.storage.masters import Masters, open_key
from webapp.storage.rotation import values_of
from webapp.storage.sealed import sealed_columns

_KEY_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class CheckedKey:
    """A data key, the master key that wraps it, and how many values are under it."""

    municipality: str
    purpose: str
    id: str
    state: str
    master: str
    values: int


@dataclass(frozen=True, slots=True)
class _Group:
    """The values of one column that one municipality has under one key, and one of their rows."""

    municipality: str
    key: str
    values: int
    row: str


def written_since(session: Session, municipality: str) -> datetime | None:
    """Answer since when a municipality's values are sealed by the key of now; None before the first one."""
    row = DataKeyRow
    wanted = select(row.created_at).where(row.municipality == municipality, row.purpose == "field")
    return session.scalar(wanted.where(row.state == "writer"))


def check_keys(session: Session, masters: Masters) -> tuple[list[CheckedKey], list[str]]:
    """Answer every data key, and in words what does not open (K2)."""
    faults: list[str] = []
    rows = session.scalars(select(DataKeyRow).order_by(DataKeyRow.municipality, DataKeyRow.purpose, DataKeyRow.id))
    keys = {row.id: row for row in rows}
    secrets: dict[str, bytes] = {}
    for row in keys.values():
        try:
            secrets[row.id] = open_key(masters, row)
        except StartError as error:
            faults.append(str(error))
    values: Counter[str] = Counter()
    for table, column in sealed_columns():
        for group in _groups(session, table, column):
            values[group.key] += group.values
            if group.key not in keys:
                faults.append(f"{table}.{column} of {group.municipality}: {_unknown(group)}")
            elif group.key in secrets and not _opens(session, secrets[group.key], table, column, group):
                faults.append(f"{table}.{column} of {group.row}: does not open by its key {group.key}")
    return [
        CheckedKey(row.municipality, row.purpose, row.id, row.state, row.master, values[row.id])
        for row in keys.values()
    ], faults


def _groups(session: Session, table: str, column: str) -> list[_Group]:
    there = values_of(table, column)
    sealed = there.c[column]
    start = len(ciphers.VERSION) + 2
    key = case((sealed.startswith(f"{ciphers.VERSION}|"), func.substr(sealed, start, 16)), else_="").label("key")
    grouped = (
        select(there.c.municipality, key, func.count(), func.min(there.c.id))
        .where(sealed.is_not(None))
        .group_by(there.c.municipality, key)
        .order_by(there.c.municipality, key)
    )
    return [_Group(*row) for row in session.execute(grouped)]


def _unknown(group: _Group) -> str:
    """Say what is wrong with values under no key of ours, without showing what may be a plain text."""
    if not _KEY_ID.fullmatch(group.key):
        return f"{group.values} values are not sealed, the first in {group.row}"
    return f"{group.values} values are under the key {group.key}, which is not in the database"


def _opens(session: Session, secret: bytes, table: str, column: str, group: _Group) -> bool:
    there = values_of(table, column)
    sealed = session.scalars(select(there.c[column]).where(there.c.id == group.row)).one()
    try:
        ciphers.unseal(secret, sealed, ciphers.bind(group.municipality, table, column, group.row))
    except TamperedError:
        return False
    return True
