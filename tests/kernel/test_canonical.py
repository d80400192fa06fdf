"""Canonical JSON: the same data has one form and one hash, and what has no exact form is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.canonical import MOST_EXACT, canonical, fingerprint
from webapp.kernel.errors import InvalidError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("abcæøåÅ", max_size=5)
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST_EXACT, MOST_EXACT) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
AT = datetime(2026, 11, 29, 6, 35, 17, 999_999, tzinfo=UTC)


def composed(value: Any) -> Any:
    """Answer data with every text in NFC, as the reader of canonical JSON finds it."""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {name: composed(item) for name, item in value.items()}
    return [composed(item) for item in value] if isinstance(value, list) else value


def turned(value: Any) -> Any:
    """Answer the same data with its names in the other order and its texts taken apart."""
    if isinstance(value, str):
        return normalize("NFD", value)
    if isinstance(value, dict):
        return {normalize("NFD", name): turned(item) for name, item in reversed(list(value.items()))}
    return [turned(item) for item in value] if isinstance(value, list) else value


@given(PLAIN)
def test_what_is_written_is_read_again(data: Any) -> None:
    assert json.loads(canonical(data)) == composed(data)


@given(PLAIN)
def test_order_of_names_and_composition_of_letters_change_nothing(data: Any) -> None:
    assert canonical(turned(data)) == canonical(data)


@given(PLAIN)
def test_what_was_read_again_has_the_same_hash(data: Any) -> None:
    assert fingerprint(json.loads(canonical(data))) == fingerprint(data) == sha256(canonical(data)).hexdigest()


@given(PLAIN, PLAIN)
def test_two_that_differ_differ_in_their_hash(one: Any, other: Any) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (json.dumps(composed(one), sort_keys=True) ==
                                                        json.dumps(composed(other), sort_keys=True))  # fmt: skip


def test_the_form_is_the_one_of_the_standard() -> None:
    data = {"b": (1, True, None), "a": "Å\n\x01\u2028", "\u20ac": AT}
    assert canonical(data) == '{"a":"Å\\n\\u0001\u2028","b":[1,true,null],"€":"2026-11-29T06:35:17Z"}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        1.0, float("nan"), [{"a": 0.5}], MOST_EXACT + 1, -MOST_EXACT - 1, b"bytes", {1: "a"}, {None: 1}, {"a", "b"},
        "\ud83d", {"\udc00": 1}, {"\u00c5": 1, "A\u030a": 2}, AT.replace(tzinfo=None),
        AT.astimezone(timezone(timedelta(hours=1))), AT.date(), object(),
    ],
)  # fmt: skip
def test_what_has_no_exact_form_is_refused(data: Any) -> None:
    with pytest.raises(InvalidError):
        canonical(data)
