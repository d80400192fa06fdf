"""The rounds of an agreement: where it stands, by whom it is moved on, and what time does by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import settling
from webapp.agreements.actions.noting import SYSTEM, note, tell_others
from webapp.agreements.domain.history import Act, Notice
from webapp.agreements.domain.states import (
    ANSWERING_DAYS,
    SIGNING_DAYS,
    Ending,
    Move,
    Mover,
    RoundState,
    deadline,
    may_open,
    move,
)
from webapp.agreements.models import AgreementRow, VersionRow
from webapp.kernel.errors import ConflictError
from webapp.kernel.moments import Moment
from webapp.services.domain.who_does_what import Line
from webapp.storage import erasures
from webapp.storage.session import happened

_DAYS = {RoundState.CLARIFYING: ANSWERING_DAYS, RoundState.SIGNING: SIGNING_DAYS}


def move_on(session: Session, row: AgreementRow, what: Move, by: Mover, *, at: datetime) -> None:
    """Move an agreement as the table says; raise ConflictError or NotAllowedError where it does not."""
    then = move(queries.standing_of(row), what, by)
    row.round_state, row.ending = then.round.value, then.ending.value
    row.since, row.reminded = at, 0
    days = _DAYS.get(then.round)
    row.deadline_at = deadline(at, days) if days else None
    if then.ending is not Ending.NONE:
        row.ended_at = at
        happened(session, row.municipality, Moment.AGREEMENT, then.ending.value)
        erasures.note(session, erasures.ENDED, row.municipality, row.id, at)
    session.flush()


def open_comparison(
    session: Session, row: AgreementRow, stances: Mapping[str, Line], *, by: str, mover: Mover, at: datetime
) -> None:
    """Open the comparison: when all have answered, or after the deadline with two answers (AV-4)."""
    if mover is not Mover.SYSTEM:
        here = queries.present(session, row)
        answered = sum(one.answered_at is not None for one in here)
        if not may_open(answers=answered, others=len(here), deadline=row.deadline_at or at, now=at):
            raise ConflictError("it is not time yet")
    move_on(session, row, Move.ALL_ANSWERED if mover is Mover.SYSTEM else Move.OPEN, mover, at=at)
    note(session, row, Act.OPENED, by=by, at=at)
    settling.draft(session, row, stances, at=at)
    tell_others(session, row, Notice.OPENED, by=by, at=at)


def meet(
    session: Session, row: AgreementRow, stances: Mapping[str, Line], *, by: str, mover: Mover, at: datetime
) -> None:
    """Begin a meeting around one table: what is answered from now on is answered together."""
    row.is_meeting = True
    if row.round_state in {RoundState.DRAFT, RoundState.CLARIFYING}:
        move_on(session, row, Move.MEET, mover, at=at)
        settling.draft(session, row, stances, at=at)
    note(session, row, Act.MET, by=by, at=at)


def back_to_answering(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime) -> None:
    """Go back to answering because a party or tasks were added; the answers that are there stay."""
    move_on(session, row, Move.ADD, mover, at=at)
    for party in queries.parties(session, row):
        party.answered_at = None if party.left_at is None else party.answered_at
    note(session, row, Act.TASKS_ADDED, by=by, at=at)
    tell_others(session, row, Notice.INVITED, by=by, at=at)


def unlock(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime, what: Move, act: Act) -> None:
    """Go back from signing to settling; what was signed of that version is void, and those who signed are told."""
    signed: frozenset[str] = frozenset()
    version = queries.version_in(session, row, "signing")
    if version is not None:
        signed = frozenset(one.party for one in queries.signatures(session, version))
        version.state, version.ended_at = "void", at
    move_on(session, row, what, mover, at=at)
    note(session, row, act, by=by, at=at)
    tell_others(session, row, Notice.VOIDED, by=by, at=at, only=signed)


def after_change(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime) -> None:
    """Go back to settling where a text is being signed that says something which no longer holds (G1)."""
    if row.round_state == RoundState.SIGNING:
        unlock(session, row, by=by, mover=mover, at=at, what=Move.CHANGE, act=Act.UNLOCKED)


def void_amendment(session: Session, row: AgreementRow, *, at: datetime) -> None:
    """Void a change of single lines that waits for signatures; those who have signed it are told."""
    pending = queries.version_in(session, row, "signing", "amendment")
    if pending is not None:
        pending.state, pending.ended_at = "void", at
        signed = frozenset(one.party for one in queries.signatures(session, pending))
        tell_others(session, row, Notice.VOIDED, by=SYSTEM, at=at, only=signed)


def after_leaving(session: Session, row: AgreementRow, *, at: datetime) -> None:
    """Do what follows when a party has left: signing is void; what is in force gets a round."""
    if row.round_state == RoundState.SIGNING:
        unlock(session, row, by=SYSTEM, mover=Mover.PARTY, at=at, what=Move.CHANGE, act=Act.UNLOCKED)
    elif row.version and row.round_state == RoundState.NONE and not row.ending:
        begin_round(session, row, by=SYSTEM, mover=Mover.SYSTEM, at=at)


def begin_round(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime) -> None:
    """Begin a round on the version in force, which stays in force until another is signed."""
    move_on(session, row, Move.NEW_ROUND, mover, at=at)
    void_amendment(session, row, at=at)  # the round takes its place
    row.round += 1
    row.is_meeting = False
    for party in queries.parties(session, row):
        party.answered_at = None if party.left_at is None else party.answered_at
    note(session, row, Act.ROUND_BEGUN, by=by, at=at)
    tell_others(session, row, Notice.REOPENED, by=by, at=at)


def drop(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime) -> None:
    """Drop a round; where it is the first, the agreement is withdrawn. Nobody is told why."""
    version = queries.version_in(session, row, "signing")
    if version is not None:
        version.state, version.ended_at = "void", at
    is_first = row.version == 0
    move_on(session, row, Move.DROP, mover, at=at)
    note(session, row, Act.WITHDRAWN if is_first else Act.DROPPED, by=by, at=at)
    tell_others(session, row, Notice.ENDED, by=by, at=at)


def end(session: Session, row: AgreementRow, *, by: str, mover: Mover, at: datetime, why: str = "") -> None:
    """End what is in force: `why` is a code that staff give; a resident gives none."""
    for version in queries.versions(session, row):
        _end_version(version, at)
    move_on(session, row, Move.END, mover, at=at)
    note(session, row, Act.ENDED, by=by, at=at, about=why)
    tell_others(session, row, Notice.ENDED, by=by, at=at)


def _end_version(version: VersionRow, at: datetime) -> None:
    if version.state in {"in_force", "signing"}:
        version.state, version.ended_at = "ended" if version.state == "in_force" else "void", at


def silence(session: Session, row: AgreementRow, *, by: str, at: datetime) -> None:
    """Stop every message at once: the resident's death was reported."""
    row.is_silent = True
    erasures.note(session, erasures.SILENCED, row.municipality, row.id, at)
    note(session, row, Act.SILENCED, by=by, at=at)
