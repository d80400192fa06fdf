"""Second factors and recovery codes: added, used once, taken away; every change ends the other sessions (S3)."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions import sessions
from webapp.identity.domain.sessions import Why
from webapp.identity.domain.two_factor import new_recovery_codes, step_of
from webapp.identity.models import FactorRow, RecoveryRow, StaffRow
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import clean_code, digest, new_id
from webapp.storage.session import KEYS

APP, PASSKEY = "app", "passkey"
MOST = 10
MOST_LABEL = 60


def add_app(
    session: Session, staff: StaffRow, secret: str, step: int, *, label: str, at: datetime, but: str | None
) -> None:
    """Add an authenticator app that has just shown a right code."""
    _add(session, staff, FactorRow(kind=APP, label=label[:MOST_LABEL], secret=secret, count=step), at, but)


def add_passkey(
    session: Session, staff: StaffRow, credential: str, public_key: str, count: int, *, label: str, at: datetime,
    but: str | None,
) -> None:  # fmt: skip
    """Add a passkey that has just signed our challenge; raise ConflictError where it is known already, as anybody's."""
    known = digest(credential)
    if queries.factor_by_credential(session, staff.municipality, known) is not None:
        raise ConflictError("this passkey is known already")
    row = FactorRow(
        kind=PASSKEY, label=label[:MOST_LABEL], secret=json.dumps({"id": credential, "key": public_key}),
        credential=known, count=count,
    )  # fmt: skip
    _add(session, staff, row, at, but)


def _add(session: Session, staff: StaffRow, row: FactorRow, at: datetime, but: str | None) -> None:
    if len(queries.factors(session, staff.municipality, staff.id)) >= MOST:
        raise ConflictError("there are as many second factors as there may be")
    row.id, row.municipality, row.staff, row.created_at = new_id(), staff.municipality, staff.id, at
    session.add(row)
    session.flush()
    sessions.end_all(session, staff.municipality, staff.id, Why.ACCESS_CHANGED, at=at, but=but)
    _note(session, staff, Action.FACTOR_ADDED, at, row.kind)


def remove(session: Session, staff: StaffRow, factor_id: str, *, at: datetime, but: str | None) -> None:
    """Take away one of somebody's second factors; raise NotFoundError where it is not theirs."""
    row = next((row for row in queries.factors(session, staff.municipality, staff.id) if row.id == factor_id), None)
    if row is None:
        raise NotFoundError
    session.delete(row)
    sessions.end_all(session, staff.municipality, staff.id, Why.ACCESS_CHANGED, at=at, but=but)
    _note(session, staff, Action.FACTOR_REMOVED, at, row.kind)


def use_app_code(session: Session, staff: StaffRow, code: str, *, at: datetime) -> bool:
    """Use up a code of one of somebody's apps; answer whether it was right and unused: of two at once, one wins."""
    for row in queries.factors(session, staff.municipality, staff.id):
        step = step_of(row.secret, code, at, after=row.count) if row.kind == APP else None
        if step is not None and _count_up(session, row, step, at):
            return True
    return False


def use_passkey(session: Session, row: FactorRow, count: int, *, at: datetime) -> bool:
    """Note that a passkey signed; answer False where its counter did not go up, which a copy would show."""
    if count == 0 and row.count == 0:  # a passkey that does not count
        row.used_at = at
        return True
    return _count_up(session, row, count, at)


def _count_up(session: Session, row: FactorRow, count: int, at: datetime) -> bool:
    counted = session.scalars(
        update(FactorRow)
        .where(FactorRow.id == row.id, FactorRow.municipality == row.municipality, FactorRow.count < count)
        .values(count=count, used_at=at)
        .returning(FactorRow.id)
    ).all()
    return bool(counted)


def renew_recovery_codes(session: Session, staff: StaffRow, *, at: datetime) -> list[str]:
    """Make ten new recovery codes in place of the old ones, and answer them; they are shown once."""
    session.execute(
        delete(RecoveryRow).where(RecoveryRow.municipality == staff.municipality, RecoveryRow.staff == staff.id)
    )
    codes = new_recovery_codes()
    for code in codes:
        session.add(
            RecoveryRow(
                id=new_id(), municipality=staff.municipality, staff=staff.id, code=_recovery_index(session, staff, code)
            )
        )
    _note(session, staff, Action.RECOVERY_CODES_MADE, at)
    return codes


def use_recovery_code(session: Session, staff: StaffRow, code: str, *, at: datetime) -> bool:
    """Use up a recovery code; answer whether there was such an unused one."""
    used = session.scalars(
        update(RecoveryRow)
        .where(
            RecoveryRow.municipality == staff.municipality,
            RecoveryRow.staff == staff.id,
            RecoveryRow.code == _recovery_index(session, staff, clean_code(code)),
            RecoveryRow.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryRow.id)
    ).all()
    if used:
        _note(session, staff, Action.RECOVERY_CODE_USED, at)
    return bool(used)


def _recovery_index(session: Session, staff: StaffRow, code: str) -> str:
    return str(session.info[KEYS].index(staff.municipality, "recovery code", f"{staff.id} {code}"))


def _note(session: Session, staff: StaffRow, action: Action, at: datetime, kind: str = "") -> None:
    record(
        session, municipality=staff.municipality, action=action, actor=staff.id, object_kind="staff",
        object_id=staff.id, details={"kind": kind} if kind else {}, at=at,
    )  # fmt: skip
