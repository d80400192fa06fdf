"""What is done in a case: one owner, nothing done on a case that has changed, and nothing typed is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.casework.cases import INBOX, acts, do, entries, looks, path_of, stored, take
from tests.conftest import NOON
from tests.factories.people import Browser, add_staff, messages
from tests.factories.referrals import CALL, CONCERN, CONTENT, SENT, send
from webapp.app import Avklart
from webapp.audit import queries as audit
from webapp.kernel.permission import Role
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act, Door, State, Waits
from webapp.referrals.queries import Case

ANSWER = "Vi kommer hjem til deg på torsdag."
NEEDING_WORDS = ("svar", "spor", "notat", "kollega", "videresend", "avslutt")


def begun(avklart: Avklart, case: Case, staff: str) -> str:
    """What somebody has begun to write in a case."""
    with avklart.database.reading() as session:
        found = queries.unsent(session, queries.referral(session, case.municipality, case.id), staff)
        return found.text if found else ""


def test_of_two_who_take_one_case_at_once_one_has_it_and_the_other_is_told(
    avklart: Avklart, karis: Browser, olas: Browser
) -> None:
    case = send(avklart.database)
    address = f"{path_of(case, 'ta')}?revisjon={case.revision}"
    for browser in (karis, olas):
        browser.get(path_of(case))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda browser: browser.send(address), (karis, olas)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    told = next(answer.text for answer in answers if answer.status_code == 409)
    assert "Har saken nå: " in told
    assert "dusje" not in told
    assert acts(avklart, case).count(Act.TAKEN) == 1


def test_a_case_is_taken_put_back_and_given_to_a_colleague(
    avklart: Avklart, karis: Browser, kari: str, ola: str
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    assert (stored(avklart, case).assigned_to, stored(avklart, case).state) == (kari, State.ASSIGNED)
    karis.get(path_of(case))
    page = do(avklart, karis, case, "legg-tilbake")
    assert "Saken er ledig igjen." in page.text
    assert stored(avklart, case).assigned_to is None
    karis.get(path_of(case, "gi-til"))
    assert "Kollegaen har saken nå." in do(avklart, karis, case, "gi-til", colleague=ola).text
    assert stored(avklart, case).assigned_to == ola


def test_a_case_can_be_given_to_caseworkers_of_this_municipality_alone(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    editor = add_staff(avklart.database, Role.EDITOR, email="e@fjordvik.example", name="Else Redaktør", at=NOON)
    far = add_staff(avklart.database, municipality="dalsbygd", email="f@dalsbygd.example", name="Fjern", at=NOON)
    page = karis.get(path_of(case, "gi-til"))
    assert [option["value"] for option in page.soup.select("option")] == [""]
    for somebody in (editor, far, "x", ""):
        do(avklart, karis, case, "gi-til", status=422, colleague=somebody)
        do(avklart, karis, case, "kollega", status=422, colleague=somebody, words="Hei")
    assert acts(avklart, case) == [Act.SENT]


def test_a_colleagues_case_is_taken_over_after_a_reason(
    avklart: Avklart, karis: Browser, olas: Browser, ola: str
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    olas.get(path_of(case))
    page = do(avklart, olas, case, "ta")
    assert "Si hvorfor du åpner den" in page.text
    assert stored(avklart, case).assigned_to != ola
    olas.post(f"{path_of(case)}/innsyn", why="absence")
    assert "Du har tatt over saken." in do(avklart, olas, case, "ta").text
    assert stored(avklart, case).assigned_to == ola


def test_what_is_done_in_a_colleagues_case_waits_for_the_reason_and_is_not_lost(
    avklart: Avklart, karis: Browser, olas: Browser
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    olas.get(INBOX)
    page = do(avklart, olas, case, "notat", words="Ringte meg i dag")
    assert "Si hvorfor du åpner den" in page.text
    page = olas.post(str(page.one("main form.form")["action"]), why="contact")
    assert page.one("textarea").get_text(strip=True) == "Ringte meg i dag"
    assert Act.NOTED not in acts(avklart, case)


def test_an_answer_is_stored_and_the_resident_is_told_that_there_is_one(
    avklart: Avklart, karis: Browser, kari: str
) -> None:
    case = send(avklart.database)
    before = len(messages(avklart.database, case.id))
    karis.get(path_of(case))
    page = do(avklart, karis, case, "svar", words=ANSWER, way="message")
    assert "Svaret er lagret." in page.text
    assert ANSWER in page.text
    found = stored(avklart, case)
    assert (found.state, found.waits_for, found.assigned_to) == (State.ANSWERED, Waits.NOBODY, kari)
    new = messages(avklart.database, case.id)[before:]
    assert [message["kind"] for message in new] == ["referral", "mail"]  # systems are told that it was answered
    assert ANSWER not in str(new)


def test_the_way_of_an_answer_is_the_one_that_the_resident_prefers(avklart: Avklart, karis: Browser) -> None:
    for contact in ("message", "letter", "telephone"):
        case = send(avklart.database, replace(SENT, content=replace(CONTENT, contact=contact, address="Vegen 1")))
        assert karis.get(path_of(case, "svar")).one("input[name=way][checked]")["value"] == contact


def test_more_is_asked_for_and_the_case_waits_for_the_resident(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    karis.get(path_of(case, "spor"))
    do(avklart, karis, case, "spor", words="Bor du alene?", way="message")
    assert stored(avklart, case).waits_for == Waits.RESIDENT
    assert acts(avklart, case)[-1] is Act.ASKED


def test_a_note_and_what_colleagues_say_is_marked_as_internal(
    avklart: Avklart, karis: Browser, olas: Browser, ola: str
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    do(avklart, karis, case, "notat", words="Husk nøkkel")
    do(avklart, karis, case, "kollega", colleague=ola, words="Hva mener du?")
    assert stored(avklart, case).waits_for == Waits.COLLEAGUE
    page = olas.get(path_of(case))
    assert "Svar kollegaen" in page.links()
    assert "Svar kollegaen" not in karis.get(path_of(case)).links()
    page = do(avklart, olas, case, "kollegasvar", words="Ja, gjør det", status=200)
    assert stored(avklart, case).waits_for == Waits.US
    internal = [one.get_text(" ") for one in karis.get(path_of(case)).soup.select(".entry-list .is-internal")]
    assert len(internal) == 3
    assert all("bare ansatte ser dette" in one for one in internal)


def test_only_who_was_asked_answers_a_colleague(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    do(avklart, karis, case, "kollegasvar", words="Ja", status=409)
    assert acts(avklart, case) == [Act.SENT]


@pytest.mark.parametrize(("pressed", "act", "waits"), [
    ("nadd", Act.CALLED, Waits.NOBODY), ("ikke-nadd", Act.NOT_REACHED, Waits.US),
])  # fmt: skip
def test_a_call_is_registered(avklart: Avklart, karis: Browser, pressed: str, act: Act, waits: Waits) -> None:
    case = send(avklart.database, CALL)
    assert "61 35 90 99" in karis.get(path_of(case, "samtale")).text
    do(avklart, karis, case, "samtale", words="", handling=pressed)
    assert acts(avklart, case)[-1] is act
    assert stored(avklart, case).waits_for == waits


def test_a_case_is_forwarded_to_an_office_of_the_municipality(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    assert "Demensteamet" in karis.get(path_of(case, "videresend")).text
    do(avklart, karis, case, "videresend", status=422, office="the moon", words="Dit")
    page = do(avklart, karis, case, "videresend", office="dementia_team", words="De kan dette")
    assert "Saken er videresendt." in page.text
    found = stored(avklart, case)
    assert (found.office, found.assigned_to) == ("dementia_team", None)
    assert "Videresendt til Demensteamet" in karis.get(path_of(case)).text


@pytest.mark.parametrize(("given", "act"), [("placed", Act.PLACED), ("listed", Act.LISTED)])
def test_who_asks_for_a_place_gets_one_or_stands_on_the_list(
    avklart: Avklart, karis: Browser, given: str, act: Act
) -> None:
    case = send(avklart.database, replace(SENT, door=Door.OFFER, about=("offer:fallforebygging-gruppe",)))
    assert "Gi plass eller sett på venteliste" in karis.get(path_of(case)).links()
    do(avklart, karis, case, "plass", given=given, words="Velkommen", way="message")
    assert acts(avklart, case)[-1] is act
    assert "Gi plass" not in karis.get(path_of(send(avklart.database))).text


def test_an_ended_case_refuses_with_a_clear_page_and_keeps_what_was_typed(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    do(avklart, karis, case, "avslutt", words="Alt er avtalt på telefon.")
    assert stored(avklart, case).state == State.CLOSED
    page = karis.get(path_of(case))
    assert "Denne saken er avsluttet" in page.text
    assert "Svar innbyggeren" not in page.text
    page = do(avklart, karis, case, "svar", status=409, words=ANSWER, way="message")
    assert "Saken er avsluttet" in page.text
    assert page.one("textarea").get_text(strip=True) == ANSWER
    for word in ("ta", "legg-tilbake"):
        do(avklart, karis, case, word, status=409)
    do(avklart, karis, case, "notat", words="Nøkkel levert")
    assert acts(avklart, case) == [Act.SENT, Act.TAKEN, Act.CLOSED, Act.NOTED]


def test_a_case_that_was_taken_back_refuses_everything(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    with avklart.database.writing() as session:
        handling.withdraw(session, queries.referral(session, "fjordvik", case.id), at=NOON)
    assert "trukket denne tilbake" in karis.get(path_of(case)).text
    for word in ("notat", "svar", "avslutt"):
        page = do(avklart, karis, case, word, status=409, words=ANSWER, way="message")
        assert page.one("textarea").get_text(strip=True) == ANSWER


@pytest.mark.parametrize("word", NEEDING_WORDS)
@pytest.mark.parametrize("words", ["", "  \n ", "x" * 4001])
def test_what_is_missing_or_too_long_is_said_and_nothing_is_lost(
    avklart: Avklart, karis: Browser, ola: str, word: str, words: str
) -> None:
    case = send(avklart.database)
    karis.get(path_of(case, word))
    page = do(
        avklart, karis, case, word, status=422, words=words, way="letter", colleague=ola, office="dementia_team"
    )  # fmt: skip
    assert page.one("#feil")
    assert page.one("textarea").get_text().strip() == words.strip()
    assert acts(avklart, case) == [Act.SENT]


def test_an_answer_on_a_case_that_has_changed_is_shown_again_with_what_has_happened(
    avklart: Avklart, karis: Browser, olas: Browser, kari: str
) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    seen = stored(avklart, case).revision
    take(avklart, olas, case)
    page = karis.post(f"{path_of(case, 'svar')}?revisjon={seen}", status=409, words=ANSWER, way="message")
    assert page.one("textarea").get_text(strip=True) == ANSWER
    assert "Har saken nå: Ola Dahl" in page.text
    assert Act.ANSWERED not in acts(avklart, case)
    assert begun(avklart, case, kari) == ANSWER


@pytest.mark.parametrize(
    "seen", ["", "?revisjon=", "?revisjon=x", "?revisjon=-1", "?revisjon=٣", "?revisjon=99999999999"]
)
def test_who_does_not_say_what_they_saw_does_nothing(avklart: Avklart, karis: Browser, seen: str) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    karis.post(f"{path_of(case, 'ta')}{seen}", status=409)
    assert acts(avklart, case) == [Act.SENT]


def test_a_draft_is_seen_by_its_writer_alone_and_goes_when_it_is_sent(
    avklart: Avklart, karis: Browser, olas: Browser, kari: str
) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    page = do(avklart, karis, case, "svar", words=ANSWER, way="letter", handling="utkast")
    assert "Bare du ser det" in page.text
    assert page.one("textarea").get_text(strip=True) == ANSWER
    assert ANSWER not in olas.get(path_of(case)).response.text
    assert acts(avklart, case) == [Act.SENT]
    do(avklart, karis, case, "svar", words=ANSWER, way="letter")
    assert begun(avklart, case, kari) == ""


def test_a_draft_is_saved_also_when_the_case_has_changed_or_something_else_is_wrong(
    avklart: Avklart, karis: Browser, olas: Browser, kari: str
) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    seen = stored(avklart, case).revision
    do(avklart, karis, case, "svar", status=422, words="Først", way="pigeon")
    assert begun(avklart, case, kari) == "Først"
    take(avklart, olas, case)
    karis.post(f"{path_of(case, 'svar')}?revisjon={seen}", words="Så", way="letter", handling="utkast")
    assert begun(avklart, case, kari) == "Så"
    too_long = "x" * 4001
    page = karis.post(
        f"{path_of(case, 'svar')}?revisjon={seen}", status=422, words=too_long, way="letter", handling="utkast"
    )
    assert page.one("textarea").get_text(strip=True) == too_long


def test_a_legal_hold_is_set_and_taken_away_and_recorded(avklart: Avklart, karis: Browser, kari: str) -> None:
    case = send(avklart.database)
    karis.get(path_of(case))
    do(avklart, karis, case, "sperre")
    assert stored(avklart, case).is_held
    do(avklart, karis, case, "opphev-sperre")
    assert not stored(avklart, case).is_held
    with avklart.database.reading() as session:
        found = audit.about(session, "fjordvik", "referral", case.id)
        told = [(event.actor, event.details) for event in found if event.action == "referral_handled"]
    assert told == [(kari, {"act": "held"}), (kari, {"act": "not held"})]


def test_each_act_is_one_event_of_the_audit_log(avklart: Avklart, karis: Browser, kari: str) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    do(avklart, karis, case, "svar", words=ANSWER, way="telephone")
    do(avklart, karis, case, "avslutt", words="Ferdig")
    assert len(looks(avklart, case, "referral_handled")) == 2
    assert looks(avklart, case, "referral_closed") == [(kari, "")]
    assert [entry.text for entry in entries(avklart, case)] == ["", "", ANSWER, "Ferdig"]


def test_what_is_done_with_words_has_a_page_and_what_is_not_leads_to_the_case(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database, CONCERN)
    for word in ("svar", "spor", "notat", "kollega", "samtale", "plass", "gi-til", "videresend", "avslutt"):
        page = karis.get(path_of(case, word))
        assert page.one("main form.form")["action"] == f"{path_of(case, word)}?revisjon={case.revision}"
    assert "Uten samtykke" in karis.get(path_of(case, "svar")).text
    for word in ("ta", "legg-tilbake", "sperre", "opphev-sperre"):
        assert karis.raw(path_of(case, word)).headers["Location"] == path_of(case)


@pytest.mark.parametrize(("word", "fields"), [("gi-til", {}), ("kollega", {"words": "Hva mener du om Åse?"})])
def test_who_is_given_a_case_or_asked_is_told_by_a_mail_that_says_nothing_of_it(
    avklart: Avklart, karis: Browser, ola: str, word: str, fields: dict[str, Any]
) -> None:
    case = send(avklart.database)
    take(avklart, karis, case)
    karis.get(path_of(case, word))
    do(avklart, karis, case, word, colleague=ola, **fields)
    (mail,) = [found for found in messages(avklart.database, case.id) if found["kind"] == "mail"]
    assert (mail["to"], mail["subject"]) == ("ola@fjordvik.example", "En kollega har noe til deg")
    assert mail["text"] == "Logg inn for å se det: http://127.0.0.1:8000/saker/\n"
