"""What is being written to the municipality, as it lies in the working copy; and how it becomes a submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from webapp.content.current import library
from webapp.kernel.ids import new_secret
from webapp.referrals.actions.sending import Submission
from webapp.referrals.domain.draft import ABOUT, CONTACT, PERSON, TELL, Draft, whom
from webapp.referrals.domain.referral import CONCERNS, FOR_OTHERS, Concerned, Content, Door, Whom
from webapp.referrals.letters import of_receipt
from webapp.referrals.presenters import PAGES, consent_to
from webapp.web import working_copy
from webapp.web.i18n import language, write_date

NAME = "referral"
"""What it is kept under in the working copy."""
OFFICES = {
    "nursing": "home_care", "memory": "dementia_team", "falls": "healthy_living", "aids": "aids_store",
    "caregiver": "caregiver_support", "mental_health": "mental_health", "company": "volunteer_centre",
}  # fmt: skip
"""Topic → the office that it goes to; the allocation office for any other, and for what is about several things."""
MOST_SLUG, MOST_SLUGS = 80, 500


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft with the key that makes it one case, and the page that it began at."""

    key: str
    origin: str
    draft: Draft

    def with_screen(self, screen: str, filled_in: Mapping[str, Any]) -> Sheet:
        """Answer the sheet with a screen filled in."""
        return Sheet(self.key, self.origin, {**self.draft, screen: dict(filled_in)})

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept in the working copy."""
        return {"key": self.key, "origin": self.origin, "draft": {name: dict(it) for name, it in self.draft.items()}}


def sheet() -> Sheet:
    """Answer the sheet of the request; a new one, with a new key, where nothing was filled in yet."""
    kept = working_copy.part(NAME)
    return Sheet(kept.get("key") or new_secret(), asked_origin() or kept.get("origin", ""), kept.get("draft", {}))


def asked_origin() -> str:
    """Answer the page that the address says somebody came from; empty for none, or one that is not there.

    Several tasks stand with commas between them: who agrees on a dozen of them writes once.
    """
    for parameter, kind in PAGES.items():
        given = request.args.get(parameter, "")[:MOST_SLUGS]
        slugs = given.split(",") if kind == "task" else [given[:MOST_SLUG]]
        known = [slug for slug in slugs if slug and _is_there(kind, slug)]
        if known:
            return f"{kind}:{','.join(known)}"
    return ""


def _is_there(kind: str, slug: str) -> bool:
    return library().has_selfcheck(slug) if kind == "selfcheck" else library().page(kind, slug, language()) is not None


def offer_dates(origin: str, today: date) -> dict[str, str]:
    """Answer the dates to come of an offer that somebody came from, with time and place; empty for anything else."""
    kind, _sep, slug = origin.partition(":")
    found = library().page(kind, slug, language()) if kind == "offer" else None
    dates = found.listed("dates") if found else []
    return {
        one["day"]: " ".join([write_date(one["day"]), one.get("time", ""), one["place"]])
        for one in sorted(dates, key=lambda one: str(one["day"]))
        if date.fromisoformat(one["day"]) >= today
    }


def submission(of: Sheet, attached: tuple[str, str]) -> Submission:
    """Answer what is sent: all that was filled in and chosen, whose consent it has, and the office it goes to."""
    who = whom(of.draft) or Whom.SELF
    about = tuple(of.draft[ABOUT]["topics"])
    content = _content(of.draft, who, attached)
    is_offer = any(topic.startswith("offer:") for topic in about)
    return Submission(
        Door.OFFER if is_offer else Door.MESSAGE, who, about, language(), content, office_of(who, about),
        letters=tuple(of_receipt(language(), content, who)),
    )  # fmt: skip


def office_of(who: Whom, about: tuple[str, ...]) -> str:
    """Answer the office that a referral goes to first; whoever gets it there can pass it on."""
    if who is Whom.YOUNG:
        return "school_nurse"
    offices = {OFFICES.get(topic, "allocation_office") for topic in about}
    return offices.pop() if len(offices) == 1 else "allocation_office"


def _content(draft: Draft, who: Whom, attached: tuple[str, str]) -> Content:
    tell, contact = _filled(draft[TELL]), _filled(draft[CONTACT])
    person = _filled(draft.get(PERSON, {})) if who in FOR_OTHERS else {}
    agreed = consent_to(is_concern=who in CONCERNS)
    return Content(
        name=contact["name"], telephone=contact["telephone"], email=contact["email"], address=contact["address"],
        contact=contact["contact"], safe_contact=contact["safe_contact"], interpreter=contact["interpreter"],
        text=tell["words"], what_matters=tell["what_matters"],
        offer_date=tell.get("offer_date") or "",
        stops_help=bool(tell["stops_help"]) and who in FOR_OTHERS,
        concerned=Concerned(**person), attached=attached[0], attached_response=attached[1],
        consent=agreed.text, consent_version=agreed.version,
    )  # fmt: skip


def _filled(screen: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what was filled in; a field that a program left out altogether is one that was left open."""
    return {name: "" if value is None else value for name, value in screen.items()}
