"""When a referral is to be answered: calls and concerns on the next working day, messages within the promised days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from webapp.kernel.calendar import next_working_day
from webapp.kernel.clock import NORWAY, local_day
from webapp.referrals.domain.referral import CONCERNS, Door, Whom

ANSWER_DAYS = 14
"""Unless the municipality says otherwise; a preliminary answer is due within a month (forvaltningsloven § 11 a)."""
WARNING = timedelta(days=2)


class Within(StrEnum):
    """How long somebody waited for the first answer."""

    DAY = "1"
    THREE_DAYS = "3"
    WEEK = "7"
    TWO_WEEKS = "14"
    MONTH = "30"
    LONGER = "longer"


def answered_within(received_at: datetime, answered_at: datetime) -> Within:
    """Answer the class of the time between a referral and its first answer, in local days."""
    days = (local_day(answered_at) - local_day(received_at)).days
    return next((one for one in Within if one is not Within.LONGER and days <= int(one)), Within.LONGER)


def due_at(door: Door, whom: Whom, received_at: datetime, days: int = ANSWER_DAYS) -> datetime:
    """Answer the end of the day on which an answer is due."""
    received = local_day(received_at)
    is_soon = door is Door.CALL or whom in CONCERNS | {Whom.YOUNG}
    day = next_working_day(received) if is_soon else received + timedelta(days=days)
    return datetime.combine(day, time(23, 59), NORWAY)


def is_late(due: datetime, now: datetime) -> bool:
    """Tell whether an answer is overdue."""
    return now > due


def is_near(due: datetime, now: datetime) -> bool:
    """Tell whether an answer is due within two days."""
    return not is_late(due, now) and due - now <= WARNING
