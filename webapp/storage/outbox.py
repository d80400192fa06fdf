"""The outbox: what is to be delivered outside goes out at least once, under one id, in order, and in the end.

A message is written in the transaction of what it tells about. A worker claims it in a short transaction, sends it with
no lock held, and writes how that went on the condition that nobody has claimed it since (domain.md, Outbox; F06–F11).
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from threading import Event
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Update,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from webapp.kernel.clock import Clock
from webapp.kernel.delivery import Delivery, DeliveryFault, Handler, PermanentFault, TemporaryFault, wait_after
from webapp.kernel.errors import ConflictError, NotFoundError, TamperedError
from webapp.kernel.ids import new_id
from webapp.storage.outbox_models import MessageRow
from webapp.storage.rows import insert_rows
from webapp.storage.session import Database

_log = logging.getLogger("avklart.outbox")

QUEUED, SENT, ACKNOWLEDGED, PARKED, CANCELLED = "queued", "sent", "acknowledged", "parked", "cancelled"
LEASE = timedelta(seconds=60)
TRIED_FOR = timedelta(days=7)
LATE = timedelta(minutes=15)
SAID_EVERY = timedelta(hours=1)
SHOWN = 200
"""How many parked messages are listed at once."""
_DICE = SystemRandom()
_IN_WORDS = literal(QUEUED, literal_execute=True)
"""The state as it stands in the indexes of what waits: a database finds them only by the very word."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How a municipality's messages are: how many in each state, and since when the oldest queued one waits."""

    numbers: Mapping[str, int]
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that was given up: what it is, and how it went; never what it says or to whom."""

    id: str
    kind: str
    about: str
    fault: str
    attempts: int
    parked_at: datetime


def enqueue(
    session: Session, *, municipality: str, kind: str, payload: Mapping[str, Any], about: str, at: datetime,
    expires_at: datetime | None = None, due_at: datetime | None = None, message_id: str = "", is_first: bool = False,
) -> str:  # fmt: skip
    """Write a message in the transaction of what it tells about, and answer its id; one of a given id only once.

    About what is written in the same transaction it is the first, and no other one is looked for.
    """
    if message_id and session.get(MessageRow, message_id) is not None:
        return message_id
    first = max(at, due_at or at)
    before = 0 if is_first else _last_number(session, about)
    written = message_id or new_id()
    insert_rows(session, MessageRow, {
        "id": written, "municipality": municipality, "kind": kind, "about": about, "number": before + 1,
        "state": QUEUED, "payload": json.dumps(dict(payload), ensure_ascii=False), "created_at": first,
        "due_at": first, "expires_at": expires_at, "attempts": 0, "fault": "",
    })  # fmt: skip
    return written


def _last_number(session: Session, about: str) -> int:
    return session.scalar(select(func.max(MessageRow.number)).where(MessageRow.about == about)) or 0


def is_written(session: Session, message_id: str) -> bool:
    """Tell whether a message of an id was written, whatever has become of it."""
    return session.get(MessageRow, message_id) is not None


def cancel(session: Session, about: str, at: datetime) -> int:
    """Cancel what waits or is parked about a thing, in the transaction that ends it; answer how many (F11)."""
    waiting = update(MessageRow).where(MessageRow.about == about, MessageRow.state.in_((QUEUED, PARKED)))
    return _changed(session, waiting.values(**_cancelled(at, "")))


def was_tried(session: Session, about: str, kinds: Collection[str]) -> bool:
    """Tell whether any message of some kinds about a thing was handed to its receiver, however that went."""
    tried = select(MessageRow.id).where(MessageRow.about == about, MessageRow.kind.in_(kinds), MessageRow.attempts > 0)
    return session.scalar(tried.limit(1)) is not None


def resend(session: Session, municipality: str, message_id: str, at: datetime) -> None:
    """Queue a parked message again, for another week."""
    row = session.get(MessageRow, message_id, with_for_update=True)
    if row is None or row.municipality != municipality:
        raise NotFoundError("no such message")
    if row.state != PARKED:
        raise ConflictError("only a parked message is sent again")
    row.state, row.created_at, row.due_at, row.ended_at = QUEUED, at, at, None


def overview(session: Session, municipality: str) -> Overview:
    """Answer how a municipality's messages are."""
    of = select(MessageRow.state, func.count()).where(MessageRow.municipality == municipality)
    oldest = select(func.min(MessageRow.created_at)).where(
        MessageRow.municipality == municipality, MessageRow.state == QUEUED
    )
    numbers = dict(session.execute(of.group_by(MessageRow.state)).all())
    return Overview(numbers, session.scalar(oldest))


def failing(session: Session, municipality: str) -> dict[str, int]:
    """Answer how many messages of each kind wait although they were tried, or were given up."""
    row = MessageRow
    is_stuck = or_(row.state == PARKED, (row.state == QUEUED) & (row.fault != ""))
    wanted = select(row.kind, func.count()).where(row.municipality == municipality, is_stuck)
    return dict(session.execute(wanted.group_by(row.kind).order_by(row.kind)).all())


def waiting(session: Session, municipality: str, kind: str) -> int:
    """Answer how many messages of a kind are in line."""
    row = MessageRow
    wanted = select(func.count()).where(row.municipality == municipality, row.kind == kind, row.state == QUEUED)
    return session.scalar(wanted) or 0


def parked(session: Session, municipality: str, most: int = SHOWN) -> list[Parked]:
    """Answer the messages of a municipality that were given up, the newest first."""
    row = MessageRow
    ended = cast("ColumnElement[datetime]", row.ended_at)  # all that is parked has ended
    found = (
        select(row.id, row.kind, row.about, row.fault, row.attempts, ended)
        .where(row.municipality == municipality, row.state == PARKED)
        .order_by(ended.desc(), row.id)
        .limit(most)
    )
    return [Parked(*one) for one in session.execute(found)]


def forget_old(session: Session, before: datetime) -> int:
    """Delete the messages that ended before a time, parked ones too; answer how many."""
    ended = delete(MessageRow).where(MessageRow.state != QUEUED, MessageRow.ended_at < before)
    return _changed(session, ended)


def claim(database: Database, clock: Clock, kinds: Collection[str], dice: Random = _DICE) -> MessageRow | None:
    """Take the message that is due first for a minute, by a short transaction; None where there is none."""
    at = clock.now()
    with database.writing() as session:
        _sweep(session, at)
        row = session.scalar(_due(kinds, at).with_for_update(skip_locked=True))
        if row is not None:
            row.attempts += 1
            row.lease_until = at + LEASE
            row.due_at = at + wait_after(row.attempts, dice)  # should it kill the one who tries
    return row


def finish(
    database: Database, claimed: MessageRow, at: datetime, fault: DeliveryFault | None = None, dice: Random = _DICE, *,
    is_acknowledged: bool = False,
) -> bool:  # fmt: skip
    """Write how an attempt went; tell whether it was still ours: who comes late changes nothing (F09)."""
    ours = update(MessageRow).where(
        MessageRow.id == claimed.id, MessageRow.state == QUEUED, MessageRow.attempts == claimed.attempts
    )
    outcome = _outcome(claimed, at, fault, dice) if fault else _taken(at, is_acknowledged=is_acknowledged)
    with database.writing() as session:
        return _changed(session, ours.values(lease_until=None, **outcome)) == 1


def drain(
    database: Database, clock: Clock, handlers: Mapping[str, Handler], stop: Event, *,
    most: int = sys.maxsize, dice: Random = _DICE,
) -> int:  # fmt: skip
    """Send what is due, one after another, until nothing is or it is told to stop; answer how many it tried."""
    tried = 0
    while tried < most and not stop.is_set() and (row := claim(database, clock, [*handlers], dice)) is not None:
        is_acknowledged, fault = _send(row, handlers[row.kind])
        finish(database, row, clock.now(), fault, dice, is_acknowledged=is_acknowledged)
        tried += 1
    return tried


class LateAlarm:
    """Says that messages wait for too long, once an hour at most."""

    def __init__(self) -> None:
        self._said: datetime | None = None

    def check(self, database: Database, at: datetime) -> None:
        """Say it where the oldest message has been due for a quarter of an hour, delivered or not tried (F06)."""
        if self._said is not None and at - self._said < SAID_EVERY:
            return
        with database.reading() as session:
            oldest = session.scalar(select(func.min(MessageRow.created_at)).where(MessageRow.state == QUEUED))
        if oldest is not None and at - oldest > LATE:
            self._said = at
            _log.warning("outbox is late", extra={"facts": {"minutes": (at - oldest) // timedelta(minutes=1)}})


def _due(kinds: Collection[str], at: datetime) -> Select[MessageRow]:
    """Answer what is due and nobody sends now, unless an earlier one of its kind about the same thing waits."""
    earlier = aliased(MessageRow)
    waits_for_another = exists().where(
        earlier.about == MessageRow.about,
        earlier.kind == MessageRow.kind,  # a code by SMS does not wait for a mail server that is away
        earlier.state == _IN_WORDS,
        tuple_(earlier.number, earlier.id) < tuple_(MessageRow.number, MessageRow.id),
    )
    return (
        select(MessageRow)
        .where(MessageRow.state == _IN_WORDS, MessageRow.due_at <= at, MessageRow.kind.in_(kinds), _unclaimed(at))
        .where(~waits_for_another)
        .order_by(MessageRow.due_at, MessageRow.created_at, MessageRow.id)
        .limit(1)
    )


def _sweep(session: Session, at: datetime) -> None:
    """Cancel what is of no use any more, and park what was tried for a week, such as what kills whoever tries it."""
    free = select(MessageRow.id).where(MessageRow.state == _IN_WORDS, _unclaimed(at)).with_for_update(skip_locked=True)
    expired = free.where(MessageRow.expires_at <= at)
    session.execute(update(MessageRow).where(MessageRow.id.in_(expired)).values(**_cancelled(at, "expired")))
    given_up = free.where(MessageRow.created_at < at - TRIED_FOR, MessageRow.attempts > 0)
    session.execute(update(MessageRow).where(MessageRow.id.in_(given_up)).values(state=PARKED, ended_at=at))


def _unclaimed(at: datetime) -> ColumnElement[bool]:
    return or_(MessageRow.lease_until.is_(None), MessageRow.lease_until <= at)


def _cancelled(at: datetime, fault: str) -> dict[str, Any]:
    return {"state": CANCELLED, "payload_sealed": None, "lease_until": None, "fault": fault, "ended_at": at}


def _taken(at: datetime, *, is_acknowledged: bool) -> dict[str, Any]:
    state = ACKNOWLEDGED if is_acknowledged else SENT
    return {"state": state, "payload_sealed": None, "fault": "", "ended_at": at}


def _outcome(claimed: MessageRow, at: datetime, fault: DeliveryFault, dice: Random) -> dict[str, Any]:
    """Answer what an attempt that failed leads to: parked, or another one later."""
    facts = {"id": claimed.id, "kind": claimed.kind, "attempt": claimed.attempts, "fault": str(fault)}
    asked = fault.wait if isinstance(fault, TemporaryFault) else timedelta(0)
    again = at + wait_after(claimed.attempts, dice, asked)
    if isinstance(fault, PermanentFault) or again > claimed.created_at + TRIED_FOR:
        _log.error("message parked", extra={"facts": facts})
        return {"state": PARKED, "fault": str(fault)[:80], "ended_at": at}
    _log.warning("message not delivered yet", extra={"facts": facts})
    return {"due_at": again, "fault": str(fault)[:80]}


def _send(row: MessageRow, handler: Handler) -> tuple[bool, DeliveryFault | None]:
    """Hand a message to its handler; answer whether it was acknowledged, and the fault where it was not delivered."""
    try:
        told = Delivery(row.id, row.municipality, row.kind, json.loads(row.payload or "{}"), row.attempts)
        return bool(handler(told)), None
    except DeliveryFault as fault:
        return False, fault
    except TamperedError:
        return False, PermanentFault("payload does not open")
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with one message, those behind it go out
        return False, TemporaryFault(type(error).__name__)


def _changed(session: Session, statement: Update | Delete) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
