"""The way through answering alone: the screens that one party has, in their order, and what comes after which."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.agreements.domain.parties import RESIDENTS_SIDE, PartyKind

MATTERS, TASKS, ANSWERS, ASKS, LOAD, WORD = "viktig", "oppgaver", "svar", "krav", "belastning", "ord-til-kommunen"
CHECK, SENT = "svar/kontroll", "svar/sendt"
"""The screens by their addresses (urls.md)."""


def way(
    kind: PartyKind, *, pages: int, may_change_tasks: bool, has_asks: bool, is_with_municipality: bool
) -> tuple[str, ...]:
    """Answer the screens that somebody goes through, from what matters to the check of all answers.

    The starter looks at the tasks first; a caregiver is asked how it goes, the resident's side for a word to the
    municipality, where it is in.
    """
    screens = (
        (TASKS, may_change_tasks),
        (MATTERS, True),
        *((page(number), True) for number in range(1, pages + 1)),
        (ASKS, has_asks),
        (LOAD, kind is PartyKind.CAREGIVER),
        (WORD, kind in RESIDENTS_SIDE and is_with_municipality),
        (CHECK, True),
    )
    return tuple(screen for screen, is_there in screens if is_there)


def page(number: int) -> str:
    """Answer the address of a page of tasks, counted from 1."""
    return f"{ANSWERS}/{number}"


def after(screens: Sequence[str], here: str) -> str:
    """Answer the screen that comes next; the check where somebody stands outside of their way."""
    return screens[screens.index(here) + 1] if here in screens[:-1] else CHECK


def before(screens: Sequence[str], here: str) -> str:
    """Answer the screen that was before; the overview (an empty address) before the first, and from outside."""
    return screens[screens.index(here) - 1] if here in screens[1:] else ""
