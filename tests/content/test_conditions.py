"""Conditions: read aloud as they are written, total whatever the answers are, and refused where they cannot be read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.content.domain.conditions import (
    Comparison,
    Condition,
    ConditionError,
    Joined,
    Value,
    names_in,
    parse,
    written,
)

ANSWERS: dict[str, Value] = {
    "q1": "2", "q2": 3.0, "q12": "yes", "total": 4.0, "band": frozenset({"heavy"}), "picks": frozenset({"a", "b"}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_true"),
    [
        ("q12 = yes", True),
        ("q12 = no", False),
        ("q12 != no", True),
        ("total >= 4", True),
        ("total > 4", False),
        ("q2 <= 3 and q2 < 3.5", True),
        ("q1 = 2", True),
        ("q1 >= 2", True),
        ("q2 = 3", True),
        ("q12 = no or total >= 4", True),
        ("q12 = no or total >= 4 and q1 = 1", False),
        ("(q12 = no or total >= 4) and q1 = 1", False),
        ("not q12 = no", True),
        ("not (q12 = yes and total = 4)", False),
        ("band = heavy", True),
        ("picks in b, c", True),
        ("picks in c", False),
        ("picks != a", False),
        ("unknown = 1", False),
        ("unknown != 1", False),
        ("not unknown = 1", True),
        ("q12 >= 1", False),
        ("picks > 1", False),
        ("total >= -3", True),
    ],
)
def test_a_condition_says_what_it_reads(text: str, *, is_true: bool) -> None:
    assert parse(text).holds(ANSWERS) is is_true


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends too early"),
        ("q1", "ends too early"),
        ("q1 =", "ends too early"),
        ("= 1", "is no name"),
        ("q1 ~ 1", "cannot be read"),
        ("q1 = 1 q2 = 2", "should end"),
        ("q1 = 1 and", "ends too early"),
        ("(q1 = 1", "ends too early"),
        ("(q1 = 1 or q2 = 2 q3", "not closed"),
        ("q1 >= yes", "is no number"),
        ("q1 = and", "is no value"),
        ("and = 1", "is no name"),
        ("q1 is 1", "is no comparison"),
    ],
)
def test_what_is_no_condition_is_refused_and_told_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(ConditionError, match=says):
        parse(text)


def test_the_names_of_a_condition_are_told_once_each() -> None:
    assert names_in(parse("q1 = 1 or (q2 = 2 and not q1 = 3)")) == ["q1", "q2"]


comparisons = st.one_of(
    st.builds(Comparison, st.sampled_from(["q1", "band"]), st.sampled_from(["=", "!="]), st.just(("yes",))),
    st.builds(Comparison, st.just("picks"), st.just("="), st.sampled_from([("a", "b"), ("a", "b-c", "3")])),
    st.builds(
        Comparison, st.just("total"), st.sampled_from([">", "<", ">=", "<="]), st.sampled_from([("4",), ("-3",)])
    ),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Joined, st.just("not"), st.tuples(inner)),
    ),
    max_leaves=8,
)


@given(conditions)
def test_a_condition_that_is_written_reads_as_the_same(condition: Condition) -> None:
    assert parse(written(condition)) == condition


picked = st.frozensets(st.text(max_size=3), max_size=3)
values = st.one_of(st.none(), st.text(max_size=4), st.floats(allow_nan=False), picked)
texts = st.sampled_from(
    ["q1 = 1", "q1 != a", "q2 >= 3", "q3 in a, b", "not q1 = 1", "q1 = 1 and q2 < 2 or not (q3 = a)", "q4 > -1"]
)


@given(text=texts, answers=st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q4"]), values))
def test_a_condition_holds_or_does_not_whatever_the_answers_are(text: str, answers: dict[str, Value]) -> None:
    assert parse(text).holds(answers) in {True, False}


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    with suppress(ConditionError):
        assert parse(text).holds({}) in {True, False}
