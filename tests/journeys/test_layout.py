"""Every kind of page fits: small screens, large letters, trembling hands, chosen colours, an old browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.journeys.conftest import ROOT, Site, context_of
from tests.journeys.pages import BY_NAME, EVERY, Kind

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

NORWEGIAN = [(kind, language) for kind, language in EVERY if language in {"nb", "nn"}]
FLOOR_KINDS = [
    BY_NAME[name]
    for name in (
        "home", "abc", "entry", "sensitive entry", "service", "staircase", "answers", "offer with dates", "places",
        "search", "numbers", "right to left", "not found",
    )
]  # fmt: skip
LEAST_TARGET = 24
MAIN_TARGET = 44
LEAST_FLOOR_TEXT = 18
MOST_FLOOR_BYTES = 3 * 1024
MAIN_TARGETS = (
    ".ds-button, .ds-input, summary, .card, .choices a, .ways a, .header a, .breadcrumb a, .link-list a, "
    ".task-list a, .contents a, .suggestions a, .contact-list a, .numbers a, .emergency-box a, .results h2 a, "
    ".answer__title a, .footer nav a"
)
WIDEST_FONT = "document.body.style.fontFamily = 'DejaVu Sans'"
"""A wide typeface that tools/prepare_tests installs: what fits in it, fits in the others."""
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
OWN_FONT = "document.body.style.fontFamily = ''"
OWN_SIZE = "document.documentElement.style.fontSize = ''"
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.scrollingElement.scrollWidth > width) found.push(`page: ${document.scrollingElement.scrollWidth}`);
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest(".ds-sr-only, .ds-skip-link")) continue;
    const box = element.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) found.push(`${element.outerHTML.slice(0, 90)}: ${box.right}`);
  }
  return found.slice(0, 5);
}"""
TARGETS = """([least, main, selector]) => {
  const found = [];
  const fields = "input:not([type=hidden]), select, textarea";
  for (const element of document.querySelectorAll(`a[href], button, summary, ${fields}`)) {
    if (!element.checkVisibility() || element.closest(".ds-sr-only, .ds-skip-link")) continue;
    const target = element.closest(".card") || element;
    const block = element.closest("p, li, dd, div") || element.parentElement;
    const hasWords = block.textContent.trim().length > element.textContent.trim().length + 2;
    const isInSentence = getComputedStyle(element).display === "inline" && hasWords;
    const height = target.getBoundingClientRect().height;
    const wanted = target.matches(selector) ? main : isInSentence ? 0 : least;
    if (height < wanted - 0.5) found.push(`${target.outerHTML.slice(0, 110)}: ${height} of ${wanted}`);
  }
  return found;
}"""
SMALL_TEXT = """(least) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < least) found.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${size}`);
  }
  return found;
}"""
COVERED = """() => {
  let covered = 0;
  for (const element of document.querySelectorAll("*")) {
    const position = getComputedStyle(element).position;
    if (position !== "sticky" && position !== "fixed") continue;
    const box = element.getBoundingClientRect();
    covered += Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0));
  }
  return covered / innerHeight;
}"""


def overflow(page: Page) -> list[str]:
    """Answer what reaches beyond the screen's sides."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found


def without_layers(css: str) -> str:
    """Answer a style sheet as a browser reads it that does not know `@layer`: whole blocks are gone."""
    kept: list[str] = []
    at = 0
    while (start := css.find("@layer", at)) >= 0:
        kept.append(css[at:start])
        end = start
        depth = 0
        while depth or css[end] not in "{;":
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        if css[end] == "{":
            depth, end = 1, end + 1
            while depth:
                depth += {"{": 1, "}": -1}.get(css[end], 0)
                end += 1
        else:
            end += 1
        at = end
    return "".join([*kept, css[at:]])


@pytest.fixture(scope="module")
def screen(chromium: Browser) -> Iterator[Page]:
    """One page of the browser, kept open for all kinds."""
    context = context_of(chromium)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("kind", "language"), NORWEGIAN, ids=str)
def test_a_page_fits_every_screen_letter_hand_and_choice_of_colours(
    site: Site, screen: Page, kind: Kind, language: str
) -> None:
    """On the smallest screen in both languages of the country; from the other sides in the first of its languages."""
    screen.set_viewport_size({"width": 320, "height": 256})
    screen.goto(site.page(kind, language))
    screen.evaluate(WIDEST_FONT)
    _check_smallest(screen)
    if language == kind.languages[0]:
        screen.set_viewport_size({"width": 360, "height": 740})
        assert screen.evaluate(TARGETS, [LEAST_TARGET, MAIN_TARGET, MAIN_TARGETS]) == []
        screen.evaluate(OWN_FONT)
        screen.evaluate(LARGE_TEXT)
        _check_large_letters(screen)
        screen.evaluate(OWN_SIZE)
        screen.emulate_media(forced_colors="active", reduced_motion="reduce", color_scheme="dark")
        _check_chosen_colours(screen)
        screen.emulate_media(forced_colors="none", reduced_motion="no-preference", color_scheme="light")


def _check_smallest(page: Page) -> None:
    """320 px is also what is left of 1280 px at 400 % (WCAG 1.4.10)."""
    assert overflow(page) == []
    page.mouse.wheel(0, 700)
    assert page.evaluate(COVERED) < 0.34, "something that stays in place covers too much of a small screen"


def _check_large_letters(page: Page) -> None:
    """Letters twice as large lose nothing."""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 2 * LEAST_FLOOR_TEXT
    assert overflow(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert overflow(page) == []


def _check_chosen_colours(page: Page) -> None:
    """In the colours that somebody has chosen boxes have their edges, and where they want it nothing moves."""
    assert page.locator("h1").is_visible()
    assert overflow(page) == []
    for box in page.locator(".short-answer, .answer, .todo, .emergency-box, .ds-button").all():
        if box.is_visible():
            width = box.evaluate("(b) => parseFloat(getComputedStyle(b).borderInlineStartWidth)")
            assert width > 0, "without its colours the box has no edge"
    for details in page.locator("details > summary").filter(visible=True).all():
        details.click()
        assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_search_choices_and_telephone_are_there_before_scrolling(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(width=360, height=640)
    for language in ("nb", "nn", "en"):
        page.goto(site.page(BY_NAME["home"], language))
        for selector in (".search-field button", ".choices li:last-child", ".home .call a"):
            box = page.locator(selector).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 640, f"{language}: {selector} ends at {box['y'] + box['height']}"


def test_the_letters_stay_under_the_thumb_while_the_list_is_read(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["abc"], "nb"))
    page.mouse.wheel(0, 1500)
    page.wait_for_function("scrollY > 1000")
    box = page.locator(".letter-bar").bounding_box()
    assert box is not None
    assert 370 < box["y"] < box["y"] + box["height"] <= 740
    page.get_by_role("link", name="S", exact=True).click()
    heading = page.locator("#bokstav-S").bounding_box()
    assert heading is not None
    assert 0 <= heading["y"] < box["y"]


def test_the_way_out_of_a_sensitive_page_stays_in_sight_and_covers_no_link(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["sensitive entry"], "nb"))
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 600")
    box = page.locator("[data-quick-exit]").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100
    beside = page.evaluate("(y) => document.elementFromPoint(20, y).closest('.quick-exit') !== null", box["y"] + 10)
    assert not beside, "the strip beside the button takes clicks that are meant for what lies below"


@pytest.mark.parametrize("kind", FLOOR_KINDS, ids=str)
@pytest.mark.parametrize("sheet", ["blocked", "without layers"])
def test_an_old_browser_shows_large_text_and_buttons(
    site: Site, visit: Callable[..., Page], kind: Kind, sheet: str
) -> None:
    """Older browsers drop `@layer`, or the whole sheet does not arrive: the floor holds (look.md)."""
    page = visit()

    def answer(route: Route) -> None:
        if sheet == "blocked":
            route.abort()
            return
        name = route.request.url.rsplit("/", 1)[1]
        css = site.fetch(f"/static/{name}").decode()
        route.fulfill(body=without_layers(css), content_type="text/css")

    page.route("**/static/app-*.css", answer)
    page.goto(site.page(kind, "nb"))
    assert not page.evaluate("getComputedStyle(document.body).getPropertyValue('--ds-size-1')"), "the sheet is there"
    assert overflow(page) == []
    assert page.evaluate(TARGETS, [0, MAIN_TARGET, ".ds-button, .ds-input"]) == []
    if sheet == "blocked":
        assert page.evaluate(SMALL_TEXT, LEAST_FLOOR_TEXT) == []
    else:
        assert page.evaluate(SMALL_TEXT, 16) == []
    for button in page.locator(".ds-button:visible").all():
        width, colour = button.evaluate("(b) => [getComputedStyle(b).borderTopWidth, getComputedStyle(b).borderColor]")
        assert (width, colour) != ("0px", "rgba(0, 0, 0, 0)")
        assert not colour.startswith("rgba"), f"the edge of the button cannot be seen: {colour}"
        assert float(width.removesuffix("px")) >= 1


def test_the_ring_of_focus_is_there_in_an_old_browser(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.route(
        "**/static/app-*.css",
        lambda route: route.fulfill(
            body=without_layers(site.fetch("/static/" + route.request.url.rsplit("/", 1)[1]).decode()),
            content_type="text/css",
        ),
    )
    page.goto(site.page(BY_NAME["home"], "nb"))
    page.locator("#q").focus()
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style in {"solid", "auto"}


def test_the_floor_is_small() -> None:
    dist = ROOT / "webapp" / "static" / "dist"
    name = json.loads((dist / "manifest.json").read_text("utf-8"))["floor.css"]
    body = (dist / name).read_text("utf-8")
    assert len(body.encode()) <= MOST_FLOOR_BYTES
    assert "@layer" not in body
    assert "@import" not in body
