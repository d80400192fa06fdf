"""Reading the audit log, always by sequence: a clock may be set back, a sequence not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.audit.domain import Anchor, Event, Head
from webapp.audit.models import AnchorRow, EventRow, HeadRow

AT_ONCE = 5000
"""So many rows are looked at in one query when a beginning is counted."""
_COLUMNS = [getattr(EventRow, field.name) for field in fields(Event)]
_ANCHOR = [getattr(AnchorRow, field.name) for field in fields(Anchor)]
_HEAD = (HeadRow.municipality, HeadRow.sequence, HeadRow.hash)


def _of(municipality: str) -> Select[Any]:
    return select(*_COLUMNS).where(EventRow.municipality == municipality)


def _read(session: Session, wanted: Select[Any]) -> list[Event]:
    return [Event(*row) for row in session.execute(wanted)]


def events(session: Session, municipality: str, *, after: int = 0, limit: int = 200) -> list[Event]:
    """Answer the events of a municipality that follow a sequence, oldest first."""
    wanted = _of(municipality).where(EventRow.sequence > after)
    return _read(session, wanted.order_by(EventRow.sequence).limit(limit))


def newest(session: Session, municipality: str, limit: int = 200) -> list[Event]:
    """Answer the last events of a municipality, newest first."""
    return _read(session, _of(municipality).order_by(EventRow.sequence.desc()).limit(limit))


def of_time(
    session: Session, municipality: str, actions: Sequence[str], *, since: datetime, until: datetime, most: int
) -> list[Event]:
    """Answer the events of some actions in a time, the newest first."""
    wanted = _of(municipality).where(EventRow.action.in_(actions), EventRow.at >= since, EventRow.at < until)
    return _read(session, wanted.order_by(EventRow.at.desc(), EventRow.sequence.desc()).limit(most))


def about(session: Session, municipality: str, object_kind: str, object_id: str) -> list[Event]:
    """Answer everything that was done with or seen of one thing, oldest first (Z3)."""
    wanted = _of(municipality).where(EventRow.object_kind == object_kind, EventRow.object_id == object_id)
    return _read(session, wanted.order_by(EventRow.sequence))


def heads(session: Session) -> list[Head]:
    """Answer where each chain that has begun ends, by municipality."""
    wanted = select(*_HEAD).where(HeadRow.sequence > 0).order_by(HeadRow.municipality)
    return [Head(*row) for row in session.execute(wanted)]


def head(session: Session, municipality: str) -> Head:
    """Answer where one chain ends, by its stored head; at its start where none is stored."""
    found = session.execute(select(*_HEAD).where(HeadRow.municipality == municipality)).one_or_none()
    return Head(*found) if found else Head(municipality)


def anchor(session: Session, municipality: str) -> Anchor:
    """Answer after which event what is kept of a chain begins; its start where nothing was ever deleted."""
    found = session.execute(select(*_ANCHOR).where(AnchorRow.municipality == municipality)).one_or_none()
    return Anchor(*found) if found else Anchor(municipality)


def beginning(session: Session, municipality: str, *, after: int, before: datetime, most: int) -> list[Event]:
    """Answer the first events that follow a sequence, as far as all of them are from before a time.

    They end at the first later one, whatever follows it: only a beginning can go.
    """
    return list(takewhile(lambda event: event.at < before, events(session, municipality, after=after, limit=most)))


def number_before(session: Session, municipality: str, before: datetime) -> int:
    """Answer how many events the beginning of a chain has that is from before a time."""
    row, number, after = EventRow, 0, 0
    while True:
        # Page by page by their sequence: no index answers where the first later one stands.
        wanted = select(row.sequence, row.at < before).where(row.municipality == municipality, row.sequence > after)
        found = session.execute(wanted.order_by(row.sequence).limit(AT_ONCE)).all()
        old = [sequence for sequence, _ in takewhile(lambda one: one[1], found)]
        number += len(old)
        if len(old) < AT_ONCE:
            return number
        after = old[-1]


def municipalities(session: Session) -> list[str]:
    """Answer the municipalities that have a head, or events without one."""
    with_events = select(EventRow.municipality).distinct()
    return sorted({*session.scalars(with_events), *session.scalars(select(HeadRow.municipality))})
