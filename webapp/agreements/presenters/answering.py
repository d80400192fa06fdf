"""What stands on the pages of answering alone: the tasks of an area, the check of all answers, and what comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.agreements.answer_forms import AskForm, ServiceForm, TaskForm, faults_of, offered_by
from webapp.agreements.catalogue import ask_words, title_of
from webapp.agreements.catalogue import asks as asks_behind
from webapp.agreements.domain.asks import Ask, asks_of
from webapp.agreements.domain.expectations import OUTSIDE as OUTSIDERS
from webapp.agreements.domain.expectations import OwnPart, Tap, asks_if_able
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.domain.starting import page_of
from webapp.agreements.models import PartyRow, TaskRow
from webapp.agreements.presenters.naming import names_of_people
from webapp.agreements.queries import as_party
from webapp.agreements.stored import Answer
from webapp.agreements.words import ALL_ASKS_WORDS, AREAS, ASK_ANSWER_WORDS, FREQUENCIES, OUTSIDE, OWN_PARTS, TAPS
from webapp.kernel.text import capital
from webapp.services.domain.who_does_what import Line
from webapp.web.forms import BaseForm


@dataclass(frozen=True, slots=True)
class Chip:
    """One answer that a tap gives."""

    id: str
    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class TaskBox:
    """One task with what can be tapped: first the people and the municipality, then those outside, then the rest."""

    key: str
    title: str
    is_critical: bool
    form: TaskForm
    first: list[Chip]
    outside: list[Chip]
    last: list[Chip]
    has_more: bool
    """Something is written behind «Add»."""

    @property
    def is_outside_open(self) -> bool:
        """Tell whether somebody outside is named."""
        return any(chip.is_on for chip in self.outside)


@dataclass(frozen=True, slots=True)
class AreaPage:
    """One page of tasks."""

    base: str
    back: str
    title: str
    number: int
    pages: int
    is_saved: bool
    tasks: list[TaskBox]
    forms: Mapping[str, TaskForm]

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong on the page, for its summary on top."""
        return faults_of(self.forms)


def actors(own: PartyRow, people: Sequence[PartyRow]) -> list[tuple[str, str]]:
    """Answer what one party can tap, in its order: oneself, the others by name, the municipality, those outside."""
    names = names_of_people(people)
    others = [(one.id, names[one.id]) for one in people if one.id != own.id and one.left_at is None]
    return [
        *((tap.value, str(TAPS[tap])) for tap in (Tap.SELF, Tap.SELF_PARTLY)),
        *others,
        (MUNICIPALITY, gettext("The municipality")),
        *((code, capital(str(OUTSIDE[code]))) for code in OUTSIDERS),
        *((tap.value, str(TAPS[tap])) for tap in (Tap.UNKNOWN, Tap.NOT_NEEDED)),
    ]


def area_title(tasks: Sequence[TaskRow]) -> str:
    """Answer what a page of tasks is called."""
    return str(AREAS[page_of(tasks[0].area)])


def chips_of(form: TaskForm) -> list[Chip]:
    """Answer what can be tapped about a task, in the order of the sheet of paper."""
    chosen = form.chosen("who")
    return [
        Chip(f"{form.who.id}-{number}", value, label, value in chosen)
        for number, (value, label) in enumerate(offered_by(form.who))
    ]


def is_asked_if_able(task: TaskRow, lines: Mapping[str, Line]) -> bool:
    """Tell whether «can you if it is needed?» stands at a task."""
    return task.key in lines and asks_if_able(lines[task.key].stance, ())


def task_box(task: TaskRow, form: TaskForm) -> TaskBox:
    """Answer a task with its form as the page shows it."""
    chips = chips_of(form)
    last = {Tap.UNKNOWN, Tap.NOT_NEEDED}
    return TaskBox(
        task.key,
        title_of(task),
        task.is_critical,
        form,
        first=[chip for chip in chips if chip.value not in {*OUTSIDERS, *last}],
        outside=[chip for chip in chips if chip.value in OUTSIDERS],
        last=[chip for chip in chips if chip.value in last],
        has_more=any(form.text(name) for name in ("how_often", "note", "private")),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One answer on the check page, and where it is changed."""

    label: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class AskBox:
    """One ask with its form."""

    words: str
    form: AskForm


@dataclass(frozen=True, slots=True)
class ServiceBox:
    """What one service asks: all of it can be answered by one tap, or ask by ask."""

    title: str
    form: ServiceForm | None
    """None where it is one ask alone."""
    asks: list[AskBox]

    @property
    def is_mixed(self) -> bool:
        """Tell whether the asks were answered one by one."""
        said = {box.form.text("part") for box in self.asks}
        return len(said) > 1 or OwnPart.PARTLY in said


@dataclass(frozen=True, slots=True)
class AsksPage:
    """What the services ask of this party."""

    base: str
    back: str
    services: list[ServiceBox]
    forms: Mapping[str, BaseForm]

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong on the page, for its summary on top."""
        return faults_of(self.forms)


def by_service(asks: Sequence[Ask]) -> dict[str, list[Ask]]:
    """Answer the asks by the service that asks, in their order."""
    return {service: [ask for ask in asks if ask.service == service] for service in {ask.service: 0 for ask in asks}}


def service_boxes(
    asks: Sequence[Ask], own: Mapping[str, AskForm], together: Mapping[str, ServiceForm]
) -> list[ServiceBox]:
    """Answer the asks as the page shows them, service by service."""
    return [
        ServiceBox(
            ask_words(group[0])[1], together.get(service), [AskBox(ask_words(ask)[0], own[ask.id]) for ask in group]
        )
        for service, group in by_service(asks).items()
    ]


@dataclass(frozen=True, slots=True)
class PaperBox:
    """What one service asks, as it stands on paper: answered all together, with one cross."""

    service: str
    title: str
    asks: list[Ask]
    points: list[str]
    choices: list[str]


def asked_on_paper(own: PartyRow, tasks: Sequence[TaskRow]) -> list[PaperBox]:
    """Answer what the services of all tasks ask of a party: which come into play shows first by what is answered."""
    found = []
    for service, group in by_service(asks_of(as_party(own), asks_behind({task.key for task in tasks}))).items():
        words = ASK_ANSWER_WORDS if len(group) == 1 else ALL_ASKS_WORDS
        points = [ask_words(ask)[0] for ask in group]
        found.append(PaperBox(service, ask_words(group[0])[1], group, points, [str(one) for one in words.values()]))
    return found


def service_row(asks: Sequence[Ask], given: Mapping[str, str], href: str) -> Row:
    """Answer what was said about all asks of a service, in one row of the check page."""
    words = {part.value: str(said) for part, said in ASK_ANSWER_WORDS.items()}
    together = {part.value: str(said) for part, said in ALL_ASKS_WORDS.items()}
    said = [given.get(ask.id, "") for ask in asks]
    if len(set(said)) == 1 and (said[0] in together or not said[0]):
        value = together.get(said[0], gettext("Not answered"))
    else:
        value = "\n".join(
            f"{ask_words(ask)[0]}: {words.get(part, gettext('Not answered'))}"
            for ask, part in zip(asks, said, strict=True)
        )
    return Row(ask_words(asks[0])[1], value, href)


def answer_words(answer: Answer | None, own_id: str, names: Mapping[str, str]) -> str:
    """Write one's own answer about a task in words."""
    if answer is None:
        return str(gettext("Not answered"))
    said = answer.expectation
    if not said.is_relevant:
        return str(TAPS[Tap.NOT_NEEDED])
    named = [_actor_words(actor, own_id, said.own_part, names) for actor in sorted(said.expected)]
    able = said.own_part is not None and own_id not in said.expected
    parts = [
        *named,
        *([str(TAPS[Tap.UNKNOWN])] if said.is_unknown else []),
        *([f"{gettext('Can you if it is needed?')} {OWN_PARTS[said.own_part]}"] if able and said.own_part else []),
        *([str(FREQUENCIES[said.how_often])] if said.how_often else []),
    ]
    return "\n".join([" · ".join(parts), *([f"«{answer.note}»"] if answer.note else [])]).strip()


def _actor_words(actor: str, own_id: str, part: OwnPart | None, names: Mapping[str, str]) -> str:
    if actor == own_id:
        return str(TAPS[Tap.SELF_PARTLY if part is OwnPart.PARTLY else Tap.SELF])
    if actor == MUNICIPALITY:
        return str(gettext("The municipality"))
    return str(OUTSIDE.get(actor) or names.get(actor, gettext("somebody who has left")))


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that one party has answered, before it is sent."""

    base: str
    back: str
    rows: list[Row]
    missing: int
    """How many tasks have no answer."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How it usually is with a task where this party named the municipality."""

    title: str
    href: str
    line: Line


@dataclass(frozen=True, slots=True)
class SentPage:
    """What there is to know right after one's answers were sent."""

    base: str
    waiting: list[str]
    is_open: bool
    usual: list[Usual]
    is_heavy: bool
    """A caregiver has said that it is heavy."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task on the list of tasks."""

    key: str
    title: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class TasksPage:
    """The tasks of the agreement, and what can be added or taken away."""

    base: str
    next: str
    tasks: list[TaskLine]
    may_add: bool
    may_take_away: bool
    query: str
    found: list[TaskLine]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page with one's own words."""

    base: str
    back: str
    is_caregiver: bool
    is_saved: bool
