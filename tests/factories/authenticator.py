"""A passkey made in software: it signs what it is told, also what no honest browser would ask for."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bs4 import BeautifulSoup
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, ATTESTED = 0x01, 0x40
"""Flags of an authenticator: somebody touched it; a new key comes along."""


def options_on(soup: BeautifulSoup) -> dict[str, Any]:
    """Answer what a page asks the browser for."""
    (form,) = soup.select("form[data-options]")
    found: dict[str, Any] = json.loads(str(form["data-options"]))
    return found


@dataclass
class Authenticator:
    """One key for one place, and how often it has signed."""

    origin: str
    place: str
    count: int = 0
    flags: int = PRESENT
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, challenge: str, *, kind: str = "webauthn.create", origin: str = "", place: str = "") -> str:
        """Answer what a browser sends when a passkey was made."""
        about = self._about(self.flags | ATTESTED, place or self.place)
        known = bytes(16) + len(self.id).to_bytes(2) + self.id + self.public_key()
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": about + known})
        said = self._said(kind, challenge, origin or self.origin)
        return self._answer({"clientDataJSON": said, "attestationObject": statement})

    def sign(self, challenge: str, *, kind: str = "webauthn.get", origin: str = "", place: str = "") -> str:
        """Answer what a browser sends when a passkey has signed; the counter stands where it was put."""
        about = self._about(self.flags, place or self.place)
        said = self._said(kind, challenge, origin or self.origin)
        signature = self.key.sign(about + sha256(said).digest(), ECDSA(SHA256()))
        return self._answer({"clientDataJSON": said, "authenticatorData": about, "signature": signature})

    def _about(self, flags: int, place: str) -> bytes:
        return sha256(place.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def public_key(self) -> bytes:
        """Answer the public key as authenticators write it (COSE)."""
        numbers = self.key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _said(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.id)
        written = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": written})
