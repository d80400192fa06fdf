"""Words that found nothing are forgotten after ninety days: exactly those."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from webapp.kernel.clock import FixedClock
from webapp.municipalities.models import MunicipalityRow
from webapp.search.jobs import KEPT_DAYS, NO_HIT, forget_old_words
from webapp.storage.counters import CountRow, add_counts
from webapp.storage.session import Database

TODAY = date(2026, 11, 22)


def with_counts(database: Database, *ages: int) -> None:
    """Store a word for each age in days, of both municipalities, and another count of the same age."""
    with database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in ("fjordvik", "dalsbygd"))
        session.flush()
        for age in ages:
            day = TODAY - timedelta(days=age)
            for code in ("fjordvik", "dalsbygd"):
                add_counts(session, {(code, day, NO_HIT, f"ord{age}"): 1, (code, day, "page_views", "abc"): 1})


def left(database: Database) -> set[tuple[str, str, int]]:
    """Answer municipality, name and age of what is stored."""
    with database.reading() as session:
        rows = session.execute(select(CountRow.municipality, CountRow.name, CountRow.day))
        return {(row.municipality, row.name, (TODAY - row.day).days) for row in rows}


AGES = (0, 1, 89, 90, 91, 92, 400)


def test_words_older_than_ninety_days_are_deleted_and_nothing_else_is(
    any_database: Database, clock: FixedClock
) -> None:
    with_counts(any_database, *AGES)
    forget_old_words(any_database, clock)
    codes = ("fjordvik", "dalsbygd")
    words = {(code, NO_HIT, age) for code in codes for age in AGES if age <= 90}
    assert left(any_database) == words | {(code, "page_views", age) for code in codes for age in AGES}
    forget_old_words(any_database, clock)
    assert len(left(any_database)) == 2 * (4 + 7)


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), False),  # past midnight in Norway, not in UTC
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), True),
    ],
)
def test_days_are_counted_as_norway_counts_them(database: Database, time: datetime, kept: bool) -> None:  # noqa: FBT001
    with_counts(database, KEPT_DAYS)
    forget_old_words(database, FixedClock(time))
    assert any(name == NO_HIT for _, name, _ in left(database)) is kept


def test_an_empty_table_is_left_empty(any_database: Database, clock: FixedClock) -> None:
    forget_old_words(any_database, clock)
    assert left(any_database) == set()
