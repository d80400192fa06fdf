"""What somebody else wrote, taken over by whom it is about; what the helper sees and does from then on (HE-4b)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.casework.cases import do, path_of
from tests.conftest import NOON
from tests.factories.outbox import with_keys
from tests.factories.people import Browser, add_staff, code_sent, messages
from tests.factories.referrals import CONCERN, CONTENT, SENT, send
from tests.page import Page
from tests.referrals.test_status import OWN, STATUS, act, come_in
from webapp.app import Avklart
from webapp.audit import queries as audit
from webapp.identity.queries import invitations_to
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.ids import write_readable
from webapp.referrals import queries
from webapp.referrals.actions import handling, handover
from webapp.referrals.domain.handover import Person, Sees
from webapp.referrals.domain.referral import Act, Concerned, State, Whom
from webapp.referrals.models import HandoverRow, ReferralRow
from webapp.settings import Settings
from webapp.storage.session import Database

CLAIM = "/nb/henvendelse/overta"
HELPER = f"{OWN}/hjelper"
ANSWER = "Vi kommer hjem til deg på torsdag."
AASE = Person(
    "Åse Bjørnstad", "message", telephone="41 00 00 84", email="", address="Fjordvegen 1", known_by="rung"
)  # fmt: skip
WILLING = replace(
    SENT, whom=Whom.WILLING,
    content=replace(
        CONTENT, name="Kari Bjørnstad", concerned=Concerned("Åse Bjørnstad", "41 00 00 84", "datter"),
        address="Bygata 9", safe_contact="Ring etter kl. 16", stops_help=True,
    ),
)  # fmt: skip


def hand_over(database: Database, row: ReferralRow, sees: Sees = Sees.PROGRESS, person: Person = AASE) -> HandoverRow:
    """Let the person have it, as a caseworker does."""
    with database.writing() as session:
        found = queries.referral(session, row.municipality, row.id, is_held=True)
        return handover.hand_over(session, found, person, sees, by="kari", at=NOON + timedelta(minutes=1))


def come_in_as_person(avklart: Avklart, browser: Browser, row: ReferralRow) -> Page:
    """Write the person's own reference, and the code that comes to their own telephone."""
    with avklart.database.reading() as session:
        taken = queries.handover(session, queries.referral(session, row.municipality, row.id))
    assert taken is not None
    return come_in_by(avklart, browser, taken.reference, taken.invitation)


def come_in_as_helper(avklart: Avklart, browser: Browser, row: ReferralRow) -> Page:
    """Write the reference on the receipt, and the code that comes to whoever sent it."""
    with avklart.database.reading() as session:
        own = queries.handover(session, queries.referral(session, row.municipality, row.id))
        invited = [one.id for one in invitations_to(session, row.municipality, "referral", row.id)]
    (helper,) = [one for one in invited if own is None or one != own.invitation]
    return come_in_by(avklart, browser, row.reference, helper)


def come_in_by(avklart: Avklart, browser: Browser, reference: str, invitation: str) -> Page:
    browser.get(STATUS)
    browser.post(STATUS, reference=reference)
    return browser.post(code=code_sent(avklart.database, invitation))


def sent_to(avklart: Avklart, kind: str = "sms") -> list[str]:
    return [str(one["to"]) for one in messages(avklart.database) if one["kind"] == kind]


def entries(avklart: Avklart, row: ReferralRow) -> list[tuple[Act, str, str]]:
    with avklart.database.reading() as session:
        found = queries.entries(session, queries.referral(session, row.municipality, row.id))
    return [(entry.act, entry.by, entry.text) for entry in found]


@pytest.fixture
def kari(avklart: Avklart) -> Browser:
    """The helper's browser."""
    return Browser(avklart, address="198.51.100.4")


@pytest.fixture
def aase(avklart: Avklart) -> Browser:
    """The browser of the person whom it is about."""
    return Browser(avklart, address="198.51.100.84")


@pytest.fixture
def office(avklart: Avklart) -> Browser:
    """A caseworker's browser, logged in."""
    add_staff(avklart.database, at=NOON)
    browser = Browser(avklart)
    browser.sign_in()
    return browser


# Asking for it


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_whoever_it_is_about_asks_to_take_over_and_only_staff_see_who(
    avklart: Avklart, aase: Browser, kari: Browser, office: Browser, language: str
) -> None:
    row = send(avklart.database, WILLING)
    where = f"/{language}/henvendelse/overta"
    aase.get(where)
    told = aase.post(where, reference=write_readable(row.reference), name="Åse Bjørnstad", telephone="41 00 00 84")
    assert told.heading() == {"nb": "Vi ringer deg", "nn": "Vi ringjer deg", "en": "We ring you"}[language]
    assert entries(avklart, row)[-1] == (Act.CLAIMED, "system", "Åse Bjørnstad, 41 00 00 84")
    assert "41 00 00 84" not in come_in_as_helper(avklart, kari, row).soup.select_one("h1").text  # type: ignore[union-attr]
    assert "vil ta over" not in kari.get(OWN).text
    case = office.get(path_of(row))
    assert "Noen sier at dette gjelder dem selv, og vil ta over." in case.text
    assert "Åse Bjørnstad, 41 00 00 84" in case.text


@pytest.mark.parametrize("reference", ["AAAA-BBBB", "=cmd", "own"])
def test_a_wrong_reference_gets_the_same_answer_and_changes_nothing(
    avklart: Avklart, aase: Browser, reference: str
) -> None:
    own, theirs = send(avklart.database), send(avklart.database, WILLING)
    answers = []
    for one in (theirs.reference, own.reference if reference == "own" else reference):
        aase.get(CLAIM)
        answers.append(aase.post(CLAIM, reference=one, name="Åse", telephone="41 00 00 84").text)
    assert len(set(answers)) == 1
    assert [found[0] for found in entries(avklart, own)] == [Act.SENT]


def test_the_reference_of_another_municipality_is_a_wrong_one(avklart: Avklart) -> None:
    row, there = send(avklart.database, WILLING), Browser(avklart, "dalsbygd")
    there.get("/nn/henvendelse/overta")
    there.post("/nn/henvendelse/overta", reference=row.reference, name="Åse", telephone="41 00 00 84")
    assert [found[0] for found in entries(avklart, row)] == [Act.SENT]


@pytest.mark.parametrize(
    "wrong", [{"reference": ""}, {"name": "  "}, {"telephone": "ring meg"}, {"telephone": ""}, {"name": "x" * 121}]
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    avklart: Avklart, aase: Browser, wrong: dict[str, str]
) -> None:
    row = send(avklart.database, WILLING)
    aase.get(CLAIM)
    given = {"reference": row.reference, "name": "Åse", "telephone": "41 00 00 84", **wrong}
    shown = aase.post(CLAIM, status=422, **given)
    assert shown.soup.select_one("#feil")
    assert all(value.strip() in shown.response.text for value in given.values())
    assert [found[0] for found in entries(avklart, row)] == [Act.SENT]


def test_asking_twice_is_one_note_and_a_closed_case_is_taken_up_again(avklart: Avklart, aase: Browser) -> None:
    row = send(avklart.database, WILLING)
    with avklart.database.writing() as session:
        handling.close(session, queries.referral(session, "fjordvik", row.id, is_held=True), "", by="kari", at=NOON)
    for _ in range(2):
        aase.get(CLAIM)
        aase.post(CLAIM, reference=row.reference, name="Åse", telephone="41 00 00 84")
    assert [found[0] for found in entries(avklart, row)].count(Act.CLAIMED) == 1
    with avklart.database.reading() as session:
        found = queries.referral(session, "fjordvik", row.id)
    assert (found.state, found.waits_for) == (State.ASSIGNED, "us")


def test_too_many_tries_from_one_network_are_refused(avklart: Avklart, aase: Browser) -> None:
    send(avklart.database, WILLING)
    for _ in range(10):
        aase.get(CLAIM)
        aase.post(CLAIM, reference="AAAA-BBBB", name="Åse", telephone="41 00 00 84")
    aase.get(CLAIM)
    aase.post(CLAIM, reference="AAAA-BBBB", name="Åse", telephone="41 00 00 84", status=429)


# What staff do

FILLED: dict[str, Any] = {
    "known_by": "rung", "name": "Åse Bjørnstad", "contact": "message", "telephone": "41 00 00 84", "email": "",
    "address": "", "language": "nn", "interpreter": "", "sees": "progress",
}  # fmt: skip


def test_a_caseworker_lets_the_resident_have_it_and_tells_the_reference(avklart: Avklart, office: Browser) -> None:
    row = send(avklart.database, WILLING)
    assert "Må bekreftes av innbyggeren" in office.get(path_of(row)).text
    office.get(path_of(row, "overta"))
    shown = do(avklart, office, row, "overta", **FILLED, has_confirmed_stop="y")
    with avklart.database.reading() as session:
        taken = queries.handover(session, queries.referral(session, "fjordvik", row.id))
        acts = [event.details for event in audit.about(session, "fjordvik", "referral", row.id)]
    assert taken is not None
    assert write_readable(taken.reference) in shown.text
    assert taken.reference != row.reference
    assert "Må bekreftes av innbyggeren" not in shown.text
    assert {"act": "handed_over"} in acts
    assert sent_to(avklart) == ["+4741000084"], "told the resident, not the helper"
    letter = next(one for one in messages(avklart.database) if one["kind"] == "sms")
    assert "Sjå henne her, med referansen du fekk av oss" in str(letter["text"])
    for secret in (row.reference, taken.reference, "Åse", "Kari"):
        assert secret not in str(letter["text"]), secret


@pytest.mark.parametrize(
    "wrong",
    [
        {"known_by": ""}, {"name": ""}, {"sees": "everything"}, {"contact": ""}, {"telephone": "x"},
        {"contact": "telephone", "telephone": ""}, {"contact": "message", "telephone": "61 35 90 99"},
        {"contact": "letter"}, {"email": "ingen"},
    ],
)  # fmt: skip
def test_it_is_not_handed_over_before_it_is_known_to_whom(
    avklart: Avklart, office: Browser, wrong: dict[str, str]
) -> None:
    row = send(avklart.database, WILLING)
    office.get(path_of(row, "overta"))
    shown = do(avklart, office, row, "overta", status=422, **{**FILLED, **wrong})
    assert shown.soup.select_one("#feil")
    assert [found[0] for found in entries(avklart, row)] == [Act.SENT]


def test_a_case_of_somebody_themselves_is_handed_over_to_nobody(avklart: Avklart, office: Browser) -> None:
    row = send(avklart.database)
    assert not any("overta" in href for href in office.get(path_of(row)).links().values())
    assert office.raw(path_of(row, "overta")).status_code == 404
    with pytest.raises(InvalidError):
        hand_over(avklart.database, row)


def test_what_is_answered_goes_to_the_resident_from_then_on(avklart: Avklart, office: Browser) -> None:
    row = send(avklart.database, WILLING)
    ways = [one["value"] for one in office.get(path_of(row)).soup.select("input[name=way]")]
    assert ways == ["letter", "telephone"], "nobody whom it is for could read a message here"
    hand_over(avklart.database, row)
    shown = office.get(path_of(row))
    assert [one["value"] for one in shown.soup.select("input[name=way][checked]")] == ["message"]
    do(avklart, office, row, "svar", words=ANSWER, way="message")
    assert sent_to(avklart) == ["+4741000084"]
    assert sent_to(avklart, "mail") == []


def test_a_letter_goes_to_the_resident_and_never_to_the_helpers_address(avklart: Avklart, office: Browser) -> None:
    row = send(avklart.database, WILLING)
    act_by_letter(avklart, row)
    shown = office.get("/saker/utskrift").text
    assert "Åse Bjørnstad" in shown
    assert "vi kjenner ikke adressen" in shown
    with avklart.database.reading() as session:
        before = queries.receivers(session, [row])[row.id]
    hand_over(avklart.database, row)
    with avklart.database.reading() as session:
        after = queries.receivers(session, [row])[row.id]
    assert (before.name, before.address) == ("Åse Bjørnstad", "")
    assert (after.name, after.address) == ("Åse Bjørnstad", "Fjordvegen 1")
    assert after.reference != row.reference
    assert "vi kjenner ikke adressen" not in office.get("/saker/utskrift").text


def act_by_letter(avklart: Avklart, row: ReferralRow) -> None:
    with avklart.database.writing() as session:
        found = queries.referral(session, "fjordvik", row.id, is_held=True)
        handling.tell(session, found, Act.ANSWERED, ANSWER, by="kari", at=NOON, way="letter")


def test_the_case_is_found_by_the_residents_own_reference_and_leaves_with_who_has_it(
    avklart: Avklart, office: Browser
) -> None:
    row = send(avklart.database, WILLING)
    taken = hand_over(avklart.database, row)
    office.get("/saker/sok")
    assert path_of(row) in office.post("/saker/sok", q=write_readable(taken.reference).lower()).links().values()
    told = json.loads(office.raw(f"{path_of(row)}/sak.json").text)
    assert told["handed_over"]["person"]["telephone"] == "41 00 00 84"
    assert office.raw(f"{path_of(row)}/sak.pdf").data.startswith(b"%PDF")
    bundle = json.loads(office.raw(f"{path_of(row)}/sak.fhir.json").text)
    patient = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Patient")
    assert patient["telecom"] == [{"system": "phone", "value": "41 00 00 84"}]


# What each of the two sees


def test_the_resident_reads_all_of_it_but_not_how_the_helper_is_reached(avklart: Avklart, aase: Browser) -> None:
    row = send(avklart.database, WILLING)
    act(avklart, row, Act.NOTED, "Ring datteren først.")
    hand_over(avklart.database, row)
    act(avklart, row, Act.ANSWERED, ANSWER)
    shown = come_in_as_person(avklart, aase, row)
    assert sent_to(avklart)[-1] == "+4741000084"
    for said in (ANSWER, CONTENT.text, "Kari Bjørnstad", "Kari Bjørnstad sendte dette til kommunen for deg"):
        assert str(said) in shown.text, said
    copy = aase.raw(f"{OWN}.json").text
    for hidden in ("aase@eksempel.example", "400 12 345", "Bygata 9", "Ring etter kl. 16", "Ring datteren"):
        assert hidden not in shown.response.text + copy, hidden
    assert json.loads(copy)["sent"]["text"] == CONTENT.text
    assert aase.raw(f"{OWN}.pdf").data.startswith(b"%PDF")
    assert row.reference not in shown.response.text + copy


def test_the_helper_sees_how_far_it_has_come_and_does_nothing_more(avklart: Avklart, kari: Browser) -> None:
    row = send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    act(avklart, row, Act.ANSWERED, ANSWER)
    shown = come_in_as_helper(avklart, kari, row)
    assert shown.heading() == "Besvart"
    assert "Den det gjelder, har tatt over." in shown.text
    for hidden in (ANSWER, "41 00 00 84 ", "Hvem har lest det"):
        assert hidden not in shown.response.text
    assert not shown.soup.select("textarea")
    assert not any("trekk" in href for href in shown.links().values())
    for where, data in ((OWN, {"words": "Gi meg svaret"}), (f"{OWN}/trekk", {}), (HELPER, {"sees": "all"})):
        assert kari.send(where, **data).status_code in {403, 404}, where
    assert kari.raw(f"{OWN}/trekk").status_code == 403
    assert kari.raw(HELPER).status_code == 404
    assert json.loads(kari.raw(f"{OWN}.json").text)["said"] == []
    assert [found[0] for found in entries(avklart, row)] == [Act.SENT, Act.HANDED_OVER, Act.ANSWERED]


def test_the_resident_decides_what_the_helper_sees_and_can_change_it(
    avklart: Avklart, aase: Browser, kari: Browser
) -> None:
    row = send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    act(avklart, row, Act.ANSWERED, ANSWER)
    come_in_as_person(avklart, aase, row)
    aase.get(HELPER)
    assert "ser nå: det som blir svart" in aase.post(HELPER, sees="all").text
    assert ANSWER in come_in_as_helper(avklart, kari, row).text
    kari.post(OWN, words="Takk, jeg blir med.")
    assert "Kari Bjørnstad skrev" in aase.get(OWN).text
    told = len(messages(avklart.database))
    aase.get(HELPER)
    aase.post(HELPER, sees="nothing")
    shut = kari.get(OWN)
    assert shut.heading() == "Den det gjelder, har tatt over"
    for hidden in (ANSWER, CONTENT.text, "Kari Nordmann"):
        assert str(hidden) not in shut.response.text
    assert kari.raw(f"{OWN}.json").status_code == 403
    assert kari.raw(f"{OWN}.pdf").status_code == 403
    assert kari.send(OWN, words="Hva skjer?").status_code == 403
    assert len(messages(avklart.database)) == told, "the helper is not told what was chosen"
    assert entries(avklart, row)[-1][:2] == (Act.HELPER_SEES, "person")


def test_who_may_read_it_is_told_of_an_answer_and_nobody_else(avklart: Avklart) -> None:
    with_mail = replace(AASE, email="aase.b@eksempel.example")
    for sees, readers in ((Sees.PROGRESS, {"aase.b@eksempel.example"}),
                          (Sees.ALL, {"aase.b@eksempel.example", "aase@eksempel.example"})):  # fmt: skip
        row = send(avklart.database, WILLING)
        hand_over(avklart.database, row, sees, with_mail)
        add = Browser(avklart, address="192.0.2.40")
        add_staff(avklart.database, email=f"{sees}@fjordvik.example", at=NOON)
        add.sign_in(f"{sees}@fjordvik.example")
        add.get(path_of(row))
        do(avklart, add, row, "svar", words=ANSWER, way="message")
        assert {str(one["to"]) for one in messages(avklart.database, row.id) if one["kind"] == "mail"} == readers


@pytest.mark.parametrize("choice", ["", "everything"])
def test_a_choice_that_is_none_is_asked_for_again(avklart: Avklart, aase: Browser, choice: str) -> None:
    row = send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    come_in_as_person(avklart, aase, row)
    aase.get(HELPER)
    assert aase.post(HELPER, sees=choice, status=422).soup.select_one("#feil")


def test_the_resident_takes_it_back_and_neither_gets_in_any_more(
    avklart: Avklart, aase: Browser, kari: Browser
) -> None:
    row = send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    come_in_as_helper(avklart, kari, row)
    come_in_as_person(avklart, aase, row)
    aase.get(f"{OWN}/trekk")
    assert aase.post(f"{OWN}/trekk").heading() == "Du har trukket det tilbake"
    for browser in (aase, kari):
        assert browser.raw(OWN).status_code == 303
    with avklart.database.reading() as session:
        assert session.scalars(select(HandoverRow)).all() == []
        assert all(one.revoked_at for one in invitations_to(session, "fjordvik", "referral", row.id))


def test_corrected_contact_data_voids_the_old_way_in_and_keeps_the_reference(avklart: Avklart, aase: Browser) -> None:
    row = send(avklart.database, WILLING)
    before = hand_over(avklart.database, row)
    come_in_as_person(avklart, aase, row)
    after = hand_over(avklart.database, row, person=replace(AASE, telephone="42 00 00 84"))
    assert (after.reference, after.id) == (before.reference, before.id)
    assert aase.raw(OWN).status_code == 303
    come_in_as_person(avklart, aase, row)
    assert sent_to(avklart)[-1] == "+4742000084"


@pytest.mark.parametrize("path", [HELPER, OWN])
def test_nobody_comes_to_it_without_a_code(avklart: Avklart, aase: Browser, path: str) -> None:
    row = send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    assert aase.raw(path).headers["Location"].startswith(STATUS)


def test_whoever_came_in_to_something_else_decides_nothing_here(avklart: Avklart, kari: Browser) -> None:
    own, row = send(avklart.database), send(avklart.database, WILLING)
    hand_over(avklart.database, row)
    come_in(avklart, kari, own)
    assert kari.raw(HELPER).status_code == 404
    assert kari.send(HELPER, sees="all").status_code == 404


# On both databases


@pytest.fixture
def municipal(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with two municipalities and their keys, on SQLite and on PostgreSQL in turn."""
    return with_keys(any_database, settings, clock)


def test_it_is_kept_sealed_found_by_its_reference_and_deleted_with_the_case(municipal: Database) -> None:
    row = send(municipal, CONCERN)
    taken = hand_over(municipal, row, Sees.NOTHING)
    with municipal.reading() as session:
        found = queries.handover_by_reference(session, "fjordvik", write_readable(taken.reference).lower())
        assert found is not None
        assert queries.person_of(found) == AASE
        assert "Åse" not in found.person_sealed
        assert queries.handover_by_reference(session, "dalsbygd", taken.reference) is None
    with municipal.writing() as session:
        handling.erase(session, queries.referral(session, "fjordvik", row.id, is_held=True), at=NOON)
    with municipal.reading() as session:
        assert session.scalars(select(HandoverRow)).all() == []


def test_of_two_who_hand_it_over_at_once_one_is_told(municipal: Database) -> None:
    row = send(municipal, CONCERN)
    with municipal.reading() as session:
        stale = queries.referral(session, "fjordvik", row.id)
    hand_over(municipal, row)
    with municipal.writing() as session:
        session.add(stale)
        with pytest.raises(ConflictError):
            handover.hand_over(session, stale, AASE, Sees.ALL, by="ola", at=NOON + timedelta(minutes=2))
        session.rollback()
