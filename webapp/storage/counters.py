"""Nameless counts: gathered in memory while requests are answered, written by a thread of their own.

A GET changes no state, so a view only adds to the memory; what is not written yet when a process dies is lost,
and nothing depends on it.
"""

from __future__ import annotations

import atexit
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date
from threading import Event, Lock, Thread

from sqlalchemy import Date, ForeignKey, String, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.clock import Clock, local_day
from webapp.storage.base import Base
from webapp.storage.session import Database

_log = logging.getLogger("avklart.counters")

FLUSH_SECONDS = 10.0
MOST_KEYS = 5000
CONSENT = "consent"
"""The name under which it is counted which version of a consent text somebody has said yes to."""

Key = tuple[str, date, str, str]


class CountRow(Base):
    """How often something happened in a municipality on a day: `name` says what, `word` about what."""

    __tablename__ = "counter"

    municipality: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    word: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int]


def add_counts(session: Session, counts: dict[Key, int]) -> None:
    """Add counts to those that are stored."""
    for (municipality, day, name, word), number in sorted(counts.items()):
        row = session.get(CountRow, (municipality, day, name, word), with_for_update=True)
        if row is None:
            session.add(CountRow(municipality=municipality, day=day, name=name, word=word, number=number))
        else:
            row.number += number


def counts(session: Session, municipality: str, name: str) -> dict[str, int]:
    """Answer how often each word of a name was counted in a municipality, over all days."""
    rows = session.execute(
        select(CountRow.word, CountRow.number).where(CountRow.municipality == municipality, CountRow.name == name)
    )
    total: Counter[str] = Counter()
    for word, number in rows:
        total[word] += number
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

    def count(self, municipality: str, name: str, word: str = "") -> None:
        """Count one thing; costs a request nothing but this."""
        key = (municipality, local_day(self._clock.now()), name, word[:80])
        with self._lock:
            if key in self._waiting or len(self._waiting) < MOST_KEYS:
                self._waiting[key] += 1
            if self._thread is None:
                self._thread = Thread(target=self._run, name="counters", daemon=True)
                self._thread.start()
                atexit.register(self.close)

    def flush(self) -> None:
        """Write what is waiting; it goes on waiting where the database does not take it."""
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
