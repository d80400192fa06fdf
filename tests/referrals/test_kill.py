"""The real server is killed again and again while referrals come in: none is lost, none doubled (F01, F15, F16)."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Queue
from random import Random

import pytest
from requests import Response
from sqlalchemy import select

from tests.factories.processes import NEW, PAUSE, WITHIN, Resident, Server
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.audit.verifying import verify_chain
from webapp.kernel.clock import SystemClock
from webapp.kernel.ids import digest, write_readable
from webapp.municipalities import models as _models  # noqa: F401 -- the table that referrals refer to
from webapp.referrals.actions.sending import KIND
from webapp.referrals.models import ReferralRow
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

pytestmark = pytest.mark.xdist_group(__name__)  # what is set up here is costly: once, in one process

CLIENTS, EACH = 4, 15
KILLS = ("worker", "all", "stop", "worker", "all")


@dataclass
class Storm:
    """What residents were told while the server was killed, and what is there afterwards."""

    server: Server
    before: set[str]
    """The digests of the keys of the demonstration's own cases."""
    acked: dict[str, str]
    """The key of a form → the reference on its receipt."""
    receipt: Response
    half_filled: Response
    killed: Counter[str]


def kill_all(server: Server, _dice: Random) -> None:
    """Kill the server and start it again."""
    server.kill()
    server.start()


def stop(server: Server, _dice: Random) -> None:
    """Stop the server in good order and start it again."""
    server.stop()
    server.start()


HOW: dict[str, Callable[[Server, Random], None]] = {"worker": Server.kill_worker, "all": kill_all, "stop": stop}


def send_all(server: Server, attempts: Queue[str], networks: Iterator[int]) -> dict[str, str]:
    """Send referrals one after another, each as somebody else; answer what was acknowledged."""
    acked = {}
    try:
        for _ in range(EACH):
            with Resident(server, attempts, f"198.18.{next(networks)}.1") as resident:
                key, reference = resident.call_me()
                acked[key] = reference
    finally:
        attempts.put("done")
    return acked


def kill_and_start_again(server: Server, attempts: Queue[str], dice: Random) -> Counter[str]:
    """Kill the server or one of its processes at random moments while others send; answer how often."""
    kills, done, seen = list(KILLS), 0, 0
    due = dice.randint(4, 12)
    while done < CLIENTS:
        if attempts.get(timeout=WITHIN) == "done":
            done += 1
            continue
        seen += 1
        if kills and seen >= due:
            PAUSE.wait(dice.uniform(0, 0.08))
            HOW[kills.pop(0)](server, dice)
            due = seen + dice.randint(6, 20)
    return Counter(KILLS[: len(KILLS) - len(kills)])


def keys_of(server: Server) -> set[str]:
    """Answer the digests of the keys of all cases that there are."""
    with closing(sqlite3.connect(server.data / "avklart.db")) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM referral")}


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Iterator[Storm]:
    """Sixty residents and one who is in the middle of writing, while the server is killed and stopped five times."""
    folder = tmp_path_factory.mktemp("storm")
    shutil.copy(real_database, folder / "avklart.db")
    server, attempts, networks = Server(folder), Queue[str](), count(1)
    server.start()
    try:
        with Resident(server, Queue(), "198.19.1.1") as writing, Resident(server, Queue(), "198.19.2.1") as told:
            assert writing.fill(NEW, whom="self").status_code == 303
            assert writing.fill(f"{NEW}/om", topics="falls").status_code == 303
            assert writing.fill(f"{NEW}/fortell", words="Halvferdig kanarifugl", what_matters="").status_code == 303
            before = keys_of(server)
            key, reference = told.call_me()
            with ThreadPoolExecutor(CLIENTS) as pool:
                sending = [pool.submit(send_all, server, attempts, networks) for _ in range(CLIENTS)]
                killed = kill_and_start_again(server, attempts, Random(4))
                acked = {key: reference}
                for one in sending:
                    acked |= one.result()
            receipt = told.ask("GET", f"/nb/henvendelse/kvittering/{reference}")
            half_filled = writing.ask("GET", f"{NEW}/fortell")
        yield Storm(server, before, acked, receipt, half_filled, killed)
    finally:
        server.kill()


@pytest.fixture(scope="module")
def left(storm: Storm) -> Iterator[Database]:
    """The database as the last killing left it."""
    storm.server.kill()
    settings = load(storm.server.environ())
    database = Database(settings.database_url)
    open_keys(database, settings, SystemClock())
    yield database
    database.close()


def test_a_receipt_and_a_half_filled_form_survive_the_killing(storm: Storm) -> None:
    assert storm.killed == {"worker": 2, "all": 2, "stop": 1}
    assert storm.receipt.status_code == 200
    assert "Halvferdig kanarifugl" in storm.half_filled.text


def test_every_acknowledged_reference_is_there_and_no_form_is_two_cases(storm: Storm, left: Database) -> None:
    with left.reading() as session:
        rows = session.execute(select(ReferralRow.key, ReferralRow.reference)).all()
    found = [(key, write_readable(reference)) for key, reference in rows if key not in storm.before]
    assert len(found) == CLIENTS * EACH + 1
    assert dict(found) == {digest(key): reference for key, reference in storm.acked.items()}


def test_each_case_has_exactly_one_message_and_one_event(storm: Storm, left: Database) -> None:
    with left.reading() as session:
        others = session.scalars(select(ReferralRow.id).where(ReferralRow.key.in_(storm.before))).all()
        cases = Counter(session.scalars(select(ReferralRow.id).where(ReferralRow.id.not_in(others))).all())
        of_a_case = MessageRow.kind == KIND, MessageRow.about.not_in(others)
        messages = Counter(session.scalars(select(MessageRow.about).where(*of_a_case)).all())
        received = EventRow.action == Action.REFERRAL_RECEIVED
        told = session.scalars(select(EventRow.object_id).where(received, EventRow.object_id.not_in(others)))
        events = Counter(told.all())
    assert cases == messages == events
    assert set(cases.values()) == {1}


def test_the_database_and_its_audit_log_are_whole(storm: Storm, left: Database) -> None:
    with closing(sqlite3.connect(storm.server.data / "avklart.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert left.keys is not None
    found = verify_chain(left, left.keys.audit_code, "fjordvik")
    assert found.fault is None
    assert found.whole >= CLIENTS * EACH + 1
