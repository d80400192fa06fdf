"""Writing to the audit log: in the transaction of what it tells of, so that both are kept or neither (T1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from webapp.audit.domain import START, Action, Detail, Event, Head, canonical, must_be_ids_only
from webapp.audit.models import EventRow, HeadRow
from webapp.kernel.canonical import fields_of
from webapp.kernel.errors import StartError
from webapp.storage.base import insert_into
from webapp.storage.session import KEYS, Keys

_EVENTS, _HEADS = cast("Table", EventRow.__table__), cast("Table", HeadRow.__table__)
_APPEND = insert(_EVENTS)  # these are made once: every act of everybody appends one
_OF = _HEADS.c.municipality == bindparam("of")
_HOLD_HEAD = select(_HEADS.c.sequence, _HEADS.c.hash).where(_OF).with_for_update()
_MOVE_HEAD = update(_HEADS).where(_OF).values(sequence=bindparam("to"), hash=bindparam("code"))


def record(
    session: Session,
    *,
    municipality: str,
    action: Action,
    actor: str,
    object_kind: str = "",
    object_id: str = "",
    why: str = "",
    details: Mapping[str, Detail] | None = None,
    at: datetime,
) -> int:
    """Append an event to a municipality's chain and answer its sequence (E1, Z3).

    Others who append to the chain wait until the caller's transaction ends: record last, just before the commit.
    """
    keys: Keys | None = session.info.get(KEYS)
    if keys is None:
        raise StartError("no keys are open, so nothing can be written to the audit log")
    event = Event(
        municipality, 0, at, actor, action.value, object_kind, object_id, why, dict(details or {}), "", START, ""
    )
    must_be_ids_only(event)
    head = _hold(session, municipality)
    event = _sealed(replace(event, sequence=head.sequence + 1, previous=head.hash), keys)
    session.execute(_APPEND, fields_of(event))
    session.execute(_MOVE_HEAD, {"of": municipality, "to": event.sequence, "code": event.hash})
    return event.sequence


def _sealed(event: Event, keys: Keys) -> Event:
    newest, _ = keys.audit_code(event.municipality, b"")  # an event names its key inside what the key seals
    named = replace(event, key=newest)
    _, code = keys.audit_code(event.municipality, canonical(named), newest)
    return replace(named, hash=code)


def _hold(session: Session, municipality: str) -> Head:
    """Lock the end of a chain until the transaction ends; of two who begin a chain at once, one waits for the other."""
    found = session.execute(_HOLD_HEAD, {"of": municipality}).one_or_none()
    if found is None:
        first = insert_into(session, HeadRow).values(municipality=municipality, sequence=0, hash=START)
        session.execute(first.on_conflict_do_nothing())
        found = session.execute(_HOLD_HEAD, {"of": municipality}).one()
    return Head(municipality, *found)
