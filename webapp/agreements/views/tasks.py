"""The tasks of an agreement: looked over by its starter, added to by everybody."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from webapp.agreements import catalogue
from webapp.agreements.actions import tasks as actions
from webapp.agreements.actions.people import NewTask
from webapp.agreements.answer_forms import OwnTaskForm
from webapp.agreements.domain import way
from webapp.agreements.domain.starting import MOST_TASKS, OWN_AREA
from webapp.agreements.presenters.answering import TaskLine, TasksPage
from webapp.agreements.views import bp
from webapp.agreements.views.answering import OF
from webapp.agreements.views.sitting import Sitting, answering, to
from webapp.content.current import library
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.search.queries import search
from webapp.web.access import allows
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

MOST_FOUND = 8
TAKE_AWAY, ADD = "bort", "til"


@bp.get(f"{OF}/oppgaver")
@allows(Permission.TAKE_PART)
@reading
@answering
def tasks(sitting: Sitting) -> Response:
    """Show the tasks, and those of the catalogue that are searched for."""
    return _show(sitting, OwnTaskForm())


@bp.post(f"{OF}/oppgaver")
@allows(Permission.TAKE_PART)
@writing
@answering
def change_tasks(sitting: Sitting) -> Response:
    """Add a task of the catalogue or one's own, or take one away."""
    what, _space, key = request.form.get("handling", "").partition(" ")
    form = OwnTaskForm()
    if what == TAKE_AWAY:
        return _take_away(sitting, key, form)
    if what != ADD and not form.validate():
        return _show(sitting, form, status=422)
    new = _of_catalogue(key) if what == ADD else NewTask("", OWN_AREA, title=form.text("title"))
    try:
        actions.add(db(), sitting.me.row, [new], by=sitting.party.id, movers=sitting.me.movers, at=now())
    except InvalidError:
        form.title.errors = [gettext("There are %(most)s tasks already. Take one away first.", most=MOST_TASKS)]
        return _show(sitting, form, status=422)
    except ConflictError:
        said = gettext("You are agreeing now. Ask who speaks for the resident to open the answers again.")
        form.title.errors = [said]
        return _show(sitting, form, status=422)
    return to(f"{sitting.base}/{way.TASKS}")


def _take_away(sitting: Sitting, key: str, form: OwnTaskForm) -> Response:
    try:
        actions.take_away(db(), sitting.me.row, key, by=sitting.party, at=now())
    except NotAllowedError:
        form.title.errors = [gettext("Somebody has answered, so the tasks stay. Answer «not needed» to what is not.")]
        return _show(sitting, form, status=422)
    return to(f"{sitting.base}/{way.TASKS}")


def _of_catalogue(slug: str) -> NewTask:
    found = catalogue.task_page(slug)
    if found is None:
        raise NotFoundError("no such task")
    return catalogue.new_task(found)


def _show(sitting: Sitting, form: OwnTaskForm, *, status: int = 200) -> Response:
    query, there = request.args.get("q", "").strip(), {task.key for task in sitting.tasks}
    hits = search(library(), query, language(), kinds=("task",), most=MOST_FOUND) if query else []
    may_take_away = actions.may_take_away(db(), sitting.me.row, sitting.party)
    made = TasksPage(
        base=sitting.base,
        next=f"{sitting.base}/{way.after(sitting.way(), way.TASKS) if may_take_away else way.page(1)}",
        tasks=[TaskLine(task.key, catalogue.title_of(task), task.is_critical) for task in sitting.tasks],
        may_add=actions.may_add(sitting.me.row, sitting.me.movers),
        may_take_away=may_take_away,
        query=query,
        found=[
            TaskLine(hit.document.slug, hit.document.title, is_critical=False)
            for hit in hits
            if hit.document.slug not in there
        ],
    )
    return page("agreements/tasks.html", made, form=form, status=status)
