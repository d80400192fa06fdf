"""The application on both databases, for what depends on how they lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.factories.outbox import with_keys
from tests.factories.people import QUICK
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings
from webapp.storage.session import Database


@pytest.fixture
def two_sites(
    any_database: Database, settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart]
) -> Iterator[tuple[Avklart, Avklart]]:
    """The whole application twice, as two processes have it, on one database: on SQLite and on PostgreSQL in turn."""
    with_keys(any_database, settings, clock)
    own = replace(settings, database_url=any_database.engine.url.render_as_string(hide_password=False))
    first, second = (make_site(own, clock=clock, hasher=QUICK) for _ in range(2))
    yield first, second
    first.database.close()
    second.database.close()
