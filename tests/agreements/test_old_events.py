"""The audit log goes after its time, and never what happened since the oldest thing that is held came (R1)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.audit.conftest import tamper
from tests.conftest import NOON
from tests.factories.agreements import start
from tests.factories.outbox import with_keys
from tests.factories.referrals import send
from webapp.agreements.jobs import OldEvents, count_old_events, days_by_facts, delete_old_events
from webapp.audit import domain as audit
from webapp.audit.actions import record
from webapp.audit.models import EventRow
from webapp.audit.verifying import Found, verify_chain
from webapp.cli import cli
from webapp.content.domain.facts import FACTS
from webapp.content.domain.fields import Scalar, WrittenMapping
from webapp.kernel.clock import NORWAY, FixedClock
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.jobs import Counts
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.keys import open_keys
from webapp.storage.session import Database
from webapp.worker import JOBS

DAY = timedelta(days=1)


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def look(database: Database, number: int = 1, municipality: str = "fjordvik", at: datetime = NOON) -> None:
    for _ in range(number):
        with database.writing() as session:
            record(session, municipality=municipality, action=audit.Action.LOOKED, actor="kari", at=at)


def times(database: Database, municipality: str = "fjordvik") -> list[datetime]:
    """Answer when what is kept happened, but for what tells of deletions."""
    wanted = select(EventRow.at).where(EventRow.municipality == municipality, EventRow.action != "events_deleted")
    with database.reading() as session:
        return list(session.scalars(wanted.order_by(EventRow.sequence)))


def is_whole(database: Database) -> bool:
    assert database.keys is not None
    return verify_chain(database, database.keys.audit_code, "fjordvik").fault is None


@pytest.mark.parametrize(("days", "is_gone"), [(729, False), (730, True), (731, True)])
def test_an_event_goes_after_twenty_four_months(
    municipal: Database, clock: FixedClock, days: int, *, is_gone: bool
) -> None:
    look(municipal, 3)
    look(municipal, 2, municipality="dalsbygd")
    clock.time = NOON + days * DAY
    gone = {"dalsbygd": 2 * is_gone, "fjordvik": 3 * is_gone}
    for is_dry_run in (True, False):
        found = delete_old_events(municipal, clock, is_dry_run=is_dry_run)
        assert {code: one.counts.deleted for code, one in found.items()} == gone
    assert len(times(municipal)) == 3 * (not is_gone)
    again = delete_old_events(municipal, clock)
    assert {one.counts for one in again.values()} == {Counts(0, 0, 0)}
    assert is_whole(municipal)


def test_a_day_is_one_of_the_calendar_in_norway(municipal: Database, clock: FixedClock) -> None:
    late, early = datetime(2026, 11, 22, 22, 59, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    look(municipal, at=late)
    look(municipal, at=early)
    goes = datetime.combine((NOON + 730 * DAY).date(), time.min, NORWAY).astimezone(UTC)
    for now, left in ((goes - timedelta(seconds=1), [late, early]), (goes, [early]), (goes + DAY, [])):
        clock.time = now
        delete_old_events(municipal, clock)
        assert times(municipal) == left


def test_what_happened_since_the_oldest_thing_that_is_held_came_stays(municipal: Database, clock: FixedClock) -> None:
    look(municipal, 2)
    held = send(municipal, at=NOON + DAY).id
    look(municipal, 2, at=NOON + 2 * DAY)
    for is_held, after in ((True, Counts(2, 3, 0)), (False, Counts(3, 0, 0))):
        with municipal.writing() as session:
            row = queries.referral(session, "fjordvik", held, is_held=True)
            handling.hold(session, row, is_held=is_held, by="kari", at=NOON + 900 * DAY)
        clock.time = NOON + 1000 * DAY
        assert count_old_events(municipal, clock, "fjordvik", 730) == after
        assert delete_old_events(municipal, clock)["fjordvik"] == OldEvents(after)
        with municipal.reading() as session:
            about = session.scalars(select(EventRow.at).where(EventRow.object_id == held)).all()
        assert (NOON + DAY in about) is is_held
    assert is_whole(municipal)


def test_an_agreement_that_is_held_keeps_the_log_too_and_no_other_municipality_s(
    municipal: Database, clock: FixedClock
) -> None:
    look(municipal)
    look(municipal, municipality="dalsbygd")
    with municipal.writing() as session:
        start(session, at=NOON + DAY).row(session).is_held = True
    look(municipal, at=NOON + 2 * DAY)
    look(municipal, municipality="dalsbygd", at=NOON + 2 * DAY)
    clock.time = NOON + 1000 * DAY
    found = delete_old_events(municipal, clock)
    assert found["fjordvik"].counts.deleted == 1
    assert found["fjordvik"].counts.held >= 2
    assert found["dalsbygd"].counts == Counts(2, 0, 0)
    assert times(municipal)[0] == NOON + DAY


@pytest.mark.parametrize(("written", "faults"), [("365", 0), ("3650", 0), ("364", 1), ("0", 1), ("3651", 1), ("x", 1)])
def test_the_files_take_a_year_at_the_least(written: str, faults: int) -> None:
    (field,) = [field for field in FACTS.common if field.name == "retention"]
    found: list[str] = []
    node = WrittenMapping(((Scalar("audit", 2), Scalar(written, 2)),), 1)
    field.type.read(node, "retention", lambda _line, _at, wrong: found.append(wrong))
    assert len(found) == faults, found


def test_a_municipality_that_says_nothing_keeps_them_for_twenty_four_months(municipal: Database) -> None:
    assert days_by_facts(municipal, audit.CLASS, audit.DAYS)("fjordvik") == 730


def test_a_broken_log_is_kept_and_the_others_go(municipal: Database, clock: FixedClock) -> None:
    look(municipal, 2)
    look(municipal, 2, municipality="dalsbygd")
    tamper(municipal, "UPDATE audit_event SET actor = 'x' WHERE municipality = 'dalsbygd' AND sequence = 1")
    clock.time = NOON + 1000 * DAY
    found = delete_old_events(municipal, clock)
    assert found["fjordvik"] == OldEvents(Counts(2, 0, 0))
    assert found["dalsbygd"].counts.deleted == 0
    assert str(found["dalsbygd"].fault).startswith("dalsbygd: event 1 was changed")
    assert len(times(municipal, "dalsbygd")) == 2


def test_the_command_says_what_would_go_and_what_has_gone(site_settings: Settings) -> None:
    database = Database(site_settings.database_url)
    schema.migrate(database)
    open_keys(database, site_settings, FixedClock(NOON))
    look(database, 2, at=datetime.now(UTC) - 900 * DAY)
    look(database, at=datetime.now(UTC) - 10 * DAY)
    environ = {"AVKLART_DATA": str(site_settings.data), "PATH": os.environ["PATH"]}

    def run(*flags: str) -> tuple[int, list[str]]:
        done = CliRunner().invoke(cli, ["retention", "run", *flags], env=environ, catch_exceptions=False)
        return done.exit_code, done.output.splitlines()

    none = "there are no referrals and no agreements"
    assert run("--dry-run") == (0, ["fjordvik: of the audit log, 2 events would be deleted", none])
    assert run() == (0, ["fjordvik: of the audit log, 2 events deleted", none])
    assert run() == (0, [none])
    assert database.keys is not None
    assert verify_chain(database, database.keys.audit_code, "fjordvik") == Found(2, 2)
    tamper(database, "UPDATE audit_event SET actor = 'x' WHERE sequence = 3")
    look(database, at=datetime.now(UTC))
    tamper(database, "UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE sequence = 3")
    code, told = run()
    assert code == 1
    assert any(line.endswith("nothing of a broken audit log is deleted") for line in told)
    database.close()


def test_the_worker_does_it_every_day() -> None:
    (job,) = [job for job in JOBS if job.name == "delete old events"]
    assert job.seconds <= 24 * 3600
