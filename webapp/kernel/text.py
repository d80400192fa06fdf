"""What can be said of a text alone: slugs, excerpts, and how hard it is to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import category

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n{2,}|\n(?=\s*(?:[-*]|\d+\.)\s)")
_NUMBERED = re.compile(r"^ *\d+\. +", re.MULTILINE)
_LONG_WORD = 6


_WITHOUT_MARKS = str.maketrans("øåéöä", "oaeoa") | {ord("æ"): "ae"}


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def without_hidden(text: str) -> str:
    """Answer a text without control characters and signs that turn its direction; its lines, emoji and scripts stay."""
    return "".join(sign for sign in text if sign in "\n\t" or not (category(sign) in {"Cc", "Cs"} or sign in _TURNING))


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
    text = re.sub(r"!?\[([^\[\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"^ {0,3}#{1,6} *", "", text, flags=re.MULTILINE)
    text = re.sub(r"^( *)\*(?= )", r"\1-", text, flags=re.MULTILINE)
    return re.sub(r"[*_`>]", "", text)


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
    text = _NUMBERED.sub("- ", plain(markdown))
    found = words(text)
    if not found:
        return Readability(0.0, 0, 0.0)
    sentences = max(1, sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)))
    long_words = sum(1 for word in found if len(word) > _LONG_WORD)
    length = len(found) / sentences
    return Readability(round(length + 100 * long_words / len(found), 1), len(found), round(length, 1))


def excerpt(text: str, most: int = 160) -> str:
    """Answer the beginning of a text, cut at a word, with an ellipsis where something was cut."""
    line = " ".join(plain(text).split())
    if len(line) <= most:
        return line
    cut = line.rfind(" ", 0, most)
    return line[: cut if cut > 0 else most].rstrip(",;:–-") + " …"
