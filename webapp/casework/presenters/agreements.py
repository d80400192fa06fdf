"""What staff see of agreements: the list, one agreement as it waits for them, and the municipality's own word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from webapp.agreements import catalogue, queries
from webapp.agreements.actions.office import may_be_written_down
from webapp.agreements.domain.comparison import compare, derived_part
from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.findings import Finding, urgency
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import RoundState
from webapp.agreements.lists import VIEWS
from webapp.agreements.queries import Agreement, Whole
from webapp.agreements.words import KINDS, OWN_PARTS, STATES, STATUSES, THEMES
from webapp.casework.presenters.common import Names, name_of
from webapp.casework.presenters.inbox import Way
from webapp.casework.words import AGREEMENT_EMPTY, AGREEMENT_VIEWS, message
from webapp.identity.actions.invitations import Contact
from webapp.kernel.clock import local_day
from webapp.kernel.ids import write_readable
from webapp.kernel.text import without_hidden
from webapp.web.i18n import write_date, write_telephone, write_time

LIST = "/saker/avtaler"


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One agreement in a list."""

    href: str
    name: str
    reference: str
    what: str
    state: str
    gaps: str
    who: str
    changed: str

    @classmethod
    def of(cls, row: Agreement, name: str, names: Names, own: str) -> AgreementLine:
        """Answer the line of an agreement."""
        who = gettext("nobody has it") if row.caseworker is None else name_of(row.caseworker, names)
        return cls(
            href=f"{LIST}/{row.id}",
            name=without_hidden(name) or gettext("No name"),
            reference=write_readable(row.reference),
            what=str(THEMES[Theme(row.theme)]),
            state=state_words(row),
            gaps=ngettext("%(num)s without reserve", "%(num)s without reserve", row.unreserved)
            if row.unreserved
            else "",
            who=str(gettext("you have it")) if row.caseworker == own else str(who),
            changed=write_time(row.changed_at),
        )


def state_words(row: Agreement) -> str:
    """Answer where an agreement stands; where a round is under way on a version in force, both."""
    standing = queries.standing_of(row)
    words = str(STATES[standing.state])
    if standing.is_in_force and standing.round is not RoundState.NONE:
        return str(gettext("%(state)s, with a change under way", state=words))
    return words


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    """A page of the agreements of a view."""

    lines: list[AgreementLine]
    views: list[Way]
    view: str
    empty: str
    next: str
    message: str

    @classmethod
    def of(
        cls, view: str, rows: Sequence[Agreement], residents: Mapping[str, str], names: Names, own: str, *,
        next_page: str, key: str,
    ) -> AgreementsPage:  # fmt: skip
        """Answer a page of agreements."""
        return cls(
            lines=[AgreementLine.of(row, residents.get(row.id, ""), names, own) for row in rows],
            views=[Way(f"{LIST}?vis={one}", str(AGREEMENT_VIEWS[one]), one == view) for one in VIEWS],
            view=view,
            empty=str(AGREEMENT_EMPTY[view]),
            next=next_page,
            message=message(key),
        )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in an agreement, as staff see them: how to reach them, what waits for staff."""

    id: str
    name: str
    kind: str
    basis: str
    telephone: str
    email: str
    address: str
    is_confirmed: bool
    has_answered: bool
    is_resident: bool
    has_left: bool
    declined: str
    """Why they did not sign, where they have written it."""
    can_be_written_down: bool


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word that somebody wrote to the municipality only; it is answered by telephone."""

    name: str
    telephone: str
    words: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One task as it stands: its status, and whether it lacks a reserve."""

    title: str
    status: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement as staff see it."""

    id: str
    href: str
    base: str
    reference: str
    name: str
    state: str
    what: str
    who: str
    is_mine: bool
    is_free: bool
    is_over: bool
    is_held: bool
    is_cooperation: bool
    unreserved: int
    deadline: str
    people: list[PersonLine]
    words: list[WordLine]
    findings: list[FindingLine]
    can_meet: bool
    can_speak: bool
    can_sign_paper: bool
    is_in_force: bool
    review: str
    message: str

    @classmethod
    def of(
        cls, found: Whole, contacts: Mapping[str, Contact], words: Mapping[str, str], names: Names, own: str, *,
        key: str,
    ) -> AgreementPage:  # fmt: skip
        """Answer the page of an agreement; answers stand on it only once the comparison is open."""
        row, people = found.row, _people(found, contacts)
        standing = queries.standing_of(row)
        is_open = standing.round in {RoundState.SETTLING, RoundState.SIGNING}
        return cls(
            id=row.id,
            href=f"{LIST}/{row.id}",
            base=f"/{row.language}/avtale/{row.id}",
            reference=write_readable(row.reference),
            name=next((one.name for one in people if one.is_resident), ""),
            state=state_words(row),
            what=str(THEMES[Theme(row.theme)]),
            who=gettext("nobody has it") if row.caseworker is None else name_of(row.caseworker, names),
            is_mine=row.caseworker == own,
            is_free=row.caseworker is None,
            is_over=standing.is_over,
            is_held=row.is_held,
            is_cooperation=row.is_cooperation,
            unreserved=row.unreserved,
            deadline=write_date(local_day(row.deadline_at)) if row.deadline_at else "",
            people=people,
            words=[
                WordLine(one.name, one.telephone, words[one.id]) for one in people if one.id in words
            ],
            findings=_findings(found) if is_open else [],
            can_meet=standing.round in {RoundState.DRAFT, RoundState.CLARIFYING, RoundState.SETTLING},
            can_speak=standing.round is RoundState.SETTLING,
            can_sign_paper=standing.round is RoundState.SIGNING,
            is_in_force=bool(row.version) and not standing.is_over,
            review=write_date(row.review_on) if row.review_on else "",
            message=message(key),
        )  # fmt: skip


def _people(found: Whole, contacts: Mapping[str, Contact]) -> list[PersonLine]:
    lines = []
    for one in found.people:
        details, contact = found.details[one.id], contacts.get(one.invitation or "")
        lines.append(
            PersonLine(
                id=one.id,
                name=without_hidden(details.name),
                kind=str(KINDS[PartyKind(one.kind)]),
                basis=without_hidden(details.basis_note),
                telephone=write_telephone((contact.telephone if contact else "") or without_hidden(details.telephone)),
                email=(contact.email or "") if contact else "",
                address=without_hidden(details.address),
                is_confirmed=one.is_confirmed,
                has_answered=one.answered_at is not None,
                is_resident=one.kind == PartyKind.RESIDENT,
                has_left=one.left_at is not None,
                declined=without_hidden(details.decline_reason),
                can_be_written_down=may_be_written_down(found.row, one),
            )
        )
    return lines


def findings_of(found: Whole) -> list[Finding]:
    """Answer the findings of an agreement, the most urgent first."""
    return sorted(compare(found.parties, found.rules, found.expectations, catalogue.stances(found.tasks)), key=urgency)


def _findings(found: Whole) -> list[FindingLine]:
    titles = {task.key: catalogue.title_of(task) for task in found.tasks}
    return [
        FindingLine(titles[finding.task], str(STATUSES[finding.status]), finding.is_critical)
        for finding in findings_of(found)
    ]


@dataclass(frozen=True, slots=True)
class OurLine:
    """A task that somebody expects of the municipality, and what it usually does about it."""

    task: str
    title: str
    usual: str
    """What it usually does, as the value that is chosen."""
    usual_words: str
    said: str
    """What a caseworker has said already; empty where nobody has."""
    note: str
    why: str


@dataclass(frozen=True, slots=True)
class OurPage:
    """The municipality's own word about the tasks that are expected of it."""

    href: str
    reference: str
    lines: list[OurLine]
    parts: list[tuple[str, str]]

    @classmethod
    def of(cls, found: Whole) -> OurPage:
        """Answer the tasks on which somebody names the municipality, and not those that the family has among itself."""
        named = {finding.task for finding in findings_of(found) if MUNICIPALITY in finding.named}
        lines = [_our_line(found, task.key, catalogue.title_of(task)) for task in found.tasks if task.key in named]
        parts = (OwnPart.WILL, OwnPart.AFTER_DECISION, OwnPart.PARTLY, OwnPart.CANNOT)
        return cls(
            f"{LIST}/{found.row.id}", write_readable(found.row.reference), lines,
            [(part.value, str(OWN_PARTS[part])) for part in parts],
        )  # fmt: skip


def _our_line(found: Whole, key: str, title: str) -> OurLine:
    page, said = catalogue.task_page(key), found.answers.get((MUNICIPALITY, key))
    usual = derived_part(catalogue.line_of(page)) if page else None
    part = said.expectation.own_part if said else None
    return OurLine(
        task=key,
        title=title,
        usual=usual.value if usual else "",
        usual_words=str(OWN_PARTS[usual]) if usual else gettext("no practice is published"),
        said=part.value if part else "",
        note=said.note if said else "",
        why=str(page.get("why")) if page else "",
    )


def words_to_us(sheets: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """Answer the words to the municipality only, by party; empty ones are left out."""
    return {party: str(sheet["words"]) for party, sheet in sheets.items() if sheet.get("words")}
