"""What staff print for a party who is not digital: letters, the invitation with a code, the sheet, the text to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, make_response
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.agreements import documents, lists, queries
from webapp.agreements.actions import office
from webapp.agreements.answer_sheet import answer_sheet
from webapp.agreements.domain.history import Notice
from webapp.agreements.invitation_sheet import Envelope, invitation_sheet, notice_letter
from webapp.agreements.lists import Errand
from webapp.agreements.presenters.notices import is_asked_anew
from webapp.agreements.queries import Agreement
from webapp.audit.current import look
from webapp.casework.presenters.agreements import LIST
from webapp.casework.views import bp
from webapp.casework.views.agreements import KIND, ONE, ours, why_look
from webapp.casework.views.queues import PRINTS, QUEUE
from webapp.content.current import library
from webapp.identity.arrival import to
from webapp.identity.domain.codes import Channel
from webapp.identity.letters import send_link
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.errors import error_page
from webapp.web.i18n import speaking, write_date
from webapp.web.transactions import database, db, now, writing

LETTER = f"{LIST}/brev/<errand_id>.pdf"


def _pdf(made: bytes, name: str) -> Response:
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _errand(session: Session, errand_id: str) -> Errand:
    """Answer an errand; raise NotFoundError for a family's own, for what is no letter, and where nothing is sent."""
    found = lists.errand(session, caller().municipality, errand_id)
    if not found[2].is_with_municipality or found[2].is_silent or found[0].kind != "letter":
        raise NotFoundError("no letter of ours")
    return found


@bp.get(LETTER)
@allows(Permission.WORK_AGREEMENTS)
def agreement_letter(errand_id: str) -> Response:
    """Give the letter of an errand as PDF; the look is recorded."""
    with database().reading() as session:
        errand, party, row = _errand(session, errand_id)
        agreement_id, why, notice = row.id, why_look(row) or PRINTS, Notice(errand.why)
        by = _last_day(row, notice, party.language)
        made = notice_letter(party, row.reference, notice, row.office, at=errand.at, by=by)
    look(KIND, agreement_id, why=why)
    return _pdf(made, "brev.pdf")


def _last_day(row: Agreement, notice: Notice, language: str) -> str:
    """Answer the last day of what a letter asks for, where there is one."""
    deadline: datetime | None = row.deadline_at if notice in {Notice.TO_SIGN, Notice.REMINDED} else None
    return write_date(local_day(deadline), language) if deadline else ""


@bp.post(LETTER)
@allows(Permission.WORK_AGREEMENTS)
@writing
def invitation_letter(errand_id: str) -> Response:
    """Make the invitation of an errand, with a new link and a new code: those that were printed before lead nowhere."""
    errand, party, row = _errand(db(), errand_id)
    if not is_asked_anew(party, Notice(errand.why)):
        return to(QUEUE)
    held = ours(db(), row.id, is_held=True)
    invited, code = office.invite_on_paper(db(), held, party, by=caller().id, at=now())
    address = send_link(db(), invited, Channel.PAPER, at=now())
    letter = Envelope.of(party, now())
    made = invitation_sheet(queries.name_of(party), address, write_readable(code), party.language, letter=letter)
    return _pdf(made, "invitasjon.pdf")


def _looked_at(agreement_id: str, name: str, make: Callable[[Session, Agreement], bytes]) -> Response:
    """Give a paper of an agreement; the look is recorded before it is given."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        why, made = why_look(row), make(session, row)
    if not why:
        return to(f"{LIST}/{agreement_id}")
    look(KIND, agreement_id, why=why)
    return _pdf(made, name)


@bp.get(f"{ONE}/svarark/<party_id>.pdf")
@allows(Permission.WORK_AGREEMENTS)
def sheet_to_print(agreement_id: str, party_id: str) -> Response:
    """Give a party's sheet in large print, in the party's language."""

    def make(session: Session, row: Agreement) -> bytes:
        party = queries.party(session, row, party_id)
        with speaking(party.language):
            contact = library().municipality.contact(row.office, party.language)
            return answer_sheet(party, queries.parties(session, row), queries.tasks(session, row), contact)

    return _looked_at(agreement_id, "svarark.pdf", make)


@bp.get(f"{ONE}/tekst.pdf")
@allows(Permission.WORK_AGREEMENTS)
def text_to_sign(agreement_id: str) -> Response:
    """Give the text that waits for signatures, to be signed on paper before somebody who sees it."""

    def make(session: Session, row: Agreement) -> bytes:
        version = queries.to_sign(session, row)
        if version is None:
            raise ConflictError("no text waits for signatures")
        return documents.paper_to_sign(session, version)

    try:
        return _looked_at(agreement_id, "tekst.pdf", make)
    except ConflictError:
        return error_page(409, gettext("No text waits for signatures just now. See in the agreement where it stands."))
