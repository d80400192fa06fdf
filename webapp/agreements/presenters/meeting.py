"""Meeting mode: one row a task around one table, and what to ask beside each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString

from webapp.agreements import catalogue
from webapp.agreements.current import Me
from webapp.agreements.domain.commitments import Commitment, Fault, Way
from webapp.agreements.domain.expectations import OTHER, PRIVATE
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.models import TaskRow
from webapp.agreements.presenters.naming import Names, names_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.proposing import people_to_choose
from webapp.agreements.presenters.settled import settled_words
from webapp.agreements.queries import Whole
from webapp.agreements.words import FAULTS
from webapp.web.i18n import lazy_gettext as _

GUIDE: Sequence[LazyString] = (
    _("Ask like this: “What is hard now? What does a good day look like?”"),
    _("Ask like this: “What do you want to go on doing yourself?”"),
    _("Ask like this: “Who do you like to have with you? What is too much?”"),
    _("Ask like this: “What do we do if something goes wrong in the middle of the night?”"),
)
"""One question beside each of the pages of areas."""

SHORT: Mapping[str, LazyString] = {
    OTHER: _("Others"),
    PRIVATE: _("Pay"),
    Way.APPLY.value: _("Apply"),
    Way.OPEN.value: _("Open"),
    Way.DROP.value: _("Not needed"),
}
"""What can be pressed besides the names, in one word."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One name to press."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One task: who does it, and who steps in."""

    key: str
    title: str
    is_critical: bool
    seen: int
    who: list[Chip]
    reserve: list[Chip]
    fault: str
    theirs: str
    """What somebody else proposed in the meantime; empty where nobody did."""


@dataclass(frozen=True, slots=True)
class MeetingStep:
    """The tasks of one page of areas, and what to ask."""

    guide: str
    rows: list[MeetingRow]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """What stands on the page of a meeting."""

    base: str
    action: str
    resident: str
    is_met: bool
    can_begin: bool
    is_staff: bool
    around: list[Chip]
    steps: list[MeetingStep]
    faults: list[tuple[str, str]]
    has_conflict: bool
    is_with_municipality: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed about one task, and the proposal that the page showed."""

    who: frozenset[str]
    reserve: frozenset[str]
    seen: int


def meeting_page(
    me: Me, found: Whole, numbers: Mapping[str, int], *, can_begin: bool,
    pressed: Mapping[str, Pressed] | None = None, faults: Mapping[str, Fault] | None = None,
    conflicts: frozenset[str] = frozenset(),
) -> MeetingPage:  # fmt: skip
    """Make the page; `pressed` is what stands there after it was refused, with why."""
    names, base = names_of(found), base_of(me.row.id)
    people = people_to_choose(me, found, names)
    titles = {task.key: catalogue.title_of(task) for task in found.tasks}
    shown = _Shown(found, numbers, names, people, pressed or {}, faults or {}, conflicts)
    rows = {task.key: _row(task, titles[task.key], shown) for task in found.tasks}
    return MeetingPage(
        base=base, action=f"{base}/mote", resident=_resident(found, names), is_met=me.row.is_meeting,
        can_begin=can_begin, is_staff=me.party is None,
        around=[Chip(one, words, is_chosen=True) for one, words in people if one != MUNICIPALITY],
        steps=[
            MeetingStep(str(GUIDE[number % len(GUIDE)]), [rows[task.key] for task in tasks])
            for number, tasks in enumerate(catalogue.area_pages(found.tasks))
        ],
        faults=[(f"rad-{key}", f"{titles[key]}: {FAULTS[fault]}") for key, fault in (faults or {}).items()],
        has_conflict=bool(conflicts), is_with_municipality=me.row.is_with_municipality,
    )  # fmt: skip


def _resident(found: Whole, names: Names) -> str:
    return next((names[one.id] for one in found.people if one.kind == PartyKind.RESIDENT), "")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What every row is made of."""

    found: Whole
    numbers: Mapping[str, int]
    names: Names
    people: list[tuple[str, str]]
    pressed: Mapping[str, Pressed]
    faults: Mapping[str, Fault]
    conflicts: frozenset[str]


def _row(task: TaskRow, title: str, of: _Shown) -> MeetingRow:
    proposal = of.found.proposals.get(task.key)
    now = proposal[1] if proposal else None
    chosen = of.pressed.get(task.key) or Pressed(picks_of(now), now.reserve if now else frozenset(), 0)
    shorts = [(value, str(words)) for value, words in SHORT.items()]
    fault = of.faults.get(task.key)
    return MeetingRow(
        key=task.key, title=title, is_critical=task.is_critical, seen=of.numbers.get(task.key, 0),
        who=[Chip(one, words, one in chosen.who) for one, words in (*of.people, *shorts)],
        reserve=[Chip(one, words, one in chosen.reserve) for one, words in of.people] if task.is_critical else [],
        fault=str(FAULTS[fault]) if fault else "",
        theirs=settled_words(now, of.names).what if now and task.key in of.conflicts else "",
    )  # fmt: skip


def picks_of(commitment: Commitment | None) -> frozenset[str]:
    """Answer what is pressed on a row for what is proposed now."""
    if commitment is None:
        return frozenset()
    return commitment.responsible | ({commitment.way.value} - {Way.WHO.value})
