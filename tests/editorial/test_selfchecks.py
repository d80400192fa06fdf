"""Self-checks in the editorial office: the test run, trying out, what is an instrument's, and a municipality's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.editors import form_of, press, save, send
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from webapp.app import Avklart

FALLS = "/redaksjon/sider/felles/selvsjekk/fallfeller"
OWN_FALLS = "/redaksjon/sider/egen/selvsjekk/fallfeller"
WHO5 = "/redaksjon/sider/felles/selvsjekk/who5"
LOOSE = "Ligger det løse ting på golvet?"


def fields_of(page: Any) -> dict[str, Any]:
    """Answer what the form of a question carries along."""
    form = form_of(page, "form.question")
    return {name: given for name, given in form.items() if name not in {"csrf_token", "answer"}}


def answer(browser: Browser, page: Any, value: str, **more: str) -> Any:
    """Answer the question that is shown."""
    return browser.post(f"{FALLS}/prov/nb", **{**fields_of(page), "answer": value, **more})


def test_the_examples_of_a_published_self_check_come_out_right(editor: Browser) -> None:
    page = editor.get(f"{FALLS}/prov")
    assert "Alle" in page.one("p.notice").get_text()
    assert {line.get_text(strip=True)[1:].strip() for line in page.soup.select(".work-list__what strong")} == {"Riktig"}


def test_a_draft_that_counts_otherwise_says_which_examples_fail_and_is_not_published(editor: Browser) -> None:
    facts = f"{FALLS}/fakta"
    form = form_of(editor.get(facts))
    weight = next(name for name in sorted(form) if name.endswith(".weight") and form[name] == ["1"])
    save(editor, facts, {weight: "0"})
    page = editor.get(f"{FALLS}/prov")
    assert "kommer ikke riktig ut" in page.one("p.notice").get_text()
    assert "Ikke riktig: tallet" in page.text
    assert editor.get(FALLS).soup.find("button", string="Send til godkjenning") is None
    press(editor, FALLS, "utkast", status=409, handling="send")
    press(editor, FALLS, "publisering", status=409, when="na")


def test_an_example_that_expects_something_else_is_told_too(editor: Browser) -> None:
    save(editor, f"{FALLS}/fakta", {"f.vectors.0.score": "9"})
    assert "1 eksempel kommer ikke riktig ut" in editor.get(f"{FALLS}/prov").text
    assert "Se det i prøvekjøringen" in editor.get(FALLS).text


def test_a_draft_is_tried_out_as_readers_meet_it_and_nothing_is_kept(editor: Browser) -> None:
    save(editor, f"{FALLS}/fakta", {"f.questions.0.text.nb": LOOSE})
    page = editor.get(f"{FALLS}/prov/nb")
    assert page.one("h1").get_text() == LOOSE
    page = answer(editor, page, "yes")
    assert page.one("h1").get_text() != LOOSE
    page = answer(editor, page, "", handling="tilbake")
    assert page.one("h1").get_text() == LOOSE
    while page.soup.select_one("[name=answer]"):
        page = answer(editor, page, "yes")
    assert page.one("h1").get_text() == "Dette sier svarene dine"
    assert page.soup.select(".short-answer h2")


def test_an_answer_that_does_not_fit_is_said_and_what_was_answered_stays(editor: Browser) -> None:
    before = fields_of(answer(editor, editor.get(f"{FALLS}/prov/nb"), "yes"))
    refused = editor.post(f"{FALLS}/prov/nb", status=422, **{**before, "answer": "kanskje"})
    assert refused.one("[role=alert]")
    assert fields_of(refused) == before


@pytest.mark.parametrize("path", ["prov", "prov/nb"])
def test_only_a_self_check_is_tried_out(editor: Browser, path: str) -> None:
    editor.get(f"/redaksjon/sider/felles/oppslag/fall/{path}", status=404)


def test_the_words_and_the_counting_of_an_instrument_by_others_are_not_changed(editor: Browser) -> None:
    page = editor.get(f"{WHO5}/fakta")
    assert page.one("#f-questions").has_attr("disabled")
    save(editor, f"{WHO5}/fakta", {"f.questions.0.text.nb": "Er du glad?", "f.short.nb": "Om hvordan du har det."})
    page = editor.get(f"{WHO5}/fakta")
    assert form_of(page)["f.short.nb"] == ["Om hvordan du har det."]
    assert page.one("[id='f-questions-0-text-nb']").get_text().strip() != "Er du glad?"
    save(editor, f"{WHO5}/fakta", {"f.bands.0.to": "27"})
    assert "hører til instrumentet" in editor.get(WHO5).text


def test_a_municipality_has_its_own_self_check_field_by_field(avklart: Avklart, editor: Browser) -> None:
    facts = f"{OWN_FALLS}/fakta"
    form = form_of(editor.get(facts))
    assert form["f.short.nb"] == [""]
    begun = form_of(send(editor, facts, form, {}, handling="begynn:f.short"))
    assert begun["f.short.nb"] != [""]
    save(editor, facts, {"f.short.nb": "Gå en runde hjemme."})
    press(editor, OWN_FALLS, "publisering", when="na")
    look_now(avklart)
    assert "Gå en runde hjemme." in ask(avklart.front, "/nb/selvsjekk/fallfeller", host="127.0.0.1:8000").text
    assert "Gå en runde hjemme." not in ask(avklart.front, "/nb/selvsjekk/fallfeller", host=DALSBYGD).text
