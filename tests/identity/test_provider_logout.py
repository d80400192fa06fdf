"""Going out with an identity provider: ours and theirs end together, and each ends what is its own (S5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.factories.servers import free_port
from tests.gateways.oidc_provider import PID, StrictProvider, start_provider
from tests.identity.at_provider import (
    IN,
    METADATA,
    OWN,
    client_of,
    come_in,
    employee_in,
    known,
    living,
    sent,
    site,
)
from tests.identity.parties import events, is_in
from webapp.app import Avklart
from webapp.identity.models import SessionRow
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings

FRONT, BEHIND, OUT = "/id/utlogging", "/id/utlogging-bak", "/logg-ut"
SECONDS = int(NOON.timestamp())


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
    """The whole application: both municipalities have the same ID-porten, Fjordvik a sign-in of its own as well."""
    clients = [client_of(provider), client_of(provider, kind="staff"), client_of(provider, "dalsbygd")]
    with site(site_settings, clock, *clients, make=make_site) as found:
        yield found


@pytest.fixture
def there(avklart: Avklart) -> Browser:
    """A browser at Dalsbygd."""
    return Browser(avklart, "dalsbygd", "192.0.2.77")


@pytest.fixture
def nobody(avklart: Avklart) -> Browser:
    """A browser that has no cookie."""
    return Browser(avklart, address="192.0.2.5")


def framed(browser: Browser, **asked: str) -> TestResponse:
    """Ask for the page that a provider shows in a frame."""
    return browser.raw(f"{FRONT}?{urlencode(asked)}")


def told(browser: Browser, token: str) -> TestResponse:
    """Send a token as a provider does: no cookie, no page it comes from."""
    return browser.raw(BEHIND, "POST", data={"logout_token": token})


def policy(response: TestResponse) -> dict[str, list[str]]:
    """Answer the content security policy of an answer."""
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    assert len({part[0] for part in parts}) == len(parts), "each is said once"
    return {part[0]: part[1:] for part in parts}


def ended(avklart: Avklart) -> list[str]:
    """Answer why sessions of people have ended, the oldest first."""
    with avklart.database.reading() as session:
        rows = session.scalars(select(SessionRow).where(SessionRow.kind != "waiting").order_by(SessionRow.created_at))
        return [row.ended_why for row in rows if row.ended_at is not None]


def asked_at(address: str) -> dict[str, str]:
    """Answer what an address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


# ---- by our own button


def test_staff_who_log_out_are_logged_out_at_the_provider_too(
    avklart: Avklart, browser: Browser, provider: StrictProvider
) -> None:
    employee_in(browser, provider)
    before = browser.cookie()
    response = browser.send(OUT)
    address = response.headers["Location"]
    assert response.status_code == 303
    assert address.startswith(f"{provider.issuer}/oauth2/end_session?")
    said = asked_at(address)
    assert said["client_id"] == "fjordvik-staff"
    assert said["post_logout_redirect_uri"] == f"http://{browser.host}{OUT}"
    assert said["id_token_hint"].count(".") == 2
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert browser.cookie() == ""
    browser.client.set_cookie(browser.cookie_name, before, domain=browser.host.split(":")[0])
    assert not is_in(browser)
    assert ended(avklart) == ["logged out"]


def test_a_resident_who_logs_out_is_logged_out_of_id_porten_and_no_token_stands_in_the_address(
    browser: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    address = browser.send(OUT).headers["Location"]
    assert asked_at(address).keys() == {"client_id", "post_logout_redirect_uri", "state"}
    assert asked_at(address)["client_id"] == "fjordvik-idporten"
    assert browser.get(f"{OUT}?{urlencode({'state': asked_at(address)['state']})}").status == 200


def test_a_token_goes_to_nobody_but_the_provider_that_gave_it(browser: Browser, provider: StrictProvider) -> None:
    """Whoever begins a sign-in at the other provider and thinks better of it came in by the first one all the same."""
    come_in(browser, provider)
    sent(browser, hos="staff")
    browser.get(OWN)
    said = asked_at(browser.send(OUT).headers["Location"])
    assert said["client_id"] == "fjordvik-idporten"
    assert "id_token_hint" not in said, "it holds the national identity number"
    other = Browser(browser.avklart, address="192.0.2.6")
    employee_in(other, provider)
    sent(other)
    other.get(OWN)
    assert asked_at(other.send(OUT).headers["Location"])["client_id"] == "fjordvik-staff"


def test_whoever_came_in_by_a_password_is_sent_to_no_provider(avklart: Avklart, browser: Browser) -> None:
    add_staff(avklart.database, at=NOON)
    browser.sign_in()
    sent(browser, hos="staff")
    browser.get(OWN)
    assert browser.send(OUT).headers["Location"] == OUT


def stays(clock: FixedClock, *browsers: Browser) -> None:
    """Let more than an hour pass, in which people look at a page now and then."""
    for _ in range(5):
        clock.time += timedelta(minutes=14)
        for one in browsers:
            one.get(OWN)


@pytest.mark.parametrize("is_away", [True, False])
def test_logging_out_works_also_where_the_provider_is_away_or_has_no_such_place(
    browser: Browser, elsewhere: Browser, provider: StrictProvider, clock: FixedClock, is_away: bool  # noqa: FBT001
) -> None:  # fmt: skip
    come_in(browser, provider)
    employee_in(elsewhere, provider)
    if is_away:
        provider.answer(METADATA, 500)
    else:
        provider.metadata(end_session_endpoint=None)
    stays(clock, browser, elsewhere)
    for one in (browser, elsewhere):
        assert one.send(OUT).headers["Location"] == OUT
    assert living(browser.avklart.database) == []


# ---- by the provider, in a frame


def test_a_session_ends_when_the_provider_says_so_in_a_frame_without_any_cookie(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    response = framed(nobody, iss=provider.issuer, sid="sid-ola")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert not is_in(browser)
    assert ended(avklart) == ["provider"]
    [event] = events(avklart.database, "session_ended")
    assert (event.actor, event.object_kind, event.why) == ("provider", "session", "provider")
    assert framed(nobody, iss=provider.issuer, sid="sid-ola").status_code == 200
    assert len(events(avklart.database, "session_ended")) == 1, "what has ended does not end again"


def test_only_that_answer_may_be_framed_and_only_by_the_provider(
    browser: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    said = policy(framed(nobody, iss=provider.issuer, sid="x"))
    assert said["frame-ancestors"] == [provider.issuer]
    assert said["default-src"] == ["'none'"]
    come_in(browser, provider)
    others = [
        browser.raw(OWN), browser.raw(IN), browser.raw(OUT), nobody.raw("/nb/"), nobody.raw("/innlogging"),
        framed(nobody), framed(nobody, iss="https://evil.example", sid="x"), told(nobody, "x"), nobody.raw("/id/x"),
        framed(nobody, iss=provider.issuer),
    ]  # fmt: skip
    assert {tuple(policy(response)["frame-ancestors"]) for response in others} == {("'none'",)}


@pytest.mark.parametrize("asked", [
    {}, {"sid": "sid-ola"}, {"iss": "", "sid": "sid-ola"}, {"iss": "https://evil.example", "sid": "sid-ola"},
], ids=str)  # fmt: skip
def test_an_issuer_that_is_unknown_ends_nothing(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider, asked: dict[str, str]
) -> None:
    come_in(browser, provider)
    assert framed(nobody, **asked).status_code == 400
    assert framed(nobody, iss=f"{provider.issuer}/", sid="sid-ola").status_code == 400
    assert framed(nobody, iss=provider.issuer).status_code == 400
    assert len(living(avklart.database)) == 1
    assert is_in(browser)


@pytest.mark.parametrize(
    "sid", ["another", "sid-eva", "SID-OLA", "sid-ola ", "%", "' OR 1=1 --", "x" * 1500, "\0", "å"]
)
def test_a_session_that_is_unknown_there_ends_nothing(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider, sid: str
) -> None:
    come_in(browser, provider)
    assert framed(nobody, iss=provider.issuer, sid=sid).status_code == 200
    assert is_in(browser)
    assert events(avklart.database, "session_ended") == []


def test_somebody_elses_cookie_is_not_looked_at(
    avklart: Avklart, browser: Browser, elsewhere: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    come_in(elsewhere, provider, "eva")
    assert framed(elsewhere, iss=provider.issuer, sid="sid-ola").status_code == 200
    assert is_in(elsewhere)
    assert not is_in(browser)
    assert len(living(avklart.database)) == 1


def test_all_that_was_begun_with_one_session_there_ends_with_it(
    avklart: Avklart, browser: Browser, elsewhere: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    for one in (browser, elsewhere):
        come_in(one, provider)
    provider.person("ola", pid=PID, acr="idporten-loa-high", sid="sid-of-his-phone")
    come_in(nobody, provider)
    framed(nobody, iss=provider.issuer, sid="sid-ola")
    assert (is_in(browser), is_in(elsewhere), is_in(nobody)) == (False, False, True)
    assert len(living(avklart.database)) == 1


def test_the_frame_of_one_municipality_ends_nothing_of_another(
    browser: Browser, there: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    come_in(there, provider)
    framed(nobody, iss=provider.issuer, sid="sid-ola")
    assert not is_in(browser)
    assert is_in(there)
    framed(there, iss=provider.issuer, sid="sid-ola")
    assert not is_in(there)


def test_what_ended_there_cannot_come_back(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    query = provider.log_in(sent(browser, nivaa="high"), "ola")
    browser.get(OWN)
    framed(nobody, iss=provider.issuer, sid="sid-ola")
    assert browser.send(OWN, handling="alle").status_code in {303, 400}
    browser.get(f"/id/tilbake?{urlencode(query)}", status=403)
    assert living(avklart.database) == []
    with avklart.database.reading() as session:
        rows = session.scalars(select(SessionRow).where(SessionRow.ended_why == "provider")).all()
        assert {row.data for row in rows} == {"{}"}, "and nothing is kept of it"


# ---- by the provider, from behind


@pytest.mark.parametrize("who", [{"sid": "sid-ola"}, {"sub": "ola"}, {"sub": "ola", "sid": "sid-ola"}], ids=str)
def test_a_token_of_the_provider_ends_the_session_it_names(
    browser: Browser, elsewhere: Browser, nobody: Browser, provider: StrictProvider, who: dict[str, Any]
) -> None:
    come_in(browser, provider)
    come_in(elsewhere, provider, "eva")
    response = told(nobody, provider.logout_token("fjordvik-idporten", **who))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert (is_in(browser), is_in(elsewhere)) == (False, True)
    assert ended(browser.avklart) == ["provider"]
    [event] = events(browser.avklart.database, "session_ended")
    assert (event.actor, event.why) == ("provider", "provider")


def test_a_token_without_a_session_ends_all_of_a_person_and_one_with_a_session_only_that(
    browser: Browser, elsewhere: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    provider.person("ola", pid=PID, acr="idporten-loa-high", sid="another")
    come_in(elsewhere, provider)
    assert told(nobody, provider.logout_token("fjordvik-idporten", sub="ola", sid="sid-ola")).status_code == 200
    assert (is_in(browser), is_in(elsewhere)) == (False, True)
    come_in(browser, provider)
    assert told(nobody, provider.logout_token("fjordvik-idporten", sub="ola")).status_code == 200
    assert (is_in(browser), is_in(elsewhere)) == (False, False)


def test_a_token_of_the_staffs_sign_in_ends_an_employees_session(
    browser: Browser, elsewhere: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    employee_in(browser, provider)
    come_in(elsewhere, provider)
    assert told(nobody, provider.logout_token("fjordvik-staff", sid="sid-kari")).status_code == 200
    assert (is_in(browser), is_in(elsewhere)) == (False, True)


FAULTS: list[dict[str, Any]] = [
    {"by": "other"}, {"by": "none"}, {"by": "hmac"}, {"header": {"typ": "at+jwt"}}, {"header": {"alg": "PS256"}},
    {"iat": SECONDS - 600, "exp": SECONDS - 500}, {"iat": SECONDS - 600}, {"exp": SECONDS - 60}, {"iat": SECONDS + 60},
    {"nonce": "n"}, {"aud": "another"}, {"aud": "dalsbygd-idporten"}, {"aud": None}, {"iss": "https://evil.example"},
    {"events": {}}, {"jti": None}, {"sid": None, "sub": None}, {"sid": ["sid-ola"]},
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_token_with_a_fault_ends_nothing(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider, fault: dict[str, Any]
) -> None:
    come_in(browser, provider)
    token = provider.logout_token("fjordvik-idporten", **{"sid": "sid-ola", **fault})
    assert told(nobody, token).status_code == 400
    assert is_in(browser)
    assert events(avklart.database, "session_ended") == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30", "å.ø.æ", "\0", "." * 5000, "x" * 100_000])
def test_what_is_no_token_ends_nothing(browser: Browser, nobody: Browser, provider: StrictProvider, token: str) -> None:
    come_in(browser, provider)
    assert told(nobody, token).status_code == 400
    assert nobody.raw(BEHIND, "POST", data=b"\xff\x00", headers={"Content-Type": "application/jwt"}).status_code == 400
    assert nobody.raw(BEHIND, "POST").status_code == 400
    assert nobody.raw(BEHIND).status_code == 405
    assert nobody.raw(FRONT, "POST").status_code == 405
    assert is_in(browser)


def test_the_token_by_which_somebody_came_in_ends_nothing(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    employee_in(browser, provider)
    browser.get(OWN)
    id_token = asked_at(browser.send(OUT).headers["Location"])["id_token_hint"]
    employee_in(browser, provider)
    assert told(nobody, id_token).status_code == 400
    assert len(living(avklart.database)) == 1


def test_a_token_that_comes_again_ends_nothing_of_what_was_begun_since(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    token = provider.logout_token("fjordvik-idporten", sub="ola", sid="sid-ola")
    assert told(nobody, token).status_code == 200
    provider.person("ola", pid=PID, acr="idporten-loa-high", sid="a-new-one")
    come_in(browser, provider)
    assert told(nobody, token).status_code == 200
    assert is_in(browser)
    assert len(events(avklart.database, "session_ended")) == 1


def test_a_token_of_one_municipality_ends_nothing_of_another(
    browser: Browser, there: Browser, nobody: Browser, provider: StrictProvider
) -> None:
    come_in(browser, provider)
    come_in(there, provider)
    either: list[dict[str, Any]] = [{"sid": "sid-ola"}, {"sub": "ola"}]
    for who in either:
        assert told(there, provider.logout_token("fjordvik-idporten", **who)).status_code == 400
        assert told(nobody, provider.logout_token("dalsbygd-idporten", **who)).status_code == 400
    assert (is_in(browser), is_in(there)) == (True, True)
    assert told(nobody, provider.logout_token("fjordvik-idporten", sub="ola")).status_code == 200
    assert (is_in(browser), is_in(there)) == (False, True)
    assert told(there, provider.logout_token("dalsbygd-idporten", sid="sid-ola")).status_code == 200
    assert not is_in(there)


def test_a_token_that_cannot_be_looked_at_for_now_is_asked_for_again(
    avklart: Avklart, browser: Browser, nobody: Browser, provider: StrictProvider, clock: FixedClock
) -> None:
    come_in(browser, provider)
    token = provider.logout_token("fjordvik-idporten", sid="sid-ola", iat=SECONDS + 3660, exp=SECONDS + 3760)
    for minutes in (20, 40, 60):
        clock.time = NOON + timedelta(minutes=minutes, seconds=59)
        assert is_in(browser)
    provider.answer(METADATA, 500)
    provider.answer("/jwks", 500)
    response = told(nobody, token)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert is_in(browser)
    provider.reset()
    clock.time += timedelta(seconds=11)
    assert told(nobody, token).status_code == 200
    assert not is_in(browser)
    assert ended(avklart) == ["provider"]


def test_one_provider_that_is_away_does_not_stand_in_the_others_way(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    gone = replace(client_of(provider, kind="staff"), issuer=f"http://127.0.0.1:{free_port()}")
    with site(site_settings, clock, client_of(provider), gone) as avklart:
        browser, nobody = Browser(avklart), Browser(avklart, address="192.0.2.5")
        come_in(browser, provider)
        assert told(nobody, provider.logout_token("fjordvik-idporten", by="other", sid="sid-ola")).status_code == 503
        assert is_in(browser)
        assert told(nobody, provider.logout_token("fjordvik-idporten", sid="sid-ola")).status_code == 200
        assert not is_in(browser)


def test_a_municipality_without_a_provider_is_told_nothing(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    with site(site_settings, clock, client_of(provider)) as avklart:
        browser, there = Browser(avklart), Browser(avklart, "dalsbygd")
        come_in(browser, provider)
        assert framed(there, iss=provider.issuer, sid="sid-ola").status_code == 400
        assert told(there, provider.logout_token("fjordvik-idporten", sid="sid-ola")).status_code == 400
        assert is_in(browser)


# ---- where forms may lead


def test_the_forms_of_private_pages_may_lead_to_the_providers_and_those_of_public_pages_nowhere(
    browser: Browser, provider: StrictProvider
) -> None:
    for path in ("/innlogging", IN, OUT, "/nb/avtale/kode", "/id/tilbake"):
        assert policy(browser.raw(path))["form-action"] == ["'self'", provider.issuer], path
    for path in ("/nb/", "/nb/abc/fall", "/nb/sok?q=fall", "/id/x", "/static/x", "/healthz", FRONT):
        assert policy(browser.raw(path))["form-action"] == ["'self'"], path
    come_in(browser, provider)
    assert policy(browser.raw(OWN))["form-action"] == ["'self'", provider.issuer]


def test_a_page_of_somebody_who_is_in_leads_to_their_own_provider_and_the_ways_in_to_each(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    clients = client_of(provider), replace(client_of(provider, kind="staff"), issuer=gone)
    with site(site_settings, clock, *clients) as avklart:
        browser = Browser(avklart)
        both = {"'self'", provider.issuer, gone}
        assert set(policy(browser.raw("/innlogging"))["form-action"]) == both
        come_in(browser, provider)
        assert set(policy(browser.raw(OWN))["form-action"]) == {"'self'", provider.issuer}
        assert set(policy(browser.raw("/innlogging"))["form-action"]) == both, "a resident may work here as well"
        sent_nowhere = browser.raw(f"{IN}?hos=staff", "POST", data={"csrf_token": browser.token()})
        assert sent_nowhere.status_code == 503
        assert set(policy(browser.raw(OWN))["form-action"]) == {"'self'", provider.issuer}


def test_the_pages_of_a_municipality_without_a_provider_lead_nowhere(
    site_settings: Settings, clock: FixedClock, provider: StrictProvider
) -> None:
    with site(site_settings, clock, client_of(provider)) as avklart:
        there = Browser(avklart, "dalsbygd")
        for path in ("/innlogging", OUT, "/nb/avtale/kode", "/nb/"):
            assert policy(there.raw(path))["form-action"] == ["'self'"], path


@pytest.mark.parametrize("address", [
    "https://evil.example; script-src 'unsafe-inline'/x", "https://evil.example;frame-ancestors *;/x", "https://*/x",
    "https://a.example b.example/x", "https://ж.example/x", "https://a.example,b.example/x", "https:///x",
])  # fmt: skip
def test_a_provider_cannot_write_into_our_policy(browser: Browser, provider: StrictProvider, address: str) -> None:
    for place in ("end_session_endpoint", "authorization_endpoint"):
        provider.metadata(**{place: address})
        said = policy(browser.raw("/innlogging"))
        assert said["form-action"] == ["'self'", provider.issuer]
        assert (said["frame-ancestors"], said["script-src"]) == (["'none'"], ["'self'"])
        assert policy(framed(browser, iss=provider.issuer, sid="x"))["frame-ancestors"] == [provider.issuer]
        assert browser.raw(IN, "POST").status_code == 503
