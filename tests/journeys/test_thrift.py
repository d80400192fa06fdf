"""A visit costs little and leaves nothing behind: few bytes, no other host, no cookie, nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ROOT, Site
from tests.journeys.pages import BY_NAME, FJORDVIK, KINDS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

MOST_REQUESTS = 4
MOST_BYTES = 45_000
FIRST_FLIGHT = 14_000
"""Ten packets: what a server sends before it waits for an answer."""
HEADERS = 1000
STORED = "() => [localStorage.length, sessionStorage.length, document.cookie]"


def test_no_page_asks_another_host_or_keeps_anything(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for turn, kind in enumerate(KINDS):
        language = kind.languages[turn % len(kind.languages)]
        page.goto(site.page(kind, language))
        assert page.evaluate(STORED) == [0, 0, ""], f"{kind} ({language}) keeps something in the browser"
    assert asked - {""} == {f"{host}:{site.port}" for host in ("fjordvik.localhost", "dalsbygd.localhost")}
    assert page.context.cookies() == []


def test_what_somebody_searched_for_is_kept_nowhere(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(f"{FJORDVIK}/nb/sok"))
    page.locator("#q").fill("vold")
    page.locator("#q").press("Enter")
    expect(page.locator(".results__number")).to_contain_text("«vold»")
    page.locator(".results h2 a").first.click()
    page.go_back()
    expect(page.locator(".results__number")).to_contain_text("«vold»")
    assert page.evaluate(STORED) == [0, 0, ""]
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert page.context.cookies() == []


def first_visit(page: Page, address: str) -> tuple[int, list[int]]:
    """Answer the bytes of the page itself, and those of everything, as they went over the wire."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, str] = {}
    came: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            asked[event["requestId"]] = event["type"]

    wire.on("Network.requestWillBeSent", note)
    wire.on("Network.loadingFinished", lambda event: came.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(address, wait_until="networkidle")
    assert set(asked) <= set(came), "something did not arrive"
    document = next(number for number, kind in asked.items() if kind == "Document")
    return came[document], [came[number] for number in asked]


@pytest.mark.parametrize("name", ["entry", "sensitive entry", "service", "home"])
def test_a_first_visit_on_a_phone_is_small(site: Site, visit: Callable[..., Page], name: str) -> None:
    page = visit(is_mobile=True, has_touch=True)
    document, everything = first_visit(page, site.page(BY_NAME[name], "nb"))
    assert len(everything) <= MOST_REQUESTS
    assert sum(everything) <= MOST_BYTES
    assert 0 < document <= FIRST_FLIGHT


def test_a_second_page_asks_for_nothing_but_itself(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.page(BY_NAME["entry"], "nb"), wait_until="networkidle")
    _, everything = first_visit(page, site.page(BY_NAME["service"], "nb"))
    from_the_wire = [size for size in everything if size > 0]
    assert len(from_the_wire) == 1


def test_the_longest_pages_fit_the_first_flight(site: Site) -> None:
    too_large = {}
    for folder, address in (("entries", "abc"), ("services", "tjenester")):
        texts = (ROOT / "content" / "shared" / folder).glob("*/nb.md")
        longest = sorted(texts, key=lambda text: text.stat().st_size)[-10:]
        for text in longest:
            size = len(site.fetch(f"/nb/{address}/{text.parent.name}", Accept_Encoding="br"))
            assert size > 1000
            if size > FIRST_FLIGHT - HEADERS:
                too_large[text.parent.name] = size
    assert too_large == {}
