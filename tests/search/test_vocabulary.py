"""What a query says, what its words are made of, and what of it may be kept."""

from __future__ import annotations

import pytest

from webapp.search.domain.analyse import Splitter, sound, words_of
from webapp.search.domain.vocabulary import MOST_CHARACTERS, MOST_WORDS, Vocabulary, may_be_counted, query_words


def test_words_are_found_between_any_signs_and_in_small_letters() -> None:
    assert query_words("Hvem MÅKER, for_gamle? (TT-kort) 116 117") == [
        "hvem", "måker", "for", "gamle", "tt", "kort", "116", "117",
    ]  # fmt: skip


def test_a_letter_of_two_signs_is_one_letter() -> None:
    assert words_of("Ma\u030aking") == ["måking"]


def test_a_query_has_a_limit_of_characters_and_of_words() -> None:
    assert len("".join(query_words("x" * 10_000))) == MOST_CHARACTERS
    assert len(query_words("a b c d e f g h i j " * 10)) == MOST_WORDS


def test_signs_that_are_no_letters_leave_no_words() -> None:
    assert query_words("😀 \ud800 \x00 ((( \u202e") == []


@pytest.mark.parametrize(
    "query", ["snø", "tt kort", "hvem måker snø", "Sykehjem", "ørestøy", " snø "]
)  # fmt: skip
def test_a_few_plain_words_may_be_counted(query: str) -> None:
    assert may_be_counted(query)


@pytest.mark.parametrize(
    "query",
    [
        "", "   ", "hvem måker snø her", "mor Olga", "sykehjem Fjordvik", "OLGA", "olga@example", "90112233", "snø 2",
        "x", "a" * 26, "aaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaa", "snø!", "tt-kort", "æ\ud800", "snø\x00is",
    ],
)  # fmt: skip
def test_names_numbers_and_sentences_may_not_be_counted(query: str) -> None:
    assert not may_be_counted(query)


def test_synonyms_hold_both_ways_and_across_groups() -> None:
    vocabulary = Vocabulary.of({"synonyms": [["Falle", "ramle"], ["ramle", "gå på trynet"]]})
    assert vocabulary.same["falle"] == ("ramle",)
    assert set(vocabulary.same["ramle"]) == {"falle", "gå på trynet"}
    assert vocabulary.same["gå på trynet"] == ("ramle",)


def test_filler_is_left_out_unless_there_is_nothing_else() -> None:
    vocabulary = Vocabulary.of({"stop": ["Hva", "er"]})
    assert vocabulary.telling(["hva", "er", "bpa"]) == ["bpa"]
    assert vocabulary.telling(["hva", "er"]) == ["hva", "er"]


def test_an_empty_document_is_an_empty_vocabulary() -> None:
    vocabulary = Vocabulary.of({})
    assert vocabulary.words() == frozenset()
    assert vocabulary.telling(["snø"]) == ["snø"]


def test_every_word_of_the_lists_is_known() -> None:
    vocabulary = Vocabulary.of({"synonyms": [["snø", "hvit vinter"]], "parts": ["måking"], "stop": ["hva"]})
    assert vocabulary.words() == {"snø", "hvit", "vinter", "måking", "hva"}


def plain_stem(word: str) -> str:
    return word.removesuffix("en")


@pytest.fixture
def splitter() -> Splitter:
    return Splitter(["snø", "måking", "trygghet", "alarm", "barn", "slag", "hjerne", "lag", "en"], plain_stem)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("snømåking", ("snø", "måking")),
        ("snømåkingen", ("snø", "måking")),  # only the last part is inflected
        ("trygghetsalarm", ("trygghet", "alarm")),  # an s between them
        ("barnebarn", ("barn", "barn")),  # an e between them
        ("hjerneslag", ("hjerne", "slag")),  # not hjerne-s-lag: the longer last part
        ("snømåkingsalarm", ("snø", "måking", "alarm")),
    ],
)
def test_a_compound_is_split_into_known_parts(splitter: Splitter, word: str, parts: tuple[str, ...]) -> None:
    assert splitter.split(word) == parts


@pytest.mark.parametrize("word", ["snø", "snømann", "måkingvei", "xsnømåking", "", "s", "barn" * 100])
def test_a_word_that_known_parts_do_not_cover_is_left_whole(splitter: Splitter, word: str) -> None:
    assert splitter.split(word) == ()


def test_a_compound_can_be_split_by_how_its_parts_sound() -> None:
    splitter = Splitter(["måke", "hjelp"], str, sound)
    assert splitter.split("måkkehjelp") == ("måke", "hjelp")
    assert Splitter(["måke", "hjelp"], str).split("måkkehjelp") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trygghetsalarm", "tryghetsallarm"),
        ("søvn", "sovn"),
        ("søvn", "sövn"),
        ("måking", "maaking"),
        ("pårørende", "parorende"),
        ("hvem", "vem"),
        ("kjøre", "tjøre"),
        ("fysioterapi", "fysiotherapi"),
        ("doktor", "docktor"),
        ("hjerneslag", "jærneslag"),
    ],
)
def test_common_misspellings_sound_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("snø", "snu"), ("lege", "lage"), ("hus", "hud")])
def test_other_words_sound_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)
