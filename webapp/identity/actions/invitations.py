"""Invitations, their personal links and joining codes: made, sent, and taken back (L1, L1b); codes are in `codes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.domain.codes import MOST_LINKS_A_DAY, Channel, Purpose, is_alive
from webapp.identity.models import InvitationRow, LinkRow
from webapp.kernel.errors import GoneError
from webapp.kernel.ids import clean_code, digest, new_id, new_readable, new_secret
from webapp.storage import erasures, outbox
from webapp.storage.rows import insert_rows
from webapp.storage.session import KEYS

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody can be reached; the language that messages are written in."""

    language: str
    email: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)


def invite(
    session: Session, *, municipality: str, purpose: Purpose, subject: str, contact: Contact, at: datetime,
    expires_at: datetime | None = None,
) -> InvitationRow:  # fmt: skip
    """Note that somebody is asked to come in; nothing is sent yet."""
    row = InvitationRow(**_values(municipality, purpose, subject, contact, at), expires_at=expires_at)
    session.add(row)
    session.flush()
    return row


def open_way(
    session: Session, *, municipality: str, purpose: Purpose, subject: str, contact: Contact, at: datetime,
    resident: str | None = None,
) -> None:  # fmt: skip
    """Note that somebody may come in who asks to: by a code to their contact, or as a resident by their identity."""
    insert_rows(session, InvitationRow, {**_values(municipality, purpose, subject, contact, at), "resident": resident})


def _values(municipality: str, purpose: Purpose, subject: str, contact: Contact, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "municipality": municipality, "purpose": purpose.value, "subject": subject,
        "language": contact.language, "email": contact.email, "telephone": contact.telephone, "created_at": at,
    }  # fmt: skip


def is_open(invitation: InvitationRow, now: datetime) -> bool:
    """Tell whether an invitation still leads somewhere."""
    return invitation.revoked_at is None and is_alive(invitation.created_at, invitation.expires_at, now)


def new_link(session: Session, invitation: InvitationRow, channel: Channel, *, at: datetime) -> str:
    """Make a new personal link, void the older ones, and answer its secret, which is stored nowhere."""
    hold(session, invitation)
    revoke_links(session, invitation, at=at)
    secret = new_secret()
    link = LinkRow(
        id=new_id(),
        municipality=invitation.municipality,
        invitation=invitation.id,
        secret=digest(secret),
        channel=channel.value,
        created_at=at,
        expires_at=invitation.expires_at,
    )
    session.add(link)
    note(session, invitation, Action.LINK_SENT, at, {"link": link.id, "channel": channel.value})
    return secret


def hold(session: Session, invitation: InvitationRow) -> None:
    """Lock an invitation until the transaction ends, and see it as it stands now: stopped, revoked, somebody's."""
    session.flush()  # what was changed in this transaction is kept
    session.refresh(invitation, with_for_update=True)


def may_have_new_link(session: Session, invitation: InvitationRow, *, at: datetime, is_owed: bool) -> bool:
    """Tell whether a new link is sent to whoever presses for one: not to a contact that said no, and not all day.

    `is_owed` says that they have pressed hardly at all today: messages that we sent ourselves use up nobody's links.
    """
    hold(session, invitation)
    lately = select(func.count()).where(
        LinkRow.municipality == invitation.municipality,
        LinkRow.invitation == invitation.id,
        LinkRow.created_at > at - DAY,
    )
    is_wanted = invitation.stopped_at is None and is_open(invitation, at)
    return is_wanted and (is_owed or (session.scalar(lately) or 0) < MOST_LINKS_A_DAY)


def is_replaced(session: Session, municipality: str, link_id: str) -> bool:
    """Tell whether a link was voided: what somebody began with it ends with it."""
    voided = select(LinkRow.revoked_at).where(LinkRow.municipality == municipality, LinkRow.id == link_id)
    return session.scalar(voided) is not None


def revoke_links(session: Session, invitation: InvitationRow, *, at: datetime) -> None:
    """Void every link of an invitation."""
    session.execute(
        update(LinkRow)
        .where(
            LinkRow.municipality == invitation.municipality,
            LinkRow.invitation == invitation.id,
            LinkRow.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )


def living_link(session: Session, municipality: str, secret: str, now: datetime) -> tuple[LinkRow, InvitationRow]:
    """Answer a link that leads somewhere; raise GoneError for any other: old, foreign and malformed look alike."""
    found = queries.link_by_secret(session, municipality, digest(secret[:100]))
    if found is None or found[0].revoked_at or not is_open(found[1], now):
        raise GoneError("the link leads nowhere")
    if not is_alive(found[0].created_at, found[0].expires_at, now):
        raise GoneError("the link is too old")
    return found


def send(
    session: Session, invitation: InvitationRow, channel: Channel, letter: Mapping[str, Any], *, at: datetime,
    expires_at: datetime | None = None, message_id: str = "",
) -> None:  # fmt: skip
    """Send a letter to the contact that is stored; nothing goes to somebody who said «not me»."""
    to = invitation.telephone if channel is Channel.SMS else invitation.email
    if to is None or invitation.stopped_at is not None:
        return
    outbox.enqueue(
        session, municipality=invitation.municipality, kind="sms" if channel is Channel.SMS else "mail",
        payload={"to": to, **letter}, about=_about(invitation, channel), at=at, expires_at=expires_at,
        message_id=message_id,
    )  # fmt: skip


def _about(invitation: InvitationRow, channel: Channel) -> str:
    """Answer what messages go in order by: a mail server that is down holds up no code by SMS."""
    return f"{invitation.id} {channel.value}"


def _cancel_messages(session: Session, invitation: InvitationRow, at: datetime) -> None:
    for channel in (Channel.SMS, Channel.EMAIL):
        outbox.cancel(session, _about(invitation, channel), at)


def change_contact(session: Session, invitation: InvitationRow, contact: Contact, *, at: datetime) -> None:
    """Reach somebody in another way from now on; what waits for the old contact is not sent, and no link of it opens.

    A «not me» said of the old contact says nothing of the new one.
    """
    invitation.language = contact.language
    if (invitation.email, invitation.telephone) == (contact.email, contact.telephone):
        return
    revoke_links(session, invitation, at=at)
    _cancel_messages(session, invitation, at)
    invitation.email, invitation.telephone, invitation.stopped_at = contact.email, contact.telephone, None
    note(session, invitation, Action.LINK_REVOKED, at, {})


def new_joining_code(session: Session, invitation: InvitationRow) -> str:
    """Make a joining code of eight signs in place of the older one, and answer it; who comes in uses it up (L1b)."""
    code = new_readable()
    invitation.joining_code = session.info[KEYS].index(invitation.municipality, "joining code", code)
    return code


def invitation_of_joining_code(
    session: Session, municipality: str, written: str, now: datetime
) -> InvitationRow | None:
    """Answer the open invitation of a joining code, or None."""
    index = session.info[KEYS].index(municipality, "joining code", clean_code(written))
    found = queries.invitation_by_joining_code(session, municipality, index)
    return found if found and is_open(found, now) else None


def stop_messages(session: Session, invitation: InvitationRow, *, at: datetime) -> None:
    """Stop every further message, and what still waits: whoever got the link says that it is not for them."""
    invitation.stopped_at = at
    _cancel_messages(session, invitation, at)
    note(session, invitation, Action.MESSAGES_STOPPED, at, {})


def revoke(session: Session, invitation: InvitationRow, *, at: datetime) -> None:
    """Take an invitation back: no link and no code of it opens anything any more."""
    invitation.revoked_at, invitation.joining_code = at, None
    revoke_links(session, invitation, at=at)
    _cancel_messages(session, invitation, at)
    note(session, invitation, Action.LINK_REVOKED, at, {})
    erasures.note(session, erasures.INVITATION, invitation.municipality, invitation.id, at)


def note(session: Session, invitation: InvitationRow, action: Action, at: datetime, details: Mapping[str, Any]) -> None:
    """Record what was done to an invitation."""
    record(
        session, municipality=invitation.municipality, action=action, actor="system", object_kind="invitation",
        object_id=invitation.id, details=dict(details), at=at,
    )  # fmt: skip
