"""The parts of a name as they are looked up: whole, without accents, never by their beginning (security.md §5)."""

from __future__ import annotations

import re
import unicodedata

_KEPT = frozenset("æøåäöü")
_PART = re.compile(r"[^\W\d_]+")


def name_parts(name: str) -> tuple[str, ...]:
    """Answer the parts of a name in their normal form, each once: «Åse-Marie Bjørnstad» is åse, marie, bjørnstad."""
    folded = unicodedata.normalize("NFC", name).casefold()
    plain = "".join(letter if letter in _KEPT else _without_accent(letter) for letter in folded)
    return tuple(dict.fromkeys(_PART.findall(plain)))


def plain_digits(telephone: str) -> str:
    """Answer a telephone number as digits alone, without the country's code."""
    digits = "".join(filter(str.isdecimal, telephone))
    return digits.removeprefix("0047").removeprefix("47") if len(digits) > 8 else digits


def _without_accent(letter: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", letter) if not unicodedata.combining(sign))
