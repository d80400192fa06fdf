"""Who does what: an everyday task, and the answer at once."""

from __future__ import annotations

from flask import Response, request

from webapp.content.current import library
from webapp.kernel.errors import NotFoundError
from webapp.search import queries
from webapp.search.domain.vocabulary import MOST_CHARACTERS
from webapp.services.presenters import TaskCard, TasksPage
from webapp.services.views import bp
from webapp.web.access import public
from webapp.web.pages import page

MOST_ANSWERS = 5


@bp.get("/<language:lang>/hvem-gjor-hva")
@public(cached=False, fragments=True)
def tasks(lang: str) -> Response:
    """Show the answer to a task in everyday words, and all tasks by area (TJ-3)."""
    query = request.args.get("q", "").strip()[:MOST_CHARACTERS]
    hits = queries.search(library(), query, lang, kinds=("task",), most=MOST_ANSWERS) if query else []
    found = library().named("task", [hit.document.slug for hit in hits], lang)
    return page("services/tasks.html", TasksPage.of(query, found), fragment="answers")


@bp.get("/<language:lang>/hvem-gjor-hva/<slug>")
@public()
def task(lang: str, slug: str) -> Response:
    """Show the answer to one task (TJ-3)."""
    found = library().page("task", slug, lang)
    if found is None:
        raise NotFoundError
    return page("services/task.html", TaskCard.of(found))
