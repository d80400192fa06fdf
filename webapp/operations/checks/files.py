"""The settings and the files that they name: addresses, secrets and who may open them, room on the disk, seals."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from webapp.gateways.oidc_settings import load_providers
from webapp.gateways.receiver_settings import load_ways
from webapp.gateways.seal.certificates import PLACE, read_stamp, trusted
from webapp.kernel.errors import StartError
from webapp.operations.checks.patient import Patient
from webapp.operations.domain import Observation, fault, warning, well
from webapp.storage.masters import BACKUP_SETTING, read_backup_keys, read_masters

_OTHERS = 0o077
_LITTLE, _TOO_LITTLE = 2_000_000_000, 300_000_000
_SOON = timedelta(days=30)


def addresses(patient: Patient) -> Iterator[Observation]:
    """Look at the address that residents use, and at what stands in front."""
    settings = patient.settings
    if settings.is_demo:
        said = "this is the demonstration: known secrets, known accounts, mail into files"
        yield warning("settings", said, "set AVKLART_ENV=production before anybody real uses it")
        return
    yield well("settings", f"production, {settings.base_url}")
    if not settings.trusted_hops:
        said = "no proxy is trusted, so everybody behind one seems to come from the same address"
        yield warning("proxy", said, "set AVKLART_TRUSTED_HOPS=1 where one proxy stands in front")


def secrets(patient: Patient) -> Iterator[Observation]:
    """Look at the files of keys: whether they can be read, by whom, and whether they lie where backups do not."""
    settings = patient.settings
    try:
        read_masters(settings)
        yield well("master key", f"{settings.master_key_file} opens")
    except StartError as error:
        yield fault("master key", str(error), "see the message")
        return
    if not settings.is_demo and settings.master_key_file.is_relative_to(settings.data):
        said = f"{settings.master_key_file} lies in the data folder, and so in every copy of it"
        yield fault("master key", said, "move it to a folder of its own, and change AVKLART_MASTER_KEY_FILE")
    try:
        read_backup_keys(settings)
    except StartError as error:
        yield fault("backup key", str(error), f"`avklart keys new FILE`, and name the file in {BACKUP_SETTING}")
    else:
        yield well("backup key", f"{settings.backup_key_file} opens")
    for path in (settings.master_key_file, settings.backup_key_file, settings.master_key_file.parent):
        if path.exists() and path.stat().st_mode & _OTHERS & 0o022:
            yield fault("keys", f"others than its owner may write {path}", f"`chmod go-w {path}`")


def room(patient: Patient) -> Iterator[Observation]:
    """Look at how much room the disks have."""
    settings = patient.settings
    for what, path in (("data folder", settings.data), ("backups", settings.backups)):
        if path is None:
            continue
        if not path.is_dir():
            yield fault(what, f"{path} is not there", f"make the folder, owned by who runs Avklart: {path}")
            continue
        usage = shutil.disk_usage(path)
        said = f"{usage.free // 1_000_000} MB free of {usage.total // 1_000_000} where {path} lies"
        if usage.free < _TOO_LITTLE:
            yield fault(what, said, "make room now: without it nothing can be stored")
        elif usage.free < _LITTLE:
            yield warning(what, said, "make room soon")
        else:
            yield well(what, said)
    for left in sorted(settings.data.glob("avklart.db.replaced-*")):
        said = f"{left.name} is a database that a restore has put aside"
        yield warning("data folder", said, f"delete it once the restored one is known to be right: {left}")


def seals(patient: Patient) -> Iterator[Observation]:
    """Look at what agreements are sealed with, and until when it is valid."""
    settings, now = patient.settings, patient.clock.now()
    if not settings.seal_file:
        if not settings.is_demo:
            said = "AVKLART_SEAL_FILE is missing: agreements cannot be sealed"
            yield warning("seal", said, "order an organisation certificate, or leave the room for agreements closed")
        return
    path = Path(settings.seal_file)
    pattern = path.name.replace(PLACE, "*")
    found = sorted(Path(str(path.parent).replace(PLACE, "")).glob(pattern)) if PLACE in path.name else [path]
    if not found:
        yield fault("seal", f"there is no file like {path}", "put each municipality's certificate there")
    for one in found:
        try:
            until = read_stamp(one, settings.seal_password, "").certificate.own.not_valid_after_utc
        except StartError as error:
            yield fault("seal", str(error), "see the message")
            continue
        said = f"{one.name} is valid until {until:%Y-%m-%d}"
        if until <= now:
            yield fault("seal", f"{one.name} ended {until:%Y-%m-%d}", "put the renewed certificate in its place")
        elif until - now < _SOON:
            yield warning("seal", said, "order the next one now")
        else:
            yield well("seal", said)
    trusted(settings.data / "keys" / "seal" / "trusted")


def systems(patient: Patient) -> Iterator[Observation]:
    """Look at the files of identity providers and of the municipalities' own systems."""
    settings = patient.settings
    if settings.oidc_file is not None:
        number = len(load_providers(settings.oidc_file, allow_loopback=settings.is_demo))
        yield well("identity providers", f"{number} in {settings.oidc_file}")
    if settings.receivers_file is not None:
        ways = load_ways(settings.receivers_file, allow_loopback=settings.is_demo)
        yield well("receivers", f"of {len(ways)} municipalities in {settings.receivers_file}")
    if not settings.content.is_dir():
        said = f"{settings.content} is not there"
        yield fault("content folder", said, "set AVKLART_CONTENT, or put the release's folder back")
