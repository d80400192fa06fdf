"""How long it takes until something is tried again: longer each time, never in step, six hours at most."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.delivery import LONGEST_WAIT, wait_after


@given(st.integers(1, 10_000), st.integers())
def test_a_wait_is_within_a_quarter_of_its_double_and_never_more_than_six_hours(attempt: int, seed: int) -> None:
    wait = wait_after(attempt, Random(seed))
    doubled = 10 * 2 ** min(attempt - 1, 20)
    assert wait <= LONGEST_WAIT
    assert min(0.75 * doubled, 3.6 * 3600) <= wait.total_seconds() <= 1.25 * doubled


@given(st.integers(1, 11), st.integers(), st.integers())
def test_a_wait_is_longer_than_the_one_before_until_the_longest(attempt: int, one: int, other: int) -> None:
    assert wait_after(attempt, Random(one)) <= wait_after(attempt + 1, Random(other))


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 20), (5, 160), (11, 10_240)])
def test_a_wait_without_luck_doubles(attempt: int, seconds: int) -> None:
    waits = [wait_after(attempt, Random(seed)).total_seconds() for seed in range(2000)]
    assert sum(waits) / len(waits) == pytest.approx(seconds, rel=0.02)


def test_what_failed_together_is_not_tried_again_together() -> None:
    dice = Random(1)
    waits = {wait_after(40, dice) for _ in range(1000)}
    assert len(waits) > 990
    assert max(waits) - min(waits) > timedelta(hours=2)
