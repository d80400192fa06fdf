"""What stands on the pages of who is in: everybody in plain words, never anybody else's number or address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions import helping
from webapp.agreements.current import Me
from webapp.agreements.domain.parties import Basis, PartyKind
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.stored import details_of
from webapp.agreements.words import BASES, KINDS
from webapp.content.current import base_url, library
from webapp.identity.providers import provider_of
from webapp.kernel.text import without_hidden
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _

MESSAGES = {
    "lagt-til": _("That person is added. Nothing is sent yet to anybody who is not asked."),
    "sendt": _("A message is on its way."),
    "kode": _("A new code is made. Say it, or write it down: it works once."),
    "kontakt": _("The way to reach you is changed."),
    "ute": _("That person is out. The others only see that."),
    "ikke-naa": _("Nobody can be added just now. Ask the one it is about, or the municipality."),
}
HELPLINE = "800 30 196"
"""The line for help against abuse of older people."""


def has_resident(people: Sequence[PartyRow]) -> bool:
    """Tell whether the one it is about is in it."""
    return any(one.kind == PartyKind.RESIDENT and one.left_at is None for one in people)


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody who is in, and what the reader may do about it."""

    id: str
    name: str
    is_me: bool
    lines: list[str]
    code: str
    """A joining code that the reader has made; empty where none was."""
    can_send: bool
    can_make_code: bool
    can_print: bool
    sheet_href: str
    """Where their sheet to answer on is printed; empty where the municipality prints it."""
    contact_href: str
    out_href: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who is in."""

    base: str
    is_alone: bool
    """There is no municipality in it to write and to ring."""
    is_setting_up: bool
    is_complete: bool
    """The one it is about is in: the next step can be taken."""
    can_add: bool
    cards: list[Card]
    is_open: bool
    """The form to add somebody stands open."""
    joining_address: str
    helpline: str
    unconfirmed: str
    can_show_who: bool
    """The municipality has ID-porten, by which they can confirm it themselves."""
    message: str

    @classmethod
    def of(
        cls, me: Me, people: Sequence[PartyRow], codes: Mapping[str, str], key: str, *, has_faults: bool
    ) -> PeoplePage:
        """Answer the page for one who is in it, or for staff, who change nothing here."""
        row, names = me.row, {one.id: without_hidden(queries.name_of(one)) for one in people}
        is_complete = has_resident(people)
        mine = me.party
        is_unsure = mine is not None and mine.kind == PartyKind.RESIDENT and not mine.is_confirmed
        return cls(
            base=base_of(row.id),
            is_alone=not row.is_with_municipality,
            is_setting_up=row.round_state == RoundState.DRAFT and mine is not None and row.started_by == mine.id,
            is_complete=is_complete,
            can_add=mine is not None and helping.may_add(row, mine),
            cards=[_card(me, one, names, codes.get(one.id, "")) for one in people if one.left_at is None],
            is_open=has_faults or not is_complete,
            joining_address=f"{base_url()}/{language()}/avtale/kode",
            helpline=HELPLINE if me.is_residents_side else "",
            unconfirmed=library().municipality.telephone if is_unsure else "",
            can_show_who=provider_of("idporten") is not None,
            message=str(MESSAGES.get(key, "")),
        )


def _card(me: Me, one: PartyRow, names: Mapping[str, str], code: str) -> Card:
    mine, base = me.party, base_of(me.row.id)
    is_me = mine is not None and mine.id == one.id
    can_help = mine is not None and helping.may_help_in(me.row, mine, one)
    may_change = mine is not None and helping.may_change_contact(mine, one)
    may_take_out = mine is not None and helping.may_take_out(me.row, mine, one)
    return Card(
        id=one.id,
        name=names[one.id] or gettext("No name"),
        is_me=is_me,
        lines=[line for line in (_kind(one), _state(one), _added(one, names), _checked(one, names)) if line],
        code=code,
        can_send=can_help and not is_me and one.channel in {"sms", "email"},
        can_make_code=can_help,
        can_print=can_help and not is_me,
        sheet_href="" if me.row.is_with_municipality else f"{base}/svarark.pdf?hvem={one.id}",
        contact_href=f"{base}/deltakere/kontakt{'' if is_me else f'?hvem={one.id}'}" if may_change else "",
        out_href=f"{base}/deltakere/ut?hvem={one.id}" if may_take_out else "",
    )


def _kind(one: PartyRow) -> str:
    parts = [str(KINDS[PartyKind(one.kind)]), without_hidden(details_of(one.details).relation)]
    if one.basis:
        words = str(BASES[Basis(one.basis)])
        is_seen = one.kind == PartyKind.REPRESENTATIVE
        parts.append(words if is_seen else gettext("%(basis)s (says so; not seen by the municipality)", basis=words))
    return " · ".join(part for part in parts if part)


def _state(one: PartyRow) -> str:
    if one.answered_at is not None:
        return str(gettext("has answered"))
    return str(gettext("has not answered yet") if one.joined_at else gettext("has not said yes yet"))


def _added(one: PartyRow, names: Mapping[str, str]) -> str:
    by = names.get(one.added_by, "")
    if one.added_by == one.id:
        return str(gettext("came by themselves"))
    return str(gettext("added by %(name)s", name=by) if by else gettext("added by the municipality"))


def _checked(one: PartyRow, names: Mapping[str, str]) -> str:
    by = names.get(one.added_by, "")
    if one.is_confirmed or one.added_by == one.id or not by:
        return ""
    return str(gettext("How to reach them was written by %(name)s, and nobody has checked it.", name=by))


@dataclass(frozen=True, slots=True)
class ThemePage:
    """What it is about."""

    base: str

    @classmethod
    def of(cls, row: AgreementRow) -> ThemePage:
        """Answer the page of an agreement."""
        return cls(base_of(row.id))


@dataclass(frozen=True, slots=True)
class AskPage:
    """What to say before anything is sent."""

    base: str
    name: str
    """Whom to ring; empty where the reader is the one it is about."""
    municipality: str
    code: str
    address: str
    is_told: bool
    """A message will come to them; otherwise the municipality writes or rings."""
    others: list[str]
    is_missing: bool

    @classmethod
    def of(cls, row: AgreementRow, me: PartyRow, people: Sequence[PartyRow], codes: Mapping[str, str]) -> AskPage:
        """Answer the page for the starter of a draft."""
        here = [one for one in people if one.left_at is None]
        resident = next((one for one in here if one.kind == PartyKind.RESIDENT), None)
        is_own = resident is not None and resident.id == me.id
        return cls(
            base=base_of(row.id),
            name="" if is_own or resident is None else without_hidden(queries.name_of(resident)),
            municipality=library().municipality.full_name(language()),
            code=codes.get(resident.id, "") if resident else "",
            address=f"{base_url()}/{language()}/avtale/kode".removeprefix("https://").removeprefix("http://"),
            is_told=resident is not None and resident.channel in {"sms", "email"},
            others=[without_hidden(queries.name_of(one)) for one in here if one not in (me, resident)],
            is_missing=resident is None,
        )


@dataclass(frozen=True, slots=True)
class ContactPage:
    """How somebody is reached."""

    base: str
    action: str
    name: str
    is_own: bool
    is_alone: bool

    @classmethod
    def of(cls, row: AgreementRow, other: PartyRow, *, is_own: bool) -> ContactPage:
        """Answer the page of somebody's contact."""
        base = base_of(row.id)
        action = f"{base}/deltakere/kontakt{'' if is_own else f'?hvem={other.id}'}"
        return cls(base, action, without_hidden(queries.name_of(other)), is_own, not row.is_with_municipality)


@dataclass(frozen=True, slots=True)
class OutPage:
    """Whether somebody is really to be taken out."""

    base: str
    action: str
    name: str

    @classmethod
    def of(cls, agreement: str, other: PartyRow) -> OutPage:
        """Answer the question about one person."""
        base = base_of(agreement)
        return cls(base, f"{base}/deltakere/ut?hvem={other.id}", without_hidden(queries.name_of(other)))
