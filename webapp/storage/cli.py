"""`avklart keys`: new, check, rotate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click
from sqlalchemy import select

from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import TamperedError
from webapp.settings import Settings, load
from webapp.storage import masters
from webapp.storage.key_check import check_keys
from webapp.storage.key_models import DataKeyRow
from webapp.storage.keys import open_keys
from webapp.storage.rotation import KEPT, rewrap, rotate
from webapp.storage.schema import require_newest
from webapp.storage.session import Database

Record = Callable[[Database, str, str], None]
"""Takes note that a municipality's values or keys are under a new key (E1): the audit log stands above this room."""


@click.group()
def keys() -> None:
    """Make, check and rotate the keys of encrypted columns."""


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings.database_url)) as database:
        require_newest(database)
        yield database


@keys.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--add", is_flag=True, help="Put the new key before those of a file that is there.")
def new(file: Path, *, add: bool) -> None:
    """Write a new master key to a file; what was there is never overwritten."""
    path = file.resolve()
    try:
        masters.add_key(path) if add else masters.make_file(path)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise click.ClickException(f"{path} is there already; --add puts a new key before those in it") from None
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"{path} has a new master key; keep a copy of the file apart from the database and its backups")
    if add:
        click.echo("next: avklart keys rotate --master")


@keys.command()
def check() -> None:
    """Open every key, and one value under each of them in every sealed column."""
    settings = load()
    with _database(settings) as database, database.reading() as session:
        found, faults = check_keys(session, masters.read_masters(settings))
    click.echo(f"{'municipality':<24}{'purpose':<9}{'key':<18}{'state':<8}{'master':<10}{'values':>9}")
    for key in found:
        click.echo(f"{key.municipality:<24}{key.purpose:<9}{key.id:<18}{key.state:<8}{key.master:<10}{key.values:>9}")
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("everything opens")


@keys.command("rotate")
@click.option("--municipality", metavar="CODE", help="Only this municipality.")
@click.option("--master", "is_master", is_flag=True, help="Wrap all data keys by the first key of the master key file.")
@click.pass_obj
def rotate_(record: Record, municipality: str | None, *, is_master: bool) -> None:
    """Bring everything that is sealed under a new key, while the site runs; go on where it was cut off."""
    if is_master and municipality:
        raise click.UsageError("--master is for all municipalities at once")
    settings = load()
    with _database(settings) as database:
        if is_master:
            _rotate_master(database, settings, record)
        else:
            _rotate_fields(database, settings, record, municipality)


def _municipalities(database: Database) -> Sequence[str]:
    with database.reading() as session:
        return session.scalars(select(DataKeyRow.municipality).distinct().order_by(DataKeyRow.municipality)).all()


def _writer_of(database: Database, municipality: str) -> str:
    wanted = select(DataKeyRow.id).where(
        DataKeyRow.municipality == municipality, DataKeyRow.purpose == "field", DataKeyRow.state == "writer"
    )
    with database.reading() as session:
        return session.scalars(wanted).one()


def _rotate_master(database: Database, settings: Settings, record: Record) -> None:
    known = masters.read_masters(settings)
    number = rewrap(database, known)
    open_keys(database, settings, SystemClock())
    for code in _municipalities(database) if number else ():
        record(database, code, known[0].id)
    click.echo(f"{number} data keys wrapped anew; {known[0].id} wraps them all")
    for old in known[1:]:
        click.echo(f"{old.id} is needed by backups only: take its line away after {KEPT.days} days")


def _rotate_fields(database: Database, settings: Settings, record: Record, only: str | None) -> None:
    clock = SystemClock()
    ring = open_keys(database, settings, clock)
    codes = _municipalities(database)
    if only is not None and only not in codes:
        raise click.BadParameter(f"no municipality {only}; there is: {', '.join(codes)}", param_hint="--municipality")
    broken = []
    for code in [only] if only else codes:
        try:
            for progress in rotate(database, ring, code, clock, time.sleep):
                click.echo(f"{code}: {progress.done} of {progress.total}")
        except TamperedError as error:
            broken.append(str(error))
        else:
            record(database, code, _writer_of(database, code))
            click.echo(f"{code}: everything is under its new key")
    for fault in broken:
        click.echo(fault, err=True)
    if broken:
        raise SystemExit(1)
