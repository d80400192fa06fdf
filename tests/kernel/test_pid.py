"""What may be a national identity number, each rule by an example; the numbers are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.pid import is_pid


def finished(nine: str) -> str:
    """Answer nine digits with the two control digits that fit, by the formula as the tax administration writes it."""
    d = [int(sign) for sign in nine]
    first = 11 - (3 * d[0] + 7 * d[1] + 6 * d[2] + d[3] + 8 * d[4] + 9 * d[5] + 4 * d[6] + 5 * d[7] + 2 * d[8]) % 11
    first = 0 if first == 11 else first
    d.append(first)
    second = 11 - sum(w * one for w, one in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d, strict=True)) % 11
    second = 0 if second == 11 else second
    return f"{nine}{first}{second}"


def some(date: str) -> str:
    """Answer a number with a date in it whose control digits are digits."""
    return next(found for number in range(1000) if len(found := finished(f"{date}{number:03}")) == 11)


@pytest.mark.parametrize(
    ("date", "plain", "synthetic"),
    [
        ("010150", True, True),
        ("311299", True, True),
        ("290200", True, True),  # 2000 was a leap year
        ("290201", False, False),
        ("300250", False, False),
        ("310450", False, False),
        ("000150", False, False),
        ("320150", False, False),
        ("010050", False, False),
        ("011350", False, False),
        ("410150", True, True),  # a d-number: 40 is added to the day
        ("710150", True, True),
        ("720150", False, False),
        ("400150", False, False),
        ("018150", False, True),  # a made-up person: 80 is added to the month
        ("019250", False, True),
        ("018050", False, False),
        ("019350", False, False),
        ("418150", False, True),
        ("014150", False, False),  # 40 added to the month is a number of a hospital's own
    ],
)
def test_a_number_has_a_date_that_has_been(date: str, plain: bool, synthetic: bool) -> None:  # noqa: FBT001
    assert is_pid(some(date)) is plain
    assert is_pid(some(date), synthetic=True) is synthetic


@pytest.mark.parametrize(
    "written",
    ["", "1", "0101501234", "010150123456", "0101501234a", " " + some("010150"), some("010150") + "\n", "٠١٠١٥٠١٢٣٤٥"],
)
def test_a_number_is_eleven_digits_and_nothing_else(written: str) -> None:
    assert not is_pid(written)


@given(st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, more: int) -> None:
    right = some("010150")
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert is_pid(right)
    assert not is_pid(wrong, synthetic=True)


@given(st.integers(0, 9))
def test_two_digits_that_have_changed_places_are_found(place: int) -> None:
    right = some("120356")
    left, after = right[place], right[place + 1]
    swapped = right[:place] + after + left + right[place + 2 :]
    assert swapped == right or not is_pid(swapped, synthetic=True)
