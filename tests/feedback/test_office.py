"""What readers have said, as editors meet it: in the work list, dealt with, taken into a draft, told to everybody."""

from __future__ import annotations

import pytest

from tests.factories.editors import come_in
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from tests.feedback.test_views import FALL, kept, said, send
from tests.page import Client
from webapp.app import Avklart
from webapp.feedback.domain import Sort
from webapp.kernel.permission import Role

LIST = "/redaksjon/tilbakemeldinger"
CHANGES = "/redaksjon/dere-sa"


def sentence(avklart: Avklart, client: Client, words: str = "Hvem måker snø?") -> str:
    """Let somebody write a sentence on a page, and answer its address for editors."""
    said(client, **FALL, funnet="nei", words=words)
    return f"{LIST}/{kept(avklart)[0].id}"


def test_the_work_list_has_pages_that_did_not_answer_and_suggestions(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    said(client, **FALL, funnet="nei")
    said(client, **FALL, funnet="nei", agent="another")
    said(client, kind="task", slug="snomaking", funnet="ja")
    sentence(avklart, client)
    send(client, "/nb/foresla", title="Hjelp med skattemeldingen")
    page = editor.get("/redaksjon/")
    assert "2 fant ikke svaret, 1 setning" in page.one("section[aria-labelledby=answers]").get_text()
    assert "Hjelp med skattemeldingen" in page.one("section[aria-labelledby=suggestions]").get_text()
    assert "Måke snø" not in page.one("section[aria-labelledby=answers]").get_text()
    link = str(page.one("section[aria-labelledby=answers] a")["href"])
    assert "Hvem måker snø?" in editor.get(link).text


def test_the_list_is_filtered_by_its_address(avklart: Avklart, client: Client, editor: Browser) -> None:
    sentence(avklart, client)
    send(client, "/nb/foresla", title="Skattemelding")
    said(client, kind="task", slug="snomaking", funnet="nei", words="Se www.x.example", address="192.0.2.9")
    everything = editor.get(LIST).text
    assert "Hvem måker snø?" in everything
    assert "Skattemelding" in everything
    assert "www.x.example" not in everything
    assert "Skattemelding" not in editor.get(f"{LIST}?hva=side").text
    assert "Hvem måker snø?" not in editor.get(f"{LIST}?hva=forslag").text
    assert "Skattemelding" not in editor.get(f"{LIST}?side=entry/fall").text
    assert "www.x.example" in editor.get(f"{LIST}?status=kanskje-soppel").text
    assert "Hvem måker snø?" not in editor.get(f"{LIST}?status=ferdig").text
    for strange in ("hva=x", "status=x", "side=x", "side=entry/../x", "side=entry/%00", "hva=&status=&side="):
        assert "Hvem måker snø?" in editor.get(f"{LIST}?{strange}").text


def test_a_page_that_was_looked_at_waits_no_more_until_somebody_says_it_again(client: Client, editor: Browser) -> None:
    said(client, **FALL, funnet="nei")
    editor.get(LIST)
    page = editor.post(LIST, handling="entry/fall")
    assert "fant ikke svaret" not in page.text
    said(client, **FALL, funnet="nei", agent="another")
    assert "1 fant ikke svaret" in editor.get(LIST).text
    editor.post(LIST, handling="../x", status=422)


def test_what_was_said_is_dealt_with_once_and_can_be_opened_again(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    other = come_in(avklart, Role.EDITOR, name="Randi Redaktør")
    address = sentence(avklart, client)
    other.get(address)
    editor.get(address)
    editor.post(address, status=422, reply="uten valg")
    assert editor.page is not None
    assert "uten valg" in editor.page.text
    page = editor.post(address, became="unchanged", reply="Det står under Måke snø.")
    assert page.heading() == "Det leserne sier"
    assert "Hvem måker snø?" not in page.text
    page = other.post(address, became="changed", reply="Jeg også", status=409)
    assert "Noen andre er ferdig med det" in page.text
    page = other.get(address)
    assert "Ikke endret" in page.text
    assert "Rolf Redaktør" in page.text
    assert "Det står under Måke snø." in page.text
    other.post(address, handling="apne")
    assert "Hvem måker snø?" in other.get(LIST).text


def test_what_is_no_spam_is_put_among_the_others(avklart: Avklart, client: Client, editor: Browser) -> None:
    said(client, **FALL, funnet="nei", words="Se www.lovdata.example")
    address = f"{LIST}/{kept(avklart, is_apart=True)[0].id}"
    editor.get(address)
    editor.post(address, handling="apne")
    assert [row.words for row in kept(avklart)] == ["Se www.lovdata.example"]


def test_a_suggestion_is_taken_into_a_new_page_with_its_words(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    send(client, "/nb/foresla", title="Hjelp med skattemeldingen")
    (row,) = kept(avklart, sort=Sort.SUGGESTION)
    link = editor.get(f"{LIST}/{row.id}").links()["Begynn på en ny side ut fra det"]
    assert "skattemeldingen" not in link, "what somebody wrote stands in no address"
    assert editor.get(link).one("#title")["value"] == "Hjelp med skattemeldingen"


def test_what_was_said_and_changed_is_told_to_everybody_in_the_editors_words(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    address = sentence(avklart, client, "Kari Nordmann fikk ikke hjelp")
    page = editor.get(editor.get(address).links()["Fortell alle: dere sa, vi endret"])
    assert "Kari Nordmann fikk ikke hjelp" in page.text
    assert page.one("input[name=side]")["value"] == "entry/fall"
    assert "Om «Fall: hva gjør jeg nå»." in page.text
    told = {
        "item": address.rsplit("/", 1)[1], "said_nb": "Det sto ikke hvem du ringer.",
        "changed_nb": "Nå står nummeret øverst.", "side": "entry/fall", "by": "Eldrerådet",
    }  # fmt: skip
    editor.post(f"{CHANGES}/ny", **told)
    look_now(avklart)
    page = client.get("/nb/dere-sa-vi-endret")
    assert "Det sto ikke hvem du ringer." in page.text
    assert "Nå står nummeret øverst." in page.text
    assert "Sagt av Eldrerådet." in page.text
    assert "22. november 2026" in page.text
    assert page.links()["Fall: hva gjør jeg nå"] == "/nb/abc/fall"
    assert "Kari Nordmann" not in page.text
    english = client.get("/en/dere-sa-vi-endret").one(".change__words:first-of-type")
    assert english["lang"] == "nb"
    assert "Det sto ikke" not in ask(avklart.front, "/nb/dere-sa-vi-endret", host=DALSBYGD).text
    assert "Endret" in editor.get(address).text, "what it came from is dealt with"


@pytest.mark.parametrize("side", ["", "x", "x/y", "entry/../x", "entry/finnes-ikke", "entry/fall"])
def test_a_change_may_be_told_without_anybody_having_written_and_of_a_page_or_of_none(
    avklart: Avklart, client: Client, editor: Browser, side: str
) -> None:
    page = editor.get(f"{CHANGES}/ny?side={side}")
    editor.post(f"{CHANGES}/ny", said_nb="På møtet", changed_nb="Nytt", side=str(page.one("input[name=side]")["value"]))
    look_now(avklart)
    page = client.get("/nb/dere-sa-vi-endret")
    assert "På møtet" in page.text
    assert ("/nb/abc/fall" in page.links().values()) is (side == "entry/fall")


def test_a_change_is_put_in_better_words_and_taken_away_without_a_trace(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    editor.get(f"{CHANGES}/ny")
    page = editor.post(f"{CHANGES}/ny", said_nb="kanarifugl", changed_nb="bur", side="", by="")
    address = page.links()["kanarifugl"]
    editor.get(address)
    editor.post(address, said_nb="spurv", changed_nb="bur", said_en="sparrow", changed_en="cage", side="x/y", by="")
    look_now(avklart)
    assert "spurv" in client.get("/nb/dere-sa-vi-endret").text
    assert "sparrow" in client.get("/en/dere-sa-vi-endret").text
    editor.get(address)
    editor.post(address, handling="fjern")
    look_now(avklart)
    assert "spurv" not in client.get("/nb/dere-sa-vi-endret").text
    editor.get(address, status=404)
    with avklart.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT fields, history FROM content_part WHERE kind = 'said'").all()
    assert not any(word in str(rows) for word in ("kanarifugl", "spurv"))


@pytest.mark.parametrize(
    "fields",
    [{}, {"said_nb": "x"}, {"said_nb": "x", "changed_nb": "y", "said_en": "z"},
     {"said_nb": "x" * 601, "changed_nb": "y"}],
)  # fmt: skip
def test_a_change_that_is_not_told_whole_is_refused_with_what_was_written(
    editor: Browser, fields: dict[str, str]
) -> None:
    editor.get(f"{CHANGES}/ny")
    page = editor.post(f"{CHANGES}/ny", status=422, **fields)
    assert page.soup.select(".error-summary a")
    for name, text in fields.items():
        assert page.one(f"#{name}").get_text().strip() == text


def test_nothing_of_one_municipality_is_seen_in_another(avklart: Avklart, client: Client, editor: Browser) -> None:
    address = sentence(avklart, client)
    editor.get(f"{CHANGES}/ny")
    change = editor.post(f"{CHANGES}/ny", said_nb="Vårt", changed_nb="Vårt").links()["Vårt"]
    theirs = come_in(avklart, Role.EDITOR, municipality="dalsbygd", name="Dag Dalsbygd")
    for path in ("/redaksjon/", LIST, CHANGES):
        text = theirs.get(path).text
        assert "Hvem måker snø?" not in text
        assert "Vårt" not in text
        assert "fant ikke svaret" not in text
    for path in (address, change, f"{CHANGES}/ny?fra={address.rsplit('/', 1)[1]}"):
        theirs.get(path, status=404)
    for path, fields in ((address, {"became": "changed"}), (change, {"handling": "fjern"})):
        theirs.get(LIST)
        theirs.post(path, status=404, **fields)
    theirs.get(LIST)
    theirs.post(LIST, handling="entry/fall")
    assert "Hvem måker snø?" in editor.get(LIST).text


def test_whoever_approves_reads_what_was_said_and_does_not_deal_with_it(
    avklart: Avklart, client: Client, editor: Browser
) -> None:
    address = sentence(avklart, client)
    reviewer = come_in(avklart, Role.REVIEWER, name="Frida Fagansvarlig")
    page = reviewer.get(address)
    assert page.soup.select("main form") == []
    reviewer.post(address, became="changed", status=403)
    assert editor.get(address).soup.select("main form")
