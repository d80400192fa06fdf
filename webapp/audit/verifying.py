"""Verifying a chain of the audit log from its anchor to its end, batch by batch (F25)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.audit import queries
from webapp.audit.domain import (
    Anchor,
    CodeOf,
    Event,
    Fault,
    Head,
    Promises,
    tells_of,
    verify,
    verify_anchor,
    verify_end,
)
from webapp.storage.session import Database

BATCH = 500
_BEFORE_ALL = -(2**63)
"""No event of ours has a sequence below one; what somebody put there is read all the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a chain: how many events are whole, after how many that were deleted; its first broken link."""

    whole: int
    deleted: int = 0
    fault: Fault | None = None


@dataclass(slots=True)
class _Walk:
    """How far the verification of a chain has come."""

    anchor: Anchor
    end: Head
    after: int = _BEFORE_ALL
    is_sealed: bool = True
    is_told: bool = True
    """Whether the anchor's seal was looked at, and the event found that tells of it."""

    def begin_at(self, anchor: Anchor) -> None:
        """Go on from an anchor, where it has moved: also past what was to be read next."""
        if anchor != self.anchor:
            self.anchor, self.is_sealed, self.is_told = anchor, False, False
        if anchor.sequence > self.end.sequence:
            self.end, self.after = anchor.end, _BEFORE_ALL

    def take(self, batch: list[Event], stored: Head, code_of: CodeOf, promised: Promises) -> Fault | None:
        """Verify what was read next, or the end of the chain where nothing was."""
        fault = None if self.is_sealed else verify_anchor(self.anchor, code_of, promised)
        fault = fault or verify(batch, code_of, after=self.end, written=promised)
        self.is_sealed = True
        self.is_told = self.is_told or any(tells_of(event, self.anchor) for event in batch)
        if not batch:
            return fault or verify_end(self.end, stored, promised) or self._untold()
        if fault is None:
            self.after = batch[-1].sequence
            self.end = Head(self.end.municipality, self.after, batch[-1].hash)
        return fault

    def _untold(self) -> Fault | None:
        number = self.anchor.sequence
        what = f"no event tells of the deletion up to event {number}"
        return None if self.is_told else Fault(self.end.municipality, number, what)

    def found(self, fault: Fault | None = None) -> Found:
        """Answer what was found up to here."""
        last = fault.sequence - 1 if fault else self.end.sequence
        return Found(max(0, last - self.anchor.sequence), self.anchor.sequence, fault)


def verify_chain(database: Database, code_of: CodeOf, municipality: str, written: Iterable[Head] = ()) -> Found:
    """Verify a chain, from its anchor on where its beginning was deleted (F25).

    Batches are read in short sessions of their own: a long one would keep writers on SQLite waiting.
    """
    promised: dict[int, set[str]] = {}
    for head in written:
        promised.setdefault(head.sequence, set()).add(head.hash)
    walk, size = _Walk(Anchor(municipality), Head(municipality)), BATCH
    while True:
        try:
            with database.reading() as session:
                walk.begin_at(queries.anchor(session, municipality))
                batch = queries.events(session, municipality, after=walk.after, limit=size)
                stored = queries.head(session, municipality)
        except (ValueError, TypeError):  # a time or details that are none: only SQLite stores such things
            number = walk.end.sequence + 1
            if size == 1:
                return walk.found(Fault(municipality, number, f"event {number} cannot be read"))
            size = 1
            continue
        fault = walk.take(batch, stored, code_of, promised)
        if fault or not batch:
            return walk.found(fault)
