"""Fixtures of casework: two caseworkers of Fjordvik, and one of Dalsbygd."""

from __future__ import annotations

import pytest

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from webapp.app import Avklart


@pytest.fixture
def kari(avklart: Avklart) -> str:
    """Kari is a caseworker; answers the id of her account."""
    return add_staff(avklart.database, at=NOON)


@pytest.fixture
def ola(avklart: Avklart) -> str:
    """Ola is a caseworker; answers the id of his account."""
    return add_staff(avklart.database, email="ola@fjordvik.example", name="Ola Dahl", at=NOON)


@pytest.fixture
def karis(avklart: Avklart, kari: str) -> Browser:
    """Kari's browser, logged in."""
    assert kari
    found = Browser(avklart)
    found.sign_in()
    return found


@pytest.fixture
def olas(avklart: Avklart, ola: str) -> Browser:
    """Ola's browser, logged in."""
    assert ola
    found = Browser(avklart, address="198.51.100.9")
    found.sign_in("ola@fjordvik.example")
    return found
