"""Answering alone in a real browser: taps counted, with and without scripts, without a net, and axe at each step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import agreements as factory
from tests.factories.agreements import Family
from tests.factories.people import Browser
from tests.house.everybody import Person, begin_session
from tests.journeys.checks import check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.hands import Thumb
from tests.journeys.pages import FJORDVIK
from webapp.agreements import catalogue, queries
from webapp.agreements.actions import people
from webapp.agreements.domain.starting import Theme
from webapp.app import Avklart
from webapp.identity.domain.sessions import Kind
from webapp.kernel.clock import SystemClock
from webapp.kernel.permission import Assurance, Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
MOST = {"kari": 29, "aase": 29, "per": 29}
"""Taps of the answering part, out of the whole budget of each (agreement-flow.md)."""


@pytest.fixture
def family(backstage: Avklart) -> Family:
    """A family who have said yes, with the twelve tasks of living at home."""
    at = SystemClock().now()
    with (
        backstage.flask.test_request_context("/nb/", base_url=f"http://{FJORDVIK}"),
        backstage.database.writing() as session,
    ):
        backstage.flask.preprocess_request()
        found = factory.start(session, at=at)
        row = found.row(session)
        people.add_tasks(session, row, catalogue.starter(Theme.HOME), by=found.kari)
        factory.join_all(session, found, at=at)
    return found


def come_in(page: Page, site: Site, backstage: Avklart, family: Family, party: str) -> str:
    """Give the browser the session of a party; answer the address of the agreement."""
    with backstage.database.reading() as session:
        invitation = family.party(session, party).invitation or ""
    plain = Browser(backstage)
    person = Person("fjordvik", invitation, Kind.PARTY, Assurance.CODE, Role.PARTY)
    begin_session(plain, person, at=SystemClock().now())
    page.context.add_cookies([{"name": plain.cookie_name, "value": plain.cookie(), "url": site.url(FJORDVIK + "/")}])
    return site.url(f"{FJORDVIK}/nb/avtale/{family.agreement}")


@pytest.mark.parametrize("sitting", [("kari", True), ("kari", False), ("aase", False), ("per", True)])
def test_answering_takes_few_taps(
    site: Site,
    backstage: Avklart,
    visit: Visit,
    family: Family,
    sitting: tuple[str, bool],
) -> None:
    who, has_scripts = sitting
    page = visit(java_script_enabled=has_scripts)
    base = come_in(page, site, backstage, family, getattr(family, who))
    thumb = Thumb(page)
    if who == "kari":
        page.goto(f"{base}/oppgaver")
        with page.expect_navigation():
            page.get_by_role("link", name="Neste", exact=True).click()
        thumb.taps += 1
    else:
        page.goto(f"{base}/viktig")
    while not page.url.endswith("/svar/kontroll"):
        thumb.answer_all()
        if has_scripts and who == "kari":
            check_on_phone(page, "nb")
        thumb.go("Neste")
    thumb.go("Jeg er ferdig med svarene")
    expect(page.locator("h1")).to_have_text("Takk, svarene dine er sendt")
    expect(page.locator("main")).to_contain_text("Venter på")
    assert thumb.taps <= MOST[who], thumb.taps


def test_a_page_of_tasks_fits_every_screen(site: Site, backstage: Avklart, visit: Visit, family: Family) -> None:
    page = visit()
    base = come_in(page, site, backstage, family, family.kari)
    page.goto(f"{base}/svar/1")
    check_sizes(page)


def test_what_is_answered_without_a_net_stays_in_the_page_and_is_sent_when_the_net_is_back(
    site: Site, backstage: Avklart, visit: Visit, family: Family
) -> None:
    page = visit()
    base = come_in(page, site, backstage, family, family.kari)
    page.goto(f"{base}/svar/1")
    page.locator("label").get_by_text("Jeg, fast", exact=True).first.click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Neste", exact=True).click()
    expect(page.locator("[data-unsent]")).to_contain_text("Ikke sendt ennå")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    with page.expect_navigation():
        page.context.set_offline(False)
    expect(page).to_have_url(f"{base}/svar/2")
    with backstage.database.reading() as session:
        assert len(queries.answers(session, family.row(session, is_held=False), family.kari)) == 1


def test_one_tap_takes_the_place_of_what_it_excludes(
    site: Site, backstage: Avklart, visit: Visit, family: Family
) -> None:
    page = visit()
    page.goto(f"{come_in(page, site, backstage, family, family.kari)}/svar/1")
    task = page.locator("fieldset.task").first
    for words in ("Jeg, fast", "Kommunen", "Trengs ikke"):
        task.get_by_label(words, exact=True).check()
    assert [one.get_attribute("value") for one in task.locator("input:checked").all()] == ["not_needed"]
