"""The demonstration's agreements: one in every state in each municipality, made by the very actions of the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import answering, people, rounds, settling, signing, starting
from webapp.agreements.actions.noting import tell
from webapp.agreements.actions.people import NewAgreement, NewParty, NewTask
from webapp.agreements.actions.settling import YES, Word
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.expectations import Tap, tapped
from webapp.agreements.domain.history import How, Notice
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.agreements.stored import Answer, Details
from webapp.identity.actions.invitations import Contact
from webapp.identity.queries import invitation
from webapp.municipalities.models import MunicipalityRow
from webapp.services.domain.who_does_what import Line, Stance
from webapp.storage import outbox
from webapp.storage.session import Database

TASKS: tuple[tuple[NewTask, Stance, bool], ...] = (
    (NewTask("gi-medisin", "medicine", is_critical=True), Stance.NORMALLY, True),
    (NewTask("handle-mat", "food"), Stance.SOMETIMES, True),
    (NewTask("gulvvask", "home"), Stance.NORMALLY, True),
    (NewTask("snomaking", "outdoors"), Stance.NOT_NORMALLY, False),
)
"""The tasks, and what both municipalities usually do: (task, stance, whether one must apply)."""
STANCES: Mapping[str, Line] = {task.slug: Line(stance, needs_decision=apply) for task, stance, apply in TASKS}
STATES = ("draft", "clarifying", "settling", "signing", "in_force", "round", "ended", "withdrawn")


@dataclass(frozen=True, slots=True)
class Family:
    """Three made-up people: the one it is about, who starts it, and one more."""

    resident: str
    starter: str
    other: str


FAMILIES = dict(
    zip(
        STATES,
        (
            Family("Gudrun Haug", "Marit Haug", "Lars Haug"),
            Family("Olav Berge", "Randi Berge", "Tor Berge"),
            Family("Åse Bjørnstad", "Kari Bjørnstad", "Per Bjørnstad"),
            Family("Ingrid Moen", "Anne Moen", "Jon Moen"),
            Family("Birger Lund", "Elin Lund", "Svein Lund"),
            Family("Solveig Dahl", "Hege Dahl", "Arne Dahl"),
            Family("Kåre Nilsen", "Mona Nilsen", "Geir Nilsen"),
            Family("Else Strøm", "Tone Strøm", "Odd Strøm"),
        ),
        strict=True,
    )
)


TextOf = Callable[[Session, AgreementRow, datetime], Frozen]
"""Makes the text of an agreement as it is frozen: with the words and facts of its municipality."""


def add_agreements(database: Database, text_of: TextOf, *, at: datetime) -> int:
    """Add the demonstration's agreements to municipalities that have none; answer how many were added."""
    with database.writing() as session:
        codes = session.scalars(select(MunicipalityRow.code).order_by(MunicipalityRow.code)).all()
        empty = [code for code in codes if not _has_any(session, code)]
        for code in empty:
            for number, state in enumerate(STATES):
                _Story(session, code, number, text_of, at=at).tell(state)
        return len(empty) * len(STATES)


def _has_any(session: Session, code: str) -> bool:
    return session.scalar(select(AgreementRow.id).where(AgreementRow.municipality == code).limit(1)) is not None


class _Story:
    """One family's way to the state that it is to stand in."""

    def __init__(self, session: Session, code: str, number: int, text_of: TextOf, *, at: datetime) -> None:
        self._session, self._at = session, at - timedelta(hours=3)
        self._code, self._number, self._text_of = code, number, text_of

    def tell(self, state: str) -> AgreementRow:
        """Go as far as a state; what was to be sent on the way is not, but for a last word to the starter."""
        row = self._start(FAMILIES[state])
        for step in _STEPS[state]:
            step(self, row)
        for party in queries.parties(self._session, row):
            outbox.cancel(self._session, party.id, self._at)
        if not row.ending:
            tell(self._session, row, queries.party(self._session, row, row.started_by), Notice.OPENED, at=self._at)
        return row

    def _contact(self, person: int, name: str) -> Contact:
        number = f"+4799{self._number:02d}{person:02d}{len(self._code):02d}"
        email = f"{name.split(maxsplit=1)[0].lower().replace('å', 'a')}.{self._number}@eksempel.example"
        return Contact("nb", email, number)

    def _start(self, family: Family) -> AgreementRow:
        tasks = [task for task, _, _ in TASKS]
        begun = NewAgreement(Theme.HOME, "nb", is_with_municipality=True, office="allocation_office", tasks=tasks)
        details = Details(family.starter, "datter" if self._number % 2 == 0 else "niese")
        starter = NewParty(PartyKind.CAREGIVER, details, self._contact(1, family.starter), "sms")
        key = f"demo {self._code} {self._number}"
        row, party = starting.begin(self._session, self._code, key, begun, starter, at=self._at)
        others = (
            (PartyKind.RESIDENT, family.resident, "", "sms"),
            (PartyKind.CAREGIVER, family.other, "sønn", "email"),
        )
        for person, (kind, name, relation, channel) in enumerate(others, 2):
            new = NewParty(kind, Details(name, relation), self._contact(person, name), channel)
            people.add_party(self._session, row, new, by=party.id, at=self._at)
        invited = next(one for one in self._people(row) if one.id == party.id)
        self._come_in(invited)
        return row

    def _come_in(self, party: PartyRow) -> None:
        """Let somebody have come in by their code, as a starter has."""
        found = invitation(self._session, party.municipality, party.invitation or "")
        if found is not None:
            found.joined_at = self._at

    def _people(self, row: AgreementRow) -> list[PartyRow]:
        return queries.parties(self._session, row)

    def join(self, row: AgreementRow) -> None:
        """Let the resident say yes, and the others come in; staff have seen whose number it is."""
        resident, *others = self._people(row)
        people.join(self._session, row, resident, at=self._at, movers=frozenset({Mover.RESIDENT}))
        people.confirm_contact(self._session, row, resident, by="staff", at=self._at)
        for other in others:
            people.join(self._session, row, other, at=self._at, movers=frozenset({Mover.PARTY}))

    def answer_some(self, row: AgreementRow) -> None:
        """Let the starter answer, and nobody else yet."""
        self._answer(row, queries.party(self._session, row, row.started_by))

    def answer_all(self, row: AgreementRow) -> None:
        """Let everybody answer: the comparison opens."""
        for party in self._people(row):
            self._answer(row, party)

    def _answer(self, row: AgreementRow, party: PartyRow) -> None:
        other = self._people(row)[-1].id
        taps = {
            "gi-medisin": {Tap.UNKNOWN.value},
            "handle-mat": {Tap.SELF.value} if party.id == other else {other},
            "gulvvask": {MUNICIPALITY},
            "snomaking": {"private"} if party.id == other else {MUNICIPALITY},
        }
        given = {task: Answer(found) if (found := tapped(party.id, said)) else None for task, said in taps.items()}
        answering.save(self._session, row, party.id, given, {}, how=How.ALONE, at=self._at)
        answering.finish(self._session, row, party, STANCES, at=self._at)

    def settle(self, row: AgreementRow) -> None:
        """Agree on the food, which all have answered alike."""
        for party in self._people(row):
            if party.kind == PartyKind.RESIDENT or party is self._people(row)[-1]:
                settling.reply(self._session, row, "handle-mat", Word(YES), seen=1, by=party.id, at=self._at)

    def lock(self, row: AgreementRow) -> None:
        """Make the text ready to be signed."""
        resident = self._people(row)[0]
        frozen = self._text_of(self._session, row, self._at)
        signing.lock(self._session, row, frozen, by=resident.id, mover=Mover.RESIDENT, at=self._at)

    def sign(self, row: AgreementRow) -> None:
        """Let all of them sign, the municipality last."""
        version = queries.version_in(self._session, row, "signing")
        assert version is not None
        statement, evidence = "Jeg sier ja til dette.", {"channel": "sms"}
        for party in [*(one.id for one in self._people(row)), MUNICIPALITY]:
            method = Method.STAFF if party == MUNICIPALITY else Method.CODE_SMS
            given = Given(version.hash, statement, method, evidence)
            signing.sign(self._session, row, version, party, given, at=self._at)

    def begin_round(self, row: AgreementRow) -> None:
        """Say that something has changed: the version in force stays."""
        rounds.begin_round(self._session, row, by=row.started_by, mover=Mover.PARTY, at=self._at)

    def end(self, row: AgreementRow) -> None:
        """Let the resident end it."""
        resident = self._people(row)[0]
        rounds.end(self._session, row, by=resident.id, mover=Mover.RESIDENT, at=self._at)

    def drop(self, row: AgreementRow) -> None:
        """Let the resident take it back."""
        resident = self._people(row)[0]
        rounds.drop(self._session, row, by=resident.id, mover=Mover.RESIDENT, at=self._at)


_SETTLING = (_Story.join, _Story.answer_all)
_IN_FORCE = (*_SETTLING, _Story.settle, _Story.lock, _Story.sign)
_STEPS = {
    "draft": (), "clarifying": (_Story.join, _Story.answer_some), "settling": _SETTLING,
    "signing": (*_SETTLING, _Story.settle, _Story.lock), "in_force": _IN_FORCE,
    "round": (*_IN_FORCE, _Story.begin_round), "ended": (*_IN_FORCE, _Story.end),
    "withdrawn": (_Story.join, _Story.drop),
}  # fmt: skip
