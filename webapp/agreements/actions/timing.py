"""What time does by itself: reminders, deadlines, what nothing happens in, the end. None of it is activity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.agreements import queries, timely
from webapp.agreements.actions import rounds, signing
from webapp.agreements.actions.noting import SYSTEM, note, tell, tell_others
from webapp.agreements.domain import timing
from webapp.agreements.domain.history import Act, Notice
from webapp.agreements.domain.parties import resident_side
from webapp.agreements.domain.states import Move, Mover, RoundState
from webapp.agreements.domain.timing import Due
from webapp.agreements.models import AgreementRow


def pass_time(session: Session, row: AgreementRow, *, at: datetime) -> Due | None:
    """Do the one thing that is due in an agreement, and answer what it was."""
    _void_late_amendment(session, row, at=at)
    what = timing.due(timely.facts_of(session, row), at)
    if what is None:
        return None
    changed_at = row.changed_at
    _WORK[what](session, row, at)
    if not row.ending:
        row.changed_at = changed_at  # to be reminded is not to have done something
    session.flush()
    return what


def _remind(session: Session, row: AgreementRow, at: datetime) -> None:
    row.reminded = timing.reminders(timely.facts_of(session, row), at)
    waited_for = _unsigned(session, row) if row.round_state == RoundState.SIGNING else _unanswered(session, row)
    notice = Notice.TO_SIGN if row.round_state == RoundState.SIGNING else Notice.REMINDED
    for party in queries.parties(session, row):
        if party.id in waited_for:
            tell(session, row, party, notice, at=at)
    note(session, row, Act.REMINDED, by=SYSTEM, at=at)


def _unanswered(session: Session, row: AgreementRow) -> frozenset[str]:
    return frozenset(one.id for one in queries.parties(session, row) if one.answered_at is None)


def _unsigned(session: Session, row: AgreementRow) -> frozenset[str]:
    version = queries.version_in(session, row, "signing")
    return signing.signing_of(session, row, version).missing if version else frozenset()


def _late(session: Session, row: AgreementRow, at: datetime) -> None:
    """Go back to settling, and tell the resident, who chooses: without somebody, with a change, or not at all."""
    rounds.unlock(session, row, by=SYSTEM, mover=Mover.TIME, at=at, what=Move.LATE, act=Act.TOO_LATE)
    side = resident_side([queries.as_party(one) for one in queries.parties(session, row)])
    tell_others(session, row, Notice.OPENED, by=SYSTEM, at=at, only=side)


def _warn(session: Session, row: AgreementRow, at: datetime) -> None:
    note(session, row, Act.REMINDED, by=SYSTEM, at=at, about=timely.WARNED)
    tell_others(session, row, Notice.QUIET, by=SYSTEM, at=at)


def _review(session: Session, row: AgreementRow, at: datetime) -> None:
    row.reminded = timing.reviews(timely.facts_of(session, row), at)
    note(session, row, Act.REMINDED, by=SYSTEM, at=at, about="review")
    tell_others(session, row, Notice.REVIEW, by=SYSTEM, at=at)


def _drop(session: Session, row: AgreementRow, at: datetime) -> None:
    rounds.drop(session, row, by=SYSTEM, mover=Mover.TIME, at=at)


def _end(session: Session, row: AgreementRow, at: datetime) -> None:
    rounds.end(session, row, by=SYSTEM, mover=Mover.TIME, at=at, why="time")


def _void_late_amendment(session: Session, row: AgreementRow, *, at: datetime) -> None:
    version = queries.version_in(session, row, "signing", kind="amendment")
    if version is not None and at >= version.deadline_at:
        rounds.void_amendment(session, row, at=at)
        note(session, row, Act.TOO_LATE, by=SYSTEM, at=at, about=str(version.number))


_WORK: dict[Due, Callable[[Session, AgreementRow, datetime], None]] = {
    Due.REMIND: _remind, Due.LATE: _late, Due.WARN: _warn, Due.WARN_END: _warn, Due.DROP: _drop, Due.END: _end,
    Due.REVIEW: _review,
}  # fmt: skip
