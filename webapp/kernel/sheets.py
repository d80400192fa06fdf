"""Tables as CSV that a spreadsheet opens as text and numbers, and never as something to reckon or to run (I3)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from webapp.kernel.errors import InvalidError

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
                    "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By this a spreadsheet knows that the file is UTF-8."""


def harmless(cell: str | int) -> str | int:
    """Answer a cell that no spreadsheet takes for a formula: a text that begins as one gets an apostrophe before it."""
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if _begins_as_formula(cell) else cell


def _begins_as_formula(cell: str) -> bool:
    """Tell whether a text begins as a formula, also where it has an apostrophe already: it gets one more."""
    return cell.lstrip("' \N{NO-BREAK SPACE}").startswith(STARTS_A_FORMULA)


def without_mark(cell: str) -> str:
    """Answer a cell as it was before `harmless`: without the apostrophe before what begins as a formula."""
    return cell[1:] if cell.startswith("'") and _begins_as_formula(cell[1:]) else cell


def read_csv(body: bytes) -> list[list[str]]:
    """Answer the rows of a CSV file, as spreadsheets write it; raise InvalidError for what is no text."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        first = text.split("\n", 1)[0]
        delimiter = max(";,\t", key=first.count)
        try:
            return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            break
    raise InvalidError("not a CSV file")


def as_csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Answer a table as CSV, with semicolons, as a Norwegian spreadsheet reads it."""
    written = StringIO()
    csv.writer(written, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    return f"{_MARK}{written.getvalue()}".encode()
