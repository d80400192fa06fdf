"""What the outbox survives: killed and paused workers, many at once, poison (F08–F10); mail servers down are F06."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Lock
from typing import Any

import pytest

from tests.conftest import NOON
from tests.factories.outbox import Receiver, put, row_of, states, with_keys
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import Delivery, PermanentFault
from webapp.settings import Settings
from webapp.storage.outbox import drain, enqueue, finish
from webapp.storage.session import Database

ITEMS, CASES = 200, 25


@pytest.fixture
def mail(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


class Shared(Receiver):
    """A receiver that several workers hand to; one of them stops in the middle, once, until it is let go."""

    def __init__(self, *, pauses: bool = False) -> None:
        super().__init__()
        self.lock = Lock()
        self.paused, self.go_on = Event(), Event()
        self.pauses = pauses

    def __call__(self, delivery: Delivery) -> None:
        """Take a delivery; the first one is held when it was told to pause."""
        with self.lock:
            pause, self.pauses = self.pauses, False
            self.got.append(delivery)
        if pause:
            self.paused.set()
            assert self.go_on.wait(60)


def orders(receiver: Receiver) -> dict[str, list[int]]:
    """Answer the numbers that were received about each case, in their order, copies left out."""
    found: dict[str, list[int]] = {}
    for delivery in {delivery.id: delivery for delivery in receiver.got}.values():
        found.setdefault(delivery.payload["case"], []).append(delivery.payload["number"])
    return found


def fill(database: Database) -> list[str]:
    """Write 200 messages about 25 cases."""
    payloads: list[dict[str, Any]] = [{"case": f"case{n % CASES}", "number": n // CASES} for n in range(ITEMS)]
    return [put(database, payload["case"], payload=payload) for payload in payloads]


def test_workers_at_once_send_each_message_once_and_in_order(
    mail: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.storage.session.BUSY_TIMEOUT_MS", 60_000)  # SQLite lets one wait long on a slow disk
    ids = fill(mail)
    receiver, together = Shared(), Barrier(2)

    def work() -> int:
        together.wait(10)
        tried = 0
        while "queued" in states(mail):  # what another one holds makes its own case wait
            tried += drain(mail, clock, {"mail": receiver}, Event())
        return tried

    with ThreadPoolExecutor(2) as pool:
        tried = [worker.result(120) for worker in [pool.submit(work) for _ in range(2)]]
    assert sum(tried) == ITEMS
    assert sorted(receiver.ids) == sorted(ids)
    assert orders(receiver) == {f"case{n}": list(range(ITEMS // CASES)) for n in range(CASES)}
    assert set(states(mail)) == {"sent"}


def test_a_worker_paused_past_its_lease_and_resumed_overwrites_nothing(mail: Database, clock: FixedClock) -> None:
    ids = fill(mail)
    receiver = Shared(pauses=True)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(drain, mail, clock, {"mail": receiver}, Event(), most=1)
        assert receiver.paused.wait(60)
        held = receiver.got[0]
        assert drain(mail, clock, {"mail": receiver}, Event()) == ITEMS - ITEMS // CASES  # its case waits
        clock.time += timedelta(seconds=61)
        assert drain(mail, clock, {"mail": receiver}, Event()) == ITEMS // CASES
        before = row_of(mail, held.id)
        clock.time += timedelta(seconds=1)
        receiver.go_on.set()
        assert slow.result(60) == 1
    after = row_of(mail, held.id)
    assert (after.state, after.attempts, after.ended_at) == ("sent", 2, before.ended_at)
    assert {n: count for n, count in Counter(receiver.ids).items() if count > 1} == {held.id: 2}
    assert set(receiver.ids) == set(ids)
    assert orders(receiver) == {f"case{n}": list(range(ITEMS // CASES)) for n in range(CASES)}


KILLED = """
import os, sys
from pathlib import Path
from threading import Event
from tests.conftest import NOON
from webapp.kernel.clock import FixedClock
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.outbox import drain
from webapp.storage.session import Database

def send_and_die(delivery):
    Path(sys.argv[3]).write_text(delivery.id)
    os._exit(9)

clock, database = FixedClock(NOON), Database(sys.argv[2])
open_keys(database, load({"AVKLART_DATA": sys.argv[1]}), clock)
drain(database, clock, {"mail": send_and_die}, Event())
"""


def test_a_worker_killed_after_sending_causes_one_copy_under_the_same_id(
    mail: Database, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    one, after = put(mail, "a"), put(mail, "a")
    url = mail.engine.url.render_as_string(hide_password=False)
    killed = [sys.executable, "-c", KILLED, str(settings.data), url, str(tmp_path / "sent")]
    assert subprocess.run(killed, check=False).returncode == 9
    assert (tmp_path / "sent").read_text() == one
    receiver = Receiver()
    drain(mail, clock, {"mail": receiver}, Event())
    assert receiver.ids == []
    clock.time += timedelta(seconds=60)
    drain(mail, clock, {"mail": receiver}, Event())
    assert receiver.ids == [one, after]
    assert states(mail) == ["sent", "sent"]


def test_what_kills_every_worker_is_tried_ever_more_seldom_and_parked_after_a_week(
    mail: Database, clock: FixedClock
) -> None:
    poison, behind = put(mail, "a"), put(mail, "b")

    def die(delivery: Delivery) -> None:
        if delivery.id == poison:
            raise SystemExit

    killed = 0
    while clock.time < NOON + timedelta(days=8) and states(mail)[0] == "queued":
        try:
            drain(mail, clock, {"mail": die}, Event())
        except SystemExit:
            killed += 1
        clock.time = max(clock.time + timedelta(minutes=1), row_of(mail, poison).due_at)
    assert states(mail) == ["parked", "sent"]
    assert row_of(mail, behind).attempts == 1
    assert 30 <= killed <= 60
    assert clock.time > NOON + timedelta(days=7)


def test_the_queue_flows_behind_messages_that_cannot_be_sent(mail: Database, clock: FixedClock) -> None:
    ids = [put(mail, f"case{n % 5}") for n in range(30)]
    receiver = Receiver({one: PermanentFault("bad address") for one in ids[:10]})
    assert drain(mail, clock, {"mail": receiver}, Event()) == 30
    assert sorted(receiver.ids) == sorted(ids[10:])
    assert Counter(states(mail)) == {"parked": 10, "sent": 20}


def test_a_message_deleted_while_it_is_sent_disturbs_nobody(mail: Database, clock: FixedClock) -> None:
    row = row_of(mail, put(mail))
    with mail.writing() as session:
        session.delete(session.merge(row))
    assert not finish(mail, row, clock.time)


WORKER = """
import os, signal, sys
from datetime import timedelta
from threading import Event
from tests.conftest import NOON
from webapp.kernel.clock import FixedClock
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.outbox import drain
from webapp.storage.session import Database

data, url, seconds, received, stops_at = sys.argv[1:]
clock, database = FixedClock(NOON + timedelta(seconds=int(seconds))), Database(url)
open_keys(database, load({"AVKLART_DATA": data}), clock)
out, count = os.open(received, os.O_WRONLY | os.O_APPEND | os.O_CREAT), 0

def take(delivery):
    global count
    count += 1
    os.write(out, f"{delivery.id}\\n".encode())
    if count == int(stops_at):
        os.kill(os.getpid(), signal.SIGSTOP)

drain(database, clock, {"mail": take}, Event())
"""
MANY, PAUSED_AT = 1000, 100


@pytest.mark.postgresql
def test_of_two_processes_and_a_thousand_messages_one_is_paused_past_its_lease_and_overwrites_nothing(
    postgresql_database: Database, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    mail = with_keys(postgresql_database, settings, clock)  # on SQLite there is one worker
    with mail.writing() as session:
        ids = [
            enqueue(session, municipality="fjordvik", kind="mail", payload={}, about=f"case{number}", at=NOON)
            for number in range(MANY)
        ]
    url, received = mail.engine.url.render_as_string(hide_password=False), tmp_path / "received"
    begun = [sys.executable, "-c", WORKER, str(settings.data), url]
    slow = subprocess.Popen([*begun, "0", str(received), str(PAUSED_AT)])
    _pid, how = os.waitpid(slow.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(how)
    held = received.read_text().split()[-1]
    subprocess.run([*begun, "61", str(received), "0"], check=True)
    before = row_of(mail, held)
    os.kill(slow.pid, signal.SIGCONT)
    assert slow.wait(60) == 0
    after = row_of(mail, held)
    assert (before.state, before.attempts) == ("sent", 2)
    assert (after.state, after.attempts, after.ended_at) == ("sent", 2, before.ended_at)
    told = Counter(received.read_text().split())
    assert set(told) == set(ids)
    assert {one: number for one, number in told.items() if number > 1} == {held: 2}
    assert set(states(mail)) == {"sent"}
