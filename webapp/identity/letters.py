"""What is sent to those who come in: no health word, no name of anybody, and nothing that opens by itself (M1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url
from webapp.content.standing import PLACE, Letter, Shipped, letter, mail
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
_OF_PURPOSE = {
    Purpose.STAFF: "staff-link", Purpose.PASSWORD: "password-link", Purpose.AGREEMENT: "agreement-link",
}  # fmt: skip
_IN_TEXT = {name: PLACE[name] for name in ("municipality", "telephone", "code", "when")}
"""The placeholders, to be put where a sentence of the site names what it is about."""


def link_address(invitation: InvitationRow, secret: str) -> str:
    """Answer the address of a personal link, built from the settings and never from a request (L5)."""
    pattern = _ADDRESSES[Purpose(invitation.purpose)]
    return pattern.format(base=base_url(), language=invitation.language, secret=secret)


def send_link(
    session: Session, invitation: InvitationRow, channel: Channel, *, at: datetime, message_id: str = ""
) -> str:
    """Send a new personal link by a channel, and answer its address for those who may show or print it."""
    address = link_address(invitation, invitations.new_link(session, invitation, channel, at=at))
    if channel is not Channel.PAPER:
        told = _with_link(invitation, channel, address)
        invitations.send(
            session, invitation, channel, told, at=at, expires_at=invitation.expires_at, message_id=message_id
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
    where = f"{base_url()}/{invitation.language}/avtale/kode"
    written = letter("joining-code", invitation.language, SHIPPED["joining-code"], link=where)
    told = {"text": written.sms} if channel is Channel.SMS else mail(written, invitation.language)
    invitations.send(session, invitation, channel, told, at=at, message_id=message_id)


def send_code(session: Session, invitation: InvitationRow, channel: Channel, code: str, *, at: datetime) -> None:
    """Send a one-time code by a channel; it is of no use when it arrives too late."""
    written = letter("one-time-code", invitation.language, SHIPPED["one-time-code"], code=code)
    told = {"text": written.sms} if channel is Channel.SMS else mail(written, invitation.language)
    expires_at = at + CODE_LIFE
    invitations.send(session, invitation, channel, told, at=at, expires_at=expires_at)


def tell_of_new_password(session: Session, row: StaffRow, *, at: datetime) -> None:
    """Tell somebody that their password was changed, in case it was not them."""
    _tell(session, row, "password-changed", at)


def tell_of_removed_factors(session: Session, row: StaffRow, *, at: datetime) -> None:
    """Tell somebody that their second step was taken away, in case they did not ask for it."""
    _tell(session, row, "second-step-removed", at)


def _tell(session: Session, row: StaffRow, name: str, at: datetime) -> None:
    written = letter(name, row.language, SHIPPED[name], when=write_time(at, row.language))
    told = {"to": row.email, **mail(written, row.language)}
    outbox.enqueue(session, municipality=row.municipality, kind="mail", payload=told, about=row.id, at=at)


def _link_words(*, needs_code: bool = False, may_refuse: bool = False) -> Letter:
    """Answer the words that come with a personal link."""
    opening = gettext("You have a message from %(municipality)s. Open it here:", **_IN_TEXT)
    questions = gettext("Questions? Ring %(telephone)s.", **_IN_TEXT)
    lines = [opening, PLACE["link"]]
    if needs_code:
        lines.append(gettext("The link alone shows nothing. You also need a code, which does not come in this e-mail."))
    if may_refuse:
        lines.append(gettext("Is this not for you? Open the link and press «Not me»."))
    sms = "\n".join([opening, PLACE["link"], questions])
    return Letter(gettext("Message from %(municipality)s", **_IN_TEXT), "\n\n".join([*lines, questions]), sms)


def _joining_words() -> Letter:
    """Answer the words of a message that leads to where a joining code is written."""
    lines = [
        gettext("You have a message from %(municipality)s.", **_IN_TEXT),
        gettext("Go to %(address)s and write your code.", address=PLACE["link"]),
        gettext("Have you no code, or is this not for you? Ring %(telephone)s.", **_IN_TEXT),
    ]
    return Letter(gettext("Message from %(municipality)s", **_IN_TEXT), "\n\n".join(lines), "\n".join(lines))


def _code_words() -> Letter:
    words = gettext(
        "%(code)s is your code at %(municipality)s. It is valid for ten minutes. Give it to nobody.", **_IN_TEXT
    )
    return Letter(gettext("Your code at %(municipality)s", **_IN_TEXT), words, words)


def _password_words() -> Letter:
    text = gettext(
        "Your password at %(municipality)s was changed %(when)s. Was it not you? Ring %(telephone)s.", **_IN_TEXT
    )
    return Letter(gettext("Your password at %(municipality)s was changed", **_IN_TEXT), text)


def _removed_words() -> Letter:
    text = gettext(
        "Your second step at %(municipality)s was removed %(when)s. The next time you log in, you make a new one. "
        "Did you not ask for this? Ring %(telephone)s.", **_IN_TEXT
    )  # fmt: skip
    return Letter(gettext("Your second step at %(municipality)s was removed", **_IN_TEXT), text)


SHIPPED: Mapping[str, Shipped] = {
    "staff-link": partial(_link_words, needs_code=True),
    "password-link": _link_words,
    "agreement-link": partial(_link_words, needs_code=True, may_refuse=True),
    "joining-code": _joining_words,
    "one-time-code": _code_words,
    "password-changed": _password_words,
    "second-step-removed": _removed_words,
}
"""The words that come with the site, by the name of the standing text."""


def _with_link(invitation: InvitationRow, channel: Channel, address: str) -> dict[str, str]:
    """Answer a message with a personal link; until when the link is valid stands last in an e-mail."""
    slug = _OF_PURPOSE[Purpose(invitation.purpose)]
    written = letter(slug, invitation.language, SHIPPED[slug], link=address)
    if channel is Channel.SMS:
        return {"text": written.sms}
    if invitation.expires_at is not None:
        day = write_date(local_day(invitation.expires_at), invitation.language)
        with force_locale(invitation.language):
            until = gettext("The link is valid until %(day)s.", day=day)
        written = replace(written, text=f"{written.text}\n\n{until}")
    return mail(written, invitation.language)
