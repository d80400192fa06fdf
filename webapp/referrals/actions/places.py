"""Giving a case a place on a date of an offer, or one on its waiting list; a case has one of either."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.referrals.models import PlaceRow, ReferralRow


def set_place(session: Session, row: ReferralRow, offer: str, day: str, *, is_given: bool) -> None:
    """Give a case a place on a date, or put it on the waiting list; what it had before is given up."""
    found = session.get(PlaceRow, (row.id, offer), with_for_update=True)
    if found is None:
        found = PlaceRow(referral=row.id, offer=offer, municipality=row.municipality)
        session.add(found)
    found.day, found.is_given = day, is_given
    session.flush()


def free_places(session: Session, row: ReferralRow) -> None:
    """Let a case have no place any more."""
    session.execute(delete(PlaceRow).where(PlaceRow.municipality == row.municipality, PlaceRow.referral == row.id))
