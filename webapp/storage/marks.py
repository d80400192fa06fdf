"""What an operator must be able to ask about: when a job, a backup or a check last ran, and who lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.storage.base import Base

WORKER = "worker "
"""What the name of a worker's mark begins with; its host and number follow."""
JOB = "job "
BACKUP, AUDIT, RESTORE, SENT = "backup", "audit verify", "restore", "messages written out"
RETENTION_JOBS = ("delete old referrals", "delete old agreements", "delete old events")
"""The jobs of the worker that delete what was kept for its time."""
LONGEST_FACTS = 200


class MarkRow(Base):
    """One thing that was done last: its name, when, and whether it went well."""

    __tablename__ = "operation_mark"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime]
    is_good: Mapped[bool]
    facts: Mapped[str] = mapped_column(String(LONGEST_FACTS))
    """What else there is to say: numbers and kinds, never anything of anybody."""


@dataclass(frozen=True, slots=True)
class Mark:
    """When something was last done, and how it went."""

    at: datetime
    is_good: bool
    facts: str


def put(session: Session, name: str, at: datetime, *, is_good: bool = True, facts: str = "") -> None:
    """Note that something was done just now."""
    session.merge(MarkRow(name=name, at=at, is_good=is_good, facts=facts[:LONGEST_FACTS]))


def take_away(session: Session, name: str) -> None:
    """Forget a mark, such as that of a worker that has stopped as it should."""
    session.execute(delete(MarkRow).where(MarkRow.name == name))


def take_away_old(session: Session, beginning: str, before: datetime) -> None:
    """Forget the marks of a kind that are older than a time."""
    session.execute(delete(MarkRow).where(MarkRow.name.startswith(beginning), MarkRow.at < before))


def all_marks(session: Session) -> dict[str, Mark]:
    """Answer every mark by its name."""
    found = select(MarkRow.name, MarkRow.at, MarkRow.is_good, MarkRow.facts).order_by(MarkRow.name)
    return {name: Mark(at, is_good, facts) for name, at, is_good, facts in session.execute(found)}


def jobs(known: Mapping[str, Mark]) -> dict[str, Mark]:
    """Answer the last run of each job, by the job's name."""
    return {name.removeprefix(JOB): mark for name, mark in known.items() if name.startswith(JOB)}
