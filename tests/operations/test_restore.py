"""A restore: where it is refused, and what does not come back with it (F18, F19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.conftest import NOON
from tests.factories import agreements, outbox, referrals
from tests.operations.conftest import House, only_postgresql, only_sqlite
from webapp.agreements import queries as of_agreements
from webapp.agreements.actions import erasing as erasing_agreements
from webapp.agreements.actions import people, rounds
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import PartyRow
from webapp.audit import files
from webapp.audit.jobs import Deletion, delete_old, write_audit_heads
from webapp.audit.verifying import Found, verify_chain
from webapp.identity.actions import invitations, staff
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Purpose
from webapp.identity.domain.sessions import Kind
from webapp.identity.models import CodeRow, InvitationRow, SessionRow, StaffRow
from webapp.kernel.errors import NotFoundError, StartError
from webapp.kernel.permission import Role
from webapp.operations import jobs
from webapp.operations.actions import erasing
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.storage import erasures, marks, masters, schema, working_copies
from webapp.storage import outbox as box
from webapp.storage.backup.postgresql import RESTORING
from webapp.storage.outbox_operations import RESTORED
from webapp.storage.session import Database
from webapp.web.measuring import Meter

SECRET = "a secret of somebody's own browser, long enough"


def write_out(house: House) -> None:
    """Write the erasure list, as the worker does every ten seconds."""
    erasing.write_out(house.database, house.clock, house.settings)


def test_a_database_that_is_there_is_not_touched_without_being_told(house: House) -> None:
    path = house.back_up()
    referrals.send(house.database)
    with pytest.raises(
        StartError, match=r"there is a database in .*: a restore goes into an empty place, or say --rep"
    ):
        house.restore(path, is_replacing=False)
    house.open()
    with house.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM referral")) == 1


@only_sqlite
def test_what_is_replaced_on_sqlite_is_put_aside(house: House) -> None:
    path = house.back_up()
    referrals.send(house.database)
    done = house.restore(path)
    assert done.put_aside is not None
    assert done.put_aside.name == "avklart.db.replaced-20261122T120000Z"
    old = Database(f"sqlite:///{done.put_aside}")
    with old.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM referral")) == 1
    old.close()


@only_sqlite
def test_a_journal_of_what_was_there_is_not_played_into_what_is_restored(house: House) -> None:
    path = house.back_up()
    house.database.close()
    for end in ("", "-journal", "-wal"):
        (house.settings.data / f"avklart.db{end}").write_bytes(b"what is left of a disk that is broken")
    done = house.restore(path)
    assert done.put_aside is not None
    assert not [end for end in ("-journal", "-wal") if (house.settings.data / f"avklart.db{end}").exists()]
    with house.database.reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_database_in_use_is_not_replaced(house: House) -> None:
    path = house.back_up()
    jobs.beat(house.database, house.clock)
    if house.database.is_sqlite:
        with pytest.raises(StartError, match=r"a worker said at 2026-11-22T12:00:00.* that it lives: stop it, or wait"):
            house.restore(path)
        house.open()
        jobs.say_farewell(house.database)
        meter = Meter(house.settings.data)
        meter.count("public", 200, 0.01)
        with pytest.raises(StartError, match=r"web processes run on this data folder: stop web and worker first"):
            house.restore(path)
        del meter
    else:
        other = type(house.database)(house.settings.database_url)
        with other.reading() as session:
            session.scalar(text("SELECT 1"))
            with pytest.raises(StartError, match=r"1 others are connected to the database"):
                house.restore(path)
        other.close()
        house.restore(path)


def test_a_backup_under_another_master_key_is_refused_and_says_which(house: House) -> None:
    referrals.send(house.database)
    path = house.back_up()
    foreign = replace(house.settings, master_key_file=house.settings.master_key_file.with_name("foreign"))
    masters.make_file(foreign.master_key_file)
    with pytest.raises(
        StartError, match=r"needs the master key [0-9a-f]{8}, which is not in the file that AVKLART_MAS"
    ):
        house.restore(path, settings=foreign)
    house.open()
    with house.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM referral")) == 1
    assert not list(house.settings.data.glob(".*restore*"))


def test_a_backup_of_a_newer_schema_is_refused(house: House) -> None:
    newest = schema.newest()
    with house.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    path = house.back_up()
    with house.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{newest}'"))
    with pytest.raises(StartError, match=f"the backup has schema 9999, newer than {newest}: restore it with Avklart"):
        house.restore(path)


def test_a_backup_of_the_other_kind_of_database_is_refused(house: House) -> None:
    path = house.back_up()
    url = "postgresql+psycopg://nobody@localhost/none" if house.database.is_sqlite else "sqlite:////nowhere/at/all.db"
    with pytest.raises(StartError, match=r"the backup is of a \w+ database, and AVKLART_DATABASE_URL names a \w+ one"):
        house.restore(path, settings=replace(house.settings, database_url=url))


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(house: House) -> None:
    referrals.send(house.database)
    schema.run(house.database, "0017")
    path = house.back_up()
    house.restore(path)
    with house.database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == schema.newest()
        assert session.scalar(text("SELECT count(*) FROM referral")) == 1


def test_whoever_had_come_in_and_every_code_is_out(house: House) -> None:
    with house.database.writing() as session:
        invited = invitations.invite(
            session, municipality="fjordvik", purpose=Purpose.AGREEMENT, subject="a",
            contact=Contact("nb", "aase@eksempel.example", None), at=NOON,
        )  # fmt: skip
        session.add(CodeRow(
            id="c" * 32, municipality="fjordvik", invitation=invited.id, channel="email", browser=None, hash="x",
            tries=0, created_at=NOON, expires_at=NOON + timedelta(minutes=10), ended_at=None,
        ))  # fmt: skip
        session.add(SessionRow(
            id="s" * 32, municipality="fjordvik", secret="d" * 64, kind=Kind.STAFF.value, person="p", resident=None,
            assurance=1, csrf="e" * 64, created_at=NOON, seen_at=NOON, authenticated_at=NOON, ended_at=None,
            ended_why="", provider_session=None, provider_subject=None, data="{}",
        ))  # fmt: skip
    done = house.restore(house.back_up())
    assert done.sessions == 1
    with house.database.reading() as session:
        row = session.scalars(select(SessionRow)).one()
        assert (row.ended_at, row.ended_why) == (NOON, "restored")
        assert session.scalars(select(CodeRow.ended_at)).all() == [NOON]


def test_nothing_is_sent_again_and_what_may_have_gone_waits_for_somebody(house: House) -> None:
    waits, gone = outbox.put(house.database, "b"), outbox.put(house.database, "a", at=NOON - timedelta(hours=1))
    code = outbox.put(house.database, "c", expires_at=NOON + timedelta(minutes=10))
    path = house.back_up()
    claimed = box.claim(house.database, house.clock, ["mail"])
    assert claimed is not None
    assert claimed.id == gone
    box.finish(house.database, claimed, house.clock.now())
    write_out(house)
    done = house.restore(path)
    assert (done.sent, done.held) == (1, 1)
    rows = {one: outbox.row_of(house.database, one) for one in (gone, waits, code)}
    assert {one: rows[one].state for one in rows} == {gone: box.SENT, waits: box.PARKED, code: box.CANCELLED}
    assert (rows[gone].payload_sealed, rows[code].payload_sealed) == (None, None)
    assert rows[waits].fault == RESTORED
    assert box.claim(house.database, house.clock, ["mail"]) is None
    with house.database.writing() as session:
        box.resend(session, "fjordvik", waits, NOON)
    assert box.claim(house.database, house.clock, ["mail"]) is not None


def test_what_was_deleted_since_is_deleted_again(house: House) -> None:
    kept, erased = referrals.send(house.database), referrals.send(house.database)
    with house.database.writing() as session:
        working_copies.save(session, "fjordvik", SECRET, {"a": 1}, expires_at=NOON + timedelta(days=30))
        family, other = agreements.settling(session), agreements.settling(session)
    path = house.back_up()
    with house.database.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", erased.id, is_held=True), at=NOON)
        working_copies.forget(session, "fjordvik", SECRET)
        erasing_agreements.erase(session, family.row(session), at=NOON)
    write_out(house)
    done = house.restore(path)
    assert done.not_erased == 0
    assert {kind: done.erased[kind] for kind in (erasures.REFERRAL, erasures.AGREEMENT, erasures.COPY)} == {
        erasures.REFERRAL: 1, erasures.AGREEMENT: 1, erasures.COPY: 1,
    }  # fmt: skip
    with house.database.reading() as session:
        with pytest.raises(NotFoundError):
            queries.referral(session, "fjordvik", erased.id)
        assert queries.content_of(queries.referral(session, "fjordvik", kept.id)).text == referrals.TEXT
        with pytest.raises(NotFoundError):
            of_agreements.agreement(session, "fjordvik", family.agreement)
        assert of_agreements.parties(session, other.row(session, is_held=False))
        assert working_copies.load(session, "fjordvik", SECRET, at=NOON) == {}


def test_access_that_was_taken_away_since_is_taken_away_again(house: House) -> None:
    row = referrals.send(house.database)
    with house.database.writing() as session:
        family, ended, silent = (agreements.settling(session) for _ in range(3))
        hired = staff.add(
            session, municipality="fjordvik", email="ida@fjordvik.example", name="Ida", roles={Role.CASEWORKER},
            language="nb", by="operator", at=NOON,
        )  # fmt: skip
        hired.state = staff.ACTIVE
        hired_id = hired.id
    path = house.back_up()
    with house.database.writing() as session:
        handling.withdraw(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
        people.leave(session, family.row(session), family.party(session, family.per), by=family.per, at=NOON)
        rounds.drop(session, ended.row(session), by=ended.aase, mover=Mover.RESIDENT, at=NOON)
        rounds.silence(session, silent.row(session), by="staff", at=NOON)
        staff.lose_access(session, session.get_one(StaffRow, hired_id), at=NOON)
        revoked = [one.id for one in session.scalars(select(InvitationRow)) if one.revoked_at is not None]
    write_out(house)
    done = house.restore(path)
    assert done.not_erased == 0
    with house.database.reading() as session:
        assert queries.even_deleted(session, "fjordvik", row.id).deleted_at is not None  # type: ignore[union-attr]
        assert session.get_one(PartyRow, family.per).left_at is not None
        assert ended.row(session, is_held=False).ending == "withdrawn"
        assert silent.row(session, is_held=False).is_silent
        assert session.get_one(StaffRow, hired_id).state == staff.DISABLED
        assert revoked
        assert all(session.get_one(InvitationRow, one).revoked_at is not None for one in revoked)
        assert session.scalar(text("SELECT count(*) FROM outbox_message WHERE state = 'queued'")) == 0


def test_what_came_after_the_backup_and_was_erased_is_no_fault(house: House) -> None:
    path = house.back_up()
    row = referrals.send(house.database)
    with house.database.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    write_out(house)
    done = house.restore(path)
    assert (done.erased, done.not_erased) == ({}, 0)


def test_an_erasure_that_cannot_be_done_again_is_counted(house: House) -> None:
    path = house.back_up()
    strange = erasures.Erasure("something of a later release", "fjordvik", "a", NOON)
    erasures.write(house.settings.erasures, [strange])
    with house.settings.erasures.open("ab") as file:
        file.write(b'{"at": "2026-11-22T1')
    done = house.restore(path)
    assert (done.not_erased, done.unread) == (1, 1)


def test_the_audit_log_is_whole_tells_of_the_restore_and_is_behind_its_heads(house: House) -> None:
    referrals.send(house.database)
    path = house.back_up()
    referrals.send(house.database)
    write_audit_heads(house.database, house.clock, house.settings.audit_heads)
    house.restore(path)
    keys = house.database.keys
    assert keys is not None
    assert verify_chain(house.database, keys.audit_code, "fjordvik") == Found(2)
    heads = [head for head in files.read(house.settings.audit_heads)[0] if head.municipality == "fjordvik"]
    fault = verify_chain(house.database, keys.audit_code, "fjordvik", heads).fault
    assert fault is not None  # what happened after the backup is gone, and the heads that lie apart tell so


def test_a_log_whose_beginning_was_deleted_is_whole_after_a_restore_too(house: House) -> None:
    referrals.send(house.database)
    referrals.send(house.database, at=NOON + timedelta(days=800))
    older = house.back_up("older.backup")
    house.clock.time = NOON + timedelta(days=800)
    before = NOON + timedelta(days=70)
    assert delete_old(house.database, house.clock, "fjordvik", lambda _session: before) == Deletion(1)
    write_audit_heads(house.database, house.clock, house.settings.audit_heads)
    newer = house.back_up("newer.backup")
    for path, found, fault in (
        (newer, Found(3, 1), ""), (older, Found(3), "event 3 was rewritten: another hash was written out for it"),
    ):  # fmt: skip
        house.restore(path)
        keys = house.database.keys
        assert keys is not None
        assert verify_chain(house.database, keys.audit_code, "fjordvik") == found
        heads = [head for head in files.read(house.settings.audit_heads)[0] if head.municipality == "fjordvik"]
        told = verify_chain(house.database, keys.audit_code, "fjordvik", heads).fault
        assert (told.what if told else "") == fault
    # What an older backup brought back goes again, as it is as old as it was.
    assert delete_old(house.database, house.clock, "fjordvik", lambda _session: before) == Deletion(1)
    assert house.database.keys is not None
    assert verify_chain(house.database, house.database.keys.audit_code, "fjordvik") == Found(3, 1)


@only_postgresql
def test_postgresql_that_is_half_restored_is_opened_by_nobody(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{RESTORING}'"))
    for refused in (schema.require_newest, schema.migrate, schema.refuse_newer):
        with pytest.raises(StartError, match=r"a restore into the database was cut off"):
            refused(house.database)
    with house.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{schema.newest()}'"))


def test_the_restore_is_noted(house: House) -> None:
    house.restore(house.back_up())
    with house.database.reading() as session:
        assert marks.all_marks(session)[marks.RESTORE].is_good


def test_the_list_is_written_once_and_forgets_what_no_backup_can_bring_back(house: House) -> None:
    row = referrals.send(house.database)
    with house.database.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    for _ in range(3):
        write_out(house)
    assert {one.kind for one in erasures.read(house.settings.erasures)[0]} == {erasures.REFERRAL, erasures.INVITATION}
    assert house.settings.erasures.read_bytes().count(row.id.encode()) == 1
    assert house.settings.erasures.stat().st_mode & 0o777 == 0o600
    house.clock.time = NOON + timedelta(days=46)
    erasing.forget_old_lines(house.clock, house.settings)
    assert erasures.read(house.settings.erasures) == ([], 0)


def test_a_note_is_rolled_back_with_what_it_tells_of(house: House) -> None:
    def erase_and_fail() -> None:
        with house.database.writing() as session:
            erasures.note(session, erasures.REFERRAL, "fjordvik", "a", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        erase_and_fail()
    write_out(house)
    assert erasures.read(house.settings.erasures) == ([], 0)
