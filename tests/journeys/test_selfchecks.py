"""A self-check as it is taken: on a phone, in three languages, without scripts, by keyboard, left, gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.checks import Watcher, check_on_phone, check_sizes, check_thrift
from tests.journeys.conftest import Site
from tests.journeys.pages import DALSBYGD, FJORDVIK
from tests.journeys.private import PATIENCE
from tests.journeys.test_keyboard import step, step_to

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

COOKIE = "avklart-kladd"
NEXT = "main form.question button"
CHECKED = "main input:checked"
RADIO = "main input[type=radio]"
PICTURE = "figure.score svg[role=img]"
OTHERS = "https://www.yr.no/"


def open_check(page: Page, site: Site, slug: str, language: str = "nb") -> None:
    """Go from the list to the first question, as a reader does."""
    host = DALSBYGD if language == "nn" else FJORDVIK
    page.goto(site.url(f"{host}/{language}/selvsjekk/"))
    page.locator(f"main a[href$='/selvsjekk/{slug}']").first.click()
    page.locator("main a.ds-button").click()
    page.wait_for_url(f"**/{language}/selvsjekk/{slug}/sporsmal/1")


def answer(page: Page, value: str) -> None:
    """Choose an answer, and go on."""
    page.locator(f"main input[value='{value}']").check()
    with page.expect_navigation():
        page.locator(NEXT).click()


def at(page: Page) -> str:
    """Answer the last part of the address: the number of the question, or the result."""
    return page.url.rsplit("/", 1)[-1]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_whole_check_on_a_phone_is_for_everybody(site: Site, visit: Callable[..., Page], language: str) -> None:
    page = visit(locale=f"{language}-NO")
    watcher = Watcher(page)
    open_check(page, site, "fallfeller", language)
    check_on_phone(page, language)
    for _ in range(11):
        answer(page, "no")
    assert at(page) == "12"
    answer(page, "yes")
    check_on_phone(page, language)
    check_thrift(page)
    answer(page, "yes")
    assert at(page) == "resultat"
    expect(page.locator("main article > *").first).to_have_attribute("role", "alert")
    check_on_phone(page, language)
    if language == "nb":
        check_sizes(page)
    watcher.check()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_survey_is_for_everybody_from_the_first_question_to_the_thanks(
    site: Site, visit: Callable[..., Page], language: str
) -> None:
    page = visit(locale=f"{language}-NO")
    watcher = Watcher(page)

    def look() -> None:
        check_on_phone(page, language)
        if language == "nb":
            check_sizes(page)

    host = DALSBYGD if language == "nn" else FJORDVIK
    page.goto(site.url(f"{host}/{language}/selvsjekk/erfaring"))
    look()
    page.locator("main a.ds-button").click()
    page.wait_for_url("**/sporsmal/1")
    look()
    answer(page, "resident")
    for _ in range(6):
        answer(page, "agree")
    look()
    page.locator("main textarea").fill("Ring før dere kommer.")
    with page.expect_navigation():
        page.locator(NEXT).click()
    assert at(page) == "resultat"
    look()
    with page.expect_navigation():
        page.locator("main form.form button.ds-button").first.click()
    assert at(page) == "takk"
    look()
    watcher.check()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_result_beside_an_earlier_one_is_for_everybody(
    site: Site, visit: Callable[..., Page], tmp_path: Path, language: str
) -> None:
    page = visit(locale=f"{language}-NO")
    watcher = Watcher(page)
    open_check(page, site, "who5", language)
    for value in "32323":
        answer(page, value)
    with page.expect_download() as kept:
        page.locator("main a[href$='resultat.json']").click()
    earlier, wrong = tmp_path / "before.json", tmp_path / "wrong.json"
    kept.value.save_as(earlier)
    wrong.write_text("{}", encoding="utf-8")
    for file in (wrong, earlier):
        page.locator("input[type=file]").set_input_files(file)
        with page.expect_navigation():
            page.locator("form:has(input[type=file]) button").click()
        check_on_phone(page, language)
        if language == "nb":
            check_sizes(page)
    expect(page.locator("figure.score")).to_have_count(2)
    watcher.check()


@pytest.mark.parametrize(("slug", "number"), [("hva-er-viktig", 1), ("hva-er-viktig", 2), ("who5", 1), ("vaner", 1)])
def test_a_question_of_every_kind_fits_every_screen(
    site: Site, visit: Callable[..., Page], slug: str, number: int
) -> None:
    page = visit()
    open_check(page, site, slug)
    for _ in range(number - 1):
        with page.expect_navigation():
            page.locator(NEXT).click()
    check_on_phone(page, "nb")
    check_sizes(page)


def test_without_scripts_a_check_leads_to_its_result(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    open_check(page, site, "fallfeller")
    for _ in range(11):
        answer(page, "no")
    with page.expect_navigation():
        page.locator(NEXT).click()
    assert at(page) == "resultat"
    expect(page.locator("main article")).to_contain_text("Du lot noe stå åpent")
    expect(page.locator("main h1")).to_have_text("Dette sier svarene dine")


def test_the_picture_of_the_score_says_in_words_what_it_shows(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "who5")
    for value in ("3", "3", "3", "2", "2"):
        answer(page, value)
    expect(page.locator(PICTURE)).to_have_attribute("aria-label", "52 av 100")
    expect(page.locator("figure.score figcaption")).to_have_text("52 av 100")
    assert page.get_by_role("img", name="52 av 100").count() == 1
    assert page.locator("figure.score .score__part.is-here").count() == 1
    assert page.locator("main section.short-answer h2").inner_text() != ""


def test_the_keyboard_alone_leads_through_a_check(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/selvsjekk/who5"))
    step_to(page, "main a.ds-button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sporsmal/1")
    for number in range(1, 6):
        step_to(page, RADIO)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.locator(CHECKED).get_attribute("value") == page.locator(RADIO).first.get_attribute("value")
        step_to(page, NEXT)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/sporsmal/{number + 1}" if number < 5 else "**/resultat")
    stops = 0
    while step(page):
        stops += 1
    assert stops > 8


def test_going_back_keeps_the_answers(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "fallfeller")
    answer(page, "yes")
    answer(page, "no")
    assert at(page) == "3"
    page.go_back()
    expect(page.locator(CHECKED)).to_have_value("no")
    page.go_back()
    expect(page.locator(CHECKED)).to_have_value("yes")
    page.reload()
    expect(page.locator(CHECKED)).to_have_value("yes")
    answer(page, "no")
    expect(page.locator(CHECKED)).to_have_value("no")
    answer(page, "no")
    assert at(page) == "3"


def test_the_language_is_changed_at_the_same_question(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "fallfeller")
    answer(page, "yes")
    answer(page, "yes")
    page.go_back()
    page.locator("header a[hreflang=en]").click()
    page.wait_for_url("**/en/selvsjekk/fallfeller/sporsmal/2")
    expect(page.locator(CHECKED)).to_have_value("yes")
    answer(page, "no")
    page.locator("header a[hreflang=nn]").click()
    page.wait_for_url("**/nn/selvsjekk/fallfeller/sporsmal/3")
    expect(page.locator("main .quiet").first).to_contain_text("3 av 12")


def test_two_tabs_fill_in_the_same_answers(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "fallfeller")
    answer(page, "no")
    other = page.context.new_page()
    other.goto(page.url)
    answer(page, "no")
    answer(page, "no")
    answer(other, "yes")
    expect(other.locator("main .quiet").first).to_contain_text("3 av 12")
    expect(other.locator(CHECKED)).to_have_value("no")
    page.goto(site.url(f"{FJORDVIK}/nb/selvsjekk/fallfeller/sporsmal/2"))
    expect(page.locator(CHECKED)).to_have_value("yes")


def test_two_tabs_that_began_before_there_was_an_answer_do_so_too(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "fallfeller")
    other = page.context.new_page()
    other.goto(page.url)
    answer(page, "no")
    answer(other, "yes")
    assert at(other) == "2"
    page.go_back()
    page.reload()
    expect(page.locator(CHECKED)).to_have_value("yes")


def test_a_red_flag_is_shown_at_once_and_goes_when_the_answer_is_changed(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    open_check(page, site, "parorendebelastning")
    flag = page.locator(".emergency-box[role=alert]")
    for _ in range(9):
        answer(page, "0")
    expect(flag).to_have_count(0)
    answer(page, "1")
    assert at(page) == "11"
    expect(flag).to_be_visible()
    expect(flag.locator("ul a").first).to_have_attribute("href", "tel:113")
    page.go_back()
    answer(page, "0")
    expect(flag).to_have_count(0)


@pytest.mark.parametrize("java_script", [True, False])
def test_leaving_quickly_deletes_everything(
    site: Site,
    visit: Callable[..., Page],
    java_script: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    page = visit(java_script_enabled=java_script)
    page.route(f"{OTHERS}**", lambda route: route.fulfill(body="<h1>Yr</h1>", content_type="text/html"))
    open_check(page, site, "fallfeller")
    answer(page, "yes")
    kept = [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE]
    assert len(kept) == 1
    page.locator("[data-quick-exit]").click()
    page.wait_for_url(f"{OTHERS}**")
    wait_until_gone(page)
    page.context.add_cookies(kept)  # type: ignore[arg-type]
    page.goto(site.url(f"{FJORDVIK}/nb/selvsjekk/fallfeller/sporsmal/2"))
    assert at(page) == "1"
    assert page.locator(CHECKED).count() == 0


def wait_until_gone(page: Page) -> None:
    """Wait until the browser no longer has what opens the answers: what takes it may still be on its way."""
    deadline = time.monotonic() + PATIENCE
    while any(cookie["name"] == COOKIE for cookie in page.context.cookies()):
        assert time.monotonic() < deadline, "the browser still has what opens the answers"
        Event().wait(0.05)


def test_what_is_saved_is_gone_on_with_in_another_browser(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "fallfeller")
    answer(page, "yes")
    answer(page, "no")
    with page.expect_navigation():
        page.locator("form[action$='/lagre'] button").click()
    check_on_phone(page, "nb")
    link = page.locator(".typed a").get_attribute("href") or ""
    other = visit(java_script_enabled=False)
    other.goto(link)
    with other.expect_navigation():
        other.locator("main form.press button").first.click()
    assert at(other) == "3"
    other.go_back()
    other.goto(link.split("/nb/")[0] + "/nb/selvsjekk/fallfeller/sporsmal/1")
    expect(other.locator(CHECKED)).to_have_value("yes")


def test_finishing_deletes_what_was_filled_in(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    open_check(page, site, "who5")
    answer(page, "3")
    with page.expect_navigation():
        page.locator("form[action$='/slett'] button").click()
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE] == []
    page.go_back()
    page.goto(site.url(f"{FJORDVIK}/nb/selvsjekk/who5/sporsmal/2"))
    assert at(page) == "1"
