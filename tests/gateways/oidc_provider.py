"""The strict OpenID provider of the tests: started, told what to do, and used as a person's browser uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc.jwk import Key, RSAKey
from requests import Response, Session

from webapp.gateways.oidc_provider import IDPORTEN, STAFF, Provider
from webapp.gateways.oidc_tokens import BACK_CHANNEL

ROOT = Path(__file__).parent.parent.parent
CALLBACK = "https://fjordvik.example/id/tilbake"
SECRET = "a secret that only the tests know"
PID = "13875500281"
"""The number of a made-up person: the month has 80 added to it, and the control digits fit."""
ROLES = {"HT-saksbehandlere": "caseworker", "HT-redaksjon": "editor"}


@dataclass(frozen=True, slots=True)
class StrictProvider:
    """A provider that is running."""

    issuer: str

    def register(
        self, municipality: str = "fjordvik", kind: str = IDPORTEN, *, redirect_uri: str = CALLBACK,
        key: Key | None = None, way: str = "client_secret_basic", **changes: Any,
    ) -> Provider:  # fmt: skip
        """Let a municipality be a client, and answer its settings; with a key it proves who it is by that."""
        client_id = f"{municipality}-{kind}"
        public = key.as_dict(private=False) if key else None
        told = {"id": client_id, "secret": SECRET, "redirect_uris": [redirect_uri], "key": public, "way": way}
        self._tell("client", told)
        proof = {"private_key": json.dumps(key.as_dict(private=True)), "key_id": key.kid} if key else {}
        own = {"allow_synthetic": True} if kind == IDPORTEN else {"role_claim": "groups", "roles": ROLES}
        given = {"client_secret": "" if key else SECRET, "scopes": ("openid", "profile", "email"), **proof, **own}
        return Provider(municipality, kind, self.issuer, client_id, **{**given, **changes})

    def person(self, subject: str, **claims: Any) -> None:
        """Say what the provider knows of somebody; what is known already goes."""
        self._send("PUT", f"/users/{subject}", claims)

    def log_in(self, address: str, subject: str) -> dict[str, str]:
        """Answer what somebody brings back who goes to an address and logs in there."""
        return self._return(address, {"sub": subject})

    def deny(self, address: str) -> dict[str, str]:
        """Answer what somebody brings back who says no."""
        return self._return(address, {"action": "deny"})

    def open(self, address: str) -> int:
        """Answer the status of a page of the provider."""
        return self._send("GET", address.removeprefix(self.issuer)).status_code

    def spoil(self, *, by: str = "own", header: Mapping[str, Any] | None = None, **claims: Any) -> None:
        """Make the next token faulty: other claims (None takes one away), another header, or signed by something else.

        `by` is own, other (a key that is not the provider's), none, or hmac (the public key as a shared secret).
        """
        self._tell("spoil", {"claims": claims, "header": header or {}, "by": by})

    def hold(self, at: datetime | None) -> None:
        """Let the provider's clock stand at a point in time, or go again."""
        self._tell("hold", {"at": at.timestamp() if at else None})

    def rotate(self, *, keep: bool = False) -> None:
        """Sign by a new key from now on; the old one is no longer published, unless it is kept."""
        self._tell("rotate", {"keep": keep})

    def metadata(self, **changes: Any) -> None:
        """Change what the provider says of itself; None takes something away."""
        self._tell("metadata", changes)

    def answer(self, path: str, status: int = 200, body: str = "", headers: Mapping[str, str] | None = None) -> None:
        """Let an address of the provider answer this from now on."""
        told = {"path": path, "status": status, "body": body, "headers": dict(headers or {})}
        self._tell("answer", told)

    def visits(self, path: str) -> int:
        """Answer how often an address was asked for."""
        return int(self._tell("visits", {}).get(path, 0))

    def reset(self) -> None:
        """Forget what was told, but for persons, clients and keys."""
        self._tell("reset", {})

    def sign(self, claims: Mapping[str, Any], *, by: str = "own", header: Mapping[str, Any] | None = None) -> str:
        """Answer any token, signed."""
        return str(self._tell("sign", {"claims": dict(claims), "header": dict(header or {}), "by": by}))

    def logout_token(
        self, client_id: str, *, by: str = "own", header: Mapping[str, Any] | None = None, **changes: Any
    ) -> str:
        """Answer a token that says that somebody has logged out; `sub` and `sid` say who, None takes a claim away."""
        now = int(self._tell("now", {}))
        claims = {"iss": self.issuer, "aud": client_id, "iat": now, "exp": now + 120, "jti": "one", **changes}
        claims.setdefault("events", {BACK_CHANNEL: {}})
        said = {name: value for name, value in claims.items() if value is not None}
        return self.sign(said, by=by, header={"typ": "logout+jwt", **(header or {})})

    def _tell(self, what: str, told: Mapping[str, Any]) -> Any:
        return self._send("POST", f"/control/{what}", told).json()

    def _return(self, address: str, form: dict[str, str]) -> dict[str, str]:
        with _session() as session:
            response = session.post(address, data=form, allow_redirects=False, timeout=10)
        assert response.status_code == 302, response.text[:500]
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    def _send(self, method: str, path: str, told: Mapping[str, Any] | None = None) -> Response:
        with _session() as session:
            response = session.request(method, f"{self.issuer}{path}", json=told, timeout=10, allow_redirects=False)
        assert method == "GET" or response.ok, response.text[:500]
        return response


def _session() -> Session:
    session = Session()
    session.trust_env = False
    return session


@contextmanager
def start_provider() -> Iterator[StrictProvider]:
    """Run a provider in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.gateways.oidc_process"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            yield StrictProvider(f"http://127.0.0.1:{port}")
        finally:
            process.communicate()  # closes its standard input, which ends it


def write_settings(folder: Path, *providers: Provider) -> Path:
    """Write providers as the operator's file has them, secrets in files of their own; answer its path."""
    file: dict[str, dict[str, Any]] = {}
    for provider in providers:
        secret = folder / f"{provider.client_id}.secret"
        secret.write_text(provider.private_key or provider.client_secret, encoding="utf-8")
        block: dict[str, Any] = {
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "private_key_file" if provider.private_key else "client_secret_file": secret.name,
            "scopes": list(provider.scopes),
        }
        if provider.private_key:
            block["key_id"] = provider.key_id
        if provider.kind == STAFF:
            block |= {"role_claim": provider.role_claim, "roles": dict(provider.roles)}
        else:
            block["allow_synthetic"] = provider.allow_synthetic
        file.setdefault(provider.municipality, {})[provider.kind] = block
    path = folder / "providers.yaml"
    path.write_text(json.dumps(file), encoding="utf-8")  # JSON is YAML too
    return path


def new_key(kid: str = "ours") -> RSAKey:
    """Answer a new key for a client."""
    return RSAKey.generate_key(2048, {"kid": kid})
