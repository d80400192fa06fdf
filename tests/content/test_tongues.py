"""Words of the wrong language: found where they slipped in, left alone where they belong."""

from __future__ import annotations

import pytest

from webapp.content.domain.tongues import BOKMAL, NAMES, NORWEGIAN, bokmal_in, norwegian_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Eg veit ikkje kva eg skal gjere.", []),
        ("Jeg vet ikke hva eg skal gjere.", ["Jeg", "ikke", "hva"]),
        ("- **Ikke** ring heim.", ["Ikke"]),
        ("Spør [legevakten](entry:lege-natt-og-helg).", ["legevakten"]),
        ("Les på https://hvordan.example/ikke og hva.no.", []),
        ("Ho sa «jeg vil ikke».", []),
        ("Ring Nasjonalforeningen for folkehelsen.", []),
        ("Ring {naermeste}.", []),
        ("", []),
    ],
)  # fmt: skip
def test_bokmal_is_found_in_nynorsk(text: str, found: list[str]) -> None:
    assert list(bokmal_in(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call your regular doctor (fastlege).", []),
        ("Call your fastlege.", ["fastlege"]),
        ("You are called a “pårørende” in letters.", []),
        ("You are called a pårørende in letters.", ["pårørende"]),
        ("The Statsforvalteren and NAV answer.", []),
        ("See helsenorge.no or https://husbanken.no/bostøtte.", []),
        ("Ring the bell, and be kind.", []),
        ("Call Vern for eldre or Aldring og helse.", []),
        ("We help you og your family.", ["og"]),
    ],
)  # fmt: skip
def test_norwegian_is_found_in_english_outside_brackets_and_quotes(text: str, found: list[str]) -> None:
    assert list(norwegian_in(text)) == found


def test_no_word_of_the_lists_is_one_that_the_right_language_has() -> None:
    assert not BOKMAL & {"ikkje", "kva", "heim", "hjelper", "bruker", "brukt", "større", "alarm", "lege", "vil", "kan"}
    assert not NORWEGIAN & {"for", "i", "er", "vi", "ring", "var", "plan", "tips", "post", "bank"}


def test_names_are_the_same_in_every_language() -> None:
    for name in NAMES:
        assert list(bokmal_in(f"Spør {name}.")) == []
        assert list(norwegian_in(f"Ask {name}.")) == []
