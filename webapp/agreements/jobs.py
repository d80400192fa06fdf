"""What the room does on its own: reminders and deadlines, and deletion of what was kept for its time (R1, F14, F20).

The audit log's too: this is the highest of the rooms whose things can be held back, and so knows what must stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from webapp.agreements import timely
from webapp.agreements.actions.erasing import erase
from webapp.agreements.actions.noting import SYSTEM
from webapp.agreements.actions.timing import pass_time
from webapp.agreements.models import AgreementRow
from webapp.audit import domain as audit
from webapp.audit import jobs as audit_jobs
from webapp.audit import queries as audit_queries
from webapp.audit.actions import record
from webapp.audit.domain import Action, Fault
from webapp.content import queries as content
from webapp.content.domain.library import EMPTY
from webapp.kernel.clock import Clock
from webapp.referrals import queries as referrals
from webapp.referrals.domain.retention import days_kept, ended_before
from webapp.referrals.jobs import BATCH, Counts
from webapp.storage.session import Database

CLASS, DAYS = "agreement", 365
"""What a municipality's setting and the audit log call this kind of data, and how long it is kept after its end."""
UNBEGUN = timedelta(days=1)
"""So long is a draft kept whose starter never came in."""
MOST_AT_ONCE = 5
"""So many things time does in one agreement in one run, should the worker have been away."""


def let_time_pass(database: Database, clock: Clock) -> int:
    """Do what is due in every agreement, each in a transaction of its own; answer how much was done."""
    with database.reading() as session:
        wanted = timely.under_way(session)
    return sum(_pass_in(database, agreement, clock.now()) for agreement in wanted)


def _pass_in(database: Database, agreement: str, at: datetime) -> int:
    done = 0
    with database.writing() as session:
        row = timely.held(session, agreement)
        while row is not None and not row.ending and done < MOST_AT_ONCE and pass_time(session, row, at=at):
            done += 1
    return done


def delete_what_is_due(
    database: Database, clock: Clock, days_of: Callable[[str], int], *, is_dry_run: bool = False
) -> dict[str, Counts]:
    """Delete the agreements that are due, and drafts that nobody came into; answer how many, for each municipality."""
    at = clock.now()
    with database.reading() as session:
        codes = timely.municipalities(session)
    before = {code: ended_before(at, days_of(code)) for code in codes}
    counts = {code: _count(database, code, before[code], at) for code in codes}
    if is_dry_run:
        return counts
    return {code: replace(counts[code], deleted=_delete(database, code, before[code], at)) for code in codes}


def days_by_facts(database: Database, kind: str = CLASS, unless: int = DAYS) -> Callable[[str], int]:
    """Answer how to tell for how many days each municipality keeps agreements, as its published facts say."""
    with database.reading() as session:
        known = content.bring_up_to_date(session, EMPTY).municipalities()
    said = {one.code: days_kept(one.facts.get("retention"), kind, unless) for one in known}
    return lambda code: said.get(code, unless)


def count_due(database: Database, clock: Clock, municipality: str, days: int) -> Counts:
    """Answer how many agreements of one municipality would go now, if they were kept for so many days."""
    return _count(database, municipality, ended_before(clock.now(), days), clock.now())


def _count(database: Database, municipality: str, before: datetime, at: datetime) -> Counts:
    with database.reading() as session:
        due = timely.number_over(session, municipality, ended_before=before, is_held=False)
        unbegun = len(timely.never_begun(session, municipality, created_before=at - UNBEGUN))
        held = timely.number_over(session, municipality, ended_before=before, is_held=True)
    return Counts(due + unbegun, held, 0)


def _delete(database: Database, municipality: str, before: datetime, at: datetime) -> int:
    with database.writing() as session:
        unbegun = timely.never_begun(session, municipality, created_before=at - UNBEGUN, is_held=True)
        deleted = _erase_all(session, municipality, unbegun, at)
    while number := _delete_some(database, municipality, before, at):
        deleted += number
    return deleted


def _delete_some(database: Database, municipality: str, before: datetime, at: datetime) -> int:
    with database.writing() as session:
        rows = timely.due_for_deletion(session, municipality, ended_before=before, most=BATCH)
        return _erase_all(session, municipality, rows, at)


def _erase_all(session: Session, municipality: str, rows: list[AgreementRow], at: datetime) -> int:
    for row in rows:
        erase(session, row, at=at)
    if rows:
        record(
            session, municipality=municipality, action=Action.AGREEMENTS_DELETED, actor=SYSTEM,
            details={"class": CLASS, "count": len(rows)}, at=at,
        )  # fmt: skip
    return len(rows)


@dataclass(frozen=True, slots=True)
class OldEvents:
    """How it went with the audit log of one municipality: how many events, and what was broken, where they stayed."""

    counts: Counts
    fault: Fault | None = None


def delete_old_events(database: Database, clock: Clock, *, is_dry_run: bool = False) -> dict[str, OldEvents]:
    """Delete the events of the audit log that are old, for each municipality that has a log (R1).

    Only its beginning can go. So where something is held, everything stays that happened since the oldest of it came:
    not only the events that name it, but those of its invitations, codes and sessions too, which name others.
    """
    days_of = days_by_facts(database, audit.CLASS, audit.DAYS)
    found = {}
    for code in audit_jobs.municipalities(database):
        counts = count_old_events(database, clock, code, days_of(code))
        if is_dry_run:
            found[code] = OldEvents(counts)
            continue
        before_of = partial(_events_go_before, code, ended_before(clock.now(), days_of(code)))
        done = audit_jobs.delete_old(database, clock, code, before_of)
        found[code] = OldEvents(replace(counts, deleted=done.deleted), done.fault)
    return found


def count_old_events(database: Database, clock: Clock, municipality: str, days: int) -> Counts:
    """Answer how many events of one municipality's log would go now, if they were kept for so many days."""
    by_age = ended_before(clock.now(), days)
    with database.reading() as session:
        number = audit_queries.number_before(session, municipality, by_age)
        before = _events_go_before(municipality, by_age, session)
        going = number if before == by_age else audit_queries.number_before(session, municipality, before)
    return Counts(going, number - going, 0)


def _events_go_before(municipality: str, by_age: datetime, session: Session) -> datetime:
    """Answer before when events go: what is old, and from before the oldest thing that is held."""
    held = (referrals.oldest_held(session, municipality), timely.oldest_held(session, municipality))
    return min([by_age, *(at for at in held if at is not None)])
