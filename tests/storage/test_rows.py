"""Rows that are written at once are the rows that a mapped object would have made: sealed where those are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.storage.letters import LetterRow
from webapp.kernel.errors import StartError
from webapp.storage.rows import insert_new, insert_rows
from webapp.storage.session import Database

CANARY = "Kari trenger hjelp på badet"


def letter(row: str = "a1", **changed: str | None) -> dict[str, Any]:
    """Answer what a letter is written from."""
    return {"id": row, "municipality": "fjordvik", "subject": CANARY, "note": None, **changed}


def test_a_row_is_sealed_in_the_database_and_opens_as_any_other(letters: Database) -> None:
    with letters.writing() as session:
        insert_rows(session, LetterRow, letter(note="ikke ring"), letter("a2", subject=""))
    with letters.reading() as session:
        found = {row.id: (row.subject, row.note, row.state) for row in session.scalars(select(LetterRow))}
        stored = session.execute(text("SELECT subject, note FROM letter WHERE id = 'a1'")).one()
    assert found == {"a1": (CANARY, "ikke ring", "new"), "a2": ("", None, "new")}
    assert all(value.startswith("v1|") for value in stored)


def test_no_rows_are_none(letters: Database) -> None:
    with letters.writing() as session:
        insert_rows(session, LetterRow)
        assert session.scalar(select(func.count()).select_from(LetterRow)) == 0


def test_rows_come_after_what_was_added_before_them(letters: Database) -> None:
    with letters.writing() as session:
        session.add(LetterRow(id="a1", municipality="fjordvik", subject="først"))
        assert not insert_new(session, LetterRow, letter(), unless=("id",))


def test_a_row_that_is_there_already_stands_and_the_rest_goes_on(letters: Database) -> None:
    with letters.writing() as session:
        assert insert_new(session, LetterRow, letter(), unless=("id",))
        assert not insert_new(session, LetterRow, letter(subject="en annen"), unless=("id",))
        assert insert_new(session, LetterRow, letter("a2"), unless=("id",))
    with letters.reading() as session:
        assert [row.subject for row in session.scalars(select(LetterRow).order_by(LetterRow.id))] == [CANARY, CANARY]


def test_without_keys_nothing_is_written(letters: Database) -> None:
    with Session(letters.engine) as session, pytest.raises(StartError):
        insert_rows(session, LetterRow, letter())
