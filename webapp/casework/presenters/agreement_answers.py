"""The page on which staff write down what somebody answered on paper or by telephone: the sheet, on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.agreements import catalogue
from webapp.agreements.answer_forms import AskForm, ServiceForm, TaskForm, faults_of
from webapp.agreements.presenters.answering import (
    Chip,
    PaperBox,
    actors,
    area_title,
    asked_on_paper,
    chips_of,
    is_asked_if_able,
)
from webapp.agreements.queries import Whole
from webapp.casework.agreement_forms import AnswersForm
from webapp.casework.presenters.agreements import LIST
from webapp.kernel.ids import write_readable
from webapp.kernel.text import without_hidden


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of the sheet: its boxes in their order, and the line for a message."""

    title: str
    is_critical: bool
    chips: list[Chip]
    form: TaskForm


@dataclass(frozen=True, slots=True)
class SheetArea:
    """The tasks below one heading of the sheet."""

    title: str
    tasks: list[TaskLine]


@dataclass(frozen=True, slots=True)
class AskLine:
    """What one service asks, and the boxes that stand at it on the sheet."""

    title: str
    points: list[str]
    form: AskForm | ServiceForm


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The sheet of one party, to be written down."""

    href: str
    action: str
    reference: str
    name: str
    areas: list[SheetArea]
    asks: list[AskLine]
    own: int
    """How many tasks they have answered themselves; what, is not shown."""
    is_late: bool
    """Something was answered since the page was made; nothing is stored."""
    can_write: bool
    form: AnswersForm
    tasks: Mapping[str, TaskForm]
    services: Mapping[str, AskForm | ServiceForm]

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong on the page, for its summary on top."""
        return [*self.form.faults(), *faults_of(self.tasks), *faults_of(self.services)]


def task_forms(found: Whole, party_id: str) -> dict[str, TaskForm]:
    """Answer the forms of the tasks on the sheet of a party, by task."""
    own = next(one for one in found.people if one.id == party_id)
    named, lines = actors(own, found.people), catalogue.stances(found.tasks)
    return {
        task.key: TaskForm.of(task.key, named, asks_if_able=is_asked_if_able(task, lines), is_on_paper=True)
        for task in found.tasks
    }


def asked(found: Whole, party_id: str) -> list[PaperBox]:
    """Answer what stands on the sheet of a party of what the services ask; nothing where the family is alone."""
    own = next(one for one in found.people if one.id == party_id)
    return asked_on_paper(own, found.tasks) if found.row.is_with_municipality else []


def service_forms(boxes: Sequence[PaperBox]) -> dict[str, AskForm | ServiceForm]:
    """Answer the forms of what the services ask, by service."""
    return {box.service: (ServiceForm if len(box.asks) > 1 else AskForm)(prefix=box.service) for box in boxes}


def answers_page(
    found: Whole, party_id: str, form: AnswersForm, tasks: Mapping[str, TaskForm],
    services: Mapping[str, AskForm | ServiceForm], *, own: int, can_write: bool, is_late: bool = False,
) -> AnswersPage:  # fmt: skip
    """Answer the page of one party's sheet, in the order in which the sheet is printed."""
    href = f"{LIST}/{found.row.id}"
    return AnswersPage(
        href=href,
        action=f"{href}/svar/{party_id}",
        reference=write_readable(found.row.reference),
        name=without_hidden(found.details[party_id].name),
        areas=[
            SheetArea(
                area_title(page),
                [
                    TaskLine(catalogue.title_of(task), task.is_critical, chips_of(tasks[task.key]), tasks[task.key])
                    for task in page
                ],
            )
            for page in catalogue.area_pages(found.tasks)
        ],
        asks=[AskLine(box.title, box.points, services[box.service]) for box in asked(found, party_id)],
        own=own,
        is_late=is_late,
        can_write=can_write,
        form=form,
        tasks=tasks,
        services=services,
    )
