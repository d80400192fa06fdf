"""What an event of the audit log is, how it is sealed to the one before it, and where a chain is broken (E1, F25).

The beginning of a chain goes when it is old; an anchor then says after which event what is kept begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import rfc8785

from webapp.kernel.canonical import fields_of
from webapp.kernel.errors import TamperedError

Detail = str | int | bool | list[str]
CodeOf = Callable[[str, bytes, str], tuple[str, str]]
"""(municipality, data, id of a key) → (id of the key, code): `Keys.audit_code`."""
Promises = Mapping[int, Collection[str]]
"""Sequence → the hashes that were written out for it: one, where nobody has rewritten anything."""

CLASS = "audit"
"""What a municipality's setting and the log itself call this kind of data."""
DAYS, LEAST_DAYS = 730, 365
"""For how long events are kept, 24 months unless a municipality says otherwise; and for how long at the least.

Who looked at a case must be there to be asked about after the case itself, and what is kept no longer than a few
weeks could be gone before anybody verifies it.
"""
START = "0" * 64
"""What the first event of a chain follows."""
LONGEST = {"actor": 60, "action": 40, "object_kind": 30, "object_id": 60, "why": 40}
"""Field of an event's text → the signs that there is room for."""
LONGEST_DETAIL = 60

_IDS = re.compile(r"[A-Za-z0-9_.:\-/ ]*")
_OWN_ID = re.compile(r"\b(?:[0-9a-f]{16}|[0-9a-f]{32})\b")
_BIRTH_NUMBER = re.compile(r"\d{6} ?\d{5}")


class Action(StrEnum):
    """Everything that can happen: the closed list."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_REFUSED = "sign_in_refused"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    STAFF_INVITED = "staff_invited"
    STAFF_JOINED = "staff_joined"
    STAFF_CHANGED = "staff_changed"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- what happened, not a password
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    LINK_SENT = "link_sent"
    LINK_REVOKED = "link_revoked"
    CODE_SENT = "code_sent"
    CODE_FAILED = "code_failed"
    CODE_USED = "code_used"
    MESSAGES_STOPPED = "messages_stopped"
    MESSAGE_RESENT = "message_resent"
    REFERRAL_RECEIVED = "referral_received"
    REFERRAL_HANDLED = "referral_handled"
    REFERRAL_CLOSED = "referral_closed"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    REFERRALS_DELETED = "referrals_deleted"
    AGREEMENT_CHANGED = "agreement_changed"
    AGREEMENT_SIGNED = "agreement_signed"
    AGREEMENTS_DELETED = "agreements_deleted"
    DRAFT_CHANGED = "draft_changed"
    CONTENT_APPROVED = "content_approved"
    CONTENT_PUBLISHED = "content_published"
    FEEDBACK_HANDLED = "feedback_handled"
    FIGURES_SHARED = "figures_shared"
    GOALS_CHANGED = "goals_changed"
    GOALS_PUBLISHED = "goals_published"
    SETTING_CHANGED = "setting_changed"
    RECEIVER_CHANGED = "receiver_changed"
    RECEIVER_TESTED = "receiver_tested"
    LOOKED = "looked"
    EVENTS_DELETED = "events_deleted"
    DENIED = "denied"
    RATE_CEILING = "rate_ceiling"
    KEYS_ROTATED = "keys_rotated"
    EXPORTED = "exported"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Event:
    """Who did or saw what, when and why; `hash` is the code of all the rest by the municipality's audit key."""

    municipality: str
    sequence: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    why: str
    details: Mapping[str, Detail]
    key: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a municipality's chain ends: its last event's sequence and hash."""

    municipality: str
    sequence: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Anchor:
    """What stands in the place of a chain's deleted beginning; `code` is the code of all the rest by the audit key."""

    municipality: str
    sequence: int = 0
    hash: str = START
    """Sequence and hash of the last event that was deleted."""
    deleted: int = 0
    """How many went the last time."""
    at: datetime | None = None
    key: str = ""
    code: str = ""

    @property
    def end(self) -> Head:
        """Answer what the first event that is kept must follow."""
        return Head(self.municipality, self.sequence, self.hash)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first broken link of a chain."""

    municipality: str
    sequence: int
    what: str

    def __str__(self) -> str:
        return f"{self.municipality}: {self.what}"


def canonical(event: Event) -> bytes:
    """Answer an event without its hash as canonical JSON (RFC 8785), the same from every database.

    Text in another normal form than NFC is refused, not mended: two events that differ never have the same bytes.
    """
    told = fields_of(event)
    del told["hash"]
    told["at"] = _moment(event.at)
    written = rfc8785.dumps(told)
    if not unicodedata.is_normalized("NFC", written.decode()):
        raise ValueError("an event's text is not in normal form NFC")
    return written


def canonical_anchor(anchor: Anchor) -> bytes:
    """Answer an anchor without its code as canonical JSON; its fields are others than an event's, so neither passes."""
    told = fields_of(anchor)
    del told["code"]
    return rfc8785.dumps({**told, "at": _moment(anchor.at)})


def _moment(at: datetime | None) -> str:
    if at is None or at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def must_be_ids_only(event: Event) -> None:
    """Raise ValueError where an event says anything but ids and words of our own: no name, address or number (E2)."""
    texts = {name: getattr(event, name) for name in LONGEST}
    is_good = all(_is_id(text, LONGEST[name]) for name, text in texts.items())
    if not is_good or not all(_is_id(name, LONGEST_DETAIL) and _is_detail(it) for name, it in event.details.items()):
        raise ValueError("an audit event holds ids only")


def _is_detail(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(text, str) and _is_id(text, LONGEST_DETAIL) for text in value)
    return isinstance(value, str | int) and _is_id(str(value), LONGEST_DETAIL)


def _is_id(text: str, longest: int) -> bool:
    # One in twenty of our own ids has eleven digits in a row: they are set aside before birth numbers are looked for.
    is_plain = len(text) <= longest and _IDS.fullmatch(text) is not None
    return is_plain and _BIRTH_NUMBER.search(_OWN_ID.sub("", text)) is None


def verify(
    events: Iterable[Event], code_of: CodeOf, *, after: Head | None = None, written: Promises | None = None
) -> Fault | None:
    """Answer the first broken link among events that follow a head, or None where all are whole.

    Without a head they are the chain's first ones. `written` are the heads that were written out when they were new.
    """
    sequence, previous = (after.sequence, after.hash) if after else (0, START)
    for event in events:
        sequence += 1
        promised = written.get(sequence, ()) if written else ()
        wrong = _wrong(event, Head(event.municipality, sequence, previous), code_of, promised)
        if wrong:
            return Fault(event.municipality, sequence, f"event {sequence} {wrong}")
        previous = event.hash
    return None


def _wrong(event: Event, place: Head, code_of: CodeOf, promised: Collection[str]) -> str:
    if event.sequence != place.sequence:
        return f"is missing: event {event.sequence} stands in its place"
    if event.previous != place.hash:
        return "does not follow the one before it"
    if not _is_sealed(event, code_of):
        return "was changed, or was not sealed by the municipality's key"
    if any(one != event.hash for one in promised):
        return "was rewritten: another hash was written out for it"
    return ""


def _is_sealed(event: Event, code_of: CodeOf) -> bool:
    return _is_sealed_by(code_of, event.municipality, lambda: canonical(event), event.key, event.hash)


def _is_sealed_by(code_of: CodeOf, municipality: str, told: Callable[[], bytes], key: str, code: str) -> bool:
    try:
        return code_of(municipality, told(), key) == (key, code)
    except (ValueError, LookupError, TamperedError):  # nothing of ours, or no key of ours
        return False


def verify_anchor(anchor: Anchor, code_of: CodeOf, written: Promises) -> Fault | None:
    """Answer what is wrong with an anchor, or None: a beginning may be gone where one sealed by the key says so."""
    if anchor == Anchor(anchor.municipality):
        return None
    told = f"the anchor at event {anchor.sequence}"
    if not _is_sealed_by(code_of, anchor.municipality, lambda: canonical_anchor(anchor), anchor.key, anchor.code):
        what = f"{told} was changed, or was not sealed by the municipality's key"
        return Fault(anchor.municipality, anchor.sequence, what)
    if any(one != anchor.hash for one in written.get(anchor.sequence, ())):
        what = f"{told} was rewritten: another hash was written out for its event"
        return Fault(anchor.municipality, anchor.sequence, what)
    return None


def tells_of(event: Event, anchor: Anchor) -> bool:
    """Tell whether an event is the one that was recorded when the beginning up to an anchor was deleted."""
    return event.action == Action.EVENTS_DELETED and event.details == deletion_told(anchor)


def deletion_told(anchor: Anchor) -> dict[str, Detail]:
    """Answer what the log says of a deletion: how many events went, and which was the last; nothing of them."""
    return {"class": CLASS, "count": anchor.deleted, "last": anchor.sequence}


def verify_end(end: Head, stored: Head, written: Promises) -> Fault | None:
    """Answer what is missing after the last event of a chain, by its stored head and by those written out."""
    if max([stored.sequence, *written]) > end.sequence:
        what = f"events after {end.sequence} are missing (truncated or an older database)"
        return Fault(end.municipality, end.sequence + 1, what)
    if stored != end:
        return Fault(end.municipality, end.sequence, f"event {end.sequence} is the last, but its head says otherwise")
    return None
