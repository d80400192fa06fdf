"""Standing texts in the editorial office: the words that come with the site, and how one's own would be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale

from webapp.agreements.domain.history import Notice
from webapp.agreements.presenters import notices
from webapp.agreements.text import shipped_consent
from webapp.agreements.words import NOTICES
from webapp.content.current import library
from webapp.content.domain.standing import MENU, OF_KIND, SHOWN_ROOMS, SMS, SUBJECT, TEXT, filled
from webapp.content.standing import Shipped
from webapp.identity import letters as identity
from webapp.kernel.language import LANGUAGES
from webapp.referrals import letters as referrals
from webapp.referrals.presenters import CONSENTS
from webapp.web.i18n import LANGUAGE_WORDS
from webapp.web.i18n import lazy_gettext as _

LETTERS: Mapping[str, Shipped] = {**identity.SHIPPED, **referrals.SHIPPED, **notices.SHIPPED}
SAYS_YES: Mapping[str, Callable[[], str]] = {**CONSENTS, "agreement": shipped_consent}
NAMES = {
    "agreement-link": _("Invitation to an agreement"),
    "joining-code": _("That somebody can come in with their code"),
    "one-time-code": _("One-time code"),
    "referral-received": _("That a message has come in"),
    "referral-answered": _("That there is an answer"),
    "referral-to-person": _("To whom a message is about: that they can read it"),
    "staff-link": _("Invitation to staff"),
    "password-link": _("New password"),
    "password-changed": _("That a password was changed"),
    "second-step-removed": _("That the second step was removed"),
    "something-new": _("To the office: something new"),
    "from-a-colleague": _("To staff: from a colleague"),
    **{notices.slug_of(why): _("By post: who %(why)s", why=NOTICES[why]) for why in Notice},
    "referral": _("Yes to sending a message"),
    "concern": _("Sending a worry about somebody else"),
    "agreement": _("Yes to an agreement"),
    MENU: _("The rooms in the menu"),
}
"""What each standing text is called, by its slug."""
_EXAMPLES = {
    "link": "https://avklart.example/nb/…", "code": "123 456", "when": "3. mars 2027 kl. 14.30",
}  # fmt: skip


def is_standing(kind: str, slug: str) -> bool:
    """Tell whether there is a standing text of that kind and slug, whether or not anybody has worded it anew."""
    return slug in OF_KIND.get(kind, {})


def all_standing() -> list[tuple[str, str]]:
    """Answer kind and slug of every standing text."""
    return [(kind, slug) for kind, known in OF_KIND.items() for slug in known]


def shipped(kind: str, slug: str) -> dict[str, Any]:
    """Answer the words that come with the site, as the fields of the text."""
    if kind == "menu":
        return {"rooms": [{"room": room} for room in SHOWN_ROOMS]}
    found: dict[str, dict[str, str]] = {}
    for code in LANGUAGES:
        with force_locale(code):
            for name, text in _words(kind, slug).items():
                if text:
                    found.setdefault(name, {})[code] = text
    return found


def _words(kind: str, slug: str) -> dict[str, str]:
    if kind == "consent":
        return {TEXT: SAYS_YES[slug]()}
    words = LETTERS[slug]()
    return {SUBJECT: words.subject, TEXT: words.text, SMS: words.sms}


def fields_used(kind: str, slug: str) -> tuple[str, ...]:
    """Answer the fields that a standing text has; the others of its kind are never sent."""
    return OF_KIND[kind][slug].fields


@dataclass(frozen=True, slots=True)
class LetterView:
    """A standing text as it is sent, with examples in the places of what is filled in."""

    title: str
    language: str
    parts: tuple[tuple[str, str], ...]
    """What each is called, and what it says."""
    places: tuple[str, ...]
    notice: str = ""


PART_NAMES = {SUBJECT: _("Subject"), TEXT: _("Text"), SMS: _("As SMS")}


def image_view(slug: str, told: Mapping[str, Any]) -> LetterView:
    """Answer what an image says to those who do not see it, in each language."""
    parts = tuple((str(LANGUAGE_WORDS[code]), text) for code, text in told.get("alt", {}).items())
    return LetterView(slug, "nb", parts, ())


def view_of(kind: str, slug: str, fields: Mapping[str, Any], code: str) -> LetterView:
    """Answer how a standing text is sent in a language, in one's own words where there are any."""
    known, municipality = shipped(kind, slug), library().municipality
    values = {
        "municipality": municipality.full_name(code), "telephone": municipality.telephone,
        **_EXAMPLES,
    }  # fmt: skip
    parts = [
        (name, fields.get(name, {}).get(code) or known.get(name, {}).get(code, "")) for name in fields_used(kind, slug)
    ]
    told = tuple((str(PART_NAMES[name]), filled(text, values)) for name, text in parts if text)
    return LetterView(str(NAMES[slug]), code, told, tuple(f"{{{name}}}" for name in OF_KIND[kind][slug].may))
