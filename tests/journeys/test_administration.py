"""The administrator at work in a real browser: every page on a phone with axe, a room closed and opened, a colour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories.site import until
from tests.journeys.checks import Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import new_staff, press, sign_in
from webapp.app import Avklart
from webapp.kernel.permission import Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

Visit = Callable[..., Page]
PAGES = (
    "/admin/", "/admin/rom", "/admin/sprak", "/admin/kontakt", "/admin/kontakt/nav", "/admin/utseende",
    "/admin/utseende?accent=%23ffdd00", "/admin/oppbevaring?referral=10&agreement=20", "/admin/oppbevaring?referral=x",
    "/admin/regler", "/admin/vapen", "/admin/samtykke", "/admin/tekster", "/admin/mottakere",
    "/admin/mottakere/webhook",
    "/admin/mottakere/archive", "/admin/endringer", "/admin/ansatte",
)  # fmt: skip


def test_every_page_can_be_used_on_a_phone_and_enlarged(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit()
    sign_in(page, site, new_staff(backstage, Role.ADMINISTRATOR, name="Arne Administrator", language="nn"), FJORDVIK)
    for path in PAGES:
        page.goto(site.url(f"{FJORDVIK}{path}"))
        check_on_phone(page, "nn")
        if "?" not in path:
            check_sizes(page)


def test_a_room_is_closed_seen_closed_and_opened_again_by_keyboard(
    site: Site, backstage: Avklart, visit: Visit
) -> None:
    page = visit(width=1280)
    watcher = Watcher(page)
    sign_in(page, site, new_staff(backstage, Role.ADMINISTRATOR, name="Kari Administrator"), FJORDVIK)
    page.goto(site.url(f"{FJORDVIK}/admin/rom"))
    page.get_by_label("Henvendelser til kommunen").focus()
    page.keyboard.press("Space")
    press(page, "Se hvordan det blir")
    expect(page.frame_locator("iframe").get_by_role("link", name="la oss ringe deg")).to_have_count(0)
    press(page, "Lagre")
    expect(page.get_by_role("status").first).to_contain_text("Lagret.")
    assert until(lambda: b"ring-meg" not in site.fetch("/nb/"))
    page.goto(site.url(f"{FJORDVIK}/admin/endringer?slag=rooms"))
    page.locator("main .session-list button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Nå står det som før.")
    assert until(lambda: b"ring-meg" in site.fetch("/nb/"))
    watcher.check()


def test_whether_a_colour_can_be_read_is_said_while_it_is_written(site: Site, backstage: Avklart, visit: Visit) -> None:
    page = visit()
    sign_in(page, site, new_staff(backstage, Role.ADMINISTRATOR, name="Live Kontrast"), FJORDVIK)
    page.goto(site.url(f"{FJORDVIK}/admin/utseende"))
    field = page.get_by_label("Farge", exact=True)
    field.fill("#ffdd00")
    expect(page.locator("#kontrast")).to_contain_text("Nei. Velg en mørkere farge.")
    expect(field).to_be_focused()
    field.fill("#1f5c3a")
    expect(page.locator("#kontrast")).to_contain_text("Ja. Denne fargen kan brukes.")
