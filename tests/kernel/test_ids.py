"""Ids, secrets and codes: long enough, of the right signs, never twice, and read as people write them."""

from __future__ import annotations

import base64
import re
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.ids import (
    DIGITS,
    READABLE,
    READABLE_LENGTH,
    clean_code,
    digest,
    new_digits,
    new_id,
    new_readable,
    new_secret,
    write_readable,
)

MANY = 2000
BESIDE = " \t\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}-\N{EN DASH}_."
CODES = st.text(st.sampled_from(READABLE), min_size=READABLE_LENGTH, max_size=READABLE_LENGTH)


def test_an_id_has_128_bits_and_fits_its_column() -> None:
    made = {new_id() for _ in range(MANY)}
    assert len(made) == MANY
    assert all(re.fullmatch(r"[0-9a-f]{32}", found) for found in made)


def test_a_secret_has_256_bits_and_an_address_may_hold_it() -> None:
    made = {new_secret() for _ in range(MANY)}
    assert len(made) == MANY
    for found in made:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", found)
        assert len(base64.urlsafe_b64decode(found + "=")) == 32


def test_what_is_stored_of_a_secret_is_its_sha_256_and_not_the_secret() -> None:
    secret = new_secret()
    assert digest(secret) == sha256(secret.encode()).hexdigest()
    assert secret not in digest(secret)
    assert digest(secret) != digest(secret.swapcase())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_stands_in_a_cookie_has_a_digest(written: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", digest(written))


def test_a_one_time_code_is_six_digits_and_may_begin_with_nought() -> None:
    made = [new_digits() for _ in range(MANY)]
    assert all(re.fullmatch(r"[0-9]{6}", code) for code in made)
    assert len(made[0]) == DIGITS
    assert any(code.startswith("0") for code in made)
    assert len(set(made)) > MANY * 0.99


def test_a_readable_code_has_40_bits_of_signs_that_are_not_mistaken() -> None:
    assert len(READABLE) == len(set(READABLE)) == 32
    assert not set(READABLE) & set("IO01")
    made = [new_readable() for _ in range(MANY)]
    assert len(set(made)) == MANY
    assert all(len(code) == READABLE_LENGTH and set(code) <= set(READABLE) for code in made)


@pytest.mark.parametrize("make", [new_digits, new_readable, new_id, new_secret])
def test_every_sign_stands_at_every_place(make: object) -> None:
    """A code whose first sign says something of the next ones has fewer bits than it seems to have."""
    assert callable(make)
    made = [str(make()) for _ in range(MANY)]
    places = len(made[0]) - (1 if make is new_secret else 0)  # the last sign of a secret carries four bits
    signs = {new_digits: 10, new_readable: 32, new_id: 16, new_secret: 64}[make]
    for place in range(places):
        counted = Counter(code[place] for code in made)
        assert len(counted) == signs
        assert max(counted.values()) < 3 * MANY / signs + 30


@given(CODES)
def test_a_code_is_written_in_two_halves_and_read_back(code: str) -> None:
    written = write_readable(code)
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", written)
    assert clean_code(written) == code


@given(CODES, st.lists(st.text(st.sampled_from(BESIDE), max_size=3), min_size=9, max_size=9))
def test_a_code_is_read_whatever_stands_between_its_signs_and_however_small_they_are(
    code: str, between: list[str]
) -> None:
    written = between[0] + "".join(sign + beside for sign, beside in zip(code, between[1:], strict=True))
    assert clean_code(written) == clean_code(written.lower()) == code


@given(st.text(st.characters(max_codepoint=127), max_size=200))
def test_reading_a_code_twice_reads_the_same(written: str) -> None:
    assert clean_code(clean_code(written)) == clean_code(written)


@pytest.mark.parametrize(
    "written",
    [
        "123 456", "123-456", "123\N{NO-BREAK SPACE}456", "123\N{NON-BREAKING HYPHEN}456", "123\N{EM DASH}456",
        "\N{ZERO WIDTH SPACE}123456", "\N{LEFT-TO-RIGHT MARK}123456\N{POP DIRECTIONAL FORMATTING}", "123456.",
        "\N{BYTE ORDER MARK}123456", "123\N{SOFT HYPHEN}456", "123\N{MINUS SIGN}456",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_code_that_was_pasted_with_what_cannot_be_seen_is_the_code(written: str) -> None:
    assert clean_code(written) == "123456"


def test_two_different_codes_are_never_read_as_one() -> None:
    assert clean_code("K7M4PX2Q") != clean_code("K7M4PX2R")
    assert clean_code("0123456") != clean_code("123456")
    assert clean_code("123456" * 3) != "123456"


def test_a_million_signs_are_cut_before_they_are_looked_at() -> None:
    assert len(clean_code("x" * 1_000_000)) <= 80
    assert clean_code(" " * 1_000_000 + "123456") == ""
    assert len(clean_code("ß" * 1_000_000)) <= 160
