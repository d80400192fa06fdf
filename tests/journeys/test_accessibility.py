"""Every kind of page keeps the rules of WCAG 2.2 that a machine can check, in every language, size and scheme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.journeys.conftest import Site
from tests.journeys.pages import EVERY, Kind

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE = {
    "runOnly": TAGS, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}},
    "preload": False,  # it is for the rules of locked screens and of sounds alone, and takes a third of the time
}  # fmt: skip
COLOURS = {
    "preload": False,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""What may differ where nothing but the colour scheme does."""
NOTHING_COVERED = "document.querySelectorAll('.letter-bar').forEach((bar) => { bar.style.position = 'static'; })"
"""What lies under the letters at the foot of the screen is scrolled into view: no target is too small for it."""
SIZES = {360: 740, 1280: 900}
LOOKS = [(width, scheme) for width in SIZES for scheme in ("light", "dark")]


class Reader:
    """One page of the browser, kept open for all checks; what the browser complains of is written down."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 404" not in message.text:
            self.complaints.append(message.text)

    def look(self, width: int, scheme: str) -> None:
        """Take another screen or another colour scheme."""
        self.page.set_viewport_size({"width": width, "height": SIZES[width]})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    def findings(self, rules: dict[str, Any]) -> list[str]:
        """Answer each broken rule with the elements that break it."""
        result = self.page.evaluate("(rules) => axe.run(rules)", rules)
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Reader]:
    context = chromium.new_context(locale="nb-NO")
    yield Reader(context.new_page())
    context.close()


def test_axe_finds_a_fault_where_there_is_one(reader: Reader) -> None:
    reader.page.set_content("<html lang=nb><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    reader.page.evaluate(AXE + ";0")
    assert [found.split(":")[0] for found in reader.findings(WHOLE)] == ["image-alt"]


@pytest.mark.parametrize(("kind", "language"), EVERY, ids=str)
def test_a_page_keeps_the_rules_of_accessibility(site: Site, reader: Reader, kind: Kind, language: str) -> None:
    """In bokmål in both sizes and both schemes; in the other languages in one of the four, in turn."""
    turn = EVERY.index((kind, language))
    looks = LOOKS if language == "nb" else [LOOKS[(turn + turn // 4) % 4]]
    reader.look(*looks[0])
    reader.complaints.clear()
    answer = reader.page.goto(site.page(kind, language))
    assert answer is not None
    assert answer.status == kind.status
    assert reader.page.locator(kind.shows).count() > 0, f"this is no {kind}"
    assert reader.page.locator("html").get_attribute("lang") == language
    reader.page.evaluate(AXE + ";0")
    reader.page.evaluate(NOTHING_COVERED)
    findings: list[str] = []
    widths_seen: set[int] = set()
    for width, scheme in looks:
        reader.look(width, scheme)
        found = reader.findings(COLOURS if width in widths_seen else WHOLE)
        findings += [f"{width} px, {scheme}: {words}" for words in found]
        widths_seen.add(width)
    assert findings == []
    assert reader.complaints == []


def test_every_kind_of_page_is_checked_in_every_language_size_and_scheme() -> None:
    turns = {LOOKS[(turn + turn // 4) % 4] for turn, (_, language) in enumerate(EVERY) if language != "nb"}
    assert turns == set(LOOKS)
    assert {language for _, language in EVERY} == {"nb", "nn", "en"}
