"""What can be done about an open finding, with what speaks for and against each."""

from __future__ import annotations

import pytest

from webapp.agreements.domain.choices import Choice, Option, Point, choices
from webapp.agreements.domain.comparison import Task, compare
from webapp.agreements.domain.expectations import Expectation, OwnPart
from webapp.agreements.domain.parties import MUNICIPALITY, OURS, Party, PartyKind
from webapp.services.domain.who_does_what import Line, Stance

AASE, KARI, PER = (Party(name, PartyKind.CAREGIVER) for name in ("aase", "kari", "per"))
PARTIES = (AASE, KARI, PER, OURS)
NO, USUAL = Line(Stance.NOT_NORMALLY, needs_decision=False), Line(Stance.NORMALLY, needs_decision=True)


def found(said: dict[str, Expectation], line: Line | None, *, is_critical: bool = False) -> tuple[Choice, ...]:
    """Answer the choices about one task that some have answered."""
    expectations = {(party, "snow"): answer for party, answer in said.items()}
    stances = {"snow": line} if line else {}
    (finding,) = compare(PARTIES, [Task("snow", is_critical)], expectations, stances)
    return choices(finding, PARTIES, expectations, line)


def named(*actors: str, own_part: OwnPart | None = None) -> Expectation:
    """Answer that somebody names some actors."""
    return Expectation(expected=frozenset(actors), own_part=own_part)


def test_where_all_agree_there_is_nothing_to_choose() -> None:
    agreed = {"aase": named("kari"), "kari": named("kari", own_part=OwnPart.WILL)}
    assert found(agreed, NO) == ()


def test_who_can_stands_first_and_those_who_can_may_share_it() -> None:
    said = {
        "aase": named("kari"),
        "kari": named("per", own_part=OwnPart.PARTLY),
        "per": named("per", own_part=OwnPart.WILL),
    }
    options = found(said, NO)
    assert [(one.option, one.who) for one in options[:3]] == [
        (Option.ONE, ("kari",)), (Option.ONE, ("per",)), (Option.SHARE, ("kari", "per")),
    ]  # fmt: skip
    assert options[0].speaks_for == (Point.NOW_AND_THEN,)
    assert options[1].speaks_for == (Point.WANTS,)


def test_who_cannot_is_never_among_the_choices() -> None:
    said = {"aase": named("kari"), "kari": named("per", own_part=OwnPart.CANNOT)}
    assert not [one for one in found(said, NO) if "kari" in one.who]


def test_one_can_always_apply_and_is_told_what_usually_comes_of_it() -> None:
    said = {"aase": named(MUNICIPALITY), "kari": named(MUNICIPALITY)}
    (no,) = (one for one in found(said, NO) if one.option is Option.APPLY)
    assert no.against == (Point.USUALLY_NO,)
    said = {"aase": named("per"), "kari": Expectation(is_unknown=True)}
    (usual,) = (one for one in found(said, USUAL) if one.option is Option.APPLY)
    assert usual.speaks_for == (Point.SAME_PEOPLE, Point.WRITTEN_ANSWER)


@pytest.mark.parametrize(("is_critical", "has_volunteer"), [(True, False), (False, True)])
def test_a_volunteer_is_no_choice_where_safety_hangs_on_it(is_critical: bool, has_volunteer: bool) -> None:  # noqa: FBT001 -- as pytest gives it
    said = {"aase": named(MUNICIPALITY), "kari": named(MUNICIPALITY)}
    options = found(said, NO, is_critical=is_critical)
    assert (Option.VOLUNTEER in {one.option for one in options}) is has_volunteer
    assert options[-1].against == ((Point.UNSAFE,) if is_critical else (Point.NOBODY_YET,))


def test_every_choice_says_something_for_and_something_against() -> None:
    said = {"aase": named("kari"), "kari": named("per", own_part=OwnPart.PARTLY), "per": named(own_part=OwnPart.WILL)}
    for line in (NO, USUAL, None):
        assert all(one.speaks_for and one.against for one in found(said, line))
