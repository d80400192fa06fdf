"""What the room does on its own: what was written in a survey is forgotten after a year."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from webapp.kernel.clock import Clock, local_day
from webapp.selfchecks.models import SurveyWordsRow
from webapp.storage.session import Database

KEPT_DAYS = 365


def forget_written_answers(database: Database, clock: Clock) -> None:
    """Delete what was written in surveys in a month that ended a year ago or more (domain.md, retention)."""
    oldest = (local_day(clock.now()) - timedelta(days=KEPT_DAYS)).replace(day=1)
    with database.writing() as session:
        session.execute(delete(SurveyWordsRow).where(SurveyWordsRow.month < oldest))
