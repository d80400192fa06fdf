"""What staff do in an agreement: take it on, confirm, assess, speak for the municipality, do errands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import answering, rounds, signing
from webapp.agreements.actions.noting import note
from webapp.agreements.actions.people import join, may_invite, set_details
from webapp.agreements.domain.comparison import Expectations
from webapp.agreements.domain.expectations import Expectation, OwnPart, caseworkers_answer
from webapp.agreements.domain.history import Act, How
from webapp.agreements.domain.parties import MUNICIPALITY, RESIDENTS_SIDE, Basis, PartyKind
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Mover, RoundState
from webapp.agreements.models import AgreementRow, ErrandRow, PartyRow, VersionRow
from webapp.agreements.stored import Answer, answer_of
from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.actions import invitations
from webapp.identity.models import InvitationRow
from webapp.identity.queries import invitation
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError
from webapp.services.domain.who_does_what import Line

CHECK_SIGNS = 8
"""How many signs of a text's hash stand on its paper copy, to be written off when a signature is registered."""
ENDINGS = ("moved", "replaced", "died", "not_kept", "other")
"""Why staff end an agreement."""


def take(session: Session, row: AgreementRow, *, by: str, at: datetime) -> None:
    """Take an agreement on, or over from a colleague; twice is once."""
    if row.caseworker != by:
        row.caseworker = by
        note(session, row, Act.TAKEN, by=by, at=at)


def confirm_parts(
    session: Session, row: AgreementRow, parts: Mapping[str, tuple[OwnPart, str]], *, by: str, at: datetime
) -> None:
    """Say what the municipality does about some tasks, each with a note: its word in this agreement from now on."""
    said = queries.whole(session, row).expectations
    given = {
        task: Answer(caseworkers_answer(part, None, _family_on(task, said)), words)
        for task, (part, words) in parts.items()
    }
    answering.save(session, row, MUNICIPALITY, given, {}, how=How.ALONE, at=at)
    if row.caseworker is None:
        row.caseworker = by
    note(session, row, Act.ANSWERED, by=by, at=at, about=MUNICIPALITY)


def _family_on(task: str, said: Expectations) -> list[Expectation]:
    return [answer for (party, about), answer in said.items() if about == task and party != MUNICIPALITY]


@dataclass(frozen=True, slots=True)
class Assessment:
    """That the resident cannot consent in this matter, as staff have assessed it (pbrl § 4-3)."""

    assessed_by: str
    """Who, and as what: «Ida Berg, sykepleier»."""
    assessed_on: str
    about: str

    def __str__(self) -> str:
        """Write it as it stands in the agreement."""
        return f"{self.assessed_by}, {self.assessed_on}: {self.about}"


def let_represent(
    session: Session, row: AgreementRow, party: PartyRow, basis: Basis, words: str, *, by: str, at: datetime
) -> None:
    """Let a caregiver speak for the resident on a basis that staff have seen or found: nobody declares it.

    Raise ConflictError where somebody else does so already, InvalidError where nothing says on what it stands.
    """
    if not words.strip():
        raise InvalidError("a representative stands on something that can be looked up")
    if party.kind not in {PartyKind.CAREGIVER, PartyKind.REPRESENTATIVE}:
        raise NotAllowedError("only a caregiver can represent the resident")
    others = [one for one in queries.present(session, row) if one.id != party.id]
    if any(one.kind == PartyKind.REPRESENTATIVE for one in others):
        raise ConflictError("somebody represents the resident already")
    party.kind, party.basis = PartyKind.REPRESENTATIVE.value, basis.value
    set_details(party, basis_note=words)
    note(session, row, Act.CONFIRMED, by=by, at=at, about=party.id)
    rounds.after_change(session, row, by=by, mover=Mover.CASEWORKER, at=at)  # it says in whose name who signs
    rounds.void_amendment(session, row, at=at)


def make_cooperation(session: Session, row: AgreementRow, assessed: Assessment, *, by: str, at: datetime) -> None:
    """Let caregivers and the municipality agree where nobody can speak for the resident; the text says so.

    It gives no consent on the resident's behalf, and is looked at again within three months (agreement-flow.md).
    """
    here = queries.present(session, row)
    if any(one.kind == PartyKind.REPRESENTATIVE for one in here):
        raise ConflictError("somebody represents the resident")
    if not row.is_with_municipality:
        raise ConflictError("the municipality is no party")
    resident = next((one for one in here if one.kind == PartyKind.RESIDENT), None)
    if resident is not None:
        set_details(resident, basis_note=str(assessed))
    row.is_cooperation = True
    note(session, row, Act.CONFIRMED, by=by, at=at, about="cooperation")
    rounds.after_change(session, row, by=by, mover=Mover.CASEWORKER, at=at)
    rounds.void_amendment(session, row, at=at)


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """What staff write down for a party: from what, what was answered, and how far it goes."""

    how: How
    answers: Mapping[str, Answer]
    """By task; what the sheet leaves open is left out."""
    asks: Mapping[str, str]
    """What they answer the services, by the id of the ask; what the sheet leaves open is left out."""
    matters: str
    seen: str
    """The mark of what was answered when the page was made (`queries.mark_of_answers`)."""
    is_whole: bool
    """Nothing more comes: they have answered."""
    is_above_own: bool = False
    """They have said that it holds, also where they had answered something else themselves."""


def may_be_written_down(row: AgreementRow, party: PartyRow) -> bool:
    """Tell whether it is the time to write down a party's answers: what is compared stands, and the talk goes on."""
    if row.ending or party.left_at is not None:
        return False
    if row.round_state == RoundState.DRAFT:  # nobody else is asked before the resident has said yes
        return party.kind in RESIDENTS_SIDE or row.started_by == party.id
    is_late = row.round_state == RoundState.SETTLING and party.answered_at is None
    return is_late or row.round_state == RoundState.CLARIFYING


def write_down(
    session: Session, row: AgreementRow, party: PartyRow, said: WrittenDown, stances: Mapping[str, Line], *, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Write down what a party answered on paper, over the telephone or read aloud; it is marked as that.

    What they answered themselves stands, unless they say that the sheet holds. Who had not said yes takes part by it.
    The same sent twice is once; raise ConflictError where something else was answered since the page was made.
    """
    if said.how is How.ALONE:
        raise InvalidError("what staff write down was not answered alone")
    own = frozenset[str]() if said.is_above_own else queries.own_answers(session, row, party.id)
    given = {task: answer for task, answer in said.answers.items() if task not in own}
    if _is_written(session, row, party, said, given):
        return
    if not may_be_written_down(row, party):
        raise ConflictError("it is not the time of answering")
    if queries.mark_of_answers(session, row, party) != said.seen:
        raise ConflictError("something was answered in the meantime")
    mover = Mover.RESIDENT if party.kind in RESIDENTS_SIDE else Mover.PARTY
    join(session, row, party, at=at, movers=frozenset({mover}), by=by)
    answering.save(session, row, party.id, given, {}, how=said.how, at=at)

    def save_sheet(kind: str, content: Mapping[str, Any]) -> None:
        answering.save_sheet(session, row, party.id, kind, content, how=said.how, at=at)

    if _are_words_to_write(session, row, party, said):
        save_sheet(answering.MATTERS, {"words": said.matters})
    if asks := _asks_to_write(session, row, party, said):
        save_sheet(answering.ASKS, asks)
    if said.how is How.WITH_HELPER:
        save_sheet(answering.HELPER, {"who": MUNICIPALITY})
    note(session, row, Act.WRITTEN_DOWN, by=by, at=at, about=party.id, how=said.how)
    if said.is_whole and party.answered_at is None:
        answering.count_as_answered(session, row, party, stances, at=at)


def _is_written(
    session: Session, row: AgreementRow, party: PartyRow, said: WrittenDown, given: Mapping[str, Answer]
) -> bool:
    there = {one.task: (answer_of(one.content), one.how) for one in queries.answers(session, row, party.id)}
    matters = queries.sheet(session, row, party.id, answering.MATTERS).get("words", "")
    is_all_there = all(there.get(task) == (answer, said.how.value) for task, answer in given.items())
    is_answered = party.answered_at is not None or not said.is_whole
    is_said = matters == said.matters or not _are_words_to_write(session, row, party, said)
    are_asks_there = not _asks_to_write(session, row, party, said)
    return party.joined_at is not None and is_all_there and is_answered and is_said and are_asks_there


def _are_words_to_write(session: Session, row: AgreementRow, party: PartyRow, said: WrittenDown) -> bool:
    own = frozenset[str]() if said.is_above_own else queries.own_sheets(session, row, party.id)
    return bool(said.matters) and answering.MATTERS not in own


def _asks_to_write(session: Session, row: AgreementRow, party: PartyRow, said: WrittenDown) -> dict[str, str]:
    """Answer all that stands of a party's answers to the services when the sheet is written down; empty for no news."""
    own = frozenset[str]() if said.is_above_own else queries.own_sheets(session, row, party.id)
    known = queries.sheet(session, row, party.id, answering.ASKS)
    wanted = known if answering.ASKS in own else {**known, **said.asks}
    return wanted if wanted != known else {}


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """A signature on paper: the check signs of the text that was signed, before whom, and when."""

    check: str
    witness: str
    signed_on: str


def sign_on_paper(
    session: Session, row: AgreementRow, version: VersionRow, party: PartyRow, paper: PaperSignature, *, statement: str,
    by: str, at: datetime,
) -> bool:  # fmt: skip
    """Register a signature on paper before a witness; raise ConflictError where the paper is of another text."""
    if paper.check.casefold() != version.hash[:CHECK_SIGNS]:
        raise ConflictError("the paper is of another text")
    if not paper.witness.strip():
        raise InvalidError("a signature on paper has a witness")
    evidence = {"witness": paper.witness, "signed_on": paper.signed_on, "registered_by": by}
    given = signing.Given(version.hash, statement, Method.PAPER, evidence)
    return signing.sign(session, row, version, party.id, given, at=at)


def invite_on_paper(
    session: Session, row: AgreementRow, party: PartyRow, *, by: str, at: datetime
) -> tuple[InvitationRow, str]:
    """Make a joining code for the printed invitation of a party, in place of the older one; answer both.

    Raise ConflictError for who has come in already, or may not be asked yet.
    """
    invited = invitation(session, row.municipality, party.invitation or "")
    if party.joined_at is not None or invited is None or invited.revoked_at is not None or not may_invite(row, party):
        raise ConflictError("nobody to be invited")
    code = invitations.new_joining_code(session, invited)
    note(session, row, Act.INVITED, by=by, at=at, about=party.id)
    return invited, code


def do_errand(session: Session, row: AgreementRow, errand: ErrandRow, *, by: str, at: datetime) -> None:
    """Note that a letter was printed or a call made; twice is once."""
    if errand.done_at is None:
        errand.done_at, errand.done_by = at, by
        note(session, row, Act.REMINDED, by=by, at=at, about=errand.party)


def hold(session: Session, row: AgreementRow, *, is_held: bool, by: str, at: datetime) -> None:
    """Set a legal hold, or take it away: what is held is not deleted; the parties see nothing of it. Twice is once."""
    if row.is_held == is_held:
        return
    row.is_held = is_held
    session.flush()
    record(
        session, municipality=row.municipality, action=Action.AGREEMENT_CHANGED, actor=by, object_kind="agreement",
        object_id=row.id, details={"act": "held" if is_held else "not held"}, at=at,
    )  # fmt: skip


def report_death(session: Session, row: AgreementRow, *, by: str, at: datetime) -> None:
    """Stop every message at once; what is in force ends, and what is not is withdrawn, without a word to anybody."""
    rounds.silence(session, row, by=by, at=at)
    if row.version:
        rounds.end(session, row, by=by, mover=Mover.CASEWORKER, at=at, why="died")
    else:
        rounds.drop(session, row, by=by, mover=Mover.TIME, at=at)  # nobody chose it: it ends as by itself
