"""Reading what caseworkers need to know of each other: who is called what, and whom a case can be given to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.identity.actions.staff import ACTIVE
from webapp.identity.domain.people import roles_of
from webapp.identity.queries import all_staff
from webapp.kernel.permission import Permission, may


def names(session: Session, municipality: str) -> dict[str, str]:
    """Answer what everybody who works or worked here is called, by id."""
    return {row.id: row.name for row in all_staff(session, municipality)}


def caseworkers(session: Session, municipality: str) -> dict[str, str]:
    """Answer those who can be given a case: accounts in use that may work with cases."""
    return {
        row.id: row.name
        for row in all_staff(session, municipality)
        if row.state == ACTIVE and may(roles_of(row.roles), Permission.WORK_CASES)
    }
