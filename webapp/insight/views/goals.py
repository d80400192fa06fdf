"""A municipality's goals as its administrator writes them: what stands where, in which order, and what has ended."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.insight.actions import goals as actions
from webapp.insight.actions.goals import DayTakenError, LateError
from webapp.insight.domain.goals import PARENTS, Goal, Sort
from webapp.insight.forms import FORMS, ItemForm
from webapp.insight.presenters.goals import (
    HOME,
    TITLES,
    WORDS,
    GoalsPage,
    ItemPage,
)
from webapp.insight.queries import goals as queries
from webapp.insight.views import bp
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import new_id
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

SORTS = ",".join(WORDS)
SAID = {
    "lagret": _("Saved."),
    "flyttet": _("Moved."),
    "avsluttet": _("Ended. It stands under what has ended, and can be taken up again."),
    "gjenapnet": _("Taken up again."),
    "slettet": _("Taken away."),
    "publisert": _("Published. Everybody can read it now."),
    "trukket": _("Taken away from the public pages."),
}


def plan() -> list[Goal]:
    """Answer the plan of one's own municipality."""
    return queries.goals(db(), caller().municipality)


def back(done: str) -> Response:
    """Lead back to the plan, and say there what was done."""
    return make_response(redirect(f"{HOME}?melding={done}", 303))


@bp.get(HOME)
@allows(Permission.KEEP_GOALS)
@reading
def goals() -> Response:
    """Show the plan, with the ways to change it (IN-2b)."""
    done = request.args.get("melding", "")
    message = str(SAID.get(done, ""))
    if done == "importert":
        new, changed = (request.args.get(name, "0")[:6] for name in ("nye", "endret"))
        message = str(gettext("The file is taken over: %(new)s new, %(changed)s changed.", new=new, changed=changed))
    address = f"/{library().languages[0]}/maal-og-tiltak"
    return page("insight/goals.html", GoalsPage.of(plan(), library().goals, address, local_day(now()), message))


@bp.get(f"{HOME}/ny/<any({SORTS}):word>")
@allows(Permission.KEEP_GOALS)
@reading
def new_item(word: str) -> Response:
    """Ask for one thing more of the plan."""
    sort, under = WORDS[word], request.args.get("under", "")[:32]
    if sort in PARENTS:
        _parent(sort, under)
    return _item_page(sort, word, FORMS[sort](key=new_id(), under=under, seen="0"))


@bp.get(f"{HOME}/<any({SORTS}):word>/<item_id>")
@allows(Permission.KEEP_GOALS)
@reading
def item(word: str, item_id: str) -> Response:
    """Show one thing of the plan, to change it."""
    sort = WORDS[word]
    row = queries.row(db(), caller().municipality, sort, item_id)
    return _item_page(sort, word, FORMS[sort](key=item_id, under="", seen=str(row.revision), **_given(row)))


def _given(row: queries.Row) -> dict[str, Any]:
    """Answer what stands in a row, as its form takes it."""
    found: dict[str, Any] = {}
    for name, column in (
        ("title", "title"), ("about", "text"), ("owner", "owner"), ("state", "state"), ("unit", "unit"),
        ("target", "target"), ("figure", "figure"), ("source", "source"),
    ):  # fmt: skip
        if hasattr(row, column):
            found[name] = getattr(row, column)
    for name in ("due_on", "day"):
        day: date | None = getattr(row, name, None)
        if hasattr(row, name):
            found[name] = day.isoformat() if day else ""
    if hasattr(row, "number"):
        found["number"] = row.number.replace(".", ",")
    return found


def _parent(sort: Sort, under: str) -> str:
    """Answer what the thing is called that another is to stand under; raise NotFoundError where it is not there."""
    row = queries.row(db(), caller().municipality, PARENTS[sort], under)
    if getattr(row, "figure", ""):
        raise NotFoundError("its numbers are counted, and not typed in")
    return str(getattr(row, "title", ""))


def _item_page(
    sort: Sort, word: str, form: ItemForm, *, status: int = 200, theirs: list[tuple[str, str]] | None = None
) -> Response:
    is_new = form.text("seen") == "0"
    address = f"{HOME}/ny/{word}" if is_new else f"{HOME}/{word}/{form.text('key')}"
    can_remove = "" if is_new or sort not in {Sort.MEASURE, Sort.NUMBER} else f"{HOME}/{word}/{form.text('key')}/gjor"
    under = _parent(sort, form.text("under")) if is_new and sort in PARENTS else ""
    shown = ItemPage(str(TITLES[sort][not is_new]), address, sort.name.lower(), under, can_remove, theirs or [])
    return page("insight/goal_item.html", shown, form=form, status=status)


@bp.post(f"{HOME}/ny/<any({SORTS}):word>")
@allows(Permission.KEEP_GOALS)
@writing
def add_item(word: str) -> Response:
    """Write one thing more; a form that is sent twice is there once."""
    return _save(word, "", 0)


@bp.post(f"{HOME}/<any({SORTS}):word>/<item_id>")
@allows(Permission.KEEP_GOALS)
@writing
def change_item(word: str, item_id: str) -> Response:
    """Write a thing anew; where somebody else has meanwhile, both texts are shown and nothing is lost."""
    seen = request.form.get("seen", "")
    return _save(word, item_id, int(seen) if seen.isdecimal() and len(seen) < 9 else 0)


def _save(word: str, item_id: str, seen: int) -> Response:
    sort, form, place = WORDS[word], FORMS[WORDS[word]](), caller().municipality
    key = item_id or form.text("key")
    if not re.fullmatch("[0-9a-f]{32}", key):  # a form that is not ours
        key = new_id()
    if item_id:
        queries.row(db(), place, sort, item_id)
    elif sort in PARENTS:
        _parent(sort, form.text("under"))
    form["key"].data, form["seen"].data = key, str(seen)
    if not form.validate():
        return _item_page(sort, word, form, status=422)
    try:
        actions.save(
            db(), place, sort, key, form.values(), seen=seen, parent=form.text("under"), by=caller().id, at=now()
        )
    except DayTakenError:
        form["day"].errors = [gettext("There is a number for that day already. Change that one.")]
        return _item_page(sort, word, form, status=422)
    except LateError:
        raise
    except ConflictError:
        return _conflict(sort, word, key, form)
    return back("lagret")


def _conflict(sort: Sort, word: str, key: str, form: ItemForm) -> Response:
    """Show what somebody else has written beside what was to be saved; saved again, it takes its place."""
    row = queries.row(db(), caller().municipality, sort, key)
    given, theirs = _given(row), []
    for field in form:
        was = given.get(field.name)
        if was is not None and str(was) != str(field.data or ""):
            choices = {one.value: one.label for one in getattr(field, "choices", None) or ()}
            theirs.append((str(field.label.text), str(choices.get(was, was)) or "–"))
    form["seen"].data = str(row.revision)
    return _item_page(sort, word, form, status=409, theirs=theirs)


@bp.post(f"{HOME}/<any({SORTS}):word>/<item_id>/gjor")
@allows(Permission.KEEP_GOALS)
@writing
def act(word: str, item_id: str) -> Response:
    """Move a thing up or down, end it or take it up again, or take it away."""
    sort, place, by = WORDS[word], caller().municipality, caller().id
    handling = request.form.get("handling", "")
    if handling in {"opp", "ned"}:
        actions.move(db(), place, sort, item_id, is_up=handling == "opp", by=by, at=now())
        return back("flyttet")
    if handling in {"avslutt", "gjenapne"}:
        actions.end(db(), place, sort, item_id, is_ended=handling == "avslutt", by=by, at=now())
        return back("avsluttet" if handling == "avslutt" else "gjenapnet")
    if handling == "slett":
        actions.remove(db(), place, sort, item_id, by=by, at=now())
        return back("slettet")
    return make_response(redirect(HOME, 303))
