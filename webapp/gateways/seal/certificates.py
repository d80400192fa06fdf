"""The certificates that PDF files are sealed with: the one in use, and all that were, which stay trusted."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from webapp.kernel.disk import sync_names
from webapp.kernel.errors import StartError

SETTING = "AVKLART_SEAL_FILE"
PLACE = "{municipality}"
"""Stands in the setting for a municipality's code, where each has a seal of its own."""
_OTHERS = 0o077
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_YEARS = timedelta(days=3650)
_BITS = 3072


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that a seal was made with, those that issued it, and whose it is."""

    municipality: str
    own: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def id(self) -> str:
        """The certificate's SHA-256."""
        return self.own.fingerprint(hashes.SHA256()).hex()

    def as_asn1(self) -> list[asn1.Certificate]:
        """Answer it and its chain in the form that stands in a seal."""
        return [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in (self.own, *self.chain)]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A certificate with its key: what a PDF is sealed with."""

    certificate: Certificate
    key: Key = field(repr=False)


_Opened = tuple[PrivateKeyTypes | None, x509.Certificate | None, list[x509.Certificate]]


def read_stamp(path: Path, password: bytes | None, municipality: str) -> Stamp:
    """Read certificate and key from a PEM or PKCS#12 file; raise StartError where they are not there or no pair."""
    try:
        data, is_open_to_others = path.read_bytes(), bool(path.stat().st_mode & _OTHERS)
    except OSError as error:
        raise StartError(f"{SETTING} names {path}, which cannot be read: {error.strerror}") from None
    if is_open_to_others:
        raise StartError(f"{SETTING} names {path}, which others than its owner may open: `chmod 600 {path}`")
    try:
        key, own, chain = _pem(data, password) if b"-----BEGIN" in data else _pkcs12(data, password)
    except (ValueError, TypeError):
        raise StartError(f"{SETTING} names {path}, which its password does not open, or which is no seal") from None
    if own is None or not isinstance(key, Key) or own.public_key() != key.public_key():
        raise StartError(f"{SETTING} names {path}, which has no certificate with its own key (RSA or elliptic curve)")
    return Stamp(Certificate(municipality, own, tuple(chain)), key)


def _pem(data: bytes, password: bytes | None) -> _Opened:
    own, *chain = x509.load_pem_x509_certificates(data)
    return load_pem_private_key(data, password), own, chain


def _pkcs12(data: bytes, password: bytes | None) -> _Opened:
    return pkcs12.load_key_and_certificates(data, password)


def make_demo(path: Path, municipality: str, *, at: datetime) -> None:
    """Make a certificate that says it is for demonstration, for its owner only; one that is there stays."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Avklart demonstration, {municipality}")])
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SEALS_ONLY, critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_once(path, secret + own.public_bytes(Encoding.PEM))


_SEALS_ONLY = x509.KeyUsage(
    digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def remember(folder: Path, certificate: Certificate) -> None:
    """Keep a certificate among those that are trusted, before the first seal is made with it."""
    path = folder / f"{certificate.municipality}.{certificate.id[:16]}.pem"
    if not path.exists():
        write_once(path, b"".join(one.public_bytes(Encoding.PEM) for one in (certificate.own, *certificate.chain)))


def trusted(folder: Path) -> tuple[Certificate, ...]:
    """Answer every certificate that seals of ours were made with, also those of long ago."""
    found = []
    for path in sorted(folder.glob("*.pem")):
        try:
            own, *chain = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            raise StartError(f"{path} is among the trusted certificates, and cannot be read") from None
        found.append(Certificate(path.name.split(".")[0], own, tuple(chain)))
    return tuple(found)


def write_once(path: Path, data: bytes) -> None:
    """Write a file for its owner only, whole or not at all; one that is there stays as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 -- a handle, not a path
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process made it at the same moment: that one is ours too
            os.link(name, path)
        sync_names(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)
