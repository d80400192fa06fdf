"""`avklart audit`: verify the chains of events, and show where they end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from webapp.audit import files, queries
from webapp.audit.actions import record
from webapp.audit.domain import (
    Action,
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
from webapp.kernel.clock import SystemClock
from webapp.settings import Settings, load
from webapp.storage import marks
from webapp.storage.keys import open_keys
from webapp.storage.schema import require_newest
from webapp.storage.session import Database

BATCH = 500
_BEFORE_ALL = -(2**63)
"""No event of ours has a sequence below one; what somebody put there is read all the same."""


def record_rotation(database: Database, municipality: str, key: str) -> None:
    """Record that a municipality's values, or its keys, are under a new key; who typed the command is not known."""
    with database.writing() as session:
        record(
            session, municipality=municipality, action=Action.KEYS_ROTATED, actor="operator", object_kind="key",
            object_id=key, at=SystemClock().now(),
        )  # fmt: skip


@click.group()
def audit() -> None:
    """Verify the audit log, and show where its chains end."""


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database_url)) as database:
        require_newest(database)
        yield database


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


def verify_all(database: Database, code_of: CodeOf, path: Path, only: str | None = None) -> bool:
    """Say of each chain, or of only one, how whole it is; tell whether all are."""
    written, unread = files.read(path)
    for number in unread:
        click.echo(f"{path}:{number}: is no head, and was passed over", err=True)
    with database.reading() as session:
        known = sorted({*queries.municipalities(session), *(head.municipality for head in written)})
    if only and only not in known:
        raise click.BadParameter(f"{only} has no events; allowed: {', '.join(known) or 'none yet'}")
    is_whole = True
    for municipality in [only] if only else known:
        heads = [head for head in written if head.municipality == municipality]
        found = verify_chain(database, code_of, municipality, heads)
        is_whole = is_whole and found.fault is None
        kept = [head for head in heads if head.sequence >= found.deleted]
        click.echo(str(found.fault) if found.fault else f"{municipality}: {_whole(found)}; {_compared(kept, path)}")
    return is_whole


def _whole(found: Found) -> str:
    whole = "1 event is whole" if found.whole == 1 else f"{found.whole} events are whole"
    return f"{whole}, after {found.deleted} that were deleted" if found.deleted else whole


def _compared(heads: list[Head], path: Path) -> str:
    if heads:
        return f"compared with {len(heads)} written {'head' if len(heads) == 1 else 'heads'}"
    why = "has no head of this chain" if path.exists() else "is not there"
    return f"could not be compared: {path} {why}"


@audit.command("verify")
@click.option("--heads", "path", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Written heads.")
@click.option("--municipality", metavar="CODE", help="Only this municipality's chain.")
def verify_(path: Path | None, municipality: str | None) -> None:
    """Check every event that is kept, and hold the chains against the heads that were written out."""
    settings = load()
    with _database(settings) as database:
        keys = open_keys(database, settings, SystemClock())
        is_whole = verify_all(database, keys.audit_code, path or settings.audit_heads, municipality)
        if not municipality:
            with database.writing() as session:
                marks.put(session, marks.AUDIT, SystemClock().now(), is_good=is_whole)
    if not is_whole:
        raise SystemExit(1)


@audit.command("heads")
def heads() -> None:
    """Print where each chain ends, as lines that another system can keep and `verify --heads` can read."""
    with _database(load()) as database, database.reading() as session:
        for head in queries.heads(session):
            click.echo(files.line(head, SystemClock().now()))
