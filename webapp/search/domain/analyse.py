"""What a word is made of: its stem, its parts where it is a compound, and how it sounds where it is misspelt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")

_LEAST_STEM = 3
_ENDINGS = (
    "elsene", "ningane", "ningene", "ingane", "ingene", "heiten", "leiken",
    "ningar", "ningen", "ninger", "elsen", "elser", "heita", "heten", "heter",
    "ingar", "ingen", "inger", "ninga", "arane", "erene", "andes", "endes",
    "ande", "anes", "aren", "else", "ende", "enes", "eren", "erne", "heit", "inga", "leik", "ning",
    "ane", "ane", "are", "ene", "ens", "ere", "ers", "ets", "het", "ing",
    "ar", "as", "en", "er", "es", "et",
    "a", "e",
)  # fmt: skip
"""Endings of Norwegian words, bokmål and nynorsk, longest first; the short ones are the common ones."""
_LEAST_BEFORE = {"ning": 4, "ens": 4, "ers": 4, "ets": 4, "as": 4, "es": 4}
"""Endings that are part of the stem in short words: `regning` is regn and ing, `demens` is no genitive."""
_LINKS = ("", "s", "e")
"""What may stand between the parts of a compound: `snø|måking`, `trygghet|s|alarm`, `barn|e|barn`."""
_LEAST_PART, _LONGEST_COMPOUND = 2, 40

_SOUNDS = (
    ("aa", "a"), ("oe", "o"), ("ae", "e"), ("å", "a"), ("ø", "o"), ("æ", "e"),
    ("skj", "sj"), ("kj", "sj"), ("tj", "sj"), ("ch", "sj"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("c", "k"), ("q", "k"), ("w", "v"), ("z", "s"), ("x", "ks"),
)  # fmt: skip
_FIRST_SOUNDS = (("hv", "v"), ("hj", "j"), ("gj", "j"), ("lj", "j"))
_TWICE = re.compile(r"(.)\1+")


def words_of(text: str) -> list[str]:
    """Answer the words of a text in small letters, whatever signs stand between them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Answer a Norwegian word without its ending: `måker`, `måke` and `måking` are one, as are `hjem` and `hjemme`."""
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if len(rest) < len(word) and len(rest) >= _LEAST_BEFORE.get(ending, _LEAST_STEM):
            return rest[:-1] if rest.endswith("mm") else rest
    return word


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Answer how a word is heard, roughly: most misspellings, and letters a keyboard lacks, sound the same."""
    for written, heard in _FIRST_SOUNDS:
        if word.startswith(written):
            word = heard + word[len(written) :]
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _TWICE.sub(r"\1", word)


class Splitter:
    """Splits compounds into parts that are all known."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._stems = frozenset(stem(part) for part in parts)

    def split(self, word: str) -> tuple[str, ...]:
        """Answer the stems of a compound's parts, the fewest that cover it; nothing for any other word."""
        if len(word) > _LONGEST_COMPOUND:
            return ()
        ends: dict[int, tuple[str, ...]] = {}
        for at in range(len(word) - _LEAST_PART, -1, -1):
            ways = [(last,)] if (last := stem(word[at:])) in self._stems else []
            ways += [(first, *ends[end]) for end in reversed(ends) if (first := self._first(word[at:end]))]
            if ways:
                ends[at] = min(ways, key=len)
        found = ends.get(0, ())
        return found if len(found) > 1 else ()

    def _first(self, piece: str) -> str:
        """Answer the stem of a part that another one follows, or an empty text where it is none."""
        forms = (stem(piece.removesuffix(link)) for link in _LINKS if piece.endswith(link))
        return next((form for form in forms if form in self._stems), "")
