"""Sessions begin, remember, and end; one that has ended can never save itself back (S1, S3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity.domain.sessions import LIMITS, Kind, Why
from webapp.identity.models import SessionRow
from webapp.kernel.caller import Caller
from webapp.kernel.errors import GoneError, NotFoundError
from webapp.kernel.ids import digest, new_id, new_secret
from webapp.kernel.permission import Assurance


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a new session is made of."""

    municipality: str
    kind: Kind
    person: str | None = None
    assurance: Assurance = Assurance.NONE
    resident: str | None = None
    provider_session: str | None = None
    provider_subject: str | None = None
    authenticated_at: datetime | None = None
    """When the person showed who they are, where it was not just now."""


def begin(
    session: Session, beginning: Beginning, data: Mapping[str, Any], *, at: datetime, replaces: str | None = None
) -> tuple[SessionRow, str]:
    """Begin a session with a new secret for the cookie, and end the one of the step before; answer both."""
    if replaces:
        end(session, beginning.municipality, replaces, Why.REPLACED, at=at)
    secret, csrf = new_secret(), new_secret()
    row = SessionRow(
        id=new_id(),
        municipality=beginning.municipality,
        secret=digest(secret),
        kind=beginning.kind.value,
        person=beginning.person,
        resident=beginning.resident,
        assurance=int(beginning.assurance),
        csrf=digest(csrf),
        created_at=at,
        seen_at=at,
        authenticated_at=beginning.authenticated_at or at,
        ended_why="",
        provider_session=beginning.provider_session,
        provider_subject=beginning.provider_subject,
        data=json.dumps({**data, "csrf": csrf}),
    )
    session.add(row)
    session.flush()
    return row, secret


def remember(session: Session, municipality: str, session_id: str, changes: Mapping[str, Any]) -> None:
    """Change what a living session remembers, None forgets; raise GoneError where it has ended in the meantime."""
    row = session.scalar(
        select(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.municipality == municipality, SessionRow.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise GoneError("the session has ended")
    data = {**json.loads(row.data), **changes}
    row.data = json.dumps({name: value for name, value in data.items() if value is not None})


def renew(session: Session, municipality: str, session_id: str, assurance: Assurance, *, at: datetime) -> str:
    """Note that somebody has shown anew who they are, and answer the new secret for the cookie: the old one is dead.

    Raise GoneError where the session has ended in the meantime.
    """
    secret = new_secret()
    renewed = session.scalars(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.municipality == municipality, SessionRow.ended_at.is_(None))
        .values(secret=digest(secret), authenticated_at=at, assurance=int(assurance))
        .returning(SessionRow.id)
    ).all()
    if not renewed:
        raise GoneError("the session has ended")
    return secret


def move_clock(session: Session, session_id: str, *, at: datetime) -> None:
    """Note that a living session was used; never of one that has ended."""
    session.execute(
        update(SessionRow).where(SessionRow.id == session_id, SessionRow.ended_at.is_(None)).values(seen_at=at)
    )


def end(session: Session, municipality: str, session_id: str, why: Why, *, at: datetime) -> bool:
    """End a session, and forget what it remembered; answer whether it lived."""
    return bool(_end(session, why, at, SessionRow.id == session_id, SessionRow.municipality == municipality))


def _end(session: Session, why: Why, at: datetime, *which: ColumnElement[bool]) -> int:
    living = select(SessionRow).where(SessionRow.ended_at.is_(None), *which).order_by(SessionRow.id).with_for_update()
    rows = session.scalars(living).all()
    for row in rows:
        row.ended_at, row.ended_why, row.data = at, why.value, "{}"
    session.flush()
    return len(rows)


def end_all(session: Session, municipality: str, person: str, why: Why, *, at: datetime, but: str | None = None) -> int:
    """End all sessions of somebody, but for one; answer how many lived."""
    of_person = (SessionRow.municipality == municipality, SessionRow.person == person)
    return _end(session, why, at, *of_person, SessionRow.id != (but or ""))


def end_one(session: Session, person: str, session_id: str, *, by: Caller, at: datetime) -> None:
    """End one of somebody's sessions, as they or an administrator wish; raise NotFoundError where it is not theirs."""
    row = session.scalar(
        select(SessionRow).where(
            SessionRow.id == session_id, SessionRow.municipality == by.municipality, SessionRow.person == person
        )
    )
    if row is None:
        raise NotFoundError
    why = Why.ENDED_BY_SELF if person == by.id else Why.ENDED_BY_STAFF
    if end(session, by.municipality, session_id, why, at=at):
        record(
            session, municipality=by.municipality, action=Action.SESSION_ENDED, actor=by.id, object_kind="session",
            object_id=session_id, why=why.value, details={"person": person}, at=at,
        )  # fmt: skip


def end_others(session: Session, person: str, *, by: Caller, at: datetime) -> None:
    """End all of somebody's sessions but the one that asks for it, as they or an administrator wish."""
    why = Why.ENDED_BY_SELF if person == by.id else Why.ENDED_BY_STAFF
    number = end_all(session, by.municipality, person, why, at=at, but=by.session_id)
    if number:
        record(
            session, municipality=by.municipality, action=Action.SESSION_ENDED, actor=by.id, object_kind="person",
            object_id=person, why=why.value, details={"number": number}, at=at,
        )  # fmt: skip


def end_by_provider(
    session: Session, municipality: str, *, provider_session: str = "", provider_subject: str = "", at: datetime
) -> int:
    """End the sessions that an identity provider says are over, found by its own session or subject (S5).

    A provider tells each municipality for itself, also where several have the same one.
    """
    if not provider_session and not provider_subject:
        return 0
    found = (
        SessionRow.provider_session == provider_session
        if provider_session
        else SessionRow.provider_subject == provider_subject
    )
    living = select(SessionRow).where(SessionRow.municipality == municipality, found, SessionRow.ended_at.is_(None))
    rows = session.scalars(living).all()
    for row in rows:
        if end(session, municipality, row.id, Why.PROVIDER, at=at):
            record(
                session, municipality=municipality, action=Action.SESSION_ENDED, actor="provider",
                object_kind="session", object_id=row.id, why=Why.PROVIDER.value, at=at,
            )  # fmt: skip
    return len(rows)


def end_everybody(session: Session, *, at: datetime) -> int:
    """End every session there is: the database comes from a backup."""
    return _end(session, Why.RESTORED, at)


def living(session: Session) -> dict[str, int]:
    """Answer how many sessions of each kind have not ended."""
    counted = select(SessionRow.kind, func.count()).where(SessionRow.ended_at.is_(None)).group_by(SessionRow.kind)
    return dict(session.execute(counted.order_by(SessionRow.kind)).all())


def end_what_is_over(session: Session, *, at: datetime) -> int:
    """End every session whose time has passed, so that no clock that is set back can wake it (F14)."""
    ended = 0
    for kind, limits in LIMITS.items():
        is_over = (SessionRow.seen_at <= at - limits.idle) | (SessionRow.created_at <= at - limits.absolute)
        ended += _end(session, Why.TOO_LONG_IDLE, at, SessionRow.kind == kind.value, is_over)
    return ended


def forget_ended(session: Session, *, before: datetime) -> int:
    """Delete the sessions that ended before a time; until then they tell whose form was posted late."""
    return len(session.scalars(delete(SessionRow).where(SessionRow.ended_at < before).returning(SessionRow.id)).all())
