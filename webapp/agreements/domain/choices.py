"""What can be done about an open finding: the choices side by side, with what speaks for and against each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.agreements.domain.comparison import Expectations, derived_part
from webapp.agreements.domain.expectations import PRIVATE, VOLUNTEER, OwnPart
from webapp.agreements.domain.findings import Finding
from webapp.agreements.domain.parties import MUNICIPALITY, Party, present
from webapp.services.domain.who_does_what import Line, Stance


class Option(StrEnum):
    """Something that the parties can settle on."""

    ONE = "one"
    """One of them does it."""
    SHARE = "share"
    """Several of them take turns."""
    APPLY = "apply"
    BUY = "buy"
    VOLUNTEER = "volunteer"
    OPEN = "open"
    """It stays open, and somebody takes it up on a day."""


class Point(StrEnum):
    """What speaks for or against a choice."""

    WANTS = "wants"
    """They have said that they will."""
    NOW_AND_THEN = "now_and_then"
    ALONE = "alone"
    """All of it hangs on one person."""
    LIGHTER = "lighter"
    MUST_PLAN = "must_plan"
    SAME_PEOPLE = "same_people"
    """The municipality normally does this for those who need it."""
    WRITTEN_ANSWER = "written_answer"
    TAKES_TIME = "takes_time"
    USUALLY_NO = "usually_no"
    QUICK = "quick"
    COSTS = "costs"
    COMPANY = "company"
    IN_ADDITION = "in_addition"
    """A volunteer comes in addition, and not always."""
    NO_HURRY = "no_hurry"
    NOBODY_YET = "nobody_yet"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice, whom it is about, and what speaks for and against it."""

    option: Option
    who: tuple[str, ...] = ()
    speaks_for: tuple[Point, ...] = ()
    against: tuple[Point, ...] = ()


def choices(
    finding: Finding, parties: Iterable[Party], expectations: Expectations, line: Line | None
) -> tuple[Choice, ...]:
    """Answer the choices about an open finding; none where there is nothing to talk about."""
    if not finding.is_open:
        return ()
    parts = _parts(finding, parties, expectations)
    able = tuple(sorted(one for one, part in parts.items() if part in {OwnPart.WILL, OwnPart.PARTLY}))
    found = [_of_one(one, parts[one]) for one in able]
    if len(able) > 1:
        found.append(Choice(Option.SHARE, able, (Point.LIGHTER,), (Point.MUST_PLAN,)))
    found += _outside(finding, line)
    last = Point.UNSAFE if finding.is_critical else Point.NOBODY_YET
    return (*found, Choice(Option.OPEN, (), (Point.NO_HURRY,), (last,)))


def _parts(finding: Finding, parties: Iterable[Party], expectations: Expectations) -> Mapping[str, OwnPart | None]:
    """Answer what each of the people has said that they do themselves; the municipality is asked by applying."""
    here = [party.id for party in present(parties) if not party.is_municipality]
    said = {one: expectations.get((one, finding.task)) for one in here}
    return {one: answer.own_part for one, answer in said.items() if answer is not None and answer.is_relevant}


def _of_one(who: str, part: OwnPart | None) -> Choice:
    is_sure = part is OwnPart.WILL
    return Choice(Option.ONE, (who,), (Point.WANTS if is_sure else Point.NOW_AND_THEN,), (Point.ALONE,))


def _outside(finding: Finding, line: Line | None) -> list[Choice]:
    """Answer the choices that are no party's: to apply, to buy, and a volunteer where safety does not hang on it."""
    found: list[Choice] = []
    if line is not None:
        found.append(_applying(line))
    if line is None or line.stance is not Stance.NORMALLY or PRIVATE in finding.named:
        found.append(Choice(Option.BUY, (), (Point.QUICK,), (Point.COSTS,)))
    if not finding.is_critical and (line is None or line.is_no or VOLUNTEER in finding.named):
        found.append(Choice(Option.VOLUNTEER, (), (Point.COMPANY,), (Point.IN_ADDITION,)))
    return found


def _applying(line: Line) -> Choice:
    is_usual = derived_part(line) is not OwnPart.CANNOT
    speaks_for = (
        (Point.SAME_PEOPLE, Point.WRITTEN_ANSWER) if line.stance is Stance.NORMALLY else (Point.WRITTEN_ANSWER,)
    )
    return Choice(Option.APPLY, (MUNICIPALITY,), speaks_for, (Point.TAKES_TIME,) if is_usual else (Point.USUALLY_NO,))
