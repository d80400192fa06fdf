"""The papers of an agreement, each from its own plain data (contract.py)."""

from __future__ import annotations

from datetime import datetime

import segno

from webapp.gateways.pdf import make
from webapp.gateways.pdf.contract import Agreement, AnswerSheet, BlankAgreement, Calls, FridgeSheet
from webapp.kernel.errors import InvalidError

HASH_SIGNS = 64
MOST_CALLS = 5


def make_agreement(document: Agreement, *, at: datetime, is_large: bool = False) -> bytes:
    """Answer the PDF of an agreement, also in large print.

    It is made at a time of its own, that of its last signature, so that it is the same each time.
    """
    if len(document["hash"]) not in {0, HASH_SIGNS}:
        raise InvalidError("a hash has 64 signs")
    code = segno.make(document["verify"]["address"] or "-", error="m")
    qr = code.svg_inline(border=4, dark="#000", light="#fff")
    data = {**document, "qr": qr, "is_large": is_large}
    return make("agreement", data, language=document["language"], title=document["title"], at=at)


def make_fridge_sheet(sheet: FridgeSheet) -> bytes:
    """Answer the PDF of the sheet for the kitchen wall: one page."""
    calls: Calls = {"heading": sheet["calls"]["heading"], "rows": sheet["calls"]["rows"][:MOST_CALLS]}
    return make("fridge", {**sheet, "calls": calls}, language=sheet["language"], title=sheet["title"])


def make_answer_sheet(sheet: AnswerSheet) -> bytes:
    """Answer the PDF on which a party answers by hand, in large print."""
    return make("answer_sheet", sheet, language=sheet["language"], title=sheet["title"])


def make_blank_agreement(paper: BlankAgreement) -> bytes:
    """Answer the PDF of an agreement with empty lines."""
    return make("blank_agreement", paper, language=paper["language"], title=paper["title"])
