"""How often something may be tried: counted for all processes together, and told when it may be tried again.

A limit is held against a network, or against a name as tried from one network, never against a name alone: nobody
can lock somebody else out (P2). What is counted under is a keyed hash, so that no address is stored.
"""

from __future__ import annotations

import hmac
from contextlib import nullcontext
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import cast

from flask import Flask, current_app, request
from limits import RateLimitItemPerSecond
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session

from webapp.kernel.clock import Clock
from webapp.kernel.errors import TooManyError
from webapp.settings import Settings
from webapp.storage.session import Database
from webapp.storage.tallies import Tallies

EXTENSION = "avklart.throttle"
HOUR = 3600
PATIENCE = 2
"""So many seconds may a server of counts take to answer."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one kind in so many seconds."""

    name: str
    most: int
    seconds: int = HOUR

    def of(self, share: int) -> Limit:
        """Answer the same limit at a share of its number: one third, one tenth."""
        return Limit(self.name, max(1, self.most // share), self.seconds)


class Throttle:
    """Counts tries, and refuses when there were too many."""

    def __init__(self, storage: Storage, secret: bytes, clock: Clock) -> None:
        self._limiter = FixedWindowRateLimiter(storage)
        self._within = storage.within if isinstance(storage, Tallies) else lambda _session: nullcontext()
        self._secret = secret
        self._clock = clock

    def hit(self, limit: Limit, *what: str) -> None:
        """Count a try; raise TooManyError with the seconds to wait where it is one too many."""
        if not self.count(limit, *what):
            raise TooManyError(self._wait(limit, what))

    def hit_within(self, session: Session, limit: Limit, *what: str) -> None:
        """Count as `hit` does, in the transaction of what is stored: it is stored and counted, or neither."""
        with self._within(session):
            self.hit(limit, *what)

    def count(self, limit: Limit, *what: str) -> bool:
        """Count a try; answer whether it is within the limit."""
        return bool(self._limiter.hit(_item(limit), limit.name, self._key(what)))

    def is_full(self, limit: Limit, *what: str) -> bool:
        """Tell, without counting, whether the limit is reached."""
        return not self._limiter.test(_item(limit), limit.name, self._key(what))

    def forget(self, limit: Limit, *what: str) -> None:
        """Forget the tries of somebody who has shown that it was them."""
        self._limiter.clear(_item(limit), limit.name, self._key(what))

    def _wait(self, limit: Limit, what: tuple[str, ...]) -> int:
        until = self._limiter.get_window_stats(_item(limit), limit.name, self._key(what)).reset_time
        return max(1, min(limit.seconds, ceil(until - self._clock.now().timestamp())))

    def _key(self, what: tuple[str, ...]) -> str:
        return hmac.digest(self._secret, "\0".join(what).encode(), "sha256").hex()[:32]


def _item(limit: Limit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.most, limit.seconds)


def throttle() -> Throttle:
    """Answer the throttle of this application."""
    return cast("Throttle", current_app.extensions[EXTENSION])


def network() -> str:
    """Answer the network that the request comes from: the address, or the 64 bits that one IPv6 subscriber has."""
    written = request.remote_addr or ""
    try:
        address = ip_address(written)
    except ValueError:
        return written[:45]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or (int(address) >> 64))
    return str(address)


def install(app: Flask, settings: Settings, database: Database, clock: Clock) -> None:
    """Give the application its throttle, on Redis where the settings name one, otherwise on the database."""
    storage = _on_redis(settings.redis_url) if settings.redis_url else Tallies(database, clock)
    app.extensions[EXTENSION] = Throttle(storage, settings.secret_key, clock)


def _on_redis(address: str) -> Storage:
    """Answer the counts of a Redis or a Valkey server, which speak the same; one that is silent is not waited for."""
    scheme, _, rest = address.partition("://")
    options = {"wrap_exceptions": True, "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    return cast("Storage", storage_from_string(f"{scheme.replace('valkey', 'redis')}://{rest}", **options))
