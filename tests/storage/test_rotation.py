"""Rotation of field keys: everything stays readable, a killed rotation goes on, and nothing is lost (F24)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text, update

from tests.conftest import NOON
from tests.storage.letters import LetterRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, NotFoundError, StartError, TamperedError
from webapp.settings import Settings
from webapp.storage import keys
from webapp.storage.key_models import DataKeyRow, RotationRow
from webapp.storage.keys import KeyRing, open_keys
from webapp.storage.masters import add_key, read_masters
from webapp.storage.rotation import KEPT, SETTLE, Progress, rewrap, rotate
from webapp.storage.session import Database

Pause = Callable[[float], None]


@pytest.fixture
def pause(clock: FixedClock) -> Pause:
    """A pause in which nothing happens but that time goes by."""

    def wait(seconds: float) -> None:
        clock.time += timedelta(seconds=seconds)

    return wait


@pytest.fixture
def old_process(
    letters: Database, places: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """Another process, which does not look for newer keys."""
    assert letters.keys
    other = Database(places.database_url)
    open_keys(other, places, clock)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 3600.0)
    yield other
    other.close()


def fill(database: Database, number: int, *, first: int = 0, municipality: str = "fjordvik") -> None:
    """Store letters, every second with a note."""
    with database.writing() as session:
        session.add_all(
            LetterRow(
                id=f"{municipality}{at:05}", municipality=municipality, subject=f"emne {at}",
                note=f"notat {at}" if at % 2 else None,
            )
            for at in range(first, first + number)
        )  # fmt: skip


def texts(database: Database, municipality: str = "fjordvik") -> list[tuple[str, str | None]]:
    """Answer every text of a municipality, as it is read."""
    with database.reading() as session:
        rows = session.scalars(
            select(LetterRow).where(LetterRow.municipality == municipality).order_by(LetterRow.id)
        ).all()
        return [(row.subject, row.note) for row in rows]


def expected(number: int) -> list[tuple[str, str | None]]:
    """Answer what `fill` stores."""
    return [(f"emne {at}", f"notat {at}" if at % 2 else None) for at in range(number)]


def under(database: Database, municipality: str = "fjordvik") -> dict[str, int]:
    """Answer how many values are under each key."""
    found: dict[str, int] = {}
    with database.reading() as session:
        for row in session.execute(
            text("SELECT subject, note FROM letter WHERE municipality = :m"), {"m": municipality}
        ):
            for value in filter(None, row):
                key = value.split("|")[1]
                found[key] = found.get(key, 0) + 1
    return found


def field_keys(database: Database, state: str, municipality: str = "fjordvik") -> list[str]:
    """Answer the field keys of a municipality in a state."""
    with database.reading() as session:
        return sorted(
            session.scalars(
                select(DataKeyRow.id).where(
                    DataKeyRow.municipality == municipality, DataKeyRow.purpose == "field", DataKeyRow.state == state
                )
            )
        )


def last_rotation(database: Database) -> RotationRow:
    """Answer how far the newest rotation has come."""
    with database.writing() as session:
        return session.get_one(RotationRow, "fjordvik")


def test_everything_comes_under_a_new_key_and_reads_as_before(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause
) -> None:
    fill(letters, 500)
    fill(letters, 3, municipality="dalsbygd")
    old, other, index = field_keys(letters, "writer"), under(letters, "dalsbygd"), ring.index("fjordvik", "x", "y")
    seen = list(rotate(letters, ring, "fjordvik", clock, pause))
    new = field_keys(letters, "writer")
    assert new != old
    assert field_keys(letters, "reader") == old
    assert under(letters) == {new[0]: 750}
    assert under(letters, "dalsbygd") == other
    assert texts(letters) == expected(500)
    assert ring.index("fjordvik", "x", "y") == index
    assert [progress.done for progress in seen] == [200, 250, 450, 650, 750]
    assert seen[-1] == Progress(new[0], 750, 750)
    rotation = last_rotation(letters)
    assert (rotation.key, rotation.done, rotation.total) == (new[0], 750, 750)
    assert (rotation.started_at, rotation.finished_at) == (NOON, NOON + SETTLE)


def test_nothing_to_seal_anew_is_a_rotation_too(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause
) -> None:
    assert list(rotate(letters, ring, "fjordvik", clock, pause)) == []
    assert last_rotation(letters).finished_at is not None
    assert len(field_keys(letters, "reader")) == 1


def test_others_read_and_write_throughout_and_what_they_write_under_the_old_key_is_sealed_anew(
    letters: Database, ring: KeyRing, clock: FixedClock, old_process: Database, pause: Pause
) -> None:
    fill(letters, 450)
    old = field_keys(letters, "writer")
    written = 450

    def write_meanwhile() -> None:
        nonlocal written
        fill(old_process, 2, first=written)
        written += 2
        assert texts(letters) == expected(written)

    def settle(seconds: float) -> None:
        assert set(under(letters)) == set(field_keys(letters, "writer"))
        write_meanwhile()
        assert set(under(letters)) == {*old, *field_keys(letters, "writer")}
        pause(seconds)

    for _ in rotate(letters, ring, "fjordvik", clock, settle):
        if written < 460:
            write_meanwhile()
    assert set(under(letters)) == set(field_keys(letters, "writer"))
    assert texts(old_process) == texts(letters) == expected(written)
    assert written > 452


def test_what_is_changed_between_reading_and_writing_keeps_its_change(
    letters: Database, places: Settings, clock: FixedClock, old_process: Database, pause: Pause
) -> None:
    class Watched(KeyRing):
        """A key ring beside which somebody edits just before the value is sealed anew."""

        edits = 0

        def seal(self, text: str, *, municipality: str, table: str, column: str, row: str) -> str:
            if text == "emne 1":
                self.edits += 1
                with old_process.writing() as session:
                    session.get_one(LetterRow, row).subject = "rettet"
            return super().seal(text, municipality=municipality, table=table, column=column, row=row)

    fill(letters, 3)
    ring = Watched(letters, lambda: read_masters(places), clock)
    list(rotate(letters, ring, "fjordvik", clock, pause))
    assert ring.edits == 1
    assert texts(letters) == [("emne 0", None), ("rettet", "notat 1"), ("emne 2", None)]
    assert set(under(letters)) == set(field_keys(letters, "writer"))


def test_a_rotation_that_was_left_goes_on_with_its_own_key(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause, places: Settings
) -> None:
    fill(letters, 300)
    first = next(rotate(letters, ring, "fjordvik", clock, pause))
    assert last_rotation(letters).finished_at is None
    clock.time += timedelta(days=1)
    again = open_keys(letters, places, clock)
    assert texts(letters) == expected(300)
    keys_seen = {progress.key for progress in rotate(letters, again, "fjordvik", clock, pause)}
    assert keys_seen == {first.key} == set(field_keys(letters, "writer"))
    assert under(letters) == {first.key: 450}
    assert (last_rotation(letters).done, last_rotation(letters).started_at) == (450, NOON)


def test_a_rotation_killed_within_a_transaction_keeps_whole_batches_and_goes_on(
    letters: Database, places: Settings, clock: FixedClock, pause: Pause
) -> None:
    fill(letters, 500)
    command = [sys.executable, "-m", "tests.storage.letters", str(places.data), places.database_url, "350"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    cut_off = last_rotation(letters)
    assert cut_off.finished_at is None
    assert under(letters)[cut_off.key] == cut_off.done == 250  # the third batch is taken back whole
    ring = open_keys(letters, places, clock)
    assert texts(letters) == expected(500)
    seen = list(rotate(letters, ring, "fjordvik", clock, pause))
    assert {progress.key for progress in seen} == {cut_off.key}
    assert under(letters) == {cut_off.key: 750}
    assert texts(letters) == expected(500)
    assert (field_keys(letters, "writer"), len(field_keys(letters, "reader"))) == ([cut_off.key], 1)


def test_a_value_that_does_not_open_stops_nobody_else_and_is_named(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause
) -> None:
    fill(letters, 300)
    with letters.writing() as session:
        session.execute(update(LetterRow).where(LetterRow.id == "fjordvik00007").values(subject_sealed="klartekst"))
    with pytest.raises(TamperedError, match=r"1 values of fjordvik do not open: letter.subject of fjordvik00007$"):
        list(rotate(letters, ring, "fjordvik", clock, pause))
    assert last_rotation(letters).finished_at is None
    assert last_rotation(letters).done == 449
    with letters.writing() as session:
        session.get_one(LetterRow, "fjordvik00007").subject = "emne 7"
    list(rotate(letters, ring, "fjordvik", clock, pause))
    assert texts(letters) == expected(300)
    assert last_rotation(letters).finished_at is not None


def test_a_rotation_that_another_one_has_followed_stops(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause, places: Settings
) -> None:
    fill(letters, 300)
    begun = rotate(letters, ring, "fjordvik", clock, pause)
    next(begun)
    for _ in range(2):
        list(rotate(letters, open_keys(letters, places, clock), "fjordvik", clock, pause))
    with pytest.raises(ConflictError, match="another rotation of fjordvik has begun"):
        list(begun)
    assert texts(letters) == expected(300)
    assert len(field_keys(letters, "writer")) == 1


@pytest.mark.parametrize("_round", range(3))
def test_two_who_rotate_at_once_lose_nothing(
    letters: Database, places: Settings, clock: FixedClock, pause: Pause, _round: int
) -> None:
    fill(letters, 250)
    together = Barrier(2)
    processes = [Database(places.database_url) for _ in range(2)]

    def work(database: Database) -> None:
        own = open_keys(database, places, clock)
        together.wait(10)
        list(rotate(database, own, "fjordvik", clock, pause))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, database) for database in processes]:
            done.result(60)
    assert texts(letters) == expected(250)
    assert list(under(letters)) == field_keys(letters, "writer")
    for database in processes:
        database.close()


def test_old_keys_are_kept_as_long_as_backups_and_then_dropped_where_no_value_needs_them(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause, old_process: Database
) -> None:
    fill(letters, 3)
    first = field_keys(letters, "writer")
    list(rotate(letters, ring, "fjordvik", clock, pause))
    second = field_keys(letters, "writer")
    clock.time += KEPT - SETTLE
    list(rotate(letters, ring, "fjordvik", clock, pause))
    third = field_keys(letters, "writer")
    assert field_keys(letters, "reader") == sorted(first + second)
    fill(old_process, 1, first=3)
    assert set(under(letters)) == {*first, *third}
    clock.time += KEPT
    list(rotate(letters, ring, "fjordvik", clock, pause))
    assert field_keys(letters, "reader") == sorted(first + third)
    assert texts(letters) == expected(4)
    clock.time += KEPT
    list(rotate(letters, ring, "fjordvik", clock, pause))
    assert not {*first, *second, *third} & set(field_keys(letters, "writer"))
    assert len(field_keys(letters, "reader")) == 1
    assert texts(letters) == expected(4)


def test_an_old_key_is_kept_while_a_column_that_nobody_has_named_needs_it(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(letters, 3)
    first = field_keys(letters, "writer")
    monkeypatch.setattr("webapp.storage.sealed._by_hand", {("letter", "subject")})
    for _ in range(3):
        list(rotate(letters, ring, "fjordvik", clock, pause))
        clock.time += 2 * KEPT
    assert set(first) <= set(field_keys(letters, "reader"))
    assert texts(letters) == expected(3)


def test_a_municipality_without_keys_is_not_rotated(
    letters: Database, ring: KeyRing, clock: FixedClock, pause: Pause
) -> None:
    with pytest.raises(NotFoundError, match="nowhere has no key to rotate"):
        list(rotate(letters, ring, "nowhere", clock, pause))


def test_a_new_master_key_wraps_all_keys_and_the_old_line_can_then_be_taken_away(
    letters: Database, places: Settings, clock: FixedClock
) -> None:
    fill(letters, 3)
    path = places.master_key_file
    old = path.read_text()
    add_key(path)
    masters = read_masters(places)
    assert rewrap(letters, masters) == 6
    assert rewrap(letters, masters) == 0
    path.write_text(path.read_text().removesuffix(old))
    letters.keys = None
    open_keys(letters, places, clock)
    assert texts(letters) == expected(3)
    path.write_text(old)
    with pytest.raises(StartError, match=f"needs the master key {masters[0].id}"):
        open_keys(letters, places, clock)


def test_a_master_key_that_is_missing_leaves_every_key_as_it_was(
    letters: Database, places: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = replace(places, master_key_file=tmp_path_factory.mktemp("other") / "master")
    before = field_keys(letters, "writer")
    with pytest.raises(StartError, match="needs the master key"):
        rewrap(letters, read_masters(other))
    with letters.reading() as session:
        assert set(session.scalars(select(DataKeyRow.master))) == {read_masters(places)[0].id}
    assert field_keys(letters, "writer") == before
