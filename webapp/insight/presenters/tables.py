"""Figures as tables and charts: what is hidden says so, and a chart says nothing that its table does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import gettext

from webapp.insight.domain.periods import Period
from webapp.insight.domain.suppression import Figures
from webapp.insight.domain.topics import Series, Topic
from webapp.insight.presenters.labels import category_words, outcome_words, series_words, task_words, topic_words
from webapp.web.i18n import LOCALES, language
from webapp.web.i18n import lazy_gettext as _

HIDDEN = _("hidden")
MOST_BARS = 12
_WIDEST, _ROW = 250, 46


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: where it stands, how long it is, what stands over it."""

    y: int
    width: int
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its title and what it shows in words; the same numbers stand in the table below."""

    id: str
    title: str
    told: str
    height: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures: its caption, its heads, its rows, of which the first cell is a head too."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    foot: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A series in a time: its chart, its table, and the numbers as a file has them."""

    title: str
    chart: Chart | None
    table: Table
    numbers: list[tuple[str, str | int]]


def told(number: int | None) -> str:
    """Answer a number as it is read."""
    return str(HIDDEN) if number is None else f"{number}"


def period_words(period: Period) -> str:
    """Answer a time as it is said: oktober 2026, or 2026."""
    if not period.month:
        return str(period.year)
    return str(format_date(period.since, "LLLL y", locale=LOCALES[language()]))


def in_order(cells: Mapping[str, int | None]) -> list[tuple[str, int | None]]:
    """Answer categories with the largest first, the hidden ones after the others, and without those that are zero."""
    shown = [(word, number) for word, number in cells.items() if number != 0]
    return sorted(shown, key=lambda one: (one[1] is None, -(one[1] or 0), one[0]))


def shown_series(topic: Topic, series: Series, period: Period, place: str = "") -> Shown:
    """Answer a series as a page shows it; `place` tells its chart from others of the page."""
    figures, title = series.figures(period), series_words(topic, series.id)
    rows = [(category_words(topic, series.id, word), number) for word, number in in_order(figures.cells)]
    total = [str(gettext("Together")), told(figures.total)] if series.is_whole else []
    heads = [str(gettext("What")), str(gettext("How many"))]
    table = Table(title, heads, [[words, told(number)] for words, number in rows], total)
    numbers: list[tuple[str, str | int]] = [(words, told(None) if number is None else number) for words, number in rows]
    if series.is_whole:
        numbers.append((total[0], told(None) if figures.total is None else figures.total))
    return Shown(title, chart(f"{topic}-{series.id}{place}", title, rows), table, numbers)


def chart(name: str, title: str, rows: Sequence[tuple[str, int | None]]) -> Chart | None:
    """Answer a chart of the largest numbers; None where there is nothing to draw."""
    drawn = [(words, number) for words, number in rows if number is not None][:MOST_BARS]
    if len(drawn) < 2:
        return None
    most = max(number for _words, number in drawn) or 1
    bars = [
        Bar(place * _ROW, max(1, round(_WIDEST * number / most)), _short(words), str(number))
        for place, (words, number) in enumerate(drawn)
    ]
    said = ", ".join(f"{words} {number}" for words, number in drawn)
    return Chart(name.replace(" ", "-"), title, said, len(bars) * _ROW, bars)


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:39].rstrip()}…"


def by_month(topic: Topic, series: Series, year: int) -> Shown:
    """Answer the totals of a series month by month in a year."""
    months = [Period(year, number) for number in range(1, 13)]
    rows = [(_month(one.since), series.figures(one).total) for one in months]
    title = str(gettext("%(series)s, month by month", series=series_words(topic, series.id)))
    heads = [str(gettext("Month")), str(gettext("How many"))]
    table = Table(title, heads, [[words, told(number)] for words, number in rows], [])
    numbers = [(words, told(number) if number is None else number) for words, number in rows]
    return Shown(title, chart(f"{topic}-{series.id}-months", title, rows), table, numbers)


def _month(day: date) -> str:
    return str(format_date(day, "LLLL", locale=LOCALES[language()]))


def tasks_table(figures: Figures) -> Table:
    """Answer for each task how often it was compared, agreed on and seen differently; hidden where it is not known."""
    tasks: dict[str, dict[str, int | None]] = {}
    for word, number in figures.cells.items():
        task, _sep, outcome = word.rpartition(" ")
        tasks.setdefault(task, {})[outcome] = number
    rows = [(task_words(f"{task} agreed"), *_sums(counts)) for task, counts in tasks.items()]
    order: Callable[[tuple[str, int | None, int | None, int | None]], tuple[bool, int, str]] = lambda row: (  # noqa: E731
        row[3] is None, -(row[3] or 0), row[0]
    )  # fmt: skip
    heads = [gettext("Task"), gettext("Compared"), gettext("Agreed"), gettext("Seen differently, or nobody")]
    cells = [
        [words, *map(told, numbers)] for words, *numbers in sorted(rows, key=order) if any(n != 0 for n in numbers)
    ]
    return Table(str(gettext("Each task")), [str(head) for head in heads], cells, [])


def _sums(counts: Mapping[str, int | None]) -> tuple[int | None, int | None, int | None]:
    others = [number for outcome, number in counts.items() if outcome != "agreed"]
    agreed = counts.get("agreed", 0)
    apart = None if None in others else sum(number or 0 for number in others)
    return (None if agreed is None or apart is None else agreed + apart), agreed, apart


def differing(series: Series, period: Period) -> Shown:
    """Answer which tasks are seen differently most often, and in which direction."""
    cells = {word: number for word, number in series.figures(period).cells.items() if not word.endswith(" agreed")}
    rows = [(f"{task_words(word)}: {outcome_words(word)}", number) for word, number in in_order(cells)]
    title = str(gettext("What differs most often, and in which direction"))
    heads = [str(gettext("Task")), str(gettext("How many"))]
    table = Table(title, heads, [[words, told(number)] for words, number in rows], [])
    numbers = [(words, told(number) if number is None else number) for words, number in rows]
    return Shown(title, chart("differing", title, rows), table, numbers)


def answered(found: Sequence[Series], period: Period) -> Shown:
    """Answer for each page how many found the answer and how many did not, those that most did not find first."""
    rows = [(series_words(Topic.FEEDBACK, one.id), one.figures(period)) for one in found]
    kept = sorted(
        ((words, figures) for words, figures in rows if figures.total != 0),
        key=lambda row: (row[1].cells.get("no", 0) is None, -(row[1].cells.get("no") or 0), row[0]),
    )
    names = {answer: category_words(Topic.FEEDBACK, "", answer) for answer in ("yes", "no")}
    cells = [
        [words, *(told(figures.cells.get(one, 0)) for one in names), told(figures.total)] for words, figures in kept
    ]
    numbers: list[tuple[str, str | int]] = []
    for words, figures in kept:
        for answer, name in names.items():
            number = figures.cells.get(answer, 0)
            numbers.append((f"{words}: {name}", told(None) if number is None else number))
    title = str(gettext("Did not find it, page by page"))
    drawing = chart("feedback", title, [(words, figures.cells.get("no", 0)) for words, figures in kept])
    heads = [str(gettext("Page")), *names.values(), str(gettext("Together"))]
    return Shown(title, drawing, Table(title, heads, cells, []), numbers)


def file_rows(topic: Topic, period: Period, shown: Sequence[Shown]) -> list[list[str | int]]:
    """Answer the figures of a topic as the rows of a file, without their heads."""
    return [
        [period_words(period), topic_words(topic), one.title, words, number]
        for one in shown
        for words, number in one.numbers
    ]


def file_heads() -> list[str | int]:
    """Answer the heads of a file of figures."""
    heads = (gettext("Time"), gettext("Topic"), gettext("Figures"), gettext("What"), gettext("How many"))
    return [str(head) for head in heads]
