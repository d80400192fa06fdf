"""Images of content: the forms in which one is kept, where they are served, what it says to those who see nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.kernel.language import LANGUAGES

WIDTHS = (640, 1280)
"""How wide an image is made: for a phone, and for a wide screen; never wider than it was."""
MOST_BYTES = 1024 * 1024
"""The largest file of an image."""
_HEAD = 12
_CHUNK = 8
_PICTURE_ONLY = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})


def address(digest: str) -> str:
    """Answer where a form of an image is served: at an address made of what it holds, which never changes."""
    return f"/bilde/{digest}.webp"


def file_name(slug: str, width: int) -> str:
    """Answer the name of the file of a form of an image, beside the file that tells of it."""
    return f"{slug}-{width}.webp"


def is_picture_only(body: bytes) -> bool:
    """Tell whether a file is a WebP that stands still and holds nothing but its picture: no position, no words."""
    if body[:4] != b"RIFF" or body[8:_HEAD] != b"WEBP" or int.from_bytes(body[4:8], "little") + 8 != len(body):
        return False
    at = _HEAD
    while at < len(body):
        size = int.from_bytes(body[at + 4 : at + _CHUNK], "little")
        if body[at : at + 4] not in _PICTURE_ONLY:
            return False
        at += _CHUNK + size + size % 2
    return at == len(body) > _HEAD


def alt(fields: Mapping[str, Any], language: str) -> str:
    """Answer what an image says to those who cannot see it; empty where it is there for the eye only."""
    words: Mapping[str, str] = fields.get("alt", {})
    return "" if fields.get("decorative") else words.get(language) or words.get("nb", "")


def languages_said(fields: Mapping[str, Any]) -> frozenset[str]:
    """Answer the languages in which an image needs no words any more."""
    return frozenset(LANGUAGES if fields.get("decorative") else fields.get("alt", {}))


def faults(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what is wrong in the file that tells of an image: the field, and what is allowed."""
    said = fields.get("alt", {})
    if fields.get("decorative") and said:
        yield "alt", "is there, and the image is decorative; allowed: one of them"
    elif not fields.get("decorative"):
        for language in LANGUAGES:
            if language not in said:
                yield f"alt.{language}", "is missing; allowed: what the image shows, in every language, or decorative"
    widths = [form.get("width", 0) for form in fields.get("forms", ())]
    if widths != sorted(set(widths)):
        yield "forms", "are not in the order of their widths; allowed: the narrowest first, each width once"
