"""The administrators of Fjordvik, with the real content; on SQLite, and where it matters on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import QUICK, Browser, add_staff
from webapp.app import Avklart, create_app
from webapp.audit.models import EventRow
from webapp.content.actions import import_parts
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role
from webapp.settings import Settings
from webapp.storage.session import Database


def come_in(
    site: Avklart, role: Role = Role.ADMINISTRATOR, *, name: str = "Kari Nordmann", municipality: str = "fjordvik",
    language: str = "nb",
) -> Browser:  # fmt: skip
    """Answer the browser of somebody who works for a municipality, and has come in."""
    email = f"{name.partition(' ')[0].lower()}@{municipality}.example"
    add_staff(site.database, role, municipality=municipality, email=email, name=name, at=NOON, language=language)
    browser = Browser(site, municipality)
    browser.sign_in(email)
    return browser


@pytest.fixture
def admin(avklart: Avklart) -> Browser:
    """Kari, who is an administrator of Fjordvik, logged in."""
    return come_in(avklart)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def anywhere(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock, real_content: Reading
) -> Iterator[Avklart]:
    """The whole application with the real content, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("avklart")
        return
    database: Database = request.getfixturevalue("postgresql_database")
    with database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=NOON)
    url = database.engine.url.render_as_string(hide_password=False)
    found = create_app(replace(settings, database_url=url), clock=clock, hasher=QUICK)
    yield found
    found.database.close()


def done(site: Avklart, action: str) -> list[tuple[str, str, dict[str, object]]]:
    """Answer what the audit log of Fjordvik has of an action: actor, object and details."""
    with site.database.reading() as session:
        wanted = select(EventRow).where(EventRow.municipality == "fjordvik", EventRow.action == action)
        return [(row.actor, row.object_id, row.details) for row in session.scalars(wanted.order_by(EventRow.sequence))]


def look_anew(site: Avklart) -> None:
    """Let the next request look for what was published, as it would do a quarter of a second later."""
    site.bookshelf._fresh_until = site.front._fresh_until = 0.0
