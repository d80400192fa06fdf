"""Words of danger for life in a free text: whoever writes them is shown whom to ring at once (domain.md, scoring).

Nothing else comes of it: nothing is stored, nobody is alerted, no result changes, and the sending is never stopped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = re.compile(r"[\W_]+")


def speaks_of_danger(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a text holds one of some phrases, as whole words, however it is written."""
    said = f" {_plain(text)} "
    return any(f" {_plain(phrase)} " in said for phrase in phrases)


def _plain(text: str) -> str:
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
