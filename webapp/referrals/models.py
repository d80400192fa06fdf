"""The tables of referrals. What was written and who it is are sealed; states, times and subjects are clear."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import Sealed

_ORDER = ("due_at", "received_at", "id")
"""How the cases of a list stand, where the same is waited for."""
_OPEN, _ENDED = "ended_at IS NULL", "ended_at IS NOT NULL AND deleted_at IS NULL"
_ASKED, _UNPRINTED = "asked_of IS NOT NULL AND ended_at IS NULL", "\"to\" = 'letter' AND printed_at IS NULL"


def _part(name: str, *columns: str, where: str) -> Index:
    """Answer an index of some rows only: the lists of caseworkers stay fast however many cases have ended."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class ReferralRow(Base):
    """One referral; after its content has been deleted the row stays, and says only that it was there."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("municipality", "id"),
        UniqueConstraint("municipality", "reference"),
        UniqueConstraint("municipality", "key"),
        Index("ix_referral_inbox", "municipality", "state", "waits_for", "due_at"),
        Index("ix_referral_received", "municipality", "received_at"),
        _part("ix_referral_open", "municipality", "waits_for", *_ORDER, where=_OPEN),
        _part("ix_referral_free", "municipality", "waits_for", *_ORDER, where=f"{_OPEN} AND assigned_to IS NULL"),
        _part("ix_referral_whose", "municipality", "assigned_to", "waits_for", *_ORDER, where=_OPEN),
        _part("ix_referral_asked", "municipality", "asked_of", "waits_for", *_ORDER, where=_ASKED),
        _part("ix_referral_ended_at", "municipality", "ended_at", "id", where="ended_at IS NOT NULL"),
        _part("ix_referral_ended", "municipality", *_ORDER, where=_ENDED),
        _part("ix_referral_door", "municipality", "door", "waits_for", *_ORDER, where=_OPEN),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    reference: Mapped[str] = mapped_column(String(8))
    """Eight signs that can be read aloud; it opens nothing by itself."""
    key: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the form's idempotency key: one form, one case (HE-3)."""
    door: Mapped[str] = mapped_column(String(10))
    came: Mapped[str] = mapped_column(String(10))
    whom: Mapped[str] = mapped_column(String(10))
    about: Mapped[list[str]] = mapped_column(JSON)
    """Topics, and `service:…`, `offer:…`, `task:…` of the page that it began at."""
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10))
    waits_for: Mapped[str] = mapped_column(String(10))
    assigned_to: Mapped[str | None] = mapped_column(String(32))
    asked_of: Mapped[str | None] = mapped_column(String(32))
    """The colleague who was asked and has not answered yet."""
    office: Mapped[str] = mapped_column(String(40))
    content_sealed: Mapped[str] = mapped_column("content", Text)
    content = Sealed("content_sealed")
    """A `Content` as JSON; empty once it was deleted."""
    telephone_index: Mapped[str] = mapped_column(String(64), index=True)
    email_index: Mapped[str] = mapped_column(String(64), index=True)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    is_held: Mapped[bool]
    """Legal hold: it is not deleted while this stands."""
    revision: Mapped[int] = mapped_column()
    """Counts what was done: two who act at once, one is told."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class EntryRow(Base):
    """One thing that was said or done."""

    __tablename__ = "referral_entry"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),
        UniqueConstraint("referral", "number"),
        _part("ix_referral_entry_unprinted", "municipality", "at", "id", where=_UNPRINTED),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    referral: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[int]
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(32))
    to: Mapped[str] = mapped_column(String(40))
    text_sealed: Mapped[str] = mapped_column("text", Text)
    text = Sealed("text_sealed")
    printed_at: Mapped[datetime | None]
    """When a letter was printed."""


class UnsentRow(Base):
    """What a caseworker has begun to write to a resident, and not sent: nobody else sees it."""

    __tablename__ = "referral_unsent"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),
        UniqueConstraint("referral", "by"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    referral: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    text_sealed: Mapped[str] = mapped_column("text", Text)
    text = Sealed("text_sealed")


class NameRow(Base):
    """One part of a name in a referral, as a blind index: staff find a case by whole parts (security.md §5)."""

    __tablename__ = "referral_name"
    __table_args__ = (ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),)

    referral: Mapped[str] = mapped_column(String(32), primary_key=True)
    part: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    municipality: Mapped[str] = mapped_column(String(40))


class HandoverRow(Base):
    """That the person whom somebody else wrote about has taken it over; it has a reference of its own (HE-4b)."""

    __tablename__ = "referral_handover"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),
        UniqueConstraint("referral"),
        UniqueConstraint("municipality", "reference"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    referral: Mapped[str] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(String(8))
    """The person's own: it opens nothing by itself, and the helper does not know it."""
    invitation: Mapped[str] = mapped_column(String(32))
    """The person's way in."""
    sees: Mapped[str] = mapped_column(String(10))
    person_sealed: Mapped[str] = mapped_column("person", Text)
    person = Sealed("person_sealed")
    """A `Person` as JSON."""
    at: Mapped[datetime]


class AttachmentRow(Base):
    """A file that was attached; what it holds and what it is called are sealed (HE-5)."""

    __tablename__ = "referral_attachment"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),
        UniqueConstraint("referral", "number"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    referral: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    """In bytes."""
    name_sealed: Mapped[str] = mapped_column("name", Text)
    name = Sealed("name_sealed")
    body_sealed: Mapped[str] = mapped_column("body", Text, deferred=True)
    body = Sealed("body_sealed")
    """What it holds, in base64."""


class PlaceRow(Base):
    """That a case has a place on a date of an offer, or stands on its waiting list; clear, to be counted."""

    __tablename__ = "referral_place"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "referral"], ["referral.municipality", "referral.id"]),
        Index("ix_referral_place_offer", "municipality", "offer", "day"),
    )

    referral: Mapped[str] = mapped_column(String(32), primary_key=True)
    offer: Mapped[str] = mapped_column(String(80), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    day: Mapped[str] = mapped_column(String(10))
    """A date of the offer; empty where none was agreed."""
    is_given: Mapped[bool]
    """Whether it is a place; else it is one on the waiting list."""
