"""Asking for a one-time code: the session that it is bound to begins, and the code goes out where there is one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress

from flask import request

from webapp.content.current import library
from webapp.identity import queries
from webapp.identity.actions import codes, invitations
from webapp.identity.actions.sessions import Beginning
from webapp.identity.arrival import begin, hasher
from webapp.identity.current import own_path
from webapp.identity.domain.codes import Channel, channels
from webapp.identity.domain.sessions import Kind
from webapp.identity.letters import send_code
from webapp.identity.models import InvitationRow
from webapp.kernel.errors import TooManyError
from webapp.kernel.ids import new_digits
from webapp.web.transactions import database, now

STEP = "code"
BY_LINK, BY_JOINING_CODE, BY_REFERENCE, BY_OWN = "link", "joining code", "reference", "own"
"""How somebody came to the code; `own`: they have just written down how they are reached themselves."""


def reachable(invited: InvitationRow) -> tuple[Channel, ...]:
    """Answer the channels by which somebody can be reached, best first."""
    has_email, has_telephone = invited.email_sealed is not None, invited.telephone_sealed is not None
    return channels(Channel.PAPER, has_email=has_email, has_telephone=has_telephone)


def begin_and_send(
    lang: str, invitation_id: str, channel: Channel | None, came_by: dict[str, str], *, wanted: str = ""
) -> None:
    """Begin the session that the code is bound to, and send one; an invitation that is not there gets none (L1b)."""
    code = new_digits()
    hashed = hasher().hash(code)
    with database().writing() as session:
        invited = queries.invitation(session, library().code, invitation_id) if invitation_id else None
        data = {
            "step": STEP, "invitation": invitation_id, "channel": channel.value if channel else "",
            "language": lang, "next": wanted or own_path(request.args.get("neste", "")), **came_by,
        }  # fmt: skip
        browser = begin(session, Beginning(library().code, Kind.WAITING), data)
        if invited is not None and channel is not None and invitations.is_open(invited, now()):
            with not_too_many(came_by["by"]):
                codes.add_code(session, invited, channel, hashed, browser=browser, at=now())
                send_code(session, invited, channel, code, at=now())


def not_too_many(by: str) -> AbstractContextManager[None]:
    """Leave out what is one too many for whoever came by a code of their own: a wrong one is never too many (L1b)."""
    return nullcontext() if by in {BY_LINK, BY_OWN} else suppress(TooManyError)
