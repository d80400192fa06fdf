"""One party's answers on paper, in large print: boxes to tick and lines to write on, for who does not answer here."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from webapp.agreements import catalogue, queries
from webapp.agreements.answer_forms import ABLE
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.models import PartyRow, TaskRow
from webapp.agreements.presenters.answering import actors, area_title, asked_on_paper, is_asked_if_able
from webapp.agreements.words import OWN_PARTS
from webapp.content.current import library
from webapp.gateways.pdf.agreement import make_answer_sheet
from webapp.gateways.pdf.contract import AnswerTask, Area
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language


def answer_sheet(own: PartyRow, people: Sequence[PartyRow], tasks: Sequence[TaskRow], contact: Contact | None) -> bytes:
    """Answer the sheet of one party as PDF; without a contact it goes to nobody: where the family is alone."""
    resident = next((queries.name_of(one) for one in people if one.kind == PartyKind.RESIDENT), "")
    title = gettext("Who does what for %(name)s", name=resident) if resident else gettext("Who does what")
    return make_answer_sheet({
        "language": language(),
        "title": title,
        "municipality": library().municipality.name,
        "statement": "",
        "party": queries.name_of(own),
        "intro": gettext("Answer alone. Put a cross at each task. Nobody asks why. You may leave things open."),
        "areas": [*_areas(own, people, tasks), *(_asks(own, tasks) if contact else [])],
        "note_label": gettext("A message. The others can read it."),
        "questions": [{"question": gettext("What matters to you?"), "lines": 4}],
        "return_to": _return_to(contact),
    })  # fmt: skip


def _return_to(contact: Contact | None) -> str:
    alone = gettext(
        "Keep the sheet yourself. Use it when you answer on a phone or a computer, alone or with somebody you choose."
    )
    if contact is None:
        return str(alone)
    return str(gettext(
        "Give the sheet to %(office)s, or ring %(telephone)s and we write it down together.",
        office=contact.title, telephone=contact.telephone,
    ))  # fmt: skip


def _areas(own: PartyRow, people: Sequence[PartyRow], tasks: Sequence[TaskRow]) -> list[Area]:
    lines = catalogue.stances(tasks)
    choices = [words for _tap, words in actors(own, people)]
    able = [f"{gettext('Can you if it is needed?')} {OWN_PARTS[part]}" for part in ABLE]

    def boxes(task: TaskRow) -> list[str]:
        return [*choices, *(able if is_asked_if_able(task, lines) else [])]

    mark = gettext("Somebody’s safety hangs on this.")
    return [
        {
            "heading": area_title(page),
            "intro": "",
            "has_notes": True,
            "tasks": [
                {
                    "task": catalogue.title_of(task), "mark": mark if task.is_critical else "", "points": [],
                    "choices": boxes(task),
                }
                for task in page
            ],
        }
        for page in catalogue.area_pages(list(tasks))
    ]  # fmt: skip


def _asks(own: PartyRow, tasks: Sequence[TaskRow]) -> list[Area]:
    asked: list[AnswerTask] = [
        {"task": box.title, "mark": "", "points": box.points, "choices": box.choices}
        for box in asked_on_paper(own, tasks)
    ]
    heading = gettext("What the help asks of you")
    intro = gettext("Answer only where you have put a cross at the municipality. “No” is an ordinary answer.")
    return [{"heading": heading, "intro": intro, "has_notes": False, "tasks": asked}] if asked else []
