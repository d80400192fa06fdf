"""What stands on the pages of an agreement that is lived with: own tasks, changes, endings, history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.domain.commitments import Commitment
from webapp.agreements.domain.expectations import Frequency
from webapp.agreements.domain.history import Act
from webapp.agreements.models import EventRow, PartyRow
from webapp.agreements.text.told import name_of_actor
from webapp.agreements.words import FREQUENCIES
from webapp.kernel.ics import Entry
from webapp.kernel.text import capital
from webapp.web.i18n import lazy_gettext, write_list, write_time

HAPPENED = {
    Act.STARTED: lazy_gettext("%(by)s began it."),
    Act.ADDED: lazy_gettext("%(by)s added %(about)s."),
    Act.INVITED: lazy_gettext("%(about)s was asked to take part."),
    Act.ACCEPTED: lazy_gettext("%(about)s takes part."),
    Act.REMOVED: lazy_gettext("%(about)s has left."),
    Act.LEFT: lazy_gettext("%(about)s has left."),
    Act.TASKS_ADDED: lazy_gettext("Something was added, and everybody may answer."),
    Act.ANSWERED: lazy_gettext("%(by)s has answered."),
    Act.WRITTEN_DOWN: lazy_gettext("The municipality wrote down what %(about)s answered."),
    Act.OPENED: lazy_gettext("The comparison was opened."),
    Act.MET: lazy_gettext("You met around one table."),
    Act.PROPOSED: lazy_gettext("%(by)s proposed something: %(about)s."),
    Act.SETTLED: lazy_gettext("You agreed: %(about)s."),
    Act.REOPENED: lazy_gettext("Open again: %(about)s."),
    Act.SECTION_WRITTEN: lazy_gettext("%(by)s wrote something."),
    Act.LOCKED: lazy_gettext("The text was locked for signing."),
    Act.SIGNED: lazy_gettext("%(by)s signed."),
    Act.DECLINED: lazy_gettext("The text was not signed by all. You go on agreeing."),
    Act.UNLOCKED: lazy_gettext("Something was changed. You sign anew later."),
    Act.TOO_LATE: lazy_gettext("The time for signing was over."),
    Act.IN_FORCE: lazy_gettext("All have signed. It is in force."),
    Act.AMENDED: lazy_gettext("A change of single lines is in force."),
    Act.OBJECTED: lazy_gettext("%(by)s objected to a change."),
    Act.ROUND_BEGUN: lazy_gettext("You look at everything anew."),
    Act.DROPPED: lazy_gettext("What you were working on was dropped. What is in force stays."),
    Act.WITHDRAWN: lazy_gettext("It was withdrawn."),
    Act.ENDED: lazy_gettext("It ended."),
    Act.ASKED_TO_LEAD: lazy_gettext("The municipality was asked to lead a talk."),
    Act.TAKEN: lazy_gettext("A caseworker has taken it on."),
}
"""What all in it see. Who consented to what, whose number was checked, and who withdrew or removed whom is not told."""
RULES = {
    Frequency.SEVERAL_A_DAY: "FREQ=DAILY",
    Frequency.DAILY: "FREQ=DAILY",
    Frequency.SEVERAL_A_WEEK: "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    Frequency.WEEKLY: "FREQ=WEEKLY",
    Frequency.EVERY_OTHER_WEEK: "FREQ=WEEKLY;INTERVAL=2",
    Frequency.MONTHLY: "FREQ=MONTHLY",
}
"""How often a line comes in a calendar; what is done as the season or the need asks stands in none."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One line of somebody's own."""

    task: str
    title: str
    is_reserve: bool
    others: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of somebody's week that come as often."""

    heading: str
    lines: Sequence[Mine]


@dataclass(frozen=True, slots=True)
class MinePage:
    """What somebody has said yes to, as a week."""

    base: str
    message: str
    groups: Sequence[Group]
    has_days: bool
    """Whether a calendar has anything of it to show."""
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What can be done when something has changed."""

    base: str
    message: str
    can_unlock: bool
    can_begin: bool
    can_object: bool
    can_review: bool
    has_own: bool
    is_answered_anew: bool
    """A round has begun, and nobody sees yet what the others answer."""
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line to be changed."""

    base: str
    task: str
    title: str
    fault: str


@dataclass(frozen=True, slots=True)
class EndPage:
    """Ways out, and what the others learn of each."""

    base: str
    can_leave: bool
    can_drop: bool
    can_end: bool
    is_later: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One thing in words, and when."""

    words: str
    at: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What has happened, and who at the municipality has looked."""

    base: str
    lines: Sequence[Told]
    looks: Sequence[Told]


@dataclass(frozen=True, slots=True)
class LookingBackPage:
    """The lines to look back on, each a field of the form."""

    base: str
    lines: Sequence[Any]


def week(lines: Mapping[str, Commitment], me: str, titles: Mapping[str, str], people: Mapping[str, str]) -> list[Group]:
    """Answer somebody's own lines as their week: what comes most often first."""
    groups = []
    for often in (*Frequency, None):
        found = [
            Mine(
                task, titles.get(task, task), me not in line.responsible,
                _with(line.responsible - {me}, people), line.note,
            )
            for task, line in lines.items() if line.how_often is often
        ]  # fmt: skip
        if found:
            heading = str(FREQUENCIES[often]) if often else gettext("How often is not said")
            groups.append(Group(capital(heading), found))
    return groups


def _with(others: Iterable[str], people: Mapping[str, str]) -> str:
    named = sorted(name_of_actor(one, people) for one in others)
    return gettext("Together with %(names)s", names=write_list(named)) if named else ""


def entries(lines: Mapping[str, Commitment], me: str, titles: Mapping[str, str], *, at: datetime) -> list[Entry]:
    """Answer somebody's own lines for a calendar: what is done by them, and not what they are in reserve for."""
    return [
        Entry(f"{me}-{task}", line.starts_on or at.date(), titles.get(task, task), RULES[line.how_often])
        for task, line in lines.items()
        if me in line.responsible and line.how_often in RULES
    ]


def told_lines(
    events: Iterable[EventRow], names: Mapping[str, str], titles: Mapping[str, str], municipality: str
) -> list[Told]:
    """Answer what has happened in words, the newest first."""
    found = []
    for one in events:
        words = HAPPENED.get(Act(one.act))
        is_starter = one.act == Act.ADDED and one.by == one.about  # who began it is told already
        if words is not None and not is_starter:
            by = names.get(one.by) or municipality
            about = names.get(one.about) or titles.get(one.about) or one.about or by
            found.append(Told(str(words) % {"by": by, "about": about}, write_time(one.at)))
    return found


def names_of(people: Iterable[PartyRow]) -> dict[str, str]:
    """Answer what everybody is called, by id."""
    return {one.id: queries.name_of(one) for one in people}
