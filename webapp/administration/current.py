"""What a request of the administration is about: who asks, the facts, the receivers; saving what a form says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Response, current_app, make_response, redirect, request

from webapp.administration.actions import facts
from webapp.administration.domain.settings import SECTIONS, fingerprint
from webapp.administration.receiving import StoredReceivers
from webapp.gateways.receivers import Ways
from webapp.kernel.caller import Actor
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.web.access import caller
from webapp.web.forms import BaseForm
from webapp.web.transactions import db, now

RECEIVERS = "avklart.receivers"
SEEN = "sett"
"""The field that says what the form had seen when it was opened."""
Show = Callable[..., Response]
"""Shows the page of a form: with a status, and whether somebody else has changed it in the meantime."""


def receivers() -> StoredReceivers:
    """Answer what knows the ways to each municipality's systems."""
    return cast("StoredReceivers", current_app.extensions[RECEIVERS])


def operators_ways() -> Ways:
    """Answer the ways to this municipality's systems as the operator has set them up."""
    return receivers().operators.of(caller().municipality)


def actor() -> Actor:
    """Answer who does something, as actions take it."""
    return Actor(caller().municipality, caller().id, now())


def facts_now() -> dict[str, Any]:
    """Answer the facts of the caller's municipality as they are published."""
    return facts.facts_now(db(), caller().municipality)


def seen_of(known: Mapping[str, Any], section: str) -> str:
    """Answer what a form that is opened now has seen of the facts of a section."""
    return fingerprint(known, SECTIONS[section])


def seen_by_form(known: Mapping[str, Any], section: str, *, is_conflict: bool) -> str:
    """Answer what a form has seen: what it says itself when it is shown again, until somebody has seen a conflict."""
    return request.form[SEEN] if SEEN in request.form and not is_conflict else seen_of(known, section)


def save(section: str, form: BaseForm, values: Callable[[], Mapping[str, Any]], show: Show, address: str) -> Response:
    """Save what a form says; refuse what is not right with 422, and what somebody else has changed with 409."""
    if not form.validate():
        return show(form, status=422)
    seen = request.form.get(SEEN, "")
    try:
        done = facts.change(db(), values(), seen=seen, watched=SECTIONS[section], by=actor())
    except ConflictError:
        return show(form, status=409, is_conflict=True)
    except InvalidError:
        return show(form, status=422, is_refused=True)
    return to(f"{address}?melding={'lagret' if done else 'uendret'}")


def to(address: str) -> Response:
    """Answer that it goes on at another page."""
    return make_response(redirect(address, 303))
