"""How something is posted to another system: signed, over TLS, to a public address, and no further (I4)."""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from ssl import SSLCertVerificationError
from time import monotonic
from typing import Any

from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import SSLError
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from webapp.kernel.delivery import PermanentFault, TemporaryFault

TIMEOUT = 10.0
MOST_ANSWERED = 64 * 1024
"""So many bytes of an answer are read; one that is longer acknowledges nothing."""
_PASSING = {408, 425, 429}
_ASKING = {429, 503}
_EXPIRED = 10
"""What OpenSSL calls a certificate whose time is over."""
_SECONDS = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered when it took something."""

    status: int
    has_location: bool
    said: Mapping[str, Any]
    """The JSON object that it answered; empty for anything else."""


NOT_POSTED = Answer(0, has_location=False, said={})
"""What comes back of something that was put into a folder instead."""


def signed(message_id: str, at: datetime, body: bytes, *secrets: bytes) -> dict[str, str]:
    """Answer the headers that prove who sent a body and when (Standard Webhooks), with a signature by each secret."""
    time = str(int(at.timestamp()))
    told = f"{message_id}.{time}.".encode() + body
    codes = [b64encode(hmac.digest(secret, told, sha256)).decode() for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": time,
        "webhook-signature": " ".join(f"v1,{code}" for code in codes),
    }


def post(
    url: str, body: bytes, headers: dict[str, str], timeout: float = TIMEOUT, *, allow_private: bool = False,
    authority: Path | None = None,
) -> Answer:  # fmt: skip
    """Post JSON, and follow nothing; raise PermanentFault where it is refused, TemporaryFault where it may pass.

    What is answered is read only to see whether it acknowledges; whatever is wrong with it, it was taken. `authority`
    is a file with the certificates that are trusted instead of the public ones, for a receiver inside a municipality's
    own network.
    """
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", **headers}
    with Session() as session:
        session.trust_env = False
        if not allow_private:
            session.adapters.clear()
            session.mount("https://", _PublicOnly())
        try:
            with session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True,
                verify=str(authority) if authority else True,
            ) as response:  # fmt: skip
                _require_taken(response)
                return Answer(response.status_code, bool(response.headers.get("Location")), _said(response, timeout))
        except RequestException as error:
            raise TemporaryFault(_word_for(error)) from None
        except OSError:  # requests says so of a file of certificates that is not there
            raise TemporaryFault("certificate file cannot be read") from None


def _said(response: Response, timeout: float) -> Mapping[str, Any]:
    """Answer the JSON object that a receiver answers, within the time and the size that an answer needs; else none."""
    until, read = monotonic() + timeout, b""
    try:
        while monotonic() < until and len(read) <= MOST_ANSWERED:
            more = response.raw.read1(MOST_ANSWERED)
            if not more:
                found = json.loads(read)
                return found if isinstance(found, dict) else {}
            read += more
    except (OSError, HTTPError, ValueError, RecursionError):  # it was taken all the same
        return {}
    return {}


def _require_taken(response: Response) -> None:
    status = response.status_code
    if 400 <= status < 500 and status not in _PASSING:
        raise PermanentFault(f"refused {status}")
    if not 200 <= status < 300:
        raise TemporaryFault(f"put off {status}", _wait_asked(response))


def _wait_asked(response: Response) -> timedelta:
    """Answer how long a receiver asks us to wait: in seconds, or until a time by its own clock."""
    written = response.headers.get("Retry-After", "").strip()
    if response.status_code not in _ASKING or not written:
        return timedelta(0)
    if _SECONDS.fullmatch(written):
        return timedelta(seconds=int(written))
    try:
        return parsedate_to_datetime(written) - parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError, OverflowError):  # neither is a time
        return timedelta(0)


def _word_for(error: RequestException) -> str:
    """Answer what went wrong on the way; a certificate is the operator's to mend, and has words of its own."""
    if not isinstance(error, SSLError):
        return type(error).__name__
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return "no safe connection"
    return "certificate expired" if cause.verify_code == _EXPIRED else "certificate refused"


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open internet: not this machine, this network or a reserved one."""
    found = ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or found
    return inner.is_global and not inner.is_multicast


class _PublicConnection(HTTPSConnection):
    """A connection that looks at the address it has reached before it says anything."""

    def _new_conn(self) -> socket:
        reached: socket = super()._new_conn()
        if not is_public(reached.getpeername()[0]):
            reached.close()
            raise TemporaryFault("private address")
        return reached


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicOnly(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}
