"""What is sent to a sender and to the office: that there is something, and never what it is about (M1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
from webapp.identity import queries as people
from webapp.referrals import queries
from webapp.referrals.actions.sending import mobile
from webapp.referrals.domain.referral import FOR_OTHERS, Content, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage import outbox
from webapp.web.i18n import lazy_gettext as _

Letter = dict[str, Any]
"""What the outbox's `mail` and `sms` take, and the `kind` of the two that it is."""


def of_receipt(language: str, content: Content, whom: Whom) -> list[Letter]:
    """Answer what is sent when a referral has come in: to the sender, where they want messages, and to the office."""
    return [*_to_sender(language, content, whom, is_new=True), *_to_office()]


def tell(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell the sender that there is something to read, where they want messages and it is for them to read."""
    content = queries.content_of(row)
    if row.whom in FOR_OTHERS or content.contact != "message":
        return
    for letter in _to_sender(row.language, content, Whom(row.whom), is_new=False):
        kind = letter.pop("kind")
        outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=letter, about=row.id, at=at)


def tell_colleague(session: Session, row: ReferralRow, colleague: str, *, at: datetime) -> None:
    """Tell a caseworker that a colleague has given them a case, or asks them about one; not which, and not what."""
    reader = people.staff(session, row.municipality, colleague)
    letter = _to_staff(reader.email, reader.language, _("A colleague has something for you"))
    kind = letter.pop("kind")
    outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=letter, about=row.id, at=at)


def _to_sender(language: str, content: Content, whom: Whom, *, is_new: bool) -> list[Letter]:
    if content.contact != "message" or (whom is Whom.YOUNG and is_new):
        return []  # nothing is sent that nobody waits for: somebody else may see it
    municipality = library().municipality
    name, address = municipality.full_name(language), f"{base_url()}/{language}/henvendelse/status"
    with force_locale(language):
        received = gettext("%(municipality)s has received your message.", municipality=name)
        waiting = gettext("You have a message from %(municipality)s.", municipality=name)
        how = gettext("See it here, with the reference on your receipt: %(address)s", address=address)
        questions = gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone)
        subject = gettext("Message from %(municipality)s", municipality=name)
    lines = [received if is_new else waiting, how, questions]
    if content.email:
        text = "\n\n".join(lines) + "\n"
        return [{"kind": "mail", "to": content.email, "subject": subject, "text": text, "sender_name": name}]
    number = mobile(content.telephone)
    return [{"kind": "sms", "to": number, "text": "\n".join(lines)}] if number else []


def _to_office() -> list[Letter]:
    """Answer what the office is told, where the municipality wants that."""
    municipality = library().municipality
    address, language = municipality.notice_email, municipality.languages[0]
    return [_to_staff(address, language, _("Something new has come in"))] if address else []


def _to_staff(address: str, language: str, subject: object) -> Letter:
    name = library().municipality.full_name(language)
    with force_locale(language):
        title = str(subject)
        text = gettext("Log in to see it: %(address)s", address=f"{base_url()}/saker/")
    return {"kind": "mail", "to": address, "subject": title, "text": text + "\n", "sender_name": name}
