"""What is said beside a text while it is written: in words, in three languages, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import render_template

from tests.factories.people import HOSTS
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.domain.remarks import Matter
from webapp.editorial.presenters.remarks import SENTENCES, RemarksBox, remarks_on

FIELDS = {
    "title": "Om oss",
    "lead": "Du får et vedtak. Ring {telephone} for at vi kan komme hjem til deg og se på døra og trappa og badet og "
    "senga og stolen og lyset og alt.",
    "body": "Det koster 500 kroner. Se [borte](entry:borte), og les [her](entry:fall).",
}


@pytest.fixture(params=["nb", "nn", "en"])
def language(standing: Avklart, request: pytest.FixtureRequest) -> Iterator[str]:
    """A request in a language."""
    code = str(request.param)
    with standing.flask.test_request_context(f"/{code}/", base_url=f"http://{HOSTS['fjordvik']}"):
        standing.flask.preprocess_request()
        yield code


def box(language: str, **changes: str) -> RemarksBox:
    key = PageKey(None, "page", "om", language)
    return remarks_on(key, {**FIELDS, **changes}, common={}, name=str.upper, href="#felt-{}".format)


@pytest.mark.usefixtures("language")
def test_every_matter_has_a_sentence_that_takes_its_words() -> None:
    assert set(SENTENCES) == set(Matter)
    for sentence in SENTENCES.values():
        said = str(sentence) % {"words": "ORDET", "instead": "HELLER"}
        assert "%" not in said


def test_what_must_be_mended_is_told_apart_from_advice(language: str) -> None:
    found = box(language)
    assert [line.href for line in found.to_mend] == ["#felt-body", "#felt-body"]
    assert {line.field for line in found.to_mend} == {"BODY"}
    assert "500 kroner" in " ".join(line.words for line in found.to_mend)
    assert any("vedtak" in line.words for line in found.advice)
    assert "LIX" in found.summary
    assert not found.is_good


def test_a_hard_sentence_is_marked_and_told_in_words_with_the_facts_in_it(language: str) -> None:
    (paragraph,) = box(language).hard
    soup = BeautifulSoup(str(paragraph.body), "html5lib")
    (mark,) = soup.find_all("mark")
    assert mark.get_text().startswith("Ring 61 35 90 00 for at")
    assert soup.get_text().startswith("Du får et vedtak. ")
    assert len(paragraph.told) == 1
    assert "26" in paragraph.told[0]


def test_what_is_shown_is_text_and_never_html(language: str) -> None:
    text = "<script>alert(1)</script> " + "og ord " * 15 + "<img src=x onerror=alert(1)>."
    shown = render_template("editorial/remarks.html", page=box(language, body=text))
    soup = BeautifulSoup(shown, "html5lib")
    assert not soup.find_all(["script", "img"])
    assert "<script>" in soup.get_text()
    must, advice = (soup.get_text().index(str(soup.find_all("h3")[at].get_text())) for at in (0, 1))
    assert must < advice


def test_a_good_text_is_said_to_be_good(language: str) -> None:
    good = box(language, lead="Ring oss.", body="Vi hjelper deg.")
    assert good.is_good
    assert (good.to_mend, good.advice, good.hard) == ((), (), ())
    assert box(language, lead="", body="").summary == ""
