"""An expired session in mid-work: what was sent is shown again, filled in and unsent, to the one who wrote it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, Browser
from tests.factories.second_factor import add_app, app_code
from tests.identity.conftest import stored
from tests.page import Page
from webapp.app import Avklart
from webapp.identity import queries
from webapp.identity.actions import sessions
from webapp.identity.current import MOST_PARKED
from webapp.identity.domain.sessions import Why
from webapp.identity.models import SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role

FORM = "/admin/ansatte/ny"
TYPED: dict[str, Any] = {
    "name": "Åse «Bø» <b>",
    "email": "aase@fjordvik.example",
    "roles": ["editor", "reviewer"],
    "language": "nn",
}
LATER = timedelta(minutes=16)


def filled_in(page: Page) -> dict[str, Any]:
    """Answer what stands in the form of somebody to be invited."""
    return {
        "name": page.one("#name").get("value", ""),
        "email": page.one("#email").get("value", ""),
        "roles": [str(box["value"]) for box in page.soup.select("input[name=roles][checked]")],
        "language": str(page.one("#language option[selected]")["value"]),
    }


def says_it_was_kept(page: Page) -> bool:
    return bool(page.soup.select("main .notice:not([role=status])"))


def staff_of(avklart: Avklart) -> int:
    with avklart.database.reading() as session:
        return len(queries.all_staff(session, "fjordvik"))


def remembered(avklart: Avklart) -> list[dict[str, object]]:
    """Answer what all sessions remember, opened."""
    with avklart.database.reading() as session:
        return [json.loads(row.data) for row in session.scalars(select(SessionRow))]


def sign_in_again(browser: Browser, email: str = "kari@fjordvik.example", password: str = PASSWORD) -> Page:
    """Give the password at the page that one was led to."""
    assert browser.path() == "/innlogging"
    return browser.post(email=email, password=password)


@pytest.fixture
def late(browser: Browser, kari: str, clock: FixedClock) -> Browser:
    """A browser whose session has ended while its form was being filled in."""
    assert kari
    browser.sign_in()
    browser.get(FORM)
    clock.time = NOON + LATER
    return browser


def test_what_was_sent_too_late_stands_in_the_form_again_unsent(late: Browser, avklart: Avklart) -> None:
    late.post(FORM, **TYPED)
    page = sign_in_again(late)
    assert late.path() == FORM
    assert filled_in(page) == TYPED
    assert says_it_was_kept(page)
    assert staff_of(avklart) == 1, "nothing is done by coming in"


def test_it_is_sent_by_pressing_once_more_and_then_forgotten(late: Browser, avklart: Avklart) -> None:
    late.post(FORM, **TYPED)
    page = sign_in_again(late)
    assert late.post(FORM, **filled_in(page)).soup.select(".start-code")
    assert staff_of(avklart) == 2
    page = late.get(FORM)
    assert filled_in(page) == {"name": "", "email": "", "roles": [], "language": "nb"}
    assert not says_it_was_kept(page)


def test_a_wrong_password_on_the_way_loses_nothing(late: Browser) -> None:
    late.post(FORM, **TYPED)
    late.post(email="kari@fjordvik.example", password="wrong", status=422)
    late.post(email="", password="", status=422)
    late.get("/innlogging?neste=/innlogging/konto")
    assert filled_in(sign_in_again(late)) == TYPED


def test_it_is_kept_through_the_second_factor(late: Browser, avklart: Avklart, kari: str, clock: FixedClock) -> None:
    add_app(avklart.database, kari, at=NOON)
    late.post(FORM, **TYPED)
    sign_in_again(late)
    assert late.path() == "/innlogging/kode"
    late.post(code="000000", status=422)
    page = late.post(code=app_code(clock.time))
    assert late.path() == FORM
    assert filled_in(page) == TYPED


@pytest.mark.usefixtures("kari")
def test_it_is_kept_while_somebody_shows_anew_who_they_are(
    browser: Browser, avklart: Avklart, clock: FixedClock
) -> None:
    browser.sign_in()
    clock.time = NOON + timedelta(minutes=9)
    browser.get(FORM)
    clock.time = NOON + timedelta(minutes=11)
    browser.post(FORM, **TYPED)
    assert browser.path() == "/innlogging/igjen"
    browser.post(password="wrong", status=422)
    page = browser.post(password=PASSWORD)
    assert browser.path() == FORM
    assert filled_in(page) == TYPED
    assert staff_of(avklart) == 1
    assert browser.post(FORM, **TYPED).soup.select(".start-code")
    assert staff_of(avklart) == 2


def test_showing_anew_who_one_is_needs_the_second_factor_too(
    browser: Browser, avklart: Avklart, kari: str, clock: FixedClock
) -> None:
    codes = add_app(avklart.database, kari, at=NOON)
    browser.sign_in()
    browser.post(code=app_code(NOON))
    clock.time = NOON + timedelta(minutes=11)
    browser.get(FORM)
    browser.post(FORM, **TYPED)
    for code in ("", "000000", app_code(NOON)):
        browser.post(password=PASSWORD, code=code, status=422)
    browser.post(password="wrong", code=codes[0], status=422)
    page = browser.post(password=PASSWORD, code=codes[0])
    assert filled_in(page) == TYPED, "and a code beside a wrong password is not used up"


def test_both_in_turn_session_over_and_then_not_fresh(late: Browser, clock: FixedClock) -> None:
    late.post(FORM, **TYPED)
    page = sign_in_again(late)
    clock.time += timedelta(minutes=11)
    late.post(FORM, **{**filled_in(page), "name": "Åse Bø"})
    assert late.path() == "/innlogging/igjen"
    page = late.post(password=PASSWORD)
    assert filled_in(page) == {**TYPED, "name": "Åse Bø"}, "the newest words stand there"


def test_nobody_else_who_comes_in_here_sees_it(late: Browser, avklart: Avklart, ola: str) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", ola).roles = [Role.ADMINISTRATOR.value]
    late.post(FORM, **TYPED)
    page = sign_in_again(late, "ola@fjordvik.example")
    assert filled_in(late.get(FORM)) == {"name": "", "email": "", "roles": [], "language": "nb"}
    assert not says_it_was_kept(page)
    living = [data for data in remembered(avklart) if data]
    assert not any("parked" in data for data in living), "and it is nowhere any more"


def test_nobody_else_sees_it_through_the_second_factor(
    late: Browser, avklart: Avklart, ola: str, clock: FixedClock
) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", ola).roles = [Role.ADMINISTRATOR.value]
    add_app(avklart.database, ola, at=NOON)
    late.post(FORM, **TYPED)
    sign_in_again(late, "ola@fjordvik.example")
    late.post(code=app_code(clock.time))
    assert filled_in(late.get(FORM))["name"] == ""


@pytest.mark.usefixtures("avklart", "ola")
def test_who_wrote_it_does_not_get_it_back_after_somebody_else_was_in(late: Browser) -> None:
    late.post(FORM, **TYPED)
    late.send("/innlogging", email="ola@fjordvik.example", password=PASSWORD)
    late.get("/innlogging/hjem")
    late.post("/logg-ut")
    late.sign_in()
    assert filled_in(late.get(FORM))["name"] == ""


def test_it_waits_for_half_an_hour_and_no_longer(late: Browser, avklart: Avklart, clock: FixedClock) -> None:
    late.post(FORM, **TYPED)
    token = late.token()
    clock.time += timedelta(minutes=15)
    late.send("/innlogging", token=token, email="kari@fjordvik.example", password=PASSWORD)
    assert filled_in(late.get(FORM))["name"] == ""
    assert not any("parked" in data for data in remembered(avklart)), "what is over has forgotten it"


@pytest.mark.usefixtures("kari")
def test_passwords_and_codes_are_never_kept(browser: Browser, avklart: Avklart, clock: FixedClock) -> None:
    secrets: dict[str, dict[str, Any]] = {
        "/innlogging/passord": {"new_password": "canary-one-is-a-password"},
        "/innlogging/faktorer/app": {"code": "canary-two-is-a-code", "label": "min telefon"},
        "/innlogging/faktorer/nokkel": {"answer": "canary-three-is-an-answer", "label": "min nøkkel"},
        FORM: {**TYPED, "password": "canary-four-is-a-password", "csrf_token_x": "x"},
    }
    for path, fields in secrets.items():
        browser.sign_in()
        token = browser.token()
        clock.time += LATER
        assert browser.send(path, token=token, **fields).status_code == 303, path
        kept = json.dumps(remembered(avklart))
        assert "canary" not in kept
        assert token not in kept
        assert "parked" in kept
        browser.get("/innlogging")
        page = sign_in_again(browser)
        assert "canary" not in page.response.text
        browser.post("/logg-ut")


def test_what_is_kept_lies_in_the_database_sealed(late: Browser, avklart: Avklart) -> None:
    late.post(FORM, **TYPED)
    everything = stored(avklart)
    assert b"aase@fjordvik" not in everything
    assert "Åse".encode() not in everything


@pytest.mark.usefixtures("kari")
def test_a_form_of_an_earlier_session_of_the_same_person_is_shown_again(browser: Browser, avklart: Avklart) -> None:
    """The other tab came in anew; this one still has the old token."""
    browser.sign_in()
    tab = browser.get(FORM)
    browser.sign_in()
    browser.page = tab
    page = browser.post(FORM, **TYPED)
    assert browser.path() == FORM
    assert filled_in(page) == TYPED
    assert says_it_was_kept(page)
    assert staff_of(avklart) == 1
    assert browser.post(FORM, **{**TYPED, "name": "Åse"}).soup.select(".start-code")


@pytest.mark.usefixtures("kari")
def test_a_form_of_somebody_elses_session_is_refused(browser: Browser, avklart: Avklart, ola: str) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", ola).roles = [Role.ADMINISTRATOR.value]
    browser.sign_in("ola@fjordvik.example")
    tab = browser.get(FORM)
    browser.sign_in()
    browser.page = tab
    assert browser.send(FORM, **TYPED).status_code == 400
    assert filled_in(browser.get(FORM))["name"] == ""
    assert staff_of(avklart) == 2


@pytest.mark.usefixtures("avklart", "kari")
def test_two_tabs_that_are_both_late_lose_nothing(late: Browser) -> None:
    """The second one finds a session on the way in, which is nobody's yet."""
    tab = late.page
    late.post(FORM, **TYPED)
    late.page = tab
    late.post(FORM, **{**TYPED, "name": "Nils"})
    page = sign_in_again(late)
    assert late.path() == FORM
    assert filled_in(page) == {**TYPED, "name": "Nils"}


def test_a_late_tab_beside_a_second_step_does_not_undo_the_first_step(
    late: Browser, avklart: Avklart, kari: str, clock: FixedClock
) -> None:
    add_app(avklart.database, kari, at=NOON)
    tab = late.page
    late.sign_in()
    step = late.page
    late.page = tab
    assert late.send(FORM, **TYPED).status_code == 303
    late.page = step
    page = late.post("/innlogging/kode", code=app_code(clock.time))
    assert late.path() == FORM
    assert filled_in(page) == TYPED


def test_a_late_form_of_one_beside_the_second_step_of_another_is_not_shown_to_them(
    late: Browser, avklart: Avklart, ola: str, clock: FixedClock
) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", ola).roles = [Role.ADMINISTRATOR.value]
    add_app(avklart.database, ola, at=NOON)
    tab = late.page
    late.sign_in("ola@fjordvik.example")
    step = late.page
    late.page = tab
    assert late.send(FORM, **TYPED).status_code == 303
    late.page = step
    late.post("/innlogging/kode", code=app_code(clock.time))
    assert filled_in(late.get(FORM))["name"] == ""


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "\0", "IngåIg.a.b"])
def test_without_a_token_of_ours_nothing_is_kept(late: Browser, avklart: Avklart, token: str) -> None:
    """Else anybody could put words into somebody's form from another site."""
    answer = late.send(FORM, token=token, **TYPED)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert not any("parked" in data for data in remembered(avklart))


def test_a_form_that_is_too_large_to_keep_is_not_kept(late: Browser, avklart: Avklart) -> None:
    answer = late.send(FORM, **{**TYPED, "name": "x" * MOST_PARKED})
    assert answer.status_code == 303
    assert not any("parked" in data for data in remembered(avklart))


def test_the_token_of_a_session_that_was_forgotten_keeps_nothing(
    late: Browser, avklart: Avklart, clock: FixedClock
) -> None:
    with avklart.database.writing() as session:
        sessions.end_what_is_over(session, at=clock.now())
        assert sessions.forget_ended(session, before=clock.now() + timedelta(seconds=1)) == 1
    late.post(FORM, **TYPED)
    assert filled_in(_at_form(late))["name"] == ""


def _at_form(browser: Browser) -> Page:
    sign_in_again(browser)
    return browser.get(FORM)


def test_the_session_of_somebody_who_was_closed_keeps_nothing_for_others(
    late: Browser, avklart: Avklart, kari: str
) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).state = "disabled"
    late.post(FORM, **TYPED)
    late.post(email="kari@fjordvik.example", password=PASSWORD, status=422)
    assert "Åse" not in late.get("/innlogging").response.text


def test_it_is_shown_at_its_own_page_only(late: Browser) -> None:
    late.post(FORM, **TYPED)
    sign_in_again(late)
    for path in ("/innlogging/hjem", "/admin/ansatte", "/innlogging/konto", "/innlogging/okter"):
        page = late.get(path)
        assert not says_it_was_kept(page), path
        assert "aase@" not in page.response.text


@pytest.mark.usefixtures("kari")
def test_a_press_on_a_button_leaves_the_form_beside_it_as_it_is_stored(
    browser: Browser, ola: str, clock: FixedClock
) -> None:
    """What was pressed is to be pressed again; the roles of the account still stand there."""
    browser.sign_in()
    clock.time = NOON + timedelta(minutes=11)
    browser.get(f"/admin/ansatte/{ola}")
    browser.post(f"/admin/ansatte/{ola}", handling="steng")
    page = browser.post(password=PASSWORD)
    assert browser.path() == f"/admin/ansatte/{ola}"
    assert [str(box["value"]) for box in page.soup.select("input[name=roles][checked]")] == ["caseworker"]
    assert page.one("#name")["value"] == "Ola Dahl"
    assert page.soup.select("button[value=steng]"), "and the account is still open"
    page = browser.post(f"/admin/ansatte/{ola}", handling="steng")
    assert page.soup.select("button[value=apne]")


@pytest.mark.usefixtures("kari")
def test_nobody_is_told_of_words_that_are_not_there(browser: Browser, clock: FixedClock) -> None:
    """A password is not kept, so the page does not say that what was written stands here."""
    browser.sign_in()
    browser.get("/innlogging/passord")
    clock.time = NOON + LATER
    browser.post("/innlogging/passord", new_password="fem blå hester hopper")
    page = sign_in_again(browser)
    assert browser.path() == "/innlogging/passord"
    assert not says_it_was_kept(page)


@pytest.mark.usefixtures("kari")
def test_whoever_only_shows_anew_who_they_are_is_not_told_that_they_were_logged_out(
    browser: Browser, clock: FixedClock
) -> None:
    browser.sign_in()
    browser.get(FORM)
    clock.time = NOON + timedelta(minutes=11)
    browser.post(FORM, **TYPED)
    page = browser.post(password=PASSWORD)
    (notice,) = page.soup.select("main .notice:not([role=status])")
    assert "logget ut" not in notice.get_text()


def test_an_end_by_somebody_else_keeps_what_was_written_too(browser: Browser, avklart: Avklart, kari: str) -> None:
    browser.sign_in()
    browser.get(FORM)
    with avklart.database.writing() as session:
        sessions.end_all(session, "fjordvik", kari, Why.ENDED_BY_STAFF, at=NOON)
    browser.post(FORM, **TYPED)
    assert filled_in(sign_in_again(browser)) == TYPED


def test_what_is_kept_for_a_page_that_asks_by_script_is_kept_too(late: Browser) -> None:
    data = {**TYPED, "csrf_token": late.token()}
    answer = late.raw(
        FORM, "POST", data=data, headers={"HX-Request": "true", "HX-Current-URL": f"http://{late.host}{FORM}"}
    )
    assert answer.status_code == 401
    late.get(answer.headers["HX-Redirect"])
    assert filled_in(sign_in_again(late)) == TYPED


def test_adding_a_factor_does_not_lose_what_waits(
    browser: Browser, avklart: Avklart, kari: str, clock: FixedClock
) -> None:
    browser.sign_in()
    browser.get(FORM)
    clock.time = NOON + LATER
    browser.post(FORM, **TYPED)
    sign_in_again(browser)
    browser.get("/innlogging/faktorer")
    page = browser.post("/innlogging/faktorer", handling="app")
    secret = page.one(".typed code").get_text().replace(" ", "")
    browser.post("/innlogging/faktorer/app", code=app_code(clock.time, secret), label="")
    assert filled_in(browser.get(FORM)) == TYPED
    with avklart.database.reading() as session:
        assert len(queries.factors(session, "fjordvik", kari)) == 1


def test_nobody_who_is_half_way_in_sees_what_another_half_way_in_had_written(
    browser: Browser, avklart: Avklart, kari: str, ola: str
) -> None:
    """Also on a page that needs no login: the address that one asked a new password for."""
    for person in (kari, ola):
        add_app(avklart.database, person, at=NOON)
    browser.sign_in()
    browser.post(code=app_code(NOON))
    old = browser.token()
    browser.post("/logg-ut")
    browser.sign_in()
    assert browser.send("/innlogging/glemt", token=old, email="kari.privat@eksempel.example").status_code == 303
    assert browser.get("/innlogging/glemt").one("#email")["value"] == "kari.privat@eksempel.example"
    browser.sign_in("ola@fjordvik.example")
    assert "kari.privat" not in browser.get("/innlogging/glemt").response.text
