"""Helping somebody in: who may mend a contact, make a joining code, send a new link; none of it opens anything alone.

Whoever added somebody may help until that one has come in; from then on everybody keeps their own contact (AV-11).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.agreements.actions import people
from webapp.agreements.actions.noting import note
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.parties import RESIDENTS_SIDE, PartyKind
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import AgreementRow, PartyRow
from webapp.identity.actions import invitations
from webapp.identity.models import InvitationRow
from webapp.identity.queries import invitation
from webapp.kernel.errors import ConflictError, NotAllowedError


def may_change_contact(me: PartyRow, other: PartyRow) -> bool:
    """Tell whether a party may say how another is reached: oneself, or whom one added and who has not come in yet."""
    return me.id == other.id or (other.added_by == me.id and other.joined_at is None)


def may_help_in(row: AgreementRow, me: PartyRow, other: PartyRow) -> bool:
    """Tell whether a party may make a way in for another: oneself, whom one added, or, for the resident, anybody."""
    is_asked = people.may_invite(row, other) and other.joined_at is None and other.left_at is None
    return me.id == other.id or (is_asked and (other.added_by == me.id or me.kind in RESIDENTS_SIDE))


def may_take_out(row: AgreementRow, me: PartyRow, other: PartyRow) -> bool:
    """Tell whether a party may take another out: the resident anybody, the starter whom they added to a draft."""
    is_their_draft = row.round_state == RoundState.DRAFT and row.started_by == me.id and other.joined_at is None
    may = me.kind in RESIDENTS_SIDE or is_their_draft
    return may and me.id != other.id and other.kind != PartyKind.RESIDENT and other.left_at is None


def may_add(row: AgreementRow, me: PartyRow) -> bool:
    """Tell whether a party may add somebody now: the starter to a draft; later everybody, while all answer."""
    if row.round_state == RoundState.DRAFT:
        return row.started_by == me.id or me.kind in RESIDENTS_SIDE
    return row.round_state == RoundState.CLARIFYING and me.joined_at is not None


def joining_code(session: Session, row: AgreementRow, me: PartyRow, other: PartyRow, *, at: datetime) -> str:
    """Make a joining code for somebody, to be said aloud or written on paper, in place of the older one."""
    code = invitations.new_joining_code(session, way_in(session, row, me, other))
    note(session, row, Act.INVITED, by=me.id, at=at, about=other.id)
    return code


def way_in(session: Session, row: AgreementRow, me: PartyRow, other: PartyRow) -> InvitationRow:
    """Answer the invitation of somebody whom one may help in; raise NotAllowedError for anybody else's."""
    if not may_help_in(row, me, other):
        raise NotAllowedError("may not help them in")
    found = invitation(session, row.municipality, other.invitation or "")
    if found is None or found.revoked_at is not None:
        raise ConflictError("there is no way in for them")
    return found


def take_out(session: Session, row: AgreementRow, me: PartyRow, other: PartyRow, *, at: datetime) -> None:
    """Take somebody out; what they had not shared is deleted, and the others learn only that they are not in it."""
    if not may_take_out(row, me, other):
        raise NotAllowedError("only the resident takes somebody out")
    people.leave(session, row, other, by=me.id, at=at, is_removed=True)
