"""A service, all services, and the staircase, as what stands on their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.content import reading
from webapp.content.current import base_url, library
from webapp.content.domain.library import Page
from webapp.content.reading import Counting, Link, Point, Section, Source, Upkeep
from webapp.content.site import EmergencyNumber, named_numbers
from webapp.content.words import (
    AREAS,
    PAYMENTS,
    PREVENTION,
)
from webapp.municipalities.domain.municipality import Contact
from webapp.services.domain.staircase import Picture, Step, on_step, picture
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
    selfchecks: list[Link]
    todo: list[Point]
    sources: list[Source]
    upkeep: Upkeep
    url: str
    earlier: list[tuple[date, list[Section]]]
    counting: Counting | None
    """What the page said before, by the day it was changed, the newest first."""
    schema: dict[str, Any]

    @staticmethod
    def of(page: Page) -> ServicePage:
        """Make the page of a service."""
        return ServicePage(
            page=page,
            short=reading.section(page, "short"),
            sections=_service_sections(page),
            matters=reading.shared_text("tjenester-hva-er-viktig"),
            numbers=named_numbers(page.listed("emergency")),
            local=reading.local(page),
            facts=_service_facts(page),
            contact=library().municipality.contact(page.get("contact", "service_centre"), language()),
            steps=_steps_in_picture(page),
            entries=reading.links_of(page, "entry"),
            tasks=reading.links_of(page, "task"),
            aids=reading.links_of(page, "aid"),
            offers=reading.links_of(page, "offer"),
            selfchecks=reading.selfcheck_links(page),
            todo=reading.todo(page),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
            url=str(page.get("url")),
            earlier=_earlier(page),
            counting=reading.counting(page),
            schema=_service_schema(page),
        )


def _service_sections(page: Page) -> list[Section]:
    if page.get("signpost"):
        return []
    sections = []
    for name, heading in HEADINGS.items():
        body = reading.section(page, name)
        if not body and name in COMMON_SECTIONS:
            body = reading.shared_text(COMMON_SECTIONS[name])
        if body:
            sections.append(Section(name.replace("_", "-"), str(heading), body))
    return sections


def _earlier(page: Page) -> list[tuple[date, list[Section]]]:
    earlier = []
    for before in page.history:
        sections = [
            Section(name, str(heading), reading.html(before["fields"][name], page.language))
            for name, heading in HEADINGS.items()
            if before["fields"].get(name)
        ]
        if sections:
            earlier.append((date.fromisoformat(before["until"]), sections))
    return earlier


def _picture() -> Picture | None:
    chosen = str(library().municipality.facts["picture"])
    return picture(library().document("staircase"), chosen, language())


def _steps_in_picture(page: Page) -> list[int]:
    """Answer the numbers of a service's steps in the municipality's own picture, which may have fewer of them."""
    shown = _picture()
    return [step.number for step in shown.steps if on_step(step, {page.slug: page.listed("steps")})] if shown else []


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
        shown = _picture()
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
            body=reading.body(page) if page else NOTHING,
            picture=shown,
            rows=rows,
        )
