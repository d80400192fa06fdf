"""Standing texts in the editorial office: what is sent, what people say yes to, the menu; in a municipality's words."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.conftest import NOON
from tests.factories.editors import come_in, form_of, press, save, send
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from webapp.app import Avklart
from webapp.content import actions
from webapp.content.domain import standing as rules
from webapp.content.domain.pages import PageKey
from webapp.content.domain.standing import OF_KIND
from webapp.editorial import standing
from webapp.editorial.current import WORDS
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Role
from webapp.referrals.domain.referral import Concerned, Content, Whom
from webapp.referrals.letters import of_receipt
from webapp.referrals.presenters import consent_to

OWN = "/redaksjon/sider/egen"
LINK = f"{OWN}/melding/referral-received"
YES = f"{OWN}/samtykke/referral"
MENU = f"{OWN}/meny/rooms"
HOST = "127.0.0.1:8000"
NAME = "Kari Nordmann"
SAYS = {"nb": "Ja, {municipality} kan lese det.", "nn": "Ja, {municipality} les det.", "en": "Yes, {municipality}."}


def sent(avklart: Avklart, host: str) -> str:
    """Answer what somebody who has asked for something is sent by e-mail."""
    content = Content(
        NAME, "400 12 345", email="kari@example.no", contact="message", text="Mor er dement.", concerned=Concerned()
    )  # fmt: skip
    with avklart.flask.test_request_context("/nb/henvendelse/ny", base_url=f"http://{host}"):
        avklart.flask.preprocess_request()
        return str(of_receipt("nb", content, Whom.SELF)[0]["text"])


def faults(kind: str, slug: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Answer what a check of the files would find; the version is put in where it is published."""
    found = rules.faults(kind, slug, {**fields, "version": 1} if kind == "consent" else fields)
    return list(found)


@pytest.mark.parametrize(("kind", "slug"), standing.all_standing())
def test_every_standing_text_has_words_of_the_site_that_hold_the_rules(avklart: Avklart, kind: str, slug: str) -> None:
    with avklart.flask.test_request_context("/nb/", base_url=f"http://{HOST}"):
        words = standing.shipped(kind, slug)
    assert faults(kind, slug, words) == []
    assert all(set(text) == set(LANGUAGES) for name, text in words.items() if name != "rooms")
    assert set(words) == set(OF_KIND[kind][slug].fields)


@pytest.mark.parametrize(("kind", "slug"), standing.all_standing())
def test_every_standing_text_can_be_opened_written_on_and_looked_at(editor: Browser, kind: str, slug: str) -> None:
    address = f"{OWN}/{WORDS[kind]}/{slug}"
    editor.get(address)
    assert editor.get(f"{address}/fakta").soup.select(".beside .written")
    editor.get(f"{address}/vis/nn")


def test_they_stand_in_the_list_of_pages(editor: Browser) -> None:
    page = editor.get("/redaksjon/sider?sort=melding")
    assert "At en melding er kommet inn" in page.text
    assert "Med nettstedets ord" in page.text


@pytest.mark.parametrize("path", ["felles/melding/referral-received", "egen/melding/reklame", "egen/meny/fall"])
def test_there_are_no_others(editor: Browser, path: str) -> None:
    editor.get(f"/redaksjon/sider/{path}", status=404)


def test_a_municipality_words_what_is_sent_and_it_is_sent_so(avklart: Avklart, editor: Browser) -> None:
    begun = send(editor, f"{LINK}/fakta", form_of(editor.get(f"{LINK}/fakta")), {}, handling="begynn:f.text")
    assert "{link}" in form_of(begun)["f.text.nb"][0]
    save(editor, f"{LINK}/fakta", {"f.text.nb": "Takk! Følg med her: {link}"})
    assert "Takk! Følg med her: https://avklart.example" in editor.get(f"{LINK}/vis/nb").text
    press(editor, LINK, "publisering", when="na")
    look_now(avklart)
    assert sent(avklart, HOST).startswith("Takk! Følg med her: http")
    assert "Følg med her" not in sent(avklart, DALSBYGD)
    assert "+47" not in sent(avklart, HOST)
    assert NAME not in sent(avklart, HOST)


@pytest.mark.parametrize("text", ["Takk for meldingen.", "{link} https://falsk.example", "{link} til {navn}"])
def test_a_message_without_its_link_or_with_another_is_not_published(editor: Browser, text: str) -> None:
    save(editor, f"{LINK}/fakta", {"f.text.nb": text})
    page = editor.get(LINK)
    assert page.soup.select_one("a[href*='#f-text-nb']")
    press(editor, LINK, "publisering", status=409, when="na")


def test_a_consent_is_looked_at_by_two_and_gets_a_version_of_its_own(
    avklart: Avklart, editor: Browser, reviewer: Browser
) -> None:
    before = ask(avklart.front, "/nb/ring-meg", host=HOST).text
    save(editor, f"{YES}/fakta", {f"f.text.{code}": text for code, text in SAYS.items()})
    press(editor, YES, "utkast", handling="send")
    press(reviewer, YES, "godkjenning", handling="godkjenn")
    press(editor, YES, "publisering", when="na")
    look_now(avklart)
    assert "Ja, Fjordvik kommune kan lese det." not in before
    assert "Ja, Fjordvik kommune kan lese det." in ask(avklart.front, "/nb/ring-meg", host=HOST).text
    with avklart.flask.test_request_context("/nb/ring-meg", base_url=f"http://{HOST}"):
        avklart.flask.preprocess_request()
        assert consent_to(is_concern=False).version == "fjordvik-1"
        assert consent_to(is_concern=True).version == "2026-11"


def test_a_consent_in_one_language_only_is_not_sent_to_be_approved(editor: Browser) -> None:
    save(editor, f"{YES}/fakta", {"f.text.nb": SAYS["nb"]})
    press(editor, YES, "utkast", status=409, handling="send")
    assert "skriv alle tre" in editor.get(YES).text


def test_a_menu_has_the_rooms_and_the_names_that_the_municipality_wants(avklart: Avklart, editor: Browser) -> None:
    form = form_of(editor.get(f"{MENU}/fakta"))
    form = form_of(send(editor, f"{MENU}/fakta", form, {}, handling="begynn:f.rooms"))
    form = form_of(send(editor, f"{MENU}/fakta", form, {}, handling="fjern:f.rooms.0"))
    send(editor, f"{MENU}/fakta", form, {"f.rooms.0.name.nb": "Hvem tar snøen?"}, handling="opp:f.rooms.1")
    press(editor, MENU, "publisering", when="na")
    look_now(avklart)
    home = BeautifulSoup(ask(avklart.front, "/nb/", host=HOST).text, "html.parser")
    footer = [one.get_text(strip=True) for one in home.select("footer nav a")]
    assert "Hvem tar snøen?" in footer
    assert "Alderdommens ABC" not in footer
    assert footer.index("Hjelp fra kommunen") < footer.index("Hvem tar snøen?")
    assert "Hvem tar snøen?" not in ask(avklart.front, "/nb/", host=DALSBYGD).text


def test_what_is_emptied_gives_way_to_the_words_of_the_site(avklart: Avklart, editor: Browser) -> None:
    save(editor, f"{LINK}/fakta", {"f.text.nb": "Se her: {link}"})
    press(editor, LINK, "publisering", when="na")
    look_now(avklart)
    save(editor, f"{LINK}/fakta", {"f.text.nb": ""})
    press(editor, LINK, "publisering", when="na")
    look_now(avklart)
    assert "Se her:" not in editor.get(f"{LINK}/vis/nb").text
    assert "Med nettstedets ord" in editor.get(LINK).text


def test_what_one_municipality_writes_is_not_seen_in_anothers_office(avklart: Avklart, editor: Browser) -> None:
    save(editor, f"{LINK}/fakta", {"f.text.nb": "Hemmelig {link}"})
    other = come_in(avklart, Role.EDITOR, municipality="dalsbygd", name="Dagny Redaktør")
    assert "Hemmelig" not in other.get(f"{LINK}/fakta").text


def test_nobody_says_yes_to_words_that_they_have_not_seen(avklart: Avklart, editor: Browser, reviewer: Browser) -> None:
    resident = Browser(avklart)
    page = resident.get("/nb/ring-meg")
    seen = {name: given[0] for name, given in form_of(page, "main form.form").items() if name != "csrf_token"}
    save(editor, f"{YES}/fakta", {f"f.text.{code}": text for code, text in SAYS.items()})
    press(editor, YES, "utkast", handling="send")
    press(reviewer, YES, "godkjenning", handling="godkjenn")
    press(editor, YES, "publisering", when="na")
    look_now(avklart)
    told = {"name": NAME, "telephone": "400 12 345", "when": "any"}
    page = resident.post("/nb/ring-meg", status=409, **{**seen, **told})
    assert "har fått andre ord" in page.text
    assert "Ja, Fjordvik kommune kan lese det." in page.text
    assert page.one("#name")["value"] == NAME


def test_a_consent_that_came_with_files_meanwhile_is_two_texts_and_no_fault(avklart: Avklart, editor: Browser) -> None:
    key = PageKey("fjordvik", "consent", "referral", "common")
    with avklart.database.writing() as session:
        actions.publish(session, key, {"text": SAYS, "version": 1}, at=NOON)
    look_now(avklart)
    save(editor, f"{YES}/fakta", {"f.text.en": "Yes to {municipality}."})
    with avklart.database.writing() as session:
        actions.publish(session, key, {"text": {**SAYS, "en": "Sure, {municipality}."}, "version": 2}, at=NOON)
    look_now(avklart)
    assert "noen har publisert" in editor.get(YES).text
