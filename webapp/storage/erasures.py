"""The erasure list: ids of what must not come back with a restored backup, in a file apart from the database (F19).

What is deleted, taken back or closed is noted in its own transaction; a job writes the notes out, so that they outlive
the database. After a restore they are done again before anybody comes in. Ids only: the list says nothing of anybody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.kernel.disk import sync_names
from webapp.kernel.ids import new_id
from webapp.storage.base import Base

REFERRAL, WITHDRAWN, AGREEMENT, ENDED, PARTY = "referral", "referral withdrawn", "agreement", "agreement ended", "party"
SILENCED, INVITATION, STAFF = "agreement silenced", "invitation", "staff"
COPY, MESSAGE = "working copy", "message"
KEPT = timedelta(days=45)
"""How long a line is kept: longer than the oldest backup, which lives for 35 days."""


class ErasureRow(Base):
    """Something that was erased, until it stands in the list."""

    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    municipality: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Erasure:
    """What must not come back: of which kind, whose, and since when."""

    kind: str
    municipality: str
    object_id: str
    at: datetime


def note(session: Session, kind: str, municipality: str, object_id: str, at: datetime) -> None:
    """Note, in the transaction that erases it, that something must not come back."""
    session.add(ErasureRow(id=new_id(), municipality=municipality, kind=kind, object_id=object_id, at=at))


def noted(session: Session, most: int) -> dict[str, Erasure]:
    """Answer the notes that are not in the list yet, by their own ids, oldest first."""
    row = ErasureRow
    found = select(row.id, row.kind, row.municipality, row.object_id, row.at).order_by(row.at, row.id).limit(most)
    return {own: Erasure(kind, code, what, at) for own, kind, code, what, at in session.execute(found)}


def forget_notes(session: Session, ids: Collection[str]) -> None:
    """Delete the notes that stand in the list."""
    session.execute(delete(ErasureRow).where(ErasureRow.id.in_(ids)))


def write(path: Path, erasures: Iterable[Erasure]) -> None:
    """Add to the list, and be sure that it is on the disk."""
    lines = "".join(f"{_line(one)}\n" for one in erasures)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"\n{lines}".encode())  # begun anew, should whoever wrote last have been cut off
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_names(path.parent)


def read(path: Path) -> tuple[list[Erasure], int]:
    """Answer what a list says, each thing once, and how many of its lines cannot be read."""
    found: dict[tuple[str, str, str], Erasure] = {}
    unread = 0
    for written in path.read_bytes().splitlines() if path.exists() else ():
        if not written.strip():
            continue
        one = _erasure(written)
        if one is None:
            unread += 1
        else:
            found[one.kind, one.municipality, one.object_id] = one
    return list(found.values()), unread


def forget_old_lines(path: Path, before: datetime) -> None:
    """Write the list anew without what is older than any backup can be."""
    known, _ = read(path)
    _replace(path, known, lambda one: one.at >= before)


def _replace(path: Path, known: list[Erasure], is_kept: Callable[[Erasure], bool]) -> None:
    kept = [one for one in known if is_kept(one)]
    if len(kept) == len(known):
        return
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write(beside, kept)
    beside.touch(mode=0o600)
    beside.replace(path)
    sync_names(path.parent)


def _line(one: Erasure) -> str:
    at = one.at.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps({"at": at, "kind": one.kind, "municipality": one.municipality, "id": one.object_id})


def _erasure(written: bytes) -> Erasure | None:
    try:
        match json.loads(written):
            case {"at": str(at), "kind": str(kind), "municipality": str(municipality), "id": str(object_id)}:
                time = datetime.fromisoformat(at)
                return Erasure(kind, municipality, object_id, time) if time.tzinfo else None
    except ValueError:
        pass
    return None
