"""What a provider says of itself, its addresses and its keys: asked for with care, and kept for an hour."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from joserfc.jwk import KeySet
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from webapp.gateways.oidc_provider import is_safe_address, public_key
from webapp.kernel.clock import Clock
from webapp.kernel.errors import AvklartError

MOST_BYTES = 256 * 1024
FRESH = timedelta(hours=1)
REFETCH = timedelta(seconds=30)
"""How old keys must be before a token with an unknown one makes us ask again: nobody can make us ask all the time."""
PAUSE = timedelta(seconds=10)
"""How long a provider that did not answer is left alone: while it is down, nobody waits for it in vain."""
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcUnavailableError(AvklartError):
    """The provider cannot be reached or cannot be used now; there is no other way in instead (F22)."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we use of a provider's description of itself."""

    authorization: str
    token: str
    keys: str
    end_session: str
    names_itself: bool
    """Whether it says its name when it sends somebody back (RFC 9207)."""
    client_auth: tuple[str, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """Where it sends a browser: scheme, host and port of each address that a browser visits."""
        return tuple(dict.fromkeys(origin(one) for one in (self.authorization, self.end_session) if one))


class Directory:
    """What is known of one provider."""

    def __init__(self, issuer: str, clock: Clock, timeout: float, *, allow_loopback: bool) -> None:
        self._issuer = issuer
        self._clock = clock
        self._timeout = timeout
        self._allow_loopback = allow_loopback
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._silent_since: datetime | None = None
        self._first = Lock()

    def metadata(self) -> Metadata:
        """Answer the provider's description; raise OidcUnavailableError where it gives none that can be used."""
        if self._metadata is None or self._has_passed(self._metadata[0], FRESH):
            found = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            self._metadata = self._clock.now(), self._read(found)
        return self._metadata[1]

    def keys(self, kid: str) -> KeySet:
        """Answer the provider's keys, asked for again where none of them has a token's key id."""
        known = self._keys
        if known is not None and not self._has_passed(known[0], FRESH):
            is_known = not kid or any(key.kid == kid for key in known[1])
            if is_known or not self._has_passed(known[0], REFETCH):
                return known[1]
        written = self._get(self.metadata().keys).get("keys")
        found = [key for key in map(public_key, written if isinstance(written, list) else []) if key]
        if not found:
            raise OidcUnavailableError("keys: none that can be used")
        self._keys = self._clock.now(), KeySet(found)
        return self._keys[1]

    def origins(self) -> tuple[str, ...]:
        """Answer where the provider sends a browser, as last known; of its name alone while nothing is known.

        Pages ask for this: one of them waits for the first answer, the others do not.
        """
        if self._metadata is None and self._first.acquire(blocking=False):
            try:
                self.metadata()
            except OidcUnavailableError:
                pass
            finally:
                self._first.release()
        return self._metadata[1].origins if self._metadata else (origin(self._issuer),)

    def _read(self, found: Mapping[str, Any]) -> Metadata:
        if found.get("issuer") != self._issuer:
            raise OidcUnavailableError("metadata: another issuer")
        end_session = found.get("end_session_endpoint", "")
        addresses = [found.get(name) for name in _ADDRESSES] + ([end_session] if end_session else [])
        if not all(is_safe_address(one, allow_loopback=self._allow_loopback) for one in addresses):
            raise OidcUnavailableError("metadata: an address that is missing, or not https")
        ways = found.get("token_endpoint_auth_methods_supported")
        return Metadata(
            authorization=found["authorization_endpoint"],
            token=found["token_endpoint"],
            keys=found["jwks_uri"],
            end_session=end_session,
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
            client_auth=tuple(ways) if isinstance(ways, list) else (),
        )

    def _get(self, address: str) -> dict[str, Any]:
        if self._silent_since is not None and not self._has_passed(self._silent_since, PAUSE):
            raise OidcUnavailableError("silent a moment ago")
        try:
            found = fetch(address, self._timeout)
        except OidcUnavailableError:
            self._silent_since = self._clock.now()
            raise
        self._silent_since = None
        return found

    def _has_passed(self, since: datetime, time: timedelta) -> bool:
        """Tell whether some time has passed; a clock that was set back tells nothing, so it counts as passed."""
        return not timedelta(0) <= self._clock.now() - since < time


def origin(address: str) -> str:
    """Answer scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def fetch(address: str, timeout: float) -> dict[str, Any]:
    """Answer the JSON object at an address; raise OidcUnavailableError where there is none."""
    with Session() as session:
        be_careful(session, timeout)
        try:
            response = session.get(address)
        except RequestException as error:
            raise OidcUnavailableError(f"get: {type(error).__name__}") from None
    if response.status_code != 200:
        raise OidcUnavailableError(f"get: status {response.status_code}")
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise OidcUnavailableError("get: no JSON object")
    return found


def be_careful(session: Session, timeout: float) -> None:
    """Let a session of `requests` use no proxy or password of the environment, and take small, direct answers only."""
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Careful(timeout))


class _Careful(HTTPAdapter):
    """Takes a whole answer at once, in a limited time and up to a size; a redirect is no answer."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._seconds = timeout

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """Send a request."""
        response = super().send(request, **{**options, "stream": True, "timeout": self._seconds})
        try:
            if response.is_redirect:
                raise OidcUnavailableError("redirect")
            body = self._body(response.raw)
        except (HTTPError, OSError) as error:
            raise OidcUnavailableError(f"answer: {type(error).__name__}") from None
        finally:
            response.raw.close()
        response.raw = BytesIO(body)
        return response

    def _body(self, raw: Any) -> bytes:
        body = b""
        until = monotonic() + self._seconds
        while part := raw.read1(MOST_BYTES, decode_content=False):
            body += part
            if len(body) > MOST_BYTES or monotonic() > until:
                raise OidcUnavailableError("answer: too large or too slow")
        return body
