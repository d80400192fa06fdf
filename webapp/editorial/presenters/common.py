"""What several screens of the editorial office show: titles, who somebody is, what a part of a page is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from webapp.content.current import library
from webapp.content.domain.kind import COMMON
from webapp.content.domain.library import Library
from webapp.content.domain.standing import OF_KIND
from webapp.editorial import standing
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import State
from webapp.editorial.words import COMMON_PART, DOCUMENTS, KINDS, STATES
from webapp.identity.queries import all_staff
from webapp.kernel.language import LANGUAGES, localised
from webapp.kernel.text import capital
from webapp.web.access import caller
from webapp.web.i18n import LANGUAGE_WORDS, language
from webapp.web.i18n import lazy_gettext as _

PICKED = ("entry", "service", "task", "aid", "offer", "page", "selfcheck", "place")
"""The kinds of pages that another page may lead to."""


@dataclass(frozen=True, slots=True)
class People:
    """What those who write are called; those of other municipalities by their municipality alone."""

    municipality: str
    known: Mapping[str, str]

    @classmethod
    def of(cls, session: Session) -> People:
        """Answer the people of the caller's municipality."""
        own = caller().municipality
        return cls(own, {row.id: row.name for row in all_staff(session, own)})

    def name(self, writer: str) -> str:
        """Answer what somebody is called; empty for nobody."""
        municipality, _slash, staff = writer.partition("/")
        if not writer:
            return ""
        if municipality != self.municipality:
            return str(_("an editor in %(municipality)s", municipality=municipality.capitalize()))
        return self.known.get(staff, str(_("somebody who no longer works here")))


def part_name(code: str) -> str:
    """Answer what a part of a page is called."""
    name = str(COMMON_PART if code == COMMON else LANGUAGE_WORDS[code])
    return capital(name)


def kind_name(found: Place) -> str:
    """Answer what a kind of page is called."""
    return str(KINDS[found.kind])


def state_name(state: str) -> str:
    """Answer what a state of a draft is called."""
    return str(STATES[State(state)])


_TITLED_INSIDE: Mapping[str, Callable[[Library, str], Mapping[str, Any] | None]] = {
    "image": Library.image, "plan": Library.plan, "selfcheck": Library.selfcheck,
}  # fmt: skip
"""The kinds whose one part has its words in every language."""


def title_of(found: Place, reader: Library | None = None) -> str:
    """Answer what a page is called; its slug where it has no title yet."""
    known = reader or library()
    if found.kind == "municipality":
        return known.municipality.full_name(language())
    if found.kind == "document":
        return str(DOCUMENTS[found.slug])
    if found.kind in OF_KIND:
        return str(standing.NAMES[found.slug])
    if found.kind in _TITLED_INSIDE:
        written = _TITLED_INSIDE[found.kind](known, found.slug) or {}
        titles = written.get("alt" if found.kind == "image" else "title", {})
        return localised(titles, language()) or found.slug
    if found.kind == "foreign":
        return str((known.foreign(found.slug) or {}).get("name", found.slug))
    page = known.page(found.kind, found.slug, language())
    return page.title if page else found.slug


def titles_by_kind() -> dict[str, dict[str, str]]:
    """Answer the titles of all pages that another may lead to, by kind and slug, in the order of the alphabet."""
    known = library()
    found = {
        kind: {page.slug: page.title for page in known.pages(kind, language())}
        for kind in PICKED
        if kind != "selfcheck"
    }
    checks = {slug: title_of(Place(None, "selfcheck", slug)) for slug in known.selfcheck_slugs}
    return {**found, "selfcheck": checks}


def other_languages(code: str) -> list[str]:
    """Answer the languages beside which a text can be written."""
    return [one for one in LANGUAGES if one != code]
