"""Certificates to seal with, of our own and of strangers."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from webapp.gateways.seal.certificates import Stamp, read_stamp

FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@cache
def _issuer() -> tuple[x509.Certificate, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    return _certificate(_name("Utsteder"), key, _name("Utsteder"), key, 1), key


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)])


def _certificate(name: x509.Name, key: Any, by: x509.Name, signed_by: Any, serial: int) -> x509.Certificate:
    found = x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(key.public_key())
    dated = found.serial_number(serial).not_valid_before(FROM).not_valid_after(UNTIL)
    return dated.sign(signed_by, hashes.SHA256())


def write_seal(
    path: Path, *, kind: str = "rsa", is_issued: bool = False, serial: int = 7, name: x509.Name | None = None,
    password: bytes = b"", is_pem: bool = False,
) -> None:  # fmt: skip
    """Write a certificate and its key, as an operator would."""
    key: Any = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())
    named = name or _name("Fjordvik kommune")
    issuer, by = _issuer() if is_issued else (None, key)
    own = _certificate(named, key, issuer.subject if issuer else named, by, serial)
    shut = BestAvailableEncryption(password) if password else NoEncryption()
    if is_pem:
        data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, shut) + own.public_bytes(Encoding.PEM)
    else:
        data = pkcs12.serialize_key_and_certificates(b"seal", key, own, [issuer] if issuer else None, shut)
    path.write_bytes(data)
    path.chmod(0o600)


def make_stamp(folder: Path, municipality: str, **how: Any) -> Stamp:
    """Answer a stamp of somebody's."""
    path = folder / "stranger.p12"
    write_seal(path, **how)
    return read_stamp(path, None, municipality)
