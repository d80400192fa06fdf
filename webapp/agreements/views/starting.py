"""Starting an agreement: the public pages, who starts it, what it is about, what to say on the telephone."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import helping, people, starting
from webapp.agreements.actions.people import NewAgreement, NewParty
from webapp.agreements.current import my_party
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.people_forms import StarterForm, ThemeForm
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.people import AskPage, ThemePage
from webapp.agreements.stored import Details
from webapp.agreements.views import bp
from webapp.content.current import library
from webapp.guide.presenters import TextPage
from webapp.identity.actions import sessions
from webapp.identity.actions.invitations import Contact
from webapp.identity.arrival import CODES_FROM_NETWORK, FROM_NETWORK, require_few_failures, to
from webapp.identity.asking import BY_OWN, begin_and_send
from webapp.identity.current import visit
from webapp.identity.domain.codes import Channel
from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import new_secret, write_readable
from webapp.kernel.permission import Permission
from webapp.referrals.actions.sending import mobile, once
from webapp.web.access import allows, caller, entrance, public
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, db, now, reading, writing

OF = "/<language:lang>/avtale/<agreement:agreement_id>"
TO_ONE_CONTACT = Limit("agreements of one contact", 5)
OFFICE = "allocation_office"
CODES = "joining"
"""What the session remembers joining codes under: they are stored nowhere else, and shown to who made them."""


@bp.get("/<language:lang>/avtale/")
@public()
def about(lang: str) -> Response:
    """Show what an agreement is, and what it is not."""
    return page("agreements/about.html", _text("avtale", lang))


@bp.get("/<language:lang>/avtale/eksempel")
@public()
def example(lang: str) -> Response:
    """Show a family that has done it."""
    return page("agreements/example.html", _text("avtale-eksempel", lang))


def _text(slug: str, lang: str) -> TextPage:
    found = library().page("page", slug, lang)
    if found is None:
        raise NotFoundError
    return TextPage.of(found)


@bp.get("/<language:lang>/avtale/ny")
@entrance
def start(lang: str) -> Response:
    """Ask who starts, and how they are reached."""
    return page("agreements/start.html", form=StarterForm(key=new_secret()))


@bp.post("/<language:lang>/avtale/ny")
@entrance
def start_post(lang: str) -> Response:
    """Begin a draft, and send its starter a code; a form that was sent twice is one agreement."""
    form, code = StarterForm(), library().code
    if not form.key.data:
        form.key.data = new_secret()
    if not form.validate():
        return page("agreements/start.html", form=form, status=422)
    require_few_failures(FROM_NETWORK)
    throttle().hit(CODES_FROM_NETWORK, code, network())
    contact = Contact(lang, form.text("email") or None, mobile(form.text("telephone")) or None)
    throttle().hit(TO_ONE_CONTACT, code, contact.telephone or contact.email or "")
    row_id, invited = once(database(), lambda session: _begin(session, form, contact))
    channel = Channel.SMS if contact.telephone else Channel.EMAIL
    begin_and_send(lang, invited, channel, {"by": BY_OWN}, wanted=f"/{lang}/avtale/{row_id}/deltakere")
    return to(f"/{lang}/avtale/bekreft")


def _begin(session: Session, form: StarterForm, contact: Contact) -> tuple[str, str]:
    theme, is_with = Theme.HOME, form.text("mode") == "municipality"
    begun = NewAgreement(theme, contact.language, is_with, OFFICE, catalogue.starter(theme))
    channel = Channel.SMS if contact.telephone else Channel.EMAIL
    starter = NewParty(PartyKind(form.text("role")), Details(form.text("name")), contact, channel.value)
    row, party = starting.begin(session, library().code, form.text("key")[:100], begun, starter, at=now())
    return row.id, party.invitation or ""


@bp.get(f"{OF}/tema")
@allows(Permission.TAKE_PART)
@reading
def theme(lang: str, agreement_id: str) -> Response:
    """Ask what it is about, with the tasks of each theme ready."""
    found, party = my_party(agreement_id)
    if not starting.may_set_theme(db(), found.row, party):
        return to(f"{base_of(agreement_id)}/")
    form = ThemeForm(theme=found.row.theme)
    return page("agreements/theme.html", ThemePage.of(found.row), form=form)


@bp.post(f"{OF}/tema")
@allows(Permission.TAKE_PART)
@writing
def theme_post(lang: str, agreement_id: str) -> Response:
    """Choose what it is about; a joining code is made for the one who is to say yes."""
    found, party = my_party(agreement_id, is_held=True)
    form = ThemeForm()
    if not form.validate():
        return page("agreements/theme.html", ThemePage.of(found.row), form=form, status=422)
    if starting.may_set_theme(db(), found.row, party):
        chosen = Theme(form.text("theme"))
        starting.set_theme(db(), found.row, party, chosen, catalogue.starter(chosen), at=now())
    resident = _resident(found.row)
    if resident is not None and helping.may_help_in(found.row, party, resident) and resident.id != party.id:
        remember_code(resident, helping.joining_code(db(), found.row, party, resident, at=now()))
    return to(f"{base_of(agreement_id)}/invitere")


def _resident(row: AgreementRow) -> PartyRow | None:
    here = queries.present(db(), row)
    return next((one for one in here if one.kind == PartyKind.RESIDENT), None)


def remember_code(party: PartyRow, code: str) -> None:
    """Keep a joining code in the session of who made it, to be shown until they are logged out."""
    who = caller()
    sessions.remember(db(), who.municipality, who.session_id, {CODES: {**known_codes(), party.id: code}})


def known_codes() -> dict[str, str]:
    """Answer the joining codes that this session has made, by party, as they are read aloud."""
    found = visit()
    kept = found.data.get(CODES, {}) if found else {}
    return {party: str(code) for party, code in kept.items()}


@bp.get(f"{OF}/invitere")
@allows(Permission.TAKE_PART)
@reading
def ask_them(lang: str, agreement_id: str) -> Response:
    """Show the words to say on the telephone before anything is sent."""
    found, party = my_party(agreement_id)
    if found.row.round_state != RoundState.DRAFT or found.row.started_by != party.id:
        return to(f"{base_of(agreement_id)}/deltakere")
    codes = {one: write_readable(code) for one, code in known_codes().items()}
    return page("agreements/ask.html", AskPage.of(found.row, party, queries.parties(db(), found.row), codes))


@bp.post(f"{OF}/invitere")
@allows(Permission.TAKE_PART)
@writing
def ask_them_post(lang: str, agreement_id: str) -> Response:
    """Ask the resident; where it is the resident who started, say yes and ask the others."""
    found, party = my_party(agreement_id, is_held=True)
    resident = _resident(found.row)
    if resident is None:
        return to(f"{base_of(agreement_id)}/deltakere")
    if found.row.round_state == RoundState.DRAFT and resident.id == party.id:
        people.join(db(), found.row, party, at=now(), movers=found.movers)
    elif found.row.round_state == RoundState.DRAFT and found.row.started_by == party.id:
        people.invite(db(), found.row, resident, by=party.id, at=now())
    return to(f"{base_of(agreement_id)}/oppgaver")
