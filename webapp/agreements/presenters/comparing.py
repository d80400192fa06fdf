"""The comparison as a family reads it: a summary in words, what to talk about first, and each finding as a card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from webapp.agreements import catalogue
from webapp.agreements.current import Me
from webapp.agreements.domain.asks import AskFinding, AskStatus
from webapp.agreements.domain.choices import choices
from webapp.agreements.domain.comparison import compare
from webapp.agreements.domain.findings import Finding, Status, urgency
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.models import TaskRow
from webapp.agreements.presenters.finding_words import ChoiceWords, answer_words, choice_words, reason_words, say_words
from webapp.agreements.presenters.naming import Names, listed, names_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.queries import Whole
from webapp.agreements.words import ASK_STATUSES, STATUSES, SYMBOLS
from webapp.content.current import library
from webapp.content.words import TASK_AREAS
from webapp.kernel.text import capital
from webapp.municipalities.domain.municipality import Contact
from webapp.services.domain.who_does_what import Line
from webapp.services.presenters import TaskCard
from webapp.web.i18n import language, write_date


@dataclass(frozen=True, slots=True)
class Said:
    """What one of them answered about a task, and the note that the others may read."""

    name: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One finding, in words."""

    key: str
    title: str
    symbol: str
    status: str
    is_critical: bool
    is_open: bool
    is_beyond: bool
    reasons: list[str]
    said: list[Said]
    usual: str
    """What the municipality usually does: never its word."""
    answer: TaskCard | None
    """The municipality's published answer on the task, with the service and the law."""
    choices: list[ChoiceWords]
    seen: int
    """The number of the newest proposal about it."""
    say: list[str]
    is_led: bool
    """Somebody has asked the municipality to lead the talk."""


@dataclass(frozen=True, slots=True)
class AskCard:
    """One thing that a service asks of the people themselves, and who will."""

    words: str
    service: str
    symbol: str
    status: str
    said: list[Said]


@dataclass(frozen=True, slots=True)
class Area:
    """One area of life to look at alone."""

    id: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What stands on the page «Slik ser dere det»."""

    base: str
    is_open: bool
    can_open: bool
    waits_until: str
    has_answered: int
    asked: int
    people: str
    counts: list[tuple[int, str, str]]
    first: list[Card]
    waiting: list[Card]
    asks: list[AskCard]
    to_apply: list[Card]
    agreed: list[Card]
    not_needed: list[Card]
    areas: list[Area]
    area: str
    can_ask_to_lead: bool
    contact: Contact
    message: str
    is_settling: bool = False
    met_asks: list[AskCard] = field(default_factory=list)
    waiting_asks: list[AskCard] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """What the comparison is made of, as it was read."""

    found: Whole
    lines: Mapping[str, Line]
    asks: Sequence[AskFinding]
    led: frozenset[str]
    numbers: Mapping[str, int]
    """Of the newest proposal about each task."""


def closed_page(me: Me, found: Whole, *, can_open: bool, waits_until: str) -> ComparisonPage:
    """Make the page while it is not open yet: how many have answered, and when it opens."""
    here = [one for one in found.people if one.left_at is None]
    names = names_of(found)
    return ComparisonPage(
        base=base_of(me.row.id), is_open=False, can_open=can_open, waits_until=waits_until,
        has_answered=sum(one.answered_at is not None for one in here), asked=len(here),
        people=listed((one.id for one in here), names), counts=[], first=[], waiting=[], asks=[], to_apply=[],
        agreed=[], not_needed=[], areas=[], area="", can_ask_to_lead=False, contact=_contact(me), message="",
    )  # fmt: skip


def comparison_page(me: Me, read: Read, *, area: str = "", message: str = "") -> ComparisonPage:
    """Make the page of an open comparison; an area that no task is of shows everything."""
    found, names = read.found, names_of(read.found)
    areas = list(dict.fromkeys(task.area for task in found.tasks))
    chosen = area if area in areas else ""
    tasks = {task.key: task for task in found.tasks if chosen in {"", task.area}}
    findings = compare(found.parties, found.rules, found.expectations, read.lines)
    cards = [
        (finding, _card(finding, tasks[finding.task], read, names))
        for finding in sorted(findings, key=urgency) if finding.task in tasks
    ]  # fmt: skip
    asks = [(_ask_card(one, names), one) for one in read.asks] if not chosen else []
    return ComparisonPage(
        base=base_of(me.row.id), is_open=True, can_open=False, waits_until="", has_answered=0, asked=0,
        people=listed((one.id for one in found.people if one.left_at is None), names),
        counts=_counts(findings),
        first=[card for finding, card in cards if finding.is_open and not _is_waiting(finding)],
        waiting=[card for finding, card in cards if _is_waiting(finding)],
        asks=[card for card, one in asks if one.status in {AskStatus.PARTLY, AskStatus.UNMET}],
        met_asks=[card for card, one in asks if one.status is AskStatus.MET],
        waiting_asks=[card for card, one in asks if one.status is AskStatus.WAITING],
        to_apply=_of(cards, Status.AGREED_APPLY), agreed=_of(cards, Status.AGREED),
        not_needed=_of(cards, Status.NOT_NEEDED),
        areas=[Area(one, str(TASK_AREAS.get(one, one)), one == chosen) for one in areas],
        area=chosen, can_ask_to_lead=me.row.is_with_municipality, contact=_contact(me), message=message,
        is_settling=me.row.round_state == "settling",
    )  # fmt: skip


def _contact(me: Me) -> Contact:
    return library().municipality.contact(me.row.office, language())


def _of(cards: Iterable[tuple[Finding, Card]], status: Status) -> list[Card]:
    return [card for finding, card in cards if finding.status is status]


def _is_waiting(finding: Finding) -> bool:
    """Tell whether there is nothing to do about it but to wait; what safety hangs on is talked about all the same."""
    return finding.status is Status.UNANSWERED and not finding.is_critical


def _counts(findings: Sequence[Finding]) -> list[tuple[int, str, str]]:
    """Answer how many there are of each status, as (number, symbol, words), in the order of a talk about them."""
    found = Counter(finding.status for finding in findings)
    order = (
        Status.AGREED, Status.AGREED_APPLY, Status.DIFFERENT, Status.UNASSIGNED, Status.BEYOND_MUNICIPALITY,
        Status.UNANSWERED, Status.NOT_NEEDED,
    )  # fmt: skip
    return [(found[one], SYMBOLS[one], _in_a_sentence(str(STATUSES[one]))) for one in order if found[one]]


def _in_a_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]


def _card(finding: Finding, task: TaskRow, read: Read, names: Names) -> Card:
    page = catalogue.task_page(task.key)
    title = catalogue.title_of(task)
    line = read.lines.get(task.key)
    is_heard = MUNICIPALITY in finding.voices
    return Card(
        key=task.key,
        title=title,
        symbol=SYMBOLS[finding.status],
        status=str(STATUSES[finding.status]),
        is_critical=finding.is_critical,
        is_open=finding.is_open,
        is_beyond=finding.status is Status.BEYOND_MUNICIPALITY,
        reasons=reason_words(finding, names),
        said=_said(task.key, read.found, names, is_heard=is_heard),
        usual="" if is_heard else _usual(line),
        answer=TaskCard.of(page) if page and finding.is_open else None,
        choices=[
            choice_words(one, names) for one in choices(finding, read.found.parties, read.found.expectations, line)
        ],
        seen=read.numbers.get(task.key, 0),
        say=say_words(finding, title) if finding.is_open else [],
        is_led=task.key in read.led,
    )


def _said(key: str, found: Whole, names: Names, *, is_heard: bool) -> list[Said]:
    here = [one.id for one in found.people if one.left_at is None]
    said = []
    for one in [*here, *([MUNICIPALITY] if is_heard else [])]:
        answer = found.answers.get((one, key))
        words = answer_words(one, answer.expectation, names) if answer else gettext("has not answered")
        name = names[one]
        said.append(Said(capital(name), words, answer.note if answer else ""))
    return said


def _usual(line: Line | None) -> str:
    """Answer what the municipality usually does, as a part of a sentence."""
    if line is None:
        return ""
    if line.is_no:
        return str(gettext("normally not"))
    often = gettext("now and then") if line.stance == "sometimes" else gettext("normally, for those who need it")
    return str(gettext("%(often)s, must be applied for", often=often) if line.needs_decision else often)


def _ask_card(found: AskFinding, names: Names) -> AskCard:
    words, service = catalogue.ask_words(found.ask)
    parts = {"will": gettext("will"), "partly": gettext("partly"), "cannot": gettext("cannot")}
    said = [Said(names[one], parts[part]) for one, part in found.answers if one in names]
    said += [Said(names[one], gettext("has not answered")) for one in sorted(found.waited_for) if one in names]
    symbol = {"met": "✓", "waiting": "…", "partly": "≈", "unmet": "○"}[found.status]
    return AskCard(words, service, symbol, str(ASK_STATUSES[found.status]), said)


def opens_on(me: Me) -> str:
    """Answer the day on which it may be opened before all have answered; empty where there is none."""
    return write_date(me.row.deadline_at.date()) if me.row.deadline_at else ""
