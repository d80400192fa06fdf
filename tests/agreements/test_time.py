"""What time does by itself, and what is left when it has done it (F14, F20, R1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOON
from tests.factories.agreements import KARI, PER, Family, settle_food, settling, start
from tests.factories.outbox import with_keys
from tests.factories.people import messages
from webapp.agreements import delivery, demo, jobs, queries
from webapp.agreements.actions import noting, office, people, rounds, signing
from webapp.agreements.actions.erasing import CONTENT
from webapp.agreements.actions.noting import KIND
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.domain.history import Notice
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.states import Mover, RoundState, State, deadline, reminders_due
from webapp.agreements.domain.timing import Due, Facts, due
from webapp.agreements.models import AgreementRow, VersionRow
from webapp.audit.domain import Action
from webapp.audit.models import EventRow as Audit
from webapp.identity.actions import codes
from webapp.identity.domain.codes import Channel
from webapp.identity.models import InvitationRow
from webapp.identity.queries import invitation
from webapp.kernel.clock import FixedClock
from webapp.papers import Papers
from webapp.settings import Settings
from webapp.storage import outbox
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

DAY = timedelta(days=1)


@pytest.fixture
def municipal(database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys."""
    return with_keys(database, settings, clock)


def family_of(database: Database, *, is_joined: bool = True) -> Family:
    from tests.factories.agreements import join_all  # noqa: PLC0415 -- beside its one use

    with database.writing() as session:
        family = start(session)
        if is_joined:
            join_all(session, family)
        return family


def pass_days(database: Database, clock: FixedClock, days: int) -> int:
    """Let days pass, and the worker look once."""
    clock.time = NOON + days * DAY
    return jobs.let_time_pass(database, clock)


def row_of(database: Database, family: Family) -> AgreementRow:
    with database.reading() as session:
        return session.get_one(AgreementRow, family.agreement)


def told(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(MessageRow.kind == KIND)) or 0


def test_who_has_not_answered_is_reminded_twice_and_never_again(municipal: Database, clock: FixedClock) -> None:
    family_of(municipal)
    before = told(municipal)
    for days in range(13):
        pass_days(municipal, clock, days)
    assert told(municipal) - before == 2 * 3


def test_a_worker_that_was_away_reminds_once(municipal: Database, clock: FixedClock) -> None:
    family_of(municipal)
    assert [pass_days(municipal, clock, days) for days in (12, 12)] == [1, 0]


def test_nobody_is_reminded_at_night(municipal: Database, clock: FixedClock) -> None:
    family_of(municipal)
    clock.time = NOON + 6 * DAY + timedelta(hours=12)
    assert jobs.let_time_pass(municipal, clock) == 0


def test_what_nobody_touches_for_ninety_days_is_withdrawn_after_a_warning(
    municipal: Database, clock: FixedClock
) -> None:
    family = family_of(municipal)
    states = [(days, pass_days(municipal, clock, days), row_of(municipal, family).ending) for days in (12, 75, 76, 89)]
    assert [ending for _, _, ending in states] == [""] * 4
    assert pass_days(municipal, clock, 90) == 1
    assert row_of(municipal, family).ending == "withdrawn"


def test_who_was_away_for_long_is_warned_first(municipal: Database, clock: FixedClock) -> None:
    family = family_of(municipal)
    pass_days(municipal, clock, 200)
    assert row_of(municipal, family).ending == ""
    pass_days(municipal, clock, 214)
    assert row_of(municipal, family).ending == "withdrawn"


def signed_family(database: Database, *, is_complete: bool) -> Family:
    with database.writing() as session:
        family = settling(session)
        settle_food(session, family)
        row = family.row(session)
        people.confirm_contact(session, row, family.party(session, family.aase), by="staff", at=NOON)
        version = signing.lock(
            session, row, Frozen({"text": ["KANARIFUGL"]}, "nb"), by=family.aase, mover=Mover.RESIDENT, at=NOON
        )
        signers = (family.aase, family.kari, family.per, "municipality")
        for party in signers if is_complete else signers[:1]:
            given = Given(version.hash, "KANARIFUGL", Method.CODE_SMS, {"to": "KANARIFUGL"})
            signing.sign(session, row, version, party, given, at=NOON)
        return family


def test_a_text_that_not_all_sign_in_time_goes_back_to_settling(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=False)
    pass_days(municipal, clock, 13)
    assert row_of(municipal, family).round_state == "signing"
    pass_days(municipal, clock, 14)
    assert row_of(municipal, family).round_state == "settling"


def test_who_has_not_signed_is_reminded_twice_and_who_has_never(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=False)
    before = [one.get("party") for one in messages(municipal)]
    for days in range(14):
        pass_days(municipal, clock, days)
        pass_days(municipal, clock, days - 1)  # a clock that is set back reminds of nothing anew
    told_of = [one["party"] for one in messages(municipal)][len(before) :]
    assert sorted(told_of) == sorted([family.kari, family.per] * 2)


def test_an_agreement_is_over_after_its_last_day(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=True)
    pass_days(municipal, clock, 730)
    assert row_of(municipal, family).ending == ""
    pass_days(municipal, clock, 731)
    assert row_of(municipal, family).ending == "ended"


def test_a_review_is_reminded_of_a_fortnight_before_and_on_the_day(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=True)
    review = row_of(municipal, family).review_on
    assert review == date(2027, 2, 21)
    done = {days: pass_days(municipal, clock, days) for days in range(60, 130)}
    assert {days for days, number in done.items() if number} == {77, 91}


@pytest.mark.parametrize(
    ("since", "days", "then"),
    [
        (datetime(2027, 3, 27, 12, tzinfo=UTC), 1, datetime(2027, 3, 28, 11, tzinfo=UTC)),
        (datetime(2027, 10, 30, 12, tzinfo=UTC), 1, datetime(2027, 10, 31, 13, tzinfo=UTC)),
        (datetime(2028, 2, 28, 12, tzinfo=UTC), 2, datetime(2028, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_day_is_one_of_the_calendar_also_where_clocks_change(since: datetime, days: int, then: datetime) -> None:
    assert deadline(since, days) == then
    assert reminders_due(since, then - timedelta(hours=8), (days,)) == 1


def test_a_clock_that_is_set_back_does_nothing() -> None:
    facts = Facts(RoundState.CLARIFYING, is_in_force=False, since=NOON, changed_at=NOON, reminded=0)
    assert due(facts, NOON - DAY) is None
    assert due(facts, NOON + 5 * DAY) is Due.REMIND


@pytest.mark.parametrize(("days", "is_gone"), [(364, False), (365, True), (366, True)])
def test_an_agreement_goes_a_year_after_its_end_and_its_hash_stays(
    municipal: Database, clock: FixedClock, days: int, *, is_gone: bool
) -> None:
    family = signed_family(municipal, is_complete=True)
    with municipal.writing() as session:
        rounds.end(session, family.row(session), by=family.aase, mover=Mover.RESIDENT, at=NOON)
    clock.time = NOON + days * DAY
    dry = jobs.delete_what_is_due(municipal, clock, lambda _: 365, is_dry_run=True)
    assert dry["fjordvik"].deleted == int(is_gone)
    assert jobs.delete_what_is_due(municipal, clock, lambda _: 365) == dry
    assert (row_of(municipal, family).deleted_at is not None) is is_gone
    with municipal.reading() as session:
        version = session.scalars(select(VersionRow)).one()
        assert (len(version.hash), version.state) == (64, "ended")
        rows = sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in CONTENT)
        contacts = session.scalars(select(InvitationRow)).all()
    assert (rows == 0) is is_gone
    assert all(one.email is None and one.telephone is None for one in contacts) is is_gone


def test_a_second_run_deletes_nothing_and_the_log_keeps_a_count(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=True)
    with municipal.writing() as session:
        rounds.end(session, family.row(session), by=family.aase, mover=Mover.RESIDENT, at=NOON)
    clock.time = NOON + 400 * DAY
    runs = [jobs.delete_what_is_due(municipal, clock, lambda _: 365) for _ in range(2)]
    assert [run.get("fjordvik", None) and run["fjordvik"].deleted for run in runs] == [1, None]
    with municipal.reading() as session:
        found = session.scalars(select(Audit).where(Audit.action == Action.AGREEMENTS_DELETED)).all()
    assert [one.details for one in found] == [{"class": "agreement", "count": 1}]


def test_what_is_held_stays(municipal: Database, clock: FixedClock) -> None:
    family = signed_family(municipal, is_complete=True)
    with municipal.writing() as session:
        row = family.row(session)
        rounds.end(session, row, by=family.aase, mover=Mover.RESIDENT, at=NOON)
        row.is_held = True
    clock.time = NOON + 4000 * DAY
    assert jobs.delete_what_is_due(municipal, clock, lambda _: 0)["fjordvik"].held == 1
    assert row_of(municipal, family).deleted_at is None


def test_a_draft_that_is_held_stays_though_nobody_came_into_it(municipal: Database, clock: FixedClock) -> None:
    family = family_of(municipal, is_joined=False)
    with municipal.writing() as session:
        office.hold(session, family.row(session), is_held=True, by="kari", at=NOON)
    clock.time = NOON + 40 * DAY
    assert jobs.delete_what_is_due(municipal, clock, lambda _: 365)["fjordvik"].deleted == 0
    assert row_of(municipal, family).deleted_at is None


def test_a_draft_that_nobody_came_into_goes_after_a_day(municipal: Database, clock: FixedClock) -> None:
    family = family_of(municipal, is_joined=False)
    clock.time = NOON + timedelta(hours=23)
    assert jobs.delete_what_is_due(municipal, clock, lambda _: 365)["fjordvik"].deleted == 0
    clock.time = NOON + timedelta(hours=25)
    assert jobs.delete_what_is_due(municipal, clock, lambda _: 365)["fjordvik"].deleted == 1
    assert row_of(municipal, family).deleted_at is not None


def _text_of(_session: Session, _row: AgreementRow, _at: datetime) -> Frozen:
    return Frozen({"text": ["Per handler mat hver uke."]}, "nb")


def test_the_demonstration_has_an_agreement_in_every_state_once(municipal: Database) -> None:
    assert [demo.add_agreements(municipal, _text_of, at=NOON) for _ in range(2)] == [16, 0]
    with municipal.reading() as session:
        rows = session.scalars(select(AgreementRow).where(AgreementRow.municipality == "fjordvik")).all()
        standings = [queries.standing_of(row) for row in rows]
    assert {one.state for one in standings} == set(State)
    assert any(one.is_in_force and one.round is not RoundState.NONE for one in standings)


@contextmanager
def desk(settings: Settings, clock: FixedClock) -> Iterator[Papers]:
    papers = Papers(settings, clock)
    yield papers
    papers.close()


def test_a_notice_is_one_neutral_message_with_a_link_where_a_code_has_another_way(
    site_settings: Settings, clock: FixedClock
) -> None:
    database = Database(site_settings.database_url)
    with desk(site_settings, clock) as papers:
        from webapp.storage.keys import open_keys  # noqa: PLC0415 -- as the worker does

        open_keys(database, site_settings, clock)
        with database.writing() as session:
            family = start(session)
            row = family.row(session)
            people.invite(session, row, family.party(session, family.aase), by=family.kari, at=NOON)
            row.round_state = "clarifying"
            people.invite(session, row, family.party(session, family.per), by=family.aase, at=NOON)
        ways = delivery.handlers(database, clock, papers.desk, seal=papers.seal)
        outbox.drain(database, clock, ways, Event())
        sent = {one["kind"]: one["text"] for one in messages(database) if one["kind"] in {"sms", "mail"}}
        assert "/nb/avtale/kode" in sent["sms"]
        assert "/nb/avtale/i/" in sent["mail"]
        for name in ("Åse", "Kari", "Per", "Bjørnstad"):
            assert name not in sent["sms"] + sent["mail"]
        claimed = [one for one in messages(database) if one["kind"] == KIND]
        assert claimed == []
    database.close()


def test_a_notice_waits_while_somebody_writes_the_code_that_they_came_to_by_their_link(
    site_settings: Settings, clock: FixedClock
) -> None:
    database = Database(site_settings.database_url)
    with desk(site_settings, clock) as papers:
        from webapp.storage.keys import open_keys  # noqa: PLC0415 -- as the worker does

        open_keys(database, site_settings, clock)
        ways = delivery.handlers(database, clock, papers.desk, seal=papers.seal)
        with database.writing() as session:
            family = start(session)
            row, per = family.row(session), family.party(session, family.per)
            invited = invitation(session, "fjordvik", per.invitation or "")
            assert invited is not None
            codes.add_code(session, invited, Channel.SMS, "hash", browser="his", at=NOON)
            noting.tell(session, row, per, Notice.OPENED, at=NOON)
            kari = family.party(session, family.kari)
            noting.tell(session, row, kari, Notice.OPENED, at=NOON)
        outbox.drain(database, clock, ways, Event())
        sent = [one["to"] for one in messages(database) if one["kind"] in {"sms", "mail"}]
        assert sent == [KARI.telephone]  # nobody else waits for him
        clock.time = NOON + timedelta(minutes=20)
        outbox.drain(database, clock, ways, Event())
        sent = [one["to"] for one in messages(database) if one["kind"] in {"sms", "mail"}]
        assert sent == [KARI.telephone, PER.email]
    database.close()


def test_a_silent_agreement_and_who_has_left_are_told_nothing(site_settings: Settings, clock: FixedClock) -> None:
    database = Database(site_settings.database_url)
    with desk(site_settings, clock) as papers:
        from webapp.storage.keys import open_keys  # noqa: PLC0415 -- as the worker does

        open_keys(database, site_settings, clock)
        with database.writing() as session:
            family = start(session)
            row = family.row(session)
            people.invite(session, row, family.party(session, family.aase), by=family.kari, at=NOON)
            rounds.silence(session, row, by="staff", at=NOON)
        outbox.drain(database, clock, delivery.handlers(database, clock, papers.desk, seal=papers.seal), Event())
        assert [one for one in messages(database) if one["kind"] in {"sms", "mail"}] == []
    database.close()


def test_no_byte_of_what_was_said_is_left_in_the_file(
    municipal: Database, clock: FixedClock, settings: Settings
) -> None:
    family = signed_family(municipal, is_complete=True)
    with municipal.reading() as session:
        kept = [version.document_sealed for version in session.scalars(select(VersionRow))]
    with municipal.writing() as session:
        rounds.end(session, family.row(session), by=family.aase, mover=Mover.RESIDENT, at=NOON)
    clock.time = NOON + 400 * DAY
    jobs.delete_what_is_due(municipal, clock, lambda _: 365)
    municipal.close()
    content = b"".join(path.read_bytes() for path in Path(settings.data).glob("avklart.db*"))
    assert all(sealed.encode() not in content for sealed in kept)
    assert b"KANARIFUGL" not in content
