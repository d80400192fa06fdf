"""Passwords: what may be chosen, what is guessed first, and that å is å however a keyboard made it."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories.people import PASSWORD, QUICK
from webapp.identity.domain.passwords import LEAST, MOST, Hasher, PasswordFault, fault_of

ABOUT = ("kari.nordmann@fjordvik.example", "Kari Nordmann", "Fjordvik")
HASHED = QUICK.hash(PASSWORD)
NORWEGIAN = st.text(st.sampled_from("abcæøåÆØÅéü 123!"), min_size=1, max_size=MOST)


@pytest.mark.parametrize("password", [
    PASSWORD, "tre grå katter på taket", "korrekt hest batteri stift", "Blåbær-syltetøy-traktor-9", "x7#Lq9!vT2",
    "ØÅÆ lykkelige gulrøtter", "a really long English sentence", "🐸🌲🚜🧦 gummistøvler", "fjell  fjord  foss  fele",
])  # fmt: skip
def test_a_password_that_is_hard_to_guess_may_be_chosen(password: str) -> None:
    assert fault_of(password, ABOUT) is None


@pytest.mark.parametrize("password", [
    "sommer2026!", "Sommer2026", "avklart123", "Avklart2026!", "fjordvik2026", "Fjordvik2026!", "kari2026", "Kari1234!",
    "nordmann1", "karinordmann", "Kari Nordmann", "kari.nordmann@fjordvik.example", "kari.nordmann", "passord123",
    "Passord1!", "Velkommen2026", "hemmelig1", "administrator1", "qwerty123", "12345678", "11111111", "aaaaaaaaaaaa",
    "abcdefgh", "password1", "Vinter2026", "høst2026!", "påske2026", "kommunen2026", "saksbehandler1", "lørdag123",
    "fredag13", "november2026", "omsorg2026", "a" * MOST, "12" * 40,
])  # fmt: skip
def test_what_many_would_choose_here_is_refused(password: str) -> None:
    assert fault_of(password, ABOUT) is PasswordFault.EASY


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_word_of_ours_is_known_however_its_letters_are_composed(form: str) -> None:
    assert fault_of(normalize(form, "påske2026")) is PasswordFault.EASY  # type: ignore[arg-type]
    about = ("bjørg.åsvær@fjordvik.example", normalize(form, "Bjørg Åsvær"))  # type: ignore[arg-type]
    assert fault_of("Åsvær2026!", about) is PasswordFault.EASY


@pytest.mark.parametrize(("password", "fault"), [
    ("", PasswordFault.SHORT), ("x7#Lq9!", PasswordFault.SHORT), ("å̊"[:1] + "bø7#Lq", PasswordFault.SHORT),
    ("x7#Lq9!v" * 16 + "z", PasswordFault.LONG), ("x7#Lq9!v" * 125_000, PasswordFault.LONG),
])  # fmt: skip
def test_a_password_is_of_8_to_128_characters(password: str, fault: PasswordFault) -> None:
    assert fault_of(password) is fault


def test_a_letter_counts_once_however_it_is_composed() -> None:
    seven, eight = normalize("NFD", "åøæåéxy"), normalize("NFD", "åøæåéxyz")
    assert len(seven) > LEAST
    assert fault_of(seven) is PasswordFault.SHORT
    assert fault_of(eight) is not PasswordFault.SHORT
    longest = normalize("NFD", "åé7#" * 32)
    assert len(longest) > MOST
    assert fault_of(longest) is not PasswordFault.LONG
    assert QUICK.fits(longest, QUICK.hash(normalize("NFC", longest)))


@given(st.text(max_size=MOST + 2))
@settings(max_examples=200, deadline=None)
@example("\0" * 10)
@example("\ud800" * 10)
@example("İ" * 20)
def test_every_text_is_judged_and_none_stops_the_judge(password: str) -> None:
    assert fault_of(password, ABOUT) in {None, *PasswordFault}


@given(NORWEGIAN)
@settings(max_examples=25, deadline=None)
def test_a_password_fits_composed_and_decomposed(password: str) -> None:
    hashed = QUICK.hash(normalize("NFD", password))
    assert QUICK.fits(normalize("NFC", password), hashed)
    assert QUICK.fits(normalize("NFD", password), hashed)


@given(NORWEGIAN.filter(lambda text: text != PASSWORD))
@settings(max_examples=25, deadline=None)
def test_no_other_password_fits(password: str) -> None:
    assert not QUICK.fits(password, HASHED)


@pytest.mark.parametrize("password", [
    PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], PASSWORD + "\0", "", "\0",
    "x" * 129, "x" * 1_000_000,
])  # fmt: skip
def test_nearly_right_is_wrong(password: str) -> None:
    assert not QUICK.fits(password, HASHED)


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$", "$2b$12$abcdefghijk"])
@pytest.mark.parametrize("password", ["", "nobody's", PASSWORD, "x" * 200])
def test_without_a_usable_hash_nothing_fits(stored: str | None, password: str) -> None:
    assert not QUICK.fits(password, stored)


def test_what_is_too_long_is_wrong_even_where_it_was_stored() -> None:
    assert not QUICK.fits("x" * 129, QUICK.hash("x" * 129))
    assert not QUICK.fits("", QUICK.hash("x" * 129))


def test_an_empty_password_fits_only_where_it_was_stored() -> None:
    assert not QUICK.fits("x" * 1_000, QUICK.hash(""))


def test_the_cost_is_argon2id_at_64_mebibytes_and_three_rounds() -> None:
    costly = Hasher()
    hashed = costly.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PASSWORD not in hashed
    assert hashed != costly.hash(PASSWORD)
    assert not costly.is_outdated(hashed)
    assert costly.is_outdated(HASHED)
