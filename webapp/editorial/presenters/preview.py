"""A draft that cannot be shown yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A draft that readers cannot meet yet, and what is missing."""

    title: str
    missing: list[str]
    notice: str
