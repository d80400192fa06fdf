"""My plan in the browser: collected, ordered, ticked off, kept over a restart, in step, safe from what others make."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserType, Locator, Page, expect

from tests.journeys.checks import Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import FLAGS, Site, chromium_path
from tests.journeys.pages import FJORDVIK

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

PLAN = f"{FJORDVIK}/nb/min-plan"
KEY = "avklart-plan"
FORBIDDEN = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


def add(page: Page, words: str) -> None:
    page.locator("#eget-punkt").fill(words)
    page.get_by_role("button", name="Legg til", exact=True).click()


def words_of(page: Page) -> list[str]:
    return page.locator(".my-plan__item [data-part=text]").all_inner_texts()


def item(page: Page, number: int) -> Locator:
    return page.locator(".my-plan__item").nth(number)


def opened(page: Page, number: int) -> Locator:
    found = item(page, number)
    found.locator("summary").click()
    return found


def stored(page: Page) -> Any:
    return page.evaluate(f"JSON.parse(localStorage.getItem('{KEY}'))")


def link_of(rows: Any) -> str:
    packed = base64.urlsafe_b64encode(json.dumps(rows).encode()).decode().rstrip("=")
    return f"{PLAN}#plan={packed}"


def test_points_are_collected_across_pages_ordered_and_ticked_off(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    watcher = Watcher(page)
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"))
    page.locator(".todo__add").first.click()
    expect(page.locator(".todo__add").first).to_contain_text("Ta ut av planen min")
    page.goto(site.url(f"{FJORDVIK}/nb/tjenester/avlastning"))
    page.get_by_role("button", name="Legg alle disse i planen min").click()
    expect(page.get_by_role("button", name="Legg alle disse i planen min")).to_be_hidden()
    page.get_by_role("link", name="Se planen min").click()
    add(page, "Ringe Kari")
    before = words_of(page)
    assert before[0] == "Fortell fastlegen om fallet"
    assert before[-1] == "Ringe Kari"
    last = opened(page, len(before) - 1)
    last.get_by_role("button", name="Flytt opp").click()
    assert words_of(page)[-2:] == ["Ringe Kari", before[-2]]
    expect(item(page, len(before) - 2).get_by_role("button", name="Flytt opp")).to_be_focused()
    item(page, 0).get_by_role("checkbox").check()
    expect(page.locator(".my-plan__number")).to_have_text(f"1 av {len(before)} gjort")
    expect(item(page, 0).get_by_role("link")).to_have_attribute("href", "/nb/abc/fall")
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"))
    page.locator(".todo__add").first.click()
    page.goto(site.url(PLAN))
    assert "Fortell fastlegen om fallet" not in words_of(page)
    watcher.check()


def test_the_plan_survives_a_restart_of_the_browser(site: Site, tmp_path: Path, chromium: Any) -> None:
    kind: BrowserType = chromium.browser_type
    for turn in range(2):
        context = _launch_persistent(kind, tmp_path)
        page = context.new_page()
        page.goto(site.url(PLAN))
        if turn == 0:
            add(page, "Ringe Kari")
            line = opened(page, 0)
            line.get_by_label("Når").fill("2026-12-24")
            line.get_by_label("Ditt eget notat").fill("Etter klokka ti\nHun har fri")
            expect(line.locator("[data-part=written]")).to_have_text("Etter klokka ti\nHun har fri")
        else:
            assert words_of(page) == ["Ringe Kari"]
            expect(item(page, 0).locator("[data-part=day]")).to_have_text("24. desember 2026")
            expect(item(page, 0).locator("[data-part=written]")).to_have_text("Etter klokka ti\nHun har fri")
        context.close()


def _launch_persistent(kind: BrowserType, folder: Path) -> Any:
    return kind.launch_persistent_context(
        str(folder), executable_path=chromium_path(), args=list(FLAGS), locale="nb-NO"
    )


def test_two_tabs_are_in_step_and_take_nothing_from_each_other(site: Site, visit: Callable[..., Page]) -> None:
    one = visit()
    one.goto(site.url(PLAN))
    two = one.context.new_page()
    two.goto(site.url(PLAN))
    add(one, "Fra den ene")
    expect(two.locator("[data-part=text]")).to_have_text(["Fra den ene"])
    note = opened(two, 0).get_by_label("Ditt eget notat")
    note.fill("Skrives nå")
    add(one, "Mer fra den ene")
    expect(two.locator("[data-part=text]")).to_have_text(["Fra den ene", "Mer fra den ene"])
    expect(note).to_have_value("Skrives nå")
    expect(note).to_be_focused()
    expect(item(one, 0).locator("[data-part=written]")).to_have_text("Skrives nå")
    item(one, 0).get_by_role("checkbox").check()
    expect(item(two, 0).get_by_role("checkbox")).to_be_checked()
    assert [point["note"] for point in stored(one)["points"]] == ["Skrives nå", ""]


def test_what_was_taken_out_can_be_put_back_and_all_can_be_deleted(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    for words in ("A", "B", "C"):
        add(page, words)
    opened(page, 1).get_by_role("button", name="Ta ut").click()
    assert words_of(page) == ["A", "C"]
    expect(page.get_by_role("button", name="Angre")).to_be_focused()
    page.keyboard.press("Enter")
    assert words_of(page) == ["A", "B", "C"]
    page.get_by_role("button", name="Slett planen fra denne enheten").click()
    page.get_by_role("button", name="Nei, behold den").click()
    assert len(words_of(page)) == 3
    page.get_by_role("button", name="Slett planen fra denne enheten").click()
    page.get_by_role("button", name="Ja, slett den").click()
    assert words_of(page) == []
    assert page.evaluate("localStorage.length") == 0


def test_files_are_made_of_what_the_browser_has(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    add(page, "Ringe Kari «nå» & så 👵")
    page.get_by_role("button", name="Legg datoene i kalenderen min").click()
    expect(page.locator("[data-fault]")).to_contain_text("Sett en dato")
    opened(page, 0).get_by_label("Når").fill("2026-12-24")
    with page.expect_download() as download:
        page.get_by_role("button", name="Legg datoene i kalenderen min").click()
    assert "DTSTART;VALUE=DATE:20261224" in Path(download.value.path()).read_text("utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert words_of(page) == ["Ringe Kari «nå» & så 👵"]


def test_a_link_carries_the_plan_behind_the_hash_only(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    add(page, "Ringe Kari")
    opened(page, 0).get_by_label("Ditt eget notat").fill("Hemmelig")
    expect(item(page, 0).locator("[data-part=written]")).to_have_text("Hemmelig")
    page.get_by_text("Del planen med noen").click()
    page.get_by_role("button", name="Lag en lenke").click()
    link = page.get_by_label("Lenken", exact=True).input_value()
    parts = urlsplit(link)
    assert (parts.path, parts.query) == ("/nb/min-plan", "")
    assert b"Hemmelig" not in base64.urlsafe_b64decode(parts.fragment.partition("=")[2] + "===")
    other = visit()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    expect(other.get_by_role("heading", name="Noen har delt en plan med deg")).to_be_visible()
    expect(other.locator("[data-shared-list] li")).to_have_text(["Ringe Kari"])
    assert words_of(other) == []
    assert urlsplit(other.url).fragment == ""
    assert not any("plan=" in address for address in asked)
    other.get_by_role("button", name="Legg til i planen min").click()
    assert words_of(other) == ["Ringe Kari"]


def test_a_link_that_somebody_made_by_hand_runs_nothing_and_leads_nowhere_else(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    watcher = Watcher(page)
    evil = "https://evil.example/"
    rows = [
        ["<img src=x onerror=alert(1)>", f"<a href='{evil}'>Logg inn</a>", "2026-12-24", evil],
        [f"Gå til {evil}", "", "javascript:alert(1)", "javascript:alert(1)"],
        ["Med kilde", "", "", "abc/fall"],
        [{"text": "x"}, None, 7, []], [], None, "tekst", ["x" * 5000, "y" * 5000, "", "abc/../saker"],
    ]  # fmt: skip
    page.goto(site.url(link_of([row for row in rows if isinstance(row, list)])))
    expect(page.locator(".my-plan__shared")).to_contain_text("ikke av kommunen")
    page.get_by_role("button", name="Legg til i planen min").click()
    assert len(words_of(page)) == 4
    assert len(words_of(page)[3]) == 300
    assert page.locator(".my-plan img, .my-plan script").count() == 0
    hrefs = page.locator(".my-plan a:visible").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert hrefs == ["/nb/abc/fall"]
    expect(page.locator(".my-plan a:visible")).to_have_text("Mer om dette")
    watcher.check()


@pytest.mark.parametrize("fragment", ["plan=", "plan=!!!", "plan=e30", "plan=" + "A" * 9000, "plan=W10", "plan=bnVsbA"])
def test_a_broken_link_is_said_and_touches_nothing(site: Site, visit: Callable[..., Page], fragment: str) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    add(page, "Mitt eget")
    page.goto(site.url(f"{PLAN}#{fragment}"))
    expect(page.locator("[data-fault]")).to_contain_text("Lenken er skadet")
    assert words_of(page) == ["Mitt eget"]


def test_a_full_device_is_said_and_nothing_is_lost(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    add(page, "Det første")
    page.context.add_init_script(FULL)
    page.reload()
    add(page, "Det andre")
    expect(page.locator("[data-fault]")).to_contain_text("ikke plass til mer")
    expect(page.locator("#eget-punkt")).to_have_value("Det andre")
    assert words_of(page) == ["Det første"]
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"))
    page.locator(".todo__add").first.click()
    expect(page.locator(".todo__fault")).to_contain_text("ikke plass til mer")


def test_where_storing_is_forbidden_the_page_says_so_and_still_makes_a_pdf(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.context.add_init_script(FORBIDDEN)
    page.goto(site.url(PLAN))
    expect(page.locator("[data-fault]")).to_contain_text("lar ikke siden lagre")
    add(page, "Bare her")
    assert words_of(page) == ["Bare her"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"))
    page.locator(".todo__add").first.click()
    expect(page.locator(".todo__fault")).to_contain_text("lar ikke siden lagre")


def test_a_plan_of_an_older_or_a_newer_release_is_read_and_what_is_unknown_is_kept(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    page.evaluate(
        f"localStorage.setItem('{KEY}', JSON.stringify(['Fra før', {{text: 'Med dato', date: '2026-12-24'}}, 7]))"
    )
    page.reload()
    assert words_of(page) == ["Fra før", "Med dato"]
    item(page, 0).get_by_role("checkbox").check()
    assert [point["done"] for point in stored(page)["points"]] == [True, False]
    newer = {"version": 9, "points": [{"id": "n1", "text": "Ny", "colour": "blå"}]}
    page.evaluate(f"localStorage.setItem('{KEY}', '{json.dumps(newer)}')")
    page.reload()
    item(page, 0).get_by_role("checkbox").check()
    assert stored(page)["points"][0]["colour"] == "blå"


def test_a_plan_that_cannot_be_read_is_left_alone_until_somebody_says_so(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    page.evaluate(f"localStorage.setItem('{KEY}', '{{ødelagt')")
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"))
    page.locator(".todo__add").first.click()
    expect(page.locator(".todo__fault")).to_contain_text("kan ikke leses")
    page.goto(site.url(PLAN))
    expect(page.locator("[data-unreadable]")).to_be_visible()
    assert page.evaluate(f"localStorage.getItem('{KEY}')") == "{ødelagt"
    page.get_by_role("button", name="Begynn på nytt").click()
    add(page, "Nytt")
    assert words_of(page) == ["Nytt"]


def test_a_thousand_points_can_be_used_and_the_next_is_refused_with_words(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    points = [{"id": f"p{number}", "text": f"Punkt {number}"} for number in range(1000)]
    page.evaluate(f"localStorage.setItem('{KEY}', JSON.stringify({{version: 1, points: {json.dumps(points)}}}))")
    page.reload()
    expect(page.locator(".my-plan__number")).to_have_text("0 av 1000 gjort")
    item(page, 999).get_by_role("checkbox").check()
    expect(page.locator(".my-plan__number")).to_have_text("1 av 1000 gjort")
    add(page, "Ett for mye")
    expect(page.locator("[data-fault]")).to_contain_text("ikke plass til mer")
    page.get_by_text("Del planen med noen").click()
    page.get_by_role("button", name="Lag en lenke").click()
    expect(page.locator("[data-fault]")).to_contain_text("for lang til en lenke")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_plan_with_points_keeps_the_rules_of_accessibility_and_fits_every_size(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(site.url(link_of([["Fra en lenke", "Et notat", "2026-12-24", "abc/fall"]])))
    add(page, "Ringe Kari")
    opened(page, 0)
    page.get_by_role("button", name="Slett planen").click()
    check_on_phone(page, "nb")
    check_sizes(page)


def test_on_paper_the_plan_is_a_checklist(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(PLAN))
    add(page, "Ringe Kari")
    opened(page, 0).get_by_label("Ditt eget notat").fill("Etter ti")
    page.emulate_media(media="print")
    expect(page.locator("[data-part=text]")).to_be_visible()
    expect(page.locator("[data-part=written]")).to_have_text("Etter ti")
    for selector in (".my-plan__own", ".my-plan__along", ".my-plan__where", ".my-plan__ready", ".my-plan details"):
        assert page.locator(selector).first.is_hidden(), selector
    assert re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")) != []


def test_without_a_script_there_is_a_list_to_print(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.goto(site.url(PLAN))
    assert page.locator(".my-plan").is_hidden()
    assert page.locator(".my-plan__blank li").count() == 12
    page.get_by_role("link", name="Hjem fra sykehus").click()
    assert page.locator(".todo li").count() >= 10
    assert page.locator(".todo__add").count() == 0
