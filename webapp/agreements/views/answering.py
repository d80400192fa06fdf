"""Answering alone: a page of tasks at a time, the asks of the services, the check of all answers, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import answering as actions
from webapp.agreements.answer_forms import (
    AskForm,
    FinishForm,
    ServiceForm,
    TaskForm,
    all_sound,
    choices,
    field_of,
    shown,
)
from webapp.agreements.domain import way
from webapp.agreements.domain.asks import Ask, said_of
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.domain.policy import Thing
from webapp.agreements.models import TaskRow
from webapp.agreements.presenters.answering import (
    AreaPage,
    AsksPage,
    CheckPage,
    Row,
    SentPage,
    Usual,
    actors,
    answer_words,
    area_title,
    by_service,
    is_asked_if_able,
    service_boxes,
    service_row,
    task_box,
)
from webapp.agreements.presenters.naming import names_of_people
from webapp.agreements.stored import answer_of
from webapp.agreements.views import bp
from webapp.agreements.views.sitting import Sitting, answering, to
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

OF = "/<language:lang>/avtale/<agreement:agreement_id>"
HEAVY = frozenset({"heavy", "too_heavy"})


@bp.get(f"{OF}/svar", defaults={"number": 1}, endpoint="first_answers")
@bp.get(f"{OF}/svar/<int:number>")
@allows(Permission.TAKE_PART)
@reading
@answering
def answers(sitting: Sitting, number: int) -> Response:
    """Show a page of tasks with what was answered before."""
    if sitting.is_sent:
        return to(f"{sitting.base}/{way.SENT}")
    if not 0 < number <= len(sitting.pages):
        raise NotFoundError("no such page")
    tasks = sitting.pages[number - 1]
    known = {
        one.task: shown(sitting.party.id, answer_of(one.content), one.private or "")
        for one in queries.answers(db(), sitting.me.row, sitting.party.id)
    }
    forms = _forms(sitting, tasks, known)
    return _area(sitting, number, tasks, forms, is_saved=bool(known.keys() & forms.keys()))


@bp.post(f"{OF}/svar", defaults={"number": 1}, endpoint="save_first_answers")
@bp.post(f"{OF}/svar/<int:number>")
@allows(Permission.TAKE_PART)
@writing
@answering
def save_answers(sitting: Sitting, number: int) -> Response:
    """Save the answers to the tasks that stood on the page, and go on; of other tasks nothing is changed."""
    if sitting.is_sent:
        return to(f"{sitting.base}/{way.SENT}")
    posted = set(request.form.getlist("task"))
    tasks = [task for task in sitting.tasks if task.key in posted]
    forms = _forms(sitting, tasks, {})
    if not all_sound(forms):
        return _area(sitting, number, tasks, forms, is_saved=False, status=422)
    own = sitting.party.id
    given = {key: form.answer(own) for key, form in forms.items()}
    private = {key: form.text("private") for key, form in forms.items()}
    actions.save(db(), sitting.me.row, own, given, private, how=how_of(sitting), at=now())
    return to(sitting.next_from(way.page(number)))


def how_of(sitting: Sitting) -> How:
    """Answer how what is answered now is answered: together, where there is a meeting around one table."""
    return How.MEETING if sitting.me.row.is_meeting else How.ALONE


def _forms(sitting: Sitting, tasks: list[TaskRow], known: Mapping[str, Mapping[str, Any]]) -> dict[str, TaskForm]:
    named = actors(sitting.party, queries.parties(db(), sitting.me.row))
    lines = catalogue.stances(tasks)
    return {
        task.key: TaskForm.of(
            task.key, named, asks_if_able=is_asked_if_able(task, lines), known=known.get(task.key)
        )
        for task in tasks
    }  # fmt: skip


def _area(
    sitting: Sitting, number: int, tasks: list[TaskRow], forms: dict[str, TaskForm], *, is_saved: bool,
    status: int = 200,
) -> Response:  # fmt: skip
    here = way.page(number)
    made = AreaPage(
        base=sitting.base,
        back=sitting.back_from(here),
        title=area_title(tasks),
        number=number,
        pages=len(sitting.pages),
        is_saved=is_saved,
        tasks=[task_box(task, forms[task.key]) for task in tasks],
        forms=forms,
    )
    return page("agreements/answers.html", made, form=made, status=status)


@bp.get(f"{OF}/krav")
@allows(Permission.TAKE_PART)
@reading
@answering
def asks(sitting: Sitting) -> Response:
    """Show what the services ask of this party; where they ask nothing, go on."""
    wanted = sitting.asks()
    if not wanted:
        return to(sitting.next_from(way.page(len(sitting.pages))))
    given = queries.sheet(db(), sitting.me.row, sitting.party.id, actions.ASKS)
    return _asks(sitting, wanted, _ask_forms(wanted, given), _service_forms(wanted, given))


@bp.post(f"{OF}/krav")
@allows(Permission.TAKE_PART)
@writing
@answering
def save_asks(sitting: Sitting) -> Response:
    """Save what this party answers the services."""
    wanted = sitting.asks()
    own, together = _ask_forms(wanted, {}), _service_forms(wanted, {})
    if not (all_sound(own) and all_sound(together)):
        return _asks(sitting, wanted, own, together, status=422)
    known = queries.sheet(db(), sitting.me.row, sitting.party.id, actions.ASKS)
    kept = {key: part for key, part in known.items() if key not in own}
    content = {**kept, **said_of(wanted, _parts(own), _parts(together), known)}
    actions.save_sheet(db(), sitting.me.row, sitting.party.id, actions.ASKS, content, how=how_of(sitting), at=now())
    return to(sitting.next_from(way.ASKS))


def _ask_forms(wanted: tuple[Ask, ...], given: Mapping[str, str]) -> dict[str, AskForm]:
    return {ask.id: AskForm(prefix=field_of(ask), data={"part": given.get(ask.id)}) for ask in wanted}


def _service_forms(wanted: tuple[Ask, ...], given: Mapping[str, str]) -> dict[str, ServiceForm]:
    """Answer a form for each service that asks several things, begun with what was said alike of all of them."""

    def alike(asks: list[Ask]) -> str:
        said = {given.get(ask.id, "") for ask in asks}
        return said.pop() if len(said) == 1 else ""

    return {
        service: ServiceForm(prefix=service, data={"part": alike(asks)})
        for service, asks in by_service(wanted).items() if len(asks) > 1
    }  # fmt: skip


def _parts(forms: Mapping[str, AskForm] | Mapping[str, ServiceForm]) -> dict[str, str]:
    return {key: form.text("part") for key, form in forms.items()}


def _asks(
    sitting: Sitting, wanted: tuple[Ask, ...], own: dict[str, AskForm], together: dict[str, ServiceForm], *,
    status: int = 200,
) -> Response:  # fmt: skip
    boxes = service_boxes(wanted, own, together)
    made = AsksPage(sitting.base, sitting.back_from(way.ASKS), boxes, {**together, **own})
    return page("agreements/asks.html", made, form=made, status=status)


@bp.get(f"{OF}/svar/kontroll")
@allows(Permission.TAKE_PART)
@reading
@answering
def check(sitting: Sitting) -> Response:
    """Show all that was answered, each with the way to change it."""
    if sitting.is_sent:
        return to(f"{sitting.base}/{way.SENT}")
    return _check(sitting, _finish_form(sitting))


@bp.post(f"{OF}/svar/kontroll")
@allows(Permission.TAKE_PART)
@writing
@answering
def finish(sitting: Sitting) -> Response:
    """Send the answers; when they are the last, the comparison opens."""
    form, row = _finish_form(sitting), sitting.me.row
    if not form.validate():
        return _check(sitting, form, status=422)
    if form.text("helper"):
        try:
            actions.note_helper(db(), row, sitting.party, form.text("helper"), at=now())
        except ConflictError:
            form.helper.errors = [gettext("Who helps you, and is in this too, answers their own part first.")]
            return _check(sitting, form, status=422)
    actions.finish(db(), row, sitting.party, catalogue.stances(sitting.tasks), at=now())
    return to(f"{sitting.base}/{way.SENT}")


def _finish_form(sitting: Sitting) -> FinishForm:
    form = FinishForm()
    others = [one for one in queries.parties(db(), sitting.me.row) if one.id != sitting.party.id and not one.left_at]
    named = [(one.id, queries.name_of(one)) for one in others]
    form.helper.choices = choices([("", gettext("No")), *named, ("other", gettext("Somebody else"))])
    return form


def _check(sitting: Sitting, form: FinishForm, *, status: int = 200) -> Response:
    given = sitting.answers()
    made = CheckPage(
        base=sitting.base,
        back=sitting.back_from(way.CHECK),
        rows=[*_matters_row(sitting), *_task_rows(sitting), *_ask_rows(sitting)],
        missing=sum(task.key not in given for task in sitting.tasks),
    )
    return page("agreements/check.html", made, form=form, status=status)


def _matters_row(sitting: Sitting) -> list[Row]:
    said = queries.sheet(db(), sitting.me.row, sitting.party.id, actions.MATTERS).get("words", "")
    return [Row(gettext("What matters to you"), said or gettext("Not answered"), f"{sitting.base}/{way.MATTERS}")]


def _task_rows(sitting: Sitting) -> list[Row]:
    names = names_of_people(queries.parties(db(), sitting.me.row))
    given, own = sitting.answers(), sitting.party.id
    return [
        Row(
            catalogue.title_of(task), answer_words(given.get(task.key), own, names),
            f"{sitting.base}/{way.page(number)}#{task.key}-who",
        )
        for number, tasks in enumerate(sitting.pages, start=1) for task in tasks
    ]  # fmt: skip


def _ask_rows(sitting: Sitting) -> list[Row]:
    given = queries.sheet(db(), sitting.me.row, sitting.party.id, actions.ASKS)
    return [
        service_row(asks, given, f"{sitting.base}/{way.ASKS}#{service if len(asks) > 1 else field_of(asks[0])}-part")
        for service, asks in by_service(sitting.asks()).items()
    ]


@bp.get(f"{OF}/svar/sendt")
@allows(Permission.TAKE_PART)
@reading
@answering
def sent(sitting: Sitting) -> Response:
    """Tell what comes now, and how it usually is with what this party left to the municipality."""
    if sitting.party.answered_at is None:
        return to(f"{sitting.base}/{way.CHECK}")
    row = sitting.me.row
    load = queries.sheet(db(), row, sitting.party.id, actions.LOAD)
    made = SentPage(
        base=sitting.base,
        waiting=[queries.name_of(one) for one in queries.parties(db(), row) if not one.left_at and not one.answered_at],
        is_open=sitting.me.sees(Thing.ANSWERS),
        usual=_usual(sitting),
        is_heavy=load.get("load") in HEAVY or load.get("time_off") == "no",
    )
    return page("agreements/sent.html", made)


def _usual(sitting: Sitting) -> list[Usual]:
    lines, given = catalogue.stances(sitting.tasks), sitting.answers()
    return [
        Usual(catalogue.title_of(task), f"/{language()}/hvem-gjor-hva/{task.key}", lines[task.key])
        for task in sitting.tasks
        if task.key in lines and task.key in given and MUNICIPALITY in given[task.key].expectation.expected
    ]
