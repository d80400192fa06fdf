"""Pages of running text, numbers, glossary, further languages."""

from __future__ import annotations

from flask import Response

from webapp.content.current import library
from webapp.content.domain.addresses import PAGES
from webapp.guide.presenters import ForeignPage, ForeignsPage, GlossaryPage, NumbersPage, TextPage
from webapp.guide.views import bp
from webapp.kernel.errors import NotFoundError
from webapp.web.access import public
from webapp.web.pages import page, without_traces

_ADDRESSES = ",".join(f"'{slug}'" for slug in PAGES if slug != "dere-sa-vi-endret")  # which is feedback's


@bp.get(f"/<language:lang>/<any({_ADDRESSES}):slug>")
@public()
def text(lang: str, slug: str) -> Response:
    """Show a page of running text."""
    found = library().page("page", slug, lang)
    if found is None:
        raise NotFoundError
    return without_traces(page("guide/text.html", TextPage.of(found)), is_sensitive=bool(found.get("quick_exit")))


@bp.get("/<language:lang>/nodnummer")
@public()
def numbers(lang: str) -> Response:
    """Show every number to ring."""
    return page("guide/numbers.html", NumbersPage.of())


@bp.get("/<language:lang>/frakoblet")
@public()
def offline(lang: str) -> Response:
    """Show what somebody has who has no net: whom to ring, and the pages that the device has kept (ABC-6)."""
    return page("guide/offline.html", NumbersPage.of())


@bp.get("/<language:lang>/ordliste")
@public()
def glossary(lang: str) -> Response:
    """Show the words of the trade in everyday words."""
    return page("guide/glossary.html", GlossaryPage.of())


@bp.get("/<language:lang>/andre-sprak/")
@public()
def foreigns(lang: str) -> Response:
    """Show the further languages (ABC-8)."""
    return page("guide/foreigns.html", ForeignsPage.of())


@bp.get("/<language:lang>/andre-sprak/<code>")
@public()
def foreign(lang: str, code: str) -> Response:
    """Show what this is in a further language (ABC-8)."""
    found = ForeignPage.of(code)
    if found is None:
        raise NotFoundError
    return page("guide/foreign.html", found)
