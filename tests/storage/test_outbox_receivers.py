"""The outbox and a municipality's own systems, over real connections: what F07, F08, F10 and F11 demand of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from tests.factories.outbox import put, row_of, states, with_keys
from tests.factories.servers import Inbox, certificate, free_port, receiver
from tests.gateways.receiver_file import fhir_at, webhook_at, write_file
from webapp.gateways.archive import FolderArchive
from webapp.gateways.fhir_endpoint import HttpFhirEndpoint
from webapp.gateways.receivers import Receivers, Ways, receivers
from webapp.gateways.webhook import HttpWebhook
from webapp.kernel.clock import Clock, FixedClock
from webapp.kernel.delivery import Delivery, Handler
from webapp.settings import Settings
from webapp.storage.outbox import cancel, drain, parked, resend
from webapp.storage.session import Database

HOUR = timedelta(hours=1)
HEADER = {"webhook": "webhook-id", "fhir": "x-request-id"}
JUNK = b"<html>kanari \xff"
both = pytest.mark.parametrize("kind", HEADER)


def ways(found: Receivers, clock: Clock) -> dict[str, Handler]:
    """Answer what takes each kind of message to a municipality's systems."""

    def webhook(delivery: Delivery) -> None:
        way = found.of(delivery.municipality).webhook
        assert way is not None
        way.send(delivery.id, json.dumps(dict(delivery.payload)).encode(), clock.now())

    def fhir(delivery: Delivery) -> None:
        way = found.of(delivery.municipality).fhir
        assert way is not None
        way.send(delivery.id, json.dumps(dict(delivery.payload)).encode())

    def archive(delivery: Delivery) -> None:
        way = found.of(delivery.municipality).archive
        assert way is not None
        way.put(delivery.id, {name: text.encode() for name, text in delivery.payload.items()})

    return {"webhook": webhook, "fhir": fhir, "archive": archive}


def file_at(folder: Path, url: str) -> Path:
    """Write a file of receivers in which both municipalities have all their systems."""
    systems = {"webhook": webhook_at(url), "fhir": fhir_at(url), "archive": {"folder": str(folder / "archive")}}
    return write_file(folder, {"fjordvik": systems, "dalsbygd": systems})


class House:
    """An outbox, and the receivers that it delivers to."""

    def __init__(self, database: Database, settings: Settings, clock: FixedClock) -> None:
        self.database, self.settings, self.clock = database, settings, clock

    def work(self, url: str, *, timeout: float = 10.0) -> int:
        """Send what is due to an address; answer how many were tried."""
        found = receivers(replace(self.settings, receivers_file=file_at(self.settings.data / "operator", url)))
        patient = {code: in_time(found, code, timeout) for code in ("fjordvik", "dalsbygd")}
        return drain(self.database, self.clock, ways(Receivers(patient), self.clock), Event())

    def wait(self, message_id: str) -> None:
        """Let the time come at which a message is tried again."""
        self.clock.time = row_of(self.database, message_id).due_at


def in_time(found: Receivers, code: str, timeout: float) -> Ways:
    """Answer the ways of a municipality with another patience."""
    of = found.of(code)
    assert isinstance(of.webhook, HttpWebhook)
    assert isinstance(of.fhir, HttpFhirEndpoint)
    return replace(of, webhook=replace(of.webhook, timeout=timeout), fhir=replace(of.fhir, timeout=timeout))


@pytest.fixture
def house(any_database: Database, settings: Settings, clock: FixedClock) -> House:
    """An outbox with keys, on SQLite and on PostgreSQL in turn."""
    return House(with_keys(any_database, settings, clock), settings, clock)


@both
@pytest.mark.parametrize(("trouble", "fault", "copies"), [
    ("500", "put off 500", 2), ("429", "put off 429", 2), ("reset", "ConnectionError", 2),
    ("silence", "ReadTimeout", 2), ("away", "ConnectionError", 1), ("redirect", "put off 307", 2),
])  # fmt: skip
def test_after_trouble_that_passes_each_message_arrives_again_under_its_id_and_word_for_word(
    house: House, kind: str, trouble: str, fault: str, copies: int
) -> None:
    ids = [put(house.database, f"case{n}", kind=kind, payload={"case": n}) for n in range(3)]
    inbox = Inbox(status=int(trouble) if trouble.isdecimal() else 307, headers={"Location": "http://127.0.0.1/"})
    inbox.resets = trouble == "reset"
    inbox.go_on = Event() if trouble == "silence" else None
    with receiver(inbox) as port:
        url = f"http://127.0.0.1:{free_port() if trouble == 'away' else port}"
        assert house.work(url, timeout=0.1 if trouble == "silence" else 10.0) == 3
        assert {(row_of(house.database, one).state, row_of(house.database, one).fault) for one in ids} == {
            ("queued", fault)
        }
        if inbox.go_on is not None:
            inbox.go_on.set()
        inbox.status, inbox.resets, inbox.body = 200, False, JUNK
        house.clock.time += HOUR
        assert house.work(f"http://127.0.0.1:{port}") == 3
        assert house.work(f"http://127.0.0.1:{port}") == 0
    assert states(house.database) == ["sent"] * 3
    assert Counter(inbox.ids(HEADER[kind])) == dict.fromkeys(ids, copies)
    assert len({(request.headers[HEADER[kind]], request.body) for request in inbox.requests}) == 3


@both
def test_a_receiver_that_says_when_to_come_back_is_left_alone_until_then(house: House, kind: str) -> None:
    one = put(house.database, kind=kind)
    inbox = Inbox(status=429, headers={"Retry-After": "1200"})
    with receiver(inbox) as port:
        url = f"http://127.0.0.1:{port}"
        assert house.work(url) == 1
        inbox.status = 204
        house.clock.time += timedelta(seconds=1199)
        assert house.work(url) == 0
        house.wait(one)
        assert house.work(url) == 1
    assert inbox.ids(HEADER[kind]) == [one, one]


@both
@pytest.mark.parametrize("status", [400, 401, 404, 410, 413, 422])
def test_a_refusal_is_seen_by_the_administrator_and_goes_under_the_same_id_when_it_is_sent_again(
    house: House, kind: str, status: int
) -> None:
    one = put(house.database, kind=kind, payload={"case": 1})
    inbox = Inbox(status=status, body=JUNK)
    with receiver(inbox) as port:
        url = f"http://127.0.0.1:{port}"
        assert house.work(url) == 1
        with house.database.writing() as session:
            (found,) = parked(session, "fjordvik")
            assert (found.id, found.kind, found.fault, found.attempts) == (one, kind, f"refused {status}", 1)
            resend(session, "fjordvik", one, house.clock.time)
        inbox.status = 201
        assert house.work(url) == 1
    assert states(house.database) == ["sent"]
    assert inbox.ids(HEADER[kind]) == [one, one]
    assert inbox.requests[0].body == inbox.requests[1].body


def test_a_certificate_that_has_expired_tells_the_receiver_nothing_and_waits_to_be_mended(
    house: House, tmp_path: Path
) -> None:
    one = put(house.database, kind="webhook")
    expired, _ = certificate(tmp_path, "127.0.0.1", ends=-timedelta(days=1))
    inbox = Inbox()

    def work(port: int) -> None:
        way = HttpWebhook(f"https://127.0.0.1:{port}", (b"x" * 24,), True, tmp_path / "certificate.pem")
        drain(house.database, house.clock, {"webhook": lambda it: way.send(it.id, b"{}", house.clock.now())}, Event())

    with receiver(inbox, expired) as port:
        work(port)
    assert (row_of(house.database, one).state, row_of(house.database, one).fault) == ("queued", "certificate expired")
    assert inbox.requests == []
    mended, _ = certificate(tmp_path, "127.0.0.1")
    house.wait(one)
    with receiver(inbox, mended) as port:
        work(port)
    assert inbox.ids() == [one]


def test_a_private_address_gets_nothing_until_the_operator_allows_it(house: House) -> None:
    one = put(house.database, kind="webhook")
    inbox = Inbox()
    with receiver(inbox) as port:
        way = HttpWebhook(f"https://127.0.0.1:{port}", (b"x" * 24,))
        drain(house.database, house.clock, {"webhook": lambda it: way.send(it.id, b"{}", house.clock.now())}, Event())
        assert row_of(house.database, one).fault == "private address"
        assert inbox.requests == []
        house.wait(one)
        house.work(f"http://127.0.0.1:{port}")
    assert inbox.ids() == [one]


KILLED = """
import os, signal, sys
from threading import Event
from tests.conftest import NOON
from tests.storage.test_outbox_receivers import ways
from webapp.gateways.receivers import receivers
from webapp.kernel.clock import FixedClock
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.outbox import drain
from webapp.storage.session import Database

data, url, file, kind, when = sys.argv[1:]
settings = load({"AVKLART_DATA": data, "AVKLART_RECEIVERS_FILE": file})
clock, database = FixedClock(NOON), Database(url)
open_keys(database, settings, clock)
send = ways(receivers(settings), clock)[kind]

def send_and_be_killed(delivery):
    if when == "after":
        send(delivery)
    os.kill(os.getpid(), signal.SIGKILL)

drain(database, clock, {kind: send_and_be_killed}, Event())
"""


@pytest.mark.parametrize("kind", ["webhook", "fhir", "archive"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_before_it_could_say_that_it_sent_causes_one_copy_at_most_and_never_none(
    house: House, kind: str, when: str
) -> None:
    one = put(house.database, kind=kind, payload={"henvendelse.txt": "Åse vil bli ringt opp"})
    inbox = Inbox()
    with receiver(inbox) as port:
        url = f"http://127.0.0.1:{port}"
        file = file_at(house.settings.data / "operator", url)
        (file.parent / "archive").mkdir()
        database_url = house.database.engine.url.render_as_string(hide_password=False)
        arguments = [str(house.settings.data), database_url, str(file), kind, when]
        assert subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False).returncode == -9
        assert house.work(url) == 0
        house.clock.time += timedelta(seconds=60)
        assert house.work(url) == 1
        assert house.work(url) == 0
    assert states(house.database) == ["sent"]
    if kind == "archive":
        written = {path: path.read_text("utf-8") for path in (file.parent / "archive").rglob("*") if path.is_file()}
        assert written == {file.parent / "archive" / one / "henvendelse.txt": "Åse vil bli ringt opp"}
    else:
        assert inbox.ids(HEADER[kind]) == [one] * (2 if when == "after" else 1)


def test_what_a_receiver_will_never_take_is_moved_aside_and_the_others_get_theirs(house: House) -> None:
    """One municipality's system is gone, and one message has a name that no archive takes."""
    refused = [put(house.database, f"case{n}", kind="webhook") for n in range(5)]
    bad = put(house.database, "case0", kind="archive", payload={"../up": "x"})
    good = put(house.database, "case0", kind="archive", payload={"a.txt": "x"})
    theirs = [put(house.database, f"other{n}", kind="webhook", municipality="dalsbygd") for n in range(5)]
    gone, living = Inbox(status=410), Inbox()
    folder = house.settings.data / "archive"
    folder.mkdir()
    with receiver(gone) as one, receiver(living) as other:
        systems = write_file(house.settings.data / "operator", {
            "fjordvik": {"webhook": webhook_at(f"http://127.0.0.1:{one}"), "archive": {"folder": str(folder)}},
            "dalsbygd": {"webhook": webhook_at(f"http://127.0.0.1:{other}")},
        })  # fmt: skip
        found = receivers(replace(house.settings, receivers_file=systems))
        assert drain(house.database, house.clock, ways(found, house.clock), Event()) == 12
    assert sorted(gone.ids()) == sorted(refused)
    assert sorted(living.ids()) == sorted(theirs)
    assert row_of(house.database, bad).fault == "bad file name"
    assert Counter(states(house.database)) == {"parked": 6, "sent": 6}
    assert [path.name for path in folder.iterdir()] == [good]


@pytest.mark.parametrize("kind", ["webhook", "fhir", "archive"])
def test_what_is_withdrawn_while_its_receiver_is_away_is_never_sent(house: House, kind: str) -> None:
    one = put(house.database, "case", kind=kind, payload={"a.txt": "x"})
    inbox = Inbox()
    archive = house.settings.data / "operator" / "archive"
    assert house.work(f"http://127.0.0.1:{free_port()}") == 1  # nobody listens, and the archive's disk is not there
    assert row_of(house.database, one).state == "queued"
    with house.database.writing() as session:
        assert cancel(session, "case", house.clock.time) == 1
    archive.mkdir()
    house.clock.time += timedelta(days=1)
    with receiver(inbox) as port:
        assert house.work(f"http://127.0.0.1:{port}") == 0
    assert (inbox.requests, list(archive.iterdir())) == ([], [])
    assert row_of(house.database, one).payload_sealed is None


def test_an_archive_whose_disk_comes_back_gets_what_waited(house: House) -> None:
    one = put(house.database, kind="archive", payload={"a.txt": "x"})
    folder = house.settings.data / "disk"
    send = ways(Receivers({"fjordvik": Ways(archive=FolderArchive(folder))}), house.clock)
    drain(house.database, house.clock, send, Event())
    assert row_of(house.database, one).fault == "archive: No such file or directory"
    folder.mkdir()
    house.wait(one)
    drain(house.database, house.clock, send, Event())
    assert [path.name for path in folder.rglob("*")] == [one, "a.txt"]
