"""Tables as XLSX: written as the plainest workbook there is, and read with nothing in it believed.

A workbook is a ZIP of XML. What is read is bounded before it is unpacked, and XML that declares anything is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from webapp.kernel.errors import InvalidError
from webapp.kernel.sheets import harmless

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 20_000_000
"""Bytes of XML in a workbook that somebody brings."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY_ZERO = date(1899, 12, 30)
_NOT_WRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BROKEN = (BadZipFile, ET.ParseError, ValueError, KeyError, IndexError, NotImplementedError, EOFError, OSError)
"""What reading a file that is no workbook, or a broken one, may raise."""
_FIXED = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA_TYPE}.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def as_xlsx(rows: Iterable[Sequence[str | int]], name: str) -> bytes:
    """Answer a table as a workbook of one sheet; a text that begins as a formula gets an apostrophe, as in CSV."""
    written = "".join(f"<row>{''.join(_cell(harmless(cell)) for cell in row)}</row>" for row in rows)
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{written}</sheetData></worksheet>'
    title = escape(re.sub(r"[\[\]:*?/\\]", " ", name)[:31], {'"': "&quot;"})
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{title}" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path, text in {**_FIXED, "xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(ZipInfo(path, (2000, 1, 1, 0, 0, 0)), _HEAD + text, ZIP_DEFLATED)
    return out.getvalue()


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NOT_WRITTEN.sub("", value))}</t></is></c>'


def read_xlsx(body: bytes) -> list[list[str]]:
    """Answer the rows of the first sheet as texts; raise InvalidError for what is no workbook, or too large a one."""
    try:
        with ZipFile(BytesIO(body)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise InvalidError("the workbook is too large")
            names = set(archive.namelist())
            sheet = "xl/worksheets/sheet1.xml"
            if sheet not in names:
                sheet = min(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
            shared = _shared(_xml(archive, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
            return _rows(_xml(archive, sheet), shared)
    except _BROKEN as error:
        raise InvalidError("not a workbook") from error


def _xml(archive: ZipFile, name: str) -> ET.Element:
    with archive.open(name) as file:
        raw = file.read(MOST_UNPACKED + 1)
    text = raw.decode("utf-8-sig")  # in another encoding a declaration would not be seen
    if len(raw) > MOST_UNPACKED or "\0" in text or "<!" in text.replace("<![CDATA[", ""):
        raise InvalidError("the workbook declares something")
    return ET.fromstring(text)  # noqa: S314 -- nothing is declared in it, so nothing can be expanded


def _shared(root: ET.Element) -> list[str]:
    return ["".join(text.text or "" for text in one.iter(f"{{{_MAIN}}}t")) for one in root.iter(f"{{{_MAIN}}}si")]


def _rows(root: ET.Element, shared: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for row in root.iter(f"{{{_MAIN}}}row"):
        number = int(row.get("r") or len(found) + 1)
        if number > 20_000:
            raise InvalidError("too many rows")
        while len(found) < number - 1:
            found.append([])
        cells: list[str] = []
        for cell in row.iter(f"{{{_MAIN}}}c"):
            place = _column(cell.get("r") or "") if cell.get("r") else len(cells)
            if place > 200:
                raise InvalidError("too many columns")
            cells += [""] * (place - len(cells))
            cells.append(_text(cell, shared))
        found.append(cells)
    return found


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - ord("A") + 1
    return number - 1


def _text(cell: ET.Element, shared: Sequence[str]) -> str:
    kind, value = cell.get("t", "n"), cell.find(f"{{{_MAIN}}}v")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{{{_MAIN}}}t"))
    told = (value.text or "") if value is not None else ""
    return shared[int(told)] if kind == "s" and told else told


def day_of(number: str) -> str:
    """Answer the date that a spreadsheet keeps as a number of days, as 2027-03-09; any other text as it is."""
    if re.fullmatch(r"[1-9]\d{4}(\.0+)?", number):
        return (_DAY_ZERO + timedelta(days=int(float(number)))).isoformat()
    return number
