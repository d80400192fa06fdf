"""Nameless counts: nothing is lost while the database is busy, and nothing is written twice."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.conftest import NOON
from webapp.kernel.clock import FixedClock
from webapp.municipalities.models import MunicipalityRow
from webapp.storage import counters
from webapp.storage.counters import MOST_KEYS, Counters, CountRow, add_counts, counts
from webapp.storage.session import Database

NAME = "search_no_hit"


def with_municipalities(database: Database) -> Database:
    """Answer a database that knows two municipalities."""
    with database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in ("fjordvik", "dalsbygd"))
    return database


@pytest.fixture
def counting(any_database: Database, clock: FixedClock) -> Iterator[Counters]:
    found = Counters(with_municipalities(any_database), clock)
    yield found
    found.close()


def stored(database: Database, municipality: str = "fjordvik") -> dict[str, int]:
    """Answer the stored counts of a municipality."""
    with database.reading() as session:
        return counts(session, municipality, NAME)


def test_a_count_is_not_written_before_it_is_flushed_and_then_once(counting: Counters, any_database: Database) -> None:
    counting.count("fjordvik", NAME, "sykkel")
    counting.count("fjordvik", NAME, "sykkel")
    counting.count("fjordvik", NAME, "taxi")
    counting.count("dalsbygd", NAME, "sykkel")
    assert stored(any_database) == {}
    for _ in range(3):
        counting.flush()
        assert stored(any_database) == {"sykkel": 2, "taxi": 1}
    assert stored(any_database, "dalsbygd") == {"sykkel": 1}


def test_those_who_count_a_word_first_at_the_same_moment_are_all_counted(any_database: Database) -> None:
    with_municipalities(any_database)
    together = Barrier(4)

    def count() -> None:
        together.wait()
        with any_database.writing() as session:
            add_counts(session, {("fjordvik", NOON.date(), NAME, "sykkel"): 1})

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(count) for _ in range(4)]:
            one.result()
    assert stored(any_database) == {"sykkel": 4}


def test_counts_are_added_to_those_of_before(counting: Counters, any_database: Database) -> None:
    for _ in range(3):
        counting.count("fjordvik", NAME, "sykkel")
        counting.flush()
    assert stored(any_database) == {"sykkel": 3}


def test_a_count_belongs_to_the_norwegian_day_on_which_it_was_counted(
    counting: Counters, any_database: Database, clock: FixedClock
) -> None:
    clock.time = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    counting.count("fjordvik", NAME, "sykkel")
    clock.time += timedelta(minutes=1)
    counting.count("fjordvik", NAME, "sykkel")
    counting.flush()
    with any_database.reading() as session:
        days = {row.day: row.number for row in session.scalars(select(CountRow))}
    assert days == {date(2026, 11, 22): 1, date(2026, 11, 23): 1}
    assert stored(any_database) == {"sykkel": 2}


def test_only_what_is_asked_for_is_counted_together(any_database: Database) -> None:
    with with_municipalities(any_database).writing() as session:
        day = date(2026, 11, 22)
        add_counts(session, {("fjordvik", day, NAME, "a"): 1, ("fjordvik", day, "other", "a"): 5})
        add_counts(session, {("dalsbygd", day, NAME, "a"): 7})
    assert stored(any_database) == {"a": 1}


def test_a_long_word_is_cut_to_what_the_table_takes(counting: Counters, any_database: Database) -> None:
    counting.count("fjordvik", NAME, "å" * 200)
    counting.flush()
    assert stored(any_database) == {"å" * 80: 1}


def test_counts_survive_a_locked_database_and_are_written_once_when_it_opens(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    @event.listens_for(database.engine, "connect")
    def be_quick(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 50")  # so that the test need not wait as long as a resident

    database.engine.dispose()
    counting = Counters(with_municipalities(database), clock)
    counting.count("fjordvik", NAME, "sykkel")
    blocker = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with caplog.at_level(logging.WARNING):
        counting.flush()
        counting.count("fjordvik", NAME, "sykkel")
        counting.count("fjordvik", NAME, "taxi")
        counting.flush()
    assert [record.getMessage() for record in caplog.records] == ["counts not written yet"] * 2
    blocker.execute("ROLLBACK")
    blocker.close()
    counting.flush()
    counting.close()
    assert stored(database) == {"sykkel": 2, "taxi": 1}


def test_counts_survive_a_database_that_refuses_them(any_database: Database, clock: FixedClock) -> None:
    counting = Counters(any_database, clock)
    counting.count("fjordvik", NAME, "sykkel")
    counting.flush()  # no such municipality yet
    with_municipalities(any_database)
    assert stored(any_database) == {}
    counting.flush()
    counting.flush()
    counting.close()
    assert stored(any_database) == {"sykkel": 1}


def test_closing_writes_what_is_waiting(counting: Counters, any_database: Database) -> None:
    counting.count("fjordvik", NAME, "sykkel")
    counting.close()
    counting.close()
    assert stored(any_database) == {"sykkel": 1}


def test_nothing_waiting_asks_nothing_of_the_database(any_database: Database, clock: FixedClock) -> None:
    counting = Counters(any_database, clock)

    @event.listens_for(any_database.engine, "before_cursor_execute")
    def refuse(*_: Any) -> None:
        raise AssertionError("asked")

    counting.flush()
    event.remove(any_database.engine, "before_cursor_execute", refuse)


def test_two_processes_that_count_at_once_lose_nothing(any_database: Database, clock: FixedClock) -> None:
    with_municipalities(any_database)
    processes = [Counters(any_database, clock) for _ in range(2)]

    def work(counting: Counters) -> None:
        for number in range(40):
            counting.count("fjordvik", NAME, f"ord{number % 3}")
            counting.flush()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, counting) for counting in processes]:
            done.result(60)
    for counting in processes:
        counting.close()
    assert stored(any_database) == {"ord0": 28, "ord1": 26, "ord2": 26}


def test_threads_that_count_while_others_flush_lose_nothing(database: Database, clock: FixedClock) -> None:
    counting = Counters(with_municipalities(database), clock)

    def work() -> None:
        for number in range(200):
            counting.count("fjordvik", NAME, "sykkel")
            if number % 40 == 0:
                counting.flush()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result(60)
    counting.close()
    assert stored(database) == {"sykkel": 800}


def test_memory_has_a_limit_and_what_is_known_goes_on_being_counted(database: Database, clock: FixedClock) -> None:
    counting = Counters(with_municipalities(database), clock)
    for number in range(MOST_KEYS + 50):
        counting.count("fjordvik", NAME, f"ord{number}")
    counting.count("fjordvik", NAME, "ord0")
    counting.close()
    found = stored(database)
    assert len(found) == MOST_KEYS
    assert found["ord0"] == 2


def test_the_thread_that_flushes_does_so_by_itself(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "FLUSH_SECONDS", 0.01)
    counting = Counters(with_municipalities(database), clock)
    counting.start()
    counting.count("fjordvik", NAME, "sykkel")
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while not (found := stored(database)) and datetime.now(UTC) < deadline:
        pass
    counting.close()
    assert found == {"sykkel": 1}
