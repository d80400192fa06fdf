"""Faults that only real processes show: a full disk, a locked database, two caseworkers at once (F03, F04, F13)."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Queue
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from threading import Barrier, Event, Timer

import pytest
from requests import Response

from tests.factories.people import PASSWORD, add_staff
from tests.factories.processes import NEW, WITHIN, Resident, Server
from webapp.kernel.clock import SystemClock
from webapp.kernel.ids import digest
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.session import Database

pytestmark = pytest.mark.xdist_group(__name__)  # what is set up here is costly: once, in one process

CHECK = f"{NEW}/se-over"
CANARY = "Kanarifugl på full disk"
LOCKED = "Kanarifugl i en låst base"
CONTACT = {
    "name": "Ola", "contact": "telephone", "telephone": "61 35 90 99", "email": "", "address": "", "interpreter": "",
    "safe_contact": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Iterator[Server]:
    """The real server with two web processes, and the demonstration's cases."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copy(real_database, folder / "avklart.db")
    found = Server(folder)
    found.start()
    with Resident(found, Queue(), "198.19.9.1") as operator:
        operator.ask("GET", "/readyz")
    yield found
    found.kill()


def fill_disk(server: Server, *, is_full: bool) -> None:
    """Let no file of the server's grow, as on a disk that is full; or let them grow again."""
    for pid in server.processes():
        prlimit(pid, RLIMIT_FSIZE, (1 if is_full else RLIM_INFINITY, RLIM_INFINITY))


def ask_database(server: Server, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(server.data / "avklart.db")) as connection:
        return list(connection.execute(question))


def once(resident: Resident, method: str, path: str, form: dict[str, str] | None = None) -> Response:
    """Ask once, whatever the answer is."""
    url = resident.server.url(path)
    return resident.http.request(method, url, data=form, timeout=WITHIN, allow_redirects=False)


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_full_disk_is_said_keeps_what_was_written_and_is_survived_without_a_restart(server: Server) -> None:
    with Resident(server, Queue(), "198.19.8.1") as resident:
        screens = {"": {"whom": "self"}, "/om": {"topics": "falls"}, "/fortell": {"words": CANARY, "what_matters": ""}}
        for screen, fields in {**screens, "/kontakt": CONTACT}.items():
            assert resident.fill(NEW + screen, **fields).status_code == 303
        form = hidden_in(resident.ask("GET", CHECK).text)
        before = ask_database(server, "SELECT count(*) FROM referral")
        fill_disk(server, is_full=True)
        try:
            refused = once(resident, "POST", CHECK, form)
            shown = once(resident, "GET", CHECK)
            read = once(resident, "GET", "/nb/abc/fall")
        finally:
            fill_disk(server, is_full=False)
        assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
        assert [page.status_code for page in (shown, read)] == [200, 200]
        assert CANARY in shown.text
        assert ask_database(server, "SELECT count(*) FROM referral") == before
        sent = once(resident, "POST", CHECK, form)
        assert (sent.status_code, "/kvittering/" in sent.headers["Location"]) == (303, True)
        assert once(resident, "POST", CHECK, form).headers["Location"] == sent.headers["Location"]
    assert ask_database(server, "SELECT count(*) FROM referral") == [(int(str(before[0][0])) + 1,)]
    assert ask_database(server, "PRAGMA integrity_check") == [("ok",)]
    assert ask_database(server, "PRAGMA foreign_key_check") == []
    halves = "SELECT id FROM referral WHERE id NOT IN (SELECT about FROM outbox_message WHERE kind = 'referral')"
    assert ask_database(server, halves) == []


@contextmanager
def locked(server: Server) -> Iterator[sqlite3.Connection]:
    """Hold the one right to write in the database, as a program does that is stuck in the middle."""
    path = server.data / "avklart.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def test_a_database_that_is_locked_for_three_seconds_is_waited_for(server: Server) -> None:
    with Resident(server, Queue(), "198.19.8.3") as resident:
        form = {**hidden_in(resident.ask("GET", "/nb/ring-meg").text), "name": "Ola", "telephone": "61 35 90 99"}
        with locked(server) as lock:
            released = Event()

            def let_go() -> None:
                lock.rollback()
                released.set()

            holder = Timer(3, let_go)
            holder.start()
            answer = once(resident, "POST", "/nb/ring-meg", form)
            was_waited_for = released.is_set()
            holder.join()
    assert (answer.status_code, was_waited_for) == (303, True)
    assert once_stored(server, form) == [(1,)]


def test_a_database_that_stays_locked_is_said_and_what_was_written_is_sent_later(server: Server) -> None:
    with Resident(server, Queue(), "198.19.8.4") as resident:
        screens = {"": {"whom": "self"}, "/om": {"topics": "falls"}, "/fortell": {"words": LOCKED, "what_matters": ""}}
        for screen, fields in {**screens, "/kontakt": CONTACT}.items():
            assert resident.fill(NEW + screen, **fields).status_code == 303
        form = hidden_in(resident.ask("GET", CHECK).text)
        call = {**hidden_in(resident.ask("GET", "/nb/ring-meg").text), "name": "Åse Vik", "telephone": "61 35 90 99"}
        with locked(server):
            refused, rung = once(resident, "POST", CHECK, form), once(resident, "POST", "/nb/ring-meg", call)
            read = [once(resident, "GET", path) for path in (CHECK, "/nb/abc/fall")]
        for answer, words in ((refused, LOCKED), (rung, "Åse Vik")):
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
            assert words in answer.text
        assert [page.status_code for page in read] == [200, 200]
        for where, fields in ((CHECK, form), ("/nb/ring-meg", call)):
            assert once_stored(server, fields) == [(0,)]
            for _ in range(2):
                assert once(resident, "POST", where, fields).status_code == 303
            assert once_stored(server, fields) == [(1,)]


def once_stored(server: Server, form: dict[str, str]) -> list[tuple[object, ...]]:
    """Answer how many cases a form has become."""
    return ask_database(server, f"SELECT count(*) FROM referral WHERE key = '{digest(form['key'])}'")


def colleague(server: Server, number: int) -> Resident:
    """A caseworker in a browser of their own, logged in at the real server."""
    found = Resident(server, Queue(), f"198.19.7.{number}")
    found.__enter__()
    email = f"kollega{number}@fjordvik.example"
    assert found.fill("/innlogging", email=email, password=PASSWORD).status_code == 303
    assert found.ask("GET", "/saker/").status_code == 200
    return found


def test_of_two_caseworkers_who_take_one_case_at_the_same_instant_one_has_it_and_the_other_is_told(
    server: Server,
) -> None:
    settings, clock = load(server.environ()), SystemClock()
    with closing(Database(settings.database_url)) as database:
        open_keys(database, settings, clock)
        for number in (1, 2):
            add_staff(database, email=f"kollega{number}@fjordvik.example", name=f"Kollega {number}", at=clock.now())
    free = "SELECT id FROM referral WHERE municipality = 'fjordvik' AND assigned_to IS NULL LIMIT 5"
    cases = [str(found) for (found,) in ask_database(server, free)]
    both, together = [colleague(server, number) for number in (1, 2)], Barrier(2)

    def take(one: Resident, case: str) -> Response:
        page = one.ask("GET", f"/saker/{case}").text
        action = re.findall(rf'action="(/saker/{case}/ta\?revisjon=\d+)"', page)[0]
        together.wait(WITHIN)
        return once(one, "POST", action, hidden_in(page))

    with ThreadPoolExecutor(2) as pool:
        for case in cases:
            answers = list(pool.map(take, both, [case, case]))
            assert sorted(answer.status_code for answer in answers) == [303, 409]
            taken = f"SELECT count(*) FROM referral_entry WHERE referral = '{case}' AND act = 'taken'"
            assert ask_database(server, taken) == [(1,)]
    for one in both:
        one.__exit__()
    assert len(cases) >= 2
