"""What the room does on its own: the heads of all chains are written out, for another system to keep."""

from __future__ import annotations

from pathlib import Path

from webapp.audit import files, queries
from webapp.kernel.clock import Clock
from webapp.storage.session import Database


def write_audit_heads(database: Database, clock: Clock, path: Path) -> None:
    """Append the head of each chain that is another than when it was last written, also one that went back (E1)."""
    with database.reading() as session:
        heads = queries.heads(session)
    last = {head.municipality: head for head in files.read(path)[0]}
    moved = [head for head in heads if last.get(head.municipality) != head]
    if moved:
        files.append(path, moved, clock.now())
