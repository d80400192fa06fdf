"""The page on which staff write down what somebody answered on paper or by telephone: the sheet, on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.agreements import catalogue
from webapp.agreements.answer_forms import TaskForm, faults_of
from webapp.agreements.presenters.answering import Chip, actors, area_title, chips_of, is_asked_if_able
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
class AnswersPage:
    """The sheet of one party, to be written down."""

    href: str
    action: str
    reference: str
    name: str
    areas: list[SheetArea]
    own: int
    """How many tasks they have answered themselves; what, is not shown."""
    is_late: bool
    """Something was answered since the page was made; nothing is stored."""
    can_write: bool
    form: AnswersForm
    tasks: Mapping[str, TaskForm]

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong on the page, for its summary on top."""
        return [*self.form.faults(), *faults_of(self.tasks)]


def task_forms(found: Whole, party_id: str) -> dict[str, TaskForm]:
    """Answer the forms of the tasks on the sheet of a party, by task."""
    own = next(one for one in found.people if one.id == party_id)
    named, lines = actors(own, found.people), catalogue.stances(found.tasks)
    return {
        task.key: TaskForm.of(task.key, named, asks_if_able=is_asked_if_able(task, lines), is_on_paper=True)
        for task in found.tasks
    }


def answers_page(
    found: Whole, party_id: str, form: AnswersForm, tasks: Mapping[str, TaskForm], *, own: int, can_write: bool,
    is_late: bool = False,
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
        own=own,
        is_late=is_late,
        can_write=can_write,
        form=form,
        tasks=tasks,
    )
