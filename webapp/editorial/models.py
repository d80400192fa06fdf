"""The tables of the editorial office: drafts with their parts and saves, what was published, links, bases, reminders.

A draft belongs to a municipality, or, where `municipality` is empty, to the text that all share. Whoever writes is
`municipality/account`, because several municipalities may write on one shared text.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class DraftRow(Base):
    """The one draft of a page that there may be."""

    __tablename__ = "editorial_draft"
    __table_args__ = (
        Index(
            "uq_editorial_draft_shared", "kind", "slug", unique=True,
            sqlite_where=text("municipality IS NULL"), postgresql_where=text("municipality IS NULL"),
        ),
        Index(
            "uq_editorial_draft_own", "municipality", "kind", "slug", unique=True,
            sqlite_where=text("municipality IS NOT NULL"), postgresql_where=text("municipality IS NOT NULL"),
        ),
        Index("ix_editorial_draft_publish_at", "publish_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    authors: Mapped[list[str]] = mapped_column(JSON)
    """Everybody who has written a part of it: none of them approves it."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_by: Mapped[str] = mapped_column(String(80))
    approved_by: Mapped[str] = mapped_column(String(80))
    publish_at: Mapped[datetime | None]
    counts_from: Mapped[date | None]
    """The day from which the change counts, where it is another than the day of publication."""
    comment: Mapped[str] = mapped_column(Text)
    """What whoever sent it back said of it, or why it could not be published at its time."""
    revision: Mapped[int] = mapped_column()
    """Counts what was done with the draft as a whole: who approves, approves what they saw."""

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class DraftPartRow(Base):
    """One part of a page as it is being written: a tree of texts, and what was published when it was begun."""

    __tablename__ = "editorial_draft_part"

    draft: Mapped[str] = mapped_column(ForeignKey("editorial_draft.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    raw: Mapped[dict[str, Any]]
    base: Mapped[dict[str, Any] | None]
    """What was published when it was begun; nothing for a part that was not there."""
    revision: Mapped[int]
    tab: Mapped[str] = mapped_column(String(64))
    """The page in somebody's browser that saved it last: its own later saves are no conflict."""
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


class SaveRow(Base):
    """What a part of a draft said at one save: to see what two editors each did, and to go back."""

    __tablename__ = "editorial_save"

    draft: Mapped[str] = mapped_column(ForeignKey("editorial_draft.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    raw: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class RevisionRow(Base):
    """What a part said after a publication; `fields` is empty where it was taken away."""

    __tablename__ = "editorial_revision"
    __table_args__ = (Index("ix_editorial_revision_page", "kind", "slug", "municipality", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    fields: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(80))
    """Who published it; empty for what came from a file."""
    approved_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    counts_from: Mapped[date]
    leaning: Mapped[int]
    """How many agreements leaned on the page when it was published."""


class LinkRow(Base):
    """A link by which somebody without an account may read a draft, until it ends or is taken back."""

    __tablename__ = "editorial_link"
    __table_args__ = (UniqueConstraint("secret"), Index("ix_editorial_link_draft", "draft"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    draft: Mapped[str] = mapped_column(String(32))
    secret: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class BasisRow(Base):
    """What the shared text said when a municipality last said that its own text stands over it."""

    __tablename__ = "editorial_basis"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    fields: Mapped[dict[str, Any]]
    shared: Mapped[str | None] = mapped_column(String(64))
    """The digest of all that the shared text said then; empty where that was not noted yet."""
    told: Mapped[str | None] = mapped_column(String(64))
    """The digest of the newest shared text that editors were told of by mail."""


class ReminderRow(Base):
    """How loudly a municipality has been reminded of a page that is past its review date."""

    __tablename__ = "editorial_reminder"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    review_by: Mapped[date]
    level: Mapped[int]
    at: Mapped[datetime]
