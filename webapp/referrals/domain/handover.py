"""What somebody else wrote, taken over by whom it is about; what the helper sees and does from then on (HE-4b)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sees(StrEnum):
    """What the helper sees and does after the person has taken over, as the person has decided."""

    NOTHING = "nothing"
    """Nothing any more."""
    PROGRESS = "progress"
    """How far it has come."""
    ALL = "all"
    """What is said in it, and the helper may write more."""


class Viewer(StrEnum):
    """Who looks at what was sent."""

    SENDER = "sender"
    """Whoever sent it, for themselves."""
    HELPER = "helper"
    """Whoever sent it, for somebody else."""
    PERSON = "person"
    """Whom it is about, after they have taken it over."""


@dataclass(frozen=True, slots=True)
class Seen:
    """By whom something is looked at, what the person lets the helper see, and under which reference."""

    viewer: Viewer = Viewer.SENDER
    sees: Sees | None = None
    """None as long as nobody has taken it over."""
    reference: str = ""
    """The person's own; empty for the one that it was received under."""

    @property
    def reads_answers(self) -> bool:
        """Whether they read what is said in it; a helper only where the person has decided so."""
        return self.viewer is not Viewer.HELPER or self.sees is Sees.ALL

    @property
    def may_write(self) -> bool:
        """Whether they may write more: a helper until the person has taken over, then where they are let."""
        return self.viewer is not Viewer.HELPER or self.sees in {None, Sees.ALL}

    @property
    def may_take_back(self) -> bool:
        """Whether they may take it back: once the person has taken it over, they alone."""
        return self.viewer is not Viewer.HELPER or self.sees is None

    @property
    def is_shut_out(self) -> bool:
        """Whether they see nothing of it any more."""
        return self.viewer is Viewer.HELPER and self.sees is Sees.NOTHING


SENDER = Seen()


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about, as staff know them: how they are reached, and how it was seen that it is them; kept sealed."""

    name: str
    contact: str
    telephone: str = ""
    email: str = ""
    address: str = ""
    language: str = "nb"
    interpreter: str = ""
    known_by: str = ""
    """How staff know that it is the right one: a code of `KNOWN_BY`."""
    has_confirmed_stop: bool = False
    """Whether they said themselves that help is to be stopped or reduced, where the helper asked for that."""


KNOWN_BY = ("met", "rung", "shown")
