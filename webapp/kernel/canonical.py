"""One way to write data down, so that the same data always has the same hash (RFC 8785, text in NFC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import rfc8785

from webapp.kernel.errors import InvalidError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MOST_EXACT = 2**53 - 1
"""The greatest whole number that every reader of JSON keeps exactly (RFC 8785, I-JSON)."""


def canonical(data: Any) -> bytes:
    """Answer data as canonical JSON; raise InvalidError for what has no exact form there.

    That is a number with a fraction or beyond 2⁵³, a time that is not UTC, a text with half a letter (a lone
    surrogate), two names that are one in NFC, and anything that is not JSON at all.
    """
    return rfc8785.dumps(_plain(data))


def fields_of(data: DataclassInstance) -> dict[str, Any]:
    """Answer what a dataclass holds, by name and as it is: what is only read need not be copied, as `asdict` does."""
    return {field.name: getattr(data, field.name) for field in fields(data)}


def fingerprint(data: Any) -> str:
    """Answer the SHA-256 of data, as 64 hexadecimal digits."""
    return sha256(canonical(data)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | None):
        return value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, Mapping):
        return _names(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise InvalidError(f"no canonical form for {type(value).__name__}")


def _text(text: str) -> str:
    composed = normalize("NFC", text)
    if not composed.isascii() and any("\ud800" <= letter <= "\udfff" for letter in composed):
        raise InvalidError("a text with half a letter")
    return composed


def _whole(number: int) -> int:
    if abs(number) > MOST_EXACT:
        raise InvalidError("a number that not every reader keeps exactly")
    return int(number)


def _time(time: datetime) -> str:
    if time.utcoffset() != UTC.utcoffset(None):
        raise InvalidError("a time that is not UTC")
    return f"{time:%Y-%m-%dT%H:%M:%S}Z"


def _names(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in value):
        raise InvalidError("a name that is not text")
    found = {_text(name): _plain(item) for name, item in value.items()}
    if len(found) != len(value):
        raise InvalidError("two names that are one")
    return found
