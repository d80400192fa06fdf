"""Coming in with ID-porten or the municipality's own sign-in: who gets in as whom, and who does not get in at all."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import PASSWORD, Browser, add_staff, staff_row
from tests.factories.servers import free_port
from tests.gateways.oidc_provider import PID, StrictProvider, start_provider
from tests.identity.at_provider import (
    BACK,
    HIGH,
    IN,
    KEYS,
    METADATA,
    OWN,
    PID_OF_EVA,
    SUBSTANTIAL,
    TOKEN,
    client_of,
    come_in,
    employed,
    employee_in,
    goes,
    known,
    living,
    refusals,
    residents_of,
    return_path,
    sent,
    site,
)
from tests.identity.conftest import stored
from tests.identity.parties import events, is_in, writing
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.identity.actions import invitations, staff
from webapp.identity.domain.two_factor import acr_for, idporten_assurance
from webapp.identity.models import ResidentRow, StaffRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Role
from webapp.settings import Settings
from webapp.web.logs import JsonLines

HOME, AGAIN, INVITE = "/innlogging/hjem", "/innlogging/igjen", "/admin/ansatte/ny"
OTHERS = ("/nb/", "/nb/abc/fall", "/nb/tjenester/", "/innlogging", "/nb/avtale/kode")
"""What goes on whether or not there is a provider."""


@pytest.fixture(scope="module")
def running() -> Iterator[StrictProvider]:
    """A provider, one for all tests here."""
    with start_provider() as found:
        yield found


@pytest.fixture
def provider(running: StrictProvider) -> StrictProvider:
    """The provider as it was when it started, at noon."""
    return known(running)


@pytest.fixture
def avklart(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The whole application: Fjordvik has ID-porten and a sign-in of its own, Dalsbygd has neither."""
    clients = client_of(provider), client_of(provider, kind="staff")
    with site(site_settings, clock, *clients, make=make_site) as found:
        yield found


class Witness(Browser):
    """A browser that keeps everything that comes back, with its headers, and every address it asked for."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seen: list[str] = []

    def raw(self, path: str, method: str = "GET", **arguments: Any) -> TestResponse:
        response = super().raw(path, method, **arguments)
        self.seen += [path, str(response.headers), response.get_data(as_text=True)]
        return response


def asked(address: str) -> dict[str, str]:
    """Answer what an address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def employees(avklart: Avklart) -> list[StaffRow]:
    """Answer all accounts."""
    with avklart.database.reading() as session:
        return list(session.scalars(select(StaffRow).order_by(StaffRow.created_at)))


def signs_of(number: str) -> list[str]:
    """Answer a number as it is, and as base64 writes it wherever it stands among other signs."""
    written = [base64.b64encode(b" " * shift + number.encode()).decode()[4 if shift else 0 : -4] for shift in range(3)]
    return [number, *written]


# ---- residents come in


def test_a_resident_comes_in_and_sees_where_they_are_logged_in(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    page = browser.get(IN)
    assert page.one("main form")["action"] == IN
    page = come_in(browser, provider)
    assert browser.path() == OWN
    assert page.soup.select("main li, main tr")
    [row] = living(avklart.database)
    [resident] = residents_of(avklart.database)
    assert (row.kind, row.person, row.resident) == ("resident", resident.id, resident.id)
    assert row.assurance == Assurance.SUBSTANTIAL
    assert browser.raw(HOME).status_code == 403, "what is for staff is not for residents"


def test_the_question_to_the_provider_is_of_this_municipality_and_asks_for_a_level(browser: Browser) -> None:
    said = asked(sent(browser))
    assert said["client_id"] == "fjordvik-idporten"
    assert said["redirect_uri"] == f"http://{browser.host}{BACK}"
    assert (said["acr_values"], said["code_challenge_method"]) == (SUBSTANTIAL, "S256")
    assert not {"prompt", "max_age"} & said.keys()
    assert asked(sent(browser, nivaa="high"))["acr_values"] == HIGH
    for odd in ("", "HIGH", "low", "none", "idporten-loa-low", "4"):
        assert asked(sent(browser, nivaa=odd))["acr_values"] == SUBSTANTIAL, odd


def test_the_same_person_is_the_same_resident_and_another_is_another(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    third = Browser(avklart, address="192.0.2.1")
    come_in(browser, provider)
    come_in(elsewhere, provider, "eva")
    page = come_in(third, provider)
    assert len(residents_of(avklart.database)) == 2
    assert len({row.person for row in living(avklart.database)}) == 2
    assert len(page.soup.select("button[name=handling]")) >= 1, "the other session of Ola's can be ended"
    assert all(map(is_in, (browser, elsewhere, third)))


def test_the_number_is_nowhere_to_be_seen(
    avklart: Avklart, provider: StrictProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    witness = Witness(avklart)
    witness.get(IN)
    come_in(witness, provider)
    witness.get(OWN)
    provider.spoil(acr="idporten-loa-low")
    query = provider.log_in(sent(witness, nivaa="high"), "ola")
    witness.get(return_path(query), status=403)
    provider.answer(TOKEN, 500, PID)
    query = provider.log_in(sent(witness), "ola")
    witness.get(return_path(query), status=503)
    provider.reset()
    with avklart.database.reading() as session:
        recorded = [{**vars(row)} for row in session.scalars(select(EventRow))]
        [resident] = session.scalars(select(ResidentRow))
        assert resident.pid == PID
    [row] = living(avklart.database)
    id_token = json.loads(row.data)["id_token"]
    assert PID in base64.urlsafe_b64decode(id_token.split(".")[1] + "==").decode(), "what is looked for is there"
    witness.get(OWN)
    out = witness.send("/logg-ut").headers["Location"]
    lines = [JsonLines().format(record) + repr(vars(record)) for record in caplog.records]
    shown = "\n".join([*witness.seen, *lines, repr(recorded), out])
    kept = stored(avklart).decode("latin-1")
    for sign in [*signs_of(PID), id_token, id_token.split(".")[1]]:
        assert sign not in shown
        assert sign not in kept


def test_coming_in_gives_a_new_cookie_and_the_one_before_is_dead(browser: Browser, provider: StrictProvider) -> None:
    address = sent(browser)
    before = browser.cookie()
    assert before
    browser.get(return_path(provider.log_in(address, "ola")))
    assert browser.cookie() != before
    browser.client.set_cookie(browser.cookie_name, before, domain=browser.host.split(":")[0])
    assert not is_in(browser)


@pytest.mark.parametrize("wanted", ["/innlogging/okter?melding=avsluttet", "/nb/abc/fall"])
def test_a_resident_goes_on_to_what_they_wanted(browser: Browser, provider: StrictProvider, wanted: str) -> None:
    query = provider.log_in(sent(browser, neste=wanted), "ola")
    assert browser.raw(return_path(query)).headers["Location"] == wanted


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "x"])
def test_nobody_is_led_to_another_site(browser: Browser, provider: StrictProvider, wanted: str) -> None:
    query = provider.log_in(sent(browser, neste=wanted), "ola")
    assert browser.raw(return_path(query)).headers["Location"] == OWN


def test_looking_at_the_way_in_gives_no_cookie_and_pressing_does(browser: Browser) -> None:
    assert "Set-Cookie" not in browser.raw(IN).headers
    assert browser.raw(IN).headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" in goes(browser).headers


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
def test_another_site_begins_no_sign_in(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.raw(IN, "POST", headers=headers).status_code == 403
    assert browser.cookie() == ""


def test_whoever_is_in_needs_the_token_of_a_page_to_begin_another_sign_in(
    browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    assert browser.send(IN, token="").status_code == 400
    assert goes(browser).status_code == 303


@pytest.mark.parametrize("kind", ["", "x", "STAFF", "idporten/../staff"])
def test_a_provider_that_is_none_is_not_understood(browser: Browser, kind: str) -> None:
    assert goes(browser, hos=kind).status_code == 400
    assert browser.cookie() == ""


# ---- who is not let in


def refused(browser: Browser, query: dict[str, str], status: int = 403) -> str:
    """Come back from a provider, and get a page that lets nobody in; answer its text."""
    page = browser.get(return_path(query), status=status)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert browser.raw(OWN).status_code == 303
    assert page.links(), "there is a way on"
    return page.text


@pytest.mark.parametrize("acr", ["idporten-loa-low", "", None, "Level4", "idporten-loa-HIGH"])
def test_a_level_that_is_too_low_is_refused_in_words_that_help(
    avklart: Avklart, browser: Browser, provider: StrictProvider, acr: str | None
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.spoil(acr=acr)
    assert "BankID, Buypass eller Commfides" in refused(browser, query)
    assert refusals(avklart.database) == ["level"]
    assert residents_of(avklart.database) == []


def test_a_high_level_that_was_asked_for_is_the_least_that_counts(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    query = provider.log_in(sent(browser, nivaa="high"), "ola")
    assert "BankID" in refused(browser, query)
    assert refusals(avklart.database) == ["level"]
    query = provider.log_in(sent(browser), "ola")
    provider.spoil(acr=HIGH)
    browser.get(return_path(query))
    assert living(avklart.database)[0].assurance == Assurance.HIGH


def test_an_unknown_level_is_worth_nothing() -> None:
    assert idporten_assurance("") == idporten_assurance("Level4") == Assurance.NONE
    assert {acr_for(level) for level in Assurance if level < Assurance.HIGH} == {SUBSTANTIAL}


def test_a_callback_that_comes_again_is_refused_and_ends_nothing(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    query = provider.log_in(sent(browser), "ola")
    browser.get(return_path(query))
    for again in (browser, elsewhere):
        again.get(return_path(query), status=403)
    assert refusals(avklart.database) == ["state", "state"]
    assert is_in(browser)
    assert not is_in(elsewhere)
    assert len(living(avklart.database)) == 1


def test_a_callback_is_used_up_also_by_being_refused(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.spoil(nonce="another")
    refused(browser, query)
    refused(browser, query)
    assert refusals(avklart.database) == ["nonce", "state"]
    assert provider.visits(TOKEN) == 1


@pytest.mark.parametrize("query", [
    {}, {"state": ""}, {"code": "x"}, {"code": "x", "state": "forged"}, {"state": "å", "code": "\0"},
    {"error": "access_denied", "state": "forged"}, {"code": "x" * 900, "state": "y" * 900},
], ids=str)  # fmt: skip
def test_an_answer_to_a_question_that_nobody_asked_is_refused(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider, query: dict[str, str]
) -> None:
    refused(browser, query)
    sent(elsewhere)
    refused(elsewhere, query)
    assert refusals(avklart.database) == ["state", "state"]
    assert provider.visits(TOKEN) == 0, "the provider is not asked"


def test_another_browser_cannot_use_what_came_back_nor_push_its_own_on_somebody(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    """Neither is a callback stolen, nor is anybody logged in as the one who sends them a link (login CSRF)."""
    evas = provider.log_in(sent(elsewhere), "eva")
    refused(browser, evas)
    mine = provider.log_in(sent(browser), "ola")
    refused(browser, evas)
    browser.get(return_path(mine))
    assert is_in(browser), "what somebody else pushed in between has not taken the sign-in away"
    assert [row.pid for row in residents_of(avklart.database)] == [PID]
    elsewhere.get(return_path(evas))
    assert is_in(elsewhere)
    assert refusals(avklart.database) == ["state", "state"]


def test_of_two_windows_the_later_one_counts(avklart: Avklart, browser: Browser, provider: StrictProvider) -> None:
    first = provider.log_in(sent(browser), "ola")
    browser.page = None
    second_start = browser.get(IN)
    assert second_start.status == 200
    second = provider.log_in(sent(browser), "ola")
    refused(browser, first)
    browser.get(return_path(second))
    assert is_in(browser)
    assert refusals(avklart.database) == ["state"]


def test_whoever_comes_back_after_half_an_hour_begins_anew(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    query = provider.log_in(sent(browser), "ola")
    clock.time += timedelta(minutes=31)
    provider.hold(clock.time)
    refused(browser, query)
    clock.time -= timedelta(minutes=31)
    refused(browser, query)
    assert refusals(avklart.database) == ["state", "state"], "also after the clock was set back"
    provider.hold(clock.time)
    come_in(browser, provider)
    assert is_in(browser)


def test_a_question_is_not_older_than_half_an_hour_in_a_session_that_lives(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    come_in(browser, provider)
    query = provider.log_in(sent(browser), "ola")
    for _ in range(2):
        clock.time += timedelta(minutes=15, seconds=1)
        assert is_in(browser)
    provider.hold(clock.time)
    browser.get(return_path(query), status=403)
    assert refusals(avklart.database) == ["expired"]
    assert is_in(browser)


@pytest.mark.parametrize(("error", "why"), [
    ("access_denied", "denied"), ("login_required", "denied"), ("invalid_request", "token"), ("<b>", "token"),
])  # fmt: skip
def test_whoever_says_no_at_the_provider_is_told_so(avklart: Avklart, browser: Browser, error: str, why: str) -> None:
    state = asked(sent(browser))["state"]
    said = refused(browser, {"error": error, "state": state, "error_description": "<script>x</script>"})
    assert ("avbrutt" in said) == (why == "denied")
    assert "script" not in said
    assert refusals(avklart.database) == [why]


def test_saying_no_at_the_provider_itself_leads_back_without_anybody(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    address = sent(browser)
    query = {"state": asked(address)["state"], **provider.deny(address)}
    assert "avbrutt" in refused(browser, query)
    assert refusals(avklart.database) == ["denied"]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"nonce": "another"}, "nonce"),
    ({"aud": "dalsbygd-idporten"}, "audience"),
    ({"iss": "https://idporten.no"}, "issuer"),
    ({"exp": int(NOON.timestamp()) - 60}, "expired"),
    ({"pid": "13875500282"}, "person"),
    ({"pid": None}, "person"),
    ({"by": "none"}, "signature"),
    ({"by": "other"}, "signature"),
    ({"by": "hmac"}, "signature"),
]


@pytest.mark.parametrize(("fault", "why"), FAULTS, ids=str)
def test_a_token_with_a_fault_lets_nobody_in_and_says_nothing_of_it(
    avklart: Avklart, browser: Browser, provider: StrictProvider, fault: dict[str, Any], why: str
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.spoil(**fault)
    assert "fra begynnelsen" in refused(browser, query)
    assert refusals(avklart.database) == [why]
    assert residents_of(avklart.database) == []
    assert living(avklart.database) == []


JUNK = ["", "null", "[]", '"ok"', "7", "{}", '{"id_token": 7}', '{"id_token": null}', '{"id_token": "a.b.c"}',
        '{"id_token": {"a": 1}}', '{"error": {"a": 1}}', '{"error": "invalid_grant"}', "[" * 5000, "<html>", "\x00",
        '{"access_token": "x"}', '{"access_token": "x", "expires_in": "soon", "id_token": ""}']  # fmt: skip


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize("status", [200, 302, 400, 500])
def test_junk_in_place_of_a_token_lets_nobody_in_and_breaks_nothing(
    avklart: Avklart, browser: Browser, provider: StrictProvider, body: str, status: int
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.answer(TOKEN, status, body, {"Location": "https://evil.example/", "Content-Type": "application/json"})
    response = browser.raw(return_path(query))
    assert response.status_code in {403, 503}
    assert "<h1>" in response.text
    assert living(avklart.database) == []
    assert len(refusals(avklart.database)) == (response.status_code == 403)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"keys": 7}', '{"keys": [7, {"kty": "oct", "k": "x"}]}', "[" * 5000])
def test_junk_in_place_of_keys_lets_nobody_in(
    avklart: Avklart, browser: Browser, provider: StrictProvider, body: str
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.answer(KEYS, 200, body)
    refused(browser, query, 503)
    assert living(avklart.database) == []


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"issuer": "https://evil.example"}', "[" * 5000, "<html>", "x" * 300_000]
)
def test_a_provider_that_answers_junk_of_itself_leads_nowhere(
    browser: Browser, provider: StrictProvider, body: str
) -> None:
    provider.answer(METADATA, 200, body)
    page = browser.post(IN, status=503)
    assert page.heading() == "Innloggingen virker ikke akkurat nå"
    assert browser.cookie() == ""
    for path in (*OTHERS, IN):
        assert browser.raw(path).status_code == 200, path


@pytest.mark.parametrize("kind", ["idporten", "staff"])
def test_a_provider_that_is_down_stops_nothing_else(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider, kind: str
) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    gone = replace(client_of(provider, kind=kind), issuer=dead)
    other, subject = ("staff", "kari") if kind == "idporten" else ("idporten", "ola")
    with site(site_settings, clock, gone, client_of(provider, kind=other)) as avklart:
        add_staff(avklart.database, at=NOON)
        browser = Browser(avklart)
        page = browser.post(f"{IN}?hos={kind}", status=503)
        assert page.heading() == "Innloggingen virker ikke akkurat nå"
        assert browser.cookie() == ""
        for path in (*OTHERS, IN):
            assert browser.raw(path).status_code == 200, path
        browser.sign_in(password=PASSWORD)
        assert browser.path() == HOME
        another = Browser(avklart, address="192.0.2.9")
        come_in(another, provider, subject, hos=other)
        assert is_in(another), "the other provider is there"


def test_a_provider_that_is_gone_when_somebody_comes_back_lets_nobody_in_for_now(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    query = provider.log_in(sent(browser), "ola")
    provider.answer(TOKEN, 503)
    refused(browser, query, 503)
    provider.reset()
    provider.hold(NOON)
    refused(browser, query)
    come_in(browser, provider)
    assert is_in(browser)
    assert len(living(avklart.database)) == 1


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
def test_a_provider_that_says_not_now_is_away(browser: Browser, error: str) -> None:
    refused(browser, {"state": asked(sent(browser))["state"], "error": error}, 503)


def test_a_network_that_failed_much_is_not_looked_at(browser: Browser, provider: StrictProvider) -> None:
    for number in range(60):
        browser.send("/innlogging", email=f"a{number}@fjordvik.example", password="x")
    query = provider.log_in(sent(browser), "ola")
    assert browser.raw(return_path(query)).status_code == 429
    assert provider.visits(TOKEN) == 0


def test_starting_again_and_again_is_stopped_for_one_network_alone(
    browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    statuses: list[int] = []
    while len(statuses) < 5000 and (not statuses or statuses[-1] == 303):
        browser.page = None
        browser.client.delete_cookie(browser.cookie_name, domain=browser.host.split(":")[0])
        statuses.append(goes(browser).status_code)
    assert statuses[-1] == 429
    come_in(elsewhere, provider)
    assert is_in(elsewhere)


def test_a_municipality_without_a_provider_has_no_such_way_in(avklart: Avklart, provider: StrictProvider) -> None:
    there = Browser(avklart, "dalsbygd")
    there.get(IN, status=404)
    for kind in ("idporten", "staff"):
        assert goes(there, hos=kind).status_code == 404
    there.get(return_path({"code": "x", "state": "y"}), status=403)
    query = provider.log_in(sent(Browser(avklart)), "ola")
    there.get(return_path(query), status=403)
    assert "hos=staff" not in there.get("/innlogging").response.text
    assert living(avklart.database) == []


def test_a_municipality_with_one_provider_has_not_the_other(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    with site(site_settings, clock, client_of(provider)) as avklart:
        browser = Browser(avklart)
        assert goes(browser, hos="staff").status_code == 404
        assert goes(browser).status_code == 303
    with site(site_settings, clock, client_of(provider, kind="staff")) as avklart:
        browser = Browser(avklart)
        browser.get(IN, status=404)
        assert goes(browser, hos="staff").status_code == 303


def test_an_answer_to_one_municipality_is_none_to_another(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    with site(site_settings, clock, client_of(provider), client_of(provider, "dalsbygd")) as avklart:
        here, there = Browser(avklart), Browser(avklart, "dalsbygd")
        query = provider.log_in(sent(here), "ola")
        there.client.set_cookie(there.cookie_name, here.cookie(), domain=there.host.split(":")[0])
        there.get(return_path(query), status=403)
        come_in(here, provider)
        come_in(Browser(avklart, "dalsbygd"), provider)
        assert len({row.id for row in residents_of(avklart.database)}) == 2, "one person, unknown to each other"
        assert [row.municipality for row in events(avklart.database, "sign_in_refused")] == ["dalsbygd"]


# ---- staff


def test_whoever_works_here_gets_an_account_with_the_roles_that_their_groups_give(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    employed(provider, groups=["G-sak", "G-red", "Alle"])
    page = employee_in(browser, provider)
    assert browser.path() == HOME
    assert "Kari" in page.text
    [row] = employees(avklart)
    assert (row.state, row.roles, row.email, row.name) == (
        "active", ["caseworker", "editor"], "kari@fjordvik.example", "Kari",
    )  # fmt: skip
    assert row.password is None
    [session] = living(avklart.database)
    assert (session.kind, session.person, session.assurance) == ("staff", row.id, Assurance.SUBSTANTIAL)
    assert [event.actor for event in events(avklart.database, "staff_invited")] == ["provider"]
    assert browser.raw("/admin/ansatte").status_code == 403


def test_staff_go_on_to_what_they_wanted(browser: Browser, provider: StrictProvider) -> None:
    employee_in(browser, provider, neste="/innlogging/konto")
    assert browser.path() == "/innlogging/konto"


def test_a_role_that_was_changed_counts_from_the_next_login(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    employee_in(browser, provider)
    employed(provider, groups="G-adm")
    employee_in(Browser(avklart, address="192.0.2.1"), provider)
    [row] = employees(avklart)
    assert row.roles == ["administrator"]
    assert browser.raw("/admin/ansatte").status_code == 200, "and also where she was in already"
    [event] = events(avklart.database, "staff_changed")
    assert (event.actor, event.object_id, event.details["roles"]) == ("provider", row.id, ["administrator"])


@pytest.mark.parametrize("groups", [None, [], ["Alle"], "g-sak", [["G-sak"]], {"G-sak": True}], ids=str)
def test_whoever_has_no_role_any_more_loses_access_at_once_and_everywhere(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider, groups: object
) -> None:
    employee_in(browser, provider)
    employed(provider, groups=groups)
    page = employee_in(elsewhere, provider, status=403)
    assert "administratoren" in page.text
    assert not is_in(browser)
    assert not is_in(elsewhere)
    [row] = employees(avklart)
    assert row.state == "disabled"
    assert living(avklart.database) == []
    assert refusals(avklart.database) == ["access"]
    assert [(event.actor, event.object_id) for event in events(avklart.database, "staff_disabled")] == [
        ("provider", row.id)
    ]
    employed(provider)
    employee_in(elsewhere, provider, status=403)
    assert staff_row(avklart.database, row.id).state == "disabled", "only an administrator opens it again"


def test_whoever_never_had_a_role_is_nobody_here(avklart: Avklart, browser: Browser, provider: StrictProvider) -> None:
    employed(provider, groups=["Alle"])
    employee_in(browser, provider, status=403)
    assert employees(avklart) == []
    assert refusals(avklart.database) == ["access"]


def test_an_account_of_our_own_is_joined_to_whom_the_provider_knows_by_its_address(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    kari = add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    employed(provider, email="KARI@fjordvik.EXAMPLE")
    employee_in(browser, provider)
    row = staff_row(avklart.database, kari)
    assert row.subject_index is not None
    assert row.roles == ["caseworker"], "the municipality's own sign-in says what she may do"
    employed(provider, email="kari.nordmann@fjordvik.example")
    employee_in(elsewhere, provider)
    assert [row.id for row in employees(avklart)] == [kari], "from then on she is known by who she is there"
    assert {row.person for row in living(avklart.database)} == {kari}


def test_an_address_that_somebody_else_had_does_not_make_them_the_same_person(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    employee_in(browser, provider)
    [kari] = employees(avklart)
    employed(provider, "another", email="kari@fjordvik.example", groups=["G-adm"])
    employee_in(elsewhere, provider, "another", status=403)
    assert [(row.id, row.roles, row.subject_index) for row in employees(avklart)] == [
        (kari.id, ["caseworker"], kari.subject_index)
    ]
    assert is_in(browser)
    assert refusals(avklart.database) == ["access"]


def test_an_account_of_our_own_is_not_closed_by_somebody_without_a_role(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    """The first administrator, who tries the provider before its groups are there, locks nobody out."""
    kari = add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    employed(provider, groups=[])
    employee_in(browser, provider, status=403)
    assert staff_row(avklart.database, kari).state == "active"
    browser.page = None
    browser.sign_in()
    assert browser.path() == HOME


@pytest.mark.parametrize("is_known", [True, False])
def test_a_closed_account_stays_closed(
    avklart: Avklart, browser: Browser, provider: StrictProvider, is_known: bool  # noqa: FBT001
) -> None:  # fmt: skip
    if is_known:
        employee_in(browser, provider)
    else:
        add_staff(avklart.database, at=NOON)
    [row] = employees(avklart)
    with avklart.database.writing() as session:
        session.get_one(StaffRow, row.id).state = staff.DISABLED
    browser.page = None
    employee_in(browser, provider, status=403)
    assert staff_row(avklart.database, row.id).state == "disabled"
    assert not is_in(browser)
    assert refusals(avklart.database) == ["access"]


def test_an_invitation_is_void_once_somebody_has_come_in_by_the_provider(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    """Otherwise it would open the account anew after it was closed."""
    with writing(avklart) as session:
        row = staff.add(
            session, municipality="fjordvik", email="kari@fjordvik.example", name="Kari", roles=["editor"],
            language="nb", at=NOON,
        )  # fmt: skip
        invited = staff.invite(session, row, at=NOON)
        assert invitations.is_open(invited, NOON)
    employee_in(browser, provider)
    with avklart.database.reading() as session:
        assert not invitations.is_open(session.merge(invited, load=True), NOON)
    assert staff_row(avklart.database, row.id).state == "active"


@pytest.mark.parametrize("claims", [
    {"email": None}, {"email": "kari@fjordvik.example", "email_verified": False}, {"email": "no address"},
    {"email": "a@b@c"}, {"email": ""},
], ids=str)  # fmt: skip
def test_nobody_gets_an_account_without_an_address_that_is_one(
    avklart: Avklart, browser: Browser, provider: StrictProvider, claims: dict[str, Any]
) -> None:
    employed(provider, **claims)
    employee_in(browser, provider, status=403)
    assert employees(avklart) == []
    assert refusals(avklart.database) == ["access"]


def test_an_address_that_is_not_verified_opens_no_account_of_anybodys(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    kari = add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    employed(provider, "thief", email="kari@fjordvik.example", email_verified=False)
    employee_in(browser, provider, "thief", status=403)
    assert staff_row(avklart.database, kari).subject_index is None


@pytest.mark.parametrize("name", [None, "", "   ", "\t\n"])
def test_somebody_without_a_name_is_called_by_their_address(
    avklart: Avklart, browser: Browser, provider: StrictProvider, name: str | None
) -> None:
    employed(provider, name=name)
    employee_in(browser, provider)
    assert [row.name for row in employees(avklart)] == ["kari@fjordvik.example"]


def test_a_resident_is_no_employee_whatever_id_porten_says_of_groups(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    employed(provider, "boss", pid=PID_OF_EVA, acr=HIGH, groups=["G-adm"])
    come_in(browser, provider, "boss")
    assert browser.raw(HOME).status_code == 403
    assert employees(avklart) == []
    assert [row.kind for row in living(avklart.database)] == ["resident"]


def test_an_employee_without_a_number_is_no_resident(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    employed(provider, acr=HIGH)
    come_in(browser, provider, "kari", status=403)
    assert refusals(avklart.database) == ["person"]


def test_the_kind_of_a_sign_in_is_what_was_begun_and_not_what_comes_back(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    query = provider.log_in(sent(browser), "ola")
    browser.get(return_path({**query, "hos": "staff", "nivaa": "high", "neste": "//evil.example"}))
    assert browser.path() == OWN
    assert [(row.kind, row.assurance) for row in living(avklart.database)] == [("resident", Assurance.SUBSTANTIAL)]


# ---- staff show anew who they are


TYPED: dict[str, Any] = {"name": "Åse «Bø» <b>", "email": "aase@fjordvik.example", "roles": "editor", "language": "nn"}
LATER = timedelta(minutes=11)


def parked(browser: Browser, provider: StrictProvider, clock: FixedClock) -> str:
    """Come in, send a form too late, and press the provider's button; answer its address there."""
    employed(provider, groups=["G-adm"])
    employee_in(browser, provider)
    clock.time += LATER
    browser.get(INVITE)
    browser.post(INVITE, **TYPED)
    assert browser.path() == AGAIN
    assert browser.page is not None
    assert not browser.page.soup.select("input[type=password]"), "she has none here"
    action = str(browser.page.one("main form")["action"])
    assert asked(action) == {"neste": INVITE, "hos": "staff", "igjen": "1"}
    return browser.send(action).headers["Location"]


def test_a_form_that_was_sent_too_late_comes_back_after_the_provider_was_shown_anew(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    address = parked(browser, provider, clock)
    assert {name: asked(address)[name] for name in ("prompt", "max_age", "client_id")} == {
        "prompt": "login", "max_age": "0", "client_id": "fjordvik-staff",
    }  # fmt: skip
    before = browser.cookie()
    provider.hold(clock.time)
    page = browser.get(return_path(provider.log_in(address, "kari")))
    assert browser.path() == INVITE
    assert (page.one("#name")["value"], page.one("#email")["value"]) == (TYPED["name"], TYPED["email"])
    assert len(employees(avklart)) == 1, "shown again, not sent"
    assert browser.cookie() != before
    browser.post(INVITE, **TYPED)
    assert len(employees(avklart)) == 2
    assert len(living(avklart.database)) == 1


@pytest.mark.parametrize("showed", [int(NOON.timestamp()), None, "now", True, 10**30], ids=str)
def test_a_provider_that_did_not_ask_anew_does_not_count(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock, showed: object
) -> None:
    address = parked(browser, provider, clock)
    provider.hold(clock.time)
    query = provider.log_in(address, "kari")
    provider.spoil(auth_time=showed)
    browser.get(return_path(query), status=403)
    assert refusals(avklart.database) == ["level"]
    assert is_in(browser)
    browser.get(INVITE)
    browser.post(INVITE, **TYPED)
    assert browser.path() == AGAIN, "she is in as before, and is asked again"
    assert len(employees(avklart)) == 1


def test_whoever_breaks_off_showing_anew_loses_nothing(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    address = parked(browser, provider, clock)
    browser.get(return_path({"state": asked(address)["state"], **provider.deny(address)}), status=403)
    assert refusals(avklart.database) == ["denied"]
    assert browser.get(INVITE).one("#name")["value"] == TYPED["name"]


def test_a_colleague_who_shows_who_they_are_instead_does_not_see_what_was_written(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    address = parked(browser, provider, clock)
    employed(provider, "per", groups=["G-adm"])
    provider.hold(clock.time)
    browser.get(return_path(provider.log_in(address, "per")))
    page = browser.get(INVITE)
    assert page.one("#name").get("value", "") == ""
    names = {row.id: row.name for row in employees(avklart)}
    assert [names[str(row.person)] for row in living(avklart.database)] == ["Per"], "hers has ended"


@pytest.mark.parametrize("showed", [0, None])
def test_coming_in_without_being_asked_is_not_to_show_anew_who_one_is(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock, showed: int | None
) -> None:
    """At a computer that was left, the provider lets in whoever presses the button: that is no proof of anything."""
    employed(provider, groups=["G-adm"])
    employee_in(browser, provider)
    clock.time += LATER
    provider.hold(clock.time)
    browser.get("/innlogging/konto")
    query = provider.log_in(sent(browser, hos="staff"), "kari")
    provider.spoil(auth_time=int(NOON.timestamp()) if showed == 0 else None)
    browser.get(return_path(query))
    assert is_in(browser)
    browser.get(INVITE)
    browser.post(INVITE, **TYPED)
    assert browser.path() == AGAIN
    assert len(employees(avklart)) == 1


def test_an_account_that_was_closed_meanwhile_cannot_show_anew(
    avklart: Avklart, browser: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    address = parked(browser, provider, clock)
    provider.hold(clock.time)
    query = provider.log_in(address, "kari")
    with avklart.database.writing() as session:
        session.get_one(StaffRow, employees(avklart)[0].id).state = staff.DISABLED
    browser.get(return_path(query), status=403)
    assert refusals(avklart.database) == ["state"]
    assert not is_in(browser)
