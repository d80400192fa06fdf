"""What was published of a page, who did it, and what differs from what is published now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.content.domain.fields import Field
from webapp.editorial.current import page_address, part_word
from webapp.editorial.domain.differences import Piece, differences
from webapp.editorial.domain.places import Place
from webapp.editorial.domain.workflow import changed_fields
from webapp.editorial.models import RevisionRow, SaveRow
from webapp.editorial.presenters.common import People, part_name, title_of
from webapp.editorial.presenters.controls import told, told_raw
from webapp.editorial.words import label
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_date, write_time


@dataclass(frozen=True, slots=True)
class Line:
    """One publication of a part."""

    part: str
    number: int
    when: str
    who: str
    approved: str
    counts_from: str
    leaning: int
    href: str
    is_newest: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What was published of a page, the newest first."""

    title: str
    back: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, and how it became what it is."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """An earlier text of a part beside the one of now."""

    title: str
    back: str
    action: str
    heading: str
    told: str
    differences: tuple[Difference, ...]
    may_edit: bool


def history_page(place: Place, rows: Sequence[RevisionRow], people: People) -> HistoryPage:
    """Make the list."""
    address = page_address(place)
    newest: dict[str, int] = {}
    for row in rows:
        newest.setdefault(row.language, row.number)
    lines = tuple(
        Line(
            part_name(row.language), row.number, write_time(row.at), people.name(row.by) or str(_("From a file")),
            people.name(row.approved_by), write_date(row.counts_from), row.leaning,
            f"{address}/historikk/{part_word(row.language)}/{row.number}", newest[row.language] == row.number,
        )
        for row in rows
    )  # fmt: skip
    return HistoryPage(title_of(place), address, lines)


def revision_page(
    place: Place, row: RevisionRow, now: Mapping[str, Any], fields: Sequence[Field], *, may_edit: bool
) -> RevisionPage:
    """Make the page of one publication: what it said, beside what is said now."""
    changed = set(changed_fields(row.fields, now))
    address = f"{page_address(place)}/historikk"
    return RevisionPage(
        title=title_of(place),
        back=address,
        action=f"{address}/{part_word(row.language)}/{row.number}",
        heading=str(_("%(part)s, revision %(number)s", part=part_name(row.language), number=row.number)),
        told=str(_("Published %(time)s", time=write_time(row.at)) if row.by else _("From a file")),
        differences=tuple(
            Difference(
                label(one.name, place.kind, one.type),
                tuple(differences(told(row.fields.get(one.name), one.type), told(now.get(one.name), one.type))),
            )
            for one in fields if one.name in changed
        ),
        may_edit=may_edit and bool(changed),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SaveLine:
    """An earlier save of a draft, and what differs from what it says now."""

    revision: int
    words: str
    differences: tuple[Difference, ...]
    is_now: bool


@dataclass(frozen=True, slots=True)
class SavesPage:
    """The saves of a part of a draft, to go back to."""

    title: str
    back: str
    action: str
    part: str
    seen: int
    lines: tuple[SaveLine, ...]


def saves_page(
    place: Place, language: str, rows: Sequence[SaveRow], fields: Sequence[Field], people: People
) -> SavesPage:
    """Make the list of the saves that are kept."""
    address, now = f"{page_address(place)}/{part_word(language)}", rows[0].raw if rows else {}
    return SavesPage(
        title_of(place), address, f"{address}/lagringer", part_name(language), rows[0].revision if rows else 0,
        tuple(
            SaveLine(
                row.revision, str(_("%(time)s by %(name)s", time=write_time(row.at), name=people.name(row.by))),
                tuple(
                    Difference(
                        label(one.name, place.kind, one.type),
                        tuple(differences(
                            told_raw(row.raw.get(one.name, ""), one.type), told_raw(now.get(one.name, ""), one.type)
                        )),
                    )
                    for one in fields if row.raw.get(one.name) != now.get(one.name)
                ),
                row is rows[0],
            )
            for row in rows
        ),
    )  # fmt: skip
