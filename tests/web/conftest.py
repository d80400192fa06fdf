"""Fixtures of the web tests: the application as servers call it, and the site as in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings
from webapp.storage.masters import make_file
from webapp.web.front import Front


@pytest.fixture
def front(avklart: Avklart) -> Front:
    """The application as servers call it, for tests that look at every byte."""
    return avklart.front


@pytest.fixture
def in_production(
    site_settings: Settings, production: Callable[..., Settings], clock: FixedClock, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The application with the real content and the settings of production."""
    make_file(site_settings.master_key_file)
    found = make_site(production(database_url=site_settings.database_url), clock=clock)
    yield found
    found.database.close()
