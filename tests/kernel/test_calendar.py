"""The days on which a municipality works; what is promised for the next one is never promised for a holiday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.calendar import easter, holidays, is_working_day, next_working_day

DAYS = st.dates(date(1900, 1, 1), date(2300, 1, 1))


@pytest.mark.parametrize("day", [
    "1961-04-02", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
    "2028-04-16", "2038-04-25",
])  # fmt: skip
def test_easter_is_where_the_almanac_has_it(day: str) -> None:
    assert easter(date.fromisoformat(day).year) == date.fromisoformat(day)


def test_the_holidays_of_a_year_are_those_of_the_almanac() -> None:
    assert sorted(day.isoformat() for day in holidays(2027)) == [
        "2027-01-01", "2027-03-25", "2027-03-26", "2027-03-28", "2027-03-29", "2027-05-01", "2027-05-06",
        "2027-05-16", "2027-05-17", "2027-12-25", "2027-12-26",
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "following"), [
    ("2026-11-20", "2026-11-23"),  # a Friday
    ("2026-12-23", "2026-12-24"),
    ("2026-12-24", "2026-12-28"),  # Christmas, and the weekend after it
    ("2027-03-24", "2027-03-30"),  # the Wednesday before Easter
    ("2027-04-30", "2027-05-03"),
    ("2027-05-14", "2027-05-18"),  # Whitsun and 17 May
])  # fmt: skip
def test_the_next_working_day_is_one_on_which_somebody_works(day: str, following: str) -> None:
    assert next_working_day(date.fromisoformat(day)) == date.fromisoformat(following)


@given(DAYS)
def test_the_next_working_day_is_the_first_one(day: date) -> None:
    following = next_working_day(day)
    assert is_working_day(following)
    between = [day + timedelta(days=number) for number in range(1, (following - day).days)]
    assert not [one for one in between if is_working_day(one)]
    assert 1 <= (following - day).days <= 7


@given(st.integers(1900, 2300))
def test_easter_is_a_sunday_in_its_weeks(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)
