"""The days on which a Norwegian municipality works: not at weekends, nor on public holidays.

The holidays are those of the acts on holy days (lov om helligdager og helligdagsfred) and on 1 and 17 May.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_SATURDAY = 5
_FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
"""(month, day): New Year, 1 and 17 May, Christmas."""
_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Days from Easter Sunday: Maundy Thursday, Good Friday, Easter, Ascension Day, Whitsun."""


def easter(year: int) -> date:
    """Answer Easter Sunday of a year by the Gregorian calendar: the Sunday after the first full moon of spring."""
    century = year // 100
    moon_steps = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday_steps = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon_steps - year % 100 % 4) % 7
    late = (year % 19 + 11 * moon_steps + 22 * weekday_steps) // 451
    number = moon_steps + weekday_steps - 7 * late + 114
    return date(year, number // 31, number % 31 + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Answer the public holidays of a year."""
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {easter(year) + timedelta(days=days) for days in _FROM_EASTER})


def is_working_day(day: date) -> bool:
    """Tell whether a day is one from Monday to Friday that is no public holiday."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def next_working_day(day: date) -> date:
    """Answer the first working day after a day."""
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following
