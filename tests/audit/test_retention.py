"""The beginning of a log goes when it is old, and the chain still shows what was done to it (R1, F20, F25)."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.exc import DBAPIError

from tests.audit.conftest import Write, begin, tamper, writer
from tests.audit.keys import SealingKeys
from tests.conftest import NOON
from webapp.audit import actions, jobs, queries, verifying
from webapp.audit.cli import verify_all
from webapp.audit.domain import START, Action, Anchor, Event, Head, canonical_anchor
from webapp.audit.files import read
from webapp.audit.jobs import Deletion, delete_old, write_audit_heads
from webapp.audit.models import AnchorRow, EventRow
from webapp.audit.verifying import Found, verify_chain
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.storage import schema
from webapp.storage.session import Database

SEAL = SealingKeys().audit_code
DAY = timedelta(days=1)
THEN = NOON + 800 * DAY
"""When what happened at noon is old."""
BETWEEN = NOON + 400 * DAY


def run(log: Database, before: datetime = BETWEEN, at: datetime = THEN) -> Deletion:
    """Delete what is from before a time."""
    return delete_old(log, FixedClock(at), "fjordvik", lambda _session: before)


def kept(log: Database, municipality: str = "fjordvik") -> list[int]:
    """Answer the sequences that are there."""
    of = select(EventRow.sequence).where(EventRow.municipality == municipality)
    with log.reading() as session:
        return list(session.scalars(of.order_by(EventRow.sequence)))


def anchor_of(log: Database) -> Anchor:
    with log.reading() as session:
        return queries.anchor(session, "fjordvik")


def all_events(log: Database) -> list[Event]:
    with log.reading() as session:
        return queries.events(session, "fjordvik")


def said(log: Database) -> str:
    """Answer the first broken link of the chain, or nothing where it is whole."""
    fault = verify_chain(log, SEAL, "fjordvik").fault
    return fault.what if fault else ""


@pytest.fixture
def aged(log: Database, write: Write) -> Database:
    """A log of eight events, five of which are old; another municipality's is as old, and is not asked about."""
    write(5)
    write(3, at=THEN)
    write(4, municipality="dalsbygd")
    return log


def test_what_is_old_goes_and_the_rest_is_whole_from_where_it_begins(aged: Database) -> None:
    last = all_events(aged)[4]
    assert run(aged) == Deletion(5)
    assert kept(aged) == [6, 7, 8, 9]
    assert kept(aged, "dalsbygd") == [1, 2, 3, 4]
    anchor = anchor_of(aged)
    assert (anchor.sequence, anchor.hash, anchor.deleted, anchor.at) == (5, last.hash, 5, THEN)
    assert verify_chain(aged, SEAL, "fjordvik") == Found(4, 5)
    assert verify_chain(aged, SEAL, "dalsbygd") == Found(4)


def test_one_event_says_how_many_went_and_nothing_of_what_they_said(aged: Database) -> None:
    run(aged)
    told = all_events(aged)[-1]
    assert (told.action, told.actor, told.object_kind, told.object_id, told.why) == (
        Action.EVENTS_DELETED, "system", "", "", "",
    )  # fmt: skip
    assert told.details == {"class": "audit", "count": 5, "last": 5}


def test_a_second_run_deletes_nothing_and_says_nothing(aged: Database) -> None:
    run(aged)
    before = anchor_of(aged)
    assert run(aged) == Deletion(0)
    assert (anchor_of(aged), kept(aged)) == (before, [6, 7, 8, 9])


def test_a_log_of_which_everything_is_old_begins_with_what_tells_of_it(log: Database, write: Write) -> None:
    write(3)
    assert run(log) == Deletion(3)
    assert verify_chain(log, SEAL, "fjordvik") == Found(1, 3)
    assert run(log, THEN + DAY, THEN + 2 * DAY) == Deletion(1)  # in its time it goes as any other
    assert verify_chain(log, SEAL, "fjordvik") == Found(1, 4)
    with log.writing() as session:
        assert actions.record(session, municipality="fjordvik", action=Action.LOOKED, actor="x", at=THEN) == 6


def test_only_a_beginning_goes_also_where_a_clock_was_set_back(log: Database, write: Write) -> None:
    for at in (NOON, NOON, THEN, NOON, NOON):
        write(at=at)
    with log.reading() as session:
        assert queries.number_before(session, "fjordvik", BETWEEN) == 2
    assert run(log) == Deletion(2)
    assert kept(log) == [3, 4, 5, 6]


def test_what_happened_at_the_very_time_stays(log: Database, write: Write) -> None:
    for at in (BETWEEN - timedelta(microseconds=1), BETWEEN):
        write(at=at)
    assert run(log) == Deletion(1)
    assert kept(log) == [2, 3]


def test_many_go_in_batches_each_with_its_count(log: Database, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(queries, "AT_ONCE", 2)
    write(5)
    write(1, at=THEN)
    with log.reading() as session:
        assert queries.number_before(session, "fjordvik", BETWEEN) == 5
    assert run(log) == Deletion(5)
    assert [one.details["count"] for one in all_events(log) if one.action == "events_deleted"] == [2, 2, 1]
    assert verify_chain(log, SEAL, "fjordvik") == Found(4, 5)


def test_counting_changes_nothing(aged: Database) -> None:
    for _ in "ab":
        with aged.reading() as session:
            assert queries.number_before(session, "fjordvik", BETWEEN) == 5
    assert kept(aged) == list(range(1, 9))


def test_without_keys_nothing_is_deleted(aged: Database) -> None:
    aged.keys = None
    with pytest.raises(StartError, match="no keys are open"):
        run(aged)
    assert kept(aged) == list(range(1, 9))


def test_of_two_who_delete_at_once_one_does(aged: Database) -> None:
    with aged.reading() as session:
        old = queries.anchor(session, "fjordvik")
        going = queries.beginning(session, "fjordvik", after=0, before=BETWEEN, most=9)
    run(aged)
    with aged.writing() as session:
        assert actions.delete_beginning(session, old, going, at=THEN) == 0
    assert verify_chain(aged, SEAL, "fjordvik") == Found(4, 5)


TAMPERING: dict[str, str] = {
    "DELETE FROM audit_anchor": "event 1 is missing: event 6 stands in its place",
    "UPDATE audit_anchor SET sequence = 6":
        "the anchor at event 6 was changed, or was not sealed by the municipality's key",
    f"UPDATE audit_anchor SET hash = '{START}'":
        "the anchor at event 5 was changed, or was not sealed by the municipality's key",
    "UPDATE audit_anchor SET deleted = 4":
        "the anchor at event 5 was changed, or was not sealed by the municipality's key",
    "UPDATE audit_anchor SET at = '2030-01-01 00:00:00.000000+00:00'":
        "the anchor at event 5 was changed, or was not sealed by the municipality's key",
    "UPDATE audit_anchor SET key = 'lost'":
        "the anchor at event 5 was changed, or was not sealed by the municipality's key",
    "DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence = 6":
        "event 6 is missing: event 7 stands in its place",
    "DELETE FROM audit_event WHERE sequence = 7": "event 7 is missing: event 8 stands in its place",
    "UPDATE audit_event SET actor = 'x' WHERE sequence = 6":
        "event 6 was changed, or was not sealed by the municipality's key",
    "UPDATE audit_event SET sequence = 3 WHERE municipality = 'fjordvik' AND sequence = 7":
        "event 6 is missing: event 3 stands in its place",
    "DELETE FROM audit_event WHERE sequence > 7": "events after 7 are missing (truncated or an older database)",
    "DELETE FROM audit_event WHERE municipality = 'fjordvik'":
        "events after 5 are missing (truncated or an older database)",
    "DELETE FROM audit_head": "event 9 is the last, but its head says otherwise",
}  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERING)
def test_what_is_done_to_a_log_that_has_an_anchor_is_found_and_named(
    aged: Database, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    run(aged)
    tamper(aged, statement)
    for batch in (1, 2, 500):
        monkeypatch.setattr(verifying, "BATCH", batch)
        assert said(aged) == TAMPERING[statement], batch


def test_an_anchor_that_somebody_makes_without_the_key_opens_nothing(aged: Database) -> None:
    third = all_events(aged)[2]
    forged = Anchor("fjordvik", 3, third.hash, 3, THEN, "first")
    _, code = SealingKeys("first").audit_code("dalsbygd", canonical_anchor(forged), "first")  # another one's key
    tamper(aged, "DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence <= 3")
    for sealed in (third.hash, code):
        put(aged, forged, sealed)
        assert said(aged) == "the anchor at event 3 was changed, or was not sealed by the municipality's key"
        assert run(aged).deleted == 0  # nor does a right anchor ever take a wrong one's place


def put(log: Database, anchor: Anchor, code: str) -> None:
    tamper(log)
    with log.writing() as session:
        session.execute(delete(AnchorRow))
        session.add(
            AnchorRow(
                municipality=anchor.municipality, sequence=anchor.sequence, hash=anchor.hash, deleted=anchor.deleted,
                at=anchor.at, key=anchor.key, code=code,
            )
        )  # fmt: skip


def test_a_right_anchor_of_a_copy_that_went_further_is_told_of_by_no_event(aged: Database) -> None:
    further = Anchor("fjordvik", 3, all_events(aged)[2].hash, 3, THEN, "first")
    tamper(aged, "DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence <= 3")
    put(aged, further, SEAL("fjordvik", canonical_anchor(further), "first")[1])
    assert said(aged) == "no event tells of the deletion up to event 3"


@pytest.mark.parametrize("statement", [
    "UPDATE audit_event SET at = '2020-01-01 00:00:00.000000+00:00' WHERE municipality = 'fjordvik'",
    "UPDATE audit_event SET actor = 'x' WHERE municipality = 'fjordvik' AND sequence = 2",
    "DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence = 1",
])  # fmt: skip
def test_a_beginning_that_is_broken_stays_so_that_nobody_can_have_it_taken_away(aged: Database, statement: str) -> None:
    """Otherwise whoever makes events older in the database would have them deleted, and the chain whole without."""
    tamper(aged, statement)
    before, broken = kept(aged), said(aged)
    done = run(aged)
    assert done.deleted == 0
    assert done.fault is not None
    assert done.fault.what == broken != ""
    assert (kept(aged), said(aged), anchor_of(aged)) == (before, broken, Anchor("fjordvik"))


def test_a_row_that_only_sqlite_can_hold_stays_too(database: Database) -> None:
    write = writer(begin(database))
    write(5)
    tamper(database, "UPDATE audit_event SET at = 'yesterday' WHERE sequence = 3")
    done = run(database)
    assert (done.deleted, str(done.fault)) == (0, "fjordvik: an event after 0 cannot be read")
    tamper(database, "UPDATE audit_event SET at = '2026-11-22 12:00:00.000000' WHERE sequence = 3")
    assert run(database) == Deletion(5)
    tamper(database, "UPDATE audit_anchor SET at = 'yesterday'")
    assert said(database) == "event 1 cannot be read"


@pytest.mark.parametrize("statement", [
    "DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence = 6",
    "DELETE FROM audit_event WHERE municipality = 'dalsbygd' AND sequence = 1",
    "DELETE FROM audit_event",
    "UPDATE audit_event SET actor = 'x'",
    "UPDATE audit_anchor SET sequence = 4",
    "UPDATE audit_anchor SET deleted = 4",
    "DELETE FROM audit_anchor",
])  # fmt: skip
def test_the_database_itself_lets_go_of_nothing_but_what_the_anchor_says(aged: Database, statement: str) -> None:
    run(aged)
    with pytest.raises(DBAPIError, match="never changed"), aged.writing() as session:
        session.execute(text(statement))
    assert kept(aged) == [6, 7, 8, 9]


@pytest.mark.parametrize("table", ["audit_event", "audit_anchor"])
@pytest.mark.postgresql
def test_postgresql_empties_neither_table(postgresql_database: Database, table: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), postgresql_database.writing() as session:
        session.execute(text(f"TRUNCATE {table}"))


def test_heads_that_were_written_out_are_held_against_what_is_left(
    aged: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "heads.jsonl"
    whole = all_events(aged)
    write_audit_heads(aged, FixedClock(THEN), path)
    run(aged)
    write_audit_heads(aged, FixedClock(THEN), path)
    assert verify_all(aged, SEAL, path, "fjordvik")
    told = capsys.readouterr().out
    assert told == "fjordvik: 4 events are whole, after 5 that were deleted; compared with 2 written heads\n"
    heads = [*(head for head in read(path)[0] if head.municipality == "fjordvik"), Head("fjordvik", 2, "long gone")]
    assert verify_chain(aged, SEAL, "fjordvik", [*heads, Head("fjordvik", 5, whole[4].hash)]) == Found(4, 5)
    fault = verify_chain(aged, SEAL, "fjordvik", [*heads, Head("fjordvik", 5, START)]).fault
    assert str(fault) == "fjordvik: the anchor at event 5 was rewritten: another hash was written out for its event"


def test_heads_of_what_was_deleted_are_not_said_to_have_been_compared(
    log: Database, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "heads.jsonl"
    write(2)
    write_audit_heads(log, FixedClock(NOON), path)
    write(2)
    run(log)
    assert verify_all(log, SEAL, path)
    assert "could not be compared: " in capsys.readouterr().out


def test_a_log_that_was_deleted_from_while_it_is_verified_is_whole(
    aged: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BATCH", 2)
    other = Database(aged.engine.url.render_as_string(hide_password=False))
    other.keys = aged.keys
    done: list[Deletion] = []

    @event.listens_for(aged.engine, "checkin")
    def delete_after_the_first_batch(_connection: object, _record: object) -> None:
        if not done:
            done.append(run(other))

    assert verify_chain(aged, SEAL, "fjordvik") == Found(4, 5)
    assert done == [Deletion(5)]
    other.close()


def test_an_older_schema_keeps_the_anchor_for_when_the_newer_one_comes_back(aged: Database) -> None:
    run(aged)
    before = anchor_of(aged)
    schema.run(aged, "0022")
    with pytest.raises(DBAPIError, match="never changed"), aged.writing() as session:
        session.execute(text("DELETE FROM audit_event WHERE sequence = 6"))
    schema.run(aged, "head")
    assert anchor_of(aged) == before
    assert verify_chain(aged, SEAL, "fjordvik") == Found(4, 5)
    with aged.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM operation_mark")) == 0


KILLED = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from tests.audit.keys import SealingKeys
from webapp.audit import jobs
from webapp.kernel.clock import FixedClock
from webapp.municipalities import models
from webapp.storage.session import Database

url, before, at, verb, number = sys.argv[1:]
database, seen, jobs.BATCH = Database(url), 0, 2
database.keys = SealingKeys()

@event.listens_for(database.engine, "after_cursor_execute")
def count(_connection, _cursor, statement, *_):
    global seen
    seen += statement.startswith(verb)
    if seen >= int(number):
        os.kill(os.getpid(), 9)

jobs.delete_old(database, FixedClock(datetime.fromisoformat(at)), "fjordvik", lambda _: datetime.fromisoformat(before))
"""


@pytest.mark.parametrize(("verb", "number", "whole"), [
    ("INSERT INTO audit_anchor", 1, 0), ("DELETE FROM audit_event", 1, 0), ("UPDATE audit_head", 1, 0),
    ("INSERT INTO audit_anchor", 2, 2), ("DELETE FROM audit_event", 3, 4), ("UPDATE audit_head", 3, 4),
])  # fmt: skip
def test_a_run_that_is_killed_half_way_has_deleted_whole_batches_and_the_next_one_goes_on(
    aged: Database, verb: str, number: int, whole: int
) -> None:
    url = aged.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url, BETWEEN.isoformat(), THEN.isoformat(), verb, str(number)]
    assert subprocess.run(command, check=False).returncode == -9
    assert (anchor_of(aged).sequence, kept(aged)[0]) == (whole, whole + 1)
    assert said(aged) == ""
    assert run(aged) == Deletion(5 - whole)
    assert run(aged) == Deletion(0)
    with aged.reading() as session:
        assert session.scalar(select(func.sum(AnchorRow.sequence))) == 5
    assert said(aged) == ""


def test_after_a_run_no_byte_of_what_went_is_left_in_the_file(database: Database, tmp_path: Path) -> None:
    write = writer(begin(database))
    write(60, object_id="kanarifugl", why="kanarigrunn")
    write(3, at=THEN)
    hashes = [one.hash for one in all_events(database)[:59]]
    canaries = [b"kanarifugl", b"kanarigrunn", *(one.encode() for one in hashes)]

    def content() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("avklart.db*")) if path.is_file())

    assert [one for one in canaries if one not in content()] == []
    assert run(database).deleted == 60
    assert [one for one in canaries if one in content()] == []


def test_an_anchor_moves_on_under_a_new_key(log: Database, write: Write) -> None:
    write(2)
    run(log)
    log.keys = SealingKeys("first", "second")
    write(2)
    assert run(log, THEN + DAY).deleted == 3
    assert anchor_of(log).key == "second"
    assert verify_chain(log, log.keys.audit_code, "fjordvik") == Found(1, 5)
