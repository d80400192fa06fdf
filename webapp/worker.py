"""The worker: sends what is in the outbox and runs each room's jobs at their times. No rules of its own."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from webapp.administration.receiving import StoredReceivers
from webapp.agreements import delivery as agreements
from webapp.agreements import jobs as of_agreements
from webapp.audit.jobs import write_audit_heads
from webapp.editorial import jobs as editorial
from webapp.feedback.jobs import forget_old as forget_old_feedback
from webapp.gateways.deliveries import handlers
from webapp.gateways.receivers import receivers
from webapp.identity.jobs import end_what_is_over, forget_what_is_old
from webapp.kernel.clock import Clock, SystemClock
from webapp.kernel.delivery import Handler
from webapp.municipalities import models as _models  # noqa: F401 -- the table that messages and keys refer to
from webapp.operations import jobs as operations
from webapp.papers import Papers
from webapp.referrals import delivery as referrals
from webapp.referrals.jobs import days_by_facts, delete_what_is_due
from webapp.search.jobs import forget_old_words
from webapp.selfchecks.jobs import forget_written_answers
from webapp.settings import Settings, load
from webapp.storage import outbox, schema, working_copies
from webapp.storage.counters import Counters
from webapp.storage.keys import open_keys
from webapp.storage.session import Database
from webapp.web import logs

_log = logging.getLogger("avklart.worker")

DAY = 24 * 3600.0
NOTED = 600.0
"""How often it is noted that a job runs well, so that somebody sees when one does not; a failure is noted at once."""
MESSAGES_KEPT = timedelta(days=90)
BATCH = 20
"""How many messages are sent before it is looked again whether a job's time has come."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a job may work with."""

    database: Database
    clock: Clock
    settings: Settings
    papers: Papers


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: its name, how often, and what it does."""

    name: str
    seconds: float
    work: Callable[[Tools], object]


def forget_old_messages(tools: Tools) -> None:
    """Delete the messages that ended more than ninety days ago."""
    with tools.database.writing() as session:
        outbox.forget_old(session, tools.clock.now() - MESSAGES_KEPT)


def write_heads(tools: Tools) -> None:
    """Write where each municipality's audit log ends to where the operator says."""
    write_audit_heads(tools.database, tools.clock, tools.settings.audit_heads)


def forget_old_copies(tools: Tools) -> None:
    """Delete the working copies whose time has passed."""
    with tools.database.writing() as session:
        working_copies.forget_old(session, tools.clock.now())


def delete_old_referrals(tools: Tools) -> None:
    """Delete the referrals that ended longer ago than their municipality keeps them."""
    delete_what_is_due(tools.database, tools.clock, days_by_facts(tools.database))


def delete_old_agreements(tools: Tools) -> None:
    """Delete the agreements that ended longer ago than their municipality keeps them, and drafts nobody came into."""
    of_agreements.delete_what_is_due(tools.database, tools.clock, of_agreements.days_by_facts(tools.database))


def delete_old_events(tools: Tools) -> None:
    """Delete the events of the audit log that are older than their municipality keeps them."""
    of_agreements.delete_old_events(tools.database, tools.clock)


def say_that_we_live(tools: Tools) -> None:
    """Say that this worker lives, for those who look after it."""
    operations.beat(tools.database, tools.clock)


JOBS = (
    Job("say that the worker lives", 30.0, say_that_we_live),
    Job("write erasures", 10.0, lambda tools: operations.write_erasures(tools.database, tools.clock, tools.settings)),
    Job("forget old erasures", DAY, lambda tools: operations.forget_old_erasures(tools.clock, tools.settings)),
    Job("end what is over", 60.0, lambda tools: end_what_is_over(tools.database, tools.clock)),
    Job("write audit heads", 3600.0, write_heads),
    Job("forget old sessions", 3600.0, lambda tools: forget_what_is_old(tools.database, tools.clock)),
    Job("forget old working copies", 600.0, forget_old_copies),
    Job("forget old search words", DAY, lambda tools: forget_old_words(tools.database, tools.clock)),
    Job("forget what was written in surveys", DAY, lambda tools: forget_written_answers(tools.database, tools.clock)),
    Job("forget what readers wrote", DAY, lambda tools: forget_old_feedback(tools.database, tools.clock)),
    Job("forget old messages", DAY, forget_old_messages),
    Job("delete old referrals", DAY, delete_old_referrals),
    Job("let time pass in agreements", 3600.0, lambda tools: of_agreements.let_time_pass(tools.database, tools.clock)),
    Job("delete old agreements", DAY, delete_old_agreements),
    Job("delete old events", DAY, delete_old_events),
    Job("publish what is due", 15.0, lambda tools: editorial.publish_due(tools.database, tools.clock)),
    Job("note what lies under local texts", 3600.0, lambda tools: editorial.note_bases(tools.database)),
    Job(
        "tell of shared texts that have changed",
        600.0,
        lambda tools: editorial.tell_of_shared(tools.database, tools.clock, tools.papers.desk),
    ),
    Job(
        "remind of pages to go through",
        DAY,
        lambda tools: editorial.remind(tools.database, tools.clock, tools.papers.desk),
    ),
)


def run_due(tools: Tools, last: dict[str, float]) -> None:
    """Run the jobs whose time has come; one that fails is logged and tried again at its next time."""
    now = tools.clock.now().timestamp()
    for job in JOBS:
        if now - last.get(job.name, 0.0) < job.seconds:
            continue
        last[job.name] = now
        try:
            job.work(tools)
            if now - last.get(f"noted {job.name}", 0.0) >= NOTED:
                operations.note_job(tools.database, tools.clock, job.name, is_good=True)
                last[f"noted {job.name}"] = now
        except (SQLAlchemyError, OSError) as error:
            _log.error("job failed", exc_info=error, extra={"facts": {"job": job.name}})
            last.pop(f"noted {job.name}", None)
            with suppress(SQLAlchemyError):
                operations.note_job(tools.database, tools.clock, job.name, is_good=False)


def deliver(tools: Tools, ways: Mapping[str, Handler], alarm: outbox.LateAlarm, stop: Event) -> None:
    """Send a batch of what is due, and say it where messages wait too long."""
    try:
        outbox.drain(tools.database, tools.clock, ways, stop, most=BATCH)
        alarm.check(tools.database, tools.clock.now())
    except SQLAlchemyError as error:
        _log.error("outbox not drained", exc_info=error)


def main() -> None:
    """Run jobs and send messages until told to stop; what is under way is finished first (F16)."""
    logs.configure()
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    settings, clock = load(), SystemClock()
    database = Database(settings.database_url, may_be_made=settings.is_demo)
    schema.refuse_newer(database)
    open_keys(database, settings, clock)
    Counters(database, clock).start()
    papers, base = Papers(settings, clock), settings.base_url
    tools, alarm = Tools(database, clock, settings, papers), outbox.LateAlarm()
    own = StoredReceivers(database, receivers(settings))
    of_referrals = referrals.handlers(database, clock, own, base, papers)
    to_parties = agreements.handlers(database, clock, papers.desk, seal=papers.seal)
    ways = {**handlers(settings), **of_referrals, **to_parties}
    last: dict[str, float] = {}
    _log.info("worker started")
    while not stop.wait(1.0):
        run_due(tools, last)
        deliver(tools, ways, alarm, stop)
    papers.close()
    with suppress(SQLAlchemyError):
        operations.say_farewell(database)
    database.close()
    _log.info("worker stopped")


if __name__ == "__main__":
    main()
