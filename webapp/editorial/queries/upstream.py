"""Where a text here and a text above it have parted: an import and an edit, or one's own text and the shared one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from webapp.content import queries as published
from webapp.content.domain.library import Shelf
from webapp.content.domain.pages import PageKey
from webapp.editorial.domain.places import Place
from webapp.editorial.queries import drafts


@dataclass(frozen=True, slots=True)
class Parted:
    """A field that says one thing here and another above: what both began from, ours, theirs."""

    key: PageKey
    field: str
    base: Any
    ours: Any
    theirs: Any
    is_import: bool
    """Whether it came with an import of files, and not from the shared text."""

    @property
    def id(self) -> str:
        """What the form knows it by."""
        return f"{self.key.language}.{self.field}"

    @property
    def place(self) -> Place:
        """The page it is in."""
        return Place(self.key.municipality, self.key.kind, self.key.slug)


@dataclass(frozen=True, slots=True)
class Moved:
    """A shared text that has changed under a municipality's own since it was last looked at."""

    key: PageKey
    """The municipality's own part."""
    digest: str
    """Of what the shared text says now."""
    is_told: bool
    """Whether editors were told of it by mail."""

    @property
    def place(self) -> Place:
        """The page it is in."""
        return Place(self.key.municipality, self.key.kind, self.key.slug)


def digest_of(fields: Mapping[str, Any]) -> str:
    """Answer what a text is known by."""
    return sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def moved(session: Session, municipality: str, shelf: Shelf) -> list[Moved]:
    """Answer the shared texts that have changed under a municipality's own, whether or not the two meet."""
    found = []
    for (kind, slug, language), row in sorted(drafts.bases(session, municipality).items()):
        key = PageKey(municipality, kind, slug, language)
        shared = shelf.parts.get(key._replace(municipality=None))
        if shared is None or not row.shared or not shelf.parts.get(key):
            continue
        digest = digest_of(shared)
        if digest != row.shared:
            found.append(Moved(key, digest, row.told == digest))
    return found


def parted(session: Session, municipality: str, shelf: Shelf) -> list[Parted]:
    """Answer every field that has parted, in shared texts and a municipality's own."""
    return [*_from_imports(session, municipality, shelf), *_from_shared(session, municipality, shelf)]


def _from_imports(session: Session, municipality: str, shelf: Shelf) -> list[Parted]:
    found = []
    for row in published.conflicts(session, municipality):
        key = PageKey(row.municipality, row.kind, row.slug, row.language)
        ours = shelf.parts.get(key, {}).get(row.field)
        found.append(Parted(key, row.field, row.sides.get("base"), ours, row.sides.get("theirs"), is_import=True))
    return found


def _from_shared(session: Session, municipality: str, shelf: Shelf) -> list[Parted]:
    found = []
    for (kind, slug, language), row in sorted(drafts.bases(session, municipality).items()):
        key = PageKey(municipality, kind, slug, language)
        own: Mapping[str, Any] = shelf.parts.get(key, {})
        shared: Mapping[str, Any] = shelf.parts.get(key._replace(municipality=None), {})
        for name in own:
            was, now = row.fields.get(name), shared.get(name)
            if name in {*row.fields, *shared} and was != now and own[name] != now:
                found.append(Parted(key, name, was, own[name], now, is_import=False))
    return found
