"""Goals as files both ways, as a report of a year, and published for everybody to read."""

from __future__ import annotations

from datetime import date

from flask import Response, make_response, redirect, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.insight.actions import goals as actions
from webapp.insight.documents import file
from webapp.insight.domain import periods
from webapp.insight.domain.goal_sheet import Fault, Line, read, sheet
from webapp.insight.domain.goals import FIGURES, Number
from webapp.insight.domain.topics import Topic, series_of
from webapp.insight.forms import ImportForm
from webapp.insight.presenters.goals import (
    HOME,
    GoalsYearPage,
    ImportPage,
    PublishedPage,
    snapshot,
)
from webapp.insight.queries import counted
from webapp.insight.views import bp
from webapp.insight.views.goals import back, plan
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, InvalidError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.kernel.sheets import read_csv, without_mark
from webapp.kernel.xlsx import day_of, read_xlsx
from webapp.web.access import allows, caller, public
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

MOST_BYTES = 1024 * 1024


@bp.get(f"{HOME}.<any(csv, xlsx):form>")
@allows(Permission.KEEP_GOALS)
@reading
def goals_file(form: str) -> Response:
    """Give the plan as a file, which can be changed and brought back."""
    return file(sheet(plan()), form, "maal-og-tiltak")


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
    return page("insight/goals_year.html", GoalsYearPage.of(plan(), _counted(), year, name))


@bp.post(f"{HOME}/publiser")
@allows(Permission.KEEP_GOALS)
@writing
def publish_goals() -> Response:
    """Publish the plan as it is now, or take it away from the public pages."""
    place, by = caller().municipality, caller().id
    if request.form.get("handling") == "trekk":
        actions.withdraw(db(), place, by=by, at=now())
        return back("trukket")
    actions.publish(db(), place, snapshot(plan(), _counted(), local_day(now())), by=by, at=now())
    return back("publisert")


@bp.get("/<language:lang>/maal-og-tiltak")
@public()
def published_goals(lang: str) -> Response:
    """Show the goals that the municipality has published; there is no page where it has not."""
    shown = library().goals
    if shown is None:
        raise NotFoundError("the municipality has published no goals")
    return page("insight/published_goals.html", PublishedPage.of(shown))
