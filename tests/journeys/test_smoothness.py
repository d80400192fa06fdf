"""What a script makes smoother, and what happens where it cannot: htmx, the way out of sensitive pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Site
from tests.journeys.pages import BY_NAME, FJORDVIK

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

LEAVE = """() => {
  document.querySelector("[data-quick-exit]").click();
  return document.documentElement.textContent;
}"""
KEPT = "window.keptSinceTheBeginning = true"
IS_KEPT = "window.keptSinceTheBeginning === true"


def asked(page: Page) -> str:
    """Answer the query in the address."""
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def search(page: Page, words: str) -> None:
    """Write in the field and press Enter."""
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")


def kill_fragments(route: Route) -> None:
    """Let no htmx request through, as if the network were gone for a moment."""
    if "hx-request" in route.request.headers:
        route.abort()
    else:
        route.continue_()


def test_a_search_puts_the_results_in_their_place_and_loads_no_page(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/sok"))
    page.evaluate(KEPT)
    search(page, "rullator")
    expect(page.locator(".results__number")).to_contain_text("«rullator»")
    assert page.evaluate(IS_KEPT), "the whole page was loaded"
    assert asked(page) == "rullator"
    assert page.evaluate("document.activeElement.id") == "q", "the focus went away from where the reader is"
    expect(page.locator("#status")).to_contain_text("«rullator»")


def test_a_task_is_answered_in_its_place(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["tasks"], "nb"))
    page.evaluate(KEPT)
    search(page, "snø")
    expect(page.locator(".answers .answer").first).to_contain_text("Kommunen gjør vanligvis ikke dette.")
    assert page.evaluate(IS_KEPT)
    assert asked(page) == "snø"
    expect(page.locator("#status")).to_contain_text("svar")


def test_back_brings_the_earlier_results_and_the_page_goes_on_working(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/sok?q=rullator"))
    expect(page.locator(".results__number")).to_contain_text("«rullator»")
    search(page, "ensom")
    expect(page.locator(".results__number")).to_contain_text("«ensom»")
    page.go_back()
    expect(page.locator(".results__number")).to_contain_text("«rullator»")
    assert asked(page) == "rullator"
    expect(page.locator("#q")).to_have_value("rullator")
    assert page.locator("main").count() == 1
    page.go_forward()
    expect(page.locator(".results__number")).to_contain_text("«ensom»")
    search(page, "snø")
    expect(page.locator(".results__number")).to_contain_text("«snø»")
    expect(page.locator("#status")).to_contain_text("«snø»")


def test_a_search_that_does_not_get_through_goes_the_plain_way(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/sok"))
    page.evaluate(KEPT)
    page.route("**/nb/sok?*", kill_fragments)
    search(page, "rullator")
    expect(page.locator(".results__number")).to_contain_text("«rullator»")
    assert not page.evaluate(IS_KEPT), "the results came without the plain form"


def test_a_search_that_the_server_fails_goes_the_plain_way(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/sok"))

    def fail(route: Route) -> None:
        if "hx-request" in route.request.headers:
            route.fulfill(status=503, body="<p>no</p>", content_type="text/html")
        else:
            route.continue_()

    page.route("**/nb/sok?*", fail)
    search(page, "rullator")
    expect(page.locator(".results__number")).to_contain_text("«rullator»")


def test_suggestions_that_do_not_come_take_nothing_away(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["home"], "nb"))
    page.route("**/nb/sok/forslag?*", lambda route: route.abort())
    with page.expect_request("**/nb/sok/forslag?*"):
        page.locator("#q").press_sequentially("rullator")
    expect(page.locator("#q")).to_have_value("rullator")
    page.locator("#q").press("Enter")
    expect(page.locator(".results__number")).to_contain_text("«rullator»")


def test_escape_closes_the_suggestions_and_keeps_the_words(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["home"], "nb"))
    page.locator("#q").press_sequentially("rullator")
    expect(page.locator(".suggestions a").first).to_be_visible()
    page.locator(".suggestions a").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_have_count(0)
    expect(page.locator("#q")).to_have_value("rullator")


def test_leaving_quickly_empties_the_page_and_leaves_the_history(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.route("https://www.yr.no/**", lambda route: route.fulfill(body="<h1>Yr</h1>", content_type="text/html"))
    home = site.page(BY_NAME["home"], "nb")
    page.goto(home)
    page.goto(site.page(BY_NAME["sensitive entry"], "nb"))
    left = page.evaluate(LEAVE)
    assert left == "", "the page is still there while the other one is on its way"
    page.wait_for_url("https://www.yr.no/")
    page.go_back()
    page.wait_for_url(home)
    assert page.locator("h1").inner_text() == "Hva lurer du på?"


def test_leaving_quickly_is_a_plain_link_without_scripts(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.route("https://www.yr.no/**", lambda route: route.fulfill(body="<h1>Yr</h1>", content_type="text/html"))
    page.goto(site.page(BY_NAME["young"], "nb"))
    page.get_by_role("link", name="Forlat siden raskt").click()
    page.wait_for_url("https://www.yr.no/")
