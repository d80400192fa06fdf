"""A backup of a PostgreSQL database: every table by COPY from one snapshot, by the role that owns them.

Neither a superuser nor the server's own tools are needed, and another version of the server can take it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect, text

from webapp.kernel.errors import StartError
from webapp.storage import schema
from webapp.storage.session import Database

TABLE = "table/"
RESTORING = "restoring"
"""What stands in the place of the schema's number until a restore is over: no process starts on it."""


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Open one state of the whole database for the block; writers are not disturbed."""
    with database.engine.execution_options(reading=True).connect() as connection, connection.begin():
        connection.execute(text("SELECT 1"))
        yield connection


def columns_of(connection: Connection) -> dict[str, list[str]]:
    """Answer the columns of every table that rows are kept in, in the order in which they are written."""
    found = inspect(connection)
    names = sorted(name for name in found.get_table_names() if name != "alembic_version")
    return {name: [str(column["name"]) for column in found.get_columns(name)] for name in names}


def rows(connection: Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    """Write a table's rows in PostgreSQL's own binary form."""
    with _cursor(connection) as cursor, cursor.copy(f"COPY {_names(table, columns)} TO STDOUT (FORMAT BINARY)") as copy:
        for data in copy:
            yield bytes(data)


def is_empty(connection: Connection) -> bool:
    """Tell whether there are no tables yet."""
    return not inspect(connection).get_table_names()


def others(connection: Connection) -> int:
    """Answer how many others are connected to this database just now."""
    wanted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(connection.execute(text(wanted)).scalar_one())


def drop_all(connection: Connection) -> None:
    """Take all tables away, in the transaction of what comes in their place."""
    quote = connection.dialect.identifier_preparer.quote
    for name in inspect(connection).get_table_names():
        connection.execute(text(f"DROP TABLE {quote(name)} CASCADE"))
    ours = text(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
        "AND proowner = current_user::regrole AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid "
        "AND deptype = 'e')"
    )
    for name in connection.execute(ours).scalars().all():
        connection.execute(text(f"DROP FUNCTION {name} CASCADE"))


@contextmanager
def filled(connection: Connection, revision: str) -> Iterator[Callable[[str, list[str], bytes], None]]:
    """Make the tables of a revision, and fill them in the block; what refers to what is checked at its end."""
    schema.upgrade(connection, revision)
    held = _take_references_away(connection)
    loader = _Loader(connection)
    try:
        yield loader.take
    finally:
        loader.end()
    for table, name, said in held:
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {said}"))
    _set_sequences(connection)


def mark(connection: Connection, revision: str) -> None:
    """Write which schema the database says that it has."""
    connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


class _Loader:
    """Takes the parts of tables, one table after another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = ""
        self._open: Any = None
        self._copy: Any = None

    def take(self, table: str, columns: list[str], data: bytes) -> None:
        """Take a part of a table's rows."""
        if table != self._table:
            self.end()
            if table not in inspect(self._connection).get_table_names():
                raise StartError(f"the backup has a table {table} that its schema does not have")
            self._table = table
            self._cursor = _cursor(self._connection)
            self._open = self._cursor.copy(f"COPY {_names(table, columns)} FROM STDIN (FORMAT BINARY)")
            self._copy = self._open.__enter__()
        self._copy.write(data)

    def end(self) -> None:
        """End the table at hand."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._cursor.close()
            self._open, self._table = None, ""


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()


def _names(table: str, columns: list[str]) -> str:
    for name in (table, *columns):
        if not name.replace("_", "").isalnum() or '"' in name:
            raise StartError(f"the backup names a table or column '{name}' that cannot be ours")
    listed = ", ".join(f'"{name}"' for name in columns)
    return f'"{table}" ({listed})'


def _take_references_away(connection: Connection) -> list[tuple[str, str, str]]:
    wanted = text(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )
    held = [(str(table), str(name), str(said)) for table, name, said in connection.execute(wanted)]
    for table, name, _ in held:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return held


def _set_sequences(connection: Connection) -> None:
    """Let what counts by itself go on after the highest number that was loaded."""
    wanted = text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND (column_default LIKE 'nextval%' OR is_identity = 'YES')"
    )
    for table, column in connection.execute(wanted).all():
        where = {"table": f'"{table}"', "column": column}
        name = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), where).scalar()
        if name:
            highest = f'SELECT setval(:name, COALESCE(max("{column}"), 1), max("{column}") IS NOT NULL) FROM "{table}"'  # noqa: S608 -- names of the database's own
            connection.execute(text(highest), {"name": name})
