"""Showing anew by a one-time code that it is still the same person, for one act: what somebody signs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions import codes, invitations
from webapp.identity.arrival import CODES_FROM_NETWORK, FROM_NETWORK, count_failure, hasher, require_few_failures
from webapp.identity.asking import BY_LINK, reachable
from webapp.identity.current import visit
from webapp.identity.domain.codes import Channel, bound_to, masked, sender_of
from webapp.identity.letters import send_code
from webapp.identity.models import CodeRow
from webapp.kernel.ids import clean_code, new_digits
from webapp.web.access import caller
from webapp.web.throttle import network, throttle
from webapp.web.transactions import database, now


@dataclass(frozen=True, slots=True)
class Shown:
    """How somebody showed that it was they: the channel of the code, and to whom it went, masked."""

    channel: Channel
    to: str


def ways(session: Session) -> tuple[Channel, ...]:
    """Answer by which channels the caller can be sent a code: never the one that their link came by (L4)."""
    who, found = caller(), visit()
    invited = queries.invitation(session, who.municipality, who.id)
    if invited is None or invited.stopped_at is not None:
        return ()
    link = queries.newest_link(session, who.municipality, who.id)
    came_by_link = found is not None and found.data.get("via") == BY_LINK and link is not None
    return tuple(one for one in reachable(invited) if not came_by_link or (link and one.value != link.channel))


def keyed_pid(session: Session) -> str:
    """Answer who the caller has shown with ID-porten to be, as an index that tells their number to nobody."""
    found = visit()
    row = queries.resident(session, found.municipality, found.resident) if found and found.resident else None
    return row.pid_index if row else ""


def send(act: str, wanted: str = "") -> bool:
    """Send the caller a code that is good for one act alone; answer whether there is a way to."""
    who, code = caller(), new_digits()
    throttle().hit(CODES_FROM_NETWORK, who.municipality, network())
    hashed = hasher().hash(code)
    with database().writing() as session:
        invited = queries.invitation(session, who.municipality, who.id)
        channel = sender_of(wanted, ways(session))
        if invited is None or channel is None or not invitations.is_open(invited, now()):
            return False
        codes.add_code(session, invited, channel, hashed, browser=bound_to(who.session_id, act), at=now())
        send_code(session, invited, channel, code, at=now())
    return True


def fitting(act: str, written: str) -> str:
    """Answer the id of the code that was written, which is not used up yet; empty where it fits none.

    A try is counted before it is looked at (L3).
    """
    who = caller()
    require_few_failures(FROM_NETWORK)
    given = clean_code(written)
    with database().writing() as session:
        browser = bound_to(who.session_id, act)
        tried = codes.count_try(session, who.municipality, who.id, browser, given, at=now())
    fits = [code for code, hashed in tried.codes or (("", ""),) if hasher().fits(given, hashed or None) and code]
    if not fits:
        count_failure(FROM_NETWORK, Action.CODE_FAILED, "invitation", who.id)
    return fits[0] if fits else ""


def use(session: Session, code: str) -> Shown | None:
    """Use a code up in the transaction of the act; None where another request has used it in the meantime."""
    who = caller()
    invited = queries.invitation(session, who.municipality, who.id)
    row = session.get(CodeRow, code)
    if invited is None or row is None or not codes.use_code(session, invited, code, at=now()):
        return None
    channel = Channel(row.channel)
    address = invited.telephone if channel is Channel.SMS else invited.email
    return Shown(channel, masked(channel, address or ""))
