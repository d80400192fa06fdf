"""What tests of insight begin with: an administrator of each municipality, counts of months that are over."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from webapp.app import Avklart
from webapp.kernel.moments import Moment
from webapp.kernel.permission import Role
from webapp.storage.counters import add_counts


@pytest.fixture
def admin(avklart: Avklart, browser: Browser) -> Browser:
    """Kari, who is an administrator of Fjordvik, logged in."""
    add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    browser.sign_in()
    return browser


@pytest.fixture
def neighbour(avklart: Avklart) -> Browser:
    """Nils, who is an administrator of Dalsbygd, logged in there."""
    add_staff(
        avklart.database, Role.ADMINISTRATOR, municipality="dalsbygd", email="nils@dalsbygd.example", name="Nils Dal",
        at=NOON,
    )  # fmt: skip
    found = Browser(avklart, "dalsbygd")
    found.sign_in("nils@dalsbygd.example")
    return found


def count(
    avklart: Avklart, moment: Moment, words: dict[str, int], month: date = date(2026, 10, 1), place: str = "fjordvik"
) -> None:
    """Let something have been counted in a month."""
    with avklart.database.writing() as session:
        add_counts(session, {(place, month, moment.value, word): number for word, number in words.items()})
