"""Residents who came in with ID-porten, and invitations that are theirs from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions.invitations import hold
from webapp.identity.models import ResidentRow
from webapp.kernel.errors import NotAllowedError, NotFoundError
from webapp.kernel.ids import new_id
from webapp.storage.session import KEYS


def recognise(session: Session, municipality: str, pid: str, *, at: datetime) -> ResidentRow:
    """Answer the resident of a national identity number, added where they come for the first time (O2)."""
    index = session.info[KEYS].index(municipality, "pid", pid)
    row = queries.resident_by_pid(session, municipality, index)
    if row is None:
        row = _add(session, municipality, pid, index, at)
    row.signed_in_at = at
    session.flush()
    record(
        session, municipality=municipality, action=Action.SIGNED_IN, actor=row.id, object_kind="resident",
        object_id=row.id, details={"by": "idporten"}, at=at,
    )  # fmt: skip
    return row


def _add(session: Session, municipality: str, pid: str, index: str, at: datetime) -> ResidentRow:
    """Add a resident; whoever came in another window at the same moment is the same one."""
    row = ResidentRow(
        id=new_id(), municipality=municipality, pid=pid, pid_index=index, created_at=at, signed_in_at=at
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = queries.resident_by_pid(session, municipality, index)
        if found is None:
            raise
        return found
    return row


def bind(session: Session, municipality: str, invitation_id: str, resident: ResidentRow, *, at: datetime) -> None:
    """Note who a party is who came in by a code and then showed it with ID-porten.

    Raise NotAllowedError where the invitation is another's already: a link and anybody's identity open nothing; and
    where they are in the same thing by another invitation: nobody is two of those who sign (G2).
    """
    row = queries.invitation(session, municipality, invitation_id)
    if row is None:
        raise NotFoundError
    beside = queries.invitations_to(session, municipality, row.purpose, row.subject)
    for one in sorted(beside, key=lambda found: found.id):
        hold(session, one)  # of two at once, the second sees the first
    if row.resident not in {None, resident.id}:
        raise NotAllowedError("the invitation is somebody else's")
    if any(one.resident == resident.id and one.revoked_at is None and one is not row for one in beside):
        raise NotAllowedError("they are in it already, as another")
    row.resident = resident.id
    row.joined_at, row.joining_code = row.joined_at or at, None
