"""Engine and sessions: a reading session cannot write, a writing one holds the lock from its start.

SQLite (docs/adr/0003): the driver's own transactions are off, because they begin late and lose updates;
writers begin with BEGIN IMMEDIATE. The journal is rolled back, not written ahead, unless the library is
one in which the race that corrupts write-ahead databases is mended.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from time import sleep as _pause
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from webapp.kernel.errors import StartError

_log = logging.getLogger("avklart.storage")

BUSY_TIMEOUT_MS = 5000
PAUSE_SECONDS = 0.002
"""How long whoever waits to write waits before the lock is asked for again."""
_NO_ROOM = frozenset({"SQLITE_FULL", "53100"})
"""What SQLite and PostgreSQL call a disk that is full."""
KEYS = "keys"
"""Where a session keeps what opens and seals its encrypted columns."""
_MOMENTS = "moments"
_SET_TO = "avklart.set_to"
"""Where a connection keeps what it was last set to: for reading or writing, and how long it waits."""
WAL_SAFE = ((3, 51, 3),)
WAL_SAFE_BRANCHES = {(3, 44): 6, (3, 50): 7}


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite version has the write-ahead reset race mended (fixed in 3.51.3, 3.50.7, 3.44.6)."""
    branch = (version[0], version[1])
    return version >= WAL_SAFE[0] or version[2] >= WAL_SAFE_BRANCHES.get(branch, 1_000)


class Keys(Protocol):
    """What opens and seals encrypted columns, and finds rows by them; bound to where a value stands (K1)."""

    def seal(self, text: str, *, municipality: str, table: str, column: str, row: str) -> str:
        """Answer a text encrypted for one place: `v1|key|nonce|ciphertext`."""
        ...

    def unseal(self, sealed: str, *, municipality: str, table: str, column: str, row: str) -> str:
        """Answer the text of a sealed value; raise TamperedError where it was not sealed for this place."""
        ...

    def index(self, municipality: str, what: str, text: str) -> str:
        """Answer the blind index of a text among others of its kind: HMAC-SHA-256 in 64 hexadecimal digits."""
        ...

    def audit_code(self, municipality: str, data: bytes, key: str = "") -> tuple[str, str]:
        """Answer the id of the audit key and the HMAC-SHA-256 of data by it; by the newest key where none is named."""
        ...


class Database:
    """One database: opens reading and writing sessions, each one transaction."""

    def __init__(self, url: str, *, may_be_made: bool = True) -> None:
        """Take a database; a SQLite file that is not there is made, unless it must be there already (F05)."""
        self.keys: Keys | None = None
        self.on_moments: Callable[[Iterable[tuple[str, str, str]]], None] | None = None
        """What is told of the moments of a transaction once it is committed (`happened`)."""
        self.is_sqlite = url.startswith("sqlite")
        try:
            self.engine = create_engine(
                url, pool_pre_ping=not self.is_sqlite, pool_size=8, max_overflow=8, pool_timeout=10
            )  # fmt: skip
        except (ArgumentError, ValueError):
            raise StartError(
                "AVKLART_DATABASE_URL cannot be read: is its port a number, and % written as %25?"
            ) from None
        if self.is_sqlite:
            _teach_sqlite(self.engine, may_be_made=may_be_made)
        else:
            _teach_postgresql(self.engine)
        event.listen(self.engine, "handle_error", _say_what_to_do)
        self._reader = self.engine.execution_options(reading=True)
        self._hasty_reader = self.engine.execution_options(reading=True, hasty=True)
        self._hasty = self.engine.execution_options(hasty=True)
        self._outside = self.engine.execution_options(outside=True)

    @contextmanager
    def reading(self, *, is_hasty: bool = False) -> Iterator[Session]:
        """Open a session that sees one state of the database and cannot write.

        A hasty one raises OperationalError at once where the database is busy, by a large change of its own thread too.
        """
        engine = self._hasty_reader if is_hasty else self._reader
        with Session(engine, autoflush=False, expire_on_commit=False, info={KEYS: self.keys}) as session:
            yield session

    @contextmanager
    def writing(self, *, is_hasty: bool = False) -> Iterator[Session]:
        """Open a session that is committed at the end, or rolled back whole where something is raised.

        A hasty one raises OperationalError at once where the database is busy: for what may as well be left undone.
        """
        engine = self._hasty if is_hasty else self.engine
        with Session(engine, expire_on_commit=False, info={KEYS: self.keys, _MOMENTS: []}) as session, session.begin():
            yield session
        if self.on_moments is not None and session.info[_MOMENTS]:
            self.on_moments(session.info[_MOMENTS])

    def leave_no_trace(self) -> None:
        """Have what was deleted gone from a journal that is written ahead and the pages under it; others keep nothing.

        Where somebody reads for longer than writers wait, it goes the next time.
        """
        if self.is_sqlite:
            with self._outside.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def happened(session: Session, municipality: str, moment: str, word: str = "") -> None:
    """Count, without a name, that something happened: once its transaction is committed, and not otherwise."""
    session.info.setdefault(_MOMENTS, []).append((municipality, moment, word))


def is_writable(database: Database) -> bool:
    """Tell whether a database takes changes, without changing anything; raise where it cannot be read (F05)."""
    with database.reading() as session:
        session.execute(text("SELECT version_num FROM alembic_version"))
        if not database.is_sqlite:
            asked = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
            return not session.scalar(text(asked))
    path = Path(make_url(database.engine.url).database or "")
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _say_what_to_do(context: ExceptionContext) -> None:
    """Log what an operator must do where the disk is full: nothing but making room (F03)."""
    error = context.original_exception
    found = getattr(error, "sqlite_errorname", "") or getattr(error, "sqlstate", "")
    if found in _NO_ROOM:
        advice = "make room where the database lies; what is asked for goes on by itself, nothing need be restarted"
        _log.error("the disk is full", extra={"facts": {"do": advice}})


def _teach_sqlite(engine: Engine, *, may_be_made: bool) -> None:
    path = make_url(engine.url).database

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            f"journal_mode = {journal}",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("outside"):
            return
        reading = options.get("reading", False)
        wanted = ("ON" if reading else "OFF", 0 if options.get("hasty") else BUSY_TIMEOUT_MS)
        if connection.info.get(_SET_TO) != wanted:
            connection.exec_driver_sql(f"PRAGMA query_only = {wanted[0]}")
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {wanted[1]}")
            connection.info[_SET_TO] = wanted
        if reading:
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_to_write(connection, wanted[1])

    @event.listens_for(engine, "do_connect")
    def refuse_what_is_not_there(_dialect: Any, _record: Any, _args: Any, _kwargs: Any) -> None:
        if not path or path == ":memory:":
            return
        if not Path(path).parent.is_dir():
            raise StartError(f"the folder of the database is not there: {Path(path).parent}")
        if not may_be_made and not Path(path).exists():
            raise StartError(f"the database is not there, and none is made in its place: {path}")


def _begin_to_write(connection: Connection, wait_ms: int) -> None:
    """Take the lock of the one who writes, asking evenly for as long as a session waits.

    SQLite itself asks ever less often, down to every 100 ms: who has waited long would be passed by all who come later.
    """
    own = connection.connection.dbapi_connection
    assert isinstance(own, sqlite3.Connection)
    until = monotonic() + wait_ms / 1000
    own.execute("PRAGMA busy_timeout = 0")
    try:
        while monotonic() < until:
            try:
                own.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break  # asked once more below, where SQLAlchemy sees what is wrong
                _pause(PAUSE_SECONDS)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        own.execute(f"PRAGMA busy_timeout = {wait_ms}")


def _teach_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("reading", False):
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{50 if options.get('hasty') else BUSY_TIMEOUT_MS}ms'"))
