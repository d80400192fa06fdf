"""What every page shows of a content page: its text as HTML, its links, its sources, who keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString

from webapp.content.current import library
from webapp.content.domain import images, links
from webapp.content.domain.addresses import address
from webapp.content.domain.library import Page
from webapp.content.words import OWNERS
from webapp.kernel.language import localised
from webapp.kernel.text import excerpt
from webapp.web import tenancy
from webapp.web.i18n import language, telephone_href
from webapp.web.markdown import NOTHING, Html, Image, render

LINKED = {"entry": "entries", "service": "services", "task": "tasks", "aid": "aids", "offer": "offers"}
"""The field in which a page names pages of a kind."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page: its words, where it leads, what stands beside it, the language of its words."""

    title: str
    href: str
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its place in the address, its heading, its text."""

    id: str
    heading: str
    body: Html


@dataclass(frozen=True, slots=True)
class Point:
    """Something to do, and where there is more about it, if that is another page."""

    text: str
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A law or a public body that a page leans on."""

    name: str
    paragraph: str
    url: str


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Who keeps a page and how old it is."""

    owner: str
    reviewed: date
    review_by: date
    contributors: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """From when what a page says counts."""

    day: date
    is_to_come: bool


def counting(page: Page) -> Counting | None:
    """Answer from when the newest change of a page counts; None where it says what it always said."""
    if not page.changed_from:
        return None
    day = date.fromisoformat(page.changed_from)
    return Counting(day, day > tenancy.day())


def filled(text: str, in_language: str) -> str:
    """Answer a text with the municipality's facts in their places."""
    return links.fill(text, library().municipality.placeholders(in_language))


def html(text: str, in_language: str, *, raise_headings: bool = False) -> Html:
    """Answer a Markdown text as HTML, with facts filled in and links to our own pages resolved."""

    def find(kind: str, slug: str) -> str | None:
        known = library().has_selfcheck(slug) if kind == "selfcheck" else library().page(kind, slug, language())
        return address(kind, slug, language()) if known and not library().is_closed(kind, slug) else None

    def image(slug: str) -> Image | None:
        told = library().image(slug)
        return _image(told, in_language) if told else None

    values = library().municipality.placeholders(in_language)
    numbers = {name: f"[{value}]({telephone_href(value)})" for name, value in values.items() if "telephone" in name}
    return render(links.resolve(links.fill(text, values | numbers), find), raise_headings=raise_headings, image=image)


def _image(told: Mapping[str, Any], in_language: str) -> Image:
    forms = tuple((images.address(form["digest"]), int(form["width"])) for form in told["forms"])
    widest = told["forms"][-1]
    return Image(forms, widest["width"], widest["height"], images.alt(told, in_language))


def section(page: Page, name: str) -> Html:
    """Answer a section of a page as HTML; empty where the page does not have it."""
    text = page.get(name)
    return html(text, page.language) if text else NOTHING


def body(page: Page) -> Html:
    """Answer the running text of a page as HTML: its headings stand right below the page's own."""
    return html(page.get("body"), page.language, raise_headings=True)


def sections(page: Page, headings: Mapping[str, LazyString]) -> list[Section]:
    """Answer the sections that a page has, under their headings and in their order."""
    return [
        Section(name.replace("_", "-"), str(heading), body)
        for name, heading in headings.items()
        if (body := section(page, name))
    ]


def shared_text(slug: str) -> Html:
    """Answer the body of a page of running text that other pages show; empty where it is not there."""
    page = library().page("page", slug, language())
    return section(page, "body") if page else NOTHING


def local(page: Page) -> Html:
    """Answer the municipality's own section of a page as HTML; empty where there is none."""
    return html(page.local, page.local_language) if page.local else NOTHING


def plain(page: Page, name: str) -> str:
    """Answer a one-line field of a page with facts filled in; empty where the page does not have it."""
    return filled(str(page.get(name)), page.language)


def link(page: Page) -> Link:
    """Answer the link to a page, with the beginning of its short answer."""
    note = excerpt(links.LINK.sub(r"\1", plain(page, "short")), 120) if page.get("short") else ""
    return Link(page.title, address(page.kind, page.slug, language()), note, page.language)


def links_of(page: Page, kind: str) -> list[Link]:
    """Answer the links from a page to pages of a kind."""
    return [link(other) for other in library().named(kind, page.listed(LINKED[kind]), language())]


def selfcheck_links(page: Page) -> list[Link]:
    """Answer the links from a page to the self-checks that are open."""
    return selfchecks_to(page.listed("selfchecks"))


def selfchecks_to(slugs: Iterable[str]) -> list[Link]:
    """Answer links to the self-checks that are open."""
    found = [(slug, library().selfcheck(slug) or {}) for slug in slugs if library().has_selfcheck(slug)]
    return [
        Link(
            localised(fields["title"], language()), address("selfcheck", slug, language()),
            localised(fields["short"], language()), language(),
        )
        for slug, fields in found
    ]  # fmt: skip


def ready_made_plans(**about: str) -> list[Link]:
    """Answer links to the ready-made plans, all or those for a situation or an audience."""
    plans = [(slug, library().plan(slug) or {}) for slug in library().plan_slugs]
    return [
        Link(
            localised(fields["title"], language()), address("plan", slug, language()),
            localised(fields["short"], language()), language(),
        )
        for slug, fields in plans
        if all(code in fields.get(name, ()) for name, code in about.items())
    ]  # fmt: skip


def links_to(pages: Iterable[Page]) -> list[Link]:
    """Answer links to pages."""
    return [link(page) for page in pages]


def todo(page: Page) -> list[Point]:
    """Answer the to-do points of a page."""
    return [Point(filled(point, page.language)) for point in page.listed("todo")]


def sources(page: Page) -> list[Source]:
    """Answer the sources of a page."""
    return [
        Source(source["name"], source.get("paragraph", ""), source.get("url", "")) for source in page.listed("sources")
    ]


def upkeep(page: Page) -> Upkeep:
    """Answer who keeps a page."""
    return Upkeep(
        owner=str(OWNERS[page.fields["owner"]]),
        reviewed=date.fromisoformat(page.fields["reviewed"]),
        review_by=date.fromisoformat(page.fields["review_by"]),
        contributors=tuple(page.listed("contributors")),
        is_own=page.is_own,
    )
