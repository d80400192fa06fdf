"""The tables of the room: who shows figures to others; goals, measures, indicators and their numbers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.base import Base


class ShareRow(Base):
    """Whether a municipality shows its figures to those that show theirs."""

    __tablename__ = "insight_share"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    is_shared: Mapped[bool]
    changed_at: Mapped[datetime]


class GoalRow(Base):
    """One goal."""

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("municipality", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    ended_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class MeasureRow(Base):
    """What is done for a goal: by whom, how far it has come, when it is to be done."""

    __tablename__ = "goal_measure"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "goal"], ["goal.municipality", "goal.id"]),
        Index("ix_goal_measure_goal", "goal"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    goal: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None] = mapped_column(Date)
    position: Mapped[int]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class IndicatorRow(Base):
    """What shows whether a goal is reached: own numbers, or a figure that is counted here."""

    __tablename__ = "goal_indicator"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "goal"], ["goal.municipality", "goal.id"]),
        UniqueConstraint("municipality", "id"),
        Index("ix_goal_indicator_goal", "goal"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    goal: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(120))
    figure: Mapped[str] = mapped_column(String(40))
    """A figure that is counted here (`domain/goals.FIGURES`); empty for own numbers."""
    position: Mapped[int]
    ended_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told


class NumberRow(Base):
    """An own number of an indicator: what it was on a day, and where it is from."""

    __tablename__ = "goal_number"
    __table_args__ = (
        ForeignKeyConstraint(["municipality", "indicator"], ["goal_indicator.municipality", "goal_indicator.id"]),
        UniqueConstraint("indicator", "day"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    indicator: Mapped[str] = mapped_column(String(32))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[str] = mapped_column(String(20))
    """As a decimal number with a point."""
    source: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- as the mapper is told
