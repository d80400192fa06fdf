"""The tables of co-creation: counted answers, what somebody wrote, drafts open for comment, and changes made.

Nothing in them says who: no address of a network, no account, no cookie. What was written is sealed, for people write
about their health though they are asked not to.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base
from webapp.storage.sealed import Sealed


class AnswerRow(Base):
    """How often a page was said to answer, or not to, on a day; `dealt` of them have been looked at by an editor."""

    __tablename__ = "feedback_answer"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    is_found: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int]
    dealt: Mapped[int]


class ItemRow(Base):
    """What somebody wrote: a sentence on a page, a suggestion, or a comment on a draft."""

    __tablename__ = "feedback_item"
    __table_args__ = (
        Index("ix_feedback_item_state", "municipality", "state", "at"),
        Index("ix_feedback_item_fold", "municipality", "fold"),
        Index("ix_feedback_item_hearing", "hearing"),
        Index("ix_feedback_item_at", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    sort: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(20))
    """The page that it is about; empty for a suggestion."""
    slug: Mapped[str] = mapped_column(String(80))
    is_found: Mapped[bool | None]
    """Whether the page answered, for a sentence."""
    hearing: Mapped[str] = mapped_column(String(32))
    """The draft that it is a comment on; empty for others."""
    name_sealed: Mapped[str] = mapped_column("name", Text)
    name = Sealed("name_sealed")
    """The council that a comment speaks for, where it was given."""
    about_sealed: Mapped[str] = mapped_column("about", Text)
    about = Sealed("about_sealed")
    """What a suggestion looked for; which part of a draft a comment is about."""
    words_sealed: Mapped[str] = mapped_column("words", Text)
    words = Sealed("words_sealed")
    fold: Mapped[str] = mapped_column(String(64))
    """A keyed hash of what was written: the same text twice is one item."""
    number: Mapped[int]
    is_apart: Mapped[bool]
    """Whether it is held apart as probable spam."""
    state: Mapped[str] = mapped_column(String(12))
    reply_sealed: Mapped[str] = mapped_column("reply", Text)
    reply = Sealed("reply_sealed")
    """What the editor answered."""
    dealt_by: Mapped[str] = mapped_column(String(80))
    dealt_at: Mapped[datetime | None]


class HearingRow(Base):
    """That a draft is open for comment: for a council with the link, or for everybody, until a day has passed."""

    __tablename__ = "feedback_hearing"
    __table_args__ = (UniqueConstraint("secret"), Index("ix_feedback_hearing_draft", "draft"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    draft: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    secret: Mapped[str] = mapped_column(String(64))
    council: Mapped[str] = mapped_column(String(80))
    """Who was asked; empty where everybody is."""
    open_secret: Mapped[str] = mapped_column(String(64))
    """The secret of the link where it is listed for everybody, and so none; empty otherwise."""
    made_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    ends_on: Mapped[date]
    """The last day on which it is open."""
    ended_at: Mapped[datetime | None]
    """When it was closed before its day, or its draft was gone."""


class ChangeRow(Base):
    """What was said and what was changed because of it, in an editor's words, as everybody reads it."""

    __tablename__ = "feedback_change"
    __table_args__ = (Index("ix_feedback_change_day", "municipality", "day"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, str]] = mapped_column(JSON)
    """By language."""
    changed: Mapped[dict[str, str]] = mapped_column(JSON)
    by: Mapped[str] = mapped_column(String(80))
    """Who said it, where they want to be named: a council."""
    made_by: Mapped[str] = mapped_column(String(80))
