"""Staff in agreements: what waits for them, what they see, what they say for the municipality, what they may not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories.agreements import Family
from tests.factories.people import Browser, add_staff
from tests.house.everybody import Person, begin_session
from webapp.agreements import jobs, queries
from webapp.agreements.actions import answering, noting, people, signing
from webapp.agreements.actions.signing import Frozen
from webapp.agreements.domain.history import How, Notice
from webapp.agreements.domain.states import Mover
from webapp.agreements.models import AnswerRow, SignatureRow
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.identity.domain.sessions import Kind
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Role

SECRET = "Bare jeg skal lese dette om broren min."


@dataclass
class Office:
    """A caseworker at work, and a family."""

    avklart: Avklart
    browser: Browser
    staff: str
    family: Family

    @property
    def href(self) -> str:
        """The address of the family's agreement for staff."""
        return f"/saker/avtaler/{self.family.agreement}"

    def log_in(self, name: str) -> Browser:
        """Answer the browser of another caseworker."""
        other = add_staff(self.avklart.database, Role.CASEWORKER, email=f"{name}@x.example", name=name, at=NOON)
        browser = Browser(self.avklart, "fjordvik")
        begin_session(browser, Person("fjordvik", other, Kind.STAFF, Assurance.SUBSTANTIAL, Role.CASEWORKER))
        return browser


@pytest.fixture
def office(avklart: Avklart) -> Office:
    """A caseworker, and a family whose agreement is being settled."""
    staff = add_staff(avklart.database, Role.CASEWORKER, at=NOON)
    with avklart.database.writing() as session:
        family = factory.settling(session)
    browser = Browser(avklart, "fjordvik")
    begin_session(browser, Person("fjordvik", staff, Kind.STAFF, Assurance.SUBSTANTIAL, Role.CASEWORKER))
    return Office(avklart, browser, staff, family)


def test_an_agreement_that_asks_for_the_municipality_stands_in_the_inbox_and_is_taken_on(office: Office) -> None:
    assert "1 avtale ber kommunen være med" in office.browser.get("/saker/").text
    page = office.browser.get("/saker/avtaler")
    assert "Åse Bjørnstad" in page.text
    assert "1 uten reserve" in page.text
    office.browser.get(office.href)
    office.browser.post(office.href)
    assert "Du har avtalen nå." in office.browser.get(f"{office.href}?melding=avtale-tatt").text
    assert "Åse Bjørnstad" in office.browser.get("/saker/avtaler?vis=mine").text


def test_an_agreement_of_the_family_alone_is_not_there_for_staff(office: Office) -> None:
    with office.avklart.database.writing() as session:
        alone = factory.settling(session, is_with_municipality=False)
    assert office.browser.raw(f"/saker/avtaler/{alone.agreement}").status_code == 404
    assert office.browser.raw(f"/nb/avtale/{alone.agreement}/").status_code == 404
    assert alone.agreement not in office.browser.get("/saker/avtaler?vis=alle").text


def test_a_colleagues_agreement_asks_why_first_and_the_reason_is_recorded(office: Office) -> None:
    office.browser.get(office.href)
    office.browser.post(office.href)
    other = office.log_in("ola")
    page = other.get(office.href)
    assert "Åse" not in page.text
    assert other.raw(f"/nb/avtale/{office.family.agreement}/").headers["Location"] == office.href
    other.post(f"{office.href}/innsyn", why="absence")
    assert "Åse Bjørnstad" in other.get(office.href).text
    with office.avklart.database.reading() as session:
        looks = session.scalars(
            select(EventRow).where(EventRow.object_kind == "agreement", EventRow.action == "looked")
        )
        assert "absence" in {event.why for event in looks}


def test_a_private_note_is_on_no_page_and_in_no_file_of_staff(office: Office) -> None:
    family = office.family
    with office.avklart.database.writing() as session:
        row = family.row(session)
        given = queries.whole(session, row).answers[family.kari, "handle-mat"]
        answering.save(session, row, family.kari, {"handle-mat": given}, {"handle-mat": SECRET}, how=How.ALONE, at=NOON)
        answering.save_sheet(session, row, family.kari, answering.LOAD, {"words": SECRET}, how=How.ALONE, at=NOON)
    for path in (office.href, f"{office.href}/kommunen", f"{office.href}.txt", f"{office.href}.json"):
        assert SECRET not in office.browser.raw(path).text


def test_a_word_to_the_municipality_stands_with_the_telephone_it_is_answered_by(office: Office) -> None:
    family = office.family
    with office.avklart.database.writing() as session:
        row = family.row(session)
        answering.save_sheet(
            session,
            row,
            family.aase,
            answering.WORD,
            {"words": "Ring meg når Kari er på jobb."},
            how=How.ALONE,
            at=NOON,
        )
    text = office.browser.get(office.href).text
    assert "Ring meg når Kari er på jobb." in text
    assert "61 35 90 01" in text


def test_the_municipalitys_word_is_its_own_only_once_it_is_stored(office: Office) -> None:
    page = office.browser.get(f"{office.href}/kommunen")
    named = {str(one["name"]) for one in page.soup.select("input[type=radio]")}
    assert named == {"del-gulvvask", "del-snomaking"}
    told: dict[str, Any] = {"del-gulvvask": "will", "ord-gulvvask": "Annenhver uke."}
    office.browser.post(f"{office.href}/kommunen", **told)
    with office.avklart.database.reading() as session:
        said = queries.whole(session, office.family.row(session, is_held=False)).answers
    assert said["municipality", "gulvvask"].expectation.own_part == "will"
    assert said["municipality", "gulvvask"].note == "Annenhver uke."
    assert ("municipality", "handle-mat") not in said


def test_staff_confirm_a_contact_and_hand_over_a_code_that_is_shown_once(office: Office) -> None:
    person = f"{office.href}/person"
    office.browser.get(office.href)
    office.browser.post(person, handling=f"bekreft {office.family.aase}")
    with office.avklart.database.reading() as session:
        assert office.family.party(session, office.family.aase).is_confirmed
    office.browser.get(office.href)
    shown = office.browser.send(person, handling=f"kode {office.family.per}")
    assert shown.status_code == 200
    assert "gjelder i sju dager" in shown.text
    assert office.browser.send(person, handling="kode " + "0" * 32).status_code == 404
    assert office.browser.send(person, handling="").headers["Location"] == office.href


def test_a_signature_on_paper_needs_a_witness_and_the_number_of_the_very_text(office: Office) -> None:
    family = office.family
    with office.avklart.database.writing() as session:
        row = family.row(session)
        people.confirm_contact(session, row, family.party(session, family.aase), by=office.staff, at=NOON)
        version = signing.lock(
            session, row, Frozen({"text": "Enige."}, "nb"), by=family.aase, mover=Mover.RESIDENT, at=NOON
        )
        number = version.hash[:8]
    address = f"{office.href}/signatur/{family.aase}"
    office.browser.get(address)
    assert office.browser.send(address, check="00000000", witness="Ida Berg", signed_on="i dag").status_code == 422
    assert office.browser.send(address, check=number, witness="", signed_on="i dag").status_code == 422
    office.browser.post(address, check=number, witness="Ida Berg", signed_on="22. november")
    with office.avklart.database.reading() as session:
        (signature,) = session.scalars(select(SignatureRow))
        assert signature.method == "paper"
        assert json.loads(signature.evidence)["witness"] == "Ida Berg"


def test_who_represents_the_resident_stands_on_an_assessment_and_there_is_one(office: Office) -> None:
    address, family = f"{office.href}/vurdering", office.family
    told: dict[str, Any] = {"assessed_by": "Ida Berg, sykepleier", "assessed_on": "20. november", "about": "Økonomi"}
    office.browser.get(address)
    assert office.browser.send(address, who=family.kari, basis="next_of_kin", about="").status_code == 422
    office.browser.post(address, who=family.kari, basis="next_of_kin", **told)
    assert "Ida Berg, sykepleier, 20. november: Økonomi" in office.browser.get(office.href).text
    assert office.browser.send(address, who=family.per, basis="guardian", **told).status_code == 409
    assert office.browser.send(address, who="cooperation", basis="guardian", **told).status_code == 409


def test_nobody_can_speak_for_the_resident_makes_a_cooperation_agreement(office: Office) -> None:
    told: dict[str, Any] = {"assessed_by": "Ida Berg, sykepleier", "assessed_on": "20. november", "about": "Alt"}
    office.browser.get(f"{office.href}/vurdering")
    office.browser.post(f"{office.href}/vurdering", who="cooperation", basis="guardian", **told)
    assert "samarbeidsavtale" in office.browser.get(office.href).text


def test_when_the_resident_has_died_nothing_more_is_sent_and_nothing_waits(office: Office) -> None:
    office.browser.get(f"{office.href}/avslutt")
    office.browser.post(f"{office.href}/avslutt", why="died")
    with office.avklart.database.writing() as session:
        row = office.family.row(session)
        assert row.is_silent
        before = queries.count(session, AnswerRow, row)
        noting.tell(session, row, office.family.party(session, office.family.kari), Notice.ENDED, at=NOON)
        assert queries.count(session, AnswerRow, row) == before
    assert "Trukket tilbake" in office.browser.get(office.href).text


def test_before_it_is_signed_staff_can_end_an_agreement_only_where_the_resident_has_died(office: Office) -> None:
    assert "Avslutt avtalen" not in office.browser.get(office.href).text
    page = office.browser.get(f"{office.href}/avslutt")
    assert [choice["value"] for choice in page.soup.select("input[name=why]")] == ["died"]
    page = office.browser.post(f"{office.href}/avslutt", status=422, why="moved")
    assert "Ikke et gyldig valg" in page.text


def test_an_agreement_is_kept_from_being_deleted_until_that_is_taken_away(office: Office) -> None:
    keep, let_go = "Hold avtalen tilbake fra sletting", "La den slettes når tiden er inne"
    assert keep in office.browser.get(office.href).text
    office.browser.post(f"{office.href}/avslutt", why="died")
    for _ in range(2):
        office.browser.post(f"{office.href}/sperre")
    page = office.browser.get(f"{office.href}?melding=avtale-sperret")
    assert "Avtalen slettes ikke så lenge dette står." in page.text
    assert let_go in page.text
    assert keep not in page.text
    clock, years = FixedClock(NOON + timedelta(days=4000)), lambda _: 365
    assert jobs.delete_what_is_due(office.avklart.database, clock, years)["fjordvik"].deleted == 0
    office.browser.post(f"{office.href}/opphev-sperre")
    with office.avklart.database.reading() as session:
        acts = [one.details.get("act") for one in session.scalars(select(EventRow).order_by(EventRow.sequence))]
        assert [act for act in acts if act in {"held", "not held"}] == ["held", "not held"]
        assert office.family.row(session).deleted_at is None
    assert jobs.delete_what_is_due(office.avklart.database, clock, years)["fjordvik"].deleted == 1


def test_letters_and_calls_of_agreements_stand_in_the_queues_until_they_are_done(office: Office) -> None:
    family = office.family
    with office.avklart.database.writing() as session:
        row = family.row(session)
        for one, channel in ((family.aase, "letter"), (family.per, "call")):
            party = family.party(session, one)
            party.channel = channel
            noting.tell(session, row, party, Notice.TO_SIGN, at=NOON)
    for path, name in (("/saker/utskrift", "Åse Bjørnstad"), ("/saker/ringeliste", "Per Bjørnstad")):
        page = office.browser.get(path)
        assert name in page.text
        assert "kan lese og skrive under" in page.text
        errand = str(page.soup.select_one("form[action='/saker/avtaler/gjort'] button")["value"])  # type: ignore[index]
        office.browser.post("/saker/avtaler/gjort", handling=errand)
        assert name not in office.browser.get(path).text


def test_an_agreement_is_found_by_reference_and_by_whole_names(office: Office) -> None:
    with office.avklart.database.reading() as session:
        reference = office.family.row(session, is_held=False).reference
    office.browser.get("/saker/sok")
    for asked in (reference, "Åse Bjørnstad", "per bjørnstad"):
        found = office.browser.send("/saker/sok", q=asked)
        assert f"/saker/avtaler/{office.family.agreement}" in found.text
    assert (
        office.family.agreement
        not in office.browser.send("/saker/sok", q="Åse").text[:0] + office.browser.send("/saker/sok", q="Bjørn").text
    )


def test_staff_begin_an_agreement_for_a_resident_once_however_often_the_form_arrives(office: Office) -> None:
    page = office.browser.get("/saker/avtaler/ny")
    key = str(page.soup.select_one("input[name=key]")["value"])  # type: ignore[index]
    told = {"key": key, "name": "Olga Nordmann", "channel": "call", "telephone": "61 35 90 77", "theme": "home",
            "language": "nb"}  # fmt: skip
    assert office.browser.send("/saker/avtaler/ny", **{**told, "telephone": ""}).status_code == 422
    first, second = (office.browser.send("/saker/avtaler/ny", **told) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    text = office.browser.get(first.headers["Location"]).text
    assert "Olga Nordmann" in text
    assert "Start møtet" in text


def test_the_agreements_that_lean_on_a_service_are_listed(office: Office) -> None:
    with office.avklart.database.writing() as session:
        office.family.row(session).version = 1
    assert "Åse Bjørnstad" in office.browser.get("/saker/avtaler/tjeneste/praktisk-bistand").text
    assert "Åse Bjørnstad" not in office.browser.get("/saker/avtaler/tjeneste/seniorsenter").text


def test_the_journal_gets_what_matters_first_and_a_bundle_that_names_everybody_who_does_something(
    office: Office,
) -> None:
    family = office.family
    with office.avklart.database.writing() as session:
        row = family.row(session)
        answering.save_sheet(
            session, row, family.aase, answering.MATTERS, {"words": "Å bo hjemme"}, how=How.ALONE, at=NOON
        )
        factory.settle_food(session, family)
    text = office.browser.raw(f"{office.href}.txt").text
    assert text.index("Å bo hjemme") < text.index("Handle mat: Per Bjørnstad")
    bundle = json.loads(office.browser.raw(f"{office.href}.json").text)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Patient", "CarePlan", "DocumentReference"]
    (activity,) = bundle["entry"][1]["resource"]["activity"]
    assert activity["detail"]["performer"] == [{"display": "Per Bjørnstad"}]
