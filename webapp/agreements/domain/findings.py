"""What a comparison finds about one task: its status, why, who is waited for, who offered; and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What the answers about one task look like side by side."""

    BEYOND_MUNICIPALITY = "beyond_municipality"
    UNANSWERED = "unanswered"
    NOT_NEEDED = "not_needed"
    UNASSIGNED = "unassigned"
    AGREED = "agreed"
    AGREED_APPLY = "agreed_apply"
    DIFFERENT = "different"


class Reason(StrEnum):
    """Why the answers differ."""

    WHO = "who"
    HOW_OFTEN = "how_often"
    ONLY_PARTLY = "only_partly"
    CANNOT = "cannot"
    UNSURE = "unsure"
    NOT_SAID = "not_said"
    """Somebody is named and has not said what they do themselves."""
    UNKNOWN = "unknown"
    """Somebody does not know who should do it."""
    RELEVANCE = "relevance"
    """Some find it needed, others do not."""
    OFFER = "offer"
    """Somebody can, and nobody named them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Some expect more of somebody than that one says to give: whose expectation goes in whose direction."""

    expecting: frozenset[str]
    of: str
    part: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the answers about one task look like; ids and codes alone, so that any language can say it."""

    task: str
    status: Status
    is_critical: bool = False
    reasons: frozenset[Reason] = frozenset()
    named: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()
    waited_for: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    """Parties who can, and whom nobody named."""
    not_asked: frozenset[str] = frozenset()
    """Actors outside the agreement who are named: nobody has asked them."""
    is_against_description: bool = False
    """A caseworker says no to what the municipality's own description says that it normally does."""
    gaps: tuple[Gap, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether there is something to talk about."""
        return self.status not in {Status.AGREED, Status.AGREED_APPLY, Status.NOT_NEEDED}


class Outcome(StrEnum):
    """What is counted of a finding: whether the answers met, and of whom more was expected where they did not."""

    AGREED = "agreed"
    MUNICIPALITY = "municipality"
    RESIDENT = "resident"
    FAMILY = "family"
    OTHER = "other"
    """They differ in something else: how often, whether it is needed, an offer that nobody has named."""
    NOBODY = "nobody"


def outcome(finding: Finding, kinds: Mapping[str, str]) -> Outcome | None:
    """Answer what is counted of a finding, by the kinds of the parties; None where there is nothing to count yet."""
    if finding.status in {Status.UNANSWERED, Status.NOT_NEEDED}:
        return None
    if finding.status in {Status.AGREED, Status.AGREED_APPLY}:
        return Outcome.AGREED
    if finding.status is Status.UNASSIGNED:
        return Outcome.NOBODY
    of = {kinds.get(gap.of, "") for gap in finding.gaps}
    if finding.status is Status.BEYOND_MUNICIPALITY or "municipality" in of:
        return Outcome.MUNICIPALITY
    if of & {"caregiver", "volunteer"}:
        return Outcome.FAMILY
    return Outcome.RESIDENT if of & {"resident", "representative"} else Outcome.OTHER


_ORDER = (
    Status.UNASSIGNED,
    Status.BEYOND_MUNICIPALITY,
    Status.DIFFERENT,
    Status.UNANSWERED,
    Status.AGREED_APPLY,
    Status.AGREED,
    Status.NOT_NEEDED,
)


def urgency(finding: Finding) -> tuple[bool, int]:
    """Answer what findings are sorted by: what safety hangs on and is open first, then as the family should talk."""
    return not (finding.is_critical and finding.is_open), _ORDER.index(finding.status)
