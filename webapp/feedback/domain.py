"""What somebody says of the pages: its sort, what is taken out of it before it is kept, what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, decimal, normalize

from webapp.kernel.pid import is_pid

MOST_SENTENCE = 500
MOST_SUGGESTION = 1000
MOST_COMMENT = 2000
MOST_TITLE = 120
MOST_NAME = 80
ASKED = ("entry", "service", "task", "aid", "offer", "page")
"""The kinds of pages that ask whether the reader found the answer."""
TAKEN_OUT = "[…]"
"""What stands where something was taken out."""


class Sort(StrEnum):
    """What somebody wrote."""

    SENTENCE = "sentence"
    """On a page, beside the answer yes or no."""
    SUGGESTION = "suggestion"
    """A page that is missing."""
    COMMENT = "comment"
    """On a draft that is open for comment."""


class State(StrEnum):
    """What became of it."""

    OPEN = "open"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOTED = "noted"
    """There was nothing to change: thanks, or nothing that can be understood."""


class Removed(StrEnum):
    """What was taken out of a text."""

    NUMBER = "number"
    """A personal number, a telephone number, or another long number that could be one."""
    ADDRESS = "address"
    """An e-mail address."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it may be kept, and what was taken out of it."""

    text: str
    removed: frozenset[Removed] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is left that says anything."""
        return not any(sign.isalnum() for sign in self.text) and not _pictures(self.text)


_HIDDEN = "\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
"""Signs that cannot be seen, with which a number or an address could be split."""
_BETWEEN = rf"[^\S\n]|[{_HIDDEN}.,·•:;/\\|_~*'’()\[\]+–—‑−-]"
_NUMBER = re.compile(rf"\d(?:(?:{_BETWEEN}){{0,4}}\d){{6,}}")
"""Seven digits or more, with or without signs between them: 113 and 116 117 are not that long, and years neither."""
_IN_TWO = re.compile(r"(?<!\d)(\d{6})([^\d]{1,40})(\d{5})(?!\d)")
"""A date of birth and the rest of a personal number, apart."""
_AT = r"(?:@|[(\[{<]\s{0,2}(?:at|a|krøllalfa|alfakrøll)\s{0,2}[)\]}>]|\b(?:krøllalfa|alfakrøll)\b)"
_ADDRESS = re.compile(rf"[^\s@]{{1,80}}[^\S\n]{{0,3}}{_AT}[^\S\n]{{0,3}}[^\s@]{{1,120}}", re.IGNORECASE)
_LINK = re.compile(
    r"https?:|www\.|\[url|<a\s|\b[\w-]{2,60}\.(?:com|net|org|info|biz|ru|cn|xyz|top|shop|site|online|click|io|me|co)\b",
    re.IGNORECASE,
)


def without_personal(text: str) -> Cleaned:
    """Answer a text without personal numbers, telephone numbers and e-mail addresses.

    Every long number goes, whether its control digits fit or not. Two shorter ones go where they are a personal number
    together, by its control digits: a date of birth and five digits, with words between them. Where something shows
    only when signs of other shapes are read as what they stand for (１２３, ①), the text is kept in their plain shape.
    """
    as_written, as_read = _clean(text), _clean(normalize("NFKC", text))
    return as_read if as_read.text.count(TAKEN_OUT) > as_written.text.count(TAKEN_OUT) else as_written


def _clean(text: str) -> Cleaned:
    without_addresses, addresses = _ADDRESS.subn(TAKEN_OUT, text)
    without_numbers, numbers = _NUMBER.subn(TAKEN_OUT, without_addresses)
    cleaned = _IN_TWO.sub(_together, without_numbers)
    is_number = bool(numbers) or cleaned != without_numbers
    found = {Removed.ADDRESS: bool(addresses), Removed.NUMBER: is_number}
    return Cleaned(cleaned, frozenset(what for what, is_there in found.items() if is_there))


def _together(found: re.Match[str]) -> str:
    date, between, rest = found.groups()
    digits = "".join(str(decimal(sign)) for sign in date + rest)
    return f"{TAKEN_OUT}{between}{TAKEN_OUT}" if is_pid(digits, synthetic=True) else found.group()


def _pictures(text: str) -> bool:
    return any(category(sign) == "So" for sign in text)


def is_probably_spam(*texts: str) -> bool:
    """Tell whether something is held apart: there are links in it, which nobody needs to say what is missing."""
    return any(_LINK.search(normalize("NFKC", text)) for text in texts)


def fold(*texts: str) -> str:
    """Answer what is the same for texts that differ only in spaces, signs and capitals."""
    return "\0".join(" ".join(re.findall(r"[^\W_]+", normalize("NFKC", text).casefold())) or text for text in texts)
