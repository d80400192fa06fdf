"""The screens of «Skriv til kommunen» in their order: which comes next, which is missing, at most six (HE-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.referrals.domain.referral import FOR_OTHERS, Whom

Draft = Mapping[str, Mapping[str, Any]]
"""Screen → what was filled in on it."""

FIRST, PERSON, ABOUT, TELL, CONTACT, CHECK = "for", "hvem", "om", "fortell", "kontakt", "se-over"
SCREENS = (FIRST, PERSON, ABOUT, TELL, CONTACT, CHECK)

TOPICS = (
    "daily_life", "nursing", "memory", "falls", "aids", "caregiver", "mental_health", "housing", "company", "other",
)  # fmt: skip
"""What it may be about, in everyday words; several may be ticked."""


def whom(draft: Draft) -> Whom | None:
    """Answer whom it is for; None before that was said."""
    said = draft.get(FIRST, {}).get("whom", "")
    return Whom(said) if said in set(Whom) else None


def screens(draft: Draft) -> tuple[str, ...]:
    """Answer the screens of a draft: the person is asked for only where it is somebody else."""
    return tuple(screen for screen in SCREENS if screen != PERSON or whom(draft) in FOR_OTHERS)


def first_missing(draft: Draft) -> str:
    """Answer the first screen that is not filled in; the check where all are."""
    return next((screen for screen in screens(draft) if screen not in draft), CHECK)


def next_screen(draft: Draft, screen: str, before: Draft) -> str:
    """Answer where somebody goes from a screen: back to the check where all was filled in before they changed it."""
    missing = first_missing(draft)
    if first_missing(before) == CHECK:
        return missing
    order = screens(draft)
    following = order[order.index(screen) + 1]
    return min(following, missing, key=order.index)


def previous_screen(draft: Draft, screen: str) -> str:
    """Answer the screen before one; empty at the first."""
    order = screens(draft)
    at = order.index(screen)
    return order[at - 1] if at else ""


def may_open(draft: Draft, screen: str) -> bool:
    """Tell whether a screen may be opened: none before it is missing."""
    order = screens(draft)
    return screen in order and order.index(screen) <= order.index(first_missing(draft))
