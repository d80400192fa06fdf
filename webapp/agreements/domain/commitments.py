"""What is settled about one task: proposed by one, and held when those who carry a part in it have said yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.agreements.domain.expectations import OUTSIDE, VOLUNTEER, Expectation, Frequency
from webapp.agreements.domain.findings import Finding, Status
from webapp.agreements.domain.parties import MUNICIPALITY, Party, PartyKind, present, resident_side
from webapp.kernel.errors import InvalidError

LONGEST_NOTE = 500


class Way(StrEnum):
    """How a task is settled."""

    WHO = "who"
    APPLY = "apply"
    """One applies to the municipality for it, and who does it until then is said."""
    OPEN = "open"
    """It stays open, and is printed as open with what each of them thinks."""
    DROP = "drop"
    """It is not needed."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the parties settle about one task; actors are ids of parties, or those outside."""

    task: str
    way: Way
    responsible: frozenset[str] = frozenset()
    reserve: frozenset[str] = frozenset()
    how_often: Frequency | None = None
    starts_on: date | None = None
    note: str = ""
    taken_up_by: str = ""
    """Who takes up what stays open; the id of a party."""
    taken_up_on: date | None = None
    is_municipality_to_lead: bool = False
    """Somebody has asked the municipality to lead the talk about what stays open."""

    @property
    def carriers(self) -> frozenset[str]:
        """Answer the parties that carry a part in it: nobody is given one without an own yes."""
        return (self.responsible | self.reserve | ({self.taken_up_by} - {""})) - {*OUTSIDE}


class Fault(StrEnum):
    """Why something cannot be proposed."""

    NOBODY = "nobody"
    STRANGER = "stranger"
    VOLUNTEER_ALONE = "volunteer_alone"
    SAME_RESERVE = "same_reserve"
    MUNICIPALITY_NOT_IN = "municipality_not_in"
    TOO_LONG = "too_long"


def faults_of(
    proposed: Commitment, parties: Iterable[Party], *, is_critical: bool, is_with_municipality: bool
) -> list[Fault]:
    """Answer why a commitment cannot be proposed; an empty list where it can.

    A volunteer is never alone on what safety hangs on. The municipality carries nothing in an agreement that it is
    not a party of: there one applies.
    """
    here = {party.id: party for party in present(parties)}
    checks = (
        (Fault.NOBODY, proposed.way is Way.WHO and not proposed.responsible),
        (Fault.STRANGER, bool(proposed.carriers - here.keys() - {MUNICIPALITY})),
        (Fault.VOLUNTEER_ALONE, is_critical and _is_volunteer_alone(proposed.responsible, here)),
        (Fault.SAME_RESERVE, bool(proposed.reserve) and proposed.reserve <= proposed.responsible),
        (Fault.MUNICIPALITY_NOT_IN, MUNICIPALITY in proposed.carriers and not is_with_municipality),
        (Fault.TOO_LONG, len(proposed.note) > LONGEST_NOTE),
    )
    return [fault for fault, is_so in checks if is_so]


def require_sound(
    proposed: Commitment, parties: Iterable[Party], *, is_critical: bool, is_with_municipality: bool
) -> None:
    """Raise InvalidError for a commitment that cannot be proposed."""
    faults = faults_of(proposed, parties, is_critical=is_critical, is_with_municipality=is_with_municipality)
    if faults:
        raise InvalidError(", ".join(faults))


def _is_volunteer_alone(responsible: frozenset[str], here: dict[str, Party]) -> bool:
    volunteers = {VOLUNTEER} | {one for one, party in here.items() if party.kind is PartyKind.VOLUNTEER}
    return bool(responsible) and responsible <= volunteers


def needed(
    proposed: Commitment, parties: Collection[Party], *, is_cooperation: bool = False
) -> tuple[frozenset[str], frozenset[str]]:
    """Answer whose yes a commitment needs: one of the first (the resident's side), and every one of the second.

    Where nobody can speak for the resident, a caseworker's yes stands in its place.
    """
    side = frozenset[str]() if is_cooperation else resident_side(parties)
    return side or frozenset({MUNICIPALITY}), proposed.carriers


def holds(
    proposed: Commitment, accepted_by: Collection[str], parties: Collection[Party], *, is_cooperation: bool = False
) -> bool:
    """Tell whether a commitment is settled: the resident's side and all who carry a part in it have said yes.

    Others may remark, and cannot block. What somebody carried who has left is nobody's, and holds no more.
    """
    one_of, all_of = needed(proposed, parties, is_cooperation=is_cooperation)
    yes = frozenset(accepted_by) & ({party.id for party in present(parties)} | {MUNICIPALITY})
    return all_of <= yes and bool(one_of & yes)


def lacks_reserve(commitment: Commitment | None, *, is_critical: bool) -> bool:
    """Tell whether a task that safety hangs on has no named responsible or no reserve: shown first, blocks nothing."""
    if not is_critical or (commitment is not None and commitment.way is Way.DROP):
        return False
    return commitment is None or not (commitment.responsible and commitment.reserve)


def drafted(
    finding: Finding, answers: Iterable[Expectation], parties: Collection[Party], *, is_with_municipality: bool
) -> Commitment | None:
    """Answer what the answers themselves propose about a task; None where there is something to talk about.

    All may agree on what nobody may propose, a volunteer alone with the medicine: that is talked about too.
    """
    found = _said(finding, answers)
    if found is None or faults_of(
        found, parties, is_critical=finding.is_critical, is_with_municipality=is_with_municipality
    ):
        return None
    return found


def _said(finding: Finding, answers: Iterable[Expectation]) -> Commitment | None:
    if finding.status is Status.NOT_NEEDED:
        return Commitment(finding.task, Way.DROP)
    if finding.status not in {Status.AGREED, Status.AGREED_APPLY}:
        return None
    often = {answer.how_often for answer in answers if answer.how_often}
    return Commitment(
        finding.task,
        Way.APPLY if finding.status is Status.AGREED_APPLY else Way.WHO,
        responsible=finding.named - ({MUNICIPALITY} if finding.status is Status.AGREED_APPLY else set()),
        how_often=next(iter(often)) if len(often) == 1 else None,
    )
