"""The page objects of what was counted: the overview, a topic, a year, two municipalities beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from webapp.insight.domain.periods import Period
from webapp.insight.domain.topics import Counted, Series, Topic, series_of
from webapp.insight.presenters.labels import TOPICS, category_words, series_words, topic_words
from webapp.insight.presenters.tables import (
    Shown,
    Table,
    answered,
    by_month,
    differing,
    in_order,
    period_words,
    shown_series,
    tasks_table,
    told,
)
from webapp.kernel.suppression import FEWEST
from webapp.web.i18n import language

HOME = "/admin/innsikt"


@dataclass(frozen=True, slots=True)
class Link:
    """A link with what stands behind it."""

    title: str
    href: str
    note: str = ""

    @property
    def language(self) -> str:
        """The language of its words: the reader's."""
        return language()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The ways into what was counted, and the newest month at a glance."""

    fewest: int
    period: str
    glance: Table | None
    topics: list[Link]
    years: list[Link]
    is_shared: bool

    @classmethod
    def of(cls, counted: Counted, period: Period | None, years: Sequence[Period], *, is_shared: bool) -> OverviewPage:
        """Answer the overview, with the figures of the newest month that is over."""
        topics = [Link(str(name), f"{HOME}/{topic}", str(note)) for topic, (name, note) in TOPICS.items()]
        links = [Link(one.name, f"{HOME}/aar/{one.name}") for one in reversed(years)]
        glance = _glance(counted, period) if period else None
        return cls(FEWEST, period_words(period) if period else "", glance, topics, links, is_shared)


_GLANCE = (
    (Topic.SEARCH, "search", ""), (Topic.REFERRALS, "door", ""), (Topic.REFERRALS, "within", ""),
    (Topic.AGREEMENTS, "steps", "started"), (Topic.AGREEMENTS, "steps", "compared"),
    (Topic.AGREEMENTS, "steps", "in force"),
)  # fmt: skip


def _glance(counted: Counted, period: Period) -> Table:
    names = {
        "search": gettext("Searches"),
        "door": gettext("Referrals received"),
        "within": gettext("Referrals answered"),
    }
    rows = []
    for topic, name, category in _GLANCE:
        series = next((one for one in series_of(topic, counted) if one.id == name), None)
        figures = series.figures(period) if series else None
        number = 0 if figures is None else figures.cells.get(category, 0) if category else figures.total
        rows.append([category_words(topic, name, category) if category else str(names[name]), told(number)])
    return Table(period_words(period), [str(gettext("What")), str(gettext("How many"))], rows, [])


@dataclass(frozen=True, slots=True)
class TopicPage:
    """What was counted of a topic in a time."""

    title: str
    lead: str
    address: str
    fewest: int
    period: str
    fault: str
    options: list[Option]
    shown: list[Shown]
    tasks: Table | None
    words: Table | None
    query: str

    @classmethod
    def of(
        cls, topic: Topic, counted: Counted, period: Period | None, known: Sequence[Period],
        words: Sequence[tuple[str, int]] = (), *, fault: str = "",
    ) -> TopicPage:  # fmt: skip
        """Answer the page of a topic in a time that is over, with the other times to choose from."""
        series = series_of(topic, counted) if period else []
        return cls(
            title=topic_words(topic), lead=str(TOPICS[topic][1]), address=f"{HOME}/{topic}", fewest=FEWEST,
            period=period_words(period) if period else "", fault=fault,
            options=[Option(one.name, period_words(one), one == period) for one in known],
            shown=shown_of(topic, series, period) if period else [],
            tasks=tasks_table(series[0].figures(period)) if topic is Topic.EXPECTATIONS and series and period else None,
            words=_words_table(words) if words else None,
            query=f"?periode={period.name}" if period else "",
        )  # fmt: skip


def _words_table(words: Sequence[tuple[str, int]]) -> Table:
    heads = [str(gettext("Searched for")), str(gettext("How many"))]
    caption = str(gettext("What many looked for without finding anything"))
    return Table(caption, heads, [[word, str(number)] for word, number in words], [])


def shown_of(topic: Topic, series: Sequence[Series], period: Period) -> list[Shown]:
    """Answer the series of a topic that have something in a time; in a year the months beside them."""
    if topic is Topic.FEEDBACK:
        gathered = answered(series, period)
        return [gathered] if gathered.table.rows else []
    found = []
    for one in series:
        here = differing(one, period) if topic is Topic.EXPECTATIONS else shown_series(topic, one, period)
        if here.table.rows:
            found.append(here)
        if not period.month and one.is_whole:
            found.append(by_month(topic, one, period.year))
    return found


@dataclass(frozen=True, slots=True)
class Chapter:
    """A topic in the year's report."""

    title: str
    shown: list[Shown]
    tasks: Table | None


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year as a report that is printed."""

    year: str
    municipality: str
    fewest: int
    chapters: list[Chapter]
    query: str

    @classmethod
    def of(cls, counted: Counted, period: Period, municipality: str) -> YearPage:
        """Answer the report of a year that is over."""
        chapters = []
        for topic in Topic:
            series = series_of(topic, counted)
            tasks = tasks_table(series[0].figures(period)) if topic is Topic.EXPECTATIONS and series else None
            shown = shown_of(topic, series, period)
            if shown:
                chapters.append(Chapter(topic_words(topic), shown, tasks))
        return cls(period.name, municipality, FEWEST, chapters, f"?aar={period.name}")


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The figures of municipalities that have all agreed to it, beside each other."""

    is_shared: bool
    others: list[str]
    fewest: int
    topics: list[Option]
    options: list[Option]
    period: str
    tables: list[Table]
    message: str

    @classmethod
    def of(
        cls, counted: Mapping[str, Counted], topic: Topic, period: Period | None, known: Sequence[Period], *,
        is_shared: bool, message: str = "",
    ) -> ComparePage:  # fmt: skip
        """Answer a topic in a time: a column for each municipality, by its name; what one hides is hidden here."""
        names = list(counted)
        series = {name: {one.id: one for one in series_of(topic, found)} for name, found in counted.items()}
        ids = dict.fromkeys(one for found in series.values() for one in found)
        tables = (
            [_beside(topic, one, {name: series[name].get(one) for name in names}, period) for one in ids]
            if period
            else []
        )
        return cls(
            is_shared=is_shared, others=names[1:], fewest=FEWEST,
            topics=[Option(one.value, topic_words(one), one is topic) for one in Topic],
            options=[Option(one.name, period_words(one), one == period) for one in known],
            period=period_words(period) if period else "", tables=[table for table in tables if table.rows],
            message=message,
        )  # fmt: skip


def _beside(topic: Topic, name: str, found: Mapping[str, Series | None], period: Period) -> Table:
    figures = [one.figures(period) if one else None for one in found.values()]
    ours: dict[str, int | None] = {}
    for one in figures:
        for word, number in in_order(one.cells) if one else []:
            ours.setdefault(word, number)
    rows = [
        [category_words(topic, name, word), *(told(one.cells.get(word, 0) if one else 0) for one in figures)]
        for word, _number in in_order(ours)
    ]
    return Table(series_words(topic, name), [str(gettext("What")), *found], rows, [])
