"""What somebody has sent, by reference and one-time code: how far it has come, who has looked, taking it back."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request
from sqlalchemy.orm import Session

from webapp.audit import queries as audit
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import queries as people
from webapp.identity.arrival import FROM_NETWORK, JOINING, count_failure, require_few_failures
from webapp.identity.asking import BY_REFERENCE, begin_and_send, reachable
from webapp.identity.domain.codes import Purpose
from webapp.identity.models import InvitationRow
from webapp.identity.providers import provider_of
from webapp.kernel.errors import NotAllowedError, NotFoundError
from webapp.kernel.ids import clean_code
from webapp.kernel.permission import Permission
from webapp.referrals import documents, places, queries
from webapp.referrals.acting import own_rows, resident
from webapp.referrals.actions import handling
from webapp.referrals.domain.handover import Seen, Sees, Viewer
from webapp.referrals.domain.referral import FOR_OTHERS, State
from webapp.referrals.forms import ReferenceForm, WriteForm
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters import Look, MinePage, OwnPage, looks_of, own_page
from webapp.referrals.views import bp
from webapp.web.access import allows, caller, entrance
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, db, now, reading, writing

OWN, MINE = "/{lang}/henvendelse/min", "/{lang}/henvendelse/mine"
WHICH = "sak"
"""The parameter with the reference of the one that a resident looks at; it opens only their own."""


@bp.get("/<language:lang>/henvendelse/status")
@entrance
def status(lang: str) -> Response:
    """Ask for the reference."""
    return _status_page(ReferenceForm(reference=request.args.get("referanse", "")[:9]))


def _status_page(form: ReferenceForm, *, status: int = 200) -> Response:
    """Ask for the reference, and offer the electronic identity where the municipality has it."""
    by_identity = f"/id/inn?{urlencode({'neste': MINE.format(lang=language())})}" if provider_of("idporten") else ""
    return page("referrals/status.html", {"by_identity": by_identity}, form=form, status=status)


@bp.post("/<language:lang>/henvendelse/status")
@entrance
def status_post(lang: str) -> Response:
    """Send a one-time code to the contact behind a reference; a wrong one gets the very same answer (L1b)."""
    form, code = ReferenceForm(), library().code
    if not form.validate():
        return _status_page(form, status=422)
    require_few_failures(FROM_NETWORK)
    throttle().hit(JOINING, code, network())
    with database().reading() as session:
        invited = _invitation_to(session, code, form.text("reference"))
    if invited is None:
        count_failure(FROM_NETWORK, Action.CODE_FAILED, "invitation", "unknown")
    channel = next(iter(reachable(invited)), None) if invited else None
    wanted = OWN.format(lang=lang)
    begin_and_send(lang, invited.id if invited else "", channel, {"by": BY_REFERENCE}, wanted=wanted)
    return make_response(redirect(f"/{lang}/avtale/bekreft", 303))


@bp.get("/<language:lang>/henvendelse/mine")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def mine(lang: str) -> Response:
    """List what a resident has sent while they were in; whoever came in to one thing by its reference has that one."""
    if not resident():
        own_row()
        return make_response(redirect(OWN.format(lang=lang), 303))
    return page("referrals/mine.html", MinePage.of(own_rows(db())))


@bp.get("/<language:lang>/henvendelse/min")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def own(lang: str) -> Response:
    """Show what somebody has sent, and what was answered."""
    return _own_page(own_row(), WriteForm(), request.args.get("melding", ""))


@bp.post("/<language:lang>/henvendelse/min")
@allows(Permission.SEE_OWN_REFERRAL)
@writing
def own_post(lang: str) -> Response:
    """Write more."""
    row, form = own_row(is_held=True), WriteForm()
    seen = seen_by_caller(row)
    if not seen.may_write:
        raise NotAllowedError
    if not form.validate():
        return _own_page(row, form, "", status=422)
    handling.write(db(), row, form.text("words"), at=now(), by=by_seen(seen))
    query = urlencode({"melding": "skrevet", **({WHICH: row.reference} if WHICH in request.args else {})})
    return make_response(redirect(f"{OWN.format(lang=lang)}?{query}", 303))


@bp.get("/<language:lang>/henvendelse/min/trekk")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def take_back(lang: str) -> Response:
    """Ask whether it is to be taken back, and say what that means."""
    row = own_row()
    if not seen_by_caller(row).may_take_back:
        raise NotAllowedError
    return page("referrals/take_back.html", page_of(row, ""))


@bp.post("/<language:lang>/henvendelse/min/trekk")
@allows(Permission.SEE_OWN_REFERRAL)
@writing
def take_back_post(lang: str) -> Response:
    """Take it back: nothing that waits is sent, and nobody handles it any more."""
    row = own_row(is_held=True)
    seen = seen_by_caller(row)
    if not seen.may_take_back:
        raise NotAllowedError
    if row.state != State.WITHDRAWN:  # pressed twice
        offer = places.offer_of(row)
        handling.withdraw(db(), row, at=now(), by=by_seen(seen))
        if offer:
            places.say_what_is_full(db(), row.municipality, offer, at=now())
    return page("referrals/taken_back.html")


@bp.get("/<language:lang>/henvendelse/min.<kind>")
@allows(Permission.SEE_OWN_REFERRAL)
@reading
def own_copy(lang: str, kind: str) -> Response:
    """Give somebody a copy of what they have sent and what was answered: as PDF, or as JSON (R2)."""
    row = own_row()
    seen = seen_by_caller(row)
    if seen.is_shut_out:
        raise NotAllowedError
    told = queries.entries(db(), row) if seen.reads_answers else []
    if kind == "pdf":
        name = f"{(seen.reference or row.reference).lower()}.pdf"
        return documents.as_pdf(documents.copy_of(row, told, seen), name)
    if kind != "json":
        raise NotFoundError
    body = json.dumps(documents.as_data(row, told, seen), ensure_ascii=False, indent=2)
    return Response(body, mimetype="application/json")


def _invitation_to(session: Session, code: str, reference: str) -> InvitationRow | None:
    """Answer the way in of who has a reference: the sender's, or the person's own who has taken it over."""
    row, taken = queries.by_reference(session, code, reference), queries.handover_by_reference(session, code, reference)
    if taken is not None:
        found = [one] if (one := people.invitation(session, code, taken.invitation)) else []
    else:
        own = queries.handover(session, row) if row else None
        invited = people.invitations_to(session, code, Purpose.REFERRAL.value, row.id) if row else ()
        found = [one for one in invited if own is None or one.id != own.invitation]
    return next((one for one in found if one.revoked_at is None and one.stopped_at is None), None)


def own_row(*, is_held: bool = False) -> ReferralRow:
    """Answer the referral of whoever has come in; what they came in to is something else where it is no referral."""
    who = caller()
    if resident():
        return _of_resident(is_held=is_held)
    invited = people.invitation(db(), who.municipality, who.id)
    if invited is None or invited.purpose != Purpose.REFERRAL.value:
        raise NotFoundError
    return queries.referral(db(), who.municipality, invited.subject, is_held=is_held)


def _of_resident(*, is_held: bool) -> ReferralRow:
    """Answer the one of a resident's own that the address names, else the newest; anybody else's is not there."""
    named = clean_code(request.args.get(WHICH, ""))
    found = next((row for row in own_rows(db()) if named in {"", row.reference}), None)
    if found is None:
        raise NotFoundError
    return queries.referral(db(), found.municipality, found.id, is_held=is_held)


def seen_by_caller(row: ReferralRow) -> Seen:
    """Answer what the caller is to a referral of theirs: its sender, the helper, or the person it is about."""
    if row.whom not in FOR_OTHERS:
        return Seen()
    taken, who = queries.handover(db(), row), caller()
    if taken is None:
        return Seen(Viewer.HELPER)
    invited = people.invitation(db(), who.municipality, taken.invitation)
    is_person = invited is not None and who.id in {invited.id, invited.resident}
    return Seen(Viewer.PERSON, Sees(taken.sees), taken.reference) if is_person else Seen(
        Viewer.HELPER, Sees(taken.sees)
    )  # fmt: skip


def by_seen(seen: Seen) -> str:
    """Answer as whom somebody writes into a case."""
    return handling.PERSON if seen.viewer is Viewer.PERSON else handling.RESIDENT


def page_of(row: ReferralRow, message: str) -> OwnPage:
    """Answer the page of what was sent, as the caller sees it."""
    seen, content = seen_by_caller(row), queries.content_of(row)
    looks = _looks(row) if seen.reads_answers else []
    files = [one.name for one in queries.attachments(db(), row)]
    made = own_page(row, content, queries.entries(db(), row), looks, message=message, seen=seen, files=files)
    return replace(made, query=f"?{WHICH}={row.reference}") if resident() else made


def _looks(row: ReferralRow) -> list[Look]:
    names = {one.id: one.name for one in people.all_staff(db(), row.municipality)}
    return looks_of(audit.about(db(), row.municipality, "referral", row.id), names)


def _own_page(row: ReferralRow, form: WriteForm, message: str, *, status: int = 200) -> Response:
    template = "referrals/shut.html" if seen_by_caller(row).is_shut_out else "referrals/own.html"
    return page(template, page_of(row, message), form=form, status=status)
