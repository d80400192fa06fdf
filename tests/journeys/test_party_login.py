"""Invited parties come in on a phone: a link, a code by SMS; and out in a hurry, with no way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories.site import until
from tests.journeys.checks import STORED, Watcher
from tests.journeys.conftest import Site
from tests.journeys.private import (
    NUMBER,
    SESSIONS,
    code_sent,
    come_in_as_party,
    is_out,
    new_party,
    path_sent,
    press,
    send_link,
)
from tests.journeys.test_keyboard import past_the_head, step, step_to
from tests.journeys.test_smoothness import LEAVE
from webapp.app import Avklart

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

JOIN = "/nb/avtale/kode"
WEATHER = "https://www.yr.no/"
INSIDE = "Hvor du er logget inn"
REFUSED = "Koden er feil, for gammel eller allerede brukt. Se over den, eller be om en ny."


def other_than(code: str) -> str:
    """Answer a code that is wrong by one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def answer_weather(page: Page) -> None:
    """Let the page about the weather be one of the test's own: no test asks the world outside."""

    def answer(route: Route) -> None:
        route.fulfill(body="<title>Yr</title><h1>Yr</h1>", content_type="text/html")

    page.context.route(f"{WEATHER}**", answer)


@pytest.mark.parametrize("java_script", [True, False])
def test_a_link_and_a_code_lead_in_past_a_wrong_one(
    site: Site,
    backstage: Avklart,
    visit: Callable[..., Page],
    java_script: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    page, party = visit(java_script_enabled=java_script), new_party(backstage)
    watcher = Watcher(page)
    page.goto(site.url(NUMBER + path_sent(site, party.email)))
    assert page.context.cookies() == [], "opening the link began something"
    press(page, "Send meg en kode")
    expect(page.locator("main")).to_contain_text("på SMS")
    code = code_sent(site, party)
    page.locator("#code").fill(other_than(code))
    press(page, "Bekreft koden")
    expect(page.locator("#code-error")).to_contain_text(REFUSED)
    expect(page.locator("#feil")).to_be_focused()
    page.locator("#code").fill(f"{code[:3]} {code[3:]}")
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text(INSIDE)
    expect(page.locator(".session-list li")).to_have_count(1)
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"]
    watcher.check()


def test_the_field_of_the_code_takes_what_the_telephone_offers(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage)
    page.goto(site.url(NUMBER + party.path))
    press(page, "Send meg en kode")
    field = page.locator("#code")
    assert field.get_attribute("autocomplete") == "one-time-code"
    assert field.get_attribute("inputmode") == "numeric"
    assert field.get_attribute("maxlength") is None, "a code that is pasted with spaces is not cut off"


def test_the_keyboard_alone_leads_in(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, party = visit(), new_party(backstage)
    page.goto(site.url(NUMBER + party.path))
    past_the_head(page)
    step_to(page, "main form.press button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    past_the_head(page)
    step_to(page, "#code")
    code = code_sent(site, party)
    page.keyboard.type(other_than(code))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert step(page)
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(INSIDE)


def test_a_newer_code_counts_and_the_older_one_no_more(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage)
    page.goto(site.url(NUMBER + party.path))
    press(page, "Send meg en kode")
    older = code_sent(site, party)
    press(page, "Send ny kode")
    expect(page.locator(".notice")).to_have_text("Du har fått en nyere kode. Den gamle gjelder ikke lenger.")
    newer = code_sent(site, party, but=[older])
    page.locator("#code").fill(older)
    press(page, "Bekreft koden")
    expect(page.locator("#code-error")).to_be_visible()
    page.locator("#code").fill(newer)
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text(INSIDE)


def test_whoever_cannot_be_sent_a_code_is_told_to_ring_and_offered_none(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage, has_telephone=False)
    page.goto(site.url(NUMBER + party.path))
    expect(page.get_by_role("button", name="Send meg en kode")).to_have_count(0)
    press(page, "Skriv inn koden")
    expect(page.locator("main .lead")).to_contain_text("Ring oss")
    expect(page.get_by_role("button", name="Send ny kode")).to_have_count(0)


def test_not_me_is_one_press_and_leads_to_no_dead_end(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage)
    page.goto(site.url(NUMBER + party.path))
    press(page, "Ikke meg")
    expect(page.locator("h1")).to_have_text("Takk for at du sa fra")
    expect(page.locator("header a[hreflang]")).to_have_count(0)
    expect(page.locator("main .call a")).to_be_visible()


def test_an_old_link_sends_a_new_one_without_anybodys_help(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage)
    first = path_sent(site, party.email)
    page.goto(site.url(f"{NUMBER}{first[:-3]}"))
    expect(page.locator("h1"), "a link that was cut off").to_have_text("Denne lenken virker ikke lenger")
    page.goto(site.url(NUMBER + first))
    send_link(backstage, party)
    second = path_sent(site, party.email, but=[first])
    press(page, "Send meg en kode")
    expect(page.locator("h1")).to_have_text("Denne lenken virker ikke lenger")
    press(page, "Send ny lenke")
    expect(page.locator("h1")).to_have_text("Se i meldingene dine")
    page.goto(site.url(NUMBER + path_sent(site, party.email, but=[first, second])))
    press(page, "Send meg en kode")
    page.locator("#code").fill(code_sent(site, party))
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text(INSIDE)


def test_a_joining_code_leads_to_a_code_and_in_and_a_wrong_one_looks_alike(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, wrong, party = visit(), visit(), new_party(backstage)
    for browser, code in ((page, party.invited.joining_code), (wrong, "AAAA-BBBB")):
        browser.goto(site.url(NUMBER + JOIN))
        browser.locator("#code").fill(code.lower())
        press(browser, "Gå videre")
    assert page.locator("main").inner_text() == wrong.locator("main").inner_text()
    page.locator("#code").fill(code_sent(site, party))
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text(INSIDE)


def test_whoever_presses_in_two_tabs_is_in_once(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, party = visit(), new_party(backstage)
    page.goto(site.url(NUMBER + party.path))
    press(page, "Send meg en kode")
    second = page.context.new_page()
    second.goto(site.url(f"{NUMBER}/nb/avtale/bekreft"))
    code = code_sent(site, party)
    for tab in (page, second):
        tab.locator("#code").fill(code)
        press(tab, "Bekreft koden")
    for tab in (page, second):
        tab.goto(site.url(NUMBER + SESSIONS))
        expect(tab.locator("h1")).to_have_text(INSIDE)
        expect(tab.locator(".session-list li")).to_have_count(1)


def test_leaving_quickly_empties_the_page_ends_the_session_and_leaves_no_way_back(
    site: Site, backstage: Avklart, visit: Callable[..., Page]
) -> None:
    page, party = visit(), new_party(backstage)
    answer_weather(page)
    come_in_as_party(page, site, party)
    assert page.evaluate(STORED) == [0, 0, "", 0]
    left = page.evaluate(LEAVE)
    assert left == "", "the page is still there while the other one is on its way"
    page.wait_for_url(WEATHER)
    assert until(lambda: is_out(backstage, party.invited.id)), "the session goes on"
    page.go_back()
    expect(page.locator("h1")).not_to_have_text(INSIDE)
    expect(page.locator(".session-list")).to_have_count(0)
    page.goto(site.url(NUMBER + SESSIONS))
    expect(page.locator("h1")).to_have_text("Logg inn")
    assert page.context.cookies() == []


def test_leaving_quickly_works_without_scripts(site: Site, backstage: Avklart, visit: Callable[..., Page]) -> None:
    page, party = visit(java_script_enabled=False), new_party(backstage)
    answer_weather(page)
    come_in_as_party(page, site, party)
    page.get_by_role("button", name="Forlat siden raskt").click()
    page.wait_for_url(WEATHER)
    page.goto(site.url(NUMBER + SESSIONS))
    expect(page.locator("h1")).to_have_text("Logg inn")
