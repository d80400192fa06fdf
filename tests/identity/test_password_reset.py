"""A forgotten password: the same answer for everybody, and a link that works once, soon, and not by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, QUICK, Browser, add_staff, messages, staff_row
from tests.factories.second_factor import add_app, app_code
from tests.identity.conftest import SecureBrowser, stored
from webapp.app import Avklart
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.identity import queries
from webapp.identity.actions import staff
from webapp.identity.models import InvitationRow, LinkRow
from webapp.kernel.clock import FixedClock

ASK, SENT, CHOOSE = "/innlogging/glemt", "/innlogging/glemt/sendt", "/innlogging/nytt-passord"
NEW = "åtte små fisker svømmer"
EMAIL = "kari@fjordvik.example"
HALF_AN_HOUR = timedelta(minutes=30)


def links(avklart: Avklart) -> list[str]:
    """Answer the paths of the links that were sent, the oldest first."""
    return [path for letter in messages(avklart.database) for path in re.findall(r"/innlogging/i/\S+", letter["text"])]


def ask(browser: Browser, email: str = EMAIL) -> None:
    browser.get(ASK)
    browser.post(email=email)
    assert browser.path() == SENT


@pytest.fixture
def link(avklart: Avklart, browser: Browser, kari: str) -> str:
    """The path of a link that Kari has been sent."""
    assert kari
    ask(browser)
    return links(avklart)[-1]


@pytest.mark.usefixtures("avklart", "kari")
def test_a_new_password_by_a_link_lets_its_owner_in(browser: Browser, link: str) -> None:
    browser.get(link)
    browser.post(link)
    assert browser.path() == CHOOSE
    browser.post(new_password=NEW)
    assert browser.path() == "/innlogging"
    assert browser.page is not None
    assert browser.page.soup.select(".notice[role=status]")
    browser.sign_in(status=422)
    browser.sign_in(password=NEW)
    assert browser.path() == "/innlogging/hjem"


def test_the_link_leaves_the_address_and_the_page(browser: Browser, link: str) -> None:
    browser.get(link)
    browser.post(link)
    assert browser.page is not None
    assert link.rsplit("/", 1)[1] not in browser.page.response.text


@pytest.mark.usefixtures("kari")
def test_unknown_closed_and_invited_are_answered_as_the_known_one(avklart: Avklart) -> None:
    closed = add_staff(avklart.database, email="closed@fjordvik.example", at=NOON)
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", closed).state = staff.DISABLED
        staff.add(
            session, municipality="fjordvik", email="invited@fjordvik.example", name="N", roles=["editor"],
            language="nb", at=NOON,
        )  # fmt: skip
    add_staff(avklart.database, municipality="dalsbygd", email="far@dalsbygd.example", at=NOON)
    told = set()
    for email in (
        EMAIL,
        "closed@fjordvik.example",
        "invited@fjordvik.example",
        "nobody@x.example",
        "far@dalsbygd.example",
    ):
        browser = Browser(avklart)
        browser.get(ASK)
        answer = browser.send(ASK, email=email)
        headers = sorted((name, value) for name, value in answer.headers if name != "X-Request-Id")
        told.add((answer.status_code, answer.text, str(headers)))
    assert len(told) == 1
    assert [letter["to"] for letter in messages(avklart.database)] == [EMAIL]


def test_known_and_unknown_are_both_written_down_so_that_neither_is_quicker(avklart: Avklart, kari: str) -> None:
    for email in (EMAIL, "nobody@fjordvik.example"):
        ask(Browser(avklart), email)
    with avklart.database.reading() as session:
        found = session.scalars(
            select(EventRow.object_id).where(EventRow.action == Action.PASSWORD_RESET_ASKED).order_by(EventRow.sequence)
        ).all()
    assert found == [kari, "unknown"]


@pytest.mark.usefixtures("kari")
def test_the_letter_goes_to_the_stored_address_and_says_no_more_than_it_must(avklart: Avklart) -> None:
    ask(Browser(avklart), "KARI@FJORDVIK.EXAMPLE")
    (letter,) = messages(avklart.database)
    assert letter["to"] == EMAIL
    assert "Kari" not in letter["text"]


@pytest.mark.usefixtures("kari")
def test_addresses_that_only_look_like_it_get_nothing(avklart: Avklart) -> None:
    for email in ("\u212aari@fjordvik.example", "kari+x@fjordvik.example", "k.ari@fjordvik.example"):
        browser = Browser(avklart)
        browser.get(ASK)
        browser.send(ASK, email=email)
    assert links(avklart) == []


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("email", ["", "kari", "x" * 300, "a@b@c.example", "kari@fjordvik.example\r\nBcc: x@y.example"])
def test_what_is_no_address_is_said(avklart: Avklart, browser: Browser, email: str) -> None:
    browser.get(ASK)
    browser.post(ASK, email=email, status=422)
    assert links(avklart) == []


@pytest.mark.usefixtures("kari")
def test_looking_at_a_link_changes_nothing_however_often(avklart: Avklart, browser: Browser, link: str) -> None:
    with avklart.database.reading() as session:
        before = [(row.id, row.revoked_at) for row in session.scalars(select(LinkRow))]
        number = session.scalar(select(func.count()).select_from(EventRow))
    scanner = Browser(avklart, address="192.0.2.1")
    for _ in range(20):
        for method in ("GET", "HEAD"):
            answer = scanner.raw(link, method)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
    with avklart.database.reading() as session:
        assert [(row.id, row.revoked_at) for row in session.scalars(select(LinkRow))] == before
        assert session.scalar(select(func.count()).select_from(EventRow)) == number
    browser.get(link)
    browser.post(link)
    assert browser.path() == CHOOSE


def test_a_scanner_that_presses_the_button_uses_nothing_up(avklart: Avklart, browser: Browser, link: str) -> None:
    scanner = Browser(avklart, address="192.0.2.1")
    scanner.get(link)
    scanner.post(link)
    browser.get(link)
    browser.post(link)
    browser.post(new_password=NEW)
    assert browser.path() == "/innlogging"


def test_a_link_is_used_once(avklart: Avklart, browser: Browser, elsewhere: Browser, kari: str, link: str) -> None:
    elsewhere.get(link)
    elsewhere.post(link)
    waiting = elsewhere.page
    browser.get(link)
    browser.post(link)
    browser.post(new_password=NEW)
    browser.get(link, status=410)
    browser.post(link, status=410)
    elsewhere.page = waiting
    elsewhere.post(CHOOSE, new_password="en tredje setning her", status=410)
    assert QUICK.fits(NEW, staff_row(avklart.database, kari).password)


def test_two_who_use_a_link_at_once_do_not_both_get_it(
    avklart: Avklart, browser: Browser, kari: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one is done while this one's password is hashed."""
    browser.get(link)
    browser.post(link)
    first = QUICK.hash(NEW)
    hashing = type(QUICK).hash

    def hash_late(self: object, secret: str) -> str:
        with avklart.database.writing() as session:
            staff.set_password(session, queries.staff(session, "fjordvik", kari), first, at=NOON)
        return hashing(self, secret)  # type: ignore[arg-type]

    monkeypatch.setattr(type(QUICK), "hash", hash_late)
    browser.post(CHOOSE, new_password="en tredje setning her", status=410)
    assert staff_row(avklart.database, kari).password == first


@pytest.mark.usefixtures("avklart")
def test_a_link_lives_half_an_hour_and_no_clock_gives_it_more(browser: Browser, link: str, clock: FixedClock) -> None:
    clock.time = NOON + HALF_AN_HOUR - timedelta(seconds=1)
    browser.get(link)
    browser.post(link)
    clock.time = NOON + HALF_AN_HOUR
    browser.post(CHOOSE, new_password=NEW, status=410)
    browser.get(link, status=410)
    clock.time = NOON - timedelta(hours=1)
    browser.get(link, status=410)


def test_a_new_password_by_a_link_ends_every_session(
    avklart: Avklart, browser: Browser, elsewhere: Browser, kari: str
) -> None:
    elsewhere.sign_in()
    ask(browser)
    link = links(avklart)[-1]
    browser.get(link)
    browser.post(link)
    browser.post(new_password=NEW)
    assert elsewhere.raw("/innlogging/hjem").status_code == 303
    letters = messages(avklart.database, kari)
    assert [letter["to"] for letter in letters] == [EMAIL], "and the owner is told"


@pytest.mark.parametrize("password", ["", "kort", "sommer2026!", "kari2026!", "x7#Lq9!v" * 17])
def test_a_bad_password_leaves_the_link_alive(browser: Browser, link: str, password: str) -> None:
    browser.get(link)
    browser.post(link)
    page = browser.post(CHOOSE, new_password=password, status=422)
    assert page.soup.select("#new_password-error")
    browser.post(CHOOSE, new_password=NEW)
    assert browser.path() == "/innlogging"


def test_a_link_of_somebody_who_was_closed_leads_nowhere(
    avklart: Avklart, browser: Browser, kari: str, link: str
) -> None:
    browser.get(link)
    browser.post(link)
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).state = staff.DISABLED
    browser.post(CHOOSE, new_password=NEW, status=410)
    assert QUICK.fits(PASSWORD, staff_row(avklart.database, kari).password)


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("secret", ["x", "x" * 43, "x" * 5000, "å", "'", "%20"])
def test_a_link_that_is_none_is_told_as_an_old_one(browser: Browser, secret: str) -> None:
    browser.get(f"/innlogging/i/{secret}", status=410)
    assert browser.raw(f"/innlogging/i/{secret}", "POST").status_code == 410


def test_a_link_of_one_municipality_is_none_in_another(avklart: Avklart, link: str) -> None:
    there = Browser(avklart, "dalsbygd")
    there.get(link, status=410)
    there.post(link, status=410)


@pytest.mark.usefixtures("kari")
def test_the_page_without_a_link_leads_to_the_way_in(browser: Browser) -> None:
    assert browser.raw(CHOOSE).headers["Location"] == "/innlogging"
    assert browser.raw(CHOOSE, "POST", data={"new_password": NEW}).headers["Location"] == "/innlogging"


@pytest.mark.usefixtures("kari")
def test_five_letters_an_hour_from_one_network_and_the_answer_is_the_same_for_nobody(
    avklart: Avklart, browser: Browser, elsewhere: Browser
) -> None:
    for email in (EMAIL, "nobody@fjordvik.example"):
        browser.get(ASK)
        statuses = [browser.send(ASK, email=email).status_code for _ in range(7)]
        assert statuses == [303] * 5 + [429] * 2
    assert len(links(avklart)) == 5
    ask(elsewhere)


def test_production_wants_the_second_factor_after_it(secure: SecureBrowser, strict: Avklart) -> None:
    """A mail alone opens nothing: the link changes the password, and the factor is asked for as always."""
    kari = add_staff(strict.database, at=NOON)
    add_app(strict.database, kari, at=NOON)
    ask(secure)
    (link,) = links(strict)
    (letter,) = messages(strict.database)
    assert f"https://fjordvik.example{link}" in letter["text"]
    secure.get(link)
    secure.post(link)
    secure.post(new_password=NEW)
    secure.sign_in(password=NEW)
    assert secure.path() == "/innlogging/kode"
    secure.post(code=app_code(NOON))
    assert secure.path() == "/innlogging/hjem"


def test_production_sends_no_link_to_who_has_no_second_factor_yet(secure: SecureBrowser, strict: Avklart) -> None:
    """Else whoever reads the mail would be in with it alone; the administrator gives a new start."""
    add_staff(strict.database, at=NOON)
    ask(secure)
    assert links(strict) == []


@pytest.mark.usefixtures("kari")
def test_an_older_link_is_void_once_a_newer_one_was_used(avklart: Avklart, browser: Browser) -> None:
    ask(browser)
    ask(browser)
    old, new = links(avklart)
    browser.get(new)
    browser.post(new)
    browser.post(new_password=NEW)
    browser.get(old, status=410)


def test_nothing_of_the_link_is_stored_but_its_hash(avklart: Avklart, link: str) -> None:
    with avklart.database.reading() as session:
        hashes = [row.secret for row in session.scalars(select(LinkRow))]
        assert session.scalars(select(InvitationRow)).all()
    assert link.rsplit("/", 1)[1] not in hashes
    assert link.rsplit("/", 1)[1].encode() not in stored(avklart)
