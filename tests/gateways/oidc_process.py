"""A real OpenID provider in a process of its own: strict about PKCE and who asks, and at the command of the tests.

It prints its port when it is ready, and ends when its standard input is closed.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import oidc_provider_mock  # type: ignore[import-untyped]
from flask import Flask, Response, abort, jsonify, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey, import_key
from oidc_provider_mock._app import AuthorizationCodeGrant  # type: ignore[import-untyped]
from oidc_provider_mock._storage import Client, storage  # type: ignore[import-untyped]
from werkzeug.serving import make_server

LIFE = 300
AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
"""A client that proves itself by a key has no secret: its proof is looked at here, before the library sees it."""
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def new_key() -> RSAKey:
    """Answer a new key with a name; like many providers' it does not say for which algorithm it is."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig"})


@dataclass
class State:
    """What the provider has been told, and what it remembers."""

    keys: list[RSAKey] = field(default_factory=lambda: [new_key()])
    """The first one signs; all are published."""
    stranger: RSAKey = field(default_factory=new_key)
    challenges: dict[str, str] = field(default_factory=dict)
    client_keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: float | None = None
    spoiled: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    visits: Counter[str] = field(default_factory=Counter)
    assertions: set[str] = field(default_factory=set)

    @property
    def now(self) -> int:
        """The provider's time."""
        return int(time.time() if self.held is None else self.held)

    def sign(self, claims: dict[str, Any], header: dict[str, Any] | None = None, by: str = "own") -> str:
        """Answer a token: `by` the provider's own key, by another, by none, or by its public key as a shared secret."""
        key = self.keys[0]
        header = {"typ": "JWT", "alg": "RS256", "kid": key.kid, **(header or {})}
        header = {name: value for name, value in header.items() if value is not None}
        if by in {"own", "other"}:
            signer = key if by == "own" else self.stranger
            return jwt.encode(header, claims, signer, algorithms=[header["alg"]], default_type=None)
        header["alg"] = "none" if by == "none" else "HS256"
        signed = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"
        code = b"" if by == "none" else hmac.digest(key.as_pem(private=False), signed.encode(), sha256)
        return f"{signed}.{encode(code)}"


def encode(raw: bytes) -> str:
    """Answer bytes as tokens write them."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def make_app(state: State) -> Flask:
    """Answer the provider, made strict."""
    app: Flask = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    app.before_request(lambda: _answer_as_told(state))
    app.before_request(lambda: _be_strict(state))
    app.after_request(lambda response: _change(state, response))
    app.add_url_rule(
        "/control/<what>",
        view_func=lambda what: jsonify(_obey(state, what, request.get_json())),
        endpoint="control",
        methods=["POST"],
    )
    return app


def _answer_as_told(state: State) -> Response | None:
    state.visits[request.path] += 1
    told = state.answers.get(request.path)
    if told is not None:
        return Response(told["body"], told["status"], told["headers"])
    if request.path == "/jwks":
        return jsonify({"keys": [key.as_dict(private=False) for key in state.keys]})
    return None


def _be_strict(state: State) -> Response | None:
    if request.path == "/oauth2/authorize":
        given = request.args
        is_strict = given.get("code_challenge_method") == "S256" and len(given.get("code_challenge", "")) == 43
        if not is_strict or len(given.get("state", "")) < 22 or "openid" not in given.get("scope", "").split():
            return Response("PKCE with S256, a state of 128 bits and the scope openid are demanded", 400)
    if request.path == "/oauth2/token":
        verifier = request.form.get("code_verifier", "")
        challenge = state.challenges.get(request.form.get("code", ""))
        if challenge is not None and challenge != encode(sha256(verifier.encode()).digest()):
            return _refusal("invalid_grant", 400)
        key = state.client_keys.get(request.form.get("client_id", ""))
        if key is not None and not _has_proof(state, key):
            return _refusal("invalid_client", 401)
    return None


def _change(state: State, response: Response) -> Response:
    """Note the challenge of a code that is given, sign tokens anew, say of the provider what the tests want."""
    location = response.headers.get("Location", "")
    if request.path == "/oauth2/authorize" and location:
        for code in parse_qs(urlsplit(location).query).get("code", []):
            state.challenges[code] = request.args["code_challenge"]
        if state.metadata.get("authorization_response_iss_parameter_supported"):
            response.headers["Location"] = f"{location}&{urlencode({'iss': request.host_url.rstrip('/')})}"
    if response.status_code != 200 or not response.is_json or request.path in state.answers:
        return response
    said = response.get_json()
    if request.path == "/oauth2/token" and "id_token" in said:
        response.set_data(json.dumps({**said, "id_token": _id_token(state, said["id_token"])}))
    if request.path == "/.well-known/openid-configuration":
        said |= state.metadata
        response.set_data(json.dumps({name: value for name, value in said.items() if value is not None}))
    return response


def _refusal(error: str, status: int) -> Response:
    return Response(json.dumps({"error": error}), status, mimetype="application/json")


def _has_proof(state: State, key: dict[str, Any]) -> bool:
    """Tell whether a client has shown that it has its key (RFC 7523): the audience is the issuer, and once only."""
    given, issuer = request.form, request.host_url.rstrip("/")
    try:
        public = import_key(key)
        proof = jwt.decode(given.get("client_assertion", ""), public, algorithms=["RS256", "ES256"])
    except JoseError:
        return False
    claims = proof.claims
    is_ours = claims["iss"] == claims["sub"] == given["client_id"] and claims["aud"] == issuer
    is_now = claims["iat"] - 30 <= state.now <= claims["exp"] and claims["exp"] - claims["iat"] <= 120
    is_new = claims["jti"] not in state.assertions
    state.assertions.add(claims["jti"])
    kind = given.get("client_assertion_type") == ASSERTION and proof.header.get("kid") == public.kid
    return is_ours and is_now and is_new and kind


def _id_token(state: State, token: str) -> str:
    """Answer a token anew: in the provider's time, by its key, and spoiled where the tests have asked for it once."""
    part = token.split(".")[1]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    person = storage.get_user(said["sub"]).claims
    spoiled, state.spoiled = state.spoiled, {}
    times = {"iat": state.now, "exp": state.now + LIFE, "auth_time": person.get("auth_time", state.now)}
    claims = {**said, **times, "jti": secrets.token_hex(16), **spoiled.get("claims", {})}
    claims = {name: value for name, value in claims.items() if value is not None}
    return state.sign(claims, spoiled.get("header"), spoiled.get("by", "own"))


def _obey(state: State, what: str, told: dict[str, Any]) -> Any:
    if what == "client":
        if told.get("key"):
            state.client_keys[told["id"]] = told["key"]
        storage.store_client(
            Client(
                id=told["id"],
                secret=told.get("secret", ""),
                redirect_uris=told["redirect_uris"],
                allowed_scopes=Client.SCOPES_SUPPORTED,
                token_endpoint_auth_method="none" if told.get("key") else told.get("way", "client_secret_basic"),
            )
        )
    elif what == "hold":
        state.held = told["at"]
    elif what == "spoil":
        state.spoiled = told
    elif what == "answer":
        state.answers[told["path"]] = told
    elif what == "metadata":
        state.metadata.update(told)
    elif what == "rotate":
        state.keys = [new_key(), *(state.keys if told["keep"] else [])]
    elif what == "sign":
        return state.sign(told["claims"], told["header"], told["by"])
    elif what == "now":
        return state.now
    elif what == "visits":
        return state.visits
    elif what == "reset":
        state.held, state.spoiled, state.answers, state.metadata = None, {}, {}, {}
        state.visits.clear()
    else:
        abort(404)
    return None


def main() -> None:
    """Run until the standard input is closed."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    server = make_server("127.0.0.1", 0, make_app(State()), threaded=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
