"""Who may see what in an agreement, as a table that a lawyer can read; staff see only what was shared with them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.agreements.domain.states import RoundState


class Viewer(StrEnum):
    """Who looks, as the agreement sees them."""

    RESIDENT = "resident"
    """The resident, and whoever represents the resident."""
    PARTY = "party"
    """A caregiver or a volunteer."""
    STAFF = "staff"
    """A caseworker, where the municipality is a party."""
    OUTSIDE = "outside"
    """Everybody else: also staff where the family is alone, and whoever has left."""


class Thing(StrEnum):
    """Something in an agreement that can be seen or not."""

    OWN = "own"
    """One's own answers, notes, words and contact data."""
    WHO_IS_IN = "who_is_in"
    """Names and kinds of the parties, and who added whom."""
    TASKS = "tasks"
    MATTERS = "matters"
    """What the resident said matters most."""
    ANSWERS = "answers"
    """What the others answered, their shared notes, and the asks."""
    PROPOSALS = "proposals"
    SECTIONS = "sections"
    """What happens if something happens, who is in contact with whom."""
    CONSENTS = "consents"
    """Whom the resident lets know what."""
    OWN_CONSENT = "own_consent"
    """What the resident lets oneself know."""
    VERSION = "version"
    """The text that is to be signed, or was; who has signed."""
    HISTORY = "history"
    WORD = "word"
    """The word to the municipality only."""
    LOAD = "load"
    """How a caregiver is doing: the caregiver's own, and nobody's else."""
    PRIVATE_NOTES = "private_notes"
    CONTACT = "contact"
    """The telephone numbers and addresses of others."""
    DECLINE_REASON = "decline_reason"
    """Why somebody did not sign, where that one has not ticked that the others may know."""


_ALL = frozenset({Viewer.RESIDENT, Viewer.PARTY, Viewer.STAFF})
_FAMILY = frozenset({Viewer.RESIDENT, Viewer.PARTY})
_NOBODY = frozenset[Viewer]()

SEES: dict[Thing, frozenset[Viewer]] = {
    Thing.OWN: _FAMILY,
    Thing.WHO_IS_IN: _ALL,
    Thing.TASKS: _ALL,
    Thing.MATTERS: _ALL,
    Thing.ANSWERS: _ALL,
    Thing.PROPOSALS: _ALL,
    Thing.SECTIONS: _ALL,
    Thing.CONSENTS: frozenset({Viewer.RESIDENT, Viewer.STAFF}),
    Thing.OWN_CONSENT: _FAMILY,
    Thing.VERSION: _ALL,
    Thing.HISTORY: _ALL,
    Thing.WORD: frozenset({Viewer.STAFF}),
    Thing.LOAD: _NOBODY,
    Thing.PRIVATE_NOTES: _NOBODY,
    Thing.CONTACT: frozenset({Viewer.STAFF}),
    Thing.DECLINE_REASON: frozenset({Viewer.STAFF}),
}
"""Thing → who sees it when its time has come (below)."""

_BEFORE_JOINING = frozenset({Thing.OWN, Thing.TASKS, Thing.WHO_IS_IN, Thing.MATTERS})
"""What there is to see while a draft waits for the resident: for the resident and the starter, for nobody else."""
_AFTER_COMPARISON = frozenset({Thing.ANSWERS, Thing.PROPOSALS, Thing.SECTIONS, Thing.VERSION})


@dataclass(frozen=True, slots=True)
class Look:
    """The circumstances of a look: who looks, where the round stands, whether that one has answered."""

    viewer: Viewer
    round: RoundState
    has_answered: bool
    is_starter: bool = False
    has_version: bool = False
    """There is a signed version in force, which everybody in it may read."""


def sees(look: Look, thing: Thing) -> bool:
    """Tell whether somebody sees something now.

    Answers are shown to others only when the comparison is open and one has answered oneself; a caseworker, who
    answers for the municipality, sees them when it is open. A draft is its starter's and the resident's alone.
    """
    if look.viewer not in SEES[thing]:
        return False
    if look.round is RoundState.DRAFT:
        return thing in _BEFORE_JOINING and (look.is_starter or look.viewer is Viewer.RESIDENT)
    if thing is Thing.VERSION and look.has_version:
        return True
    is_open = look.round in {RoundState.SETTLING, RoundState.SIGNING, RoundState.NONE}
    if thing in _AFTER_COMPARISON:
        return is_open and (look.has_answered or look.viewer is Viewer.STAFF or thing is not Thing.ANSWERS)
    return True
