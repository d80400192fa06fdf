"""A foreign Questionnaire becomes a self-check: what can be told here is told, and the rest is said, never dropped."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CONTENT
from tests.selfchecks.checks import answers_to, checks_in
from webapp import cli
from webapp.content import files
from webapp.content.cli import faults_of
from webapp.kernel.errors import InvalidError
from webapp.selfchecks.domain.answers import path
from webapp.selfchecks.domain.questionnaire import Question, SelfCheck, read
from webapp.selfchecks.fhir import Json, questionnaire
from webapp.selfchecks.fhir.foreign import Taken, take_over
from webapp.selfchecks.fhir.opening import MOST_BYTES

ON = date(2026, 11, 28)
FIELDS = checks_in(CONTENT)
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
EXT = "http://hl7.org/fhir/StructureDefinition/"


def form(*items: Json, **more: Any) -> Json:
    return {
        "resourceType": "Questionnaire", "id": "prove", "status": "active", "language": "nb-NO", "version": "1",
        "title": "Prøve", "description": "Kort", "purpose": "Lang", "copyright": "Fri", "publisher": "Helsehuset",
        **more, "item": list(items),
    }  # fmt: skip


def asked(link: str, kind: str, **more: Any) -> Json:
    return {"linkId": link, "text": f"Om {link}?", "type": kind, "required": True, **more}


def picks(link: str, *codes: str, **more: Any) -> Json:
    return asked(
        link, "choice", answerOption=[{"valueCoding": {"code": c, "display": c.upper()}} for c in codes], **more
    )


def take(resource: object) -> Taken:
    return take_over(json.dumps(resource).encode(), on=ON)


def questions(resource: Json) -> dict[str, Json]:
    return {one["id"]: one for one in take(resource).part.fields["questions"]}


def said(resource: Json) -> dict[str, list[str]]:
    """Answer what was lost, by the item."""
    found: dict[str, list[str]] = {}
    for loss in take(resource).losses:
        found.setdefault(loss.link, []).append(f"{loss.what}; {loss.do}")
    return found


def essence(question: Question) -> tuple[object, ...]:
    """Answer what must come back: everything but links in a help text, which lead to where only we know the way."""
    return (
        question.id, question.type, question.text, question.help, question.is_optional, question.when,
        question.for_each, question.options, question.most, question.least_number, question.most_number,
    )  # fmt: skip


@pytest.mark.parametrize("slug", sorted(FIELDS))
def test_what_we_give_away_comes_back_with_the_same_questions(slug: str) -> None:
    check = read(slug, FIELDS[slug])
    taken = take(questionnaire(check, FIELDS[slug], base="https://fjordvik.example"))
    back = read(taken.part.key.slug, taken.part.fields)
    assert (back.slug, back.version) == (check.slug, check.version)
    assert [essence(question) for question in back.questions] == [essence(question) for question in check.questions]
    for name in ("title", "short", "intro"):
        assert taken.part.fields[name] == FIELDS[slug][name]
    assert taken.part.fields["switched_on"] is False
    assert {loss.link for loss in taken.losses} <= {"-", *(score.id for score in check.scores)}


@given(st.data())
def test_what_comes_back_asks_the_same_whatever_is_answered(data: st.DataObject) -> None:
    slug = data.draw(st.sampled_from(sorted(FIELDS)))
    check = read(slug, FIELDS[slug])
    back = read(slug, take(questionnaire(check, FIELDS[slug], base="")).part.fields)
    answers = data.draw(answers_to(check))
    assert [step.id for step in path(back, answers)] == [step.id for step in path(check, answers)]


def test_what_was_taken_over_is_a_content_file_without_faults(tmp_path: Path) -> None:
    taken = take(form(picks("a", "x", "y"), asked("b", "boolean"), asked("c", "integer"), asked("d", "text")))
    list(files.write_tree([taken.part], tmp_path / "content"))
    faults = faults_of(files.read_tree(tmp_path / "content"))
    assert [str(fault) for fault in faults] == []


@pytest.mark.parametrize(
    ("when", "condition"),
    [
        ({"question": "a", "operator": "=", "answerCoding": {"code": "x"}}, "a = x"),
        ({"question": "a", "operator": "!=", "answerCoding": {"code": "x"}}, "a != x"),
        ({"question": "a", "operator": "exists", "answerBoolean": True}, "a in x, y, z"),
        ({"question": "a", "operator": "exists", "answerBoolean": False}, "not a in x, y, z"),
        ({"question": "m", "operator": "!=", "answerCoding": {"code": "x"}}, "m in y, z"),
        ({"question": "b", "operator": "=", "answerBoolean": False}, "b = no"),
        ({"question": "b", "operator": "exists", "answerBoolean": True}, "b in yes, no"),
        ({"question": "n", "operator": ">", "answerInteger": 3}, "n > 3"),
        ({"question": "n", "operator": "<=", "answerDecimal": 2.5}, "n <= 2.5"),
        ({"question": "n", "operator": "exists", "answerBoolean": True}, "n >= 0"),
        ({"question": "n", "operator": "~", "answerInteger": 3}, None),
        ({"question": "n", "operator": "=", "answerDate": "2026-11-28"}, None),
        ({"question": "a", "operator": ">", "answerCoding": {"code": "x"}}, None),
        ({"question": "a", "operator": "=", "answerCoding": {"code": "other"}}, None),
        ({"question": "b", "operator": ">", "answerBoolean": True}, None),
        ({"question": "t", "operator": "exists", "answerBoolean": True}, None),
        ({"question": "later", "operator": "exists", "answerBoolean": True}, None),
    ],
)
def test_a_condition_is_told_in_our_words_or_said_to_be_lost(when: Json, condition: str | None) -> None:
    limits = [{"url": EXT + "minValue", "valueInteger": 0}, {"url": EXT + "maxValue", "valueInteger": 9}]
    resource = form(
        picks("a", "x", "y", "z"), picks("m", "x", "y", "z", repeats=True), asked("b", "boolean"),
        asked("n", "integer", extension=limits), asked("t", "text"), asked("q", "boolean", enableWhen=[when]),
        asked("later", "boolean"),
    )  # fmt: skip
    assert questions(resource)["q"].get("when") == condition
    lost = said(resource).get("q", [])
    assert (condition is None) is any(f"enableWhen on '{when['question']}' is left out" in words for words in lost)


def test_where_one_of_several_conditions_is_lost_the_question_is_asked_of_everybody() -> None:
    whens = [
        {"question": "b", "operator": "=", "answerBoolean": True},
        {"question": "t", "operator": "=", "answerString": "x"},
    ]
    resource = form(
        asked("b", "boolean"), asked("t", "text"), asked("q", "boolean", enableWhen=whens, enableBehavior="any")
    )
    assert "when" not in questions(resource)["q"]
    assert said(resource)["q"] == [
        (
            "enableWhen on 't' is left out: nothing depends on a free text here; "
            "it is asked of everybody: write its condition"
        )
    ]


def test_groups_are_flattened_and_their_conditions_go_on_to_what_is_inside() -> None:
    when = {"question": "b", "operator": "=", "answerBoolean": True}
    inner = {"question": "c", "operator": "=", "answerBoolean": True}
    group = {
        "linkId": "g", "type": "group", "text": "Om hjemmet", "repeats": True, "enableWhen": [when],
        "item": [asked("c", "boolean"), asked("d", "boolean", enableWhen=[inner], item=[asked("e", "text")])],
    }  # fmt: skip
    resource = form(asked("b", "boolean"), group)
    found = questions(resource)
    assert [(name, one["type"], one.get("when")) for name, one in found.items()] == [
        ("b", "yes_no", None), ("g", "information", "b = yes"), ("c", "yes_no", "b = yes"),
        ("d", "yes_no", "b = yes and c = yes"), ("e", "text", "b = yes and c = yes"),
    ]  # fmt: skip
    lost = said(resource)
    assert len(lost["g"]) == 2
    assert lost["e"] == ["lies inside the question 'd'; it is asked after it, always"]


@pytest.mark.parametrize(
    ("item", "kind", "words"),
    [
        (asked("q", "attachment"), None, "is of the type attachment"),
        (asked("q", "reference"), None, "is of the type reference"),
        (asked("q", "coding"), None, "is of the type coding"),
        (asked("q", "date"), "text", "asks for a day"),
        (asked("q", "quantity"), "number", "is of the type quantity"),
        (asked("q", "decimal", extension=[{"url": EXT + "maxDecimalPlaces", "valueInteger": 2}]), "number",
         "the extension http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces is left out"),
        (asked("q", "open-choice", answerOption=[{"valueString": "Ja takk"}, {"valueString": "Nei takk"}]), "choice",
         "lets one write another answer"),
        (picks("q", "one"), "text", "has fewer than two options"),
        (asked("q", "choice", answerValueSet="https://koder.example/vs"), "text", "the options stand elsewhere"),
        (asked("q", "text", repeats=True), "text", "may be answered several times"),
        (asked("q", "text", maxLength=50), "text", "maxLength is left out"),
        (asked("q", "boolean", initial=[{"valueBoolean": True}]), "yes_no", "initial is left out"),
        (asked("q", "boolean", prefix="1."), "yes_no", "prefix is left out"),
        (asked("q", "boolean", extension=[{"url": SDC + "itemMedia", "valueAttachment": {}}]), "yes_no", "itemMedia"),
        (asked("q", "boolean", extension=[{"url": EXT + "questionnaire-hidden", "valueBoolean": True}]), None,
         "is hidden"),
        (asked("q", "boolean", extension=[
            {"url": SDC + "enableWhenExpression", "valueExpression": {"expression": "1 = 1"}}]), "yes_no",
         "1 = 1 is no condition here"),
        (asked("q", "integer", extension=[
            {"url": SDC + "calculatedExpression", "valueExpression": {"expression": "where(linkId = 'b')"}}]), None,
         "write it under scores, of: [b]"),
        (asked("q", "integer", extension=[{"url": EXT + "minValue", "valueInteger": 5000}]), "number",
         "takes numbers from 5000 to 1000"),
        ({"linkId": "q", "type": "boolean"}, "yes_no", "has no words"),
        (asked("q", "boolean", _text={"extension": [{"url": EXT + "rendering-xhtml", "valueString": "<b>Om</b>"}]}),
         "yes_no", "the look of a text is left out"),
        (asked("q", "boolean", text="Har {navn} falt?"), "yes_no", "uses {navn}"),
    ],
)  # fmt: skip
def test_what_we_do_not_have_is_said_with_its_item(item: Json, kind: str | None, words: str) -> None:
    resource = form(asked("b", "boolean"), item)
    assert questions(resource).get("q", {}).get("type") == kind
    lost = said(resource)
    assert any(words in line for line in [*lost.get("q", []), *lost["-"]]), lost


def test_options_keep_weights_and_translations_and_are_called_by_slugs() -> None:
    coding = {
        "code": "LA6568-5", "display": "Aldri",
        "_display": {"extension": [{"url": EXT + "translation", "extension": [
            {"url": "lang", "valueCode": "en-GB"}, {"url": "content", "valueString": "Never"}]}]},
        "extension": [{"url": EXT + "ordinalValue", "valueDecimal": 0}],
    }  # fmt: skip
    other = {"valueCoding": {"code": "and", "display": "Ofte", "extension": [
        {"url": EXT + "ordinalValue", "valueDecimal": 3.0}]}}  # fmt: skip
    half = {"valueCoding": {"code": "half", "extension": [{"url": EXT + "ordinalValue", "valueDecimal": 0.5}]}}
    resource = form(asked("/44250-9", "choice", answerOption=[{"valueCoding": coding}, other, half]))
    assert questions(resource)["q-44250-9"]["options"] == [
        {"value": "la6568-5", "label": {"nb": "Aldri", "en": "Never"}, "weight": 0},
        {"value": "and", "label": {"nb": "Ofte"}, "weight": 3},
        {"value": "half", "label": {"nb": "half"}, "weight": 0},
    ]
    assert "values are written as slugs (LA6568-5 → la6568-5); nothing to do" in said(resource)["/44250-9"]
    assert "the weight 0.5 is left out; weights are whole, at most 100" in said(resource)["/44250-9"]


def test_options_that_the_file_carries_in_a_set_of_values_are_found() -> None:
    concepts = [{"code": "a", "display": "A", "designation": [{"language": "nn", "value": "Å"}]}, {"code": "b"}]
    values = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"concept": concepts}]}}
    found = questions(form(asked("q", "choice", answerValueSet="#v"), contained=[values]))["q"]
    assert found["options"] == [{"value": "a", "label": {"nb": "A", "nn": "Å"}}, {"value": "b", "label": {"nb": "b"}}]


def test_words_in_another_language_stand_under_bokmaal_until_they_are_translated() -> None:
    taken = take(form(asked("q", "boolean"), language="de"))
    assert taken.part.fields["title"] == {"nb": "Prøve"}
    assert any("its language is de" in loss.what for loss in taken.losses)
    english = take(form(asked("q", "boolean"), language="en")).part.fields
    assert english["title"] == {"nb": "Prøve", "en": "Prøve"}
    assert english["translation"] == {"nb": "unofficial", "en": "original"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "the file is not JSON"),
        (b"\xff\xfe", "the file is not UTF-8"),
        (b"[]", "the file is no FHIR resource"),
        (b'{"resourceType": "Patient"}', "the file is a Patient; allowed: one FHIR R4 resource"),
        (b"[" * 100_000, "the file is nested too deep"),
        (b" " * (5 * 1024 * 1024), "the file has 5242880 bytes; allowed: at most 1048576"),
        (json.dumps(form()).encode(), "has no item"),
        (json.dumps(form({"type": "text"})).encode(), "its item 1 has no linkId"),
        (json.dumps(form({"linkId": "a"})).encode(), "a: has no type"),
        (json.dumps(form({"linkId": "a", "type": "text", "item": "b"})).encode(), "a: item is no list of objects"),
        (json.dumps(form(asked("a", "text", enableWhen=[{}]))).encode(), "a: an enableWhen has no question"),
        (json.dumps(form(asked("a", "text"), asked("a", "text"))).encode(), "a: stands 2 times; allowed: each"),
        (
            json.dumps(form(
                asked("a", "boolean", enableWhen=[{"question": "b", "operator": "exists"}]),
                asked("b", "boolean", enableWhen=[{"question": "a", "operator": "exists"}]),
            )).encode(),
            "a, b: wait for each other by enableWhen",
        ),
        (json.dumps(form(asked("a", "boolean", enableWhen=[{"question": "a", "operator": "="}]))).encode(), "a: wait"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_what_is_allowed(content: bytes, words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        take_over(content, on=ON)
    assert words in str(refused.value)


def test_items_may_not_lie_in_each_other_without_end() -> None:
    item = asked("q0", "boolean")
    for number in range(1, 40):
        item = {"linkId": f"g{number}", "type": "group", "item": [item]}
    with pytest.raises(InvalidError, match="deeper in each other than 12 levels"):
        take(form(item))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["content", "import-fhir", *arguments], catch_exceptions=False)


def test_the_command_writes_the_file_and_says_what_to_look_at(tmp_path: Path) -> None:
    source = tmp_path / "fremmed.json"
    source.write_text(json.dumps(form(asked("q", "boolean"), asked("a", "attachment"))))
    shown = run(str(source))
    assert (shown.exit_code, shown.stdout.splitlines()[:2]) == (0, ["title:", "  nb: Prøve"])
    assert "a: is of the type attachment; there is none such here: ask in another way" in shown.stderr.splitlines()
    assert shown.stderr.splitlines()[-1].endswith("things to look at")
    written = run(str(source), "--to", str(tmp_path / "content"), "--slug", "falltest")
    path_ = tmp_path / "content" / "shared" / "selfchecks" / "falltest.yaml"
    assert (written.exit_code, path_.read_text("utf-8")) == (0, shown.stdout)
    again = run(str(source), "--to", str(tmp_path / "content"), "--slug", "falltest")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


@pytest.mark.parametrize("content", [b"nothing", b"x" * (MOST_BYTES + 1), None])
def test_the_command_says_why_it_cannot_read_a_file(tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "fremmed.json"
    if content is not None:
        source.write_bytes(content)
    refused = run(str(source))
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "fremmed.json: " in refused.stderr


NAMES = (
    "linkId", "type", "text", "_text", "item", "enableWhen", "question", "operator", "answerOption", "valueCoding",
    "code", "display", "extension", "url", "valueInteger", "valueDecimal", "contained", "language", "version", "title",
    "repeats",
    "answerBoolean", "answerCoding", "answerInteger", "id", "compose", "include", "concept", "answerValueSet",
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6),
    st.sampled_from(["choice", "integer", "group", "display", "q1", "=", "exists", "#v", EXT + "minValue"]),
)  # fmt: skip
JUNK = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
)
KINDS = ("choice", "open-choice", "integer", "boolean", "text", "group", "display", "date", "?")


@st.composite
def junk_items(draw: st.DrawFn) -> list[Json]:
    """Draw items that have names and types, and anything else."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        rest = draw(st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=5))
        made.append({**rest, "linkId": f"q{number}", "type": draw(st.sampled_from(KINDS))})
    return made


@given(junk_items(), st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=4))
def test_whatever_stands_in_a_file_it_is_taken_over_or_refused(given_: list[Json], more: Json) -> None:
    try:
        taken = take({**form(), **more, "resourceType": "Questionnaire", "item": given_})
    except InvalidError:
        return
    assert isinstance(read(taken.part.key.slug, taken.part.fields), SelfCheck)
    files.format_part(taken.part).encode()
    assert all(str(loss).isprintable() for loss in taken.losses)
