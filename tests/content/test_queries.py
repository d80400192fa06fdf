"""Bringing a process up to date: how little it asks of the database, and that it ends where the database is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.conftest import NOON
from tests.factories.content import facts, part, two_municipalities
from webapp.content import actions, queries
from webapp.content.domain.library import EMPTY, Shelf
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.files import Reading
from webapp.storage.session import Database

SHARED = part("entry", "sno", "nb", title="Snø")
OWN = part("entry", "sno", "nb", "fjordvik", title="Snø i Fjordvik")


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Gather the queries that a database is asked; what begins a transaction is none."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SET ")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def take_over(database: Database, *parts: PagePart) -> None:
    """Import the two municipalities and further parts."""
    with database.writing() as session:
        actions.import_parts(session, two_municipalities(*parts), fingerprint="", at=NOON)


def catch_up(database: Database, shelf: Shelf) -> tuple[Shelf, int]:
    """Bring a shelf up to date; answer it and the number of queries it took."""
    with asked(database) as statements, database.reading() as session:
        found = queries.bring_up_to_date(session, shelf)
    return found, len(statements)


def test_a_process_takes_two_queries_to_start_and_one_while_nothing_changes(any_database: Database) -> None:
    take_over(any_database, SHARED, OWN)
    shelf, cost = catch_up(any_database, EMPTY)
    assert (cost, len(shelf.parts)) == (2, 4)
    again, cost = catch_up(any_database, shelf)
    assert cost == 1
    assert again is shelf


def test_an_empty_database_takes_one_query(any_database: Database) -> None:
    shelf, cost = catch_up(any_database, EMPTY)
    assert (shelf, cost) == (EMPTY, 1)


def test_a_publication_takes_two_queries_and_brings_only_what_it_touched(any_database: Database) -> None:
    take_over(any_database, SHARED, OWN)
    shelf, _ = catch_up(any_database, EMPTY)
    with any_database.writing() as session:
        actions.publish(session, OWN.key, {"title": "Is"}, at=NOON)
    found, cost = catch_up(any_database, shelf)
    assert cost == 2
    assert found.parts == {**shelf.parts, OWN.key: {"title": "Is"}}
    assert found.parts[SHARED.key] is shelf.parts[SHARED.key]
    assert (found.sequence, found.versions) == (2, {"fjordvik": 2, "dalsbygd": 1})
    assert shelf.parts[OWN.key] == OWN.fields, "the shelf in use is not changed"


def test_many_publications_since_the_last_look_still_take_two_queries(any_database: Database) -> None:
    take_over(any_database, SHARED)
    shelf, _ = catch_up(any_database, EMPTY)
    for number in range(30):
        with any_database.writing() as session:
            actions.publish(session, PageKey(None, "entry", f"side-{number}", "nb"), {"title": "x"}, at=NOON)
    found, cost = catch_up(any_database, shelf)
    assert (cost, len(found.parts), found.sequence) == (2, 33, 31)


def test_what_was_removed_is_gone_and_a_shelf_ends_where_the_database_is(any_database: Database) -> None:
    take_over(any_database, SHARED, OWN)
    shelf, _ = catch_up(any_database, EMPTY)
    take_over(any_database, OWN)
    shelf, cost = catch_up(any_database, shelf)
    assert cost == 2
    assert SHARED.key not in shelf.parts
    assert shelf == catch_up(any_database, EMPTY)[0]
    assert catch_up(any_database, shelf)[1] == 1


def test_the_whole_real_content_takes_two_queries(any_database: Database, real_content: Reading) -> None:
    with any_database.writing() as session:
        actions.import_parts(session, real_content.parts, fingerprint="", at=NOON)
    shelf, cost = catch_up(any_database, EMPTY)
    assert cost == 2
    assert shelf.parts == {key: found.fields for key, found in real_content.parts.items()}


def test_all_parts_are_in_the_order_of_their_keys(any_database: Database) -> None:
    take_over(any_database, part("task", "b", "nn"), part("task", "b", "nb"), part("entry", "z", "nb"), OWN)
    with any_database.reading() as session:
        keys = [found.key for found in queries.all_parts(session)]
    shared = [key for key in keys if key.municipality is None]
    assert shared == sorted(shared)
    assert [key.kind for key in keys if key.municipality == "fjordvik"] == ["entry", "municipality"]
    assert len(keys) == 6


def test_a_municipality_that_is_gone_is_no_longer_among_the_municipalities(any_database: Database) -> None:
    take_over(any_database, SHARED)
    with any_database.writing() as session:
        parts = {facts("dalsbygd").key: facts("dalsbygd"), SHARED.key: SHARED}
        actions.import_parts(session, parts, fingerprint="", at=NOON)
    shelf, _ = catch_up(any_database, EMPTY)
    assert [found.code for found in shelf.municipalities()] == ["dalsbygd"]
