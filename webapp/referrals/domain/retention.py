"""How long a referral is kept after it has ended, in calendar days of Norway (domain.md, retention; R1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from webapp.kernel.clock import NORWAY, local_day
from webapp.referrals.domain.referral import State, is_over

CLASS = "referral"
"""What a municipality's setting and the audit log call this kind of data."""
DAYS = 90
"""Unless the municipality says otherwise."""


def days_kept(setting: Mapping[str, Any] | None, kind: str = CLASS, unless: int = DAYS) -> int:
    """Answer for how many days a municipality keeps what has ended: a referral 90 where it does not say.

    0 is a number like any other: it goes with the first run after it has ended, on the same day.
    """
    found = (setting or {}).get(kind)
    return unless if found is None else int(found)


def due_on(state: State, ended_at: datetime | None, days: int) -> date | None:
    """Answer the day on which a referral goes; None for one that has not ended, which never goes by itself."""
    return local_day(ended_at) + timedelta(days=days) if ended_at is not None and is_over(state) else None


def ended_before(now: datetime, days: int) -> datetime:
    """Answer the midnight before which a referral must have ended to be due now: a day is one of the calendar."""
    first_kept = local_day(now) - timedelta(days=days - 1)
    return datetime.combine(first_kept, time.min, NORWAY).astimezone(UTC)
