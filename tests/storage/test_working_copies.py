"""Working copies: only who has the secret can read one; it goes when its time has passed."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.conftest import NOON
from webapp.kernel.ids import new_secret
from webapp.municipalities.models import MunicipalityRow
from webapp.storage import working_copies
from webapp.storage.session import Database
from webapp.storage.working_copies import WorkingCopyRow

LATER = NOON + timedelta(hours=4)
CANARY = "kanarifugl-svar"


def with_municipalities(database: Database) -> Database:
    with database.writing() as session:
        for code in ("fjordvik", "dalsbygd"):
            if session.get(MunicipalityRow, code) is None:
                session.add(MunicipalityRow(code=code, created_at=NOON))
    return database


def test_what_is_kept_is_read_with_the_same_secret_and_by_nobody_else(any_database: Database) -> None:
    database, secret = with_municipalities(any_database), new_secret()
    with database.writing() as session:
        working_copies.save(session, "fjordvik", secret, {"q1": CANARY}, expires_at=LATER)
    with database.reading() as session:
        assert working_copies.load(session, "fjordvik", secret, at=NOON) == {"q1": CANARY}
        assert working_copies.load(session, "fjordvik", new_secret(), at=NOON) == {}
        assert working_copies.load(session, "dalsbygd", secret, at=NOON) == {}
        assert working_copies.load(session, "fjordvik", secret, at=LATER) == {}


def test_the_database_holds_neither_the_answer_nor_the_secret(database: Database) -> None:
    secret = new_secret()
    with with_municipalities(database).writing() as session:
        working_copies.save(session, "fjordvik", secret, {"q1": CANARY}, expires_at=LATER)
    path = database.engine.url.database
    assert path is not None
    with open(path, "rb") as file:  # noqa: PTH123 -- the bytes as they lie on the disk
        stored = file.read()
    assert CANARY.encode() not in stored
    assert secret.encode() not in stored


def test_a_copy_that_was_moved_or_changed_does_not_open(any_database: Database) -> None:
    database, one, other = with_municipalities(any_database), new_secret(), new_secret()
    with database.writing() as session:
        working_copies.save(session, "fjordvik", one, {"a": 1}, expires_at=LATER)
        working_copies.save(session, "fjordvik", other, {"b": 2}, expires_at=LATER)
    with database.writing() as session:
        content = {row.id: row.content for row in session.scalars(select(WorkingCopyRow))}
        first, second = sorted(content)
        session.execute(update(WorkingCopyRow).where(WorkingCopyRow.id == first).values(content=content[second]))
    with database.reading() as session:
        found = [working_copies.load(session, "fjordvik", secret, at=NOON) for secret in (one, other)]
    assert sorted(map(len, found)) == [0, 1]


def test_an_empty_copy_is_no_copy(any_database: Database) -> None:
    database, secret = with_municipalities(any_database), new_secret()
    with database.writing() as session:
        working_copies.save(session, "fjordvik", secret, {"a": 1}, expires_at=LATER)
        working_copies.save(session, "fjordvik", secret, {}, expires_at=LATER)
    with database.reading() as session:
        assert session.scalars(select(WorkingCopyRow)).all() == []


def test_copies_are_forgotten_when_their_time_has_passed(any_database: Database) -> None:
    database = with_municipalities(any_database)
    with database.writing() as session:
        for hours in (1, 2, 3):
            working_copies.save(session, "fjordvik", new_secret(), {"a": 1}, expires_at=NOON + timedelta(hours=hours))
        assert working_copies.forget_old(session, NOON + timedelta(hours=2)) == 2
        assert working_copies.forget_old(session, NOON + timedelta(hours=2)) == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_any_answers_come_back_as_they_were(database: Database, content: dict[str, str]) -> None:
    secret = new_secret()
    with with_municipalities(database).writing() as session:
        working_copies.save(session, "fjordvik", secret, content, expires_at=LATER)
    with database.reading() as session:
        assert working_copies.load(session, "fjordvik", secret, at=NOON) == content
