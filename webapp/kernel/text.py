"""What can be said of a text alone: slugs, excerpts, and how hard it is to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import category

_INSIDE_NUMBER = re.compile(r"(?<=\d) (?=\d)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n{2,}|\n(?=[^\S\n]*(?:[-*]|\d+\.)\s)")
_NUMBERED = re.compile(r"^ *\d+\. +", re.MULTILINE)
_LINKED = re.compile(r"!?\[([^\[\]]*)\]\([^)]{0,600}\)")
_HEADING = re.compile(r"^ {0,3}#{1,6} *", re.MULTILINE)
_STAR_POINT = re.compile(r"^( *)\*(?= )", re.MULTILINE)
_MARKS = re.compile(r"[*_`>]")
_AROUND = " \n\t-"
"""What stands before a sentence and is none of it: spaces, and the mark of a list point."""
_LONG_WORD = 6


_WITHOUT_MARKS = str.maketrans("øåéöä", "oaeoa") | {ord("æ"): "ae"}


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def without_hidden(text: str) -> str:
    """Answer a text without control characters and signs that turn its direction; its lines, emoji and scripts stay."""
    return "".join(sign for sign in text if sign in "\n\t" or not (category(sign) in {"Cc", "Cs"} or sign in _TURNING))


def capital(text: str) -> str:
    """Answer a text that begins with a capital, and is otherwise as it was."""
    return text[:1].upper() + text[1:]


def unbroken(text: str) -> str:
    """Answer a text in which no number with spaces in it, such as a telephone number, is broken over two lines."""
    return _INSIDE_NUMBER.sub("\u00a0", text)


def is_slug(text: str) -> bool:
    """Tell whether a text is a slug: small letters a–z, digits and single hyphens, at most 80 characters."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None


def make_slug(text: str) -> str:
    """Answer a slug from a title: æ becomes ae, ø o, å a, and everything else a hyphen."""
    letters = text.lower().translate(_WITHOUT_MARKS)
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].rstrip("-")


def words(text: str) -> list[str]:
    """Answer the words of a text in their order; a hyphenated word is one."""
    return _WORD.findall(text)


def plain(markdown: str) -> str:
    """Answer a Markdown text without its marks: what a reader reads, with list points on lines of their own."""
    text = _HEADING.sub("", _LINKED.sub(r"\1", markdown))
    return _MARKS.sub("", _STAR_POINT.sub(r"\1-", text))


@dataclass(frozen=True, slots=True)
class Bare:
    """A Markdown text without its marks, that knows where each of its characters stood."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Answer where a stretch of this text stands in the Markdown; it has at least one character."""
        return self.places[start], self.places[end - 1] + 1


def bare(markdown: str) -> Bare:
    """Answer a text as `plain` does, with a hyphen for the number of a point, and the place of every character."""
    text, places = markdown, list(range(len(markdown)))
    for pattern, group, instead in _PASSES:
        text, places = _without(text, places, pattern, group, instead)
    return Bare(text, tuple(places))


_PASSES = ((_LINKED, 1, ""), (_HEADING, 0, ""), (_STAR_POINT, 1, "-"), (_MARKS, 0, ""), (_NUMBERED, 0, "- "))
"""What is taken away, in this order; of a group what stands in it is kept; and what is put instead."""


def _without(text: str, places: list[int], pattern: re.Pattern[str], group: int, instead: str) -> tuple[str, list[int]]:
    """Take away what a pattern finds, but for one group of it, and put a sign in its place."""
    texts: list[str] = []
    kept: list[int] = []
    at = 0
    for found in pattern.finditer(text):
        start, end = found.span(group) if group else (found.start(), found.start())
        texts += [text[at : found.start()], text[start:end], instead]
        kept += places[at : found.start()] + places[start:end] + places[end : end + len(instead)]
        at = found.end()
    return "".join([*texts, text[at:]]), kept + places[at:]


@dataclass(frozen=True, slots=True)
class Readability:
    """How hard a text is: LIX, number of words, average words a sentence."""

    lix: float
    words: int
    sentence: float


def readability(markdown: str) -> Readability:
    """Measure a text by LIX (Björnsson 1968): words a sentence + 100 × long words a word.

    A long word has more than six letters. A sentence ends at a full stop, question mark, exclamation
    mark or colon before a space, at an empty line, and before a list point.
    """
    return together(sentences_of(markdown))


def sentences_of(markdown: str) -> list[str]:
    """Answer the sentences of a Markdown text, as a reader reads them."""
    text = _NUMBERED.sub("- ", plain(markdown))
    return [text[start:end] for start, end in sentences(text)]


def together(parts: Iterable[str]) -> Readability:
    """Measure some sentences as one text."""
    found = [words(sentence) for sentence in parts]
    number, length = len(found), sum(map(len, found))
    if not length:
        return Readability(0.0, 0, 0.0)
    long_words = sum(1 for sentence in found for word in sentence if len(word) > _LONG_WORD)
    return Readability(round(length / number + 100 * long_words / length, 1), length, round(length / number, 1))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Answer where the sentences of a text without marks stand: each has a word, and no space around it."""
    at = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if _WORD.search(text, at, end):
            whole = text[at:end]
            yield at + len(whole) - len(whole.lstrip(_AROUND)), at + len(whole.rstrip())
        at = end


def excerpt(text: str, most: int = 160) -> str:
    """Answer the beginning of a text, cut at a word, with an ellipsis where something was cut."""
    line = " ".join(plain(text).split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", 0, most)
    return line[: cut if cut > 0 else most].rstrip(",;:–-") + " …"
