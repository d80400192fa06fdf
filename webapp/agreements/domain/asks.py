"""What a service expects of the people themselves, and whether anybody meets it: the other half of the question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.agreements.domain.expectations import OwnPart
from webapp.agreements.domain.parties import RESIDENTS_SIDE, Party, PartyKind, present

ASK_ANSWERS = (OwnPart.WILL, OwnPart.PARTLY, OwnPart.CANNOT)

_ADDRESSED: Mapping[str, frozenset[PartyKind]] = {
    "resident": RESIDENTS_SIDE,
    "caregiver": frozenset({PartyKind.CAREGIVER}),
    "either": RESIDENTS_SIDE | {PartyKind.CAREGIVER},
}


class AskStatus(StrEnum):
    """Whether an ask is met."""

    MET = "met"
    WAITING = "waiting"
    PARTLY = "partly"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a service asks of the people themselves: `who` is resident, caregiver or either."""

    service: str
    slug: str
    who: str

    @property
    def id(self) -> str:
        """Answer what it is kept under: a slug is an ask's own only within its service."""
        return f"{self.service}:{self.slug}"


@dataclass(frozen=True, slots=True)
class AskFinding:
    """Who answered what about one ask."""

    ask: Ask
    status: AskStatus
    answers: tuple[tuple[str, OwnPart], ...]
    waited_for: frozenset[str]


def addressed(ask: Ask, parties: Iterable[Party]) -> tuple[Party, ...]:
    """Answer the parties whom an ask is put to: never the municipality, and never a volunteer."""
    return tuple(party for party in present(parties) if party.kind in _ADDRESSED[ask.who])


def asks_of(party: Party, asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Answer the asks that one party is to answer."""
    return tuple(ask for ask in asks if addressed(ask, (party,)))


def said_of(
    asks: Iterable[Ask], own: Mapping[str, str], together: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """Answer what one party says about some asks, by id: `own` ask by ask, `together` of all asks of a service.

    What was changed now counts, and ask by ask stands above all together; an ask that nothing was said of is left out.
    """
    said = {
        ask.id: now if (now := own.get(ask.id, "")) != known.get(ask.id, "") else together.get(ask.service) or now
        for ask in asks
    }
    return {ask: part for ask, part in said.items() if part}


def compare_asks(
    parties: Iterable[Party], asks: Iterable[Ask], answers: Mapping[tuple[str, str], OwnPart]
) -> list[AskFinding]:
    """Answer one finding an ask; `answers` is by (party, id of the ask)."""
    here = present(parties)
    return [_compare(ask, here, answers) for ask in asks]


def _compare(ask: Ask, parties: Iterable[Party], answers: Mapping[tuple[str, str], OwnPart]) -> AskFinding:
    ids = sorted(party.id for party in addressed(ask, parties))
    given = tuple((one, answers[one, ask.id]) for one in ids if (one, ask.id) in answers)
    waited_for = frozenset(ids) - {one for one, _ in given}
    return AskFinding(ask, _status({part for _, part in given}, is_waiting=bool(waited_for)), given, waited_for)


def _status(parts: set[OwnPart], *, is_waiting: bool) -> AskStatus:
    if OwnPart.WILL in parts:
        return AskStatus.MET
    if is_waiting:
        return AskStatus.WAITING
    return AskStatus.PARTLY if OwnPart.PARTLY in parts else AskStatus.UNMET
