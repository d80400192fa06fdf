"""The smaller rules: taps, asks, settling, sharing, signing, reviews, and what an agreement begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.agreements.domain.asks import Ask, AskStatus, addressed, asks_of, compare_asks, said_of
from webapp.agreements.domain.commitments import Commitment, Fault, Way, drafted, faults_of, holds, lacks_reserve
from webapp.agreements.domain.expectations import (
    OUTSIDE,
    Expectation,
    Frequency,
    OwnPart,
    Tap,
    asks_if_able,
    caseworkers_answer,
    tapped,
    taps_of,
)
from webapp.agreements.domain.findings import Finding, Status
from webapp.agreements.domain.parties import MUNICIPALITY, OURS, Party, PartyKind, resident_side
from webapp.agreements.domain.reviews import review_on
from webapp.agreements.domain.sharing import TOPICS, Level, Topic, consent_of
from webapp.agreements.domain.signing import (
    Method,
    Required,
    Signing,
    is_complete,
    is_enough,
    require_may_sign,
)
from webapp.agreements.domain.starting import AREA_PAGES, STARTER, Theme, page_of
from webapp.content.domain.kind import TASK_AREAS
from webapp.content.files import Reading
from webapp.kernel.errors import ConflictError, NotAllowedError

AASE = Party("åse", PartyKind.RESIDENT)
KARI, PER = (Party(name, PartyKind.CAREGIVER) for name in ("kari", "per"))
MONA = Party("mona", PartyKind.VOLUNTEER)
VERGE = Party("verge", PartyKind.REPRESENTATIVE)
ALL = (AASE, KARI, PER, MONA, OURS)
TODAY = date(2026, 11, 22)
quick = settings(max_examples=60, deadline=None)


# Taps


def test_one_tap_gives_the_expectation_and_the_own_part() -> None:
    assert tapped("kari", {"self"}) == Expectation(expected=frozenset({"kari"}), own_part=OwnPart.WILL)
    assert tapped("kari", {"self_partly"}) == Expectation(expected=frozenset({"kari"}), own_part=OwnPart.PARTLY)
    assert tapped("kari", {"municipality"}) == Expectation(expected=frozenset({"municipality"}))
    assert tapped("kari", {"unknown"}) == Expectation(is_unknown=True)
    assert tapped("kari", {"not_needed", "per"}) == Expectation(is_relevant=False)
    assert tapped("kari", set()) is None


def test_naming_oneself_sets_the_own_part_also_by_ones_own_id() -> None:
    assert tapped("kari", {"kari"}) == tapped("kari", {"self"})


def test_a_caseworkers_yes_is_to_what_the_family_names_alike_and_otherwise_to_the_municipality_alone() -> None:
    both, per = (Expectation(expected=frozenset(names)) for names in (("per", MUNICIPALITY), ("per",)))
    away = Expectation(is_relevant=False)

    def named(*family: Expectation, part: OwnPart = OwnPart.WILL) -> set[str]:
        return set(caseworkers_answer(part, None, family).expected)

    assert named() == named(per) == named(both, per) == {MUNICIPALITY}
    assert named(both, both, away) == {"per", MUNICIPALITY}
    assert named(both, part=OwnPart.CANNOT) == set()


def test_can_you_if_it_is_needed_is_asked_where_the_municipality_does_not_and_one_is_not_named() -> None:
    assert asks_if_able("not_normally", {"municipality"})
    assert not asks_if_able("not_normally", {"self"})
    assert not asks_if_able("not_normally", {"not_needed"})
    assert not asks_if_able("normally", {"municipality"})
    assert tapped("kari", {"municipality"}, able=OwnPart.CANNOT) == Expectation(
        expected=frozenset({"municipality"}), own_part=OwnPart.CANNOT
    )


@quick
@given(
    st.sets(st.sampled_from([*Tap, "per", "municipality", *OUTSIDE])),
    st.none() | st.sampled_from([OwnPart.WILL, OwnPart.PARTLY, OwnPart.CANNOT]),
    st.none() | st.sampled_from(Frequency),
)
def test_a_page_that_shows_an_answer_and_is_sent_again_gives_the_same_answer(
    taps: set[str], able: OwnPart | None, often: Frequency | None
) -> None:
    answer = tapped("kari", taps, able=able, how_often=often)
    if answer is None or not answer.is_relevant:
        return
    is_named = "kari" in answer.expected
    again = tapped("kari", taps_of("kari", answer), able=None if is_named else answer.own_part, how_often=often)
    assert again == answer


# Asks

ALARM = Ask("trygghetsalarm", "lade", "resident")
KEY = Ask("trygghetsalarm", "nokkel", "either")


@quick
@given(
    st.dictionaries(st.sampled_from(["åse", "kari", "per", "mona", MUNICIPALITY, "stranger"]),
                    st.sampled_from([OwnPart.WILL, OwnPart.PARTLY, OwnPart.CANNOT])),
    st.sets(st.sampled_from(["kari", "per"])), st.randoms(use_true_random=False),
)  # fmt: skip
def test_an_ask_counts_those_it_is_for_who_are_still_there_in_whatever_order(
    said: dict[str, OwnPart], left: set[str], chance: Random
) -> None:
    parties = [replace(party, has_left=party.id in left) for party in ALL]
    answers = {(party, KEY.id): part for party, part in said.items()}
    (found,) = compare_asks(parties, [KEY], answers)
    asked = {"åse", "kari", "per"} - left
    counted = {part for party, part in said.items() if party in asked}
    assert found.waited_for == asked - said.keys()
    assert (found.status is AskStatus.MET) is (OwnPart.WILL in counted)
    assert (found.status is AskStatus.WAITING) is (OwnPart.WILL not in counted and not asked <= said.keys())
    assert (found.status is AskStatus.UNMET) is (counted == {OwnPart.CANNOT} and asked <= said.keys())
    chance.shuffle(parties)
    assert compare_asks(parties, [KEY], answers) == [found]


def test_an_ask_is_put_to_those_it_is_for_and_never_to_a_volunteer_or_the_municipality() -> None:
    assert [party.id for party in addressed(ALARM, ALL)] == ["åse"]
    assert [party.id for party in addressed(KEY, ALL)] == ["åse", "kari", "per"]
    assert asks_of(KARI, (ALARM, KEY)) == (KEY,)
    assert asks_of(MONA, (ALARM, KEY)) == ()


@pytest.mark.parametrize(
    ("known", "own", "together", "said"),
    [
        ({}, {}, "will", {ALARM.id: "will", KEY.id: "will"}),
        ({}, {KEY.id: "cannot"}, "will", {ALARM.id: "will", KEY.id: "cannot"}),
        ({ALARM.id: "will", KEY.id: "will"}, {ALARM.id: "will", KEY.id: "partly"}, "will",
         {ALARM.id: "will", KEY.id: "partly"}),
        ({ALARM.id: "will", KEY.id: "partly"}, {ALARM.id: "will", KEY.id: "partly"}, "cannot",
         {ALARM.id: "cannot", KEY.id: "cannot"}),
        ({ALARM.id: "will", KEY.id: "partly"}, {ALARM.id: "will", KEY.id: "partly"}, "",
         {ALARM.id: "will", KEY.id: "partly"}),
        ({}, {}, "", {}),
    ],
)  # fmt: skip
def test_what_was_pressed_last_counts_and_one_by_one_stands_above_all_together(
    known: dict[str, str], own: dict[str, str], together: str, said: dict[str, str]
) -> None:
    assert said_of((ALARM, KEY), own, {"trygghetsalarm": together}, known) == said


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"kari": OwnPart.WILL}, AskStatus.MET),
        ({"kari": OwnPart.CANNOT}, AskStatus.WAITING),
        ({"åse": OwnPart.CANNOT, "kari": OwnPart.PARTLY, "per": OwnPart.CANNOT}, AskStatus.PARTLY),
        (dict.fromkeys(("åse", "kari", "per"), OwnPart.CANNOT), AskStatus.UNMET),
        ({}, AskStatus.WAITING),
    ],
)
def test_an_ask_is_met_when_somebody_will(answers: dict[str, OwnPart], status: AskStatus) -> None:
    (found,) = compare_asks(ALL, [KEY], {(party, KEY.id): part for party, part in answers.items()})
    assert found.status is status
    assert found.waited_for == {"åse", "kari", "per"} - set(answers)


# Settling


def who(*responsible: str, reserve: tuple[str, ...] = ()) -> Commitment:
    """Answer a commitment of some."""
    return Commitment("snow", Way.WHO, frozenset(responsible), frozenset(reserve))


@pytest.mark.parametrize(
    ("proposed", "faults"),
    [
        (who("per"), []),
        (who("volunteer"), [Fault.VOLUNTEER_ALONE]),
        (who("mona"), [Fault.VOLUNTEER_ALONE]),
        (who("mona", "per"), []),
        (who("nobody-here"), [Fault.STRANGER]),
        (who(), [Fault.NOBODY]),
        (who("per", reserve=("per",)), [Fault.SAME_RESERVE]),
        (who(MUNICIPALITY), [Fault.MUNICIPALITY_NOT_IN]),
        (Commitment("snow", Way.OPEN, taken_up_by="kari"), []),
        (Commitment("snow", Way.DROP, note="x" * 501), [Fault.TOO_LONG]),
    ],
)
def test_what_cannot_be_proposed_says_why(proposed: Commitment, faults: list[Fault]) -> None:
    assert faults_of(proposed, ALL, is_critical=True, is_with_municipality=False) == faults


def test_nobody_is_made_responsible_or_reserve_without_an_own_yes() -> None:
    proposed = who("per", reserve=("kari",))
    assert not holds(proposed, {"åse", "per"}, ALL)
    assert not holds(proposed, {"per", "kari"}, ALL)
    assert holds(proposed, {"åse", "per", "kari"}, ALL)


def test_others_may_remark_and_cannot_block() -> None:
    assert holds(who("per"), {"åse", "per"}, ALL)


def test_a_representatives_yes_stands_for_the_resident_and_a_caseworkers_where_nobody_can() -> None:
    assert holds(who("per"), {"verge", "per"}, (AASE, VERGE, PER, OURS))
    assert resident_side((KARI, PER, OURS)) == frozenset()
    assert not holds(who("per"), {"per"}, (KARI, PER, OURS))
    assert holds(who("per"), {"per", MUNICIPALITY}, (KARI, PER, OURS))


def test_in_a_cooperation_agreement_a_caseworkers_yes_stands_for_a_resident_who_is_in_it() -> None:
    assert not holds(who("per"), {"per", MUNICIPALITY}, ALL)
    assert holds(who("per"), {"per", MUNICIPALITY}, ALL, is_cooperation=True)
    assert not holds(who("per"), {"per", "åse"}, ALL, is_cooperation=True)
    assert not holds(who("per"), {MUNICIPALITY}, ALL, is_cooperation=True)


def test_what_somebody_carried_who_has_left_holds_no_more() -> None:
    gone = (AASE, KARI, replace(PER, has_left=True), OURS)
    assert not holds(who("per"), {"åse", "per"}, gone)
    assert not holds(who("kari"), {"kari", "verge"}, (AASE, KARI, replace(VERGE, has_left=True), OURS))


def test_what_safety_hangs_on_lacks_a_reserve_until_somebody_is_both() -> None:
    assert lacks_reserve(None, is_critical=True)
    assert lacks_reserve(who("per"), is_critical=True)
    assert not lacks_reserve(who("per", reserve=("kari",)), is_critical=True)
    assert not lacks_reserve(Commitment("snow", Way.DROP), is_critical=True)
    assert not lacks_reserve(None, is_critical=False)


def draft(
    finding: Finding, answers: Sequence[Expectation] = (), *, is_with_municipality: bool = True
) -> Commitment | None:
    """Answer what the answers of everybody propose."""
    return drafted(finding, answers, ALL, is_with_municipality=is_with_municipality)


def test_what_all_say_alike_is_proposed_by_the_answers_themselves_and_nothing_else_is() -> None:
    often = [Expectation(how_often=Frequency.DAILY), Expectation()]
    agreed = Finding("snow", Status.AGREED, named=frozenset({"per"}))
    assert draft(agreed, often) == Commitment("snow", Way.WHO, frozenset({"per"}), how_often=Frequency.DAILY)
    apply = Finding("snow", Status.AGREED_APPLY, named=frozenset({MUNICIPALITY, "per"}))
    assert draft(apply) == Commitment("snow", Way.APPLY, frozenset({"per"}))
    assert draft(Finding("snow", Status.NOT_NEEDED)) == Commitment("snow", Way.DROP)
    for status in (Status.DIFFERENT, Status.UNANSWERED, Status.UNASSIGNED, Status.BEYOND_MUNICIPALITY):
        assert draft(Finding("snow", status)) is None


def test_what_nobody_may_propose_is_not_proposed_by_the_answers_either() -> None:
    alone = Finding("medicine", Status.AGREED, is_critical=True, named=frozenset({"volunteer"}))
    assert draft(alone) is None
    assert draft(replace(alone, is_critical=False)) is not None
    assert draft(replace(alone, named=frozenset({"mona", "per"}))) is not None
    ours = Finding("snow", Status.AGREED, named=frozenset({MUNICIPALITY}))
    assert draft(ours, is_with_municipality=False) is None


# Sharing


def test_three_ready_answers_and_topics_one_by_one() -> None:
    def given_level(level: Level, *chosen: Topic) -> frozenset[Topic]:
        return consent_of("kari", level, frozenset(chosen), until=TODAY, given_on=TODAY).topics

    assert given_level(Level.ALL) == frozenset(Topic)
    assert given_level(Level.PRACTICAL, Topic.HEALTH) == TOPICS[Level.PRACTICAL]
    assert given_level(Level.NOTHING) == frozenset()
    assert given_level(Level.CHOSEN, Topic.HEALTH) == {Topic.HEALTH}


def test_a_consent_ends_and_lasts_two_years_at_most() -> None:
    far = consent_of("kari", Level.ALL, frozenset(), until=TODAY + timedelta(days=9999), given_on=TODAY)
    assert far.until == TODAY + timedelta(days=730)
    assert far.covers(Topic.HEALTH, far.until)
    assert not far.covers(Topic.HEALTH, far.until + timedelta(days=1))


# Signing


def signing(*signed: str, parties: tuple[Party, ...] = (AASE, KARI, OURS), **changes: object) -> Signing:
    """Answer a text that some have signed."""
    return Signing("h" * 64, parties, signed=frozenset(signed), **changes)  # type: ignore[arg-type]


def test_a_version_is_in_force_when_the_resident_another_and_all_who_are_not_left_out_have_signed() -> None:
    assert not is_complete(signing("åse", "kari"))
    assert is_complete(signing("åse", "kari", MUNICIPALITY))
    assert is_complete(signing("åse", MUNICIPALITY, left_out=frozenset({"kari"})))
    assert is_complete(signing("åse", "kari", is_with_municipality=False))
    assert not is_complete(signing("kari", MUNICIPALITY, left_out=frozenset({"åse"})))
    assert not is_complete(signing("åse", parties=(AASE,), is_with_municipality=False))


def test_a_representative_signs_once_and_the_resident_need_not() -> None:
    people = (AASE, VERGE, KARI, OURS)
    assert is_complete(signing("verge", "kari", MUNICIPALITY, parties=people))
    require_may_sign(signing(parties=people), "åse", "h" * 64)


def test_the_resident_and_who_represents_them_are_one_side_and_agree_with_nobody_yet() -> None:
    assert not is_complete(signing("åse", "verge", parties=(AASE, VERGE), is_with_municipality=False))
    assert is_complete(signing("åse", "verge", "kari", parties=(AASE, VERGE, KARI), is_with_municipality=False))


def test_a_cooperation_agreement_is_signed_by_the_municipality_and_a_caregiver() -> None:
    for people in ((KARI, OURS), (AASE, KARI, OURS)):
        assert is_complete(signing("kari", MUNICIPALITY, parties=people, is_cooperation=True))
        assert not is_complete(signing(MUNICIPALITY, parties=people, is_cooperation=True))
        assert not is_complete(signing("kari", MUNICIPALITY, parties=people))
    assert not is_complete(signing("mona", MUNICIPALITY, parties=(MONA, OURS), is_cooperation=True))


def test_a_signature_of_somebody_who_has_left_since_is_not_the_other_person() -> None:
    gone = replace(KARI, has_left=True)
    assert not is_complete(signing("åse", "kari", parties=(AASE, gone), is_with_municipality=False))


def test_nobody_signs_what_they_have_not_seen_or_are_not_asked_to() -> None:
    with pytest.raises(ConflictError):
        require_may_sign(signing(), "åse", "x" * 64)
    for one in ("per", "mona"):
        with pytest.raises(NotAllowedError):
            require_may_sign(signing(), one, "h" * 64)
    with pytest.raises(NotAllowedError):
        require_may_sign(signing(left_out=frozenset({"kari"})), "kari", "h" * 64)


@pytest.mark.parametrize("method", Method)
def test_a_code_is_enough_unless_the_municipality_asks_for_more(method: Method) -> None:
    assert is_enough(method, Required.CODE)
    assert is_enough(method, Required.IDPORTEN) is not method.value.startswith("code")


# Reviews


def test_an_agreement_is_looked_at_again_after_three_months_and_then_each_year_at_the_latest() -> None:
    assert review_on(TODAY, is_first=True) == TODAY + timedelta(days=91)
    assert review_on(TODAY, is_first=False) == TODAY + timedelta(days=365)
    assert review_on(TODAY, is_first=True, chosen=TODAY + timedelta(days=30)) == TODAY + timedelta(days=30)
    assert review_on(TODAY, is_first=True, chosen=TODAY + timedelta(days=3000)) == TODAY + timedelta(days=365)


@quick
@given(
    signed_on=st.dates(date(2026, 1, 1), date(2036, 1, 1)),
    days=st.none() | st.integers(1, 3000),
    is_first=st.booleans(),
)
def test_a_cooperation_agreement_is_looked_at_again_within_three_months(
    signed_on: date, days: int | None, *, is_first: bool
) -> None:
    chosen = signed_on + timedelta(days=days) if days else None
    found = review_on(signed_on, is_first=is_first, is_cooperation=True, chosen=chosen)
    months = 12 * (found.year - signed_on.year) + found.month - signed_on.month
    assert (months, found.day) <= (3, signed_on.day)


# Starter sets

CRITICAL = {"1.1", "1.2", "1.6", "1.12", "3.4", "8.1", "8.3", "8.5", "12.1", "12.2", "12.4", "12.5", "13.2"}
"""What carries a `!` in the catalogue, written off by hand."""


@pytest.mark.parametrize("theme", Theme)
def test_a_starter_set_has_at_most_twelve_tasks_of_the_catalogue_on_at_most_four_pages(
    theme: Theme, real_content: Reading
) -> None:
    catalogue = {
        part.fields["number"]: part.fields
        for key, part in real_content.parts.items()
        if key.kind == "task" and "number" in part.fields
    }
    numbers = STARTER[theme]
    assert len(numbers) == len(set(numbers)) == 12
    assert len({page_of(catalogue[number]["area"]) for number in numbers}) <= 4
    assert {number for number in numbers if catalogue[number].get("critical")} == CRITICAL & set(numbers)


def test_every_area_of_tasks_stands_on_one_page() -> None:
    assert sorted(area for areas in AREA_PAGES for area in areas) == sorted([*TASK_AREAS, "own"])
