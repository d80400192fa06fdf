"""What surveys came to; the first page of the room of insight (SJ-8b, IN-2)."""

from __future__ import annotations

from flask import Response, request

from webapp.administration.documents import figures_csv
from webapp.administration.presenters import FiguresPage
from webapp.administration.presenters.figures import ADDRESS
from webapp.administration.views import bp
from webapp.content.current import library
from webapp.kernel.clock import local_day
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.selfchecks import queries
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading


@bp.get(ADDRESS)
@allows(Permission.SEE_FIGURES)
@reading
def figures() -> Response:
    """Show what a survey came to in a time that is over."""
    return page("administration/figures.html", _page())


@bp.get(f"{ADDRESS}.csv")
@allows(Permission.SEE_FIGURES)
@reading
def figures_as_csv() -> Response:
    """Give the same as a file for a spreadsheet."""
    response = Response(figures_csv(_page()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="erfaring.csv"'
    return response


def _page() -> FiguresPage:
    """Answer the figures of the survey and the time that the address names; else of the first one, and the newest."""
    surveys, place = queries.surveys(library()), caller().municipality
    slug = request.args.get("undersokelse") or next(iter(surveys), "")
    if slug not in surveys:
        raise NotFoundError
    known = queries.survey_periods(db(), place, slug, local_day(now()))
    named = request.args.get("periode") or (known[-1].name if known else "")
    shown = next((one for one in known if one.name == named), None)
    if named and shown is None:
        raise NotFoundError
    title = (library().selfcheck(slug) or {})["title"]
    if shown is None:
        return FiguresPage.of(surveys[slug], title, None, known)
    counts = queries.survey_counts(db(), place, slug, shown.since, shown.until)
    written = queries.survey_words(db(), place, slug, shown.since, shown.until)
    return FiguresPage.of(surveys[slug], title, (shown, counts, written), known)
