"""Whose page is written on: the text that all share, or a municipality's own."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.content.domain.kind import COMMON
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.pages import PageKey
from webapp.kernel.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Place:
    """A page as an editor opens it: whose it is (None: shared by all), its kind and its slug."""

    municipality: str | None
    kind: str
    slug: str

    @property
    def is_shared(self) -> bool:
        """Tell whether it is the text that all share."""
        return self.municipality is None

    @property
    def languages(self) -> tuple[str, ...]:
        """The parts that a page of this kind has: what is common, and a text in each language."""
        kind = KINDS.get(self.kind)
        return (COMMON, *LANGUAGES) if kind and not kind.is_document else (COMMON,)

    @property
    def id(self) -> str:
        """What the audit log knows it by."""
        return f"{self.kind}/{self.slug}"[:60]

    def key(self, language: str) -> PageKey:
        """Answer the key of one of its parts."""
        return PageKey(self.municipality, self.kind, self.slug, language)

    def shared_key(self, language: str) -> PageKey:
        """Answer the key of the shared part of the same page."""
        return PageKey(None, self.kind, self.slug, language)
