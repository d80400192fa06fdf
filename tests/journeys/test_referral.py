"""From the phone to the caseworker and back: written, sent, answered, read; with and without scripts (HE-1, HE-2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.checks import Watcher, check_on_phone, check_sizes, check_thrift
from tests.journeys.conftest import Site
from tests.journeys.pages import DALSBYGD, FJORDVIK
from tests.journeys.private import NUMBER, find_sent, press, write_password
from tests.journeys.test_keyboard import past_the_head, step_to
from webapp.identity import demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

WORDS = {
    "nb": {"next": "Neste", "send": "Send til kommunen", "call": "Ring meg", "see": "Se hvordan det går"},
    "nn": {"next": "Neste", "send": "Send til kommunen", "call": "Ring meg", "see": "Sjå korleis det går"},
    "en": {"next": "Next", "send": "Send to the municipality", "call": "Ring me", "see": "See how it goes"},
}
HOSTS = {"nb": NUMBER, "nn": DALSBYGD, "en": FJORDVIK}
TEXT = "Jeg har falt to ganger, og er redd for å dusje alene."
_numbers = count(1)


def mobile() -> str:
    """Answer a number that no other test uses."""
    return f"90{next(_numbers):06d}"


def fill_in(page: Page, language: str, telephone: str, look: Callable[[], None]) -> None:
    """Walk through the screens to the check, looking at each."""
    words = WORDS[language]
    look()
    page.locator("input[name=whom]").first.check()
    press(page, words["next"])
    look()
    page.locator("input[name=topics][value=falls]").check()
    press(page, words["next"])
    look()
    page.locator("#words").fill(TEXT)
    page.locator("#what_matters").fill("Å bo hjemme")
    press(page, words["next"])
    look()
    page.locator("#name").fill("Åse Bjørnstad")
    page.locator("input[name=contact][value=message]").check()
    page.locator("#telephone").fill(telephone)
    press(page, words["next"])
    look()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_screen_from_the_first_question_to_the_receipt_is_for_everybody(
    site: Site, visit: Callable[..., Page], language: str
) -> None:
    page = visit(locale="nn-NO" if language == "nn" else "nb-NO")
    watcher = Watcher(page)

    def look() -> None:
        check_on_phone(page, language)
        check_thrift(page)
        check_sizes(page)

    page.goto(site.url(f"{HOSTS[language]}/{language}/henvendelse/ny?tjeneste=trygghetsalarm"))
    fill_in(page, language, mobile(), look)
    expect(page.locator(".summary-list")).to_contain_text(TEXT)
    press(page, WORDS[language]["send"])
    look()
    expect(page.locator(".reference")).to_have_text(re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$"))
    page.goto(site.url(f"{HOSTS[language]}/{language}/ring-meg"))
    look()
    press(page, WORDS[language]["call"])
    look()
    expect(page.locator("#feil")).to_be_focused()
    watcher.check()


@pytest.mark.parametrize("java_script", [True, False])
def test_what_is_sent_from_a_phone_is_answered_by_a_caseworker_and_read_on_the_phone(
    site: Site,
    visit: Callable[..., Page],
    java_script: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    page, desk, telephone = visit(java_script_enabled=java_script), visit(width=1280, height=900), mobile()
    page.goto(site.url(f"{NUMBER}/nb/henvendelse/ny"))
    fill_in(page, "nb", telephone, lambda: None)
    press(page, "Send til kommunen")
    reference = page.locator(".reference").inner_text()

    desk.goto(site.url(f"{NUMBER}/innlogging"))
    write_password(desk, "saksbehandler@fjordvik.example", demo.PASSWORD)
    desk.goto(site.url(f"{NUMBER}/saker/"))
    with desk.expect_navigation():
        desk.locator("main li", has_text=reference).get_by_role("link").first.click()
    expect(desk.locator("main")).to_contain_text(TEXT)
    press(desk, "Ta saken")
    desk.locator("main textarea").first.fill("Vi kommer på besøk tirsdag.")
    press(desk, "Svar innbyggeren")

    with page.expect_navigation():
        page.get_by_role("link", name="Se hvordan det går").last.click()
    expect(page.locator("#reference")).to_have_value(reference)
    press(page, "Send meg en kode")
    code = find_sent(site.data / "sms", telephone, r"\b\d{6}\b", ())
    page.locator("#code").fill(code)
    press(page, "Bekreft koden")
    expect(page.locator("h1")).to_have_text("Besvart")
    expect(page.locator("main")).to_contain_text("Vi kommer på besøk tirsdag.")
    expect(page.locator("main")).to_contain_text("Sigrid Saksbehandler")
    page.locator("#words").fill("Tirsdag passer fint.")
    press(page, "Send")
    expect(page.locator("h1")).to_have_text("Blir behandlet")
    with page.expect_navigation():
        page.get_by_role("link", name="Trekk det tilbake").click()
    press(page, "Trekk tilbake")
    expect(page.locator("h1")).to_have_text("Du har trukket det tilbake")


def test_a_double_click_and_back_send_once(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{NUMBER}/nb/henvendelse/ny"))
    fill_in(page, "nb", mobile(), lambda: None)
    with page.expect_navigation(url=re.compile("kvittering")):
        page.get_by_role("button", name="Send til kommunen").dblclick()
    reference = page.locator(".reference").inner_text()
    page.go_back()
    page.reload()
    expect(page.locator(".reference")).to_have_text(reference)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_date_of_an_offer_and_a_result_that_goes_along_are_for_everybody(
    site: Site, visit: Callable[..., Page], language: str
) -> None:
    """The offer with its dates, the screen that asks which, and the check that asks which result."""
    page = visit(locale=f"{language}-NO")
    watcher = Watcher(page)

    def look() -> None:
        check_on_phone(page, language)
        if language == "nb":
            check_sizes(page)

    page.goto(site.url(f"{FJORDVIK}/{language}/selvsjekk/osss3/sporsmal/1"))
    for value in "234":
        page.locator(f"main input[value='{value}']").check()
        with page.expect_navigation():
            page.locator("main form.question button").click()
    page.goto(site.url(f"{FJORDVIK}/{language}/tilbud/parorendeskole-demens"))
    look()
    page.goto(site.url(f"{FJORDVIK}/{language}/henvendelse/ny?tilbud=parorendeskole-demens"))
    fill_in(page, language, mobile(), lambda: None)
    page.go_back()
    page.go_back()
    expect(page.locator("input[name=offer_date]").first).to_be_visible()
    look()
    page.goto(site.url(f"{FJORDVIK}/{language}/henvendelse/ny/se-over"))
    page.locator("input[name=attach][value=osss3]").check()
    look()
    press(page, WORDS[language]["send"])
    expect(page.locator(".reference")).to_be_visible()
    watcher.check()


def test_back_and_another_language_keep_what_was_written(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{NUMBER}/nb/henvendelse/ny"))
    fill_in(page, "nb", mobile(), lambda: None)
    for _ in range(2):
        page.go_back()
    page.reload()
    expect(page.locator("#words")).to_have_value(TEXT)
    with page.expect_navigation():
        page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Tell briefly")
    expect(page.locator("#words")).to_have_value(TEXT)


def test_the_keyboard_alone_asks_to_be_rung(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{NUMBER}/nb/ring-meg"))
    past_the_head(page)
    step_to(page, "#name")
    page.keyboard.type("Ola Nordmann")
    step_to(page, "#telephone")
    page.keyboard.type("61 35 90 99")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vi har fått det")


def test_leaving_quickly_deletes_what_was_written(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.context.route("https://www.yr.no/**", lambda route: route.fulfill(body="Yr", content_type="text/html"))
    page.goto(site.url(f"{NUMBER}/nb/henvendelse/ny"))
    fill_in(page, "nb", mobile(), lambda: None)
    page.get_by_role("button", name="Forlat siden raskt").click()
    page.wait_for_url("https://www.yr.no/")
    page.goto(site.url(f"{NUMBER}/nb/henvendelse/ny/fortell"))
    expect(page.locator("h1")).to_have_text("Hvem gjelder det?")
