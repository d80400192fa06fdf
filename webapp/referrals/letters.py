"""What is sent to a sender and to the office: that there is something, and never what it is about (M1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
from webapp.content.standing import PLACE, Letter, Shipped, letter, mail
from webapp.identity import queries as people
from webapp.referrals import queries
from webapp.referrals.actions.sending import mobile
from webapp.referrals.domain.referral import FOR_OTHERS, Content, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage import outbox
from webapp.web.i18n import lazy_gettext as _

Written = dict[str, Any]
"""What the outbox's `mail` and `sms` take, and the `kind` of the two that it is."""


def of_receipt(language: str, content: Content, whom: Whom) -> list[Written]:
    """Answer what is sent when a referral has come in: to the sender, where they want messages, and to the office."""
    return [*_to_sender(language, content, whom, is_new=True), _to_office()]


def tell(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell the sender that there is something to read, where they want messages and it is for them to read."""
    content = queries.content_of(row)
    if row.whom in FOR_OTHERS or content.contact != "message":
        return
    for written in _to_sender(row.language, content, Whom(row.whom), is_new=False):
        kind = written.pop("kind")
        outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=written, about=row.id, at=at)


def tell_colleague(session: Session, row: ReferralRow, colleague: str, *, at: datetime) -> None:
    """Tell a caseworker that a colleague has given them a case, or asks them about one; not which, and not what."""
    reader = people.staff(session, row.municipality, colleague)
    written = _to_staff(reader.email, reader.language, "from-a-colleague")
    kind = written.pop("kind")
    outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=written, about=row.id, at=at)


def _to_sender(language: str, content: Content, whom: Whom, *, is_new: bool) -> list[Written]:
    if content.contact != "message" or (whom is Whom.YOUNG and is_new):
        return []  # nothing is sent that nobody waits for: somebody else may see it
    slug = "referral-received" if is_new else "referral-answered"
    written = letter(slug, language, SHIPPED[slug], link=f"{base_url()}/{language}/henvendelse/status")
    if content.email:
        return [{"kind": "mail", "to": content.email, **mail(written, language)}]
    number = mobile(content.telephone)
    return [{"kind": "sms", "to": number, "text": written.sms}] if number else []


def _sender_words(*, is_new: bool) -> Letter:
    name = PLACE["municipality"]
    received = gettext("%(municipality)s has received your message.", municipality=name)
    waiting = gettext("You have a message from %(municipality)s.", municipality=name)
    lines = [
        received if is_new else waiting,
        gettext("See it here, with the reference on your receipt: %(address)s", address=PLACE["link"]),
        gettext("Questions? Ring %(telephone)s.", telephone=PLACE["telephone"]),
    ]
    subject = gettext("Message from %(municipality)s", municipality=name)
    return Letter(subject, "\n\n".join(lines), "\n".join(lines))


def _office_words(subject: LazyString) -> Letter:
    return Letter(str(subject), gettext("Log in to see it: %(address)s", address=PLACE["link"]))


SHIPPED: Mapping[str, Shipped] = {
    "referral-received": partial(_sender_words, is_new=True),
    "referral-answered": partial(_sender_words, is_new=False),
    "something-new": partial(_office_words, _("Something new has come in")),
    "from-a-colleague": partial(_office_words, _("A colleague has something for you")),
}
"""The words that come with the site, by the name of the standing text."""


def _to_office() -> Written:
    municipality = library().municipality
    return _to_staff(str(municipality.facts["email"]), municipality.languages[0], "something-new")


def _to_staff(address: str, language: str, slug: str) -> Written:
    written = letter(slug, language, SHIPPED[slug], link=f"{base_url()}/saker/")
    return {"kind": "mail", "to": address, **mail(written, language)}
