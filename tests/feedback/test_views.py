"""«Did you find the answer?», a suggestion and what was changed: without a cookie, without a name, and without spam."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from tests.page import Client, Page, checked
from webapp.app import Avklart
from webapp.content.actions import publish
from webapp.content.domain.pages import PageKey
from webapp.feedback import queries
from webapp.feedback.current import ALL_TAPS, ALL_WORDS, TAPS, WORDS
from webapp.feedback.domain import Sort
from webapp.feedback.models import AnswerRow, ItemRow
from webapp.feedback.queries import Wanted
from webapp.kernel.clock import FixedClock
from webapp.kernel.language import LANGUAGES

OWN = "http://127.0.0.1:8000"
FALL: dict[str, Any] = {"kind": "entry", "slug": "fall"}
PAGES = (
    "/abc/fall", "/tjenester/matlevering", "/hvem-gjor-hva/snomaking", "/hjelpemidler/gps",
    "/tilbud/parorendeskole-demens", "/slik-avgjor-vi",
)  # fmt: skip
HTMX = {"HX-Request": "true"}


def send(
    client: Client, path: str = "/nb/tilbakemelding", *, address: str = "203.0.113.7", agent: str = "Test",
    headers: dict[str, str] | None = None, **fields: str,
) -> TestResponse:  # fmt: skip
    told = {"Origin": f"http://{client.host}", "User-Agent": agent, **(headers or {})}
    return client.raw(path, method="POST", data=fields, headers=told, environ_base={"REMOTE_ADDR": address})


def said(client: Client, path: str = "/nb/tilbakemelding", *, status: int = 200, **fields: Any) -> Page:
    answer = send(client, path, **fields)
    assert answer.status_code == status, answer.text
    return checked(answer, path)


def counted(avklart: Avklart, municipality: str = "fjordvik") -> dict[tuple[str, str, str, bool], int]:
    with avklart.database.reading() as session:
        rows = session.scalars(select(AnswerRow).where(AnswerRow.municipality == municipality)).all()
        return {(row.kind, row.slug, row.language, row.is_found): row.number for row in rows}


def kept(avklart: Avklart, **wanted: Any) -> list[ItemRow]:
    with avklart.database.reading() as session:
        return list(queries.items(session, wanted.pop("municipality", "fjordvik"), Wanted(**wanted)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_whether_it_answered_and_its_own_form_is_taken(
    avklart: Avklart, client: Client, path: str, language: str
) -> None:
    page = client.get(f"/{language}{path}")
    no = page.soup.select(".found-answer form")[1]
    fields: dict[str, Any] = {str(field["name"]): str(field["value"]) for field in no.select("input")}
    assert fields["funnet"] == "nei"
    said(client, str(no["action"]), **fields)
    assert list(counted(avklart).values()) == [1]


def test_the_reading_page_has_no_cookie_no_token_and_is_the_same_for_whoever_has_a_session(
    avklart: Avklart, editor: Browser
) -> None:
    plain, known = ask(avklart.front, "/nb/abc/fall"), editor.raw("/nb/abc/fall")
    assert plain.text == known.text
    assert "csrf" not in plain.text
    assert "Set-Cookie" not in known.headers
    assert plain.headers["Cache-Control"] == "public, no-cache"


def test_a_tap_by_somebody_who_is_logged_in_is_counted_and_their_session_is_not_looked_at(
    avklart: Avklart, editor: Browser
) -> None:
    answer = editor.raw("/nb/tilbakemelding", "POST", data={**FALL, "funnet": "ja"}, headers={"Origin": OWN})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert counted(avklart) == {("entry", "fall", "nb", True): 1}


def test_the_answer_is_counted_at_once_and_the_sentence_may_follow(avklart: Avklart, client: Client) -> None:
    page = said(client, **FALL, funnet="nei")
    assert page.heading() == "Takk"
    assert page.one(".language-switch a[hreflang=nn]")["href"] == "/nn/abc/fall"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert counted(avklart) == {("entry", "fall", "nb", False): 1}
    assert kept(avklart) == []
    said(client, **FALL, funnet="nei", words="Hvem ringer jeg om natta?")
    (row,) = kept(avklart)
    assert (row.words, row.sort, row.is_found, row.language, row.at) == (
        "Hvem ringer jeg om natta?", "sentence", False, "nb", NOON,
    )  # fmt: skip
    assert counted(avklart) == {("entry", "fall", "nb", False): 1}, "a sentence is no second answer"


def test_with_htmx_only_the_part_is_answered(client: Client) -> None:
    answer = send(client, headers=HTMX, **FALL, funnet="nei")
    assert answer.text.lstrip().startswith('<section class="found-answer" id="fant-du-svaret"')
    assert "<html" not in answer.text
    refused = send(client, headers=HTMX, **FALL, funnet="nei", words=" ")
    assert (refused.status_code, "<html" in refused.text) == (422, False)


def test_a_double_tap_is_one_answer_and_so_is_yes_after_no(avklart: Avklart, client: Client, clock: FixedClock) -> None:
    for word in ("nei", "nei", "ja", "nei"):
        said(client, **FALL, funnet=word)
    assert counted(avklart) == {("entry", "fall", "nb", False): 1}
    said(client, **FALL, funnet="nei", agent="Another phone in the same house")
    clock.time = NOON + timedelta(minutes=11)
    said(client, **FALL, funnet="ja")
    assert counted(avklart) == {("entry", "fall", "nb", False): 2, ("entry", "fall", "nb", True): 1}


def test_a_sentence_that_is_sent_twice_is_one_and_the_same_from_others_is_told_with_a_number(
    avklart: Avklart, client: Client
) -> None:
    for _ in range(3):
        said(client, **FALL, funnet="nei", words="Hvem måker?")
    assert [row.number for row in kept(avklart)] == [1]
    said(client, **FALL, funnet="nei", words="  HVEM måker!? ", address="203.0.113.8")
    assert [(row.number, row.words) for row in kept(avklart)] == [(2, "Hvem måker?")]


@pytest.mark.parametrize(
    "fields",
    [{}, {"kind": "entry", "slug": "finnes-ikke"}, {"kind": "x", "slug": "fall"}, {"kind": "foreign", "slug": "pl"},
     {"kind": "entry", "slug": "../fall"}, {"kind": "entry", "slug": "fall\0"}, {"kind": "document", "slug": "words"},
     {"kind": "entry", "slug": "f" * 5000}],
)  # fmt: skip
def test_an_unknown_page_is_not_found_and_nothing_is_counted(
    avklart: Avklart, client: Client, fields: dict[str, Any]
) -> None:
    said(client, **fields, funnet="ja", status=404)
    assert counted(avklart) == {}


def test_a_page_of_another_municipality_is_not_found(avklart: Avklart, client: Client) -> None:
    library = avklart.bookshelf.shelf().library("fjordvik")
    page = library.page("entry", "fall", "nb")
    assert page is not None
    with avklart.database.writing() as session:
        for language in ("common", "nb"):
            publish(session, PageKey("dalsbygd", "entry", "bare-der", language), page.fields, at=NOON)
    look_now(avklart)
    only_there: dict[str, Any] = {"kind": "entry", "slug": "bare-der"}
    said(client, **only_there, funnet="ja", status=404)
    said(Client(avklart.front, host=DALSBYGD), **only_there, funnet="ja")
    assert counted(avklart) == {}
    assert counted(avklart, "dalsbygd") == {("entry", "bare-der", "nb", True): 1}


@pytest.mark.parametrize("word", ["", "kanskje", "JA", "1"])
def test_an_answer_that_is_neither_yes_nor_no_asks_again(avklart: Avklart, client: Client, word: str) -> None:
    page = said(client, **FALL, funnet=word, status=422)
    assert page.heading() == "Fant du svaret?"
    assert len(page.soup.select("main form")) == 2
    assert counted(avklart) == {}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Origin": OWN, "Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/nb/tilbakemelding", "/nb/foresla"])
def test_nothing_is_taken_from_a_page_of_another_site(
    avklart: Avklart, client: Client, path: str, headers: dict[str, str]
) -> None:
    answer = client.raw(path, method="POST", data={**FALL, "funnet": "ja", "title": "Snø"}, headers=headers)
    assert answer.status_code == 403
    assert counted(avklart) == {}
    assert kept(avklart) == []


@pytest.mark.parametrize("words", ["", "   \n\t ", "\u200b", "\x00\x07", "\u202e"])
def test_a_sentence_without_anything_in_it_is_refused_calmly(avklart: Avklart, client: Client, words: str) -> None:
    page = said(client, **FALL, funnet="nei", words=words, status=422)
    assert page.one(".error-summary a")["href"] == "#words"
    assert kept(avklart) == []


def test_five_thousand_signs_are_refused_and_none_of_them_is_lost(avklart: Avklart, client: Client) -> None:
    long = "Snø og is " * 500
    page = said(client, **FALL, funnet="nei", words=long, status=422)
    assert page.one("textarea").get_text().strip() == long.strip()
    assert "500" in page.one(".error-summary").get_text()
    assert kept(avklart) == []
    page = said(client, "/nb/foresla", title="Snø", words=long, status=422)
    assert page.one("textarea").get_text().strip() == long.strip()
    assert page.one("#title")["value"] == "Snø"
    assert send(client, **FALL, funnet="nei", words="x" * 300_000).status_code == 413


@pytest.mark.parametrize(
    ("words", "left"),
    [("Vær så \u202eliant\u202c snill", "Vær så liant snill"), ("Bra 👵🏽 👍", "Bra 👵🏽 👍"),
     ("linje\r\nto", "linje\nto"),
     ("a\x00b\x1b[31m", "ab[31m"), ("مرحبا بالعالم", "مرحبا بالعالم"),
     ("<script>alert(1)</script>", "<script>alert(1)</script>")],
)  # fmt: skip
def test_strange_signs_are_kept_or_taken_out_and_harm_nobody(
    avklart: Avklart, client: Client, words: str, left: str
) -> None:
    page = said(client, **FALL, funnet="nei", words=words)
    assert "<script>alert" not in page.response.text
    (row,) = kept(avklart)
    assert row.words == left


def test_what_is_personal_is_gone_before_anything_is_stored_and_the_writer_is_told(
    avklart: Avklart, client: Client
) -> None:
    page = said(client, **FALL, funnet="nei", words="Ring 400 12 345, fnr 13097248022, ola@eksempel.example")
    assert "Vi tok bort" in page.text
    (row,) = kept(avklart)
    assert row.words == "Ring […], fnr […], […]"
    raw = (avklart.database.engine.url.database or "").encode()
    assert raw
    with open(raw, "rb") as file:  # noqa: PTH123 -- the very bytes
        stored = file.read()
    for trace in (b"400 12 345", b"13097248022", b"ola@eksempel"):
        assert trace not in stored
    page = said(client, **FALL, funnet="nei", words="40012345", status=422)
    assert "Vi tar ikke vare på" in page.text


def test_what_was_written_is_sealed_in_the_database(avklart: Avklart, client: Client) -> None:
    said(client, **FALL, funnet="nei", words="kanarifuglen synger")
    send(client, "/nb/foresla", title="kanarifugler", words="hvor kjøper jeg")
    with open((avklart.database.engine.url.database or "").encode(), "rb") as file:  # noqa: PTH123 -- the very bytes
        assert b"kanarifugl" not in file.read()


def test_words_of_danger_show_whom_to_ring_at_once_and_are_kept_all_the_same(avklart: Avklart, client: Client) -> None:
    page = said(client, **FALL, funnet="nei", words="Jeg vil ta livet mitt")
    assert "113" in page.one(".emergency-box").get_text()
    assert len(kept(avklart)) == 1
    page = said(client, "/nb/foresla", title="Jeg vil ta livet mitt", words="")
    assert "113" in page.one(".emergency-box").get_text()


def test_a_page_to_be_left_quickly_asks_for_no_words(avklart: Avklart, client: Client) -> None:
    library = avklart.bookshelf.shelf().library("fjordvik")
    slug = next(page.slug for page in library.pages("entry", "nb") if page.get("quick_exit"))
    page = said(client, kind="entry", slug=slug, funnet="nei")
    assert page.soup.select("main textarea") == []
    assert page.soup.select("[data-quick-exit]")


# Suggestions


def test_a_suggestion_is_kept_and_the_address_says_that_it_was(avklart: Avklart, client: Client) -> None:
    client.get("/nb/foresla")
    answer = send(client, "/nb/foresla", title="Hjelp med skattemeldingen", words="Mor får det ikke til")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nb/foresla?sendt=ja")
    assert client.get("/nb/foresla?sendt=ja").heading() == "Takk"
    (row,) = kept(avklart, sort=Sort.SUGGESTION)
    assert (row.about, row.words, row.kind, row.is_found) == (
        "Hjelp med skattemeldingen",
        "Mor får det ikke til",
        "",
        None,
    )


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "40012345"])
def test_a_suggestion_of_nothing_is_refused(avklart: Avklart, client: Client, title: str) -> None:
    page = said(client, "/nb/foresla", title=title, words="men her står det noe", status=422)
    assert page.one("textarea").get_text().strip() == "men her står det noe"
    assert kept(avklart) == []


def test_a_search_without_a_hit_leads_to_a_suggestion_with_the_words_where_they_say_nothing_of_a_person(
    client: Client,
) -> None:
    link = "Foreslå at vi skriver om det"
    assert client.get("/nb/sok?q=qwertzuiop").links()[link] == "/nb/foresla?ord=qwertzuiop"
    assert client.get("/nb/foresla?ord=qwertzuiop").one("#title")["value"] == "qwertzuiop"
    for query in ("qwertz+Nordmann", "qwertz+40012345"):
        assert client.get(f"/nb/sok?q={query}").links()[link] == "/nb/foresla"
    assert "value" not in client.get("/nb/foresla?ord=Kari+Nordmann").one("#title").attrs


# Floods


def test_what_a_machine_fills_in_is_thanked_for_and_thrown_away(avklart: Avklart, client: Client) -> None:
    assert said(client, **FALL, funnet="nei", words="kjøp", website="https://x.example").heading() == "Takk"
    assert send(client, "/nb/foresla", title="kjøp", website="x").status_code == 303
    assert kept(avklart) == []


def test_words_with_links_are_held_apart(avklart: Avklart, client: Client) -> None:
    said(client, **FALL, funnet="nei", words="Se https://billig.example")
    assert kept(avklart) == []
    assert len(kept(avklart, is_apart=True)) == 1


def test_a_flood_from_one_network_is_stopped_and_what_is_written_then_is_shown_again(
    avklart: Avklart, client: Client
) -> None:
    for number in range(WORDS.most):
        # other addresses of the same subscriber are the same network
        send(client, **FALL, funnet="nei", words=f"Setning {number} her", address=f"2001:db8:1:2::{number + 1:x}")
    page = said(client, **FALL, funnet="nei", words="En til", address="2001:db8:1:2::ffff", status=429)
    assert "En til" in page.text
    page = said(client, "/nb/foresla", title="En til", words="", address="2001:db8:1:2::ffff", status=429)
    assert page.one("#title")["value"] == "En til"
    assert len(kept(avklart)) == WORDS.most
    said(client, **FALL, funnet="nei", words="En annen", address="2001:db8:1:3::1")
    assert len(kept(avklart)) == WORDS.most + 1


def test_a_flood_of_taps_from_one_network_is_stopped(avklart: Avklart, client: Client) -> None:
    for number in range(TAPS.most):
        send(client, **FALL, funnet="nei", agent=f"phone {number}")
    assert send(client, **FALL, funnet="nei", agent="one more").status_code == 429
    assert counted(avklart) == {("entry", "fall", "nb", False): TAPS.most}


def test_a_flood_from_many_networks_is_stopped_for_the_hour_and_readers_are_told_the_truth(
    avklart: Avklart, client: Client, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.feedback.current.ALL_WORDS", type(ALL_WORDS)(ALL_WORDS.name, 20))
    monkeypatch.setattr("webapp.feedback.views.ALL_TAPS", type(ALL_TAPS)(ALL_TAPS.name, 20))
    for number in range(40):
        send(client, **FALL, funnet="nei", words=f"Nummer {number} skrev", address=f"198.51.100.{number}")
        send(client, **FALL, funnet="nei", address=f"198.51.100.{number}")
    assert len(kept(avklart)) == 20
    assert counted(avklart) == {("entry", "fall", "nb", False): 20}
    page = said(client, **FALL, funnet="nei", words="Jeg også", status=429)
    assert "Dette ble ikke lagret" in page.text
    assert "Jeg også" in page.text
    theirs = Client(avklart.front, host=DALSBYGD)
    said(theirs, **FALL, funnet="nei", words="Hos oss er det stille")
    clock.time = NOON + timedelta(hours=1, minutes=1)
    said(client, **FALL, funnet="nei", words="Nå går det", address="192.0.2.1")
    assert len(kept(avklart)) == 21


def test_a_file_in_place_of_words_is_no_words(avklart: Avklart, client: Client) -> None:
    data: dict[str, Any] = {**FALL, "funnet": "nei", "words": (BytesIO(b"x"), "x.txt")}
    answer = client.raw("/nb/tilbakemelding", method="POST", data=data, headers={"Origin": OWN})
    assert answer.status_code in {200, 422}
    assert kept(avklart) == []


# What is told of it


def test_answers_are_told_page_by_page_for_a_month_of_one_municipality(
    avklart: Avklart, client: Client, clock: FixedClock
) -> None:
    said(client, **FALL, funnet="nei")
    said(client, "/nn/tilbakemelding", **FALL, funnet="ja", agent="2")
    said(Client(avklart.front, host=DALSBYGD), **FALL, funnet="ja")
    clock.time = NOON + timedelta(days=20)
    said(client, **FALL, funnet="ja")
    with avklart.database.reading() as session:
        november = queries.answers_by_page(session, "fjordvik", date(2026, 11, 3))
        december = queries.answers_by_page(session, "fjordvik", date(2026, 12, 31))
        theirs = queries.answers_by_page(session, "dalsbygd", date(2026, 11, 1))
    assert [(one.kind, one.slug, one.yes, one.no) for one in november] == [("entry", "fall", 1, 1)]
    assert [(one.yes, one.no) for one in december] == [(1, 0)]
    assert [(one.yes, one.no) for one in theirs] == [(1, 0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_changes_names_the_right_to_take_part_and_is_kept(
    avklart: Avklart, client: Client, language: str
) -> None:
    page = client.get(f"/{language}/dere-sa-vi-endret")
    assert "3-1" in page.text
    assert page.response.headers["Cache-Control"] == "public, no-cache"
    hits = avklart.front.hits
    client.get(f"/{language}/dere-sa-vi-endret")
    assert avklart.front.hits == hits + 1
