"""Changing the language where a script has changed the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]


@pytest.mark.parametrize("java_script", [True, False])
def test_whoever_changes_the_language_keeps_what_was_asked(
    site: Site,
    visit: Callable[..., Page],
    java_script: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    page = visit(java_script_enabled=java_script)
    page.goto(site.url(f"{FJORDVIK}/nb/hvem-gjor-hva"))
    page.locator("#q").fill("snø")
    page.locator("#q").press("Enter")
    expect(page.locator(".answers .answer").first).to_contain_text("Kommunen gjør vanligvis ikke dette.")
    page.locator("header a[hreflang=nn]").click()
    expect(page.locator("#q")).to_have_value("snø")
    expect(page.locator(".answers .answer").first).to_contain_text("Kommunen gjer vanlegvis ikkje dette.")
