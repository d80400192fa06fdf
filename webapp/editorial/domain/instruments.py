"""What nobody here may change in a self-check: the words and the counting of an instrument that others have made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LOCKED = frozenset({
    "version", "switched_on", "recall", "translation", "licence", "questions", "scores", "vectors",
})  # fmt: skip
"""What is taken as it was published, or not at all; whether it is open is a setting of the municipality."""
_BAND = ("id", "score", "from", "to", "when")
"""Where a level begins and ends is the instrument's; what it is called and says here is ours."""


def is_by_others(fields: Mapping[str, Any]) -> bool:
    """Tell whether a self-check is an instrument by others: its questions are not our own in every language."""
    return any(origin != "own" for origin in fields.get("translation", {}).values())


def locked_in(fields: Mapping[str, Any]) -> frozenset[str]:
    """Answer the fields of a self-check that nobody may change."""
    return LOCKED if is_by_others(fields) else frozenset()


def changed_in(fields: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Answer what would be changed of an instrument, and may not be."""
    if not is_by_others(fields):
        return
    yield from sorted(name for name in LOCKED if fields.get(name) != after.get(name))
    if _limits(fields) != _limits(after):
        yield "bands"


def _limits(fields: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(band.get(name) for name in _BAND) for band in fields.get("bands", ())]
