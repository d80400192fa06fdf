"""`avklart doctor`: what is wrong is named, with what helps; what is well is said so."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.conftest import NOON
from tests.factories import outbox
from tests.factories.people import QUICK
from tests.factories.seals import write_seal
from tests.factories.servers import free_port
from tests.operations.conftest import House, only_postgresql, only_sqlite
from webapp.app import Avklart
from webapp.cli import cli
from webapp.kernel.clock import FixedClock
from webapp.operations import jobs
from webapp.operations.checks import examine
from webapp.operations.domain import Level
from webapp.settings import Settings
from webapp.storage import marks, schema
from webapp.storage.keys import open_keys
from webapp.storage.session import Database
from webapp.web.measuring import Meter


@pytest.fixture
def well(house: House) -> House:
    """An installation that nothing is wrong with, but that nothing is published in it."""
    schema.require_newest(house.database)
    jobs.beat(house.database, house.clock)
    house.made()
    with house.database.writing() as session:
        marks.put(session, marks.AUDIT, NOON)
    return house


def faults(house: House, *, settings: Settings | None = None) -> dict[str, str]:
    """Answer what is not well, but for the missing content: what, and what is said of it."""
    used = settings or house.settings
    with closing(Database(used.database_url, may_be_made=False)) as database:
        found = list(examine(used, database, house.clock))
    assert all(one.do for one in found if one.level is not Level.WELL), "a fault without what helps"
    passed_over = {"content"} if used.is_sqlite else {"content", "clock"}  # the server's clock is not the test's
    return {one.what: one.said for one in found if one.level is Level.FAULT and one.what not in passed_over}


def test_nothing_is_wrong_with_what_is_well(well: House) -> None:
    assert faults(well) == {}


def spoil_schema(house: House) -> None:
    schema.run(house.database, "0017")


def spoil_number(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def spoil_worker(house: House) -> None:
    house.clock.time += timedelta(minutes=3)


def spoil_backup(house: House) -> None:
    house.clock.time += timedelta(hours=27)
    jobs.beat(house.database, house.clock)


def spoil_outbox(house: House) -> None:
    outbox.put(house.database, at=NOON - timedelta(minutes=16))


def spoil_audit(house: House) -> None:
    with house.database.writing() as session:
        marks.put(session, marks.AUDIT, NOON, is_good=False)


def spoil_job(house: House) -> None:
    jobs.note_job(house.database, house.clock, "delete old referrals", is_good=False)


def spoil_clock(house: House) -> None:
    with house.database.writing() as session:
        marks.put(session, "job x", NOON + timedelta(hours=1))


def spoil_key(house: House) -> None:
    house.settings.master_key_file.unlink()
    house.settings.master_key_file.write_text("not a key\n")


def spoil_old_backups(house: House) -> None:
    assert house.settings.backups is not None
    house.settings.backups.mkdir(exist_ok=True)
    (house.settings.backups / "avklart-20260901T120000Z.backup").write_bytes(b"old")


@pytest.mark.parametrize(
    ("spoil", "what", "said"),
    [
        (spoil_schema, "schema", "0017, not "),
        (spoil_number, "schema", "9999 is newer than this release's "),
        (spoil_worker, "workers", "none has said that it lives, the last one 3 minutes ago"),
        (spoil_outbox, "outbox", "1 message wait, the oldest since 16 minutes ago"),
        (spoil_audit, "audit log", "was broken when it was last verified"),
        (spoil_job, "jobs", "«delete old referrals» failed 0 seconds ago"),
        (spoil_key, "master key", "has no master key in line 1"),
        (spoil_old_backups, "backup", "1 backup older than 35 days: what was erased still lies in them"),
    ],
)
def test_each_fault_is_named(well: House, spoil: Callable[[House], None], what: str, said: str) -> None:
    own = replace(well.settings, backups=well.settings.data.parent / "kept")
    well.settings = own
    assert own.backups is not None
    own.backups.mkdir()
    spoil(well)
    found = faults(well)
    assert said in found.get(what, ""), found
    spoil_back(well)


def spoil_back(house: House) -> None:
    """Leave a schema that the fixture's teardown knows."""
    with house.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": schema.newest()})


@only_sqlite
def test_a_clock_that_was_set_back_is_seen(well: House) -> None:
    spoil_clock(well)
    assert faults(well) == {"clock": "what was done last lies in the future: job x"}


@only_postgresql
def test_a_server_whose_clock_is_another_is_seen(well: House) -> None:
    assert "clock" in {
        one.what for one in examine(well.settings, well.database, FixedClock(NOON - timedelta(days=400)))
        if one.level is Level.FAULT
    }  # fmt: skip


def test_a_database_that_is_away_is_one_fault_and_no_other_is_made(well: House, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    if not well.database.is_sqlite:
        url = f"postgresql+psycopg://nobody:x@127.0.0.1:{free_port()}/none"
    found = faults(well, settings=replace(well.settings, database_url=url))
    assert list(found) == ["database"]
    assert not (tmp_path / "elsewhere.db").exists()


@only_sqlite
def test_a_damaged_database_is_seen(well: House) -> None:
    with closing(sqlite3.connect(well.settings.data / "avklart.db")) as connection:
        connection.execute(
            "INSERT INTO data_key VALUES ('x', 'nowhere', 'field', 'reader', 'm', 'w', '2026-11-22 12:00:00.000000')"
        )
        connection.commit()
    assert "1 row without what they refer to" in faults(well)["database"]


def test_seals_and_mail_are_looked_at(well: House, tmp_path: Path) -> None:
    path = tmp_path / "seal.pem"
    write_seal(path)
    closed = f"smtp://127.0.0.1:{free_port()}"
    own = replace(well.settings, seal_file=str(path), smtp_url=closed, mail_from="ikke-svar@fjordvik.example")
    well.clock.time = NOON + timedelta(days=365 * 100)
    found = faults(well, settings=own)
    assert "ended" in found["seal"]
    assert "the server does not let us in" in found["mail"]


def test_the_command_says_it_in_words_in_json_and_by_its_end(site_settings: Settings) -> None:
    environment = {"AVKLART_DATA": str(site_settings.data)}
    with closing(Database(site_settings.database_url)) as database:
        open_keys(database, site_settings, FixedClock(NOON))
    told = CliRunner().invoke(cli, ["doctor"], env=environment, catch_exceptions=False)
    assert told.exit_code == 1
    assert "FAULT    workers: none has said that it lives\n         → start it" in told.output
    assert "well     content: 2 municipalities" in told.output
    as_json = CliRunner().invoke(cli, ["doctor", "--json", "--faults"], env=environment, catch_exceptions=False)
    lines = [json.loads(line) for line in as_json.output.splitlines()]
    assert {line["level"] for line in lines} <= {"warning", "fault"}
    assert all(set(line) == {"level", "what", "said", "do"} for line in lines)


def test_settings_that_cannot_be_used_are_a_fault_like_another() -> None:
    told = CliRunner().invoke(cli, ["doctor"], env={"AVKLART_ENV": "production"}, catch_exceptions=False)
    assert told.exit_code == 1
    assert "AVKLART_MASTER_KEY_FILE is missing" in told.output


def test_backup_and_restore_by_the_commands(site_settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    environment = {"AVKLART_DATA": str(site_settings.data), "AVKLART_BACKUPS": str(folder)}
    with closing(Database(site_settings.database_url)) as database:
        open_keys(database, site_settings, FixedClock(NOON))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, words, env=environment)
        return result.exit_code, result.output + str(result.exception or "")

    assert run("backup")[0] == 0
    status, said = run("restore", "--check", str(folder))
    assert status == 0
    assert "is whole: sqlite, schema" in said
    assert "is not there: name it with --erasures" in run("restore", str(folder))[1]
    assert "or say --replace" in run("restore", str(folder), "--without-erasures")[1]
    status, said = run("restore", str(folder), "--without-erasures", "--replace")
    assert status == 0
    assert "next: `avklart audit verify`" in said
    assert run("audit", "verify")[0] == 0


def test_a_meter_of_this_process_is_a_web_process(make_site: Callable[..., Avklart], site_settings: Settings) -> None:
    site = make_site(site_settings, clock=FixedClock(NOON), hasher=QUICK)
    Meter(site_settings.data).count("kept", 200)
    found = {one.what: one.level for one in examine(site_settings, site.database, FixedClock(NOON))}
    assert found["web"] is Level.WELL
    site.database.close()
