"""Sessions from the browser's side: a new id at each step, limits, logging out, and what somebody else ends (S1–S5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, QUICK, Browser, add_staff, staff_row
from tests.factories.second_factor import add_app, app_code
from tests.identity.conftest import SecureBrowser, stored
from webapp.app import Avklart, create_app
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.identity import queries
from webapp.identity.actions import sessions, staff
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.sessions import Kind, Why
from webapp.identity.models import SessionRow
from webapp.kernel.caller import Caller
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import GoneError, NotFoundError
from webapp.kernel.ids import digest
from webapp.kernel.permission import Assurance, Role
from webapp.settings import Settings
from webapp.storage.session import Database

HOME = "/innlogging/hjem"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rows(avklart: Avklart) -> list[SessionRow]:
    with avklart.database.reading() as session:
        return list(session.scalars(select(SessionRow).order_by(SessionRow.created_at, SessionRow.id)))


def row_of(avklart: Avklart, cookie: str) -> SessionRow:
    with avklart.database.reading() as session:
        found = queries.session_by_secret(session, digest(cookie))
        assert found is not None
        return found


def is_in(browser: Browser) -> bool:
    answer = browser.raw(HOME)
    assert answer.status_code in {200, 303}
    return answer.status_code == 200


def with_cookie(avklart: Avklart, cookie: str, municipality: str = "fjordvik") -> Browser:
    """Answer a browser that replays a cookie."""
    browser = Browser(avklart, municipality, address="192.0.2.66")
    browser.client.set_cookie("avklart", cookie, domain=browser.host.split(":")[0])
    return browser


def test_every_step_has_a_new_id_and_the_one_before_is_dead(avklart: Avklart, browser: Browser, kari: str) -> None:
    add_app(avklart.database, kari, at=NOON)
    browser.get("/innlogging")
    assert browser.cookie() == ""
    browser.sign_in()
    half = browser.cookie()
    browser.post(code=app_code(NOON))
    whole = browser.cookie()
    assert half
    assert half != whole
    thief = with_cookie(avklart, half)
    assert not is_in(thief)
    assert thief.raw("/innlogging/kode").headers["Location"] == "/innlogging"
    assert row_of(avklart, half).ended_why == Why.REPLACED


@pytest.mark.usefixtures("kari")
def test_an_id_that_somebody_brings_along_is_never_theirs_to_know(avklart: Avklart, browser: Browser) -> None:
    """Session fixation: what an attacker put into the browser before is nobody afterwards, too."""
    browser.client.set_cookie("avklart", "x" * 43, domain="127.0.0.1")
    browser.sign_in()
    assert browser.cookie() != "x" * 43
    assert not is_in(with_cookie(avklart, "x" * 43))


@pytest.mark.usefixtures("kari", "ola")
def test_coming_in_again_ends_the_session_before(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    old = browser.cookie()
    browser.sign_in("ola@fjordvik.example")
    assert "Ola Dahl" in browser.get(HOME).text
    assert not is_in(with_cookie(avklart, old))


@pytest.mark.usefixtures("kari")
def test_showing_anew_who_one_is_gives_a_new_id_and_kills_the_old_one(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    browser.sign_in()
    old = browser.cookie()
    clock.time = NOON + 11 * MINUTE
    browser.get("/innlogging/passord")
    assert browser.path() == "/innlogging/igjen"
    browser.post(password=PASSWORD)
    assert browser.path() == "/innlogging/passord"
    assert browser.cookie() != old
    assert not is_in(with_cookie(avklart, old))


@pytest.mark.usefixtures("kari")
def test_the_id_is_a_secret_of_256_bits_and_not_in_the_database(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    (row,) = rows(avklart)
    assert len(browser.cookie()) == 43
    assert row.secret == digest(browser.cookie())
    assert browser.cookie().encode() not in stored(avklart)


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("cookie", [
    "", "x", "x" * 43, "x" * 100_000, "å" * 43, "../../etc/passwd", "' OR 1=1 --", "\ud83d\ude00", "%00", "null", "a b",
])  # fmt: skip
def test_a_cookie_that_is_none_of_ours_is_nobody(avklart: Avklart, cookie: str) -> None:
    browser = Browser(avklart)
    headers = {"Cookie": f"avklart={cookie.encode('utf-8', 'replace').decode('latin-1')}"}
    for path in ("/innlogging", "/logg-ut"):
        assert browser.raw(path, headers=headers).status_code == 200
    assert browser.raw(HOME, headers=headers).status_code == 303


@pytest.mark.usefixtures("kari")
def test_a_session_is_of_one_municipality(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    assert not is_in(with_cookie(avklart, browser.cookie(), "dalsbygd"))
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_a_hash_of_the_secret_is_not_the_secret(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    assert not is_in(with_cookie(avklart, digest(browser.cookie())))


@pytest.mark.usefixtures("kari")
def test_staff_are_out_after_a_quarter_of_an_hour_without_a_sign(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON + 15 * MINUTE - timedelta(seconds=1)
    assert is_in(browser)
    clock.time += 15 * MINUTE
    assert not is_in(browser)


@pytest.mark.usefixtures("kari")
def test_whoever_goes_on_is_out_after_eight_hours(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    while clock.time < NOON + 8 * HOUR - 10 * MINUTE:
        clock.time += 10 * MINUTE
        assert is_in(browser), clock.time
    clock.time = NOON + 8 * HOUR - timedelta(seconds=1)
    assert is_in(browser)
    clock.time = NOON + 8 * HOUR
    assert not is_in(browser)


@pytest.mark.usefixtures("kari")
def test_a_page_that_asks_by_itself_keeps_nobody_in(avklart: Avklart, browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    for _ in range(14):
        clock.time += MINUTE
        assert browser.raw("/innlogging/tid", headers={"HX-Request": "true"}).status_code == 200
    assert row_of(avklart, browser.cookie()).seen_at == NOON
    clock.time += MINUTE
    answer = browser.raw("/innlogging/tid", headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (200, False)  # what is being written stays there
    assert "Du er logget ut" in answer.text
    assert not is_in(browser)


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize(("minutes", "warned"), [(0, False), (11, False), (12, True), (14, True)])
def test_a_page_is_told_three_minutes_before_the_end(
    browser: Browser, clock: FixedClock, minutes: int, warned: bool  # noqa: FBT001
) -> None:  # fmt: skip
    browser.sign_in()
    clock.time = NOON + minutes * MINUTE
    answer = browser.raw("/innlogging/tid", headers={"HX-Request": "true"})
    assert ("data-announce" in answer.text) == warned


@pytest.mark.usefixtures("kari")
def test_a_part_of_a_page_that_finds_its_session_over_leads_back_to_the_page(
    browser: Browser, clock: FixedClock
) -> None:
    """A part is no page: after coming in again, somebody is where they were."""
    browser.sign_in()
    clock.time = NOON + 16 * MINUTE
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://{browser.host}/admin/ansatte/ny?x=1#y"}
    answer = browser.raw("/admin/ansatte", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/innlogging?neste=%2Fadmin%2Fansatte%2Fny"


@pytest.mark.usefixtures("kari", "clock")
@pytest.mark.parametrize("address", [
    "https://evil.example//evil.example/", "x", "", "http://[", "//", "javascript:alert(1)", "http://127.0.0.1:8000",
    "http://127.0.0.1:8000//evil.example", "http://127.0.0.1:8000/\\evil.example", "http://127.0.0.1:8000/\u00e5",
])  # fmt: skip
def test_what_a_script_says_of_its_page_leads_nowhere_else(browser: Browser, address: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    answer = browser.raw("/admin/ansatte", headers=headers)
    assert answer.status_code == 401
    way, _, wanted = answer.headers["HX-Redirect"].partition("?neste=")
    assert way == "/innlogging"
    assert wanted in {"", "%2Fadmin%2Fansatte"}


@pytest.mark.usefixtures("kari")
def test_an_ordinary_look_moves_the_clock_once_a_minute_at_most(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    browser.sign_in()
    seen = []
    for seconds in (59, 60, 119, 121):
        clock.time = NOON + timedelta(seconds=seconds)
        assert is_in(browser)
        seen.append((row_of(avklart, browser.cookie()).seen_at - NOON).total_seconds())
    assert seen == [0, 60, 60, 121]


@pytest.mark.usefixtures("kari")
def test_what_is_sent_moves_the_clock_too(avklart: Avklart, browser: Browser, clock: FixedClock) -> None:
    """Somebody who sends a form that is refused, and mends it, is not idle."""
    browser.sign_in()
    browser.get("/admin/ansatte/ny")
    clock.time = NOON + 9 * MINUTE
    browser.post(name="", email="", language="nb", status=422)
    assert row_of(avklart, browser.cookie()).seen_at == clock.time
    clock.time += 14 * MINUTE
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_a_look_is_answered_while_somebody_else_writes(avklart: Avklart, browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON + 5 * MINUTE
    path = avklart.database.engine.url.database or ""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert is_in(browser)
        assert row_of(avklart, browser.cookie()).seen_at == NOON, "another time"
        other.execute("ROLLBACK")
    assert is_in(browser)
    assert row_of(avklart, browser.cookie()).seen_at == clock.time


@pytest.mark.usefixtures("kari")
def test_who_is_soon_logged_out_is_kept_in_though_somebody_else_is_writing(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    """Their press on «I am still here» may be their last: it waits for the database, and is not let go."""
    browser.sign_in()
    clock.time = NOON + 13 * MINUTE
    path = avklart.database.engine.url.database or ""
    with ThreadPoolExecutor(1) as pool, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        look = pool.submit(is_in, browser)
        with suppress(TimeoutError):  # whoever does not wait is through by now
            look.result(timeout=0.5)
        other.execute("ROLLBACK")
        assert look.result()
    assert row_of(avklart, browser.cookie()).seen_at == clock.time


@pytest.mark.usefixtures("kari")
def test_an_hour_more_on_the_clock_ends_it_and_an_hour_less_revives_nothing(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    browser.sign_in()
    clock.time = NOON + HOUR
    assert not is_in(browser)
    for back in (NOON, NOON + MINUTE, NOON - MINUTE):
        clock.time = back
        assert not is_in(browser), "what was found to be over stays over"
    assert row_of(avklart, browser.cookie()).ended_why == Why.TOO_LONG_IDLE


@pytest.mark.usefixtures("avklart", "kari")
def test_an_hour_less_on_the_clock_lets_nobody_stay_an_hour_longer(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    for _ in range(12):
        clock.time += 10 * MINUTE
        assert is_in(browser)
    clock.time -= HOUR
    assert not is_in(browser)


@pytest.mark.usefixtures("kari")
def test_a_clock_that_is_put_right_by_a_little_disturbs_nobody(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON - 4 * MINUTE
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_logging_out_kills_the_session_and_the_cookie_and_what_the_browser_kept(
    avklart: Avklart, browser: Browser
) -> None:
    browser.sign_in()
    cookie = browser.cookie()
    answer = browser.send("/logg-ut")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/logg-ut")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    (sent,) = answer.headers.getlist("Set-Cookie")
    assert sent.startswith("avklart=;")
    assert "Max-Age=0" in sent
    assert "HttpOnly" in sent
    assert browser.cookie() == ""
    row = row_of(avklart, cookie)
    assert (row.ended_at, row.ended_why) == (NOON, Why.LOGGED_OUT)
    thief = with_cookie(avklart, cookie)
    assert not is_in(thief)
    assert "Set-Cookie" not in thief.raw("/logg-ut").headers


def test_the_cookie_of_production_is_taken_as_it_was_given(secure: SecureBrowser, strict: Avklart) -> None:
    add_staff(strict.database, at=NOON)
    secure.sign_in()
    (sent,) = secure.send("/logg-ut").headers.getlist("Set-Cookie")
    parts = {part.strip() for part in sent.split(";")}
    assert {"__Host-avklart=", "Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=0"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert secure.raw(HOME).headers["Location"].startswith("/innlogging")


@pytest.mark.usefixtures("kari")
def test_looking_at_the_way_out_logs_nobody_out(browser: Browser) -> None:
    browser.sign_in()
    for method in ("GET", "HEAD"):
        answer = browser.raw("/logg-ut", method)
        assert answer.status_code == 200
        assert "Clear-Site-Data" not in answer.headers
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert browser.raw("/logg-ut/raskt", method).status_code in {403, 405}
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_logging_out_needs_the_token_of_the_session(browser: Browser) -> None:
    browser.sign_in()
    for token in ("", "x", "x" * 10_000, "\0"):
        assert browser.send("/logg-ut", token=token).status_code == 400
    assert browser.raw("/logg-ut", "POST", headers={"Origin": "https://evil.example"}).status_code == 403
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_leaving_quickly_logs_out_and_leads_to_the_weather(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    cookie = browser.cookie()
    answer = browser.send("/logg-ut/raskt")
    assert answer.status_code == 200
    assert answer.headers["Refresh"] == "0; url=https://www.yr.no/"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Kari" not in answer.text
    assert not is_in(with_cookie(avklart, cookie))


@pytest.mark.usefixtures("kari")
def test_leaving_quickly_works_from_a_page_of_an_earlier_session(
    avklart: Avklart, browser: Browser, clock: FixedClock
) -> None:
    """Whoever must leave at once never meets an error page instead."""
    browser.sign_in()
    old = browser.token()
    clock.time = NOON + 16 * MINUTE
    browser.sign_in()
    cookie = browser.cookie()
    answer = browser.send("/logg-ut/raskt", token=old)
    assert answer.status_code == 200
    assert answer.headers["Refresh"] == "0; url=https://www.yr.no/"
    assert not is_in(with_cookie(avklart, cookie))


@pytest.mark.usefixtures("kari")
def test_leaving_works_for_whoever_is_out_already(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    clock.time = NOON + HOUR
    assert browser.send("/logg-ut").headers["Location"] == "/logg-ut"
    assert browser.send("/logg-ut/raskt", token="x").status_code == 200


@pytest.mark.usefixtures("kari")
def test_two_tabs_share_a_session_and_both_can_send(browser: Browser) -> None:
    browser.sign_in()
    first = browser.get("/admin/ansatte/ny")
    browser.get("/innlogging/konto")
    browser.page = first
    browser.post(name="Nils", email="nils@fjordvik.example", roles=["editor"], language="nb")
    assert browser.page.soup.select(".start-code")


@pytest.mark.usefixtures("kari")
def test_a_tab_of_whoever_logged_out_in_the_other_one_changes_nothing(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    tab = browser.get("/admin/ansatte/ny")
    browser.post("/logg-ut")
    browser.page = tab
    browser.post(name="Nils", email="nils@fjordvik.example", roles=["editor"], language="nb")
    assert browser.path() == "/innlogging"
    with avklart.database.reading() as session:
        assert len(queries.all_staff(session, "fjordvik")) == 1


def disabled(avklart: Avklart, kari: str, by: str) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", by).roles = [Role.ADMINISTRATOR.value]
        session.flush()
        caller = _caller(by)
        staff.disable(session, queries.staff(session, "fjordvik", kari), by=caller, at=NOON)


def closed_by_hand(avklart: Avklart, kari: str, _by: str) -> None:
    """Only the state of the account, as a restored backup or a script leaves it."""
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).state = staff.DISABLED


def without_role(avklart: Avklart, kari: str, _by: str) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).roles = []


def with_unknown_role(avklart: Avklart, kari: str, _by: str) -> None:
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).roles = ["resident"]


def started_over(avklart: Avklart, kari: str, by: str) -> None:
    with avklart.database.writing() as session:
        staff.start_over(session, queries.staff(session, "fjordvik", kari), by=by, at=NOON)


def new_password(avklart: Avklart, kari: str, _by: str) -> None:
    with avklart.database.writing() as session:
        staff.set_password(session, queries.staff(session, "fjordvik", kari), "$argon2id$x", at=NOON)


def new_factor(avklart: Avklart, kari: str, _by: str) -> None:
    add_app(avklart.database, kari, at=NOON)


def role_gone_at_provider(avklart: Avklart, kari: str, _by: str) -> None:
    with avklart.database.writing() as session:
        staff.lose_access(session, queries.staff(session, "fjordvik", kari), at=NOON)


def ended(avklart: Avklart, kari: str, by: str) -> None:
    with avklart.database.writing() as session:
        (row,) = queries.sessions_of(session, "fjordvik", kari)
        sessions.end_one(session, kari, row.id, by=_caller(by), at=NOON)


def _caller(staff_id: str) -> Caller:
    return Caller(
        id=staff_id, municipality="fjordvik", roles=frozenset({Role.ADMINISTRATOR}), assurance=Assurance.SUBSTANTIAL,
        session_id="x", authenticated_at=NOON,
    )  # fmt: skip


TAKEN_AWAY = [
    disabled, closed_by_hand, without_role, with_unknown_role, started_over, new_password, new_factor,
    role_gone_at_provider, ended,
]  # fmt: skip


@pytest.mark.parametrize("take_away", TAKEN_AWAY, ids=lambda take_away: take_away.__name__)
def test_what_is_taken_away_is_gone_at_the_next_request(
    avklart: Avklart, browser: Browser, kari: str, ola: str, take_away: Callable[[Avklart, str, str], None]
) -> None:
    browser.sign_in()
    browser.get("/admin/ansatte/ny")
    take_away(avklart, kari, ola)
    answer = browser.send(name="N", email="n@fjordvik.example", roles=["editor"], language="nb")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/innlogging?")
    assert not is_in(browser)
    with avklart.database.reading() as session:
        assert len(queries.all_staff(session, "fjordvik")) == 2


def test_a_role_that_is_taken_away_closes_its_pages_and_no_others(
    avklart: Avklart, browser: Browser, kari: str
) -> None:
    browser.sign_in()
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).roles = [Role.EDITOR.value]
    browser.get("/admin/ansatte", status=403)
    browser.get(HOME)
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).roles = [Role.ADMINISTRATOR.value]
    browser.get("/admin/ansatte")


def test_a_refusal_of_somebody_known_is_recorded(avklart: Avklart, browser: Browser, ola: str) -> None:
    browser.sign_in("ola@fjordvik.example")
    browser.get("/admin/ansatte", status=403)
    with avklart.database.reading() as session:
        found = session.scalars(select(EventRow).where(EventRow.action == Action.DENIED)).one()
    assert (found.actor, found.object_id) == (ola, "identity.all_staff")


def test_an_ended_session_cannot_save_itself_back(keyed: Database) -> None:
    """With the row in hand from before: what it remembers, its clock and its freshness stay as they were."""
    with keyed.writing() as session:
        row, secret = sessions.begin(session, Beginning("fjordvik", Kind.STAFF, "kari"), {"a": "b"}, at=NOON)
    with keyed.writing() as session:
        assert sessions.end(session, "fjordvik", row.id, Why.ENDED_BY_STAFF, at=NOON)
    later = NOON + MINUTE
    with keyed.writing() as session, pytest.raises(GoneError):
        sessions.remember(session, "fjordvik", row.id, {"parked": "x"})
    with keyed.writing() as session, pytest.raises(GoneError):
        sessions.renew(session, "fjordvik", row.id, Assurance.HIGH, at=later)
    with keyed.writing() as session:
        sessions.move_clock(session, row.id, at=later)
        assert not sessions.end(session, "fjordvik", row.id, Why.LOGGED_OUT, at=later), "it ends once"
    with keyed.reading() as session:
        found = session.get_one(SessionRow, row.id)
        assert (found.ended_at, found.ended_why) == (NOON, Why.ENDED_BY_STAFF)
        assert (found.seen_at, found.authenticated_at, found.assurance) == (NOON, NOON, 0)
        assert found.secret == digest(secret)
        assert found.data == "{}", "and it has forgotten what it remembered"


@pytest.mark.parametrize("change", ["remember", "renew"])
def test_a_session_that_is_ended_between_load_and_save_stays_ended(keyed: Database, change: str) -> None:
    """Two at once: the one that ends it holds it first, the one that saves comes after, with what it loaded before."""
    with keyed.writing() as session:
        row, _ = sessions.begin(session, Beginning("fjordvik", Kind.STAFF, "kari"), {"a": "b"}, at=NOON)
    loaded, is_ended = Event(), Event()

    def save() -> bool:
        with keyed.reading() as session:
            assert session.get_one(SessionRow, row.id).ended_at is None
        loaded.set()
        assert is_ended.wait(20)
        try:
            with keyed.writing() as session:
                if change == "remember":
                    sessions.remember(session, "fjordvik", row.id, {"parked": "x"})
                else:
                    sessions.renew(session, "fjordvik", row.id, Assurance.HIGH, at=NOON)
        except GoneError:
            return False
        return True

    with ThreadPoolExecutor(1) as pool:
        saved = pool.submit(save)
        assert loaded.wait(20)
        with keyed.writing() as session:
            assert sessions.end_all(session, "fjordvik", "kari", Why.ENDED_BY_STAFF, at=NOON) == 1
        is_ended.set()
        assert saved.result(20) is False
    with keyed.reading() as session:
        assert session.get_one(SessionRow, row.id).ended_why == Why.ENDED_BY_STAFF


def test_of_many_who_end_and_save_at_once_the_end_stays(keyed: Database) -> None:
    for _ in range(10):
        with keyed.writing() as session:
            row, _ = sessions.begin(session, Beginning("fjordvik", Kind.STAFF, "kari"), {}, at=NOON)

        def end(row_id: str = row.id) -> None:
            with keyed.writing() as session:
                sessions.end(session, "fjordvik", row_id, Why.ENDED_BY_STAFF, at=NOON)

        def save(row_id: str = row.id) -> None:
            try:
                with keyed.writing() as session:
                    sessions.remember(session, "fjordvik", row_id, {"x": "y"})
            except GoneError:
                pass

        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(work) for work in (save, end, save, save)]:
                done.result(30)
        with keyed.reading() as session:
            assert session.get_one(SessionRow, row.id).ended_at == NOON


def test_a_session_that_is_ended_while_a_factor_is_added_does_not_come_back_in_new_clothes(
    avklart: Avklart, browser: Browser, kari: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in()
    browser.get("/innlogging/faktorer")
    page = browser.post("/innlogging/faktorer", handling="app")
    secret = page.one(".typed code").get_text().replace(" ", "")
    begun = queries.staff

    def end_first(session: object, *words: str) -> object:
        with_end = sessions.end_all(session, "fjordvik", kari, Why.ENDED_BY_STAFF, at=NOON)  # type: ignore[arg-type]
        assert with_end <= 1
        return begun(session, *words)  # type: ignore[arg-type]

    token = browser.token()
    monkeypatch.setattr("webapp.identity.views.account.queries.staff", end_first)
    monkeypatch.setattr("webapp.identity.current.queries.staff", begun)
    data = {"csrf_token": token, "code": app_code(NOON, secret), "label": ""}
    answer = _post_late(browser, data, begun, end_first, monkeypatch)
    assert answer == 410
    monkeypatch.undo()
    assert [row for row in rows(avklart) if row.ended_at is None and row.created_at != NOON] == []


def _post_late(
    browser: Browser, data: dict[str, str], begun: object, end_first: object, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Send, and let the session end after the doorkeeper has seen it."""
    calls: list[int] = []

    def second_time(session: object, *words: str) -> object:
        calls.append(1)
        return (begun if len(calls) == 1 else end_first)(session, *words)  # type: ignore[operator]

    monkeypatch.setattr(queries, "staff", second_time)
    return browser.raw("/innlogging/faktorer/app", "POST", data=data).status_code


@pytest.mark.usefixtures("kari", "ola")
def test_one_sees_where_one_is_logged_in_and_ends_one(avklart: Avklart, browser: Browser, elsewhere: Browser) -> None:
    elsewhere.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    elsewhere.sign_in()
    Browser(avklart).sign_in("ola@fjordvik.example")
    browser.sign_in()
    page = browser.get("/innlogging/okter")
    lines = page.soup.select(".session-list li")
    assert len(lines) == 2
    assert sum("Safari, iPhone" in line.get_text() for line in lines) == 1
    (other,) = page.soup.select(".session-list button")
    browser.post("/innlogging/okter", handling=str(other["value"]))
    assert is_in(browser)
    assert not is_in(elsewhere)
    assert len(browser.get("/innlogging/okter").soup.select(".session-list li")) == 1


@pytest.mark.usefixtures("kari", "ola")
def test_all_others_end_at_once(avklart: Avklart, browser: Browser) -> None:
    others = [Browser(avklart, address=f"198.51.100.{number}") for number in range(3)]
    for other in others:
        other.sign_in()
    colleague = Browser(avklart)
    colleague.sign_in("ola@fjordvik.example")
    browser.sign_in()
    browser.get("/innlogging/okter")
    browser.post("/innlogging/okter", handling="alle")
    assert is_in(browser)
    assert is_in(colleague)
    assert not any(is_in(other) for other in others)


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("wanted", ["", "x", "'", "x" * 10_000, "ALLE"])
def test_a_session_that_is_not_there_is_not_there(browser: Browser, wanted: str) -> None:
    browser.sign_in()
    browser.get("/innlogging/okter")
    assert browser.send("/innlogging/okter", handling=wanted).status_code == 404


@pytest.mark.usefixtures("kari", "ola")
def test_nobody_ends_the_session_of_somebody_else_here(avklart: Avklart, browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in("ola@fjordvik.example")
    his = row_of(avklart, elsewhere.cookie()).id
    browser.sign_in()
    browser.get("/innlogging/okter")
    assert browser.send("/innlogging/okter", handling=his).status_code == 404
    assert is_in(elsewhere)


@pytest.mark.usefixtures("kari")
def test_a_session_that_was_ended_is_not_ended_again(avklart: Avklart, browser: Browser) -> None:
    browser.sign_in()
    first = row_of(avklart, browser.cookie())
    browser.sign_in()
    browser.get("/innlogging/okter")
    browser.post("/innlogging/okter", handling=first.id)
    again = next(row for row in rows(avklart) if row.id == first.id)
    assert again.ended_why == Why.REPLACED


def test_a_session_of_another_municipality_cannot_be_named(keyed: Database) -> None:
    with keyed.writing() as session:
        row, _ = sessions.begin(session, Beginning("fjordvik", Kind.STAFF, "kari"), {}, at=NOON)
    with keyed.writing() as session:
        assert not sessions.end(session, "dalsbygd", row.id, Why.LOGGED_OUT, at=NOON)
        assert sessions.end_all(session, "dalsbygd", "kari", Why.LOGGED_OUT, at=NOON) == 0
    with keyed.writing() as session, pytest.raises(GoneError):
        sessions.remember(session, "dalsbygd", row.id, {})
    with keyed.writing() as session, pytest.raises(GoneError):
        sessions.renew(session, "dalsbygd", row.id, Assurance.HIGH, at=NOON)
    with keyed.writing() as session, pytest.raises(NotFoundError):
        sessions.end_one(session, "ola", row.id, by=_caller("ola"), at=NOON)


def test_a_provider_that_names_nobody_ends_nothing(keyed: Database) -> None:
    with keyed.writing() as session:
        for number in range(3):
            sessions.begin(session, Beginning("fjordvik", Kind.RESIDENT, f"r{number}"), {}, at=NOON)
        assert sessions.end_by_provider(session, "fjordvik", at=NOON) == 0


@pytest.mark.usefixtures("kari", "ola")
def test_a_token_of_another_session_is_refused(browser: Browser, elsewhere: Browser) -> None:
    elsewhere.sign_in("ola@fjordvik.example")
    stolen = elsewhere.token()
    browser.sign_in()
    assert browser.send("/logg-ut", token=stolen).status_code == 400
    assert browser.send("/innlogging/okter", token=stolen, handling="alle").status_code == 400
    assert is_in(browser)


@pytest.mark.usefixtures("kari")
def test_a_token_lives_as_long_as_its_session(browser: Browser, clock: FixedClock) -> None:
    """Flask-WTF would forget it after an hour; whoever writes for long would lose what they wrote."""
    browser.sign_in()
    token = browser.token()
    while clock.time < NOON + 7 * HOUR:
        clock.time += 14 * MINUTE
        assert is_in(browser)
    answer = browser.send("/logg-ut", token=token)
    assert answer.status_code == 303
    assert browser.cookie() == ""


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
])  # fmt: skip
def test_the_right_token_from_another_site_is_refused(browser: Browser, headers: dict[str, str]) -> None:
    browser.sign_in()
    data = {"csrf_token": browser.token(), "handling": "alle"}
    assert browser.raw("/innlogging/okter", "POST", data=data, headers=headers).status_code == 403


def test_a_session_that_has_not_begun_is_not_seen(avklart: Avklart, kari: str) -> None:
    """A row from the far future, as a wrong clock leaves one, lets nobody in."""
    future: datetime = NOON + 30 * HOUR
    with avklart.database.writing() as session:
        _, secret = sessions.begin(
            session, Beginning("fjordvik", Kind.STAFF, kari, Assurance.SUBSTANTIAL), {}, at=future
        )
    assert not is_in(with_cookie(avklart, secret))
    assert staff_row(avklart.database, kari).state == staff.ACTIVE


@pytest.mark.usefixtures("kari")
def test_a_session_and_its_forms_live_on_in_another_process(
    avklart: Avklart, browser: Browser, site_settings: Settings, clock: FixedClock
) -> None:
    """A rolling restart logs nobody out and loses no form (F15)."""
    browser.sign_in()
    browser.get("/admin/ansatte/ny")
    restarted = create_app(site_settings, clock=clock, hasher=QUICK)
    there = with_cookie(restarted, browser.cookie())
    assert is_in(there)
    token = browser.token()
    answer = there.send(
        "/admin/ansatte/ny", token=token, name="N", email="n@fjordvik.example", roles=["editor"], language="nb"
    )
    restarted.database.close()
    assert answer.status_code == 200
    with avklart.database.reading() as session:
        assert len(queries.all_staff(session, "fjordvik")) == 2


@pytest.mark.usefixtures("kari")
def test_a_new_secret_logs_nobody_out_and_forms_that_lie_open_go_on_while_the_old_one_is_known(
    browser: Browser, avklart: Avklart, site_settings: Settings, clock: FixedClock
) -> None:
    """The secret is changed by naming the old one beside it, and then dropped (F23)."""
    browser.sign_in()
    browser.get("/admin/ansatte/ny")
    new = replace(site_settings, secret_key=b"a new secret of production, 40 signs long")
    form = {"name": "N", "email": "n@fjordvik.example", "roles": ["editor"], "language": "nb"}
    numbers = []
    for used in (replace(new, old_secret_key=site_settings.secret_key), new):
        site = create_app(used, clock=clock, hasher=QUICK)
        there = with_cookie(site, browser.cookie())
        assert is_in(there)
        there.send("/admin/ansatte/ny", token=browser.token(), **form)
        site.database.close()
        with avklart.database.reading() as session:
            numbers.append(len(queries.all_staff(session, "fjordvik")))
        form["email"] = "m@fjordvik.example"
    assert numbers == [2, 2], "with the old secret the form was taken, without it not"


@pytest.mark.usefixtures("kari")
def test_an_old_secret_does_not_open_a_form_of_another_session_or_from_another_site(
    browser: Browser, site_settings: Settings, clock: FixedClock
) -> None:
    browser.sign_in()
    old_token = browser.token()
    new = replace(
        site_settings, secret_key=b"a new secret of production, 40 signs long", old_secret_key=site_settings.secret_key
    )
    site = create_app(new, clock=clock, hasher=QUICK)
    other = Browser(site)
    other.sign_in()
    data = {"csrf_token": old_token, "handling": "alle"}
    own = {"Origin": f"{other.scheme}://{other.host}"}
    assert is_in(other)
    other.raw("/innlogging/okter", "POST", data=data, headers=own)
    assert is_in(other)  # shown again for its own person to send, and not done
    elsewhere = {"Origin": "https://evil.example"}
    assert (
        with_cookie(site, browser.cookie()).raw("/innlogging/okter", "POST", data=data, headers=elsewhere).status_code
        == 403
    )
    site.database.close()
