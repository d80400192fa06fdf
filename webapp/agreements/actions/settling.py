"""Settling: proposals and everybody's word about them; what was changed in the meantime is shown, never lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions.noting import SYSTEM, note, tell_others
from webapp.agreements.domain.commitments import Commitment, drafted, holds, lacks_reserve, require_sound
from webapp.agreements.domain.comparison import compare
from webapp.agreements.domain.contact_plan import named_in
from webapp.agreements.domain.findings import Finding, outcome
from webapp.agreements.domain.history import Act, How, Notice
from webapp.agreements.domain.parties import resident_side
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, ProposalRow, ReplyRow
from webapp.agreements.queries import Whole
from webapp.agreements.stored import commitment_of, commitment_to_data, to_json
from webapp.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.services.domain.who_does_what import Line
from webapp.storage.session import happened

YES, NO, REMARK = "yes", "no", "remark"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says about a proposal: yes, no or a remark, and how it was said."""

    answer: str
    words: str = ""
    how: How = How.ALONE


def require_settling(row: AgreementRow) -> None:
    """Raise ConflictError where it is not the time of settling."""
    if row.round_state != RoundState.SETTLING:
        raise ConflictError("it is not the time of settling")


def draft(session: Session, row: AgreementRow, stances: Mapping[str, Line], *, at: datetime) -> None:
    """Propose what the answers themselves say, for the tasks that nothing is proposed about; nobody has said yes."""
    found = queries.whole(session, row)
    findings = compare(found.parties, found.rules, found.expectations, stances)
    _count(session, found, findings)
    for finding in findings:
        said = [found.expectations[voice, finding.task] for voice in finding.voices]
        proposed = drafted(finding, said, found.parties, is_with_municipality=row.is_with_municipality)
        if proposed is not None and finding.task not in found.proposals:
            _add(session, row, proposed, by=SYSTEM, at=at)
    session.flush()


def _count(session: Session, found: Whole, findings: Sequence[Finding]) -> None:
    """Count that a comparison was opened, and what it says about each task; an own task is not named."""
    row, kinds = found.row, {one.id: one.kind for one in found.parties}
    own = {task.key for task in found.tasks if task.title is not None}
    happened(session, row.municipality, Moment.AGREEMENT, "compared")
    for finding in findings:
        said = outcome(finding, kinds)
        if said is not None:
            word = "own" if finding.task in own else finding.task
            happened(session, row.municipality, Moment.FINDING, f"{word} {said}")


def propose(
    session: Session, row: AgreementRow, proposed: Commitment, *, by: str, at: datetime, seen: int,
    is_in_meeting: bool = False, actor: str = "",
) -> ProposalRow:  # fmt: skip
    """Propose something in place of what is there, and say yes to it oneself.

    `seen` is the number of the newest proposal that the page showed, 0 for none: raise ConflictError where another has
    come. What is proposed around one table has nobody's yes: each says it by themselves. `actor` is who the history
    and the log name where a caseworker speaks for the municipality.
    """
    require_settling(row)
    found = queries.whole(session, row)
    critical = {task.key: task.is_critical for task in found.tasks}
    if proposed.task not in critical:
        raise NotFoundError("no such task")
    require_sound(
        proposed, found.parties, is_critical=critical[proposed.task], is_with_municipality=row.is_with_municipality
    )
    before = found.proposals.get(proposed.task)
    if queries.number_of_proposal(session, row, proposed.task) != seen:
        raise ConflictError("somebody else has proposed something in the meantime")
    if before:
        before[0].state = "replaced"
        session.flush()
    new = _add(session, row, proposed, by=by, at=at, is_in_meeting=is_in_meeting)
    session.flush()
    note(session, row, Act.PROPOSED, by=actor or by, at=at, about=proposed.task)
    if proposed.is_municipality_to_lead:
        ask_to_lead(session, row, proposed.task, by=actor or by, at=at)
    if not is_in_meeting:
        _say(session, new, by, Word(YES), at=at)
    settle(session, row, new, at=at)
    return new


def _add(
    session: Session, row: AgreementRow, proposed: Commitment, *, by: str, at: datetime, is_in_meeting: bool = False
) -> ProposalRow:
    before = _newest(session, row, proposed.task)  # also one that was let go: its number is used
    number = before.number + 1 if before else 1
    new = ProposalRow(
        id=new_id(), municipality=row.municipality, agreement=row.id, task=proposed.task, number=number, by=by,
        content=to_json(commitment_to_data(proposed)), state="open", is_in_meeting=is_in_meeting, at=at,
    )  # fmt: skip
    session.add(new)
    return new


def reply(
    session: Session, row: AgreementRow, task: str, word: Word, *, seen: int, by: str, at: datetime, actor: str = ""
) -> None:
    """Say something about the proposal that was seen; raise ConflictError where another stands there now."""
    require_settling(row)
    found = _proposal(session, row, task, seen)
    _say(session, found, by, word, at=at)
    note(session, row, Act.REPLIED, by=actor or by, at=at, about=task)
    settle(session, row, found, at=at)


def accept_rest(
    session: Session, row: AgreementRow, party: str, seen: Mapping[str, int], *, at: datetime, actor: str = ""
) -> int:
    """Say yes to every proposal that was seen, is open, and gives the one who says it no part; answer how many."""
    require_settling(row)
    found = queries.whole(session, row)
    count = 0
    for task, (proposal, commitment) in found.proposals.items():
        is_theirs = party in commitment.carriers
        if seen.get(task) != proposal.number or is_theirs or party in found.accepted_by(proposal):
            continue
        _say(session, proposal, party, Word(YES), at=at)
        _let_hold(session, row, proposal, at=at)
        count += 1
    if count:
        _count_unreserved(session, row)
        note(session, row, Act.REPLIED, by=actor or party, at=at)
    return count


def ask_to_lead(session: Session, row: AgreementRow, task: str, *, by: str, at: datetime) -> None:
    """Ask the municipality to lead the talk about what stays open; twice is once.

    Raise ConflictError where the family is alone: there the municipality is rung.
    """
    require_settling(row)
    if not row.is_with_municipality:
        raise ConflictError("the municipality is no party")
    if task not in {found.key for found in queries.tasks(session, row)}:
        raise NotFoundError("no such task")
    if task not in queries.asked_to_lead(session, row):
        note(session, row, Act.ASKED_TO_LEAD, by=by, at=at, about=task)


def _proposal(session: Session, row: AgreementRow, task: str, number: int) -> ProposalRow:
    newest = _newest(session, row, task)
    if newest is None:
        raise NotFoundError("nothing is proposed about this")
    if newest.number != number or newest.state == "replaced":
        raise ConflictError("somebody else has proposed something in the meantime")
    return newest


def _newest(session: Session, row: AgreementRow, task: str) -> ProposalRow | None:
    wanted = select(ProposalRow).where(ProposalRow.agreement == row.id, ProposalRow.task == task)
    return session.scalar(wanted.order_by(ProposalRow.number.desc()).limit(1))


def _say(session: Session, proposal: ProposalRow, party: str, word: Word, *, at: datetime) -> None:
    found = session.scalar(select(ReplyRow).where(ReplyRow.proposal == proposal.id, ReplyRow.party == party))
    if found is None:
        found = ReplyRow(
            id=new_id(), municipality=proposal.municipality, agreement=proposal.agreement, proposal=proposal.id,
            party=party, answer=word.answer, how=word.how.value, at=at,
        )  # fmt: skip
        session.add(found)
    is_remark_to_own_yes = word.answer == REMARK and found.answer == YES
    found.answer = YES if is_remark_to_own_yes else word.answer  # a remark takes no yes back
    found.how, found.at = word.how.value, at
    found.words = word.words or found.words
    session.flush()


def settle(session: Session, row: AgreementRow, proposal: ProposalRow, *, at: datetime) -> None:
    """Let a proposal hold, or no longer hold, as everybody's word about it says."""
    _let_hold(session, row, proposal, at=at)
    _count_unreserved(session, row)


def _let_hold(session: Session, row: AgreementRow, proposal: ProposalRow, *, at: datetime) -> None:
    parties = [queries.as_party(one) for one in queries.parties(session, row)]
    said = session.scalars(select(ReplyRow).where(ReplyRow.proposal == proposal.id, ReplyRow.answer == YES))
    commitment, yes = commitment_of(json.loads(proposal.content)), {one.party for one in said}
    is_held = holds(commitment, yes, parties, is_cooperation=row.is_cooperation)
    if is_held and proposal.state != "held":
        note(session, row, Act.SETTLED, by=SYSTEM, at=at, about=proposal.task)
    proposal.state = "held" if is_held else "open"
    session.flush()


def _count_unreserved(session: Session, row: AgreementRow) -> None:
    """Keep the number of tasks that safety hangs on and that nobody, or nobody in reserve, has said yes to."""
    held = {
        one.task: commitment_of(json.loads(one.content))
        for one in queries.proposals(session, row)
        if one.state == "held"
    }
    row.unreserved = sum(
        lacks_reserve(held.get(task.key), is_critical=task.is_critical) for task in queries.tasks(session, row)
    )
    session.flush()


def put_in_place(session: Session, row: AgreementRow, task: str, signed: Commitment, *, at: datetime) -> None:
    """Let a line that was signed by itself stand as what is settled about its task."""
    wanted = select(ProposalRow).where(ProposalRow.agreement == row.id, ProposalRow.task == task)
    newest = session.scalar(wanted.order_by(ProposalRow.number.desc()).limit(1))
    if newest is not None:
        newest.state = "replaced"
        session.flush()
    new = _add(session, row, signed, by=SYSTEM, at=at)
    new.state = "held"
    session.flush()
    _count_unreserved(session, row)


def settled(found: Whole) -> dict[str, Commitment]:
    """Answer what is settled, by task."""
    return {task: commitment for task, (proposal, commitment) in found.proposals.items() if proposal.state == "held"}


def let_go(session: Session, row: AgreementRow, task: str, *, by: str, at: datetime, actor: str = "") -> None:
    """Reopen one line that somebody can no longer do: no reason is asked for, and the line is nobody's.

    Those who carry a part in it are told, the reserve among them; so are the resident's side, and who is named in the
    contact plan: they are the first whom somebody turns to. Raise NotAllowedError for who carries none.
    """
    found = queries.whole(session, row).proposals.get(task)
    if found is None:
        raise NotFoundError("nothing is settled about this")
    proposal, commitment = found
    if by not in commitment.carriers:
        raise NotAllowedError("only who carries a part in it can let it go")
    proposal.state = "replaced"
    session.flush()
    _count_unreserved(session, row)
    note(session, row, Act.REOPENED, by=actor or by, at=at, about=task)
    everybody = queries.present(session, row)
    side = resident_side([queries.as_party(one) for one in everybody])
    plan = queries.sections(session, row).get("contact", {}).get("lines", ())
    named = named_in(plan, {one.id: queries.name_of(one) for one in everybody})
    tell_others(session, row, Notice.REOPENED, by=by, at=at, only=commitment.carriers | side | named)


def let_go_of(session: Session, row: AgreementRow, party: str, *, at: datetime) -> None:
    """Reopen every line that somebody who has left carried; the others hold as those say who are still there."""
    for task, (proposal, commitment) in queries.whole(session, row).proposals.items():
        if party in commitment.carriers:
            proposal.state = "replaced"
            note(session, row, Act.REOPENED, by=SYSTEM, at=at, about=task)
        else:
            _let_hold(session, row, proposal, at=at)
    _count_unreserved(session, row)
