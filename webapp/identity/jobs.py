"""What the room does on its own: sessions whose time has passed are ended, and old ones forgotten."""

from __future__ import annotations

from datetime import timedelta

from webapp.identity.actions import sessions
from webapp.kernel.clock import Clock
from webapp.storage.session import Database
from webapp.storage.tallies import forget_old_tallies

KEPT = timedelta(hours=24)
"""So long is an ended session kept: until then its form, posted late, is shown again to the one who wrote it."""


def end_what_is_over(database: Database, clock: Clock) -> None:
    """End the sessions whose time has passed, so that no clock set back wakes them (F14)."""
    with database.writing() as session:
        sessions.end_what_is_over(session, at=clock.now())


def forget_what_is_old(database: Database, clock: Clock) -> None:
    """Delete sessions a day after their end, and counts of tries whose window has passed."""
    with database.writing() as session:
        sessions.forget_ended(session, before=clock.now() - KEPT)
        forget_old_tallies(session, clock.now())
