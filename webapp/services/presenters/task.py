"""The answer to "who does this?", as what stands on its card."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.content import reading
from webapp.content.current import library
from webapp.content.domain.library import Page
from webapp.content.reading import Counting, Link, Source
from webapp.content.words import (
    ACTORS,
    TASK_AREAS,
)
from webapp.municipalities.domain.municipality import Contact
from webapp.services.domain.who_does_what import VOLUNTEER, Line, Stance, others_in_order
from webapp.web.i18n import language
from webapp.web.markdown import NOTHING, Html


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
    counting: Counting | None
    before: Line | None
    """The line that counts until a change to come does; None where the line is not what changes."""

    @staticmethod
    def of(page: Page) -> TaskCard:
        """Make the answer card of a task."""
        municipality, counting = library().municipality, reading.counting(page)
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
            local=reading.local(page),
            counting=counting,
            before=_line_before(page) if counting and counting.is_to_come else None,
        )


def _line_before(page: Page) -> Line | None:
    """Answer the line that the newest change replaced."""
    told = page.facts_history[0] if page.facts_history else {}
    before = told.get("fields", {}) if told.get("until") == page.changed_from else {}
    if not before.get("stance"):
        return None
    return Line(Stance(before["stance"]), bool(before.get("needs_decision", page.get("needs_decision"))))


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
            body=reading.body(page) if page else NOTHING,
            query=query,
            answers=[TaskCard.of(task) for task in found],
            areas=[(str(TASK_AREAS[area]), tasks) for area, tasks in by_area.items() if tasks],
        )


def _catalogue_order(page: Page) -> tuple[int, int]:
    heading, _dot, number = str(page.fields["number"]).partition(".")
    return int(heading), int(number)
