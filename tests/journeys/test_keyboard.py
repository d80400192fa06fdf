"""From a question to somebody who answers, with the keyboard alone; with scripts and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from tests.journeys.pages import BY_NAME

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

TYPO = "trygghetsalam"
FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 12)];
  const hit = document.elementFromPoint(x, y);
  const seen = hit !== null && (element.contains(hit) || hit.contains(element));
  return { name: element.outerHTML.slice(0, 120), ring, seen };
}"""


def step(page: Page) -> bool:
    """Press Tab; where the focus comes, its ring is seen and nothing lies above it (WCAG 2.4.7, 2.4.11).

    Answers False where the page has ended.
    """
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement === document.body"):
        return False
    focus = page.evaluate(FOCUS)
    assert focus["ring"], f"no ring around {focus['name']}"
    assert focus["seen"], f"something covers {focus['name']}"
    return True


def step_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what a selector names."""
    while step(page):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def past_the_head(page: Page) -> None:
    """Take the skip link, which is the first stop of every page."""
    step(page)
    assert page.evaluate("document.activeElement.matches('.ds-skip-link')")
    assert page.locator(".ds-skip-link").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'innhold'")


def open_link(page: Page) -> None:
    """Follow the link that has the focus."""
    address = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def to_the_telephone(page: Page) -> str:
    """Go on from the results: the first entry, its first service, the telephone; answer what it rings."""
    past_the_head(page)
    step_to(page, ".results h2 a[href*='/abc/']")
    open_link(page)
    assert page.locator("h1").inner_text() == "Trygghetsalarm"
    past_the_head(page)
    step_to(page, "main a[href*='/tjenester/']")
    open_link(page)
    past_the_head(page)
    step_to(page, "main .call a[href^='tel:']")
    return str(page.evaluate("document.activeElement.href"))


def test_the_keyboard_leads_from_a_misspelt_question_to_the_telephone(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["home"], "nb"))
    past_the_head(page)
    step_to(page, "#q")
    page.keyboard.type(TYPO)
    expect(page.locator(".suggestions a").first).to_have_text("Trygghetsalarm")
    expect(page.locator("#status")).to_contain_text("forslag")
    assert page.evaluate("document.activeElement.id") == "q", "the suggestions took the focus"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/nb/sok?q={TYPO}")
    assert to_the_telephone(page).startswith("tel:")


def test_without_scripts_the_same_way_leads_to_the_telephone(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.goto(site.page(BY_NAME["home"], "nb"))
    page.locator("#q").fill(TYPO)
    page.locator("#q").press("Enter")
    page.wait_for_url(f"**/nb/sok?q={TYPO}")
    page.locator(".results h2 a[href*='/abc/']").first.press("Enter")
    expect(page.locator("h1")).to_have_text("Trygghetsalarm")
    page.locator("main a[href*='/tjenester/']").first.press("Enter")
    page.wait_for_url("**/nb/tjenester/*")
    telephone = page.locator("main .call a").first.get_attribute("href")
    assert telephone is not None
    assert telephone.startswith("tel:")


def test_without_scripts_a_task_is_answered_and_the_staircase_opens(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.goto(site.page(BY_NAME["tasks"], "nb"))
    page.locator("#q").fill("snø")
    page.get_by_role("button", name="Se svaret").click()
    page.wait_for_url("**/nb/hvem-gjor-hva?q=*")
    expect(page.locator(".answers .answer").first).to_contain_text("Kommunen gjør vanligvis ikke dette.")
    page.goto(site.page(BY_NAME["staircase"], "nb"))
    steps = page.locator(".staircase details")
    expect(steps.first.locator("a").first).to_be_hidden()
    steps.first.locator("summary").press("Enter")
    expect(steps.first.locator("a").first).to_be_visible()


def test_a_suggestion_is_chosen_with_the_keyboard(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["home"], "nb"))
    page.locator("#q").focus()
    page.keyboard.type(TYPO)
    expect(page.locator(".suggestions a").first).to_be_visible()
    step_to(page, ".suggestions a")
    open_link(page)
    expect(page.locator("h1")).to_have_text("Trygghetsalarm")


@pytest.mark.parametrize("name", ["home", "abc", "sensitive entry", "service", "answers", "young"])
def test_every_stop_of_the_keyboard_on_a_page_can_be_seen(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit()
    page.goto(site.page(BY_NAME[name], "nb"))
    stops = 0
    while step(page):
        stops += 1
    assert stops > 15
