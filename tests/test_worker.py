"""The worker: messages go out, each job at its time, a failure is said and stops nothing, it stops when told."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import IO

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.outbox import Receiver, put, row_of, states, with_keys
from tests.factories.servers import Mailbox, mail_server
from webapp import worker
from webapp.kernel.clock import FixedClock, local_day
from webapp.municipalities.models import MunicipalityRow
from webapp.papers import Papers
from webapp.search.jobs import NO_HIT
from webapp.settings import Settings
from webapp.storage import marks, schema
from webapp.storage.counters import CountRow, add_counts
from webapp.storage.outbox import LateAlarm
from webapp.storage.session import Database
from webapp.worker import BATCH, JOBS, MESSAGES_KEPT, Tools, deliver, run_due


@pytest.fixture
def tools(database: Database, settings: Settings, clock: FixedClock) -> Tools:
    """What the jobs of these tests work with."""
    return Tools(database, clock, settings, Papers(settings, clock))


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


def test_a_job_runs_at_once_and_then_again_when_its_time_has_passed(
    tools: Tools, database: Database, clock: FixedClock
) -> None:
    last: dict[str, float] = {}
    remember(database, "en", 91, clock)
    run_due(tools, last)
    assert words(database) == set()
    remember(database, "to", 91, clock)
    clock.time += timedelta(hours=23, minutes=59)
    run_due(tools, last)
    assert words(database) == {"to"}
    clock.time += timedelta(minutes=1)
    run_due(tools, last)
    assert words(database) == set()


def test_the_last_run_of_each_job_is_noted_and_how_it_went(
    tools: Tools, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_tools: Tools) -> None:
        raise OSError

    monkeypatch.setattr(worker, "JOBS", (*JOBS, worker.Job("fails", 60, fail)))
    run_due(tools, {})
    with database.reading() as session:
        found = marks.jobs(marks.all_marks(session))
    assert set(found) == {*(job.name for job in JOBS), "fails"}
    assert found["delete old referrals"] == marks.Mark(clock.now(), is_good=True, facts="")
    assert not found["fails"].is_good


def test_a_clock_that_is_set_back_runs_nothing_twice(tools: Tools, database: Database, clock: FixedClock) -> None:
    last: dict[str, float] = {}
    run_due(tools, last)
    remember(database, "to", 200, clock)
    clock.time -= timedelta(hours=2)
    run_due(tools, last)
    assert words(database) == {"to"}


def test_a_job_that_fails_is_said_and_tried_again_at_its_next_time(
    tools: Tools, database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    last: dict[str, float] = {}
    schema.run(database, "base")
    with caplog.at_level(logging.ERROR):
        run_due(tools, last)
        run_due(tools, last)
    said = [(record.name, record.getMessage(), vars(record)["facts"]) for record in caplog.records]
    assert said == [("avklart.worker", "job failed", {"job": job.name}) for job in JOBS]
    schema.run(database, "head")
    remember(database, "en", 100, clock)
    clock.time += timedelta(days=1)
    run_due(tools, last)
    assert words(database) == set()


def test_every_job_has_a_name_of_its_own_and_a_time() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.seconds > 0 for job in JOBS)


def test_messages_are_forgotten_ninety_days_after_their_end(tools: Tools) -> None:
    with_keys(tools.database, tools.settings, tools.clock)
    one = put(tools.database)
    deliver(tools, {"mail": Receiver()}, LateAlarm(), Event())
    clock = FixedClock(NOON + MESSAGES_KEPT)
    run_due(replace(tools, clock=clock), {})
    assert row_of(tools.database, one).state == "sent"
    clock.time += timedelta(seconds=1)
    run_due(replace(tools, clock=clock), {})
    assert states(tools.database) == []


def test_an_outbox_that_cannot_be_read_is_said_and_drained_when_it_can(
    tools: Tools, caplog: pytest.LogCaptureFixture
) -> None:
    schema.run(tools.database, "base")
    deliver(tools, {}, LateAlarm(), Event())
    assert caplog.records[-1].getMessage() == "outbox not drained"
    schema.run(tools.database, "head")
    with_keys(tools.database, tools.settings, tools.clock)
    one, receiver = put(tools.database), Receiver()
    deliver(tools, {"mail": receiver}, LateAlarm(), Event())
    assert receiver.ids == [one]


def test_jobs_come_in_between_when_many_messages_wait(tools: Tools) -> None:
    with_keys(tools.database, tools.settings, tools.clock)
    for n in range(BATCH + 1):
        put(tools.database, f"case{n}")
    receiver = Receiver()
    deliver(tools, {"mail": receiver}, LateAlarm(), Event())
    assert len(receiver.got) == BATCH


def lines_until(stream: IO[str], event: str) -> list[str]:
    """Read a process's log up to a line with an event, or to its end."""
    read = []
    for line in stream:
        read.append(line)
        if f'"event": "{event}"' in line:
            break
    return read


class SlowMailbox(Mailbox):
    """A mail server that takes its time over every mail, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.go_on = Event(), Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.busy.set()
        await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait, 30)
        return await super().handle_DATA(server, session, envelope)


def test_a_worker_told_to_stop_sends_the_message_under_way_and_no_other(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    with_keys(database, settings, FixedClock(now))
    letter = {"subject": "Hei", "text": "Du har en beskjed", "sender_name": "Fjordvik kommune"}
    ids = [put(database, at=now, payload={"to": "kari@fjordvik.example", **letter}) for _ in range(3)]
    box = SlowMailbox()
    with mail_server(box) as port:
        environment = {
            "AVKLART_DATA": str(settings.data),
            "AVKLART_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "AVKLART_MAIL_FROM": "ikke-svar@fjordvik.example",
        }
        with subprocess.Popen(
            [sys.executable, "-m", "webapp.worker"],
            env={**os.environ, **environment},
            stderr=subprocess.PIPE,
            text=True,
        ) as worker:
            assert worker.stderr is not None
            was_busy = box.busy.wait(30)
            worker.send_signal(signal.SIGTERM)
            box.go_on.set()
            assert lines_until(worker.stderr, "worker stopped")
            assert worker.wait(30) == 0
    assert was_busy
    assert [mail["Message-ID"] for mail in box.mails] == [f"<{ids[0]}@fjordvik.example>"]
    assert states(database) == ["sent", "queued", "queued"]


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
