"""The built assets: fingerprinted names, kept in memory with their compressed forms, immutable."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp.kernel.errors import StartError

DIST = Path(__file__).parent.parent / "static" / "dist"
PREFIX = "/static/"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served: its type, and its bytes by encoding (empty for plain)."""

    media_type: str
    bodies: dict[str, bytes]


@cache
def manifest() -> dict[str, str]:
    """Answer the fingerprinted name of each asset; they are built by `make assets`."""
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text("utf-8"))
    except OSError as error:
        raise StartError("the assets are not built: run `make assets`") from error
    return names


def asset(name: str) -> str:
    """Answer the address of an asset by its plain name."""
    return PREFIX + manifest()[name]


def text_of(name: str) -> str:
    """Answer what is in a built script or style, by its plain name."""
    return (DIST / manifest()[name]).read_text("utf-8")


def load() -> dict[str, Asset]:
    """Read all built assets into memory, by address."""
    assets = {}
    for name in manifest().values():
        path = DIST / name
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        bodies = {"": path.read_bytes()}
        for encoding, ending in _ENCODINGS:
            packed = path.with_name(path.name + ending)
            if packed.exists():
                bodies[encoding] = packed.read_bytes()
        assets[PREFIX + name] = Asset(
            f"{media_type}; charset=utf-8" if media_type.startswith("text") else media_type, bodies
        )
    return assets
