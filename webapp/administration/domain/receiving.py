"""The rules of a municipality's own receivers: their kinds, their addresses and secrets, two of which may be active."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from webapp.kernel.errors import ConflictError, InvalidError

PREFIX = "whsec_"
LEAST_SECRET, MOST_SECRET = 24, 64
MOST_TOKEN = 4000
ACTIVE = 2
"""So many secrets sign at once, while one takes over from another."""


class Kind(StrEnum):
    """What a receiver is."""

    WEBHOOK = "webhook"
    FHIR = "fhir"
    ARCHIVE = "archive"


OWN = (Kind.WEBHOOK, Kind.FHIR)
"""The kinds that an administrator can set up; an archive's folder is on the operator's machine."""


class What(StrEnum):
    """What was changed of a receiver."""

    ON = "on"
    OFF = "off"
    ADDRESS = "address"
    REMOVED = "removed"
    NEW_SECRET = "new secret"  # noqa: S105 -- what happened, not a secret
    OLD_SECRET = "old secret"  # noqa: S105 -- as above


REVERSIBLE = frozenset({What.ON, What.OFF, What.ADDRESS})


def new_secret() -> str:
    """Answer a new secret of 256 bits, written as Standard Webhooks has it."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(written: str) -> bytes:
    """Answer the bytes of a secret; raise InvalidError for what is none."""
    try:
        found = b64decode(written.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise InvalidError("no secret") from error
    if not LEAST_SECRET <= len(found) <= MOST_SECRET:
        raise InvalidError("no secret")
    return found


def require_token(written: str) -> str:
    """Answer a key as a FHIR server takes it; raise InvalidError for what cannot stand in a header."""
    is_good = written.isascii() and written.isprintable() and " " not in written and 0 < len(written) <= MOST_TOKEN
    if not is_good:
        raise InvalidError("no key")
    return written


def require_secret(kind: Kind, written: str) -> str:
    """Answer a secret as it is kept; raise InvalidError where it is none of its kind."""
    if kind is Kind.FHIR:
        return require_token(written)
    secret_bytes(written)
    return written


def taken_over(kind: Kind, known: Sequence[str], new: str) -> list[str]:
    """Answer the secrets with a new one first, and the one before it as long as both are active; a key has no twin."""
    if new in known:
        raise ConflictError("this secret is active already")
    return [new] if kind is Kind.FHIR else [new, *known][:ACTIVE]


def host_of(address: str) -> str:
    """Answer what may be shown of an address: its host, and nothing that could be a secret."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def private_number(address: str) -> str:
    """Answer the number of an address that names one instead of a host; empty where it names a host."""
    found = host_of(address)
    try:
        return str(ip_address(found))
    except ValueError:
        return ""
