"""Small numbers: whoever tries every table that fits what is published finds no hidden number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.insight.domain.suppression import Figures, month, year
from webapp.kernel.suppression import FEWEST

WORDS = "abc"
Table = tuple[tuple[int, ...], ...]
Secret = tuple[int, int]
"""A month and a category, by their places."""
YEAR = TOTAL = -1

TABLES = st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=3)


def counted(table: Sequence[Sequence[int]]) -> list[dict[str, int]]:
    return [dict(zip(WORDS, row, strict=True)) for row in table]


def parts(total: int, number: int) -> Iterator[tuple[int, ...]]:
    """Answer every way to make a total of some numbers, none of them zero."""
    if number == 1:
        yield (total,) if total else ()
        return
    for first in range(1, total - number + 2):
        for rest in parts(total - first, number - 1):
            yield (first, *rest)


def months_that_fit(figures: Figures) -> list[tuple[int, ...]]:
    """Answer every month that is published as these figures, as a reader reasons."""
    if figures.is_hidden:
        return [row for row in product(range(FEWEST), repeat=3) if 0 < sum(row) < FEWEST]
    cells = [figures.cells[word] for word in WORDS]
    hidden = [place for place, cell in enumerate(cells) if cell is None]
    if not hidden:
        return [tuple(cell or 0 for cell in cells)]
    left = (figures.total or 0) - sum(cell or 0 for cell in cells)
    found = []
    for numbers in parts(left, len(hidden)):
        row = [cell or 0 for cell in cells]
        for place, number in zip(hidden, numbers, strict=True):
            row[place] = number
        found.append(tuple(row))
    return found


def tables_that_fit(months: Sequence[Figures], whole: Figures) -> Iterator[Table]:
    """Answer every table of months whose sums are what is published of the year."""
    known = [whole.cells[word] for word in WORDS]
    *first, last = [months_that_fit(figures) for figures in months]
    for rows in product(*first):
        sums = [sum(column) for column in zip(*rows, strict=True)]
        if any(limit is not None and total > limit for total, limit in zip(sums, known, strict=True)):
            continue
        for row in last:
            sums_now = [total + more for total, more in zip(sums, row, strict=True)]
            fits = all(limit is None or total == limit for total, limit in zip(sums_now, known, strict=True))
            if fits and (whole.total is None or sum(sums_now) == whole.total):
                yield (*rows, row)


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_hidden_number_can_be_reckoned_from_the_months_and_the_year(table: list[list[int]]) -> None:
    months = [month(counts) for counts in counted(table)]
    whole = year(counted(table))
    secrets: dict[Secret, set[int]] = {}
    for number, (figures, row) in enumerate(zip(months, table, strict=True)):
        for place, word in enumerate(WORDS):
            if figures.cells[word] is None and row[place]:
                secrets[number, place] = set()
        if figures.total is None:
            secrets[number, TOTAL] = set()
    for place, word in enumerate(WORDS):
        if whole.cells[word] is None:
            secrets[YEAR, place] = set()
    if whole.total is None:
        secrets[YEAR, TOTAL] = set()
    for found in tables_that_fit(months, whole):
        if all(len(values) > 1 for values in secrets.values()):
            break
        for key, values in secrets.items():
            values.add(value_of(found, key))
    assert all(len(values) > 1 for values in secrets.values()), secrets


def value_of(table: Table, key: Secret) -> int:
    number, place = key
    rows = table if number == YEAR else (table[number],)
    return sum(sum(row) if place == TOTAL else row[place] for row in rows)


@given(TABLES)
def test_what_is_shown_is_what_was_counted_and_never_small(table: list[list[int]]) -> None:
    for figures, counts in ((month(one), one) for one in counted(table)):
        assert figures.total in {None, sum(counts.values())}
        assert all(cell in {None, counts[word]} for word, cell in figures.cells.items())
        assert all(cell is None or cell == 0 or cell >= FEWEST for cell in figures.cells.values())
    whole = year(counted(table))
    sums = {word: sum(counts[word] for counts in counted(table)) for word in WORDS}
    assert whole.total in {None, sum(sums.values())}
    assert all(cell in {None, sums[word]} for word, cell in whole.cells.items())


@given(TABLES, st.lists(st.integers(0, 7), min_size=3, max_size=3))
def test_a_month_that_was_published_never_changes(table: list[list[int]], later: list[int]) -> None:
    before = [month(counts) for counts in counted(table)]
    assert [month(counts) for counts in counted([*table, later])][: len(before)] == before


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 9, "b": 7}, Figures(16, {"a": 9, "b": 7})),
        ({"a": 0, "b": 0}, Figures(0, {"a": 0, "b": 0})),
        ({"a": 3, "b": 0}, Figures(None, {"a": None, "b": None})),
        ({"a": 9, "b": 3, "c": 20}, Figures(32, {"a": None, "b": None, "c": 20})),
        ({"a": 9, "b": 3, "c": 4}, Figures(16, {"a": 9, "b": None, "c": None})),
        (dict.fromkeys("abcde", 1), Figures(None, dict.fromkeys("abcde"))),
    ],
)
def test_a_month_shows_what_it_may(counts: dict[str, int], expected: Figures) -> None:
    assert month(counts) == expected


def test_a_year_tells_what_its_months_were_too_small_to_tell() -> None:
    months = [{"a": 2, "b": 2}, {"a": 3, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}, *[{"a": 20, "b": 30}] * 8]
    assert year(months).total == 8 * 50 + 14
    assert month(months[0]).is_hidden


def test_a_large_year_is_reckoned_quickly_enough_to_be_shown() -> None:
    months = [{f"task {number}": (number * place) % 9 for number in range(110)} for place in range(1, 13)]
    whole = year(months)
    assert sum(cell is not None for cell in whole.cells.values()) > 50
