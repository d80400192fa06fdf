"""What is sent to a sender and to the office: that there is something, and never what it is about (M1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
from webapp.content.standing import PLACE, Letter, Shipped, letter, mail
from webapp.identity import queries as people
from webapp.referrals import queries
from webapp.referrals.actions.sending import mobile
from webapp.referrals.domain.handover import Person, Sees
from webapp.referrals.domain.referral import FOR_OTHERS, Content, Whom
from webapp.referrals.models import ReferralRow
from webapp.storage import outbox
from webapp.web.i18n import lazy_gettext as _


class Reached(Protocol):
    """Somebody who can be told that there is something to read."""

    @property
    def contact(self) -> str:
        """How they want to be reached."""
        ...

    @property
    def email(self) -> str:
        """Their address."""
        ...

    @property
    def telephone(self) -> str:
        """Their number."""
        ...


Written = dict[str, Any]
"""What the outbox's `mail` and `sms` take, and the `kind` of the two that it is."""
_LINK = {"address": PLACE["link"]}


def of_receipt(language: str, content: Content, whom: Whom) -> list[Written]:
    """Answer what is sent when a referral has come in: to the sender, where they want messages, and to the office."""
    return [*_to_sender(language, content, whom, is_new=True), *_to_office()]


def tell(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell those who may read it that there is something, where they want messages: never a helper by themselves."""
    content, taken = queries.content_of(row), queries.handover(session, row)
    letters: list[Written] = []
    if taken is not None:
        letters += _to_person(queries.person_of(taken))
    if row.whom not in FOR_OTHERS or (taken is not None and taken.sees == Sees.ALL):
        letters += _to_sender(row.language, content, Whom(row.whom), is_new=False)
    for written in letters:
        kind = written.pop("kind")
        outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=written, about=row.id, at=at)


def tell_person(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell the person who has taken it over that they can read it; the helper is told nothing."""
    taken = queries.handover(session, row)
    for written in _to_person(queries.person_of(taken)) if taken is not None else ():
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
    return _message(slug, language, content)


def _to_person(person: Person) -> list[Written]:
    """Answer what is sent to whom it is about; the reference comes by another way, from staff (L4)."""
    return _message("referral-to-person", person.language, person) if person.contact == "message" else []


def _message(slug: str, language: str, to: Reached) -> list[Written]:
    written = letter(slug, language, SHIPPED[slug], link=f"{base_url()}/{language}/henvendelse/status")
    if to.email:
        return [{"kind": "mail", "to": to.email, **mail(written, language)}]
    number = mobile(to.telephone)
    return [{"kind": "sms", "to": number, "text": written.sms}] if number else []


def _received_words() -> Letter:
    received = gettext("%(municipality)s has received your message.", municipality=PLACE["municipality"])
    return _words([received, gettext("See it here, with the reference on your receipt: %(address)s", **_LINK)])


def _answered_words() -> Letter:
    waiting = gettext("You have a message from %(municipality)s.", municipality=PLACE["municipality"])
    return _words([waiting, gettext("See it here, with the reference on your receipt: %(address)s", **_LINK)])


def _person_words() -> Letter:
    waiting = gettext("You have a message from %(municipality)s.", municipality=PLACE["municipality"])
    return _words([waiting, gettext("See it here, with the reference that we gave you: %(address)s", **_LINK)])


def _words(lines: list[str]) -> Letter:
    said = [*lines, gettext("Questions? Ring %(telephone)s.", telephone=PLACE["telephone"])]
    subject = gettext("Message from %(municipality)s", municipality=PLACE["municipality"])
    return Letter(subject, "\n\n".join(said), "\n".join(said))


def _office_words(subject: LazyString) -> Letter:
    return Letter(str(subject), gettext("Log in to see it: %(address)s", address=PLACE["link"]))


SHIPPED: Mapping[str, Shipped] = {
    "referral-received": _received_words,
    "referral-answered": _answered_words,
    "referral-to-person": _person_words,
    "something-new": partial(_office_words, _("Something new has come in")),
    "from-a-colleague": partial(_office_words, _("A colleague has something for you")),
}
"""The words that come with the site, by the name of the standing text."""


def _to_office() -> list[Written]:
    """Answer what the office is told, where the municipality wants that."""
    municipality = library().municipality
    address, language = municipality.notice_email, municipality.languages[0]
    return [_to_staff(address, language, "something-new")] if address else []


def _to_staff(address: str, language: str, slug: str) -> Written:
    written = letter(slug, language, SHIPPED[slug], link=f"{base_url()}/saker/")
    return {"kind": "mail", "to": address, **mail(written, language)}
