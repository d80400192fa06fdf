"""The hand-out: choose entries, and get one PDF to leave behind (ABC-10)."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.guide import documents
from webapp.guide.presenters import HandoutPage
from webapp.guide.views import bp
from webapp.web.access import public
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle

MOST_ENTRIES = 12
PAPERS = Limit("hand-outs", 60)


@bp.get("/<language:lang>/utdeling")
@public()
def choose(lang: str) -> Response:
    """Show all entries, to tick those that somebody needs on paper."""
    return page("guide/handout.html", HandoutPage.of())


@bp.post("/<language:lang>/utdeling.pdf")
@public(cached=False)
def handout(lang: str) -> Response:
    """Give the chosen entries as one PDF, in the order of the alphabet; nothing is stored."""
    throttle().hit(PAPERS, library().code, network())
    wanted = set(request.form.getlist("oppslag"))
    chosen = [entry for entry in library().pages("entry", lang) if entry.slug in wanted]
    if not 0 < len(chosen) <= MOST_ENTRIES:
        shown = HandoutPage.of(_fault(len(chosen)), frozenset(entry.slug for entry in chosen))
        response = page("guide/handout.html", shown, status=422)
    else:
        response = Response(documents.handout(chosen), mimetype="application/pdf")
        response.headers["Content-Disposition"] = 'inline; filename="utdeling.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _fault(number: int) -> str:
    if not number:
        return str(gettext("Tick at least one entry."))
    words = gettext("Choose at most %(most)s entries. You have chosen %(number)s.", most=MOST_ENTRIES, number=number)
    return str(words)
