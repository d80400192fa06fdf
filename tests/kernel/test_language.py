"""Which language a reader gets: by the address, by what there is, and by what the browser asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.language import LANGUAGES, NAMES, best, fallbacks, localised, negotiate


@pytest.mark.parametrize(
    ("accepted", "offered", "chosen"),
    [
        ([("nn", 1), ("nb", 0.9), ("en", 0.5)], ["nb", "nn", "en"], "nn"),
        ([("en-GB", 1), ("nb", 0.9)], ["nb", "nn", "en"], "en"),
        ([("no", 1)], ["nn", "nb", "en"], "nb"),
        ([("no", 1), ("en", 0.8)], ["nn", "en"], "nn"),
        ([("nb-NO", 1), ("en", 0.9)], ["nn", "en"], "nn"),
        ([("nn", 1), ("en", 0.9)], ["nb", "en"], "nb"),
        ([("NN", 1)], ["nb", "nn"], "nn"),
        ([("pl", 1), ("en", 0.3)], ["nb", "nn", "en"], "en"),
        ([("pl", 1)], ["nn", "nb", "en"], "nn"),
        ([("en", 0), ("nb", 0.1)], ["nn", "nb", "en"], "nb"),
        ([("en", 0)], ["nb", "en"], "nb"),
        ([("*", 1)], ["nn", "nb"], "nn"),
        ([], ["nn", "nb", "en"], "nn"),
        ([("en", 0.5), ("nn", 0.9)], ["nb", "nn", "en"], "nn"),
    ],
)
def test_a_browser_gets_the_language_it_wishes_most_among_those_offered(
    accepted: list[tuple[str, float]], offered: list[str], chosen: str
) -> None:
    assert negotiate(accepted, offered) == chosen


@given(
    accepted=st.lists(st.tuples(st.text(max_size=8), st.floats(allow_nan=False))),
    offered=st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True),
)
def test_whatever_a_browser_sends_it_gets_a_language_that_is_offered(
    accepted: list[tuple[str, float]], offered: list[str]
) -> None:
    assert negotiate(accepted, offered) in offered


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("nb", ("nb", "nn", "en")),
        ("nn", ("nn", "nb", "en")),
        ("en", ("en", "nb", "nn")),
        ("pl", ("pl", "nb", "nn", "en")),
    ],
)
def test_the_languages_to_try_are_the_readers_then_bokmal_then_the_others(
    language: str, order: tuple[str, ...]
) -> None:
    assert fallbacks(language) == order


@pytest.mark.parametrize(
    ("available", "language", "found"),
    [
        ({"nb", "nn"}, "nn", "nn"),
        ({"nb", "en"}, "nn", "nb"),
        ({"en"}, "nn", "en"),
        ({"nn"}, "en", "nn"),
        (set(), "nb", None),
    ],
)
def test_the_nearest_language_is_found(available: set[str], language: str, found: str | None) -> None:
    assert best(available, language) == found


def test_a_text_is_given_in_the_nearest_language_and_empty_where_there_is_none() -> None:
    assert localised({"nb": "Hei", "en": "Hello"}, "en") == "Hello"
    assert localised({"nb": "Hei", "en": "Hello"}, "nn") == "Hei"
    assert localised({}, "nb") == ""


def test_every_language_has_a_name_of_its_own() -> None:
    assert tuple(NAMES) == LANGUAGES
    assert NAMES == {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
