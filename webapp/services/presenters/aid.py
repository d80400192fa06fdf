"""Aids, offers and meeting places, as what stands on their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.content import reading
from webapp.content.current import library
from webapp.content.domain.library import Page
from webapp.content.reading import Link, Section, Source, Upkeep
from webapp.content.words import (
    AID_CATEGORIES,
    OFFER_CATEGORIES,
    PROVIDERS,
)
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import NOTHING, Html

AID_HEADINGS = {
    "benefit": _("What it can do for you"),
    "for_whom": _("Who it suits"),
    "privacy": _("Freedom and privacy"),
    "who_pays": _("Who provides it, and who pays"),
    "learn": _("Learning to use it"),
    "try": _("Try before you decide"),
    "otherwise": _("Without this"),
}


OFFER_HEADINGS = {
    "what": _("What happens"),
    "prepare": _("Think of this before"),
    "no_thanks": _("No, thank you"),
    "afterwards": _("Afterwards"),
    "cost": _("What it costs"),
}


@dataclass(frozen=True, slots=True)
class GroupedPage:
    """A list of pages in groups, with an introduction: aids, offers."""

    page: Page | None
    lead: Html
    body: Html
    groups: list[tuple[str, list[Link]]]

    @staticmethod
    def of(kind: str, intro: str, words: dict[str, Any]) -> GroupedPage:
        """Make the list of a kind, grouped by category."""
        page = library().page("page", intro, language())
        pages = library().pages(kind, language())
        groups = [
            (str(name), reading.links_to(found))
            for category, name in words.items()
            if (found := [page for page in pages if page.get("category") == category])
        ]
        return GroupedPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            body=reading.body(page) if page else NOTHING,
            groups=groups,
        )


def aids_page() -> GroupedPage:
    """Make the list of aids."""
    return GroupedPage.of("aid", "hjelpemidler", AID_CATEGORIES)


def offers_page() -> GroupedPage:
    """Make the list of offers."""
    return GroupedPage.of("offer", "tilbud", OFFER_CATEGORIES)


@dataclass(frozen=True, slots=True)
class AidPage:
    """An aid or welfare technology (TJ-4)."""

    page: Page
    short: Html
    sections: list[Section]
    local: Html
    providers: list[str]
    category: str
    figures: list[tuple[str, int]]
    counted: date | None
    services: list[Link]
    entries: list[Link]
    tasks: list[Link]
    sources: list[Source]
    upkeep: Upkeep

    @staticmethod
    def of(page: Page) -> AidPage:
        """Make the page of an aid."""
        figures = (("asked", _("Asked for it")), ("tried", _("Tried it")), ("in_use", _("Used it after three months")))
        return AidPage(
            page=page,
            short=reading.section(page, "short"),
            sections=reading.sections(page, AID_HEADINGS),
            local=reading.local(page),
            providers=[str(PROVIDERS[provider]) for provider in page.listed("providers")],
            category=str(AID_CATEGORIES[page.fields["category"]]),
            figures=[(str(words), page.fields[name]) for name, words in figures if name in page.fields],
            counted=date.fromisoformat(page.fields["counted"]) if page.get("counted") else None,
            services=reading.links_of(page, "service"),
            entries=reading.links_of(page, "entry"),
            tasks=reading.links_of(page, "task"),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One date of an offer."""

    day: date
    time: str
    place: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Something with dates or places to ask for (TJ-8)."""

    page: Page
    short: Html
    sections: list[Section]
    local: Html
    sessions: list[Session]
    contact: Contact
    services: list[Link]
    entries: list[Link]
    sources: list[Source]
    upkeep: Upkeep

    @staticmethod
    def of(page: Page, today: date) -> OfferPage:
        """Make the page of an offer, with the dates that are still to come."""
        full = library().full_days(page.slug)
        sessions = [
            Session(date.fromisoformat(found["day"]), found.get("time", ""), found["place"], found["day"] in full)
            for found in page.listed("dates")
        ]
        return OfferPage(
            page=page,
            short=reading.section(page, "short"),
            sections=reading.sections(page, OFFER_HEADINGS),
            local=reading.local(page),
            sessions=sorted((found for found in sessions if found.day >= today), key=lambda found: found.day),
            contact=library().municipality.contact(page.fields["contact"], language()),
            services=reading.links_of(page, "service"),
            entries=reading.links_of(page, "entry"),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A meeting place or association (TJ-9)."""

    page: Page
    short: Html
    place: str
    when: str
    cost: str
    transport: str
    telephone: str
    url: str

    @staticmethod
    def of(page: Page) -> Place:
        """Make the card of a meeting place."""
        return Place(
            page=page,
            short=reading.section(page, "short"),
            place=reading.plain(page, "place"),
            when=reading.plain(page, "when"),
            cost=reading.plain(page, "cost"),
            transport=reading.plain(page, "transport"),
            telephone=str(page.get("telephone")),
            url=str(page.get("url")),
        )


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """The directory of meeting places, the neighbours' open ones after our own."""

    page: Page | None
    lead: Html
    places: list[Place]
    neighbours: list[tuple[str, list[Place]]]
