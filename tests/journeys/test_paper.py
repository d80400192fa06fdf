"""What comes out of the printer: the text and the way back to it, and nothing that only a screen can use."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tests.journeys.pages import BY_NAME

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

ONLY_ON_SCREEN = (
    ".header__links", ".language-switch", ".footer", ".breadcrumb", ".ds-skip-link", ".search-field", ".letter-bar",
    ".contents", "[data-quick-exit]",
)  # fmt: skip
MOST_PAGES = 5
NOT_BLACK_ON_WHITE = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body, body *")) {
    if (!element.checkVisibility() || !element.innerText?.trim()) continue;
    const style = getComputedStyle(element);
    const isBlack = style.color === "rgb(0, 0, 0)";
    const isWhite = ["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(style.backgroundColor);
    if (!isBlack || !isWhite) found.push(`${element.outerHTML.slice(0, 90)} ${style.color} ${style.backgroundColor}`);
  }
  return found.slice(0, 5);
}"""


@pytest.mark.parametrize(
    "name",
    [
        "entry",
        "sensitive entry",
        "service",
        "staircase",
        "task normally not",
        "aid with figures",
        "home",
        "abc",
        "situation",
        "services",
        "tasks",
        "offers",
        "places",
        "glossary",
        "ready-made plan",
        "hand-out",
        "without net",
    ],
)
def test_paper_has_the_address_and_no_navigation(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit()
    page.goto(site.page(BY_NAME[name], "nb"))
    assert page.locator(".paper").is_hidden(), "the paper's foot shows on the screen"
    page.emulate_media(media="print")
    for selector in ONLY_ON_SCREEN:
        for found in page.locator(selector).all():
            assert found.is_hidden(), f"{selector} is printed"
    foot = page.locator(".paper")
    assert foot.is_visible()
    path = BY_NAME[name].address("nb").partition("/")[2]
    assert foot.count() == 1
    assert f"/{path}" in foot.inner_text()
    assert "61 35 90 00" in foot.inner_text()
    code = foot.locator("svg").bounding_box()
    assert code is not None
    assert code["width"] == pytest.approx(code["height"])
    assert code["width"] > 90, "a telephone cannot read a code this small"
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", ["entry", "service", "home", "ready-made plan"])
def test_a_telephone_number_in_a_button_is_printed_as_words(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit()
    page.goto(site.page(BY_NAME[name], "nb"))
    page.emulate_media(media="print")
    call = page.locator(".call .ds-button").first
    assert call.is_visible()
    assert call.evaluate("(button) => getComputedStyle(button).borderTopWidth") == "0px"
    assert page.locator(".contact-ways").first.is_hidden()


def test_the_code_on_paper_is_the_address_of_the_page(site: Site, visit: Callable[..., Page]) -> None:
    """The pattern differs from page to page; that it says the address is tested with its maker."""
    page = visit()
    patterns = set()
    for name in ("entry", "service", "staircase"):
        page.goto(site.page(BY_NAME[name], "nb"))
        patterns.add(page.locator(".paper svg path").first.get_attribute("d"))
    assert len(patterns) == 3


def test_sources_are_printed_though_they_are_folded_on_the_screen(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["entry"], "nb"))
    folded = page.locator(".sources")
    assert folded.locator("li").first.is_hidden()
    page.emulate_media(media="print")
    assert folded.locator("li").first.is_visible()
    inside, whole = folded.locator("ul").bounding_box(), folded.bounding_box()
    assert inside
    assert whole
    assert inside["y"] + inside["height"] <= whole["y"] + whole["height"], "the fold cuts the list off"


def test_an_address_outside_is_written_behind_its_words(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["young"], "nb"))
    link = page.locator("article a[href^='https:']").first
    after = "(link) => getComputedStyle(link, '::after').content"
    assert link.evaluate(after) == "none"
    page.emulate_media(media="print")
    assert str(link.get_attribute("href")) in link.evaluate(after)


@pytest.mark.parametrize("name", ["entry", "service", "numbers"])
def test_a_page_becomes_a_short_document_in_black_on_white(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit(color_scheme="dark")
    page.goto(site.page(BY_NAME[name], "nb"))
    document = page.pdf(format="A4")
    assert document.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", document)) <= MOST_PAGES


@pytest.mark.parametrize(
    "name", ["situation", "entry", "service", "staircase", "tasks", "answers", "places", "numbers"]
)
def test_paper_is_black_on_white_where_the_screen_is_dark(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit(color_scheme="dark")
    page.goto(site.page(BY_NAME[name], "nb"))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(NOT_BLACK_ON_WHITE) == []
