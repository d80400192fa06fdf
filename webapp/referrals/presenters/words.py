"""What several of the resident's screens say alike: what was filled in, what it is about, whom it goes to, consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.content.current import library
from webapp.content.standing import PLACE, Consent, consent
from webapp.kernel.language import localised
from webapp.referrals.domain.handover import Viewer
from webapp.referrals.domain.referral import Content, State, Whom
from webapp.referrals.forms import CONTACT_WORDS, TIME_WORDS, TOPIC_WORDS, WHOM_WORDS
from webapp.web.i18n import language, write_date, write_list
from webapp.web.i18n import lazy_gettext as _

CONSENT_VERSION = "2026-11"
"""Of the sentence that is agreed to; another sentence is another version."""
PAGES = {"tjeneste": "service", "tilbud": "offer", "oppgave": "task", "selvsjekk": "selfcheck"}
"""The parameter of an address → the kind of page that somebody comes from."""
STATE_WORDS = {
    State.RECEIVED: _("Received"),
    State.ASSIGNED: _("Being handled"),
    State.ANSWERED: _("Answered"),
    State.CLOSED: _("Closed"),
    State.WITHDRAWN: _("Taken back"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was filled in, and where to change it."""

    label: str
    value: str
    href: str = ""


def screen_address(screen: str) -> str:
    """Answer the address of a screen."""
    base = f"/{language()}/henvendelse/ny"
    return base if screen == "for" else f"{base}/{screen}"


def origin_words(origin: str) -> str:
    """Answer what the page is called that somebody came from, or the pages; empty where there is none any more."""
    kind, _sep, slug = origin.partition(":")
    if "," in slug:
        return write_list([words for one in slug.split(",") if (words := origin_words(f"{kind}:{one}"))])
    if kind == "selfcheck":
        found = library().selfcheck(slug)
        return localised(found["title"], language()) if found else ""
    page = library().page(kind, slug, language()) if slug else None
    return page.title if page else ""


def about_words(about: Sequence[str]) -> str:
    """Answer what a referral is about, as a sentence does."""
    return write_list([str(TOPIC_WORDS[topic]) if topic in TOPIC_WORDS else origin_words(topic) for topic in about])


def consent_to(*, is_concern: bool) -> Consent:
    """Answer what somebody agrees to when they send, as it stands on the page, with its version."""
    slug = "concern" if is_concern else "referral"
    return consent(slug, language(), CONSENTS[slug], CONSENT_VERSION)


def _referral_consent() -> str:
    return str(gettext(
        "When you send this, you say yes to %(municipality)s storing it and using it to answer you. You can take it "
        "back at any time.", municipality=PLACE["municipality"],
    ))  # fmt: skip


def _concern_consent() -> str:
    return str(gettext(
        "When you send this, %(municipality)s stores it and looks into it. The person may later see what you "
        "wrote.", municipality=PLACE["municipality"],
    ))  # fmt: skip


CONSENTS = {"referral": _referral_consent, "concern": _concern_consent}
"""The words that come with the site; they have `CONSENT_VERSION`."""


def rows_of(
    content: Content, who: Whom, about: Sequence[str], *, is_editable: bool = False, viewer: Viewer = Viewer.SENDER
) -> list[Row]:
    """Answer what was filled in, in the order of the screens; what was left open is left out."""
    if viewer is Viewer.PERSON:
        return _rows_of_person(content, about)

    def to(screen: str) -> str:
        return screen_address(screen) if is_editable else ""

    offer_day = write_date(content.offer_date) if content.offer_date else ""
    found = [
        Row(gettext("Whom it is for"), str(WHOM_WORDS[who.value]), to("for")),
        Row(gettext("The person"), content.concerned.name, to("hvem")),
        Row(gettext("You are"), content.concerned.relation, to("hvem")),
        Row(gettext("The person's telephone"), content.concerned.telephone, to("hvem")),
        Row(gettext("What it is about"), about_words(about), to("om")),
        Row(gettext("Date"), offer_day, to("fortell")),
        Row(gettext("What matters most to you now"), content.what_matters, to("fortell")),
        Row(gettext("What you tell"), content.text, to("fortell")),
        Row(gettext("Stopping help"), _stops(content), to("fortell")),
        Row(gettext("Sent along"), content.attached, to("fortell")),
        Row(gettext("Your name"), content.name, to("kontakt")),
        Row(gettext("How you want to be answered"), str(CONTACT_WORDS.get(content.contact, "")), to("kontakt")),
        Row(gettext("When it suits you"), str(TIME_WORDS.get(content.when, "")), ""),
        Row(gettext("Telephone"), content.telephone, to("kontakt")),
        Row(gettext("E-mail"), content.email, to("kontakt")),
        Row(gettext("Postal address"), content.address, to("kontakt")),
        Row(gettext("Interpreter"), content.interpreter, to("kontakt")),
        Row(gettext("To think of when you are contacted"), content.safe_contact, to("kontakt")),
    ]
    return [row for row in found if row.value]


def _rows_of_person(content: Content, about: Sequence[str]) -> list[Row]:
    """Answer what somebody else wrote, as the person reads it whom it is about: not how the helper is reached."""
    found = [
        Row(gettext("Who wrote it"), content.name),
        Row(gettext("What they say they are to you"), content.concerned.relation),
        Row(gettext("What it is about"), about_words(about)),
        Row(gettext("Date"), write_date(content.offer_date) if content.offer_date else ""),
        Row(gettext("What matters most to you, as they wrote it"), content.what_matters),
        Row(gettext("What they told"), content.text),
        Row(gettext("Stopping help"), gettext("They ask that your help is stopped or reduced") * content.stops_help),
        Row(gettext("Sent along"), content.attached),
    ]
    return [row for row in found if row.value]


def _stops(content: Content) -> str:
    return gettext("You ask that help for the other person is stopped or reduced") if content.stops_help else ""


def office_words(office: str) -> str:
    """Answer whom it is sent to, with the municipality."""
    municipality = library().municipality
    return f"{municipality.contact(office, language()).title}, {municipality.full_name(language())}"
