"""Comparing and settling in a real browser: two people on two screens, around one table, for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories import agreements
from tests.factories.agreements import Family
from tests.journeys.checks import Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.hands import come_in
from tests.journeys.private import press
from webapp.agreements.actions import people
from webapp.app import Avklart
from webapp.kernel.clock import SystemClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
MORE = (
    ("lage-middag", "food"), ("klesvask", "home"), ("matpakke", "food"), ("vinduer", "home"), ("plen", "outdoors"),
    ("folge-til-lege", "transport"), ("regninger", "paperwork"), ("nokkel", "safety"),
)  # fmt: skip
MOST_AT_TABLE = 45
PAGES = (
    "sammenligning",
    "enighet",
    "enighet/snomaking",
    "mote",
    "beredskap",
    "kontakt",
    "barn",
    "neste-gang",
    "samtykke",
)


@pytest.fixture
def family(backstage: Avklart) -> Family:
    """A family that all have answered, with twelve tasks; the resident's telephone is the resident's own."""
    at = SystemClock().now()
    with backstage.database.writing() as session:
        found = agreements.settling(session, at=at)
        tasks = [people.NewTask("", area, title=title) for title, area in MORE]
        people.add_tasks(session, found.row(session), tasks, by=found.aase)
        people.confirm_contact(session, found.row(session), found.party(session, found.aase), by="staff", at=at)
    return found


def test_two_people_settle_on_two_screens_and_hear_of_each_other(
    site: Site, backstage: Avklart, visit: Visit, family: Family
) -> None:
    kari, aase = visit(), visit(java_script_enabled=False)
    kari.clock.install()
    come_in(kari, site, backstage, family, family.kari, "sammenligning")
    expect(kari.locator(".counts")).to_contain_text("1 enige, men dere må søke")
    kari.get_by_role("link", name="Neste: bli enige").click()
    come_in(aase, site, backstage, family, family.aase, "enighet")
    aase.locator("#linje-snomaking").get_by_role("button", name="Betale noen for å gjøre det").click()
    expect(aase.get_by_role("status").first).to_have_text("Det er foreslått. De andre ser det med en gang.")
    kari.clock.run_for(21_000)
    expect(kari.locator(".news")).to_contain_text("Det er kommet noe nytt her.")
    kari.locator("#linje-snomaking").get_by_role("button", name="Spørre etter en frivillig").click()
    expect(kari.locator("#feil")).to_be_focused()
    expect(kari.locator("main")).to_contain_text("Dere betaler noen for det")
    expect(kari.locator("main")).to_contain_text("En frivillig gjør det")
    check_on_phone(kari, "nb")
    press(kari, "Foreslå mitt i stedet")
    aase.reload()
    expect(aase.locator("#linje-snomaking")).to_contain_text("En frivillig gjør det")
    press(aase, "Godta resten")
    expect(aase.get_by_role("status").first).to_have_text("Ja-et ditt er notert.")


def test_twelve_tasks_around_one_table_take_few_taps(
    site: Site, backstage: Avklart, visit: Visit, family: Family
) -> None:
    page, taps = visit(width=820, height=1100), 0
    come_in(page, site, backstage, family, family.aase, "mote")
    press(page, "Begynn møtet")
    rows = page.locator("fieldset[id^='rad-']")
    assert rows.count() == 12
    for number in range(12):
        chip = rows.nth(number).get_by_label("Kari", exact=True)
        chip.check()
        taps += 1
    page.locator(".chips--reserve").get_by_label("Per", exact=True).first.check()
    press(page, "Lagre det vi ble enige om")
    taps += 3
    expect(page.locator("main")).to_contain_text("foreslått i møtet")
    assert taps <= MOST_AT_TABLE


@pytest.mark.parametrize("word", PAGES)
def test_a_page_of_settling_is_for_everybody(
    site: Site, backstage: Avklart, visit: Visit, family: Family, word: str
) -> None:
    page = visit()
    watcher = Watcher(page)
    come_in(page, site, backstage, family, family.aase, word)
    if word == "mote":
        press(page, "Begynn møtet")
    page.emulate_media(reduced_motion="reduce")  # what unfolds covers nothing on its way
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    check_on_phone(page, "nb")
    check_sizes(page)
    watcher.check()
