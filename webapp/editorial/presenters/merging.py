"""Two texts that have parted, side by side, and what they could be together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webapp.content.domain.fields import Field, Line, Text
from webapp.content.domain.pages import PageKey
from webapp.editorial.current import page_address
from webapp.editorial.domain.differences import Piece, differences, merged_text
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.common import part_name, title_of
from webapp.editorial.presenters.controls import told
from webapp.editorial.queries.upstream import Parted
from webapp.editorial.words import label

OURS, THEIRS, BOTH = "vart", "deres", "sammen"


@dataclass(frozen=True, slots=True)
class Item:
    """A field that has parted."""

    id: str
    name: str
    part: str
    ours: tuple[Piece, ...]
    """How our text came from what both began from."""
    theirs: tuple[Piece, ...]
    text: str
    """Both in one, where they do not meet; else ours. To be written on."""
    can_be_written: bool
    is_merged: bool
    is_import: bool
    fault: str


@dataclass(frozen=True, slots=True)
class MergePage:
    """Two texts that have parted."""

    title: str
    back: str
    action: str
    items: tuple[Item, ...]
    is_refused: bool
    changed: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
    """What has changed in the shared text where nothing of ours stands in its place: the field, and how."""


def merge_page(
    place: Place, parted: Sequence[Parted], fields: Mapping[PageKey, Sequence[Field]], faults: Mapping[str, str]
) -> MergePage:
    """Make the page."""
    address = page_address(place)
    items = tuple(_item(one, fields[one.key], faults.get(one.id, "")) for one in parted)
    return MergePage(title_of(place), address, f"{address}/flett", items, bool(faults))


def moved_page(
    place: Place, moved: Sequence[tuple[PageKey, Sequence[Field], Mapping[str, Any], Mapping[str, Any]]]
) -> MergePage:
    """Make the page of a shared text that has changed beside ours: of each part its fields, what was said, what is."""
    changed = [
        (
            f"{label(field.name, key.kind, field.type)} ({part_name(key.language)})",
            tuple(differences(told(before.get(field.name), field.type), told(now.get(field.name), field.type))),
        )
        for key, fields, before, now in moved
        for field in fields
        if field.name in before and before[field.name] != now.get(field.name)
    ]
    return replace(merge_page(place, (), {}, {}), changed=tuple(changed))


def _item(one: Parted, fields: Sequence[Field], fault: str) -> Item:
    kind = next((field.type for field in fields if field.name == one.field), Text())
    base, ours, theirs = (told(side, kind) for side in (one.base, one.ours, one.theirs))
    can_be_written = isinstance(kind, Line | Text)
    both = merged_text(base, ours, theirs) if can_be_written else None
    return Item(
        one.id, label(one.field, one.key.kind, kind), part_name(one.key.language), tuple(differences(base, ours)),
        tuple(differences(base, theirs)), both or ours, can_be_written, both is not None, one.is_import, fault,
    )  # fmt: skip
