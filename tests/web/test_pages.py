from __future__ import annotations

import pytest

from tests.factories.site import ask
from webapp.web.front import Front

FRAGMENTS = [
    ("/nb/sok", "q=alarm"),
    ("/nb/sok", "q=zzzzzz"),
    ("/nb/sok", ""),
    ("/nb/sok/forslag", "q=al"),
    ("/nb/hvem-gjor-hva", "q=mat"),
    ("/nb/hvem-gjor-hva", "q=zzzzzz"),
]


@pytest.mark.parametrize(("path", "query"), FRAGMENTS)
def test_htmx_gets_the_part_of_the_page_that_it_asks_for_word_for_word(front: Front, path: str, query: str) -> None:
    whole = ask(front, path, query).text
    part = ask(front, path, query, headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert "<h1" not in part
    assert part.strip() in whole


@pytest.mark.parametrize(("path", "query"), FRAGMENTS)
@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true", "HX-History-Restore-Request": "true"}, {"HX-Request": "false"}, {"HX-Boosted": "true"}],
)
def test_whoever_asks_for_the_whole_page_gets_it(front: Front, path: str, query: str, headers: dict[str, str]) -> None:
    assert ask(front, path, query, headers=headers).body == ask(front, path, query).body


@pytest.mark.parametrize("path", ["/nb/", "/nb/abc/", "/nb/abc/fall", "/nb/tjenester/"])
def test_a_page_without_parts_is_whole_for_htmx_too(front: Front, path: str) -> None:
    assert ask(front, path, headers={"HX-Request": "true"}).body == ask(front, path).body


@pytest.mark.parametrize(("path", "query"), FRAGMENTS)
def test_an_address_that_answers_parts_says_that_it_does(front: Front, path: str, query: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        assert ask(front, path, query, headers=headers).headers["Vary"] == "HX-Request"
