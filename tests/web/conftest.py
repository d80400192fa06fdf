"""Fixtures of the web tests: one site for all tests of a file that only read, and the site as in production."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CONTENT, NOON
from webapp.app import Avklart, create_app
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings, load
from webapp.web.front import Front


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Iterator[Avklart]:
    """The application with the real content, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("standing")
    shutil.copy(real_database, folder / "avklart.db")
    found = create_app(
        load({"AVKLART_DATA": str(folder), "AVKLART_CONTENT": str(CONTENT)}),
        clock=FixedClock(NOON),
    )
    yield found
    found.database.close()


@pytest.fixture
def front(avklart: Avklart) -> Front:
    """The application as servers call it, for tests that look at every byte."""
    return avklart.front


@pytest.fixture
def in_production(site_settings: Settings, production: Callable[..., Settings], clock: FixedClock) -> Iterator[Avklart]:
    """The application with the real content and the settings of production."""
    found = create_app(production(database_url=site_settings.database_url), clock=clock)
    yield found
    found.database.close()
