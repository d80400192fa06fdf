"""A provider of identity that a municipality trusts, what counts as its address, and the keys that are taken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

STAFF = "staff"
IDPORTEN = "idporten"
KINDS = (STAFF, IDPORTEN)
ALGORITHMS = ("RS256", "PS256", "ES256")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LEAST_RSA = 2048
_HOST = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?", re.ASCII | re.IGNORECASE)
"""A host and a port, and nothing else: it is written into the headers of our pages as it is."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One issuer that a municipality trusts, for its staff or for its residents."""

    municipality: str
    kind: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    """PEM or JWK; we show who we are by it where there is one, otherwise by the secret."""
    key_id: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    algorithms: tuple[str, ...] = ("RS256",)
    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Value of the claim → name of the role it gives."""
    two_factor_acr: tuple[str, ...] = ()
    two_factor_amr: tuple[str, ...] = ()
    """What tells that staff showed two factors; where neither is set, the provider is trusted to demand them."""
    allow_synthetic: bool = False
    """Whether made-up persons of the public test population may come in."""

    def __post_init__(self) -> None:
        if not self.algorithms or not set(self.algorithms) <= set(ALGORITHMS):
            raise ValueError(f"algorithms: allowed: {', '.join(ALGORITHMS)}")


def is_safe_address(address: object, *, allow_loopback: bool) -> bool:
    """Tell whether something is an address over https, or, where allowed, one on this machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_local = allow_loopback and parts.scheme == "http" and parts.hostname in LOOPBACK
    is_plain = _HOST.fullmatch(parts.netloc) is not None and has_port and not parts.fragment
    return is_plain and (parts.scheme == "https" or is_local)


def public_key(jwk: Any) -> Key | None:
    """Answer a key of a provider that may sign tokens: RSA of 2048 bits or more, or P-256; None for any other."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig" or not _is_taken(jwk):
        return None
    try:
        return import_key(jwk)
    except (JoseError, ValueError, TypeError):
        return None


def private_key(written: str) -> tuple[Key, str]:
    """Answer a key of ours and the algorithm that it signs with; raise ValueError where it is none we can use."""
    try:
        key = _from_jwk(json.loads(written)) if written.lstrip().startswith("{") else _from_pem(written.encode())
    except (JoseError, ValueError, TypeError):
        key = None
    if key is None or not key.is_private:
        raise ValueError("allowed: a private RSA key of 2048 bits or more, or a private P-256 key, as PEM or JWK")
    return key, "RS256" if isinstance(key, RSAKey) else "ES256"


def _is_taken(jwk: Mapping[str, Any]) -> bool:
    if jwk.get("kty") == "RSA":
        return len(str(jwk.get("n", ""))) * 6 >= _LEAST_RSA
    return jwk.get("kty") == "EC" and jwk.get("crv") == "P-256"


def _from_jwk(jwk: Any) -> Key | None:
    return import_key(jwk) if _is_taken(jwk) else None


def _from_pem(written: bytes) -> Key | None:
    raw = load_pem_private_key(written, password=None)
    if isinstance(raw, RSAPrivateKey) and raw.key_size >= _LEAST_RSA:
        return RSAKey.import_key(raw)
    if isinstance(raw, EllipticCurvePrivateKey) and raw.curve.name == "secp256r1":
        return ECKey.import_key(raw)
    return None
