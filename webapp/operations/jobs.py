"""What the room does on its own: says that the worker lives, and keeps the erasure list."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from webapp.kernel.clock import Clock
from webapp.operations.actions import erasing
from webapp.settings import Settings
from webapp.storage import marks
from webapp.storage.session import Database

FORGOTTEN = timedelta(days=1)


def name_of_worker() -> str:
    """Answer under which name this process says that it lives."""
    return f"{marks.WORKER}{socket.gethostname()[:60]}:{os.getpid()}"


def beat(database: Database, clock: Clock) -> None:
    """Say that this worker lives, and forget those that have been silent for a day."""
    with database.writing() as session:
        marks.put(session, name_of_worker(), clock.now())
        marks.take_away_old(session, marks.WORKER, clock.now() - FORGOTTEN)


def say_farewell(database: Database) -> None:
    """Say that this worker has stopped as it should."""
    with database.writing() as session:
        marks.take_away(session, name_of_worker())


def note_job(database: Database, clock: Clock, name: str, *, is_good: bool) -> None:
    """Note when a job last ran, and how that went."""
    with database.writing() as session:
        marks.put(session, f"{marks.JOB}{name}", clock.now(), is_good=is_good)


def write_erasures(database: Database, clock: Clock, settings: Settings) -> None:
    """Write what was erased to the list that lies apart from the database."""
    erasing.write_out(database, clock, settings)


def forget_old_erasures(clock: Clock, settings: Settings) -> None:
    """Take from the list what is older than any backup can be."""
    erasing.forget_old_lines(clock, settings)
