"""The places of an offer: how many are given on each date, and that a full date is said on the public page (TJ-8)."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.content.actions import tell_full
from webapp.content.current import library
from webapp.kernel.clock import local_day
from webapp.referrals.actions.places import set_place
from webapp.referrals.models import ReferralRow
from webapp.referrals.queries import Taken, places_of
from webapp.referrals.sheet import offer_dates
from webapp.web.i18n import language

_OFFER = "offer:"


def offer_of(row: ReferralRow) -> str:
    """Answer the offer that a case asks for a place at; empty where it asks for none."""
    return next((topic.removeprefix(_OFFER) for topic in row.about if topic.startswith(_OFFER)), "")


def dates_in_words(session: Session, row: ReferralRow, at: datetime) -> dict[str, str]:
    """Answer the dates to come of what a case asks for, each with how many have a place and how many wait."""
    offer = offer_of(row)
    taken, most = places_of(session, row.municipality, offer), _capacity(offer)
    dates = offer_dates(f"{_OFFER}{offer}", local_day(at))
    return {day: f"{words}: {_counted(taken.get(day, Taken()), most.get(day))}" for day, words in dates.items()}


def _counted(taken: Taken, most: int | None) -> str:
    if most is None:
        given = gettext("%(given)s places given", given=taken.given)
    else:
        given = gettext("%(given)s of %(most)s places given", given=taken.given, most=most)
    return str(gettext("%(given)s, %(waiting)s on the waiting list", given=given, waiting=taken.waiting))


def give_place(session: Session, row: ReferralRow, day: str, *, is_given: bool, at: datetime) -> None:
    """Give a case a place on a date of what it asks for, or put it on the waiting list."""
    offer = offer_of(row)
    if offer:
        set_place(session, row, offer, day, is_given=is_given)
        say_what_is_full(session, row.municipality, offer, at=at)


def say_what_is_full(session: Session, municipality: str, offer: str, *, at: datetime) -> None:
    """Have the public page of an offer say which of its dates are full; nothing is published where it says so."""
    taken = places_of(session, municipality, offer)
    full = [day for day, most in _capacity(offer).items() if taken.get(day, Taken()).given >= most]
    tell_full(session, municipality, offer, sorted(full), at=at)


def _capacity(offer: str) -> dict[str, int]:
    found = library().page("offer", offer, language())
    return {one["day"]: one["places"] for one in (found.listed("dates") if found else []) if "places" in one}
