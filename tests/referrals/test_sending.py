"""One form is one case: one row, one audit event, one message, however often it is sent (HE-3, F01)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.factories.referrals import CALL, CONCERN, CONTENT, SENT, send
from webapp.audit.models import EventRow
from webapp.identity.models import InvitationRow
from webapp.kernel.clock import FixedClock
from webapp.municipalities.models import MunicipalityRow
from webapp.referrals import queries
from webapp.referrals.domain.referral import Act, State, Waits
from webapp.referrals.models import EntryRow, NameRow, ReferralRow
from webapp.settings import Settings
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys."""
    with any_database.writing() as session:
        session.add_all(MunicipalityRow(code=code, created_at=NOON) for code in ("fjordvik", "dalsbygd"))
    open_keys(any_database, settings, clock)
    return any_database


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_was_sent_is_stored_whole_with_its_audit_event_and_its_message(municipal: Database) -> None:
    row = send(municipal)
    with municipal.reading() as session:
        found = queries.referral(session, "fjordvik", row.id)
        assert queries.content_of(found) == CONTENT
        assert (found.state, found.waits_for, found.about) == (State.RECEIVED, Waits.US, ["falls"])
        assert [entry.act for entry in queries.entries(session, found)] == [Act.SENT]
    assert [count(municipal, table) for table in (ReferralRow, EntryRow, EventRow, MessageRow)] == [1, 1, 1, 1]


def test_one_form_that_is_sent_ten_times_at_once_is_one_case(municipal: Database) -> None:
    with ThreadPoolExecutor(5) as pool:
        rows = list(pool.map(lambda _: send(municipal, key="the very same form"), range(10)))
    assert len({row.id for row in rows}) == len({row.reference for row in rows}) == 1
    assert [count(municipal, table) for table in (ReferralRow, EntryRow, EventRow, MessageRow)] == [1, 1, 1, 1]
    assert count(municipal, InvitationRow) == 1


def test_a_form_that_was_changed_after_it_was_sent_is_another_case(municipal: Database) -> None:
    first = send(municipal, key="a form")
    other = replace(SENT, content=replace(CONTENT, telephone="400 99 999"))
    changed = [send(municipal, other, key="a form") for _ in range(2)]
    assert first.id != changed[0].id == changed[1].id
    assert send(municipal, key="a form").id == first.id
    assert [count(municipal, table) for table in (ReferralRow, EventRow, MessageRow)] == [2, 2, 2]
    with municipal.reading() as session:
        assert queries.content_of(queries.referral(session, "fjordvik", changed[0].id)) == other.content


def test_the_result_of_a_self_check_made_a_second_later_makes_no_other_case(municipal: Database) -> None:
    later = replace(SENT, content=replace(CONTENT, attached_response='{"authored": "later"}'))
    assert send(municipal, key="a form").id == send(municipal, later, key="a form").id


def test_the_same_key_in_another_municipality_is_another_case(municipal: Database) -> None:
    assert send(municipal, key="a key").id != send(municipal, key="a key", municipality="dalsbygd").id


def test_nothing_that_was_written_stands_open_in_the_database(municipal: Database) -> None:
    send(municipal)
    with municipal.reading() as session:
        stored = [
            str(value)
            for table in (ReferralRow, EntryRow, NameRow, MessageRow, EventRow, InvitationRow)
            for row in session.execute(select(table.__table__)).all()
            for value in row
        ]
    for canary in ("Bjørnstad", "40012345", "400 12 345", "dusje", "bo hjemme", "aase@"):
        assert not [value for value in stored if canary in value], canary


@pytest.mark.parametrize("written", ["Åse", "bjørnstad ÅSE", "40012345", "+47 400 12 345", "AASE@eksempel.example"])
def test_staff_find_a_case_by_whole_parts(municipal: Database, written: str) -> None:
    row = send(municipal)
    send(municipal, CALL)
    send(municipal, municipality="dalsbygd")
    with municipal.reading() as session:
        assert [found.id for found in queries.found_by(session, "fjordvik", written)] == [row.id]
        assert [found.id for found in queries.found_by(session, "fjordvik", row.reference.lower())] == [row.id]


@pytest.mark.parametrize("written", ["Bjørn", "Ås", "4001234", "aase", "", "   ", "%", "Åse Hansen"])
def test_a_part_of_a_part_finds_nothing(municipal: Database, written: str) -> None:
    send(municipal)
    with municipal.reading() as session:
        assert queries.found_by(session, "fjordvik", written) == []


def test_what_waits_for_us_comes_first_and_then_what_is_due_first(municipal: Database) -> None:
    message, call, concern = send(municipal), send(municipal, CALL), send(municipal, CONCERN)
    with municipal.reading() as session:
        found = queries.inbox(session, "fjordvik", view="alle", staff="")
        assert found[-1].id == message.id
        assert {row.id for row in found[:2]} == {call.id, concern.id}
        assert queries.inbox(session, "dalsbygd", view="alle", staff="") == []


@pytest.mark.parametrize("text", [
    "=cmd|' /C calc'!A0", "a\x00b\x1bc", "مرحبا \u202eabc", "👵🏽🚿", "x" * 4000, "linje én\r\nlinje to",
])  # fmt: skip
def test_any_text_comes_back_as_it_was_written(municipal: Database, text: str) -> None:
    row = send(municipal, replace(SENT, content=replace(CONTENT, text=text)))
    with municipal.reading() as session:
        assert queries.content_of(queries.referral(session, "fjordvik", row.id)).text == text


def test_it_is_due_when_it_was_promised(municipal: Database) -> None:
    assert (send(municipal).due_at - NOON).days == 14
    assert (send(municipal, CALL).due_at - NOON).days == 1  # NOON is a Sunday
