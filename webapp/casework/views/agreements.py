"""Agreements as staff work with them: the list, one agreement after its look is recorded, starting one."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.agreements import catalogue, lists, queries
from webapp.agreements.actions import office
from webapp.agreements.actions.answering import WORD
from webapp.agreements.actions.people import NewAgreement, NewParty, add_party, start
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.starting import Theme
from webapp.agreements.queries import Agreement
from webapp.agreements.stored import Details
from webapp.audit.current import look
from webapp.casework import queries as people
from webapp.casework.agreement_documents import agreement_bundle, agreement_text
from webapp.casework.agreement_forms import StartForm
from webapp.casework.current import record_export
from webapp.casework.forms import ReasonForm
from webapp.casework.presenters.agreements import LIST, AgreementPage, AgreementsPage, words_to_us
from webapp.casework.views import bp
from webapp.content.current import library
from webapp.identity.actions.invitations import Contact
from webapp.identity.arrival import to
from webapp.identity.reasons import reason_for, remember_reason
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import new_secret
from webapp.kernel.permission import Permission
from webapp.referrals.actions.sending import mobile, once
from webapp.selfchecks.fhir import MEDIA_TYPE as FHIR_JSON
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading, writing

KIND = "agreement"
ONE = f"{LIST}/<agreement:agreement_id>"
OWN, NEW_ONE = "own agreement", "new agreement"


@bp.get(LIST)
@allows(Permission.WORK_AGREEMENTS)
@reading
def agreements() -> Response:
    """Show the agreements of a view, those with gaps in what safety hangs on first."""
    who, view = caller(), request.args.get("vis", "nye")
    view = view if view in lists.VIEWS else "nye"
    side = request.args.get("side", "1")
    number = int(side) if side.isascii() and side.isdecimal() and 0 < int(side[:4]) < 1000 else 1
    after = (number - 1) * lists.PAGE
    rows = lists.agreements(db(), who.municipality, view=view, staff=who.id, after=after, most=lists.PAGE + 1)
    return _listed(view, rows, f"{LIST}?vis={view}&side={number + 1}" if len(rows) > lists.PAGE else "")


@bp.get(f"{LIST}/tjeneste/<slug>")
@allows(Permission.WORK_AGREEMENTS)
@reading
def leaning(slug: str) -> Response:
    """Show the agreements in force that lean on a service: those to look at when its description changes (AV-9b)."""
    found = catalogue.leaning_on(db(), caller().municipality, slug, today=local_day(now()))
    return _listed("alle", found, "")


def _listed(view: str, rows: list[Agreement], next_page: str) -> Response:
    who, shown = caller(), rows[: lists.PAGE]
    residents, names = lists.residents_of(db(), shown), people.names(db(), who.municipality)
    made = AgreementsPage.of(
        view, shown, residents, names, who.id, next_page=next_page, key=request.args.get("melding", "")
    )
    return page("casework/agreements.html", made)


def ours(session: Session, agreement_id: str, *, is_held: bool = False) -> Agreement:
    """Answer an agreement that the municipality is a party of; raise NotFoundError for a family's own."""
    row = queries.agreement(session, caller().municipality, agreement_id, is_held=is_held)
    if not row.is_with_municipality:
        raise NotFoundError("the family is alone")
    return row


def why_look(row: Agreement) -> str:
    """Answer why the caller may look at an agreement; empty where they have to say it first."""
    if row.caseworker == caller().id:
        return OWN
    return NEW_ONE if row.caseworker is None else reason_for(row.id)


@bp.get(ONE)
@allows(Permission.WORK_AGREEMENTS)
def agreement(agreement_id: str) -> Response:
    """Show an agreement as it waits for staff; of a colleague's, ask why first."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        why = why_look(row)
        if not why:
            return page("casework/agreement_reason.html", f"{LIST}/{row.id}", form=ReasonForm())
        shown = page_of(session, row, request.args.get("melding", ""))
    look(KIND, agreement_id, why=why)
    return page("casework/agreement.html", shown)


def page_of(session: Session, row: Agreement, key: str = "") -> AgreementPage:
    """Answer the page of an agreement."""
    words = words_to_us(queries.sheets(session, row, WORD))
    names = people.names(session, row.municipality)
    return AgreementPage.of(
        queries.whole(session, row), lists.contacts(session, row), words, names, caller().id, key=key
    )


@bp.post(ONE)
@allows(Permission.WORK_AGREEMENTS)
@writing
def take_agreement(agreement_id: str) -> Response:
    """Take an agreement on, or over."""
    office.take(db(), ours(db(), agreement_id, is_held=True), by=caller().id, at=now())
    return to(f"{LIST}/{agreement_id}?melding=avtale-tatt")


@bp.post(f"{ONE}/innsyn")
@allows(Permission.WORK_AGREEMENTS)
@writing
def reason_for_agreement(agreement_id: str) -> Response:
    """Take the reason for looking at a colleague's agreement; each look in the next hour is recorded with it."""
    row, form = ours(db(), agreement_id), ReasonForm()
    if not form.validate():
        return page("casework/agreement_reason.html", f"{LIST}/{row.id}", form=form, status=422)
    remember_reason(db(), row.id, form.text("why"))
    return to(f"{LIST}/{row.id}?melding=innsyn")


@bp.get(f"{LIST}/ny")
@allows(Permission.WORK_AGREEMENTS)
def start_agreement() -> Response:
    """Ask for whom an agreement is begun."""
    if not library().takes_agreements:
        return page("casework/agreements_closed.html", status=404)
    return page("casework/agreement_new.html", form=StartForm(key=new_secret()))


@bp.post(f"{LIST}/ny")
@allows(Permission.WORK_AGREEMENTS)
def start_agreement_post() -> Response:
    """Begin an agreement for a resident; one form is one agreement, and its meeting can begin at once."""
    if not library().takes_agreements:
        return page("casework/agreements_closed.html", status=404)
    form = StartForm()
    if not form.key.data:
        form.key.data = new_secret()
    if not form.validate():
        return page("casework/agreement_new.html", form=form, status=422)
    try:
        row = once(database(), lambda session: _begin(session, form))
    except ConflictError:
        return page("casework/agreement_new.html", form=form, status=409)
    return to(f"{LIST}/{row.id}?melding=registrert-avtale")


def _begin(session: Session, form: StartForm) -> Agreement:
    who, language = caller(), form.text("language")
    key = f"{who.id} {form.text('key')}"
    known = queries.by_key(session, who.municipality, key)
    if known is not None:
        return known
    theme = Theme(form.text("theme"))
    begun = NewAgreement(theme, language, is_with_municipality=True, office="allocation_office",
                         tasks=catalogue.starter(theme))  # fmt: skip
    row = start(session, who.municipality, key, begun, by=who.id, at=now())
    office.take(session, row, by=who.id, at=now())
    contact = Contact(language, form.text("email") or None, mobile(form.text("telephone")) or None)
    details = Details(form.text("name"), address=form.text("address"), telephone=form.text("telephone"))
    resident = NewParty(PartyKind.RESIDENT, details, contact, form.text("channel"))
    add_party(session, row, resident, by=who.id, at=now(), is_own_contact=True)
    return row


@bp.get(f"{ONE}.<any(txt, json):form>")
@allows(Permission.WORK_AGREEMENTS)
def agreement_file(agreement_id: str, form: str) -> Response:
    """Give an agreement to take into the journal; that it left the house is recorded."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        why = why_look(row)
        made = agreement_text(session, row) if form == "txt" else agreement_bundle(session, row)
    if not why:
        return to(f"{LIST}/{agreement_id}")
    record_export(agreement_id, why, form, object_kind=KIND)
    return Response(made, mimetype="text/plain" if form == "txt" else FHIR_JSON)
