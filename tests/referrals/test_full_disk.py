"""A disk that is truly full, under the real server: said clearly, nothing half-written, nothing typed lost (F03)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from queue import Queue

import pytest
from bs4 import BeautifulSoup
from requests import Response

from tests.factories.full_disks import FullDisk, PageLimit, SmallDisk
from tests.factories.people import PASSWORD, add_staff
from tests.factories.processes import WITHIN, Resident, Server
from webapp.kernel.clock import SystemClock
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.session import Database

NEW, INBOX = "/nn/henvendelse/ny", "/saker/"
CHECK, TELL = f"{NEW}/se-over", f"{NEW}/fortell"
LONG = "Kanarifugl på full disk. " * 150
"""More than a page of the database holds."""
ANSWER = "Vi kommer tirsdag. " * 200
CONTACT = {
    "name": "Ola", "contact": "telephone", "telephone": "61 35 90 99", "email": "", "address": "", "interpreter": "",
    "safe_contact": "",
}  # fmt: skip


@pytest.fixture(params=[PageLimit, SmallDisk])
def disk(request: pytest.FixtureRequest) -> FullDisk:
    """A disk that can be filled: by SQLite's own limit, and as a small file system where one may be mounted."""
    made: FullDisk = request.param()
    return made


@pytest.fixture
def server(disk: FullDisk, tmp_path: Path, real_database: Path) -> Iterator[Server]:
    """The real server with two web processes, its data on the disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if isinstance(disk, SmallDisk) and not disk.may_mount(folder):
        pytest.skip("no file system may be mounted here; the other disk shows the same")
    found = disk.server(folder, real_database)
    found.start()
    with Resident(found, Queue(), "198.19.9.1") as operator:
        operator.ask("GET", "/readyz")
    yield found
    found.kill()
    disk.close()


def ask_database(server: Server, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(server.data / "avklart.db")) as connection:
        return list(connection.execute(question))


def once(browser: Resident, method: str, path: str, form: dict[str, str] | None = None) -> Response:
    """Ask once, whatever the answer is."""
    url = browser.server.url(path)
    return browser.http.request(method, url, data=form, timeout=WITHIN, allow_redirects=False)


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def caseworker(server: Server) -> Resident:
    """A caseworker in a browser of their own, logged in."""
    settings, clock = load(server.environ()), SystemClock()
    with closing(Database(settings.database_url)) as database:
        open_keys(database, settings, clock)
        add_staff(database, email="kollega@fjordvik.example", name="Kari Kollega", at=clock.now())
    found = Resident(server, Queue(), "198.19.7.1")
    found.__enter__()
    assert found.fill("/innlogging", email="kollega@fjordvik.example", password=PASSWORD).status_code == 303
    return found


def a_case(server: Server, staff: Resident) -> str:
    """Answer the address of a case that the caseworker has taken."""
    free = "SELECT id FROM referral WHERE municipality = 'fjordvik' AND assigned_to IS NULL AND whom = 'self'"
    case = f"{INBOX}{ask_database(server, free)[0][0]}"
    page = staff.ask("GET", case).text
    take = re.findall(rf'action="({case}/ta\?revisjon=\d+)"', page)[0]
    assert once(staff, "POST", take, hidden_in(page)).status_code == 303
    return case


def form_again(refused: Response) -> tuple[str, dict[str, str]]:
    """Answer where the form on the page of a refusal goes, and what is in it."""
    (form,) = BeautifulSoup(refused.text, "html5lib").select("main form[method=post]")
    return str(form["action"]), {str(one["name"]): str(one["value"]) for one in form.select("input")}


def unsaid(server: Server) -> list[tuple[object, ...]]:
    """Answer the cases that lack their message or their event, or have two."""
    return ask_database(
        server,
        "SELECT id FROM referral WHERE 1 != (SELECT count(*) FROM outbox_message WHERE about = referral.id "
        "AND kind = 'referral' AND number = 1) OR 1 != (SELECT count(*) FROM audit_event WHERE "
        "object_id = referral.id AND action = 'referral_received')",
    )


def test_a_full_disk_is_said_loses_nothing_and_is_survived_without_a_restart(server: Server, disk: FullDisk) -> None:
    staff = caseworker(server)
    case = a_case(server, staff)
    with Resident(server, Queue(), "198.19.8.1") as resident:
        screens = {"": {"whom": "self"}, "/om": {"topics": "falls"}, "/fortell": {"words": LONG, "what_matters": ""}}
        for screen, fields in {**screens, "/kontakt": CONTACT}.items():
            assert resident.fill(NEW + screen, **fields).status_code == 303
        form, longer = hidden_in(resident.ask("GET", CHECK).text), hidden_in(resident.ask("GET", TELL).text)
        shown = staff.ask("GET", case).text
        answer = re.findall(rf'action="({case}/svar\?revisjon=\d+)"', shown)[0]
        before = ask_database(server, "SELECT count(*) FROM referral")
        disk.fill()
        try:
            sent = once(resident, "POST", CHECK, form)
            kept = once(
                resident, "POST", TELL, {**longer, "words": LONG[:1500] + "Enda mer. " * 200, "what_matters": ""}
            )
            told = once(staff, "POST", answer, {**hidden_in(shown), "words": ANSWER, "way": "letter"})
            read = [once(resident, "GET", path) for path in ("/nn/abc/fall", CHECK, "/nn/selvsjekk/who5/skjema.pdf")]
        finally:
            disk.make_room()
        for refused, words in ((sent, LONG), (kept, "Enda mer. Enda mer."), (told, ANSWER)):
            assert (refused.status_code, refused.headers.get("Retry-After")) == (503, "5")
            assert words.strip() in unescape(refused.text)
        assert 'lang="nn"' in sent.text
        assert [page.status_code for page in read] == [200, 200, 200]
        assert ask_database(server, "SELECT count(*) FROM referral") == before

        receipt = once(resident, "POST", CHECK, form)
        assert (receipt.status_code, "/kvittering/" in receipt.headers["Location"]) == (303, True)
        assert once(resident, "POST", CHECK, form).headers["Location"] == receipt.headers["Location"]
        where, fields = form_again(told)
        assert once(staff, "POST", where, fields).status_code == 303
        assert ANSWER.strip() in staff.ask("GET", case).text
    staff.__exit__()
    assert ask_database(server, "SELECT count(*) FROM referral") == [(int(str(before[0][0])) + 1,)]
    assert ask_database(server, "PRAGMA integrity_check") == [("ok",)]
    assert ask_database(server, "PRAGMA foreign_key_check") == []
    assert unsaid(server) == []
    assert server.log is not None
    lines = [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]
    advice = {line["do"] for line in lines if line["event"] == "the disk is full"}
    assert [words.partition(" where")[0] for words in advice] == ["make room"]
    assert "Kanarifugl" not in server.log.read_text("utf-8")
