"""Fixtures of storage: a database with two municipalities, their keys, and a table with sealed columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import NOON
from tests.storage.letters import CODES, COLUMNS, LetterBase
from webapp.kernel.clock import FixedClock
from webapp.municipalities.models import MunicipalityRow
from webapp.settings import Settings
from webapp.storage import sealed
from webapp.storage.keys import KeyRing, open_keys
from webapp.storage.session import Database


@pytest.fixture
def places(any_database: Database, settings: Settings) -> Settings:
    """The settings of a database that knows two municipalities and has no keys."""
    with any_database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in CODES)
    url = any_database.engine.url.render_as_string(hide_password=False)
    return replace(settings, database_url=url)


@pytest.fixture
def ring(any_database: Database, places: Settings, clock: FixedClock) -> KeyRing:
    """The keys of that database."""
    return open_keys(any_database, places, clock)


@pytest.fixture
def letters(any_database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """That database with its keys and an empty table of letters."""
    assert any_database.keys is ring
    monkeypatch.setattr(sealed, "_by_hand", set(COLUMNS))
    LetterBase.metadata.create_all(any_database.engine)
    yield any_database
    LetterBase.metadata.drop_all(any_database.engine)
