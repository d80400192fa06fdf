"""`avklart backup`, `restore` and `doctor`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import StartError
from webapp.operations.actions import restoring
from webapp.operations.actions.backing_up import MOST_DAYS, back_up, made_in
from webapp.operations.actions.restoring import Restored
from webapp.operations.checks import examine
from webapp.operations.domain import Level, Observation, are_faults, fault
from webapp.settings import load
from webapp.storage.session import Database

_WORDS = {Level.WELL: "well   ", Level.WARNING: "warning", Level.FAULT: "FAULT  "}


@click.command()
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option(
    "--keep-days", type=click.IntRange(1, MOST_DAYS), default=MOST_DAYS, show_default=True,
    help="In a folder, delete the backups that are older than this.",
)  # fmt: skip
def backup(target: Path | None, keep_days: int) -> None:
    """Write an encrypted backup to a file, or into a folder (AVKLART_BACKUPS unless named), while the site runs."""
    settings = load()
    place = target or settings.backups
    if place is None:
        raise click.UsageError("name a file or a folder, or set AVKLART_BACKUPS")
    with closing(Database(settings.database_url, may_be_made=False)) as database:
        made = back_up(database, settings, SystemClock(), place.resolve(), keep_days)
    click.echo(f"{made.path}: {made.size} bytes")
    for old in made.deleted:
        click.echo(f"deleted {old.name}: older than {keep_days} days")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--replace", "is_replacing", is_flag=True, help="Put a database that is there aside, or take it away.")
@click.option("--check", "is_check", is_flag=True, help="Only read the backup to its end, and say what it is.")
@click.option(
    "--erasures", "listed", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The erasure list; AVKLART_ERASURES unless named.",
)  # fmt: skip
@click.option("--without-erasures", is_flag=True, help="There is no erasure list any more: what was erased comes back.")
def restore(source: Path, listed: Path | None, *, is_replacing: bool, is_check: bool, without_erasures: bool) -> None:
    """Restore a backup (the newest one of a folder), and make it safe before anybody comes in."""
    settings = load()
    path = _newest_in(source) if source.is_dir() else source
    if is_check:
        found = restoring.check(path, settings)
        click.echo(f"{path} is whole: {found.kind}, schema {found.schema}, made {found.made_at} by {found.version}")
        return
    erasures = listed or settings.erasures
    if not erasures.exists() and not without_erasures:
        raise StartError(
            f"the erasure list {erasures} is not there: name it with --erasures, or say --without-erasures, and what "
            "was erased after the backup comes back"
        )
    done = restoring.restore(path, erasures, settings, SystemClock(), is_replacing=is_replacing)
    for line in _told(path, done):
        click.echo(line)
    if done.not_erased or done.unread:
        raise SystemExit(1)


def _newest_in(folder: Path) -> Path:
    found = made_in(folder)
    if not found:
        raise StartError(f"there is no backup in {folder}")
    return max(found, key=lambda path: found[path])


def _told(path: Path, done: Restored) -> Sequence[str]:
    erased = ", ".join(f"{number} × {kind}" for kind, number in done.erased.items()) or "nothing"
    lines = [
        f"restored {path.name}: made {done.made_at}, schema {done.schema}",
        f"sessions ended: {done.sessions}; every code is void",
        f"messages: {done.sent} had gone; {done.held} are held for review («Leveringer»); none is sent by itself",
        f"erased again: {erased}",
    ]
    if done.put_aside:
        lines.append(f"the database that was there is now {done.put_aside}: delete it once this one is right")
    if done.not_erased:
        lines.append(f"COULD NOT BE ERASED: {done.not_erased}; do not open before they are: docs/operations.md")
    if done.unread:
        lines.append(f"lines of the erasure list that cannot be read: {done.unread}")
    return [*lines, "next: `avklart audit verify`, `avklart doctor`, then start web and worker"]


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Answer one JSON object a line.")
@click.option("--faults", "only_faults", is_flag=True, help="Say nothing of what is well.")
def doctor(*, is_json: bool, only_faults: bool) -> None:
    """Say what is wrong and how to mend it; ends with 1 where anything must be seen to now."""
    observations: list[Observation] = []
    try:
        settings = load()
    except StartError as error:
        observations.append(fault("settings", str(error), "correct what is named; README.md has the table of settings"))
    else:
        with closing(Database(settings.database_url, may_be_made=False)) as database:
            observations += examine(settings, database, SystemClock())
    for one in observations:
        if only_faults and one.level is Level.WELL:
            continue
        click.echo(json.dumps(asdict(one), ensure_ascii=False) if is_json else _line(one))
    if are_faults(observations):
        raise SystemExit(1)


def _line(one: Observation) -> str:
    mend = f"\n         → {one.do}" if one.do else ""
    return f"{_WORDS[one.level]}  {one.what}: {one.said}{mend}"
