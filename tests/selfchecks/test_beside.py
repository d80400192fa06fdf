"""A result beside an earlier one: brought as a file, read strictly, stored nowhere (SJ-8b)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import CONTENT, NOON
from tests.factories.people import Browser
from tests.selfchecks.checks import checks_in
from tests.selfchecks.test_views import CHECK, answer, answered
from webapp.app import Avklart
from webapp.selfchecks.domain.answers import first_open
from webapp.selfchecks.domain.earlier import EarlierError, EarlierFault
from webapp.selfchecks.domain.questionnaire import read
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.fhir import response
from webapp.selfchecks.fhir.earlier import MOST_BYTES, read_earlier
from webapp.storage.working_copies import WorkingCopyRow

FIELDS = checks_in(CONTENT)
BASE = "http://127.0.0.1:8000"
FALLS = read("fallfeller", FIELDS["fallfeller"])
ASKED = 12
"""So many are asked of somebody who has not fallen: the last one is only for those who have."""


def file_of(slug: str, answers: dict[str, str]) -> dict[str, Any]:
    """Answer the file that a result page offers."""
    return response(read(slug, FIELDS[slug]), answers, at=NOON, language="nb", base=BASE)


def no_to_all() -> dict[str, str]:
    return {question.id: "no" for question in FALLS.questions}


def bring(browser: Browser, body: bytes) -> Any:
    """Bring a file to the page of the result that the browser has."""
    assert browser.page
    token = str(browser.page.soup.select("input[name=draft_token]")[0]["value"])
    data = {"draft_token": token, "earlier": (io.BytesIO(body), "before.json")}
    return browser.raw(f"{CHECK}/sammenlign", "POST", data=data, headers={"Origin": f"http://{browser.host}"})


def copies(avklart: Avklart) -> list[bytes]:
    with avklart.database.reading() as session:
        return [row.content for row in session.scalars(select(WorkingCopyRow))]


def test_the_file_of_one_day_lies_beside_the_result_of_another_and_nothing_is_stored(
    avklart: Avklart, browser: Browser
) -> None:
    answered(browser, ASKED, "yes")
    answer(browser, ASKED + 1, "no")
    kept = browser.raw(f"{CHECK}/resultat.json")
    assert kept.headers["Content-Disposition"] == 'attachment; filename="fallfeller-2026-11-22.json"'
    for number in range(1, ASKED + 1):
        answer(browser, number, "no")
    before = copies(avklart)
    shown = bring(browser, kept.data)
    assert shown.status_code == 200, shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    for words in ("Før og nå", "22. november 2026", 'Før: <span dir="auto">Ja', 'Nå: <strong dir="auto">Nei'):
        assert words in shown.text, words
    assert copies(avklart) == before


@pytest.mark.parametrize("slug", sorted(set(FIELDS)))
def test_what_we_give_out_is_taken_back_with_the_same_answers_and_result(slug: str) -> None:
    check = read(slug, FIELDS[slug])
    for vector in FIELDS[slug]["vectors"]:
        answers = {name: str(value) for name, value in vector["answers"].items()}
        if first_open(check, answers) is None:
            found = read_earlier(check, json.dumps(file_of(slug, answers)).encode())
            assert (found.at, result(check, found.answers)) == (NOON, result(check, answers))


def changed(**what: Any) -> bytes:
    return json.dumps({**file_of("fallfeller", no_to_all()), **what}).encode()


def with_item(place: int, **what: Any) -> bytes:
    found = file_of("fallfeller", no_to_all())
    found["item"][place] = {**found["item"][place], **what}
    return json.dumps(found).encode()


WRONG = {
    "nothing": (b"", EarlierFault.NONE),
    "too large": (b" " * (MOST_BYTES + 1), EarlierFault.TOO_LARGE),
    "no json": (b"%PDF-1.7", EarlierFault.NO_RESULT),
    "bytes that are no text": (b"\xff\xfe{}", EarlierFault.NO_RESULT),
    "a list": (b"[]", EarlierFault.NO_RESULT),
    "deep": (b"[" * 60_000, EarlierFault.NO_RESULT),
    "a long number": (b"9" * 60_000, EarlierFault.NO_RESULT),
    "another kind": (changed(resourceType="Patient"), EarlierFault.NO_RESULT),
    "unfinished": (changed(status="in-progress"), EarlierFault.NO_RESULT),
    "another check": (changed(questionnaire=f"{BASE}/fhir/Questionnaire/boligen|1"), EarlierFault.ANOTHER),
    "another version": (
        changed(questionnaire=f"{BASE}/fhir/Questionnaire/fallfeller|0"), EarlierFault.ANOTHER_VERSION
    ),
    "no time": (changed(authored="in June"), EarlierFault.NO_RESULT),
    "a time without its zone": (changed(authored="2026-06-01T12:00:00"), EarlierFault.NO_RESULT),
    "an answer to what was not asked": (
        with_item(0, linkId="head-or-floor"), EarlierFault.NO_RESULT
    ),
    "an unknown question": (with_item(0, linkId="made-up"), EarlierFault.NO_RESULT),
    "a question twice": (with_item(0, linkId=FALLS.questions[1].id), EarlierFault.NO_RESULT),
    "an answer of another type": (with_item(0, answer=[{"valueString": "no"}]), EarlierFault.NO_RESULT),
    "an answer that is no list": (with_item(0, answer=1), EarlierFault.NO_RESULT),
    "two answers": (with_item(0, answer=[{"valueBoolean": True}, {"valueBoolean": False}]), EarlierFault.NO_RESULT),
}  # fmt: skip


@pytest.mark.parametrize(("body", "fault"), WRONG.values(), ids=WRONG)
def test_what_is_not_wholly_right_is_refused_with_its_reason(body: bytes, fault: EarlierFault) -> None:
    with pytest.raises(EarlierError) as refused:
        read_earlier(FALLS, body)
    assert refused.value.fault is fault


PLAIN = st.none() | st.booleans() | st.integers() | st.text()
NAMES = ("resourceType", "status", "questionnaire", "item", "answer", "linkId", "authored")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner)))
def test_anything_else_is_refused_and_breaks_nothing(body: Any) -> None:
    with pytest.raises(EarlierError):
        read_earlier(FALLS, json.dumps(body).encode())


def test_a_file_that_does_not_fit_is_said_on_the_page_of_the_result(browser: Browser) -> None:
    answered(browser, ASKED)
    refused = bring(browser, b"{}")
    assert refused.status_code == 422
    assert "Denne fila er ikke et resultat herfra, eller den er endret." in refused.text


def test_without_a_result_of_now_there_is_nothing_to_lay_it_beside(browser: Browser) -> None:
    browser.get(f"{CHECK}/sporsmal/1")
    assert browser.raw(f"{CHECK}/resultat.json").status_code == 303
