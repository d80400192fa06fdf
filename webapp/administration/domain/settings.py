"""The settings of a municipality: which facts stand together on a page, what a change is, and what undoing it takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from webapp.kernel.errors import ConflictError

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "rooms": ("closed", "selfchecks"),
    "languages": ("languages",),
    "contact": ("name", "telephone", "hours", "open_until", "email", "address", "contacts"),
    "look": ("accent",),
    "arms": ("arms",),
    "retention": ("retention",),
    "rules": ("signing", "four_eyes", "attachments"),
    "receivers": ("notice",),
}
"""The page on which a fact is changed."""
OTHER = "other"
TEXTS = frozenset({"telephone", "hours", "open_until", "email", "address", "contacts"})
"""The facts that are texts for readers: where two look at every text, they are changed in the editorial office."""
_BY_FIELD = {field: section for section, fields in SECTIONS.items() for field in fields}

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that became another; None stands for a fact that is left out."""

    field: str
    before: Any
    after: Any

    @property
    def section(self) -> str:
        """The page on which the fact is changed."""
        return section_of(self.field)


def section_of(field: str) -> str:
    """Answer on which page a fact is changed."""
    return _BY_FIELD.get(field, OTHER)


def fingerprint(facts: Facts, fields: Iterable[str]) -> str:
    """Answer a word for what some facts say: another word where any of them says something else."""
    told = {field: facts.get(field) for field in fields}
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def changes(before: Facts, after: Facts) -> list[Change]:
    """Answer what became another, in the order of the facts."""
    names = dict.fromkeys([*before, *after])
    return [
        Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]  # fmt: skip


def with_values(facts: Facts, values: Mapping[str, Any]) -> dict[str, Any]:
    """Answer facts with some of them changed; None leaves a fact out."""
    found = {**facts, **values}
    return {name: value for name, value in found.items() if value is not None}


def undone(facts: Facts, made: Iterable[Change]) -> dict[str, Any]:
    """Answer the values that undo changes; raise ConflictError where a fact has become something else since."""
    wanted = list(made)
    if any(facts.get(one.field) != one.after for one in wanted):
        raise ConflictError("it was changed since")
    return {one.field: one.before for one in wanted}
