"""Coming in: from who somebody has shown to be, to a session and the page that they wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Response, current_app, make_response, redirect, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity.actions import sessions
from webapp.identity.actions.sessions import Beginning
from webapp.identity.current import give_cookie, own_path, visit
from webapp.identity.domain.passwords import Hasher
from webapp.identity.domain.sessions import Kind, Why, device_of
from webapp.kernel.errors import GoneError, TooManyError
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now

HASHER = "avklart.hasher"
SHOWN = "avklart.shown"
"""What other rooms do when somebody who was invited has shown with ID-porten who they are."""
WhenShown = Callable[[Session, str, str, str, datetime], None]
"""Takes municipality, invitation, resident and the time, in a transaction of its own."""
FROM_NETWORK = Limit("sign in from a network", 60)
AS_SOMEBODY = Limit("sign in as somebody", 10)
SECOND_FACTOR = Limit("second factor", 10)
JOINING = Limit("joining code", 10)
CODES_FROM_NETWORK = Limit("codes from a network", 60)
RESETS = Limit("new password", 5)
CEILING = Limit("failures in a municipality", 300)
"""Above it there is an alarm, and every network gets a third of its tries; nobody is locked out (L1b)."""
HOMES = {Kind.STAFF: "/innlogging/hjem", Kind.RESIDENT: "/innlogging/okter", Kind.PARTY: "/innlogging/okter"}


def hasher() -> Hasher:
    """Answer what hashes passwords and codes in this application."""
    return cast("Hasher", current_app.extensions[HASHER])


def require_few_failures(limit: Limit) -> None:
    """Refuse a network from which too much has failed; fewer failures are enough while the whole place is tried."""
    is_alarm = throttle().is_full(CEILING, library().code)
    shared = limit.of(3) if is_alarm else limit
    if throttle().is_full(shared, library().code, network()):
        raise TooManyError(shared.seconds // 4)


def count_failure(limit: Limit, action: Action, object_kind: str, object_id: str) -> None:
    """Count a failure and record it, each in its own transaction, before the answer (L3)."""
    code = library().code
    for held in (limit, limit.of(3)):  # each number is counted by itself
        throttle().count(held, code, network())
    if not throttle().count(CEILING, code):
        throttle_alarm(code)
    with database().writing() as session:
        record(
            session, municipality=code, action=action, actor="nobody", object_kind=object_kind, object_id=object_id,
            at=now(),
        )  # fmt: skip


def tell_who_was_shown(invitation: str, resident: str) -> None:
    """Tell the other rooms that somebody who was invited has shown with ID-porten who they are."""
    when_shown = cast("WhenShown", current_app.extensions[SHOWN])
    with database().writing() as session:
        when_shown(session, library().code, invitation, resident, now())


def throttle_alarm(code: str) -> None:
    """Record once an hour that a municipality sees more failures than its people make."""
    if throttle().count(Limit("alarm", 1), code):
        current_app.logger.warning("sign-in ceiling reached")
        with database().writing() as session:
            record(session, municipality=code, action=Action.RATE_CEILING, actor="system", at=now())


def begin(session: Session, beginning: Beginning, data: dict[str, Any]) -> str:
    """Begin the session of the next step, end the one before, give the browser its cookie (S1); answer its id.

    Raise GoneError where somebody was half-way in, and what they had shown has been taken away in the meantime (S3).
    """
    found = visit()
    is_last_step = found and found.kind is Kind.WAITING and found.person and beginning.kind is not Kind.WAITING
    if found and is_last_step and not sessions.end(session, found.municipality, found.id, Why.REPLACED, at=now()):
        raise GoneError("the step before has ended")
    kept = {"device": device_of(request.headers.get("User-Agent", "")), **_carried(beginning), **data}
    row, secret = sessions.begin(session, beginning, kept, at=now(), replaces=found.id if found else None)
    event.listen(session, "after_commit", lambda _: give_cookie(secret), once=True)  # none for what is rolled back
    return row.id


def _carried(beginning: Beginning) -> dict[str, Any]:
    """Answer what goes on to the next step: where to, and what was typed, for the one who typed it."""
    found = visit()
    if found is None:
        return {}
    carried = {"next": found.data["next"]} if "next" in found.data and beginning.kind is Kind.WAITING else {}
    parked = found.data.get("parked")
    if parked and (beginning.kind is Kind.WAITING or parked["person"] == beginning.person):
        carried["parked"] = parked
    return carried


def destination(kind: Kind, person: str | None, wanted: str = "") -> str:
    """Answer where somebody goes who has come in: back to what was not sent, to what they asked for, or home."""
    found = visit()
    data = found.data if found else {}
    parked = data.get("parked")
    if parked and parked["person"] == person:
        return str(parked["path"])
    return own_path(wanted) or own_path(str(data.get("next", ""))) or HOMES[kind]


def to(address: str) -> Response:
    """Lead on after something was done."""
    return make_response(redirect(address, 303))
