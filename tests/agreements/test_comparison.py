"""The comparison: every status as a family would tell it, and what holds whatever anybody answers (domain.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.agreements.domain.comparison import Expectations, Task, compare, derived_part
from webapp.agreements.domain.expectations import OUTSIDE, Expectation, Frequency, OwnPart, caseworkers_answer
from webapp.agreements.domain.findings import Finding, Reason, Status, urgency
from webapp.agreements.domain.parties import MUNICIPALITY, OURS, Party, PartyKind
from webapp.services.domain.who_does_what import Line, Stance

AASE = Party("åse", PartyKind.RESIDENT)
KARI = Party("kari", PartyKind.CAREGIVER)
PER = Party("per", PartyKind.CAREGIVER)
FAMILY = (AASE, KARI, PER, OURS)
SNOW = Task("snow")
NEVER = Line(Stance.NOT_NORMALLY, needs_decision=False)
SOMETIMES = Line(Stance.SOMETIMES, needs_decision=False)
APPLY = Line(Stance.NORMALLY, needs_decision=True)
ALWAYS = Line(Stance.NORMALLY, needs_decision=False)
LINES = (None, NEVER, SOMETIMES, Line(Stance.SOMETIMES, needs_decision=True), APPLY, ALWAYS)


def says(*named: str, part: OwnPart | None = None, often: Frequency | None = None) -> Expectation:
    """Answer an expectation: who should do it, and what one does oneself."""
    return Expectation(expected=frozenset(named), own_part=part, how_often=often)


def one(
    answers: Mapping[str, Expectation], line: Line | None = None, *, parties: tuple[Party, ...] = FAMILY
) -> Finding:
    """Compare the answers about one task."""
    given = {(party, SNOW.id): answer for party, answer in answers.items()}
    (found,) = compare(parties, [SNOW], given, {SNOW.id: line} if line else {})
    return found


PER_WILL = {"åse": says("per"), "kari": says("per"), "per": says("per", part=OwnPart.WILL)}
ALL_OURS = {party: says(MUNICIPALITY) for party in ("åse", "kari", "per")}
UNKNOWN = Expectation(is_unknown=True)
NOT_NEEDED = Expectation(is_relevant=False)


@pytest.mark.parametrize(
    ("answers", "line", "status", "reasons"),
    [
        (PER_WILL, None, Status.AGREED, set()),
        (PER_WILL, NEVER, Status.AGREED, set()),
        (PER_WILL, APPLY, Status.AGREED, set()),
        ({**PER_WILL, "per": says("per", part=OwnPart.PARTLY)}, None, Status.DIFFERENT, {Reason.ONLY_PARTLY}),
        ({**PER_WILL, "per": says("per", part=OwnPart.UNSURE)}, None, Status.DIFFERENT, {Reason.UNSURE}),
        ({**PER_WILL, "per": says("per")}, None, Status.UNASSIGNED, set()),
        ({**PER_WILL, "per": says("kari", part=OwnPart.CANNOT)}, None, Status.UNASSIGNED, set()),
        ({**PER_WILL, "kari": says("per", part=OwnPart.PARTLY), "per": says("per", part=OwnPart.CANNOT)}, None,
         Status.DIFFERENT, {Reason.CANNOT, Reason.OFFER}),
        ({**PER_WILL, "kari": says("per", "private")}, None, Status.DIFFERENT, {Reason.WHO}),
        ({**PER_WILL, "kari": UNKNOWN}, None, Status.DIFFERENT, {Reason.WHO, Reason.UNKNOWN}),
        ({**PER_WILL, "kari": NOT_NEEDED}, None, Status.DIFFERENT, {Reason.RELEVANCE}),
        ({"åse": says("per"), "kari": says("per")}, None, Status.UNANSWERED, set()),
        ({"åse": says("kari")}, None, Status.UNANSWERED, set()),
        ({}, APPLY, Status.UNANSWERED, set()),
        (dict.fromkeys(("åse", "kari"), NOT_NEEDED), None, Status.NOT_NEEDED, set()),
        (dict.fromkeys(("åse", "kari"), UNKNOWN), None, Status.UNASSIGNED, set()),
        (ALL_OURS, NEVER, Status.BEYOND_MUNICIPALITY, set()),
        (ALL_OURS, APPLY, Status.AGREED_APPLY, set()),
        (ALL_OURS, ALWAYS, Status.AGREED_APPLY, set()),
        (ALL_OURS, SOMETIMES, Status.DIFFERENT, {Reason.ONLY_PARTLY}),
        (ALL_OURS, None, Status.UNANSWERED, set()),
        ({**ALL_OURS, MUNICIPALITY: caseworkers_answer(OwnPart.WILL, None)}, SOMETIMES, Status.AGREED, set()),
        ({**ALL_OURS, MUNICIPALITY: caseworkers_answer(OwnPart.WILL, None)}, NEVER, Status.AGREED, set()),
        ({**ALL_OURS, MUNICIPALITY: caseworkers_answer(OwnPart.AFTER_DECISION, None)}, ALWAYS, Status.AGREED_APPLY,
         set()),
        ({**ALL_OURS, MUNICIPALITY: caseworkers_answer(OwnPart.CANNOT, None)}, SOMETIMES, Status.BEYOND_MUNICIPALITY,
         set()),
        (dict.fromkeys(("åse", "kari"), says("private")), None, Status.AGREED, set()),
    ],
)  # fmt: skip
def test_a_status_and_its_reasons_are_those_of_the_answers(
    answers: Mapping[str, Expectation], line: Line | None, status: Status, reasons: set[Reason]
) -> None:
    found = one(answers, line)
    assert found.status is status
    assert found.reasons == reasons


def test_two_who_want_it_done_differently_often_see_it_differently() -> None:
    answers = {**PER_WILL, "åse": says("per", often=Frequency.DAILY), "kari": says("per", often=Frequency.WEEKLY)}
    assert one(answers).reasons == {Reason.HOW_OFTEN}
    assert one({**PER_WILL, "åse": says("per", often=Frequency.DAILY)}).status is Status.AGREED


def test_a_caseworker_who_says_no_to_what_we_normally_do_is_marked() -> None:
    found = one({**ALL_OURS, MUNICIPALITY: caseworkers_answer(OwnPart.CANNOT, None)}, APPLY)
    assert (found.status, found.is_against_description) == (Status.UNASSIGNED, True)


def test_who_can_and_was_named_by_nobody_has_made_an_offer() -> None:
    found = one({"åse": says(), "kari": says(part=OwnPart.PARTLY)})
    assert found.status is Status.DIFFERENT
    assert found.offers == {"kari"}
    assert found.reasons == {Reason.OFFER}


def test_what_is_expected_and_not_promised_is_told_with_its_direction() -> None:
    found = one({"åse": says("per"), "kari": says("per"), "per": says("kari", part=OwnPart.CANNOT)})
    assert [(gap.of, set(gap.expecting), gap.part) for gap in found.gaps] == [
        ("kari", {"per"}, None), ("per", {"åse", "kari"}, OwnPart.CANNOT),
    ]  # fmt: skip


def test_outside_actors_have_not_been_asked() -> None:
    assert one({"åse": says("volunteer"), "kari": says("volunteer")}).not_asked == {"volunteer"}


def test_one_answer_is_enough_where_the_resident_is_alone_with_the_municipality() -> None:
    assert one({"åse": says("åse", part=OwnPart.WILL)}, parties=(AASE, OURS)).status is Status.AGREED
    assert one({"åse": says("åse", part=OwnPart.WILL)}, parties=(AASE, KARI, OURS)).status is Status.UNANSWERED


def test_what_safety_hangs_on_comes_first_while_it_is_open_and_then_what_is_hardest() -> None:
    def found(status: Status, *, is_critical: bool = False) -> Finding:
        return Finding("x", status, is_critical=is_critical)

    in_order = [
        found(Status.UNANSWERED, is_critical=True), found(Status.UNASSIGNED), found(Status.BEYOND_MUNICIPALITY),
        found(Status.DIFFERENT), found(Status.UNANSWERED), found(Status.AGREED_APPLY),
        found(Status.AGREED, is_critical=True), found(Status.NOT_NEEDED),
    ]  # fmt: skip
    backwards = in_order[::-1]
    assert sorted(backwards, key=urgency) == in_order


# What holds whatever anybody answers ------------------------------------------------------------------------------

quick = settings(max_examples=50, deadline=None)
IDS = ("åse", "kari", "per", "mona")
KINDS = {"åse": PartyKind.RESIDENT, "mona": PartyKind.VOLUNTEER}
TASKS = (Task("snow"), Task("food", is_critical=True))


def expectations(*, is_municipality: bool) -> st.SearchStrategy[Expectation]:
    """Make answers as they can be given; only the municipality's part is after a decision."""
    parts = [part for part in OwnPart if is_municipality or part is not OwnPart.AFTER_DECISION]
    named = st.frozensets(st.sampled_from([*IDS, MUNICIPALITY, *OUTSIDE]), max_size=3)
    often = st.none() | st.sampled_from([Frequency.DAILY, Frequency.WEEKLY])
    part = st.none() | st.sampled_from(parts)
    return st.one_of(
        st.just(NOT_NEEDED),
        st.builds(Expectation, is_unknown=st.just(True), own_part=part),
        st.builds(Expectation, expected=named, own_part=part, how_often=often),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[Party, ...], Expectations, dict[str, Line]]:
    """Make a family of up to four, some of whom have left, what they answered, and what the municipality publishes."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    people = [Party(name, KINDS.get(name, PartyKind.CAREGIVER), has_left=draw(st.booleans())) for name in ids]
    answers: dict[tuple[str, str], Expectation] = {}
    for party in (*people, OURS):
        for task in TASKS:
            if draw(st.booleans()):
                answers[party.id, task.id] = draw(expectations(is_municipality=party is OURS))
    lines = {task.id: line for task in TASKS if (line := draw(st.sampled_from(LINES)))}
    return (*people, OURS), answers, lines


@quick
@given(cases())
def test_every_task_has_exactly_one_finding_and_only_what_is_seen_differently_has_reasons(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]],
) -> None:
    found = compare(case[0], TASKS, case[1], case[2])
    assert [finding.task for finding in found] == [task.id for task in TASKS]
    assert all((finding.status is Status.DIFFERENT) == bool(finding.reasons) for finding in found)


@quick
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_parties_and_tasks_does_not_matter(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]], chance: Random
) -> None:
    parties, tasks = list(case[0]), list(TASKS)
    chance.shuffle(parties)
    chance.shuffle(tasks)
    answers = dict(list(case[1].items())[::-1])
    shuffled = {finding.task: finding for finding in compare(parties, tasks, answers, case[2])}
    assert shuffled == {finding.task: finding for finding in compare(case[0], TASKS, case[1], case[2])}


@quick
@given(cases(), st.sampled_from([*IDS, MUNICIPALITY]))
def test_who_has_left_is_as_if_they_had_never_been_there(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]], leaver: str
) -> None:
    parties, answers, lines = case
    left = tuple(replace(party, has_left=True) if party.id == leaver else party for party in parties)
    never = tuple(party for party in parties if party.id != leaver)
    theirs = {key: answer for key, answer in answers.items() if key[0] != leaver}
    assert compare(left, TASKS, answers, lines) == compare(never, TASKS, theirs, lines)


@quick
@given(cases())
def test_where_nobody_has_answered_everything_is_unanswered(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]],
) -> None:
    assert {finding.status for finding in compare(case[0], TASKS, {}, case[2])} == {Status.UNANSWERED}


@quick
@given(st.sets(st.sampled_from(IDS[:3]), min_size=1), st.sampled_from(LINES))
def test_a_family_that_names_the_same_among_itself_and_wants_to_is_agreed_under_every_stance(
    named: set[str], line: Line | None
) -> None:
    answers = {
        party: Expectation(expected=frozenset(named), own_part=OwnPart.WILL if party in named else None)
        for party in IDS[:3]
    }
    assert one(answers, line).status is Status.AGREED


@quick
@given(cases())
def test_nothing_is_agreed_on_the_municipalitys_part_unless_a_caseworker_has_said_so(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]],
) -> None:
    parties, answers, lines = case
    family = {key: answer for key, answer in answers.items() if key[0] != MUNICIPALITY}
    for finding in compare(parties, TASKS, family, lines):
        assert finding.status is not Status.AGREED or MUNICIPALITY not in finding.named


def test_a_joint_task_that_a_caseworker_confirms_is_agreed() -> None:
    both = {party: says("per", MUNICIPALITY, part=OwnPart.WILL if party == "per" else None) for party in IDS[:3]}
    assert one(both, APPLY).status is Status.AGREED_APPLY
    confirmed = caseworkers_answer(OwnPart.WILL, None, both.values())
    assert one({**both, MUNICIPALITY: confirmed}, APPLY).status is Status.AGREED


@quick
@given(cases(), expectations(is_municipality=False))
def test_whoever_is_not_in_it_and_what_is_said_of_other_tasks_change_nothing(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]], answer: Expectation
) -> None:
    parties, answers, lines = case
    (before, _) = compare(parties, TASKS, answers, lines)
    more = {**answers, ("stranger", "snow"): answer, **{(party.id, "food"): answer for party in parties}}
    assert compare(parties, TASKS[:1], more, lines) == [before]


AGREED = (Status.AGREED, Status.AGREED_APPLY)


@st.composite
def agreed(draw: st.DrawFn) -> tuple[tuple[Party, ...], dict[str, Expectation], Line | None]:
    """Make a family that names the same, mostly to the point of agreeing, some with how often, some silent."""
    named = frozenset(draw(st.sets(st.sampled_from([*IDS[:3], MUNICIPALITY, "private"]), min_size=1)))
    often = draw(st.none() | st.sampled_from(Frequency))
    voices = named & {*IDS[:3]} | draw(st.sets(st.sampled_from(IDS[:3]), min_size=2))
    answers = {
        party: says(*named, part=OwnPart.WILL if party in named else draw(st.none() | st.sampled_from(OwnPart)),
                    often=draw(st.sampled_from([often, None])))
        for party in sorted(voices)
    }  # fmt: skip
    if MUNICIPALITY in named and draw(st.booleans()):
        answers[MUNICIPALITY] = caseworkers_answer(OwnPart.WILL, often, list(answers.values()))
    return FAMILY, answers, draw(st.sampled_from(LINES))


@quick
@given(case=agreed(), part=st.none() | st.sampled_from(OwnPart), says_often=st.booleans())
def test_who_comes_later_and_names_the_same_as_often_keeps_what_is_agreed(
    case: tuple[tuple[Party, ...], dict[str, Expectation], Line | None], part: OwnPart | None, *, says_often: bool
) -> None:
    parties, answers, line = case
    before = one(answers, line)
    often = next((answer.how_often for answer in answers.values() if answer.how_often), None)
    theirs = says(*before.named, part=part, often=often if says_often else None)
    after = one({**answers, "mona": theirs}, line, parties=(*parties, Party("mona", PartyKind.VOLUNTEER)))
    if before.status in AGREED:
        assert after.status is before.status
        assert after.reasons == frozenset()


@quick
@given(cases())
def test_a_further_silent_party_changes_what_is_agreed_only_to_unanswered(
    case: tuple[tuple[Party, ...], Expectations, dict[str, Line]],
) -> None:
    parties, answers, lines = case
    before = compare(parties, TASKS, answers, lines)
    after = compare((*parties, Party("nils", PartyKind.CAREGIVER)), TASKS, answers, lines)
    for was, now in zip(before, after, strict=True):
        assert now.status in {was.status, Status.UNANSWERED}


def test_what_the_municipality_usually_does_follows_from_what_it_has_published() -> None:
    assert [derived_part(line) for line in LINES] == [
        None, OwnPart.CANNOT, OwnPart.PARTLY, OwnPart.AFTER_DECISION, OwnPart.AFTER_DECISION, OwnPart.WILL,
    ]  # fmt: skip
