"""Who is in an agreement: the kinds of parties, what a representative stands on, and who counts as the resident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MUNICIPALITY = "municipality"
"""The id of the municipality among the parties and actors; every other party has an id of its own."""


class PartyKind(StrEnum):
    """What somebody is in an agreement."""

    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    """Acts for the resident, and signs once, as that; may be named in tasks like any caregiver."""
    CAREGIVER = "caregiver"
    VOLUNTEER = "volunteer"
    MUNICIPALITY = "municipality"


RESIDENTS_SIDE = frozenset({PartyKind.RESIDENT, PartyKind.REPRESENTATIVE})
"""Who speaks for the resident: the resident, and who represents them."""


class Basis(StrEnum):
    """What lets somebody represent the resident; the last one is found by staff and never declared by oneself."""

    GUARDIAN = "guardian"
    """A guardian, within the mandate (vergemålsloven)."""
    POWER_OF_ATTORNEY = "power_of_attorney"
    """A future power of attorney that is in force (vergemålsloven § 78)."""
    NEXT_OF_KIN = "next_of_kin"
    """Next of kin, where staff have assessed that the resident cannot consent in this matter (pbrl § 4-3)."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in an agreement, as the rules see them: no name, no contact data."""

    id: str
    kind: PartyKind
    has_left: bool = False

    @property
    def is_municipality(self) -> bool:
        """Tell whether this is the municipality."""
        return self.kind is PartyKind.MUNICIPALITY


OURS = Party(MUNICIPALITY, PartyKind.MUNICIPALITY)
"""The municipality, which takes part in every comparison, also in an agreement of the family alone."""


def present(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Answer the parties who have not left."""
    return tuple(party for party in parties if not party.has_left)


def resident_side(parties: Iterable[Party]) -> frozenset[str]:
    """Answer who speaks for the resident: the resident, and a representative; nobody where neither is there."""
    return frozenset(party.id for party in present(parties) if party.kind in RESIDENTS_SIDE)
