"""Backups: whole, encrypted, made while somebody writes, and without any key (F18)."""

from __future__ import annotations

import gc
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.pool import NullPool

from tests.conftest import NOON
from tests.factories import referrals
from tests.factories.outbox import with_keys
from tests.operations.conftest import House, only_sqlite
from webapp.audit.jobs import write_audit_heads
from webapp.audit.models import EventRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.operations.actions import restoring
from webapp.operations.actions.backing_up import made_in
from webapp.referrals import queries
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings
from webapp.storage import marks, masters, schema
from webapp.storage.backup.contents import Description, Packer, unpack
from webapp.storage.backup.framing import PIECE, BrokenBackupError
from webapp.storage.session import Database


def number_of_cases(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReferralRow)) or 0


def test_what_was_backed_up_comes_back_to_the_letter(house: House) -> None:
    row = referrals.send(house.database)
    write_audit_heads(house.database, house.clock, house.settings.audit_heads)
    path = house.back_up()
    referrals.send(house.database)
    assert number_of_cases(house) == 2
    done = house.restore(path)
    assert number_of_cases(house) == 1
    assert done.made_at == NOON.isoformat(timespec="seconds")
    with house.database.reading() as session:
        found = queries.referral(session, "fjordvik", row.id)
        assert queries.content_of(found).text == referrals.TEXT
        assert found.received_at == row.received_at


def test_a_restored_database_counts_on_where_it_was(house: House) -> None:
    """What numbers itself goes on after the highest number: nothing is given out twice."""
    referrals.send(house.database)
    house.restore(house.back_up())
    for _ in range(3):
        referrals.send(house.database)
    assert number_of_cases(house) == 4


def test_nothing_in_a_backup_can_be_read_without_its_key(house: House) -> None:
    referrals.send(house.database)
    made = house.made()
    data = made.path.read_bytes()
    assert made.size == len(data)
    for clear in (b"fjordvik", b"referral", b"SQLite format", b"audit_event", referrals.TEXT.encode()):
        assert clear not in data
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_no_key_lies_in_a_backup_not_even_sealed_in_it(house: House, tmp_path: Path) -> None:
    secrets = [line for path in (house.settings.master_key_file,) for line in path.read_text().splitlines()]
    trusted = house.settings.data / "keys" / "seal" / "trusted"
    trusted.mkdir(parents=True)
    (trusted / "fjordvik.abc.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    path = house.back_up()
    parts: dict[str, bytes] = {}
    with path.open("rb") as source:
        keys = masters.read_backup_keys(house.settings)
        unpack(source, keys, lambda name, data: parts.update({name: parts.get(name, b"") + data}))
    for secret in (line for line in secrets if not line.startswith("#")):
        assert all(secret.encode() not in data for data in parts.values())
    assert parts["files/seal/trusted/fjordvik.abc.pem"] == b"-----BEGIN CERTIFICATE-----\n"
    (trusted / "fjordvik.abc.pem").write_bytes(b"-----BEGIN " + b"PRIVATE KEY-----\n")
    with pytest.raises(StartError, match=r"keys never lie in a backup"):
        house.back_up("two.backup")
    assert not list((tmp_path / "backups").glob("*two*"))


def test_a_backup_key_that_is_a_master_key_is_refused(house: House) -> None:
    house.settings.backup_key_file.parent.mkdir(exist_ok=True)
    house.settings.backup_key_file.write_bytes(house.settings.master_key_file.read_bytes())
    with pytest.raises(StartError, match=r"AVKLART_BACKUP_KEY_FILE names .* which has a master key in it"):
        house.back_up()


def test_a_backup_is_of_one_instant_while_others_write(house: House) -> None:
    """Each transaction is in it whole or not at all, and nobody who writes meanwhile is refused."""
    stop, failed = Event(), []

    def write() -> None:
        while not stop.wait(0.02):
            try:
                referrals.send(house.database)
            except Exception as error:  # noqa: BLE001 -- whatever it is, it must not be
                failed.append(error)

    writers = [Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        paths = [house.back_up(f"{number}.backup") for number in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert failed == []
    house.restore(paths[-1])
    with house.database.reading() as session:
        cases = session.scalar(select(func.count()).select_from(ReferralRow))
        events = session.scalar(select(func.count()).where(EventRow.action == "referral_received"))
    assert cases == events


@pytest.mark.parametrize("harm", ["cut", "cut between pieces", "changed", "more", "empty", "not ours", "header"])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_touched(house: House, harm: str) -> None:
    referrals.send(house.database)
    path = house.back_up()
    data = bytearray(path.read_bytes())
    if harm == "cut":
        data = data[:-1]
    elif harm == "cut between pieces":
        lines = data.index(b"\n", data.index(b"\n") + 1) + 1
        assert len(data) > lines + 8, "a backup of one piece"
        data = data[: lines + PIECE + 16] if len(data) > lines + PIECE + 16 else data[:lines]
    elif harm == "changed":
        data[len(data) // 2] ^= 1
    elif harm == "more":
        data += b"x"
    elif harm == "empty":
        data = bytearray()
    elif harm == "not ours":
        data = bytearray(b"SQLite format 3\0") + data
    else:
        data[data.index(b"salt") + 8] ^= 1
    path.write_bytes(data)
    with pytest.raises(BrokenBackupError):
        restoring.check(path, house.settings)
    before = number_of_cases(house)
    with pytest.raises(BrokenBackupError):
        house.restore(path)
    house.open()
    assert number_of_cases(house) == before == 1
    assert not list(house.settings.data.glob(".*restore*"))


def test_a_backup_of_another_key_says_which_key_it_needs(house: House) -> None:
    path = house.back_up()
    other = replace(house.settings, backup_key_file=house.settings.backup_key_file.with_name("other"))
    with pytest.raises(StartError, match=r"was written with the backup key [0-9a-f]{8}, which is not in the file"):
        restoring.check(path, other)


def test_a_new_backup_key_before_the_old_one_opens_both(house: House) -> None:
    old = house.back_up()
    masters.add_key(house.settings.backup_key_file)
    new = house.back_up("new.backup")
    assert {restoring.check(path, house.settings).kind for path in (old, new)} == {
        "sqlite" if house.database.is_sqlite else "postgresql"
    }


def test_a_file_that_is_there_is_never_written_over(house: House) -> None:
    path = house.back_up()
    before = path.read_bytes()
    with pytest.raises(StartError, match=r"is there already"):
        house.back_up()
    assert path.read_bytes() == before


def test_in_a_folder_backups_are_named_by_their_time_and_the_old_ones_go(house: House) -> None:
    first = house.made("").path
    assert first.name == "avklart-20261122T120000Z.backup"
    (first.parent / "notes.txt").write_text("ours")
    (first.parent / "avklart-20200101T000000Z.backup.txt").write_text("not one of ours")
    house.clock.time = NOON + timedelta(days=34)
    second = house.made("").path
    house.clock.time = NOON + timedelta(days=35, seconds=1)
    made = house.made("")
    assert made.deleted == (first,)
    assert set(made_in(first.parent)) == {second, made.path}
    assert (first.parent / "notes.txt").exists()
    assert len(list(first.parent.iterdir())) == 4


def test_a_backup_that_fails_deletes_no_older_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.made("").path
    house.clock.time = NOON + timedelta(days=90)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StartError, match=r"could not be written to .*: No space left on device"):
        house.made("")
    assert list(first.parent.iterdir()) == [first]


def test_what_is_left_of_a_backup_that_failed_is_written_nowhere(tmp_path: Path) -> None:
    keys = (masters.Master(b"a" * 32),)
    with (tmp_path / "failed").open("wb") as out:
        packer = Packer(out, keys, Description(NOON.isoformat(), "0", "0001", "sqlite"))
        packer.put("much", [b"x" * (PIECE + 1)])
    written = (tmp_path / "failed").read_bytes()
    del packer
    gc.collect()
    assert (tmp_path / "failed").read_bytes() == written


def test_when_the_last_backup_was_made_is_noted(house: House) -> None:
    made = house.made()
    with house.database.reading() as session:
        assert marks.all_marks(session)[marks.BACKUP].facts == f"{made.size} bytes"


@only_sqlite
def test_a_damaged_database_is_not_backed_up(house: House) -> None:
    referrals.send(house.database)
    house.database.close()
    path = house.settings.data / "avklart.db"
    data = bytearray(path.read_bytes())
    for page in range(20, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(StartError, match=r"the database is damaged"):
        house.back_up()
    assert list((house.settings.data.parent / "backups").iterdir()) == []


@pytest.mark.postgresql
def test_postgresql_is_backed_up_and_restored_by_who_owns_the_tables_and_is_no_superuser(
    postgresql_url: str, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    url, name = make_url(postgresql_url), f"plain_{token_hex(4)}"
    admin = create_engine(url.set(database="template1"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'word' NOSUPERUSER"))
        for made in (name, f"{name}_empty"):
            connection.execute(text(f"CREATE DATABASE {made} OWNER {name}"))
    plain = url.set(username=name, password="word", database=name)
    own = replace(
        settings, database_url=plain.render_as_string(hide_password=False), backup_key_file=tmp_path / "backup",
        erasures=tmp_path / "erasures.jsonl",
    )  # fmt: skip
    empty = replace(own, database_url=plain.set(database=f"{name}_empty").render_as_string(hide_password=False))
    database = Database(own.database_url)
    schema.migrate(database)
    house = House(own, clock, with_keys(database, own, clock))
    referrals.send(house.database)
    path = house.back_up()
    house.restore(path, is_replacing=False, settings=empty)
    assert number_of_cases(house) == 1
    house.database.close()
    with admin.connect() as connection:
        for made in (name, f"{name}_empty"):
            connection.execute(text(f"DROP DATABASE {made} WITH (FORCE)"))
        connection.execute(text(f"DROP ROLE {name}"))
