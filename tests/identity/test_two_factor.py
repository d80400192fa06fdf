"""The second factor by its rules: a code counts once, in its time; recovery codes; what a sign-in is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.identity.domain.two_factor import (
    RECOVERY_CODES,
    STEP,
    acr_for,
    app_address,
    idporten_assurance,
    new_app_secret,
    new_challenge,
    new_recovery_codes,
    staff_assurance,
    step_of,
)
from webapp.kernel.ids import READABLE, clean_code, write_readable
from webapp.kernel.permission import Assurance

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- see timezones


def code_at(time: datetime) -> str:
    return pyotp.TOTP(SECRET).at(time)


def step_at(time: datetime) -> int:
    return int(time.timestamp()) // STEP


@given(TIMES, st.integers(-1, 1))
def test_a_code_counts_within_half_a_minute_either_way(now: datetime, off: int) -> None:
    then = now + timedelta(seconds=STEP * off)
    assert step_of(SECRET, code_at(then), now, after=0) is not None


@given(TIMES, st.integers(2, 2880) | st.integers(-2880, -2))
def test_a_code_of_another_time_is_worth_nothing(now: datetime, off: int) -> None:
    then = now + timedelta(seconds=STEP * off)
    near = {code_at(now + timedelta(seconds=STEP * step)) for step in (-1, 0, 1)}
    assert step_of(SECRET, code_at(then), now, after=0) is None or code_at(then) in near


@given(TIMES)
def test_a_code_counts_once_and_none_before_it_counts_after_it(now: datetime) -> None:
    used = step_of(SECRET, code_at(now), now, after=0)
    assert used is not None
    assert step_of(SECRET, code_at(now), now, after=used) in {None, used + 1}
    before = now - timedelta(seconds=STEP)
    assert (step_of(SECRET, code_at(before), now, after=used) or used + 1) > used


@given(TIMES, st.text(max_size=40))
def test_nothing_but_the_code_is_the_code(now: datetime, written: str) -> None:
    near = {code_at(now + timedelta(seconds=STEP * step)) for step in (-1, 0, 1)}
    assert (step_of(SECRET, written, now, after=0) is not None) == (clean_code(written) in near)


@pytest.mark.parametrize("written", ["{0} {1}", " {0}-{1} ", "{0}–{1}", "{0}.{1}", "\t{0}\n{1}"])
def test_a_code_is_read_as_people_write_it(written: str) -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    code = code_at(now)
    assert step_of(SECRET, written.format(code[:3], code[3:]), now, after=0) == step_at(now)


@pytest.mark.parametrize("written", ["", "12345", "1234567", "１２３４５６", "abcdef", "null", "000000" * 100])
def test_what_has_not_the_shape_of_a_code_is_none(written: str) -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert step_of(SECRET, written, now, after=0) is None


def test_the_letters_of_digits_elsewhere_are_no_digits() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    wide = code_at(now).translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    assert step_of(SECRET, wide, now, after=0) is None


def test_an_app_reads_whose_code_it_is() -> None:
    address = app_address(SECRET, account="kari+a@fjordvik.example", municipality="Fjordvik")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Avklart Fjordvik:kari+a@fjordvik.example"
    assert parse_qs(parts.query)["secret"] == [SECRET]


def test_secrets_and_challenges_are_long_and_never_the_same() -> None:
    assert len({new_app_secret() for _ in range(100)}) == 100
    assert all(len(new_app_secret()) * 5 >= 160 for _ in range(10))
    assert len({new_challenge() for _ in range(100)}) == 100
    assert all(len(new_challenge()) * 6 >= 256 for _ in range(10))


def test_there_are_ten_recovery_codes_of_forty_bits_each() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES == 10
    assert all(len(code) == 8 and set(code) <= set(READABLE) for code in codes)
    assert [clean_code(write_readable(code).lower()) for code in codes] == codes


@pytest.mark.parametrize(("has_second", "is_demo", "worth"), [
    (False, False, Assurance.ONE_FACTOR), (True, False, Assurance.SUBSTANTIAL),
    (False, True, Assurance.SUBSTANTIAL), (True, True, Assurance.SUBSTANTIAL),
])  # fmt: skip
def test_a_password_alone_is_one_factor_but_in_the_demonstration(
    has_second: bool, is_demo: bool, worth: Assurance  # noqa: FBT001
) -> None:  # fmt: skip
    assert staff_assurance(has_second=has_second, is_demo=is_demo) is worth


@pytest.mark.parametrize("acr", ["", "idporten-loa-low", "Level4", "idporten-loa-high ", "IDPORTEN-LOA-HIGH", "4"])
def test_an_unknown_level_is_worth_nothing(acr: str) -> None:
    assert idporten_assurance(acr) is Assurance.NONE


@pytest.mark.parametrize("assurance", list(Assurance))
def test_the_level_that_is_asked_for_is_enough(assurance: Assurance) -> None:
    assert idporten_assurance(acr_for(assurance)) >= assurance
