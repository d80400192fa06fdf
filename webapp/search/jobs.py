"""What the room does on its own: words that found nothing are forgotten after ninety days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from webapp.kernel.clock import Clock, local_day
from webapp.storage.counters import CountRow
from webapp.storage.session import Database

KEPT_DAYS = 90
NO_HIT = "search_no_hit"


def forget_old_words(database: Database, clock: Clock) -> None:
    """Delete the words of searches without a hit that are older than ninety days (domain.md, retention)."""
    oldest = local_day(clock.now()) - timedelta(days=KEPT_DAYS)
    with database.writing() as session:
        session.execute(delete(CountRow).where(CountRow.name == NO_HIT, CountRow.day < oldest))
