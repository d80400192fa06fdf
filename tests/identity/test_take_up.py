"""A new account is taken up with a link and a start code, both, once; five wrong codes void it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import QUICK, Browser, add_staff, messages, staff_row
from tests.factories.second_factor import app_code
from tests.identity.conftest import SecureBrowser
from webapp.app import Avklart
from webapp.identity import queries
from webapp.identity.actions import codes as code_actions
from webapp.identity.actions import invitations, staff
from webapp.identity.domain.codes import Channel
from webapp.identity.models import CodeRow
from webapp.kernel.caller import Caller
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Role

CHOOSE, HOME = "/innlogging/nytt-passord", "/innlogging/hjem"
CODE = "K7M4PX2Q"
NEW = "åtte små fisker svømmer"
EMAIL = "nils@fjordvik.example"
WEEK = timedelta(days=7)


def invited(avklart: Avklart, email: str = EMAIL, municipality: str = "fjordvik") -> tuple[str, str]:
    """Invite somebody to an account; answer its id and the path of the link."""
    with avklart.database.writing() as session:
        row = staff.add(
            session, municipality=municipality, email=email, name="Nils", roles=["editor"], language="nb", at=NOON
        )
        asked = staff.invite(session, row, at=NOON)
        secret = invitations.new_link(session, asked, Channel.EMAIL, at=NOON)
        code_actions.add_code(session, asked, Channel.HANDED, QUICK.hash(CODE), browser=None, at=NOON)
        return row.id, f"/innlogging/i/{secret}"


def open_link(browser: Browser, link: str) -> None:
    browser.get(link)
    browser.post(link)
    assert browser.path() == CHOOSE


@pytest.mark.parametrize("written", [CODE, "k7m4-px2q", " K7M4 PX2Q ", "K7M4–PX2Q"])
def test_link_and_code_and_a_password_let_somebody_in(avklart: Avklart, browser: Browser, written: str) -> None:
    nils, link = invited(avklart)
    open_link(browser, link)
    browser.post(code=written, new_password=NEW)
    assert browser.path() == HOME
    row = staff_row(avklart.database, nils)
    assert (row.state, row.signed_in_at) == (staff.ACTIVE, NOON)
    another = Browser(avklart, address="198.51.100.9")
    another.sign_in(EMAIL, NEW)
    assert another.path() == HOME


def test_an_invited_account_has_no_password_that_fits(avklart: Avklart, browser: Browser) -> None:
    invited(avklart)
    for password in ("", " ", "None", CODE, "nobody's"):
        browser.get("/innlogging")
        assert browser.send("/innlogging", email=EMAIL, password=password).status_code == 422


def test_the_link_without_the_code_opens_nothing(avklart: Avklart, browser: Browser) -> None:
    nils, link = invited(avklart)
    open_link(browser, link)
    browser.post(new_password=NEW, status=422)
    browser.post(CHOOSE, code="", new_password=NEW, status=422)
    assert browser.raw(HOME).status_code == 303
    assert staff_row(avklart.database, nils).state == staff.INVITED


def test_the_code_without_the_link_opens_nothing(avklart: Avklart, browser: Browser) -> None:
    nils, _ = invited(avklart)
    assert browser.raw(CHOOSE, "POST", data={"code": CODE, "new_password": NEW}).headers["Location"] == "/innlogging"
    assert staff_row(avklart.database, nils).state == staff.INVITED


def test_the_code_of_somebody_else_opens_nothing(avklart: Avklart, browser: Browser) -> None:
    nils, link = invited(avklart)
    with avklart.database.writing() as session:
        other = staff.add(
            session,
            municipality="fjordvik",
            email="o@fjordvik.example",
            name="O",
            roles=["editor"],
            language="nb",
            at=NOON,
        )
        asked = staff.invite(session, other, at=NOON)
        code_actions.add_code(session, asked, Channel.HANDED, QUICK.hash("ZZZZ2222"), browser=None, at=NOON)
    open_link(browser, link)
    browser.post(code="ZZZZ2222", new_password=NEW, status=422)
    assert staff_row(avklart.database, nils).state == staff.INVITED


def test_five_wrong_codes_void_the_right_one(avklart: Avklart, browser: Browser) -> None:
    nils, link = invited(avklart)
    open_link(browser, link)
    for number in range(5):
        page = browser.post(CHOOSE, code=f"AAAA222{number + 2}", new_password=NEW, status=422)
        assert page.soup.select("#feil a[href='#code']")
    browser.post(CHOOSE, code=CODE, new_password=NEW, status=422)
    assert staff_row(avklart.database, nils).state == staff.INVITED
    with avklart.database.reading() as session:
        (row,) = session.scalars(select(CodeRow)).all()
        assert row.ended_at == NOON


def test_the_five_are_counted_across_browsers(avklart: Avklart) -> None:
    nils, link = invited(avklart)
    for number in range(5):
        browser = Browser(avklart, address=f"198.51.100.{number}")
        open_link(browser, link)
        browser.post(code="AAAA2222", new_password=NEW, status=422)
    browser = Browser(avklart)
    open_link(browser, link)
    browser.post(code=CODE, new_password=NEW, status=422)
    assert staff_row(avklart.database, nils).state == staff.INVITED


def test_four_wrong_codes_do_no_harm(avklart: Avklart, browser: Browser) -> None:
    _, link = invited(avklart)
    open_link(browser, link)
    for _ in range(4):
        browser.post(CHOOSE, code="AAAA2222", new_password=NEW, status=422)
    browser.post(CHOOSE, code=CODE, new_password=NEW)
    assert browser.path() == HOME


@pytest.mark.parametrize("password", ["", "kort", "sommer2026!", "nils2026!", "fjordvik2026", "x7#Lq9!v" * 17])
def test_a_bad_password_spends_no_code(avklart: Avklart, browser: Browser, password: str) -> None:
    _, link = invited(avklart)
    open_link(browser, link)
    for _ in range(6):
        page = browser.post(CHOOSE, code=CODE, new_password=password, status=422)
        assert page.soup.select("#feil a[href='#new_password']")
        assert "value" not in page.one("#new_password").attrs
    browser.post(CHOOSE, code=CODE, new_password=NEW)
    assert browser.path() == HOME


def test_an_account_is_taken_up_once(avklart: Avklart, browser: Browser, elsewhere: Browser) -> None:
    nils, link = invited(avklart)
    open_link(elsewhere, link)
    open_link(browser, link)
    browser.post(code=CODE, new_password=NEW)
    elsewhere.post(CHOOSE, code=CODE, new_password="en tredje setning her", status=410)
    elsewhere.get(link, status=410)
    assert QUICK.fits(NEW, staff_row(avklart.database, nils).password)


def test_looking_changes_nothing(avklart: Avklart, browser: Browser) -> None:
    _, link = invited(avklart)
    for method in ("GET", "HEAD") * 10:
        answer = browser.raw(link, method)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
        assert "nils" not in answer.text.lower(), "who it is for is not said before the code"
    open_link(browser, link)


def test_the_step_of_the_code_says_nothing_of_the_account(avklart: Avklart, browser: Browser) -> None:
    _, link = invited(avklart)
    open_link(browser, link)
    assert browser.page is not None
    assert "nils" not in browser.page.response.text.lower()


@pytest.mark.parametrize(("late", "is_open"), [(WEEK - timedelta(seconds=1), True), (WEEK, False)])
def test_link_and_code_live_seven_days(
    avklart: Avklart, browser: Browser, clock: FixedClock, late: timedelta, is_open: bool  # noqa: FBT001
) -> None:  # fmt: skip
    _, link = invited(avklart)
    clock.time = NOON + late
    if not is_open:
        browser.get(link, status=410)
        browser.post(link, status=410)
        return
    open_link(browser, link)
    browser.post(code=CODE, new_password=NEW)
    assert browser.path() == HOME


def test_a_clock_set_back_an_hour_opens_no_link_of_the_future(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    _, link = invited(avklart)
    clock.time = NOON - timedelta(hours=1)
    browser.get(link, status=410)


def test_an_account_that_is_closed_while_the_password_is_hashed_stays_closed(
    avklart: Avklart, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator sees that it went to the wrong person, and closes it at the very moment."""
    admin = add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    nils, link = invited(avklart)
    open_link(browser, link)
    hashing = type(QUICK).hash

    def hash_late(self: object, secret: str) -> str:
        with avklart.database.writing() as session:
            row = queries.staff(session, "fjordvik", nils)
            if row.state != staff.DISABLED:
                staff.disable(session, row, by=_caller(admin), at=NOON)
        return hashing(self, secret)  # type: ignore[arg-type]

    monkeypatch.setattr(type(QUICK), "hash", hash_late)
    assert browser.send(CHOOSE, code=CODE, new_password=NEW).status_code in {410, 422}
    row = staff_row(avklart.database, nils)
    assert (row.state, row.password) == (staff.DISABLED, None)


def _caller(staff_id: str) -> Caller:
    return Caller(
        id=staff_id, municipality="fjordvik", roles=frozenset({Role.ADMINISTRATOR}), assurance=Assurance.SUBSTANTIAL,
        session_id="x", authenticated_at=NOON,
    )  # fmt: skip


def test_a_link_to_an_account_of_one_municipality_is_none_in_another(avklart: Avklart) -> None:
    _, link = invited(avklart)
    Browser(avklart, "dalsbygd").get(link, status=410)


def test_production_leads_from_the_new_account_to_its_second_factor(secure: SecureBrowser, strict: Avklart) -> None:
    _, link = invited(strict)
    open_link(secure, link)
    secure.post(code=CODE, new_password=NEW)
    assert secure.path() == "/innlogging/faktorer"
    assert secure.raw(HOME).headers["Location"] == "/innlogging/faktorer"
    page = secure.post("/innlogging/faktorer", handling="app")
    secret = page.one(".typed code").get_text().replace(" ", "")
    secure.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="")
    secure.get(HOME)


@pytest.mark.usefixtures("kari")
def test_from_the_administrators_screen_to_the_new_persons_home(
    avklart: Avklart, browser: Browser, elsewhere: Browser
) -> None:
    browser.sign_in()
    browser.get("/admin/ansatte/ny")
    page = browser.post(name="Nils", email=EMAIL, roles=["editor"], language="nb")
    code = page.one(".start-code").get_text(strip=True)
    (letter,) = messages(avklart.database)
    (link,) = re.findall(r"/innlogging/i/\S+", letter["text"])
    open_link(elsewhere, link)
    elsewhere.post(code=code, new_password=NEW)
    assert elsewhere.path() == HOME
