"""One's own account: what it shows, a new password, and that what is sensitive asks once more."""

from __future__ import annotations

from datetime import timedelta
from unicodedata import normalize

import pytest

from tests.conftest import NOON
from tests.factories.people import PASSWORD, QUICK, Browser, messages, staff_row
from tests.factories.second_factor import add_app, app_code
from webapp.app import Avklart
from webapp.identity import queries
from webapp.identity.actions import invitations, staff
from webapp.identity.domain.codes import Purpose
from webapp.kernel.clock import FixedClock

HOME, ACCOUNT, CHANGE = "/innlogging/hjem", "/innlogging/konto", "/innlogging/passord"
NEW = "åtte små fisker svømmer"
NOT_FRESH = timedelta(minutes=10, seconds=1)
SENSITIVE = [
    ("GET", CHANGE), ("POST", CHANGE), ("POST", "/innlogging/faktorer"), ("POST", "/innlogging/faktorer/app"),
    ("POST", "/innlogging/faktorer/nokkel"), ("POST", "/admin/ansatte/ny"), ("POST", "/admin/ansatte/x"),
]  # fmt: skip


@pytest.mark.usefixtures("kari")
def test_an_account_shows_its_owner_what_is_known(browser: Browser) -> None:
    browser.sign_in()
    page = browser.get(ACCOUNT)
    assert "Kari Nordmann" in page.text
    assert "kari@fjordvik.example" in page.text


@pytest.mark.usefixtures("kari")
def test_a_new_password_counts_at_once_and_the_old_one_no_more(browser: Browser, elsewhere: Browser) -> None:
    browser.sign_in()
    browser.get(CHANGE)
    page = browser.post(new_password=NEW)
    assert browser.path() == ACCOUNT
    assert page.soup.select(".notice[role=status]")
    browser.get(HOME)
    elsewhere.sign_in(status=422)
    elsewhere.sign_in(password=normalize("NFD", NEW))
    assert elsewhere.path() == HOME


def test_a_new_password_ends_every_other_session_and_voids_links_and_tells_the_owner(
    avklart: Avklart, browser: Browser, elsewhere: Browser, kari: str
) -> None:
    elsewhere.sign_in()
    elsewhere.get("/innlogging/glemt")
    elsewhere.post(email="kari@fjordvik.example")
    browser.sign_in()
    browser.get(CHANGE)
    browser.post(new_password=NEW)
    assert elsewhere.raw(HOME).status_code == 303
    with avklart.database.reading() as session:
        (asked,) = queries.invitations_to(session, "fjordvik", Purpose.PASSWORD.value, kari)
        assert not invitations.is_open(asked, NOON)
    told = messages(avklart.database, kari)
    assert [message["to"] for message in told] == ["kari@fjordvik.example"]
    assert NEW not in str(told)
    assert "61 35 90 00" in told[0]["text"], "and whom to ring if it was somebody else"


@pytest.mark.parametrize(("password", "said"), [
    ("", ""), ("x7#Lq9!", "8"), ("x7#Lq9!v" * 16 + "z", "128"), ("sommer2026!", ""), ("avklart123", ""),
    ("fjordvik2026", ""), ("kari2026!", ""), ("Nordmann1!", ""), ("kari@fjordvik.example", ""), ("        ", ""),
])  # fmt: skip
def test_a_password_that_is_no_good_is_refused_with_the_reason_and_changes_nothing(
    avklart: Avklart, browser: Browser, kari: str, password: str, said: str
) -> None:
    browser.sign_in()
    browser.get(CHANGE)
    page = browser.post(CHANGE, new_password=password, status=422)
    assert said in page.one("#new_password-error").get_text()
    assert "value" not in page.one("#new_password").attrs
    assert QUICK.fits(PASSWORD, staff_row(avklart.database, kari).password)


@pytest.mark.usefixtures("avklart", "kari")
def test_a_password_of_a_million_characters_is_too_much(browser: Browser) -> None:
    browser.sign_in()
    browser.get(CHANGE)
    browser.post(CHANGE, new_password="x" * 1_000_000, status=413)
    browser.get(CHANGE)
    page = browser.post(CHANGE, new_password="x" * 100_000, status=422)
    assert "128" in page.one("#new_password-error").get_text()


@pytest.mark.parametrize("request_to", SENSITIVE)
def test_what_is_sensitive_asks_once_more_after_ten_minutes(
    avklart: Avklart, browser: Browser, kari: str, clock: FixedClock, request_to: tuple[str, str]
) -> None:
    browser.sign_in()
    token = browser.token()
    clock.time = NOON + NOT_FRESH
    data = {"csrf_token": token, "new_password": NEW, "handling": "app", "code": "1", "answer": "x"}
    method, path = request_to
    answer = browser.raw(path, method, data=data if method == "POST" else None)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/innlogging/igjen?neste=%2F")
    assert QUICK.fits(PASSWORD, staff_row(avklart.database, kari).password)


@pytest.mark.usefixtures("kari")
def test_somebody_who_has_just_come_in_is_not_asked_again(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON + timedelta(minutes=10)
    browser.get(CHANGE)
    assert browser.path() == CHANGE


@pytest.mark.usefixtures("kari")
def test_a_clock_set_back_makes_nobody_fresh(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON - timedelta(minutes=4)
    browser.get(CHANGE)
    assert browser.path() == CHANGE, "four minutes are let go"


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "//[", "/\r\nX: y"])
def test_showing_anew_who_one_is_leads_to_no_other_site(browser: Browser, clock: FixedClock, wanted: str) -> None:
    browser.sign_in()
    token = browser.token()
    clock.time = NOON + NOT_FRESH
    answer = browser.client.post(
        "/innlogging/igjen", base_url=f"http://{browser.host}", query_string={"neste": wanted},
        data={"password": PASSWORD, "csrf_token": token},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)


@pytest.mark.usefixtures("kari", "clock")
def test_ten_wrong_passwords_stop_showing_anew_and_leave_the_session(browser: Browser) -> None:
    browser.sign_in()
    browser.get("/innlogging/igjen")
    for number in range(10):
        browser.post("/innlogging/igjen", password=f"guess {number}", status=422)
    answer = browser.send("/innlogging/igjen", password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    browser.get(HOME)


@pytest.mark.usefixtures("clock")
def test_an_old_password_does_not_show_anew_who_one_is(avklart: Avklart, browser: Browser, kari: str) -> None:
    browser.sign_in()
    browser.get("/innlogging/igjen")
    with avklart.database.writing() as session:
        row = queries.staff(session, "fjordvik", kari)
        (here,) = queries.sessions_of(session, "fjordvik", kari)
        staff.set_password(session, row, QUICK.hash(NEW), at=NOON, but=here.id)
    browser.post("/innlogging/igjen", password=PASSWORD, status=422)
    browser.post("/innlogging/igjen", password=NEW)


def test_a_second_factor_is_part_of_showing_anew(
    avklart: Avklart, browser: Browser, kari: str, clock: FixedClock
) -> None:
    add_app(avklart.database, kari, at=NOON)
    browser.sign_in()
    browser.post(code=app_code(NOON))
    clock.time = NOON + NOT_FRESH
    browser.get(CHANGE)
    assert browser.path() == "/innlogging/igjen"
    assert browser.page is not None
    assert browser.page.soup.select("#code")
    browser.post(password=PASSWORD, status=422)
    browser.post(password=PASSWORD, code=app_code(clock.time))
    assert browser.path() == CHANGE


def test_nobody_changes_a_password_who_is_not_in(browser: Browser, kari: str, avklart: Avklart) -> None:
    answer = browser.raw(CHANGE, "POST", data={"new_password": NEW})
    assert answer.headers["Location"].startswith("/innlogging?")
    assert QUICK.fits(PASSWORD, staff_row(avklart.database, kari).password)
