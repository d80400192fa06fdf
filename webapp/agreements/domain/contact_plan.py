"""The contact plan as the rules see it: who is in contact with whom, in free words, and whom in it they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W\d_]+")


def named_in(lines: Iterable[Mapping[str, str]], people: Mapping[str, str]) -> frozenset[str]:
    """Answer the parties whom the plan names by their first name; `people` is what everybody is called, by id.

    Where two have the same first name, both are: it is better that one hears of it who need not.
    """
    words = {word for line in lines for told in ("who", "whom") for word in _words(line.get(told, ""))}
    return frozenset(one for one, name in people.items() if words.intersection(_words(name)[:1]))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
