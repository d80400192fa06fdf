"""Which counts may be shown: small ones are hidden, and none can be reckoned from the others (IN-2)."""

from __future__ import annotations

from collections.abc import Mapping

FEWEST = 5
"""A number below this could point at somebody."""


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Answer counts with None for those that are hidden.

    Whoever knows the sum could reckon a single hidden one: then the smallest of the others is hidden with it.
    """
    hidden = {word for word, number in counts.items() if 0 < number < FEWEST}
    others = sorted((word for word in counts if counts[word] >= FEWEST), key=lambda word: counts[word])
    for word in others:
        if not hidden or (len(hidden) > 1 and sum(counts[one] for one in hidden) >= FEWEST):
            break
        hidden.add(word)
    return {word: None if word in hidden else number for word, number in counts.items()}
