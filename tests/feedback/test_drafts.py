"""A draft that is open for comment: for a council with the link or for everybody, until its day has passed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories.editors import come_in, press, save
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from tests.feedback.test_views import kept, send
from tests.page import Client, checked
from webapp.app import Avklart
from webapp.feedback.current import WORDS
from webapp.feedback.domain import Sort
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role

FALL = "/redaksjon/sider/felles/oppslag/fall"
WORDS_OF_DRAFT = "Ring 113 straks. Bli hos den som har falt."
LAST = "2026-12-01"


def open_draft(editor: Browser, whom: str = "rad", council: str = "Eldrerådet", ends_on: str = LAST) -> str:
    """Write a draft, open it for comment, and answer the path of its link."""
    save(editor, f"{FALL}/nb", {"f.short": WORDS_OF_DRAFT})
    editor.get(FALL)
    page = editor.post(f"{FALL}/utkast", handling="apne", whom=whom, council=council, ends_on=ends_on)
    return page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")


def test_a_council_reads_the_draft_comments_on_it_and_sees_what_became_of_it(
    avklart: Avklart, editor: Browser, client: Client
) -> None:
    path = open_draft(editor)
    page = client.get(path)
    assert WORDS_OF_DRAFT in page.text
    assert "Dette er et utkast." in page.text
    assert "Vi spør Eldrerådet. Du kan kommentere til og med 1. desember 2026." in page.text
    assert page.one("#name")["value"] == "Eldrerådet"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert page.soup.select(".found-answer") == []
    answer = send(client, path, words="Skriv nummeret øverst.", about="Hva du kan gjøre selv", name="Eldrerådet")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?sendt=ja#kommentar")
    page = client.get(f"{path}?sendt=ja")
    assert "Takk. En redaktør leser kommentaren din." in page.text
    assert "Skriv nummeret øverst." in page.text
    (row,) = kept(avklart, sort=Sort.COMMENT)
    assert (row.kind, row.slug, row.about, row.name) == ("entry", "fall", "Hva du kan gjøre selv", "Eldrerådet")
    assert "Skriv nummeret øverst." in editor.get(FALL).text, "the comment stands beside the draft"
    editor.get(f"/redaksjon/tilbakemeldinger/{row.id}")
    editor.post(f"/redaksjon/tilbakemeldinger/{row.id}", became="changed", reply="Det står øverst nå.")
    page = client.get(path)
    assert "Endret Det står øverst nå." in page.text


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_draft_is_read_in_another_language_at_the_same_address(
    editor: Browser, client: Client, language: str
) -> None:
    path = open_draft(editor)
    link = client.get(path).one(f".language-switch a[hreflang={language}]")
    assert link["href"] == path.replace("/nb/", f"/{language}/")
    client.get(str(link["href"]))


def test_everybody_finds_an_open_draft_until_its_day_has_passed(
    avklart: Avklart, editor: Browser, client: Client, clock: FixedClock
) -> None:
    path = open_draft(editor, whom="alle", council="")
    look_now(avklart)
    page = client.get("/nb/dere-sa-vi-endret")
    assert page.links()["Fall: hva gjør jeg nå"] == path
    assert "til og med 1. desember 2026" in page.text
    assert WORDS_OF_DRAFT in client.get(path).text
    send(client, path, words="Fint at dere spør")
    assert "Fint at dere spør" not in client.get(path).text, "what anybody writes is read by editors only"
    assert [row.words for row in kept(avklart)] == ["Fint at dere spør"]
    assert path not in ask(avklart.front, "/nb/dere-sa-vi-endret", host=DALSBYGD).text
    clock.time = NOON + timedelta(days=9)  # still its last day
    look_now(avklart)
    client.get(path)
    assert path in client.get("/nb/dere-sa-vi-endret").response.text
    clock.time = NOON + timedelta(days=10)
    look_now(avklart)
    assert path not in client.get("/nb/dere-sa-vi-endret").response.text
    assert client.get(path, status=410).heading() == "Dette utkastet er ikke lenger åpent for kommentarer"


def test_a_comment_that_comes_too_late_is_not_kept_and_not_lost(
    avklart: Avklart, editor: Browser, client: Client, clock: FixedClock
) -> None:
    path = open_draft(editor)
    clock.time = NOON + timedelta(days=10)
    answer = send(client, path, words="Ett minutt for sent")
    assert answer.status_code == 410
    page = checked(answer, path)
    assert "Ett minutt for sent" in page.text
    assert "ble ikke lagret" in page.text
    assert kept(avklart) == []


@pytest.mark.parametrize("whom", ["rad", "alle"])
@pytest.mark.parametrize("how", ["closed", "thrown away", "published"])
def test_a_draft_closes_when_it_is_closed_thrown_away_or_published(
    avklart: Avklart, editor: Browser, client: Client, whom: str, how: str
) -> None:
    cafe = "/redaksjon/sider/egen/moteplass/seniorkafeen"
    save(editor, f"{cafe}/nb", {"f.when": "onsdager"})
    editor.get(cafe)
    page = editor.post(f"{cafe}/utkast", handling="apne", whom=whom, council="Eldrerådet", ends_on=LAST)
    path = page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")
    client.get(path)
    if how == "published":
        press(editor, cafe, "publisering", when="na")
    elif how == "thrown away":
        editor.post(f"{cafe}/utkast", handling="forkast")
    else:
        button = page.soup.select_one("button[value^='lukk:']")
        assert button is not None
        editor.post(f"{cafe}/utkast", handling=str(button["value"]))
    client.get(path, status=410)
    assert send(client, path, words="For sent").status_code == 410
    look_now(avklart)
    assert path not in client.get("/nb/dere-sa-vi-endret").response.text
    assert kept(avklart) == []


@pytest.mark.parametrize("words", ["", "  \n ", "\u200b", "x" * 5000, "40012345"])
def test_a_comment_that_is_refused_stands_under_the_draft_as_it_was_written(
    avklart: Avklart, editor: Browser, client: Client, words: str
) -> None:
    path = open_draft(editor)
    answer = send(client, path, words=words, about="Kort fortalt", name="Noen")
    assert answer.status_code == 422
    page = checked(answer, path)
    assert WORDS_OF_DRAFT in page.text
    assert page.one(".error-summary a")["href"] == "#words"
    assert page.one("#about")["value"] == "Kort fortalt"
    assert page.one("textarea").get_text().strip() == words.strip().strip("\u200b") or words == "\u200b"
    assert kept(avklart) == []


def test_a_flood_of_comments_is_stopped_and_the_last_one_is_not_lost(
    avklart: Avklart, editor: Browser, client: Client
) -> None:
    path = open_draft(editor)
    for number in range(WORDS.most):
        send(client, path, words=f"Kommentar {number}")
    answer = send(client, path, words="En til")
    assert answer.status_code == 429
    assert checked(answer, path).one("textarea").get_text().strip() == "En til"
    assert len(kept(avklart)) == WORDS.most
    assert send(client, path, words="kjøp", website="x", address="192.0.2.1").status_code == 303
    send(client, path, words="se www.billig.example", address="192.0.2.1")
    assert len(kept(avklart)) == WORDS.most
    assert len(kept(avklart, is_apart=True)) == 1
    assert "billig" not in client.get(path).text


def test_nothing_is_taken_from_another_site(avklart: Avklart, editor: Browser, client: Client) -> None:
    path = open_draft(editor)
    answer = client.raw(path, method="POST", data={"words": "Hei"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert kept(avklart) == []


@pytest.mark.parametrize("secret", ["x", "x" * 43, "%00", "' OR 1=1 --"])
def test_a_link_that_never_was_takes_no_comment(avklart: Avklart, client: Client, secret: str) -> None:
    assert send(client, f"/nb/utkast/{secret}", words="Hei").status_code == 404
    assert kept(avklart) == []


def test_a_link_to_read_only_takes_no_comment_and_one_of_another_municipality_is_none(
    avklart: Avklart, editor: Browser, client: Client
) -> None:
    path = open_draft(editor)
    assert ask(avklart.front, path, host=DALSBYGD).status == 404
    theirs = Client(avklart.front, host=DALSBYGD)
    assert send(theirs, path, words="Hei").status_code == 404
    editor.get(FALL)
    page = editor.post(f"{FALL}/utkast", handling="lenke")
    only_read = page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")
    assert client.get(only_read).soup.select("#kommentar") == []
    assert send(client, only_read, words="Hei").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"whom": ""}, {"whom": "rad", "council": " "}, {"ends_on": ""}, {"ends_on": "i morgen"},
     {"ends_on": "2026-11-21"}, {"ends_on": "2028-01-01"}],
)  # fmt: skip
def test_an_opening_that_is_not_whole_is_refused_with_what_was_written(editor: Browser, fields: dict[str, str]) -> None:
    save(editor, f"{FALL}/nb", {"f.short": WORDS_OF_DRAFT})
    editor.get(FALL)
    told = {"whom": "rad", "council": "Eldrerådet", "ends_on": LAST, **fields}
    page = editor.post(f"{FALL}/utkast", handling="apne", status=422, **told)
    assert page.soup.select(".error-summary a")
    assert page.one("#ends_on").get("value", "") == told["ends_on"]
    assert "utkast/" not in " ".join(page.links().values())


def test_a_shared_draft_is_commented_on_in_each_municipality_apart(
    avklart: Avklart, editor: Browser, client: Client
) -> None:
    path = open_draft(editor)
    send(client, path, words="Til Fjordvik")
    theirs = come_in(avklart, Role.EDITOR, municipality="dalsbygd", name="Dag Dalsbygd")
    page = theirs.get(FALL)
    assert "Til Fjordvik" not in page.text
    assert "Eldrerådet" not in page.text
    (row,) = kept(avklart)
    theirs.get(f"/redaksjon/tilbakemeldinger/{row.id}", status=404)
    (hearing,) = re.findall(r"lukk:[0-9a-f]{32}", editor.get(FALL).response.text)
    theirs.get(FALL)
    theirs.post(f"{FALL}/utkast", handling=hearing)
    client.get(path)
