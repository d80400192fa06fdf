"""Coming in by e-mail and password: who is let in, what is told to who is not, and how often it may be tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from unicodedata import normalize

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, QUICK, Browser, add_staff, staff_row
from tests.identity.conftest import SecureBrowser
from webapp.app import Avklart
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.identity.actions import staff
from webapp.identity.arrival import CEILING, FROM_NETWORK
from webapp.identity.domain.passwords import Hasher
from webapp.identity.models import SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role
from webapp.settings import Settings
from webapp.web.throttle import Limit, throttle

HOME = "/innlogging/hjem"


def nothing() -> None:
    """Do nothing."""


class CountingHasher(Hasher):
    """Counts how often argon2 has worked, and lets a test do something while it does."""

    def __init__(self) -> None:
        self.worked = 0
        self.meanwhile: Callable[[], None] = nothing
        super().__init__(memory_mib=1, rounds=1)

    def hash(self, secret: str) -> str:
        self.worked += 1
        return super().hash(secret)

    def fits(self, secret: str, hashed: str | None) -> bool:
        self.worked += 1
        found = super().fits(secret, hashed)
        self.meanwhile()
        return found


@pytest.fixture
def counting() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def watched(
    site_settings: Settings, clock: FixedClock, counting: CountingHasher, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The application with a hasher that counts."""
    found = make_site(site_settings, clock=clock, hasher=counting)
    yield found
    found.database.close()


def living(avklart: Avklart) -> list[SessionRow]:
    with avklart.database.reading() as session:
        return list(session.scalars(select(SessionRow).where(SessionRow.ended_at.is_(None))))


def actions(avklart: Avklart) -> list[str]:
    with avklart.database.reading() as session:
        return list(session.scalars(select(EventRow.action).order_by(EventRow.sequence)))


def attributes(cookie: str) -> set[str]:
    return {part.strip() for part in cookie.split(";")[1:]}


@pytest.mark.usefixtures("kari")
def test_the_right_password_leads_home_with_a_cookie_of_this_site_alone(browser: Browser) -> None:
    assert browser.sign_in().status == 200
    assert browser.path() == HOME
    assert browser.page is not None
    assert "Kari Nordmann" in browser.page.text


@pytest.mark.usefixtures("kari")
def test_the_cookie_of_the_demonstration_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    browser.get("/innlogging")
    sent = browser.send("/innlogging", email="kari@fjordvik.example", password=PASSWORD).headers.getlist("Set-Cookie")
    assert len(sent) == 1
    assert sent[0].startswith("avklart=")
    assert attributes(sent[0]) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_cookie_of_production_is_bound_to_its_host_and_to_https(secure: SecureBrowser, strict: Avklart) -> None:
    add_staff(strict.database, at=NOON)
    secure.get("/innlogging")
    sent = secure.send("/innlogging", email="kari@fjordvik.example", password=PASSWORD).headers.getlist("Set-Cookie")
    assert len(sent) == 1
    assert re.match(r"__Host-avklart=[A-Za-z0-9_-]{43};", sent[0])
    assert attributes(sent[0]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}, "and no Domain"


def test_nobody_gets_a_cookie_for_looking_at_the_way_in(browser: Browser) -> None:
    for path in ("/innlogging", "/innlogging/glemt", "/innlogging/kode", "/innlogging/nytt-passord", "/logg-ut", HOME):
        assert "Set-Cookie" not in browser.raw(path).headers, path


@pytest.mark.usefixtures("kari")
def test_what_is_private_is_stored_nowhere(browser: Browser) -> None:
    paths = ["/innlogging", "/innlogging/glemt", "/logg-ut"]
    kept = [browser.raw(path).headers["Cache-Control"] for path in paths]
    browser.sign_in()
    kept += [
        browser.raw(path).headers["Cache-Control"] for path in (*paths, HOME, "/innlogging/konto", "/admin/ansatte")
    ]
    assert set(kept) == {"no-store"}


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("typed", [
    "kari@fjordvik.example", "KARI@FJORDVIK.EXAMPLE", "  Kari@fjordvik.example  ", "kari@fjordvik.example\u200b\u00ad",
])  # fmt: skip
def test_an_address_is_read_as_people_write_it(browser: Browser, typed: str) -> None:
    browser.sign_in(typed)
    assert browser.path() == HOME


@pytest.mark.parametrize(("chosen", "typed"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_letters_are_the_same_composed_and_decomposed(
    browser: Browser, avklart: Avklart, kari: str, chosen: str, typed: str
) -> None:
    words = "blåbærsyltetøy på Røros"
    with avklart.database.writing() as session:
        row = session.get_one(type(staff_row(avklart.database, kari)), kari)
        staff.set_password(session, row, QUICK.hash(normalize(chosen, words)), at=NOON)  # type: ignore[arg-type]
    browser.sign_in(password=normalize(typed, words))  # type: ignore[arg-type]
    assert browser.path() == HOME


def stranger(_avklart: Avklart) -> tuple[str, str]:
    return "nobody@fjordvik.example", PASSWORD


def wrong(avklart: Avklart) -> tuple[str, str]:
    add_staff(avklart.database, email="wrong@fjordvik.example", at=NOON)
    return "wrong@fjordvik.example", "not the password"


def closed(avklart: Avklart) -> tuple[str, str]:
    found = add_staff(avklart.database, email="closed@fjordvik.example", at=NOON)
    with avklart.database.writing() as session:
        session.get_one(type(staff_row(avklart.database, found)), found).state = staff.DISABLED
    return "closed@fjordvik.example", PASSWORD


def invited(avklart: Avklart) -> tuple[str, str]:
    with avklart.database.writing() as session:
        staff.add(
            session, municipality="fjordvik", email="invited@fjordvik.example", name="Ny", roles=[Role.EDITOR.value],
            language="nb", at=NOON,
        )  # fmt: skip
    return "invited@fjordvik.example", PASSWORD


def neighbour(avklart: Avklart) -> tuple[str, str]:
    add_staff(avklart.database, municipality="dalsbygd", email="far@dalsbygd.example", at=NOON)
    return "far@dalsbygd.example", PASSWORD


def too_long(avklart: Avklart) -> tuple[str, str]:
    add_staff(avklart.database, email="long@fjordvik.example", at=NOON)
    return "long@fjordvik.example", PASSWORD + "x" * 129


REFUSED = [stranger, wrong, closed, invited, neighbour, too_long]


def test_all_who_are_refused_are_told_the_same_to_the_byte(avklart: Avklart) -> None:
    told = set()
    for case in REFUSED:
        browser = Browser(avklart)
        email, password = case(avklart)
        browser.get("/innlogging")
        answer = browser.send("/innlogging", email=email, password=password)
        headers = sorted(
            (name, value) for name, value in answer.headers if name not in {"X-Request-Id", "Content-Length"}
        )
        told.add((answer.status_code, answer.text.replace(email, "ADDRESS"), str(headers)))
        assert email in answer.text, "what was typed stands there"
        assert password not in answer.text
    assert len(told) == 1
    assert {status for status, _, _ in told} == {422}


@pytest.mark.parametrize("case", [*REFUSED, None], ids=lambda case: case.__name__ if case else "the right one")
def test_argon2_works_once_whoever_it_is(watched: Avklart, counting: CountingHasher, case: object) -> None:
    add_staff(watched.database, at=NOON)
    email, password = case(watched) if callable(case) else ("kari@fjordvik.example", PASSWORD)
    browser = Browser(watched)
    browser.get("/innlogging")
    before = counting.worked
    browser.send("/innlogging", email=email, password=password)
    assert counting.worked - before == 1


def test_a_hash_of_another_cost_is_made_anew_at_the_first_sign_in(
    avklart: Avklart, browser: Browser, kari: str
) -> None:
    old = Hasher(memory_mib=2, rounds=1)
    with avklart.database.writing() as session:
        session.get_one(type(staff_row(avklart.database, kari)), kari).password = old.hash(PASSWORD)
    browser.sign_in()
    better = staff_row(avklart.database, kari).password
    assert better is not None
    assert not QUICK.is_outdated(better)
    assert QUICK.fits(PASSWORD, better)


def test_a_password_that_is_changed_while_it_is_looked_at_lets_nobody_in(
    watched: Avklart, counting: CountingHasher
) -> None:
    """Whoever stole the old one is not a hair's breadth faster than the change, and does not undo it."""
    kari = add_staff(watched.database, at=NOON)
    costly = Hasher(memory_mib=2, rounds=1)
    with watched.database.writing() as session:
        session.get_one(type(staff_row(watched.database, kari)), kari).password = costly.hash(PASSWORD)
    newer = QUICK.hash("en helt annen setning")

    def change() -> None:
        with watched.database.writing() as session:
            staff.set_password(session, session.get_one(type(staff_row(watched.database, kari)), kari), newer, at=NOON)

    counting.meanwhile = change
    thief = Browser(watched)
    thief.sign_in(status=422)
    assert staff_row(watched.database, kari).password == newer
    assert living(watched) == []


def test_an_account_that_is_closed_while_its_password_is_looked_at_lets_nobody_in(
    watched: Avklart, counting: CountingHasher
) -> None:
    kari = add_staff(watched.database, at=NOON)

    def close() -> None:
        with watched.database.writing() as session:
            session.get_one(type(staff_row(watched.database, kari)), kari).state = staff.DISABLED

    counting.meanwhile = close
    Browser(watched).sign_in(status=422)
    assert living(watched) == []


@pytest.mark.usefixtures("kari")
def test_ten_wrong_tries_from_one_network_stop_it_and_nobody_else(
    browser: Browser, elsewhere: Browser, clock: FixedClock
) -> None:
    browser.get("/innlogging")
    for number in range(10):
        browser.post("/innlogging", email="kari@fjordvik.example", password=f"guess {number}", status=422)
    refused = browser.send("/innlogging", email="Kari@Fjordvik.example", password=PASSWORD)
    assert refused.status_code == 429, "also with the right password, and however the address is written"
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert browser.cookie() == ""
    elsewhere.sign_in()
    assert elsewhere.path() == HOME
    clock.time = NOON.replace(hour=13, second=1)
    browser.sign_in()
    assert browser.path() == HOME


@pytest.mark.usefixtures("kari")
def test_a_refused_try_does_not_lengthen_the_wait(browser: Browser, clock: FixedClock) -> None:
    browser.get("/innlogging")
    for number in range(12):
        answer = browser.send("/innlogging", email="kari@fjordvik.example", password=f"guess {number}")
    first = int(answer.headers["Retry-After"])
    clock.time = NOON.replace(minute=30)
    later = int(browser.send("/innlogging", email="kari@fjordvik.example", password="x").headers["Retry-After"])
    assert (first, later) == (3600, 1800)


@pytest.mark.usefixtures("kari")
def test_the_right_password_forgets_the_wrong_ones(browser: Browser) -> None:
    for _ in range(3):
        browser.get("/innlogging")
        for number in range(9):
            browser.post("/innlogging", email="kari@fjordvik.example", password=f"guess {number}", status=422)
        browser.sign_in()
        browser.post("/logg-ut")


@pytest.mark.usefixtures("kari")
def test_a_network_that_tries_many_addresses_is_stopped(browser: Browser, elsewhere: Browser) -> None:
    browser.get("/innlogging")
    statuses = [
        browser.send("/innlogging", email=f"a{number}@fjordvik.example", password="x").status_code
        for number in range(62)
    ]
    assert statuses[:60] == [422] * 60
    assert set(statuses[60:]) == {429}
    assert browser.send("/innlogging", email="kari@fjordvik.example", password=PASSWORD).status_code == 429
    elsewhere.sign_in()


@pytest.mark.usefixtures("kari")
def test_above_the_ceiling_of_the_municipality_networks_get_a_third_and_nobody_is_locked_out(
    avklart: Avklart, browser: Browser, elsewhere: Browser
) -> None:
    with avklart.flask.test_request_context("/"):
        for _ in range(CEILING.most):
            throttle().count(CEILING, "fjordvik")
    browser.get("/innlogging")
    statuses = [
        browser.send("/innlogging", email=f"a{number}@fjordvik.example", password="x").status_code
        for number in range(25)
    ]
    third = FROM_NETWORK.most // 3
    assert statuses == [422] * third + [429] * (25 - third)
    assert actions(avklart).count(Action.RATE_CEILING) == 1, "the alarm is said once, not at every try"
    elsewhere.sign_in()
    assert elsewhere.path() == HOME


def test_who_failed_much_before_the_alarm_is_held_to_the_third_after_it(avklart: Avklart, browser: Browser) -> None:
    browser.get("/innlogging")
    for number in range(30):
        browser.post("/innlogging", email=f"a{number}@fjordvik.example", password="x", status=422)
    with avklart.flask.test_request_context("/"):
        for _ in range(CEILING.most):
            throttle().count(CEILING, "fjordvik")
    assert browser.send("/innlogging", email="b@fjordvik.example", password="x").status_code == 429


def test_one_municipalitys_failures_are_not_anothers(avklart: Avklart, browser: Browser) -> None:
    browser.get("/innlogging")
    for number in range(60):
        browser.post("/innlogging", email=f"a{number}@fjordvik.example", password="x", status=422)
    add_staff(avklart.database, municipality="dalsbygd", email="eli@dalsbygd.example", at=NOON)
    there = Browser(avklart, "dalsbygd")
    there.sign_in("eli@dalsbygd.example")
    assert there.path() == HOME


def test_a_limit_of_which_a_share_is_taken_is_never_none() -> None:
    assert Limit("x", 2).of(3).most == 1


@pytest.mark.usefixtures("kari")
def test_a_password_of_a_million_characters_is_too_much_to_send(browser: Browser) -> None:
    browser.get("/innlogging")
    page = browser.post("/innlogging", email="kari@fjordvik.example", password="x" * 1_000_000, status=413)
    assert page.links(), "the page has a way on"
    assert "x" * 100 not in page.response.text


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize(("fields", "wrong_field"), [
    ({"email": "", "password": PASSWORD}, "email"), ({"email": "kari@fjordvik.example", "password": ""}, "password"),
    ({"password": PASSWORD}, "email"), ({"email": "kari@fjordvik.example"}, "password"),
    ({"email": "x" * 255, "password": PASSWORD}, "email"), ({"email": " ", "password": PASSWORD}, "email"),
])  # fmt: skip
def test_what_is_missing_is_said_at_its_field(browser: Browser, fields: dict[str, str], wrong_field: str) -> None:
    browser.get("/innlogging")
    page = browser.post("/innlogging", status=422, **fields)
    assert page.one(f"#{wrong_field}")["aria-invalid"] == "true"
    assert page.one("#password").get("value") is None


def led_to(browser: Browser, wanted: str) -> str:
    """Come in with an address to go on to; answer where one is led."""
    browser.get("/innlogging")
    answer = browser.client.post(
        "/innlogging", base_url=f"http://{browser.host}", query_string={"neste": wanted},
        data={"email": "kari@fjordvik.example", "password": PASSWORD},
    )  # fmt: skip
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("wanted", ["/innlogging/konto", "/innlogging/okter?melding=avsluttet", "/admin/ansatte/ny"])
def test_a_path_of_ours_is_where_one_is_led(browser: Browser, wanted: str) -> None:
    assert led_to(browser, wanted) == wanted


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("wanted", [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "evil.example",
    "https:evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n//evil.example", "/x\r\nSet-Cookie: a=b",
    "\t//evil.example", " //evil.example", "/@evil.example\\..", "//[", "http://[", "/å", "", "/" + "x" * 2000 + "\\",
    "http:/\\evil.example", "//evil.example/%2f..", "/\0", "http:///evil.example", "/\u2028/evil.example", "?x", "#x",
])  # fmt: skip
def test_nobody_is_led_to_another_site_after_coming_in(browser: Browser, wanted: str) -> None:
    assert led_to(browser, wanted) == HOME


@pytest.mark.usefixtures("kari")
def test_who_was_turned_away_comes_back_to_what_they_asked_for(browser: Browser) -> None:
    browser.get("/admin/ansatte")
    assert browser.path() == "/innlogging"
    browser.post(email="kari@fjordvik.example", password="wrong", status=422)
    browser.post(email="kari@fjordvik.example", password=PASSWORD)
    assert browser.path() == "/admin/ansatte"


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("word", ["", "x", "<b>x</b>", "__class__", "{{7*7}}", "nytt-passord "])
@pytest.mark.parametrize("path", ["/innlogging", "/innlogging/konto", "/innlogging/okter", "/innlogging/faktorer"])
def test_an_unknown_message_shows_nothing(browser: Browser, path: str, word: str) -> None:
    browser.sign_in()
    answer = browser.client.get(path, base_url=f"http://{browser.host}", query_string={"melding": word})
    assert answer.status_code == 200
    assert 'class="notice"' not in answer.text


@pytest.mark.usefixtures("kari")
def test_a_known_message_is_shown(browser: Browser) -> None:
    assert browser.get("/innlogging?melding=nytt-passord").one(".notice").get_text(strip=True)


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Referer": "https://evil.example/"}, {"Origin": "http://127.0.0.1:9999"},
])  # fmt: skip
def test_a_form_of_another_site_logs_nobody_in(browser: Browser, headers: dict[str, str]) -> None:
    data = {"email": "kari@fjordvik.example", "password": PASSWORD}
    answer = browser.raw("/innlogging", "POST", data=data, headers=headers)
    assert answer.status_code == 403
    assert browser.cookie() == ""


def test_every_sign_in_and_every_failure_is_recorded(browser: Browser, avklart: Avklart, kari: str) -> None:
    browser.get("/innlogging")
    browser.post("/innlogging", email="kari@fjordvik.example", password="wrong", status=422)
    browser.post("/innlogging", email="nobody@fjordvik.example", password="wrong", status=422)
    browser.sign_in()
    browser.post("/logg-ut")
    with avklart.database.reading() as session:
        rows = session.scalars(select(EventRow).order_by(EventRow.sequence)).all()
    found = [(row.action, row.object_id) for row in rows]
    assert found[-4:-1] == [
        (Action.SIGN_IN_FAILED, kari), (Action.SIGN_IN_FAILED, "unknown"), (Action.SIGNED_IN, kari),
    ]  # fmt: skip
    assert found[-1][0] == Action.SIGNED_OUT
    assert staff_row(avklart.database, kari).signed_in_at == NOON
