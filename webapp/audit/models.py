"""The tables of the audit log: one chain of events a municipality, where it ends, and where what is kept begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class EventRow(Base):
    """One event; the database itself refuses to change it, and to delete it before an anchor says that it goes."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "municipality", "object_kind", "object_id"),
        Index("ix_audit_event_at", "municipality", "at"),
    )

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(16))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class HeadRow(Base):
    """The last event of a municipality's chain; its row is the lock that orders appends."""

    __tablename__ = "audit_head"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class AnchorRow(Base):
    """The last event of a chain's deleted beginning; the database refuses to move it back, or to take it away."""

    __tablename__ = "audit_anchor"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    deleted: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
