"""Data keys: a value opens where it was sealed and nowhere else, and a wrong or missing key is said at the start."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase, digits
from threading import Barrier

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tests.conftest import NOON
from tests.storage.letters import CODES
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError, TamperedError
from webapp.municipalities.models import MunicipalityRow
from webapp.settings import Settings
from webapp.storage import ciphers, keys, schema
from webapp.storage.key_models import DataKeyRow
from webapp.storage.keys import PURPOSES, KeyRing, open_keys
from webapp.storage.masters import add_key, make_file
from webapp.storage.session import Database, Keys

HERE = {"municipality": "fjordvik", "table": "letter", "column": "subject", "row": "a1"}
SIGNS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"
CANARY = "Kari trenger hjelp"


def stored(database: Database) -> list[DataKeyRow]:
    """Answer the keys that are stored."""
    with database.reading() as session:
        rows = list(session.scalars(select(DataKeyRow).order_by(DataKeyRow.municipality, DataKeyRow.purpose)))
        session.expunge_all()
        return rows


@given(st.text(), st.text(), st.text())
@example("", "", "")
@example("\ud83d \x00 \U0001f9d3", "|", '","')
@how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
def test_whatever_is_sealed_opens_as_it_was(ring: KeyRing, value: str, column: str, row: str) -> None:
    place = {**HERE, "column": column, "row": row}
    sealed = ring.seal(value, **place)
    assert ring.unseal(sealed, **place) == value
    assert sealed.isascii()
    assert sealed.count("|") == 3
    assert len(value) < 4 or value not in sealed


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
@example(["a", "bc"], ["ab", "c"])
@example(["a|b"], ["a", "b"])
def test_different_places_are_never_bound_alike(one: list[str], other: list[str]) -> None:
    assert (ciphers.bind(*one) == ciphers.bind(*other)) is (one == other)


def test_the_same_text_is_never_sealed_alike(ring: KeyRing) -> None:
    assert len({ring.seal(CANARY, **HERE) for _ in range(50)}) == 50


@pytest.mark.parametrize("change", [
    {"row": "a2"}, {"column": "note"}, {"table": "note"}, {"municipality": "dalsbygd"},
    {"table": "lettersubject", "column": ""}, {"column": "a1", "row": "subject"},
], ids=str)  # fmt: skip
def test_a_value_opens_only_where_it_was_sealed(ring: KeyRing, change: dict[str, str]) -> None:
    sealed = ring.seal(CANARY, **HERE)
    with pytest.raises(TamperedError) as refusal:
        ring.unseal(sealed, **{**HERE, **change})
    assert CANARY not in str(refusal.value)
    assert ring.unseal(sealed, **HERE) == CANARY


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
def test_a_value_with_any_one_bit_flipped_does_not_open(ring: KeyRing) -> None:
    version, key, nonce, body = ring.seal("ja", **HERE).split("|")
    for at in (2, 3):
        raw = ciphers.decode((version, key, nonce, body)[at])
        for bit in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            parts = [version, key, nonce, body]
            parts[at] = ciphers.encode(bytes(flipped))
            with pytest.raises(TamperedError):
                ring.unseal("|".join(parts), **HERE)


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
def test_a_value_that_is_written_in_another_way_does_not_open(ring: KeyRing) -> None:
    sealed = ring.seal("j", **HERE)
    version, key, nonce, body = sealed.split("|")
    twin = body[:-1] + SIGNS[SIGNS.index(body[-1]) ^ 1]
    assert urlsafe_b64decode(f"{twin}=") == ciphers.decode(body)
    for changed in (
        "", CANARY, "v1", sealed[:-1], f"{sealed}A", f"{sealed}\n", f" {sealed}", f"{sealed}=", f"{sealed}|",
        f"v2|{key}|{nonce}|{body}", f"{version}|{key}|{nonce}|{twin}", f"{version}|{key}||{body}",
        f"{version}|{key}|{nonce}|", f"{version}|{key}|{nonce}|å", f"{version}||{nonce}|{body}",
        f"{version}|{'0' * 16}|{nonce}|{body}", f"{version}|{key}x|{nonce}|{body}",
    ):  # fmt: skip
        with pytest.raises(TamperedError) as refusal:
            ring.unseal(changed, **HERE)
        assert CANARY not in str(refusal.value)


def test_an_index_is_the_same_every_time_and_differs_between_municipalities_kinds_and_texts(
    ring: KeyRing, any_database: Database, places: Settings, clock: FixedClock
) -> None:
    again = open_keys(Database(any_database.engine.url.render_as_string(hide_password=False)), places, clock)
    found = ring.index("fjordvik", "email", "kari@example.no")
    assert found == again.index("fjordvik", "email", "kari@example.no")
    assert (len(found), int(found, 16) > 0) == (64, True)
    others = {
        ring.index("dalsbygd", "email", "kari@example.no"), ring.index("fjordvik", "phone", "kari@example.no"),
        ring.index("fjordvik", "email", "ola@example.no"), ring.index("fjordvik", "emailkari", "@example.no"),
    }  # fmt: skip
    assert len(others | {found}) == 5
    again._database.close()


def test_an_audit_code_is_made_by_the_newest_key_and_checked_by_the_one_it_names(ring: KeyRing) -> None:
    key, code = ring.audit_code("fjordvik", b"event")
    assert ring.audit_code("fjordvik", b"event", key) == (key, code)
    assert ring.audit_code("fjordvik", b"events", key)[1] != code
    assert ring.audit_code("dalsbygd", b"event")[1] != code
    field = ring.seal("", **HERE).split("|")[1]
    for wrong in (field, "0" * 16, ring.audit_code("dalsbygd", b"")[0]):
        with pytest.raises(TamperedError):
            ring.audit_code("fjordvik", b"event", wrong)


def test_every_municipality_has_one_key_for_each_purpose_and_they_are_wrapped(
    ring: KeyRing, any_database: Database
) -> None:
    rows = stored(any_database)
    assert [(row.municipality, row.purpose, row.state) for row in rows] == [
        (code, purpose, "writer") for code in CODES for purpose in PURPOSES
    ]
    assert {row.created_at for row in rows} == {NOON}
    assert {len(ciphers.decode(row.wrapped)) for row in rows} == {12 + 32 + 16}
    secrets = {key.secret for key in ring._now_known().keys.values()}
    assert len(secrets) == 6
    assert not any(secret in ciphers.decode(row.wrapped) for secret in secrets for row in rows)
    assert not any(str(secret) in repr(ring._now_known()) for secret in secrets)


def test_a_key_ring_is_what_sessions_expect(ring: KeyRing, any_database: Database) -> None:
    expected: Keys = ring
    assert any_database.keys is expected


def test_opening_again_makes_no_new_keys(any_database: Database, places: Settings, clock: FixedClock) -> None:
    open_keys(any_database, places, clock)
    before = [(row.id, row.wrapped) for row in stored(any_database)]
    open_keys(any_database, places, clock).ensure()
    assert [(row.id, row.wrapped) for row in stored(any_database)] == before


@pytest.mark.parametrize("_round", range(3))
def test_processes_that_start_at_once_agree_on_every_key(
    any_database: Database, places: Settings, clock: FixedClock, _round: int
) -> None:
    together = Barrier(3)
    processes = [Database(places.database_url) for _ in range(3)]

    def start(database: Database) -> KeyRing:
        together.wait(10)
        return open_keys(database, places, clock)

    with ThreadPoolExecutor(3) as pool:
        rings = [done.result(30) for done in [pool.submit(start, database) for database in processes]]
    assert len(stored(any_database)) == 6
    sealed = [ring.seal(CANARY, **HERE) for ring in rings]
    assert {ring.unseal(value, **HERE) for ring in rings for value in sealed} == {CANARY}
    for database in processes:
        database.close()


def test_the_database_itself_refuses_a_second_writer(ring: KeyRing, any_database: Database) -> None:
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.add(ring.new_key("fjordvik", "field"))


def test_a_municipality_that_is_added_while_running_gets_its_keys_from_any_process(
    ring: KeyRing, any_database: Database, clock: FixedClock
) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="nyby", created_at=NOON))
    place = {**HERE, "municipality": "nyby"}
    with pytest.raises(StartError, match="nyby has no field key"):
        ring.seal(CANARY, **place)
    other = KeyRing(any_database, ring._read_masters, clock)
    other.ensure()
    assert other.unseal(ring.seal(CANARY, **place), **place) == CANARY


def test_a_process_takes_over_the_newer_key_of_another_to_read_at_once_and_to_seal_within_seconds(
    ring: KeyRing, any_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.seal("", **HERE)
    with any_database.writing() as session:
        session.execute(
            update(DataKeyRow)
            .where(DataKeyRow.municipality == "fjordvik", DataKeyRow.purpose == "field")
            .values(state="reader")
        )
        new = ring.new_key("fjordvik", "field")
        session.add(new)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 3600.0)
    assert ring.seal("", **HERE).split("|")[1] != new.id
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    assert ring.seal("", **HERE).split("|")[1] == new.id
    other = KeyRing(any_database, ring._read_masters, clock)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 3600.0)
    assert other.unseal(ring.seal(CANARY, **HERE), **HERE) == CANARY


def test_who_seals_may_hold_the_lock_of_the_writer(
    ring: KeyRing, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    with any_database.writing() as session:
        session.execute(update(MunicipalityRow).values(created_at=NOON))
        assert ring.unseal(ring.seal(CANARY, **HERE), **HERE) == CANARY


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)  # PostgreSQL lets readers in beside any change
def test_who_seals_in_the_middle_of_a_large_change_does_not_wait_for_themselves(
    ring: KeyRing, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[str] = []
    with any_database.engine.connect() as other:  # it holds what a change holds that has outgrown its memory
        other.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")
        other.exec_driver_sql("UPDATE municipality SET created_at = created_at")
        monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            waits.extend([statement] if "busy_timeout" in statement else [])

        event.listen(any_database.engine, "before_cursor_execute", note)
        assert ring.unseal(ring.seal(CANARY, **HERE), **HERE) == CANARY
        event.remove(any_database.engine, "before_cursor_execute", note)
        other.rollback()
        other.exec_driver_sql("PRAGMA locking_mode = NORMAL")
    assert waits[-1] == "PRAGMA busy_timeout = 0"


def test_sealing_goes_on_by_the_known_key_while_the_database_cannot_be_asked(
    ring: KeyRing, any_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    with any_database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE data_key RENAME TO elsewhere"))
    with caplog.at_level(logging.WARNING):
        assert ring.unseal(ring.seal(CANARY, **HERE), **HERE) == CANARY
    assert [record.getMessage() for record in caplog.records] == ["keys not read again"]
    with any_database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO data_key"))


def test_threads_seal_and_open_while_keys_are_read_anew(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)

    def work(number: int) -> bool:
        place = {**HERE, "row": str(number)}
        return all(ring.unseal(ring.seal(CANARY, **place), **place) == CANARY for _ in range(20))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_a_start_with_the_wrong_master_key_is_refused_and_says_which_is_missing(
    ring: KeyRing, any_database: Database, places: Settings, clock: FixedClock
) -> None:
    sealed = ring.seal(CANARY, **HERE)
    before, master = stored(any_database), places.master_key_file.read_bytes()
    places.master_key_file.unlink()
    with pytest.raises(StartError, match=f"needs the master key {before[0].master}, .*AVKLART_MASTER_KEY_FILE"):
        open_keys(any_database, places, clock)
    assert [row.id for row in stored(any_database)] == [row.id for row in before]
    places.master_key_file.write_bytes(master)
    assert open_keys(any_database, places, clock).unseal(sealed, **HERE) == CANARY


@pytest.mark.parametrize("change", [
    {"wrapped": ciphers.encode(bytes(60))}, {"wrapped": "å"}, {"municipality": "dalsbygd", "state": "reader"},
    {"purpose": "audit", "state": "reader"}, {"id": "0" * 16},
], ids=str)  # fmt: skip
def test_a_start_with_a_changed_key_is_refused(
    ring: KeyRing, any_database: Database, places: Settings, clock: FixedClock, change: dict[str, str]
) -> None:
    assert ring is not None
    with any_database.writing() as session:
        field = DataKeyRow.municipality == "fjordvik", DataKeyRow.purpose == "field"
        session.execute(update(DataKeyRow).where(*field).values(**change))
    with pytest.raises(StartError, match="does not open by the master key"):
        open_keys(any_database, places, clock)


def test_production_refuses_to_start_without_its_master_key_even_where_the_database_is_away(
    production: Callable[..., Settings], settings: Settings, clock: FixedClock
) -> None:
    away = Database(f"sqlite:///{settings.data / 'away' / 'avklart.db'}")
    with pytest.raises(StartError, match="AVKLART_MASTER_KEY_FILE"):
        open_keys(away, production(), clock)
    make_file(settings.master_key_file)
    open_keys(away, production(), clock)
    assert not (settings.data / "away").exists()
    away.close()


def test_a_database_that_comes_later_is_no_fault_and_its_keys_are_read_when_first_needed(
    any_database: Database, settings: Settings, clock: FixedClock
) -> None:
    schema.run(any_database, "base")
    ring = open_keys(any_database, settings, clock)
    assert any_database.keys is ring
    with pytest.raises(SQLAlchemyError):
        ring.seal(CANARY, **HERE)
    schema.run(any_database, "head")
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
    open_keys(any_database, settings, clock)
    assert ring.unseal(ring.seal(CANARY, **HERE), **HERE) == CANARY


def test_a_folder_that_is_not_there_is_not_made_in_its_place(settings: Settings, clock: FixedClock) -> None:
    data = settings.data / "away"
    away = Database(f"sqlite:///{data / 'avklart.db'}")
    ring = open_keys(away, replace(settings, data=data, master_key_file=data / "keys" / "master"), clock)
    with pytest.raises(StartError, match="the folder of the database is not there"):
        ring.seal(CANARY, **HERE)
    assert not data.exists()
    away.close()


def test_a_running_process_takes_a_new_master_key_from_the_file_when_a_key_needs_it(
    ring: KeyRing, any_database: Database, places: Settings, clock: FixedClock
) -> None:
    add_key(places.master_key_file)
    with any_database.writing() as session:
        session.execute(delete(DataKeyRow).where(DataKeyRow.municipality == "dalsbygd"))
    other = open_keys(any_database, places, clock)
    assert len({row.master for row in stored(any_database)}) == 2
    place = {**HERE, "municipality": "dalsbygd"}
    assert ring.unseal(other.seal(CANARY, **place), **place) == CANARY
