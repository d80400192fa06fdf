"""What is measured in the database: the outbox, sessions, and when what must be done was last done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webapp.identity.actions import sessions
from webapp.storage import marks, outbox_operations
from webapp.storage.marks import Mark
from webapp.storage.outbox import Overview
from webapp.storage.session import Database


@dataclass(frozen=True, slots=True)
class Gauges:
    """How the installation is just now."""

    outbox: Overview
    sessions: Mapping[str, int]
    marks: Mapping[str, Mark]

    def workers(self) -> dict[str, datetime]:
        """Answer when each worker last said that it lives."""
        return {name: mark.at for name, mark in self.marks.items() if name.startswith(marks.WORKER)}

    def jobs(self) -> dict[str, Mark]:
        """Answer when each job last ran, by its own name."""
        return marks.jobs(self.marks)


def gauges(database: Database) -> Gauges:
    """Read how the installation is."""
    with database.reading() as session:
        return Gauges(outbox_operations.depth(session), sessions.living(session), marks.all_marks(session))
