"""Setting up a municipality's own receivers: on and off, addresses, secrets that are written and never shown."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.administration import queries
from webapp.administration.domain.receiving import REVERSIBLE, Kind, What, taken_over
from webapp.administration.models import ReceiverChangeRow, ReceiverRow
from webapp.audit.actions import record
from webapp.audit.domain import Action, Detail
from webapp.kernel.caller import Actor
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.ids import new_id


def held(session: Session, municipality: str, kind: Kind, seen: int) -> ReceiverRow:
    """Answer a receiver, locked, as it was seen (0: not set up here yet); ConflictError where it has changed since."""
    row = queries.receiver(session, municipality, kind, is_held=True)
    if (row.revision if row else 0) != seen:
        raise ConflictError("somebody else has changed it")
    return row or ReceiverRow(
        id=new_id(), municipality=municipality, kind=kind.value, is_on=True, number_of_secrets=0, revision=0,
        tried_at=None, tried_status=0, tried_milliseconds=0, tried_fault="",
    )  # fmt: skip


def switch(session: Session, row: ReceiverRow, *, is_on: bool, by: Actor) -> None:
    """Switch a receiver on or off: what is new is not written for one that is off, what waits goes on waiting."""
    if row.is_on == is_on and row.revision:
        return
    row.is_on = is_on
    _done(session, row, What.ON if is_on else What.OFF, by)


def set_address(session: Session, row: ReceiverRow, address: str, by: Actor) -> None:
    """Send to another address from now on."""
    before = row.address if row.revision else None
    if before == address:
        return
    row.address = address
    _done(session, row, What.ADDRESS, by, before=before, after=address)


def remove(session: Session, row: ReceiverRow, by: Actor) -> None:
    """Forget an own receiver with its secrets; where the operator has set one up, that one counts again."""
    if not row.revision or row.address is None:
        raise ConflictError("there is nothing to remove")
    before = row.address
    row.address, row.secrets, row.number_of_secrets = None, None, 0
    _done(session, row, What.REMOVED, by, before=before)


def add_secret(session: Session, row: ReceiverRow, secret: str, by: Actor) -> None:
    """Begin to use a new secret; of a webhook the one before it goes on signing, until it is taken away."""
    _keep(row, taken_over(Kind(row.kind), queries.secrets_of(row), secret))
    _done(session, row, What.NEW_SECRET, by)


def drop_old_secret(session: Session, row: ReceiverRow, by: Actor) -> None:
    """Let only the newest secret sign."""
    known = queries.secrets_of(row) if row.revision else []
    if len(known) < 2:
        raise ConflictError("there is no older secret")
    _keep(row, known[:1])
    _done(session, row, What.OLD_SECRET, by)


def _keep(row: ReceiverRow, secrets: list[str]) -> None:
    row.secrets, row.number_of_secrets = json.dumps(secrets), len(secrets)


def undo(session: Session, made: ReceiverChangeRow, by: Actor) -> None:
    """Undo a change as a new one; ConflictError where the receiver was changed since, or it cannot be undone."""
    what, kind = What(made.what), Kind(made.kind)
    row = queries.receiver(session, by.municipality, kind, is_held=True)
    if row is None or what not in REVERSIBLE:
        raise ConflictError("this cannot be undone")
    if what is What.ADDRESS:
        if row.address != made.after or made.before is None:
            raise ConflictError("it was changed since")
        set_address(session, row, made.before, by)
        return
    if row.is_on != (what is What.ON):
        raise ConflictError("it was changed since")
    switch(session, row, is_on=what is What.OFF, by=by)


def note_try(
    session: Session, municipality: str, kind: Kind, *, status: int, milliseconds: int, fault: str, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """Note how a test message went, without a change of the receiver; a later test takes its place."""
    row = queries.receiver(session, municipality, kind, is_held=True)
    if row is None:
        row = held(session, municipality, kind, 0)
        row.revision, row.changed_at = 1, at
        session.add(row)
    row.tried_at, row.tried_status, row.tried_milliseconds, row.tried_fault = at, status, milliseconds, fault[:80]
    record(
        session, municipality=municipality, action=Action.RECEIVER_TESTED, actor=by, object_kind="receiver",
        object_id=kind.value, details={"status": status, "ok": not fault}, at=at,
    )  # fmt: skip


def _done(
    session: Session, row: ReceiverRow, what: What, by: Actor, *, before: str | None = None, after: str | None = None
) -> None:
    """Write that something was done with a receiver; what it said before is sealed beside it."""
    if row.kind not in set(Kind):
        raise InvalidError("no kind of receiver")
    row.revision, row.changed_at = row.revision + 1, by.at
    session.add(row)
    session.flush()
    session.add(
        ReceiverChangeRow(
            id=new_id(), municipality=row.municipality, kind=row.kind, what=what.value, before=before, after=after,
            by=by.staff, at=by.at,
        )
    )  # fmt: skip
    details: dict[str, Detail] = {"what": what.value, "secrets": row.number_of_secrets}
    record(
        session, municipality=row.municipality, action=Action.RECEIVER_CHANGED, actor=by.staff,
        object_kind="receiver", object_id=row.kind, details=details, at=by.at,
    )  # fmt: skip
