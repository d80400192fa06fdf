"""Tables for a spreadsheet: whatever was written stays text, and nothing is reckoned or run (I3)."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.sheets import STARTS_A_FORMULA, as_csv, harmless


def read(written: bytes) -> list[list[str]]:
    """Read a table as a spreadsheet does."""
    return list(csv.reader(StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\uff1d1", "\r=1", "\n=1"]
)
def test_what_begins_as_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert read(as_csv([[cell]])) == [[f"'{cell}"]]


def test_numbers_and_ordinary_words_stay_as_they_are() -> None:
    assert [harmless(cell) for cell in (5, -5, "Helt enig", "a=b", "Åse: «ja»; nei")] == [
        5, -5, "Helt enig", "a=b", "Åse: «ja»; nei"
    ]  # fmt: skip
    assert read(as_csv([['Åse; "Per"', 5]])) == [['Åse; "Per"', "5"]]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1), min_size=1))
def test_no_cell_ever_begins_as_a_formula_and_each_stays_in_its_place(rows: list[list[str]]) -> None:
    found = read(as_csv(rows))
    assert [len(row) for row in found] == [max(len(row), 1) if row != [""] else 1 for row in rows]
    for row in found:
        assert not [cell for cell in row if cell.startswith(STARTS_A_FORMULA)]
