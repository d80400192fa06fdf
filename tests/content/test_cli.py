"""`avklart content`: check, format, import and export, as they are typed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import CONTENT, NOON
from tests.factories.content import Folder, contents, make_folder, make_whole_folder
from webapp.content import actions, queries
from webapp.content.cli import content, fingerprint, import_folder
from webapp.content.domain.library import EMPTY
from webapp.content.domain.pages import PageKey, PagePart
from webapp.kernel.errors import StartError
from webapp.storage import schema
from webapp.storage.session import Database

ENTRY = PageKey(None, "entry", "sno-og-is", "nb")
ENTRY_FILE = "shared/entries/sno-og-is/nb.md"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path / "content")


def run(database: Database, folder: Path, *arguments: str) -> Result:
    """Type a command in an environment with a database and a content folder."""
    environment = {
        "AVKLART_DATA": str(folder.parent),
        "AVKLART_CONTENT": str(folder),
        "AVKLART_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
    }
    return CliRunner().invoke(content, arguments, env=environment, catch_exceptions=False)


def state(database: Database) -> tuple[list[PagePart], dict[str, int]]:
    """Answer all that readers see, and the versions that say so."""
    with database.reading() as session:
        return queries.all_parts(session), queries.versions(session)


def test_check_says_that_a_good_folder_has_no_faults_and_how_hard_it_reads(database: Database, tmp_path: Path) -> None:
    result = run(database, make_whole_folder(tmp_path / "content").root, "check")
    assert result.exit_code == 0
    assert result.stdout.endswith("no faults\n")
    entry = next(line.split() for line in result.stdout.splitlines() if line.startswith("entry"))
    assert entry[:3] == ["entry", "en", "2"]
    assert result.stderr == ""


def test_check_of_the_real_content_finds_no_fault(database: Database) -> None:
    result = run(database, CONTENT, "check")
    assert (result.exit_code, result.stderr) == (0, "")


def test_check_says_every_fault_on_a_line_of_its_own_and_how_many(database: Database, folder: Folder) -> None:
    folder.change(ENTRY_FILE, "{telephone}", "{telefon}")
    folder.change(ENTRY_FILE, "- måking", "- måking\n- glatt ute")
    result = run(database, folder.root, "check")
    assert result.exit_code == 1
    assert result.stderr == "2 faults\n"
    first, second = result.stdout.splitlines()[:2]
    assert first == f"content/{ENTRY_FILE}:6: synonyms[3]: is 'glatt ute' a second time; allowed: each once"
    assert second.startswith(f"content/{ENTRY_FILE}:9: short: uses {{telefon}}, which is no fact; allowed: ")


def test_check_says_what_the_book_lacks_as_a_whole_and_an_import_takes_it_all_the_same(
    database: Database, folder: Folder
) -> None:
    checked = run(database, folder.root, "check")
    assert checked.exit_code == 1
    assert f"content/{ENTRY_FILE}:1: page: is not there in nn; allowed: a page in every language" in checked.stdout
    assert run(database, folder.root, "import").exit_code == 0


def test_check_of_another_folder_needs_no_database(folder: Folder, tmp_path: Path) -> None:
    folder.write(ENTRY_FILE, b"\xff")
    environment = {"AVKLART_DATA": str(tmp_path / "nowhere"), "AVKLART_CONTENT": str(CONTENT)}
    result = CliRunner().invoke(content, ["check", str(folder.root)], env=environment, catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (1, "1 fault\n")
    assert not (tmp_path / "nowhere").exists()


def test_format_writes_the_one_form_and_then_nothing_more_changes(database: Database, folder: Folder) -> None:
    good = folder.contents()
    folder.change(ENTRY_FILE, "- glatt ute\n- måking", '- "glatt ute"\n- måking   ')
    folder.change("shared/tasks/snomaking/common.yaml", "area: outdoors\nstance: not_normally", "x: y")
    folder.write(
        "shared/tasks/snomaking/common.yaml",
        "# snø\nstance: not_normally\nothers: [neighbour, volunteer]\narea: outdoors\nnumber: 4.1\n"
        "alternatives: [volunteer_centre]\nservices: [trygghetsalarm]",
    )
    assert {fault.field for fault in folder.faults()} == {"file"}
    result = run(database, folder.root, "format")
    assert (result.exit_code, result.stdout) == (0, f"{len(good)} files written\n")
    assert folder.contents() == good
    run(database, folder.root, "format")
    assert folder.contents() == good


def test_format_leaves_a_file_that_it_cannot_read_and_says_so(database: Database, folder: Folder) -> None:
    folder.change(ENTRY_FILE, "- glatt ute", '- "glatt ute"')
    folder.change("shared/tasks/stroing/nb.md", "title: Strø gangveien", "titel: 'Strø gangveien'")
    folder.write("shared/tasks/stroing/common.yaml", b"number: \xff")
    before = folder.contents()
    result = run(database, folder.root, "format")
    assert result.exit_code == 1
    assert result.stderr == "3 faults\n"
    assert "content/shared/tasks/stroing/nb.md:2: titel: is unknown; allowed: " in result.stdout
    after = folder.contents()
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {ENTRY_FILE}


def test_an_import_says_what_it_did_and_a_second_one_does_nothing(any_database: Database, folder: Folder) -> None:
    first = run(any_database, folder.root, "import")
    assert (first.exit_code, first.stdout) == (0, "13 added, 0 changed, 0 removed\n")
    before = state(any_database)
    second = run(any_database, folder.root, "import")
    assert (second.exit_code, second.stdout) == (0, "0 added, 0 changed, 0 removed\n")
    assert state(any_database) == before


def test_an_import_takes_over_what_changed_came_and_went(any_database: Database, folder: Folder) -> None:
    run(any_database, folder.root, "import")
    folder.change(ENTRY_FILE, "title: Snø og is", "title: Is og snø")
    folder.write("shared/tasks/stroing/nn.md", "---\ntitle: Strø gangvegen\n---\n")
    folder.remove("municipalities/fjordvik/entries/sno-og-is/nb.md")
    result = run(any_database, folder.root, "import")
    assert result.stdout == "1 added, 1 changed, 1 removed\n"
    parts = {part.key: part.fields for part in state(any_database)[0]}
    assert parts[ENTRY]["title"] == "Is og snø"
    assert parts[PageKey(None, "task", "stroing", "nn")] == {"title": "Strø gangvegen"}
    assert ENTRY._replace(municipality="fjordvik") not in parts


BREAKS: dict[str, Callable[[Folder], object]] = {
    "one word": lambda folder: folder.change(ENTRY_FILE, "{telephone}", "{telefon}"),
    "a file": lambda folder: folder.write(ENTRY_FILE, b"\xff"),
    "another form": lambda folder: folder.change(ENTRY_FILE, "- glatt ute", "- 'glatt ute'"),
    "a file too many": lambda folder: folder.write("shared/utkast.md", "x"),
    "no facts": lambda folder: folder.remove_all("municipalities"),
    "nothing left": lambda folder: folder.remove_all(""),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_import_leaves_the_site_with_what_it_had(any_database: Database, folder: Folder, name: str) -> None:
    run(any_database, folder.root, "import")
    before = state(any_database)
    folder.change("shared/tasks/stroing/nb.md", "Strø gangveien", "Strø vei")  # a good change does not come alone
    BREAKS[name](folder)
    result = run(any_database, folder.root, "import")
    assert result.exit_code == 1
    assert result.stderr.endswith("nothing was imported: the site keeps what it had\n")
    assert result.stdout
    for line in result.stdout.splitlines():
        assert re.fullmatch(r"[^:]*content[^:]*:\d+: [^:]+: .+", line)
    assert state(any_database) == before


def test_a_content_folder_that_is_gone_leaves_the_site_with_what_it_had(database: Database, folder: Folder) -> None:
    run(database, folder.root, "import")
    before = state(database)
    result = run(database, folder.root.parent / "contnet", "import")
    assert result.exit_code == 1
    assert "contnet:1: folder: is not there; allowed: a folder with content files\n" in result.stdout
    assert state(database) == before


def test_a_local_edit_survives_an_import_and_the_conflict_is_named(any_database: Database, folder: Folder) -> None:
    run(any_database, folder.root, "import")
    edited = {**dict(state_of(any_database, ENTRY)), "title": "Glatt ute", "short": "Vent inne."}
    with any_database.writing() as session:
        actions.publish(session, ENTRY, edited, at=NOON)
    folder.change(ENTRY_FILE, "title: Snø og is", "title: Is og snø")
    folder.change(ENTRY_FILE, "Hvem i nabolaget kan hjelpe?", "Hvem kan hjelpe?")
    result = run(any_database, folder.root, "import")
    assert result.exit_code == 0
    assert result.stdout == (
        "0 added, 1 changed, 0 removed\n"
        f"conflict: {ENTRY_FILE}: title: edited here and in the file; the edit here stands\n"
    )
    after = state_of(any_database, ENTRY)
    assert (after["title"], after["short"], after["talk"]) == ("Glatt ute", "Vent inne.", "Hvem kan hjelpe?")


def state_of(database: Database, key: PageKey) -> dict[str, object]:
    """Answer the fields of one part."""
    return dict({part.key: part.fields for part in state(database)[0]}[key])


def test_an_export_of_an_import_of_the_small_folder_is_the_same_bytes(
    any_database: Database, folder: Folder, tmp_path: Path
) -> None:
    run(any_database, folder.root, "import")
    result = run(any_database, folder.root, "export", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (0, f"13 files written to {tmp_path / 'out'}\n")
    assert contents(tmp_path / "out") == folder.contents()


def test_an_export_of_an_import_of_the_whole_real_content_is_the_same_bytes(
    any_database: Database, tmp_path: Path
) -> None:
    real = contents(CONTENT)
    (tmp_path / "content").mkdir()
    for path, raw in real.items():
        Folder(tmp_path / "content").write(path, raw)
    imported = run(any_database, tmp_path / "content", "import")
    assert imported.stdout == f"{len(real)} added, 0 changed, 0 removed\n"
    run(any_database, tmp_path / "content", "export", str(tmp_path / "out"))
    assert contents(tmp_path / "out") == real


def test_an_export_has_the_local_edits_and_not_what_was_removed(
    database: Database, folder: Folder, tmp_path: Path
) -> None:
    run(database, folder.root, "import")
    with database.writing() as session:
        actions.publish(session, ENTRY, {"title": "Glatt ute"}, at=NOON)
    folder.remove("municipalities/fjordvik/entries/sno-og-is/nb.md")
    run(database, folder.root, "import")
    run(database, folder.root, "export", str(tmp_path / "out"))
    exported = contents(tmp_path / "out")
    assert exported[ENTRY_FILE] == b"---\ntitle: Glatt ute\n---\n"
    assert "municipalities/fjordvik/entries/sno-og-is/nb.md" not in exported


@pytest.mark.parametrize("command", ["import", "export"])
def test_a_database_without_our_schema_is_refused_in_a_sentence(folder: Folder, tmp_path: Path, command: str) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(StartError, match=f"has schema 0000, not {schema.newest()}: run `avklart migrate` first"):
        run(empty, folder.root, command, str(tmp_path))


def test_the_same_folder_is_not_read_twice_and_a_broken_one_is_until_it_is_mended(
    database: Database, folder: Folder
) -> None:
    done, faults = import_folder(database, folder.root)
    assert done is not None
    assert (len(done.added), faults) == (13, [])
    assert import_folder(database, folder.root) == (None, [])
    folder.change(ENTRY_FILE, "{telephone}", "{telefon}")
    for _ in range(2):
        done, faults = import_folder(database, folder.root)
        assert (done, len(faults)) == (None, 1)
    folder.change(ENTRY_FILE, "{telefon}", "{telephone} nå")
    done, faults = import_folder(database, folder.root)
    assert done is not None
    assert (done.changed, faults) == ([ENTRY], [])


def test_a_fingerprint_follows_names_sizes_and_times_and_takes_any_name(folder: Folder) -> None:
    seen = {fingerprint(folder.root)}
    folder.change(ENTRY_FILE, "{telephone}", "{hours}")
    seen.add(fingerprint(folder.root))
    (folder.root / ENTRY_FILE).rename(folder.root / ENTRY_FILE.replace("nb.md", "nn.md"))
    seen.add(fingerprint(folder.root))
    os.utime(folder.root / "shared/tasks/stroing/nb.md", ns=(0, 0))
    seen.add(fingerprint(folder.root))
    os.close(os.open(os.fsencode(folder.root) + b"/p\xe5ske.md", os.O_CREAT))
    seen.add(fingerprint(folder.root))
    assert len(seen) == 5
    assert fingerprint(folder.root) in seen


def test_what_was_exported_is_published_again_as_it_was(any_database: Database, folder: Folder, tmp_path: Path) -> None:
    run(any_database, folder.root, "import")
    run(any_database, folder.root, "export", str(tmp_path / "out"))
    done, faults = import_folder(any_database, tmp_path / "out", force=True)
    assert done is not None
    assert (done.touched, done.conflicts, faults) == ([], [], [])
    with any_database.reading() as session:
        shelf = queries.bring_up_to_date(session, EMPTY)
    assert shelf.library("fjordvik").page("entry", "sno-og-is", "nb") is not None
