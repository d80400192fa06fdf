"""The resident who has come in with an electronic identity: what is theirs, and what is known of them by it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.identity import queries as people
from webapp.identity.domain.codes import Purpose
from webapp.kernel.permission import Role
from webapp.referrals import queries
from webapp.referrals.domain.referral import Content
from webapp.referrals.models import ReferralRow
from webapp.web.access import caller, caller_or_none


def resident() -> str:
    """Answer the id of the resident who has come in; empty where nobody has, or somebody else."""
    who = caller_or_none()
    return who.id if who and Role.RESIDENT in who.roles else ""


def own_rows(session: Session) -> list[ReferralRow]:
    """Answer all that the resident has sent while they were in, the newest first."""
    who = caller()
    ids = people.subjects_of(session, who.municipality, Purpose.REFERRAL.value, who.id)
    return queries.those_of(session, who.municipality, ids)


def last_sent(session: Session) -> Content:
    """Answer what the resident wrote the last time, for their name and how to reach them; empty for anybody else."""
    rows = own_rows(session) if resident() else []
    return queries.content_of(rows[0]) if rows else Content()
