"""What was counted: the overview, a page for each topic, the year's report, and all of it as files."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from webapp.content.current import library
from webapp.insight.documents import file
from webapp.insight.domain import periods
from webapp.insight.domain.periods import Period
from webapp.insight.domain.topics import Counted, Topic, series_of
from webapp.insight.presenters.pages import HOME, OverviewPage, TopicPage, YearPage, shown_of
from webapp.insight.presenters.tables import file_heads, file_rows
from webapp.insight.queries import counted as queries
from webapp.insight.views import bp
from webapp.kernel.clock import local_day
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading

WORDS = ",".join(topic.value for topic in Topic)


def times() -> list[Period]:
    """Answer the times that figures can be shown for: the years that are over, and the months, the newest first."""
    first, today = queries.first_month(db(), caller().municipality), local_day(now())
    return [*reversed(periods.months_over(first, today)), *reversed(periods.years_over(first, today))]


def asked(known: list[Period]) -> tuple[Period | None, str]:
    """Answer the time that the address names, else the newest month; and what is wrong with the one it names."""
    name = request.args.get("periode", "")
    if not name:
        return (known[0] if known else None), ""
    found = periods.read(name)
    if found in known:
        return found, ""
    return None, str(gettext("There are no figures for that time. Choose one that is over."))


@bp.get(HOME)
@allows(Permission.SEE_FIGURES)
@reading
def overview() -> Response:
    """Show the ways into what was counted, and the newest month at a glance (IN-2)."""
    known, place = times(), caller().municipality
    month = next((one for one in known if one.month), None)
    counted = queries.counted(db(), place, Topic, month.year) if month else {}
    share = queries.share(db(), place)
    years = sorted(one for one in known if not one.month)
    shown = OverviewPage.of(counted, month, years, is_shared=share is not None and share.is_shared)
    return page("insight/overview.html", shown)


@bp.get(f"{HOME}/<any({WORDS}):word>")
@allows(Permission.SEE_FIGURES)
@reading
def topic(word: str) -> Response:
    """Show what was counted of a topic in a time that is over."""
    about, known = Topic(word), times()
    period, fault = asked(known)
    counted = _counted([about], period)
    words = _words(about, period)
    return page(
        "insight/topic.html",
        TopicPage.of(about, counted, period, known, words, fault=fault),
        status=404 if fault else 200,
    )


def _counted(topics: list[Topic], period: Period | None) -> Counted:
    return queries.counted(db(), caller().municipality, topics, period.year) if period else {}


def _words(about: Topic, period: Period | None) -> list[tuple[str, int]]:
    """Answer what was searched for in vain in a month; words are forgotten too soon for a year."""
    if about is not Topic.SEARCH or period is None or not period.month:
        return []
    return queries.words_without_hit(db(), caller().municipality, period.since, period.until)


@bp.get(f"{HOME}/<any({WORDS}):word>.<any(csv, xlsx):form>")
@allows(Permission.SEE_FIGURES)
@reading
def topic_file(word: str, form: str) -> Response:
    """Give what was counted of a topic as a file for a spreadsheet."""
    about = Topic(word)
    period, fault = asked(times())
    if fault or period is None:
        raise NotFoundError
    shown = shown_of(about, series_of(about, _counted([about], period)), period)
    return file([file_heads(), *file_rows(about, period, shown)], form, f"{word}-{period.name}")


def _year(year: int) -> Period:
    if Period(year) not in times():
        raise NotFoundError("that year is not over, or nothing was counted in it")
    return Period(year)


@bp.get(f"{HOME}/aar/<int:year>")
@allows(Permission.SEE_FIGURES)
@reading
def year(year: int) -> Response:
    """Show a year that is over as a report to print."""
    period = _year(year)
    name = library().municipality.full_name(language())
    return page("insight/year.html", YearPage.of(_counted(list(Topic), period), period, name))


@bp.get(f"{HOME}/aar/<int:year>.<any(csv, xlsx):form>")
@allows(Permission.SEE_FIGURES)
@reading
def year_file(year: int, form: str) -> Response:
    """Give all that was counted in a year as a file for a spreadsheet."""
    period = _year(year)
    counted = _counted(list(Topic), period)
    rows = [
        row for about in Topic for row in file_rows(about, period, shown_of(about, series_of(about, counted), period))
    ]
    return file([file_heads(), *rows], form, f"innsikt-{year}")
