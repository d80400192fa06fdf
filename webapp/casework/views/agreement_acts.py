"""What staff do in one agreement: the municipality's word, contacts, codes, paper, assessments, errands, the end."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from webapp.agreements import lists, queries
from webapp.agreements.actions import office, people, rounds
from webapp.agreements.actions.office import Assessment, PaperSignature
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.parties import Basis
from webapp.agreements.domain.states import Mover
from webapp.agreements.queries import Agreement
from webapp.audit.current import look
from webapp.casework.agreement_forms import COOPERATION, ENDING_WORDS, AssessForm, EndForm, PaperForm
from webapp.casework.forms import choices
from webapp.casework.presenters.agreements import LIST, OurPage
from webapp.casework.views import bp
from webapp.casework.views.agreements import KIND, ONE, ours, why_look
from webapp.identity.actions import codes
from webapp.identity.arrival import hasher, to
from webapp.identity.domain.codes import Channel
from webapp.identity.queries import invitation
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import new_readable, write_readable
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading, writing

MOST_NOTE = 500
PARTS = frozenset({OwnPart.WILL, OwnPart.AFTER_DECISION, OwnPart.PARTLY, OwnPart.CANNOT})


@bp.get(f"{ONE}/kommunen")
@allows(Permission.WORK_AGREEMENTS)
def our_word(agreement_id: str) -> Response:
    """Show what is expected of the municipality, with what it usually does chosen."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        shown, why = OurPage.of(queries.whole(session, row)), why_look(row)
    if not why:
        return to(f"{LIST}/{agreement_id}")
    look(KIND, agreement_id, why=why)
    return page("casework/agreement_ours.html", shown)


@bp.post(f"{ONE}/kommunen")
@allows(Permission.WORK_AGREEMENTS)
@writing
def our_word_post(agreement_id: str) -> Response:
    """Store the municipality's word about the tasks that are expected of it."""
    row = ours(db(), agreement_id, is_held=True)
    expected = {line.task for line in OurPage.of(queries.whole(db(), row)).lines}
    given = {
        task: (OwnPart(part), request.form.get(f"ord-{task}", "")[:MOST_NOTE])
        for task in expected
        if (part := request.form.get(f"del-{task}", "")) in PARTS
    }
    office.confirm_parts(db(), row, given, by=caller().id, at=now())
    return to(f"{LIST}/{agreement_id}?melding=kommunen-svart")


@bp.post(f"{ONE}/person")
@allows(Permission.WORK_AGREEMENTS)
@writing
def act_on_person(agreement_id: str) -> Response:
    """Confirm somebody's contact data, or make a code that is handed over to them."""
    row = ours(db(), agreement_id, is_held=True)
    wanted, _, party_id = request.form.get("handling", "").partition(" ")
    if wanted not in {"bekreft", "kode"}:
        return to(f"{LIST}/{agreement_id}")
    party = queries.party(db(), row, party_id)
    if wanted == "bekreft":
        people.confirm_contact(db(), row, party, by=caller().id, at=now())
        return to(f"{LIST}/{agreement_id}?melding=bekreftet")
    invited = invitation(db(), row.municipality, party.invitation or "")
    if invited is None:
        raise ConflictError("there is no way in for them")
    code = new_readable()
    codes.add_code(db(), invited, Channel.HANDED, hasher().hash(code), browser=None, at=now())
    shown = {"href": f"{LIST}/{agreement_id}", "code": write_readable(code), "name": queries.name_of(party)}
    return page("casework/agreement_code.html", shown)


@bp.get(f"{ONE}/signatur/<party_id>")
@allows(Permission.WORK_AGREEMENTS)
def paper_signature(agreement_id: str, party_id: str) -> Response:
    """Ask for what stands on a paper that was signed before a witness."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        name = queries.name_of(queries.party(session, row, party_id))
    return _paper_page(agreement_id, party_id, name, PaperForm())


def _paper_page(agreement_id: str, party_id: str, name: str, form: PaperForm, status: int = 200) -> Response:
    shown = {"href": f"{LIST}/{agreement_id}", "action": f"{LIST}/{agreement_id}/signatur/{party_id}", "name": name}
    return page("casework/agreement_paper.html", shown, form=form, status=status)


@bp.post(f"{ONE}/signatur/<party_id>")
@allows(Permission.WORK_AGREEMENTS)
@writing
def paper_signature_post(agreement_id: str, party_id: str) -> Response:
    """Register a signature on paper; a paper of another text is refused."""
    row, form = ours(db(), agreement_id, is_held=True), PaperForm()
    party = queries.party(db(), row, party_id)
    version = queries.version_in(db(), row, "signing")
    if version is None:
        raise ConflictError("no text waits for signatures")
    if not form.validate():
        return _paper_page(agreement_id, party_id, queries.name_of(party), form, 422)
    paper = PaperSignature(form.text("check"), form.text("witness"), form.text("signed_on"))
    try:
        office.sign_on_paper(
            db(), row, version, party, paper, statement=gettext("Signed on paper before a witness."), by=caller().id,
            at=now(),
        )  # fmt: skip
    except ConflictError:
        form.check.errors = [gettext("This is not the number of the text that waits for signatures now.")]
        return _paper_page(agreement_id, party_id, queries.name_of(party), form, 422)
    return to(f"{LIST}/{agreement_id}?melding=signert-papir")


def _assess_form(row: Agreement) -> AssessForm:
    form = AssessForm()
    here = queries.present(db(), row)
    able = [(one.id, queries.name_of(one)) for one in here if one.kind in {"caregiver", "representative"}]
    form.who.choices = choices([*able, (COOPERATION, gettext("Nobody can: caregivers and the municipality agree"))])
    return form


@bp.get(f"{ONE}/vurdering")
@allows(Permission.WORK_AGREEMENTS)
@reading
def assess(agreement_id: str) -> Response:
    """Ask who speaks for a resident who cannot, and on what that stands."""
    row = ours(db(), agreement_id)
    return page("casework/agreement_assess.html", f"{LIST}/{row.id}", form=_assess_form(row))


@bp.post(f"{ONE}/vurdering")
@allows(Permission.WORK_AGREEMENTS)
@writing
def assess_post(agreement_id: str) -> Response:
    """Store who speaks for the resident, or that nobody can."""
    row = ours(db(), agreement_id, is_held=True)
    form = _assess_form(row)
    if not form.validate():
        return page("casework/agreement_assess.html", f"{LIST}/{row.id}", form=form, status=422)
    found = Assessment(form.text("assessed_by"), form.text("assessed_on"), form.text("about"))
    if form.text("who") == COOPERATION:
        office.make_cooperation(db(), row, found, by=caller().id, at=now())
    else:
        party = queries.party(db(), row, form.text("who"))
        office.let_represent(db(), row, party, Basis(form.text("basis")), str(found), by=caller().id, at=now())
    return to(f"{LIST}/{agreement_id}?melding=vurdert")


@bp.get(f"{ONE}/avslutt")
@allows(Permission.WORK_AGREEMENTS)
def end_agreement(agreement_id: str) -> Response:
    """Ask why an agreement ends."""
    with database().reading() as session:
        form = _end_form(ours(session, agreement_id))
    return page("casework/agreement_end.html", f"{LIST}/{agreement_id}", form=form)


def _end_form(row: Agreement) -> EndForm:
    """What holds can end for a reason; what is not signed yet is the resident's to end, unless they have died."""
    form = EndForm()
    if not row.version:
        form.why.choices = choices([("died", ENDING_WORDS["died"])])
    return form


@bp.post(f"{ONE}/avslutt")
@allows(Permission.WORK_AGREEMENTS)
@writing
def end_agreement_post(agreement_id: str) -> Response:
    """End what is in force, with a reason; where the resident has died, every message stops at once."""
    row = ours(db(), agreement_id, is_held=True)
    form = _end_form(row)
    if not form.validate():
        return page("casework/agreement_end.html", f"{LIST}/{agreement_id}", form=form, status=422)
    if form.text("why") == "died":
        office.report_death(db(), row, by=caller().id, at=now())
    else:
        rounds.end(db(), row, by=caller().id, mover=Mover.CASEWORKER, at=now(), why=form.text("why"))
    return to(f"{LIST}/{agreement_id}?melding=avtale-avsluttet")


@bp.post(f"{ONE}/<any('sperre', 'opphev-sperre'):word>")
@allows(Permission.WORK_AGREEMENTS)
@writing
def hold_agreement(agreement_id: str, word: str) -> Response:
    """Keep an agreement from being deleted, or let it be deleted in its time, also when it is over."""
    row, is_held = ours(db(), agreement_id, is_held=True), word == "sperre"
    office.hold(db(), row, is_held=is_held, by=caller().id, at=now())
    return to(f"{LIST}/{agreement_id}?melding={'avtale-sperret' if is_held else 'avtale-ikke-sperret'}")


@bp.post(f"{LIST}/gjort")
@allows(Permission.WORK_AGREEMENTS)
@writing
def errand_done() -> Response:
    """Note that a letter of an agreement was printed, or a call made."""
    wanted = request.form.get("handling", "")
    if not wanted:
        return to("/saker/utskrift")
    errand, _party, row = lists.errand(db(), caller().municipality, wanted)
    if not row.is_with_municipality:
        raise NotFoundError("the family is alone")
    office.do_errand(db(), row, errand, by=caller().id, at=now())
    return to("/saker/utskrift?melding=skrevet-ut" if errand.kind == "letter" else "/saker/ringeliste?melding=ringt")
