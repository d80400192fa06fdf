"""One-time codes and personal links: by which channel, how long, how often (L1–L4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.kernel.ids import DIGITS, digest


class Channel(StrEnum):
    """How a link or a code reaches somebody."""

    SMS = "sms"
    EMAIL = "email"
    PAPER = "paper"
    """A link on a printed sheet; a joining code said aloud."""
    HANDED = "handed"
    """A code that staff give from hand to hand, or over the telephone."""


class Purpose(StrEnum):
    """What an invitation asks somebody to."""

    STAFF = "staff"
    """To take up an account: the link by e-mail, the code from the administrator."""
    PASSWORD = "password"  # noqa: S105 -- a purpose, not a password
    """To choose a new password: the link by e-mail; the second factor is asked for as always."""
    AGREEMENT = "agreement"
    """To an expectation agreement."""
    REFERRAL = "referral"
    """To see what they have sent to the municipality, and what was answered; no link is sent."""


CODE_LIFE = timedelta(minutes=10)
HANDED_LIFE = timedelta(days=7)
"""A code that is handed over has 40 bits, not 20, and lives until the person is home (five tries all the same)."""
STAFF_LINK_LIFE = timedelta(days=7)
PASSWORD_LINK_LIFE = timedelta(minutes=30)
MOST_TRIES = 5
MOST_TRIES_A_DAY = 15
MOST_SENT_AN_HOUR = 3
MOST_LINKS_A_DAY = 4
"""The first and three more: whoever holds an older link can have newer ones sent, and each begins the caps anew."""
BACKWARD = timedelta(minutes=1)


def channels(link: Channel, *, has_email: bool, has_telephone: bool) -> tuple[Channel, ...]:
    """Answer by which channels a code may be sent, best first: never the one that the link came by (L4)."""
    reachable = [Channel.SMS] * has_telephone + [Channel.EMAIL] * has_email
    return tuple(channel for channel in reachable if channel is not link)


def is_alive(created_at: datetime, expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether a link or code may still be used by its time; a clock set back gives none a longer life (F14)."""
    return now >= created_at - BACKWARD and (expires_at is None or now < expires_at)


def is_spent(tries: int) -> bool:
    """Tell whether a code has been tried as often as it may be."""
    return tries >= MOST_TRIES


def is_handed(written: str) -> bool:
    """Tell whether what somebody wrote looks like a code that staff hand over: those that are sent have six digits."""
    return len(written) != DIGITS


def channel_of_new_link(came_by: Channel, reachable: Collection[Channel]) -> Channel | None:
    """Answer how a new link goes out: as the old one did, or so that another channel is left for the code (L4)."""
    if came_by in reachable:
        return came_by
    return next(iter(reachable)) if len(reachable) > 1 else None


def sender_of(wanted: str, allowed: Collection[Channel]) -> Channel | None:
    """Answer the channel somebody asked for, where it is allowed; else the best one, or None where there is none."""
    return next((channel for channel in allowed if channel.value == wanted), next(iter(allowed), None))


def bound_to(session_id: str, act: str) -> str:
    """Answer what a code for one act is bound to: this session and this act; one to come in by fits no act (L3)."""
    return digest(f"{session_id} {act}")[:32]


def masked(channel: Channel, address: str) -> str:
    """Answer an address as evidence names it: enough for its owner to know it again, and for nobody else."""
    if channel is Channel.SMS:
        return f"•• {address[-2:]}"
    return f"{address[:1]}•••@{address.rpartition('@')[2]}" if channel is Channel.EMAIL else ""
