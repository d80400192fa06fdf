"""Fixtures of those who come in: accounts of each kind, and the site as in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.factories.people import QUICK, Browser, add_staff
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role
from webapp.municipalities.models import MunicipalityRow
from webapp.settings import Settings
from webapp.storage.keys import open_keys
from webapp.storage.masters import make_file
from webapp.storage.session import Database


def stored(avklart: Avklart) -> bytes:
    """Answer every byte of the database's file."""
    return Path(avklart.database.engine.url.database or "").read_bytes()


@dataclass
class SecureBrowser(Browser):
    """A browser at the site as in production, over https."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.host, self.scheme, self.cookie_name = "fjordvik.example", "https", "__Host-avklart"


@pytest.fixture
def kari(avklart: Avklart, clock: FixedClock) -> str:
    """Kari is an administrator of Fjordvik; answers the id of her account."""
    return add_staff(avklart.database, Role.ADMINISTRATOR, at=clock.now())


@pytest.fixture
def ola(avklart: Avklart, clock: FixedClock) -> str:
    """Ola is a caseworker of Fjordvik; answers the id of his account."""
    return add_staff(avklart.database, email="ola@fjordvik.example", name="Ola Dahl", at=clock.now())


@pytest.fixture
def elsewhere(avklart: Avklart) -> Browser:
    """Another browser at Fjordvik, in another network."""
    return Browser(avklart, address="198.51.100.9")


@pytest.fixture
def strict(
    site_settings: Settings, production: Callable[..., Settings], clock: FixedClock, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The application as in production, with a master key."""
    make_file(site_settings.master_key_file)
    found = make_site(production(database_url=site_settings.database_url), clock=clock, hasher=QUICK)
    yield found
    found.database.close()


@pytest.fixture
def secure(strict: Avklart) -> SecureBrowser:
    """A browser at the site as in production."""
    return SecureBrowser(strict)


@pytest.fixture
def keyed(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database that knows Fjordvik and has its keys, on SQLite and on PostgreSQL."""
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=clock.now()))
    open_keys(any_database, settings, clock)
    return any_database
