"""The table of the outbox: what is to be delivered outside, written in the transaction of what it tells about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import SealedOptional

_WAITING = text("state = 'queued'")
"""What waits is little, where what was sent is much: two indexes know only of it."""


class MessageRow(Base):
    """A message on its way out; its payload is sealed, and emptied when it has gone."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_state_due_at", "state", "due_at"),
        Index("ix_outbox_message_of", "municipality", "state"),
        Index(
            "ix_outbox_message_due", "due_at", "created_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        Index(
            "ix_outbox_message_before", "about", "kind", "number", sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The one stable id that every copy of the message carries."""
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(60), index=True)
    """The id of what it tells about: those about one thing go in order, and are cancelled together."""
    number: Mapped[int]
    """The order of messages about one thing."""
    state: Mapped[str] = mapped_column(String(12))
    """`queued`, `sent`, `acknowledged`, `parked` or `cancelled`."""
    payload_sealed: Mapped[str | None] = mapped_column("payload", Text)
    payload = SealedOptional("payload_sealed")
    """What a handler needs, as JSON."""
    created_at: Mapped[datetime]
    """When it was written, or is to go first where that is later: its age counts from here."""
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When it is of no use any more, such as a one-time code."""
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    """How often it was tried; also the fencing token of the one who tries now."""
    fault: Mapped[str] = mapped_column(String(80))
    """What went wrong last, by its kind; never what a receiver said."""
    ended_at: Mapped[datetime | None]
    """When it was sent, cancelled or parked."""
