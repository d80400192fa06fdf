"""`avklart keys` as it is typed: what it prints, and what it answers the shell."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, text

from tests.storage.letters import LetterRow
from webapp.audit.cli import record_rotation
from webapp.audit.models import EventRow
from webapp.kernel.errors import StartError
from webapp.settings import Settings
from webapp.storage import rotation
from webapp.storage.cli import keys
from webapp.storage.key_models import DataKeyRow
from webapp.storage.masters import read_masters
from webapp.storage.session import Database

CANARY = "Kari trenger hjelp"


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process runs beside a test that would have to notice a new key."""
    monkeypatch.setattr(rotation, "SETTLE", timedelta(0))


def run(settings: Settings, *words: str) -> Result:
    """Run a command with a test's own settings."""
    environment = {"AVKLART_DATA": str(settings.data), "AVKLART_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(keys, list(words), env=environment, obj=record_rotation)


def fill(database: Database, number: int = 3) -> None:
    """Store letters of one municipality."""
    with database.writing() as session:
        session.add_all(
            LetterRow(id=f"a{at}", municipality="fjordvik", subject=CANARY, note=CANARY) for at in range(number)
        )


def table(done: Result) -> dict[tuple[str, str, str], int]:
    """Answer the printed table: how many values, by municipality, purpose and state."""
    rows = [line.split() for line in done.stdout.splitlines()[1:] if len(line.split()) == 6]
    return {(row[0], row[1], row[3]): int(row[5]) for row in rows}


def test_new_writes_a_file_for_its_owner_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master"
    done = CliRunner().invoke(keys, ["new", str(path)])
    assert (done.exit_code, done.output) == (
        0, f"{path} has a new master key; keep a copy of the file apart from the database and its backups\n"
    )  # fmt: skip
    before = path.read_text()
    again = CliRunner().invoke(keys, ["new", str(path)])
    assert (again.exit_code, path.read_text()) == (1, before)
    assert f"{path} is there already; --add puts a new key before those in it" in again.output
    added = CliRunner().invoke(keys, ["new", str(path), "--add"])
    assert (added.exit_code, path.read_text().endswith(before)) == (0, True)
    assert "next: avklart keys rotate --master" in added.output
    assert not any(line in done.output + again.output + added.output for line in path.read_text().split("\n") if line)


def test_new_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(keys, ["new", str(tmp_path / "file" / "master")])
    assert (done.exit_code, "cannot be written" in done.output) == (1, True)
    missing = CliRunner().invoke(keys, ["new", str(tmp_path / "none"), "--add"])
    assert (missing.exit_code, "cannot be written: No such file" in missing.output) == (1, True)


def test_check_opens_everything_and_counts_values(letters: Database, places: Settings) -> None:
    fill(letters)
    done = run(places, "check")
    assert (done.exit_code, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "everything opens")
    assert table(done) == {
        (code, purpose, "writer"): 6 if (code, purpose) == ("fjordvik", "field") else 0
        for code in ("dalsbygd", "fjordvik") for purpose in ("audit", "field", "index")
    }  # fmt: skip
    assert read_masters(places)[0].id in done.stdout


def test_check_says_what_does_not_open_and_shows_no_plain_text(letters: Database, places: Settings) -> None:
    fill(letters)
    with letters.writing() as session:
        session.execute(text("UPDATE letter SET subject = 'Kari trenger hjelp' WHERE id = 'a0'"))
        session.execute(text("UPDATE letter SET note = 'v1|Kari trenger hjelp|og|mer' WHERE id = 'a1'"))
        session.execute(text("UPDATE letter SET note = subject WHERE id = 'a2'"))
        session.execute(text("DELETE FROM letter WHERE id = 'a0' AND note IS NULL"))
        session.execute(text("UPDATE letter SET note = NULL WHERE id = 'a0'"))
    done = run(places, "check")
    key = next(line.split()[2] for line in done.stdout.splitlines() if "fjordvik" in line and "field" in line)
    assert done.exit_code == 1
    assert sorted(done.stderr.splitlines()) == [
        "letter.note of a2: does not open by its key " + key,
        "letter.note of fjordvik: 1 values are not sealed, the first in a1",
        "letter.subject of fjordvik: 1 values are not sealed, the first in a0",
    ]
    assert "Kari" not in done.output


def test_check_says_which_keys_are_missing(letters: Database, places: Settings) -> None:
    fill(letters)
    with letters.writing() as session:
        lost = session.scalars(
            select(DataKeyRow.id).where(DataKeyRow.municipality == "fjordvik", DataKeyRow.purpose == "field")
        ).one()
        session.execute(delete(DataKeyRow).where(DataKeyRow.id == lost))
    done = run(places, "check")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"letter.{column} of fjordvik: 3 values are under the key {lost}, which is not in the database"
        for column in ("note", "subject")
    ]


def test_check_says_when_the_master_key_is_another(letters: Database, places: Settings) -> None:
    fill(letters)
    master = read_masters(places)[0].id
    places.master_key_file.unlink()
    done = run(places, "check")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 6)
    assert all(f"needs the master key {master}, which is not in the file" in line for line in done.stderr.splitlines())


def test_rotate_says_how_far_it_has_come(letters: Database, places: Settings) -> None:
    fill(letters, 201)
    done = run(places, "rotate")
    assert (done.exit_code, done.output.splitlines()) == (0, [
        "dalsbygd: everything is under its new key", "fjordvik: 200 of 402", "fjordvik: 201 of 402",
        "fjordvik: 401 of 402", "fjordvik: 402 of 402", "fjordvik: everything is under its new key",
    ])  # fmt: skip
    checked = table(run(places, "check"))
    assert (checked["fjordvik", "field", "writer"], checked["fjordvik", "field", "reader"]) == (402, 0)


def test_rotate_takes_one_municipality_that_it_knows(letters: Database, places: Settings) -> None:
    fill(letters)
    done = run(places, "rotate", "--municipality", "dalsbygd")
    assert done.output == "dalsbygd: everything is under its new key\n"
    assert ("fjordvik", "field", "reader") not in table(run(places, "check"))
    unknown = run(places, "rotate", "--municipality", "nowhere")
    assert (unknown.exit_code, "no municipality nowhere; there is: dalsbygd, fjordvik" in unknown.output) == (2, True)


def test_rotate_names_what_does_not_open_and_does_the_rest(letters: Database, places: Settings) -> None:
    fill(letters)
    with letters.writing() as session:
        session.execute(text("UPDATE letter SET subject = 'Kari trenger hjelp' WHERE id = 'a0'"))
    done = run(places, "rotate")
    assert done.exit_code == 1
    assert done.stderr == "1 values of fjordvik do not open: letter.subject of a0\n"
    assert table(run(places, "check"))["fjordvik", "field", "writer"] == 5


def test_a_master_key_is_rotated_in_three_steps(letters: Database, places: Settings) -> None:
    fill(letters)
    path = places.master_key_file
    old, old_id = path.read_text(), read_masters(places)[0].id
    assert run(places, "new", str(path), "--add").exit_code == 0
    done = run(places, "rotate", "--master")
    assert done.output.splitlines() == [
        f"6 data keys wrapped anew; {read_masters(places)[0].id} wraps them all",
        f"{old_id} is needed by backups only: take its line away after 35 days",
    ]
    path.write_text(path.read_text().removesuffix(old))
    checked = run(places, "check")
    assert (checked.exit_code, old_id in checked.output) == (0, False)
    assert run(places, "rotate", "--master", "--municipality", "fjordvik").exit_code == 2


def test_a_rotation_is_in_the_audit_log_of_each_municipality_with_the_key_and_nothing_else(
    letters: Database, places: Settings
) -> None:
    fill(letters)
    assert run(places, "rotate").exit_code == 0
    with letters.reading() as session:
        writers = session.execute(
            select(DataKeyRow.municipality, DataKeyRow.id).where(
                DataKeyRow.purpose == "field", DataKeyRow.state == "writer"
            )
        ).all()
        assert recorded(letters) == sorted((code, "operator", key) for code, key in writers)
    run(places, "new", str(places.master_key_file), "--add")
    assert run(places, "rotate", "--master").exit_code == 0
    master = read_masters(places)[0].id
    assert [one for one in recorded(letters) if one[2] == master] == [
        ("dalsbygd", "operator", master), ("fjordvik", "operator", master)
    ]  # fmt: skip
    before = recorded(letters)
    run(places, "rotate", "--master")
    assert recorded(letters) == before, "what changed nothing is no event"


def test_what_does_not_open_is_no_rotation_that_is_done(letters: Database, places: Settings) -> None:
    fill(letters)
    with letters.writing() as session:
        session.execute(text("UPDATE letter SET subject = 'Kari trenger hjelp' WHERE id = 'a0'"))
    run(places, "rotate", "--municipality", "fjordvik")
    assert recorded(letters) == []


def recorded(database: Database) -> list[tuple[str, str, str]]:
    """Answer the rotations in the audit logs: municipality, who, key."""
    with database.reading() as session:
        rows = session.scalars(select(EventRow).where(EventRow.action == "keys_rotated")).all()
        return sorted((row.municipality, row.actor, row.object_id) for row in rows)


def test_a_start_with_an_older_schema_is_refused(settings: Settings) -> None:
    settings.data.mkdir(exist_ok=True)
    for words in (["check"], ["rotate"], ["rotate", "--master"]):
        done = run(settings, *words)
        assert isinstance(done.exception, StartError)
        assert "run `avklart migrate` first" in str(done.exception)
