"""The tables of a municipality's own receivers: how each is set up, and what was changed of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import SealedOptional


class ReceiverRow(Base):
    """One receiver as the administrator has it; without an address it is the operator's, switched on or off."""

    __tablename__ = "receiver"
    __table_args__ = (UniqueConstraint("municipality", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(12))
    """`webhook`, `fhir` or `archive`."""
    is_on: Mapped[bool]
    address_sealed: Mapped[str | None] = mapped_column("address", Text)
    address = SealedOptional("address_sealed")
    """May hold a secret, so it is sealed; its host is what is shown."""
    secrets_sealed: Mapped[str | None] = mapped_column("secrets", Text)
    secrets = SealedOptional("secrets_sealed")
    """A JSON list, the newest first; written, never shown."""
    number_of_secrets: Mapped[int]
    revision: Mapped[int]
    changed_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    """When it was last tried with a test message; the three below say how that went."""
    tried_status: Mapped[int]
    tried_milliseconds: Mapped[int]
    tried_fault: Mapped[str] = mapped_column(String(80))


class ReceiverChangeRow(Base):
    """One change of a receiver; secrets are in none."""

    __tablename__ = "receiver_change"
    __table_args__ = (Index("ix_receiver_change_at", "municipality", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(12))
    before_sealed: Mapped[str | None] = mapped_column("before", Text)
    before = SealedOptional("before_sealed")
    """The address before and after, where that is what was changed."""
    after_sealed: Mapped[str | None] = mapped_column("after", Text)
    after = SealedOptional("after_sealed")
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
