"""The outbox as its operator meets it: how much waits, what has gone, and what becomes of it after a restore (F19)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Update, func, select, update
from sqlalchemy.orm import Session

from webapp.storage.outbox import ACKNOWLEDGED, CANCELLED, PARKED, QUEUED, SENT, Overview
from webapp.storage.outbox_models import MessageRow

RESTORED = "restored from a backup: it may have gone"
"""Why a message of a restored database is parked."""
_WAITING = update(MessageRow).where(MessageRow.state == QUEUED)


def depth(session: Session) -> Overview:
    """Answer how the messages of all municipalities are."""
    numbers = dict(session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)).all())
    return Overview(numbers, session.scalar(select(func.min(MessageRow.created_at)).where(MessageRow.state == QUEUED)))


def gone_since(session: Session, since: datetime) -> list[tuple[str, str, datetime]]:
    """Answer the messages that have gone since a time: id, municipality, when."""
    row = MessageRow
    ended = cast("ColumnElement[datetime]", row.ended_at)
    gone = select(row.id, row.municipality, ended).where(row.state.in_((SENT, ACKNOWLEDGED)), row.ended_at >= since)
    return [(one, municipality, at) for one, municipality, at in session.execute(gone.order_by(ended, row.id))]


def hold_back(session: Session, gone: Collection[str], at: datetime) -> tuple[int, int]:
    """Let nothing of a restored database be sent by itself; answer how many had gone, and how many are held.

    What is known to have gone is marked so; what is over soon, such as a code, is void; the rest waits, parked, for
    somebody who finds out whether it went.
    """
    waiting = session.scalars(select(MessageRow.id).where(MessageRow.state == QUEUED)).all()
    known = [one for one in waiting if one in gone]
    for one in known:
        _end(session, _WAITING.where(MessageRow.id == one), SENT, "", at)
    cancel_all(session, at, _WAITING.where(MessageRow.expires_at.is_not(None)))
    held = _WAITING.values(state=PARKED, lease_until=None, fault=RESTORED, ended_at=at)
    return len(known), cast("CursorResult[Any]", session.execute(held)).rowcount


def cancel_all(session: Session, at: datetime, which: Update = _WAITING) -> None:
    """Cancel what waits: such as what was told a second time while a restore was put right."""
    _end(session, which, CANCELLED, RESTORED, at)


def wait_from(session: Session, at: datetime) -> None:
    """Let what waits have waited from a time on: what a demonstration dates back is late for nobody."""
    session.execute(_WAITING.where(MessageRow.created_at < at).values(created_at=at))


def _end(session: Session, which: Update, state: str, fault: str, at: datetime) -> None:
    session.execute(which.values(state=state, payload_sealed=None, lease_until=None, fault=fault, ended_at=at))
