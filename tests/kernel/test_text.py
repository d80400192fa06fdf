"""Slugs, excerpts, and LIX against examples that were worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.text import excerpt, is_slug, make_slug, plain, readability, unbroken, words


def test_a_telephone_number_stays_on_one_line() -> None:
    assert unbroken("Ring 61 35 90 00 nå, 116 117") == "Ring 61\u00a035\u00a090\u00a000 nå, 116\u00a0117"
    assert unbroken("3 av 6, kl. 14.30") == "3 av 6, kl. 14.30"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Å be om hjelp", "a-be-om-hjelp"), ("Ærlig & øm", "aerlig-om"), ("Snø, is – og strøing!", "sno-is-og-stroing"),
        ("  TT-kort  ", "tt-kort"), ("112", "112"), ("Idé", "ide"), ("!!!", ""), ("", ""), ("العربية", ""),
    ],
)  # fmt: skip
def test_a_slug_is_made_from_a_title(title: str, slug: str) -> None:
    assert make_slug(title) == slug


@given(st.text())
def test_what_is_made_a_slug_is_one_or_nothing(title: str) -> None:
    slug = make_slug(title)
    assert slug == "" or is_slug(slug)
    assert make_slug(slug) == slug


@pytest.mark.parametrize("text", ["a", "a-b", "2-3", "a" * 80])
def test_a_slug_is_a_slug(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "å", "a b", "a_b", "a.b", "a\n", "../a", "a" * 81])
def test_anything_else_is_none(text: str) -> None:
    assert not is_slug(text)


# LIX = words / sentences + 100 × words of more than six letters / words
BY_HAND = [
    ("Vi hjelper deg.", 3 / 1 + 100 * 1 / 3, 3, 3.0),  # hjelper: seven letters
    ("Ring oss nå. Vi svarer. Du bestemmer selv!", 8 / 3 + 100 * 1 / 8, 8, 2.7),
    ("Kommunen kan hjelpe med snømåking om vinteren.", 7 / 1 + 100 * 3 / 7, 7, 7.0),  # Kommunen, snømåking, vinteren
    ("Ta med: ullsokker, brodder og lommelykt.", 6 / 2 + 100 * 3 / 6, 6, 3.0),  # ullsokker, brodder, lommelykt
    ("Hva? Når? Hvor?", 3 / 3 + 0, 3, 1.0),
    ("- Ring oss\n- Spør naboen\n- Vent", 5 / 3 + 0, 5, 1.7),
    ("* Ring oss\n* Spør naboen\n* Vent", 5 / 3 + 0, 5, 1.7),
    ("1. Ring oss\n2. Vent", 3 / 2 + 0, 3, 1.5),  # the numbers of a list are no words
    ("Ring oss\n\nVent her", 4 / 2 + 0, 4, 2.0),
    ("### Mat\n\nSpis godt.", 3 / 2 + 0, 3, 1.5),
    ("Spis\n\n### Mat\n\ngodt", 3 / 3 + 0, 3, 1.0),
    ("Les **mer** om [trygghetsalarm](service:trygghetsalarm).", 4 / 1 + 100 * 1 / 4, 4, 4.0),
    ("TT-kort, helse- og omsorgstjenester", 4 / 1 + 100 * 2 / 4, 4, 4.0),  # TT-kort counts as one word of seven
    ("Fastlege koster 3.5 ganger mer", 6 / 1 + 100 * 1 / 6, 6, 6.0),  # a full stop inside a number ends nothing
]


@pytest.mark.parametrize(("text", "lix", "count", "sentence"), BY_HAND)
def test_lix_is_what_a_hand_works_out(text: str, lix: float, count: int, sentence: float) -> None:
    found = readability(text)
    assert found.lix == pytest.approx(lix, abs=0.05)
    assert (found.words, found.sentence) == (count, sentence)


@pytest.mark.parametrize("text", ["", "   ", "…", "---", "!!!\n\n???"])
def test_a_text_without_words_measures_nothing(text: str) -> None:
    found = readability(text)
    assert (found.lix, found.words, found.sentence) == (0.0, 0, 0.0)


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    found = readability(text)
    assert found.lix >= 0
    assert found.words == len(words(plain(text)))


def test_words_are_found_and_a_hyphenated_one_is_one() -> None:
    assert words("Ta TT-kort, si «hei» – ikkje vent!") == ["Ta", "TT-kort", "si", "hei", "ikkje", "vent"]
    assert words("mor’s 3,5 a_b") == ["mor’s", "3", "5", "a", "b"]


def test_a_plain_text_has_no_marks() -> None:
    assert plain("## Hva\n\n**Ring** [oss](tel:113), _nå_.\n\n> Sitat\n\n![bilde](x.png)") == (
        "Hva\n\nRing oss, nå.\n\n Sitat\n\nbilde"
    )


def test_an_excerpt_is_cut_at_a_word() -> None:
    text = "Ring oss hvis du ikke kommer deg ut. " * 9
    cut = excerpt(text, 40)
    assert cut == "Ring oss hvis du ikke kommer deg ut. …"
    assert excerpt("Ring **oss**\nnå", 40) == "Ring oss nå"
    assert excerpt("Ta med mat, drikke og klær", 12) == "Ta med mat …"


@given(st.text(), st.integers(2, 60))
def test_an_excerpt_is_the_beginning_and_never_longer_than_asked(text: str, most: int) -> None:
    whole = " ".join(plain(text).split())
    cut = excerpt(text, most)
    assert len(cut) <= most + 2
    assert (cut == whole) if len(whole) <= most else cut.endswith(" …")
    assert whole.startswith(cut.removesuffix(" …"))
