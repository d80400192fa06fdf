"""Without net: what was read, the index, the plan and the numbers open; it says from when; nothing private is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.site import until
from tests.journeys.checks import check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from tests.journeys.test_my_plan import add, words_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

BASICS = ["/nb/", "/nb/abc/", "/nb/frakoblet", "/nb/min-plan", "/nb/nodnummer"]
KEPT = """async () => {
  const pages = await caches.open("avklart-sider-1");
  return (await pages.keys()).map((one) => new URL(one.url).pathname).sort();
}"""
MOST_PAGES = 60
BEFORE = ".from-before"


def kept(page: Page) -> list[str]:
    return list(page.evaluate(KEPT))


def wait_for(condition: Callable[[], bool]) -> None:
    assert until(condition, seconds=30)


def come(site: Site, visit: Callable[..., Page], path: str = "abc/fall") -> Page:
    """Read a page, and wait until the worker has taken over and fetched what should be there without net."""
    page = visit(has_worker=True)
    page.goto(site.url(f"{FJORDVIK}/nb/{path}"))
    wait_for(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    wait_for(lambda: len(kept(page)) >= len(BASICS) + (path == "abc/fall"))
    return page


def go(site: Site, page: Page, path: str) -> None:
    page.goto(site.url(f"{FJORDVIK}/{path}"))


def test_what_was_read_and_the_basics_open_without_net_and_say_from_when_they_are(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = come(site, visit)
    go(site, page, "nb/tjenester/avlastning")
    expect(page.locator(BEFORE)).to_have_count(0)
    wait_for(lambda: "/nb/tjenester/avlastning" in kept(page))
    page.context.set_offline(True)
    for path, words in {
        "nb/abc/fall": "Fall: hva gjør jeg nå", "nb/tjenester/avlastning": "Avlastning", "nb/abc/": "Alderdommens ABC",
        "nb/nodnummer": "Nødnummer", "nb/": "Hva lurer du på?", "nb/min-plan": "Min plan",
    }.items():  # fmt: skip
        go(site, page, path)
        expect(page.locator("h1")).to_contain_text(words)
        expect(page.locator(BEFORE)).to_contain_text("Du har ikke nett nå. Dette er siden slik den var")
        assert page.evaluate("getComputedStyle(document.querySelector('.header')).display") == "block"
    page.context.set_offline(False)
    go(site, page, "nb/abc/fall")
    expect(page.locator(BEFORE)).to_have_count(0)


def test_the_plan_works_without_net(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    page.context.set_offline(True)
    page.locator(".todo__add").first.click()
    go(site, page, "nb/min-plan")
    add(page, "Ringe Kari")
    page.reload()
    assert words_of(page) == ["Fortell fastlegen om fallet", "Ringe Kari"]
    page.get_by_role("button", name="Hent som PDF").click()
    expect(page.locator("[data-fault]")).to_contain_text("Du har ikke nett nå")


def test_a_page_that_was_not_read_leads_to_whom_to_ring_and_what_there_is(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = come(site, visit)
    page.context.set_offline(True)
    go(site, page, "nb/abc/sorg")
    expect(page.locator("h1")).to_have_text("Uten nett")
    expect(page.get_by_role("link", name="113", exact=True)).to_have_attribute("href", "tel:113")
    page.get_by_role("link", name="Fall: hva gjør jeg nå").click()
    expect(page.locator("h1")).to_contain_text("Fall")


def test_nothing_private_and_nothing_sensitive_is_kept(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    for path in (
        "nb/abc/vold-og-overgrep", "nb/ung", "nb/selvsjekk/who5", "nb/henvendelse/ny", "nb/ring-meg", "innlogging",
        "nb/sok?q=fall", "nb/abc/?situasjon=demens", "nb/finnes-ikke", "nb/avtale/kode",
    ):  # fmt: skip
        go(site, page, path)
    go(site, page, "nb/abc/sorg")
    wait_for(lambda: "/nb/abc/sorg" in kept(page))
    assert kept(page) == sorted([*BASICS, "/nb/abc/fall", "/nb/abc/sorg"])
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        go(site, page, "nb/henvendelse/ny")


@pytest.mark.parametrize("path", ["nb/ung", "nb/abc/vold-og-overgrep", "innlogging"])
def test_from_a_page_to_be_left_quickly_or_a_private_one_no_worker_is_started(
    site: Site, visit: Callable[..., Page], path: str
) -> None:
    page = visit(has_worker=True)
    page.goto(site.url(f"{FJORDVIK}/{path}"), wait_until="networkidle")
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert page.evaluate("async () => (await caches.keys()).length") == 0


def test_a_worker_of_an_older_release_goes_with_what_it_kept_but_not_with_what_was_read(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = visit(has_worker=True)
    page.goto(site.url(f"{FJORDVIK}/innlogging"))
    page.evaluate(OLDER_RELEASE)
    go(site, page, "nb/abc/fall")
    wait_for(lambda: not [name for name in page.evaluate("() => caches.keys()") if "0000" in name or "gammel" in name])
    wait_for(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    wait_for(lambda: "/nb/frakoblet" in kept(page))
    page.context.set_offline(True)
    go(site, page, "nb/abc/sorg")
    expect(page.locator("h1")).to_have_text("Gammel side")
    expect(page.locator(BEFORE)).to_contain_text("22. november 2026 kl.")
    href = str(page.locator("link[rel=stylesheet]").get_attribute("href"))
    assert "0000" not in href
    assert page.evaluate("document.styleSheets.length") == 1


OLDER_RELEASE = """async () => {
  const old = await caches.open("avklart-filer-000000000000");
  await old.put("/static/app-000000000000.css", new Response("body { color: red }"));
  await caches.open("avklart-gammel");
  const pages = await caches.open("avklart-sider-1");
  const html = "<!doctype html><html lang=nb><title>x</title><link rel=stylesheet href=/static/app-000000000000.css>"
    + "<main id=innhold><h1>Gammel side</h1></main></html>";
  const headers = { "Content-Type": "text/html", "X-Kept": "2026-11-22T12:00:00.000Z" };
  await pages.put("/nb/abc/sorg", new Response(html, { headers }));
}"""


def test_what_is_kept_can_be_deleted_and_refused(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    go(site, page, "nb/frakoblet")
    expect(page.get_by_role("link", name="Fall: hva gjør jeg nå")).to_be_visible()
    page.get_by_role("button", name="Slett sidene").click()
    expect(page.locator("[data-none]")).to_be_visible()
    expect(page.get_by_role("button", name="Ta vare på sider jeg leser")).to_be_focused()
    page.goto(site.url(f"{FJORDVIK}/nb/abc/fall"), wait_until="networkidle")
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    assert kept(page) == []
    go(site, page, "nb/frakoblet")
    page.get_by_role("button", name="Ta vare på sider jeg leser").click()
    wait_for(lambda: len(kept(page)) >= len(BASICS))


def test_only_so_many_read_pages_are_kept_and_the_oldest_go_first(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    page.evaluate("""async () => {
      const pages = await caches.open("avklart-sider-1");
      for (let number = 0; number < 70; number++) {
        const headers = { "X-Kept": new Date().toISOString() };
        await pages.put(`/nb/abc/side-${number}`, new Response("x", { headers }));
      }
    }""")
    go(site, page, "nb/abc/sorg")
    wait_for(lambda: len(kept(page)) == MOST_PAGES + len(BASICS) and "/nb/abc/sorg" in kept(page))
    found = kept(page)
    assert "/nb/abc/sorg" in found
    assert "/nb/abc/side-69" in found
    assert {"/nb/abc/fall", "/nb/abc/side-0"} & set(found) == set()
    assert set(BASICS) <= set(found)


def test_the_page_for_those_without_net_is_for_everybody(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    page.context.set_offline(True)
    go(site, page, "nb/frakoblet")
    expect(page.locator("[data-list] a").first).to_be_visible()
    check_on_phone(page, "nb")
    check_sizes(page)


def test_the_site_can_be_put_on_the_home_screen(site: Site, visit: Callable[..., Page]) -> None:
    page = come(site, visit)
    wire: Any = page.context.new_cdp_session(page)
    found = wire.send("Page.getAppManifest")
    assert found["errors"] == []
    faults = {fault["errorId"] for fault in wire.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert faults <= {"in-incognito"}, "a test's browser is always in such a window"
