"""Tables as XLSX: written as a workbook of one sheet, and read with nothing in it believed.

A workbook is a ZIP of XML. What is read is bounded before it is unpacked, and XML that declares anything is refused
before the library sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from zipfile import ZipFile

from webapp.kernel.errors import InvalidError
from webapp.kernel.sheets import harmless

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 20_000_000
"""Bytes of XML in a workbook that somebody brings."""
MOST_ROWS, MOST_COLUMNS = 20_000, 200
_LONGEST_NAME = 31
_NOT_WRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARES = re.compile("<!(?:DOCTYPE|ENTITY)|\0", re.IGNORECASE)


def as_xlsx(rows: Iterable[Sequence[str | int]], name: str) -> bytes:
    """Answer a table as a workbook of one sheet; a text that begins as a formula gets an apostrophe, as in CSV."""
    from openpyxl import Workbook  # noqa: PLC0415 -- loaded when a workbook is asked for

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", _NOT_WRITTEN.sub("", name))[:_LONGEST_NAME])
    for row in rows:
        cells = [harmless(cell) for cell in row]
        sheet.append([_NOT_WRITTEN.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read_xlsx(body: bytes) -> list[list[str]]:
    """Answer the rows of the first sheet as texts; raise InvalidError for what is no workbook, or too large a one."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- as above

    try:
        _look_through(body)
        with closing(load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)) as book:
            sheet = book.worksheets[0]
            given = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
            rows = [[_text(cell) for cell in row] for row in islice(given, MOST_ROWS + 1)]
            is_wide = (sheet.max_column or 0) > MOST_COLUMNS
    except InvalidError:
        raise
    except Exception as error:  # whatever a broken file does to the library, it is no workbook
        raise InvalidError("not a workbook") from error
    if is_wide or len(rows) > MOST_ROWS:
        raise InvalidError("too many rows or columns")
    return _trimmed(rows)


def _look_through(body: bytes) -> None:
    """Raise InvalidError where a workbook unpacks to too much, declares something, or hides it in an encoding."""
    with ZipFile(BytesIO(body)) as archive:
        if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
            raise InvalidError("the workbook is too large")
        for one in archive.infolist():
            if one.filename.endswith((".xml", ".rels")) and _DECLARES.search(archive.read(one).decode("utf-8-sig")):
                raise InvalidError("the workbook declares something")


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Answer rows of one width, without what is empty after the last column and row."""
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell), default=0)
    height = max((place + 1 for place, row in enumerate(rows) if any(row)), default=0)
    return [[*row, *[""] * (width - len(row))][:width] for row in rows[:height]]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def day_of(number: str) -> str:
    """Answer the date that a spreadsheet keeps as a number of days, as 2027-03-09; any other text as it is."""
    from openpyxl.utils.datetime import from_excel  # noqa: PLC0415 -- as above

    if re.fullmatch(r"[1-9]\d{4}(\.0+)?", number):
        return str(from_excel(int(float(number))).date().isoformat())
    return number
