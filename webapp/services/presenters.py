"""The pages of services, tasks, aids and offers, as what stands on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.content import reading
from webapp.content.current import base_url, library
from webapp.content.domain.library import Page
from webapp.content.reading import Link, Source, Upkeep
from webapp.content.site import EmergencyNumber, named_numbers
from webapp.content.words import (
    ACTORS,
    AID_CATEGORIES,
    AREAS,
    OFFER_CATEGORIES,
    PAYMENTS,
    PREVENTION,
    PROVIDERS,
    TASK_AREAS,
)
from webapp.municipalities.domain.municipality import Contact
from webapp.services.domain.staircase import Picture, Step, on_step, picture
from webapp.services.domain.who_does_what import VOLUNTEER, Line, Stance, others_in_order
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import NOTHING, Html

COMMON_SECTIONS = {
    "apply": "tjenester-soke",
    "time": "tjenester-saksgang",
    "change": "tjenester-endring",
    "complaint_text": "tjenester-klage",
}
"""What is the same for most services stands once, on a page of its own, and is shown on all."""

HEADINGS = {
    "for_whom": _("Who it is for"),
    "criteria": _("What it takes to get it"),
    "does": _("What we do"),
    "does_not": _("What we do not do"),
    "we_expect": _("What we ask of you and your family"),
    "you_can_expect": _("What you can expect of us"),
    "cost": _("What it costs"),
    "apply": _("How to apply"),
    "time": _("What happens next, and how long it takes"),
    "change": _("If the help changes or ends"),
    "complaint_text": _("If you disagree"),
}
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
class Section:
    """A part of a page: its place in the address, its heading, its text."""

    id: str
    heading: str
    body: Html


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One service in plain words (TJ-1)."""

    page: Page
    short: Html
    sections: list[Section]
    matters: Html
    numbers: list[EmergencyNumber]
    local: Html
    facts: list[tuple[str, str]]
    contact: Contact
    steps: list[int]
    entries: list[Link]
    tasks: list[Link]
    aids: list[Link]
    offers: list[Link]
    sources: list[Source]
    upkeep: Upkeep
    url: str
    schema: dict[str, Any]

    @staticmethod
    def of(page: Page) -> ServicePage:
        """Make the page of a service."""
        return ServicePage(
            page=page,
            short=reading.section(page, "short"),
            sections=_service_sections(page),
            matters=_shared_text("tjenester-hva-er-viktig"),
            numbers=named_numbers(page.listed("emergency")),
            local=reading.html(page.local, page.local_language) if page.local else NOTHING,
            facts=_service_facts(page),
            contact=library().municipality.contact(page.get("contact", "service_centre"), language()),
            steps=page.listed("steps"),
            entries=reading.links_of(page, "entry"),
            tasks=reading.links_of(page, "task"),
            aids=reading.links_of(page, "aid"),
            offers=reading.links_of(page, "offer"),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
            url=str(page.get("url")),
            schema=_service_schema(page),
        )


def _shared_text(slug: str) -> Html:
    page = library().page("page", slug, language())
    return reading.section(page, "body") if page else NOTHING


def _service_sections(page: Page) -> list[Section]:
    if page.get("signpost"):
        return []
    sections = []
    for name, heading in HEADINGS.items():
        body = reading.section(page, name)
        if not body and name in COMMON_SECTIONS:
            body = _shared_text(COMMON_SECTIONS[name])
        if body:
            sections.append(Section(name.replace("_", "-"), str(heading), body))
    return sections


def _service_facts(page: Page) -> list[tuple[str, str]]:
    facts = []
    if page.get("payment"):
        facts.append((str(_("Price")), str(PAYMENTS[page.fields["payment"]])))
    if not page.get("signpost"):
        words = _("Yes, and you get a written answer") if page.get("needs_decision") else _("No, just get in touch")
        facts.append((str(_("Must you apply?")), str(words)))
    if page.get("group_offer"):
        facts.append((str(_("Form")), str(_("Together with others"))))
    if page.listed("prevention"):
        facts.append((str(_("Aim")), ". ".join(str(PREVENTION[level]) for level in page.listed("prevention"))))
    if page.get("waiting_list"):
        facts.append((str(_("Waiting list")), str(_("There may be a wait. Ask us how long it is now."))))
    return facts


def _service_schema(page: Page) -> dict[str, Any]:
    """schema.org GovernmentService for search engines (TJ-7)."""
    municipality = library().municipality
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": page.title,
        "description": reading.section(page, "short").striptags(),
        "inLanguage": page.language,
        "provider": {
            "@type": "GovernmentOrganization",
            "name": municipality.full_name(language()),
            "telephone": municipality.telephone,
        },
        "areaServed": municipality.name,
        "url": f"{base_url()}/{language()}/tjenester/{page.slug}",
    }


@dataclass(frozen=True, slots=True)
class ServicesPage:
    """All services by step, and the signposts to others."""

    intro: Page | None
    groups: list[tuple[str, list[Link]]]
    signposts: list[Link]

    @staticmethod
    def of() -> ServicesPage:
        """Make the list of services, grouped by the area of life they are for."""
        services = library().pages("service", language())
        full = [page for page in services if not page.get("signpost")]
        groups = []
        for area, words in AREAS.items():
            found = [page for page in full if area in page.listed("areas")[:1]]
            if found:
                groups.append((str(words), reading.links_to(found)))
        rest = [page for page in full if not page.listed("areas")]
        if rest:
            groups.append((str(_("Other help")), reading.links_to(rest)))
        return ServicesPage(
            intro=None,
            groups=groups,
            signposts=reading.links_to(page for page in services if page.get("signpost")),
        )


@dataclass(frozen=True, slots=True)
class StaircasePage:
    """The staircase: each step with its services, from the top of the picture down."""

    page: Page | None
    lead: Html
    body: Html
    picture: Picture
    rows: list[tuple[Step, Html, list[Link]]]

    @staticmethod
    def of() -> StaircasePage | None:
        """Make the picture that the municipality has chosen, or None where there is no such content."""
        document = library().document("staircase")
        shown = picture(document, str(library().municipality.facts["picture"]), language())
        if shown is None:
            return None
        services = [page for page in library().pages("service", language()) if not page.get("signpost")]
        by_slug = {page.slug: page for page in services}
        steps_of = {page.slug: page.listed("steps") for page in services}
        rows = [
            (
                step,
                reading.html(step.text, language()),
                reading.links_to(by_slug[slug] for slug in on_step(step, steps_of)),
            )
            for step in shown.steps
        ]
        page = library().page("page", "innsatstrapp", language())
        return StaircasePage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            body=reading.section(page, "body") if page else NOTHING,
            picture=shown,
            rows=rows,
        )


@dataclass(frozen=True, slots=True)
class TaskCard:
    """The answer to "who does this?" (TJ-3)."""

    page: Page
    href: str
    line: Line
    why: str
    exception: str
    instead: str
    tip: str
    contacts: list[Contact]
    others: list[str]
    has_volunteers: bool
    is_critical: bool
    apply_contact: Contact
    services: list[Link]
    entries: list[Link]
    aids: list[Link]
    sources: list[Source]
    local: Html

    @staticmethod
    def of(page: Page) -> TaskCard:
        """Make the answer card of a task."""
        municipality = library().municipality
        others = others_in_order(page.listed("others"), critical=bool(page.get("critical")))
        contacts = [municipality.contact(contact, language()) for contact in page.listed("alternatives")]
        return TaskCard(
            page=page,
            href=reading.link(page).href,
            line=Line(Stance(page.fields["stance"]), bool(page.get("needs_decision"))),
            why=reading.plain(page, "why"),
            exception=reading.plain(page, "exception"),
            instead=reading.plain(page, "instead"),
            tip=reading.plain(page, "tip"),
            contacts=list({contact.telephone: contact for contact in contacts}.values()),
            others=[str(ACTORS[actor]) for actor in others],
            has_volunteers=VOLUNTEER in others,
            is_critical=bool(page.get("critical")),
            apply_contact=municipality.contact("allocation_office", language()),
            services=reading.links_of(page, "service"),
            entries=reading.links_of(page, "entry"),
            aids=reading.links_of(page, "aid"),
            sources=reading.sources(page),
            local=reading.html(page.local, page.local_language) if page.local else NOTHING,
        )


@dataclass(frozen=True, slots=True)
class TasksPage:
    """Who does what: the answers to a query, and all tasks by area."""

    page: Page | None
    lead: Html
    body: Html
    query: str
    answers: list[TaskCard]
    areas: list[tuple[str, list[tuple[Link, Line]]]]

    @staticmethod
    def of(query: str, found: list[Page]) -> TasksPage:
        """Make the page for a query and the tasks it found, best first."""
        page = library().page("page", "hvem-gjor-hva", language())
        by_area: dict[str, list[tuple[Link, Line]]] = {area: [] for area in TASK_AREAS}
        for task in sorted(library().pages("task", language()), key=_catalogue_order):
            line = Line(Stance(task.fields["stance"]), bool(task.get("needs_decision")))
            by_area[task.fields["area"]].append((reading.link(task), line))
        return TasksPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            body=reading.section(page, "body") if page else NOTHING,
            query=query,
            answers=[TaskCard.of(task) for task in found],
            areas=[(str(TASK_AREAS[area]), tasks) for area, tasks in by_area.items() if tasks],
        )


def _catalogue_order(page: Page) -> tuple[int, int]:
    heading, _dot, number = str(page.fields["number"]).partition(".")
    return int(heading), int(number)


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
            sections=_sections(page, AID_HEADINGS),
            local=reading.html(page.local, page.local_language) if page.local else NOTHING,
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


def _sections(page: Page, headings: dict[str, Any]) -> list[Section]:
    return [
        Section(name.replace("_", "-"), str(heading), body)
        for name, heading in headings.items()
        if (body := reading.section(page, name))
    ]


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
            body=reading.section(page, "body") if page else NOTHING,
            groups=groups,
        )


def aids_page() -> GroupedPage:
    """Make the list of aids."""
    return GroupedPage.of("aid", "hjelpemidler", AID_CATEGORIES)


def offers_page() -> GroupedPage:
    """Make the list of offers."""
    return GroupedPage.of("offer", "tilbud", OFFER_CATEGORIES)


@dataclass(frozen=True, slots=True)
class Session:
    """One date of an offer."""

    day: date
    time: str
    place: str


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
        sessions = [
            Session(date.fromisoformat(found["day"]), found.get("time", ""), found["place"])
            for found in page.listed("dates")
        ]
        return OfferPage(
            page=page,
            short=reading.section(page, "short"),
            sections=_sections(page, OFFER_HEADINGS),
            local=reading.html(page.local, page.local_language) if page.local else NOTHING,
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
