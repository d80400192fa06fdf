"""What the seal of a file says, from its bytes alone: no reader of PDF ever sees a stranger's file.

A seal signs every byte of a file but its own place. So a file is ours where a range begins at its first byte, ends at
its last, and leaves out nothing but a signature by one of our certificates, written exactly as we write it. What kind
of PDF it is, whether it is one, and what its author hid in it need not be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from asn1crypto import algos, cms, core, parser, x509
from asn1crypto import tsp as _attributes  # noqa: F401 -- must be known before a seal is first read: sealing writes them
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from webapp.gateways.seal.certificates import Certificate

MOST_SEALS = 16
MOST_ROOM = 200_000
_HEAD = 1024
_NEAR = 4096
_RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}0\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})\s{0,9}\]")
_PLACE = re.compile(rb"<([0-9A-Fa-f\s]*)>")
# As pyHanko writes them: signs like ":" and "-" by their numbers.
_TIME = re.compile(rb"/M \(D\\072(\d{14})Z\)")
_FINGERPRINT = re.compile(rb"/Reason \(SHA\\055256 ([0-9a-f]{64})\)")


class Verdict(StrEnum):
    """What a file turned out to be; where several seals stand in it, the first of these that fits."""

    GENUINE = "genuine"
    APPENDED = "appended"
    """Ours and whole, with something added after the end of what was sealed."""
    CHANGED = "changed"
    OTHER_SEAL = "other_seal"
    """Sealed, and not by us."""
    NO_SEAL = "no_seal"
    NOT_A_PDF = "not_a_pdf"


_BEST_FIRST = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says of itself; all but the verdict and the hash only where its seal is ours and holds."""

    verdict: Verdict
    hash: str
    """SHA-256 of the file as it was sealed, without what was appended; of all of it where no seal of ours holds."""
    municipality: str = ""
    fingerprint: str = ""
    """The hash of the text that was signed."""
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Seal:
    """A place that says it holds a seal: what it covers, and what stands in it."""

    pdf: bytes = field(repr=False)
    start: int
    after: int
    end: int
    place: bytes

    @property
    def covered(self) -> bytes:
        """Everything that it signs."""
        return self.pdf[: self.start] + self.pdf[self.after : self.end]

    @property
    def near(self) -> bytes:
        """What is signed around it: where its own facts stand."""
        return self.pdf[max(0, self.start - _NEAR) : self.start] + self.pdf[self.after : self.end][:_NEAR]


def check(pdf: bytes, trusted: Sequence[Certificate]) -> Checked:
    """Tell what a file is, given every certificate of ours."""
    plain = sha256(pdf).hexdigest()
    if b"%PDF-" not in pdf[:_HEAD]:
        return Checked(Verdict.NOT_A_PDF, plain)
    found = [_judge(one, trusted, plain) for one in _seals(pdf)]
    if not found:
        return Checked(Verdict.CHANGED if b"/ByteRange" in pdf else Verdict.NO_SEAL, plain)
    return min(found, key=lambda one: _BEST_FIRST.index(one.verdict))


def _seals(pdf: bytes) -> Iterator[_Seal]:
    for number, match in enumerate(_RANGE.finditer(pdf)):
        start, after, length = (int(part) for part in match.groups())
        end = after + length
        if number >= MOST_SEALS:
            return
        is_possible = match.end() <= start < after <= end <= len(pdf) or after <= match.start() < end <= len(pdf)
        place = _PLACE.fullmatch(pdf, start, after) if is_possible and after - start <= MOST_ROOM else None
        yield _Seal(pdf, start, after, end, place[1] if place else b"")


def _judge(seal: _Seal, trusted: Sequence[Certificate], plain: str) -> Checked:
    signer = _signer(seal.place)
    if signer is None:
        return Checked(Verdict.CHANGED, plain)
    certificate = next((one for one in trusted if _is_by(signer, one)), None)
    if certificate is None:
        return Checked(Verdict.OTHER_SEAL, plain)
    if not _holds(seal, signer, certificate):
        return Checked(Verdict.CHANGED, plain)
    time, fingerprint = _TIME.search(seal.near), _FINGERPRINT.search(seal.near)
    return Checked(
        Verdict.GENUINE if seal.end == len(seal.pdf) else Verdict.APPENDED,
        sha256(seal.pdf[: seal.end]).hexdigest(),
        certificate.municipality,
        fingerprint[1].decode() if fingerprint else "",
        datetime.strptime(time[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if time else None,
    )


def _signer(place: bytes) -> cms.SignerInfo | None:
    """Answer who signed in the place of a seal, and what; None where it cannot be read."""
    try:
        signer = cms.ContentInfo.load(bytes.fromhex(place.decode()))["content"]["signer_infos"][0]
        _ = signer.native  # reads every part now: a fault shows here and not later
    except Exception:  # noqa: BLE001 -- a stranger's bytes; whatever the library raises means that they are no seal
        return None
    return signer


def _is_by(signer: cms.SignerInfo, certificate: Certificate) -> bool:
    return bool(signer["sid"].chosen.dump() == _named(certificate.as_asn1()[0]))


def _named(own: x509.Certificate) -> bytes:
    return _sequence(own.issuer.dump(), own["tbs_certificate"]["serial_number"].dump())


def _holds(seal: _Seal, signer: cms.SignerInfo, certificate: Certificate) -> bool:
    """Tell whether a seal is exactly what we would have written, and signs exactly what it covers."""
    told, signature = signer["signed_attrs"], signer["signature"].native
    as_written = _written(certificate, told.dump(), signature).hex().upper().encode()
    if seal.place != as_written.ljust(len(seal.place), b"0"):
        return False
    digests = [one["values"][0].native for one in told if one["type"].native == "message_digest"]
    return digests == [sha256(seal.covered).digest()] and _is_signed(certificate, signature, told.untag().dump())


def _written(certificate: Certificate, told: bytes, signature: bytes) -> bytes:
    """Answer a seal as we write it: what its signature does not cover must not be free to change either."""
    own, *chain = certificate.as_asn1()
    is_rsa = isinstance(certificate.own.public_key(), rsa.RSAPublicKey)
    by = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"}).dump()
    signer = _sequence(_FIRST, _named(own), _SHA256, told, by, core.OctetString(signature).dump())
    certificates = b"".join(sorted(one.dump() for one in (own, *chain)))
    signed = _sequence(
        _FIRST, _set(_SHA256), _sequence(cms.ContentType("data").dump()), _part(certificates), _set(signer)
    )
    return _sequence(cms.ContentType("signed_data").dump(), _part(signed))


_FIRST: bytes = core.Integer(1).dump()
_SHA256: bytes = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()


def _sequence(*parts: bytes) -> bytes:
    return _emitted(0, 16, b"".join(parts))


def _set(part: bytes) -> bytes:
    return _emitted(0, 17, part)


def _part(part: bytes) -> bytes:
    return _emitted(2, 0, part)


def _emitted(kind: int, tag: int, contents: bytes) -> bytes:
    written: bytes = parser.emit(kind, 1, tag, contents)
    return written


def _is_signed(certificate: Certificate, signature: bytes, told: bytes) -> bool:
    key = certificate.own.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, told, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, told, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
