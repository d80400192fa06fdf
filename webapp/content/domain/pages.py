"""A content page as data: what a file holds and what the database keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Fields: TypeAlias = Mapping[str, Any]


class PageKey(NamedTuple):
    """What a page part is known by: whose it is (None: shared by all), kind, slug, language or `common`."""

    municipality: str | None
    kind: str
    slug: str
    language: str


@dataclass(frozen=True, slots=True)
class PagePart:
    """The common part of a page, or its text in one language."""

    key: PageKey
    fields: Fields
    history: tuple[Fields, ...] = ()
    """What the text said before: `until` and the fields that differed, the newest first."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a content file."""

    path: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.field}: {self.message}"
