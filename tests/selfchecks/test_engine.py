"""The engine: which questions are asked, what answers are taken, what they come to; total and pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.selfchecks.domain.answers import AnswerFault, first_open, path, take, valid
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.domain.scoring import flags_of, result

YES_NO = ("yes", "no")


def words(text: str) -> dict[str, str]:
    return {"nb": text}


def choice(name: str, **more: Any) -> dict[str, Any]:
    options = [{"value": str(n), "label": words(f"{n}"), "weight": n} for n in range(3)]
    return {"id": name, "type": "choice", "text": words(name), "options": options, **more}


FIELDS: dict[str, Any] = {
    "version": "1",
    "questions": [
        choice("q1"),
        choice("q2", when="q1 >= 1"),
        {"id": "fell", "type": "yes_no", "text": words("fell"), "weight": 2},
        {
            "id": "picks", "type": "multiple", "text": words("picks"), "most": 2,
            "options": [{"value": v, "label": words(v)} for v in ("a", "b", "c")],
        },
        {"id": "help", "type": "choice", "text": words("{option}?"), "for_each": "picks",
         "options": [{"value": "me", "label": words("me")}, {"value": "them", "label": words("them")}]},
        {"id": "years", "type": "number", "text": words("years"), "from": 0, "to": 120, "optional": True},
        {"id": "more", "type": "text", "text": words("more"), "optional": True},
    ],
    "scores": [{"id": "total", "method": "sum", "of": ["q1", "fell"], "times": 4}],
    "bands": [
        {"id": "low", "score": "total", "from": 0, "to": 8, "name": words("low"), "text": words("low")},
        {"id": "high", "score": "total", "from": 9, "to": 16, "name": words("high"), "text": words("high")},
    ],
    "advice": [
        {"id": "always", "level": "municipality", "text": words("always")},
        {"id": "own", "level": "yourself", "when": "band = low", "text": words("own")},
        {"id": "top", "level": "municipality", "when": "picks = a", "first": True, "text": words("top")},
    ],
    "flags": [{"id": "fall", "when": "fell = yes", "text": words("fall"), "numbers": ["113"]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def check() -> SelfCheck:
    return read("test", FIELDS)


def ids(check: SelfCheck, answers: dict[str, str]) -> list[str]:
    return [step.id for step in path(check, answers)]


def test_a_question_with_a_condition_is_asked_when_it_holds(check: SelfCheck) -> None:
    assert "q2" not in ids(check, {})
    assert "q2" not in ids(check, {"q1": "0"})
    assert "q2" in ids(check, {"q1": "1"})


def test_a_question_is_asked_once_for_each_option_that_was_picked(check: SelfCheck) -> None:
    assert [one for one in ids(check, {"picks": "a c"}) if one.startswith("help")] == ["help-a", "help-c"]
    assert [step.option.value for step in path(check, {"picks": "c"}) if step.option] == ["c"]


def test_answers_to_questions_that_are_hidden_or_foreign_count_nothing(check: SelfCheck) -> None:
    answers = {"q1": "0", "q2": "2", "help-b": "me", "stranger": "1", "fell": "no"}
    assert valid(check, answers) == {"q1": "0", "fell": "no"}
    assert result(check, answers).scores == result(check, {"q1": "0", "fell": "no"}).scores


@pytest.mark.parametrize(
    ("name", "given_", "kept", "fault"),
    [
        ("q1", ["1"], "1", None),
        ("q1", [], "", AnswerFault.MISSING),
        ("q1", ["  "], "", AnswerFault.MISSING),
        ("q1", ["9"], "9", AnswerFault.UNKNOWN),
        ("q1", ["1", "2"], "1", AnswerFault.UNKNOWN),
        ("fell", ["yes"], "yes", None),
        ("fell", ["ja"], "ja", AnswerFault.UNKNOWN),
        ("picks", ["c", "a"], "a c", None),
        ("picks", ["a", "b", "c"], "a b c", AnswerFault.TOO_MANY),
        ("picks", ["a", "z"], "a", AnswerFault.UNKNOWN),
        ("years", ["84"], "84", None),
        ("years", ["-1"], "-1", AnswerFault.OUT_OF_RANGE),
        ("years", ["121"], "121", AnswerFault.OUT_OF_RANGE),
        ("years", ["8½"], "8½", AnswerFault.NO_NUMBER),
        ("years", ["٣"], "٣", AnswerFault.NO_NUMBER),
        ("years", [""], "", None),
        ("more", ["a\r\nb"], "a\nb", None),
        ("more", ["x" * 4001], "x" * 4001, AnswerFault.TOO_LONG),
    ],
)
def test_an_answer_is_taken_or_told_why_not(
    check: SelfCheck, name: str, given_: list[str], kept: str, fault: AnswerFault | None
) -> None:
    question = check.question(name)
    assert question is not None
    assert take(question, given_) == (kept, fault)


def test_a_score_is_summed_and_multiplied_and_its_band_found(check: SelfCheck) -> None:
    found = result(check, {"q1": "2", "fell": "no"})
    assert (found.scores["total"], [band.id for band in found.bands]) == (8, ["low"])
    found = result(check, {"q1": "1", "fell": "yes"})
    assert (found.scores["total"], [band.id for band in found.bands]) == (12, ["high"])


def test_there_is_no_score_while_an_answer_is_missing(check: SelfCheck) -> None:
    found = result(check, {"q1": "2"})
    assert (found.scores["total"], found.bands, found.is_complete) == (None, (), False)
    assert "fell" in found.missing


def test_advice_goes_from_oneself_to_the_municipality_with_the_urgent_on_top(check: SelfCheck) -> None:
    found = result(check, {"q1": "0", "fell": "no", "picks": "a"})
    assert [advice.id for advice in found.advice] == ["top", "own", "always"]


def test_a_red_flag_is_raised_by_its_answer_alone(check: SelfCheck) -> None:
    assert [flag.id for flag in flags_of(check, {"fell": "yes"})] == ["fall"]
    assert flags_of(check, {"fell": "no"}) == ()


answers = st.dictionaries(
    st.sampled_from(["q1", "q2", "fell", "picks", "help-a", "help-b", "years", "more", "x"]),
    st.one_of(st.sampled_from(["0", "1", "2", "yes", "no", "a", "a b", "me", "", "seen"]), st.text(max_size=8)),
)


@given(answers)
def test_any_answers_have_a_result_and_the_same_one_each_time(given_: dict[str, str]) -> None:
    check = read("test", FIELDS)
    first, second = result(check, given_), result(check, given_)
    assert first == second
    assert len(first.bands) <= 1
    still_open = first_open(check, given_)
    assert first.is_complete is (still_open is None)
    assert still_open is None or 1 <= still_open <= len(path(check, given_))


@given(answers)
def test_what_does_not_count_can_be_taken_away_without_changing_anything(given_: dict[str, str]) -> None:
    check = read("test", FIELDS)
    assert result(check, valid(check, given_)) == result(check, given_)
