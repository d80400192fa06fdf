"""Writing one thing that was said or done into a case: the state, who is waited for, the entry and the audit event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.kernel.errors import ConflictError
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.referrals import queries
from webapp.referrals.domain.deadlines import answered_within
from webapp.referrals.domain.referral import Act, State, is_over, state_after, waits_for
from webapp.referrals.models import EntryRow, ReferralRow
from webapp.storage.rows import insert_rows
from webapp.storage.session import happened

ACTIONS = {
    Act.SENT: Action.REFERRAL_RECEIVED,
    Act.WITHDRAWN: Action.REFERRAL_WITHDRAWN,
    Act.CLOSED: Action.REFERRAL_CLOSED,
}
"""What an act is called in the audit log; any other one is `referral_handled`, with the act beside it."""


class Named(Protocol):
    """A case as it is named to others: the row, or what is known of one that was just written."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def municipality(self) -> str:
        """Whose it is."""
        ...


def begin(session: Session, of: Named, *, by: str, at: datetime) -> None:
    """Write the first line into a new case: that it was sent."""
    insert_rows(session, EntryRow, {
        "id": new_id(), "municipality": of.municipality, "referral": of.id, "number": 1, "at": at,
        "act": Act.SENT.value, "by": by, "to": "", "text": "",
    })  # fmt: skip


def add(
    session: Session, row: ReferralRow, act: Act, *, by: str, at: datetime, text: str = "", to: str = ""
) -> EntryRow:
    """Write an act into a case; raise ConflictError where it has ended, or somebody else was first (F13)."""
    with first():
        row.state = state_after(State(row.state), act).value
        entry = EntryRow(
            id=new_id(), municipality=row.municipality, referral=row.id, number=_next_number(session, row), at=at,
            act=act.value, by=by, to=to, text=text,
        )  # fmt: skip
        session.add(entry)
        session.flush()
        row.waits_for = waits_for(queries.acts(session, row)).value
        row.changed_at = at
        row.ended_at = (row.ended_at or at) if is_over(State(row.state)) else None  # a late note keeps nothing longer
        if row.state == State.ANSWERED and row.answered_at is None:
            row.answered_at = at
            happened(session, row.municipality, Moment.REFERRAL_ANSWERED, answered_within(row.received_at, at).value)
        session.flush()
    return entry


@contextmanager
def first() -> Iterator[None]:
    """Raise ConflictError where somebody else has written to the case since it was read: an older row, or a number."""
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise ConflictError("somebody else has changed the case in the meantime") from error


def audit(session: Session, of: Named, act: Act, *, by: str, at: datetime) -> None:
    """Record an act in the audit log: who, which case, which act, and nothing that was said."""
    action = ACTIONS.get(act, Action.REFERRAL_HANDLED)
    record(
        session, municipality=of.municipality, action=action, actor=by, object_kind="referral", object_id=of.id,
        details={} if act in ACTIONS else {"act": act.value}, at=at,
    )  # fmt: skip


def _next_number(session: Session, row: ReferralRow) -> int:
    of = select(func.max(EntryRow.number)).where(EntryRow.municipality == row.municipality, EntryRow.referral == row.id)
    return (session.scalar(of) or 0) + 1
