"""PDF that everybody can read: PDF/UA-1 and PDF/A-2a in one file, from a template and data (docs/adr/0004)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from webapp.gateways.pdf.letters import FONTS, settled, writable

__all__ = ["make", "settled", "writable"]

TEMPLATES = Path(__file__).parent
STANDARDS: Any = ["a-2a", "ua-1"]
_one_at_a_time = Lock()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])


@cache
def _source(name: str) -> bytes:
    return (TEMPLATES / "base.typ").read_bytes() + (TEMPLATES / f"{name}.typ").read_bytes()


def make(name: str, data: Mapping[str, Any], *, language: str, title: str, at: datetime | None = None) -> bytes:
    """Answer a PDF of a template, with data that is text only; the same data gives the same bytes.

    Where the paper has a time of its own, the file says that it was made then.
    """
    given = json.dumps({**settled(data), "language": language, "title": writable(title).strip() or "–"})
    with _one_at_a_time:  # two at once take no less time and twice the memory
        found: bytes = typst.compile(  # type: ignore[type-var]  # the stubs know no bytes
            _source(name), root=TEMPLATES, font_paths=_fonts(), sys_inputs={"data": given}, pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()) if at else 0,
        )  # fmt: skip
    return found
