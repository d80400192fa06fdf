"""A notice to one party becomes a neutral message: that there is something, and never what or about whom (M1).

What is to be told is written with what was done. The link is made when it is sent, so that a party who has left, or an
agreement that has gone silent in the meantime, is told nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from hashlib import sha256

from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions.noting import KIND, SEAL, tell
from webapp.agreements.domain.history import Notice
from webapp.identity.domain.codes import Channel, is_alive
from webapp.identity.letters import send_notice
from webapp.identity.queries import invitation, newest_code
from webapp.kernel.clock import Clock
from webapp.kernel.delivery import Delivery, Handler, PermanentFault, TemporaryFault
from webapp.kernel.errors import NotFoundError
from webapp.storage import outbox
from webapp.storage.session import Database

Desk = Callable[[str], AbstractContextManager[None]]
"""Where letters of a municipality are written: with its name, its telephone, its addresses."""
Seal = Callable[[str, str, int], None]
"""Seals a text of an agreement, by its number, and keeps it once."""


def handlers(database: Database, clock: Clock, desk: Desk, *, seal: Seal) -> Mapping[str, Handler]:
    """Answer what takes the notices of agreements out, and seals what was left unsealed."""

    def to_party(delivery: Delivery) -> None:
        with desk(delivery.municipality), database.writing() as session:
            _tell(session, delivery, clock)

    def to_seal(delivery: Delivery) -> None:
        seal(delivery.municipality, str(delivery.payload["agreement"]), int(delivery.payload["number"]))

    return {KIND: to_party, SEAL: to_seal}


def _tell(session: Session, delivery: Delivery, clock: Clock) -> None:
    """Write the message of a notice, once: the delivery may run twice, and a second link would end the first.

    Raise TemporaryFault while somebody waits for a code that they came to by the link that they have.
    """
    try:
        notice = Notice(delivery.payload["notice"])
        wanted, party_id = str(delivery.payload["agreement"]), str(delivery.payload["party"])
    except (KeyError, ValueError) as error:
        raise PermanentFault("names no notice") from error
    message_id = sha256(f"{delivery.id}|notice".encode()).hexdigest()[:32]
    if outbox.is_written(session, message_id):
        return
    try:
        row = queries.agreement(session, delivery.municipality, wanted, is_held=True)
        party = queries.party(session, row, party_id)
    except NotFoundError:
        return
    if party.channel not in {Channel.SMS, Channel.EMAIL}:
        tell(session, row, party, notice, at=clock.now())  # they have chosen letters or calls in the meantime
        return
    invited = invitation(session, row.municipality, party.invitation or "")
    if row.is_silent or invited is None or invited.revoked_at is not None:
        return
    code = newest_code(session, row.municipality, invited.id)
    if code is not None and is_alive(code.created_at, code.expires_at, clock.now()):
        # they are about to come in by the link they have: it is not made void below their hands
        raise TemporaryFault("a code is being written", code.expires_at - clock.now())
    send_notice(session, invited, Channel(party.channel), at=clock.now(), message_id=message_id)
