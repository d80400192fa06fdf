"""Standing texts as they are used: in a municipality's own words where it has any, else in those of the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import force_locale

from webapp.content.current import library
from webapp.content.domain.standing import MENU, MENU_ROOMS, SHOWN_ROOMS, SMS, SUBJECT, TEXT, filled
from webapp.kernel.language import localised
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _

PLACE = {name: f"{{{name}}}" for name in ("municipality", "telephone", "link", "code", "when")}
"""Each placeholder as it stands in a text, for making the words that come with the site."""
ROOM_NAMES = {
    "abc": _("The ABC of growing old"),
    "tasks": _("Who does what?"),
    "services": _("Help from the municipality"),
    "selfchecks": _("Check for yourself"),
    "aids": _("Aids and technology"),
    "offers": _("Courses, groups and visits"),
    "plan": _("My plan"),
    "places": _("Meeting places"),
    "staircase": _("The staircase"),
    "agreement": _("Agree on who does what"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, by e-mail with its subject, or by SMS; as a template, or with its placeholders filled in."""

    subject: str
    text: str
    sms: str = ""


Shipped = Callable[[], Letter]
"""Makes the words that come with the site, in the language of now."""


def letter(slug: str, in_language: str, shipped: Shipped, **values: str) -> Letter:
    """Answer what is sent to somebody in their language."""
    own, municipality = library().standing("message", slug), library().municipality
    with force_locale(in_language):
        words = shipped()
    frame = {"municipality": municipality.full_name(in_language), "telephone": municipality.telephone, **values}

    def said(name: str, otherwise: str) -> str:
        return filled(own.get(name, {}).get(in_language) or otherwise, frame)

    return Letter(said(SUBJECT, words.subject), said(TEXT, words.text), said(SMS, words.sms))


def mail(written: Letter, in_language: str) -> dict[str, str]:
    """Answer a letter as the outbox's `mail` takes it."""
    name = library().municipality.full_name(in_language)
    return {"subject": written.subject, "text": f"{written.text.strip()}\n", "sender_name": name}


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody says yes to, and its version."""

    text: str
    version: str


def consent(slug: str, in_language: str, shipped: Callable[[], str], version: str) -> Consent:
    """Answer what somebody says yes to in their language; a municipality's own words have its own version."""
    known = library()
    own = known.standing("consent", slug)
    values = {"municipality": known.municipality.full_name(in_language)}
    if text := own.get(TEXT, {}).get(in_language):
        return Consent(filled(text, values), f"{known.code}-{own.get('version', 1)}")
    with force_locale(in_language):
        words = shipped()
    return Consent(filled(words, values), version)


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A room in the menu."""

    name: str
    href: str


def menu() -> tuple[MenuLine, ...]:
    """Answer the rooms that the menu shows, in their order."""
    own = library().standing("menu", MENU).get("rooms") or [{"room": room} for room in SHOWN_ROOMS]
    return tuple(
        MenuLine(localised(line.get("name", {}), language()) or str(ROOM_NAMES[line["room"]]), _href(line["room"]))
        for line in own
        if line["room"] != "agreement" or library().takes_agreements
    )


def _href(room: str) -> str:
    return f"/{language()}/{MENU_ROOMS[room]}"
