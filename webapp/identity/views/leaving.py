"""Everybody goes out: by the button, in a hurry, or because time has passed."""

from __future__ import annotations

from flask import Response

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.actions import sessions
from webapp.identity.arrival import to
from webapp.identity.current import Visit, take_cookie, visit
from webapp.identity.domain.sessions import Why, ends_at, is_soon_over
from webapp.identity.presenters.arriving import LogOutPage, TimeLeftPage
from webapp.identity.providers import provider_logout
from webapp.identity.views import bp
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import allows, caller_or_none, entrance
from webapp.web.pages import page
from webapp.web.transactions import database, now


@bp.get("/logg-ut")
@entrance
def gone_out() -> Response:
    """Say that nobody is logged in here, or offer to log out."""
    return page("identity/log_out.html", LogOutPage(is_in=caller_or_none() is not None))


@bp.post("/logg-ut")
@entrance
def go_out() -> Response:
    """Log out: the session ends, the cookie goes, and so does what the browser kept of the pages (S5)."""
    found = visit()
    _end(found)
    return _without_traces(to(provider_logout(found) or "/logg-ut"))


@bp.post("/logg-ut/raskt")
@entrance
def leave_quickly() -> Response:
    """Log out at once and go to a page about the weather, also without a script."""
    _end(visit())
    take_cookie()  # before the page is made: it names nobody
    response = page("identity/left.html")
    response.headers["Refresh"] = "0; url=https://www.yr.no/"
    return _without_traces(response)


def _end(found: Visit | None) -> None:
    if found is not None:
        with database().writing() as session:
            if sessions.end(session, found.municipality, found.id, Why.LOGGED_OUT, at=now()):
                record(
                    session, municipality=found.municipality, action=Action.SIGNED_OUT, actor=found.person or "nobody",
                    object_kind="session", object_id=found.id, at=now(),
                )  # fmt: skip


def _without_traces(response: Response) -> Response:
    take_cookie()
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/innlogging/tid")
@allows(Permission.SEE_OWN_ACCESS, assurance=Assurance.ONE_FACTOR, is_background=True, fragments=True)
def time_left() -> Response:
    """Tell a page that asks by itself when it is soon logged out; asking keeps nobody logged in (S2)."""
    found = visit()
    assert found is not None
    clock = (found.kind, found.created_at, found.seen_at)
    left = ends_at(*clock) - now() if is_soon_over(*clock, now()) else None
    return page("identity/time_left.html", TimeLeftPage(left), fragment="warning")
