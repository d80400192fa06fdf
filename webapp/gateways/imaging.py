"""Images from outside made into images of ours: looked at by what they hold, drawn anew, with nothing else in them.

Whatever comes in, only the points of the picture go on: no position, no name of a camera, no thumbnail, nothing that
another program could take for its own. What is not a picture that stands still is refused before it is unpacked.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

MOST_BYTES = 12 * 1024 * 1024
"""The largest file that is looked at: a photograph of a telephone."""
_MOST_POINTS = {"JPEG": 60_000_000, "PNG": 24_000_000}
"""The types that are taken, and how many points each may unpack to; a JPEG is unpacked at the size that is needed."""
_LEAST_WIDTH = 300
_MOST_SIDES = 4
"""How many times longer one side may be than the other."""
_QUALITY = 80


class Refusal(StrEnum):
    """Why an image is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    NOT_AN_IMAGE = "not an image"
    DRAWING = "drawing"
    OTHER_TYPE = "other type"
    BROKEN = "broken"
    TOO_MANY_POINTS = "too many points"
    TOO_SMALL = "too small"
    TOO_NARROW = "too narrow"
    MOVES = "moves"


class ImageRefusedError(Exception):
    """An image is not taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Form:
    """An image at one width, as a file."""

    width: int
    height: int
    body: bytes

    @property
    def digest(self) -> str:
        """What the file is known by."""
        return sha256(self.body).hexdigest()


_BROKEN = (
    OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError, struct.error,
    zlib.error, UserWarning,
)  # fmt: skip
"""What a reader of images raises for a file that is broken, by accident or on purpose; where warnings raise, those."""
_OTHERS = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF")


def make_forms(body: bytes, widths: Sequence[int]) -> list[Form]:
    """Draw an image anew at some widths, the narrowest first; raise ImageRefusedError for what is not taken (U1)."""
    _refuse_at_sight(body)
    try:
        with Image.open(BytesIO(body), formats=list(_MOST_POINTS)) as image:
            _refuse_by_size(image)
            return list(_drawn(image, widths))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefusedError(Refusal.TOO_MANY_POINTS) from error
    except _BROKEN as error:
        raise ImageRefusedError(Refusal.BROKEN) from error


def _refuse_at_sight(body: bytes) -> None:
    """Refuse what its first bytes say is no image that we take, before any reader of images sees it."""
    if not body:
        raise ImageRefusedError(Refusal.EMPTY)
    if len(body) > MOST_BYTES:
        raise ImageRefusedError(Refusal.TOO_LARGE)
    if body.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return
    begins = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begins.startswith((b"<?xml", b"<svg", b"<!doctype svg")) or b"<svg" in begins:
        raise ImageRefusedError(Refusal.DRAWING)
    if body.startswith(_OTHERS) or body[8:12] == b"WEBP" or body[4:8] == b"ftyp":
        raise ImageRefusedError(Refusal.OTHER_TYPE)
    raise ImageRefusedError(Refusal.NOT_AN_IMAGE)


def _refuse_by_size(image: ImageFile.ImageFile) -> None:
    """Refuse by what the head of the file says, before the picture is unpacked."""
    width, height = image.size
    if width * height > _MOST_POINTS[str(image.format)]:
        raise ImageRefusedError(Refusal.TOO_MANY_POINTS)
    if getattr(image, "is_animated", False) and image.format == "PNG":
        raise ImageRefusedError(Refusal.MOVES)
    if min(width, height) * _MOST_SIDES < max(width, height):
        raise ImageRefusedError(Refusal.TOO_NARROW)
    if min(width, height) < _LEAST_WIDTH / 2 or max(width, height) < _LEAST_WIDTH:
        raise ImageRefusedError(Refusal.TOO_SMALL)


def _drawn(image: ImageFile.ImageFile, widths: Sequence[int]) -> Iterator[Form]:
    side = max(widths) * 2
    image.draft("RGB", (side, side))
    turned = ImageOps.exif_transpose(image)
    is_clear = "A" in turned.getbands() or "transparency" in turned.info
    whole = turned.convert("RGBA" if is_clear else "RGB")
    for width in sorted({min(width, whole.width) for width in widths}):
        height = max(1, round(whole.height * width / whole.width))
        drawn = whole.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        bare = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
        file = BytesIO()
        bare.save(file, "WEBP", quality=_QUALITY, method=4)
        yield Form(width, height, file.getvalue())
