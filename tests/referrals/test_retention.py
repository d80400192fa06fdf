"""What has been kept for its time goes, all of it and nothing else, however a run ends (R1, F20, F21)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from tests.conftest import NOON
from tests.factories.outbox import put, with_keys
from tests.factories.referrals import CONTENT, SENT, send
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.cli import cli
from webapp.content.actions import import_parts
from webapp.content.domain.facts import FACTS
from webapp.content.domain.fields import Scalar, WrittenMapping
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.gateways.deliveries import handlers
from webapp.identity.actions import sessions
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.sessions import Kind, Why
from webapp.identity.models import InvitationRow, SessionRow
from webapp.kernel.clock import NORWAY, FixedClock, local_day
from webapp.kernel.errors import NotFoundError
from webapp.operations.jobs import write_erasures
from webapp.referrals import jobs, queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act, State
from webapp.referrals.domain.retention import DAYS, days_kept, due_on, ended_before
from webapp.referrals.jobs import Counts, days_by_facts, delete_what_is_due
from webapp.referrals.models import EntryRow, NameRow, ReferralRow, UnsentRow
from webapp.settings import Settings
from webapp.storage import outbox, schema, working_copies
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database
from webapp.storage.working_copies import WorkingCopyRow
from webapp.worker import JOBS

DAY = timedelta(days=1)


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


@pytest.fixture
def on_sqlite(database: Database, settings: Settings, clock: FixedClock) -> Database:
    """The same, on SQLite alone: for what is looked for in its file."""
    return with_keys(database, settings, clock)


def reach(database: Database, state: State, at: datetime = NOON, municipality: str = "fjordvik") -> str:
    """Send a referral and bring it to a state, all at one time; answer its id."""
    found = send(database, municipality=municipality, at=at).id
    with database.writing() as session:
        row = queries.referral(session, municipality, found, is_held=True)
        if state is not State.RECEIVED:
            handling.take(session, row, by="kari", at=at)
        if state is State.ANSWERED:
            handling.tell(session, row, Act.ANSWERED, "Ja", by="kari", at=at, way="message")
        elif state is State.CLOSED:
            handling.close(session, row, "Ferdig", by="kari", at=at)
        elif state is State.WITHDRAWN:
            handling.withdraw(session, row, at=at)
    return found


def run(database: Database, clock: FixedClock, days: int = DAYS, **how: Any) -> dict[str, Counts]:
    return delete_what_is_due(database, clock, lambda _: days, **how)


def is_there(database: Database, referral: str, municipality: str = "fjordvik") -> bool:
    try:
        with database.reading() as session:
            return bool(queries.referral(session, municipality, referral).content)
    except NotFoundError:
        return False


def counted(database: Database, municipality: str = "fjordvik") -> list[int]:
    """Answer the counts of what was deleted, as the audit log has them."""
    of = (EventRow.municipality == municipality, EventRow.action == Action.REFERRALS_DELETED)
    with database.reading() as session:
        found = session.scalars(select(EventRow).where(*of).order_by(EventRow.sequence)).all()
    assert all(one.details["class"] == "referral" and not one.object_id for one in found)
    return [one.details["count"] for one in found]


@pytest.mark.parametrize("days", [DAYS, 1, 0])
def test_a_referral_goes_on_its_day_and_not_before_and_only_where_it_has_ended(
    municipal: Database, clock: FixedClock, days: int
) -> None:
    found = {state: reach(municipal, state) for state in State}
    still_open = set(State) - {State.CLOSED, State.WITHDRAWN}
    for passed, left in ((days - 1, set(State)), (days, still_open), (days + 1, still_open)):
        clock.time = NOON + passed * DAY
        gone = run(municipal, clock, days)["fjordvik"].deleted
        assert gone == (2 if passed == days else 0), passed
        assert {state for state, one in found.items() if is_there(municipal, one)} == left
    assert counted(municipal) == [2]


def test_one_that_nobody_ever_closed_is_kept_and_said(municipal: Database, clock: FixedClock) -> None:
    kept = [reach(municipal, state) for state in (State.RECEIVED, State.ASSIGNED, State.ANSWERED)]
    clock.time = NOON + 3000 * DAY
    assert run(municipal, clock) == {"fjordvik": Counts(0, 0, 3)}
    assert all(is_there(municipal, one) for one in kept)


@pytest.mark.parametrize(("setting", "days"), [
    (None, DAYS), ({}, DAYS), ({"referral": None}, DAYS), ({"referral": 0}, 0), ({"referral": 365}, 365),
])  # fmt: skip
def test_a_setting_that_is_empty_is_the_default_and_0_is_0(setting: dict[str, int] | None, days: int) -> None:
    assert days_kept(setting) == days


@pytest.mark.parametrize(("written", "faults"), [
    ("0", 0), ("90", 0), ("3650", 0), ("", 1), ("-1", 1), ("3651", 1), ("90 dager", 1), ("9,5", 1),
])  # fmt: skip
def test_the_files_take_whole_days_only(written: str, faults: int) -> None:
    (field,) = [field for field in FACTS.common if field.name == "retention"]
    found: list[str] = []
    node = WrittenMapping(((Scalar("referral", 2), Scalar(written, 2)),), 1)
    field.type.read(node, "retention", lambda _line, _at, wrong: found.append(wrong))
    assert len(found) == faults, found


def test_a_municipality_that_keeps_them_longer_keeps_them_longer(
    municipal: Database, clock: FixedClock, real_content: Reading
) -> None:
    key = PageKey("fjordvik", "municipality", "fjordvik", "common")
    facts = {**real_content.parts[key].fields, "retention": {"referral": 120}}
    parts = {**real_content.parts, key: replace(real_content.parts[key], fields=facts)}
    with municipal.writing() as session:
        import_parts(session, parts, fingerprint="tests", at=NOON)
    days_of = days_by_facts(municipal)
    assert [days_of(code) for code in ("fjordvik", "dalsbygd", "nedlagt")] == [120, DAYS, DAYS]
    ours, theirs = reach(municipal, State.CLOSED), reach(municipal, State.CLOSED, municipality="dalsbygd")
    clock.time = NOON + 90 * DAY
    counts = delete_what_is_due(municipal, clock, days_of)
    assert {code: found.deleted for code, found in counts.items()} == {"dalsbygd": 1, "fjordvik": 0}
    assert is_there(municipal, ours)
    assert not is_there(municipal, theirs, "dalsbygd")
    assert (counted(municipal), counted(municipal, "dalsbygd")) == ([], [1])


@pytest.mark.parametrize(("ended", "goes"), [
    (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 23)),
    (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 24)),  # midnight in Norway: another day
    (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 29)),  # the day with 23 hours
    (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 29)),
    (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 30)),
    (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), date(2027, 11, 1)),  # the day with 25 hours
    (datetime(2027, 10, 31, 22, 59, tzinfo=UTC), date(2027, 11, 1)),
    (datetime(2028, 2, 28, 12, 0, tzinfo=UTC), date(2028, 2, 29)),
])  # fmt: skip
def test_a_day_is_one_of_the_calendar_also_when_clocks_are_moved(
    on_sqlite: Database, clock: FixedClock, ended: datetime, goes: date
) -> None:
    assert due_on(State.CLOSED, ended, 1) == goes
    found = reach(on_sqlite, State.CLOSED, ended)
    midnight = datetime.combine(goes, time.min, NORWAY).astimezone(UTC)
    for clock.time, is_kept in ((midnight - timedelta(seconds=1), True), (midnight, False)):
        run(on_sqlite, clock, 1)
        assert is_there(on_sqlite, found) is is_kept, clock.time


TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES, TIMES, st.integers(0, 3650))
def test_what_ended_before_that_midnight_is_what_is_due_by_its_day(ended: datetime, now: datetime, days: int) -> None:
    goes = due_on(State.CLOSED, ended, days)
    assert goes is not None
    assert (ended < ended_before(now, days)) == (goes <= local_day(now))
    assert due_on(State.ANSWERED, None, days) is None


def test_what_is_held_stays_until_the_hold_is_taken_away(municipal: Database, clock: FixedClock) -> None:
    found = reach(municipal, State.CLOSED)
    for is_held, after in ((True, Counts(0, 1, 0)), (False, Counts(1, 0, 0))):
        with municipal.writing() as session:
            row = queries.referral(session, "fjordvik", found, is_held=True)
            handling.hold(session, row, is_held=is_held, by="kari", at=NOON)
        clock.time = NOON + 500 * DAY
        assert run(municipal, clock) == {"fjordvik": after}
        assert is_there(municipal, found) is is_held


def test_what_was_held_when_it_was_taken_back_is_kept_too(municipal: Database, clock: FixedClock) -> None:
    found = reach(municipal, State.RECEIVED)
    with municipal.writing() as session:
        row = queries.referral(session, "fjordvik", found, is_held=True)
        handling.hold(session, row, is_held=True, by="kari", at=NOON)
        handling.withdraw(session, row, at=NOON)
    clock.time = NOON + 500 * DAY
    assert run(municipal, clock) == {"fjordvik": Counts(0, 1, 0)}
    assert is_there(municipal, found)


def test_neither_a_late_note_nor_taking_it_back_keeps_it_longer_but_opening_it_again_does(
    municipal: Database, clock: FixedClock
) -> None:
    noted, taken_back, opened = (reach(municipal, State.CLOSED) for _ in range(3))
    late = NOON + 50 * DAY
    with municipal.writing() as session:
        handling.note(session, queries.referral(session, "fjordvik", noted), "x", by="kari", at=late)
        handling.withdraw(session, queries.referral(session, "fjordvik", taken_back), at=late)
        again = queries.referral(session, "fjordvik", opened)
        handling.write(session, again, "Nå igjen", at=late)
        handling.close(session, again, "Ferdig", by="kari", at=late)
    clock.time = NOON + 90 * DAY
    assert run(municipal, clock)["fjordvik"].deleted == 2
    assert [is_there(municipal, one) for one in (noted, taken_back, opened)] == [False, False, True]


def test_a_second_run_deletes_nothing_and_a_dry_one_changes_nothing(municipal: Database, clock: FixedClock) -> None:
    found = [reach(municipal, State.CLOSED) for _ in range(3)]
    clock.time = NOON + 90 * DAY
    assert [run(municipal, clock, is_dry_run=True)["fjordvik"].deleted for _ in "ab"] == [3, 3]
    assert all(is_there(municipal, one) for one in found)
    assert run(municipal, clock)["fjordvik"].deleted == 3
    assert run(municipal, clock) == {}
    assert counted(municipal) == [3]


def test_more_than_a_batch_goes_in_several_transactions_each_with_its_count(
    municipal: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    for _ in range(5):
        reach(municipal, State.CLOSED)
    clock.time = NOON + 90 * DAY
    assert run(municipal, clock)["fjordvik"].deleted == 5
    assert counted(municipal) == [2, 2, 1]


def test_everything_that_hangs_on_it_goes_with_it(municipal: Database, clock: FixedClock) -> None:
    found, kept = reach(municipal, State.CLOSED), reach(municipal, State.ASSIGNED)
    with municipal.writing() as session:
        handling.keep_unsent(session, queries.referral(session, "fjordvik", found), "Kjære", by="kari", at=NOON)
        parked = {"state": outbox.PARKED, "ended_at": NOON}
        session.execute(update(MessageRow).where(MessageRow.about == found).values(**parked))
    clock.time = NOON + 90 * DAY
    run(municipal, clock)
    with municipal.reading() as session:
        for table in (EntryRow, UnsentRow, NameRow):
            left = session.scalars(select(table.referral).distinct()).all()
            assert set(left) <= {kept}, table
        row = session.get_one(ReferralRow, found)
        assert (row.content, row.telephone_index, row.email_index, row.about) == ("{}", "", "", [])
        assert row.deleted_at == clock.time
        (invited,) = session.scalars(select(InvitationRow).where(InvitationRow.subject == found))
        assert (invited.email, invited.telephone, invited.resident) == (None, None, None)
        assert invited.revoked_at == clock.time
        told = session.scalars(select(MessageRow).where(MessageRow.about == found)).all()
        assert [(message.state, message.payload) for message in told] == [(outbox.CANCELLED, None)] * 2
    assert is_there(municipal, kept)


def test_old_working_copies_and_ended_sessions_go_in_the_same_run(municipal: Database, clock: FixedClock) -> None:
    with municipal.writing() as session:
        for name, until in (("old", NOON + DAY), ("new", NOON + 2 * DAY)):
            working_copies.save(session, "fjordvik", name, {"x": {"y": 1}}, expires_at=until)
        ended, _ = sessions.begin(session, Beginning("fjordvik", Kind.PARTY, "åse"), {"parked": "tekst"}, at=NOON)
        sessions.end(session, "fjordvik", ended.id, Why.LOGGED_OUT, at=NOON)
    clock.time = NOON + DAY + timedelta(seconds=1)
    run(municipal, clock, is_dry_run=True)
    assert sizes(municipal) == (2, 1)
    run(municipal, clock)
    assert sizes(municipal) == (1, 0)


def sizes(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        tables = (WorkingCopyRow, SessionRow)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


KILLED = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from webapp.kernel.clock import FixedClock
from webapp.municipalities import models
from webapp.referrals import jobs
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.session import Database

folder, url, at, after = sys.argv[1:]
clock, database, seen = FixedClock(datetime.fromisoformat(at)), Database(url), 0
open_keys(database, load({"AVKLART_DATA": folder}), clock)

@event.listens_for(database.engine, "before_cursor_execute")
def count(_connection, _cursor, statement, *_):
    global seen
    seen += statement.startswith("UPDATE referral SET")
    if seen > int(after):
        os.kill(os.getpid(), signal.SIGKILL)

jobs.BATCH = 3
jobs.delete_what_is_due(database, clock, lambda _: 90)
"""


@pytest.mark.parametrize(("after", "whole"), [(1, 0), (3, 3), (7, 6)])
def test_a_run_that_is_killed_half_way_has_deleted_whole_batches_and_the_next_one_goes_on(
    municipal: Database, settings: Settings, clock: FixedClock, after: int, whole: int
) -> None:
    for _ in range(10):
        reach(municipal, State.CLOSED)
    clock.time = NOON + 90 * DAY
    url = municipal.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, str(settings.data), url, clock.time.isoformat(), str(after)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert sum(counted(municipal)) == whole
    assert run(municipal, clock)["fjordvik"].deleted == 10 - whole
    assert sum(counted(municipal)) == 10
    assert run(municipal, clock) == {}


TELLING = (
    ReferralRow.content_sealed, ReferralRow.telephone_index, ReferralRow.email_index, EntryRow.text_sealed,
    UnsentRow.text_sealed, NameRow.part, InvitationRow.email_sealed, InvitationRow.telephone_sealed,
    MessageRow.payload_sealed,
)  # fmt: skip


def stored(database: Database) -> set[bytes]:
    """Answer pieces of all that is stored of referrals and tells anything: sealed texts, indexes, contacts."""
    with database.reading() as session:
        values = [str(value or "") for column in TELLING for value in session.scalars(select(column))]
    return {value[at : at + 40].encode() for value in values for at in range(0, len(value) - 39, 200)}


def content_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_after_a_run_no_byte_of_a_deleted_case_is_left_in_any_file(
    on_sqlite: Database, settings: Settings, clock: FixedClock
) -> None:
    words = "kanarifugl " * 300
    letter = {"to": "kanari@sanger.example", "subject": "x", "text": words, "sender_name": "x"}
    sent = replace(SENT, about=("task:kanarioppgave",), content=replace(CONTENT, text=words))
    for number in range(40):
        row = send(on_sqlite, sent)
        with on_sqlite.writing() as session:
            found = queries.referral(session, "fjordvik", row.id)
            handling.note(session, found, words[: 60 * number], by="kari", at=NOON)
            handling.keep_unsent(session, found, words, by="kari", at=NOON)
            handling.close(session, found, "Ferdig", by="kari", at=NOON)
        put(on_sqlite, row.id, payload=letter)
    before = content_of(settings.data)
    canaries = {one for one in {b"kanarioppgave", *stored(on_sqlite)} if one in before}  # the others lie on two pages
    assert b"kanarioppgave" in canaries
    assert len(canaries) > 1000
    clock.time = NOON + 90 * DAY
    assert run(on_sqlite, clock)["fjordvik"].deleted == 40
    assert outbox.drain(on_sqlite, clock, handlers(settings), Event()) == 0
    assert not (settings.data / "mail").exists(), "what waited is never written"
    write_erasures(on_sqlite, clock, settings)  # where the journal is written ahead it is emptied then
    assert [canary for canary in canaries if canary in content_of(settings.data)] == []


def test_the_command_says_what_would_go_and_what_has_gone(site_settings: Settings) -> None:
    database = Database(site_settings.database_url)
    schema.migrate(database)
    long_ago = datetime.now(UTC) - 100 * DAY
    clock = FixedClock(long_ago)
    open_keys(database, site_settings, clock)
    for state in (State.CLOSED, State.WITHDRAWN, State.RECEIVED):
        reach(database, state, long_ago)
    environ = {"AVKLART_DATA": str(site_settings.data), "PATH": os.environ["PATH"]}
    said = [
        CliRunner().invoke(cli, ["retention", "run", *flags], env=environ, catch_exceptions=False).output
        for flags in (["--dry-run"], [], [])
    ]
    open_one = "; 1 as old but never closed: only a caseworker can do that\n"
    assert said == [
        f"fjordvik: 2 referrals would be deleted{open_one}",
        f"fjordvik: 2 referrals deleted{open_one}",
        f"fjordvik: 0 referrals deleted{open_one}",
    ]
    database.close()


def test_the_worker_does_it_every_day() -> None:
    (job,) = [job for job in JOBS if job.name == "delete old referrals"]
    assert job.seconds <= 24 * 3600
