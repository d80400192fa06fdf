"""The power goes while residents send and what is old is deleted: what was promised is there afterwards (F02)."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.conftest import CONTENT, NOON
from tests.factories.people import QUICK
from tests.factories.power import Disk
from tests.factories.recorded import Recording, Synced, can_record, recording
from tests.page import Client
from webapp.app import Avklart, create_app
from webapp.content import files
from webapp.content.actions import import_parts
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import clean_code, digest
from webapp.operations.jobs import write_erasures
from webapp.referrals.actions import handling
from webapp.referrals.jobs import delete_what_is_due
from webapp.referrals.models import ReferralRow
from webapp.settings import Settings, load
from webapp.storage import session as sessions
from webapp.storage import working_copies
from webapp.storage.session import Database

pytestmark = [
    pytest.mark.xdist_group(__name__),  # what is recorded here is costly: in one process
    pytest.mark.skipif(not can_record(), reason="SQLite is built into this Python, and lets nobody look at its writes"),
]

BEFORE, AFTER, CLOSED, RANDOM = 20, 6, 6, 60
CALL, COPY = "/nb/ring-meg", "hemmelig"
FORM = {"name": "Ola Nordmann", "telephone": "400 12 345", "when": "any", "interpreter": ""}
UNSAID = """
SELECT id FROM referral
WHERE 1 != (SELECT count(*) FROM outbox_message WHERE about = referral.id AND kind = 'referral' AND number = 1)
OR 1 != (SELECT count(*) FROM audit_event WHERE object_id = referral.id AND action = 'referral_received')
"""
TWICE = "SELECT key FROM referral GROUP BY key HAVING count(*) > 1"
BROKEN_CHAIN = """
SELECT municipality FROM audit_event AS one WHERE sequence > 1 AND previous IS NOT (SELECT hash FROM audit_event
WHERE municipality = one.municipality AND sequence = one.sequence - 1) UNION ALL SELECT municipality FROM audit_head
WHERE sequence != (SELECT count(*) FROM audit_event WHERE municipality = audit_head.municipality)
"""
NOT_DELETED = "SELECT id FROM referral WHERE deleted_at IS NULL UNION ALL SELECT id FROM working_copy"


@dataclass
class Day:
    """What was done, what it did to the disk, and after how many steps of that it was promised."""

    recording: Recording
    sent: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The digest of a form's key → the reference on its receipt, and when that was given."""
    deleted: set[str] = field(default_factory=set)
    """The cases and the working copy that were deleted."""
    canaries: set[bytes] = field(default_factory=set)
    """Pieces of what was deleted, as they were stored."""
    deleted_at: int = 0
    gone_at: int = 0
    """When the worker had written to the erasure list that it is gone."""
    left_in: list[str] = field(default_factory=list)
    """The files that a piece of it was found in then."""

    def now(self) -> int:
        """Answer how many steps were done to the disk."""
        return len(self.recording.steps)


def send(day: Day, avklart: Avklart, number: int) -> None:
    """Send «Ring meg» as somebody else, now and then pressing twice."""
    client, network = Client(avklart.front), {"REMOTE_ADDR": f"198.18.{number}.1"}
    key = re.findall(r'name="key" value="([^"]+)"', client.raw(CALL).text)[0]
    pressed = 2 if number % 4 == 0 else 1
    told = [client.raw(CALL, "POST", data={**FORM, "key": key}, environ_base=network) for _ in range(pressed)]
    assert {answer.status_code for answer in told} == {303}
    (where,) = {answer.headers["Location"] for answer in told}
    day.sent[digest(key)] = clean_code(where.rpartition("/")[2]), day.now()


def close_some(day: Day, database: Database) -> None:
    """Close the first cases, and keep in mind what is stored of them."""
    first = select(ReferralRow).order_by(ReferralRow.received_at, ReferralRow.id).limit(CLOSED)
    with database.writing() as session:
        for row in session.scalars(first).all():
            handling.take(session, row, by="kari", at=NOON)
            handling.close(session, row, "Ferdig", by="kari", at=NOON)
            day.canaries.add(row.content_sealed[-60:].encode())
            day.deleted.add(row.id)


def pieces_in(folder: Path, day: Day) -> list[str]:
    """Answer the names of the files with a piece of what was deleted in them."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return [name for name, content in found.items() if any(canary in content for canary in day.canaries)]


def live(day: Day, avklart: Avklart, settings: Settings, clock: FixedClock) -> None:
    """Let residents send, and what is old be deleted in the middle of it."""
    database = avklart.database
    for number in range(BEFORE):
        send(day, avklart, number)
    with database.writing() as session:
        until = NOON + working_copies.SAVED
        working_copies.save(session, "fjordvik", COPY, {"words": "x" * 30_000}, expires_at=until)
    day.deleted.add(digest(COPY))
    close_some(day, database)
    clock.time = NOON + timedelta(days=91)
    delete_what_is_due(database, clock, lambda _: 90)
    day.deleted_at = day.now()
    write_erasures(database, clock, settings)
    day.gone_at, day.left_in = day.now(), pieces_in(settings.data, day)
    for number in range(BEFORE, BEFORE + AFTER):
        send(day, avklart, number)


@pytest.fixture(scope="module")
def small_database(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A database with the facts of the municipalities and no other content: it is looked through again and again."""
    folder = tmp_path_factory.mktemp("small")
    path = shutil.copy(empty_database, folder / "avklart.db")
    for facts in CONTENT.glob("municipalities/*/facts.yaml"):
        beside = folder / facts.relative_to(CONTENT)
        beside.parent.mkdir(parents=True)
        shutil.copy(facts, beside)
    with closing(Database(f"sqlite:///{path}")) as database, database.writing() as session:
        import_parts(session, files.read_tree(folder).parts, fingerprint="tests", at=NOON)
    return Path(path)


Live = Callable[[str, str], Day]


@pytest.fixture
def day_with(tmp_path: Path, small_database: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    """Live through a day with a journal and a way to sync."""

    def record(journal: str, synchronous: str) -> Day:
        folder, clock = tmp_path / "data", FixedClock(NOON)
        folder.mkdir()
        shutil.copy(small_database, folder / "avklart.db")
        settings = load({"AVKLART_DATA": str(folder), "AVKLART_CONTENT": str(CONTENT)})
        monkeypatch.setattr(sessions, "wal_is_safe", lambda _version: journal == "wal")
        avklart = create_app(settings, clock=clock, hasher=QUICK)
        avklart.database.close()

        @event.listens_for(avklart.database.engine, "connect")
        def connect(connection: sqlite3.Connection, _record: Any) -> None:
            if synchronous != "as the product says":
                connection.execute(f"PRAGMA synchronous = {synchronous}")
            assert connection.execute("PRAGMA journal_mode").fetchone() == (journal,)

        with recording(folder) as recorded:
            day = Day(recorded)
            live(day, avklart, settings, clock)
            avklart.database.close()
        return day

    return record


Files = dict[str, bytes]


def losses(day: Day, dice: Random) -> Iterator[tuple[int, Files]]:
    """Let the power go before and after each sync and promise and at random moments; answer when, and the files."""
    disk, steps = Disk(day.recording.first), day.recording.steps
    syncs = {number for number, step in enumerate(steps) if isinstance(step, Synced)}
    promised = {day.deleted_at, day.gone_at, *(at for _, at in day.sent.values())}
    moments = syncs | {number + 1 for number in syncs} | promised | {dice.randrange(len(steps)) for _ in range(RANDOM)}
    for number, step in enumerate([*steps, Synced(0, with_folder=True)]):
        if number in moments:
            yield number, disk.after_power_loss(dice)
        disk.take(step)


def put(folder: Path, found: Files) -> None:
    """Have these files in a folder, and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in found.items():
        (folder / name).write_bytes(content)


def lost_again(folder: Path, dice: Random) -> Files:
    """Let the power go once more while SQLite mends what it has found."""
    with (
        recording(folder) as mending,
        closing(sqlite3.connect(folder / "avklart.db")) as connection,
        suppress(sqlite3.DatabaseError),
    ):
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    disk = Disk(mending.first)
    for step in mending.steps[: dice.randrange(len(mending.steps) + 1)]:
        disk.take(step)
    return disk.after_power_loss(dice)


def faults_in(path: Path, day: Day, at: int) -> set[str]:
    """Answer what is wrong with a database that was found after the power went."""
    with closing(sqlite3.connect(path)) as connection:

        def ask(question: str) -> list[Any]:
            return connection.execute(question).fetchall()

        try:
            references = dict(ask("SELECT key, reference FROM referral"))
            left = {one for (one,) in ask(NOT_DELETED)}
            wrong = {
                "damaged": ask("PRAGMA integrity_check") != [("ok",)],
                "refers to nothing": ask("PRAGMA foreign_key_check") != [],
                "event or message missing or double": ask(UNSAID) != [],
                "two cases of one form": ask(TWICE) != [],
                "audit log broken": ask(BROKEN_CHAIN) != [],
                "lost": any(references.get(key) != one for key, (one, when) in day.sent.items() if when <= at),
                "deleted and came back": at >= day.deleted_at and not day.deleted.isdisjoint(left),
            }
        except sqlite3.DatabaseError:
            return {"damaged"}
    return {fault for fault, is_so in wrong.items() if is_so}


def faults_after(day: Day, folder: Path, dice: Random) -> Iterator[set[str]]:
    """Answer what is wrong after the power went, at one moment after another; at some it goes once more."""
    for at, left in losses(day, dice):
        put(folder, left)
        if dice.random() < 0.3:
            put(folder, lost_again(folder, dice))
        with recording(folder):  # so that mending waits for no real disk
            wrong = faults_in(folder / "avklart.db", day, at)
        if at >= day.gone_at and pieces_in(folder, day):
            wrong.add("bytes left")
        yield wrong


@pytest.mark.parametrize("journal", ["truncate", "wal"])
def test_after_a_power_loss_at_any_moment_all_that_was_promised_is_there_and_whole(
    journal: str, day_with: Live, tmp_path: Path
) -> None:
    day = day_with(journal, "as the product says")
    assert len(day.sent) == BEFORE + AFTER
    assert len(day.canaries) == CLOSED
    assert day.left_in == []
    found = list(faults_after(day, tmp_path / "found", Random(2)))
    assert len(found) > 120
    assert Counter(fault for one in found for fault in one) == {}


@pytest.mark.parametrize(
    ("journal", "synchronous", "wrong"),
    [("truncate", "OFF", {"lost", "damaged"}), ("truncate", "NORMAL", {"lost"}), ("wal", "NORMAL", {"lost"})],
)
def test_the_same_finds_what_is_lost_where_less_is_synced(
    journal: str, synchronous: str, wrong: set[str], day_with: Live, tmp_path: Path
) -> None:
    day, lacking = day_with(journal, synchronous), set(wrong)
    for found in faults_after(day, tmp_path / "found", Random(2)):
        lacking -= found
        if not lacking:
            break
    assert lacking == set()
