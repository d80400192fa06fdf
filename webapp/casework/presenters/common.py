"""What several screens say alike: when an answer is due, whose a case is, what offices are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext

from webapp.casework.words import DOOR_WORDS
from webapp.content.current import library
from webapp.kernel.clock import local_day
from webapp.municipalities.domain.municipality import CONTACTS
from webapp.referrals.domain.deadlines import is_late, is_near
from webapp.referrals.domain.referral import Door, State, Waits, Whom, is_over
from webapp.referrals.forms import TOPIC_WORDS
from webapp.referrals.presenters import origin_words
from webapp.referrals.queries import Case
from webapp.web.i18n import language, write_date

Names = Mapping[str, str]
"""The id of a member of staff → their name."""
LATE, NEAR = "late", "near"


def mark_of(case: Case, now: datetime) -> str:
    """Answer whether an answer is late or due soon; empty where neither is so, or nothing is owed."""
    if is_over(State(case.state)) or case.waits_for not in {Waits.US, Waits.COLLEAGUE}:
        return ""
    if is_late(case.due_at, now):
        return LATE
    return NEAR if is_near(case.due_at, now) else ""


def mark_words(mark: str) -> str:
    """Answer a mark in a word."""
    return str({LATE: gettext("overdue"), NEAR: gettext("soon")}.get(mark, ""))


def topics(about: Sequence[str]) -> list[str]:
    """Answer what a case is about, each in words; a page that is no longer there says nothing."""
    found = [str(TOPIC_WORDS[topic]) if topic in TOPIC_WORDS else origin_words(topic) for topic in about]
    return [topic for topic in found if topic]


def what(case: Case) -> str:
    """Answer by which door a case came and what it is about, as one line."""
    return f"{DOOR_WORDS[Door(case.door)]}: {'; '.join(topics(case.about))}"


def day(time: datetime) -> str:
    """Answer the day of a point in time in Norway, as a reader says it."""
    return write_date(local_day(time))


def who_has(case: Case, names: Names, own: str) -> str:
    """Answer who has a case, as a line says it."""
    if case.assigned_to is None:
        return str(gettext("nobody has it"))
    return str(gettext("you have it")) if case.assigned_to == own else name_of(case.assigned_to, names)


def name_of(staff: str, names: Names) -> str:
    """Answer what somebody who works here is called."""
    return names.get(staff) or str(gettext("somebody who no longer works here"))


def is_marked(case: Case) -> bool:
    """Tell whether a case is for somebody else than an adult who asks for themselves."""
    return case.whom != Whom.SELF


def offices() -> list[tuple[str, str]]:
    """Answer the offices of the municipality as they can be chosen."""
    municipality = library().municipality
    known = {contact["contact"] for contact in municipality.facts["contacts"]}
    return [(one, municipality.contact(one, language()).title) for one in CONTACTS if one in known]


def office_name(office: str) -> str:
    """Answer what an office is called."""
    return library().municipality.contact(office, language()).title
