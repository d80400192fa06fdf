"""What a draft would publish: its values, what is wrong with them, whether somebody else must look first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from webapp.agreements import lists
from webapp.content import queries as published
from webapp.content.domain import standing
from webapp.content.domain.check import Finding, check, kind_of, measure, too_hard
from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.fields import Field
from webapp.content.domain.kind import COMMON, NOTE
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.library import Library, Shelf
from webapp.content.domain.merge import merge
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.files import fields_of
from webapp.editorial.domain import written
from webapp.editorial.domain.instruments import changed_in, locked_in
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import SETTINGS, changed_fields, needs_approval, watched
from webapp.editorial.domain.written import Fault
from webapp.editorial.models import DraftPartRow, DraftRow
from webapp.editorial.queries import drafts
from webapp.kernel.language import LANGUAGES
from webapp.selfchecks.domain.questionnaire import read as read_selfcheck
from webapp.selfchecks.domain.trial import trials

PREFIX = "f"
"""Begins the names of the fields in a form."""
_WHOLE_PAGE = frozenset({"common.yaml", "nb.md"})


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What would become of one part."""

    key: PageKey
    before: Mapping[str, Any] | None
    """What is published now; nothing for a part that is not there."""
    after: Mapping[str, Any]
    faults: tuple[Fault, ...]
    conflicts: tuple[str, ...]
    """Fields that somebody published another way since the draft was begun."""
    is_over_shared: bool

    @property
    def changed(self) -> list[str]:
        """The fields that would say something else."""
        return changed_fields(self.before or {}, self.after)

    @property
    def is_taken_away(self) -> bool:
        """Tell whether nothing of a municipality's own is left over the shared part."""
        return self.is_over_shared and not self.after

    @property
    def watched(self) -> list[str]:
        """The changed fields that two people always look at."""
        return watched(self.key.kind, self.key.language, self.changed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft would publish as a whole."""

    place: Place
    parts: tuple[PartPlan, ...]
    findings: tuple[Finding, ...]
    is_wanted: bool
    """Whether the municipality wants a second pair of eyes on everything."""
    leaning: int
    """How many agreements in force lean on the page."""

    @property
    def changed(self) -> tuple[PartPlan, ...]:
        """The parts that would say something else."""
        return tuple(part for part in self.parts if part.changed)

    @property
    def watched(self) -> list[str]:
        """The changed fields that two people always look at."""
        return sorted({name for part in self.parts for name in part.watched})

    @property
    def is_approval_needed(self) -> bool:
        """Tell whether somebody else must approve it."""
        return needs_approval(is_shared=self.place.is_shared, is_wanted=self.is_wanted, watched_fields=self.watched)

    @property
    def is_right(self) -> bool:
        """Tell whether nothing has to be mended first."""
        return not self.findings and not any(part.faults or part.conflicts for part in self.parts)


def fields_for(place: Place, language: str, parts: Mapping[PageKey, PagePart]) -> tuple[Field, ...]:
    """Answer the fields that a part may have; on a municipality's own page those that it needs are required."""
    key = place.key(language)
    if place.kind in standing.OF_KIND:
        used = standing.OF_KIND[place.kind][place.slug].fields
        return tuple(field for field in fields_of(key) if field.name in {*used, NOTE.name})
    if place.is_shared or place.kind == "municipality" or is_over_shared(place, parts):
        return fields_of(key)
    kind = kind_of(key)
    return kind.common if language == COMMON else kind.texts


def is_whole(kind: str) -> bool:
    """Tell whether a municipality's own page of a kind is always whole, and never lies field by field over another."""
    return kind in DOCUMENT_KINDS or (kind in KINDS and not KINDS[kind].lies_over)


def is_over_shared(place: Place, parts: Mapping[PageKey, PagePart]) -> bool:
    """Tell whether a municipality's own page lies over a shared one, or over the words of the site."""
    if place.kind in standing.OF_KIND:
        return True
    return (
        not place.is_shared
        and not is_whole(place.kind)
        and any(place.shared_key(language) in parts for language in place.languages)
    )


def plan_of(session: Session, row: DraftRow, shelf: Shelf, reader: str, *, today: date) -> Plan:
    """Answer what a draft would publish now; `reader` is the municipality in which it is looked at."""
    place = drafts.place_of(row)
    stored = published.parts_of(session, place.kind, place.slug, place.municipality or reader)
    parts = tuple(_planned(place, part, stored) for part in drafts.parts(session, row).values())
    is_wanted = wants_four_eyes(shelf, place.municipality or reader)
    found = tuple(findings(place, parts, stored, shelf))
    return Plan(place, parts, found, is_wanted, leaning(session, place, shelf, today=today))


def _planned(place: Place, row: DraftPartRow, stored: Mapping[PageKey, PagePart]) -> PartPlan:
    key = place.key(row.language)
    over = is_over_shared(place, stored)
    read = written.read(row.raw, fields_for(place, row.language, stored), PREFIX, row.base)
    now = stored[key].fields if key in stored else None
    fields, conflicts = read.fields, tuple[str, ...]()
    if now is not None and row.base is not None and row.base != now:
        unseen = {name: row.base[name] for name in ("version",) if place.kind == "consent" and name in row.base}
        merged = merge(row.base, {**read.fields, **unseen}, now)
        fields, conflicts = merged.fields, merged.conflicts
    if place.kind == "consent":
        fields = standing.raised(now, fields)
    return PartPlan(key, now, fields, read.faults, conflicts, over)


def findings(
    place: Place, parts: Sequence[PartPlan], stored: Mapping[PageKey, PagePart], shelf: Shelf
) -> list[Finding]:
    """Answer what would be wrong across the page and its links, as a check of the files finds it."""
    planned = {part.key: PagePart(part.key, part.after) for part in parts if not part.is_taken_away}
    gone = {part.key for part in parts if part.is_taken_away}
    beside = {key: part for key, part in stored.items() if key not in gone} | planned
    if place.kind == "task":  # whose numbers must differ
        own = {None, place.municipality}
        beside = {
            **{key: PagePart(key, fields) for key, fields in shelf.parts.items()
               if key.kind == "task" and key.language == COMMON and key.municipality in own}, **beside,
        }  # fmt: skip
    if place.kind == "municipality":
        beside = {
            **{key: PagePart(key, fields) for key, fields in shelf.parts.items() if key.kind == "municipality"},
            **beside,
        }
        staircase = PageKey(None, "document", "staircase", COMMON)
        beside |= {staircase: PagePart(staircase, shelf.parts[staircase])} if staircase in shelf.parts else {}
    found = [*check(beside, [key for key in shelf.parts if key not in gone]), *too_hard(measure(planned))]
    whole = [part.key for part in parts if place.kind == "selfcheck" and not part.faults and part.key in planned]
    found += [one for key in whole for one in _of_instrument(key, beside, stored)]
    found += [] if found else [one for key in whole for one in _of_examples(laid_over(beside, key), key)]
    return [
        one for one in found
        if one.key.kind == place.kind and one.key.slug == place.slug and one.key.municipality == place.municipality
        and (one.key in planned or (one.field in _WHOLE_PAGE and planned))
    ]  # fmt: skip


def _of_instrument(
    key: PageKey, beside: Mapping[PageKey, PagePart], stored: Mapping[PageKey, PagePart]
) -> Iterator[Finding]:
    """Find what is changed of an instrument by others."""
    before = laid_over(stored, key._replace(municipality=None)) or laid_over(stored, key)
    for name in changed_in(before, laid_over(beside, key)):
        yield Finding(key, name, "is another than the instrument has; allowed: as it was published")


def _of_examples(fields: Mapping[str, Any], key: PageKey) -> Iterator[Finding]:
    """Find the examples of a self-check that do not come out right."""
    found = trials(read_selfcheck(key.slug, fields), fields.get("vectors", ()))
    for number, trial in enumerate(found, start=1):
        if trial.differs:
            yield Finding(key, f"vectors[{number}]", f"comes out otherwise; differs: {', '.join(trial.differs)}")


def laid_over(parts: Mapping[PageKey, PagePart], key: PageKey) -> dict[str, Any]:
    """Answer the fields of a part as its readers get them: a municipality's own over the shared ones."""
    shared, own = parts.get(key._replace(municipality=None)), parts.get(key)
    return {**(shared.fields if shared else {}), **(own.fields if own else {})}


def locked(place: Place, stored: Mapping[PageKey, PagePart], *, may_set: bool) -> frozenset[str]:
    """Answer the fields of a page that are not the caller's to change: settings, and an instrument by others."""
    if place.kind == "municipality":
        return frozenset() if may_set else SETTINGS
    if place.kind != "selfcheck":
        return frozenset({"forms"} if place.kind == "image" else ())
    shared = place.shared_key(COMMON)
    return locked_in(laid_over(stored, shared if shared in stored else place.key(COMMON)))


def wants_four_eyes(shelf: Shelf, municipality: str) -> bool:
    """Tell whether a municipality wants somebody else to approve whatever is published."""
    facts = shelf.parts.get(PageKey(municipality, "municipality", municipality, COMMON), {})
    return bool(facts.get("four_eyes"))


def leaning(session: Session, place: Place, shelf: Shelf, *, today: date) -> int:
    """Answer how many agreements in force lean on a page: a task itself, or the tasks that hang on a service."""
    if place.kind not in {"task", "service"}:
        return 0
    codes = [place.municipality] if place.municipality else list(shelf.versions)
    return sum(len(lists.leaning_on(session, code, _tasks(place, shelf, code), today=today)) for code in codes)


def _tasks(place: Place, shelf: Shelf, code: str) -> list[str]:
    if place.kind == "task":
        return [place.slug]
    library: Library = shelf.library(code)
    pages = {page.slug: page for language in LANGUAGES for page in library.pages("task", language)}
    return [slug for slug, page in pages.items() if place.slug in page.listed("services")]


def shown(session: Session, row: DraftRow, reader: str) -> tuple[list[PagePart], list[PageKey], list[Fault]]:
    """Answer the parts as a reader of a draft sees them, those that are taken away, and what keeps it from being shown.

    Where something is not right yet, what is published stands in its place.
    """
    place = drafts.place_of(row)
    stored = published.parts_of(session, place.kind, place.slug, place.municipality or reader)
    parts, gone, missing = [], [], []
    for part in drafts.parts(session, row).values():
        planned = _planned(place, part, stored)
        fields = dict(planned.after)
        for fault in planned.faults:
            name = fault.at.split(".")[1] if "." in fault.at else ""
            known = (planned.before or {}).get(name)
            if known is not None:
                fields[name] = known
            else:
                fields.pop(name, None)
            if known is None and _is_needed(place, part.language, stored, name):
                missing.append(fault)
        if planned.is_taken_away:
            gone.append(planned.key)
        else:
            parts.append(PagePart(planned.key, fields))
    return parts, gone, missing


def _is_needed(place: Place, language: str, stored: Mapping[PageKey, PagePart], name: str) -> bool:
    return any(field.name == name and field.required for field in fields_for(place, language, stored))
