"""What must hold on every private page, looked at from all sides: small, dark, enlarged, light in weight, silent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

from tests.journeys.test_accessibility import AXE, COLOURS, SIZES, WHOLE
from tests.journeys.test_layout import (
    COVERED,
    LARGE_TEXT,
    LEAST_TARGET,
    MAIN_TARGET,
    MAIN_TARGETS,
    TARGETS,
    WIDEST_FONT,
    overflow,
)

MOST_BYTES = 5000
"""Of a page that is not compressed; one with a picture for an app, a list or many choices may have as much again."""
LARGER = ".qr, .staff-list, main fieldset, .summary-list, .figures"
ROW_BYTES = 200
"""Of each one in the list of an office, which is as long as the office is large."""
PLAIN = "document.documentElement.style.fontSize = ''; document.body.style.fontFamily = ''"
FILLED = "main .ds-button:not([data-variant]):visible"
WEIGHT = "performance.getEntriesByType('navigation')[0].encodedBodySize"
STORED = (
    "async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length]"
)


class Watcher:
    """Notes what a page of the browser complains of, and whom it asks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def check(self) -> None:
        """Check that the page is quiet, and asks nobody but its own host."""
        assert self.complaints == []
        assert self.hosts - {""} == {urlsplit(self.page.url).netloc}


def broken_rules(page: Page, rules: dict[str, Any]) -> list[str]:
    """Answer each rule of accessibility that is broken, with the elements that break it."""
    page.evaluate(AXE + ";0")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in page.evaluate("(rules) => axe.run(rules)", rules)["violations"]
        for node in rule["nodes"]
    ]


def check_on_phone(page: Page, language: str) -> None:
    """Check a page at 360 px: language, one way on, rules of accessibility; colours in the dark in bokmål alone."""
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.locator(FILLED).count() <= 1, "two buttons both want to be the next step"
    found = []
    for scheme, rules in (("light", WHOLE), ("dark", COLOURS))[: 2 if language == "nb" else 1]:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{scheme}: {words}" for words in broken_rules(page, rules)]
    assert found == [], "\n".join(found)
    page.emulate_media(color_scheme="light")


def check_sizes(page: Page) -> None:
    """Check that nothing is cut off: at 400 %, with letters twice as large, on a wide screen; and thumbs hit."""
    page.evaluate(WIDEST_FONT)
    assert page.evaluate(TARGETS, [LEAST_TARGET, MAIN_TARGET, MAIN_TARGETS]) == []
    page.set_viewport_size({"width": 320, "height": 256})
    assert overflow(page) == []
    page.mouse.wheel(0, 300)
    assert page.evaluate(COVERED) < 0.34, "something that stays in place covers too much of a small screen"
    page.evaluate(LARGE_TEXT)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        assert overflow(page) == [], f"{width} px, letters twice as large"
    page.evaluate(PLAIN)
    page.set_viewport_size({"width": 1280, "height": SIZES[1280]})
    page.evaluate("scrollTo(0, 0)")  # what stays in place covers something wherever else one is
    broken = broken_rules(page, WHOLE)
    assert broken == [], broken
    page.set_viewport_size({"width": 360, "height": SIZES[360]})


def check_thrift(page: Page) -> None:
    """Check that a page is small, and leaves nothing in the browser that a script could read."""
    has_much = page.locator(LARGER).count() > 0
    rows = page.locator(".staff-list > li").count()
    most = (2 * MOST_BYTES if has_much else MOST_BYTES) + ROW_BYTES * rows
    weight = page.evaluate(WEIGHT)
    assert 0 < weight <= most, f"{weight} bytes"
    assert page.evaluate(STORED) == [0, 0, "", 0]
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in page.context.cookies())
