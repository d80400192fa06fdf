"""A reader says whether a page answered, by keyboard with scripts, and without them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.checks import Watcher, broken_rules
from tests.journeys.conftest import Site
from tests.journeys.pages import BY_NAME, FJORDVIK
from tests.journeys.test_accessibility import WHOLE
from tests.journeys.test_keyboard import past_the_head, step_to

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
PART = "#fant-du-svaret"


def test_by_keyboard_a_reader_says_no_and_why_and_the_page_stays_where_it_is(site: Site, visit: Visit) -> None:
    page = visit()
    watcher = Watcher(page)
    address = site.page(BY_NAME["entry"], "nb")
    page.goto(address)
    past_the_head(page)
    step_to(page, f"{PART} form:nth-of-type(2) button")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PART}-tittel")).to_have_text("Svaret ditt er talt")
    expect(page.locator(f"{PART}-tittel")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Svaret ditt er talt")
    assert broken_rules(page, WHOLE) == []
    step_to(page, f"{PART} button")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PART} .error-summary")).to_be_focused()
    assert broken_rules(page, WHOLE) == []
    step_to(page, f"{PART} textarea")
    page.keyboard.type("Hvem ringer jeg om natta?")
    step_to(page, f"{PART} button")
    page.keyboard.press("Enter")
    expect(page.locator(f"{PART}-tittel")).to_have_text("En redaktør leser det du skrev")
    assert page.url.removesuffix("#innhold") == address
    assert page.context.cookies() == []
    watcher.check()


def test_without_scripts_a_reader_answers_and_suggests_a_page_after_a_search(site: Site, visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto(site.url(f"{FJORDVIK}/nb/tjenester/hjemmesykepleie"))
    page.get_by_role("button", name="Nei", exact=True).click()
    expect(page.locator("h1")).to_have_text("Takk")
    page.get_by_role("link", name="Tilbake til siden").click()
    page.wait_for_url("**/nb/tjenester/hjemmesykepleie")
    page.goto(site.url(f"{FJORDVIK}/nb/sok?q=qwertzuiop"))
    page.get_by_role("link", name="Foreslå at vi skriver om det").click()
    assert page.get_by_label("Hva lette du etter?").input_value() == "qwertzuiop"
    page.get_by_role("button", name="Send forslaget").click()
    expect(page.locator("h1")).to_have_text("Takk")
