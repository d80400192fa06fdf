"""`avklart content`: check, format, import, export."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import click

from webapp.content import actions, files, queries
from webapp.content.domain.book import check_book, measure_documents
from webapp.content.domain.check import Finding, Measured, check, measure, too_hard
from webapp.content.domain.pages import Fault
from webapp.kernel.clock import SystemClock
from webapp.settings import Settings, load
from webapp.storage.schema import require_newest
from webapp.storage.session import Database

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def content() -> None:
    """Check, import and export content files."""


def fingerprint(root: Path) -> str:
    """Answer what a content folder looks like: names, sizes and times of its files, not their text."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            status = path.stat()
            digest.update(os.fsencode(path.relative_to(root)))
            digest.update(f"|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def faults_of(reading: files.Reading) -> list[Fault]:
    """Answer every fault of a reading: of the files themselves, and across them."""
    found = [*check(reading.parts, reading.unread), *too_hard(measure(reading.parts))]
    return sorted([*reading.faults, *_located(reading, found)])


def book_faults_of(reading: files.Reading) -> list[Fault]:
    """Answer what is wrong in the book as a whole, which stops no import."""
    return sorted(_located(reading, check_book(reading.parts, _measured(reading))))


def _measured(reading: files.Reading) -> list[Measured]:
    return [*measure(reading.parts), *measure_documents(reading.parts)]


def _located(reading: files.Reading, found: Iterable[Finding]) -> Iterator[Fault]:
    for fault in found:
        path = reading.paths.get(fault.key, "content")
        yield Fault(path, reading.line(fault.key, fault.field), fault.field, fault.message)


def import_folder(
    database: Database, root: Path, *, force: bool = False
) -> tuple[actions.Imported | None, list[Fault]]:
    """Import a folder; answer what was done (None where nothing had changed) and the faults that stopped it."""
    mark = fingerprint(root)
    if not force:
        with database.reading() as session:
            if queries.fingerprint(session) == mark:
                return None, []
    reading = files.read_tree(root)
    faults = faults_of(reading)
    if not faults and not any(key.kind == "municipality" for key in reading.parts):
        faults = [Fault(str(root), 1, "municipalities", "has no facts.yaml; allowed: one municipality or more")]
    if faults:
        return None, faults
    with database.writing() as session:
        return actions.import_parts(
            session, reading.parts, fingerprint=mark, at=SystemClock().now(), images=reading.images
        ), []


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database_url)) as database:
        require_newest(database)
        yield database


def _report(faults: list[Fault]) -> None:
    for fault in faults:
        click.echo(str(fault))
    click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}", err=True)


@content.command("check")
@click.argument("folder", type=_FOLDER, required=False)
def check_(folder: Path | None) -> None:
    """Say everything that is wrong in a content folder, and how hard its texts are to read.

    First what is wrong in the files; where nothing is, what is wrong in the book as a whole.
    """
    reading = files.read_tree(folder or load().content)
    faults = faults_of(reading) or book_faults_of(reading)
    for fault in faults:
        click.echo(str(fault))
    _table(_measured(reading))
    if faults:
        click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}", err=True)
        raise SystemExit(1)
    click.echo("no faults")


def _table(measured: list[Measured]) -> None:
    click.echo(f"{'kind':<10}{'language':<10}{'texts':>6}{'words':>8}{'LIX':>7}{'hardest':>9}{'sentence':>10}")
    groups: dict[tuple[str, str], list[Measured]] = {}
    for item in measured:
        groups.setdefault((item.key.kind, item.key.language), []).append(item)
    for (kind, language), items in sorted(groups.items()):
        mean = sum(item.readability.lix for item in items) / len(items)
        sentence = sum(item.readability.sentence for item in items) / len(items)
        hardest = max(item.readability.lix for item in items)
        words = sum(item.readability.words for item in items)
        click.echo(f"{kind:<10}{language:<10}{len(items):>6}{words:>8}{mean:>7.1f}{hardest:>9.1f}{sentence:>10.1f}")


@content.command("format")
@click.argument("folder", type=_FOLDER, required=False)
def format_(folder: Path | None) -> None:
    """Write every readable content file in the one canonical form."""
    root = folder or load().content
    reading = files.read_tree(root)
    broken = {fault.path for fault in reading.faults if "canonical" not in fault.message}
    parts = [part for key, part in reading.parts.items() if reading.paths[key] not in broken]
    written = sum(1 for _ in files.write_tree(parts, root))
    click.echo(f"{written} files written")
    if broken:
        _report([fault for fault in reading.faults if fault.path in broken])
        raise SystemExit(1)


@content.command("import")
@click.argument("folder", type=_FOLDER, required=False)
def import_(folder: Path | None) -> None:
    """Take the files over into the database; local edits are kept, conflicts are named."""
    settings = load()
    with _database(settings) as database:
        done, faults = import_folder(database, folder or settings.content, force=True)
    if faults or done is None:
        _report(faults)
        click.echo("nothing was imported: the site keeps what it had", err=True)
        raise SystemExit(1)
    click.echo(f"{len(done.added)} added, {len(done.changed)} changed, {len(done.removed)} removed")
    for key, name in done.conflicts:
        click.echo(f"conflict: {files.path_of(key)}: {name}: edited here and in the file; the edit here stands")


@content.command("export")
@click.argument("folder", type=_FOLDER)
def export(folder: Path) -> None:
    """Write all published content as files; an export of an import is the same bytes."""
    with _database(load()) as database, database.reading() as session:
        written = sum(1 for _ in files.write_tree(queries.all_parts(session), folder, partial(queries.image, session)))
    click.echo(f"{written} files written to {folder}")
