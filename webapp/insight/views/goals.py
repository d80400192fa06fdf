"""A municipality's goals: writing and ordering them, as a file both ways, as a report, and publishing them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.insight.actions import goals as actions
from webapp.insight.documents import file
from webapp.insight.domain import periods
from webapp.insight.domain.goal_sheet import Fault, Line, read, sheet
from webapp.insight.domain.goals import FIGURES, PARENTS, Number, Sort
from webapp.insight.domain.topics import Topic, series_of
from webapp.insight.forms import FORMS, ImportForm, ItemForm
from webapp.insight.presenters.goals import (
    HOME,
    TITLES,
    WORDS,
    GoalsPage,
    GoalsYearPage,
    ImportPage,
    ItemPage,
    PublishedPage,
    snapshot,
)
from webapp.insight.queries import counted
from webapp.insight.queries import goals as queries
from webapp.insight.views import bp
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, InvalidError, NotFoundError
from webapp.kernel.ids import new_id
from webapp.kernel.permission import Permission
from webapp.kernel.sheets import read_csv, without_mark
from webapp.kernel.xlsx import day_of, read_xlsx
from webapp.web.access import allows, caller, public
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

SORTS = ",".join(WORDS)
MOST_BYTES = 1024 * 1024
SAID = {
    "lagret": _("Saved."),
    "flyttet": _("Moved."),
    "avsluttet": _("Ended. It stands under what has ended, and can be taken up again."),
    "gjenapnet": _("Taken up again."),
    "slettet": _("Taken away."),
    "publisert": _("Published. Everybody can read it now."),
    "trukket": _("Taken away from the public pages."),
}


def _plan() -> list[queries.Goal]:
    return queries.goals(db(), caller().municipality)


def _back(done: str) -> Response:
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
    return page("insight/goals.html", GoalsPage.of(_plan(), library().goals, address, local_day(now()), message))


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
    if len(key) != 32 or not key.isalnum():
        raise NotFoundError("a form that is not ours")
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
    except ConflictError:
        return _conflict(sort, word, key, form)
    return _back("lagret")


def _conflict(sort: Sort, word: str, key: str, form: ItemForm) -> Response:
    """Show what somebody else has written beside what was to be saved; saved again, it takes its place."""
    db().rollback()
    row = queries.row_or_none(db(), caller().municipality, sort, key)
    if row is None:  # the day of a number that is there already
        form["day"].errors = [gettext("There is a number for that day already. Change that one.")]
        return _item_page(sort, word, form, status=422)
    given, theirs = _given(row), []
    for field in form:
        was = given.get(field.name)
        if was is not None and str(was) != str(field.data or ""):
            choices = dict(getattr(field, "choices", None) or ())
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
        return _back("flyttet")
    if handling in {"avslutt", "gjenapne"}:
        actions.end(db(), place, sort, item_id, is_ended=handling == "avslutt", by=by, at=now())
        return _back("avsluttet" if handling == "avslutt" else "gjenapnet")
    if handling == "slett":
        actions.remove(db(), place, sort, item_id, by=by, at=now())
        return _back("slettet")
    raise InvalidError("there is no such act")


@bp.get(f"{HOME}.<any(csv, xlsx):form>")
@allows(Permission.KEEP_GOALS)
@reading
def goals_file(form: str) -> Response:
    """Give the plan as a file, which can be changed and brought back."""
    return file(sheet(_plan()), form, "maal-og-tiltak")


@bp.get(f"{HOME}/fil")
@allows(Permission.KEEP_GOALS)
@reading
def bring_file() -> Response:
    """Ask for a file with a plan, and tell what stands in it."""
    return page("insight/goals_import.html", ImportPage.of([]), form=ImportForm())


@bp.post(f"{HOME}/fil")
@takes(MOST_BYTES, _("The file is too large. It may have up to 1 MB. Divide it, and bring the parts one by one."))
@allows(Permission.KEEP_GOALS)
@writing
def import_file() -> Response:
    """Take a file over: all of it, or nothing and every fault at once with its row and column."""
    form, given = ImportForm(), request.files.get("file")
    body = given.read(MOST_BYTES + 1) if given else b""
    if not body:
        return _import_fault(form, str(gettext("Choose a file.")))
    try:
        rows = read_xlsx(body) if body.startswith(b"PK") else read_csv(body)
    except InvalidError:
        return _import_fault(form, str(gettext("This is neither a CSV nor an Excel file that we can read.")))
    lines, faults = read([[without_mark(cell) for cell in row] for row in _with_days(rows)])
    if not faults:
        return _take_over(form, lines)
    return _faults_page(form, faults)


def _with_days(rows: list[list[str]]) -> list[list[str]]:
    """Write the days that a spreadsheet keeps as numbers as days, in the column of dates alone."""
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    place = heads.index("dato") if "dato" in heads else None
    return [[day_of(cell) if number == place else cell for number, cell in enumerate(row)] for row in rows]


def _take_over(form: ImportForm, lines: list[Line]) -> Response:
    try:
        added, changed, faults = actions.take_over(db(), caller().municipality, lines, by=caller().id, at=now())
    except ConflictError:
        return _import_fault(
            form, str(gettext("Somebody changed the plan just now. Bring the file again.")), status=409
        )
    if faults:
        return _faults_page(form, faults)
    return make_response(redirect(f"{HOME}?melding=importert&nye={added}&endret={changed}", 303))


def _import_fault(form: ImportForm, words: str, *, status: int = 422) -> Response:
    form["file"].errors = [words]
    return page("insight/goals_import.html", ImportPage.of([]), form=form, status=status)


def _faults_page(form: ImportForm, faults: list[Fault]) -> Response:
    form["file"].errors = [gettext("Nothing is taken over. Mend what stands below, and bring the file again.")]
    return page("insight/goals_import.html", ImportPage.of(faults), form=form, status=422)


def _counted() -> dict[str, list[Number]]:
    """Answer the counted figures of the years that are over, as numbers of their last days; none where it is hidden."""
    place, first = caller().municipality, counted.first_month(db(), caller().municipality)
    found: dict[str, list[Number]] = {name: [] for name in FIGURES}
    for period in periods.years_over(first, local_day(now()))[-10:]:
        year = counted.counted(db(), place, {topic for topic, _series, _category in FIGURES.values()}, period.year)
        series = {(topic, one.id): one for topic in Topic for one in series_of(topic, year)}
        for name, (topic, of, category) in FIGURES.items():
            figures = series[topic, of].figures(period) if (topic, of) in series else None
            number = None if figures is None else figures.cells.get(category) if category else figures.total
            if number is not None:
                found[name].append(Number("", date(period.year, 12, 31), str(number), ""))
    return found


@bp.get(f"{HOME}/aar/<int:year>")
@allows(Permission.KEEP_GOALS)
@reading
def goals_year(year: int) -> Response:
    """Show the plan as a report of a year, to print."""
    if not 2000 <= year <= local_day(now()).year:
        raise NotFoundError("that year is not here yet")
    name = library().municipality.full_name(language())
    return page("insight/goals_year.html", GoalsYearPage.of(_plan(), _counted(), year, name))


@bp.post(f"{HOME}/publiser")
@allows(Permission.KEEP_GOALS)
@writing
def publish_goals() -> Response:
    """Publish the plan as it is now, or take it away from the public pages."""
    place, by = caller().municipality, caller().id
    if request.form.get("handling") == "trekk":
        actions.withdraw(db(), place, by=by, at=now())
        return _back("trukket")
    actions.publish(db(), place, snapshot(_plan(), _counted(), local_day(now())), by=by, at=now())
    return _back("publisert")


@bp.get("/<language:lang>/maal-og-tiltak")
@public()
def published_goals(lang: str) -> Response:
    """Show the goals that the municipality has published; there is no page where it has not."""
    shown = library().goals
    if shown is None:
        raise NotFoundError("the municipality has published no goals")
    return page("insight/published_goals.html", PublishedPage.of(shown))
