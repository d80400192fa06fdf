"""What one party answered about one task, alone: the answers that there are, and what one tap means."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from webapp.agreements.domain.parties import MUNICIPALITY

VOLUNTEER, PRIVATE, NAV, HEALTH_SERVICE, OTHER = "volunteer", "private", "nav", "health_service", "other"
OUTSIDE = (VOLUNTEER, PRIVATE, NAV, HEALTH_SERVICE, OTHER)
"""The actors who are no party: nobody has asked them."""


class OwnPart(StrEnum):
    """What a party does itself."""

    WILL = "will"
    PARTLY = "partly"
    CANNOT = "cannot"
    """Cannot or does not want to: an ordinary answer, and nobody asks why."""
    UNSURE = "unsure"
    AFTER_DECISION = "after_decision"
    """The municipality alone: one must apply, and an individual decision follows."""


class Frequency(StrEnum):
    """How often, from one fixed scale."""

    SEVERAL_A_DAY = "several_a_day"
    DAILY = "daily"
    SEVERAL_A_WEEK = "several_a_week"
    WEEKLY = "weekly"
    EVERY_OTHER_WEEK = "every_other_week"
    MONTHLY = "monthly"
    SEASON = "season"
    """As the season asks: snow, grass, tyres."""
    WHEN_NEEDED = "when_needed"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One party's answer about one task. The private note and the word to the municipality are not in it."""

    is_relevant: bool = True
    expected: frozenset[str] = frozenset()
    """Actors: ids of parties, and those outside; named one by one."""
    is_unknown: bool = False
    """Answered «don't know» to who should do it."""
    own_part: OwnPart | None = None
    how_often: Frequency | None = None


class Tap(StrEnum):
    """The answers of one tap that are no name of anybody; any other tap is the id of an actor."""

    SELF = "self"
    SELF_PARTLY = "self_partly"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


def tapped(
    own_id: str, taps: Collection[str], *, able: OwnPart | None = None, how_often: Frequency | None = None
) -> Expectation | None:
    """Answer what the taps on one task say; None where nothing was tapped.

    Naming oneself sets the own part; `able` is the answer to «can you if it is needed?», which is asked of who did
    not name itself. «Not needed» stands alone, and so does «don't know» unless somebody is named too.
    """
    if not taps and able is None:
        return None
    if Tap.NOT_NEEDED in taps:
        return Expectation(is_relevant=False)
    named = frozenset(own_id if tap in {Tap.SELF, Tap.SELF_PARTLY} else tap for tap in taps if tap != Tap.UNKNOWN)
    return Expectation(
        expected=named,
        is_unknown=Tap.UNKNOWN in taps and not named,
        own_part=_own_part(own_id, taps) or able,
        how_often=how_often,
    )


def _own_part(own_id: str, taps: Collection[str]) -> OwnPart | None:
    if Tap.SELF in taps or own_id in taps:
        return OwnPart.WILL
    return OwnPart.PARTLY if Tap.SELF_PARTLY in taps else None


def taps_of(own_id: str, answer: Expectation) -> frozenset[str]:
    """Answer the taps that an answer was given by, so that its page shows them again."""
    if not answer.is_relevant:
        return frozenset({Tap.NOT_NEEDED})
    if answer.is_unknown:
        return frozenset({Tap.UNKNOWN})
    as_self = Tap.SELF_PARTLY if answer.own_part is OwnPart.PARTLY else Tap.SELF
    return frozenset(as_self if actor == own_id else actor for actor in answer.expected)


def asks_if_able(stance: str | None, taps: Collection[str]) -> bool:
    """Tell whether «can you if it is needed?» is asked: the municipality normally does not, and nor does the party."""
    return stance == "not_normally" and not {Tap.SELF, Tap.SELF_PARTLY, Tap.NOT_NEEDED} & set(taps)


def caseworkers_answer(
    own_part: OwnPart, how_often: Frequency | None, family: Iterable[Expectation] = ()
) -> Expectation:
    """Answer the municipality's word in this agreement: a caseworker says what the municipality does, or does not.

    Where the whole family names the same, and the municipality together with others, the yes is to that: a caseworker
    who confirms the municipality's part does not say that nobody else should have one.
    """
    if own_part is OwnPart.CANNOT:
        return Expectation(own_part=own_part, how_often=how_often)
    named = {answer.expected for answer in family if answer.is_relevant}
    alike = named.pop() if len(named) == 1 else frozenset[str]()
    expected = alike if MUNICIPALITY in alike else frozenset({MUNICIPALITY})
    return Expectation(expected=expected, own_part=own_part, how_often=how_often)
