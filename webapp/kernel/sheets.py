"""Tables as CSV that a spreadsheet opens as text and numbers, and never as something to reckon or to run (I3)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
                    "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By this a spreadsheet knows that the file is UTF-8."""


def harmless(cell: str | int) -> str | int:
    """Answer a cell that no spreadsheet takes for a formula: a text that begins as one gets an apostrophe before it."""
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if cell.lstrip(" \N{NO-BREAK SPACE}").startswith(STARTS_A_FORMULA) else cell


def as_csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Answer a table as CSV, with semicolons, as a Norwegian spreadsheet reads it."""
    written = StringIO()
    csv.writer(written, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return f"{_MARK}{written.getvalue()}".encode()
