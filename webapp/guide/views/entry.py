"""The index A to Å and one entry."""

from __future__ import annotations

from flask import Response, request

from webapp.content.current import library
from webapp.guide.domain import AREA_WORDS, AUDIENCE_WORDS, SITUATION_WORDS, Filter
from webapp.guide.presenters import EntryPage, IndexPage
from webapp.guide.views import bp
from webapp.kernel.errors import NotFoundError
from webapp.web.access import public
from webapp.web.pages import page, without_traces


def _chosen(argument: str, words: dict[str, str]) -> str:
    word = request.args.get(argument, "")
    if word and word not in words:
        raise NotFoundError
    return words.get(word, "")


@bp.get("/<language:lang>/abc/")
@public(parameters=("for", "situasjon", "omrade"))
def index(lang: str) -> Response:
    """Show the index, whole or by a way in (ABC-1, ABC-3)."""
    chosen = Filter(
        audience=_chosen("for", AUDIENCE_WORDS),
        situation=_chosen("situasjon", SITUATION_WORDS),
        area=_chosen("omrade", AREA_WORDS),
    )
    shown = IndexPage.of(chosen)
    return without_traces(page("guide/index.html", shown), is_sensitive=bool(shown.way_in and shown.way_in.is_young))


@bp.get("/<language:lang>/abc/<slug>")
@public()
def entry(lang: str, slug: str) -> Response:
    """Show one entry (ABC-2)."""
    found = library().page("entry", slug, lang)
    if found is None:
        raise NotFoundError
    return without_traces(page("guide/entry.html", EntryPage.of(found)), is_sensitive=bool(found.get("quick_exit")))
