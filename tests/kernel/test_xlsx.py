"""Workbooks: what is written is read again, and nothing in one that somebody brings is believed."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from webapp.kernel.errors import InvalidError
from webapp.kernel.xlsx import as_xlsx, read_xlsx

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
