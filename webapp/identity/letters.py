"""What is sent to those who come in: no health word, no name of anybody, and nothing that opens by itself (M1)."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
from webapp.identity.actions import invitations
from webapp.identity.domain.codes import CODE_LIFE, Channel, Purpose, channels, sender_of
from webapp.identity.models import InvitationRow, StaffRow
from webapp.kernel.clock import local_day
from webapp.storage import outbox
from webapp.web.i18n import write_date, write_time

_ADDRESSES = {
    Purpose.STAFF: "{base}/innlogging/i/{secret}",
    Purpose.PASSWORD: "{base}/innlogging/i/{secret}",
    Purpose.AGREEMENT: "{base}/{language}/avtale/i/{secret}",
}


def link_address(invitation: InvitationRow, secret: str) -> str:
    """Answer the address of a personal link, built from the settings and never from a request (L5)."""
    pattern = _ADDRESSES[Purpose(invitation.purpose)]
    return pattern.format(base=base_url(), language=invitation.language, secret=secret)


def send_link(
    session: Session, invitation: InvitationRow, channel: Channel, *, at: datetime, message_id: str = ""
) -> str:
    """Send a new personal link by a channel, and answer its address for those who may show or print it."""
    address = link_address(invitation, invitations.new_link(session, invitation, channel, at=at))
    with force_locale(invitation.language):
        letter = _short(invitation, address) if channel is Channel.SMS else _long(invitation, address)
    if channel is not Channel.PAPER:
        invitations.send(
            session, invitation, channel, letter, at=at, expires_at=invitation.expires_at, message_id=message_id
        )
    return address


def send_notice(
    session: Session, invitation: InvitationRow, wanted: Channel, *, at: datetime, message_id: str = ""
) -> None:
    """Tell somebody that there is something, by the channel they want: with a link, where a code has another way.

    Whoever has one channel only, and has never shown with ID-porten who they are, could do nothing with a link that
    came by it (L4): they are told where to write their joining code.
    """
    has_email, has_telephone = invitation.email is not None, invitation.telephone is not None
    ways = channels(Channel.PAPER, has_email=has_email, has_telephone=has_telephone)
    channel = sender_of(wanted.value, ways)
    if channel is None or invitation.stopped_at is not None:
        return
    if len(ways) > 1 or invitation.resident is not None:
        send_link(session, invitation, channel, at=at, message_id=message_id)
        return
    with force_locale(invitation.language):
        letter = _without_link(invitation, channel)
    invitations.send(session, invitation, channel, letter, at=at, message_id=message_id)


def send_code(session: Session, invitation: InvitationRow, channel: Channel, code: str, *, at: datetime) -> None:
    """Send a one-time code by a channel; it is of no use when it arrives too late."""
    name = library().municipality.full_name(invitation.language)
    with force_locale(invitation.language):
        words = gettext(
            "%(code)s is your code at %(municipality)s. It is valid for ten minutes. Give it to nobody.",
            code=code, municipality=name,
        )  # fmt: skip
        subject = gettext("Your code at %(municipality)s", municipality=name)
    letter = {"text": words} if channel is Channel.SMS else {"subject": subject, "text": words, "sender_name": name}
    expires_at = at + CODE_LIFE
    invitations.send(session, invitation, channel, letter, at=at, expires_at=expires_at)


def tell_of_new_password(session: Session, row: StaffRow, *, at: datetime) -> None:
    """Tell somebody that their password was changed, in case it was not them."""
    municipality = library().municipality
    name = municipality.full_name(row.language)
    with force_locale(row.language):
        text = gettext(
            "Your password at %(municipality)s was changed %(when)s. Was it not you? Ring %(telephone)s.",
            municipality=name, when=write_time(at, row.language), telephone=municipality.telephone,
        )  # fmt: skip
        subject = gettext("Your password at %(municipality)s was changed", municipality=name)
    letter = {"to": row.email, "subject": subject, "text": text, "sender_name": name}
    outbox.enqueue(session, municipality=row.municipality, kind="mail", payload=letter, about=row.id, at=at)


def _short(invitation: InvitationRow, address: str) -> dict[str, str]:
    municipality = library().municipality
    name = municipality.full_name(invitation.language)
    words = gettext("You have a message from %(municipality)s. Open it here:", municipality=name)
    questions = gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone)
    return {"text": f"{words}\n{address}\n{questions}"}


def _long(invitation: InvitationRow, address: str) -> dict[str, str]:
    municipality = library().municipality
    name = municipality.full_name(invitation.language)
    lines = [gettext("You have a message from %(municipality)s. Open it here:", municipality=name), address]
    if invitation.expires_at is not None:
        day = write_date(local_day(invitation.expires_at), invitation.language)
        lines.append(gettext("The link is valid until %(day)s.", day=day))
    if invitation.purpose != Purpose.PASSWORD.value:
        lines.append(gettext("The link alone shows nothing. You also need a code, which does not come in this e-mail."))
    if invitation.purpose == Purpose.AGREEMENT.value:
        lines.append(gettext("Is this not for you? Open the link and press «Not me»."))
    lines.append(gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone))
    subject = gettext("Message from %(municipality)s", municipality=name)
    return {"subject": subject, "text": "\n\n".join(lines) + "\n", "sender_name": name}


def _without_link(invitation: InvitationRow, channel: Channel) -> dict[str, str]:
    """Answer a message that leads to where a joining code is written."""
    municipality = library().municipality
    name = municipality.full_name(invitation.language)
    address = f"{base_url()}/{invitation.language}/avtale/kode"
    lines = [
        gettext("You have a message from %(municipality)s.", municipality=name),
        gettext("Go to %(address)s and write your code.", address=address),
        gettext("Have you no code, or is this not for you? Ring %(telephone)s.", telephone=municipality.telephone),
    ]
    if channel is Channel.SMS:
        return {"text": "\n".join(lines)}
    subject = gettext("Message from %(municipality)s", municipality=name)
    return {"subject": subject, "text": "\n\n".join(lines) + "\n", "sender_name": name}
