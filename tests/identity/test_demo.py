"""The demonstration has one of each role in each municipality; production does not start with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import NOON
from tests.factories.people import QUICK, Browser, staff_row
from webapp.app import Avklart, create_app
from webapp.cli import prepare
from webapp.identity import demo, queries
from webapp.identity.actions import staff
from webapp.identity.domain.passwords import Hasher
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.kernel.permission import STAFF_ROLES
from webapp.settings import Settings
from webapp.storage.keys import open_keys
from webapp.storage.masters import make_file
from webapp.storage.session import Database

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
MUNICIPALITIES = ("fjordvik", "dalsbygd")


@pytest.fixture
def people(avklart: Avklart, monkeypatch: pytest.MonkeyPatch) -> int:
    """The demonstration's accounts; answers how many were added."""
    monkeypatch.setattr(demo, "Hasher", lambda: QUICK)
    return demo.add_people(avklart.database, at=NOON)


def test_both_municipalities_have_one_of_each_role(avklart: Avklart, people: int) -> None:
    assert people == len(MUNICIPALITIES) * len(STAFF_ROLES)
    with avklart.database.reading() as session:
        for municipality in MUNICIPALITIES:
            rows = queries.all_staff(session, municipality)
            assert {tuple(row.roles) for row in rows} == {(role.value,) for role in STAFF_ROLES}
            assert {row.state for row in rows} == {staff.ACTIVE}
    assert {row.language for row in rows} == {"nn"}, "the second one is a nynorsk municipality"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("municipality", MUNICIPALITIES)
def test_they_come_in_with_the_password_that_the_readme_names(avklart: Avklart, municipality: str) -> None:
    assert demo.PASSWORD in README
    for word, name, _ in demo.PEOPLE:
        browser = Browser(avklart, municipality)
        browser.sign_in(f"{word}@{municipality}.example", demo.PASSWORD)
        assert browser.path() == "/innlogging/hjem"
        assert browser.page is not None
        assert name in browser.page.text


def test_the_readme_names_every_one_of_them() -> None:
    assert all(f"`{word}@`" in README for word, _, _ in demo.PEOPLE)
    assert all(f"`{code}.example`" in README for code in MUNICIPALITIES)


@pytest.mark.usefixtures("people")
def test_adding_them_again_adds_nobody_and_changes_nothing(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        row = queries.all_staff(session, "fjordvik")[0]
        row.state, row.password = staff.DISABLED, None
    assert demo.add_people(avklart.database, at=NOON) == 0
    assert staff_row(avklart.database, row.id).state == staff.DISABLED


@pytest.mark.usefixtures("people")
def test_one_that_is_missing_is_added(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        session.delete(queries.all_staff(session, "dalsbygd")[0])
    assert demo.add_people(avklart.database, at=NOON) == 1


@pytest.fixture
def in_production(site_settings: Settings, production: Callable[..., Settings]) -> Settings:
    """Settings for production on a database with the content."""
    make_file(site_settings.master_key_file)
    return production(database_url=site_settings.database_url)


@pytest.fixture
def database_there(in_production: Settings, clock: FixedClock) -> Iterator[Database]:
    """That database, with its keys."""
    database = Database(in_production.database_url)
    open_keys(database, in_production, clock)
    yield database
    database.close()


def test_production_does_not_start_with_them(
    in_production: Settings, database_there: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Hasher", lambda: QUICK)
    demo.add_people(database_there, at=NOON)
    with pytest.raises(StartError, match=r"@dalsbygd\.example|@fjordvik\.example"):
        prepare(in_production)


def test_one_of_them_is_enough_to_stop_it(
    in_production: Settings, database_there: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Hasher", lambda: QUICK)
    demo.add_people(database_there, at=NOON)
    with database_there.writing() as session:
        for row in [row for code in MUNICIPALITIES for row in queries.all_staff(session, code)]:
            if row.email != "redaktor@dalsbygd.example":
                row.state = staff.DISABLED
    with pytest.raises(StartError, match=r"redaktor@dalsbygd\.example"):
        prepare(in_production)
    with database_there.writing() as session:
        for row in queries.all_staff(session, "dalsbygd"):
            row.state = staff.DISABLED
    prepare(in_production)


def test_production_starts_without_them_and_adds_none(in_production: Settings, database_there: Database) -> None:
    prepare(in_production)
    with database_there.reading() as session:
        assert [row for code in MUNICIPALITIES for row in queries.all_staff(session, code)] == []


def test_a_server_of_ones_own_refuses_them_too(
    in_production: Settings, database_there: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`webapp.wsgi` may be served by any server, which prepares nothing."""
    monkeypatch.setattr(demo, "Hasher", lambda: QUICK)
    demo.add_people(database_there, at=NOON)
    with pytest.raises(StartError, match="demonstration"):
        create_app(in_production, clock=clock, hasher=QUICK)


def test_the_demonstration_itself_prepares_them(site_settings: Settings) -> None:
    prepare(site_settings)
    database = Database(site_settings.database_url)
    open_keys(database, site_settings, FixedClock(NOON))
    with database.reading() as session:
        rows = [row for code in MUNICIPALITIES for row in queries.all_staff(session, code)]
    database.close()
    assert len(rows) == 8
    assert not Hasher().is_outdated(rows[0].password or "")
