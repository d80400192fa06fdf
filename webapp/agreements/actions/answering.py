"""One party's answers, saved as they are given; and when the last one has answered, the comparison opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds
from webapp.agreements.actions.noting import SYSTEM, note
from webapp.agreements.domain.history import Act, How
from webapp.agreements.domain.states import Mover, RoundState
from webapp.agreements.models import AgreementRow, AnswerRow, PartyRow, SheetRow
from webapp.agreements.stored import Answer, answer_to_json, to_json
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.services.domain.who_does_what import Line
from webapp.storage.session import happened

MATTERS, LOAD, WORD, ASKS, HELPER = "matters", "load", "word", "asks", "helper"
"""The kinds of sheets: what matters, how a caregiver is doing, the word to the municipality, the asks, who helped."""


def require_answering(row: AgreementRow) -> None:
    """Raise ConflictError where it is not the time of answering: whoever comes late may, while it is being settled."""
    if row.round_state not in {RoundState.DRAFT, RoundState.CLARIFYING, RoundState.SETTLING}:
        raise ConflictError("it is not the time of answering")


def save(
    session: Session, row: AgreementRow, party: str, given: Mapping[str, Answer | None], private: Mapping[str, str], *,
    how: How, at: datetime,
) -> None:  # fmt: skip
    """Save one party's answers to some tasks; None takes an answer back.

    A private note is kept for them alone; one about a task that `private` does not name stays as it is.
    """
    require_answering(row)
    wanted = select(AnswerRow).where(AnswerRow.agreement == row.id, AnswerRow.party == party)
    there = {one.task: one for one in session.scalars(wanted)}
    for task, answer in given.items():
        if answer is None:
            session.execute(delete(AnswerRow).where(
                AnswerRow.agreement == row.id, AnswerRow.party == party, AnswerRow.task == task
            ))  # fmt: skip
            continue
        found = there.get(task)
        if found is None:
            found = AnswerRow(
                id=new_id(), municipality=row.municipality, agreement=row.id, party=party, task=task, content="",
                how=how.value, at=at,
            )  # fmt: skip
            session.add(found)
        found.content, found.how, found.at = answer_to_json(answer), how.value, at
        if task in private:  # who writes down what another said knows nothing of their note
            found.private = private[task] or None
    row.changed_at = at
    session.flush()


def save_sheet(
    session: Session, row: AgreementRow, party: str, kind: str, content: Mapping[str, Any], *, how: How, at: datetime
) -> None:
    """Save what one party says of one kind, in place of what was there."""
    found = session.scalar(
        select(SheetRow).where(SheetRow.agreement == row.id, SheetRow.party == party, SheetRow.kind == kind)
    )
    if found is None:
        found = SheetRow(
            id=new_id(), municipality=row.municipality, agreement=row.id, party=party, kind=kind, content="",
            how=how.value, at=at,
        )  # fmt: skip
        session.add(found)
    found.content, found.how, found.at = to_json(content), how.value, at
    row.changed_at = at
    session.flush()


def finish(session: Session, row: AgreementRow, party: PartyRow, stances: Mapping[str, Line], *, at: datetime) -> None:
    """Note that a party has answered; when everybody has, the comparison opens. Twice is once."""
    require_answering(row)
    if party.answered_at is not None:
        return
    note(session, row, Act.ANSWERED, by=party.id, at=at)
    count_as_answered(session, row, party, stances, at=at)


def count_as_answered(
    session: Session, row: AgreementRow, party: PartyRow, stances: Mapping[str, Line], *, at: datetime
) -> None:
    """Let a party be one who has answered; when everybody has, the comparison opens."""
    party.answered_at = at
    happened(session, row.municipality, Moment.AGREEMENT, "answered")
    here = queries.present(session, row)
    if row.round_state == RoundState.CLARIFYING and all(one.answered_at is not None for one in here):
        rounds.open_comparison(session, row, stances, by=SYSTEM, mover=Mover.SYSTEM, at=at)


def note_helper(session: Session, row: AgreementRow, party: PartyRow, helper: str, *, at: datetime) -> None:
    """Mark what a party answered as filled in together with somebody: another party by its id, or anybody else.

    Raise ConflictError for a helper who is a party and has not answered yet: they answer their own part first.
    """
    others = {one.id: one for one in queries.parties(session, row)}
    if helper in others and others[helper].answered_at is None:
        raise ConflictError("the helper answers first")
    for answer in queries.answers(session, row, party.id):
        answer.how = How.WITH_HELPER.value
    save_sheet(session, row, party.id, HELPER, {"who": helper}, how=How.WITH_HELPER, at=at)
