"""What is remarked in a text while it is written, and the rules that every text of content must hold.

A remark has a matter (whose sentence stands on screen in the reader's language), a place in the text, and the
words that its sentence names. The same rules decide what the import of files refuses (`check.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from webapp.content.domain.fields import UNSEEN
from webapp.content.domain.links import IMAGE, LINK, OUTSIDE, PLACEHOLDER, internal
from webapp.kernel.links import misleads
from webapp.kernel.text import Bare


class Matter(StrEnum):
    """What a remark is about."""

    MISSING = "missing"
    TOO_LONG = "too long"
    LINE_BREAK = "line break"
    UNSEEN = "unseen"
    WRONG_FORM = "wrong form"
    BROKEN_LINK = "broken link"
    FOREIGN_LINK = "foreign link"
    UNREADABLE_LINK = "unreadable link"
    MISLEADING_LINK = "misleading link"
    UNKNOWN_FACT = "unknown fact"
    BROKEN_IMAGE = "broken image"
    FOREIGN_IMAGE = "foreign image"
    IMAGE_NOT_HERE = "image not here"
    NO_ALT = "no alt text"
    HTML = "html"
    AMOUNT = "amount"
    HEADING_TOO_HIGH = "heading too high"
    HEADING_JUMP = "heading jump"
    HARD_TEXT = "hard text"
    HARD_SENTENCE = "hard sentence"
    LONG_SENTENCE = "long sentence"
    LONG_PARAGRAPH = "long paragraph"
    LONG_SECTION = "long section"
    JARGON = "jargon"
    HEAVY_WORD = "heavy word"
    ABBREVIATION = "abbreviation"
    PASSIVE = "passive"
    EMPTY_LINK_WORDS = "empty link words"


ADVICE = frozenset({
    Matter.HARD_SENTENCE, Matter.LONG_SENTENCE, Matter.LONG_PARAGRAPH, Matter.LONG_SECTION, Matter.JARGON,
    Matter.HEAVY_WORD, Matter.ABBREVIATION, Matter.PASSIVE, Matter.EMPTY_LINK_WORDS,
})  # fmt: skip
"""What an editor may leave as it is; everything else is mended before a text is published."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is remarked: what, at which field, where in its text, and the words that its sentence names."""

    matter: Matter
    start: int
    end: int
    """The place in the text of the field, as it is written; both 0 where the remark is about the whole of it."""
    words: str = ""
    instead: str = ""
    field: str = ""

    @property
    def is_advice(self) -> bool:
        """Tell whether a text may be published though this is remarked."""
        return self.matter in ADVICE


Exists: TypeAlias = Callable[[str, str], bool]
"""Tells whether there is a page, or an image, of a kind and slug."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text may name, and where it stands: pages and images that exist, facts, whether it shows images."""

    exists: Exists
    facts: Collection[str]
    shows_images: bool = False
    names_amounts: bool = False
    """Whether it is a municipality's own facts, which may name an amount."""
    alt: Callable[[str], bool] = field(default=lambda _slug: True)
    """Tells whether an image has its words in the language of the text, or is there for the eye only."""


_AMOUNT = re.compile(r"\b(?:kr\.?|NOK)\s*\d|\d[\d\s]{0,9}(?:kroner|kr|NOK)\b|\d,-", re.IGNORECASE)
_ANY_IMAGE = re.compile(r"!\[")
_RAW_HTML = re.compile(r"</?[a-zA-Z][^>]{0,300}>")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+([^\n]*)|$)", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?![ \t]*(?:[-*#>]|\d+\.))([^\n]+)\n {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)
"""A heading written by a line of - or = below it."""
_HIGHEST = 3
"""The first heading inside a section: the page has one h1, and its sections are h2."""


def must(text: str, bare: Bare, ground: Ground) -> Iterator[Remark]:
    """Remark what a text of content may not have, wherever it stands."""
    yield from _links(text, ground)
    yield from _images(text, ground)
    for found in PLACEHOLDER.finditer(text):
        if found.group(1) not in ground.facts:
            yield Remark(Matter.UNKNOWN_FACT, *found.span(), found.group(1))
    if found_html := _RAW_HTML.search(text):
        yield Remark(Matter.HTML, *found_html.span(), found_html.group())
    if not ground.names_amounts:
        for amount in _AMOUNT.finditer(bare.text):
            yield Remark(Matter.AMOUNT, *bare.span(*amount.span()), amount.group())


def _links(text: str, ground: Ground) -> Iterator[Remark]:
    for found in LINK.finditer(text):
        words, target = found.groups()
        page = internal(target)
        if page and not ground.exists(*page):
            yield Remark(Matter.BROKEN_LINK, *found.span(), target)
        elif not page and not target.startswith(OUTSIDE):
            yield Remark(Matter.FOREIGN_LINK, *found.span(), target)
        elif not page and misleads(words, target):
            yield Remark(Matter.MISLEADING_LINK, *found.span(), words, target)
    read = {found.end(1) for pattern in (LINK, IMAGE) for found in pattern.finditer(text)}
    for ending in re.finditer(r"\]\(", text):
        if ending.start() not in read and not _belongs_to_an_image(text, ending.start()):
            yield Remark(Matter.UNREADABLE_LINK, *ending.span())
            return


def _belongs_to_an_image(text: str, at: int) -> bool:
    begins = text.rfind("[", max(0, at - 600), at)
    return begins > 0 and text[begins - 1] == "!"


def _images(text: str, ground: Ground) -> Iterator[Remark]:
    ours = {found.start(): found for found in IMAGE.finditer(text)}
    for mark in _ANY_IMAGE.finditer(text):
        found = ours.get(mark.start())
        if found is None:
            yield Remark(Matter.FOREIGN_IMAGE, *mark.span())
        elif not ground.shows_images:
            yield Remark(Matter.IMAGE_NOT_HERE, *found.span(), found.group(2))
        elif not ground.exists("image", found.group(2)):
            yield Remark(Matter.BROKEN_IMAGE, *found.span(), found.group(2))
        elif not found.group(1).strip() and not ground.alt(found.group(2)):
            yield Remark(Matter.NO_ALT, *found.span(), found.group(2))


def headings(text: str) -> Iterator[Remark]:
    """Remark headings that stand above their section, and those that skip a level."""
    found = list(_HEADING.finditer(text))
    for heading in found:
        if len(heading.group(1)) < _HIGHEST:
            yield Remark(Matter.HEADING_TOO_HIGH, *heading.span(), (heading.group(2) or "").strip())
    for underlined in _UNDERLINED.finditer(text):
        if underlined.group(1).strip():
            yield Remark(Matter.HEADING_TOO_HIGH, *underlined.span(), underlined.group(1).strip())
    levels = [_HIGHEST - 1, *(max(len(heading.group(1)), _HIGHEST) for heading in found)]
    for (above, level), heading in zip(pairwise(levels), found, strict=True):
        if level > above + 1:
            yield Remark(Matter.HEADING_JUMP, *heading.span(), (heading.group(2) or "").strip())


def unseen(text: str) -> Iterator[Remark]:
    """Remark the first character that nobody can see."""
    if found := UNSEEN.search(text):
        yield Remark(Matter.UNSEEN, *found.span(), f"U+{ord(found.group()):04X}")
