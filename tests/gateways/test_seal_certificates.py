"""The certificates: read from what an operator has, made for a demonstration, refused where they cannot seal."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import NOON
from tests.factories.seals import write_seal
from tests.test_settings import good
from webapp.gateways.seal import Sealer, certificates, open_sealer
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import StartError
from webapp.settings import Settings, load

CLOCK = FixedClock(NOON)


def sealer(folder: Path, **told: str) -> Sealer:
    return open_sealer(load(good(folder) | told), CLOCK)


@pytest.mark.parametrize("is_pem", [False, True])
@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("password", [b"", b"hemmelig"])
def test_production_seals_with_what_the_settings_name(
    tmp_path: Path, kind: str, password: bytes, *, is_pem: bool
) -> None:
    write_seal(tmp_path / "seal", kind=kind, password=password, is_pem=is_pem)
    told = {"AVKLART_SEAL_FILE": str(tmp_path / "seal")}
    if password:
        (tmp_path / "password").write_bytes(password + b"\n")
        told["AVKLART_SEAL_PASSWORD_FILE"] = str(tmp_path / "password")
    found = sealer(tmp_path, **told)
    found.require("fjordvik")
    assert [one.municipality for one in certificates.trusted(found.trusted)] == ["fjordvik"]


def test_each_municipality_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    for code in ("fjordvik", "dalsbygd"):
        write_seal(tmp_path / f"{code}.p12")
    found = sealer(tmp_path, AVKLART_SEAL_FILE=str(tmp_path / "{municipality}.p12"))
    found.require("fjordvik")
    found.require("dalsbygd")
    assert len({one.id for one in certificates.trusted(found.trusted)}) == 2
    with pytest.raises(StartError, match="cannot be read"):
        found.require("storvik")


def test_production_without_a_seal_starts_and_seals_nothing(tmp_path: Path) -> None:
    found = sealer(tmp_path)
    with pytest.raises(StartError, match="AVKLART_SEAL_FILE is missing"):
        found.require("fjordvik")
    assert not found.folder.exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("open", "others than its owner may open"),
        ("shut", "its password does not open"),
        ("nothing", "no seal"),
        ("pem", "no seal"),
        ("missing", "cannot be read"),
    ],
)
def test_a_seal_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path, change: str, fault: str) -> None:
    path = tmp_path / "seal"
    write_seal(path, password=b"hemmelig" if change == "shut" else b"")
    if change == "open":
        path.chmod(0o644)
    elif change in {"nothing", "pem"}:
        path.write_bytes(b"-----BEGIN nothing" if change == "pem" else b"nothing")
    elif change == "missing":
        path.unlink()
    with pytest.raises(StartError, match=fault):
        sealer(tmp_path, AVKLART_SEAL_FILE=str(path))


def test_a_key_beside_anothers_certificate_is_no_seal(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_seal(tmp_path / name, is_pem=True)
    key, _, _ = (tmp_path / "one").read_bytes().partition(b"-----BEGIN CERTIFICATE")
    _, begins, certificate = (tmp_path / "other").read_bytes().partition(b"-----BEGIN CERTIFICATE")
    (tmp_path / "one").write_bytes(key + begins + certificate)
    with pytest.raises(StartError, match="no certificate with its own key"):
        sealer(tmp_path, AVKLART_SEAL_FILE=str(tmp_path / "one"))


def test_the_demonstration_makes_a_seal_once_for_its_owner_only(settings: Settings) -> None:
    found = open_sealer(settings, CLOCK)
    assert not found.folder.exists()
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _: open_sealer(settings, CLOCK).require("fjordvik"), range(4)))
    path = settings.data / "keys" / "seal" / "fjordvik.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    kept = path.read_bytes()
    open_sealer(settings, CLOCK).require("fjordvik")
    assert path.read_bytes() == kept
    assert sorted(one.name for one in found.folder.iterdir()) == ["fjordvik.pem", "trusted"]
    assert b"PRIVATE" not in next(found.trusted.iterdir()).read_bytes()


def test_a_key_is_never_shown(settings: Settings) -> None:
    found = open_sealer(settings, CLOCK)
    found.require("fjordvik")
    assert "PRIVATE" not in repr(found)
    assert "key" not in repr(found._stamp("fjordvik"))


def test_a_trusted_certificate_that_is_none_is_named(settings: Settings) -> None:
    found = open_sealer(settings, CLOCK)
    found.require("fjordvik")
    path = found.trusted / f"{secrets.token_hex(4)}.pem"
    path.write_text("nothing")
    with pytest.raises(StartError, match=path.name):
        found.check(b"%PDF-1.7")
