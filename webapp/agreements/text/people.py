"""Who is in it, what matters, and who may know what: sections 1 to 4, and the caregivers' own situation."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask_babel import gettext

from webapp.agreements import queries
from webapp.agreements.actions.answering import LOAD, MATTERS
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import MUNICIPALITY, Basis, PartyKind
from webapp.agreements.domain.sharing import Level, Topic
from webapp.agreements.models import ConsentRow, PartyRow
from webapp.agreements.stored import details_of
from webapp.agreements.text.blocks import Block, if_any, listed, said, table
from webapp.agreements.text.told import HELPER, Told
from webapp.agreements.words import BASES, KINDS
from webapp.content.current import library
from webapp.kernel.ids import write_readable
from webapp.web.i18n import language, lazy_gettext, write_date, write_list

SHARED = {
    Topic.PRACTICAL: lazy_gettext("who does what, where the key is, whom to ring"),
    Topic.HEALTH: lazy_gettext("health"),
    Topic.MEDICINE: lazy_gettext("medicine"),
    Topic.SERVICES: lazy_gettext("services and applications"),
    Topic.ECONOMY: lazy_gettext("money"),
    Topic.CHANGES: lazy_gettext("that something has happened"),
}


def about(told: Told) -> Iterator[Block]:
    """Say what the agreement is, and what it is not."""
    row = told.whole.row
    yield said(
        gettext("If something here is not kept: talk about it, or ring %(office)s. You complain of a service to the "
                "municipality, and of a decision in the way that stands in it.", office=office(told))
    )  # fmt: skip
    if not row.is_with_municipality:
        yield said(gettext("The municipality is not a party. What stands here of it is what it normally does."))
    if row.is_cooperation:
        yield said(
            gettext("This is a cooperation agreement. The one it is about cannot decide in this matter, and nobody "
                    "represents them. It gives no consent on their behalf.")
        )  # fmt: skip
    yield said(gettext("Reference %(reference)s.", reference=write_readable(row.reference)))


def what_it_is() -> list[str]:
    """Answer the sentences that stand above everything that is signed."""
    return [
        gettext("The agreement says what you intend. It is voluntary."),
        gettext("It is no decision about services, and no contract that anybody can be sued on."),
        gettext("It takes no right from anybody. Everybody can leave it whenever they want to."),
    ]


def office(told: Told) -> str:
    """Answer whom to ring about it, with the number."""
    contact = library().municipality.contact(told.whole.row.office, language())
    return f"{contact.name}, {contact.telephone}"


def parties(told: Told) -> Iterator[Block]:
    """Say who is in it, as what, and what is not checked."""
    rows = [[queries.name_of(one), _kind(one), _remark(told, one)] for one in told.people]
    if told.whole.row.is_with_municipality:
        rows.append([library().municipality.full_name(language()), str(KINDS[PartyKind.MUNICIPALITY]), office(told)])
    yield table([gettext("Name"), gettext("As"), gettext("Remark")], rows)
    yield said(gettext("Children are never responsible for a task."))


def _kind(one: PartyRow) -> str:
    return details_of(one.details).relation or str(KINDS[PartyKind(one.kind)])


def _remark(told: Told, one: PartyRow) -> str:
    details = details_of(one.details)
    found = []
    if one.basis:
        found.append(f"{BASES[Basis(one.basis)]}: {details.basis_note}".strip(": "))
    elif details.basis_note:
        found.append(gettext("cannot decide in this matter: %(words)s", words=details.basis_note))
    if not one.is_confirmed and one.added_by != one.id:
        by = next((queries.name_of(other) for other in told.whole.people if other.id == one.added_by), "")
        checked = gettext("number given by %(name)s, not checked", name=by) if by else gettext("number not checked")
        found.append(checked)
    if one.id in told.left_out:
        found.append(gettext("does not sign this version"))
    elif one.answered_at is None:
        found.append(gettext("has not answered"))
    return "; ".join(found)


def matters(told: Told) -> Iterator[Block]:
    """Say what the resident said matters most, in their own words."""
    words = told.sheets[MATTERS].get(told.resident.id, {}).get("words", "") if told.resident else ""
    yield said(str(words) or gettext("Nothing is written here."))
    yield said(how_answered(told))


def how_answered(told: Told) -> str:
    """Say whether the resident answered alone, with support, or could not take a stand: it holds topic by topic."""
    if told.resident is None or told.whole.row.is_cooperation:
        return str(gettext("The one it is about could not take a stand on this."))
    name = queries.name_of(told.resident)
    if How.WITH_HELPER in told.how:
        helper = str(told.sheets[HELPER].get(told.resident.id, {}).get("who", ""))
        by = told.name(helper) if helper in {MUNICIPALITY, *(one.id for one in told.whole.people)} else helper
        return str(gettext("%(name)s answered with support from %(helper)s.", name=name, helper=by or "–"))
    if told.how & {How.PAPER, How.CALL}:
        return str(gettext("%(name)s answered on paper or by telephone.", name=name))
    if How.MEETING in told.how:
        return str(gettext("%(name)s answered together with the others.", name=name))
    if not told.how:
        return str(gettext("%(name)s has not taken a stand on this.", name=name))
    return str(gettext("%(name)s answered alone.", name=name))


def sharing(told: Told) -> Iterator[Block]:
    """Say whom the resident lets know what, and until when; whoever is let know nothing is not named."""
    granted = [one for one in told.consents if json.loads(one.content)["topics"]]
    yield if_any(
        listed(_consent(told, one) for one in granted), gettext("Nobody is let know more than what stands here.")
    )
    yield said(gettext("A consent can be taken back at any time, and then it no longer holds, whatever stands here."))
    if told.whole.row.is_cooperation:
        yield said(gettext("Nobody has consented on behalf of the one it is about."))


def _consent(told: Told, one: ConsentRow) -> str:
    content, day = json.loads(one.content), write_date(one.until)
    is_all = content["level"] == Level.ALL
    topics = [str(words) for topic, words in SHARED.items() if topic in content["topics"]]
    what = gettext("everything that stands in the agreement") if is_all else write_list(topics)
    words: str = gettext("%(name)s may know %(what)s. It holds until %(day)s.", name=told.name(one.party), what=what,
                         day=day)  # fmt: skip
    by = next((party for party in told.people if party.id == one.given_by), None)
    if by is not None and by.kind == PartyKind.REPRESENTATIVE:
        words += " " + gettext("%(name)s has said so on their behalf.", name=queries.name_of(by))
    return words


def caregivers(told: Told) -> Iterator[Block]:
    """Say what caregivers themselves want to say of their situation, and that they may say no."""
    shared = {party: str(content["shared"]) for party, content in told.sheets[LOAD].items() if content.get("shared")}
    if shared:
        yield listed(f"{told.name(party)}: {words}" for party, words in shared.items())
    contact = library().municipality.contact("caregiver_support", language())
    yield said(
        gettext("Everybody who helps may say no, and may say so later. Do you need time off or somebody to talk to? "
                "Ring %(name)s, %(telephone)s.", name=contact.name, telephone=contact.telephone)
    )  # fmt: skip
