"""Sealed columns: plain text in Python, nothing readable in the database, and no plain text by accident."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import String, Text, create_engine, inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.storage.letters import COLUMNS, LetterBase, LetterRow
from webapp.kernel.errors import StartError, TamperedError
from webapp.storage.keys import KeyRing
from webapp.storage.sealed import Sealed, SealedOptional, register_sealed, sealed_columns
from webapp.storage.session import Database

CANARY = "Kari trenger hjelp på badet"


def write(database: Database, *rows: LetterRow) -> None:
    """Store rows."""
    with database.writing() as session:
        session.add_all(rows)


def letter(row: str = "a1", municipality: str = "fjordvik") -> LetterRow:
    """Make a letter with both its texts."""
    return LetterRow(subject=CANARY, id=row, note="ikke ring", municipality=municipality)


def test_a_text_comes_back_as_it_was_and_is_sealed_in_the_database(letters: Database) -> None:
    write(letters, letter(), LetterRow(municipality="fjordvik", note=None, subject="", id="a2"))
    with letters.reading() as session:
        found = {row.id: (row.subject, row.note) for row in session.scalars(select(LetterRow))}
        subject, note = session.execute(text("SELECT subject, note FROM letter WHERE id = 'a1'")).one()
        assert session.scalar(text("SELECT note FROM letter WHERE id = 'a2'")) is None
    assert found == {"a1": (CANARY, "ikke ring"), "a2": ("", None)}
    assert subject.startswith("v1|")
    assert note.startswith("v1|")


def test_a_new_row_can_be_read_before_it_is_stored_and_after(letters: Database) -> None:
    row = LetterRow(id="a1", municipality="fjordvik", subject=CANARY)
    assert (row.subject, row.note, LetterRow(id="a2").note) == (CANARY, None, None)
    row.subject = f"{CANARY}!"
    with letters.writing() as session:
        session.add(row)
        assert row.subject == f"{CANARY}!"
        session.flush()
        assert row.subject == f"{CANARY}!"
    assert row.subject == f"{CANARY}!"


def test_a_row_can_be_read_and_changed_after_its_session_is_closed(letters: Database) -> None:
    write(letters, letter())
    with letters.writing() as session:
        row = session.get_one(LetterRow, "a1")
    assert (row.subject, row.note) == (CANARY, "ikke ring")
    row.note = "ring heller"
    with letters.writing() as session:
        session.add(row)
    with letters.reading() as session:
        assert session.get_one(LetterRow, "a1").note == "ring heller"


def test_a_changed_text_is_sealed_at_once_and_written_alone(letters: Database) -> None:
    write(letters, letter())
    with letters.writing() as session:
        row = session.get_one(LetterRow, "a1")
        before = row.subject_sealed
        row.note = "ring heller"
        assert row.note_sealed is not None
        assert row.note_sealed.startswith("v1|")
        assert row in session.dirty
        row.note = None
    with letters.reading() as session:
        again = session.get_one(LetterRow, "a1")
        assert (again.note, again.note_sealed, again.subject_sealed) == (None, None, before)


def test_only_what_is_read_is_opened(letters: Database) -> None:
    write(letters, letter())
    with letters.writing() as session:
        session.execute(update(LetterRow).values(note_sealed="broken"))
    with letters.reading() as session:
        row = session.get_one(LetterRow, "a1")
        assert row.subject == CANARY
        with pytest.raises(TamperedError):
            _ = row.note


@pytest.mark.parametrize("statement", [
    "UPDATE letter SET subject = (SELECT subject FROM letter WHERE id = 'a2') WHERE id = 'a1'",
    "UPDATE letter SET subject = note WHERE id = 'a1'",
    "UPDATE letter SET municipality = 'dalsbygd' WHERE id = 'a1'",
], ids=["row", "column", "municipality"])  # fmt: skip
def test_a_value_that_was_moved_in_the_database_does_not_open(letters: Database, statement: str) -> None:
    write(letters, letter(), letter("a2"))
    with letters.writing() as session:
        session.execute(text(statement))
    with letters.reading() as session:
        row = session.get_one(LetterRow, "a1")
        with pytest.raises(TamperedError):
            _ = row.subject


def test_two_municipalities_read_each_their_own(letters: Database) -> None:
    write(letters, letter(), letter("b1", "dalsbygd"))
    with letters.reading() as session:
        rows = session.scalars(select(LetterRow).order_by(LetterRow.id)).all()
        assert [row.subject for row in rows] == [CANARY, CANARY]
        assert len({row.subject_sealed.split("|")[1] for row in rows}) == 2


def test_a_row_of_a_session_that_was_rolled_back_can_be_stored_again(letters: Database) -> None:
    row = letter()
    with pytest.raises(IntegrityError):
        write(letters, letter("a2"), row, letter("a2"))
    write(letters, row)
    with letters.reading() as session:
        assert session.get_one(LetterRow, "a1").subject == CANARY


def test_without_keys_nothing_is_read_or_written(letters: Database) -> None:
    write(letters, letter())
    letters.keys = None
    with pytest.raises(StartError, match="no keys are open"), letters.writing() as session:
        session.add(letter("a2"))
    with letters.writing() as session:
        row = session.get_one(LetterRow, "a1")
        with pytest.raises(StartError, match="no keys are open"):
            _ = row.subject
        with pytest.raises(StartError, match="no keys are open"):
            row.note = "ring"
    with letters.reading() as session:
        assert session.scalars(text("SELECT id FROM letter")).all() == ["a1"]


@pytest.mark.parametrize("given", [{"id": "a1"}, {"municipality": "fjordvik"}], ids=str)
def test_a_row_without_its_id_or_municipality_is_refused(letters: Database, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="its id and its municipality") as refusal, letters.writing() as session:
        session.add(LetterRow(subject=CANARY, **given))
    assert CANARY not in str(refusal.value)


def test_no_plain_text_is_shown_by_accident(letters: Database, caplog: pytest.LogCaptureFixture) -> None:
    row = letter()
    caplog.set_level(logging.DEBUG, "sqlalchemy.engine")
    shown = [repr(row), repr(vars(row)), str(inspect(row).info), repr(inspect(row).attrs)]
    write(letters, row)
    with letters.reading() as session:
        found = session.get_one(LetterRow, "a1")
        assert found.subject == CANARY
        shown += [repr(found), repr(vars(found)), str(inspect(found).info)]
    with pytest.raises(IntegrityError) as refusal:
        write(letters, letter())
    shown += [str(refusal.value), repr(refusal.value), caplog.text]
    assert "INSERT INTO letter" in caplog.text
    assert not any(part in text for text in shown for part in (CANARY, "Kari", "ikke ring"))


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
def test_no_plain_text_is_found_in_the_database_file(letters: Database) -> None:
    write(letters, letter("findable"))
    with letters.writing() as session:
        session.get_one(LetterRow, "findable").note = f"{CANARY} igjen"
    path = Path(letters.engine.url.database or "")
    found = b"".join(file.read_bytes() for file in path.parent.glob("avklart.db*"))
    assert b"findable" in found
    assert not any(word.encode(form) in found for word in ("Kari", "badet") for form in ("utf-8", "utf-16-le"))


def test_sealed_columns_are_found_by_their_classes_and_by_hand(
    letters: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (letters.keys, set(sealed_columns(LetterBase.registry))) == (ring, COLUMNS)
    monkeypatch.setattr("webapp.storage.sealed._by_hand", set())
    assert set(sealed_columns(LetterBase.registry)) == COLUMNS
    register_sealed("outbox_message", "payload")
    register_sealed("outbox_message", "payload")
    assert sealed_columns(LetterBase.registry) == sorted({*COLUMNS, ("outbox_message", "payload")})
    assert ("letter", "subject") not in sealed_columns()


def test_a_class_may_share_its_sealed_columns_with_others(ring: KeyRing) -> None:
    class NoteBase(DeclarativeBase):
        pass

    class Noted:
        id: Mapped[str] = mapped_column(String(32), primary_key=True)
        municipality: Mapped[str] = mapped_column(String(40))
        note_sealed: Mapped[str | None] = mapped_column("note", Text)
        note = SealedOptional("note_sealed")

    class OneRow(Noted, NoteBase):
        __tablename__ = "one"

    class OtherRow(Noted, NoteBase):
        __tablename__ = "other"
        name_sealed: Mapped[str] = mapped_column("name", Text)
        name = Sealed("name_sealed")

    assert sealed_columns(NoteBase.registry)[:3] == [("one", "note"), ("other", "name"), ("other", "note")]
    engine = create_engine("sqlite://")
    NoteBase.metadata.create_all(engine)
    with Session(engine, info={"keys": ring}) as session:
        session.add_all([OneRow(id="1", municipality="fjordvik", note="a")])
        session.add_all([OtherRow(id="1", municipality="fjordvik", note="b", name="c")])
        session.commit()
        assert session.get_one(OneRow, "1").note == "a"
        assert (session.get_one(OtherRow, "1").note, session.get_one(OtherRow, "1").name) == ("b", "c")
    engine.dispose()
