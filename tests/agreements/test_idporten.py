"""Signing with ID-porten: as surely as the municipality asks, anew for the signature, and each for themselves alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.agreements import Family
from tests.factories.people import Browser, code_sent
from tests.factories.signing import browser_of, family_of, hash_of, invitation_of, lock, page_of, version_of
from tests.factories.site import look_now, publish_change
from tests.gateways.oidc_provider import PID, StrictProvider, start_provider
from tests.identity.at_provider import PID_OF_EVA, client_of, come_in, known, return_path, site
from tests.page import Page
from webapp.agreements import documents
from webapp.agreements.models import SignatureRow
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.identity import letters, queries
from webapp.identity.domain.codes import Channel
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings


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
    site_settings: Settings, clock: FixedClock, provider: StrictProvider, make_site: Callable[..., Avklart],
    real_content: Reading,
) -> Iterator[Avklart]:  # fmt: skip
    """The whole application: Fjordvik has ID-porten, and asks for it of those who sign."""
    with site(site_settings, clock, client_of(provider), make=make_site) as found:
        key = PageKey("fjordvik", "municipality", "fjordvik", "common")
        publish_change(found.database, real_content, key, signing="idporten")
        look_now(found)
        yield found


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family whose text waits for signatures; nobody has checked whose number Åse's is."""
    found = family_of(avklart, is_confirmed=False)
    lock(avklart, found)
    return found


def step_up(browser: Browser, provider: StrictProvider, subject: str, *, status: int = 200) -> Page:
    """Press «Go on with ID-porten» on the page of signing, and come back as somebody."""
    assert browser.page is not None
    browser.get(str(browser.page.one("main a[href^='/id/inn']")["href"]))
    address = browser.send(str(browser.page.one("main form")["action"])).headers["Location"]
    return browser.get(return_path(provider.log_in(address, subject)), status=status)


def signatures(avklart: Avklart) -> list[SignatureRow]:
    with avklart.database.reading() as session:
        return list(session.scalars(select(SignatureRow).order_by(SignatureRow.number)))


def test_a_code_is_too_little_where_id_porten_is_asked_for_and_nobody_is_two_of_those_who_sign(
    avklart: Avklart, family: Family, provider: StrictProvider
) -> None:
    page = page_of(family, "signer")
    aase = browser_of(avklart, family, family.aase)
    shown = aase.get(page)
    assert not shown.soup.select("main input[name=code]")
    seen = version_of(avklart, family).hash
    kari = browser_of(avklart, family, family.kari)
    kari.get(page)
    kari.post(f"{page}/kode")
    code = code_sent(avklart.database, invitation_of(avklart, family, family.kari))
    kari.post(page, seen=seen, code=code, status=403)
    aase.get(page)
    step_up(aase, provider, "ola")
    assert aase.path() == page
    aase.post(page, seen=hash_of(aase))
    (given,) = signatures(avklart)
    evidence = json.loads(given.evidence)
    assert (given.party, given.method, evidence["level"]) == (family.aase, "idporten", "substantial")
    assert (len(evidence["keyed_pid"]), evidence["shown_at"]) == (64, NOON.isoformat())
    assert PID not in given.evidence
    kari.get(page)
    refused = step_up(kari, provider, "ola", status=403)  # the one who has signed as Åse
    assert "Logg inn som deg selv" in refused.text
    kari.get(page)
    kari.post(page, seen=seen, status=422)
    step_up(kari, provider, "eva")
    kari.post(page, seen=seen)
    assert [one.party for one in signatures(avklart)] == [family.aase, family.kari]
    with avklart.database.reading() as session, avklart.flask.test_request_context("/nb/"):
        avklart.flask.preprocess_request()
        said = documents.signatures_of(session, version_of(avklart, family))
    assert {how for _, _, how, _ in said} == {"ID-porten"}
    assert PID_OF_EVA not in str(said)


def test_who_logged_in_at_id_porten_long_ago_or_at_a_lower_level_shows_it_anew(
    avklart: Avklart, family: Family, provider: StrictProvider, clock: FixedClock
) -> None:
    page, per = page_of(family, "signer"), browser_of(avklart, family, family.per)
    facts = {"pid": PID, "sid": "sid-ola", "name": "Ola Nordmann"}
    for claims in (
        {"acr": "idporten-loa-low"},
        {"acr": "idporten-loa-substantial", "auth_time": int((NOON - timedelta(hours=2)).timestamp())},
    ):
        provider.person("ola", **facts, **claims)
        per.get(page)
        step_up(per, provider, "ola", status=403)
        per.get(page)
        per.post(page, seen=version_of(avklart, family).hash, status=422)
    provider.person("ola", **facts, acr="idporten-loa-substantial")
    per.get(page)
    step_up(per, provider, "ola")
    clock.time = NOON + timedelta(minutes=11)
    shown = per.get(page)
    assert shown.soup.select("main a[href^='/id/inn']"), "eleven minutes later it is shown anew"
    per.post(page, seen=version_of(avklart, family).hash, status=422)
    assert signatures(avklart) == []
    provider.hold(clock.time)
    per.get(page)
    step_up(per, provider, "ola")
    per.post(page, seen=hash_of(per))
    assert [one.party for one in signatures(avklart)] == [family.per]


def test_who_has_shown_it_once_comes_back_by_the_link_and_id_porten_to_the_agreement(
    avklart: Avklart, family: Family, provider: StrictProvider
) -> None:
    per = browser_of(avklart, family, family.per)
    per.get(page_of(family, "signer"))
    step_up(per, provider, "ola")
    with (
        avklart.flask.test_request_context("/nb/", base_url="http://127.0.0.1:8000"),
        avklart.database.writing() as session,
    ):
        avklart.flask.preprocess_request()
        invited = queries.invitation(session, "fjordvik", invitation_of(avklart, family, family.per))
        assert invited is not None
        link = letters.send_link(session, invited, Channel.EMAIL, at=NOON).partition("8000")[2]
    later = Browser(avklart)
    later.get(link)
    come_in(later, provider, "ola", f"{link}/id-porten")
    assert later.path() == page_of(family, "")
