"""Who is in: adding somebody, one's own contact, ways in, taking somebody out."""

from __future__ import annotations

from flask import Response, make_response, request
from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions import helping, people
from webapp.agreements.actions.noting import tell
from webapp.agreements.actions.people import NewParty
from webapp.agreements.current import Me, looking, me, my_party
from webapp.agreements.domain.history import Notice
from webapp.agreements.domain.parties import Basis, PartyKind
from webapp.agreements.invitation_sheet import invitation_sheet
from webapp.agreements.models import PartyRow
from webapp.agreements.people_forms import ContactForm, PersonForm, ResidentForm
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.people import ContactPage, OutPage, PeoplePage, has_resident
from webapp.agreements.stored import Details, details_of
from webapp.agreements.views import bp
from webapp.agreements.views.starting import OF, known_codes, remember_code
from webapp.identity.actions.invitations import Contact
from webapp.identity.arrival import to
from webapp.identity.domain.codes import Channel
from webapp.identity.letters import send_link
from webapp.identity.queries import invitation
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Permission
from webapp.referrals.actions.sending import mobile
from webapp.web.access import allows
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.throttle import Limit, throttle
from webapp.web.transactions import db, now, reading, writing

NOTICES = Limit("notices to a party", 4)
PEOPLE = f"{OF}/deltakere"


def _form(found: Me) -> ResidentForm | PersonForm:
    """Answer the form of whom to add next: whom it is about comes first."""
    form = PersonForm() if has_resident(queries.parties(db(), found.row)) else ResidentForm()
    form.offer_paper(is_offered=found.row.is_with_municipality)
    return form


@bp.get(PEOPLE)
@allows(Permission.SEE_AGREEMENT)
@looking
def who_is_in(lang: str, agreement_id: str) -> Response:
    """Show who is in, who added whom, and what can be done."""
    found = me(agreement_id)
    return _show(found, _form(found))


def _show(found: Me, form: ContactForm, *, status: int = 200) -> Response:
    codes = {one: write_readable(code) for one, code in known_codes().items()}
    here = queries.parties(db(), found.row)
    made = PeoplePage.of(found, here, codes, request.args.get("melding", ""), has_faults=bool(form.errors))
    return page("agreements/people.html", made, form=form, status=status)


@bp.post(PEOPLE)
@allows(Permission.TAKE_PART)
@writing
def add_person(lang: str, agreement_id: str) -> Response:
    """Add somebody; a telephone or e-mail that is another's is refused in plain words, with a way on."""
    found, party = my_party(agreement_id, is_held=True)
    form = _form(found)
    if not helping.may_add(found.row, party):
        return to(f"{base_of(agreement_id)}/deltakere?melding=ikke-naa")
    if not form.validate():
        return _show(found, form, status=422)
    try:
        added = people.add_party(db(), found.row, _new(form), by=party.id, at=now())
        if people.may_invite(found.row, added) and found.row.round_state != "draft":
            people.invite(db(), found.row, added, by=party.id, at=now())
    except ConflictError:
        _refuse_shared(form, is_with_municipality=found.row.is_with_municipality)
        return _show(found, form, status=422)
    except InvalidError:
        form.name.errors = [gettext("Ten people are in. That is as many as there can be.")]
        return _show(found, form, status=422)
    return to(f"{base_of(agreement_id)}/deltakere?melding=lagt-til")


def _new(form: ResidentForm | PersonForm) -> NewParty:
    details = Details(
        form.text("name"), form.text("relation") if isinstance(form, PersonForm) else "", form.text("address"),
        form.text("telephone"),
    )  # fmt: skip
    channel = form.text("channel")
    if isinstance(form, ResidentForm):
        return NewParty(PartyKind.RESIDENT, details, _contact(form), channel)
    role = form.text("role")
    basis = Basis(role) if role in {Basis.GUARDIAN, Basis.POWER_OF_ATTORNEY} else None
    kind = PartyKind.VOLUNTEER if role == "volunteer" else PartyKind.CAREGIVER
    return NewParty(kind, details, _contact(form), channel, basis)


def _contact(form: ContactForm) -> Contact:
    return Contact(language(), form.text("email") or None, mobile(form.text("telephone")) or None)


def _refuse_shared(form: ContactForm, *, is_with_municipality: bool) -> None:
    field = form.telephone if form.text("telephone") else form.email
    said = gettext("Somebody else who is in has this number or address. Everybody needs their own, so that codes reach"
                   " the right person.")  # fmt: skip
    way_on = gettext("Do you share one? Choose letter or telephone call, and leave it out: the municipality gives them"
                     " a code.")  # fmt: skip
    field.errors = [f"{said} {way_on}" if is_with_municipality else said]


@bp.post(f"{PEOPLE}/gjor")
@allows(Permission.TAKE_PART)
@writing
def do_for_person(lang: str, agreement_id: str) -> Response:
    """Send a new link, or make a joining code to be said aloud."""
    found, party = my_party(agreement_id, is_held=True)
    what, _space, wanted = request.form.get("handling", "").partition(" ")
    back = f"{base_of(agreement_id)}/deltakere"
    if what not in {"lenke", "kode"}:
        return to(back)
    other = queries.party(db(), found.row, wanted)
    if what == "kode":
        remember_code(other, helping.joining_code(db(), found.row, party, other, at=now()))
        return to(f"{back}?melding=kode#kode")
    helping.way_in(db(), found.row, party, other)
    throttle().hit(NOTICES, other.id)
    tell(db(), found.row, other, Notice.INVITED, at=now())
    return to(f"{back}?melding=sendt")


@bp.post(f"{PEOPLE}/ark.pdf")
@allows(Permission.TAKE_PART)
@writing
def printed_invitation(lang: str, agreement_id: str) -> Response:
    """Give the printed invitation of somebody: a link as a picture, and a joining code; older ones lead nowhere."""
    found, party = my_party(agreement_id, is_held=True)
    wanted = request.form.get("handling", "")
    if not wanted:
        return to(f"{base_of(agreement_id)}/deltakere")
    other = queries.party(db(), found.row, wanted)
    code = helping.joining_code(db(), found.row, party, other, at=now())
    remember_code(other, code)
    address = send_link(db(), helping.way_in(db(), found.row, party, other), Channel.PAPER, at=now())
    made = invitation_sheet(
        queries.name_of(other), address, write_readable(code), other.language,
        is_with_municipality=found.row.is_with_municipality,
    )  # fmt: skip
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="invitasjon.pdf"'
    return response


def _whose(found: Me, party: PartyRow) -> PartyRow:
    """Answer whose contact is asked about: one's own, or of somebody whom one may still help."""
    wanted = request.args.get("hvem", "")
    other = queries.party(db(), found.row, wanted) if wanted else party
    if not helping.may_change_contact(party, other):
        raise NotAllowedError("the contact is their own")
    return other


def _contact_page(found: Me, other: PartyRow, form: ContactForm, status: int = 200) -> Response:
    form.offer_paper(is_offered=found.row.is_with_municipality)
    is_own = found.party is not None and found.party.id == other.id
    return page("agreements/contact.html", ContactPage.of(found.row, other, is_own=is_own), form=form, status=status)


@bp.get(f"{PEOPLE}/kontakt")
@allows(Permission.TAKE_PART)
@reading
def contact(lang: str, agreement_id: str) -> Response:
    """Ask how somebody is to be reached, with what is known filled in."""
    found, party = my_party(agreement_id)
    other = _whose(found, party)
    invited, details = invitation(db(), found.row.municipality, other.invitation or ""), details_of(other.details)
    telephone = (invited.telephone or "").removeprefix("+47") if invited else ""
    form = ContactForm(
        channel=other.channel, telephone=telephone or details.telephone, email=(invited.email if invited else "") or "",
        address=details.address,
    )  # fmt: skip
    return _contact_page(found, other, form)


@bp.post(f"{PEOPLE}/kontakt")
@allows(Permission.TAKE_PART)
@writing
def contact_post(lang: str, agreement_id: str) -> Response:
    """Change how somebody is reached."""
    found, party = my_party(agreement_id, is_held=True)
    other, form = _whose(found, party), ContactForm()
    form.offer_paper(is_offered=found.row.is_with_municipality)
    if not form.validate():
        return _contact_page(found, other, form, 422)
    try:
        people.change_contact(
            db(), found.row, other, _contact(form), channel=form.text("channel"), by=party.id, at=now()
        )  # fmt: skip
    except ConflictError:
        _refuse_shared(form, is_with_municipality=found.row.is_with_municipality)
        return _contact_page(found, other, form, 422)
    people.set_details(other, address=form.text("address"), telephone=form.text("telephone"))
    return to(f"{base_of(agreement_id)}/deltakere?melding=kontakt")


@bp.get(f"{PEOPLE}/ut")
@allows(Permission.TAKE_PART)
@reading
def take_out(lang: str, agreement_id: str) -> Response:
    """Ask once more before somebody is taken out."""
    found, party = my_party(agreement_id)
    wanted = request.args.get("hvem", "")
    if not wanted:
        return to(f"{base_of(agreement_id)}/deltakere")
    other = queries.party(db(), found.row, wanted)
    if not helping.may_take_out(found.row, party, other):
        raise NotAllowedError("only the resident takes somebody out")
    return page("agreements/take_out.html", OutPage.of(found.row.id, other))


@bp.post(f"{PEOPLE}/ut")
@allows(Permission.TAKE_PART)
@writing
def take_out_post(lang: str, agreement_id: str) -> Response:
    """Take somebody out."""
    found, party = my_party(agreement_id, is_held=True)
    wanted = request.args.get("hvem", "")
    if wanted:
        helping.take_out(db(), found.row, party, queries.party(db(), found.row, wanted), at=now())
    return to(f"{base_of(agreement_id)}/deltakere?melding=ute" if wanted else f"{base_of(agreement_id)}/deltakere")
