"""One-time codes by themselves: who gets in, whatever is sent, tried and waited for in whatever order (L1b, L3, L4)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.factories.outbox import with_keys
from tests.identity.ways import HOUR, MINUTE, Way, invitation
from webapp.identity.actions import codes
from webapp.identity.domain.codes import (
    MOST_SENT_AN_HOUR,
    MOST_TRIES,
    Channel,
    channel_of_new_link,
    channels,
    is_alive,
    is_handed,
    sender_of,
)
from webapp.identity.models import CodeRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import TooManyError
from webapp.kernel.ids import READABLE, clean_code, new_digits, new_id, new_readable, new_secret, write_readable
from webapp.settings import Settings
from webapp.storage.session import Database


@pytest.mark.parametrize("link", list(Channel))
@pytest.mark.parametrize("has_email", [True, False])
@pytest.mark.parametrize("has_telephone", [True, False])
def test_a_code_never_goes_by_the_channel_of_the_link(link: Channel, *, has_email: bool, has_telephone: bool) -> None:
    found = channels(link, has_email=has_email, has_telephone=has_telephone)
    assert link not in found
    assert (Channel.SMS in found) == (has_telephone and link is not Channel.SMS)
    assert (Channel.EMAIL in found) == (has_email and link is not Channel.EMAIL)


@given(st.text(max_size=40), st.lists(st.sampled_from([Channel.SMS, Channel.EMAIL]), unique=True))
@example("handed", [Channel.SMS])
@example("paper", [])
def test_whatever_is_asked_for_only_an_allowed_channel_is_chosen(wanted: str, allowed: list[Channel]) -> None:
    found = sender_of(wanted, allowed)
    assert found in allowed if allowed else found is None
    assert found == wanted or wanted not in allowed


@pytest.mark.parametrize("came_by", [Channel.SMS, Channel.EMAIL, Channel.PAPER])
@pytest.mark.parametrize("has_email", [True, False])
@pytest.mark.parametrize("has_telephone", [True, False])
def test_a_new_link_takes_no_way_for_a_code_away(came_by: Channel, *, has_email: bool, has_telephone: bool) -> None:
    reachable = channels(Channel.PAPER, has_email=has_email, has_telephone=has_telephone)
    found = channel_of_new_link(came_by, reachable)
    ways_before = channels(came_by, has_email=has_email, has_telephone=has_telephone)
    ways_after = channels(found or came_by, has_email=has_email, has_telephone=has_telephone)
    assert bool(ways_after) == bool(ways_before)


@pytest.mark.parametrize(
    ("minutes", "alive"), [(0, True), (9.99, True), (10, False), (1000, False), (-0.5, True), (-2, False), (-60, False)]
)
def test_a_code_lives_for_ten_minutes_and_no_clock_gives_it_more(minutes: float, *, alive: bool) -> None:
    assert is_alive(NOON, NOON + 10 * MINUTE, NOON + timedelta(minutes=minutes)) is alive


def test_secrets_and_codes_are_as_hard_to_guess_as_was_promised() -> None:
    for _ in range(200):
        assert len(bytes.fromhex(new_id())) * 8 == 128
        assert re.fullmatch(r"[\w-]{43}", new_secret(), re.ASCII)  # 256 bits in letters of six
        assert re.fullmatch(r"\d{6}", new_digits(), re.ASCII)
        assert set(new_readable()) <= set(READABLE)
    assert len(READABLE) ** 8 == 2**40
    assert not set(READABLE) & set("01IO")
    assert len({new_secret() for _ in range(2000)}) == 2000
    assert len({new_digits()[0] for _ in range(500)}) == 10  # all of them, those that begin with 0 too


BESIDE = st.text(" -–_.\t\n\u00a0", max_size=3)


@given(st.data())
def test_a_readable_code_is_taken_however_it_is_written(data: st.DataObject) -> None:
    code = new_readable()
    written = "".join(
        data.draw(BESIDE) + (sign.lower() if data.draw(st.booleans()) else sign) for sign in write_readable(code)
    )
    assert clean_code(written) == code
    assert is_handed(clean_code(written))


@given(st.text(max_size=5000))
def test_whatever_is_written_a_code_is_looked_at_in_part_only(written: str) -> None:
    assert len(clean_code(written)) <= 3 * 80  # capitals of one letter may be three: ΐ


@pytest.fixture
def coded(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def test_of_a_hundred_guesses_in_a_loop_five_are_looked_at(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    way.send("browser", "123456", NOON)
    looked_at = 0
    for _ in range(100):
        with coded.writing() as session:
            looked_at += len(codes.count_try(session, "fjordvik", way.id, "browser", "000000", at=NOON).codes)
    assert looked_at == MOST_TRIES
    assert way.attempt("browser", "123456", NOON) == "wrong"


def test_tries_count_that_crash_before_they_are_looked_at(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    way.send("browser", "123456", NOON)
    assert {way.attempt("browser", "123456", NOON, crashes=True) for _ in range(MOST_TRIES)} == {"wrong"}
    assert way.attempt("browser", "123456", NOON) == "wrong"


def test_sixteen_tries_a_day_are_one_too_many_and_a_new_link_begins_anew(coded: Database) -> None:
    way, at = Way(coded, invitation(coded)), NOON
    for number in range(3):
        assert way.send("browser", "123456", at)
        assert [way.attempt("browser", "000000", at) for _ in range(5)] == ["wrong"] * 5, number
        at += MINUTE
    at += HOUR
    assert way.send("browser", "123456", at)
    assert way.attempt("browser", "123456", at) == "too many"
    way.new_link(at)
    assert way.send("browser", "654321", at + MINUTE)
    assert way.attempt("browser", "654321", at + MINUTE) == "in"


def test_the_fourth_code_in_an_hour_is_refused_and_says_when_to_come_back(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    for minute in (0, 10, 20):
        assert way.send(f"browser {minute}", "123456", NOON + minute * MINUTE)
    at = NOON + 21 * MINUTE
    with pytest.raises(TooManyError) as caught, coded.writing() as session:
        codes.add_code(session, way.row(session), Channel.EMAIL, "x", browser="another", at=at)
    assert caught.value.seconds == 39 * 60
    assert not way.send("another", "123456", at + timedelta(seconds=39 * 60 - 1))
    assert way.send("another", "123456", at + timedelta(seconds=39 * 60))


@pytest.mark.parametrize("back", [timedelta(seconds=30), HOUR, timedelta(days=1)])
def test_a_clock_that_is_set_back_begins_no_count_anew(coded: Database, back: timedelta) -> None:
    way = Way(coded, invitation(coded, NOON - timedelta(days=9)))
    way.new_link(NOON)
    at = NOON - back
    sent = [way.send("browser", "123456", at + timedelta(seconds=n)) for n in range(MOST_SENT_AN_HOUR + 1)]
    assert sent == [True] * MOST_SENT_AN_HOUR + [False]


def test_a_handed_code_works_once_in_any_browser(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    way.send(None, "K7M4PX2Q", NOON, Channel.HANDED)
    later = NOON + timedelta(days=6)
    assert way.attempt("anybody", "K7M4PX2R", later) == "wrong"
    assert way.attempt("somebody", "K7M4PX2Q", later) == "in"
    assert way.attempt("somebody", "K7M4PX2Q", later) == "wrong"


def test_guesses_at_codes_that_were_sent_do_not_spend_the_one_that_was_handed_over(coded: Database) -> None:
    way = Way(coded, invitation(coded))
    way.send(None, "K7M4PX2Q", NOON, Channel.HANDED)
    for minute in range(3):
        way.send("attacker", "123456", NOON + minute * MINUTE)
        for _ in range(4):
            assert way.attempt("attacker", "000000", NOON + minute * MINUTE) == "wrong"
    assert way.attempt("somebody", "K7M4PX2Q", NOON + 4 * MINUTE) == "in"


def test_a_code_is_kept_as_an_argon2id_hash_and_is_no_one_elses(coded: Database) -> None:
    way, other = Way(coded, invitation(coded)), Way(coded, invitation(coded))
    way.send("browser", "123456", NOON)
    with coded.reading() as session:
        (stored,) = session.query(CodeRow).all()
    assert stored.hash.startswith("$argon2id$")
    assert "123456" not in repr(vars(stored))
    assert other.attempt("browser", "123456", NOON) == "wrong"
    with coded.writing() as session:
        assert codes.count_try(session, "dalsbygd", way.id, "browser", "123456", at=NOON).codes == ()
    assert way.attempt("browser", "123456", NOON) == "in"
