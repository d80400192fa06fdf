"""The states of an agreement and of its rounds, as one table: who may move it from where to where, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from webapp.kernel.clock import NORWAY, local_day
from webapp.kernel.errors import ConflictError, NotAllowedError

ANSWERING_DAYS = SIGNING_DAYS = 14
ANSWERING_REMINDERS = (5, 10)
SIGNING_REMINDERS = (5, 10)
QUIET_DAYS, QUIET_WARNING_DAYS = 90, 14
"""A first round in which nothing happens is over after ninety days, and says so a fortnight before."""
MOST_YEARS = 2
"""An agreement in force ends after at most two years, unless it is signed anew."""
LEAST_ANSWERS = 2


class State(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    CLARIFYING = "clarifying"
    SETTLING = "settling"
    SIGNING = "signing"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class RoundState(StrEnum):
    """Where a round stands: the work on a version, the first one or a later one."""

    NONE = ""
    DRAFT = "draft"
    CLARIFYING = "clarifying"
    SETTLING = "settling"
    SIGNING = "signing"


class Ending(StrEnum):
    """How an agreement came to its end."""

    NONE = ""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agreement stands, as it is kept: the round that is under way, and whether a version is in force."""

    round: RoundState
    is_in_force: bool = False
    ending: Ending = Ending.NONE

    @property
    def state(self) -> State:
        """Answer the state: a version in force stays in force while a later round is under way."""
        if self.ending:
            return State(self.ending.value)
        return State.IN_FORCE if self.is_in_force else State(self.round.value)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens in it."""
        return bool(self.ending)


class Mover(StrEnum):
    """Who moves an agreement; a resident's representative counts as the resident."""

    RESIDENT = "resident"
    STARTER = "starter"
    PARTY = "party"
    CASEWORKER = "caseworker"
    SYSTEM = "system"
    TIME = "time"


class Move(StrEnum):
    """What happens to an agreement."""

    ACCEPT = "accept"
    MEET = "meet"
    ALL_ANSWERED = "all_answered"
    OPEN = "open"
    ADD = "add"
    LOCK = "lock"
    CHANGE = "change"
    DECLINE = "decline"
    LATE = "late"
    SEAL = "seal"
    DROP = "drop"
    NEW_ROUND = "new_round"
    END = "end"


_R, _P, _C = Mover.RESIDENT, Mover.PARTY, Mover.CASEWORKER
_SETTLED, _BEFORE = RoundState.SETTLING, RoundState.CLARIFYING
TABLE: dict[tuple[Move, RoundState], tuple[RoundState, frozenset[Mover]]] = {
    (Move.ACCEPT, RoundState.DRAFT): (_BEFORE, frozenset({_R})),
    (Move.MEET, RoundState.DRAFT): (_SETTLED, frozenset({_R, _C})),
    (Move.MEET, _BEFORE): (_SETTLED, frozenset({_R, _C})),
    (Move.ALL_ANSWERED, _BEFORE): (_SETTLED, frozenset({Mover.SYSTEM})),
    (Move.OPEN, _BEFORE): (_SETTLED, frozenset({_R, _C})),
    (Move.ADD, _SETTLED): (_BEFORE, frozenset({_R, _C})),
    (Move.LOCK, _SETTLED): (RoundState.SIGNING, frozenset({_R, _C})),
    (Move.CHANGE, RoundState.SIGNING): (_SETTLED, frozenset({_R, _P, _C})),
    (Move.DECLINE, RoundState.SIGNING): (_SETTLED, frozenset({_R, _P, _C})),
    (Move.LATE, RoundState.SIGNING): (_SETTLED, frozenset({Mover.TIME})),
    (Move.SEAL, RoundState.SIGNING): (RoundState.NONE, frozenset({Mover.SYSTEM})),
    **{
        (Move.DROP, found): (RoundState.NONE, frozenset({_R, Mover.TIME}))
        for found in (_BEFORE, _SETTLED, RoundState.SIGNING)
    },
    (Move.DROP, RoundState.DRAFT): (RoundState.NONE, frozenset({_R, Mover.STARTER, Mover.TIME})),
    (Move.NEW_ROUND, RoundState.NONE): (_BEFORE, frozenset({_R, _P, _C, Mover.SYSTEM})),
    **{(Move.END, found): (RoundState.NONE, frozenset({_R, _C, Mover.TIME})) for found in RoundState},
}
"""(what happens, where the round stands) → (where it stands then, who may)."""


def move(standing: Standing, what: Move, by: Mover) -> Standing:
    """Answer where an agreement stands after a move; raise ConflictError for one that does not fit, NotAllowedError.

    Dropping the first round withdraws the agreement; dropping a later one leaves the version in force as it was.
    """
    found = TABLE.get((what, standing.round))
    if found is None or standing.is_over or (what is Move.END and not standing.is_in_force):
        raise ConflictError(f"{what} does not fit {standing.state}")
    then, movers = found
    if what is Move.NEW_ROUND and not standing.is_in_force:
        raise ConflictError("there is no version in force to make a round on")
    if by not in movers:
        raise NotAllowedError(f"{by} may not {what}")
    if what is Move.DROP and not standing.is_in_force:
        return Standing(RoundState.NONE, ending=Ending.WITHDRAWN)
    ending = Ending.ENDED if what is Move.END else Ending.NONE
    return Standing(then, is_in_force=standing.is_in_force or what is Move.SEAL, ending=ending)


def may_move(standing: Standing, what: Move, by: Mover) -> bool:
    """Tell whether somebody may do something now."""
    try:
        move(standing, what, by)
    except (ConflictError, NotAllowedError):
        return False
    return True


def may_open(*, answers: int, others: int, deadline: datetime, now: datetime) -> bool:
    """Tell whether the comparison may be opened before all have answered: after the deadline, with two answers.

    Where nobody but the resident is asked, one answer is what there can be.
    """
    return now >= deadline and answers >= min(LEAST_ANSWERS, others)


def deadline(since: datetime, days: int) -> datetime:
    """Answer when a step that began is to be done: at the same time of the day in Norway, also where clocks change."""
    return (since.astimezone(NORWAY) + timedelta(days=days)).astimezone(UTC)


def reminders_due(since: datetime, now: datetime, days: tuple[int, ...]) -> int:
    """Answer how many reminders should have been sent by now, in calendar days of Norway; never more than there are."""
    passed = (local_day(now) - local_day(since)).days
    return sum(passed >= day for day in days)
