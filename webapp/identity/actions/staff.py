"""Accounts of staff: invited, taken up, changed, closed; what changes counts on the next request (S3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions import invitations, sessions
from webapp.identity.domain.codes import STAFF_LINK_LIFE, Purpose
from webapp.identity.domain.people import email_key, email_of, name_of, staff_roles
from webapp.identity.domain.sessions import Why
from webapp.identity.models import FactorRow, InvitationRow, RecoveryRow, StaffRow
from webapp.kernel.caller import Caller
from webapp.kernel.errors import ConflictError, NotAllowedError
from webapp.kernel.ids import new_id
from webapp.storage import erasures
from webapp.storage.session import KEYS

INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"
SYSTEM = "system"


def email_index(session: Session, municipality: str, email: str) -> str:
    """Answer the blind index of an e-mail address."""
    return str(session.info[KEYS].index(municipality, "email", email_key(email)))


def add(
    session: Session, *, municipality: str, email: str, name: str, roles: Collection[str], language: str,
    at: datetime, by: str = SYSTEM,
) -> StaffRow:  # fmt: skip
    """Add an account that nobody has taken up yet; raise ConflictError where the address has one already."""
    address = email_of(email)
    index = email_index(session, municipality, address)
    if queries.staff_by_email(session, municipality, index) is not None:
        raise ConflictError("there is an account with this address")
    row = StaffRow(
        id=new_id(),
        municipality=municipality,
        state=INVITED,
        roles=staff_roles(roles),
        language=language,
        email=address,
        email_index=index,
        name=name_of(name),
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # somebody else invited the same address at the same moment
        raise ConflictError("there is an account with this address") from error
    _note(session, row, Action.STAFF_INVITED, by, at, roles=row.roles)
    return row


def invite(session: Session, row: StaffRow, *, at: datetime) -> InvitationRow:
    """Invite somebody to take up their account, in place of any earlier invitation."""
    _revoke_invitations(session, row, at)
    contact = invitations.Contact(row.language, row.email)
    return invitations.invite(
        session, municipality=row.municipality, purpose=Purpose.STAFF, subject=row.id, contact=contact, at=at,
        expires_at=at + STAFF_LINK_LIFE,
    )  # fmt: skip


def _revoke_invitations(session: Session, row: StaffRow, at: datetime) -> None:
    for purpose in (Purpose.STAFF, Purpose.PASSWORD):
        for old in queries.invitations_to(session, row.municipality, purpose.value, row.id):
            if old.revoked_at is None:
                invitations.revoke(session, old, at=at)


def take_up(session: Session, row: StaffRow, password_hash: str, *, at: datetime) -> None:
    """Take up an account with a password of one's own."""
    row.password, row.state = password_hash, ACTIVE
    _revoke_invitations(session, row, at)
    _note(session, row, Action.STAFF_JOINED, row.id, at)


def set_password(session: Session, row: StaffRow, password_hash: str, *, at: datetime, but: str | None = None) -> None:
    """Change a password, and end every session but the one it is changed from."""
    row.password = password_hash
    _revoke_invitations(session, row, at)
    sessions.end_all(session, row.municipality, row.id, Why.ACCESS_CHANGED, at=at, but=but)
    _note(session, row, Action.PASSWORD_CHANGED, row.id, at)


def change(session: Session, row: StaffRow, *, name: str, roles: Collection[str], by: Caller, at: datetime) -> None:
    """Change what an account is called and may do; raise NotAllowedError for one's own roles.

    Whoever could take the last administrator's role away from themselves would lock the municipality out.
    """
    chosen = staff_roles(roles)
    if row.id == by.id and chosen != row.roles:
        raise NotAllowedError("nobody changes their own roles")
    if chosen != row.roles:
        _require_administrator(session, by)
    row.name = name_of(name)
    if chosen != row.roles:
        row.roles = chosen
        _note(session, row, Action.STAFF_CHANGED, by.id, at, roles=chosen)


def disable(session: Session, row: StaffRow, *, by: Caller, at: datetime) -> None:
    """Close an account at once: its sessions end, its invitations and waiting messages are void."""
    if row.id == by.id:
        raise NotAllowedError("nobody closes their own account")
    _require_administrator(session, by)
    row.state = DISABLED
    _revoke_invitations(session, row, at)
    sessions.end_all(session, row.municipality, row.id, Why.ACCESS_CHANGED, at=at)
    erasures.note(session, erasures.STAFF, row.municipality, row.id, at)
    _note(session, row, Action.STAFF_DISABLED, by.id, at)


def _require_administrator(session: Session, by: Caller) -> None:
    """Let of two administrators who close each other's access at once only one do so: somebody is always left."""
    if by.id not in {one.id for one in queries.active_administrators(session, by.municipality)}:
        raise NotAllowedError("no administrator any more")


def enable(session: Session, row: StaffRow, *, by: Caller, at: datetime) -> None:
    """Open a closed account again, as it was."""
    row.state = ACTIVE if row.password or row.subject_index else INVITED
    _note(session, row, Action.STAFF_ENABLED, by.id, at)


def start_over(session: Session, row: StaffRow, *, by: str, at: datetime) -> InvitationRow:
    """Take away password, factors and sessions of somebody who has lost them, and invite them anew."""
    row.password, row.state = None, INVITED
    _delete_factors(session, row)
    sessions.end_all(session, row.municipality, row.id, Why.ACCESS_CHANGED, at=at)
    _note(session, row, Action.STAFF_CHANGED, by, at, started_over=True)
    return invite(session, row, at=at)


def remove_factors(session: Session, row: StaffRow, *, why: str, by: Caller, at: datetime) -> None:
    """Take away every second factor and recovery code of somebody else, and end their sessions; the password stays.

    Raise ConflictError where there is none to take away, NotAllowedError for one's own: those go on one's own page.
    """
    if row.id == by.id:
        raise NotAllowedError("nobody takes away their own second factor here")
    if not queries.factors(session, row.municipality, row.id):
        raise ConflictError("there is no second factor")
    _require_administrator(session, by)
    _delete_factors(session, row)
    sessions.end_all(session, row.municipality, row.id, Why.ACCESS_CHANGED, at=at)
    _note(session, row, Action.STAFF_CHANGED, by.id, at, why=why, factors_removed=True)


def _delete_factors(session: Session, row: StaffRow) -> None:
    for table in (FactorRow, RecoveryRow):
        session.execute(delete(table).where(table.municipality == row.municipality, table.staff == row.id))


def take_over_from_provider(
    session: Session, row: StaffRow, *, roles: Collection[str], subject_index: str, at: datetime
) -> None:
    """Take over who somebody is and what they may do, as the municipality's own sign-in says (integrations §2)."""
    if row.state == INVITED:
        _revoke_invitations(session, row, at)
    row.subject_index, row.state = subject_index, ACTIVE
    if roles and list(roles) != row.roles:
        row.roles = staff_roles(roles)
        _note(session, row, Action.STAFF_CHANGED, "provider", at, roles=row.roles)
    _note(session, row, Action.SIGNED_IN, row.id, at, by="provider")
    row.signed_in_at = at


def lose_access(session: Session, row: StaffRow, *, at: datetime) -> None:
    """Take away the access of somebody who has no role any more at the municipality's own sign-in."""
    row.state = DISABLED
    _revoke_invitations(session, row, at)
    sessions.end_all(session, row.municipality, row.id, Why.ACCESS_CHANGED, at=at)
    erasures.note(session, erasures.STAFF, row.municipality, row.id, at)
    _note(session, row, Action.STAFF_DISABLED, "provider", at)


def signed_in(session: Session, row: StaffRow, by: str, *, at: datetime) -> None:
    """Note that somebody has come in, and by what."""
    row.signed_in_at = at
    _note(session, row, Action.SIGNED_IN, row.id, at, by=by)


def _note(
    session: Session, row: StaffRow, action: Action, actor: str, at: datetime, *, why: str = "", **details: Any
) -> None:  # fmt: skip
    record(
        session, municipality=row.municipality, action=action, actor=actor, object_kind="staff", object_id=row.id,
        why=why, details=details, at=at,
    )  # fmt: skip
