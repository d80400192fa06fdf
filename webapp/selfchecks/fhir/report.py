"""What could not be taken over from a foreign Questionnaire: each with its item and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from webapp.content.domain.fields import UNSEEN

WHOLE = "-"
"""Stands for the Questionnaire itself where others name an item."""


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """Something that is not as it was: at which item, what, and what to do."""

    link: str
    what: str
    do: str

    def __str__(self) -> str:
        return UNSEEN.sub("?", f"{self.link}: {self.what}; {self.do}").replace("\n", " ")


@dataclass(slots=True)
class Report:
    """Gathers what was lost, each once, in the order in which it was found."""

    losses: list[Loss] = field(default_factory=list)

    def lost(self, link: str, what: str, do: str) -> None:
        """Note something that was lost."""
        found = Loss(link, what, do)
        if found not in self.losses:
            self.losses.append(found)
