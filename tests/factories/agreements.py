"""An agreement as tests begin with it: Åse, her daughter Kari who starts it, and her son Per; twelve tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from webapp.agreements import queries
from webapp.agreements.actions import answering, people
from webapp.agreements.actions import settling as settle
from webapp.agreements.actions.people import NewAgreement, NewParty, NewTask
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.domain.expectations import OwnPart, Tap, tapped
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.stored import Answer, Details
from webapp.app import Avklart
from webapp.identity.actions import sessions
from webapp.identity.actions.invitations import Contact
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.sessions import Kind
from webapp.kernel.permission import Assurance
from webapp.services.domain.who_does_what import Line, Stance

TASKS = (
    NewTask("gi-medisin", "medicine", is_critical=True),
    NewTask("handle-mat", "food"),
    NewTask("gulvvask", "home"),
    NewTask("snomaking", "outdoors"),
)
STANCES: Mapping[str, Line] = {
    "gi-medisin": Line(Stance.NORMALLY, needs_decision=True),
    "handle-mat": Line(Stance.SOMETIMES, needs_decision=True),
    "gulvvask": Line(Stance.NORMALLY, needs_decision=True),
    "snomaking": Line(Stance.NOT_NORMALLY, needs_decision=False),
}
AASE = Contact("nb", None, "+4761359001")
KARI = Contact("nb", "kari@eksempel.example", "+4761359002")
PER = Contact("nb", "per@eksempel.example", "+4761359003")
_keys = count(1)


@dataclass(frozen=True, slots=True)
class Family:
    """The ids of an agreement and its three people."""

    agreement: str
    aase: str
    kari: str
    per: str
    municipality: str = "fjordvik"

    def row(self, session: Session, *, is_held: bool = True) -> AgreementRow:
        """Answer the agreement, locked as those who change it lock it."""
        return queries.agreement(session, self.municipality, self.agreement, is_held=is_held)

    def party(self, session: Session, party: str) -> PartyRow:
        """Answer one of the three."""
        return queries.party(session, self.row(session, is_held=False), party)


def start(
    session: Session, municipality: str = "fjordvik", *, is_with_municipality: bool = True, at: datetime = NOON
) -> Family:
    """Let Kari start an agreement and name the others; nobody has been invited."""
    begun = NewAgreement(Theme.HOME, "nb", is_with_municipality, "allocation_office", TASKS)
    row = people.start(session, municipality, f"form {next(_keys)}", begun, by="starter", at=at)
    kari = people.add_party(
        session, row, NewParty(PartyKind.CAREGIVER, Details("Kari Bjørnstad", "datter"), KARI, "sms"), by="starter",
        at=at, is_own_contact=True,
    )  # fmt: skip
    row.started_by = kari.id
    aase = NewParty(PartyKind.RESIDENT, Details("Åse Bjørnstad"), AASE, "sms")
    per = NewParty(PartyKind.CAREGIVER, Details("Per Bjørnstad", "sønn"), PER, "email")
    added = [people.add_party(session, row, one, by=kari.id, at=at).id for one in (aase, per)]
    return Family(row.id, added[0], kari.id, added[1], municipality)


def join_all(session: Session, family: Family, *, at: datetime = NOON) -> None:
    """Let the resident accept, and the others come in."""
    row = family.row(session)
    for one in (family.aase, family.kari, family.per):
        movers = frozenset({Mover.RESIDENT}) if one == family.aase else frozenset({Mover.PARTY})
        people.join(session, row, family.party(session, one), at=at, movers=movers)


def confirm(session: Session, family: Family, *, at: datetime = NOON) -> None:
    """Let staff have seen that the number which Kari wrote is Åse's own: only then does she sign beside them."""
    people.confirm_contact(session, family.row(session), family.party(session, family.aase), by="staff", at=at)


def answer(
    session: Session, family: Family, party: str, taps: Mapping[str, set[str]], *,
    able: Mapping[str, OwnPart] | None = None, at: datetime = NOON,
) -> None:  # fmt: skip
    """Let one party answer by taps, a set a task, and say that it has answered."""
    row = family.row(session)
    given = {
        task: Answer(found) if (found := tapped(party, said, able=(able or {}).get(task))) else None
        for task, said in taps.items()
    }
    answering.save(session, row, party, given, {}, how=How.ALONE, at=at)
    answering.finish(session, row, family.party(session, party), STANCES, at=at)


def answer_all(session: Session, family: Family, *, at: datetime = NOON) -> None:
    """Let everybody answer: agreed on the food, to apply for the floor, different about the snow, nobody's medicine."""
    unknown = {Tap.UNKNOWN.value}
    for party in (family.aase, family.kari, family.per):
        taps = {
            "gi-medisin": unknown,
            "handle-mat": {Tap.SELF.value} if party == family.per else {family.per},
            "gulvvask": {"municipality"},
            "snomaking": {"municipality"} if party != family.per else {"private"},
        }
        answer(session, family, party, taps, at=at)


def settling(
    session: Session, municipality: str = "fjordvik", *, is_with_municipality: bool = True, at: datetime = NOON
) -> Family:
    """Answer a family that all have answered: it is being settled."""
    family = start(session, municipality, is_with_municipality=is_with_municipality, at=at)
    join_all(session, family, at=at)
    answer_all(session, family, at=at)
    return family


def settle_food(session: Session, family: Family, *, at: datetime = NOON) -> None:
    """Let all say yes to what the answers proposed about the food: Per does it."""
    row = family.row(session)
    for party in (family.aase, family.per):
        settle.reply(session, row, "handle-mat", Word(YES), seen=1, by=party, at=at)


def visitor(avklart: Avklart, family: Family, party: str, *, at: datetime = NOON) -> Browser:
    """Answer the browser of one of the three, who has come in."""
    with avklart.database.reading() as session:
        invitation = family.party(session, party).invitation
    browser = Browser(avklart, family.municipality)
    begin(browser, Kind.PARTY, invitation, Assurance.CODE, at=at)
    return browser


def caseworker(avklart: Avklart, family: Family, name: str = "Kari Nordmann") -> Browser:
    """Answer the browser of a caseworker of the municipality, who has come in."""
    email = f"{next(_keys)}@{family.municipality}.example"
    staff = add_staff(avklart.database, municipality=family.municipality, email=email, name=name, at=NOON)
    browser = Browser(avklart, family.municipality)
    begin(browser, Kind.STAFF, staff, Assurance.SUBSTANTIAL, at=NOON)
    return browser


def begin(browser: Browser, kind: Kind, person: str | None, assurance: Assurance, *, at: datetime) -> None:
    """Give a browser a session of somebody."""
    with browser.avklart.database.writing() as session:
        beginning = Beginning(browser.municipality, kind, person, assurance)
        _row, secret = sessions.begin(session, beginning, {}, at=at)
    browser.client.set_cookie(browser.cookie_name, secret, domain=browser.host.split(":")[0])
