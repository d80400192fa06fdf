"""One-time codes: sent or handed over, tried so and so often, and used once (L3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions.invitations import hold, is_open, note
from webapp.identity.domain.codes import (
    CODE_LIFE,
    HANDED_LIFE,
    MOST_SENT_AN_HOUR,
    MOST_TRIES_A_DAY,
    Channel,
    is_alive,
    is_handed,
    is_spent,
)
from webapp.identity.models import CodeRow, InvitationRow
from webapp.kernel.errors import TooManyError
from webapp.kernel.ids import new_id

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def add_code(
    session: Session, invitation: InvitationRow, channel: Channel, hashed: str, *, browser: str | None, at: datetime
) -> CodeRow:
    """Store a new one-time code in place of the browser's older one; raise TooManyError at the fourth in an hour.

    The count begins anew with a new link: whoever holds an older one cannot keep the right person out.
    """
    hold(session, invitation)
    if channel is not Channel.HANDED:
        _require_few_sent(session, invitation, at)
    void_codes(session, invitation, browser, at=at)
    code = CodeRow(
        id=new_id(),
        municipality=invitation.municipality,
        invitation=invitation.id,
        channel=channel.value,
        browser=browser,
        hash=hashed,
        tries=0,
        created_at=at,
        expires_at=at + (HANDED_LIFE if channel is Channel.HANDED else CODE_LIFE),
    )
    session.add(code)
    note(session, invitation, Action.CODE_SENT, at, {"code": code.id, "channel": channel.value})
    return code


def _since(session: Session, invitation: InvitationRow, window: timedelta, at: datetime) -> datetime:
    link = queries.newest_link(session, invitation.municipality, invitation.id)
    is_known = link is not None and link.created_at <= at  # a clock that was set back begins no count anew (F14)
    return max(at - window, link.created_at) if link and is_known else at - window


def _require_few_sent(session: Session, invitation: InvitationRow, at: datetime) -> None:
    sent = session.scalars(
        select(CodeRow.created_at)
        .where(
            CodeRow.municipality == invitation.municipality,
            CodeRow.invitation == invitation.id,
            CodeRow.channel != Channel.HANDED.value,
            CodeRow.created_at > _since(session, invitation, HOUR, at),
        )
        .order_by(CodeRow.created_at)
    ).all()
    if len(sent) >= MOST_SENT_AN_HOUR:
        raise TooManyError(max(1, ceil((sent[-MOST_SENT_AN_HOUR] + HOUR - at).total_seconds())))


def void_codes(session: Session, invitation: InvitationRow, browser: str | None, *, at: datetime) -> None:
    """Void the codes that a browser was sent, or, without one, those that staff handed over."""
    session.execute(
        update(CodeRow)
        .where(
            CodeRow.municipality == invitation.municipality,
            CodeRow.invitation == invitation.id,
            CodeRow.browser == browser if browser else CodeRow.browser.is_(None),
            CodeRow.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


@dataclass(frozen=True, slots=True)
class Try:
    """One try at a code: the codes it may be, which are compared outside of any transaction."""

    codes: tuple[tuple[str, str], ...]
    """(id, hash) of the browser's newest code, or of the one that staff handed over."""


def void_all_codes(session: Session, *, at: datetime) -> None:
    """Void every code there is: the database comes from a backup."""
    session.execute(update(CodeRow).where(CodeRow.ended_at.is_(None)).values(ended_at=at))


def count_try(
    session: Session, municipality: str, invitation_id: str, browser: str, written: str, *, at: datetime
) -> Try:
    """Count one try before it is looked at, in a transaction of its own (L3).

    What looks like a code that was sent does not spend the one that was handed over, nor the reverse.
    Raise TooManyError at the sixteenth in a day.
    """
    session.execute(select(InvitationRow.id).where(InvitationRow.id == invitation_id).with_for_update())
    invitation = queries.invitation(session, municipality, invitation_id)
    if invitation is None or not is_open(invitation, at):
        return Try(())
    since = _since(session, invitation, DAY, at)
    tried = session.scalar(
        select(func.coalesce(func.sum(CodeRow.tries), 0)).where(
            CodeRow.municipality == municipality, CodeRow.invitation == invitation_id, CodeRow.created_at > since
        )
    )
    if (tried or 0) >= MOST_TRIES_A_DAY:
        raise TooManyError(int(DAY.total_seconds()))
    rows = session.scalars(
        select(CodeRow).where(
            CodeRow.municipality == municipality,
            CodeRow.invitation == invitation_id,
            CodeRow.ended_at.is_(None),
            CodeRow.browser.is_(None) if is_handed(written) else CodeRow.browser == browser,
        )
    ).all()
    for row in rows:
        if is_spent(row.tries) or not is_alive(row.created_at, row.expires_at, at):
            row.ended_at = at  # found to be over: no clock that is set back revives it
        else:
            row.tries += 1
    return Try(tuple((row.id, row.hash) for row in rows if row.ended_at is None))


def use_code(session: Session, invitation: InvitationRow, code_id: str, *, at: datetime) -> bool:
    """Use a code up; answer whether it was this call that did: of two at once, one wins."""
    hold(session, invitation)  # before the audit log, as everywhere: two who wait for each other wait for ever
    used = session.scalars(
        update(CodeRow)
        .where(CodeRow.id == code_id, CodeRow.municipality == invitation.municipality, CodeRow.ended_at.is_(None))
        .values(ended_at=at)
        .returning(CodeRow.id)
    ).all()
    if not used:
        return False
    note(session, invitation, Action.CODE_USED, at, {"code": code_id})
    invitation.joined_at, invitation.joining_code = invitation.joined_at or at, None
    return True
