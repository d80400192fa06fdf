"""The worker: runs each room's jobs at their times, in a process of its own. No rules of its own."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from webapp.kernel.clock import Clock, SystemClock
from webapp.search.jobs import forget_old_words
from webapp.settings import load
from webapp.storage.session import Database
from webapp.web import logs

_log = logging.getLogger("avklart.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: its name, how often, and what it does."""

    name: str
    seconds: float
    work: Callable[[Database, Clock], None]


JOBS = (Job("forget old search words", 24 * 3600, forget_old_words),)


def run_due(database: Database, clock: Clock, last: dict[str, float]) -> None:
    """Run the jobs whose time has come; one that fails is logged and tried again at its next time."""
    now = clock.now().timestamp()
    for job in JOBS:
        if now - last.get(job.name, 0.0) < job.seconds:
            continue
        last[job.name] = now
        try:
            job.work(database, clock)
        except SQLAlchemyError as error:
            _log.error("job failed", exc_info=error, extra={"facts": {"job": job.name}})


def main() -> None:
    """Run until told to stop; the job under way is finished first."""
    logs.configure()
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    database = Database(load().database_url)
    last: dict[str, float] = {}
    _log.info("worker started")
    while not stop.wait(1.0):
        run_due(database, SystemClock(), last)
    database.close()
    _log.info("worker stopped")


if __name__ == "__main__":
    main()
