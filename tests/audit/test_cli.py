"""`avklart audit`: whatever was done to a log, the first broken link is named (F25)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click import BadParameter
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.audit.conftest import Write, begin, tamper, writer
from tests.audit.keys import SealingKeys
from tests.conftest import NOON
from webapp.audit import cli, files, verifying
from webapp.audit.cli import verify_all
from webapp.audit.domain import START
from webapp.audit.jobs import write_audit_heads
from webapp.audit.verifying import Found, verify_chain
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings, load
from webapp.storage.keys import open_keys
from webapp.storage.session import Database

Say = Callable[..., tuple[bool, list[str]]]
SEAL = SealingKeys().audit_code


@pytest.fixture
def heads(tmp_path: Path) -> Path:
    """Where heads are written out."""
    return tmp_path / "heads.jsonl"


@pytest.fixture
def say(log: Database, heads: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Verify, and answer whether all is whole and the lines that were said."""

    def do(only: str | None = None) -> tuple[bool, list[str]]:
        capsys.readouterr()
        is_whole = verify_all(log, SEAL, heads, only)
        return is_whole, capsys.readouterr().out.splitlines()

    return do


def write_out(log: Database, heads: Path) -> None:
    """Write the heads out, as the worker does every hour."""
    write_audit_heads(log, FixedClock(NOON), heads)


def go_back(log: Database, sequence: int) -> None:
    """Make the log what it was at an earlier event, head and all: as a truncation or an older database has it."""
    tamper(
        log,
        f"DELETE FROM audit_event WHERE municipality = 'fjordvik' AND sequence > {sequence}",
        f"UPDATE audit_head SET sequence = {sequence}, hash = (SELECT hash FROM audit_event "
        f"WHERE municipality = 'fjordvik' AND sequence = {sequence}) WHERE municipality = 'fjordvik'",
    )


def test_whole_chains_are_told_municipality_by_municipality(log: Database, write: Write, heads: Path, say: Say) -> None:
    write(3)
    assert say() == (True, [f"fjordvik: 3 events are whole; could not be compared: {heads} is not there"])
    write_out(log, heads)
    write(1, municipality="dalsbygd")
    write(2)
    assert say() == (True, [
        f"dalsbygd: 1 event is whole; could not be compared: {heads} has no head of this chain",
        "fjordvik: 5 events are whole; compared with 1 written head",
    ])  # fmt: skip
    write_out(log, heads)
    assert say("fjordvik") == (True, ["fjordvik: 5 events are whole; compared with 2 written heads"])


def test_an_empty_log_has_nothing_to_say_and_a_municipality_that_is_not_there_is_no_whole_one(say: Say) -> None:
    assert say() == (True, [])
    with pytest.raises(BadParameter, match="fjordvlk has no events; allowed: none yet"):
        say("fjordvlk")


CHANGED = "event 3 was changed, or was not sealed by the municipality's key"
TAMPERING: dict[str, str] = {
    "UPDATE audit_event SET actor = 'staff:2' WHERE municipality = 'fjordvik' AND sequence = 3": CHANGED,
    "UPDATE audit_event SET details = '{\"x\": 1}' WHERE municipality = 'fjordvik' AND sequence = 3": CHANGED,
    "UPDATE audit_event SET at = '2026-11-22 12:00:00.000001+00:00' WHERE sequence = 3": CHANGED,
    "UPDATE audit_event SET key = 'lost' WHERE sequence = 3": CHANGED,
    f"UPDATE audit_event SET hash = '{START}' WHERE sequence = 3": CHANGED,
    f"UPDATE audit_event SET previous = '{START}' WHERE sequence = 3": "event 3 does not follow the one before it",
    "UPDATE audit_event SET sequence = 9 WHERE sequence = 3": "event 3 is missing: event 4 stands in its place",
    "UPDATE audit_event SET sequence = 0 WHERE sequence = 1": "event 1 is missing: event 0 stands in its place",
    "UPDATE audit_event SET sequence = -4 WHERE sequence = 5": "event 1 is missing: event -4 stands in its place",
    "DELETE FROM audit_event WHERE sequence = 3": "event 3 is missing: event 4 stands in its place",
    "DELETE FROM audit_event WHERE sequence < 3": "event 1 is missing: event 3 stands in its place",
    "DELETE FROM audit_event WHERE sequence > 3": "events after 3 are missing (truncated or an older database)",
    "DELETE FROM audit_event": "events after 0 are missing (truncated or an older database)",
    "DELETE FROM audit_head": "event 5 is the last, but its head says otherwise",
    "UPDATE audit_head SET sequence = 4": "event 5 is the last, but its head says otherwise",
    f"UPDATE audit_head SET hash = '{START}'": "event 5 is the last, but its head says otherwise",
}  # fmt: skip


@pytest.fixture(params=[1, 2, 500])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read one event at a time, two, or all at once."""
    monkeypatch.setattr(verifying, "BATCH", request.param)


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_first_broken_link_is_named(
    log: Database, write: Write, say: Say, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    write(5)
    tamper(log, statement)
    for batch in (1, 2, 500):
        monkeypatch.setattr(verifying, "BATCH", batch)
        assert say() == (False, [f"fjordvik: {TAMPERING[statement]}"]), batch


def test_two_events_that_changed_places_are_found_at_the_first(log: Database, write: Write, say: Say) -> None:
    write(5)
    moves = [(2, 12), (4, 2), (12, 4)]
    tamper(log, *(f"UPDATE audit_event SET sequence = {to} WHERE sequence = {of}" for of, to in moves))
    assert say() == (False, ["fjordvik: event 2 does not follow the one before it"])


def test_a_broken_chain_breaks_no_other(log: Database, write: Write, heads: Path, say: Say) -> None:
    write(5)
    write(2, municipality="dalsbygd")
    write_out(log, heads)
    tamper(log, "UPDATE audit_event SET actor = 'x' WHERE municipality = 'fjordvik' AND sequence = 3")
    whole = "dalsbygd: 2 events are whole; compared with 1 written head"
    assert say() == (False, [whole, f"fjordvik: {CHANGED}"])
    assert say("dalsbygd") == (True, [whole])


def test_an_event_of_another_municipality_is_found(log: Database, write: Write, say: Say) -> None:
    write(3)
    write(2, municipality="dalsbygd")
    tamper(log, "UPDATE audit_event SET municipality = 'dalsbygd' WHERE sequence = 3")
    assert say() == (False, [
        "dalsbygd: event 3 does not follow the one before it",
        "fjordvik: events after 2 are missing (truncated or an older database)",
    ])  # fmt: skip


@pytest.mark.parametrize("change", ["at = 'yesterday'", "at = 7", "details = '{'", "details = '{\"x\": NaN}'"])
def test_a_row_that_only_sqlite_can_hold_is_found_where_it_stands(database: Database, change: str) -> None:
    writer(begin(database))(5)
    tamper(database, f"UPDATE audit_event SET {change} WHERE sequence = 3")
    found = verify_chain(database, SEAL, "fjordvik")
    assert found.fault is not None
    assert (found.whole, found.fault.sequence) == (2, 3)
    assert found.fault.what in {"event 3 cannot be read", CHANGED}


def test_no_row_can_be_replaced_in_sqlite(database: Database) -> None:
    """REPLACE takes the old row away without asking the guard of deletions; a guard of its own refuses it."""
    writer(begin(database))(5)
    columns = "municipality, sequence, at, 'staff:2', action, object_kind, object_id, why, details, key, previous"
    replacing = text(f"REPLACE INTO audit_event SELECT {columns}, hash FROM audit_event WHERE sequence = 3")
    with pytest.raises(IntegrityError, match="never changed"), database.engine.begin() as connection:
        connection.execute(replacing)
    assert verify_chain(database, SEAL, "fjordvik") == Found(5)


@pytest.mark.parametrize("sequence", [2, 4])
def test_a_truncated_log_is_found_by_the_heads_that_were_written_out(
    log: Database, write: Write, heads: Path, say: Say, sequence: int
) -> None:
    write(5)
    write_out(log, heads)
    go_back(log, sequence)
    what = f"fjordvik: events after {sequence} are missing (truncated or an older database)"
    assert say() == (False, [what])
    write_out(log, heads)  # the worker does not know; what it wrote before stays
    assert say() == (False, [what])


def test_without_heads_a_truncated_log_looks_whole_and_it_is_said_that_none_could_be_compared(
    log: Database, write: Write, heads: Path, say: Say
) -> None:
    write(5)
    go_back(log, 3)
    assert say() == (True, [f"fjordvik: 3 events are whole; could not be compared: {heads} is not there"])


def test_a_log_that_went_on_after_it_was_truncated_is_found_to_be_another(
    log: Database, write: Write, heads: Path, say: Say
) -> None:
    write(3)
    write_out(log, heads)
    write(2)
    write_out(log, heads)
    go_back(log, 2)
    write(6, actor="staff:7")
    assert say() == (False, ["fjordvik: event 3 was rewritten: another hash was written out for it"])


def test_a_log_that_is_gone_with_its_head_is_missed(log: Database, write: Write, heads: Path, say: Say) -> None:
    write(5)
    write_out(log, heads)
    tamper(log, "DELETE FROM audit_event", "DELETE FROM audit_head")
    assert say() == (False, ["fjordvik: events after 0 are missing (truncated or an older database)"])


def test_an_older_database_file_is_found(database: Database, heads: Path, tmp_path: Path) -> None:
    write = writer(begin(database))
    write(3)
    shutil.copy(database.engine.url.database or "", tmp_path / "backup.db")
    write(2)
    write_out(database, heads)
    restored = Database(f"sqlite:///{tmp_path / 'backup.db'}")
    restored.keys = database.keys
    assert verify_chain(restored, SEAL, "fjordvik") == Found(3)
    fault = verify_chain(restored, SEAL, "fjordvik", files.read(heads)[0]).fault
    assert str(fault) == "fjordvik: events after 3 are missing (truncated or an older database)"
    writer(restored)(4, actor="staff:7")
    fault = verify_chain(restored, SEAL, "fjordvik", files.read(heads)[0]).fault
    assert str(fault) == "fjordvik: event 5 was rewritten: another hash was written out for it"
    restored.close()


def test_lines_of_the_heads_that_cannot_be_read_are_told_and_the_others_count(
    log: Database, write: Write, heads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(5)
    write_out(log, heads)
    heads.write_bytes(b"torn\n" + heads.read_bytes())
    go_back(log, 3)
    assert not verify_all(log, SEAL, heads)
    said = capsys.readouterr()
    assert said.err == f"{heads}:1: is no head, and was passed over\n"
    assert said.out == "fjordvik: events after 3 are missing (truncated or an older database)\n"


@pytest.mark.usefixtures("batch")
def test_a_whole_chain_is_whole_in_batches_of_any_size(log: Database, write: Write) -> None:
    write(4)
    assert verify_chain(log, SEAL, "fjordvik") == Found(4)
    assert verify_chain(log, SEAL, "dalsbygd") == Found(0)


@pytest.fixture
def avklart(log: Database, settings: Settings) -> Callable[..., Result]:
    """Type a command where the log is, with the keys of a real installation."""
    url = log.engine.url.render_as_string(hide_password=False)
    environment = {"AVKLART_DATA": str(settings.data), "AVKLART_DATABASE_URL": url}
    open_keys(log, load(environment), FixedClock(NOON))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.audit, arguments, env=environment, catch_exceptions=False)

    return run


def test_the_command_verifies_with_the_keys_of_the_installation(
    log: Database, write: Write, settings: Settings, avklart: Callable[..., Result]
) -> None:
    write(3)
    write_out(log, settings.audit_heads)
    write(1, municipality="dalsbygd")
    result = avklart("verify")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"dalsbygd: 1 event is whole; could not be compared: {settings.audit_heads} has no head of this chain\n"
        "fjordvik: 3 events are whole; compared with 1 written head\n"
    )
    tamper(log, "UPDATE audit_event SET actor = 'staff:2' WHERE municipality = 'fjordvik' AND sequence = 3")
    result = avklart("verify", "--municipality", "fjordvik")
    assert (result.exit_code, result.stdout) == (1, f"fjordvik: {CHANGED}\n")
    assert avklart("verify", "--municipality", "dalsbygd").exit_code == 0


def test_the_heads_that_are_printed_can_be_kept_elsewhere_and_verified_against(
    log: Database, write: Write, tmp_path: Path, avklart: Callable[..., Result]
) -> None:
    write(4)
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text(avklart("heads").stdout)
    assert [head.sequence for head in files.read(elsewhere)[0]] == [4]
    assert avklart("verify", "--heads", str(elsewhere)).exit_code == 0
    go_back(log, 2)
    result = avklart("verify", "--heads", str(elsewhere))
    missing = "fjordvik: events after 2 are missing (truncated or an older database)\n"
    assert (result.exit_code, result.stdout) == (1, missing)
    assert avklart("verify").exit_code == 0


def test_what_is_asked_for_and_is_not_there_is_no_success(avklart: Callable[..., Result], tmp_path: Path) -> None:
    assert avklart("verify", "--heads", str(tmp_path / "none.jsonl")).exit_code == 2
    assert avklart("verify", "--municipality", "fjordvlk").exit_code == 2
