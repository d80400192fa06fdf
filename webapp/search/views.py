"""The results page and the suggestions while somebody writes."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.content.current import library
from webapp.kernel.moments import Moment
from webapp.search import queries
from webapp.search.domain.vocabulary import MOST_CHARACTERS, may_be_counted
from webapp.search.jobs import NO_HIT
from webapp.search.presenters import ResultsPage
from webapp.web.access import public
from webapp.web.counting import count, counters
from webapp.web.pages import page

bp = Blueprint("search", __name__)


def _query() -> str:
    return request.args.get("q", "").strip()[:MOST_CHARACTERS]


@bp.get("/<language:lang>/sok")
@public(cached=False, fragments=True)
def results(lang: str) -> Response:
    """Answer what a query found (ABC-4)."""
    query = _query()
    hits = queries.search(library(), query, lang) if query else []
    if query and not hits and may_be_counted(query):
        counters().count(library().code, NO_HIT, query.casefold())
    if query:
        count(Moment.SEARCH, "hit" if hits else "no hit")
    return page("search/results.html", ResultsPage.of(query, hits), fragment="results")


@bp.get("/<language:lang>/sok/forslag")
@public(cached=False, fragments=True)
def suggestions(lang: str) -> Response:
    """Answer what somebody may be about to write; without htmx a small page of its own."""
    query = _query()
    hits = queries.suggest(library(), query, lang) if query else []
    return page("search/suggestions.html", ResultsPage.of(query, hits), fragment="suggestions")
