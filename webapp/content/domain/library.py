"""What one municipality's readers see: every page resolved to whose text it is and in which language.

Resolution (domain.md): a municipality's own words stand over the shared ones, field by field; the reader's
language, else bokmål, else any, with a notice. A municipality's local section is added to a shared page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from webapp.content.domain.addresses import AGREEMENT_PAGES
from webapp.content.domain.kind import COMMON, FULL, GOALS, SAID, SELFCHECKS
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.links import INTERNAL
from webapp.content.domain.pages import Fields, PageKey, PagePart
from webapp.kernel.alphabet import in_order
from webapp.kernel.language import best
from webapp.municipalities.domain.municipality import Municipality

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a reader gets it."""

    kind: str
    slug: str
    language: str
    """The language of the text, which may differ from the reader's."""
    asked: str
    """The language the reader asked for."""
    fields: Fields
    local: str
    """The municipality's own section, in Markdown; empty where there is none."""
    local_language: str
    is_own: bool
    """Whether any of the page is the municipality's own text or fact."""
    languages: frozenset[str]
    """The languages in which the page has a text."""
    history: tuple[Fields, ...] = ()
    """What the text in this language said before."""
    facts_history: tuple[Fields, ...] = ()
    """What the facts of the page said before."""

    @property
    def changed_from(self) -> str:
        """The day from which the newest change counts, in the text or the facts; empty where there was none."""
        return max((str(one["until"]) for one in (*self.history[:1], *self.facts_history[:1])), default="")

    @property
    def title(self) -> str:
        """The title of the page."""
        return str(self.fields.get("title", self.slug))

    @property
    def is_fallback(self) -> bool:
        """Tell whether the text is in another language than the reader asked for."""
        return self.language != self.asked

    def get(self, name: str, default: Any = "") -> Any:
        """Answer a field, or the default where the page does not have it."""
        return self.fields.get(name, default)

    def listed(self, name: str) -> list[Any]:
        """Answer a field that is a list; empty where the page does not have it."""
        return list(self.fields.get(name, ()))


class Library:
    """All published pages of one municipality at one version; never changed after it is made."""

    def __init__(self, municipality: Municipality, version: int, parts: Iterable[PagePart]) -> None:
        self.municipality = municipality
        self.version = version
        self._parts: dict[tuple[str, str], dict[tuple[bool, str], Fields]] = defaultdict(dict)
        self._histories: dict[tuple[str, str, str], tuple[Fields, ...]] = {}
        for part in parts:
            key = part.key
            self._parts[key.kind, key.slug][key.municipality is not None, key.language] = part.fields
            if part.history:
                self._histories[key.kind, key.slug, key.language] = part.history
        self._pages: dict[tuple[str, str, str], Page | None] = {}
        self._lists: dict[tuple[str, str], list[Page]] = {}

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.municipality.code

    @property
    def languages(self) -> tuple[str, ...]:
        """The municipality's languages."""
        return tuple(self.municipality.languages)

    def page(self, kind: str, slug: str, language: str) -> Page | None:
        """Answer a page for a reader of a language, or None where there is none."""
        key = (kind, slug, language)
        if key not in self._pages:
            self._pages[key] = self._resolve(kind, slug, language)
        return self._pages[key]

    def pages(self, kind: str, language: str) -> list[Page]:
        """Answer all pages of a kind in the Norwegian order of their titles."""
        if (kind, language) not in self._lists:
            slugs = [slug for found, slug in self._parts if found == kind]
            found = [page for slug in slugs if (page := self.page(kind, slug, language))]
            self._lists[kind, language] = in_order(found, lambda page: page.title)
        return self._lists[kind, language]

    def named(self, kind: str, slugs: Iterable[str], language: str) -> list[Page]:
        """Answer the pages of a kind by their slugs, in that order; those that are not there are left out."""
        return [page for slug in slugs if (page := self.page(kind, slug, language))]

    def document(self, name: str) -> Mapping[str, Any]:
        """Answer a document (staircase, numbers, situations, glossary, words); empty where it is not there."""
        return self._parts.get(("document", name), {}).get((False, COMMON), _NOTHING)

    def foreign(self, code: str) -> Mapping[str, Any] | None:
        """Answer the page of a further language by its code."""
        return self._parts.get(("foreign", code), {}).get((False, COMMON))

    def full_days(self, offer: str) -> frozenset[str]:
        """Answer the dates of an offer on which every place is given."""
        return frozenset(self._parts.get((FULL, offer), {}).get((True, COMMON), _NOTHING).get("days", ()))

    @property
    def said(self) -> Mapping[str, Any]:
        """What was changed because of what readers said, and which drafts are open for everybody."""
        return self._parts.get((SAID, SAID), {}).get((True, COMMON), _NOTHING)

    @property
    def goals(self) -> Mapping[str, Any] | None:
        """The municipality's goals as it has published them; None where it has not."""
        return self._parts.get((GOALS, GOALS), {}).get((True, COMMON))

    def selfcheck(self, slug: str) -> Mapping[str, Any] | None:
        """Answer a self-check, the municipality's own fields over the shared ones; None where there is none."""
        return self._file("selfcheck", slug)

    def plan(self, slug: str) -> Mapping[str, Any] | None:
        """Answer a ready-made plan, the municipality's own before the shared one; None where there is none."""
        return self._file("plan", slug)

    @cached_property
    def plan_slugs(self) -> list[str]:
        """The slugs of the ready-made plans, in their order."""
        return sorted({slug for kind, slug in self._parts if kind == "plan"})

    def _file(self, kind: str, slug: str) -> Mapping[str, Any] | None:
        parts = self._parts.get((kind, slug), {})
        own, shared = parts.get((True, COMMON)), parts.get((False, COMMON))
        return {**shared, **own} if own and shared and KINDS[kind].by_field else own or shared

    def standing(self, kind: str, slug: str) -> Mapping[str, Any]:
        """Answer what a municipality says itself in a standing text; nothing where it has no words of its own."""
        return self._file(kind, slug) or _NOTHING

    def image(self, slug: str) -> Mapping[str, Any] | None:
        """Answer what is told of an image, the municipality's own before the shared one; None where there is none."""
        parts = self._parts.get(("image", slug), {})
        return parts.get((True, COMMON)) or parts.get((False, COMMON))

    def images(self) -> Mapping[str, Mapping[str, Any]]:
        """Answer what is told of every image, by its slug."""
        slugs = sorted(slug for kind, slug in self._parts if kind == "image")
        return {slug: found for slug in slugs if (found := self.image(slug))}

    @cached_property
    def image_digests(self) -> frozenset[str]:
        """The forms of images that readers may be given."""
        return frozenset(form["digest"] for told in self.images().values() for form in told["forms"])

    def page_slugs(self) -> frozenset[tuple[str, str]]:
        """Answer kind and slug of everything that a text may link to."""
        return frozenset((kind, slug) for kind, slug in self._parts if kind in INTERNAL)

    @property
    def takes_agreements(self) -> bool:
        """Whether an agreement can be begun here; one that was begun goes on also where none can."""
        return "agreements" not in self.municipality.closed

    def is_closed(self, kind: str, slug: str) -> bool:
        """Tell whether a page of running text stands in a room that is closed, so that no text leads to it."""
        return kind == "page" and slug in AGREEMENT_PAGES and not self.takes_agreements

    def has_selfcheck(self, slug: str) -> bool:
        """Tell whether a self-check is open: by its file, or because the municipality has switched it on."""
        if "selfchecks" in self.municipality.closed:
            return False
        found = self.selfcheck(slug)
        return bool(found and (found.get("switched_on") or slug in self.municipality.facts.get("selfchecks", ())))

    @cached_property
    def selfcheck_slugs(self) -> list[str]:
        """The slugs of the self-checks, in the order of the table of them; others after."""
        found = {slug for kind, slug in self._parts if kind == "selfcheck"}
        known = [slug for slug in SELFCHECKS if slug in found]
        return known + sorted(found - set(known))

    @cached_property
    def foreign_codes(self) -> list[str]:
        """The codes of the further languages, in the order of their own names."""
        codes = [slug for kind, slug in self._parts if kind == "foreign"]
        return in_order(codes, lambda code: str((self.foreign(code) or _NOTHING)["name"]))

    def _resolve(self, kind: str, slug: str, language: str) -> Page | None:
        parts = self._parts.get((kind, slug))
        if not parts or kind not in KINDS:
            return None
        texts = {found for _, found in parts if found != COMMON}
        shared_texts = {found for own, found in parts if found != COMMON and not own}
        shown = best(shared_texts or texts, language)
        if language in texts:
            shown = language
        if shown is None:
            return None
        own_text = parts.get((True, shown), _NOTHING)
        base = parts.get((False, shown), _NOTHING)
        if not base and shared_texts and "title" not in own_text:
            shown = best(shared_texts, language) or shown
            base = parts.get((False, shown), _NOTHING)
            own_text = parts.get((True, shown), _NOTHING)
        own_common = parts.get((True, COMMON), _NOTHING)
        common = {**parts.get((False, COMMON), _NOTHING), **own_common}
        local_language = best({found for own, found in parts if own and parts[own, found].get("local")}, language)
        return Page(
            kind=kind,
            slug=slug,
            language=shown,
            asked=language,
            fields=_with_ask_texts({**common, **base, **own_text}, common.get("asks", ())),
            local=parts[True, local_language]["local"] if local_language else "",
            local_language=local_language or shown,
            is_own=bool(own_text or own_common or local_language),
            languages=frozenset(texts),
            history=self._histories.get((kind, slug, shown), ()),
            facts_history=self._histories.get((kind, slug, COMMON), ()),
        )


def _with_ask_texts(fields: dict[str, Any], asks: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A service's asks stand in two places, who in the common part and the words in the text: join them."""
    texts = fields.get("asks")
    if not isinstance(texts, dict):
        return fields
    return {**fields, "asks": [{**ask, "text": texts[ask["slug"]]} for ask in asks if ask["slug"] in texts]}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything published on this installation that a process knows, up to one sequence number."""

    parts: Mapping[PageKey, Fields]
    versions: Mapping[str, int]
    """The content version of each municipality."""
    sequence: int
    histories: Mapping[PageKey, tuple[Fields, ...]] = field(default_factory=dict)
    """What parts said before they were changed."""

    def with_changes(
        self,
        changed: Iterable[tuple[PagePart, int]],
        removed: Iterable[tuple[PageKey, int]],
        versions: Mapping[str, int],
    ) -> Shelf:
        """Answer the shelf after a publication: changed parts put in, removed ones taken out."""
        parts, histories = dict(self.parts), dict(self.histories)
        sequence = self.sequence
        for part, at in changed:
            parts[part.key] = part.fields
            if part.history:
                histories[part.key] = part.history
            sequence = max(sequence, at)
        for key, at in removed:
            parts.pop(key, None)
            sequence = max(sequence, at)
        return Shelf(parts, dict(versions), sequence, histories)

    def municipalities(self) -> list[Municipality]:
        """Answer the municipalities, by code."""
        keys = sorted(key for key in self.parts if key.kind == "municipality")
        return [Municipality(key.slug, self.parts[key]) for key in keys]

    def library(self, code: str) -> Library:
        """Answer what one municipality's readers see."""
        facts = self.parts[PageKey(code, "municipality", code, COMMON)]
        own = (
            PagePart(key, fields, self.histories.get(key, ()))
            for key, fields in self.parts.items()
            if key.municipality in {None, code}
        )
        return Library(Municipality(code, facts), self.versions.get(code, 0), own)


EMPTY = Shelf({}, {}, 0)
