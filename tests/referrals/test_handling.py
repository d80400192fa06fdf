"""What is done to a case, in any order and by several at once: its states, who is told, who sees what (F11, F13)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.outbox import put, row_of, with_keys
from tests.factories.referrals import send
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.referrals import documents, presenters, queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import (
    LONGEST_TEXT,
    SEEN_BY_RESIDENT,
    TO_RESIDENT,
    Act,
    State,
    Waits,
    is_over,
    state_after,
    waits_for,
)
from webapp.referrals.models import EntryRow, NameRow, ReferralRow, UnsentRow
from webapp.settings import Settings
from webapp.storage import outbox
from webapp.storage.session import Database

Handle = Callable[[Session, ReferralRow], object]

LATER = NOON + timedelta(hours=1)
DONE: dict[Act, Handle] = {
    Act.TAKEN: lambda session, row: handling.assign(session, row, "kari", by="kari", at=LATER),
    Act.RELEASED: lambda session, row: handling.release(session, row, by="kari", at=LATER),
    Act.WRITTEN: lambda session, row: handling.write(session, row, "Mer", at=LATER),
    Act.NOTED: lambda session, row: handling.note(session, row, "Notat", by="kari", at=LATER),
    Act.CONSULTED: lambda session, row: handling.consult(session, row, "ola", "Hva nå?", by="kari", at=LATER),
    Act.ADVISED: lambda session, row: handling.advise(session, row, "Dette", by="ola", at=LATER),
    Act.CALLED: lambda session, row: handling.call(session, row, "Sagt", is_reached=True, by="kari", at=LATER),
    Act.NOT_REACHED: lambda session, row: handling.call(session, row, "", is_reached=False, by="kari", at=LATER),
    Act.FORWARDED: lambda session, row: handling.forward(session, row, "home_care", "Videre", by="kari", at=LATER),
    Act.CLOSED: lambda session, row: handling.close(session, row, "Ferdig", by="kari", at=LATER),
    Act.WITHDRAWN: lambda session, row: handling.withdraw(session, row, at=LATER),
}
AFTER_CLOSING = {Act.WRITTEN, Act.NOTED, Act.WITHDRAWN, Act.ATTACHED, Act.CLAIMED, Act.HELPER_SEES}
ACTS = sorted({*DONE, *TO_RESIDENT})


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def do(session: Session, row: ReferralRow, act: Act) -> None:
    """Do an act as a view does."""
    if act in TO_RESIDENT:
        handling.tell(session, row, act, "Til deg", by="kari", at=LATER, way="message")
    else:
        DONE[act](session, row)


def act_on(database: Database, referral: str, *acts: Act) -> None:
    for act in acts:
        with database.writing() as session:
            do(session, queries.referral(session, "fjordvik", referral, is_held=True), act)


def stored(database: Database, referral: str) -> ReferralRow:
    with database.reading() as session:
        return session.get_one(ReferralRow, referral)


def acts_of(database: Database, referral: str) -> list[Act]:
    with database.reading() as session:
        return queries.acts(session, session.get_one(ReferralRow, referral))


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_any_sequence_of_acts_leads_to_one_state_and_ends_stay_ended(acts: list[Act]) -> None:
    state = State.RECEIVED
    for act in acts:
        if state is State.WITHDRAWN or (state is State.CLOSED and act not in AFTER_CLOSING):
            with pytest.raises(ConflictError):
                state_after(state, act)
            continue
        found = state_after(state, act)
        changes_nothing = act in {Act.NOTED, Act.HELPER_SEES}
        assert is_over(found) == (act in {Act.CLOSED, Act.WITHDRAWN} or (is_over(state) and changes_nothing))
        state = found
    assert waits_for(acts) in Waits


@given_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=8))
@example(acts=[Act.CLOSED, Act.WRITTEN, Act.ANSWERED])
@example(acts=[Act.NOT_REACHED, Act.TAKEN, Act.CLOSED, Act.NOTED, Act.WITHDRAWN])
@example(acts=[Act.TAKEN, Act.WITHDRAWN, Act.WRITTEN, Act.TAKEN])
def test_any_sequence_of_acts_is_kept_in_step_with_its_entries(municipal: Database, acts: Sequence[Act]) -> None:
    found = send(municipal).id
    for act in acts:
        before, said = stored(municipal, found), acts_of(municipal, found)
        if before.deleted_at is not None:
            break
        try:
            act_on(municipal, found, act)
        except ConflictError:
            assert is_over(State(before.state))
            assert (acts_of(municipal, found), stored(municipal, found).revision) == (said, before.revision)
            continue
        after, now_said = stored(municipal, found), acts_of(municipal, found)
        in_step(after, now_said)
        if (after.revision, now_said) == (before.revision, said):
            is_taken_twice = (act, before.assigned_to) == (Act.TAKEN, "kari")
            assert is_taken_twice or said[-1:] == [act] == [Act.WRITTEN], "the very same again is nothing"
        else:
            assert before.state != State.WITHDRAWN


def in_step(row: ReferralRow, acts: list[Act]) -> None:
    """Hold what a row says against the entries of its case."""
    assert (row.ended_at is None) is not is_over(State(row.state))
    if row.deleted_at is not None:
        assert (row.state, row.waits_for, acts) == (State.WITHDRAWN, Waits.NOBODY, [])
        return
    state = State.RECEIVED
    for act in acts:
        state = state_after(state, act)
    assert (row.state, row.waits_for) == (state, waits_for(acts))
    assert state is not State.RECEIVED or row.assigned_to is None, "what somebody has is no longer only received"


def test_a_closed_case_is_taken_up_again_when_the_resident_writes(municipal: Database) -> None:
    found = send(municipal).id
    act_on(municipal, found, Act.TAKEN, Act.ANSWERED, Act.CLOSED)
    assert (stored(municipal, found).state, stored(municipal, found).ended_at) == (State.CLOSED, LATER)
    act_on(municipal, found, Act.WRITTEN)
    row = stored(municipal, found)
    assert (row.state, row.waits_for, row.assigned_to, row.ended_at) == (State.ASSIGNED, Waits.US, "kari", None)


def test_taking_back_what_nobody_began_on_erases_it_and_cancels_what_waits_at_once(municipal: Database) -> None:
    found = send(municipal).id
    waiting = [put(municipal, found, kind=kind, payload={"text": "Hei"}) for kind in ("mail", "referral-webhook")]
    act_on(municipal, found, Act.WITHDRAWN)
    row = stored(municipal, found)
    assert (row.state, row.deleted_at) == (State.WITHDRAWN, LATER)
    assert (row.telephone_index, row.email_index, row.about) == ("", "", [])
    with municipal.reading() as session:
        assert session.get_one(ReferralRow, found).content == "{}"
        for table in (EntryRow, NameRow, UnsentRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert [(row_of(municipal, one).state, row_of(municipal, one).payload) for one in waiting] == [
        (outbox.CANCELLED, None)
    ] * 2


def test_taking_back_what_somebody_has_keeps_the_case_and_sends_nothing_more(municipal: Database) -> None:
    found = send(municipal).id
    act_on(municipal, found, Act.TAKEN)
    waiting = put(municipal, found, payload={"text": "Hei"})
    act_on(municipal, found, Act.WITHDRAWN)
    assert row_of(municipal, waiting).state == outbox.CANCELLED
    assert (stored(municipal, found).deleted_at, acts_of(municipal, found)) == (
        None, [Act.SENT, Act.TAKEN, Act.WITHDRAWN]
    )  # fmt: skip


def test_where_taking_back_fails_nothing_of_it_has_happened(municipal: Database) -> None:
    found = send(municipal).id
    waiting = put(municipal, found, payload={"text": "Hei"})

    def fail() -> None:
        with municipal.writing() as session:
            handling.withdraw(session, queries.referral(session, "fjordvik", found, is_held=True), at=LATER)
            raise InvalidError

    with pytest.raises(InvalidError):
        fail()
    assert row_of(municipal, waiting).state == outbox.QUEUED
    assert (stored(municipal, found).state, acts_of(municipal, found)) == (State.RECEIVED, [Act.SENT])


@pytest.mark.parametrize("act", [Act.TAKEN, Act.ANSWERED])
def test_of_two_caseworkers_who_do_it_at_once_one_wins_and_the_other_is_told(municipal: Database, act: Act) -> None:
    found = send(municipal).id
    seen, together = stored(municipal, found).revision, Barrier(2)

    def press(by: str) -> str:
        together.wait(30)
        try:
            with municipal.writing() as session:
                row = queries.referral(session, "fjordvik", found, is_held=True)
                handling.require_unchanged(row, seen)
                if act is Act.TAKEN:
                    handling.take(session, row, by=by, at=LATER)
                else:
                    handling.tell(session, row, act, "Ja", by=by, at=LATER, way="message")
        except ConflictError:
            return ""
        return by

    with ThreadPoolExecutor(2) as pool:
        won = "".join(pool.map(press, ("kari", "ola")))
    assert won in {"kari", "ola"}
    assert (stored(municipal, found).assigned_to, acts_of(municipal, found)) == (won, [Act.SENT, act])


@pytest.mark.postgresql
@pytest.mark.parametrize("act", ACTS)
def test_whoever_acts_on_a_case_that_another_has_changed_meanwhile_is_told(
    postgresql_database: Database, settings: Settings, clock: FixedClock, act: Act
) -> None:
    database = with_keys(postgresql_database, settings, clock)
    found = send(database).id

    def act_late() -> None:
        with database.writing() as session:
            row = queries.referral(session, "fjordvik", found)
            act_on(database, found, Act.CONSULTED)
            do(session, row, act)

    with pytest.raises(ConflictError):
        act_late()
    assert acts_of(database, found) == [Act.SENT, Act.CONSULTED]


@pytest.mark.postgresql
def test_of_two_who_write_the_same_entry_at_once_one_is_told(
    postgresql_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(postgresql_database, settings, clock)
    found, together = send(database).id, Barrier(2)

    def note(_number: int) -> bool:
        try:
            with database.writing() as session:
                row = queries.referral(session, "fjordvik", found)
                together.wait(30)
                handling.note(session, row, "Notat", by="kari", at=LATER)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(note, range(2))) == [False, True]
    assert acts_of(database, found) == [Act.SENT, Act.NOTED]


def test_what_a_caseworker_has_begun_to_write_is_theirs_alone(municipal: Database) -> None:
    found = send(municipal).id
    with municipal.writing() as session:
        row = queries.referral(session, "fjordvik", found, is_held=True)
        for by, text in (("kari", "Kjære"), ("ola", "Hei"), ("kari", "Kjære deg"), ("per", "")):
            handling.keep_unsent(session, row, text, by=by, at=LATER)
        with pytest.raises(InvalidError):
            handling.keep_unsent(session, row, "x" * (LONGEST_TEXT + 1), by="kari", at=LATER)
    assert unsent(municipal, found) == {"kari": "Kjære deg", "ola": "Hei", "per": None}
    with municipal.writing() as session:
        row = queries.referral(session, "fjordvik", found, is_held=True)
        handling.tell(session, row, Act.ASKED, "Når?", by="kari", at=LATER, way="message")
    assert unsent(municipal, found) == {"kari": None, "ola": "Hei", "per": None}


def unsent(database: Database, referral: str) -> dict[str, str | None]:
    with database.reading() as session:
        row = queries.referral(session, "fjordvik", referral)
        kept = {by: queries.unsent(session, row, by) for by in ("kari", "ola", "per")}
        return {by: found.text if found else None for by, found in kept.items()}


def test_a_note_never_shows_among_what_the_resident_sees(avklart: Avklart) -> None:
    found = send(avklart.database).id
    internal = sorted(set(Act) - SEEN_BY_RESIDENT)
    assert {Act.NOTED, Act.CONSULTED, Act.ADVISED, Act.NOT_REACHED} <= set(internal)
    with avklart.database.writing() as session:
        row = queries.referral(session, "fjordvik", found, is_held=True)
        handling.note(session, row, "hemmelig notat", by="kari", at=LATER)
        handling.consult(session, row, "ola", "hemmelig spørsmål", by="kari", at=LATER)
        handling.advise(session, row, "hemmelig råd", by="ola", at=LATER)
        handling.call(session, row, "hemmelig forsøk", is_reached=False, by="kari", at=LATER)
        handling.keep_unsent(session, row, "hemmelig utkast", by="kari", at=LATER)
        handling.tell(session, row, Act.ANSWERED, "Åpent svar", by="ola", at=LATER, way="message")
    with (
        avklart.flask.test_request_context("/nb/", base_url="http://127.0.0.1:8000"),
        avklart.database.reading() as session,
    ):
        avklart.flask.preprocess_request()
        row = queries.referral(session, "fjordvik", found)
        content, told = queries.content_of(row), queries.entries(session, row)
        seen = repr(presenters.own_page(row, content, told, [], message="")) + json.dumps(documents.as_data(row, told))
    assert "Åpent svar" in seen
    assert "hemmelig" not in seen


def test_every_act_is_one_entry_and_one_event_of_the_audit_log(municipal: Database) -> None:
    found = send(municipal).id
    act_on(municipal, found, Act.TAKEN, Act.NOTED, Act.CONSULTED, Act.ADVISED, Act.ANSWERED, Act.CLOSED)
    with municipal.reading() as session:
        events = session.scalars(select(EventRow).where(EventRow.object_id == found).order_by(EventRow.sequence)).all()
        numbers = session.scalars(select(EntryRow.number).order_by(EntryRow.number)).all()
    assert numbers == list(range(1, 8))
    assert [one.action for one in events] == [
        "referral_received", *["referral_handled"] * 5, "referral_closed",
    ]  # fmt: skip
    assert [one.details.get("act") for one in events][1:-1] == ["taken", "noted", "consulted", "advised", "answered"]
