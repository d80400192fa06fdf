"""An outbox as tests use it: a database with keys and two municipalities, messages in it, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from tests.conftest import NOON
from webapp.kernel.clock import Clock
from webapp.kernel.delivery import Delivery
from webapp.municipalities.models import MunicipalityRow
from webapp.settings import Settings
from webapp.storage import outbox
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database


def with_keys(database: Database, settings: Settings, clock: Clock) -> Database:
    """Add two municipalities to a database, and open its keys."""
    with database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in ("fjordvik", "dalsbygd"))
    open_keys(database, settings, clock)
    return database


def put(
    database: Database, about: str = "a", *, kind: str = "mail", municipality: str = "fjordvik", at: datetime = NOON,
    expires_at: datetime | None = None, due_at: datetime | None = None, payload: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """Write a message, and answer its id."""
    with database.writing() as session:
        return outbox.enqueue(
            session, municipality=municipality, kind=kind, payload=payload or {}, about=about, at=at,
            expires_at=expires_at, due_at=due_at,
        )  # fmt: skip


def park(
    database: Database, municipality: str = "fjordvik", *, kind: str = "webhook", fault: str = "refused 410",
    at: datetime = NOON, payload: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """Write a message that was given up after one try, and answer its id."""
    one = put(database, "parked", kind=kind, municipality=municipality, at=at, payload=payload)
    parked = {"state": outbox.PARKED, "fault": fault, "attempts": 1, "ended_at": at}
    with database.writing() as session:
        session.execute(update(MessageRow).where(MessageRow.id == one).values(**parked))
    return one


def row_of(database: Database, message_id: str) -> MessageRow:
    """Answer a message as it is stored."""
    with database.reading() as session:
        row = session.get_one(MessageRow, message_id)
        session.expunge(row)
        return row


def states(database: Database) -> list[str]:
    """Answer the states of all messages, in the order of what they are about and their numbers."""
    with database.reading() as session:
        return list(session.scalars(select(MessageRow.state).order_by(MessageRow.about, MessageRow.number)))


class Receiver:
    """A handler that keeps what it gets, and fails at what it was told to fail at."""

    def __init__(self, faults: dict[str, Exception] | None = None) -> None:
        self.got: list[Delivery] = []
        self.faults = faults or {}

    def __call__(self, delivery: Delivery) -> None:
        """Take a delivery."""
        if delivery.id in self.faults:
            raise self.faults[delivery.id]
        self.got.append(delivery)

    @property
    def ids(self) -> list[str]:
        """The ids it got, in their order."""
        return [delivery.id for delivery in self.got]
