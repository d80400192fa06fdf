"""A municipality's goals, with all that stands under them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.insight.domain.goals import Goal, Indicator, Measure, Number, Sort, State
from webapp.insight.models import GoalRow, IndicatorRow, MeasureRow, NumberRow
from webapp.kernel.errors import NotFoundError

Row = GoalRow | MeasureRow | IndicatorRow | NumberRow
TABLES: dict[Sort, type[Row]] = {
    Sort.GOAL: GoalRow,
    Sort.MEASURE: MeasureRow,
    Sort.INDICATOR: IndicatorRow,
    Sort.NUMBER: NumberRow,
}


def row_or_none(session: Session, municipality: str, sort: Sort, item_id: str, *, is_held: bool = False) -> Row | None:
    """Answer one thing of a municipality's plan, held until the transaction ends; None where it is not there."""
    table: Any = TABLES[sort]
    found: Row | None = session.get(table, item_id, with_for_update=is_held or None)
    return found if found is not None and found.municipality == municipality else None


def row(session: Session, municipality: str, sort: Sort, item_id: str) -> Row:
    """Answer one thing of a municipality's plan; raise NotFoundError where it is not there."""
    found = row_or_none(session, municipality, sort, item_id)
    if found is None:
        raise NotFoundError("no such thing in this plan")
    return found


def goals(session: Session, municipality: str) -> list[Goal]:
    """Answer a municipality's goals in their order, in four queries however many there are."""
    numbers: dict[str, list[Number]] = defaultdict(list)
    wanted = select(NumberRow).where(NumberRow.municipality == municipality).order_by(NumberRow.day)
    for number in session.scalars(wanted):
        numbers[number.indicator].append(_number(number))
    indicators: dict[str, list[Indicator]] = defaultdict(list)
    of = select(IndicatorRow).where(IndicatorRow.municipality == municipality)
    for one in session.scalars(of.order_by(IndicatorRow.position, IndicatorRow.id)):
        indicators[one.goal].append(_indicator(one, numbers[one.id]))
    measures: dict[str, list[Measure]] = defaultdict(list)
    does = select(MeasureRow).where(MeasureRow.municipality == municipality)
    for measure in session.scalars(does.order_by(MeasureRow.position, MeasureRow.id)):
        measures[measure.goal].append(_measure(measure))
    all_goals = select(GoalRow).where(GoalRow.municipality == municipality).order_by(GoalRow.position, GoalRow.id)
    return [
        Goal(
            goal.id, goal.title, goal.text, goal.ended_on, goal.revision, tuple(measures[goal.id]),
            tuple(indicators[goal.id]),
        )
        for goal in session.scalars(all_goals)
    ]  # fmt: skip


def _number(one: NumberRow) -> Number:
    return Number(one.id, one.day, one.number, one.source, one.revision)


def _indicator(one: IndicatorRow, numbers: list[Number]) -> Indicator:
    return Indicator(one.id, one.title, one.unit, one.target, one.figure, one.ended_on, one.revision, tuple(numbers))


def _measure(one: MeasureRow) -> Measure:
    return Measure(one.id, one.title, one.text, one.owner, State(one.state), one.due_on, one.revision)


def has_day(session: Session, indicator: str, day: date, *, but: str) -> bool:
    """Tell whether an indicator has another number of a day."""
    wanted = select(NumberRow.id).where(NumberRow.indicator == indicator, NumberRow.day == day, NumberRow.id != but)
    return session.scalar(wanted) is not None


def last_position(session: Session, municipality: str, sort: Sort, parent: str) -> int:
    """Answer the place of the last one of a sort under a parent; 0 where there is none."""
    if sort is Sort.GOAL:
        wanted = select(func.max(GoalRow.position)).where(GoalRow.municipality == municipality)
    else:
        table = MeasureRow if sort is Sort.MEASURE else IndicatorRow
        wanted = select(func.max(table.position)).where(table.municipality == municipality, table.goal == parent)
    return session.scalar(wanted) or 0


def siblings(session: Session, of: GoalRow | MeasureRow | IndicatorRow) -> list[GoalRow | MeasureRow | IndicatorRow]:
    """Answer those that one is put in order with, itself among them."""
    table: Any = type(of)
    wanted = select(table).where(table.municipality == of.municipality).order_by(table.position, table.id)
    found = list(session.scalars(wanted))
    return found if isinstance(of, GoalRow) else [one for one in found if getattr(one, "goal", "") == of.goal]
