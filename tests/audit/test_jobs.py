"""Heads are written out when they have moved, whatever happened to the file before."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.audit.conftest import Write, tamper
from tests.conftest import NOON
from webapp.audit import files, queries
from webapp.audit.domain import START, Head
from webapp.audit.jobs import write_audit_heads
from webapp.kernel.clock import FixedClock
from webapp.storage.session import Database


def heads(log: Database) -> list[Head]:
    """Answer where the chains end."""
    with log.reading() as session:
        return queries.heads(session)


def test_the_first_head_makes_the_folder_and_is_one_line_of_json(log: Database, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "outside" / "the database" / "heads.jsonl"
    clock = FixedClock(NOON)
    write_audit_heads(log, clock, path)
    assert not path.exists()
    write(2)
    write_audit_heads(log, clock, path)
    (head,) = heads(log)
    written = path.read_text()
    assert written.endswith("}\n")
    assert [json.loads(line) for line in written.splitlines()] == [
        {"municipality": "fjordvik", "sequence": 2, "hash": head.hash, "at": "2026-11-22T12:00:00+00:00"}
    ]


def test_only_a_head_that_has_moved_is_written_again(log: Database, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    clock = FixedClock(NOON)
    write(1)
    write(1, municipality="dalsbygd")
    for _ in range(3):
        write_audit_heads(log, clock, path)
        clock.time += timedelta(hours=1)
    write(2, municipality="dalsbygd")
    write_audit_heads(log, clock, path)
    found, unread = files.read(path)
    assert unread == []
    assert [(one.municipality, one.sequence) for one in found] == [("dalsbygd", 1), ("fjordvik", 1), ("dalsbygd", 3)]


def test_a_head_that_went_back_or_was_rewritten_has_moved(log: Database, write: Write, tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    clock = FixedClock(NOON)
    write(2)
    write_audit_heads(log, clock, path)
    tamper(log, "UPDATE audit_head SET sequence = 1")
    write_audit_heads(log, clock, path)
    tamper(log, f"UPDATE audit_head SET hash = '{START}'")
    write_audit_heads(log, clock, path)
    found = files.read(path)[0]
    assert [(one.sequence, one.hash == START) for one in found] == [(2, False), (1, False), (1, True)]


def test_a_line_that_was_torn_is_passed_over_and_told_and_the_next_stands_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    one, two = Head("fjordvik", 1, "a"), Head("fjordvik", 2, "b")
    files.append(path, [one], NOON)
    path.write_bytes(path.read_bytes() + b'{"municipality": "fjo')
    files.append(path, [two], NOON)
    assert files.read(path) == ([one, two], [2])


def test_lines_that_are_no_heads_are_told_by_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    good = files.line(Head("fjordvik", 1, "a"), NOON).encode()
    lines = [b"", b"[]", b"\xff", b"{}", good.replace(b"1,", b'"1",'), good, b"1"]
    path.write_bytes(b"\n".join(lines))
    assert files.read(path) == ([Head("fjordvik", 1, "a")], [1, 2, 3, 4, 5, 7])


def test_a_file_that_is_not_there_has_no_heads(tmp_path: Path) -> None:
    assert files.read(tmp_path / "heads.jsonl") == ([], [])
