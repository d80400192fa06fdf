"""Who may know what: the resident's consent, person by person and topic by topic, revocable and for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Topic(StrEnum):
    """What somebody may be told about."""

    PRACTICAL = "practical"
    """Who does what and when, keys, whom to ring."""
    HEALTH = "health"
    MEDICINE = "medicine"
    SERVICES = "services"
    """Services, decisions and applications."""
    ECONOMY = "economy"
    CHANGES = "changes"
    """That something has happened: a fall, an admission, a change for the worse."""


class Level(StrEnum):
    """The three answers that are ready."""

    ALL = "all"
    PRACTICAL = "practical"
    NOTHING = "nothing"
    CHOSEN = "chosen"
    """Topics that were chosen one by one, behind «Change»."""


TOPICS: dict[Level, frozenset[Topic]] = {
    Level.ALL: frozenset(Topic),
    Level.PRACTICAL: frozenset({Topic.PRACTICAL, Topic.CHANGES}),
    Level.NOTHING: frozenset(),
}
LONGEST = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the resident lets one person know, and until when; given by the resident alone, never for the resident."""

    party: str
    level: Level
    topics: frozenset[Topic]
    until: date

    def covers(self, topic: Topic, on: date) -> bool:
        """Tell whether this lets the person know about something on a day."""
        return topic in self.topics and on <= self.until


def consent_of(party: str, level: Level, chosen: frozenset[Topic], *, until: date, given_on: date) -> Consent:
    """Answer a consent as it was chosen, for two years at most."""
    topics = chosen if level is Level.CHOSEN else TOPICS[level]
    return Consent(party, level if topics else Level.NOTHING, topics, min(until, given_on + LONGEST))
