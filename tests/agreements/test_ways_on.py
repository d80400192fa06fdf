"""No dead ends: what a page of an agreement leads to opens for the one whose page it is."""

from __future__ import annotations

import pytest

from tests.factories.people import Browser
from tests.factories.signing import family_of, page_of, signed_by_all, staff_browser
from webapp.app import Avklart


def require_open(browser: Browser, path: str) -> list[str]:
    """Open a page, and everything on this site that it leads to; answer where it leads."""
    ways = [way for way in browser.get(path).links().values() if way.startswith("/")]
    closed = {way: status for way in ways if (status := browser.raw(way).status_code) not in {200, 303}}
    assert closed == {}
    return ways


@pytest.mark.parametrize("is_round", [False, True], ids=["in force", "a new round"])
def test_every_way_on_is_open_to_who_is_shown_it(avklart: Avklart, is_round: bool) -> None:  # noqa: FBT001
    family = family_of(avklart)
    aase, staff = signed_by_all(avklart, family), staff_browser(avklart, "ola@fjordvik.example")
    if is_round:
        aase.get(page_of(family, "endre"))
        aase.post(page_of(family, "endre"), handling="ny-runde")
    for browser in (aase, staff):
        for word in ("", "endre"):
            require_open(browser, page_of(family, word))
    assert page_of(family, "avslutt") in require_open(aase, page_of(family, ""))
    assert f"/saker/avtaler/{family.agreement}/avslutt" in require_open(staff, page_of(family, ""))
    assert ("svarer alle på nytt" in staff.get(page_of(family, "endre")).text) is is_round
