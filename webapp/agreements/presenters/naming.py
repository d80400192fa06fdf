"""What everybody in an agreement is called on screen: the first name where it is enough, and what outsiders are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from flask_babel import gettext

from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.models import PartyRow
from webapp.agreements.queries import Whole, name_of
from webapp.agreements.words import OUTSIDE
from webapp.web.i18n import write_list

Names = Mapping[str, str]
"""Id of a party or actor → what it is called."""


def names_of(found: Whole) -> Names:
    """Answer what everybody is called, whoever has left among them."""
    outside = {code: str(words) for code, words in OUTSIDE.items()}
    return {**names_of_people(found.people), MUNICIPALITY: gettext("the municipality"), **outside}


def names_of_people(people: Iterable[PartyRow]) -> Names:
    """Answer what some parties are called among themselves."""
    full = {one.id: name_of(one) for one in people}
    often = Counter(_first(name) for name in full.values())
    return {one: _first(name) if often[_first(name)] == 1 else name for one, name in full.items()}


def _first(name: str) -> str:
    return (name.split() or [""])[0]


def listed(actors: Iterable[str], names: Names) -> str:
    """Answer some actors as words, in the order of the names: the resident first, then people, then who is outside."""
    wanted = frozenset(actors)
    return write_list([name for one, name in names.items() if one in wanted])
