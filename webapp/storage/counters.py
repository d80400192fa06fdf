"""Nameless counts: gathered in memory while requests are answered, written by a thread of their own.

A GET changes no state, so a view only adds to the memory; what is not written yet when a process dies is lost,
and nothing depends on it. Words are counted by the day, because they are forgotten by the day; moments
(`kernel/moments.py`) by the month, which is all that is ever shown of them.
"""

from __future__ import annotations

import atexit
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy import Date, ForeignKey, String, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.clock import Clock, local_day
from webapp.storage.base import Base, dialect_of, insert_as
from webapp.storage.session import Database

_log = logging.getLogger("avklart.counters")

FLUSH_SECONDS = 10.0
MOST_KEYS = 5000
CONSENT = "consent"
"""The name under which it is counted which version of a consent text somebody has said yes to."""

Key = tuple[str, date, str, str]
Found = dict[tuple[str, date, str], int]
Source = Callable[[], Iterable[tuple[str, str, str, int]]]
"""Gives what it has counted by itself since it was last asked, as (municipality, name, word, number)."""


class CountRow(Base):
    """How often something happened in a municipality on a day: `name` says what, `word` about what."""

    __tablename__ = "counter"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]


def add_counts(session: Session, counts: dict[Key, int]) -> None:
    """Add counts to those that are stored; two who count the same at once are both counted."""
    if not counts:
        return
    rows = [
        {"municipality": municipality, "day": day, "name": name, "word": word, "number": number}
        for (municipality, day, name, word), number in sorted(counts.items())  # in one order: nobody waits in a ring
    ]
    session.execute(_add(dialect_of(session)), rows)


@cache
def _add(dialect: str) -> Any:
    table: Any = CountRow.__table__
    first = insert_as(dialect, table)
    both = {"number": table.c.number + first.excluded.number}
    return first.on_conflict_do_update(index_elements=table.primary_key.columns, set_=both)


def counts(session: Session, municipality: str, name: str) -> dict[str, int]:
    """Answer how often each word of a name was counted in a municipality, over all days."""
    rows = session.execute(
        select(CountRow.word, CountRow.number).where(CountRow.municipality == municipality, CountRow.name == name)
    )
    total: Counter[str] = Counter()
    for word, number in rows:
        total[word] += number
    return dict(total)


def counts_by_month(session: Session, municipality: str, names: Iterable[str], since: date, until: date) -> Found:
    """Answer what was counted of some names by months, from a day to before another, as (name, month, word)."""
    row = CountRow
    wanted = select(row.name, row.day, row.word, row.number).where(
        row.municipality == municipality, row.day >= since, row.day < until, row.name.in_(list(names))
    )
    total: Counter[tuple[str, date, str]] = Counter()
    for name, day, word, number in session.execute(wanted):
        total[name, day.replace(day=1), word] += number
    return dict(total)


@dataclass(frozen=True, slots=True)
class Span:
    """How often a word was counted, and on which day first."""

    number: int
    since: date


def spans(session: Session, municipality: str, name: str) -> dict[str, Span]:
    """Answer how often each word of a name was counted in a municipality, and since when."""
    row = CountRow
    wanted = select(row.word, func.sum(row.number), func.min(row.day)).where(
        row.municipality == municipality, row.name == name
    )
    found = session.execute(wanted.group_by(row.word).order_by(row.word))
    return {word: Span(int(number), since) for word, number, since in found}


class Counters:
    """The counts of a process that are not written yet."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._waiting: Counter[Key] = Counter()
        self._thread: Thread | None = None
        self._stop = Event()
        self.sources: list[Source] = []
        """What counts by itself because it has no time to ask: the pages that are answered from memory."""
        database.on_moments = self.count_moments

    def count(self, municipality: str, name: str, word: str = "") -> None:
        """Count one thing; costs a request nothing but this."""
        self._add((municipality, local_day(self._clock.now()), name, word[:80]), 1)

    def count_moments(self, moments: Iterable[tuple[str, str, str]]) -> None:
        """Count what happened, as (municipality, moment, word), in the month of now."""
        month = local_day(self._clock.now()).replace(day=1)
        for municipality, name, word in moments:
            self._add((municipality, month, name, word[:80]), 1)

    def _add(self, key: Key, number: int) -> None:
        with self._lock:
            if key in self._waiting or len(self._waiting) < MOST_KEYS:
                self._waiting[key] += number

    def start(self) -> None:
        """Begin to write by a thread of its own: what serves and what works does so, once it is what will be forked."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="counters", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def flush(self) -> None:
        """Write what is waiting; it goes on waiting where the database does not take it."""
        month = local_day(self._clock.now()).replace(day=1)
        for municipality, name, word, number in (found for source in self.sources for found in source()):
            self._add((municipality, month, name, word[:80]), number)
        with self._lock:
            taken, self._waiting = dict(self._waiting), Counter()
        if not taken:
            return
        try:
            with self._database.writing() as session:
                add_counts(session, taken)
        except SQLAlchemyError:
            _log.warning("counts not written yet")
            with self._lock:
                self._waiting.update(taken)

    def close(self) -> None:
        """Write what is waiting, and stop."""
        self._stop.set()
        self.flush()

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()
