"""An editor at work in a real browser: two at once on one page, errands counted in clicks, by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories.images import photograph
from tests.factories.site import until
from tests.journeys.checks import Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import new_staff, press, sign_in
from webapp.app import Avklart
from webapp.content import actions as content
from webapp.content.domain.pages import PageKey
from webapp.content.models import ConflictRow
from webapp.kernel.clock import SystemClock
from webapp.kernel.permission import Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
OFFICE = "/redaksjon/"
READING = f"{OFFICE}sider/egen/moteplass/lesesirkelen"
CHOIR = f"{OFFICE}sider/egen/moteplass/fjordvik-seniorkor"


@dataclass
class Newcomer:
    """Somebody who has never been here, and whose clicks are counted."""

    page: Page
    clicks: int = 0

    def follow(self, words: str) -> None:
        """Click a link by its words."""
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=words).first.click()

    def press(self, words: str) -> None:
        """Press a button by its words."""
        self.clicks += 1
        press(self.page, words)

    def choose(self, words: str) -> None:
        """Choose one of a few things."""
        self.clicks += 1
        self.page.get_by_label(words).check()


def come_in(
    page: Page, site: Site, backstage: Avklart, *roles: Role, name: str = "Rolf Redaktør", language: str = "nb"
) -> None:
    """Come in as somebody new."""
    sign_in(page, site, new_staff(backstage, *(roles or (Role.EDITOR,)), name=name, language=language), FJORDVIK)


def go(page: Page, site: Site, path: str) -> None:
    """Open an address at Fjordvik."""
    page.goto(site.url(FJORDVIK + path))


def until_public(page: Page, site: Site, words: str, path: str = "/nb/moteplasser") -> None:
    """Ask again and again until readers see some words; every process takes a publication over within a second."""

    def is_seen() -> bool:
        go(page, site, path)
        return words in page.locator("main").inner_text()

    assert until(is_seen), words


def test_two_editors_on_one_page_at_once_lose_nothing(site: Site, backstage: Avklart, visit: Visit) -> None:
    one, other = visit(width=1280, height=900), visit(width=1280, height=900)
    come_in(one, site, backstage, name="Rolf Redaktør")
    come_in(other, site, backstage, name="Randi Redaktør")
    for page in (one, other):
        go(page, site, f"{READING}/nb")
    other.locator("#f-transport").fill("Randi: ta bussen.")
    other.locator("#f-cost").fill("Randi: gratis.")
    press(other, "Lagre utkast")
    one.locator("#f-transport").fill("Rolf: gå.")
    expect(one.locator("[data-saved]")).to_contain_text("Noen andre har lagret.")
    press(one, "Lagre utkast")
    expect(one.locator("#feil")).to_be_focused()
    expect(one.locator("#feil")).to_contain_text("Randi Redaktør lagret")
    expect(one.locator("#f-transport")).to_have_value("Rolf: gå.")
    expect(one.locator(".theirs .written")).to_have_text("Randi: ta bussen.")
    expect(one.locator("#f-cost")).to_have_value("Randi: gratis.")
    one.locator("#f-transport").fill("Ta bussen, eller gå.")
    press(one, "Lagre utkast")
    go(other, site, f"{READING}/nb")
    expect(other.locator("#f-transport")).to_have_value("Ta bussen, eller gå.")


def test_it_saves_itself_and_the_preview_follows(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit(width=1280, height=900)
    watcher = Watcher(page)
    come_in(page, site, backstage)
    go(page, site, f"{OFFICE}sider/egen/oppslag/ensomhet/nb")
    page.locator("#f-local").fill("Hos oss møtes vi på torget.")
    expect(page.locator("[data-saved]")).to_contain_text("Lagret som utkast")
    expect(page.frame_locator("iframe").locator("main")).to_contain_text("Hos oss møtes vi på torget.")
    page.get_by_role("button", name="Papir").click()
    expect(page.frame_locator("iframe").locator("main")).to_contain_text("Hos oss møtes vi på torget.")
    page.get_by_role("button", name="Fet").first.click()
    page.reload()
    expect(page.locator("#f-local")).to_contain_text("Hos oss møtes vi på torget.")
    watcher.check()


def test_a_newcomer_changes_an_opening_hour_in_five_clicks(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit()
    come_in(page, site, backstage)
    newcomer = Newcomer(page)
    newcomer.follow("Redaksjonen")
    page.get_by_label("Finn en side du vil endre").fill("seniorkafeen")
    with page.expect_navigation():
        page.get_by_label("Finn en side du vil endre").press("Enter")
    newcomer.follow("Seniorkafeen")
    newcomer.follow("Rediger (Bokmål)")
    page.get_by_label("Når").fill("onsdager kl. 13–15")
    newcomer.press("Gå videre til publisering")
    newcomer.press("Publiser")
    expect(page.get_by_role("status").first).to_have_text("Publisert. Leserne ser det nå.")
    assert newcomer.clicks == 5
    until_public(page, site, "onsdager kl. 13–15")


def test_a_newcomer_translates_a_page_in_three_clicks(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit(width=1280, height=900)
    come_in(page, site, backstage)
    go(page, site, f"{OFFICE}?alle=language")
    newcomer = Newcomer(page)
    line = page.locator("li", has_text="Fjordvik seniorkor").filter(has_text="nynorsk")
    newcomer.clicks += 1
    with page.expect_navigation():
        line.get_by_role("link").click()
    expect(page.locator(".beside").first).to_contain_text("Bokmål")
    for name in ("title", "place", "when", "cost", "transport", "short"):
        page.locator(f"#f-{name}").fill(f"Nynorsk {name}")
    newcomer.press("Gå videre til publisering")
    newcomer.press("Publiser")
    assert newcomer.clicks == 3
    until_public(page, site, "Nynorsk title", "/nn/moteplasser")


def test_a_newcomer_merges_an_upstream_change_in_four_clicks(site: Site, backstage: Avklart, visit: Visit) -> None:
    key = PageKey("fjordvik", "place", "rusleklubben", "nb")
    base = dict(backstage.bookshelf.shelf().parts.get(key) or {})
    with backstage.database.writing() as session:
        if not base:
            backstage.bookshelf.freshen()
            base = dict(backstage.bookshelf.shelf().parts[key])
        at = SystemClock().now()
        content.publish(session, key, {**base, "transport": "Vi møtes ved brua. Ta bussen."}, at=at)
        sides = {"base": "Vi møtes ved brua.", "theirs": "Vi møtes ved den gamle brua."}
        session.add(ConflictRow(**key._asdict(), field="transport", sides=sides, at=at))
    page = visit()
    come_in(page, site, backstage)
    go(page, site, OFFICE)
    newcomer = Newcomer(page)
    newcomer.follow("Velg teksten")
    expect(page.locator("textarea")).to_have_value("Vi møtes ved den gamle brua. Ta bussen.")
    newcomer.choose("Begge endringene sammen, slik det står her")
    newcomer.press("Bruk det jeg har valgt")
    newcomer.press("Publiser")
    assert newcomer.clicks == 4
    until_public(page, site, "Vi møtes ved den gamle brua. Ta bussen.")


def test_without_scripts_a_draft_is_saved_previewed_and_published(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    come_in(page, site, backstage)
    go(page, site, f"{OFFICE}sider/egen/moteplass/sammen-pa-tur/nb")
    page.locator("#f-when").fill("lørdager kl. 11")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Forhåndsvis").click()
    expect(opened.value.locator("main")).to_contain_text("lørdager kl. 11")
    press(page, "Gå videre til publisering")
    press(page, "Publiser")
    until_public(page, site, "lørdager kl. 11")


def test_by_keyboard_from_the_list_to_sent(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit(width=1280, height=900)
    come_in(page, site, backstage)
    go(page, site, f"{OFFICE}sider?q=demens")
    page.get_by_role("link", name="Demens").first.press("Enter")
    page.get_by_role("link", name="Rediger (Bokmål)").press("Enter")
    page.locator("#f-title").focus()
    page.keyboard.press("End")
    page.keyboard.type(" hos deg")
    page.get_by_role("button", name="Gå videre til publisering").press("Enter")
    with page.expect_navigation():
        page.get_by_role("button", name="Send til godkjenning").press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Sendt. Nå ser en annen på det.")
    assert page.get_by_role("button", name="Publiser", exact=True).count() == 0
    approver = visit(width=1280, height=900)
    come_in(approver, site, backstage, Role.REVIEWER, name="Frida Fagansvarlig")
    go(approver, site, OFFICE)
    approver.locator("#approve + ul a").first.click()
    press(approver, "Godkjenn")
    expect(approver.get_by_role("status").first).to_have_text("Godkjent. Det kan publiseres nå.")


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_screens_can_be_used_by_everybody_on_a_phone(
    site: Site, backstage: Avklart, visit: Visit, language: str
) -> None:
    page = visit()
    come_in(page, site, backstage, language=language)
    go(page, site, f"{CHOIR}/nb")
    page.locator("#f-when").fill("søndager")
    page.locator("button[value=lagre]").last.click()
    for path in (OFFICE, f"{OFFICE}sider?q=fall", f"{OFFICE}ny", CHOIR, f"{CHOIR}/nb", f"{CHOIR}/fakta",
                 f"{CHOIR}/historikk", f"{CHOIR}/nb/lagringer", f"{CHOIR}/flett"):  # fmt: skip
        go(page, site, path)
        check_on_phone(page, language)
        check_sizes(page)


def test_an_image_is_put_in_with_its_words_and_shown_on_a_page(
    site: Site, backstage: Avklart, visit: Visit, tmp_path: Path
) -> None:
    page, picture = visit(), tmp_path / "benk.jpg"
    picture.write_bytes(photograph())
    come_in(page, site, backstage)
    go(page, site, f"{OFFICE}bilder/nytt")
    page.locator("input[type=file]").set_input_files(picture)
    page.locator("#name").fill("Benk i parken")
    press(page, "Legg inn bildet")
    expect(page.locator("[role=alert], .error-summary").first).to_be_visible()
    check_on_phone(page, "nb")
    page.locator("input[type=file]").set_input_files(picture)
    for code, words in (("nb", "En benk i parken"), ("nn", "Ein benk i parken"), ("en", "A bench in the park")):
        page.locator(f"#alt_{code}").fill(words)
    press(page, "Legg inn bildet")
    shown = page.locator("code").inner_text()
    assert shown == "![](image:benk-i-parken)"
    go(page, site, f"{OFFICE}sider/egen/oppslag/ensomhet/nb")
    page.locator("#f-local").fill(f"{shown}\n\nVi møtes ved benken.")
    press(page, "Gå videre til publisering")
    press(page, "Publiser")
    until_public(page, site, "Vi møtes ved benken.", "/nb/abc/ensomhet")
    image = page.get_by_role("img", name="En benk i parken")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") > 0


def test_a_self_check_is_tried_on_its_examples_before_it_is_published(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    page, falls = visit(), f"{OFFICE}sider/egen/selvsjekk/digital-hverdag"
    watcher = Watcher(page)
    come_in(page, site, backstage)
    go(page, site, f"{falls}/fakta")
    with page.expect_navigation():
        page.locator("button[value='begynn:f.vectors']").click()
    page.locator("#f-vectors-0-score").fill("7")
    press(page, "Gå videre til publisering")
    page.get_by_role("link", name="Prøvekjøring: kommer poengene riktig ut?").click()
    expect(page.locator("p.notice")).to_contain_text("1 eksempel kommer ikke riktig ut.")
    check_on_phone(page, "nb")
    page.get_by_role("link", name="Prøv den slik leserne møter den").click()
    page.get_by_role("radio").first.check()
    press(page, "Neste")
    check_on_phone(page, "nb")
    expect(page.get_by_role("button", name="Tilbake")).to_be_visible()
    watcher.check()
