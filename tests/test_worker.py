"""The worker: each job at its time, a failure is said and does not stop it, and it stops when it is told."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import IO

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from webapp.kernel.clock import FixedClock, local_day
from webapp.municipalities.models import MunicipalityRow
from webapp.search.jobs import NO_HIT
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.counters import CountRow, add_counts
from webapp.storage.session import Database
from webapp.worker import JOBS, run_due


def remember(database: Database, word: str, age: int, clock: FixedClock) -> None:
    """Store a word that was searched for some days ago."""
    with database.writing() as session:
        if session.get(MunicipalityRow, "fjordvik") is None:
            session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
            session.flush()
        add_counts(session, {("fjordvik", local_day(clock.now()) - timedelta(days=age), NO_HIT, word): 1})


def words(database: Database) -> set[str]:
    """Answer the words that are stored."""
    with database.reading() as session:
        return set(session.scalars(select(CountRow.word)))


def test_a_job_runs_at_once_and_then_again_when_its_time_has_passed(database: Database, clock: FixedClock) -> None:
    last: dict[str, float] = {}
    remember(database, "en", 91, clock)
    run_due(database, clock, last)
    assert words(database) == set()
    remember(database, "to", 91, clock)
    clock.time += timedelta(hours=23, minutes=59)
    run_due(database, clock, last)
    assert words(database) == {"to"}
    clock.time += timedelta(minutes=1)
    run_due(database, clock, last)
    assert words(database) == set()


def test_a_clock_that_is_set_back_runs_nothing_twice(database: Database, clock: FixedClock) -> None:
    last: dict[str, float] = {}
    run_due(database, clock, last)
    remember(database, "to", 200, clock)
    clock.time -= timedelta(hours=2)
    run_due(database, clock, last)
    assert words(database) == {"to"}


def test_a_job_that_fails_is_said_and_tried_again_at_its_next_time(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    last: dict[str, float] = {}
    schema.run(database, "base")
    with caplog.at_level(logging.ERROR):
        run_due(database, clock, last)
        run_due(database, clock, last)
    assert [(record.name, record.getMessage()) for record in caplog.records] == [("avklart.worker", "job failed")]
    assert vars(caplog.records[0])["facts"] == {"job": JOBS[0].name}
    schema.run(database, "head")
    remember(database, "en", 100, clock)
    clock.time += timedelta(days=1)
    run_due(database, clock, last)
    assert words(database) == set()


def test_every_job_has_a_name_of_its_own_and_a_time() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.seconds > 0 for job in JOBS)


def lines_until(stream: IO[str], event: str) -> list[str]:
    """Read a process's log up to a line with an event, or to its end."""
    read = []
    for line in stream:
        read.append(line)
        if f'"event": "{event}"' in line:
            break
    return read


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_worker_does_its_jobs_and_stops_when_it_is_told(settings: Settings, database: Database, name: str) -> None:
    now = FixedClock(datetime.now(UTC))
    remember(database, "gammelt", 92, now)
    remember(database, "nytt", 1, now)
    with subprocess.Popen(
        [sys.executable, "-m", "webapp.worker"],
        env={**os.environ, "AVKLART_DATA": str(settings.data)},
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stderr is not None
        assert lines_until(worker.stderr, "worker started")
        deadline = datetime.now(UTC) + timedelta(seconds=30)
        while "gammelt" in words(database) and datetime.now(UTC) < deadline:
            assert worker.poll() is None
        worker.send_signal(getattr(signal, name))
        rest = lines_until(worker.stderr, "worker stopped")
        assert worker.wait(30) == 0
    assert '"event": "worker stopped"' in rest[-1]
    assert words(database) == {"nytt"}
