"""Figures as files for a spreadsheet; also there small numbers are hidden."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from webapp.kernel.sheets import as_csv
from webapp.kernel.xlsx import MEDIA_TYPE, as_xlsx

FORMS = ("csv", "xlsx")


def file(rows: Sequence[Sequence[str | int]], form: str, name: str) -> Response:
    """Answer rows as a file of a form, by a name that says what it is."""
    body = as_csv(rows) if form == "csv" else as_xlsx(rows, name)
    response = Response(body, mimetype="text/csv" if form == "csv" else MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
