"""«Skriv til kommunen» and «Ring meg» as a resident walks through them; nothing is lost, nothing doubled (HE-1…3)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from tests.factories.people import Browser
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.kernel.clock import FixedClock
from webapp.referrals import queries
from webapp.referrals.domain.draft import SCREENS
from webapp.referrals.domain.referral import Content
from webapp.referrals.models import ReferralRow
from webapp.storage.outbox_models import MessageRow
from webapp.storage.working_copies import WorkingCopyRow

NEW, CALL = "/nb/henvendelse/ny", "/nb/ring-meg"
CONTACT = {
    "name": "Åse Bjørnstad", "contact": "message", "telephone": "400 12 345", "email": "", "address": "",
    "interpreter": "", "safe_contact": "",
}  # fmt: skip
FILLED: dict[str, dict[str, Any]] = {
    "for": {"whom": "self"},
    "hvem": {"name": "Olga Bjørnstad", "relation": "datter", "telephone": ""},
    "om": {"topics": ["falls", "aids"]},
    "fortell": {"words": "Jeg faller ofte, og tør ikke gå ut.", "what_matters": "Å kunne gå på butikken"},
    "kontakt": CONTACT,
}


@pytest.fixture
def resident(avklart: Avklart) -> Browser:
    """Somebody's browser at Fjordvik, logged in nowhere."""
    return Browser(avklart)


def address(screen: str) -> str:
    return NEW if screen == "for" else f"{NEW}/{screen}"


def write(browser: Browser, path: str, **fields: Any) -> TestResponse:
    """Open a screen and send its form, with the tokens that it carries."""
    shown = browser.get(path)
    hidden = {one["name"]: one["value"] for one in shown.soup.select("main form.form input[type=hidden]")}
    return browser.raw(path, method="POST", data={**hidden, **fields})


def fill(browser: Browser, upto: str = "se-over", changes: dict[str, dict[str, Any]] | None = None) -> None:
    """Fill in the screens before one."""
    filled = {name: {**FILLED[name], **(changes or {}).get(name, {})} for name in FILLED}
    is_other = filled["for"]["whom"] in {"willing", "undecided", "unaware"}
    for screen in SCREENS[: SCREENS.index(upto)]:
        if screen != "hvem" or is_other:
            answer = write(browser, address(screen), **filled[screen])
            assert answer.status_code == 303, answer.text


def send(browser: Browser) -> TestResponse:
    return write(browser, address("se-over"))


def cases(avklart: Avklart) -> list[tuple[ReferralRow, Content]]:
    with avklart.database.reading() as session:
        rows = session.scalars(select(ReferralRow).order_by(ReferralRow.received_at, ReferralRow.id)).all()
        return [(row, queries.content_of(row)) for row in rows]


def number_of(avklart: Avklart, table: type) -> int:
    with avklart.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def lead(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_five_screens_lead_to_a_receipt(avklart: Avklart, resident: Browser) -> None:
    fill(resident)
    shown = resident.get(address("se-over"))
    for said in (
        "Meg",
        "Å kunne gå på butikken",
        "Jeg faller ofte",
        "Åse Bjørnstad",
        "400 12 345",
        "Tildelingskontoret",
    ):
        assert said in shown.text, said
    where = lead(send(resident))
    ((row, content),) = cases(avklart)
    assert (content.text, content.what_matters) == (FILLED["fortell"]["words"], FILLED["fortell"]["what_matters"])
    assert content.consent in shown.text
    assert (row.about, row.whom, row.door) == (["falls", "aids"], "self", "message")
    receipt = resident.get(where)
    assert f"{row.reference[:4]}-{row.reference[4:]}" in receipt.text
    assert "116 117" in receipt.text
    for canary in ("faller ofte", "Bjørnstad", "400 12 345"):
        assert canary not in receipt.text


def test_what_was_being_written_is_deleted_with_the_sending(resident: Browser) -> None:
    fill(resident)
    send(resident)
    assert "Jeg faller ofte" not in resident.get(address("fortell")).text
    assert lead(resident.raw(address("se-over"))).startswith("/nb/henvendelse/kvittering/")


def test_pressing_twice_is_one_case(avklart: Avklart, resident: Browser) -> None:
    fill(resident)
    shown = resident.get(address("se-over"))
    hidden = {one["name"]: one["value"] for one in shown.soup.select("main form.form input[type=hidden]")}
    found = {lead(resident.raw(address("se-over"), method="POST", data=hidden)) for _ in range(3)}
    assert len(found) == 1
    assert [number_of(avklart, table) for table in (ReferralRow, MessageRow)] == [1, 1]
    assert number_of(avklart, EventRow) == 1


def test_a_second_message_from_the_same_browser_is_a_second_case(avklart: Avklart, resident: Browser) -> None:
    for _ in range(2):
        fill(resident)
        send(resident)
    assert number_of(avklart, ReferralRow) == 2


@pytest.mark.parametrize("screen", SCREENS[1:])
def test_no_screen_opens_before_those_before_it_are_filled_in(resident: Browser, screen: str) -> None:
    assert lead(resident.raw(address(screen))) == NEW
    assert resident.raw(f"{NEW}/finnes-ikke").status_code == 404


@pytest.mark.parametrize(("screen", "wrong", "said"), [
    ("for", {"whom": ""}, "Velg hvem det gjelder."),
    ("for", {"whom": "kongen"}, ""),
    ("hvem", {"name": "   "}, "Skriv navnet."),
    ("om", {"topics": []}, "Sett minst ett kryss."),
    ("om", {"topics": ["noe helt annet"]}, ""),
    ("fortell", {"words": " \n\t "}, "Skriv noen ord."),
    ("fortell", {"words": "x" * 4001}, "4000"),
    ("fortell", {"words": "ja", "what_matters": "x" * 4001}, "4000"),
    ("kontakt", {"name": ""}, "Skriv navnet ditt."),
    ("kontakt", {"contact": "telephone", "telephone": ""}, "Skriv nummeret vi kan ringe."),
    ("kontakt", {"telephone": "hvem som helst"}, "Dette ligner ikke et telefonnummer."),
    ("kontakt", {"telephone": "", "email": ""}, "Skriv en e-postadresse eller et mobilnummer."),
    ("kontakt", {"email": "ikke en adresse"}, "Dette ligner ikke en e-postadresse."),
    ("kontakt", {"contact": "letter"}, "Skriv adressen brevet skal til."),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    resident: Browser, screen: str, wrong: dict[str, Any], said: str
) -> None:
    changes = {"for": {"whom": "willing"}} if screen == "hvem" else {}
    fill(resident, screen, changes)
    answer = write(resident, address(screen), **{**FILLED[screen], **wrong})
    assert answer.status_code == 422
    shown = BeautifulSoup(answer.text, "html5lib")
    assert shown.select_one("#feil")
    assert said in " ".join(shown.get_text(" ").split())
    for name, value in {**FILLED[screen], **wrong}.items():
        if isinstance(value, str) and value.strip() and name not in {"whom", "contact"}:
            assert value in answer.text.replace("\r\n", "\n"), name


def test_a_change_at_the_check_leads_back_to_the_check(resident: Browser) -> None:
    fill(resident)
    answer = write(resident, address("fortell"), words="Noe annet", what_matters="")
    assert lead(answer) == address("se-over")
    assert "Noe annet" in resident.get(address("se-over")).text


def test_for_somebody_else_after_all_asks_who_that_is_before_it_is_sent(resident: Browser) -> None:
    fill(resident)
    assert lead(write(resident, NEW, whom="unaware")) == address("hvem")
    assert lead(resident.raw(address("se-over"))) == address("hvem")


def test_a_concern_says_that_no_answer_comes_back(avklart: Avklart, resident: Browser) -> None:
    fill(resident, "se-over", {"for": {"whom": "unaware"}})
    assert "uten at personen samtykker" in resident.get(address("se-over")).text
    where = lead(send(resident))
    assert "uten at personen samtykker" in resident.get(where).text
    ((row, content),) = cases(avklart)
    assert (row.whom, content.concerned.name) == ("unaware", "Olga Bjørnstad")


def test_somebody_under_18_reaches_the_school_nurse_and_nothing_is_sent_home(
    avklart: Avklart, resident: Browser
) -> None:
    fill(resident, "fortell", {"for": {"whom": "young"}})
    assert "116 111" in resident.get(address("fortell")).text
    write(resident, address("fortell"), **FILLED["fortell"])
    assert "address" not in {one.get("name") for one in resident.get(address("kontakt")).soup.select("main input")}
    write(resident, address("kontakt"), **CONTACT)
    send(resident)
    ((row, _),) = cases(avklart)
    assert row.office == "school_nurse"
    with avklart.database.reading() as session:
        payload = json.loads(session.scalars(select(MessageRow)).one().payload or "{}")
    assert not [letter for letter in payload["letters"] if letter["to"] == "+4740012345"]


@pytest.mark.parametrize("text", ["Jeg orker ikke leve lenger.", "Han har VONDT  i brystet!", "I want to die"])
def test_words_of_danger_show_whom_to_ring_and_never_stop_the_sending(
    avklart: Avklart, resident: Browser, text: str
) -> None:
    fill(resident, "fortell")
    where = lead(write(resident, address("fortell"), words=text, what_matters=""))
    shown = resident.get(where)
    assert "113" in shown.one(".emergency-box").text
    write(resident, where.partition("?")[0], **CONTACT)
    assert resident.raw(lead(send(resident))).status_code == 200
    assert number_of(avklart, ReferralRow) == 1


@pytest.mark.parametrize("text", ["Jeg leverte brystkarameller.", "Ingen fare.", "Jeg vil leve"])
def test_other_words_show_none(resident: Browser, text: str) -> None:
    fill(resident, "fortell")
    assert "haster" not in lead(write(resident, address("fortell"), words=text, what_matters=""))


@pytest.mark.parametrize(("query", "words"), [
    ("tjeneste=trygghetsalarm", "rygghetsalarm"), ("oppgave=snomaking", "nø"),
    ("oppgave=finnes-ikke,gulvvask,snomaking", "gulv"), ("selvsjekk=who5", "WHO-5"),
])  # fmt: skip
def test_the_page_somebody_comes_from_is_ticked_for_them(resident: Browser, query: str, words: str) -> None:
    lead(write(resident, f"{NEW}?{query}", whom="self"))
    shown = resident.get(address("om"))
    (first, *_) = shown.soup.select("main input[type=checkbox][checked]")
    assert words in shown.one(f"label[for={first['id']}]").text
    assert lead(write(resident, address("om"), topics=[first["value"]])) == address("fortell")


@pytest.mark.parametrize("query", ["tjeneste=finnes-ikke", "selvsjekk=phq9", "tilbud=<script>", "tjeneste="])
def test_a_page_that_is_not_there_is_not_mentioned(resident: Browser, query: str) -> None:
    assert "Du kom fra" not in resident.get(f"{NEW}?{query}").text


def test_what_is_being_written_lies_encrypted_with_a_key_that_only_the_browser_has(
    avklart: Avklart, resident: Browser
) -> None:
    fill(resident)
    with avklart.database.reading() as session:
        (copy,) = session.scalars(select(WorkingCopyRow)).all()
    assert b"faller" not in copy.content
    assert "Jeg faller ofte" not in Browser(avklart, address="192.0.2.9").get(NEW).text


def test_a_foreign_token_changes_nothing(resident: Browser) -> None:
    fill(resident, "fortell")
    answer = resident.raw(address("fortell"), method="POST", data={**FILLED["fortell"], "draft_token": "en annens"})
    assert answer.status_code == 400


def test_a_key_of_somebody_elses_form_sends_nothing(avklart: Avklart, resident: Browser) -> None:
    fill(resident)
    shown = resident.get(address("se-over"))
    token = shown.one("main form.form input[name=draft_token]")["value"]
    answer = resident.raw(address("se-over"), method="POST", data={"draft_token": token, "key": "en annen"})
    assert answer.status_code == 200
    assert number_of(avklart, ReferralRow) == 0


def test_what_was_begun_is_gone_after_four_hours_and_says_so_by_beginning_anew(
    resident: Browser, clock: FixedClock
) -> None:
    fill(resident)
    clock.time += timedelta(hours=4, seconds=1)
    assert lead(resident.raw(address("se-over"))) == NEW


def test_a_body_that_is_far_too_large_is_refused(resident: Browser) -> None:
    fill(resident, "fortell")
    assert resident.raw(address("fortell"), method="POST", data={"words": "x" * 300_000}).status_code == 413


def test_finish_and_delete_deletes(avklart: Avklart, resident: Browser) -> None:
    fill(resident)
    token = resident.get(address("se-over")).one("main form.form input[name=draft_token]")["value"]
    assert lead(resident.raw("/nb/henvendelse/ny/slett", method="POST", data={"draft_token": token})) == "/nb/"
    assert number_of(avklart, WorkingCopyRow) == 0


def test_ring_me_is_one_screen(avklart: Avklart, resident: Browser) -> None:
    where = lead(write(resident, f"{CALL}?tjeneste=trygghetsalarm", name="Ola Nordmann", telephone="61 35 90 99"))
    receipt = resident.get(where)
    assert "ringer deg innen" in receipt.text
    ((row, content),) = cases(avklart)
    assert (row.door, row.about, row.office) == ("call", ["service:trygghetsalarm"], "service_centre")
    assert (content.name, content.telephone, content.when) == ("Ola Nordmann", "61 35 90 99", "any")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"telephone": ""}, {"telephone": "abc"}, {"when": "om natta"}])
def test_ring_me_without_a_name_or_a_number_is_said(resident: Browser, wrong: dict[str, str]) -> None:
    answer = write(resident, CALL, **{"name": "Ola", "telephone": "61 35 90 99", **wrong})
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html5lib").select_one("#feil")


def test_ring_me_twice_with_one_form_is_one_call(avklart: Avklart, resident: Browser) -> None:
    key = resident.get(CALL).one("input[name=key]")["value"]
    fields = {"key": key, "name": "Ola", "telephone": "61 35 90 99"}
    headers = {"Sec-Fetch-Site": "same-origin"}  # the form is older than what the first press left in the browser
    found = {lead(resident.raw(CALL, method="POST", data=fields, headers=headers)) for _ in range(2)}
    assert len(found) == 1
    assert number_of(avklart, ReferralRow) == 1


def test_the_receipt_is_readable_for_half_an_hour_and_for_nobody_else(
    avklart: Avklart, resident: Browser, clock: FixedClock
) -> None:
    where = lead(write(resident, CALL, name="Ola Nordmann", telephone="61 35 90 99"))
    assert resident.raw(where).status_code == 200
    assert resident.raw(f"{where}.pdf").data.startswith(b"%PDF")
    assert lead(Browser(avklart, address="192.0.2.9").raw(where)) == "/nb/henvendelse/status"
    assert lead(resident.raw("/nb/henvendelse/kvittering/AAAA-BBBB")) == "/nb/henvendelse/status"
    clock.time += timedelta(minutes=30)
    assert lead(resident.raw(where)) == "/nb/henvendelse/status"
    assert lead(resident.raw(f"{where}.pdf")) == "/nb/henvendelse/status"


def test_a_result_of_a_self_check_goes_along_where_it_is_ticked(avklart: Avklart, resident: Browser) -> None:
    for number in range(1, 6):
        shown = resident.get(f"/nb/selvsjekk/who5/sporsmal/{number}")
        value = shown.soup.select("input[type=radio]")[1]["value"]
        write(resident, f"/nb/selvsjekk/who5/sporsmal/{number}", answer=value)
    lead(write(resident, f"{NEW}?selvsjekk=who5", whom="self"))
    fill_from_about(resident)
    send(resident)
    ((_, content),) = cases(avklart)
    assert re.search(r"\d+ av 100", content.attached)


def fill_from_about(browser: Browser) -> None:
    write(browser, address("om"), topics=["other"])
    write(browser, address("fortell"), words="Jeg er trist.", what_matters="", attach="1")
    write(browser, address("kontakt"), **CONTACT)


@pytest.fixture
def locked(avklart: Avklart) -> Iterator[sqlite3.Connection]:
    """The database, held by somebody else who writes for longer than anybody waits."""
    path = avklart.database.engine.url.database
    assert path
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        yield other


@pytest.mark.parametrize("screen", ["fortell", "se-over"])
def test_what_cannot_be_stored_now_is_said_and_nothing_typed_is_lost(
    avklart: Avklart, resident: Browser, locked: sqlite3.Connection, screen: str
) -> None:
    fill(resident, screen)
    shown = resident.get(address(screen))
    data: dict[Any, Any] = {one["name"]: one["value"] for one in shown.soup.select("main form.form input[type=hidden]")}
    data |= FILLED.get(screen, {})
    locked.execute("BEGIN IMMEDIATE")
    answer = resident.raw(address(screen), method="POST", data=data)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Jeg faller ofte" in answer.text
    assert BeautifulSoup(answer.text, "html5lib").select_one("#feil")
    locked.execute("ROLLBACK")
    assert resident.raw(address(screen), method="POST", data=data).status_code == 303
    assert number_of(avklart, ReferralRow) == (screen == "se-over")


def test_a_call_that_cannot_be_stored_now_is_one_call_when_it_can(
    avklart: Avklart, resident: Browser, locked: sqlite3.Connection
) -> None:
    key = resident.get(CALL).one("input[name=key]")["value"]
    fields = {"key": key, "name": "Ola Nordmann", "telephone": "61 35 90 99"}
    locked.execute("BEGIN IMMEDIATE")
    answer = resident.raw(CALL, method="POST", data=fields)
    assert answer.status_code == 503
    assert "Ola Nordmann" in answer.text
    assert str(key) in answer.text
    locked.execute("ROLLBACK")
    lead(resident.raw(CALL, method="POST", data=fields))
    assert number_of(avklart, ReferralRow) == 1


def test_a_referral_is_stored_and_counted_in_one_transaction(avklart: Avklart, resident: Browser) -> None:
    """Case, line, message, event, count and what was being written: one wait for the disk (T1)."""
    fill(resident, "se-over")
    form = resident.get(address("se-over")).soup.select("main form.form input[type=hidden]")
    data: dict[Any, Any] = {one["name"]: one["value"] for one in form}
    key = resident.get(CALL).one("input[name=key]")["value"]
    committed: list[object] = []
    event.listen(avklart.database.engine, "commit", committed.append)
    lead(resident.raw(address("se-over"), method="POST", data=data))
    assert len(committed) == 1
    call = {"key": key, "name": "Ola Nordmann", "telephone": "61 35 90 99"}
    lead(resident.raw(CALL, method="POST", data={**hidden_of(resident, CALL), **call}))
    assert len(committed) == 2
    assert number_of(avklart, ReferralRow) == 2


def hidden_of(browser: Browser, path: str) -> dict[str, str]:
    """Answer what the form of a page carries hidden."""
    found = browser.get(path).soup.select("main form.form input[type=hidden]")
    return {str(one["name"]): str(one["value"]) for one in found}


def test_a_place_is_asked_for_on_a_date_that_is_still_to_come(avklart: Avklart, resident: Browser) -> None:
    offer = "parorendeskole-demens"
    lead(write(resident, f"{NEW}?tilbud={offer}", whom="self"))
    write(resident, address("om"), topics=[f"offer:{offer}"])
    dates = [one["value"] for one in resident.get(address("fortell")).soup.select("input[name=offer_date]")]
    assert dates[0] == ""
    assert len(dates) > 1
    write(resident, address("fortell"), words="Jeg vil gjerne bli med.", what_matters="", offer_date=dates[1])
    write(resident, address("kontakt"), **CONTACT)
    send(resident)
    ((row, content),) = cases(avklart)
    assert (row.door, content.offer_date) == ("offer", dates[1])


@pytest.mark.parametrize("date", ["1999-01-01", "i morgen", "<b>"])
def test_a_date_that_is_none_of_the_offers_is_none(avklart: Avklart, resident: Browser, date: str) -> None:
    fill(resident, "fortell")
    write(resident, address("fortell"), **FILLED["fortell"], offer_date=date)
    write(resident, address("kontakt"), **CONTACT)
    send(resident)
    assert cases(avklart)[0][1].offer_date == ""


def test_whoever_comes_from_a_page_in_another_language_asks_for_an_interpreter(
    avklart: Avklart, resident: Browser
) -> None:
    (link,) = resident.get("/nb/andre-sprak/pl").soup.select("main a[href*=ring-meg]")
    shown = resident.get(str(link["href"]))
    assert shown.one("#interpreter")["value"] == "polski"
    fields = {"name": "Jan Kowalski", "telephone": "400 12 345", "interpreter": "polski"}
    lead(write(resident, str(link["href"]), **fields))
    assert cases(avklart)[0][1].interpreter == "polski"
    assert not resident.get(f"{CALL}?tolk=finnes-ikke").one("#interpreter").get("value")
