"""What a PDF can show is exactly what its fonts have; any text at all is printed, and what is lacking is seen."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateways.test_pdf import EMPTY
from webapp.gateways import pdf
from webapp.gateways.pdf.letters import FAMILIES, FONTS, LACKING, SIGNS, letters

FILES = {family: family.replace(" ", "") for family in FAMILIES}
AT_HOME = "".join(sorted(letters()[FAMILIES[0]] | letters()[FAMILIES[1]] | SIGNS))
MIXED = st.text(st.one_of(st.sampled_from(AT_HOME), st.characters(exclude_categories=[])), max_size=80)
"""Letters that the fonts have, in any mixture, between any others that Unicode knows."""


def printed(words: str) -> bytes:
    answers = [{"question": words, "answer": words}]
    return pdf.make("selfcheck_result", {**EMPTY, "answers": answers}, language="nb", title=words or "x")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_letters_are_those_of_the_fonts(family: str, weight: str) -> None:
    with TTFont(FONTS / f"{FILES[family]}-{weight}.ttf") as font:
        assert {ord(letter) for letter in letters()[family]} <= set(font.getBestCmap())
        assert font["name"].getDebugName(1) == family


@pytest.mark.parametrize(
    "text",
    [
        "Čáhci, Ŋ, đ, ŧ, ž – Åse Øyås «ja»", "Ελληνικά", "Київ, Ђорђе, Қазақстан", "فاطمة ۱۲۳ پارسی", "می\u200cروم",
        "≤ ≥ → □", "Nguyễn Thị Ánh", "Łódź, İstanbul, Ştefan", "", "\n\t",
    ],
)  # fmt: skip
def test_names_of_people_in_norway_stand_as_they_were_written(text: str) -> None:
    assert pdf.writable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("你好", "□□"), ("👵🏽", "□□"), ("👩\u200d👧", "□□□"), ("a\u202eb\u2066c", "a□b□c"), ("a\x00\x1b\x7f", "a□□□"),
        ("\ud83d", "□"), ("Ka\u200cri", "Ka□ri"), ("a\u064b", "a□"), ("\u0301a", "□a"), ("e\u0301", "é"),
        ("\ufeffa", "□a"), ("a\r\nb\rc", "a\nb\nc"), ("a\u2028b", "a□b"), ("\uffff\ue000", "□□"),
    ],
)  # fmt: skip
def test_what_the_fonts_lack_is_seen(text: str, shown: str) -> None:
    assert pdf.writable(text) == shown


@given(MIXED)
def test_a_second_time_changes_nothing(words: str) -> None:
    once = pdf.writable(words)
    assert pdf.writable(once) == once == unicodedata.normalize("NFC", once)
    once.encode()


@settings(max_examples=60, deadline=None)
@given(MIXED)
def test_any_text_at_all_is_printed(words: str) -> None:
    assert printed(words).startswith(b"%PDF-")


def test_every_letter_is_printed_in_every_weight() -> None:
    marks = [letter for letter in AT_HOME if unicodedata.category(letter).startswith("M")]
    rest = " ".join(letter for letter in AT_HOME if letter not in marks)
    assert LACKING not in pdf.writable(rest.replace(LACKING, ""))
    printed(pdf.writable(rest))
    printed(" ".join(f"a{mark} ب{mark} क{mark} □{mark}" for mark in marks))


def test_data_is_settled_at_every_depth() -> None:
    data: dict[str, Any] = {"a": ["👵", {"b": ("你", 1, None, True)}]}
    assert pdf.settled(data) == {"a": ["□", {"b": ["□", 1, None, True]}]}
