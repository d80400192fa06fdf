"""The three-way merge of an import: what the file changed comes in, what was edited here stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Merged:
    """A page part after an import, and the fields where both sides had changed differently."""

    fields: dict[str, Any]
    conflicts: tuple[str, ...]


def merge(base: Mapping[str, Any] | None, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge field by field: `base` is the last imported text, `ours` stands here, `theirs` is the file.

    A field that only the file changed is taken from the file; one that was edited here stays as it is; one
    that both changed differently stays as it is and is named as a conflict.
    """
    before: Mapping[str, Any] = {} if base is None else base
    fields: dict[str, Any] = {}
    conflicts = []
    for name in [*theirs, *(name for name in ours if name not in theirs)]:
        was, here, there = (side.get(name, _ABSENT) for side in (before, ours, theirs))
        edited_here, changed_there = here != was, there != was
        kept = here if edited_here else there
        if edited_here and changed_there and here != there:
            conflicts.append(name)
        if kept is not _ABSENT:
            fields[name] = kept
    return Merged(fields, tuple(conflicts))
