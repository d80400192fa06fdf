"""The administrator's first page, and the pages that only show and lead on: consents, texts."""

from __future__ import annotations

from flask import Response, current_app

from webapp.administration import queries
from webapp.administration.current import operators_ways
from webapp.administration.presenters import ConsentsPage, StartPage
from webapp.administration.presenters.start import Standing
from webapp.administration.receiving import with_rows
from webapp.administration.views import bp
from webapp.content.current import library
from webapp.identity import queries as people
from webapp.identity.domain.codes import Purpose
from webapp.kernel.permission import Permission
from webapp.storage import marks
from webapp.storage.counters import CONSENT, spans
from webapp.storage.key_check import written_since
from webapp.storage.outbox import failing, overview
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.tenancy import settings
from webapp.web.transactions import db, now, reading


@bp.get("/admin/")
@allows(Permission.MANAGE_STAFF)
@reading
def start() -> Response:
    """Show what needs somebody, and how each section stands."""
    place, session = caller().municipality, db()
    rows = queries.receivers(session, place)
    found = Standing(
        at=now(),
        is_demo=settings().is_demo,
        outbox=overview(session, place),
        failing=failing(session, place),
        staff=people.all_staff(session, place),
        with_second=people.with_second_factor(session, place),
        invited_until=people.invited_until(session, place, Purpose.STAFF.value),
        runs=marks.jobs(marks.all_marks(session)),
        key_since=written_since(session, place),
        seal_ends=current_app.extensions["avklart.sealer"].ends_at(place),
        ways=with_rows(operators_ways(), rows),
        receivers=rows,
        municipality=library().municipality,
    )
    return page("administration/start.html", StartPage.of(found))


@bp.get("/admin/samtykke")
@allows(Permission.KEEP_SETTINGS)
@reading
def consents() -> Response:
    """Show which texts people say yes to, since when, and how many have."""
    return page("administration/consents.html", ConsentsPage.of(spans(db(), caller().municipality, CONSENT)))


@bp.get("/admin/tekster")
@allows(Permission.KEEP_SETTINGS)
def texts() -> Response:
    """Lead to where the municipality's texts and facts are written."""
    return page("administration/texts.html", caller().may(Permission.SEE_DRAFTS))
