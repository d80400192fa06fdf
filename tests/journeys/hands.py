"""Hands on a screen: every press is counted, as the whole of an agreement is measured in presses."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.factories.agreements import Family, visitor
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from webapp.app import Avklart
from webapp.kernel.clock import SystemClock


def come_in(  # noqa: PLR0917 -- whoever, wherever
    page: Page, site: Site, backstage: Avklart, family: Family, party: str, word: str
) -> None:
    """Open a page of the agreement as one of the three, whom a code has let in."""
    cookie = visitor(backstage, family, party, at=SystemClock().now()).cookie()
    page.context.add_cookies([{"name": "avklart", "value": cookie, "url": site.url(FJORDVIK + "/")}])
    page.goto(site.url(f"{FJORDVIK}/nb/avtale/{family.agreement}/{word}"))


class Thumb:
    """Taps, and counts them: a press on a button, a link or a choice; writing is no tap (agreement-flow.md)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, what: Locator) -> None:
        """Tap something that stays on the page."""
        what.click()
        self.taps += 1

    def choose(self, words: str) -> None:
        """Tap the choice with these words."""
        self.page.locator("label").get_by_text(words, exact=True).first.click()
        self.taps += 1

    def write(self, **fields: str) -> None:
        """Write in the fields of a form, named by their ids."""
        for name, words in fields.items():
            self.page.locator(f"#{name}").fill(words)

    def press(self, what: Locator) -> None:
        """Tap something that leads to another page."""
        with self.page.expect_navigation():
            what.click()
        self.taps += 1

    def go(self, words: str) -> None:
        """Tap the button that leads on."""
        self.press(self.page.get_by_role("button", name=words, exact=True))

    def follow(self, words: str) -> None:
        """Tap the link with these words."""
        self.press(self.page.get_by_role("link", name=words, exact=True).first)

    def answer_all(self) -> None:
        """Answer every question of a page with its first answer; to «can you» no."""
        for task in self.page.locator("fieldset.task").all():
            words = "Kommunen" if "medisin" in task.inner_text().casefold() else "Jeg, fast"
            chip = task.locator("label").get_by_text(words, exact=True)
            self.tap(chip if chip.count() else task.locator("label").first)
