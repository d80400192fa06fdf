"""What differs between two texts, word by word; and two changes of one text put together where they do not meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECE = re.compile(r"\s+|[^\W_]+|[\W_]")
MOST_PIECES = 12_000
"""Texts of more pieces than this are compared line by line: nobody waits for the finest answer."""


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and what became of it."""

    change: Change
    text: str


def pieces(text: str) -> list[str]:
    """Answer a text cut into words, spaces and signs; put together they are the text."""
    return _PIECE.findall(text)


def differences(before: str, after: str) -> list[Piece]:
    """Answer how one text became another: without what was added it is the first, without what was removed the second.

    Where only spaces stand unchanged between two changes they belong to the change, so that it can be read.
    """
    cut = pieces if max(len(before), len(after)) <= MOST_PIECES else _lines
    old, new = cut(before), cut(after)
    found: list[Piece] = []
    for change, text in _raw(old, new):
        _append(found, change, text)
    return list(_joined(found))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _raw(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Change, str]]:
    head = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if head is None:  # one is the beginning of the other; comparing like with like takes the square of its length
        head = min(len(old), len(new))
    yield Change.SAME, "".join(old[:head])
    old, new = old[head:], new[head:]
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change.SAME, "".join(old[i:j])
        else:
            yield Change.REMOVED, "".join(old[i:j])
            yield Change.ADDED, "".join(new[k:m])


def _append(found: list[Piece], change: Change, text: str) -> None:
    if not text:
        return
    if found and found[-1].change is change:
        found[-1] = Piece(change, found[-1].text + text)
    else:
        found.append(Piece(change, text))


def _joined(found: list[Piece]) -> Iterator[Piece]:
    removed, added = "", ""
    for number, piece in enumerate(found):
        is_bridge = piece.text.isspace() and "\n" not in piece.text and 0 < number < len(found) - 1
        if piece.change is Change.SAME and not is_bridge:
            yield from _told(removed, added)
            removed = added = ""
            yield piece
        else:
            removed += piece.text if piece.change is not Change.ADDED else ""
            added += piece.text if piece.change is not Change.REMOVED else ""
    yield from _told(removed, added)


def _told(removed: str, added: str) -> Iterator[Piece]:
    if removed == added:
        yield from [Piece(Change.SAME, removed)] if removed else []
        return
    if removed:
        yield Piece(Change.REMOVED, removed)
    if added:
        yield Piece(Change.ADDED, added)


def before_of(found: Sequence[Piece]) -> str:
    """Answer the text that there was before."""
    return "".join(piece.text for piece in found if piece.change is not Change.ADDED)


def after_of(found: Sequence[Piece]) -> str:
    """Answer the text that there was after."""
    return "".join(piece.text for piece in found if piece.change is not Change.REMOVED)


def merged_text(base: str, ours: str, theirs: str) -> str | None:
    """Answer both changes of a text in one, or None where they meet: then a person must say what is right."""
    if ours in {base, theirs}:
        return theirs
    if theirs == base:
        return ours
    old = pieces(base)
    if max(len(base), len(ours), len(theirs)) > MOST_PIECES:
        return None
    here, there = _edits(old, pieces(ours)), _edits(old, pieces(theirs))
    if any(_meet(one, other) for one in here for other in there if one != other):
        return None
    result, at = [], 0
    for begin, end, text in sorted({*here, *there}):
        result += [*old[at:begin], text]
        at = end
    return "".join([*result, *old[at:]])


def _edits(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, str]]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(i, j, "".join(new[k:m])) for tag, i, j, k, m in opcodes if tag != "equal"]


def _meet(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Tell whether two changes touch: also where they stand side by side, for then their order would be a guess."""
    return one[0] <= other[1] and other[0] <= one[1]
