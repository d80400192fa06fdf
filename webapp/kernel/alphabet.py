"""The Norwegian alphabet: Æ, Ø and Å stand last, and aa is sorted as å."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"

_PLAIN = str.maketrans({"é": "e", "è": "e", "ê": "e", "ó": "o", "ò": "o", "ô": "o", "à": "a", "á": "a", "ü": "u",
                        "ä": "æ", "ö": "ø", "č": "c", "đ": "d", "ŋ": "n", "š": "s", "ŧ": "t", "ž": "z"})  # fmt: skip
_RANK = {letter: number for number, letter in enumerate(LETTERS.lower(), start=1)}

T = TypeVar("T")


def sort_key(text: str) -> tuple[tuple[int, ...], str]:
    """Answer a key that puts texts in Norwegian order; signs and digits come before letters."""
    plain = text.casefold().translate(_PLAIN).replace("aa", "å")
    return tuple(_RANK.get(letter, 0) for letter in plain if letter.isalnum()), text


def first_letter(text: str) -> str:
    """Answer the letter under which a text stands in an index, or # where it begins with none."""
    plain = text.casefold().translate(_PLAIN)
    letter = ("å" if plain.startswith("aa") else plain[:1]).upper()
    return letter if letter and letter in LETTERS else "#"


def in_order(things: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """Answer things in the Norwegian order of their texts."""
    return sorted(things, key=lambda thing: sort_key(text(thing)))
