"""What is measured, as Prometheus reads it: one line a number, with what it is above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from webapp import __version__
from webapp.operations.queries import Gauges
from webapp.storage import marks
from webapp.storage.outbox import PARKED, QUEUED
from webapp.web.measuring import BOUNDS, Measured

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def as_text(requests: Measured, living: int, found: Gauges | None, at: datetime) -> str:
    """Write everything that is measured; where the database does not answer, only what processes counted."""
    lines = [*_requests(requests), *_one("avklart_web_processes", "gauge", "Web processes on this host.", living)]
    lines += _one("avklart_database_up", "gauge", "Whether the database answers.", int(found is not None))
    if found is not None:
        lines += _gauges(found, at)
    return "\n".join(lines) + "\n"


def _requests(found: Measured) -> Iterator[str]:
    yield from _head("avklart_info", "gauge", "The release.")
    yield f'avklart_info{{version="{__version__}"}} 1'
    yield from _head("avklart_requests_total", "counter", "Requests by class of route and status; 0 is any other one.")
    for kind, status, number in found.requests():
        yield f'avklart_requests_total{{class="{kind}",status="{status}"}} {number}'
    name = "avklart_request_seconds"
    yield from _head(name, "histogram", "How long requests took that were not answered from memory.")
    for kind, numbers, seconds in found.durations():
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), numbers, strict=True):
            yield f'{name}_bucket{{class="{kind}",le="{bound}"}} {number}'
        yield f'{name}_sum{{class="{kind}"}} {seconds:.6f}'
        yield f'{name}_count{{class="{kind}"}} {numbers[-1]}'
    yield from _one("avklart_database_busy_total", "counter", "Requests that the database could not serve.", found.busy)


def _gauges(found: Gauges, at: datetime) -> Iterator[str]:
    numbers, since = found.outbox.numbers, found.outbox.waiting_since
    age = (at - since).total_seconds() if since else 0
    yield from _one("avklart_outbox_queued", "gauge", "Messages that wait.", numbers.get(QUEUED, 0))
    yield from _one("avklart_outbox_parked", "gauge", "Messages that were given up or held.", numbers.get(PARKED, 0))
    yield from _one("avklart_outbox_oldest_seconds", "gauge", "For how long the oldest message waits.", max(0, age))
    yield from _head("avklart_sessions", "gauge", "Sessions that have not ended, by kind.")
    for kind, number in found.sessions.items():
        yield f'avklart_sessions{{kind="{kind}"}} {number}'
    alive = (at - last for last in found.workers().values())
    freshest = min((age.total_seconds() for age in alive), default=-1)
    yield from _one("avklart_workers", "gauge", "Workers that have said within a day that they live.", len(
        found.workers()
    ))  # fmt: skip
    yield from _one("avklart_worker_seen_seconds", "gauge", "Since when no worker has said so; -1: never.", freshest)
    runs = [found.jobs()[name].at for name in marks.RETENTION_JOBS if name in found.jobs()]
    last = min(runs) if len(runs) == len(marks.RETENTION_JOBS) else None
    yield from _age("avklart_retention_age_seconds", "Since when retention has not run; -1: never.", last, at)
    for name, words in ((marks.BACKUP, "backup"), (marks.AUDIT, "audit_verify")):
        mark = found.marks.get(name)
        said = f"How old the last {words.replace('_', ' ')} is; -1: never."
        yield from _age(f"avklart_{words}_age_seconds", said, mark.at if mark else None, at)
    verified = found.marks.get(marks.AUDIT)
    is_whole = int(verified.is_good) if verified else -1
    yield from _one("avklart_audit_whole", "gauge", "What the last verification found; -1: never run.", is_whole)
    failed = sum(not mark.is_good for mark in found.jobs().values())
    yield from _one("avklart_jobs_failed", "gauge", "Jobs whose last run failed.", failed)


def _age(name: str, said: str, last: datetime | None, at: datetime) -> Iterable[str]:
    return _one(name, "gauge", said, max(0, (at - last).total_seconds()) if last else -1)


def _one(name: str, kind: str, said: str, value: float) -> Iterator[str]:
    yield from _head(name, kind, said)
    yield f"{name} {value:.0f}"


def _head(name: str, kind: str, said: str) -> Iterator[str]:
    yield f"# HELP {name} {said}"
    yield f"# TYPE {name} {kind}"
