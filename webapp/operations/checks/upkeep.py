"""What must be done again and again: workers, jobs, the outbox, the audit log's verification, backups, erasures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from webapp.operations import queries
from webapp.operations.actions.backing_up import MOST_DAYS, made_in
from webapp.operations.actions.restoring import ALIVE
from webapp.operations.checks.patient import Patient, age, number
from webapp.operations.domain import Observation, fault, warning, well
from webapp.storage import marks
from webapp.storage.erasures import read
from webapp.storage.outbox import LATE, PARKED, QUEUED
from webapp.web.measuring import living

_DAILY, _TOO_LATE = timedelta(hours=26), timedelta(hours=50)


def processes(patient: Patient) -> Iterator[Observation]:
    """Look at who lives: workers by what they say, web processes of this host by what they hold."""
    now, workers = patient.clock.now(), queries.gauges(patient.database).workers()
    alive = [name for name, at in workers.items() if now - at < ALIVE]
    if alive:
        yield well("workers", number(len(alive), "worker says that it lives", "workers say that they live"))
    else:
        last = f", the last one {age(now - max(workers.values()))}" if workers else ""
        do = "start it (`systemctl start avklart-worker`), and look at its log: nothing is sent without it"
        yield fault("workers", f"none has said that it lives{last}", do)
    web = living(patient.settings.data)
    if web:
        yield well("web", f"{number(web, 'web process', 'web processes')} on this host")
    else:
        do = "start it (`systemctl start 'avklart-web@*'`), unless the web runs on other hosts"
        yield warning("web", "no web process has answered on this host since it was started", do)


def jobs(patient: Patient) -> Iterator[Observation]:
    """Look at whether the worker's jobs went well."""
    now, found = patient.clock.now(), queries.gauges(patient.database).jobs()
    failed = {name: mark for name, mark in found.items() if not mark.is_good}
    for name, mark in failed.items():
        yield fault("jobs", f"«{name}» failed {age(now - mark.at)}", "look for `job failed` in the worker's log")
    if not failed:
        yield well("jobs", f"{number(len(found), 'job')} went well")


def outbox(patient: Patient) -> Iterator[Observation]:
    """Look at what waits to be sent, and at what was given up."""
    now, found = patient.clock.now(), queries.gauges(patient.database).outbox
    waits, parked = found.numbers.get(QUEUED, 0), found.numbers.get(PARKED, 0)
    late = now - found.waiting_since if found.waiting_since else timedelta(0)
    if late > LATE:
        said = f"{number(waits, 'message')} wait, the oldest since {age(late)}"
        yield fault("outbox", said, "see whether a worker lives and whether mail server and receivers answer")
    else:
        yield well("outbox", f"{number(waits, 'message waits', 'messages wait')}")
    if parked:
        do = "an administrator looks at them under «Leveringer», and sends again what must go"
        yield warning("outbox", f"{number(parked, 'message')} given up or held", do)


def audit(patient: Patient) -> Iterator[Observation]:
    """Look at when the audit log was last verified, with which result, and where its heads are written."""
    settings = patient.settings
    mark = queries.gauges(patient.database).marks.get(marks.AUDIT)
    verify = "run `avklart audit verify` daily (deploy/avklart-audit.timer)"
    if mark is None:
        yield warning("audit log", "was never verified", verify)
    elif not mark.is_good:
        do = "run `avklart audit verify`: it names the first broken event; docs/operations.md tells what then"
        yield fault("audit log", "was broken when it was last verified", do)
    elif patient.clock.now() - mark.at > _TOO_LATE:
        yield warning("audit log", f"was last verified {age(patient.clock.now() - mark.at)}", verify)
    else:
        yield well("audit log", f"was whole {age(patient.clock.now() - mark.at)}")
    if not settings.is_demo and settings.audit_heads.is_relative_to(settings.data):
        said = "its heads lie beside it, so who can change the one can change the other"
        yield warning("audit log", said, "set AVKLART_AUDIT_HEADS to a place on another machine")


def backups(patient: Patient) -> Iterator[Observation]:
    """Look at how old the last backup is, and whether any is older than it may be."""
    now, settings = patient.clock.now(), patient.settings
    mark = queries.gauges(patient.database).marks.get(marks.BACKUP)
    do = "run `avklart backup FOLDER` daily (deploy/avklart-backup.timer), and look at its log"
    late = fault if not settings.is_demo else warning
    if mark is None:
        yield late("backup", "none was ever made", do)
    elif now - mark.at > _DAILY:
        yield late("backup", f"the last one was made {age(now - mark.at)}", do)
    else:
        yield well("backup", f"made {age(now - mark.at)}, {mark.facts}")
    old = [path for path, at in made_in(settings.backups).items() if now - at > timedelta(days=MOST_DAYS + 1)] if (
        settings.backups
    ) else []  # fmt: skip
    if old:
        said = f"{number(len(old), 'backup')} older than {MOST_DAYS} days: what was erased still lies in them"
        yield fault("backup", said, f"delete them: {', '.join(path.name for path in old[:5])}")


def erasures(patient: Patient) -> Iterator[Observation]:
    """Look at the erasure list: what a restore must erase again stands in it."""
    settings = patient.settings
    found, unread = read(settings.erasures)
    if unread:
        said = f"{number(unread, 'line')} of {settings.erasures} cannot be read"
        yield warning("erasure list", said, "look at the file: a restore passes them over")
    else:
        yield well("erasure list", f"{number(len(found), 'line')} in {settings.erasures}")
    if not settings.is_demo and settings.erasures.is_relative_to(settings.data):
        said = "lies in the data folder, and is lost with it"
        yield warning("erasure list", said, "set AVKLART_ERASURES to a place on another machine or disk")
