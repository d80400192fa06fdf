"""`avklart audit`: verify the chains of events, and show where they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from webapp.audit import files, queries
from webapp.audit.actions import record
from webapp.audit.domain import (
    Action,
    CodeOf,
    Head,
)
from webapp.audit.verifying import Found, verify_chain
from webapp.kernel.clock import SystemClock
from webapp.settings import Settings, load
from webapp.storage import marks
from webapp.storage.keys import open_keys
from webapp.storage.schema import require_newest
from webapp.storage.session import Database


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
