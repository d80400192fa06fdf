"""Which counts may be shown: small ones are hidden, and none can be reckoned from the others (IN-2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

FEWEST = 5
"""A number below this could point at somebody."""


def is_hard_to_reckon(hidden: Collection[int]) -> bool:
    """Tell whether nobody who knows the sum of some hidden numbers, and that none is zero, can reckon one of them."""
    return not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST and sum(hidden) > len(hidden))


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Answer counts with None for those that are hidden.

    Whoever knows the sum could reckon a single hidden one, or many that are all one: then the smallest of the others
    is hidden with them, and where there is none, those that are zero.
    """
    hidden = {word for word, number in counts.items() if 0 < number < FEWEST}
    others = sorted((word for word in counts if counts[word] >= FEWEST), key=lambda word: counts[word])
    for word in others:
        if is_hard_to_reckon([counts[one] for one in hidden]):
            break
        hidden.add(word)
    if not is_hard_to_reckon([counts[one] for one in hidden]):
        hidden |= set(counts)
    return {word: None if word in hidden else number for word, number in counts.items()}
