"""What the room does on its own: heads are written out for another system to keep, and what is old goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.audit import files, queries
from webapp.audit.actions import delete_beginning
from webapp.audit.domain import Anchor, Event, Fault, verify, verify_anchor
from webapp.kernel.clock import Clock
from webapp.kernel.errors import StartError
from webapp.storage.session import Database

BATCH = 500
"""So many go in one transaction, so that nobody who writes waits long."""
_log = logging.getLogger("avklart.audit")


@dataclass(frozen=True, slots=True)
class Deletion:
    """How a run went in one municipality: how many events went, and what was broken, where it stopped there."""

    deleted: int
    fault: Fault | None = None


def write_audit_heads(database: Database, clock: Clock, path: Path) -> None:
    """Append the head of each chain that is another than when it was last written, also one that went back (E1)."""
    with database.reading() as session:
        heads = queries.heads(session)
    last = {head.municipality: head for head in files.read(path)[0]}
    moved = [head for head in heads if last.get(head.municipality) != head]
    if moved:
        files.append(path, moved, clock.now())


def municipalities(database: Database) -> list[str]:
    """Answer the municipalities that have a chain."""
    with database.reading() as session:
        return queries.municipalities(session)


def delete_old(
    database: Database, clock: Clock, municipality: str, before_of: Callable[[Session], datetime]
) -> Deletion:
    """Delete the beginning of a chain that is from before a time, oldest first, each batch with its anchor (R1, F20).

    What goes is verified first. Otherwise whoever makes an event older in the database would have it taken away, and
    the chain would be whole without it: a beginning that is broken stays, and is said.
    """
    keys, deleted = database.keys, 0
    if keys is None:
        raise StartError("no keys are open, so nothing of the audit log can be verified or deleted")
    with database.reading() as session:
        end = queries.head(session, municipality).sequence  # what the deletions themselves write is left to stand
    while True:
        anchor, going = Anchor(municipality), list[Event]()
        try:
            with database.reading() as session:
                before, anchor = before_of(session), queries.anchor(session, municipality)
                found = queries.beginning(session, municipality, after=anchor.sequence, before=before, most=BATCH)
            going = [event for event in found if event.sequence <= end]
            fault = verify_anchor(anchor, keys.audit_code, {}) or verify(going, keys.audit_code, after=anchor.end)
        except (ValueError, TypeError):  # a time or details that are none: only SQLite stores such things
            what = f"an event after {anchor.sequence} cannot be read"
            fault = Fault(municipality, anchor.sequence + 1, what)
        if fault:
            _log.error("old events are kept: the log is broken", extra={"facts": {"what": str(fault)}})
        if fault or not going:
            return Deletion(deleted, fault)
        with database.writing() as session:
            deleted += delete_beginning(session, anchor, going, at=clock.now())
