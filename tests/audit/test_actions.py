"""An event is kept with what it tells of or not at all, in one chain a municipality, also when many write at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier, Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.audit.conftest import Write
from tests.audit.keys import SealingKeys
from tests.conftest import NOON
from webapp.audit import domain, queries
from webapp.audit.actions import record
from webapp.audit.domain import START, Action, Detail, Head, canonical, verify
from webapp.kernel.errors import StartError
from webapp.municipalities.models import MunicipalityRow
from webapp.storage.session import Database


def events(log: Database, municipality: str = "fjordvik") -> list[domain.Event]:
    """Answer a whole chain, and see that nothing is wrong with it."""
    assert log.keys is not None
    with log.reading() as session:
        found = queries.events(session, municipality)
        end = queries.head(session, municipality)
    assert verify(found, log.keys.audit_code) is None
    assert end == (Head(municipality, found[-1].sequence, found[-1].hash) if found else Head(municipality))
    return found


def look(session: Session, municipality: str = "fjordvik", at: datetime = NOON) -> int:
    """Record a look at a case."""
    return record(session, municipality=municipality, action=Action.LOOKED, actor="staff:1", at=at)


def test_an_event_keeps_all_that_was_told_and_who_comes_next_follows_it(log: Database) -> None:
    details: dict[str, Detail] = {"roles": ["editor", "reviewer"], "tries": 3, "is_new": True, "by": "link"}
    with log.writing() as session:
        first = record(
            session, municipality="fjordvik", action=Action.STAFF_CHANGED, actor="staff:1", object_kind="staff",
            object_id="staff:2", why="new work", details=details, at=NOON,
        )  # fmt: skip
        second = look(session)
    found = events(log)
    assert (first, second, len(found)) == (1, 2, 2)
    assert found[0] == domain.Event(
        "fjordvik", 1, NOON, "staff:1", "staff_changed", "staff", "staff:2", "new work", details, "first", START,
        found[0].hash,
    )  # fmt: skip
    assert found[1].previous == found[0].hash
    assert (found[1].object_kind, found[1].object_id, found[1].why, found[1].details) == ("", "", "", {})


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_an_event_has_the_same_bytes_when_it_comes_back_from_the_database(log: Database, microsecond: int) -> None:
    at = datetime(2026, 10, 25, 2, 30, 0, microsecond, tzinfo=timezone(timedelta(hours=2)))
    with log.writing() as session:
        look(session, at=at)
    (found,) = events(log)
    assert found.at == at
    assert f'"at":"2026-10-25T00:30:00.{microsecond:06d}+00:00"'.encode() in canonical(found)


def test_an_event_goes_with_the_transaction_that_it_tells_of(log: Database, write: Write) -> None:
    def fail() -> None:
        with log.writing() as session:
            session.add(MunicipalityRow(code="heidal", created_at=NOON))
            assert look(session) == len(before) + 1
            raise ZeroDivisionError

    for number in (0, 1):
        write(number)
        before = events(log)
        with pytest.raises(ZeroDivisionError):
            fail()
        assert events(log) == before
        with log.reading() as session:
            assert session.get(MunicipalityRow, "heidal") is None
            assert queries.municipalities(session) == ["fjordvik"] * number
    write()
    assert [one.sequence for one in events(log)] == [1, 2]


def test_personal_data_is_refused_and_nothing_is_written(log: Database) -> None:
    with pytest.raises(ValueError, match="an audit event holds ids only"), log.writing() as session:
        record(session, municipality="fjordvik", action=Action.SIGN_IN_FAILED, actor="kari@fjordvik.example", at=NOON)
    assert events(log) == []


def test_a_caller_that_goes_on_after_a_refusal_leaves_a_whole_chain(log: Database) -> None:
    with log.writing() as session:
        with pytest.raises(ValueError, match="ids only"):
            record(session, municipality="fjordvik", action=Action.DENIED, actor="01019012345", at=NOON)
        with pytest.raises(ValueError, match="without its zone"):
            look(session, at=NOON.replace(tzinfo=None))
    assert events(log) == []
    with log.reading() as session:
        assert queries.heads(session) == []


def test_without_keys_nothing_is_written(log: Database) -> None:
    log.keys = None
    with pytest.raises(StartError, match="no keys are open"), log.writing() as session:
        look(session)


def test_a_municipality_that_is_not_here_has_no_chain(log: Database) -> None:
    with pytest.raises(IntegrityError), log.writing() as session:
        look(session, "nowhere")


def test_municipalities_do_not_mix(log: Database, write: Write) -> None:
    write(2)
    write(3, municipality="dalsbygd")
    with log.writing() as session:
        assert (look(session), look(session, "dalsbygd"), look(session)) == (3, 4, 4)
    assert [one.sequence for one in events(log)] == [1, 2, 3, 4]
    assert {one.municipality for one in events(log, "dalsbygd")} == {"dalsbygd"}
    assert events(log)[0].hash != events(log, "dalsbygd")[0].hash


def test_a_clock_that_is_set_back_changes_no_order(log: Database, write: Write) -> None:
    times = [NOON, NOON - timedelta(hours=1), NOON + timedelta(days=1), NOON - timedelta(days=400)]
    for at in times:
        write(at=at)
    assert [one.at for one in events(log)] == times


def test_a_new_key_seals_what_is_new_and_the_old_events_stay_whole(log: Database, write: Write) -> None:
    write(2)
    log.keys = SealingKeys("first", "second")
    write(2)
    assert [one.key for one in events(log)] == ["first", "first", "second", "second"]


@pytest.mark.parametrize("verb", ["UPDATE audit_event SET actor = 'staff:2'", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_or_delete_an_event(log: Database, write: Write, verb: str) -> None:
    write(3)
    with pytest.raises(DBAPIError, match="audit events are never changed"), log.writing() as session:
        session.execute(text(f"{verb} WHERE sequence = 2"))
    assert len(events(log)) == 3


def test_the_database_refuses_to_empty_the_log_too(log: Database, write: Write) -> None:
    write(3)
    with pytest.raises(DBAPIError, match="audit events are never changed"), log.writing() as session:
        session.execute(text("DELETE FROM audit_event" if log.is_sqlite else "TRUNCATE audit_event"))
    assert len(events(log)) == 3


@pytest.mark.parametrize("begun", [0, 1])
def test_all_who_write_at_once_write_one_chain_without_a_gap(log: Database, write: Write, begun: int) -> None:
    write(begun)
    threads, each = 4, 10
    together = Barrier(threads)
    other = Database(log.engine.url.render_as_string(hide_password=False))  # as another process has it
    other.keys = log.keys

    def work(number: int) -> list[int]:
        together.wait(10)
        written = []
        for _ in range(each):
            with (log, other)[number % 2].writing() as session:
                written.append(look(session))
        return written

    with ThreadPoolExecutor(threads) as pool:
        written = [one for done in pool.map(work, range(threads)) for one in done]
    other.close()
    assert sorted(written) == list(range(begun + 1, begun + threads * each + 1))
    assert [one.sequence for one in events(log)] == list(range(1, begun + threads * each + 1))


@pytest.mark.parametrize("begun", [0, 1])
@pytest.mark.parametrize("is_kept", [True, False])
def test_who_comes_second_waits_for_the_first_and_follows_what_it_left(
    log: Database, write: Write, begun: int, *, is_kept: bool
) -> None:
    write(begun)
    started = Event()

    def second() -> int:
        started.set()
        with log.writing() as session:
            return look(session)

    with ThreadPoolExecutor(1) as pool:
        with log.writing() as session:
            look(session)
            waiting = pool.submit(second)
            assert started.wait(10)
            assert not waiting.done()
            if not is_kept:
                session.rollback()
        assert waiting.result(10) == begun + 1 + is_kept
    assert len(events(log)) == begun + 1 + is_kept
