"""Papers to a party who is not digital: the printed invitation, and the letter with any other notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from flask_babel import force_locale, gettext

from webapp.agreements.domain.history import Notice
from webapp.agreements.models import PartyRow
from webapp.agreements.presenters.notices import told
from webapp.agreements.stored import details_of
from webapp.agreements.words import ASKED, LETTERS
from webapp.content.current import base_url, library
from webapp.content.site import current_site
from webapp.gateways import pdf
from webapp.kernel.clock import local_day
from webapp.kernel.ids import write_readable
from webapp.web.i18n import write_date


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whom a letter goes to, and when it was written."""

    receiver: list[str]
    day: str

    @classmethod
    def of(cls, party: PartyRow, at: datetime) -> Envelope:
        """Answer the head of a letter to a party."""
        details = details_of(party.details)
        receiver = [line for line in (details.name, details.address) if line]
        return cls(receiver, write_date(local_day(at), party.language))


def invitation_sheet(
    name: str, link: str, code: str, language: str, *, is_with_municipality: bool = True, letter: Envelope | None = None
) -> bytes:
    """Answer an invitation on paper: a picture to point a phone at, a code to write, whom to ring; not what about.

    As a letter from the municipality it begins with whom it goes to, and comes with a sheet to answer on.
    """
    municipality = library().municipality
    with force_locale(language):
        title = gettext("Message from %(municipality)s", municipality=municipality.full_name(language))
        then = gettext("You then get another code, by SMS or e-mail.")
        ring = gettext("Have you neither? Ring us, and you get one.")
        data = {
            "receiver": letter.receiver if letter else [],
            "day": letter.day if letter else "",
            "name": "" if letter else name,
            "what": str(ASKED),
            "paper_heading": gettext("On paper or by telephone:") if letter else "",
            "paper": str(LETTERS[Notice.REMINDED][1]) if letter else "",
            "point": gettext("Point the camera of a phone at the picture."),
            "picture": _picture(link),
            "alt": gettext("Picture that leads to the page"),
            "or": gettext("Or go to this address, and write the code:"),
            "address": f"{base_url()}/{language}/avtale/kode",
            "code": code,
            "then": f"{then} {ring}" if is_with_municipality else then,
            "not_you": gettext("Is this not for you? Throw the sheet away."),
            "telephone": gettext("Questions? Ring %(telephone)s.", telephone=municipality.telephone),
        }
    return pdf.make("invitation", data, language=language, title=title)


def notice_letter(party: PartyRow, reference: str, notice: Notice, office: str, *, at: datetime, by: str = "") -> bytes:
    """Answer a letter that tells a party that there is something, and what to do; never what, or about whom (M1).

    `by` is the last day of what can be done, where there is one.
    """
    told_in, municipality = party.language, library().municipality
    contact, envelope = municipality.contact(office, told_in), Envelope.of(party, at)
    with force_locale(told_in):
        deadline = gettext("It can be done until %(day)s.", day=by) if by else ""
        data = {
            "municipality": municipality.full_name(told_in),
            "address": current_site().address,
            "receiver": envelope.receiver,
            "day": envelope.day,
            "reference": gettext("Your reference: %(reference)s", reference=write_readable(reference)),
            "text": "\n\n".join([*(str(words) for words in told(party, notice)), *([deadline] if deadline else [])]),
            "office": contact.title,
            "telephone": gettext("Questions? Ring %(telephone)s.", telephone=contact.telephone),
        }
        title = gettext("Letter from %(municipality)s", municipality=municipality.full_name(told_in))
    return pdf.make("case_letter", data, language=told_in, title=title)


def _picture(link: str) -> str:
    written = BytesIO()
    segno.make(link, error="m").save(written, kind="svg", xmldecl=False, border=2, scale=4)
    return written.getvalue().decode()
