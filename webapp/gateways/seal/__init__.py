"""The seal of a PDF (PAdES B-B): puts it on, and tells of any file whether it carries one of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from webapp.gateways.seal import certificates
from webapp.gateways.seal.certificates import PLACE, SETTING, Stamp
from webapp.gateways.seal.checking import Checked, Verdict, check
from webapp.kernel.clock import Clock
from webapp.kernel.errors import InvalidError, StartError
from webapp.settings import Settings

__all__ = ["MOST_BYTES", "Checked", "Sealer", "Verdict", "open_sealer"]

MOST_BYTES = 20_000_000
_HASH = re.compile("[0-9a-f]{64}")
_LIBRARY = Lock()
"""asn1crypto makes its classes ready when they are first used, and another thread would see them half ready."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals for every municipality of an installation, and knows all seals that it ever made."""

    clock: Clock
    folder: Path
    """Where the demonstration makes its seals; `trusted/` in it holds every certificate that was ever used."""
    file: str = ""
    password: bytes | None = field(default=None, repr=False)
    is_demo: bool = False
    _stamps: dict[str, Stamp] = field(default_factory=dict, repr=False)
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False)

    @property
    def trusted(self) -> Path:
        """Where the certificates stay that seals were made with; a restored or older one is put there by hand."""
        return self.folder / "trusted"

    def require(self, municipality: str) -> None:
        """Raise StartError where nothing can be sealed for a municipality."""
        self._stamp(municipality)

    def ends_at(self, municipality: str) -> datetime | None:
        """Answer when the certificate of a municipality's seal ends; None where there is none that can be used."""
        is_made = not self.is_demo or self.file or (self.folder / f"{municipality}.pem").exists()
        try:
            return self._stamp(municipality).certificate.own.not_valid_after_utc if is_made else None
        except StartError:
            return None

    def seal(self, pdf: bytes, *, municipality: str, at: datetime, fingerprint: str = "") -> bytes:
        """Answer a PDF of ours with the municipality's seal over all of it, and in it the hash of what was signed."""
        from webapp.gateways.seal.sealing import seal  # noqa: PLC0415 -- half a second that most processes never need

        if fingerprint and not _HASH.fullmatch(fingerprint):
            raise InvalidError("a fingerprint is 64 hexadecimal digits")
        stamp = self._stamp(municipality)
        with _LIBRARY:
            return seal(pdf, stamp, at=at, reason=f"SHA-256 {fingerprint}" if fingerprint else "")

    def check(self, pdf: bytes) -> Checked:
        """Tell what a file is, whoever sends it; raise InvalidError for one that is too large to look at."""
        if len(pdf) > MOST_BYTES:
            raise InvalidError(f"at most {MOST_BYTES // 1_000_000} MB")
        known = certificates.trusted(self.trusted)
        with _LIBRARY:
            return check(pdf, known)

    def _stamp(self, municipality: str) -> Stamp:
        with self._one_at_a_time:
            if municipality not in self._stamps:
                stamp = self._read(municipality)
                certificates.remember(self.trusted, stamp.certificate)
                self._stamps[municipality] = stamp
            return self._stamps[municipality]

    def _read(self, municipality: str) -> Stamp:
        if self.file:
            return certificates.read_stamp(Path(self.file.replace(PLACE, municipality)), self.password, municipality)
        if not self.is_demo:
            raise StartError(f"{SETTING} is missing; production needs the municipality's certificate for agreements")
        path = self.folder / f"{municipality}.pem"
        if not path.exists():
            certificates.make_demo(path, municipality, at=self.clock.now())
        return certificates.read_stamp(path, None, municipality)


def open_sealer(settings: Settings, clock: Clock) -> Sealer:
    """Answer the sealer that the settings name; raise StartError where they name a seal that cannot be used."""
    folder = settings.data / "keys" / "seal"
    found = Sealer(clock, folder, settings.seal_file, settings.seal_password, settings.is_demo)
    if settings.seal_file and PLACE not in settings.seal_file:
        certificates.read_stamp(Path(settings.seal_file), settings.seal_password, "")
    return found
