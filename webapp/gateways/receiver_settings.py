"""Reads the file in which the operator writes where each municipality's own systems are.

It is JSON: municipality code → any of `webhook`, `fhir` and `archive`. Paths of files are relative to it, and secrets
lie in files of their own. A webhook's secret is written as Standard Webhooks has it; while one takes over from another,
both are named, and both sign. `allow_private` lets a receiver have an address inside the municipality's network, and
`ca_file` names the certificates that such a receiver is trusted by. `own` lets the municipality's administrator
set up a webhook and a FHIR server; what is said in it counts for those.

    {"fjordvik": {
        "webhook": {"url": "https://case.fjordvik.example/in", "secrets": ["new.secret", "old.secret"]},
        "fhir": {"url": "https://fhir.fjordvik.example/r4", "token_file": "fhir.token", "allow_private": true},
        "archive": {"folder": "/srv/archive/fjordvik"},
        "own": {"allow_private": false}}}
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.gateways.archive import Archive, FolderArchive
from webapp.gateways.fhir_endpoint import FhirEndpoint, HttpFhirEndpoint
from webapp.gateways.oidc_provider import is_safe_address
from webapp.gateways.webhook import HttpWebhook, Webhook
from webapp.kernel.errors import StartError

_FIELDS = {
    "webhook": ("url", "secrets", "allow_private", "ca_file"),
    "fhir": ("url", "token_file", "allow_private", "ca_file"),
    "archive": ("folder",),
    "own": ("allow_private", "ca_file"),
}
_INLINE = {"secret": "secrets, a list of files", "token": "token_file"}
_PREFIX = "whsec_"
_LEAST_SECRET, _MOST_SECRET = 24, 64

_Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """What the operator allows of the receivers that a municipality's administrator sets up."""

    allow_private: bool = False
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to a municipality's own systems; one that it does not have is None."""

    webhook: Webhook | None = None
    fhir: FhirEndpoint | None = None
    archive: Archive | None = None
    own: Own | None = None
    """None where only the operator sets up receivers."""
    off: frozenset[str] = frozenset()
    """The kinds that are switched off: what waits for them goes on waiting."""


def load_ways(path: Path, *, allow_loopback: bool = False) -> dict[str, Ways]:
    """Answer the ways by municipality; raise StartError with every fault of the file at once."""
    reader = _Reader(path, allow_loopback, [])
    try:
        root = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=reader.once)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not JSON in UTF-8"
        raise StartError(f"{path}: cannot be read: {reason}") from None
    found = {code: reader.ways(block, code) for code, block in reader.mapping(root, "").items()}
    if reader.faults:
        raise StartError(
            "Avklart cannot start with these receivers:\n" + "\n".join(f"- {one}" for one in reader.faults)
        )
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file and gathers what is wrong in it; what it answers is used only where nothing is."""

    path: Path
    allow_loopback: bool
    faults: list[str]

    def fault(self, where: str, what: str) -> None:
        self.faults.append(f"{self.path}: {where}: {what}" if where else f"{self.path}: {what}")

    def once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Answer an object of the file, in which no name may stand twice."""
        names = [name for name, _ in pairs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.fault(name, "stands twice; allowed: once")
        return dict(pairs)

    def mapping(self, value: object, where: str) -> _Block:
        if isinstance(value, dict):
            return value
        self.fault(
            where, "holds no names; allowed: " + ("an object" if where else "municipality codes, each an object")
        )
        return {}

    def ways(self, value: object, code: str) -> Ways:
        blocks = self.mapping(value, code)
        for kind in blocks:
            if kind not in _FIELDS:
                self.fault(f"{code}.{kind}", f"is no kind of receiver; allowed: {', '.join(_FIELDS)}")
        return Ways(
            self.webhook(blocks["webhook"], f"{code}.webhook") if "webhook" in blocks else None,
            self.fhir(blocks["fhir"], f"{code}.fhir") if "fhir" in blocks else None,
            self.archive(blocks["archive"], f"{code}.archive") if "archive" in blocks else None,
            self.own(blocks["own"], f"{code}.own") if "own" in blocks else None,
        )

    def own(self, value: object, where: str) -> Own:
        block = self.block(value, where, "own")
        return Own(self.allow_private(block, where), self.file(block, "ca_file", where))

    def webhook(self, value: object, where: str) -> Webhook:
        block = self.block(value, where, "webhook")
        return HttpWebhook(
            self.url(block, where), self.secrets(block, where), self.allow_private(block, where),
            self.file(block, "ca_file", where),
        )  # fmt: skip

    def fhir(self, value: object, where: str) -> FhirEndpoint:
        block = self.block(value, where, "fhir")
        return HttpFhirEndpoint(
            self.url(block, where), self.file(block, "token_file", where), self.allow_private(block, where),
            self.file(block, "ca_file", where),
        )  # fmt: skip

    def archive(self, value: object, where: str) -> Archive:
        folder = self.block(value, where, "archive").get("folder")
        if not isinstance(folder, str) or not Path(folder).is_absolute():
            self.fault(f"{where}.folder", "is no whole path; allowed: a path from the root")
            return FolderArchive(Path())
        return FolderArchive(Path(folder))

    def block(self, value: object, where: str, kind: str) -> _Block:
        block = self.mapping(value, where)
        for name in block:
            if name in _INLINE:
                self.fault(f"{where}.{name}", f"secrets are not written here; allowed: {_INLINE[name]}")
            elif name not in _FIELDS[kind]:
                self.fault(f"{where}.{name}", f"is no field; allowed: {', '.join(_FIELDS[kind])}")
        return block

    def url(self, block: _Block, where: str) -> str:
        """Answer an address; it may hold a secret, so a fault never repeats it."""
        url = block.get("url")
        if not is_safe_address(url, allow_loopback=self.allow_loopback):
            self.fault(f"{where}.url", "cannot be used; allowed: an address that begins with https://")
        return str(url)

    def allow_private(self, block: _Block, where: str) -> bool:
        value = block.get("allow_private", False)
        if not isinstance(value, bool):
            self.fault(f"{where}.allow_private", "allowed: true, false")
        return value is True

    def secrets(self, block: _Block, where: str) -> tuple[bytes, ...]:
        names = block.get("secrets")
        if not isinstance(names, list) or len(names) not in {1, 2}:
            self.fault(f"{where}.secrets", "allowed: a list of one file or two")
            return ()
        return tuple(self.secret(name, f"{where}.secrets[{number}]") for number, name in enumerate(names))

    def secret(self, name: object, where: str) -> bytes:
        """Answer what a secret's file holds; what is written in its place may be a secret, and is never repeated."""
        written = self.text(name, where).removeprefix(_PREFIX)
        try:
            secret = b64decode(written, validate=True)
        except ValueError:
            secret = b"x"
        if written and not _LEAST_SECRET <= len(secret) <= _MOST_SECRET:
            allowed = f"{_PREFIX} and {_LEAST_SECRET} to {_MOST_SECRET} random bytes in base64"
            self.fault(where, f"holds no secret that can be used; allowed: {allowed}")
        return secret

    def file(self, block: _Block, name: str, where: str) -> Path | None:
        """Answer the path of a file that may be named, and that can be read."""
        if name not in block:
            return None
        self.text(block[name], f"{where}.{name}")
        return self.path.parent / str(block[name])

    def text(self, name: object, where: str) -> str:
        """Answer what a file holds that lies beside this one, or where its whole path says."""
        if not isinstance(name, str) or not name or name.startswith(_PREFIX):
            self.fault(where, "allowed: the path of a file")
            return ""
        try:
            found = (self.path.parent / name).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.fault(where, f"names a file that cannot be read: {error.strerror}")
            return ""
        except ValueError:  # no text, or a path that cannot be
            found = ""
        if not found:
            self.fault(where, "names a file that holds no text")
        return found
