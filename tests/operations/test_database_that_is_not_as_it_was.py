"""A database that is missing, empty, read-only, newer, gone and back: said, and none in its place (F05, F17, F27)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from tests.conftest import CONTENT
from tests.factories import referrals
from tests.factories.outbox import with_keys
from tests.factories.people import QUICK
from tests.factories.site import Answer, ask, until
from webapp import cli
from webapp.app import Avklart, create_app
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.kernel.ids import new_secret
from webapp.settings import Settings
from webapp.storage import masters, schema
from webapp.storage.session import Database, is_writable

Site = Callable[..., Avklart]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def in_production(settings: Settings) -> Settings:
    """Production's settings on SQLite, with a master key outside the data folder, and no database yet."""
    data = settings.data / "data"
    data.mkdir()
    key = settings.data / "master"
    masters.make_file(key)
    return replace(
        settings, env="production", base_url="https://fjordvik.example", data=data, master_key_file=key,
        database_url=f"sqlite:///{data / 'avklart.db'}", smtp_url="smtp://127.0.0.1:9", mail_from="a@fjordvik.example",
        content=CONTENT,
    )  # fmt: skip


def call_me(site: Avklart) -> Answer:
    """Ask to be rung, as a reader does who has opened the form a while ago."""
    form = {"key": new_secret(), "name": "Ola Nordmann", "telephone": "400 12 345", "when": "any", "interpreter": ""}
    own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    return ask(site.front, "/nb/ring-meg", method="POST", body=urlencode(form).encode(), headers=own)


def test_production_makes_no_database_in_the_place_of_one_that_is_missing(in_production: Settings) -> None:
    with pytest.raises(StartError, match=r"the database is not there, and none is made in its place"):
        cli.prepare(in_production)
    assert list(in_production.data.iterdir()) == []


def test_production_does_not_fill_a_database_that_is_empty(in_production: Settings) -> None:
    (in_production.data / "avklart.db").touch()
    with pytest.raises(StartError, match=r"the database is empty: put it back .*; a new one: `avklart migrate --new`"):
        cli.prepare(in_production)
    assert (in_production.data / "avklart.db").stat().st_size == 0


def test_a_web_process_whose_database_is_missing_refuses_to_start_and_makes_none(
    in_production: Settings, clock: FixedClock
) -> None:
    with pytest.raises(StartError, match=r"the database is not there, and none is made in its place"):
        create_app(in_production, clock=clock, hasher=QUICK)
    assert not (in_production.data / "avklart.db").exists()


def test_a_database_that_is_taken_away_is_told_of_and_comes_back_without_a_restart(
    avklart: Avklart, site_settings: Settings
) -> None:
    assert ask(avklart.front, "/readyz").status == 200
    path = site_settings.data / "avklart.db"
    avklart.database.close()
    path.rename(path.with_name("away.db"))
    path.mkdir()
    assert ask(avklart.front, "/readyz").text == "not ready: the database cannot be reached\n"
    path.rmdir()
    path.with_name("away.db").rename(path)
    assert ask(avklart.front, "/readyz").status == 200


def test_a_database_that_takes_no_changes_is_not_ready_and_still_read(
    site_settings: Settings, make_site: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(site_settings, clock=clock, hasher=QUICK)
    real = os.access
    path = site_settings.data / "avklart.db"
    monkeypatch.setattr(os, "access", lambda asked, mode: Path(asked) != path and real(asked, mode))
    assert ask(site.front, "/readyz").text == "not ready: the database takes no changes\n"
    assert ask(site.front, "/nb/abc/fall").status == 200
    site.database.close()


def test_a_newer_schema_is_refused_by_every_process(site_settings: Settings, clock: FixedClock) -> None:
    with closing(Database(site_settings.database_url)) as database, database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartError, match=r"the database has schema 9999, newer than"):
        create_app(site_settings, clock=clock, hasher=QUICK)
    with pytest.raises(StartError, match=r"the database has schema 9999, newer than"):
        cli.prepare(site_settings)


@pytest.mark.postgresql
def test_a_postgresql_that_has_become_read_only_is_503_and_not_ready_and_comes_back(
    postgresql_database: Database, settings: Settings, clock: FixedClock, make_site: Site
) -> None:
    """A standby, or a server that its operator has closed for changes (F27)."""
    with_keys(postgresql_database, settings, clock)
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    site = make_site(replace(settings, database_url=url), clock=clock, hasher=QUICK)
    name = postgresql_database.engine.url.database

    def close_for_changes(word: str) -> None:
        with postgresql_database.engine.begin() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {word}"))
        postgresql_database.close()
        site.database.close()

    close_for_changes("on")
    assert not is_writable(site.database)
    answer = call_me(site)
    assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    close_for_changes("off")
    assert is_writable(site.database)
    assert call_me(site).status == 303
    site.database.close()


@pytest.mark.postgresql
def test_connections_that_a_failover_cut_are_made_anew_and_nothing_is_half_done(
    postgresql_database: Database, settings: Settings, clock: FixedClock, make_site: Site
) -> None:
    with_keys(postgresql_database, settings, clock)
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    site = make_site(replace(settings, database_url=url), clock=clock, hasher=QUICK)
    assert call_me(site).status == 303
    for _ in range(3):
        with postgresql_database.engine.begin() as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            ))  # fmt: skip
        assert call_me(site).status == 303
    with postgresql_database.reading() as session:
        cases = session.scalar(text("SELECT count(*) FROM referral"))
        events = session.scalar(text("SELECT count(*) FROM audit_event WHERE action = 'referral_received'"))
        messages = session.scalar(text("SELECT count(*) FROM outbox_message WHERE kind = 'referral'"))
    assert cases == events == 4
    assert messages in {0, 4}
    site.database.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("fault", ["statement timeout", "lock timeout", "pool exhausted"])
def test_a_database_that_takes_too_long_is_503_and_what_was_written_is_offered_again(
    postgresql_database: Database, settings: Settings, clock: FixedClock, make_site: Site, fault: str
) -> None:
    with_keys(postgresql_database, settings, clock)
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    site = make_site(replace(settings, database_url=url), clock=clock, hasher=QUICK)
    call_me(site)
    if fault == "statement timeout":
        with postgresql_database.engine.begin() as connection:
            name = postgresql_database.engine.url.database
            connection.execute(text(f"ALTER DATABASE {name} SET statement_timeout = '1ms'"))
            connection.execute(text(
                "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(5); "
                "RETURN NEW; END $$"
            ))  # fmt: skip
            connection.execute(
                text("CREATE TRIGGER slow BEFORE INSERT ON referral FOR EACH ROW EXECUTE FUNCTION slow()")
            )
        site.database.close()
        answer = call_me(site)
    elif fault == "lock timeout":
        with postgresql_database.writing() as session:
            session.execute(text("LOCK TABLE referral IN ACCESS EXCLUSIVE MODE"))
            answer = call_me(site)
    else:
        held = [site.database.engine.connect() for _ in range(16)]
        site.database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
        answer = call_me(site)
        for connection in held:
            connection.close()
    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "Ola Nordmann" in answer.text  # what was written lies in the page, to be sent again
    site.database.close()


KILLED = """
import os, signal, sys
from sqlalchemy import event
from webapp.storage import schema
from webapp.storage.session import Database
database = Database(sys.argv[1])
@event.listens_for(database.engine, "after_cursor_execute")
def die(_connection, _cursor, statement, *_):
    if statement.lstrip().startswith("CREATE TABLE " + sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
schema.run(database, "head")
"""


def test_a_migration_that_is_killed_half_way_leaves_the_old_schema_and_all_data(
    any_database: Database, settings: Settings, clock: FixedClock
) -> None:
    """Each move to a newer schema is one transaction, whatever the database (F17)."""
    with_keys(any_database, settings, clock)
    row = referrals.send(any_database)
    schema.run(any_database, "0017")
    url = any_database.engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, url, "erasure"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr

    def is_as_it_was() -> bool:
        with any_database.reading() as session:
            return bool(session.scalar(text("SELECT version_num FROM alembic_version")) == "0017")

    assert until(is_as_it_was)
    schema.run(any_database, "head")
    with any_database.reading() as session:
        assert session.scalar(text("SELECT id FROM referral")) == row.id


def test_a_release_that_reads_and_writes_beside_the_newest_migration_meets_no_fault(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    """What the newest migrations add, the code before them does not touch: up and down under its feet (F17)."""
    with_keys(database, settings, clock)
    stop, faults = Event(), []

    def use() -> None:
        while not stop.wait(0.01):
            try:
                with database.writing() as session:
                    session.execute(text("UPDATE municipality SET created_at = created_at"))
                with database.reading() as session:
                    session.execute(text("SELECT count(*) FROM referral")).scalar()
            except Exception as error:  # noqa: BLE001 -- whatever it is, it must not be
                faults.append(error)

    user = Thread(target=use)
    user.start()
    other = Database(database.engine.url.render_as_string(hide_password=False))
    for revision in ("0017", "head", "0017", "head"):
        schema.run(other, revision)
    stop.set()
    user.join()
    other.close()
    assert faults == []
