"""The times for which a survey's figures are shown: months that are over, gathered until enough have answered.

A time that has been shown never changes and meets no other one. So nobody who looks today and again tomorrow, or who
takes one time from another, can reckon what a few have answered (IN-2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.kernel.suppression import FEWEST


@dataclass(frozen=True, slots=True)
class Period:
    """Some whole months, one after another."""

    since: date
    until: date
    """The first day after it."""

    @property
    def name(self) -> str:
        """Answer what it is called in an address: its first month."""
        return f"{self.since:%Y-%m}"

    @property
    def last_day(self) -> date:
        """Answer its last day."""
        return self.until - timedelta(days=1)


def periods(answered: Mapping[date, int], today: date) -> list[Period]:
    """Answer the periods of how many answered on each day, the oldest first; what is still too few waits."""
    months: Counter[date] = Counter()
    for day, number in answered.items():
        months[day.replace(day=1)] += number
    found: list[Period] = []
    month = since = min(months, default=today)
    gathered = 0
    while month < today.replace(day=1):
        gathered, month = gathered + months[month], month_after(month)
        if gathered >= FEWEST:
            found.append(Period(since, month))
            since, gathered = month, 0
    return found


def month_after(first: date) -> date:
    """Answer the first day of the month after one."""
    return (first + timedelta(days=31)).replace(day=1)
