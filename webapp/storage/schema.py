"""Bringing a database to the newest schema, and telling which one it has."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from webapp.kernel.errors import StartError
from webapp.storage.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """Answer the newest revision, by the numbers of the migration files."""
    return max(path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """Answer the revision that a database has, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def found_in(database: Database) -> str | None:
    """Answer the revision of a database without waiting for who writes in it, or None for an empty one."""
    with database.reading() as session:
        return current(session.connection())


def migrate(database: Database) -> bool:
    """Bring a database to the newest schema; answer whether anything was done."""
    found = found_in(database)
    if found == newest():
        return False
    if found is not None and found > newest():
        raise _refusal(found)
    run(database, "head")
    return True


def require_any(database: Database) -> None:
    """Refuse a database without any schema: it may be the wrong one, and none is made in another's place (F05)."""
    if found_in(database) is None:
        raise StartError("the database is empty: put it back (`avklart restore`); a new one: `avklart migrate --new`")


def go_back(database: Database, revision: str) -> None:
    """Take a database back to an older schema; raise StartError for one that is none, or newer."""
    known = {path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}
    found = found_in(database)
    if revision not in known or found is None or revision > found:
        raise StartError(f"'{revision}' is no schema to go back to; allowed: {', '.join(sorted(known))}")
    run(database, revision)


def _refusal(found: str) -> StartError:
    if not found.isdecimal():
        return StartError("a restore into the database was cut off: run `avklart restore --replace` again")
    return StartError(f"the database has schema {found}, newer than {newest()}: run a newer Avklart")


def refuse_newer(database: Database) -> None:
    """Refuse a database that a newer Avklart has moved on, or that is being restored; one that is away is neither."""
    found = None
    with suppress(SQLAlchemyError, StartError):
        found = found_in(database)
    if found is not None and found > newest():
        raise _refusal(found)


def require_newest(database: Database) -> None:
    """Refuse a database of another schema than this Avklart's."""
    found = found_in(database)
    if found is not None and not found.isdecimal():
        raise _refusal(found)
    if found != newest():
        raise StartError(f"the database has schema {found or '0000'}, not {newest()}: run `avklart migrate` first")


def upgrade(connection: Connection, revision: str) -> None:
    """Move a database up to a revision, in the transaction that the connection is in."""
    from alembic import command  # noqa: PLC0415 -- a quarter of a second that a start without migration saves

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Any:
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def run(database: Database, revision: str) -> None:
    """Move a database to a revision: `head`, `base`, or one by its number."""
    from alembic import command  # noqa: PLC0415 -- a quarter of a second that a start without migration saves
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = _config()
    order = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    with database.engine.connect() as connection:
        found = current(connection)
        connection.rollback()
        config.attributes["connection"] = connection
        at = order.index(found) if found in order else -1
        target = {"head": len(order) - 1, "base": -1}.get(revision, order.index(revision) if revision in order else -1)
        with connection.begin():
            if target >= at:
                command.upgrade(config, revision)
            else:
                command.downgrade(config, revision)
