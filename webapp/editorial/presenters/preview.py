"""A draft that cannot be shown yet; and what stands under one that is open for comment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from webapp.content.urgent import Urgent
from webapp.feedback.domain import State
from webapp.feedback.models import HearingRow, ItemRow
from webapp.feedback.presenters import Commenting, Earlier
from webapp.feedback.words import STATES


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A draft that readers cannot meet yet, and what is missing."""

    title: str
    missing: list[str]
    notice: str


def commenting(
    hearing: HearingRow, told: Iterable[ItemRow], form: Any, action: str, *, is_sent: bool, is_cleaned: bool,
    is_many: bool, help_at_once: Urgent | None,
) -> Commenting:  # fmt: skip
    """Answer what stands under a draft: the form, and what the council has said before with what became of it."""
    earlier = tuple(
        Earlier(one.about, one.words, one.name, str(STATES[State(one.state)]), one.reply, one.language) for one in told
    )
    return Commenting(
        action, form, hearing.ends_on, hearing.council, earlier, is_sent, is_cleaned, is_many, help_at_once
    )
