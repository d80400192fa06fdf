"""Norwegian order: Æ, Ø and Å last, aa as å, and foreign letters where a reader looks for them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.alphabet import LETTERS, first_letter, in_order, sort_key

IN_ORDER = [
    "", "112", "alarm", "Arv", "avløsning", "Barn som pårørende", "dødsbo", "élan", "eldre", "fallforebygging",
    "hørsel", "ID-kort", "Müller", "NAV", "svimmel", "trygghet", "TT-kort", "våpen", "Zoo", "Ægir", "ære", "ørret",
    "ånd", "år", "Aasen",
]  # fmt: skip


def test_words_stand_as_in_a_norwegian_index() -> None:
    shuffled = IN_ORDER.copy()
    random.Random(1).shuffle(shuffled)
    assert in_order(shuffled, str) == IN_ORDER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Zoo", "Ære"), ("Ære", "Øre"), ("Øre", "Åre"), ("Az", "Aa"), ("Åse", "Aaste"), ("Aase", "Åste"),
        ("å bo", "åpen"), ("Ål", "Ålesund"), ("tenner", "te på boks"), ("dag", "dag-tilbud"), ("10", "a"),
        ("«Zoo»", "ære"),
    ],
)  # fmt: skip
def test_one_word_stands_before_another(before: str, after: str) -> None:
    assert sort_key(before) < sort_key(after)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Åpen", "Å"), ("aase", "Å"), ("Ær", "Æ"), ("ørret", "Ø"), ("alarm", "A"), ("Élan", "E"), ("ä", "Æ"),
        ("Ö", "Ø"), ("šá", "S"), ("112", "#"), ("", "#"), ("«sitat»", "#"), ("ελ", "#"),
    ],
)  # fmt: skip
def test_a_text_stands_under_its_first_letter(text: str, letter: str) -> None:
    assert first_letter(text) == letter


def test_there_are_twenty_nine_letters() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 29
    assert LETTERS[-3:] == "ÆØÅ"


@given(st.lists(st.text(max_size=6)))
def test_an_order_is_the_same_whatever_order_it_was_before(texts: list[str]) -> None:
    assert in_order(texts, str) == in_order(texts[::-1], str)
    assert sorted(in_order(texts, str)) == sorted(texts)


@given(st.text())
def test_every_text_stands_under_one_letter_or_the_sign_for_none(text: str) -> None:
    assert first_letter(text) in {*LETTERS, "#"}


@given(st.text(st.sampled_from("abcæøå"), min_size=1), st.text(st.sampled_from("abcæøå"), min_size=1))
def test_capital_letters_change_no_order(one: str, other: str) -> None:
    assert (sort_key(one)[0] < sort_key(other)[0]) == (sort_key(one.upper())[0] < sort_key(other.lower())[0])
