"""Figures beside those of other municipalities: only where each has said that it shows its own."""

from __future__ import annotations

from flask import Response, make_response, redirect, request

from webapp.content.domain.library import Library
from webapp.insight.actions import sharing
from webapp.insight.domain.topics import Topic
from webapp.insight.presenters.pages import HOME, ComparePage
from webapp.insight.queries import counted as queries
from webapp.insight.views import bp
from webapp.insight.views.figures import asked, times
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.tenancy import directory
from webapp.web.transactions import db, now, reading, writing

ADDRESS = f"{HOME}/sammenlign"
SAID = {
    "vist": _("Your figures are now seen by the municipalities that show theirs."),
    "ikke-vist": _("Your figures are no longer seen by others."),
}


@bp.get(ADDRESS)
@allows(Permission.SEE_FIGURES)
@reading
def compare() -> Response:
    """Show a topic in a time, with a column for each municipality that has agreed to it."""
    own, known = caller().municipality, times()
    word = request.args.get("emne", "")
    topic = Topic(word) if word in set(Topic) else Topic.EXPECTATIONS
    period, fault = asked(known)
    shown_by = queries.sharing(db())
    is_shared = own in shown_by
    places = [own, *(one for one in shown_by if one != own)] if is_shared and period else []
    counted = {_name(one): queries.counted(db(), one, [topic], period.year) for one in places if period}
    message = fault or str(SAID.get(request.args.get("melding", ""), ""))
    shown = ComparePage.of(counted, topic, period, known, is_shared=is_shared, message=message)
    return page("insight/compare.html", shown, status=404 if fault else 200)


def _name(code: str) -> str:
    found = directory().tenant(code)
    return found.municipality.name if isinstance(found, Library) else code


@bp.post(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@writing
def set_sharing() -> Response:
    """Say whether one's own figures are shown to those that show theirs."""
    is_shared = request.form.get("handling") == "vis"
    sharing.set_sharing(db(), caller().municipality, is_shared=is_shared, by=caller().id, at=now())
    return make_response(redirect(f"{ADDRESS}?melding={'vist' if is_shared else 'ikke-vist'}", 303))
