"""Proof of a self-check's file: ids that are told apart, scores of what is asked once, vectors of what can be asked."""

from __future__ import annotations

from typing import Any

import pytest

from webapp.content.domain.proof import prove

OPTIONS = [{"value": value, "label": {"nb": value}} for value in ("a", "b")]


def fields(**more: Any) -> dict[str, Any]:
    questions = [
        {"id": "picks", "type": "multiple", "text": {"nb": "Hva?"}, "options": OPTIONS},
        {"id": "why", "type": "text", "text": {"nb": "{option}?"}, "for_each": "picks"},
        {"id": "fell", "type": "yes_no", "text": {"nb": "Falt?"}},
        *more.pop("questions", []),
    ]
    return {"questions": questions, **more}


def score(name: str, *of: str) -> dict[str, Any]:
    return {"id": name, "method": "sum", "of": list(of)}


def test_answers_about_each_option_stand_in_a_vector_under_an_id_of_their_own() -> None:
    assert list(prove(fields(vectors=[{"answers": {"picks": "a", "why-a": "Fordi", "fell": "no"}}]))) == []


@pytest.mark.parametrize("name", ["why", "why-c", "stranger"])
def test_a_vector_answers_only_what_can_be_asked(name: str) -> None:
    assert list(prove(fields(vectors=[{"answers": {name: "x"}}]))) == [
        ("vectors[1].answers", f"answers '{name}', which is not asked; allowed: what is asked")
    ]


def test_no_two_questions_are_asked_under_one_id() -> None:
    found = list(prove(fields(questions=[{"id": "why-a", "type": "text", "text": {"nb": "Mer?"}}])))
    assert found == [("questions[2].id", "gives 'why-a', which another has; allowed: an id of its own")]


@pytest.mark.parametrize("name", ["fell", "band"])
def test_a_score_is_called_like_nothing_else(name: str) -> None:
    assert list(prove(fields(scores=[score(name, "fell")]))) == [
        ("scores[1].id", f"is '{name}', which is a question's or band; allowed: another")
    ]


@pytest.mark.parametrize("name", ["why", "stranger"])
def test_a_score_is_made_of_what_is_asked_once(name: str) -> None:
    assert list(prove(fields(scores=[score("total", "fell", name)]))) == [
        ("scores[1].of", f"names '{name}', which is not asked once; allowed: such a question")
    ]
