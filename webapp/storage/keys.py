"""The key ring: each municipality's data keys, opened by the master key and held in memory (K1, K2)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from threading import Lock
from time import monotonic

from sqlalchemy import column, select, table
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.kernel.clock import Clock
from webapp.kernel.errors import StartError, TamperedError
from webapp.settings import Settings
from webapp.storage import ciphers
from webapp.storage.key_models import DataKeyRow
from webapp.storage.masters import Masters, open_key, read_masters, wrap_key
from webapp.storage.schema import require_newest
from webapp.storage.session import Database

_log = logging.getLogger("avklart.keys")

PURPOSES = ("audit", "field", "index")
FRESH_SECONDS = 5.0
"""How long a process may go on sealing by a key that another process has put aside."""
_TRIES = 4
_MUNICIPALITY = table("municipality", column("code"))


@dataclass(frozen=True, slots=True)
class _DataKey:
    id: str
    municipality: str
    purpose: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    keys: Mapping[str, _DataKey]
    writers: Mapping[tuple[str, str], _DataKey]


class KeyRing:
    """Seals and opens values (the Protocol `Keys`); for all threads of a process.

    It looks into the database in reading sessions only: whoever seals may hold the lock of the writer.
    """

    def __init__(self, database: Database, masters: Callable[[], Masters], clock: Clock) -> None:
        self._database = database
        self._read_masters = masters
        self._clock = clock
        self._lock = Lock()
        self._masters: Masters = ()
        self._known: _Known | None = None
        self._looked = 0.0

    def seal(self, text: str, *, municipality: str, table: str, column: str, row: str) -> str:
        """Answer a text encrypted for one place, by the municipality's newest key."""
        self._look_now_and_then()
        key = self._writer(municipality, "field")
        return ciphers.seal(key.id, key.secret, text, ciphers.bind(municipality, table, column, row))

    def unseal(self, sealed: str, *, municipality: str, table: str, column: str, row: str) -> str:
        """Answer the text of a sealed value; raise TamperedError where it was not sealed for this place."""
        key = self._key(ciphers.key_of(sealed), municipality, "field")
        return ciphers.unseal(key.secret, sealed, ciphers.bind(municipality, table, column, row))

    def index(self, municipality: str, what: str, text: str) -> str:
        """Answer the blind index of a text among others of its kind."""
        return ciphers.code(self._writer(municipality, "index").secret, ciphers.bind(what, text))

    def audit_code(self, municipality: str, data: bytes, key: str = "") -> tuple[str, str]:
        """Answer the id of the audit key and the HMAC-SHA-256 of data by it; by the newest where none is named."""
        found = self._key(key, municipality, "audit") if key else self._writer(municipality, "audit")
        return found.id, ciphers.code(found.secret, data)

    def reload(self) -> None:
        """Read the keys anew; raise StartError where one of them does not open."""
        with self._lock:
            self._load()

    def ensure(self) -> None:
        """Make the keys that municipalities lack, in a transaction of its own; two processes at once agree."""
        for _ in range(_TRIES):
            self.reload()
            with self._database.reading() as session:
                if not _lacking(session):
                    return
            with suppress(IntegrityError), self._database.writing() as session:  # others may make them just now
                session.add_all(self.new_key(*wanted) for wanted in _lacking(session))
        raise StartError("the keys of new municipalities could not be made: try again")

    def new_key(self, municipality: str, purpose: str) -> DataKeyRow:
        """Answer the row of a new data key that is to write."""
        row = DataKeyRow(
            id=token_hex(8), municipality=municipality, purpose=purpose, state="writer", created_at=self._clock.now()
        )
        wrap_key(self._masters or self._read_masters(), row, ciphers.new_secret_bytes())
        return row

    def _writer(self, municipality: str, purpose: str) -> _DataKey:
        wanted = (municipality, purpose)
        found = self._now_known().writers.get(wanted)
        if found is None:
            self.reload()
            found = self._now_known().writers.get(wanted)
        if found is None:
            raise StartError(f"{municipality} has no {purpose} key: KeyRing.ensure makes it when one is added")
        return found

    def _key(self, key: str, municipality: str, purpose: str) -> _DataKey:
        if key not in self._now_known().keys:
            self.reload()
        found = self._now_known().keys.get(key)
        if found is None or (found.municipality, found.purpose) != (municipality, purpose):
            raise TamperedError(f"a value under a key that is no {purpose} key of {municipality}")
        return found

    def _now_known(self) -> _Known:
        if self._known is None:
            self.reload()
        assert self._known is not None
        return self._known

    def _look_now_and_then(self) -> None:
        """Look for a newer writer; go on with the known one where that is not possible now."""
        if monotonic() - self._looked < FRESH_SECONDS or self._known is None or not self._lock.acquire(blocking=False):
            return
        try:
            self._load(is_hasty=True)  # asked in the middle of a transaction, which must not wait for itself
        except (SQLAlchemyError, StartError) as error:
            _log.warning("keys not read again", exc_info=error)
        finally:
            self._lock.release()

    def _load(self, *, is_hasty: bool = False) -> None:
        self._looked = monotonic()
        with self._database.reading(is_hasty=is_hasty) as session:
            rows = session.scalars(select(DataKeyRow)).all()
            session.expunge_all()
        old = self._known.keys if self._known else {}
        new = [row for row in rows if row.id not in old]
        if not self._masters or not {row.master for row in new} <= {master.id for master in self._masters}:
            self._masters = self._read_masters()  # for the first time, or since somebody put a new line into the file
        opened = {row.id: open_key(self._masters, row) for row in new}
        keys = {
            row.id: old.get(row.id) or _DataKey(row.id, row.municipality, row.purpose, opened[row.id]) for row in rows
        }
        writers = {(row.municipality, row.purpose): keys[row.id] for row in rows if row.state == "writer"}
        self._known = _Known(keys, writers)


def open_keys(database: Database, settings: Settings, clock: Clock) -> KeyRing:
    """Open a database's keys and make those that are missing; raise StartError where one does not open (F24).

    A database that cannot be reached yet stops nothing: its keys are read when one is first needed.
    """
    if not settings.is_demo:
        read_masters(settings)  # production refuses at once, wherever its database is
    database.keys = ring = KeyRing(database, partial(read_masters, settings), clock)
    if _is_there(database):
        try:
            ring.ensure()
        except SQLAlchemyError as error:
            _log.warning("keys not read yet", exc_info=error)
    return ring


def _is_there(database: Database) -> bool:
    try:
        require_newest(database)
    except (SQLAlchemyError, StartError) as error:
        _log.warning("keys not read yet", exc_info=error)
        return False
    return True


def _lacking(session: Session) -> list[tuple[str, str]]:
    """Answer the municipalities and purposes without a key, in an order that lets no two processes block each other."""
    have = select(DataKeyRow.municipality, DataKeyRow.purpose).where(DataKeyRow.state == "writer")
    there = {(municipality, purpose) for municipality, purpose in session.execute(have)}
    wanted = {(code, purpose) for code in session.scalars(select(_MUNICIPALITY.c.code)) for purpose in PURPOSES}
    return sorted(wanted - there)
