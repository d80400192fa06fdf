"""Writing to the audit log: in the transaction of what it tells of, so that both are kept or neither (T1).

And its beginning goes, when it is old: behind an anchor, so that the chain shows that nothing else has gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.audit import queries
from webapp.audit.domain import (
    START,
    Action,
    Anchor,
    Detail,
    Event,
    Head,
    canonical,
    canonical_anchor,
    deletion_told,
    must_be_ids_only,
)
from webapp.audit.models import AnchorRow, EventRow, HeadRow
from webapp.kernel.canonical import fields_of
from webapp.kernel.errors import StartError
from webapp.storage.base import insert_into
from webapp.storage.session import KEYS, Keys

SYSTEM = "system"
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
    keys = _keys(session)
    event = Event(
        municipality, 0, at, actor, action.value, object_kind, object_id, why, dict(details or {}), "", START, ""
    )
    must_be_ids_only(event)
    head = _hold(session, municipality)
    event = _sealed(replace(event, sequence=head.sequence + 1, previous=head.hash), keys)
    session.execute(_APPEND, fields_of(event))
    session.execute(_MOVE_HEAD, {"of": municipality, "to": event.sequence, "code": event.hash})
    return event.sequence


def delete_beginning(session: Session, after: Anchor, going: Sequence[Event], *, at: datetime) -> int:
    """Delete the events that follow an anchor, and put a new one in its place; answer how many (R1).

    0 where the anchor has moved meanwhile. Whoever calls has seen that they are whole: what was changed is no longer
    found once it is gone, so it must not go.
    """
    keys, end = _keys(session), going[-1]
    _hold(session, end.municipality)
    if queries.anchor(session, end.municipality) != after:
        return 0
    anchor = _anchored(Anchor(end.municipality, end.sequence, end.hash, len(going), at), keys)
    values = fields_of(anchor)
    put = insert_into(session, AnchorRow).values(values)
    told = {name: value for name, value in values.items() if name != "municipality"}
    # The anchor first: the database lets go of no event that its anchor does not say is gone.
    session.execute(put.on_conflict_do_update(index_elements=["municipality"], set_=told))
    row = EventRow
    session.execute(delete(row).where(row.municipality == end.municipality, row.sequence <= end.sequence))
    record(
        session, municipality=end.municipality, action=Action.EVENTS_DELETED, actor=SYSTEM,
        details=deletion_told(anchor), at=at,
    )  # fmt: skip
    return len(going)


def _keys(session: Session) -> Keys:
    keys: Keys | None = session.info.get(KEYS)
    if keys is None:
        raise StartError("no keys are open, so nothing can be written to the audit log")
    return keys


def _anchored(anchor: Anchor, keys: Keys) -> Anchor:
    newest, _ = keys.audit_code(anchor.municipality, b"")
    named = replace(anchor, key=newest)
    _, code = keys.audit_code(anchor.municipality, canonical_anchor(named), newest)
    return replace(named, code=code)


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
