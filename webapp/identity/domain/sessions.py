"""How long somebody stays logged in (S2), and when a session is over for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a session is for."""

    WAITING = "waiting"
    """On the way in: between a link and its code, between a password and the second factor."""
    STAFF = "staff"
    RESIDENT = "resident"
    PARTY = "party"


class Why(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged out"
    REPLACED = "replaced"
    """By the session after the next step of coming in: every step has a new id (S1)."""
    TOO_LONG_IDLE = "too long idle"
    TOO_OLD = "too old"
    ENDED_BY_SELF = "ended by self"
    ENDED_BY_STAFF = "ended by staff"
    ACCESS_CHANGED = "access changed"
    """The account was disabled, or its password or factors changed (S3)."""
    RESTORED = "restored"
    """The database was restored from a backup: nobody who came in before it is still in (F19)."""
    PROVIDER = "provider"
    """The identity provider told us that its session is over (S5)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session may lie idle, and how long it may last."""

    idle: timedelta
    absolute: timedelta


LIMITS = {
    Kind.WAITING: Limits(timedelta(minutes=15), timedelta(minutes=30)),
    Kind.STAFF: Limits(timedelta(minutes=15), timedelta(hours=8)),
    Kind.RESIDENT: Limits(timedelta(minutes=30), timedelta(hours=4)),
    Kind.PARTY: Limits(timedelta(minutes=30), timedelta(hours=4)),
}
CLOCK_STEP = timedelta(minutes=1)
"""A session's clock is moved at most once in this time."""
FRESH = timedelta(minutes=10)
"""So long after showing who they are may somebody do what is sensitive."""
WARNING = timedelta(minutes=3)
"""So long before the end is it said that the session will end."""
BACKWARD = timedelta(minutes=5)
"""So far may a clock go back before a session is over: one that began or was used in the future never lives longer for
it (F14)."""


def is_over(kind: Kind, created_at: datetime, seen_at: datetime, now: datetime) -> Why | None:
    """Answer why a session is over, or None where it lives."""
    limits = LIMITS[kind]
    if now >= created_at + limits.absolute or now < created_at - BACKWARD:
        return Why.TOO_OLD
    return Why.TOO_LONG_IDLE if now >= seen_at + limits.idle or now < seen_at - BACKWARD else None


def is_clock_due(seen_at: datetime, now: datetime) -> bool:
    """Tell whether a session's clock is to be moved."""
    return now >= seen_at + CLOCK_STEP


def ends_at(kind: Kind, created_at: datetime, seen_at: datetime) -> datetime:
    """Answer when a session is over if nothing more happens."""
    limits = LIMITS[kind]
    return min(seen_at + limits.idle, created_at + limits.absolute)


def is_soon_over(kind: Kind, created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether somebody is to be warned that their session ends if nothing more happens."""
    return ends_at(kind, created_at, seen_at) - now <= WARNING


def is_fresh(authenticated_at: datetime, now: datetime) -> bool:
    """Tell whether somebody showed who they are a short time ago."""
    return now - FRESH <= authenticated_at <= now + BACKWARD


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox/", "Firefox"),
             ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_of(user_agent: str) -> str:
    """Answer what a person would call a browser and its machine: `Chrome, Windows`; empty where it does not say."""
    found = [next((name for sign, name in signs if sign in user_agent[:400]), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))
