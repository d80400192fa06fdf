"""The page objects of goals: the plan as it is kept, what is published of it, a year of it, faults of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext

from webapp.insight.domain.goal_sheet import Fault, Why
from webapp.insight.domain.goals import Goal, Indicator, Measure, Number, Sort, State
from webapp.insight.forms import FIGURE_WORDS, STATE_WORDS
from webapp.web.i18n import language, write_date
from webapp.web.i18n import lazy_gettext as _

HOME = "/admin/maal-og-tiltak"
WORDS = {"mal": Sort.GOAL, "tiltak": Sort.MEASURE, "indikator": Sort.INDICATOR, "tall": Sort.NUMBER}
"""The word of an address → what it is about."""
COUNTED = _("Counted in this service")
WHY = {
    Why.NO_HEADS: _("The first row must name the columns, among them “slag” and “tittel”."),
    Why.NO_ROWS: _("There is nothing below the first row."),
    Why.TOO_MANY: _("There are more than 5000 rows. Divide the file."),
    Why.SORT: _("Write mål, tiltak, indikator or tall."),
    Why.MISSING: _("Something must stand here."),
    Why.TOO_LONG: _("This is too long."),
    Why.STATE: _("Write planlagt, i gang, ferdig or stoppet."),
    Why.ENDED: _("Write avsluttet, or nothing."),
    Why.DAY: _("Write a date, such as 31.12.2026."),
    Why.NUMBER: _("Write a number, such as 91 or 91,5."),
    Why.FIGURE: _("Leave this empty, or write what an exported file says."),
    Why.NO_GOAL: _("There is no goal above this row."),
    Why.NO_INDICATOR: _("There is no indicator above this row."),
    Why.OWN_ONLY: _("Nothing can stand here in a row of this sort."),
    Why.TWICE: _("This stands twice in the file."),
    Why.NOT_HERE: _("There is nothing with this id here. Leave it empty for what is new."),
}


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number as it is read."""

    id: str
    day: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class IndicatorCard:
    """An indicator as it is read."""

    id: str
    title: str
    unit: str
    target: str
    counted: str
    """What is counted by itself; empty for own numbers."""
    ended: str
    numbers: list[NumberLine]


@dataclass(frozen=True, slots=True)
class MeasureCard:
    """A measure as it is read."""

    id: str
    title: str
    text: str
    owner: str
    state: str
    due: str


@dataclass(frozen=True, slots=True)
class GoalCard:
    """A goal as it is read."""

    id: str
    title: str
    text: str
    ended: str
    measures: list[MeasureCard]
    indicators: list[IndicatorCard]


def number_words(number: str) -> str:
    """Answer a number as the reader writes it: with a comma, and in English with a point."""
    return number if language() == "en" else number.replace(".", ",")


def goal_card(goal: Goal) -> GoalCard:
    """Answer a goal as the administrator sees it."""
    ended = write_date(goal.ended_on) if goal.ended_on else ""
    return GoalCard(
        goal.id, goal.title, goal.text, ended, [_measure(one) for one in goal.measures],
        [_indicator(one) for one in goal.indicators],
    )  # fmt: skip


def _measure(one: Measure) -> MeasureCard:
    due = write_date(one.due_on) if one.due_on else ""
    return MeasureCard(one.id, one.title, one.text, one.owner, str(STATE_WORDS[one.state]), due)


def _indicator(one: Indicator) -> IndicatorCard:
    counted = str(FIGURE_WORDS[one.figure]) if one.figure else ""
    ended = write_date(one.ended_on) if one.ended_on else ""
    numbers = [NumberLine(n.id, write_date(n.day), number_words(n.number), n.source) for n in one.numbers]
    return IndicatorCard(one.id, one.title, one.unit, one.target, counted, ended, numbers)


@dataclass(frozen=True, slots=True)
class GoalsPage:
    """The plan as the administrator keeps it."""

    goals: list[GoalCard]
    ended: list[GoalCard]
    message: str
    published: str
    """Since when it is published; empty where it is not."""
    public_address: str
    years: list[int]

    @classmethod
    def of(
        cls, plan: Sequence[Goal], published: Mapping[str, Any] | None, address: str, today: date, message: str
    ) -> GoalsPage:
        """Answer the page of a plan."""
        cards = [goal_card(goal) for goal in plan]
        since = write_date(str(published["on"])) if published else ""
        first = min((n.day.year for goal in plan for one in goal.indicators for n in one.numbers), default=today.year)
        years = list(range(today.year, max(first, today.year - 10) - 1, -1))
        return cls([c for c in cards if not c.ended], [c for c in cards if c.ended], message, since, address, years)


def snapshot(plan: Sequence[Goal], counted: Mapping[str, Sequence[Number]], today: date) -> dict[str, Any]:
    """Answer what is published of a plan: what has not ended, without ids; counted figures as they are then."""
    return {
        "on": today.isoformat(),
        "goals": [
            {
                "title": goal.title,
                "text": goal.text,
                "measures": [
                    {
                        "title": one.title, "text": one.text, "owner": one.owner, "state": one.state.value,
                        "due": one.due_on.isoformat() if one.due_on else "",
                    }
                    for one in goal.measures
                ],
                "indicators": [
                    {
                        "title": one.title, "unit": one.unit, "target": one.target,
                        "numbers": [
                            {"day": number.day.isoformat(), "number": number.number, "source": number.source}
                            for number in (counted.get(one.figure, ()) if one.figure else one.numbers)
                        ],
                    }
                    for one in goal.indicators
                    if one.ended_on is None
                ],
            }
            for goal in plan
            if goal.ended_on is None
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """The goals that a municipality has published, as residents read them."""

    since: str
    goals: list[GoalCard]

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> PublishedPage:
        """Answer the page of what was published."""
        goals = [
            GoalCard(
                "", goal["title"], goal["text"], "",
                [
                    MeasureCard(
                        "", one["title"], one["text"], one["owner"], str(STATE_WORDS[State(one["state"])]),
                        write_date(one["due"]) if one["due"] else "",
                    )
                    for one in goal["measures"]
                ],
                [
                    IndicatorCard("", one["title"], one["unit"], one["target"], "", "", [
                        NumberLine("", write_date(n["day"]), number_words(n["number"]), n["source"] or str(COUNTED))
                        for n in one["numbers"]
                    ])
                    for one in goal["indicators"]
                ],
            )
            for goal in shown["goals"]
        ]  # fmt: skip
        return cls(write_date(str(shown["on"])), goals)


@dataclass(frozen=True, slots=True)
class GoalsYearPage:
    """The plan as a report of a year, to print."""

    year: int
    municipality: str
    goals: list[GoalCard]

    @classmethod
    def of(
        cls, plan: Sequence[Goal], counted: Mapping[str, Sequence[Number]], year: int, municipality: str
    ) -> GoalsYearPage:
        """Answer what stood in a year: numbers up to its end, and what had not ended before it."""
        cards = []
        for goal in plan:
            if goal.ended_on and goal.ended_on.year < year:
                continue
            kept = [
                replace(one, numbers=tuple(
                    n for n in (counted.get(one.figure, ()) if one.figure else one.numbers) if n.day.year <= year
                ))
                for one in goal.indicators
                if one.ended_on is None or one.ended_on.year >= year
            ]  # fmt: skip
            cards.append(goal_card(replace(goal, indicators=tuple(kept))))
        return cls(year, municipality, cards)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The form of one thing of the plan."""

    title: str
    action: str
    sort: str
    under: str
    can_remove: str
    """The address that takes it away; empty where it is new, or is ended instead."""
    theirs: list[tuple[str, str]]
    """What somebody else has written meanwhile: (label, words)."""


TITLES = {
    Sort.GOAL: (_("New goal"), _("Change the goal")),
    Sort.MEASURE: (_("New measure"), _("Change the measure")),
    Sort.INDICATOR: (_("New indicator"), _("Change the indicator")),
    Sort.NUMBER: (_("New number"), _("Change the number")),
}


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault of a file, as it is read."""

    where: str
    found: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Bringing a plan as a file, and everything that is wrong in it."""

    faults: list[FaultLine]

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> ImportPage:
        """Answer the page with every fault, in the order of the file."""
        return cls([_fault(one) for one in sorted(faults, key=lambda one: one.row)])


def _fault(one: Fault) -> FaultLine:
    where = str(gettext("Row %(row)s, column %(column)s", row=one.row, column=one.column))
    return FaultLine(where, one.found, str(WHY[one.why]))
