"""Databases with two municipalities in them and keys that seal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import pytest
from sqlalchemy import text

from tests.audit.keys import SealingKeys
from tests.conftest import NOON
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.municipalities.models import MunicipalityRow
from webapp.storage.session import Database


class Write(Protocol):
    """Writes events in a transaction of their own."""

    def __call__(self, number: int = 1, municipality: str = "fjordvik", at: datetime = NOON, **told: Any) -> None:
        """Write some events."""
        ...


def begin(database: Database) -> Database:
    """Give a database keys and two municipalities."""
    database.keys = SealingKeys()
    with database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in ("fjordvik", "dalsbygd"))
    return database


def writer(database: Database) -> Write:
    """Answer what writes events, each in a transaction of its own."""

    def write(number: int = 1, municipality: str = "fjordvik", at: datetime = NOON, **told: Any) -> None:
        told = {"action": Action.LOOKED, "actor": "staff:1", "object_kind": "case", "object_id": "c1", **told}
        for _ in range(number):
            with database.writing() as session:
                record(session, municipality=municipality, at=at, **told)

    return write


@pytest.fixture
def log(any_database: Database) -> Database:
    """An empty log on SQLite and on PostgreSQL in turn."""
    return begin(any_database)


@pytest.fixture
def write(log: Database) -> Write:
    """What writes events to that log."""
    return writer(log)


def tamper(database: Database, *statements: str) -> None:
    """Change the log as somebody can who owns the database: without its guards."""
    guards = {
        "audit_event": ("no_update", "no_delete") if database.is_sqlite else ("guard", "keep"),
        "audit_anchor": ("forward", "no_delete") if database.is_sqlite else ("forward", "guard"),
    }
    with database.engine.begin() as connection:
        for table, names in guards.items():
            for name in names:
                on = "" if database.is_sqlite else f" ON {table}"
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{name}{on}"))
        for statement in statements:
            connection.execute(text(statement))
