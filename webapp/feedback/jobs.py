"""What the room does on its own: what somebody wrote is forgotten after a year; how many said yes and no stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from webapp.feedback.models import HearingRow, ItemRow
from webapp.kernel.clock import Clock, local_day
from webapp.storage.session import Database

KEPT_DAYS = 365


def forget_old(database: Database, clock: Clock, *, is_dry_run: bool = False) -> dict[str, int]:
    """Delete what was written a year ago or more, dealt with or not (domain.md, retention); answer how much, by whom.

    With it goes everything that says of it: a council's name, the editor's answer, and the hash by which the same
    text is known again. Links to drafts that ended as long ago go too.
    """
    now = clock.now()
    oldest = now - timedelta(days=KEPT_DAYS)
    with database.reading() if is_dry_run else database.writing() as session:
        found = _numbers(session, oldest)
        if not is_dry_run:
            _delete(session, ItemRow, [ItemRow.at <= oldest])
            _delete(session, HearingRow, [HearingRow.ends_on < local_day(oldest)])
    return found


def _numbers(session: Session, oldest: datetime) -> dict[str, int]:
    wanted = select(ItemRow.municipality, func.count()).where(ItemRow.at <= oldest).group_by(ItemRow.municipality)
    return {
        municipality: int(number) for municipality, number in session.execute(wanted.order_by(ItemRow.municipality))
    }


def _delete(session: Session, table: Any, conditions: Iterable[ColumnElement[bool]]) -> None:
    session.execute(delete(table).where(*conditions))
