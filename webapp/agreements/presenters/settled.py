"""A commitment in words: who does it, who steps in, how often, from when; the same on every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.expectations import PRIVATE
from webapp.agreements.presenters.naming import Names, listed
from webapp.agreements.words import FREQUENCIES
from webapp.kernel.text import capital
from webapp.web.i18n import write_date


@dataclass(frozen=True, slots=True)
class Settled:
    """What is proposed or settled about a task, in words."""

    what: str
    more: list[str]
    note: str


def settled_words(commitment: Commitment, names: Names) -> Settled:
    """Answer a commitment in words."""
    more = [_reserve(commitment, names), _open_until(commitment, names)]
    if commitment.how_often:
        more.append(str(FREQUENCIES[commitment.how_often]))
    if commitment.starts_on:
        more.append(gettext("from %(day)s", day=write_date(commitment.starts_on)))
    return Settled(_what(commitment, names), [words for words in more if words], commitment.note)


def _what(commitment: Commitment, names: Names) -> str:
    who = listed(commitment.responsible, names)
    if commitment.way is Way.DROP:
        return str(gettext("Not needed"))
    if commitment.way is Way.OPEN:
        return str(gettext("Stays open for now"))
    if commitment.way is Way.APPLY:
        until = gettext("You apply to the municipality. Until the answer comes: %(who)s", who=who)
        return str(until if who else gettext("You apply to the municipality"))
    if commitment.responsible == {PRIVATE}:
        return str(gettext("You pay somebody to do it"))
    return str(gettext("%(who)s does it", who=capital(who)))


def _reserve(commitment: Commitment, names: Names) -> str:
    who = listed(commitment.reserve, names)
    return str(gettext("steps in: %(who)s", who=who)) if who else ""


def _open_until(commitment: Commitment, names: Names) -> str:
    if commitment.way is not Way.OPEN:
        return ""
    who, day = names.get(commitment.taken_up_by, ""), commitment.taken_up_on
    if who and day:
        return str(gettext("%(who)s takes it up again on %(day)s", who=who, day=write_date(day)))
    return str(gettext("%(who)s takes it up again", who=who)) if who else ""
