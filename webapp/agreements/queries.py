"""Reading agreements: always of one municipality, always ordered, and whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from webapp.agreements.domain.commitments import Commitment
from webapp.agreements.domain.comparison import Expectations, Task
from webapp.agreements.domain.history import Act, How
from webapp.agreements.domain.parties import MUNICIPALITY, OURS, Party, PartyKind
from webapp.agreements.domain.sharing import Consent, Level, Topic
from webapp.agreements.domain.states import Ending, RoundState, Standing
from webapp.agreements.models import (
    AgreementRow,
    AnswerRow,
    ConsentRow,
    EventRow,
    PartyRow,
    ProposalRow,
    ReplyRow,
    ReviewRow,
    SectionRow,
    SheetRow,
    SignatureRow,
    TaskRow,
    VersionRow,
)
from webapp.agreements.stored import Answer, Details, answer_of, commitment_of, details_of
from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import clean_code, digest

Agreement: TypeAlias = AgreementRow
"""An agreement as another room is handed it: it reads it, hands it back to be acted on, and knows no table."""
Row = TypeVar("Row")


def agreement(session: Session, municipality: str, agreement_id: str, *, is_held: bool = False) -> AgreementRow:
    """Answer an agreement, locked where it is about to be changed; raise NotFoundError where there is none."""
    wanted = select(AgreementRow).where(AgreementRow.municipality == municipality, AgreementRow.id == agreement_id)
    row = session.scalar(wanted.with_for_update() if is_held else wanted)
    if row is None or row.deleted_at is not None:
        raise NotFoundError("no such agreement")
    return row


def by_key(session: Session, municipality: str, key: str) -> AgreementRow | None:
    """Answer the agreement that a form was sent as; None where it was not sent."""
    wanted = select(AgreementRow).where(AgreementRow.municipality == municipality, AgreementRow.key == digest(key))
    return session.scalar(wanted)


def by_reference(session: Session, municipality: str, written: str) -> AgreementRow | None:
    """Answer the agreement of a reference, however it was written; None where there is none."""
    reference = clean_code(written)
    wanted = select(AgreementRow).where(AgreementRow.municipality == municipality, AgreementRow.reference == reference)
    return session.scalar(wanted.where(AgreementRow.deleted_at.is_(None)))


def standing_of(row: AgreementRow) -> Standing:
    """Answer where an agreement stands."""
    return Standing(RoundState(row.round_state), is_in_force=row.version > 0, ending=Ending(row.ending))


def _of(table: type[Row], row: AgreementRow, *order: Any) -> Select[Row]:
    columns: Any = table
    wanted: Select[Row] = select(table).where(columns.municipality == row.municipality, columns.agreement == row.id)
    return wanted.order_by(*order)


def parties(session: Session, row: AgreementRow) -> list[PartyRow]:
    """Answer everybody who is or was in it, the resident first, then in the order they were added."""
    found = list(session.scalars(_of(PartyRow, row, PartyRow.position, PartyRow.id)))
    return sorted(found, key=lambda one: one.kind != PartyKind.RESIDENT)


def present(session: Session, row: AgreementRow) -> list[PartyRow]:
    """Answer everybody who is in it now, in the same order."""
    return [one for one in parties(session, row) if one.left_at is None]


def party(session: Session, row: AgreementRow, party_id: str) -> PartyRow:
    """Answer one party; raise NotFoundError for who is not in this agreement, or has left."""
    found = session.scalar(_of(PartyRow, row).where(PartyRow.id == party_id, PartyRow.left_at.is_(None)))
    if found is None:
        raise NotFoundError("no such party")
    return found


def party_of_invitation(session: Session, municipality: str, invitation: str) -> PartyRow | None:
    """Answer the party who came in by an invitation; None for who has left, and for who came to something else."""
    return session.scalar(
        select(PartyRow).where(
            PartyRow.municipality == municipality, PartyRow.invitation == invitation, PartyRow.left_at.is_(None)
        )
    )


def name_of(row: PartyRow) -> str:
    """Answer what a party is called."""
    return details_of(row.details).name


def as_party(row: PartyRow) -> Party:
    """Answer a party as the rules see it."""
    return Party(row.id, PartyKind(row.kind), has_left=row.left_at is not None)


def tasks(session: Session, row: AgreementRow) -> list[TaskRow]:
    """Answer the tasks, in their order."""
    return list(session.scalars(_of(TaskRow, row, TaskRow.position, TaskRow.id)))


def answers(session: Session, row: AgreementRow, party_id: str | None = None) -> list[AnswerRow]:
    """Answer the answers of everybody, or of one party."""
    wanted = _of(AnswerRow, row, AnswerRow.id)
    return list(session.scalars(wanted.where(AnswerRow.party == party_id) if party_id else wanted))


def sheet(session: Session, row: AgreementRow, party_id: str, kind: str) -> dict[str, Any]:
    """Answer what one party has said of one kind; empty where nothing was."""
    found = session.scalar(_of(SheetRow, row).where(SheetRow.party == party_id, SheetRow.kind == kind))
    return json.loads(found.content) if found else {}


def own_answers(session: Session, row: AgreementRow, party_id: str) -> frozenset[str]:
    """Answer the tasks that a party has answered itself; what staff wrote down for it is not among them."""
    theirs = _from_staff(session, row, party_id)
    return frozenset(one.task for one in answers(session, row, party_id) if one.how not in theirs)


def own_sheets(session: Session, row: AgreementRow, party_id: str) -> frozenset[str]:
    """Answer the kinds of sheets that a party has written itself."""
    theirs, wanted = _from_staff(session, row, party_id), _of(SheetRow, row).where(SheetRow.party == party_id)
    return frozenset(one.kind for one in session.scalars(wanted) if one.how not in theirs)


def _from_staff(session: Session, row: AgreementRow, party_id: str) -> frozenset[str]:
    """Answer how what staff wrote down for a party is marked: also as helped, where it was staff who did."""
    helped = sheet(session, row, party_id, "helper").get("who") == MUNICIPALITY
    return frozenset({How.PAPER, How.CALL} | ({How.WITH_HELPER} if helped else set()))


def mark_of_answers(session: Session, row: AgreementRow, party: PartyRow) -> str:
    """Answer a mark that changes with everything that a party answers, by whomever it is written; it says nothing."""
    written = list(session.scalars(_of(SheetRow, row, SheetRow.kind).where(SheetRow.party == party.id)))
    said = [(one.task, one.how, str(one.at)) for one in answers(session, row, party.id)]
    return digest(json.dumps([said, [(one.kind, str(one.at)) for one in written], str(party.answered_at)]))[:32]


def sheets(session: Session, row: AgreementRow, kind: str) -> dict[str, dict[str, Any]]:
    """Answer what everybody has said of one kind, by party."""
    return {found.party: json.loads(found.content) for found in session.scalars(
        _of(SheetRow, row, SheetRow.id).where(SheetRow.kind == kind)
    )}  # fmt: skip


def proposals(session: Session, row: AgreementRow) -> list[ProposalRow]:
    """Answer what is proposed or settled, one a task: the newest."""
    wanted = _of(ProposalRow, row, ProposalRow.at, ProposalRow.id).where(ProposalRow.state != "replaced")
    return list(session.scalars(wanted))


def number_of_proposal(session: Session, row: AgreementRow, task: str) -> int:
    """Answer the number of the newest proposal about a task, also one that was let go; 0 where there was none."""
    wanted = select(func.max(ProposalRow.number)).where(ProposalRow.agreement == row.id, ProposalRow.task == task)
    return session.scalar(wanted) or 0


def numbers_of_proposals(session: Session, row: AgreementRow) -> dict[str, int]:
    """Answer the number of the newest proposal about each task that one was ever made about."""
    wanted = select(ProposalRow.task, func.max(ProposalRow.number).label("number")).where(
        ProposalRow.agreement == row.id
    )
    return {found.task: found.number for found in session.execute(wanted.group_by(ProposalRow.task))}


def asked_to_lead(session: Session, row: AgreementRow) -> frozenset[str]:
    """Answer the tasks about which somebody has asked the municipality to lead the talk."""
    wanted = select(EventRow.about).where(EventRow.agreement == row.id, EventRow.act == Act.ASKED_TO_LEAD.value)
    return frozenset(session.scalars(wanted))


def replies(session: Session, row: AgreementRow) -> list[ReplyRow]:
    """Answer everybody's words about proposals."""
    return list(session.scalars(_of(ReplyRow, row, ReplyRow.at, ReplyRow.id)))


def section(session: Session, row: AgreementRow, kind: str) -> SectionRow | None:
    """Answer a part that the parties write together; None where nobody has begun on it."""
    return session.scalar(_of(SectionRow, row).where(SectionRow.kind == kind))


def sections(session: Session, row: AgreementRow) -> dict[str, dict[str, Any]]:
    """Answer every part that the parties wrote together, by kind."""
    return {found.kind: json.loads(found.content) for found in session.scalars(_of(SectionRow, row, SectionRow.kind))}


def consents(session: Session, row: AgreementRow) -> list[ConsentRow]:
    """Answer what the resident lets others know now: one a person, the newest; what was revoked is left out."""
    found = session.scalars(_of(ConsentRow, row, ConsentRow.given_at, ConsentRow.id))
    newest = {one.party: one for one in found}
    return [one for one in newest.values() if one.revoked_at is None]


def consent_of_row(row: ConsentRow) -> Consent:
    """Answer a consent as the rules see it."""
    kept = json.loads(row.content)
    return Consent(row.party, Level(kept["level"]), frozenset(Topic(one) for one in kept["topics"]), row.until)


def versions(session: Session, row: AgreementRow) -> list[VersionRow]:
    """Answer every text that was frozen, the oldest first."""
    return list(session.scalars(_of(VersionRow, row, VersionRow.number)))


def version_in(session: Session, row: AgreementRow, state: str, kind: str = "version") -> VersionRow | None:
    """Answer the newest text that stands so: `signing`, `in_force`."""
    wanted = _of(VersionRow, row, VersionRow.number.desc()).where(VersionRow.state == state, VersionRow.kind == kind)
    return session.scalar(wanted.limit(1))


def amendments(session: Session, row: AgreementRow, base: str) -> list[VersionRow]:
    """Answer the signed changes of single lines of a version, the oldest first."""
    wanted = _of(VersionRow, row, VersionRow.number)
    return list(session.scalars(wanted.where(VersionRow.base == base, VersionRow.state == "in_force")))


def version_numbered(session: Session, row: AgreementRow, number: int) -> VersionRow:
    """Answer one frozen text by its number; raise NotFoundError where there is none."""
    found = session.scalar(_of(VersionRow, row).where(VersionRow.number == number))
    if found is None:
        raise NotFoundError("no such text")
    return found


def version_of_hash(session: Session, municipality: str, fingerprint: str) -> VersionRow | None:
    """Answer the text of a hash, also one whose content has been deleted; None where it is none of ours."""
    wanted = select(VersionRow).where(VersionRow.municipality == municipality, VersionRow.hash == fingerprint)
    return session.scalar(wanted)


def to_sign(session: Session, row: AgreementRow) -> VersionRow | None:
    """Answer the text that waits for signatures: a version, or a change of single lines."""
    return version_in(session, row, "signing") or version_in(session, row, "signing", "amendment")


def signatures(session: Session, version: VersionRow) -> list[SignatureRow]:
    """Answer the signatures on one text, in the order they were given."""
    wanted = select(SignatureRow).where(
        SignatureRow.municipality == version.municipality, SignatureRow.version == version.id
    )
    return list(session.scalars(wanted.order_by(SignatureRow.number)))


def events(session: Session, row: AgreementRow) -> list[EventRow]:
    """Answer what has happened, the newest first."""
    return list(session.scalars(_of(EventRow, row, EventRow.number.desc())))


def reviews(session: Session, row: AgreementRow) -> list[ReviewRow]:
    """Answer how the parties have looked back, in this round and earlier."""
    return list(session.scalars(_of(ReviewRow, row, ReviewRow.round, ReviewRow.id)))


def count(session: Session, table: type[Any], row: AgreementRow) -> int:
    """Answer how many rows of a table belong to an agreement."""
    wanted = select(func.count()).where(table.municipality == row.municipality, table.agreement == row.id)
    return session.scalar(wanted) or 0


@dataclass(frozen=True, slots=True)
class Whole:
    """What the comparison and the settling of an agreement need, read in five queries whatever its size."""

    row: AgreementRow
    people: Sequence[PartyRow]
    tasks: Sequence[TaskRow]
    answers: Mapping[tuple[str, str], Answer]
    proposals: Mapping[str, tuple[ProposalRow, Commitment]]
    """By task: what is proposed or settled now."""
    replies: Mapping[str, Sequence[ReplyRow]]
    """By proposal."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Answer the parties as the rules see them, the municipality among them."""
        return (*(as_party(one) for one in self.people), OURS)

    @property
    def rules(self) -> tuple[Task, ...]:
        """Answer the tasks as the rules see them."""
        return tuple(Task(task.key, task.is_critical) for task in self.tasks)

    @property
    def expectations(self) -> Expectations:
        """Answer what everybody expects, by (party, task)."""
        return {key: answer.expectation for key, answer in self.answers.items()}

    @property
    def details(self) -> Mapping[str, Details]:
        """Answer who everybody is, by id."""
        return {one.id: details_of(one.details) for one in self.people}

    def accepted_by(self, proposal: ProposalRow) -> frozenset[str]:
        """Answer who has said yes to a proposal."""
        return frozenset(reply.party for reply in self.replies.get(proposal.id, ()) if reply.answer == "yes")


def whole(session: Session, row: AgreementRow) -> Whole:
    """Read an agreement whole."""
    said: dict[str, list[ReplyRow]] = {}
    for reply in replies(session, row):
        said.setdefault(reply.proposal, []).append(reply)
    return Whole(
        row,
        parties(session, row),
        tasks(session, row),
        {(one.party, one.task): answer_of(one.content) for one in answers(session, row)},
        {one.task: (one, commitment_of(json.loads(one.content))) for one in proposals(session, row)},
        said,
    )
