"""The tasks of an agreement: its starter may change them until somebody else has answered; others may add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import rounds
from webapp.agreements.actions.noting import note
from webapp.agreements.actions.people import NewTask, add_tasks
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.states import Move, Mover, RoundState, may_move
from webapp.agreements.models import AgreementRow, AnswerRow, PartyRow, TaskRow
from webapp.kernel.errors import ConflictError, NotAllowedError

_ANSWERING = frozenset({RoundState.DRAFT, RoundState.CLARIFYING})


def may_add(row: AgreementRow, movers: frozenset[Mover]) -> bool:
    """Tell whether somebody may add tasks now: while all answer; later only who may send it back to answering."""
    standing = queries.standing_of(row)
    return standing.round in _ANSWERING or any(may_move(standing, Move.ADD, mover) for mover in movers)


def may_take_away(session: Session, row: AgreementRow, party: PartyRow) -> bool:
    """Tell whether somebody may take tasks away: who started it, until somebody else has answered anything."""
    wanted = select(AnswerRow.id).where(AnswerRow.agreement == row.id, AnswerRow.party != party.id).limit(1)
    return row.started_by == party.id and row.round_state in _ANSWERING and session.scalar(wanted) is None


def add(
    session: Session, row: AgreementRow, new: Sequence[NewTask], *, by: str, movers: frozenset[Mover], at: datetime
) -> None:
    """Add tasks; where it was being settled it goes back to answering, and the answers that are there stay."""
    if not may_add(row, movers):
        raise ConflictError("it is not the time of adding tasks")
    if add_tasks(session, row, new, by=by) == 0:
        return
    if row.round_state in _ANSWERING:
        note(session, row, Act.TASKS_ADDED, by=by, at=at)
        return
    standing = queries.standing_of(row)
    mover = next(mover for mover in sorted(movers) if may_move(standing, Move.ADD, mover))
    rounds.back_to_answering(session, row, by=by, mover=mover, at=at)


def take_away(session: Session, row: AgreementRow, key: str, *, by: PartyRow, at: datetime) -> None:
    """Take a task away, with what its starter had answered about it; one that is not there is away already."""
    if not may_take_away(session, row, by):
        raise NotAllowedError("somebody else has answered")
    task = session.scalar(select(TaskRow).where(TaskRow.agreement == row.id, TaskRow.key == key))
    if task is None:
        return
    session.execute(delete(AnswerRow).where(AnswerRow.agreement == row.id, AnswerRow.task == key))
    row.unreserved -= int(task.is_critical)
    session.delete(task)
    row.changed_at = at
    session.flush()
