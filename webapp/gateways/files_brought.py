"""Files that somebody brings to a referral: looked at by what they hold, never by what they are called (U1).

An image is drawn anew, so that nothing but its points goes on. A PDF is kept as it is, for a redrawn one would be
another document: it is read by nothing here, and is given to staff only as a file in a sandbox.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from webapp.gateways.imaging import MOST_BYTES as MOST_IMAGE
from webapp.gateways.imaging import ImageRefusedError, Refusal, make_forms

MOST_PDF = 8 * 1024 * 1024
MOST_BYTES = max(MOST_PDF, MOST_IMAGE)
_WIDTH = 2000
_TAIL = 2048
_ACTS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|GoToR|ImportData)\b")
"""What lets a PDF do something by itself, or carry other files; what is packed is not seen, and the sandbox stays."""


class Unfit(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    OTHER_TYPE = "other type"
    BROKEN = "broken"
    ACTIVE = "active"
    TOO_SMALL = "too small"


class FileRefusedError(Exception):
    """A file is not taken."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit.value)
        self.unfit = unfit


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it is kept."""

    type: str
    body: bytes

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return ENDINGS[self.type]


PDF, IMAGE = "application/pdf", "image/webp"
ENDINGS = {PDF: "pdf", IMAGE: "webp"}
_OF_IMAGES = {
    Refusal.EMPTY: Unfit.EMPTY, Refusal.TOO_LARGE: Unfit.TOO_LARGE, Refusal.BROKEN: Unfit.BROKEN,
    Refusal.TOO_MANY_POINTS: Unfit.TOO_LARGE, Refusal.TOO_SMALL: Unfit.TOO_SMALL, Refusal.TOO_NARROW: Unfit.TOO_SMALL,
}  # fmt: skip


def take(body: bytes) -> Brought:
    """Answer a file as it is kept; raise FileRefusedError for what is neither a PDF nor a picture that stands still."""
    if body.startswith(b"%PDF-"):
        return _pdf(body)
    try:
        (form,) = make_forms(body, [_WIDTH])
    except ImageRefusedError as error:
        raise FileRefusedError(_OF_IMAGES.get(error.refusal, Unfit.OTHER_TYPE)) from error
    return Brought(IMAGE, form.body)


def _pdf(body: bytes) -> Brought:
    if len(body) > MOST_PDF:
        raise FileRefusedError(Unfit.TOO_LARGE)
    if b"%%EOF" not in body[-_TAIL:] or b"startxref" not in body[-_TAIL:]:
        raise FileRefusedError(Unfit.BROKEN)
    if _ACTS.search(body):
        raise FileRefusedError(Unfit.ACTIVE)
    return Brought(PDF, body)
