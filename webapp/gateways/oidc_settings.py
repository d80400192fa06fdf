"""Reads the file in which the operator writes which providers of identity each municipality trusts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from webapp.gateways.oidc_provider import ALGORITHMS, IDPORTEN, KINDS, STAFF, Provider, is_safe_address, private_key
from webapp.kernel.errors import StartError
from webapp.kernel.permission import STAFF_ROLES

_LIVE = "https://idporten.no"
_BOTH = ("issuer", "client_id", "client_secret_file", "private_key_file", "key_id", "scopes", "algorithms")
_FIELDS = {
    STAFF: (*_BOTH, "role_claim", "roles", "two_factor_acr", "two_factor_amr"),
    IDPORTEN: (*_BOTH, "allow_synthetic"),
}
_INLINE = {"client_secret": "client_secret_file", "private_key": "private_key_file"}
_LEAST_SECRET = 16

_Block = dict[str, Any]


def load_providers(path: Path | None, *, allow_loopback: bool = False) -> dict[tuple[str, str], Provider]:
    """Answer the providers by municipality and kind; raise StartError with every fault of the file at once."""
    if path is None:
        return {}
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not YAML in UTF-8"
        raise StartError(f"{path}: cannot be read: {reason}") from None
    reader = _Reader(path, allow_loopback, [])
    providers = list(reader.providers(reader.plain(root, "")))
    if reader.faults:
        raise StartError(
            "Avklart cannot start with these providers:\n" + "\n".join(f"- {one}" for one in reader.faults)
        )
    return {(provider.municipality, provider.kind): provider for provider in providers}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file and gathers what is wrong in it."""

    path: Path
    allow_loopback: bool
    faults: list[str]

    def fault(self, where: str, what: str) -> None:
        self.faults.append(f"{self.path}: {where}: {what}" if where else f"{self.path}: {what}")

    def plain(self, node: yaml.Node | None, where: str) -> Any:
        """Answer a node as text, list or mapping, each scalar as it is written: 0301 and no are text."""
        if isinstance(node, yaml.MappingNode):
            found: _Block = {}
            for key, value in node.value:
                name = f"{where}.{key.value}" if where else str(key.value)
                if key.value in found:
                    self.fault(name, "stands twice; allowed: once")
                found[str(key.value)] = self.plain(value, name)
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(one, where) for one in node.value]
        return node.value if node is not None else ""

    def providers(self, root: object) -> list[Provider]:
        found: list[Provider] = []
        for code, kinds in self.mapping(root, "").items():
            for kind, block in self.mapping(kinds, code).items():
                where = f"{code}.{kind}"
                if kind not in KINDS:
                    self.fault(where, f"is no kind of provider; allowed: {', '.join(KINDS)}")
                    continue
                before = len(self.faults)
                values = self.values(kind, self.mapping(block, where), where)
                if len(self.faults) == before:
                    found.append(Provider(code, kind, **values))
        return found

    def mapping(self, value: object, where: str) -> _Block:
        if isinstance(value, dict):
            return value
        self.fault(
            where, "holds no names; allowed: " + ("a mapping" if where else "municipality codes, each a mapping")
        )
        return {}

    def values(self, kind: str, block: _Block, where: str) -> _Block:
        """Answer the fields of a provider as they are used."""
        for name in block:
            if name in _INLINE:
                self.fault(f"{where}.{name}", f"secrets are not written here; allowed: {_INLINE[name]}")
            elif name not in _FIELDS[kind]:
                self.fault(f"{where}.{name}", f"is no field; allowed: {', '.join(_FIELDS[kind])}")
        issuer = self.text(block, "issuer", where)
        if issuer and (not is_safe_address(issuer, allow_loopback=self.allow_loopback) or "?" in issuer):
            self.fault(f"{where}.issuer", f"is '{issuer}'; allowed: an address that begins with https://")
        values: _Block = {"issuer": issuer, "client_id": self.text(block, "client_id", where)}
        values |= self.proof(block, where)
        values["scopes"] = self.words(block, "scopes", where, ("openid", "profile"))
        if "openid" not in values["scopes"]:
            self.fault(f"{where}.scopes", "openid is missing; allowed: a list with openid in it")
        values["algorithms"] = self.words(block, "algorithms", where, ("RS256",), ALGORITHMS)
        return values | (self.for_staff(block, where) if kind == STAFF else self.for_residents(block, where))

    def proof(self, block: _Block, where: str) -> _Block:
        """Answer what we show who we are by: a secret, or a private key and its name."""
        names = [name for name in _INLINE.values() if name in block]
        if len(names) != 1:
            self.fault(f"{where}.client_secret_file", "allowed: this or private_key_file, one of them")
            return {}
        written = self.file(block, names[0], where)
        if names[0] == "client_secret_file":
            if written and len(written) < _LEAST_SECRET:
                self.fault(
                    f"{where}.client_secret_file", f"holds a weak secret; allowed: {_LEAST_SECRET} signs or more"
                )
            return {"client_secret": written}
        if written:
            try:
                private_key(written)
            except ValueError as error:
                self.fault(f"{where}.private_key_file", f"holds no key that can be used; {error}")
        return {"private_key": written, "key_id": self.text(block, "key_id", where)}

    def for_staff(self, block: _Block, where: str) -> _Block:
        allowed = [role.value for role in STAFF_ROLES]
        roles = self.mapping(block.get("roles", {}), f"{where}.roles")
        for value, role in roles.items():
            if role not in allowed:
                self.fault(f"{where}.roles.{value}", f"is '{role}'; allowed: {', '.join(allowed)}")
        if not roles:
            self.fault(f"{where}.roles", "nobody gets a role; allowed: values of role_claim, each with a role")
        return {
            "role_claim": self.text(block, "role_claim", where),
            "roles": MappingProxyType(roles),
            "two_factor_acr": self.words(block, "two_factor_acr", where),
            "two_factor_amr": self.words(block, "two_factor_amr", where),
        }

    def for_residents(self, block: _Block, where: str) -> _Block:
        written = block.get("allow_synthetic", "false")
        if written not in {"true", "false"}:
            self.fault(f"{where}.allow_synthetic", f"is '{written}'; allowed: true, false")
        if written == "true" and str(block.get("issuer", "")).rstrip("/") == _LIVE:
            self.fault(f"{where}.allow_synthetic", f"is true for {_LIVE}; allowed: only for a test issuer")
        return {"allow_synthetic": written == "true"}

    def text(self, block: _Block, name: str, where: str) -> str:
        value = block.get(name, "")
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fault(f"{where}.{name}", "is missing; allowed: text")
        return ""

    def words(
        self, block: _Block, name: str, where: str, default: tuple[str, ...] = (), allowed: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        if name not in block:
            return default
        value = block[name]
        is_list = isinstance(value, list) and value and all(isinstance(one, str) and one for one in value)
        if not is_list or (allowed and not set(value) <= set(allowed)):
            self.fault(f"{where}.{name}", f"allowed: a list of {', '.join(allowed) or 'words'}")
            return default
        return tuple(value)

    def file(self, block: _Block, name: str, where: str) -> str:
        """Read a file that lies beside this one, or where its whole path says."""
        written = self.text(block, name, where)
        if not written:
            return ""
        try:
            found = (self.path.parent / written).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.fault(f"{where}.{name}", f"names {written}, which cannot be read: {error.strerror}")
            return ""
        except UnicodeDecodeError:
            found = ""
        if not found:
            self.fault(f"{where}.{name}", f"names {written}, which holds no text")
        return found
