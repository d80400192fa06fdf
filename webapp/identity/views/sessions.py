"""Where am I logged in: every device at a glance, each ended with one press."""

from __future__ import annotations

from flask import Response, request

from webapp.identity import queries
from webapp.identity.actions import sessions
from webapp.identity.arrival import to
from webapp.identity.presenters.account import SessionsPage
from webapp.identity.views import bp
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

ALL = "alle"


@bp.get("/innlogging/okter")
@allows(Permission.SEE_OWN_ACCESS)
@reading
def own_sessions() -> Response:
    """Show where the caller is logged in."""
    rows = queries.sessions_of(db(), caller().municipality, caller().id)
    return page("identity/sessions.html", SessionsPage.of(rows, caller(), request.args.get("melding", "")))


@bp.post("/innlogging/okter")
@allows(Permission.SEE_OWN_ACCESS)
@writing
def end_own_session() -> Response:
    """End one of the caller's sessions, or all but this one."""
    wanted = request.form.get("handling", "")
    if wanted == ALL:
        sessions.end_others(db(), caller().id, by=caller(), at=now())
    else:
        sessions.end_one(db(), caller().id, wanted, by=caller(), at=now())
    return to("/innlogging/okter?melding=avsluttet")
