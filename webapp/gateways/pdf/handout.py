"""The hand-out of a home visitor, from plain words."""

from __future__ import annotations

from typing import TypedDict

import segno

from webapp.gateways.pdf import make


class Part(TypedDict):
    """A heading, and its points and paragraphs: each with a kind (`point`, `text`) and its text."""

    heading: str
    lines: list[dict[str, str]]


class Sheet(TypedDict):
    """One entry, and the address of its page; `alt` tells what the code is for who does not see it."""

    title: str
    short: str
    sections: list[Part]
    todo_heading: str
    todo: list[str]
    address: str
    alt: str


class Handout(TypedDict):
    """Some entries, and whom to ring."""

    language: str
    title: str
    municipality: str
    telephone: str
    hours: str
    telephone_label: str
    numbers: list[dict[str, str]]
    numbers_heading: str
    read_on: str
    sheets: list[Sheet]


def make_handout(handout: Handout) -> bytes:
    """Answer the PDF, each entry on a page of its own with a QR code."""
    sheets = [
        {**sheet, "qr": segno.make(sheet["address"], error="m").svg_inline(border=4, dark="#000", light="#fff")}
        for sheet in handout["sheets"]
    ]
    return make("handout", {**handout, "sheets": sheets}, language=handout["language"], title=handout["title"])
