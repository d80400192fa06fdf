"""What the room does on its own: sessions end at their time for good, and are forgotten a day later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from webapp.identity import jobs
from webapp.identity.actions import sessions
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.sessions import LIMITS, Kind, Why
from webapp.identity.models import SessionRow
from webapp.kernel.clock import FixedClock
from webapp.storage.session import Database
from webapp.storage.tallies import Tallies, TallyRow
from webapp.worker import JOBS

SECOND = timedelta(seconds=1)


def begin(database: Database, kind: Kind) -> str:
    with database.writing() as session:
        return sessions.begin(session, Beginning("fjordvik", kind, "kari"), {"secret": "canary"}, at=NOON)[0].id


def row(database: Database, session_id: str) -> SessionRow | None:
    with database.reading() as session:
        return session.get(SessionRow, session_id)


@pytest.mark.parametrize("kind", Kind)
def test_an_idle_session_ends_at_its_limit(keyed: Database, clock: FixedClock, kind: Kind) -> None:
    found = begin(keyed, kind)
    clock.time = NOON + LIMITS[kind].idle - SECOND
    jobs.end_what_is_over(keyed, clock)
    before = row(keyed, found)
    assert before is not None
    assert before.ended_at is None
    clock.time += SECOND
    jobs.end_what_is_over(keyed, clock)
    after = row(keyed, found)
    assert after is not None
    assert (after.ended_at, after.ended_why) == (clock.time, Why.TOO_LONG_IDLE)
    assert after.data == "{}", "what it remembered is forgotten"


@pytest.mark.parametrize("kind", Kind)
def test_a_busy_session_ends_at_its_absolute_limit(keyed: Database, clock: FixedClock, kind: Kind) -> None:
    found = begin(keyed, kind)
    clock.time = NOON + LIMITS[kind].absolute
    with keyed.writing() as session:
        sessions.move_clock(session, found, at=clock.time - SECOND)
    jobs.end_what_is_over(keyed, clock)
    after = row(keyed, found)
    assert after is not None
    assert after.ended_at == clock.time


def test_what_has_ended_stays_ended_whatever_the_clock_says(keyed: Database, clock: FixedClock) -> None:
    found = begin(keyed, Kind.STAFF)
    clock.time = NOON + timedelta(hours=1)
    jobs.end_what_is_over(keyed, clock)
    for back in (NOON, NOON - timedelta(hours=1), NOON + timedelta(days=1)):
        clock.time = back
        jobs.end_what_is_over(keyed, clock)
    after = row(keyed, found)
    assert after is not None
    assert after.ended_at == NOON + timedelta(hours=1), "and keeps the time at which it did"


def test_one_that_somebody_ended_keeps_its_reason(keyed: Database, clock: FixedClock) -> None:
    found = begin(keyed, Kind.STAFF)
    with keyed.writing() as session:
        sessions.end(session, "fjordvik", found, Why.ENDED_BY_STAFF, at=NOON)
    clock.time = NOON + timedelta(hours=1)
    jobs.end_what_is_over(keyed, clock)
    after = row(keyed, found)
    assert after is not None
    assert after.ended_why == Why.ENDED_BY_STAFF


def test_an_ended_session_is_forgotten_after_a_day_and_a_living_one_never(keyed: Database, clock: FixedClock) -> None:
    ended, living = begin(keyed, Kind.STAFF), begin(keyed, Kind.STAFF)
    with keyed.writing() as session:
        sessions.end(session, "fjordvik", ended, Why.LOGGED_OUT, at=NOON)
    clock.time = NOON + jobs.KEPT
    jobs.forget_what_is_old(keyed, clock)
    assert row(keyed, ended) is not None
    clock.time += SECOND
    jobs.forget_what_is_old(keyed, clock)
    jobs.forget_what_is_old(keyed, clock)
    assert row(keyed, ended) is None
    assert row(keyed, living) is not None


def test_counts_of_tries_are_forgotten_when_their_window_has_passed(keyed: Database, clock: FixedClock) -> None:
    tallies = Tallies(keyed, clock)
    tallies.incr("old", 60)
    clock.time = NOON + timedelta(seconds=30)
    tallies.incr("newer", 60)
    clock.time = NOON + timedelta(seconds=60)
    jobs.forget_what_is_old(keyed, clock)
    with keyed.reading() as session:
        assert list(session.scalars(select(TallyRow.key))) == ["newer"]


def test_the_worker_ends_sessions_every_minute_and_forgets_them_every_hour() -> None:
    seconds = {job.name: job.seconds for job in JOBS}
    assert seconds["end what is over"] <= 60
    assert seconds["forget old sessions"] <= 3600
