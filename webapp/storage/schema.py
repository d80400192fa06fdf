"""Bringing a database to the newest schema, and telling which one it has."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

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
        raise StartError(f"the database has schema {found}, newer than {newest()}: run a newer Avklart")
    run(database, "head")
    return True


def require_newest(database: Database) -> None:
    """Refuse a database of another schema than this Avklart's."""
    found = found_in(database)
    if found != newest():
        raise StartError(f"the database has schema {found or '0000'}, not {newest()}: run `avklart migrate` first")


def run(database: Database, revision: str) -> None:
    """Move a database to a revision: `head`, `base`, or one by its number."""
    from alembic import command  # noqa: PLC0415 -- a quarter of a second that a start without migration saves
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
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
