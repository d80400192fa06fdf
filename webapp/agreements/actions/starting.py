"""Starting an agreement: by whom, about what, with which tasks; and what its starter may still change in a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import people
from webapp.agreements.actions.noting import note
from webapp.agreements.actions.people import NewAgreement, NewParty, NewTask
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, AnswerRow, PartyRow, TaskRow
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import new_id


def begin(
    session: Session, municipality: str, key: str, begun: NewAgreement, starter: NewParty, *, at: datetime
) -> tuple[AgreementRow, PartyRow]:
    """Begin an agreement as one who takes part in it; a form that was sent before answers with what is there.

    What the resident writes down beside the municipality is not confirmed by that: anybody can write anybody's name.
    """
    known = queries.by_key(session, municipality, key)
    if known is not None:
        return known, queries.party(session, known, known.started_by)
    own = new_id()
    row = people.start(session, municipality, key, begun, by=own, at=at)
    is_sure = starter.kind is not PartyKind.RESIDENT or not begun.is_with_municipality
    party = people.add_party(session, row, starter, by=own, at=at, is_own_contact=is_sure, party_id=own)
    if starter.kind is not PartyKind.RESIDENT:
        party.joined_at = at
    session.flush()
    return row, party


def may_set_theme(session: Session, row: AgreementRow, party: PartyRow) -> bool:
    """Tell whether a party may still choose what it is about: its starter, in a draft that nobody has answered."""
    answered = select(AnswerRow.id).where(AnswerRow.agreement == row.id).limit(1)
    is_own_draft = row.round_state == RoundState.DRAFT and row.started_by == party.id
    return is_own_draft and session.scalar(answered) is None


def set_theme(
    session: Session, row: AgreementRow, party: PartyRow, theme: Theme, tasks: Sequence[NewTask], *, at: datetime
) -> None:
    """Choose what it is about, with the tasks that belong to it; raise ConflictError where somebody has answered."""
    if not may_set_theme(session, row, party):
        raise ConflictError("somebody has answered already")
    if row.theme == theme:
        return
    session.execute(delete(TaskRow).where(TaskRow.agreement == row.id))
    row.theme, row.unreserved = theme.value, 0
    people.add_tasks(session, row, tasks, by=party.id)
    note(session, row, Act.TASKS_ADDED, by=party.id, at=at)
