"""`avklart retention`: delete what has been kept for its time, or say what would go."""

from __future__ import annotations

from contextlib import closing

import click

from webapp.agreements import jobs as agreements
from webapp.feedback.jobs import forget_old
from webapp.kernel.clock import SystemClock
from webapp.referrals.jobs import Counts, days_by_facts, delete_what_is_due
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.schema import require_newest
from webapp.storage.session import Database


@click.group()
def retention() -> None:
    """Delete what has been kept for its time."""


@retention.command("run")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Only say what would go.")
def run(*, is_dry_run: bool) -> None:
    """Delete what the worker deletes: old referrals and agreements, what readers wrote, the audit log's beginning."""
    settings, clock = load(), SystemClock()
    with closing(Database(settings.database_url)) as database:
        require_newest(database)
        open_keys(database, settings, clock)
        referrals = delete_what_is_due(database, clock, days_by_facts(database), is_dry_run=is_dry_run)
        days_of = agreements.days_by_facts(database)
        others = agreements.delete_what_is_due(database, clock, days_of, is_dry_run=is_dry_run)
        feedback = forget_old(database, clock, is_dry_run=is_dry_run)
        events = agreements.delete_old_events(database, clock, is_dry_run=is_dry_run)
    for name, found in (("referral", referrals), ("agreement", others)):
        for municipality, counts in found.items():
            click.echo(f"{municipality}: {_said(counts, name, is_dry_run=is_dry_run)}")
    for municipality, number in feedback.items():
        told = "1 text" if number == 1 else f"{number} texts"
        click.echo(f"{municipality}: {told} of readers {'would be deleted' if is_dry_run else 'deleted'}")
    for municipality, old in events.items():
        if old.counts.deleted or old.counts.held:
            click.echo(f"{municipality}: of the audit log, {_said(old.counts, 'event', is_dry_run=is_dry_run)}")
        if old.fault:
            click.echo(f"{old.fault}; nothing of a broken audit log is deleted", err=True)
    if not referrals and not others:
        click.echo("there are no referrals and no agreements")
    if any(old.fault for old in events.values()):
        raise SystemExit(1)


def _said(counts: Counts, name: str, *, is_dry_run: bool) -> str:
    said = [f"{_number(counts.deleted, name)} {'would be deleted' if is_dry_run else 'deleted'}"]
    if counts.held:
        said.append(f"{counts.held} due but held")
    if counts.left_open:
        said.append(f"{counts.left_open} as old but never closed: only a caseworker can do that")
    return "; ".join(said)


def _number(number: int, name: str) -> str:
    return f"1 {name}" if number == 1 else f"{number} {name}s"
