"""Images as cameras and drawing programs make them, and files that only say that they are images."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

from webapp.content.domain.images import WIDTHS
from webapp.gateways.imaging import Form, make_forms

CANARY = b"kanari-59.9139N-10.7522E"
"""What a camera wrote into an image: where it was taken."""
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


def drawn(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Answer a picture with something to see in it: a slope of colours, another in each corner."""
    slope = Image.linear_gradient("L").resize((width, height))
    across = slope.transpose(Image.Transpose.ROTATE_90).resize((width, height))
    return Image.merge("RGB", (slope, across, slope)).convert(mode)


def file(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    """Answer a picture as a file."""
    made = BytesIO()
    image.save(made, kind, **more)
    return made.getvalue()


def photograph(width: int = 900, height: int = 600, *, turned: bool = False) -> bytes:
    """Answer a photograph as a telephone makes it: with its position, its camera, and perhaps lying on its side."""
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (59.0, 54.0, 50.0)
    return file(drawn(width, height), exif=exif.tobytes(), comment=CANARY)


def png_of_size(width: int, height: int) -> bytes:
    """Answer a PNG of some bytes that says that it unpacks to a picture of a size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def forms() -> list[Form]:
    """Answer the forms of an image, as they are kept."""
    return make_forms(photograph(), WIDTHS)
