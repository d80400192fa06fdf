"""Taking over what somebody else wrote: asking for it, and deciding what the helper sees from then on (HE-4b)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from webapp.content.current import library
from webapp.identity.arrival import FROM_NETWORK, JOINING, require_few_failures
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.actions import handover
from webapp.referrals.domain.handover import Sees, Viewer
from webapp.referrals.domain.referral import FOR_OTHERS, State
from webapp.referrals.forms import ClaimForm, SeesForm
from webapp.referrals.models import HandoverRow, ReferralRow
from webapp.referrals.presenters import SEES_WORDS
from webapp.referrals.views import bp
from webapp.referrals.views.status import OWN, WHICH, own_row, page_of, seen_by_caller
from webapp.web.access import allows, entrance
from webapp.web.pages import page
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, db, now, reading, writing


@bp.get("/<language:lang>/henvendelse/overta")
@entrance
def claim(lang: str) -> Response:
    """Ask who somebody is whom another has written about, and where they can be rung."""
    if request.args.get("melding") == "sendt":
        return page("referrals/claimed.html")
    return page("referrals/claim.html", form=ClaimForm(reference=request.args.get("referanse", "")[:9]))


@bp.post("/<language:lang>/henvendelse/overta")
@entrance
def claim_post(lang: str) -> Response:
    """Note in the case that somebody wants to take it over; a wrong reference gets the very same answer (L1b)."""
    form, code = ClaimForm(), library().code
    if not form.validate():
        return page("referrals/claim.html", form=form, status=422)
    require_few_failures(FROM_NETWORK)
    throttle().hit(JOINING, code, network())
    _note(code, form)
    return make_response(redirect(f"/{lang}/henvendelse/overta?melding=sendt", 303))


def _note(code: str, form: ClaimForm) -> None:
    with database().writing() as session:
        row = queries.by_reference(session, code, form.text("reference"))
        if row is not None and row.whom in FOR_OTHERS and row.state != State.WITHDRAWN:
            held = queries.referral(session, code, row.id, is_held=True)
            handover.claim(session, held, f"{form.text('name')}, {form.text('telephone')}", at=now())


@bp.get("/<language:lang>/henvendelse/min/hjelper")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def helper(lang: str) -> Response:
    """Ask what the helper shall see and do."""
    row, taken = _taken()
    return _helper_page(row, _form(taken))


@bp.post("/<language:lang>/henvendelse/min/hjelper")
@allows(Permission.SEE_OWN_REFERRAL)
@writing
def helper_post(lang: str) -> Response:
    """Keep what the helper sees and does from now on; they are not told."""
    row, taken = _taken(is_held=True)
    form = _form(taken)
    if not form.validate():
        return _helper_page(row, form, status=422)
    handover.decide(db(), row, taken, Sees(form.text("sees")), at=now())
    query = urlencode({"melding": "hjelper", **({WHICH: row.reference} if WHICH in request.args else {})})
    return make_response(redirect(f"{OWN.format(lang=lang)}?{query}", 303))


def _taken(*, is_held: bool = False) -> tuple[ReferralRow, HandoverRow]:
    """Answer what the caller has taken over; for anybody else there is no such page."""
    row = own_row(is_held=is_held)
    taken = queries.handover(db(), row)
    if taken is None or seen_by_caller(row).viewer is not Viewer.PERSON:
        raise NotFoundError
    return row, taken


def _form(taken: HandoverRow) -> SeesForm:
    form = SeesForm(sees=taken.sees)
    form.sees.choices = [SelectChoice(sees.value, words) for sees, words in SEES_WORDS.items()]
    return form


def _helper_page(row: ReferralRow, form: SeesForm, *, status: int = 200) -> Response:
    return page("referrals/helper.html", page_of(row, ""), form=form, status=status)
