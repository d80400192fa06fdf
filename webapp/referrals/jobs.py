"""What the room does on its own: referrals whose time has passed are deleted, with all that hangs on them (R1, F20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content import queries as content
from webapp.content.domain.library import EMPTY
from webapp.identity.jobs import end_what_is_over, forget_what_is_old
from webapp.kernel.clock import Clock
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.retention import CLASS, days_kept, ended_before
from webapp.selfchecks.jobs import forget_written_answers
from webapp.storage import working_copies
from webapp.storage.session import Database

BATCH = 50
"""So many are deleted in one transaction, so that nobody who writes waits long."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a run went in one municipality: deleted, or to be deleted; kept by a legal hold; as old and never ended."""

    deleted: int
    held: int
    left_open: int


def delete_what_is_due(
    database: Database, clock: Clock, days_of: Callable[[str], int], *, is_dry_run: bool = False
) -> dict[str, Counts]:
    """Delete the referrals that are due, and what is over beside them; answer how many, for each municipality.

    A run that was killed has deleted whole batches, each with its count in the audit log; the next one goes on.
    """
    at = clock.now()
    with database.reading() as session:
        codes = queries.municipalities(session)
    before = {code: ended_before(at, days_of(code)) for code in codes}
    counts = {code: _count(database, code, before[code]) for code in codes}
    if is_dry_run:
        return counts
    _forget_what_is_over(database, clock)
    return {code: replace(counts[code], deleted=_delete(database, code, before[code], at)) for code in codes}


def days_by_facts(database: Database) -> Callable[[str], int]:
    """Answer how to tell for how many days each municipality keeps referrals, as its published facts say."""
    with database.reading() as session:
        known = content.bring_up_to_date(session, EMPTY).municipalities()
    said = {one.code: days_kept(one.facts.get("retention")) for one in known}
    return lambda code: said.get(code, days_kept(None))


def count_due(database: Database, clock: Clock, municipality: str, days: int) -> Counts:
    """Answer how many referrals of one municipality would go now, if they were kept for so many days."""
    return _count(database, municipality, ended_before(clock.now(), days))


def _count(database: Database, municipality: str, before: datetime) -> Counts:
    with database.reading() as session:
        return Counts(
            queries.number_over(session, municipality, ended_before=before, is_held=False),
            queries.number_over(session, municipality, ended_before=before, is_held=True),
            queries.number_left_open(session, municipality, received_before=before),
        )


def _delete(database: Database, municipality: str, before: datetime, at: datetime) -> int:
    deleted = 0
    while number := _delete_some(database, municipality, before, at):
        deleted += number
    return deleted


def _delete_some(database: Database, municipality: str, before: datetime, at: datetime) -> int:
    with database.writing() as session:
        rows = queries.due_for_deletion(session, municipality, ended_before=before, most=BATCH)
        for row in rows:
            handling.erase(session, row, at=at)
        if rows:
            record(
                session, municipality=municipality, action=Action.REFERRALS_DELETED, actor=handling.SYSTEM,
                details={"class": CLASS, "count": len(rows)}, at=at,
            )  # fmt: skip
    return len(rows)


def _forget_what_is_over(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        working_copies.forget_old(session, clock.now())
    forget_written_answers(database, clock)
    end_what_is_over(database, clock)
    forget_what_is_old(database, clock)
