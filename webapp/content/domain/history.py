"""What a page said before: kept so that a reader can see what has changed, and since when (TJ-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

MOST = 5
"""How many earlier texts are kept."""

_UPKEEP = frozenset({"reviewed", "review_by", "owner", "contributors", "note", "synonyms"})
"""Fields whose change a reader need not be told of."""


def remembered(
    history: list[dict[str, Any]], before: Mapping[str, Any], now: Mapping[str, Any], day: date
) -> list[dict[str, Any]]:
    """Answer the history with what a change on a day replaces: only the fields that differ, the newest first.

    A second change on the same day belongs to the first: what was there in the morning is what is remembered.
    """
    names = [name for name in {**before, **now} if name not in _UPKEEP and before.get(name) != now.get(name)]
    if not names:
        return history
    changed = {name: before.get(name) for name in names}
    if history and history[0]["until"] == day.isoformat():
        return [{"until": day.isoformat(), "fields": {**changed, **history[0]["fields"]}}, *history[1:]]
    return [{"until": day.isoformat(), "fields": changed}, *history][:MOST]
