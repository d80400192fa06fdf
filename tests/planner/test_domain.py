"""What a browser posts of a plan: read strictly, and nothing that anybody can type breaks it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.errors import InvalidError
from webapp.planner.domain import MOST_ITEMS, MOST_NOTE, MOST_TEXT, read_plan


def read_one(**fields: Any) -> Any:
    return read_plan(json.dumps([{"text": "Ring fastlegen", **fields}]))[0]


@pytest.mark.parametrize(
    "posted",
    [
        "", "{", "null", "{}", "[]", '"x"', "[1]", '[{"text": ""}]', '[{"text": "  "}]', '[{"text": 7}]', "[{}]",
        "[" * 100_000, json.dumps([{"text": "x" * (MOST_TEXT + 1)}]),
        json.dumps([{"text": "x", "note": "x" * (MOST_NOTE + 1)}]), json.dumps([{"text": "x"}] * (MOST_ITEMS + 1)),
        json.dumps([{"text": "x", "note": ["y"]}]),
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(posted: str) -> None:
    with pytest.raises(InvalidError):
        read_plan(posted)


def test_a_thousand_points_are_a_plan() -> None:
    assert len(read_plan(json.dumps([{"text": "x" * MOST_TEXT, "note": "x" * MOST_NOTE}] * MOST_ITEMS))) == MOST_ITEMS


def test_lines_stay_and_what_nobody_types_goes() -> None:
    found = read_one(text=" Ring\u202e fast\x00legen ", note="En\r\nto\rtre")
    assert (found.text, found.note) == ("Ring fastlegen", "En\nto\ntre")


@pytest.mark.parametrize("day", ["", "i morgen", "2026-02-30", "1999-12-31", "2200-01-01", "2026-13-01", "12/24/2026"])
def test_a_day_that_is_none_is_left_out(day: str) -> None:
    assert read_one(date=day).day is None


def test_a_day_is_read() -> None:
    assert read_one(date="2028-02-29").day == date(2028, 2, 29)


@pytest.mark.parametrize(
    "source", ["https://evil.example/", "//evil.example", "abc/../saker", "abc/Fall", "javascript:alert(1)", "abc/", 7]
)
def test_only_our_own_pages_are_named_as_the_source(source: object) -> None:
    assert read_one(**{"from": source}).source == ""


def test_our_own_pages_are_named() -> None:
    assert [read_one(**{"from": one}).source for one in ("abc/fall", "tjenester/bpa", "min-plan/de-gode-arene")] == [
        "abc/fall", "tjenester/bpa", "min-plan/de-gode-arene",
    ]  # fmt: skip


def test_only_true_is_done() -> None:
    assert [read_one(done=value).is_done for value in (True, False, "true", 1, None)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_the_id_is_the_browsers_own_or_made_of_the_words() -> None:
    assert read_one(id="abc-1").id == "abc-1"
    assert read_one(id="x\r\nATTENDEE:evil").id == read_one().id != ""


@given(st.text(max_size=MOST_TEXT), st.text(max_size=MOST_NOTE))
def test_any_text_is_read_or_refused(text: str, note: str) -> None:
    try:
        (found,) = read_plan(json.dumps([{"text": text, "note": note}]))
    except InvalidError:
        return
    assert found.text == found.text.strip() != ""
    assert "\r" not in found.note
