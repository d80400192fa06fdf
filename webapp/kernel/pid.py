"""The national identity number: what may be one. It is never shown, logged, or put in an address (O2)."""

from __future__ import annotations

import re
from calendar import monthrange

_DIGITS = re.compile(r"[0-9]{11}")
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_D_NUMBER = 40
"""What is added to the day of somebody who has a number for the time being (a d-number)."""
_SYNTHETIC = 80
"""What is added to the month of a made-up person in the public test population."""
_CENTURIES = (1800, 1900, 2000)


def is_pid(written: str, *, synthetic: bool = False) -> bool:
    """Tell whether eleven digits may be somebody's number: a date that has been, and two control digits that fit.

    The three digits after the date are not read: from 2032 they no longer tell the century.
    """
    if not _DIGITS.fullmatch(written):
        return False
    digits = [int(sign) for sign in written]
    return _has_date(written, synthetic=synthetic) and _fits(digits, _FIRST) and _fits(digits, _SECOND)


def _fits(digits: list[int], weights: tuple[int, ...]) -> bool:
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 == 0


def _has_date(written: str, *, synthetic: bool) -> bool:
    day, month, year = int(written[:2]), int(written[2:4]), int(written[4:6])
    if day > _D_NUMBER:
        day -= _D_NUMBER
    if synthetic and month > _SYNTHETIC:
        month -= _SYNTHETIC
    longest = max(monthrange(century + year, month)[1] for century in _CENTURIES) if 1 <= month <= 12 else 0
    return 1 <= day <= longest
