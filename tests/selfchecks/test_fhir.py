"""Self-checks for other systems: a Questionnaire that says the same, and answers that fit it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CONTENT
from tests.selfchecks.checks import answers_to, checks_in
from webapp.selfchecks.domain.answers import path, valid
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.fhir import Json, questionnaire, response

BASE = "https://fjordvik.example"
AT = datetime(2026, 11, 28, 13, 30, tzinfo=timezone(timedelta(hours=1)))
FIELDS = checks_in(CONTENT)
CHECKS = {slug: read(slug, fields) for slug, fields in FIELDS.items()}
FORMS = {slug: questionnaire(check, FIELDS[slug], base=BASE) for slug, check in CHECKS.items()}
ITEM_TYPES = {"boolean", "decimal", "integer", "text", "choice", "display"}
OPERATORS = {"exists", "=", "!=", ">", "<", ">=", "<="}
VALUES = {
    "boolean": "valueBoolean", "decimal": "valueDecimal", "integer": "valueInteger", "text": "valueString",
    "choice": "valueCoding",
}  # fmt: skip
KINDS: dict[str, Any] = {
    "valueBoolean": bool,
    "valueInteger": int,
    "valueDecimal": float,
    "valueString": str,
    "valueCoding": dict,
}
WITH_ALL: dict[str, Any] = {
    "version": "2",
    "title": {"nb": "Prøve"}, "short": {"nb": "Kort"}, "intro": {"nb": "Mer"}, "reviewed": "2026-11-28",
    "licence": {"terms": {"nb": "Fri"}},
    "questions": [
        {"id": "seen", "type": "information", "text": {"nb": "Les dette"}},
        {"id": "pain", "type": "scale", "text": {"nb": "Vondt?"}, "from": 0, "to": 10},
        {"id": "years", "type": "number", "text": {"nb": "År?"}, "from": -5, "to": 120, "optional": True},
        {"id": "fell", "type": "yes_no", "text": {"nb": "Falt?"}, "weight": 3, "help": {"nb": "Siste år"}},
        {"id": "picks", "type": "multiple", "text": {"nb": "Hva?"}, "most": 2, "optional": True,
         "options": [{"value": v, "label": {"nb": v.upper(), "en": f"{v}!"}, "weight": 1} for v in ("a", "b", "c")]},
        {"id": "why", "type": "text", "text": {"nb": "{option}: hvorfor?"}, "for_each": "picks", "optional": True,
         "when": "pain >= 3 or fell = yes"},
        {"id": "more", "type": "choice", "text": {"nb": "Mer?"}, "when": "not picks = a", "optional": True,
         "options": [{"value": v, "label": {"nb": v}, "weight": n} for n, v in enumerate(("x", "y"))]},
    ],
    "scores": [
        {"id": "total", "method": "sum", "of": ["pain", "fell"], "times": 2},
        {"id": "mean", "method": "mean", "of": ["pain", "picks", "more"], "missing": "as_zero"},
    ],
}  # fmt: skip
ALL = read("alt", WITH_ALL)
ALL_FORM = questionnaire(ALL, WITH_ALL, base=BASE)


def items(form: Json) -> Iterator[Json]:
    for item in form.get("item", ()):
        yield item
        yield from items(item)


@pytest.mark.parametrize("form", [*FORMS.values(), ALL_FORM], ids=[*FORMS, "all"])
def test_a_questionnaire_keeps_to_the_code_lists_and_names_each_item_once(form: Json) -> None:
    """What the libraries for FHIR do not look at."""
    links = [item["linkId"] for item in items(form)]
    assert len(links) == len(set(links))
    assert form["status"] in {"draft", "active", "retired", "unknown"}
    assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", form["name"])
    for item in items(form):
        assert item["type"] in ITEM_TYPES
        assert item.get("enableBehavior", "all") in {"all", "any"}
        assert ("enableBehavior" in item) is (len(item.get("enableWhen", ())) > 1)
        assert {when["operator"] for when in item.get("enableWhen", ())} <= OPERATORS
        assert {when["question"] for when in item.get("enableWhen", ())} <= set(links[: links.index(item["linkId"])])
        assert ("answerOption" in item) is (item["type"] == "choice")
        assert "required" not in item or item["type"] != "display"


def test_a_question_about_each_option_is_an_item_for_each_with_the_options_words() -> None:
    why = [item for item in ALL_FORM["item"] if item["linkId"].startswith("why")]
    assert [(item["linkId"], item["text"]) for item in why] == [
        ("why-a", "A: hvorfor?"), ("why-b", "B: hvorfor?"), ("why-c", "C: hvorfor?"),
    ]  # fmt: skip
    expression = why[0]["extension"][0]["valueExpression"]["expression"]
    assert expression.startswith("((%resource.item.where(linkId = 'pain').answer.value.where($this >= 3).exists() or ")
    assert expression.endswith("linkId = 'picks').answer.value.code.where($this = 'a').exists())")


def test_a_condition_of_one_kind_of_comparison_is_told_without_an_expression() -> None:
    by_link = {item["linkId"]: item for item in items(FORMS["hva-er-viktig"])}
    system = f"{BASE}/fhir/CodeSystem/hva-er-viktig-most-important"
    assert by_link["hinders-get-out"]["enableWhen"] == [
        {"question": "most-important", "operator": "=", "answerCoding": {"system": system, "code": "get-out"}}
    ]
    assert by_link["hinders-get-out"]["text"] == "«Komme ut»: Hva hindrer det?"


def test_a_help_text_is_an_item_inside_and_a_score_one_that_nobody_fills_in() -> None:
    by_link = {item["linkId"]: item for item in items(ALL_FORM)}
    assert by_link["fell"]["item"][0]["linkId"] == "fell.help"
    total, mean = by_link["total"], by_link["mean"]
    assert (total["type"], total["readOnly"], mean["type"]) == ("integer", True, "decimal")
    assert total["extension"][0]["valueExpression"]["expression"] == (
        "iif(%resource.item.where(linkId = 'pain' or linkId = 'fell').where(answer.exists()).count() = 2, "
        "(%resource.item.where(linkId = 'pain').answer.value.aggregate($this + $total, 0) + "
        "%resource.item.where(linkId = 'fell').answer.value.where($this = true).count() * 3) * 2, {})"
    )
    assert "iif" not in mean["extension"][0]["valueExpression"]["expression"]


def test_answers_are_typed_and_dated_in_utc_with_nobodys_name() -> None:
    given_ = {
        "seen": "seen",
        "pain": "7",
        "years": "",
        "fell": "yes",
        "picks": "a c",
        "why-c": "Fordi\x07",
        "ghost": "1",
    }
    found = response(ALL, given_, at=AT, language="en", base=BASE)
    assert {name: found[name] for name in ("status", "authored", "questionnaire", "language")} == {
        "status": "completed", "authored": "2026-11-28T12:30:00Z", "language": "en",
        "questionnaire": f"{BASE}/fhir/Questionnaire/alt|2",
    }  # fmt: skip
    assert not {"subject", "author", "source"} & set(found)
    by_link = {item["linkId"]: item["answer"] for item in found["item"]}
    assert list(by_link) == ["pain", "fell", "picks", "why-c", "total", "mean"]
    assert by_link["pain"] == [{"valueInteger": 7}]
    assert by_link["fell"] == [{"valueBoolean": True}]
    assert [one["valueCoding"]["display"] for one in by_link["picks"]] == ["a!", "c!"]
    assert by_link["why-c"] == [{"valueString": "Fordi"}]
    assert by_link["total"] == [{"valueInteger": 20}]
    assert by_link["mean"] == [{"valueDecimal": 3.0}]


def test_without_any_answer_there_is_no_list_of_items() -> None:
    assert "item" not in response(read("erfaring", FIELDS["erfaring"]), {}, at=AT, language="nb", base=BASE)


def check_response(check: SelfCheck, form: Json, answers: dict[str, str], language: str) -> None:
    """Check that every answer that counts stands in the response, and fits the item of its name."""
    found = response(check, answers, at=AT, language=language, base=BASE)
    assert response(check, valid(check, answers), at=AT, language=language, base=BASE) == found
    by_link = {item["linkId"]: item for item in items(form)}
    shown = {step.id for step in path(check, answers)} | {score.id for score in check.scores}
    assert form["url"] + "|" + form["version"] == found["questionnaire"]
    answered: list[Json] = found.get("item", [])
    for item in answered:
        asked = by_link[item["linkId"]]
        assert item["linkId"] in shown
        assert item["answer"]
        assert len(item["answer"]) == 1 or asked.get("repeats")
        options = [
            (option["valueCoding"]["system"], option["valueCoding"]["code"], option["extension"])
            for option in asked.get("answerOption", ())
        ]
        for answer in item["answer"]:
            ((name, value),) = answer.items()
            assert name == VALUES[asked["type"]]
            assert type(value) is KINDS[name]
            if name == "valueCoding":
                assert (value["system"], value["code"], value["extension"]) in options
    scores = result(check, answers).scores
    told = {item["linkId"]: next(iter(item["answer"][0].values())) for item in answered}
    assert {name: told.get(name) for name in scores} == scores


@given(answers_to(ALL), st.sampled_from(["nb", "nn", "en"]))
def test_whatever_is_answered_the_response_fits_the_questionnaire(answers: dict[str, str], language: str) -> None:
    check_response(ALL, ALL_FORM, answers, language)


@given(st.data())
def test_whatever_is_answered_to_a_check_that_ships_the_response_fits(data: st.DataObject) -> None:
    slug = data.draw(st.sampled_from(sorted(CHECKS)))
    check_response(CHECKS[slug], FORMS[slug], data.draw(answers_to(CHECKS[slug])), "nb")
