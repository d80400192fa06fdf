"""Contact data that somebody else typed is confirmed by who comes in by it and shows with ID-porten who they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.factories import agreements
from tests.factories.agreements import Family, visitor
from tests.factories.people import Browser
from tests.gateways.oidc_provider import StrictProvider, start_provider
from tests.identity.at_provider import client_of, come_in, known, site
from webapp.agreements import queries
from webapp.app import Avklart
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
    site_settings: Settings, clock: FixedClock, provider: StrictProvider, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The whole application: Fjordvik has ID-porten."""
    with site(site_settings, clock, client_of(provider), make=make_site) as found:
        yield found


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family who take part; Kari wrote Åse's number."""
    with avklart.database.writing() as session:
        found = agreements.start(session)
        agreements.join_all(session, found)
    return found


def is_confirmed(avklart: Avklart, family: Family, party: str) -> bool:
    with avklart.database.reading() as session:
        return family.party(session, party).is_confirmed


def acts(avklart: Avklart, family: Family) -> list[tuple[str, str, str]]:
    with avklart.database.reading() as session:
        events = queries.events(session, family.row(session, is_held=False))
        return [(one.act, one.by, one.about) for one in events if one.act == "confirmed"]


def test_the_resident_who_comes_in_by_that_number_and_shows_who_she_is_confirms_it_once(
    avklart: Avklart, family: Family, provider: StrictProvider
) -> None:
    browser = visitor(avklart, family, family.aase)
    base = f"/nb/avtale/{family.agreement}"
    page = browser.get(f"{base}/deltakere")
    assert "Nummeret ditt er ikke kontrollert" in page.text
    assert page.one(f"form[action='/id/inn?neste={base}/deltakere']")
    for _ in range(2):
        come_in(browser, provider, "ola", neste=f"{base}/")
    assert is_confirmed(avklart, family, family.aase)
    assert acts(avklart, family) == [("confirmed", family.aase, family.aase)]
    assert "Nummeret ditt er ikke kontrollert" not in browser.get(f"{base}/deltakere").text
    assert not is_confirmed(avklart, family, family.per)


def test_whoever_has_shown_that_they_are_another_party_confirms_nothing_for_the_resident(
    avklart: Avklart, family: Family, provider: StrictProvider
) -> None:
    come_in(visitor(avklart, family, family.per), provider, "ola")
    assert is_confirmed(avklart, family, family.per)
    come_in(visitor(avklart, family, family.aase), provider, "ola", status=403)
    assert not is_confirmed(avklart, family, family.aase)


def test_a_resident_who_is_no_party_comes_in_as_before(avklart: Avklart, provider: StrictProvider) -> None:
    with avklart.database.writing() as session:
        family = agreements.start(session)
    stranger = Browser(avklart)
    come_in(stranger, provider, "eva")
    assert acts(avklart, family) == []
