"""The self-checks that ship: every published test vector, and what must stand on each of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import CONTENT
from tools import translations
from webapp.content import files, words
from webapp.content.domain.kind import SELFCHECKS
from webapp.kernel.language import LANGUAGES
from webapp.selfchecks.domain.answers import path
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.domain.trial import trials

SLUGS = sorted(path.stem for path in (CONTENT / "shared" / "selfchecks").glob("*.yaml"))
GREEN = {
    "who5", "osss3", "steadi", "boligen", "digital-hverdag", "fallfeller", "parorendebelastning", "hva-er-viktig",
    "teknologi", "vaner",
}  # fmt: skip


@pytest.fixture(scope="module")
def fields() -> dict[str, dict[str, Any]]:
    parts = files.read_tree(CONTENT).parts
    return {key.slug: dict(part.fields) for key, part in parts.items() if key.kind == "selfcheck"}


def vectors() -> list[tuple[str, int]]:
    parts = files.read_tree(CONTENT).parts
    found = [(key.slug, part.fields.get("vectors", ())) for key, part in parts.items() if key.kind == "selfcheck"]
    return [(slug, number) for slug, given in sorted(found) for number in range(len(given))]


@pytest.mark.parametrize(("slug", "number"), vectors())
def test_a_published_vector_comes_out_as_published(fields: dict[str, dict[str, Any]], slug: str, number: int) -> None:
    assert trials(read(slug, fields[slug]), fields[slug]["vectors"])[number].differs == ()


def test_a_vector_answers_what_is_asked_about_each_option_that_was_picked(fields: dict[str, dict[str, Any]]) -> None:
    given = fields["hva-er-viktig"]["vectors"][0]["answers"]
    steps = {step.id for step in path(read("hva-er-viktig", fields["hva-er-viktig"]), given) if step.option}
    assert steps == {f"{name}-{picked}" for name in ("hinders", "helper") for picked in ("get-out", "safe-at-night")}
    assert steps <= set(given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_call_a_check_by_the_title_of_its_file(fields: dict[str, dict[str, Any]], language: str) -> None:
    translated = {message.id: message.string or message.id for message in translations.known(language)}
    called = {slug: translated[str(title)] for slug, title in words.SELFCHECKS.items()}
    assert called == {slug: found["title"][language] for slug, found in fields.items()}


def test_every_green_check_ships_open_and_every_other_closed(fields: dict[str, dict[str, Any]]) -> None:
    assert set(SLUGS) >= GREEN
    assert {slug for slug, found in fields.items() if found.get("switched_on")} == GREEN | {"erfaring"}
    assert {slug for slug, found in fields.items() if found.get("survey")} == {"erfaring"}
    assert set(fields) <= set(SELFCHECKS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_check_says_what_it_does_not_say_and_whose_it_is_in_every_language(
    fields: dict[str, dict[str, Any]], slug: str
) -> None:
    found = fields[slug]
    for name in ("title", "short", "intro", "says_not"):
        assert set(found[name]) == set(LANGUAGES), name
    assert set(found["licence"]["terms"]) == set(LANGUAGES)
    assert set(found["translation"]) == set(LANGUAGES)
    for question in found["questions"]:
        assert set(question["text"]) == set(LANGUAGES), question["id"]
        for option in question.get("options", ()):
            assert set(option["label"]) == set(LANGUAGES), (question["id"], option["value"])


@pytest.mark.parametrize("slug", sorted(GREEN - {"hva-er-viktig", "teknologi", "vaner"}))
def test_a_scored_check_has_vectors_for_every_band(fields: dict[str, dict[str, Any]], slug: str) -> None:
    found = fields[slug]
    assert {band["id"] for band in found["bands"]} <= {vector.get("band") for vector in found["vectors"]}


def test_the_engine_reads_every_check(fields: dict[str, dict[str, Any]]) -> None:
    for slug, found in fields.items():
        assert isinstance(read(slug, found), SelfCheck)
