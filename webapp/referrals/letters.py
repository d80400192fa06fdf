"""What is sent to a sender and to the office: that there is something, and never what it is about (M1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from webapp.content.current import base_url, library
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


Letter = dict[str, Any]
"""What the outbox's `mail` and `sms` take, and the `kind` of the two that it is."""


def of_receipt(language: str, content: Content, whom: Whom) -> list[Letter]:
    """Answer what is sent when a referral has come in: to the sender, where they want messages, and to the office."""
    return [*_to_sender(language, content, whom, is_new=True), *_to_office()]


def tell(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell those who may read it that there is something, where they want messages: never a helper by themselves."""
    content, taken = queries.content_of(row), queries.handover(session, row)
    letters: list[Letter] = []
    if taken is not None:
        letters += _to_person(queries.person_of(taken))
    if row.whom not in FOR_OTHERS or (taken is not None and taken.sees == Sees.ALL):
        letters += _to_sender(row.language, content, Whom(row.whom), is_new=False)
    for letter in letters:
        kind = letter.pop("kind")
        outbox.enqueue(session, municipality=row.municipality, kind=kind, payload=letter, about=row.id, at=at)


def tell_person(session: Session, row: ReferralRow, *, at: datetime) -> None:
    """Tell the person who has taken it over that they can read it; the helper is told nothing."""
    taken = queries.handover(session, row)
    for letter in _to_person(queries.person_of(taken)) if taken is not None else ():
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
    return _message(language, content, [received if is_new else waiting, how])


def _to_person(person: Person) -> list[Letter]:
    """Answer what is sent to whom it is about; the reference comes by another way, from staff (L4)."""
    if person.contact != "message":
        return []
    name = library().municipality.full_name(person.language)
    address = f"{base_url()}/{person.language}/henvendelse/status"
    with force_locale(person.language):
        waiting = gettext("You have a message from %(municipality)s.", municipality=name)
        how = gettext("See it here, with the reference that we gave you: %(address)s", address=address)
    return _message(person.language, person, [waiting, how])


def _message(language: str, to: Reached, lines: list[str]) -> list[Letter]:
    municipality = library().municipality
    name = municipality.full_name(language)
    with force_locale(language):
        questions = gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone)
        subject = gettext("Message from %(municipality)s", municipality=name)
    said = [*lines, questions]
    if to.email:
        text = "\n\n".join(said) + "\n"
        return [{"kind": "mail", "to": to.email, "subject": subject, "text": text, "sender_name": name}]
    number = mobile(to.telephone)
    return [{"kind": "sms", "to": number, "text": "\n".join(said)}] if number else []


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
