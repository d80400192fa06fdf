"""The database: there, of the right schema, whole, writable, its keys, its clock, its content."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.content import queries as content_queries
from webapp.content.domain.library import EMPTY
from webapp.kernel.errors import StartError
from webapp.operations import queries
from webapp.operations.checks.patient import Patient, number
from webapp.operations.domain import Observation, fault, warning, well
from webapp.storage import schema
from webapp.storage.key_check import check_keys
from webapp.storage.masters import read_masters
from webapp.storage.session import is_writable, wal_is_safe

_APART = timedelta(minutes=1)


def library(patient: Patient) -> Iterator[Observation]:
    """Look at the library that reads SQLite files: some versions may damage a write-ahead database."""
    if not patient.database.is_sqlite:
        return
    version, is_safe = sqlite3.sqlite_version, wal_is_safe(sqlite3.sqlite_version_info)
    journal = "written ahead" if is_safe else "rolled back: this version has the race that damages write-ahead logs"
    yield well("SQLite", f"{version}; the journal is {journal}")


def there(patient: Patient) -> Iterator[Observation]:
    """Reach the database, and look at its schema."""
    try:
        found = schema.found_in(patient.database)
    except StartError as error:
        yield fault("database", str(error), "put it back (`avklart restore`); a new one: `avklart migrate --new`")
        return
    except SQLAlchemyError as error:
        do = "check AVKLART_DATABASE_URL, that the server runs, and its log"
        yield fault("database", f"cannot be reached: {type(error).__name__}", do)
        return
    if found is not None and not found.isdecimal():
        yield fault("schema", "a restore was cut off", "run `avklart restore --replace` again")
    elif found is not None and found > schema.newest():
        said = f"{found} is newer than this release's {schema.newest()}"
        yield fault("schema", said, "run the newer release, or take the schema back with it: docs/upgrade.md")
    elif found != schema.newest():
        yield fault("schema", f"{found or 'none'}, not {schema.newest()}", "run `avklart migrate`")
    else:
        yield well("schema", f"{found}, the newest")


def whole(patient: Patient) -> Iterator[Observation]:
    """Look through the database, and see whether it takes changes."""
    if not is_writable(patient.database):
        do = "check that the file and its folder belong to who runs Avklart, that the disk is not mounted read-only, "
        do += "and that the server is no standby"
        yield fault("database", "takes no changes", do)
    if not patient.database.is_sqlite:
        return
    with patient.database.reading() as session:
        journal = str(session.execute(text("PRAGMA journal_mode")).scalar())
        said = [str(line) for (line,) in session.execute(text("PRAGMA quick_check(5)"))]
        lost = len(session.execute(text("PRAGMA foreign_key_check")).all())
    if journal == "wal" and not wal_is_safe(sqlite3.sqlite_version_info):
        said_of_it = f"it is written ahead, which SQLite {sqlite3.sqlite_version} may damage"
        yield fault("journal", said_of_it, "stop everything else that opens the file; restart Avklart")
    if said != ["ok"] or lost:
        yield fault(
            "database", f"is damaged: {'; '.join(said)}; {number(lost, 'row')} without what they refer to",
            "stop Avklart, keep a copy of the file, and restore the last backup: docs/operations.md",
        )  # fmt: skip
    else:
        yield well("database", f"is whole; journal {journal}")


def keys(patient: Patient) -> Iterator[Observation]:
    """Open every key, and one value under each of them in every sealed column."""
    with patient.database.reading() as session:
        found, faults = check_keys(session, read_masters(patient.settings))
    for said in faults:
        yield fault("keys", said, "put the line of the master key back; `avklart keys check` says more")
    if not faults:
        yield well("keys", f"{number(len(found), 'data key')} and what is sealed by them open")


def clock(patient: Patient) -> Iterator[Observation]:
    """Compare this machine's clock with the database server's, and with what was written last."""
    now = patient.clock.now()
    if not patient.database.is_sqlite:
        with patient.database.reading() as session:
            theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
        if abs(theirs - now) > _APART:
            said = f"this machine and the database server are {int(abs(theirs - now).total_seconds())} seconds apart"
            yield fault("clock", said, "let both set their clocks by the net (chrony, systemd-timesyncd)")
            return
    ahead = [name for name, mark in queries.gauges(patient.database).marks.items() if mark.at - now > _APART]
    if ahead:
        said = f"what was done last lies in the future: {', '.join(ahead)}"
        yield fault("clock", said, "the clock was set back: let it be set by the net, and look at the other hosts")
    else:
        yield well("clock", "fits what was written last")


def content(patient: Patient) -> Iterator[Observation]:
    """Look at what readers are shown."""
    with patient.database.reading() as session:
        versions = content_queries.versions(session)
        known = content_queries.bring_up_to_date(session, EMPTY).municipalities()
        open_ones = {one.code: len(content_queries.conflicts(session, one.code)) for one in known}
    if not known:
        yield fault("content", "there is none", "run `avklart content import`")
        return
    said = ", ".join(f"{code} {version}" for code, version in sorted(versions.items()))
    yield well("content", f"{number(len(known), 'municipality', 'municipalities')}: {said}")
    for code, count in open_ones.items():
        if count:
            said = f"{code}: {number(count, 'text')} that an import and an editor both changed"
            yield warning("content", said, "an editor settles them under «Flett» in the editorial office")
