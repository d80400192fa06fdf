"""How long a session lives: idle and absolute limits, and that no clock gives it longer (S2, F14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.identity.domain.sessions import (
    BACKWARD,
    CLOCK_STEP,
    FRESH,
    LIMITS,
    Kind,
    Why,
    device_of,
    ends_at,
    is_clock_due,
    is_fresh,
    is_over,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
KINDS = st.sampled_from(Kind)
SPANS = st.timedeltas(timedelta(0), timedelta(hours=12))
MOVES = st.timedeltas(timedelta(hours=-12), timedelta(hours=12))


@pytest.mark.parametrize(("kind", "idle", "absolute"), [
    (Kind.STAFF, 15, 8 * 60), (Kind.RESIDENT, 30, 4 * 60), (Kind.PARTY, 30, 4 * 60), (Kind.WAITING, 15, 30),
])  # fmt: skip
def test_the_limits_are_those_that_are_written_down(kind: Kind, idle: int, absolute: int) -> None:
    assert LIMITS[kind].idle == timedelta(minutes=idle)
    assert LIMITS[kind].absolute == timedelta(minutes=absolute)


@pytest.mark.parametrize("kind", Kind)
def test_a_session_is_over_at_its_limit_and_not_a_second_before(kind: Kind) -> None:
    limits = LIMITS[kind]
    assert is_over(kind, NOON, NOON, NOON + limits.idle - SECOND) is None
    assert is_over(kind, NOON, NOON, NOON + limits.idle) is Why.TOO_LONG_IDLE
    late = NOON + limits.absolute
    assert is_over(kind, NOON, late - SECOND, late - SECOND) is None
    assert is_over(kind, NOON, late, late) is Why.TOO_OLD


@pytest.mark.parametrize("kind", Kind)
def test_an_hour_on_every_clock_ends_an_idle_session(kind: Kind) -> None:
    assert is_over(kind, NOON, NOON, NOON + HOUR) is not None


@pytest.mark.parametrize("kind", Kind)
def test_a_clock_an_hour_back_ends_a_session_of_the_future(kind: Kind) -> None:
    assert is_over(kind, NOON, NOON, NOON - HOUR) is not None
    assert is_over(kind, NOON - 2 * HOUR, NOON, NOON - HOUR) is not None, "used in the future, so idle for ever so long"


@given(KINDS, SPANS, SPANS, MOVES)
def test_wherever_the_clock_is_put_nobody_stays_longer_than_the_limits(
    kind: Kind, age: timedelta, idle: timedelta, move: timedelta
) -> None:
    """After any one move of the clock, what is left is never more than a full limit and the little that is let go."""
    created, seen = NOON - max(age, idle), NOON - idle
    now = NOON + move
    if is_over(kind, created, seen, now) is None:
        assert ends_at(kind, created, seen) - now <= LIMITS[kind].idle + BACKWARD
        assert created + LIMITS[kind].absolute - now <= LIMITS[kind].absolute + BACKWARD


@given(KINDS, SPANS, SPANS, SPANS)
def test_what_is_over_stays_over_as_time_goes_on(
    kind: Kind, age: timedelta, idle: timedelta, more: timedelta
) -> None:  # fmt: skip
    created, seen = NOON - max(age, idle), NOON - idle
    if is_over(kind, created, seen, NOON) is not None:
        assert is_over(kind, created, seen, NOON + more) is not None


@given(KINDS, SPANS, SPANS)
def test_the_end_that_is_told_is_the_end(kind: Kind, age: timedelta, idle: timedelta) -> None:
    created, seen = NOON - max(age, idle), NOON - idle
    end = ends_at(kind, created, seen)
    assert is_over(kind, created, seen, end) is not None
    if end > NOON:
        assert is_over(kind, created, seen, max(NOON, end - SECOND)) is None


def test_a_clock_is_moved_once_a_minute_at_most() -> None:
    assert not is_clock_due(NOON, NOON)
    assert not is_clock_due(NOON, NOON + CLOCK_STEP - SECOND)
    assert is_clock_due(NOON, NOON + CLOCK_STEP)
    assert not is_clock_due(NOON, NOON - HOUR), "a clock set back moves nothing back"


@given(MOVES)
def test_nobody_is_fresh_for_longer_than_ten_minutes(since: timedelta) -> None:
    assert is_fresh(NOON, NOON + since) == (-BACKWARD <= since <= FRESH)


@pytest.mark.parametrize(("user_agent", "device"), [
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Windows"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
    ("", ""), ("curl/8", ""), ("<script>alert(1)</script>", ""), ("x" * 100_000, ""),
])  # fmt: skip
def test_a_device_is_called_what_people_call_it_and_nothing_else(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
