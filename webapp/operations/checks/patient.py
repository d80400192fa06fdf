"""Whom the doctor looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from webapp.kernel.clock import Clock
from webapp.settings import Settings
from webapp.storage.session import Database


@dataclass(frozen=True, slots=True)
class Patient:
    """An installation: its settings, its database, and the time."""

    settings: Settings
    database: Database
    clock: Clock


def number(count: int, one: str, several: str = "") -> str:
    """Say how many there are of something."""
    return f"1 {one}" if count == 1 else f"{count} {several or f'{one}s'}"


def age(time: timedelta) -> str:
    """Say how long ago something was, in the unit that says most."""
    seconds = max(0, int(time.total_seconds()))
    for size, word in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{number(seconds // size, word)} ago"
    return f"{number(seconds, 'second')} ago"
