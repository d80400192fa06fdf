"""Tries are counted for all processes together, on each kind of storage, and nobody can lock somebody else out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from limits.storage import Storage
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select, text

from tests.conftest import NOON
from tests.factories.people import QUICK, Browser, add_staff
from tests.factories.servers import free_port
from tests.factories.site import until
from webapp.app import Avklart, create_app
from webapp.identity import arrival
from webapp.identity.views import provider
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import TooManyError
from webapp.settings import Settings
from webapp.storage.session import Database
from webapp.storage.tallies import Tallies, TallyRow, forget_old_tallies
from webapp.web import throttle as module
from webapp.web.throttle import EXTENSION, Limit, Throttle, network

SECRET = b"of the tests alone"
THREE = Limit("a thing", 3)
HERE, THERE = "203.0.113.7", "198.51.100.9"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
Make = Callable[[], Storage]


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of the tests' own."""
    found = shutil.which("redis-server")
    assert found, "there is no Redis server: run tools/prepare_tests"
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with subprocess.Popen([found, *options], stdout=subprocess.DEVNULL) as server:
        with Redis(port=port) as client:
            assert until(lambda: answers(client)), "the Redis server does not answer"
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def answers(client: Redis) -> bool:
    """Tell whether a Redis server answers."""
    try:
        return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture
def clean_redis(redis_url: str) -> str:
    """The address of a Redis server that holds nothing."""
    with Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "redis"]


@pytest.fixture(params=KINDS)
def any_address(request: pytest.FixtureRequest) -> str:
    """The address of an empty storage of each kind in turn."""
    if request.param == "redis":
        return str(request.getfixturevalue("clean_redis"))
    found: Database = request.getfixturevalue("database" if request.param == "sqlite" else "postgresql_database")
    return found.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def any_throttle(any_address: str) -> Iterator[Throttle]:
    """A throttle on each kind of storage in turn."""
    storage, close = storage_of(any_address)
    yield Throttle(storage, SECRET, FixedClock(NOON))
    close()


def storage_of(address: str) -> tuple[Storage, Callable[[], None]]:
    """Open a storage by its address; answer it, and what closes it."""
    if address.startswith("redis"):
        found = module._on_redis(address)
        return found, found.storage.close  # type: ignore[attr-defined]
    database = Database(address)
    return Tallies(database, FixedClock(NOON)), database.close


@pytest.fixture
def clocked(any_database: Database, clock: FixedClock) -> Throttle:
    """A throttle on a database, whose clock the test moves."""
    return Throttle(Tallies(any_database, clock), SECRET, clock)


def seconds_refused(throttle: Throttle, limit: Limit, *what: str) -> int:
    """Count a try that is one too many; answer how long to wait."""
    with pytest.raises(TooManyError) as refused:
        throttle.hit(limit, *what)
    return refused.value.seconds


def test_so_many_tries_are_taken_and_the_next_is_refused(any_throttle: Throttle) -> None:
    for _ in range(3):
        assert not any_throttle.is_full(THREE, "kari", HERE)
        any_throttle.hit(THREE, "kari", HERE)
    assert any_throttle.is_full(THREE, "kari", HERE)
    for _ in range(3):
        assert 1 <= seconds_refused(any_throttle, THREE, "kari", HERE) <= module.HOUR
        assert not any_throttle.count(THREE, "kari", HERE)


def test_to_look_whether_it_is_full_counts_nothing(any_throttle: Throttle) -> None:
    for _ in range(10):
        assert not any_throttle.is_full(THREE, "kari", HERE)
    assert [any_throttle.count(THREE, "kari", HERE) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    "other",
    [("kari", THERE), ("ola", HERE), (HERE, "kari"), ("kari",), (HERE,), ("dalsbygd", "kari", HERE), ("KARI", HERE)],
)
def test_who_is_refused_locks_nobody_else_out(any_throttle: Throttle, other: tuple[str, ...]) -> None:
    for _ in range(20):
        any_throttle.count(THREE, "kari", HERE)
    assert not any_throttle.is_full(THREE, *other)
    any_throttle.hit(THREE, *other)


def test_limits_of_other_names_and_numbers_are_counted_by_themselves(any_throttle: Throttle) -> None:
    for _ in range(4):
        any_throttle.count(THREE, "kari", HERE)
    for other in (Limit("another thing", 3), Limit("a thing", 4), Limit("a thing", 3, 60)):
        assert not any_throttle.is_full(other, "kari", HERE)


def test_who_has_shown_that_it_was_them_begins_anew_and_nobody_else_does(any_throttle: Throttle) -> None:
    for who in ("kari", "ola"):
        for _ in range(3):
            any_throttle.hit(THREE, who, HERE)
    any_throttle.forget(THREE, "kari", HERE)
    any_throttle.forget(THREE, "nobody", HERE)
    assert not any_throttle.is_full(THREE, "kari", HERE)
    assert any_throttle.is_full(THREE, "ola", HERE)


def test_a_window_begins_with_the_first_try_and_ends_at_its_time(clocked: Throttle, clock: FixedClock) -> None:
    for minutes in (0, 20, 40):
        clock.time = NOON + timedelta(minutes=minutes)
        clocked.hit(THREE, HERE)
    clock.time = NOON + HOUR - SECOND
    assert seconds_refused(clocked, THREE, HERE) == 1
    clock.time = NOON + HOUR
    assert not clocked.is_full(THREE, HERE)
    assert [clocked.count(THREE, HERE) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(("passed", "left"), [(0.0, 3600), (0.5, 3600), (1.0, 3599), (3598.9, 2), (3599.5, 1)])
def test_the_time_to_wait_is_said_in_whole_seconds_and_never_too_short(
    clocked: Throttle, clock: FixedClock, passed: float, left: int
) -> None:
    for _ in range(3):
        clocked.hit(THREE, HERE)
    clock.time = NOON + timedelta(seconds=passed)
    assert seconds_refused(clocked, THREE, HERE) == left
    clock.time += timedelta(seconds=left)
    clocked.hit(THREE, HERE)


def test_tries_that_are_refused_make_nobody_wait_longer(clocked: Throttle, clock: FixedClock) -> None:
    for minute in range(60):
        clock.time = NOON + timedelta(minutes=minute)
        clocked.count(THREE, HERE)
    clock.time = NOON + HOUR
    clocked.hit(THREE, HERE)


def test_a_window_ends_on_redis_too(clean_redis: str) -> None:
    storage, close = storage_of(clean_redis)
    throttle, short = Throttle(storage, SECRET, FixedClock(NOON)), Limit("a short thing", 1, 1)
    throttle.hit(short, HERE)
    assert throttle.is_full(short, HERE)
    assert until(lambda: not throttle.is_full(short, HERE))
    throttle.hit(short, HERE)
    close()


def try_often(address: str, times: int, together: Barrier, taken: Queue[int]) -> None:
    """Count in a process of its own, at the same time as the others; tell how many tries were taken."""
    storage, close = storage_of(address)
    throttle = Throttle(storage, SECRET, FixedClock(NOON))
    together.wait(60)
    taken.put(sum(throttle.count(Limit("a race", 100), HERE) for _ in range(times)))
    close()


def test_two_processes_count_together_and_exactly(any_address: str) -> None:
    context = get_context("spawn")
    taken: Queue[int] = context.Queue()
    together = context.Barrier(2)
    processes = [context.Process(target=try_often, args=(any_address, 90, together, taken)) for _ in range(2)]
    for process in processes:
        process.start()
    assert sum(taken.get(timeout=60) for _ in processes) == 100
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    storage, close = storage_of(any_address)
    (key,) = keys_of(any_address)
    assert storage.get(key) == 180, "a try that was refused counts, too"
    close()


def keys_of(address: str) -> list[str]:
    """Answer the keys under which a storage counts."""
    if address.startswith("redis"):
        with Redis.from_url(address) as client:
            return [key.decode().removeprefix("LIMITS:") for key in client.scan_iter()]
    database = Database(address)
    with database.reading() as session:
        found = list(session.scalars(select(TallyRow.key)))
    database.close()
    return found


def test_what_is_counted_under_names_nobody(any_throttle: Throttle, any_address: str) -> None:
    any_throttle.hit(THREE, "fjordvik", "kari@fjordvik.example", HERE)
    (key,) = keys_of(any_address)
    assert re.fullmatch(r"LIMITER/a thing/[0-9a-f]{32}/3/3600/second", key)
    other = Throttle(storage_of(any_address)[0], b"another secret", FixedClock(NOON))
    assert other._key(("kari",)) != any_throttle._key(("kari",)), "who reads the counts could try all addresses"


def test_every_key_of_ours_fits_into_its_column(database: Database, clock: FixedClock) -> None:
    throttle = Throttle(Tallies(database, clock), SECRET, clock)
    limits = [one for room in (arrival, provider) for one in vars(room).values() if isinstance(one, Limit)]
    assert len(limits) >= 8
    for limit in limits:
        for held in (limit, limit.of(3)):
            throttle.count(held, "x" * 4000, HERE)
    with database.reading() as session:
        keys = list(session.scalars(select(TallyRow.key)))
    assert len(set(keys)) == 2 * len(set(limits))
    assert max(map(len, keys)) <= 160


def test_a_share_of_a_limit_is_at_least_one() -> None:
    assert Limit("x", 60, 5).of(3) == Limit("x", 20, 5)
    assert Limit("x", 10).of(3).most == 3
    assert Limit("x", 2).of(3).most == 1


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.7", "::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:3::1"),
        ("::1", "::2", "127.0.0.1"),
        ("fe80::1%eth0", "fe80::2%eth1", "fe80:0:0:1::1"),
        ("", "", "x"),
        ("no address", "no address", "another"),
    ],
)
def test_a_network_is_an_address_or_the_64_bits_that_one_subscriber_has(
    standing: Avklart, address: str, same: str, other: str
) -> None:
    def seen(remote: str) -> str:
        with standing.flask.test_request_context("/", environ_base={"REMOTE_ADDR": remote}):
            return network()

    assert seen(address) == seen(same) != seen(other)
    assert len(seen("x" * 10_000)) <= 45


def test_old_counts_are_deleted_and_living_ones_kept(any_database: Database, clock: FixedClock) -> None:
    throttle = Throttle(Tallies(any_database, clock), SECRET, clock)
    throttle.count(THREE, "old")
    clock.time = NOON + timedelta(minutes=30)
    throttle.count(THREE, "young")
    for passed, number in ((HOUR - SECOND, 0), (HOUR, 1), (HOUR, 0)):
        with any_database.writing() as session:
            assert forget_old_tallies(session, NOON + passed) == number
    assert [throttle.count(THREE, "young") for _ in range(3)] == [True, True, False]


def test_the_counts_are_a_storage_as_the_library_wants_it(any_database: Database, clock: FixedClock) -> None:
    tallies = Tallies(any_database, clock)
    assert tallies.check()
    assert tallies.get("nothing") == 0
    assert tallies.get_expiry("nothing") == clock.now().timestamp()
    assert [tallies.incr("a", 10), tallies.incr("a", 10, 5), tallies.incr("b", 20)] == [1, 6, 1]
    assert (tallies.get("a"), tallies.get_expiry("a")) == (6, NOON.timestamp() + 10)
    tallies.clear("a")
    assert (tallies.get("a"), tallies.get("b")) == (0, 1)
    assert tallies.reset() == 1
    assert tallies.get("b") == 0
    with any_database.writing() as session:
        session.execute(text("DROP TABLE tally"))
    with pytest.raises(tallies.base_exceptions):
        tallies.check()
    with any_database.writing() as session:  # so that the schema can be taken down
        TallyRow.__table__.create(session.connection())  # type: ignore[attr-defined]


def on_redis(site: Avklart) -> Storage:
    """Answer the storage of an application's throttle."""
    found: Throttle = site.flask.extensions[EXTENSION]
    return found._limiter.storage


@pytest.mark.parametrize(
    ("address", "host", "is_encrypted"),
    [
        ("redis://valkey:6379/1", "valkey", False), ("valkey://redis:6379/1", "redis", False),
        ("rediss://valkeys.example:6379/1", "valkeys.example", True),
        ("valkeys://x:valkey@v.example/1", "v.example", True),
    ],
)  # fmt: skip
def test_a_server_of_counts_is_the_one_that_the_settings_name(
    site_settings: Settings, address: str, host: str, is_encrypted: bool  # noqa: FBT001 -- an example's answer
) -> None:  # fmt: skip
    site = create_app(replace(site_settings, redis_url=address), clock=FixedClock(NOON), hasher=QUICK)
    pool = on_redis(site).storage.connection_pool  # type: ignore[attr-defined]
    assert (pool.connection_kwargs["host"], pool.connection_kwargs["db"]) == (host, 1)
    assert ("SSL" in pool.connection_class.__name__) == is_encrypted
    site.database.close()


@pytest.fixture(params=["database", "redis"])
def door(
    request: pytest.FixtureRequest, site_settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart]
) -> Iterator[Avklart]:
    """The whole application with Kari's account, its counts in the database and on Redis in turn."""
    url = request.getfixturevalue("clean_redis") if request.param == "redis" else ""
    found = make_site(replace(site_settings, redis_url=url), clock=clock, hasher=QUICK)
    add_staff(found.database, at=NOON)
    yield found
    if url:
        on_redis(found).storage.close()  # type: ignore[attr-defined]
    found.database.close()


def test_who_guesses_in_a_loop_is_refused_and_told_when_to_come_back(door: Avklart) -> None:
    guesser, kari = Browser(door, address=THERE), Browser(door, address=HERE)
    for number in range(10):
        guesser.sign_in(password=f"gjetning {number}", status=422)
    for _ in range(3):
        refused = guesser.sign_in(password="gjetning", status=429)
        assert 1 <= int(refused.response.headers["Retry-After"]) <= module.HOUR
        assert not guesser.cookie()
    guesser.sign_in(status=429)  # the right password is no way around it
    kari.sign_in()
    assert kari.cookie(), "somebody else's guesses lock nobody out"


def test_what_was_tried_is_not_forgotten_by_what_was_refused_for_another_reason(door: Avklart) -> None:
    guesser = Browser(door, address=THERE)
    for _ in range(10):
        guesser.sign_in(password="gjetning", status=422)
        assert guesser.send("/innlogging", email="", password="").status_code == 422
        assert guesser.raw("/innlogging", "POST", headers={"Origin": "null"}).status_code == 403
    guesser.sign_in(password="gjetning", status=429)


def test_pages_that_are_only_looked_at_are_not_counted(door: Avklart) -> None:
    browser = Browser(door)
    for _ in range(70):
        for path in ("/innlogging", "/nb/avtale/kode", "/innlogging/glemt", "/nb/avtale/i/x"):
            assert browser.raw(path).status_code in {200, 410}
    with door.database.reading() as session:
        assert session.scalars(select(TallyRow.key)).all() == []


def test_no_count_and_no_log_line_holds_who_tried_or_from_where(door: Avklart, site_settings: Settings) -> None:
    guesser = Browser(door, address="2001:db8:ca:fe::1")
    guesser.sign_in(email="kanarifugl@fjordvik.example", password="kanariord", status=422)
    stored = b"".join(path.read_bytes() for path in Path(site_settings.data).glob("avklart.db*"))
    for canary in (b"kanari", b"2001:db8", str(0x20010DB800CA00FE).encode(), bytes.fromhex("20010db800ca00fe")):
        assert canary not in stored


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_without_its_server_of_counts_nobody_comes_in_and_everything_else_works(
    site_settings: Settings, clock: FixedClock, scheme: str
) -> None:
    """What cannot be counted is not tried: an error never opens a door."""
    url = f"{scheme}://:kanarifugl@127.0.0.1:{free_port()}/0"
    site = create_app(replace(site_settings, redis_url=url), clock=clock, hasher=QUICK)
    add_staff(site.database, at=NOON)
    browser = Browser(site)
    page = browser.sign_in(status=503)
    assert page.response.headers["Retry-After"] == "5"
    assert "kanarifugl" not in page.response.get_data(as_text=True)
    assert not browser.cookie()
    browser.get("/nb/")
    site.database.close()
