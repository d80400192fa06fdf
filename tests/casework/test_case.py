"""A case: what matters most first, why it may be looked at, and that every look stands in the audit log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.casework.cases import do, looks, path_of, stored, take
from tests.conftest import NOON
from tests.factories.people import Browser
from tests.factories.referrals import CONCERN, CONTENT, SENT, TEXT, send
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import write_readable
from webapp.referrals.actions import handling

STRANGE = "=cmd|' /C calc'!A0 \u202eabc\x1b\x00 👵🏽 مرحبا"


def test_what_matters_stands_first_and_then_what_was_written(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database, replace(SENT, content=replace(
        CONTENT, safe_contact="Ring bare på formiddagen", interpreter="polsk", attached="Fallfeller: 3 av 12",
    )))  # fmt: skip
    page = karis.get(path_of(case))
    assert page.heading() == f"Sak {write_readable(case.reference)}"
    wanted = ["Hva er viktigst for deg nå?", "Å bo hjemme", TEXT, "Ring bare på formiddagen", "polsk"]
    at = [page.text.index(words) for words in wanted]
    assert at == sorted(at)
    for words in ("400 12 345", "aase@eksempel.example", "Fallfeller: 3 av 12", CONTENT.consent, "2026-11", "Kom inn"):
        assert words in page.text
    assert page.one("dl a[href='tel:+4740012345']")


def test_a_concern_says_that_nothing_may_be_told_without_consent(avklart: Avklart, karis: Browser) -> None:
    page = karis.get(path_of(send(avklart.database, CONCERN)))
    assert "Uten samtykke fra den det gjelder" in page.text
    assert "personen vet ikke om det" in page.text


def test_a_wish_to_stop_the_help_of_somebody_else_must_be_confirmed(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database, replace(CONCERN, content=replace(CONCERN.content, stops_help=True)))
    assert "Må bekreftes av innbyggeren" in karis.get(path_of(case)).text
    assert "Må bekreftes" not in karis.get(path_of(send(avklart.database))).text


def test_the_labels_are_those_that_were_promised(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    page = karis.get(path_of(case))
    words = {" ".join(one.get_text(" ").split()) for one in page.soup.select("main button, main a")}
    assert {"Ta saken", "Svar innbyggeren", "Lagre utkast", "Videresend", "Avslutt saken"} <= words
    filled = [one.get_text() for one in page.soup.select("main .ds-button:not([data-variant])")]
    assert filled == ["Ta saken"]
    take(avklart, karis, case)
    page = karis.get(path_of(case))
    assert [one.get_text() for one in page.soup.select("main .ds-button:not([data-variant])")] == ["Svar innbyggeren"]


def test_every_look_is_recorded_with_its_reason(avklart: Avklart, karis: Browser, kari: str) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    take(avklart, karis, case)
    karis.get(path_of(case, "svar"))
    assert looks(avklart, case) == [(kari, "new case")] * 2 + [(kari, "own case")] * 2


def test_a_colleagues_case_asks_why_before_it_shows_anything(
    avklart: Avklart, karis: Browser, olas: Browser, ola: str, kari: str
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    page = olas.get(path_of(case))
    assert "Kari Nordmann har denne saken" in page.text
    assert "Bjørnstad" not in page.response.text
    assert "dusje" not in page.response.text
    assert ola not in {who for who, _ in looks(avklart, case)}
    olas.post(f"{path_of(case)}/innsyn", status=422)
    page = olas.post(f"{path_of(case)}/innsyn", why="absence")
    assert TEXT in page.text
    assert "Innbyggeren kan se dem" in page.text
    assert looks(avklart, case)[-1] == (ola, "absence")
    assert kari


@pytest.mark.parametrize("why", ["absence", "contact", "quality", "guidance"])
def test_each_reason_stands_in_the_log(avklart: Avklart, karis: Browser, olas: Browser, ola: str, why: str) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    olas.get(path_of(case))
    olas.post(f"{path_of(case)}/innsyn", why=why)
    assert looks(avklart, case)[-1] == (ola, why)


def test_a_reason_counts_for_an_hour_for_this_case_and_this_session(
    avklart: Avklart, clock: FixedClock, karis: Browser, olas: Browser
) -> None:
    case, other = send(avklart.database), send(avklart.database)
    take(avklart, karis, case)
    take(avklart, karis, other)
    olas.get(path_of(case))
    olas.post(f"{path_of(case)}/innsyn", why="contact")
    assert "har denne saken" in olas.get(path_of(other)).text
    for minutes in (10, 20, 30, 40, 50):
        clock.time = NOON + timedelta(minutes=minutes)
        assert TEXT in olas.get(path_of(case)).text
    clock.time = NOON + timedelta(minutes=60)
    assert "har denne saken" in olas.get(path_of(case)).text


def test_who_was_asked_by_a_colleague_may_look_as_at_an_own_case(
    avklart: Avklart, karis: Browser, olas: Browser, ola: str
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    do(avklart, karis, case, "kollega", colleague=ola, words="Kjenner du henne?")
    assert "Kjenner du henne?" in olas.get(path_of(case)).text
    assert looks(avklart, case)[-1] == (ola, "own case")


def test_a_case_that_is_not_there_looks_like_another_municipalitys_and_a_deleted_one(
    avklart: Avklart, karis: Browser
) -> None:
    far, gone = send(avklart.database, municipality="dalsbygd"), send(avklart.database)
    with avklart.database.writing() as session:
        handling.erase(session, session.merge(gone), at=NOON)
    answers = []
    for name in (far.id, gone.id, "0" * 32, "finnes-ikke"):
        for rest in ("", "/svar", "/sak.pdf", "/sak.json", "/sak.fhir.json"):
            answer = karis.raw(f"/saker/{name}{rest}")
            answers.append((rest, answer.status_code, answer.data.replace(name.encode(), b"")))
        sent = karis.send(f"/saker/{name}/notat?revisjon=1", words="x")
        answers.append(("notat", sent.status_code, sent.data.replace(name.encode(), b"")))
    assert {status for _, status, _ in answers} == {404}
    assert len({(rest, body) for rest, _, body in answers}) == 6
    assert looks(avklart, far) == []


def test_a_case_is_given_out_as_a_file_and_each_is_recorded(avklart: Avklart, karis: Browser, kari: str) -> None:
    case = send(avklart.database)
    made = karis.raw(path_of(case, "sak.pdf"))
    assert made.data.startswith(b"%PDF")
    assert made.headers["Cache-Control"] == "no-store"
    told = json.loads(karis.raw(path_of(case, "sak.json")).data)
    assert next(iter(told)) == "what_matters"
    assert told["what_matters"] == "Å bo hjemme"
    assert told["content"]["text"] == TEXT
    sent = karis.raw(path_of(case, "sak.fhir.json"))
    assert sent.mimetype == "application/fhir+json"
    assert json.loads(sent.data)["resourceType"] == "Bundle"
    assert looks(avklart, case, "exported") == [(kari, "new case")] * 3


def test_a_colleagues_case_is_not_given_out_without_a_reason(avklart: Avklart, karis: Browser, olas: Browser) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    for name in ("sak.pdf", "sak.json", "sak.fhir.json"):
        answer = olas.raw(path_of(case, name))
        assert (answer.status_code, answer.headers["Location"]) == (303, path_of(case))
    assert looks(avklart, case, "exported") == []


def test_a_text_that_is_a_trap_is_text_everywhere(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database, replace(SENT, content=replace(
        CONTENT, name=STRANGE, text=STRANGE, what_matters=STRANGE, safe_contact=STRANGE, address=STRANGE,
    )))  # fmt: skip
    page = karis.get(path_of(case))
    assert "=cmd|' /C calc'!A0" in page.text
    assert not [sign for sign in "\u202e\x1b\x00" if sign in page.response.text]
    told = karis.raw(path_of(case, "sak.json"))
    assert told.data.isascii()
    assert json.loads(told.data)["content"]["text"] == STRANGE
    assert karis.raw(path_of(case, "sak.pdf")).data.startswith(b"%PDF")
    take(avklart, karis, case)
    do(avklart, karis, case, "svar", words=STRANGE, way="letter")
    assert stored(avklart, case).state == "answered"


@pytest.mark.parametrize("language", ["nn", "en"])
def test_a_case_speaks_the_language_of_the_account(avklart: Avklart, karis: Browser, language: str) -> None:
    case = send(avklart.database)
    page = karis.get(f"{path_of(case)}?sprak={language}")
    assert {"nn": "Kva er viktigast for deg no?", "en": "What matters most to you now?"}[language] in page.text
