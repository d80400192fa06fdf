"""What must hold of the shared book as a whole: no page is lost, all languages say the same, texts are plain.

`avklart content check` says it to those who write. An import does not refuse it: a page that nothing leads to
yet, or that lacks a language, harms no reader.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from statistics import fmean
from typing import Any, TypeAlias

from webapp.content.domain.check import MOST_LIX, Finding, Measured
from webapp.content.domain.fields import Listing, Ref
from webapp.content.domain.kind import COMMON, LINKS, SITUATIONS
from webapp.content.domain.links import LINK, PLACEHOLDER, internal
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.tongues import bokmal_in, norwegian_in
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import readability

MEAN_LIX = 40.0
MEAN_SENTENCE = 20.0
ENTRIES_TO_A_SERVICE = 2
ENOUGH_WORDS = 40
"""A text with fewer words is too short for a mean to say anything of it."""

Node: TypeAlias = tuple[str, str]
"""A page, by its kind and slug."""
Parts: TypeAlias = Mapping[PageKey, PagePart]

_REACHED = ("entry", "aid", "offer")
"""The kinds of pages that another page must lead to; of services and tasks more is asked."""
_DOCUMENTS = ("document", "selfcheck", "plan")
"""The kinds that have their languages in one file."""
_LEADING = ("entry", "service", "task", "aid", "offer", "page")
"""The kinds of pages that must lead on."""
_KIND_OF = {"selfchecks": "selfcheck"} | {
    field.name: field.type.of.kind for field in LINKS
    if isinstance(field.type, Listing) and isinstance(field.type.of, Ref)
}  # fmt: skip
_ONE_OF = ("entry", "service")
"""What names a single page: the point of a plan does."""
_TELEPHONE = re.compile(r"\b(?:11[0-3]|\d{3} \d{3}|\d{3} \d{2} \d{3}|\d{2} \d{2} \d{2} \d{2})\b")
_READERS_OWN = "synonyms"
"""What readers call a page is a language's own: as many as it has."""
_OWN = "own"
"""The translation of a self-check that is no instrument of somebody else's; of those no word is touched."""


def check_book(parts: Parts, measured: list[Measured]) -> Iterator[Finding]:
    """Find what is wrong in the shared pages as a whole; `measured` are the texts of pages and of documents."""
    shared = {key: part for key, part in parts.items() if key.municipality is None}
    yield from _check_links(shared)
    yield from _check_situations(shared)
    yield from _check_languages(shared)
    yield from _check_words(parts)
    yield from _check_means(measured)


def measure_documents(parts: Parts) -> list[Measured]:
    """Measure the texts of documents and self-checks, a language at a time; instruments of others are left out."""
    measured = []
    for key, part in parts.items():
        if key.kind not in _DOCUMENTS or key.slug == "words":
            continue
        by_language: dict[str, list[str]] = defaultdict(list)
        for _, language, text in _texts(part.fields, COMMON):
            by_language[language].append(text)
        for language in LANGUAGES:
            found = readability("\n\n".join(by_language[language]))
            if found.words and part.fields.get("translation", {}).get(language, _OWN) == _OWN:
                measured.append(Measured(key._replace(language=language), found))
    return measured


def _texts(value: Any, language: str, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Answer every text of a value with its place and its language, which a name on the way may say."""
    match value:
        case str():
            yield at, language, value
        case Mapping():
            for name, one in value.items():
                if name != _READERS_OWN:
                    yield from _texts(one, name if name in LANGUAGES else language, f"{at}.{name}" if at else name)
        case list() | tuple():
            for number, one in enumerate(value, start=1):
                yield from _texts(one, language, f"{at}[{number}]")


def _references(value: Any) -> Iterator[Node]:
    """Answer every page that a value names."""
    match value:
        case Mapping():
            for name, one in value.items():
                if name in _KIND_OF and isinstance(one, list):
                    yield from ((_KIND_OF[name], slug) for slug in one)
                elif name in _ONE_OF and isinstance(one, str):
                    yield name, one
                else:
                    yield from _references(one)
        case list() | tuple():
            for one in value:
                yield from _references(one)


def _leads_to(parts: Parts) -> dict[Node, set[Node]]:
    """Answer where each page leads, by its lists and by the links in its texts."""
    found: dict[Node, set[Node]] = defaultdict(set)
    for key, part in parts.items():
        here = key.kind, key.slug
        found[here].update(_references(part.fields))
        for _, _, text in _texts(part.fields, key.language):
            found[here].update(page for link in LINK.finditer(text) if (page := internal(link.group(2))))
        found[here].discard(here)
    return found


def _check_links(shared: Parts) -> Iterator[Finding]:
    leads_to = _leads_to(shared)
    led_from: dict[Node, set[Node]] = defaultdict(set)
    for here, pages in leads_to.items():
        for page in pages:
            led_from[page].add(here)
    for key in shared:
        if key.language != COMMON or key.kind not in _LEADING:
            continue
        here = key.kind, key.slug
        kinds = Counter(kind for kind, _ in led_from[here])
        if not leads_to[here]:
            yield Finding(key, "entries", "leads nowhere; allowed: a page that leads on to another")
        if key.kind in _REACHED and not kinds:
            yield Finding(key, "page", "is not reached from any page; allowed: a page that another leads to")
        if key.kind == "service" and kinds["entry"] < ENTRIES_TO_A_SERVICE:
            message = f"is reached from {kinds['entry']} entries; allowed: at least {ENTRIES_TO_A_SERVICE}"
            yield Finding(key, "page", message)
        if key.kind == "task" and not kinds["entry"] + kinds["service"]:
            yield Finding(key, "page", "is not reached from any entry or service; allowed: from at least one")


def _check_situations(shared: Parts) -> Iterator[Finding]:
    key = PageKey(None, "document", "situations", COMMON)
    if key not in shared:
        return
    situations = shared[key].fields.get("situations", {})
    for name in SITUATIONS:
        slug = name.replace("_", "-")
        situation = situations.get(slug, {})
        for language in LANGUAGES:
            if not situation.get("first", {}).get(language):
                place = f"situations.{slug}.first.{language}"
                yield Finding(key, place, "is missing; allowed: at least one first step for every situation")


def _check_languages(shared: Parts) -> Iterator[Finding]:
    """A page says the same in every language: its fields, its points to do, its links, facts and telephone numbers."""
    for key, part in shared.items():
        if key.language == COMMON and key.kind != "foreign":
            yield from _check_localised(key, part.fields)
        if key.language != "nb":
            continue
        for language in LANGUAGES:
            other = key._replace(language=language)
            if other not in shared:
                yield Finding(key, "page", f"is not there in {language}; allowed: a page in every language")
            else:
                yield from _check_alike(other, part.fields, shared[other].fields)


def _check_alike(key: PageKey, bokmal: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Finding]:
    for name in sorted({*bokmal, *other} - {_READERS_OWN}):
        if name not in bokmal or name not in other:
            where = "bokmål" if name not in bokmal else key.language
            yield Finding(key, name, f"is missing in {where}; allowed: the same fields in every language")
        elif isinstance(bokmal[name], list) and len(bokmal[name]) != len(other[name]):
            message = f"has {len(other[name])} lines, and {len(bokmal[name])} in bokmål; allowed: as many"
            yield Finding(key, name, message)
    for what, find in _ALIKE.items():
        for missing in sorted(find(bokmal) ^ find(other)):
            has = "in bokmål only" if missing in find(bokmal) else f"in {key.language} only"
            yield Finding(key, "text", f"has the {what} '{missing}' {has}; allowed: the same in every language")


def _check_localised(key: PageKey, value: Any, at: str = "") -> Iterator[Finding]:
    match value:
        case Mapping():
            if value and value.keys() <= set(LANGUAGES):
                for language in sorted(set(LANGUAGES) - value.keys()):
                    yield Finding(key, f"{at}.{language}", "is missing; allowed: a text in every language")
                for what, find in _ALIKE.items():
                    found = {language: find(one) for language, one in value.items()}
                    if len(set(map(frozenset, found.values()))) > 1:
                        yield Finding(key, at, f"has not the same {what} in every language; allowed: the same")
                return
            for name, one in value.items():
                yield from _check_localised(key, one, f"{at}.{name}" if at else name)
        case list() | tuple():
            for number, one in enumerate(value, start=1):
                yield from _check_localised(key, one, f"{at}[{number}]")


def _found_by(pattern: re.Pattern[str], group: int) -> Callable[[Any], set[str]]:
    def find(value: Any) -> set[str]:
        return {found.group(group) for _, _, text in _texts(value, "") for found in pattern.finditer(text)}

    return find


_ALIKE = {
    "link": _found_by(LINK, 2),
    "fact": _found_by(PLACEHOLDER, 1),
    "telephone number": _found_by(_TELEPHONE, 0),
}
"""What stands in a text in every language or in none: who forgets a number leaves somebody without help."""


def _check_words(parts: Parts) -> Iterator[Finding]:
    for key, part in parts.items():
        if key.kind in {"municipality", "foreign"} or (key.kind, key.slug) == ("document", "words"):
            continue
        translation = part.fields.get("translation", {}) if key.kind == "selfcheck" else {}
        for place, language, text in _texts(part.fields, key.language):
            if translation.get(language, _OWN) != _OWN or (key.slug == "glossary" and ".word." in place):
                continue
            if language == "nn":
                for word in bokmal_in(text):
                    yield Finding(key, place, f"has '{word}', which is bokmål; allowed: nynorsk")
            elif language == "en":
                for word in norwegian_in(text):
                    message = f"has '{word}' in the running text; allowed: English, with the Norwegian in brackets"
                    yield Finding(key, place, message)


def _check_means(measured: list[Measured]) -> Iterator[Finding]:
    """Texts are plain on average, and the sentences of each page are short on average."""
    for language in ("nb", "nn"):
        found = [item for item in measured if item.key.language == language and item.key.municipality is None]
        mean = fmean(item.readability.lix for item in found) if found else 0.0
        if mean > MEAN_LIX:
            message = f"has LIX {mean:.1f} on average in {language}; allowed: at most {MEAN_LIX:g}"
            yield Finding(found[0].key, "text", message)
    for item in measured:
        if item.readability.words < ENOUGH_WORDS:
            continue
        in_one_file = item.key.kind in _DOCUMENTS
        key = item.key._replace(language=COMMON) if in_one_file else item.key
        if item.readability.sentence > MEAN_SENTENCE:
            message = f"has {item.readability.sentence} words a sentence; allowed: at most {MEAN_SENTENCE:g} on average"
            yield Finding(key, "text", message)
        if in_one_file and item.key.language != "en" and item.readability.lix > MOST_LIX:
            message = f"has LIX {item.readability.lix} in {item.key.language}; allowed: at most {MOST_LIX:g}"
            yield Finding(key, "text", message)
