"""A table with sealed columns for tests, on a base of its own so that no migration is asked to make it."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import MetaData, String, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from webapp.kernel.clock import FixedClock
from webapp.municipalities import models
from webapp.settings import Settings, load
from webapp.storage.base import NAMES
from webapp.storage.keys import open_keys
from webapp.storage.rotation import rotate
from webapp.storage.sealed import Sealed, SealedOptional, register_sealed
from webapp.storage.session import Database

assert models is not None  # the table that keys belong to is known to Base

COLUMNS = {("letter", "subject"), ("letter", "note")}
CODES = ("dalsbygd", "fjordvik")


class LetterBase(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class LetterRow(LetterBase):
    """Something with a text that every row has, and one that may be empty."""

    __tablename__ = "letter"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="new")
    subject_sealed: Mapped[str] = mapped_column("subject", Text)
    subject = Sealed("subject_sealed")
    note_sealed: Mapped[str | None] = mapped_column("note", Text)
    note = SealedOptional("note_sealed")


def settings_of(data: str, url: str) -> Settings:
    """Answer the demonstration's settings for a folder and a database."""
    return load({"AVKLART_DATA": data, "AVKLART_DATABASE_URL": url})


def rotate_and_be_killed(data: str, url: str, after: int) -> None:
    """Rotate, as a process of its own that is killed -9 within a transaction, after a number of values."""
    for place in COLUMNS:
        register_sealed(*place)
    database, clock = Database(url), FixedClock(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    seen = 0

    @event.listens_for(database.engine, "before_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        seen += statement.startswith("UPDATE letter")
        if seen > after:
            os.kill(os.getpid(), signal.SIGKILL)

    for _ in rotate(database, open_keys(database, settings_of(data, url), clock), "fjordvik", clock, print):
        pass


if __name__ == "__main__":
    rotate_and_be_killed(sys.argv[1], sys.argv[2], int(sys.argv[3]))
