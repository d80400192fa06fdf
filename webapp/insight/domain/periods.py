"""The times that figures are shown for: months and years that are over, and meet no other of their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NAME = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, or a year where no month is said."""

    year: int
    month: int = 0

    @property
    def name(self) -> str:
        """Answer what it is called in an address."""
        return f"{self.year}-{self.month:02d}" if self.month else f"{self.year}"

    @property
    def since(self) -> date:
        """Answer its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def until(self) -> date:
        """Answer the first day after it."""
        ends_year = self.month in {0, 12}
        return date(self.year + ends_year, 1 if ends_year else self.month + 1, 1)

    def is_over(self, today: date) -> bool:
        """Tell whether it is over, so that its figures will not change."""
        return self.until <= today


def read(name: str) -> Period | None:
    """Answer the period of a name in an address; None where it is none."""
    found = _NAME.fullmatch(name)
    return Period(int(found[1]), int(found[2] or 0)) if found else None


def months_over(since: date | None, today: date) -> list[Period]:
    """Answer the months that are over since the first that something was counted in, the oldest first."""
    found: list[Period] = []
    here = Period(since.year, since.month) if since else Period(today.year, today.month)
    while here.is_over(today):
        found.append(here)
        here = Period(here.until.year, here.until.month)
    return found


def years_over(since: date | None, today: date) -> list[Period]:
    """Answer the years that are over since the first that something was counted in, the oldest first."""
    return [Period(year) for year in range(since.year if since else today.year, today.year)]
