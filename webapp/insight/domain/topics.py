"""What is counted, by topic: which series of figures there are, and what each may show of a time.

A series whose categories are all there is (`is_whole`) has a total; of the others each category stands for itself. No
two series of a topic say the same twice, so none can be reckoned from another.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.insight.domain.periods import Period
from webapp.insight.domain.suppression import Figures, month, year
from webapp.kernel.moments import Moment

Counted = Mapping[tuple[str, date, str], int]
"""(moment, month, word) → how often."""
Split = Iterable[tuple[str, date, str, int]]
"""What was counted, as (series, month, category, how often)."""

PAGE_SERIES = {
    "guide.entry": "entry", "services.service": "service", "services.task": "task", "services.aid": "aid",
    "services.offer": "offer", "selfchecks.intro": "selfcheck",
}  # fmt: skip
"""The endpoint of a page → the series that it is counted in; all others are `page`."""
SCREENS = ("for", "om", "fortell", "kontakt", "se-over")
"""The screens that everybody fills in who writes to the municipality; the last one sends it."""


class Topic(StrEnum):
    """What there are figures about, by its word in the address."""

    PAGES = "oppslag"
    SEARCH = "sok"
    CHECKS = "selvsjekk"
    REFERRALS = "henvendelser"
    AGREEMENTS = "avtaler"
    EXPECTATIONS = "forventninger"
    FEEDBACK = "tilbakemeldinger"


FEEDBACK = "feedback"
"""What answers to «Did you find the answer?» are called among what was counted: `kind slug yes`, or `no`."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one kind, month by month."""

    id: str
    is_whole: bool
    months: Mapping[date, Mapping[str, int]]

    def figures(self, period: Period) -> Figures:
        """Answer what may be shown of a time that is over."""
        if self.is_whole:
            return self._figures(period, sorted({word for counts in self.months.values() for word in counts}))
        words = sorted({word for counts in self.months.values() for word in counts})
        return Figures(None, {word: self._figures(period, [word]).total for word in words})

    def _figures(self, period: Period, words: list[str]) -> Figures:
        if period.month:
            return month(self._counts(period.since, words))
        return year([self._counts(date(period.year, number, 1), words) for number in range(1, 13)])

    def _counts(self, first: date, words: Iterable[str]) -> dict[str, int]:
        counts = self.months.get(first, {})
        return {word: counts.get(word, 0) for word in words}


def _pages(counted: Counted) -> Split:
    for (name, first, word), number in counted.items():
        if name == Moment.PAGE:
            endpoint, _, slug = word.partition(" ")
            kind = PAGE_SERIES.get(endpoint, "page")
            yield kind, first, slug if kind != "page" else word, number


def _search(counted: Counted) -> Split:
    for (name, first, word), number in counted.items():
        if name == Moment.SEARCH:
            yield "search", first, word, number


def _checks(counted: Counted) -> Split:
    """Where those stopped who began, and what those came to who did not: each of them once."""
    reached: Counter[tuple[str, date, str]] = Counter()
    for (name, first, word), number in counted.items():
        slug, _, rest = word.partition(" ")
        if name == Moment.CHECK_REACHED:
            reached[slug, first, rest] += number
        elif name == Moment.CHECK_ANSWERED:
            reached[slug, first, rest] -= number
        elif name == Moment.CHECK_DONE:
            yield slug, first, f"done {rest}".strip(), number
    for (slug, first, question), number in reached.items():
        if number > 0:  # who began in one month and went on in the next is neither
            yield slug, first, f"stopped {question}", number


def _referrals(counted: Counted) -> Split:
    screens: dict[date, Counter[str]] = defaultdict(Counter)
    series = {Moment.REFERRAL_SENT: "door", Moment.REFERRAL_ABOUT: "about", Moment.REFERRAL_ANSWERED: "within"}
    for (name, first, word), number in counted.items():
        if name in series:
            yield series[Moment(name)], first, word, number
        elif name == Moment.REFERRAL_SCREEN:
            screens[first][word] += number
    for first, filled in screens.items():
        for screen, following in itertools.pairwise(SCREENS):
            if filled[screen] > filled[following]:
                yield "stopped", first, screen, filled[screen] - filled[following]


def _agreements(counted: Counted) -> Split:
    for (name, first, word), number in counted.items():
        if name == Moment.AGREEMENT:
            yield "steps", first, word, number


def _expectations(counted: Counted) -> Split:
    for (name, first, word), number in counted.items():
        if name == Moment.FINDING:
            yield "tasks", first, word, number


def _feedback(counted: Counted) -> Split:
    for (name, first, word), number in counted.items():
        if name == FEEDBACK:
            about, _, answer = word.rpartition(" ")
            yield about, first, answer, number


@dataclass(frozen=True, slots=True)
class _Rule:
    moments: tuple[Moment, ...]
    split: Callable[[Counted], Split]
    parts: frozenset[str] = frozenset()
    """The series whose categories stand each for itself."""


_REFERRAL = (Moment.REFERRAL_SENT, Moment.REFERRAL_ABOUT, Moment.REFERRAL_ANSWERED, Moment.REFERRAL_SCREEN)
_RULES: Mapping[Topic, _Rule] = {
    Topic.PAGES: _Rule((Moment.PAGE,), _pages, frozenset({*PAGE_SERIES.values(), "page"})),
    Topic.SEARCH: _Rule((Moment.SEARCH,), _search),
    Topic.CHECKS: _Rule((Moment.CHECK_REACHED, Moment.CHECK_ANSWERED, Moment.CHECK_DONE), _checks),
    Topic.REFERRALS: _Rule(_REFERRAL, _referrals, frozenset({"about"})),
    Topic.AGREEMENTS: _Rule((Moment.AGREEMENT,), _agreements, frozenset({"steps"})),
    Topic.EXPECTATIONS: _Rule((Moment.FINDING,), _expectations),
    Topic.FEEDBACK: _Rule((), _feedback),
}


def moments_of(topics: Iterable[Topic]) -> list[Moment]:
    """Answer what is counted for some topics."""
    return [moment for topic in topics for moment in _RULES[topic].moments]


def series_of(topic: Topic, counted: Counted) -> list[Series]:
    """Answer the series of a topic, in the order of their names."""
    rule = _RULES[topic]
    gathered: dict[str, dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for name, first, word, number in rule.split(counted):
        gathered[name][first][word] += number
    return [Series(name, name not in rule.parts, months) for name, months in sorted(gathered.items())]
