"""What a word is made of: its letters, how it sounds where it is misspelt, and its parts where it is a compound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")

_LINKS = ("", "s", "e")
"""What may stand between the parts of a compound: `snø|måking`, `trygghet|s|alarm`, `barn|e|barn`."""
_LEAST_PART, _LONGEST_COMPOUND = 2, 40

_SOUNDS = (
    ("aa", "a"), ("oe", "o"), ("ae", "e"), ("å", "a"), ("ø", "o"), ("æ", "e"), ("ö", "o"), ("ä", "e"), ("é", "e"),
    ("skj", "sj"), ("kj", "sj"), ("tj", "sj"), ("ch", "sj"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"), ("x", "ks"),
)  # fmt: skip
_FIRST_SOUNDS = (("hv", "v"), ("hj", "j"), ("gj", "j"), ("lj", "j"))
_TWICE = re.compile(r"(.)\1+")


def tidy(text: str) -> str:
    """Answer a text with each letter as one sign: some telephones write å as an a and a ring."""
    return unicodedata.normalize("NFC", text)


def words_of(text: str) -> list[str]:
    """Answer the words of a text in small letters, whatever signs stand between them."""
    return _WORD.findall(tidy(text).casefold())


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """Answer how a word is heard, roughly: most misspellings, and letters a keyboard lacks, sound the same."""
    for written, heard in _FIRST_SOUNDS:
        if word.startswith(written):
            word = heard + word.removeprefix(written)
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _TWICE.sub(r"\1", word)


class Splitter:
    """Splits compounds into parts that are all known."""

    def __init__(self, parts: Iterable[str], stem: Callable[[str], str], heard: Callable[[str], str] = str) -> None:
        """Know parts by their stems; `heard` makes stems alike that may be mixed up."""
        self._stem, self._heard = stem, heard
        self._stems = {heard(found): found for found in map(stem, parts)}
        self.split = lru_cache(maxsize=8192)(self._split)

    def _split(self, word: str) -> tuple[str, ...]:
        """Answer the stems of a compound's parts, the fewest that cover it; nothing for any other word."""
        if len(word) > _LONGEST_COMPOUND:
            return ()
        from_here: dict[int, tuple[str, ...]] = {}
        for at in range(len(word) - _LEAST_PART, -1, -1):
            last = self._part(word[at:])
            ways: list[tuple[str, ...]] = [(last,)] if last else []
            ways += [(first, *from_here[end]) for end in reversed(from_here) if (first := self._first(word[at:end]))]
            if ways:
                from_here[at] = min(ways, key=len)
        found = from_here.get(0, ())
        return found if len(found) > 1 else ()

    def _part(self, piece: str) -> str:
        return self._stems.get(self._heard(self._stem(piece)), "")

    def _first(self, piece: str) -> str:
        """Answer the stem of a part that another one follows, or an empty text where it is none."""
        parts = (self._part(piece.removesuffix(link)) for link in _LINKS if piece.endswith(link))
        return next(filter(None, parts), "")
