"""The administrator reads what the demonstration has counted and writes a goal, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories.people import PASSWORD
from tests.journeys.checks import check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import SIGN_IN, new_staff
from webapp.app import Avklart
from webapp.kernel.clock import SystemClock, local_day
from webapp.kernel.permission import Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]


def test_the_administrator_reads_figures_and_writes_a_goal(
    visit: Callable[..., Page], site: Site, backstage: Avklart
) -> None:
    year = str(local_day(SystemClock().now()).year - 1)
    staff, page = new_staff(backstage, Role.ADMINISTRATOR), visit()
    page.goto(site.url(FJORDVIK + SIGN_IN))
    page.get_by_label("E-post").fill(staff.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.locator("main .form button").first.click()
    page.wait_for_url("**/innlogging/hjem")

    page.goto(site.url(f"{FJORDVIK}/admin/innsikt"))
    check_on_phone(page, "nb")
    page.get_by_role("link", name="Hvilke forventninger spriker").click()
    page.get_by_label("Tid").select_option(year)
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("img", name="Det som spriker oftest")).to_be_visible()
    expect(page.get_by_role("row", name="Måke snø: mer ventet av kommunen")).to_be_visible()
    check_on_phone(page, "nb")
    check_sizes(page)

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(site.url(f"{FJORDVIK}/admin/maal-og-tiltak"))
    page.get_by_role("link", name="Nytt mål").click()
    page.get_by_label("Målet").fill("Flere bor hjemme lenger")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("status").filter(has_text="Lagret.")).to_be_visible()
    page.get_by_role("link", name="Ny indikator (Flere bor hjemme lenger)").click()
    page.get_by_label("Indikatoren").fill("Over 80 år, bor hjemme")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("heading", name="Over 80 år, bor hjemme")).to_be_visible()
    check_on_phone(page, "nb")
    check_sizes(page)
