"""What is counted, through real requests: when it happens, once, without a name, and not where nothing happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import agreements
from tests.factories.people import Browser
from tests.factories.referrals import SENT, send
from tests.factories.site import DALSBYGD, HOST, ask
from tests.referrals.test_asking import address, fill, write
from webapp.agreements.actions import people
from webapp.agreements.actions.people import NewTask
from webapp.agreements.domain.findings import Finding, Gap, Outcome, Status, outcome
from webapp.agreements.queries import tasks
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError
from webapp.kernel.moments import Moment
from webapp.municipalities.models import MunicipalityRow
from webapp.referrals import queries as referrals
from webapp.referrals.actions import handling
from webapp.referrals.domain.deadlines import Within, answered_within
from webapp.referrals.domain.referral import Act
from webapp.storage.counters import Counters, CountRow
from webapp.storage.session import Database, happened

ENTRY = "/nb/abc/fall"
FALL = "guide.entry fall"


def counted(avklart: Avklart, moment: Moment, place: str = "fjordvik") -> dict[str, int]:
    """Answer what is stored of a moment, after everything that waits was written."""
    avklart.counters.flush()
    with avklart.database.reading() as session:
        wanted = select(CountRow).where(CountRow.name == moment.value, CountRow.municipality == place)
        rows = session.scalars(wanted).all()
        assert {row.day for row in rows} <= {date(2026, 11, 1)}, "a moment is counted by the month, and no nearer"
        return {row.word: row.number for row in rows}


def test_a_page_is_counted_each_time_it_is_given_out_also_from_the_front(avklart: Avklart) -> None:
    for _ in range(3):
        assert ask(avklart.front, ENTRY).status == 200
    etag = ask(avklart.front, ENTRY).headers["ETag"]
    assert ask(avklart.front, ENTRY, headers={"If-None-Match": etag}).status == 304
    ask(avklart.front, "/nn/abc/fall", headers={"Accept-Encoding": "br"})
    assert avklart.front.hits >= 4
    assert counted(avklart, Moment.PAGE) == {FALL: 6}
    ask(avklart.front, ENTRY)
    assert counted(avklart, Moment.PAGE) == {FALL: 7}


def test_what_is_no_page_and_who_is_nobody_is_not_counted(avklart: Avklart) -> None:
    ask(avklart.front, ENTRY)
    for _ in range(2):
        ask(avklart.front, ENTRY, method="HEAD")
        ask(avklart.front, ENTRY, headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
        ask(avklart.front, ENTRY, headers={"HX-Request": "true"})
        ask(avklart.front, "/sitemap.xml")
        ask(avklart.front, "/api/tjenester.json")
        ask(avklart.front, "/nb/abc/finnes-ikke")
        ask(avklart.front, "/innlogging")
    assert counted(avklart, Moment.PAGE) == {FALL: 1}


def test_each_municipality_has_its_own_counts(avklart: Avklart) -> None:
    ask(avklart.front, ENTRY, host=HOST)
    for _ in range(2):
        ask(avklart.front, ENTRY, host=f"{DALSBYGD}:8000")
    assert counted(avklart, Moment.PAGE) == {FALL: 1}
    assert counted(avklart, Moment.PAGE, "dalsbygd") == {FALL: 2}


def test_no_reading_is_lost_while_counts_are_written(avklart: Avklart) -> None:
    ask(avklart.front, ENTRY)

    def read() -> None:
        for _ in range(200):
            ask(avklart.front, ENTRY)

    readers = [Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    while any(one.is_alive() for one in readers):
        avklart.counters.flush()
    for one in readers:
        one.join()
    assert counted(avklart, Moment.PAGE) == {FALL: 601}


def test_a_search_is_counted_and_says_whether_it_found_something(avklart: Avklart) -> None:
    for query in ("fall", "fall", "xyzzyx", ""):
        ask(avklart.front, "/nb/sok", f"q={query}")
    assert counted(avklart, Moment.SEARCH) == {"hit": 2, "no hit": 1}


CHECK = "/nb/selvsjekk/who5"


def answer(browser: Browser, *numbers: int, value: str = "1") -> None:
    for number in numbers:
        browser.get(f"{CHECK}/sporsmal/{number}")
        browser.post(f"{CHECK}/sporsmal/{number}", answer=value)


def test_a_self_check_is_counted_by_how_far_people_come(avklart: Avklart, browser: Browser) -> None:
    answer(browser, 1, 2)
    assert counted(avklart, Moment.CHECK_ANSWERED) == {"who5 q1": 1, "who5 q2": 1}
    assert counted(avklart, Moment.CHECK_REACHED) == {"who5 q2": 1, "who5 q3": 1}
    assert counted(avklart, Moment.CHECK_DONE) == {}


def test_a_result_is_counted_once_with_its_band_however_often_it_is_changed(avklart: Avklart, browser: Browser) -> None:
    answer(browser, 1, 2, 3, 4, 5)
    assert counted(avklart, Moment.CHECK_DONE) == {"who5 very-low": 1}
    answer(browser, 2, 5, value="5")
    browser.get(f"{CHECK}/resultat")
    assert counted(avklart, Moment.CHECK_DONE) == {"who5 very-low": 1}
    assert counted(avklart, Moment.CHECK_ANSWERED)["who5 q2"] == 1


def test_an_answer_that_is_refused_is_not_counted(avklart: Avklart, browser: Browser) -> None:
    browser.get(f"{CHECK}/sporsmal/1")
    browser.post(f"{CHECK}/sporsmal/1", status=422, answer="made up")
    assert counted(avklart, Moment.CHECK_ANSWERED) == {}


def test_a_referral_is_counted_by_screen_door_and_subject(avklart: Avklart) -> None:
    resident = Browser(avklart)
    fill(resident, "kontakt")
    assert counted(avklart, Moment.REFERRAL_SCREEN) == {"for": 1, "om": 1, "fortell": 1}
    fill(resident)
    write(resident, address("se-over"))
    assert counted(avklart, Moment.REFERRAL_SENT) == {"message": 1}
    assert counted(avklart, Moment.REFERRAL_ABOUT) == {"falls": 1, "aids": 1}
    assert counted(avklart, Moment.REFERRAL_SCREEN)["se-over"] == 1


def test_a_referral_sent_twice_is_counted_once_and_an_answer_by_how_long_it_took(avklart: Avklart) -> None:
    row = send(avklart.database, SENT, key="the key of a form that is sent twice")
    send(avklart.database, SENT, key="the key of a form that is sent twice")
    for _ in range(2):
        with avklart.database.writing() as session:
            found = referrals.referral(session, "fjordvik", row.id, is_held=True)
            handling.tell(session, found, Act.ANSWERED, "Vi ringer.", by="staff", at=NOON, way="letter")
    assert counted(avklart, Moment.REFERRAL_SENT) == {"message": 1}
    assert counted(avklart, Moment.REFERRAL_ANSWERED) == {"1": 1}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Within.DAY),
        (1, Within.DAY),
        (2, Within.THREE_DAYS),
        (7, Within.WEEK),
        (30, Within.MONTH),
        (31, Within.LONGER),
    ],
)
def test_the_time_to_an_answer_is_a_class(days: int, expected: Within) -> None:
    assert answered_within(NOON, NOON + timedelta(days=days)) is expected


def test_an_agreement_is_counted_step_by_step_and_its_comparison_by_task(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = agreements.start(session)
        agreements.join_all(session, family)
        agreements.answer_all(session, family)
    assert counted(avklart, Moment.AGREEMENT) == {"started": 1, "answered": 3, "compared": 1}
    found = counted(avklart, Moment.FINDING)
    assert set(found) == {"gi-medisin nobody", "handle-mat agreed", "gulvvask agreed", "snomaking municipality"}


def test_what_is_rolled_back_has_not_happened(avklart: Avklart) -> None:
    def begin() -> None:
        with avklart.database.writing() as session:
            agreements.start(session)
            raise ConflictError("somebody was first")

    with pytest.raises(ConflictError):
        begin()
    assert counted(avklart, Moment.AGREEMENT) == {}


def test_an_own_task_is_never_named(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = agreements.start(session)
        people.add_tasks(session, family.row(session), [NewTask("", "home", title="Mate katten")], by=family.kari)
        agreements.join_all(session, family)
        agreements.answer_all(session, family)
        own = [one.key for one in tasks(session, family.row(session)) if one.title]
    assert own
    assert not any(key in word for key in own for word in counted(avklart, Moment.FINDING))


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (Finding("a", Status.UNANSWERED), None),
        (Finding("a", Status.NOT_NEEDED), None),
        (Finding("a", Status.AGREED_APPLY), Outcome.AGREED),
        (Finding("a", Status.BEYOND_MUNICIPALITY), Outcome.MUNICIPALITY),
        (Finding("a", Status.DIFFERENT, gaps=(Gap(frozenset("x"), "ours", None),)), Outcome.MUNICIPALITY),
        (Finding("a", Status.DIFFERENT, gaps=(Gap(frozenset("x"), "kari", None),)), Outcome.FAMILY),
        (Finding("a", Status.DIFFERENT, gaps=(Gap(frozenset("x"), "aase", None),)), Outcome.RESIDENT),
        (Finding("a", Status.DIFFERENT), Outcome.OTHER),
    ],
)
def test_an_outcome_says_of_whom_more_was_expected(finding: Finding, expected: Outcome | None) -> None:
    kinds = {"ours": "municipality", "kari": "caregiver", "aase": "resident"}
    assert outcome(finding, kinds) is expected


@pytest.fixture
def counting(any_database: Database, clock: FixedClock) -> Iterator[Counters]:
    found = Counters(any_database, clock)
    yield found
    found.close()


def test_moments_reach_both_kinds_of_database_only_by_a_commit(any_database: Database, counting: Counters) -> None:
    with any_database.writing() as session:
        session.add(MunicipalityRow(code="fjordvik", created_at=NOON))
        happened(session, "fjordvik", Moment.AGREEMENT, "started")

    def fail() -> None:
        with any_database.writing() as session:
            happened(session, "fjordvik", Moment.AGREEMENT, "started")
            raise ConflictError("somebody was first")

    with pytest.raises(ConflictError):
        fail()
    counting.flush()
    with any_database.reading() as session:
        assert [row.number for row in session.scalars(select(CountRow))] == [1]
