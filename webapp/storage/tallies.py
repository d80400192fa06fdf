"""Counting tries across all processes, in the database: what the rate limits of `web/throttle.py` stand on.

A count is written in a short transaction of its own, before the answer: a refused request cannot forget it (L3). Where
what is counted is only what was stored, it is written with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import local
from typing import Any

from limits.storage import Storage
from sqlalchemy import String, bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.clock import Clock
from webapp.storage.base import Base, UtcTime
from webapp.storage.session import Database


class TallyRow(Base):
    """How often something was tried in a window of time; the key is a keyed hash and names nobody."""

    __tablename__ = "tally"

    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    number: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)


def _count(insert: Callable[[Any], Any]) -> Any:
    """Answer the statement that counts a try: one more in this window, or the first of a new one."""
    amount: Any = bindparam("amount")
    now, end = bindparam("now", type_=UtcTime), bindparam("end", type_=UtcTime)
    row = TallyRow.__table__.c
    first = insert(TallyRow.__table__).values(key=bindparam("of"), number=amount, until=end)
    counted = {
        "number": case((row.until <= now, amount), else_=row.number + amount),
        "until": case((row.until <= now, end), else_=row.until),
    }
    return first.on_conflict_do_update(index_elements=[row.key], set_=counted).returning(row.number)


_COUNT_ON_SQLITE, _COUNT_ON_POSTGRESQL = _count(sqlite_insert), _count(postgresql_insert)


class Tallies(Storage):
    """The counts, as the limits library wants them; windows are of fixed length and begin at the first try."""

    STORAGE_SCHEME = None

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._joined = local()

    @contextmanager
    def within(self, session: Session) -> Iterator[None]:
        """Count, in this thread, in the transaction of what is tried: one that is rolled back was no try."""
        self._joined.session = session
        try:
            yield
        finally:
            self._joined.session = None

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database may raise."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and answer the number in this window of `expiry` seconds."""
        now = self._clock.now()
        values = {"of": key, "amount": amount, "now": now, "end": now + timedelta(seconds=expiry)}
        count = _COUNT_ON_SQLITE if self._database.is_sqlite else _COUNT_ON_POSTGRESQL
        joined: Session | None = getattr(self._joined, "session", None)
        if joined is not None:
            return int(joined.execute(count, values).scalar_one())
        with self._database.writing() as session:
            return int(session.execute(count, values).scalar_one())

    def get(self, key: str) -> int:
        """Answer the number in this window."""
        row = self._row(key)
        return row.number if row and row.until > self._clock.now() else 0

    def get_expiry(self, key: str) -> float:
        """Answer when this window ends, as seconds since 1970."""
        row = self._row(key)
        return (row.until if row else self._clock.now()).timestamp()

    def check(self) -> bool:
        """Tell whether the database answers."""
        with self._database.reading() as session:
            session.execute(select(TallyRow.key).limit(1))
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        with self._database.writing() as session:
            return _forget(session)

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._database.writing() as session:
            session.execute(delete(TallyRow).where(TallyRow.key == key))

    def _row(self, key: str) -> TallyRow | None:
        with self._database.reading() as session:
            return session.get(TallyRow, key)


def _forget(session: Session, *conditions: Any) -> int:
    return len(session.scalars(delete(TallyRow).where(*conditions).returning(TallyRow.key)).all())


def forget_old_tallies(session: Session, now: datetime) -> int:
    """Delete the counts whose window has ended."""
    return _forget(session, TallyRow.until <= now)
