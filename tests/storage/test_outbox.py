"""The outbox: written with what it tells about, sealed, claimed by one, sent in order, and emptied when it has gone."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from sqlalchemy import text

from tests.conftest import NOON
from tests.factories.outbox import Receiver, park, put, row_of, states, with_keys
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import LONGEST_WAIT, PermanentFault, TemporaryFault
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.settings import Settings
from webapp.storage import outbox
from webapp.storage.outbox import (
    LateAlarm,
    Overview,
    Parked,
    cancel,
    claim,
    drain,
    finish,
    forget_old,
    overview,
    parked,
    resend,
)
from webapp.storage.session import Database

CANARY = "kanari-7f3a9c"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def mail(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def sent(database: Database, clock: FixedClock, receiver: Receiver) -> list[str]:
    """Drain the outbox, and answer all that the receiver has got by then."""
    drain(database, clock, {"mail": receiver, "sms": receiver}, Event(), dice=Random(1))
    return receiver.ids


def test_a_message_arrives_as_it_was_written_and_is_then_emptied(mail: Database, clock: FixedClock) -> None:
    one = put(mail, payload={"to": "kari@fjordvik.example", "text": "Blåbær på øya"})
    receiver = Receiver()
    assert sent(mail, clock, receiver) == [one]
    (got,) = receiver.got
    assert (got.municipality, got.kind, got.attempt) == ("fjordvik", "mail", 1)
    assert got.payload == {"to": "kari@fjordvik.example", "text": "Blåbær på øya"}
    row = row_of(mail, one)
    assert (row.state, row.payload_sealed, row.ended_at, row.lease_until) == ("sent", None, NOON, None)
    assert sent(mail, clock, receiver) == [one]


def test_a_message_goes_or_does_not_go_with_the_transaction_of_what_it_tells_about(
    mail: Database, clock: FixedClock
) -> None:
    def fail() -> None:
        with mail.writing() as session:
            outbox.enqueue(session, municipality="fjordvik", kind="mail", payload={}, about="a", at=NOON)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sent(mail, clock, Receiver()) == []


def test_a_payload_is_never_in_the_database_in_the_clear_and_gone_when_sent(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    with_keys(database, settings, clock)
    one = put(database, payload={"to": CANARY})
    sealed = row_of(database, one).payload_sealed or ""
    assert CANARY not in contents(settings.data)
    assert sealed in contents(settings.data)
    sent(database, clock, Receiver())
    assert sealed not in contents(settings.data)


def contents(folder: Path) -> str:
    """Answer all that stands in the files of a folder."""
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_a_payload_moved_to_another_message_is_parked_and_not_sent(mail: Database, clock: FixedClock) -> None:
    one, other = put(mail, "a"), put(mail, "b")
    with mail.writing() as session:
        session.execute(
            text("UPDATE outbox_message SET payload = (SELECT payload FROM outbox_message WHERE id = :one)"),
            {"one": one},
        )
    assert sent(mail, clock, Receiver()) == [one]
    row = row_of(mail, other)
    assert (row.state, row.fault) == ("parked", "payload does not open")


def test_a_message_is_not_sent_before_it_is_due(mail: Database, clock: FixedClock) -> None:
    one = put(mail, due_at=NOON + DAY)
    receiver = Receiver()
    clock.time = NOON + DAY - timedelta(seconds=1)
    assert sent(mail, clock, receiver) == []
    clock.time = NOON + DAY
    assert sent(mail, clock, receiver) == [one]


def test_a_message_due_in_the_past_is_due_now(mail: Database, clock: FixedClock) -> None:
    one = put(mail, due_at=NOON - DAY)
    assert row_of(mail, one).due_at == NOON
    assert sent(mail, clock, Receiver()) == [one]


def test_an_expired_code_is_never_sent(mail: Database, clock: FixedClock) -> None:
    code = put(mail, expires_at=NOON + 10 * MINUTE)
    after = put(mail)
    clock.time += 10 * MINUTE
    assert sent(mail, clock, Receiver()) == [after]
    row = row_of(mail, code)
    assert (row.state, row.fault, row.payload_sealed, row.ended_at) == ("cancelled", "expired", None, clock.time)


def test_a_code_is_sent_until_it_expires(mail: Database, clock: FixedClock) -> None:
    code = put(mail, expires_at=NOON + 10 * MINUTE)
    clock.time += 10 * MINUTE - timedelta(seconds=1)
    assert sent(mail, clock, Receiver()) == [code]


def test_a_code_that_expires_while_it_waits_for_another_try_is_cancelled(mail: Database, clock: FixedClock) -> None:
    code = put(mail, expires_at=NOON + 10 * MINUTE)
    receiver = Receiver({code: TemporaryFault("down")})
    sent(mail, clock, receiver)
    clock.time += 11 * MINUTE
    receiver.faults.clear()
    assert sent(mail, clock, receiver) == []
    assert states(mail) == ["cancelled"]


def test_kinds_without_a_handler_wait_for_a_worker_that_has_one(mail: Database, clock: FixedClock) -> None:
    put(mail, kind="webhook")
    assert claim(mail, clock, ["mail", "sms"]) is None
    assert claim(mail, clock, []) is None
    assert claim(mail, clock, ["webhook"]) is not None


def test_a_claimed_message_is_nobody_elses_for_a_minute(mail: Database, clock: FixedClock) -> None:
    one = put(mail)
    first = claim(mail, clock, ["mail"])
    assert first is not None
    assert (first.id, first.attempts) == (one, 1)
    clock.time += timedelta(seconds=59)
    assert claim(mail, clock, ["mail"]) is None
    clock.time += timedelta(seconds=1)
    again = claim(mail, clock, ["mail"])
    assert again is not None
    assert (again.id, again.attempts) == (one, 2)


def test_a_clock_that_is_set_back_breaks_no_lease(mail: Database, clock: FixedClock) -> None:
    put(mail)
    assert claim(mail, clock, ["mail"]) is not None
    clock.time -= timedelta(hours=1)
    assert claim(mail, clock, ["mail"]) is None


def test_messages_about_one_thing_go_in_order_and_those_about_another_do_not_wait(
    mail: Database, clock: FixedClock
) -> None:
    first, second, third, other = put(mail, "a"), put(mail, "a"), put(mail, "a"), put(mail, "b")
    receiver = Receiver({first: TemporaryFault("down")})
    assert sent(mail, clock, receiver) == [other]
    receiver.faults = {first: PermanentFault("refused 550")}
    clock.time += 13 * timedelta(seconds=1)
    assert sent(mail, clock, receiver) == [other, second, third]
    assert states(mail) == ["parked", "sent", "sent", "sent"]


def test_a_message_is_not_claimed_while_an_earlier_one_about_the_same_is_being_sent(
    mail: Database, clock: FixedClock
) -> None:
    first, second = put(mail, "a"), put(mail, "a")
    claimed = claim(mail, clock, ["mail"])
    assert claimed is not None
    assert claimed.id == first
    assert claim(mail, clock, ["mail"]) is None
    assert finish(mail, claimed, NOON)
    after = claim(mail, clock, ["mail"])
    assert after is not None
    assert after.id == second


def test_who_finishes_late_changes_nothing(mail: Database, clock: FixedClock) -> None:
    one = put(mail)
    late = claim(mail, clock, ["mail"])
    clock.time += MINUTE
    ours = claim(mail, clock, ["mail"])
    assert late is not None
    assert ours is not None
    assert not finish(mail, late, clock.time, PermanentFault("refused 550"))
    assert row_of(mail, one).state == "queued"
    assert finish(mail, ours, clock.time)
    assert not finish(mail, late, clock.time)
    assert not finish(mail, ours, clock.time, TemporaryFault("down"))
    assert states(mail) == ["sent"]


def test_a_failure_that_may_pass_is_tried_again_later_each_time(mail: Database, clock: FixedClock) -> None:
    one = put(mail)
    receiver = Receiver({one: TemporaryFault("put off 451")})
    for attempt, seconds in enumerate((10, 20, 40, 80), 1):
        sent(mail, clock, receiver)
        row = row_of(mail, one)
        assert (row.state, row.attempts, row.fault, row.lease_until) == ("queued", attempt, "put off 451", None)
        assert 0.75 * seconds <= (row.due_at - clock.time).total_seconds() <= 1.25 * seconds
        clock.time = row.due_at
    receiver.faults.clear()
    assert sent(mail, clock, receiver) == [one]
    assert row_of(mail, one).fault == ""


@pytest.mark.parametrize("asked", [MINUTE, 20 * MINUTE, LONGEST_WAIT, 3 * DAY])
def test_a_receiver_that_asks_to_be_left_alone_is_never_tried_earlier_nor_much_later(
    mail: Database, clock: FixedClock, asked: timedelta
) -> None:
    one = put(mail)
    receiver = Receiver({one: TemporaryFault("put off 429", asked)})
    wait = min(asked, LONGEST_WAIT)
    for _ in range(12):
        sent(mail, clock, receiver)
        due = row_of(mail, one).due_at
        assert wait <= due - clock.time <= max(wait * 1.25, LONGEST_WAIT)
        clock.time = due
    receiver.faults.clear()
    assert sent(mail, clock, receiver) == [one]


def test_those_that_were_asked_to_wait_together_do_not_come_back_together(mail: Database, clock: FixedClock) -> None:
    ids = [put(mail, f"case{number}") for number in range(20)]
    sent(mail, clock, Receiver({one: TemporaryFault("put off 503", 20 * MINUTE) for one in ids}))
    assert len({row_of(mail, one).due_at for one in ids}) == 20


def test_a_wait_into_the_past_is_none() -> None:
    assert TemporaryFault("put off 429", -DAY).wait == timedelta(0)
    assert TemporaryFault("down").wait == timedelta(0)


@pytest.mark.parametrize("delay", [timedelta(0), 30 * DAY])
def test_a_message_is_parked_after_a_week_of_failures_and_keeps_its_payload(
    mail: Database, clock: FixedClock, delay: timedelta
) -> None:
    one = put(mail, due_at=NOON + delay)
    receiver = Receiver({one: TemporaryFault("down")})
    clock.time = NOON + delay
    tries = 0
    while states(mail) == ["queued"]:
        sent(mail, clock, receiver)
        tries += 1
        clock.time = max(clock.time, row_of(mail, one).due_at)
    row = row_of(mail, one)
    assert (row.state, row.fault) == ("parked", "down")
    assert row.payload_sealed is not None
    assert row.ended_at is not None
    assert timedelta(days=6.7) < row.ended_at - NOON - delay <= 7 * DAY
    assert 35 <= tries <= 60


@pytest.mark.parametrize("fault", [KeyError(CANARY), ValueError(CANARY), OSError(CANARY)])
def test_whatever_else_a_handler_raises_is_tried_again_and_said_by_its_type_only(
    mail: Database, clock: FixedClock, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    one = put(mail, payload={"to": CANARY})
    with caplog.at_level(logging.DEBUG, "avklart"):
        sent(mail, clock, Receiver({one: fault}))
    assert row_of(mail, one).fault == type(fault).__name__
    (record,) = caplog.records
    facts = {"id": one, "kind": "mail", "attempt": 1, "fault": type(fault).__name__}
    assert (record.getMessage(), vars(record)["facts"]) == ("message not delivered yet", facts)
    assert CANARY not in str(vars(record))


def test_a_parked_message_is_sent_again_when_somebody_asks_for_it(mail: Database, clock: FixedClock) -> None:
    one = put(mail, payload={"to": "kari"})
    receiver = Receiver({one: PermanentFault("refused 550")})
    sent(mail, clock, receiver)
    assert states(mail) == ["parked"]
    receiver.faults.clear()
    clock.time += 30 * DAY
    assert sent(mail, clock, receiver) == []
    with mail.writing() as session:
        resend(session, "fjordvik", one, clock.time)
    receiver.faults = {one: TemporaryFault("down")}
    sent(mail, clock, receiver)
    assert states(mail) == ["queued"]
    receiver.faults.clear()
    clock.time += DAY
    assert sent(mail, clock, receiver) == [one]
    assert receiver.got[0].payload == {"to": "kari"}
    assert receiver.got[0].attempt == 3


def test_only_a_parked_message_of_ones_own_municipality_is_sent_again(mail: Database, clock: FixedClock) -> None:
    queued, parked = put(mail, "a", due_at=NOON + DAY), put(mail, "b")
    sent(mail, clock, Receiver({parked: PermanentFault("bad address")}))
    with mail.writing() as session, pytest.raises(ConflictError):
        resend(session, "fjordvik", queued, NOON)
    with mail.writing() as session, pytest.raises(NotFoundError):
        resend(session, "dalsbygd", parked, NOON)
    with mail.writing() as session, pytest.raises(NotFoundError):
        resend(session, "fjordvik", "0" * 32, NOON)
    assert states(mail) == ["queued", "parked"]


def test_what_waits_about_a_thing_is_cancelled_with_it_and_nothing_else_is(mail: Database, clock: FixedClock) -> None:
    parked, gone, kept = put(mail, "a"), put(mail, "a"), put(mail, "b")
    sent(mail, clock, Receiver({parked: PermanentFault("x"), gone: TemporaryFault("x"), kept: TemporaryFault("x")}))
    with mail.writing() as session:
        outbox.enqueue(session, municipality="fjordvik", kind="mail", payload={}, about="a", at=NOON)
        assert cancel(session, "a", NOON) == 3
    assert states(mail) == ["cancelled", "cancelled", "cancelled", "queued"]
    assert {row_of(mail, one).payload_sealed for one in (parked, gone)} == {None}
    clock.time += DAY
    assert sent(mail, clock, Receiver()) == [kept]


def test_what_is_cancelled_in_a_transaction_that_fails_still_goes(mail: Database, clock: FixedClock) -> None:
    one = put(mail, "a")

    def fail() -> None:
        with mail.writing() as session:
            cancel(session, "a", NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sent(mail, clock, Receiver()) == [one]


def test_what_is_cancelled_while_it_is_being_sent_stays_cancelled(mail: Database, clock: FixedClock) -> None:
    put(mail, "a")
    claimed = claim(mail, clock, ["mail"])
    assert claimed is not None
    with mail.writing() as session:
        assert cancel(session, "a", NOON) == 1
    assert not finish(mail, claimed, NOON, TemporaryFault("down"))
    clock.time += DAY
    assert sent(mail, clock, Receiver()) == []


def test_a_municipality_sees_how_its_own_messages_are(mail: Database, clock: FixedClock) -> None:
    parked = put(mail, "a")
    put(mail, "b", at=NOON - DAY)
    put(mail, "c", municipality="dalsbygd", at=NOON - 2 * DAY)
    with mail.reading() as session:
        assert overview(session, "fjordvik") == Overview({"queued": 2}, NOON - DAY)
    sent(mail, clock, Receiver({parked: PermanentFault("bad address")}))
    with mail.reading() as session:
        assert overview(session, "fjordvik") == Overview({"parked": 1, "sent": 1}, None)
        assert overview(session, "dalsbygd") == Overview({"sent": 1}, None)


def test_a_municipality_sees_what_was_given_up_newest_first_and_never_what_it_says(
    mail: Database, clock: FixedClock
) -> None:
    old = park(mail, fault="refused 410", payload={"to": CANARY})
    new = park(mail, kind="fhir", fault="bad address", at=NOON + DAY)
    park(mail, municipality="dalsbygd")
    put(mail, "b", at=NOON + 2 * DAY)
    with mail.reading() as session:
        found = parked(session, "fjordvik")
        assert parked(session, "fjordvik", most=1) == found[:1]
        assert parked(session, "nowhere") == []
    assert found == [
        Parked(new, "fhir", "parked", "bad address", 1, NOON + DAY),
        Parked(old, "webhook", "parked", "refused 410", 1, NOON),
    ]
    with mail.writing() as session:
        resend(session, "fjordvik", old, clock.time)
    with mail.reading() as session:
        assert [one.id for one in parked(session, "fjordvik")] == [new]


def test_only_what_ended_before_a_time_is_forgotten(mail: Database, clock: FixedClock) -> None:
    bad, old = put(mail, "a"), put(mail, "a", at=NOON)
    sent(mail, clock, Receiver({bad: PermanentFault("bad address")}))
    waits = put(mail, "a", due_at=NOON + 400 * DAY)
    clock.time += timedelta(seconds=1)
    young = put(mail, "b")
    sent(mail, clock, Receiver())
    with mail.writing() as session:
        assert forget_old(session, NOON) == 0
        assert forget_old(session, NOON + timedelta(seconds=1)) == 2
        assert forget_old(session, NOON + timedelta(seconds=1)) == 0
    assert states(mail) == ["queued", "sent"]
    with mail.reading() as session:
        there = set(session.scalars(text("SELECT id FROM outbox_message")))
    assert there == {waits, young}
    assert not there & {bad, old}


def test_draining_stops_after_the_message_under_way_when_it_is_told_to(mail: Database, clock: FixedClock) -> None:
    for _ in range(3):
        put(mail)
    stop = Event()
    receiver = Receiver()

    def take(delivery: object) -> None:
        receiver(delivery)  # type: ignore[arg-type]
        stop.set()

    assert drain(mail, clock, {"mail": take}, stop) == 1
    assert states(mail) == ["sent", "queued", "queued"]
    assert drain(mail, clock, {"mail": receiver}, Event(), most=1) == 1
    assert states(mail) == ["sent", "sent", "queued"]


def test_messages_that_wait_too_long_are_said_once_an_hour(
    mail: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = LateAlarm()
    put(mail, "later", due_at=NOON + DAY)
    one = put(mail)
    receiver = Receiver({one: TemporaryFault("down")})
    said = []
    for minute in range(140):
        clock.time = NOON + minute * MINUTE
        sent(mail, clock, receiver)
        with caplog.at_level(logging.WARNING, "avklart.outbox"):
            caplog.clear()
            alarm.check(mail, clock.time)
            said += [(minute, record.getMessage(), vars(record)["facts"]) for record in caplog.records]
    assert said == [(minute, "outbox is late", {"minutes": minute}) for minute in (16, 76, 136)]
    receiver.faults.clear()
    clock.time = NOON + timedelta(hours=6)
    sent(mail, clock, receiver)
    caplog.clear()
    alarm.check(mail, clock.time)
    assert caplog.records == []
