"""What is taken out of a text before it is kept, what is held apart, and which texts are the same."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.feedback.domain import TAKEN_OUT, Removed, fold, is_probably_spam, without_personal
from webapp.kernel.pid import is_pid

BETWEEN = ["", " ", "  ", "-", ".", "\u00a0", "\u200b", "\u00ad", " - ", "/"]
WORDS = st.text(st.sampled_from("abcdefgh æøå .,?!\n👵🏽"), max_size=40)


def _fits(nine: str) -> str | None:
    """Answer a personal number that begins with nine digits, where there is one."""
    first = -sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), nine, strict=True)) % 11
    if first > 9:
        return None
    second = -sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), f"{nine}{first}", strict=True)) % 11
    return f"{nine}{first}{second}" if second < 10 else None


@st.composite
def pids(draw: st.DrawFn) -> str:
    """A personal number or a d-number whose control digits fit; some are of the made-up test population."""
    day = draw(st.integers(1, 28)) + draw(st.sampled_from((0, 40)))
    month = draw(st.integers(1, 12)) + draw(st.sampled_from((0, 80)))
    year, number = draw(st.integers(0, 99)), draw(st.integers(0, 999))
    found = next(made for at in range(20) if (made := _fits(f"{day:02}{month:02}{year:02}{(number + at) % 1000:03}")))
    assert is_pid(found, synthetic=True)
    return found


@st.composite
def split(draw: st.DrawFn, digits: st.SearchStrategy[str]) -> str:
    """Digits with something between some of them."""
    return "".join(digit + draw(st.sampled_from(BETWEEN)) for digit in draw(digits)).strip()


@given(WORDS, split(pids()), WORDS)
def test_no_personal_number_stays_however_it_is_split(before: str, number: str, after: str) -> None:
    cleaned = without_personal(f"{before} {number} {after}")
    assert Removed.NUMBER in cleaned.removed
    assert not re.search(r"\d", cleaned.text)


@given(pids(), st.text(st.sampled_from("abc æøå ,.:"), min_size=1, max_size=40))
def test_a_personal_number_in_two_pieces_is_known_by_its_control_digits(number: str, between: str) -> None:
    assert not re.search(r"\d", without_personal(f"født {number[:6]}{between}{number[6:]} mvh").text)


def test_two_numbers_that_are_no_personal_number_stay() -> None:
    text = "sak 123456 fra 12345 personer"
    assert without_personal(text).text == text


@given(WORDS, split(st.text("0123456789", min_size=11, max_size=11)), WORDS)
def test_what_only_looks_like_a_personal_number_goes_too(before: str, number: str, after: str) -> None:
    assert not re.search(r"\d", without_personal(f"{before} {number} {after}").text)


@given(
    WORDS, st.sampled_from(["", "+47", "0047 ", "(+47) "]), split(st.text("23456789", min_size=8, max_size=8)), WORDS
)
def test_no_telephone_number_stays(before: str, land: str, number: str, after: str) -> None:
    assert not re.search(r"\d", without_personal(f"{before} {land}{number} {after}").text)


@given(WORDS, st.emails(), WORDS)
def test_no_mail_address_stays(before: str, mail: str, after: str) -> None:
    cleaned = without_personal(f"{before} {mail} {after}")
    assert "@" not in cleaned.text.replace("@ ", "").replace(" @", "") or mail not in cleaned.text
    assert mail not in cleaned.text
    assert Removed.ADDRESS in cleaned.removed


@given(st.text(max_size=200))
def test_what_was_cleaned_once_is_clean(text: str) -> None:
    once = without_personal(text).text
    assert without_personal(once).text == once


@given(st.text(max_size=200))
def test_a_text_without_long_numbers_and_addresses_stays_as_it_is(text: str) -> None:
    plain = re.sub(r"\d", "", normalize("NFKC", text)).replace("@", "")
    for word in ("krøllalfa", "alfakrøll", "(at)", "(a)"):
        plain = re.sub(re.escape(word), "", plain, flags=re.IGNORECASE)
    cleaned = without_personal(plain)
    assert not cleaned.removed or "[" in plain or "{" in plain or "<" in plain or "(" in plain
    assert cleaned.removed or cleaned.text == plain


@pytest.mark.parametrize(
    "text",
    ["Ring 113 eller 116 117", "Hva koster det i 2026 og 2027?", "Trinn 3 av 6, kl. 14.30", "§ 3-1 og § 11 a",
     "Mor er 84 år og bor i 2. etasje", "Søk innen 1. mars 2027"],
)  # fmt: skip
def test_what_people_need_to_say_stays(text: str) -> None:
    assert without_personal(text).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ring meg på 400 12 345 i morgen", f"Ring meg på {TAKEN_OUT} i morgen"),
        ("nummeret er ١٢٣٤٥٦٧٨", f"nummeret er {TAKEN_OUT}"),
        ("nummeret er １２３４５６７８", f"nummeret er {TAKEN_OUT}"),
        ("nummeret er ①②③④⑤⑥⑦⑧", f"nummeret er {TAKEN_OUT}"),
        ("skriv til ola@eksempel.example takk", f"skriv til {TAKEN_OUT} takk"),
        ("skriv til ola (at) eksempel.example", f"skriv til {TAKEN_OUT}"),
        ("skriv til ola krøllalfa eksempel.example", f"skriv til {TAKEN_OUT}"),
        ("skriv til ola＠eksempel.example", f"skriv til {TAKEN_OUT}"),
        ("400\u200b12\u2060345", TAKEN_OUT),
        ("tlf:40012345mvh", f"tlf:{TAKEN_OUT}mvh"),
    ],
)
def test_tricks_of_writing_hide_nothing(text: str, left: str) -> None:
    assert without_personal(text).text == left


@pytest.mark.parametrize(
    ("text", "is_empty"), [("", True), (" … !", True), ("40012345", True), ("👍", False), ("ja", False)]
)
def test_what_says_nothing_is_told_from_what_says_something(text: str, *, is_empty: bool) -> None:
    assert without_personal(text).is_empty is is_empty


@pytest.mark.parametrize(
    "text", ["se https://x.example", "WWW.x.example", "billig på pills.shop", "[url=x]", "ｗｗｗ.x"]
)
def test_what_has_links_is_held_apart(text: str) -> None:
    assert is_probably_spam("", text)


@pytest.mark.parametrize("text", ["Jeg fant ikke svaret.Hvor er det?", "kl.14.30", "f.eks. i kommune.no", ""])
def test_what_has_none_is_not(text: str) -> None:
    assert not is_probably_spam(text)


def test_texts_that_differ_in_signs_alone_are_the_same() -> None:
    assert fold("Hvem måker SNØ?") == fold(" hvem  måker\nsnø!!")
    assert fold("Hvem måker snø") != fold("Hvem maler snø")
    assert fold("a", "b") != fold("b", "a")
    assert fold("👍") != fold("👎")
