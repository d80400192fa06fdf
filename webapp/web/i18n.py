"""The language of a request, and how dates, telephone numbers and lists are written in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from math import ceil
from pathlib import Path

from babel.dates import format_date
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext, lazy_gettext, ngettext

from webapp.kernel.clock import NORWAY
from webapp.kernel.errors import NotFoundError
from webapp.kernel.language import LANGUAGES, negotiate
from webapp.web.access import caller_or_none
from webapp.web.tenancy import tenant

__all__ = [
    "install", "language", "lazy_gettext", "speaking", "telephone_href", "write_date", "write_list", "write_minutes",
    "write_month", "write_telephone", "write_time",
]  # fmt: skip

LANGUAGE_WORDS = {"nb": lazy_gettext("Bokmål"), "nn": lazy_gettext("Nynorsk"), "en": lazy_gettext("English")}
"""What the languages are called in the reader's own; `kernel.language.NAMES` is what they call themselves."""

LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}

TRANSLATIONS = Path(__file__).parent.parent.parent / "translations"


def language() -> str:
    """Answer the language of the request: the address's, the account's, or the one of those offered that is wished."""
    if not has_request_context():
        return "nb"
    if "language" not in g:
        g.language = _language_of_request()
    return str(g.language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Let everything be said in another language than the request's, also what the library is asked for."""
    before, g.language = language(), code
    try:
        with force_locale(code):
            yield
    finally:
        g.language = before


def _language_of_request() -> str:
    first = request.path.split("/", 2)[1] if request.path.startswith("/") else ""
    found = tenant()
    offered: Sequence[str] = found.languages if found else LANGUAGES
    if first in offered:
        return first
    chosen = request.args.get("sprak", "") or getattr(caller_or_none(), "language", "")
    if chosen in offered:
        return str(chosen)
    return negotiate([(str(wish), weight) for wish, weight in request.accept_languages], offered)


def write_date(day: date | str, in_language: str = "") -> str:
    """Write a date as a reader says it: 3. mars 2027; 3 March 2027 in English."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    chosen = in_language or language()
    pattern = "d MMMM y" if chosen == "en" else "d. MMMM y"
    return str(format_date(value, pattern, locale=LOCALES[chosen]))


def write_month(day: date, in_language: str = "") -> str:
    """Write the month of a day: november 2026."""
    chosen = in_language or language()
    return str(format_date(day, "LLLL y", locale=LOCALES[chosen]))


def write_time(time: datetime, in_language: str = "") -> str:
    """Write a point in time as a reader in Norway says it: 3. mars 2027 kl. 14.30."""
    local = time.astimezone(NORWAY)
    chosen = in_language or language()
    clock = f"{local:%H:%M}" if chosen == "en" else f"kl.\N{NO-BREAK SPACE}{local:%H.%M}"
    return f"{write_date(local.date(), chosen)} {clock}"


def write_minutes(seconds: int) -> str:
    """Write how long to wait, in whole minutes or hours, never too short."""
    minutes = max(1, ceil(seconds / 60))
    if minutes < 90:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return str(ngettext("%(num)s hour", "%(num)s hours", ceil(minutes / 60)))


def write_telephone(telephone: str) -> str:
    """Write a Norwegian number as it is read, 61 35 90 00 or 481 00 000; other numbers as they stand."""
    digits = telephone.replace(" ", "").removeprefix("+47")
    if len(digits) != 8 or not digits.isdecimal():
        return telephone
    parts = (3, 5) if digits[0] in "489" else (2, 4, 6)
    return " ".join(digits[start:end] for start, end in zip((0, *parts), (*parts, None), strict=True))


def telephone_href(telephone: str) -> str:
    """Answer the link of a telephone number, with the country's code where it has eight digits."""
    digits = telephone.replace(" ", "")
    return f"tel:+47{digits}" if len(digits) == 8 and digits.isdecimal() else f"tel:{digits}"


def write_list(things: Sequence[str]) -> str:
    """Join things as a sentence does: a, b og c."""
    if len(things) < 2:
        return "".join(things)
    return str(gettext("%(first)s and %(last)s", first=", ".join(things[:-1]), last=things[-1]))


def install(app: Flask) -> None:
    """Translate by the language of the request; a language that the municipality does not offer has no pages."""

    @app.before_request
    def refuse_other_languages() -> None:
        asked, found = (request.view_args or {}).get("lang"), tenant()
        if asked and found and asked not in found.languages:
            raise NotFoundError

    Babel(
        app,
        default_locale="nb",
        default_timezone="Europe/Oslo",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language,
    )
