"""The administrator's page of deliveries: what could not be delivered outside the house, and sending it again."""

from __future__ import annotations

from flask import Response, make_response, redirect, request

from webapp.administration.presenters import DeliveriesPage
from webapp.administration.views import bp
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.kernel.errors import ConflictError
from webapp.kernel.permission import Permission
from webapp.storage.outbox import overview, parked, resend
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

LIST = "/admin/utboks"


@bp.get(LIST)
@allows(Permission.SEE_DELIVERIES)
@reading
def deliveries() -> Response:
    """List what waits, and what was given up."""
    place = caller().municipality
    done = request.args.get("melding", "")
    return page(
        "administration/deliveries.html", DeliveriesPage.of(overview(db(), place), parked(db(), place), now(), done)
    )


@bp.post(f"{LIST}/<message_id>")
@allows(Permission.SEE_DELIVERIES)
@writing
def send_again(message_id: str) -> Response:
    """Put a parked message in line again; pressed twice, it is there once."""
    who = caller()
    try:
        resend(db(), who.municipality, message_id, now())
    except ConflictError:
        return _back("var-sendt")
    record(
        db(), municipality=who.municipality, action=Action.MESSAGE_RESENT, actor=who.id, object_kind="message",
        object_id=message_id, at=now(),
    )  # fmt: skip
    return _back("sendt")


def _back(done: str) -> Response:
    return make_response(redirect(f"{LIST}?melding={done}", 303))
