"""Migrations: up, down and up again, and the tables they make are those of the models."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import inspect, text

from tests.conftest import NOON
from webapp import rooms
from webapp.cli import cli
from webapp.kernel.errors import StartError
from webapp.municipalities.models import MunicipalityRow
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.base import Base
from webapp.storage.session import Database

assert rooms is not None  # every model of every room is known to Base


def current(database: Database) -> str | None:
    """Answer the revision of a database."""
    with database.engine.connect() as connection:
        return schema.current(connection)


def tables(database: Database) -> dict[str, Any]:
    """Answer what a database says of its own tables, in words that can be compared."""
    found = inspect(database.engine)
    return {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(str(index["name"]) for index in found.get_indexes(name)),
            sorted(str(key["name"]) for key in found.get_foreign_keys(name)),
        )
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def test_the_models_are_what_the_migrations_make(any_database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with any_database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []
    assert set(tables(any_database)) == set(Base.metadata.tables)


def test_the_comparison_sees_a_table_that_is_missing(any_database: Database) -> None:
    with any_database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE counter RENAME TO counters"))
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        assert {difference[0] for difference in differences} == {"add_table", "remove_table"}
        connection.execute(text("ALTER TABLE counters RENAME TO counter"))


def test_migrations_go_up_down_and_up_again(any_database: Database) -> None:
    before = tables(any_database)
    assert current(any_database) == schema.newest()
    schema.run(any_database, "base")
    assert (tables(any_database), current(any_database)) == ({}, None)
    schema.run(any_database, "head")
    assert (tables(any_database), current(any_database)) == (before, schema.newest())


def test_every_single_migration_can_be_taken_back_with_data_in_the_tables(any_database: Database) -> None:
    revisions = sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert revisions[-1] == schema.newest()
    for revision in revisions[::-1]:
        with any_database.writing() as session:
            session.add(MunicipalityRow(code=f"m{revision}", created_at=NOON))
        at = revisions.index(revision)
        schema.run(any_database, revisions[at - 1] if at else "base")
        assert current(any_database) == (revisions[at - 1] if at else None)
    for revision in revisions:
        schema.run(any_database, revision)
        assert current(any_database) == revision


def test_the_newest_schema_is_left_as_it_is(any_database: Database) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
    assert schema.migrate(any_database) is False
    schema.run(any_database, "head")
    with any_database.reading() as session:
        assert session.get(MunicipalityRow, "fjordvik") is not None


def test_an_empty_database_is_brought_to_the_newest_schema(any_database: Database) -> None:
    schema.run(any_database, "base")
    assert schema.migrate(any_database) is True
    assert current(any_database) == schema.newest()
    schema.require_newest(any_database)


def test_a_newer_schema_is_refused_and_left_alone(any_database: Database) -> None:
    before = tables(any_database)
    with any_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartError, match=f"the database has schema 9999, newer than {schema.newest()}: run a newer Av"):
        schema.migrate(any_database)
    with pytest.raises(StartError, match="the database has schema 9999"):
        schema.require_newest(any_database)
    assert (tables(any_database), current(any_database)) == (before, "9999")
    with any_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": schema.newest()})


def test_a_database_without_a_schema_is_not_the_newest(any_database: Database) -> None:
    schema.run(any_database, "base")
    with pytest.raises(StartError, match=f"has schema 0000, not {schema.newest()}: run `avklart migrate` first"):
        schema.require_newest(any_database)


def test_the_schema_is_looked_at_while_somebody_writes(any_database: Database) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
        session.flush()
        schema.require_newest(any_database)
        assert schema.migrate(any_database) is False


def test_the_command_makes_the_data_folder_and_the_schema_and_says_when_there_is_nothing_to_do(
    settings: Settings,
) -> None:
    environment = {"AVKLART_DATA": str(settings.data / "new"), "AVKLART_DATABASE_URL": ""}
    first = CliRunner().invoke(cli, ["migrate"], env=environment, catch_exceptions=False)
    second = CliRunner().invoke(cli, ["migrate"], env=environment, catch_exceptions=False)
    assert (first.output, second.output) == ("migrated\n", "already the newest\n")
    assert (settings.data / "new" / "avklart.db").is_file()
