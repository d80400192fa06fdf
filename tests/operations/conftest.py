"""An installation with something in it, on both databases, and what an operator does with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.factories.outbox import with_keys
from webapp.kernel.clock import FixedClock
from webapp.operations.actions import restoring
from webapp.operations.actions.backing_up import Made, back_up
from webapp.operations.actions.restoring import Restored
from webapp.settings import Settings
from webapp.storage.keys import KeyRing, open_keys
from webapp.storage.session import Database

only_sqlite = pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
"""What is about the file of SQLite, or beside it."""
only_postgresql = pytest.mark.parametrize(
    "any_database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
"""What only a server has."""


@dataclass
class House:
    """An installation: its settings, its database, and its clock."""

    settings: Settings
    clock: FixedClock
    database: Database

    def back_up(self, name: str = "one.backup") -> Path:
        """Make a backup beside the data folder, and answer its file."""
        return self.made(name).path

    def made(self, name: str = "one.backup", keep_days: int = 35) -> Made:
        """Make a backup beside the data folder."""
        place = self.settings.data.parent / "backups"
        place.mkdir(exist_ok=True)
        return back_up(self.database, self.settings, self.clock, place / name if name else place, keep_days)

    def restore(self, path: Path, *, is_replacing: bool = True, settings: Settings | None = None) -> Restored:
        """Restore a backup, and open the database that it made."""
        self.database.close()
        used = settings or self.settings
        done = restoring.restore(path, used.erasures, used, self.clock, is_replacing=is_replacing)
        self.open(used)
        return done

    def open(self, settings: Settings | None = None) -> Database:
        """Open the database of the settings with its keys."""
        self.database.close()
        self.settings = settings or self.settings
        self.database = Database(self.settings.database_url)
        open_keys(self.database, self.settings, self.clock)
        return self.database


@pytest.fixture
def house(any_database: Database, settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[House]:
    """An installation with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    data = tmp_path / "data"
    data.mkdir()
    url = any_database.engine.url.render_as_string(hide_password=False)
    if any_database.is_sqlite:
        any_database.close()
        (tmp_path / "avklart.db").rename(data / "avklart.db")
        url = f"sqlite:///{data / 'avklart.db'}"
    own = replace(
        settings, data=data, database_url=url, master_key_file=tmp_path / "keys" / "master",
        backup_key_file=tmp_path / "keys" / "backup", erasures=tmp_path / "apart" / "erasures.jsonl",
        audit_heads=tmp_path / "apart" / "heads.jsonl",
    )  # fmt: skip
    database = Database(url)
    with_keys(database, own, clock)
    assert isinstance(database.keys, KeyRing)
    found = House(own, clock, database)
    yield found
    found.database.close()
    any_database.close()
