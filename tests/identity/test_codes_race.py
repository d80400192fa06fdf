"""Two at once: one code is used by one process alone, and what was stopped, bound or counted is seen by the other."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from threading import Event

import pytest
from sqlalchemy import text

from tests.conftest import NOON
from tests.factories.outbox import with_keys
from tests.identity.ways import MINUTE, Way, invitation
from webapp.identity.actions import codes, invitations, residents
from webapp.identity.domain.codes import Channel
from webapp.identity.models import CodeRow, ResidentRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import NotAllowedError
from webapp.settings import Settings, load
from webapp.storage.keys import open_keys
from webapp.storage.session import Database

ROUNDS = 50
TOGETHER = multiprocessing.get_context("spawn")


@pytest.fixture
def coded(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def use_all(url: str, folder: str, ways: list[str], start: Barrier, results: multiprocessing.Queue[list[str]]) -> None:
    """Try the right code of every invitation, each at the same moment as the other process does."""
    database = Database(url)
    open_keys(database, load({"AVKLART_DATA": folder}), FixedClock(NOON))
    found = []
    for one in ways:
        start.wait(60)
        found.append(Way(database, one).attempt("browser", "123456", NOON + MINUTE))
    results.put(found)
    database.close()


def test_of_two_processes_that_use_one_code_at_once_one_wins(coded: Database, settings: Settings) -> None:
    ways = [invitation(coded) for _ in range(ROUNDS)]
    for one in ways:
        assert Way(coded, one).send("browser", "123456", NOON)
    url = coded.engine.url.render_as_string(hide_password=False)
    start, results = TOGETHER.Barrier(2), TOGETHER.Queue()
    processes = [TOGETHER.Process(target=use_all, args=(url, str(settings.data), ways, start, results)) for _ in "ab"]
    for process in processes:
        process.start()
    one, another = results.get(timeout=120), results.get(timeout=120)
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert [sorted(pair) for pair in zip(one, another, strict=True)] == [["in", "wrong"]] * ROUNDS
    assert all(Way(coded, way).attempt("browser", "123456", NOON + MINUTE) == "wrong" for way in ways)


def test_tries_at_once_are_all_counted(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    way.send("browser", "123456", NOON)

    def look(_number: int) -> int:
        with coded.writing() as session:
            return len(codes.count_try(session, "fjordvik", way.id, "browser", "000000", at=NOON).codes)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(look, range(24))) == 5


def test_codes_asked_for_at_once_are_no_more_than_three(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(lambda number: way.send(f"browser {number}", "123456", NOON), range(12)))
    assert sum(sent) == 3


def let_another_wait(database: Database, begun: Event) -> None:
    """Let the other thread begin, and go on when it waits for a lock that this one holds, or has gone on by itself."""
    begun.set()
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with database.engine.connect() as connection:
        for _ in range(3000):
            if connection.execute(waiting).scalar():
                return


def while_another_waits(first: Callable[[Event], None], second: Callable[[], str]) -> str:
    """Do a thing in a transaction that is committed when another has begun to wait for it; answer what that came to."""
    begun = Event()

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(first, begun)
        assert begun.wait(30)
        answer = pool.submit(second)
        holding.result(60)
        return answer.result(60)


@pytest.mark.postgresql
def test_nothing_is_sent_to_whoever_says_not_me_at_the_same_moment(
    postgresql_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(postgresql_database, settings, clock)
    way = Way(database, invitation(database))

    def say_not_me(begun: Event) -> None:
        with database.writing() as session:
            invitations.stop_messages(session, way.row(session), at=NOON)
            session.flush()
            let_another_wait(database, begun)

    def send() -> str:
        with database.writing() as session:
            found = way.row(session)
            codes.add_code(session, found, Channel.SMS, "hash", browser="browser", at=NOON)
            invitations.send(session, found, Channel.SMS, {"text": "x"}, at=NOON)
            return "sent" if any("outbox" in str(row.__tablename__) for row in session.new) else "not sent"

    assert while_another_waits(say_not_me, send) == "not sent"


@pytest.mark.postgresql
def test_using_a_code_and_sending_another_do_not_wait_for_each_other_for_ever(
    postgresql_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(postgresql_database, settings, clock)
    way = Way(database, invitation(database))
    way.send("browser", "123456", NOON)
    with database.reading() as session:
        (code,) = session.query(CodeRow).all()

    def use(begun: Event) -> None:
        with database.writing() as session:
            assert codes.use_code(session, way.row(session), code.id, at=NOON)
            let_another_wait(database, begun)

    assert while_another_waits(use, lambda: str(way.send("another", "123456", NOON))) == "True"


@pytest.mark.postgresql
def test_of_two_residents_who_show_at_once_that_an_invitation_is_theirs_one_is_refused(
    postgresql_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(postgresql_database, settings, clock)
    way = Way(database, invitation(database))
    with database.writing() as session:
        people = [residents.recognise(session, "fjordvik", pid, at=NOON) for pid in ("01017012345", "02027012345")]

    def bind(begun: Event) -> None:
        with database.writing() as session:
            residents.bind(session, "fjordvik", way.id, people[0], at=NOON)
            session.flush()
            let_another_wait(database, begun)

    def bind_another() -> str:
        try:
            with database.writing() as session:
                residents.bind(session, "fjordvik", way.id, people[1], at=NOON)
        except NotAllowedError:
            return "refused"
        return "bound"

    assert while_another_waits(bind, bind_another) == "refused"
    with database.reading() as session:
        assert way.row(session).resident == people[0].id


@pytest.mark.postgresql
def test_somebody_who_comes_for_the_first_time_in_two_windows_at_once_is_one_resident(
    postgresql_database: Database, settings: Settings, clock: FixedClock
) -> None:
    database = with_keys(postgresql_database, settings, clock)

    def come(begun: Event) -> None:
        with database.writing() as session:
            residents.recognise(session, "fjordvik", "01017012345", at=NOON)
            let_another_wait(database, begun)

    def come_too() -> str:
        with database.writing() as session:
            return residents.recognise(session, "fjordvik", "01017012345", at=NOON).id

    found = while_another_waits(come, come_too)
    with database.reading() as session:
        assert [row.id for row in session.query(ResidentRow)] == [found]
