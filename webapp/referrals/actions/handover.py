"""Taking over what somebody else wrote: asked for by anybody, done by staff who know the person, kept by the person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.identity import queries as people
from webapp.identity.actions import invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Purpose
from webapp.kernel.errors import InvalidError
from webapp.kernel.ids import new_id, new_readable
from webapp.referrals import queries
from webapp.referrals.actions import entries
from webapp.referrals.actions.handling import PERSON, SYSTEM
from webapp.referrals.actions.sending import mobile
from webapp.referrals.domain.handover import Person, Sees
from webapp.referrals.domain.referral import FOR_OTHERS, Act
from webapp.referrals.models import HandoverRow, ReferralRow


def claim(session: Session, row: ReferralRow, told: str, *, at: datetime) -> None:
    """Note that somebody says it is about them; it opens nothing, and the very same words again are one note."""
    said = queries.entries(session, row)
    if any((entry.act, entry.text) == (Act.CLAIMED, told) for entry in said):
        return
    _do(session, row, Act.CLAIMED, by=SYSTEM, at=at, text=told)


def hand_over(session: Session, row: ReferralRow, person: Person, sees: Sees, *, by: str, at: datetime) -> HandoverRow:
    """Let the person have it whom staff have spoken with; done again, it is corrected, under the same reference.

    Whatever way in was given before is void with its sessions, and what waits for the helper is told them no more.
    """
    if row.whom not in FOR_OTHERS:
        raise InvalidError("it is about whoever sent it")
    taken = queries.handover(session, row)
    if taken is None:
        taken = HandoverRow(id=new_id(), municipality=row.municipality, referral=row.id, reference=new_readable())
    elif (before := people.invitation(session, row.municipality, taken.invitation)) is not None:
        invitations.revoke(session, before, at=at)
    contact = Contact(person.language, person.email or None, mobile(person.telephone) or None)
    invited = invitations.invite(
        session, municipality=row.municipality, purpose=Purpose.REFERRAL, subject=row.id, contact=contact, at=at
    )
    taken.invitation, taken.sees, taken.at = invited.id, sees.value, at
    taken.person = json.dumps(asdict(person), ensure_ascii=False)
    session.add(taken)
    _do(session, row, Act.HANDED_OVER, by=by, at=at)
    return taken


def decide(session: Session, row: ReferralRow, taken: HandoverRow, sees: Sees, *, at: datetime) -> None:
    """Let the person decide what the helper sees and does from now on; the same as before is nothing new."""
    if taken.sees == sees.value:
        return
    taken.sees = sees.value
    _do(session, row, Act.HELPER_SEES, by=PERSON, at=at, to=sees.value)


def _do(session: Session, row: ReferralRow, act: Act, *, by: str, at: datetime, text: str = "", to: str = "") -> None:
    entries.add(session, row, act, by=by, at=at, text=text, to=to)
    entries.audit(session, row, act, by=by, at=at)
