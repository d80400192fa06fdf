"""The pages of the look-up book, as what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from webapp.content import reading
from webapp.content.current import library
from webapp.content.domain.library import Page
from webapp.content.reading import Link, Point, Section, Source, Upkeep
from webapp.content.site import EmergencyNumber, emergency_numbers, named_numbers
from webapp.content.words import AREAS, AUDIENCES
from webapp.guide.domain import AREA_WORDS, AUDIENCE_WORDS, SITUATION_WORDS, Filter, Letter, by_letter
from webapp.kernel.alphabet import in_order
from webapp.kernel.language import localised
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import NOTHING, Html

HEADINGS = {
    "yourself": _("What you can do yourself"),
    "municipality": _("What the municipality can contribute"),
    "otherwise": _("If this does not fit"),
    "talk": _("Talk about this at home"),
    "more": _("Good to know"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way into the book: its words and where it leads."""

    words: str
    href: str
    note: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class WayIn:
    """A situation somebody is in, or who they are, and what comes first."""

    word: str
    name: str
    lead: Html
    first: list[str]
    entries: list[Link]
    plans: list[Link]
    is_young: bool = False
    """Whether it is for young carers: the page is one to be left quickly."""


def _abc(argument: str, word: str) -> str:
    return f"/{language()}/abc/?{argument}={word}"


def _way_in(word: str, name: str, written: Mapping[str, Any], plans: list[Link], *, is_young: bool = False) -> WayIn:
    acts = written["first"].get(language()) or written["first"]["nb"]
    return WayIn(
        word=word,
        name=name,
        lead=reading.html(localised(written["lead"], language()), language()),
        first=[reading.filled(act, language()) for act in acts],
        entries=reading.links_to(library().named("entry", written["entries"], language())),
        plans=plans,
        is_young=is_young,
    )


def situations() -> list[WayIn]:
    """Answer the situations in the order of the content."""
    document = library().document("situations").get("situations", {})
    return [
        _way_in(word, localised(written["name"], language()), written, reading.ready_made_plans(situations=code))
        for word, code in SITUATION_WORDS.items()
        if (written := document.get(code.replace("_", "-")))
    ]


def role(code: str) -> WayIn | None:
    """Answer what comes first for somebody of an audience, or None where nothing is written."""
    written = library().document("situations").get("roles", {}).get(code.replace("_", "-"))
    if not written:
        return None
    word = next(word for word, known in AUDIENCE_WORDS.items() if known == code)
    plans = reading.ready_made_plans(audience=code)
    return _way_in(word, str(AUDIENCES[code]), written, plans, is_young=code == "young_carer")


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page: search, four choices, the rooms, the areas."""

    situations: list[Way]
    audiences: list[Way]
    areas: list[Way]
    letters: list[Letter]
    numbers: list[EmergencyNumber]

    @staticmethod
    def of() -> HomePage:
        """Make the front page."""
        return HomePage(
            situations=[Way(found.name, _abc("situasjon", found.word)) for found in situations()],
            audiences=[Way(str(AUDIENCES[code]), _abc("for", word)) for word, code in AUDIENCE_WORDS.items()],
            areas=[Way(str(AREAS[code]), _abc("omrade", word)) for word, code in AREA_WORDS.items()],
            letters=by_letter(library().pages("entry", language())),
            numbers=[number for number in emergency_numbers() if number.is_emergency],
        )


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The index A to Å, whole or filtered (ABC-1, ABC-3)."""

    page: Page | None
    lead: Html
    letters: list[Letter]
    number: int
    filter: Filter
    way_in: WayIn | None
    numbers: list[EmergencyNumber]
    heading: str
    ways: list[tuple[str, list[Way]]]
    links: dict[str, Link]
    query: str
    """What stands behind the address of this way in, as we write it."""

    @staticmethod
    def of(chosen: Filter) -> IndexPage:
        """Make the index for a way in."""
        page = library().page("page", "abc", language())
        entries = [entry for entry in library().pages("entry", language()) if chosen.takes(entry)]
        situation = next((found for found in situations() if SITUATION_WORDS[found.word] == chosen.situation), None)
        way_in = situation or role(chosen.audience)
        return IndexPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            letters=by_letter(entries),
            number=len(entries),
            filter=chosen,
            way_in=way_in,
            numbers=named_numbers(["116111", "113", "112"]) if way_in and way_in.is_young else [],
            heading=_heading(chosen, situation),
            ways=_ways(chosen),
            links={entry.slug: reading.link(entry) for entry in entries},
            query=_query(chosen),
        )


def _query(chosen: Filter) -> str:
    named = (
        ("for", AUDIENCE_WORDS, chosen.audience),
        ("situasjon", SITUATION_WORDS, chosen.situation),
        ("omrade", AREA_WORDS, chosen.area),
    )
    found = [
        (argument, word) for argument, words, code in named for word, known in words.items() if code and known == code
    ]
    return f"?{urlencode(found)}" if found else ""


def _heading(chosen: Filter, situation: WayIn | None) -> str:
    if situation:
        return situation.name
    if chosen.audience:
        return str(AUDIENCES[chosen.audience])
    return str(AREAS[chosen.area]) if chosen.area else ""


def _ways(chosen: Filter) -> list[tuple[str, list[Way]]]:
    return [
        (
            str(_("By situation")),
            [
                Way(
                    found.name,
                    _abc("situasjon", found.word),
                    is_current=SITUATION_WORDS[found.word] == chosen.situation,
                )
                for found in situations()
            ],
        ),
        (
            str(_("By who you are")),
            [
                Way(str(AUDIENCES[code]), _abc("for", word), is_current=code == chosen.audience)
                for word, code in AUDIENCE_WORDS.items()
            ],
        ),
        (
            str(_("By area of life")),
            [
                Way(str(AREAS[code]), _abc("omrade", word), is_current=code == chosen.area)
                for word, code in AREA_WORDS.items()
            ],
        ),
    ]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry of the look-up book (ABC-2)."""

    page: Page
    short: Html
    sections: list[Section]
    local: Html
    todo: list[Point]
    numbers: list[EmergencyNumber]
    entries: list[Link]
    services: list[Link]
    tasks: list[Link]
    aids: list[Link]
    offers: list[Link]
    selfchecks: list[Link]
    sources: list[Source]
    upkeep: Upkeep
    description: str

    @staticmethod
    def of(page: Page) -> EntryPage:
        """Make the page of an entry."""
        return EntryPage(
            page=page,
            short=reading.section(page, "short"),
            sections=reading.sections(page, HEADINGS),
            local=reading.local(page),
            todo=reading.todo(page),
            numbers=named_numbers(page.listed("emergency")),
            entries=reading.links_of(page, "entry"),
            services=reading.links_of(page, "service"),
            tasks=reading.links_of(page, "task"),
            aids=reading.links_of(page, "aid"),
            offers=reading.links_of(page, "offer"),
            selfchecks=reading.selfcheck_links(page),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
            description=reading.section(page, "short").striptags(),
        )


@dataclass(frozen=True, slots=True)
class HandoutPage:
    """All entries, to tick those that somebody needs on paper; what was ticked stays ticked where it was too much."""

    letters: list[Letter]
    ticked: frozenset[str]
    fault: str

    @staticmethod
    def of(fault: str = "", ticked: frozenset[str] = frozenset()) -> HandoutPage:
        """Make the page."""
        return HandoutPage(by_letter(library().pages("entry", language())), ticked, fault)

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong, as (id of the field, words), for the summary on top."""
        return [("oppslag", self.fault)] if self.fault else []


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of running text: about, privacy, how we decide, young carers."""

    page: Page
    lead: Html
    body: Html
    local: Html
    numbers: list[EmergencyNumber]
    entries: list[Link]
    services: list[Link]
    sources: list[Source]
    upkeep: Upkeep

    @staticmethod
    def of(page: Page) -> TextPage:
        """Make a page of running text."""
        return TextPage(
            page=page,
            lead=reading.section(page, "lead"),
            body=reading.body(page),
            local=reading.local(page),
            numbers=named_numbers(page.listed("emergency")),
            entries=reading.links_of(page, "entry"),
            services=reading.links_of(page, "service"),
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
        )


@dataclass(frozen=True, slots=True)
class NumbersPage:
    """Every number to ring, the urgent ones first, then the municipality's own."""

    page: Page | None
    lead: Html
    body: Html
    urgent: list[EmergencyNumber]
    others: list[EmergencyNumber]

    @staticmethod
    def of() -> NumbersPage:
        """Make the page of emergency numbers."""
        page = library().page("page", "nodnummer", language())
        numbers = emergency_numbers()
        return NumbersPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            body=reading.body(page) if page else NOTHING,
            urgent=[number for number in numbers if number.is_emergency],
            others=[number for number in numbers if not number.is_emergency],
        )


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade and what it means."""

    slug: str
    word: str
    means: Html


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """The words of the trade in everyday words."""

    page: Page | None
    lead: Html
    terms: list[Term]

    @staticmethod
    def of() -> GlossaryPage:
        """Make the glossary."""
        page = library().page("page", "ordliste", language())
        terms = [
            Term(
                slug,
                localised(term["word"], language()),
                reading.html(localised(term["means"], language()), language()),
            )
            for slug, term in library().document("glossary").get("terms", {}).items()
        ]
        return GlossaryPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            terms=in_order(terms, lambda term: term.word),
        )


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """What this is in a further language, with the right to an interpreter (ABC-8)."""

    code: str
    name: str
    direction: str
    title: str
    what: Html
    emergency: list[tuple[EmergencyNumber, str]]
    interpreter: Html
    call_me: str
    card: list[str]
    not_checked: Html
    is_checked: bool

    @staticmethod
    def of(code: str) -> ForeignPage | None:
        """Make the page of a further language, or None where there is none."""
        written = library().foreign(code)
        if written is None:
            return None
        by_id = {number.id: number for number in emergency_numbers()}
        return ForeignPage(
            code=code,
            name=written["name"],
            direction=written["direction"],
            title=written["title"],
            what=reading.html(written["what"], "en"),
            emergency=[
                (by_id[number["number"]], number["text"])
                for number in written["emergency"]
                if number["number"] in by_id
            ],
            interpreter=reading.html(written["interpreter"], "en"),
            call_me=reading.filled(written["call_me"], "en"),
            card=[reading.filled(line, "en") for line in written["card"]],
            not_checked=reading.html(written["not_checked"], "en"),
            is_checked=bool(written.get("checked_by_native")),
        )


@dataclass(frozen=True, slots=True)
class ForeignsPage:
    """The further languages there is a page in."""

    page: Page | None
    lead: Html
    body: Html
    languages: list[tuple[str, str, str]]

    @staticmethod
    def of() -> ForeignsPage:
        """Make the list of further languages: code, own name, direction of writing."""
        page = library().page("page", "andre-sprak", language())
        found = [(code, library().foreign(code) or {}) for code in library().foreign_codes]
        return ForeignsPage(
            page=page,
            lead=reading.section(page, "lead") if page else NOTHING,
            body=reading.body(page) if page else NOTHING,
            languages=[(code, written["name"], written["direction"]) for code, written in found],
        )
