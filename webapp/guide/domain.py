"""The letter bar, and which entries a way in leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.content.domain.kind import AREAS, AUDIENCES, SITUATIONS
from webapp.content.domain.library import Page
from webapp.kernel.alphabet import LETTERS, first_letter, in_order

AUDIENCE_WORDS = {"eldre": "older", "parorende": "caregiver", "ung": "young_carer"}
SITUATION_WORDS = {
    "planlegge": "plan_ahead",
    "noe-har-skjedd": "something_happened",
    "hjem-fra-sykehus": "home_from_hospital",
    "sliten": "worn_out",
    "demens": "dementia",
    "siste-tid": "last_phase",
}
AREA_WORDS = {
    "aldersvennlig": "age_friendly",
    "aktivitet": "activity",
    "mat": "food",
    "helsehjelp": "health_care",
    "sammenheng": "coherence",
}
"""The words of the addresses (`?for=parorende`) and the codes of the content."""

assert set(AUDIENCE_WORDS.values()) == set(AUDIENCES)
assert set(SITUATION_WORDS.values()) == set(SITUATIONS)
assert set(AREA_WORDS.values()) == set(AREAS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the index, with its entries; a letter without any is shown but leads nowhere."""

    letter: str
    entries: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A way into the index besides the alphabet: by who, situation, area; empty where not asked for."""

    audience: str = ""
    situation: str = ""
    area: str = ""

    def takes(self, entry: Page) -> bool:
        """Tell whether an entry belongs here."""
        return (
            (not self.audience or self.audience in entry.listed("audience"))
            and (not self.situation or self.situation in entry.listed("situations"))
            and (not self.area or self.area in entry.listed("areas"))
        )

    @property
    def is_on(self) -> bool:
        """Tell whether anything is filtered away."""
        return bool(self.audience or self.situation or self.area)


def by_letter(entries: Iterable[Page]) -> list[Letter]:
    """Answer all letters A to Å with their entries in order; signs and digits, if any, come first."""
    found: dict[str, list[Page]] = {letter: [] for letter in ("#", *LETTERS)}
    for entry in in_order(entries, lambda entry: entry.title):
        found[first_letter(entry.title)].append(entry)
    return [Letter(letter, tuple(pages)) for letter, pages in found.items() if letter != "#" or pages]
