"""What time does to an agreement by itself, as a function of its dates; the order is the order in which it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from webapp.agreements.domain.reviews import REMINDED_BEFORE
from webapp.agreements.domain.states import (
    ANSWERING_REMINDERS,
    QUIET_DAYS,
    QUIET_WARNING_DAYS,
    SIGNING_REMINDERS,
    RoundState,
    reminders_due,
)
from webapp.kernel.clock import NORWAY, local_day

FIRST_HOUR, LAST_HOUR = 9, 19
"""Nobody is reminded of anything at night."""


class Due(StrEnum):
    """One thing that time does."""

    REMIND = "remind"
    LATE = "late"
    WARN = "warn"
    DROP = "drop"
    WARN_END = "warn_end"
    END = "end"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Facts:
    """The dates of an agreement that is not over."""

    round: RoundState
    is_in_force: bool
    since: datetime
    changed_at: datetime
    reminded: int
    deadline_at: datetime | None = None
    warned_at: datetime | None = None
    """When it was said that it will be over, if nothing has happened since."""
    review_on: date | None = None
    ends_on: date | None = None


def due(facts: Facts, now: datetime) -> Due | None:
    """Answer the one thing that is to be done now; None where there is nothing.

    What is not done in time is done late, and once: a worker that was away for weeks sends one reminder, not two.
    """
    checks = (
        (Due.END, facts.is_in_force and facts.ends_on is not None and local_day(now) > facts.ends_on),
        (Due.LATE, _is_late(facts, now)),
        (Due.DROP, _is_to_be_dropped(facts, now)),
        (Due.WARN_END, _is_day(now) and _ends_soon(facts, now)),
        (Due.WARN, _is_day(now) and _is_to_be_warned(facts, now)),
        (Due.REMIND, _is_day(now) and facts.reminded < reminders(facts, now)),
        (Due.REVIEW, _is_day(now) and facts.reminded < reviews(facts, now)),
    )
    return next((what for what, is_due in checks if is_due), None)


def reminders(facts: Facts, now: datetime) -> int:
    """Answer how many reminders of answering or of signing should have been sent by now."""
    days = {RoundState.CLARIFYING: ANSWERING_REMINDERS, RoundState.SIGNING: SIGNING_REMINDERS}.get(facts.round, ())
    return reminders_due(facts.since, now, days)


def reviews(facts: Facts, now: datetime) -> int:
    """Answer how many reminders of looking at it again should have been sent by now."""
    if facts.round is not RoundState.NONE or not facts.is_in_force or facts.review_on is None:
        return 0
    return sum(local_day(now) >= facts.review_on - before for before in (REMINDED_BEFORE, timedelta(0)))


def _is_day(now: datetime) -> bool:
    return FIRST_HOUR <= now.astimezone(NORWAY).hour <= LAST_HOUR


def _is_late(facts: Facts, now: datetime) -> bool:
    return facts.round is RoundState.SIGNING and facts.deadline_at is not None and now >= facts.deadline_at


def _quiet_days(facts: Facts, now: datetime) -> int:
    return (local_day(now) - local_day(facts.changed_at)).days if facts.round is not RoundState.NONE else 0


def _is_to_be_warned(facts: Facts, now: datetime) -> bool:
    return _quiet_days(facts, now) >= QUIET_DAYS - QUIET_WARNING_DAYS and facts.warned_at is None


def _is_to_be_dropped(facts: Facts, now: datetime) -> bool:
    if facts.warned_at is None or _quiet_days(facts, now) < QUIET_DAYS:
        return False
    return (local_day(now) - local_day(facts.warned_at)).days >= QUIET_WARNING_DAYS


def _ends_soon(facts: Facts, now: datetime) -> bool:
    if not facts.is_in_force or facts.ends_on is None or facts.round is not RoundState.NONE:
        return False
    return facts.warned_at is None and local_day(now) >= facts.ends_on - timedelta(days=QUIET_WARNING_DAYS)
