"""Writing a municipality's goals: each change is audited; of two who write at once, one is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.audit.actions import record
from webapp.audit.domain import Action, Detail
from webapp.content import actions as content
from webapp.content.domain.kind import COMMON, GOALS
from webapp.content.domain.pages import PageKey
from webapp.insight.domain.goal_sheet import Fault, Line, Why
from webapp.insight.domain.goals import PARENTS, Goal, Sort
from webapp.insight.models import GoalRow, IndicatorRow, MeasureRow, NumberRow
from webapp.insight.queries import goals as queries
from webapp.insight.queries.goals import TABLES, Row
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import new_id

Values = Mapping[str, str | date | None]
_CODES = {Sort.GOAL: "goal", Sort.MEASURE: "measure", Sort.INDICATOR: "indicator", Sort.NUMBER: "number"}


class DayTakenError(ConflictError):
    """An indicator has a number of that day already."""


class LateError(ConflictError):
    """Somebody else wrote at the very same time; nothing more can be read in this transaction."""


def save(
    session: Session, municipality: str, sort: Sort, item_id: str, values: Values, *, seen: int, parent: str = "",
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Write one thing: new under its parent, or changed where it still is as it was seen.

    Raise ConflictError where somebody else has changed it since; what is new and is sent twice is there once.
    """
    found = queries.row_or_none(session, municipality, sort, item_id, is_held=True)
    day = values.get("day")
    above = found.indicator if isinstance(found, NumberRow) else parent
    if isinstance(day, date) and queries.has_day(session, above, day, but=item_id):
        raise DayTakenError("there is a number of that day")
    if found is None:
        if seen:
            raise NotFoundError("it is no longer there")
        _add(session, municipality, sort, item_id, values=values, parent=parent)
        _record(session, municipality, sort, item_id, "added", by=by, at=at)
        return
    is_same = all(getattr(found, name) == value for name, value in values.items())
    if is_same:
        return
    if found.revision != seen:
        raise ConflictError("somebody else has changed it in the meantime")
    _set(session, found, values)
    _record(session, municipality, sort, item_id, "changed", by=by, at=at)


def _add(session: Session, municipality: str, sort: Sort, item_id: str, *, values: Values, parent: str) -> Row:
    given: dict[str, Any] = {"id": item_id, "municipality": municipality, **values}
    if sort in PARENTS:
        queries.row(session, municipality, PARENTS[sort], parent)
        given["indicator" if sort is Sort.NUMBER else "goal"] = parent
    if sort is not Sort.NUMBER:
        given["position"] = queries.last_position(session, municipality, sort, parent) + 1
    added: Row = TABLES[sort](**given)
    session.add(added)
    _flush(session)
    return added


def _set(session: Session, found: Row, values: Values) -> None:
    for name, value in values.items():
        setattr(found, name, value)
    _flush(session)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise LateError("somebody else was first") from error


def move(session: Session, municipality: str, sort: Sort, item_id: str, *, is_up: bool, by: str, at: datetime) -> None:
    """Move one a step up or down among those that stand under the same."""
    found = queries.row(session, municipality, sort, item_id)
    if isinstance(found, NumberRow):
        raise NotFoundError("numbers stand in the order of their days")
    order = queries.siblings(session, found)
    here = order.index(found)
    there = here - 1 if is_up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        if one.position != position:
            one.position = position
    _flush(session)
    _record(session, municipality, sort, item_id, "moved", by=by, at=at)


def end(
    session: Session, municipality: str, sort: Sort, item_id: str, *, is_ended: bool, by: str, at: datetime
) -> None:
    """End a goal or an indicator today, or take it up again; what was counted of it stays."""
    found = queries.row(session, municipality, sort, item_id)
    if not isinstance(found, GoalRow | IndicatorRow):
        raise NotFoundError("only goals and indicators end")
    if (found.ended_on is not None) == is_ended:
        return
    found.ended_on = local_day(at) if is_ended else None
    _flush(session)
    _record(session, municipality, sort, item_id, "ended" if is_ended else "taken up", by=by, at=at)


def remove(session: Session, municipality: str, sort: Sort, item_id: str, *, by: str, at: datetime) -> None:
    """Take away a measure or a number that was written by mistake; twice is once."""
    found = queries.row_or_none(session, municipality, sort, item_id)
    if found is None:
        return
    if not isinstance(found, MeasureRow | NumberRow):
        raise NotFoundError("goals and indicators are ended")
    session.delete(found)
    _flush(session)
    _record(session, municipality, sort, item_id, "removed", by=by, at=at)


def take_over(
    session: Session, municipality: str, lines: Sequence[Line], *, by: str, at: datetime
) -> tuple[int, int, list[Fault]]:
    """Take a sheet over: answer how many are new, how many changed, and what names something that is not here.

    Where there is a fault the caller must roll back: it is all of the sheet, or nothing.
    """
    names = _names(queries.goals(session, municipality))
    ids: dict[int, str] = {}
    faults: list[Fault] = []
    added = changed = 0
    for line in lines:
        parent = ids.get(line.parent.row, "") if line.parent else ""
        found = line.id or names.get((line.sort, parent, line.title.casefold()), "")
        there = queries.row_or_none(session, municipality, line.sort, found) if found else None
        if line.id and (there is None or _parent_of(there) != parent):
            faults.append(Fault(line.row, "id", Why.NOT_HERE, line.id))
        elif there is None:
            ids[line.row] = _add(session, municipality, line.sort, new_id(), values=line.values, parent=parent).id
            added += 1
        else:
            ids[line.row] = there.id
            if any(getattr(there, name) != value for name, value in line.values.items()):
                _set(session, there, line.values)
                changed += 1
    if not faults and (added or changed):
        details: dict[str, Detail] = {"act": "imported", "added": added, "changed": changed}
        record(
            session, municipality=municipality, action=Action.GOALS_CHANGED, actor=by, object_kind="goals",
            object_id=municipality, details=details, at=at,
        )  # fmt: skip
    return added, changed, faults


def _parent_of(row: Row) -> str:
    return str(getattr(row, "indicator", getattr(row, "goal", "")))


def _names(plan: Sequence[Goal]) -> dict[tuple[Sort, str, str], str]:
    """Answer what there is by what it is called under its parent: a number by its day."""
    found = {}
    for goal in plan:
        found[Sort.GOAL, "", goal.title.casefold()] = goal.id
        found |= {(Sort.MEASURE, goal.id, one.title.casefold()): one.id for one in goal.measures}
        for one in goal.indicators:
            found[Sort.INDICATOR, goal.id, one.title.casefold()] = one.id
            found |= {(Sort.NUMBER, one.id, number.day.isoformat()): number.id for number in one.numbers}
    return found


def publish(session: Session, municipality: str, shown: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Publish the goals as they are now: every process shows them, until they are published anew or taken away."""
    content.publish(session, _key(municipality), dict(shown), at=at)
    _record_published(session, municipality, is_public=True, by=by, at=at)


def withdraw(session: Session, municipality: str, *, by: str, at: datetime) -> None:
    """Take the published goals away."""
    content.withdraw(session, _key(municipality), at=at)
    _record_published(session, municipality, is_public=False, by=by, at=at)


def _key(municipality: str) -> PageKey:
    return PageKey(municipality, GOALS, GOALS, COMMON)


def _record_published(session: Session, municipality: str, *, is_public: bool, by: str, at: datetime) -> None:
    record(
        session, municipality=municipality, action=Action.GOALS_PUBLISHED, actor=by, object_kind="goals",
        object_id=municipality, details={"public": is_public}, at=at,
    )  # fmt: skip


def _record(session: Session, municipality: str, sort: Sort, item_id: str, act: str, *, by: str, at: datetime) -> None:
    record(
        session, municipality=municipality, action=Action.GOALS_CHANGED, actor=by, object_kind=_CODES[sort],
        object_id=item_id, details={"act": act}, at=at,
    )  # fmt: skip
