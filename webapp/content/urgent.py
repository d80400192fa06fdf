"""What to do at once, and whom to ring: for whoever writes words of danger for life (domain.md, scoring)."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.content.current import library
from webapp.content.domain.danger import speaks_of_danger
from webapp.content.site import EmergencyNumber, named_numbers
from webapp.kernel.language import localised
from webapp.web.i18n import language
from webapp.web.markdown import Html, render

MARK = "haster"
"""In the address of the page after the one with the words; nothing is stored."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What to do at once, and whom to ring."""

    text: Html
    numbers: list[EmergencyNumber]


def urgent(*texts: str) -> Urgent | None:
    """Answer what to do at once where a text speaks of danger for life; None where none does."""
    found = library().document("danger")
    phrases = [phrase for said in found.get("phrases", {}).values() for phrase in said]
    return urgent_box() if any(speaks_of_danger(text, phrases) for text in texts) else None


def urgent_box() -> Urgent | None:
    """Answer what to do at once, and whom to ring; None where the content does not say."""
    found = library().document("danger")
    if not found:
        return None
    return Urgent(render(localised(found["text"], language())), named_numbers(list(found["numbers"])))
