"""The tables of content: one row a page part, and the version that readers' caches are keyed by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class PartRow(Base):
    """The published state of a page part; `imported` is what its file last said, the base for merging."""

    __tablename__ = "content_part"
    __table_args__ = (
        Index(
            "uq_content_part_shared", "kind", "slug", "language", unique=True,
            sqlite_where=text("municipality IS NULL"), postgresql_where=text("municipality IS NULL"),
        ),
        Index(
            "uq_content_part_own", "municipality", "kind", "slug", "language", unique=True,
            sqlite_where=text("municipality IS NOT NULL"), postgresql_where=text("municipality IS NOT NULL"),
        ),
        Index("ix_content_part_sequence", "sequence"),
        Index("ix_content_part_page", "kind", "slug"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    fields: Mapped[dict[str, Any]]
    imported: Mapped[dict[str, Any] | None]
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What earlier texts said where they differed: `until` (a day) and `fields`, the newest first."""
    is_removed: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]


class ImageRow(Base):
    """A form of an image, known by what it holds; the parts of the kind image say which they use."""

    __tablename__ = "content_image"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ConflictRow(Base):
    """A field that an import and somebody here have both changed: what stands here stands until a person has said."""

    __tablename__ = "content_conflict"
    __table_args__ = (Index("ix_content_conflict_page", "kind", "slug", "municipality"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    field: Mapped[str] = mapped_column(String(60))
    sides: Mapped[dict[str, Any]]
    """`base`, what both began from, and `theirs`, what the file says; a side that has no such field is left out."""
    at: Mapped[datetime]


class VersionRow(Base):
    """The content version of a municipality: the sequence number of the last publication that touched it."""

    __tablename__ = "content_version"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class SequenceRow(Base):
    """The one counter that every publication on this installation raises by one."""

    __tablename__ = "content_sequence"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """What the content folder looked like at the last import: nothing is read again while it stands."""
