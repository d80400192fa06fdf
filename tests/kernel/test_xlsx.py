"""Workbooks: what is written is read again, and nothing in one that somebody brings is believed."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from webapp.kernel.errors import InvalidError
from webapp.kernel.xlsx import MOST_COLUMNS, MOST_ROWS, as_xlsx, read_xlsx

SHEET = "xl/worksheets/sheet1.xml"
DECLARING = (
    '<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "kanarifugl">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr">'
    "<is><t>&a;</t></is></c></row></sheetData></worksheet>"
)


def book(sheet: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(SHEET, sheet)
    return out.getvalue()


def test_what_is_written_is_read_again() -> None:
    rows: list[list[str | int]] = [["Mål", "Tall"], ["Bo hjemme <lenger> & bedre", 90], ["", 0]]
    assert read_xlsx(as_xlsx(rows, "Mål og tiltak")) == [[str(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_a_workbook_that_declares_something_is_refused_in_whatever_it_is_written(encoding: str) -> None:
    with pytest.raises(InvalidError):
        read_xlsx(book(DECLARING.format(encoding=encoding.removesuffix("-sig")).encode(encoding)))


def test_dates_gaps_and_words_that_are_kept_once_are_read_as_a_spreadsheet_shows_them() -> None:
    written = Workbook()
    sheet = written.active
    assert sheet is not None
    for row in (["Dato", "Tall", "Tiltak"], [], [date(2027, 3, 9), 90, "Hinderløype"], [None, 1.5, "Hinderløype"]):
        sheet.append(row)
    out = BytesIO()
    written.save(out)
    assert read_xlsx(out.getvalue()) == [
        ["Dato", "Tall", "Tiltak"], ["", "", ""], ["2027-03-09", "90", "Hinderløype"], ["", "1.5", "Hinderløype"],
    ]  # fmt: skip


@pytest.mark.parametrize(("row", "column"), [(MOST_ROWS + 1, 1), (1_048_576, 1), (1, MOST_COLUMNS + 1), (1, 16_384)])
def test_a_workbook_that_goes_on_far_beyond_a_plan_is_refused(row: int, column: int) -> None:
    written = Workbook()
    sheet = written.active
    assert sheet is not None
    sheet.cell(row=row, column=column, value="langt ute")
    out = BytesIO()
    written.save(out)
    with pytest.raises(InvalidError):
        read_xlsx(out.getvalue())


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ufffe", "\u202e", "\N{PILE OF POO}"])
def test_signs_that_a_workbook_cannot_hold_do_not_stop_it(sign: str) -> None:
    assert read_xlsx(as_xlsx([[f"a{sign}b"]], f"Ark{sign}"))[0][0].startswith("a")
