"""The tables of keys: each municipality's data keys, wrapped by the master key, and how far a rotation has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class DataKeyRow(Base):
    """A data key of a municipality, wrapped: useless without the master key, which is never in the database."""

    __tablename__ = "data_key"
    __table_args__ = (
        Index(
            "uq_data_key_writer", "municipality", "purpose", unique=True,
            sqlite_where=text("state = 'writer'"), postgresql_where=text("state = 'writer'"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    purpose: Mapped[str] = mapped_column(String(10))
    """`field` encrypts columns, `index` finds rows by what is encrypted, `audit` seals the chain of events."""
    state: Mapped[str] = mapped_column(String(10))
    """`writer` seals what is new, `reader` only opens what is old."""
    master: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class RotationRow(Base):
    """How far the newest rotation of a municipality's field key has come, in values."""

    __tablename__ = "key_rotation"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    key: Mapped[str] = mapped_column(String(16))
    total: Mapped[int]
    done: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
