"""How a value is sealed: AES-256-GCM bound to where the value stands; the text form is `v1|key|nonce|ciphertext`."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.kernel.errors import TamperedError

VERSION = "v1"
SECRET_BYTES = 32
_NONCE_BYTES = 12


def new_secret_bytes() -> bytes:
    """Answer a new key of 256 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def encode(raw: bytes) -> str:
    """Write bytes as url-safe base64 without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read what `encode` wrote; raise ValueError where it could not have written this."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not the one way to write these bytes")
    return raw


def bind(*parts: str) -> bytes:
    """Answer parts as one string of bytes that no other parts give."""
    return json.dumps(parts).encode("ascii")


def seal(key: str, secret: bytes, text: str, place: bytes) -> str:
    """Answer a text sealed by a key for one place."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = AESGCM(secret).encrypt(nonce, text.encode("utf-8", "surrogatepass"), place)
    return "|".join((VERSION, key, encode(nonce), encode(body)))


def key_of(sealed: str) -> str:
    """Answer the id of the key that sealed a value; raise TamperedError where it is no sealed value."""
    parts = sealed.split("|")
    if len(parts) != 4 or parts[0] != VERSION:
        raise TamperedError("a stored value that is not sealed")
    return parts[1]


def unseal(secret: bytes, sealed: str, place: bytes) -> str:
    """Answer the text of a sealed value; raise TamperedError where it was not sealed by this key for this place."""
    key_of(sealed)
    _, _, nonce, body = sealed.split("|")
    try:
        return AESGCM(secret).decrypt(decode(nonce), decode(body), place).decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError):
        raise TamperedError("a stored value that does not open where it stands") from None


def wrap(master: bytes, secret: bytes, name: bytes) -> str:
    """Answer a data key sealed by a master key under the data key's name."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return encode(nonce + AESGCM(master).encrypt(nonce, secret, name))


def unwrap(master: bytes, wrapped: str, name: bytes) -> bytes:
    """Answer a wrapped data key; raise TamperedError where this master key did not wrap it under this name."""
    try:
        raw = decode(wrapped)
        return AESGCM(master).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name)
    except (InvalidTag, ValueError):
        raise TamperedError("a data key that does not open") from None


def code(secret: bytes, data: bytes) -> str:
    """Answer the HMAC-SHA-256 of data, in 64 hexadecimal digits."""
    return hmac.digest(secret, data, "sha256").hex()
