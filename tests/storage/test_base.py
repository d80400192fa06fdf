"""Points in time keep their zone, whatever the database knows of zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from webapp.municipalities.models import MunicipalityRow
from webapp.storage.base import Base, UtcTime
from webapp.storage.session import Database

NORWAY = ZoneInfo("Europe/Oslo")
TIMES = [
    datetime(2026, 11, 22, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 12, 0, 0, 123_456, tzinfo=NORWAY),
    datetime(2027, 10, 31, 2, 30, tzinfo=NORWAY), datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=NORWAY),
    datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=-5))),
]  # fmt: skip


@pytest.mark.parametrize("time", TIMES, ids=str)
def test_a_time_comes_back_as_the_same_moment_in_utc(any_database: Database, time: datetime) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=time))
    with any_database.reading() as session:
        found = session.scalars(select(MunicipalityRow.created_at)).one()
        earlier = MunicipalityRow.created_at <= time
        assert session.scalars(select(MunicipalityRow.code).where(earlier)).all() == ["fjordvik"]
    assert found == time.astimezone(UTC)
    assert found.utcoffset() == timedelta(0)


def test_no_time_stays_no_time(any_database: Database) -> None:
    dialect = any_database.engine.dialect
    assert UtcTime().process_bind_param(None, dialect) is None
    assert UtcTime().process_result_value(None, dialect) is None


def test_every_constraint_has_a_name_by_which_a_migration_can_change_it() -> None:
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"a constraint of {table.name} has no name"
