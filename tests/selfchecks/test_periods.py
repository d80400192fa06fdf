"""The times of a survey's figures: over, apart, never changing, and with enough answers each (IN-2)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.suppression import FEWEST
from webapp.selfchecks.domain.periods import Period, month_after, periods

TODAY = date(2027, 3, 15)
DAYS = st.dates(date(2025, 1, 1), TODAY)


def test_months_are_gathered_until_enough_have_answered() -> None:
    answered = {date(2026, 11, 3): 3, date(2026, 12, 31): 1, date(2027, 1, 1): 2, date(2027, 2, 2): 4}
    assert periods(answered, TODAY) == [Period(date(2026, 11, 1), date(2027, 2, 1))]
    assert periods({**answered, date(2027, 2, 3): 1}, TODAY)[1:] == [Period(date(2027, 2, 1), date(2027, 3, 1))]


def test_the_month_that_runs_is_not_shown_however_many_answered() -> None:
    assert periods({date(2027, 3, 1): 100}, TODAY) == []
    assert periods({date(2027, 3, 1): 100}, date(2027, 4, 1)) == [Period(date(2027, 3, 1), date(2027, 4, 1))]
    assert periods({}, TODAY) == []


def test_a_period_says_its_name_and_its_last_day() -> None:
    found = Period(date(2026, 11, 1), date(2027, 2, 1))
    assert (found.name, found.last_day) == ("2026-11", date(2027, 1, 31))
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)


@given(st.dictionaries(DAYS, st.integers(1, 9), max_size=30), DAYS)
def test_periods_meet_nowhere_have_enough_each_and_stand_when_more_have_answered(
    answered: dict[date, int], earlier: date
) -> None:
    found = periods(answered, TODAY)
    for one, following in pairwise(found):
        assert one.until == following.since
    for one in found:
        inside = [number for day, number in answered.items() if one.since <= day < one.until]
        assert sum(inside) >= FEWEST
        assert one.until <= TODAY.replace(day=1)
    before = periods({day: number for day, number in answered.items() if day <= earlier}, earlier)
    assert found[: len(before)] == before
