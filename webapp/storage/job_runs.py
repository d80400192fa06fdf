"""When each of the worker's jobs last ran, and how that went: what the administrator and the operator look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.storage.base import Base


class JobRunRow(Base):
    """The last run of a job; `fault` is empty where it went well."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]
    fault: Mapped[str] = mapped_column(String(80))


@dataclass(frozen=True, slots=True)
class Run:
    """When a job last ran, and what went wrong."""

    at: datetime
    fault: str


def note_run(session: Session, name: str, at: datetime, fault: str = "") -> None:
    """Note that a job ran, in place of the run before."""
    session.merge(JobRunRow(name=name, at=at, fault=fault[:80]))


def runs(session: Session) -> dict[str, Run]:
    """Answer the last run of every job, by its name."""
    return {row.name: Run(row.at, row.fault) for row in session.scalars(select(JobRunRow).order_by(JobRunRow.name))}
