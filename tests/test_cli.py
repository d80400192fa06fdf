"""What `avklart run` does before it serves: folder, schema, content; and how the command line says no."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.factories.content import Folder, make_folder
from webapp import cli
from webapp.content import queries
from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage.outbox import QUEUED, LateAlarm
from webapp.storage.outbox_operations import depth
from webapp.storage.session import Database

ENTRY_FILE = "shared/entries/sno-og-is/nb.md"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path / "content")


@pytest.fixture
def with_folder(settings: Settings, folder: Folder) -> Settings:
    return replace(
        settings,
        data=settings.data / "new",
        database_url=f"sqlite:///{settings.data / 'new' / 'avklart.db'}",
        content=folder.root,
    )


@pytest.fixture
def _own_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before


def published_titles(settings: Settings) -> set[str]:
    """Answer the titles that are published."""
    database = Database(settings.database_url)
    with database.reading() as session:
        found = {str(part.fields["title"]) for part in queries.all_parts(session) if "title" in part.fields}
    database.close()
    return found


def test_a_start_on_an_empty_machine_makes_folder_schema_and_content(
    with_folder: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.prepare(with_folder)
    assert capsys.readouterr().out == "content: 13 added, 0 changed, 0 removed\n"
    assert "Snø og is" in published_titles(with_folder)
    cli.prepare(with_folder)
    assert capsys.readouterr() == ("", "")


def test_a_start_with_broken_files_says_so_and_goes_on_with_what_there_was(
    with_folder: Settings, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.prepare(with_folder)
    capsys.readouterr()
    folder.change(ENTRY_FILE, "title: Snø og is", "title: Is\ncolour: red")
    cli.prepare(with_folder)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        f"content/{ENTRY_FILE}:3: colour: is unknown; allowed: title, synonyms, todo\n"
        f"1 fault in {folder.root}: the site goes on with the content it had\n"
    )
    assert "Snø og is" in published_titles(with_folder)


def test_a_folder_full_of_faults_does_not_fill_the_screen(
    with_folder: Settings, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(100):
        folder.write(f"shared/utkast-{number}.md", "x")
    cli.prepare(with_folder)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == cli.MOST_FAULTS_SHOWN + 1
    assert lines[-1].startswith("100 faults in ")


def test_a_database_of_a_newer_avklart_is_not_served(with_folder: Settings) -> None:
    cli.prepare(with_folder)
    database = Database(with_folder.database_url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StartError, match="the database has schema 9999, newer than"):
        cli.prepare(with_folder)


@pytest.mark.usefixtures("_own_logging")
def test_what_stops_a_start_is_said_in_sentences_and_not_in_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["avklart", "migrate"])
    monkeypatch.setenv("AVKLART_DATA", str(tmp_path))
    monkeypatch.setenv("AVKLART_PORT", "x")
    monkeypatch.setenv("AVKLART_WORKERS", "0")
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert capsys.readouterr().err == (
        "Avklart cannot start with these settings:\n"
        "- AVKLART_PORT is 'x'; allowed: a whole number from 1 to 65535\n"
        "- AVKLART_WORKERS is '0'; allowed: a whole number from 1 to 64\n"
    )


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize("told", [
    ("AVKLART_DATABASE_URL", "postgresql://avklart:kanarifugl@127.0.0.1:1/avklart", "the database cannot be used: "),
    ("AVKLART_DATABASE_URL", "sqlite:///{there}", "the database cannot be used: file is not a database"),
    ("AVKLART_DATABASE_URL", "postgresql://db:kanarifugl/avklart", "AVKLART_DATABASE_URL cannot be read: is its port"),
    ("AVKLART_DATA", "{there}", "the data folder {there} cannot be made: File exists"),
])  # fmt: skip
def test_a_database_or_a_folder_that_cannot_be_used_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, told: tuple[str, str, str]
) -> None:
    name, written, said = told
    (tmp_path / "there").write_text("no database, and no folder " * 100, "utf-8")
    monkeypatch.setattr(sys, "argv", ["avklart", "migrate"])
    monkeypatch.setenv("AVKLART_DATA", str(tmp_path))
    monkeypatch.setenv(name, written.format(there=tmp_path / "there"))
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    error = capsys.readouterr().err
    assert stopped.value.code == 2
    assert error.startswith(said.format(there=tmp_path / "there"))
    assert "kanarifugl" not in error


def test_a_demonstration_that_is_dated_back_raises_no_alarm_at_its_first_start(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cli.prepare(replace(settings, data=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new' / 'avklart.db'}"))
    database = Database(f"sqlite:///{tmp_path / 'new' / 'avklart.db'}")
    with database.reading() as session:
        assert depth(session).numbers[QUEUED] > 0
    LateAlarm().check(database, SystemClock().now())
    database.close()
    assert "outbox is late" not in caplog.text
