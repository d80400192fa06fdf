"""Names for things: ids that say nothing, secrets that cannot be guessed, codes that can be read aloud."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs that are not mistaken for each other: five bits each; no I and 1, no O and 0."""
READABLE_LENGTH = 8
DIGITS = 6
_BESIDE = re.compile(r"[\W_]+")
"""What is no letter and no digit: spaces, dashes of every length, signs that cannot be seen."""


def new_id() -> str:
    """Answer a new id of 128 random bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """Answer a new secret of 256 random bits for a cookie or a link, as 43 letters that an address may hold (L1).

    It ends with a letter or a digit: a sign at the end of a line is what some programs leave out of a link.
    """
    while not (secret := secrets.token_urlsafe(32))[-1].isalnum():
        pass
    return secret


def digest(secret: str) -> str:
    """Answer the SHA-256 of a secret of at least 128 bits: what is stored in its place (L1)."""
    return sha256(secret.encode()).hexdigest()


def new_digits() -> str:
    """Answer a new one-time code of six digits (L3)."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def new_readable() -> str:
    """Answer a new code of eight signs and 40 bits that can be said over the telephone (L1b)."""
    return "".join(secrets.choice(READABLE) for _ in range(READABLE_LENGTH))


def write_readable(code: str) -> str:
    """Write a readable code as people read it: K7M4-PX2Q."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def clean_code(written: str) -> str:
    """Answer a code as it was given out, from what somebody wrote: letters and digits alone, capitals."""
    return _BESIDE.sub("", written[:80]).upper()
