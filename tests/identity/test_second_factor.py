"""The second step of coming in: a code of an app counts once, a recovery code once, and nothing is open before it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import PASSWORD, Browser, add_staff, staff_row
from tests.factories.second_factor import SECRET, add_app, app_code
from tests.identity.conftest import SecureBrowser, stored
from webapp.app import Avklart
from webapp.audit.domain import Action
from webapp.audit.models import EventRow
from webapp.identity import queries
from webapp.identity.actions import factors, sessions, staff
from webapp.identity.domain.sessions import Kind, Why
from webapp.identity.models import FactorRow, SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Role
from webapp.storage.session import Database

HOME = "/innlogging/hjem"
STEP = "/innlogging/kode"


@pytest.fixture
def codes(avklart: Avklart, kari: str) -> list[str]:
    """Kari has an app; answers her recovery codes."""
    return add_app(avklart.database, kari, at=NOON)


@pytest.mark.usefixtures("codes")
def test_a_password_alone_opens_nothing_where_there_is_a_second_factor(browser: Browser) -> None:
    browser.sign_in()
    assert browser.path() == STEP
    for path in (HOME, "/innlogging/konto", "/innlogging/okter", "/innlogging/faktorer", "/admin/ansatte", "/admin/"):
        answer = browser.raw(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/innlogging?"), path
    token = browser.token()
    posts = {"/innlogging/passord": {"new_password": "en helt ny setning"}, "/innlogging/faktorer": {"handling": "app"}}
    for path, fields in posts.items():
        answer = browser.send(path, token=token, **fields)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/innlogging"), path
    assert browser.get(STEP).status == 200, "and what was tried ends nothing"


@pytest.mark.usefixtures("avklart", "kari", "codes")
def test_the_code_of_the_app_leads_home(browser: Browser) -> None:
    browser.sign_in()
    code = app_code(NOON)
    browser.post(code=f" {code[:3]} {code[3:]} ")
    assert browser.path() == HOME
    (line,) = browser.get("/innlogging/okter").soup.select(".session-list li")
    assert line is not None


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_that_is_half_a_minute_off_is_let_go(browser: Browser, seconds: int) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON + timedelta(seconds=seconds)))
    assert browser.path() == HOME


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("seconds", [-3600, -60, 60, 3600])
def test_a_code_of_another_time_opens_nothing(browser: Browser, seconds: int) -> None:
    browser.sign_in()
    page = browser.post(code=app_code(NOON + timedelta(seconds=seconds)), status=422)
    assert page.one("#code")["aria-invalid"] == "true"


@pytest.mark.usefixtures("codes")
def test_a_code_is_not_shown_again(browser: Browser) -> None:
    browser.sign_in()
    assert "value" not in browser.post(code="123456", status=422).one("#code").attrs


@pytest.mark.usefixtures("codes")
def test_a_code_is_used_once(browser: Browser, elsewhere: Browser) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON))
    elsewhere.sign_in()
    elsewhere.post(code=app_code(NOON), status=422)
    assert elsewhere.path() == STEP


@pytest.mark.usefixtures("codes")
def test_a_code_before_a_used_one_is_used_too(browser: Browser, elsewhere: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON + timedelta(seconds=30)))
    elsewhere.sign_in()
    elsewhere.post(code=app_code(NOON), status=422)
    clock.time = NOON - timedelta(seconds=60)
    elsewhere.post(code=app_code(NOON - timedelta(seconds=60)), status=422)


@pytest.mark.usefixtures("codes")
def test_a_clock_set_back_an_hour_makes_no_used_code_new(
    browser: Browser, elsewhere: Browser, clock: FixedClock
) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON))
    clock.time = NOON - timedelta(hours=1)
    elsewhere.sign_in()
    elsewhere.post(code=app_code(NOON - timedelta(hours=1)), status=422)


def test_of_two_at_once_with_one_code_one_wins(keyed: Database) -> None:
    """Two processes look at the same moment: the database counts one of them."""
    kari = add_staff(keyed, at=NOON)
    add_app(keyed, kari, at=NOON)
    start = Barrier(2)

    def try_it(_number: int) -> bool:
        start.wait()
        with keyed.writing() as session:
            row = queries.staff(session, "fjordvik", kari)
            return factors.use_app_code(session, row, app_code(NOON), at=NOON)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == [False, True]


def test_of_two_at_once_with_one_recovery_code_one_wins(keyed: Database) -> None:
    kari = add_staff(keyed, at=NOON)
    code = add_app(keyed, kari, at=NOON)[0]
    start = Barrier(2)

    def try_it(_number: int) -> bool:
        start.wait()
        with keyed.writing() as session:
            row = queries.staff(session, "fjordvik", kari)
            return factors.use_recovery_code(session, row, code, at=NOON)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == [False, True]


def test_a_recovery_code_opens_once_however_it_is_written(
    browser: Browser, elsewhere: Browser, codes: list[str], avklart: Avklart, kari: str
) -> None:
    browser.sign_in()
    browser.post(code=f" {write_readable(codes[0]).lower()} ")
    assert browser.path() == HOME
    elsewhere.sign_in()
    elsewhere.post(code=codes[0], status=422)
    elsewhere.post(code=codes[1])
    assert elsewhere.path() == HOME
    with avklart.database.reading() as session:
        assert queries.recovery_codes_left(session, "fjordvik", kari) == 8


def test_recovery_codes_are_nobody_elses(browser: Browser, avklart: Avklart, ola: str, codes: list[str]) -> None:
    add_app(avklart.database, ola, at=NOON, secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    browser.sign_in("ola@fjordvik.example")
    browser.post(code=codes[0], status=422)
    browser.post(code=app_code(NOON), status=422)


@pytest.mark.usefixtures("avklart")
def test_new_recovery_codes_void_the_old_ones(browser: Browser, elsewhere: Browser, codes: list[str]) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON))
    browser.get("/innlogging/faktorer")
    page = browser.post("/innlogging/faktorer", handling="koder")
    shown = [found.get_text(strip=True) for found in page.soup.select(".recovery-codes code")]
    assert len(set(shown)) == 10
    assert not {code.replace("-", "") for code in shown} & set(codes)
    elsewhere.sign_in()
    elsewhere.post(code=codes[0], status=422)
    elsewhere.post(code=shown[0])
    assert elsewhere.path() == HOME


@pytest.mark.usefixtures("codes", "clock")
def test_ten_wrong_codes_stop_one_network_and_nobody_else(browser: Browser, elsewhere: Browser) -> None:
    browser.sign_in()
    for _ in range(10):
        browser.post(STEP, code="000000", status=422)
    refused = browser.send(STEP, code=app_code(NOON))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    elsewhere.sign_in()
    elsewhere.post(code=app_code(NOON))
    assert elsewhere.path() == HOME


@pytest.mark.usefixtures("codes")
def test_the_second_step_waits_for_a_quarter_of_an_hour(browser: Browser, clock: FixedClock) -> None:
    browser.sign_in()
    token = browser.token()
    clock.time = NOON + timedelta(minutes=15)
    answer = browser.send(STEP, token=token, code=app_code(clock.time))
    assert answer.headers["Location"] == "/innlogging"
    assert browser.raw(HOME).status_code == 303


@pytest.mark.usefixtures("codes")
def test_somebody_who_is_closed_at_the_second_step_does_not_come_in(
    browser: Browser, avklart: Avklart, kari: str
) -> None:
    browser.sign_in()
    with avklart.database.writing() as session:
        queries.staff(session, "fjordvik", kari).state = staff.DISABLED
    browser.post(code=app_code(NOON), status=422)
    assert browser.raw(HOME).status_code == 303


@pytest.mark.usefixtures("codes")
def test_a_new_password_ends_the_second_step_of_whoever_had_the_old_one(
    browser: Browser, avklart: Avklart, kari: str
) -> None:
    browser.sign_in()
    with avklart.database.writing() as session:
        staff.set_password(session, queries.staff(session, "fjordvik", kari), "$argon2id$x", at=NOON)
    answer = browser.send(STEP, code=app_code(NOON))
    assert answer.headers["Location"] == "/innlogging"


@pytest.mark.usefixtures("codes")
def test_a_second_step_that_is_ended_while_it_is_answered_leads_nowhere(
    browser: Browser, avklart: Avklart, kari: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has an old password and a code loses the race against its change: no session begins."""
    browser.sign_in()
    used = factors.use_app_code

    def change_first(session: object, *words: object, **named: object) -> bool:
        with_end = sessions.end_all(session, "fjordvik", kari, Why.ACCESS_CHANGED, at=NOON)  # type: ignore[arg-type]
        assert with_end == 1
        return used(session, *words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(factors, "use_app_code", change_first)
    answer = browser.send(STEP, code=app_code(NOON))
    assert answer.status_code == 410
    assert _living(avklart) in ([], [Kind.WAITING.value]), "what was refused is rolled back whole"
    assert browser.raw(HOME).status_code == 303


def _living(avklart: Avklart) -> list[str]:
    with avklart.database.reading() as session:
        return list(session.scalars(select(SessionRow.kind).where(SessionRow.ended_at.is_(None))))


@pytest.mark.usefixtures("codes")
def test_the_second_step_without_the_first_leads_back(browser: Browser) -> None:
    assert browser.raw(STEP).headers["Location"] == "/innlogging"
    assert browser.raw(STEP, "POST", data={"code": app_code(NOON)}).headers["Location"] == "/innlogging"
    assert browser.raw("/innlogging/nokkel", "POST", data={"answer": "{}"}).headers["Location"] == "/innlogging"


@pytest.mark.usefixtures("codes")
def test_the_way_on_is_kept_through_both_steps(browser: Browser) -> None:
    browser.get("/admin/ansatte")
    browser.post(email="kari@fjordvik.example", password=PASSWORD)
    browser.post(code="123", status=422)
    browser.post(code=app_code(NOON))
    assert browser.path() == "/admin/ansatte"


def test_wrong_codes_and_used_recovery_codes_are_recorded(browser: Browser, avklart: Avklart, codes: list[str]) -> None:
    browser.sign_in()
    browser.post(code="000000", status=422)
    browser.post(code=codes[0])
    with avklart.database.reading() as session:
        found = list(session.scalars(select(EventRow.action).order_by(EventRow.sequence)))
    assert Action.SECOND_FACTOR_FAILED in found
    assert Action.RECOVERY_CODE_USED in found


@pytest.mark.usefixtures("kari")
def test_an_app_is_added_by_its_code_and_gives_ten_recovery_codes_once(
    browser: Browser, elsewhere: Browser, avklart: Avklart, clock: FixedClock
) -> None:
    browser.sign_in()
    elsewhere.sign_in()
    secret = _begin_to_add(browser)
    before = browser.cookie()
    browser.post("/innlogging/faktorer/app", code="000000", label="mobilen", status=422)
    page = browser.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="mobilen")
    shown = [found.get_text(strip=True) for found in page.soup.select(".recovery-codes code")]
    assert len(set(shown)) == 10
    assert browser.cookie() != before, "what somebody has shown has changed, so the session has a new id"
    assert elsewhere.raw(HOME).status_code == 303, "a factor that changes ends the other sessions"
    _replay(browser, before)
    assert browser.get(HOME).status == 200
    another = Browser(avklart, address="198.51.100.77")
    another.sign_in()
    another.post(code=app_code(NOON, secret), status=422)
    clock.time = NOON + timedelta(seconds=60)
    another.post(code=app_code(clock.time, secret))
    assert another.path() == HOME


def _begin_to_add(browser: Browser) -> str:
    browser.get("/innlogging/faktorer")
    page = browser.post("/innlogging/faktorer", handling="app")
    return page.one(".typed code").get_text().replace(" ", "")


def _replay(browser: Browser, cookie: str) -> None:
    thief = Browser(browser.avklart)
    thief.client.set_cookie(browser.cookie_name, cookie, domain=browser.host.split(":")[0])
    assert thief.raw(HOME).status_code == 303


@pytest.mark.usefixtures("kari")
def test_the_page_of_recovery_codes_can_log_out(browser: Browser) -> None:
    """Its form carries the token of the session that it stands in."""
    browser.sign_in()
    secret = _begin_to_add(browser)
    page = browser.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="")
    token = str(page.one("form.log-out input[name=csrf_token]")["value"])
    browser.send("/logg-ut", token=token)
    assert browser.raw(HOME).status_code == 303


@pytest.mark.usefixtures("kari")
def test_the_secret_of_an_app_is_shown_no_more_once_it_is_added(browser: Browser) -> None:
    browser.sign_in()
    secret = _begin_to_add(browser)
    browser.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="")
    answer = browser.raw("/innlogging/faktorer/app")
    assert answer.headers["Location"] == "/innlogging/faktorer"
    browser.get("/innlogging/faktorer")
    again = browser.send("/innlogging/faktorer/app", code=app_code(NOON, secret))
    assert again.headers["Location"] == "/innlogging/faktorer", "and is not added twice"


@pytest.mark.usefixtures("codes")
def test_a_second_app_gives_no_new_recovery_codes(browser: Browser, avklart: Avklart, kari: str) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON))
    secret = _begin_to_add(browser)
    browser.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="")
    assert browser.path() == "/innlogging/faktorer"
    assert len(_factors(avklart, kari)) == 2


def _factors(avklart: Avklart, staff_id: str) -> list[FactorRow]:
    with avklart.database.reading() as session:
        return list(queries.factors(session, "fjordvik", staff_id))


def test_there_are_at_most_ten_factors(avklart: Avklart, browser: Browser, kari: str) -> None:
    browser.sign_in()
    for number in range(factors.MOST):
        secret = SECRET[:-1] + "ABCDEFGHIJ"[number]
        with avklart.database.writing() as session:
            row = queries.staff(session, "fjordvik", kari)
            (here,) = queries.sessions_of(session, "fjordvik", kari)
            factors.add_app(session, row, secret, 0, label="", at=NOON, but=here.id)
    secret = _begin_to_add(browser)
    browser.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="", status=409)
    assert len(_factors(avklart, kari)) == factors.MOST


@pytest.mark.usefixtures("codes")
def test_taking_a_factor_away_ends_the_other_sessions(
    browser: Browser, elsewhere: Browser, avklart: Avklart, kari: str, clock: FixedClock
) -> None:
    browser.sign_in()
    browser.post(code=app_code(NOON))
    clock.time = NOON + timedelta(seconds=60)
    elsewhere.sign_in()
    elsewhere.post(code=app_code(clock.time))
    (factor,) = _factors(avklart, kari)
    browser.get("/innlogging/faktorer")
    browser.post("/innlogging/faktorer", handling=f"fjern {factor.id}")
    assert _factors(avklart, kari) == []
    assert browser.get(HOME).status == 200
    assert elsewhere.raw(HOME).status_code == 303


@pytest.mark.usefixtures("kari")
def test_nobody_takes_away_anothers_factor(browser: Browser, avklart: Avklart, ola: str) -> None:
    add_app(avklart.database, ola, at=NOON)
    (factor,) = _factors(avklart, ola)
    browser.sign_in()
    browser.get("/innlogging/faktorer")
    for wanted in (f"fjern {factor.id}", "fjern ", "fjern x", f"fjern {'x' * 1000}"):
        assert browser.send("/innlogging/faktorer", handling=wanted).status_code == 404, wanted
    assert len(_factors(avklart, ola)) == 1


@pytest.mark.usefixtures("kari")
@pytest.mark.parametrize("wanted", ["", "x", "fjern", "APP", "slett alt"])
def test_what_is_no_button_does_nothing(browser: Browser, wanted: str) -> None:
    browser.sign_in()
    browser.get("/innlogging/faktorer")
    assert browser.send("/innlogging/faktorer", handling=wanted).status_code == 400


def test_production_wants_a_second_factor_before_anything_else(secure: SecureBrowser, strict: Avklart) -> None:
    add_staff(strict.database, Role.ADMINISTRATOR, at=NOON)
    secure.sign_in()
    assert secure.path() == "/innlogging/faktorer"
    for path in (HOME, "/innlogging/konto", "/admin/", "/admin/ansatte", "/innlogging/okter", "/innlogging/passord"):
        assert secure.raw(path).headers["Location"] == "/innlogging/faktorer", path
    for path in ("/admin/ansatte/ny", "/innlogging/passord", "/innlogging/okter"):
        answer = secure.send(path, handling="alle", name="N", email="n@fjordvik.example", roles="editor", language="nb")
        assert answer.headers["Location"] == "/innlogging/faktorer", path
    secret = _begin_to_add(secure)
    before = secure.cookie()
    page = secure.post("/innlogging/faktorer/app", code=app_code(NOON, secret), label="")
    assert len(page.soup.select(".recovery-codes code")) == 10
    assert secure.cookie() != before
    assert secure.get(HOME).status == 200
    assert secure.get("/admin/ansatte").status == 200


def test_a_page_that_asks_by_itself_disturbs_nobody_who_adds_the_second_factor(
    secure: SecureBrowser, strict: Avklart
) -> None:
    add_staff(strict.database, at=NOON)
    secure.sign_in()
    _begin_to_add(secure)
    answer = secure.raw("/innlogging/tid", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, None)


def test_production_lets_nobody_in_by_the_password_once_there_is_a_factor(
    secure: SecureBrowser, strict: Avklart
) -> None:
    kari = add_staff(strict.database, Role.ADMINISTRATOR, at=NOON)
    add_app(strict.database, kari, at=NOON)
    secure.sign_in()
    assert secure.path() == STEP
    assert secure.raw("/innlogging/faktorer").headers["Location"].startswith("/innlogging?")
    secure.post(code=app_code(NOON))
    assert secure.path() == HOME


def test_the_secret_of_an_app_lies_in_the_database_sealed(avklart: Avklart, kari: str, codes: list[str]) -> None:
    everything = stored(avklart)
    for secret in (SECRET, *codes, PASSWORD):
        assert secret.encode() not in everything
    assert staff_row(avklart.database, kari).password is not None
