"""A reading session cannot write, a writing one loses nothing, and SQLite is set up to keep what it was told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.conftest import NOON
from webapp.content.models import PartRow, SequenceRow
from webapp.kernel.errors import StartError
from webapp.municipalities.models import MunicipalityRow
from webapp.storage import schema
from webapp.storage.session import BUSY_TIMEOUT_MS, KEYS, PAUSE_SECONDS, Database, wal_is_safe


def codes(database: Database) -> list[str]:
    """Answer the municipalities that are stored."""
    with database.reading() as session:
        return sorted(session.scalars(select(MunicipalityRow.code)))


@pytest.mark.parametrize("statement", [
    insert(MunicipalityRow).values(code="fjordvik", created_at=NOON),
    update(MunicipalityRow).values(code="x"),
    text("DELETE FROM municipality"),
    text("CREATE TABLE other (id INTEGER)"),
    text("DROP TABLE counter"),
], ids=["insert", "update", "delete", "create", "drop"])  # fmt: skip
def test_a_reading_session_cannot_write(any_database: Database, statement: object) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="dalsbygd", created_at=NOON))
    with any_database.reading() as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(statement)  # type: ignore[call-overload]
    assert codes(any_database) == ["dalsbygd"]


def test_what_is_added_in_a_reading_session_is_forgotten(any_database: Database) -> None:
    with any_database.reading() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
    assert codes(any_database) == []
    with any_database.reading() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            session.flush()


def test_a_connection_that_has_read_can_write_again_and_the_other_way_round(any_database: Database) -> None:
    for number in range(20):
        assert len(codes(any_database)) == number
        with any_database.writing() as session:
            session.add(MunicipalityRow(code=f"m{number}", created_at=NOON))


def test_a_reading_session_sees_one_state_from_its_first_look_to_its_last(any_database: Database) -> None:
    writer_waits = any_database.is_sqlite and not wal_is_safe(sqlite3.sqlite_version_info)  # for the reader to end
    looked, written = Event(), Event()

    def write() -> None:
        looked.wait(10)
        with any_database.writing() as session:
            session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
            written.set()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        with any_database.reading() as session:
            assert session.scalars(select(MunicipalityRow.code)).all() == []
            looked.set()
            written.wait(10)
            if not writer_waits:
                writer.result(10)
            assert session.scalars(select(MunicipalityRow.code)).all() == []
        writer.result(10)
    assert codes(any_database) == ["fjordvik"]


def test_a_writing_session_is_kept_whole_or_not_at_all(any_database: Database) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))

    def fail() -> None:
        with any_database.writing() as session:
            session.add(MunicipalityRow(code="dalsbygd", created_at=NOON))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert codes(any_database) == ["fjordvik"]


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_that_read_and_then_write_lose_no_update_on_sqlite(database: Database, threads: int) -> None:
    with database.writing() as session:
        session.add(SequenceRow(id=1, number=0, fingerprint=""))
    together = Barrier(threads)

    def count() -> None:
        together.wait(10)
        for _ in range(20):
            with database.writing() as session:
                row = session.get_one(SequenceRow, 1)
                row.number += 1

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(count) for _ in range(threads)]:
            done.result(60)
    with database.reading() as session:
        assert session.get_one(SequenceRow, 1).number == 20 * threads


def test_a_writer_on_sqlite_holds_the_lock_from_its_start(database: Database) -> None:
    with database.writing() as session:
        session.execute(select(MunicipalityRow.code))
        path = database.engine.url.database or ""
        with sqlite3.connect(path, timeout=0, isolation_level=None) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT count(*) FROM municipality").fetchone() == (0,)
        other.close()


def entry_of(municipality: str | None) -> PartRow:
    """Make a part of whoever's."""
    return PartRow(
        municipality=municipality, kind="entry", slug="x", language="nb", fields={}, imported=None, sequence=1,
        changed_at=NOON,
    )  # fmt: skip


def test_foreign_keys_hold(any_database: Database) -> None:
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.add(entry_of("nowhere"))
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
        session.flush()
        session.add(entry_of("fjordvik"))
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.execute(text("DELETE FROM municipality"))


@pytest.mark.parametrize("municipality", [None, "fjordvik"])
def test_a_part_is_stored_once_for_all_and_once_for_each_municipality(
    any_database: Database, municipality: str | None
) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
        session.flush()
        session.add(entry_of(municipality))
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.add(entry_of(municipality))


PRAGMAS = {"foreign_keys": 1, "synchronous": 2, "secure_delete": 1, "busy_timeout": BUSY_TIMEOUT_MS}


@pytest.mark.parametrize("name", PRAGMAS)
def test_every_connection_to_sqlite_is_set_up_to_keep_what_it_is_told(database: Database, name: str) -> None:
    with database.reading() as one, database.reading() as other:  # two connections at once
        assert one.scalar(text(f"PRAGMA {name}")) == PRAGMAS[name]
        assert other.scalar(text(f"PRAGMA {name}")) == PRAGMAS[name]
    with database.writing() as session:
        assert session.scalar(text(f"PRAGMA {name}")) == PRAGMAS[name]


def test_the_journal_is_rolled_back_unless_the_library_is_one_in_which_writing_ahead_is_safe(
    database: Database,
) -> None:
    safe = wal_is_safe(sqlite3.sqlite_version_info)
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == ("wal" if safe else "truncate")


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False), ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 44, 9), True),
        ((3, 45, 0), False), ((3, 46, 1), False), ((3, 49, 99), False), ((3, 50, 6), False), ((3, 50, 7), True),
        ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_writing_ahead_is_safe_in_the_versions_in_which_the_race_is_mended(
    version: tuple[int, int, int],
    safe: bool,  # noqa: FBT001 -- an example's answer
) -> None:
    assert wal_is_safe(version) is safe


def test_a_time_without_its_zone_is_refused(any_database: Database) -> None:
    naive = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 -- what must be refused
    with pytest.raises(Exception, match="a time without its zone"), any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=naive))
    assert codes(any_database) == []


def test_a_database_whose_folder_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    gone = Database(f"sqlite:///{tmp_path / 'gone' / 'avklart.db'}")
    with pytest.raises(StartError, match=r"the folder of the database is not there: .*gone"), gone.reading() as session:
        session.execute(text("SELECT 1"))
    assert not (tmp_path / "gone").exists()
    gone.close()


def test_a_database_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "avklart.db").write_bytes(b"not a database at all" * 100)
    broken = Database(f"sqlite:///{tmp_path / 'avklart.db'}")
    with pytest.raises((DBAPIError, sqlite3.DatabaseError), match="not a database"):
        schema.migrate(broken)
    broken.close()
    assert (tmp_path / "avklart.db").read_bytes().startswith(b"not a database")


def test_a_writer_that_finds_the_database_locked_gives_up_in_the_end_and_says_so(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.storage.session.BUSY_TIMEOUT_MS", 50)  # the test need not wait as long as a resident
    with holding(any_database):
        with pytest.raises(OperationalError, match="lock"), any_database.writing() as session:
            add_another(session)
        assert codes(any_database) == ["fjordvik"]


def test_a_writer_on_sqlite_asks_for_the_lock_evenly_and_has_it_once_it_is_free(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own patience asks ever less often: who has waited long would be passed by who has just come."""
    pauses: list[float] = []
    done = ExitStack()
    done.enter_context(holding(database))

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 200:
            done.close()

    monkeypatch.setattr("webapp.storage.session._pause", pause)
    with database.writing() as session:
        add_another(session)
    assert codes(database) == ["dalsbygd", "fjordvik"]
    assert len(pauses) == 200
    assert set(pauses) == {PAUSE_SECONDS}


@contextmanager
def holding(database: Database) -> Iterator[None]:
    """Be in a transaction of somebody else who has written something and is not done."""
    with database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.writing() as session:
        session.execute(text("UPDATE municipality SET code = code"))
        yield
    other.close()


def add_another(session: Session) -> None:
    """Write what waits for the lock: on SQLite everything does, on PostgreSQL the same row."""
    session.add(MunicipalityRow(code="dalsbygd", created_at=NOON))
    session.execute(update(MunicipalityRow).values(created_at=NOON))


def test_a_hasty_writer_does_not_wait_for_somebody_else(any_database: Database) -> None:
    """With the ordinary patience this test would take five seconds for each try, and so would a reader's page."""
    with holding(any_database):
        for _ in range(20):
            with pytest.raises(OperationalError, match="lock"), any_database.writing(is_hasty=True) as session:
                add_another(session)
        assert codes(any_database) == ["fjordvik"]
    with any_database.writing(is_hasty=True) as session:
        add_another(session)
    assert codes(any_database) == ["dalsbygd", "fjordvik"]


def test_a_hasty_writer_does_not_wait_for_a_reader_and_leaves_its_connection_as_it_was(database: Database) -> None:
    waits = not wal_is_safe(sqlite3.sqlite_version_info)
    with database.reading() as reader:
        assert reader.scalars(select(MunicipalityRow.code)).all() == []
        for _ in range(3):
            if waits:
                with pytest.raises(OperationalError, match="lock"), database.writing(is_hasty=True) as session:
                    session.add(MunicipalityRow(code="dalsbygd", created_at=NOON))
        assert reader.scalars(select(MunicipalityRow.code)).all() == []
    assert codes(database) == []
    with database.writing(is_hasty=True) as session:
        session.add(MunicipalityRow(code="dalsbygd", created_at=NOON))
    assert codes(database) == ["dalsbygd"]


def test_haste_is_not_catching(any_database: Database) -> None:
    """A connection that was in a hurry is patient again the next time, and the other way round."""
    wanted = {"sqlite": (0, BUSY_TIMEOUT_MS), "postgresql": ("50ms", f"{BUSY_TIMEOUT_MS // 1000}s")}
    hasty, patient = wanted["sqlite" if any_database.is_sqlite else "postgresql"]
    asked = text("PRAGMA busy_timeout" if any_database.is_sqlite else "SHOW lock_timeout")
    for _ in range(3):
        with any_database.writing(is_hasty=True) as session:
            assert session.scalar(asked) == hasty
        with any_database.writing() as session:
            assert session.scalar(asked) == patient
        with any_database.reading() as session:
            assert session.scalar(asked) == patient


def test_a_hasty_writer_that_fails_leaves_nothing(any_database: Database) -> None:
    def fail() -> None:
        with any_database.writing(is_hasty=True) as session:
            add_another(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert codes(any_database) == []


@pytest.mark.parametrize("how", ["reading", "writing", "hasty"])
def test_a_session_carries_what_opens_its_sealed_columns(any_database: Database, how: str) -> None:
    with any_database.reading() as session:
        assert session.info[KEYS] is None, "nothing is opened before the keys are there"
    keys = object()
    any_database.keys = keys  # type: ignore[assignment]
    opened = any_database.reading() if how == "reading" else any_database.writing(is_hasty=how == "hasty")
    with opened as session:
        assert session.info[KEYS] is keys
