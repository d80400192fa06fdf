"""Answering alone, by the pages: taps are kept, others see nothing, nothing that was typed is lost."""

from __future__ import annotations

import pytest

from tests.agreements.sitting import Table, joined
from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories import papers
from tests.factories.agreements import Family
from tests.factories.people import Browser
from webapp.agreements import queries
from webapp.agreements.actions import people, signing
from webapp.agreements.actions.signing import Frozen
from webapp.agreements.domain.expectations import Expectation, Frequency, OwnPart
from webapp.agreements.domain.states import Mover
from webapp.app import Avklart

SCRIPTS = "Åse 🌷 Привет سلام \u202esnudd\u202c\x00"
SECRET = "Bare jeg skal lese dette om broren min."


@pytest.fixture
def table(avklart: Avklart) -> Table:
    """A family who all take part, and have answered nothing."""
    return joined(avklart)


def test_one_tap_a_task_is_kept_and_the_page_shows_it_again(table: Table) -> None:
    kari = table.browser(table.family.kari)
    page = kari.get(f"{table.base}/svar/1")
    assert "Side 1 av 2" in page.text
    assert "Åse" in {label.get_text(strip=True) for label in page.soup.select(".chip label")}
    table.send(kari, "svar/1", {
            "task": ["handle-mat", "gulvvask", "snomaking"], "handle-mat-who": "self_partly",
            "gulvvask-who": ["municipality", table.family.per], "snomaking-who": "municipality",
            "snomaking-able": "cannot", "handle-mat-how_often": "weekly", "handle-mat-note": SCRIPTS,
            "handle-mat-private": SECRET,
        })  # fmt: skip
    assert kari.path() == f"{table.base}/svar/2"
    said = table.answers(table.family.kari)
    assert said["handle-mat"].expectation == Expectation(
        expected=frozenset({table.family.kari}), own_part=OwnPart.PARTLY, how_often=Frequency.WEEKLY
    )
    assert said["snomaking"].expectation.own_part is OwnPart.CANNOT
    assert said["handle-mat"].note == "Åse 🌷 Привет سلام snudd"
    again = kari.get(f"{table.base}/svar/1")
    assert "✓ lagret" in again.text
    checked = {str(field["value"]) for field in again.soup.select("input[checked]")}
    assert checked == {"self_partly", "municipality", table.family.per, "cannot"}
    assert SECRET in str(again.one("[name=handle-mat-private]"))


def test_whether_one_can_is_asked_only_where_the_municipality_normally_does_not(table: Table) -> None:
    page = table.browser(table.family.kari).get(f"{table.base}/svar/1")
    asked = {str(field["name"]) for field in page.soup.select("input[type=radio]")}
    assert asked == {"snomaking-able"}
    assert "Ingen spør hvorfor." in page.text


def test_a_private_note_and_the_load_are_on_nobody_elses_page(table: Table) -> None:
    kari, family = table.browser(table.family.kari), table.family
    kari.get(f"{table.base}/svar/1")
    table.send(kari, "svar/1", {"task": "handle-mat", "handle-mat-private": SECRET})
    assert table.private(family.kari) == {"handle-mat": SECRET}
    kari.get(f"{table.base}/belastning")
    kari.post(f"{table.base}/belastning", load="too_heavy", time_off="no")
    for one in (family.aase, family.per):
        browser = table.browser(one)
        for path in ("", "svar/1", "svar/2", "viktig", "oppgaver", "svar/kontroll"):
            assert SECRET not in browser.get(f"{table.base}/{path}").response.text
    aase = table.browser(family.aase)
    aase.get(f"{table.base}/belastning")
    assert aase.path() == f"{table.base}/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("handle-mat-who", "0" * 32),
        ("handle-mat-who", ["not_needed", "self"]),
        ("handle-mat-how_often", "every full moon"),
        ("snomaking-able", "after_decision"),
        ("handle-mat-note", "x" * 501),
        ("handle-mat-private", "x" * 501),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stands_there(
    table: Table, name: str, value: str | list[str]
) -> None:
    kari = table.browser(table.family.kari)
    kari.get(f"{table.base}/svar/1")
    fields = {
        "task": ["handle-mat", "snomaking"],
        "gulvvask-note": "x",
        "snomaking-note": "Måkes før åtte.",
        name: value,
    }
    page = table.send(kari, "svar/1", fields, status=422)
    assert page.soup.select_one("#feil")
    assert "Måkes før åtte." in page.text
    assert table.answers(table.family.kari) == {}


def test_tasks_of_elsewhere_change_nothing_and_another_tab_keeps_its_answers(table: Table) -> None:
    kari, family = table.browser(table.family.kari), table.family
    kari.get(f"{table.base}/svar/2")
    table.send(kari, "svar/2", {"task": "gi-medisin", "gi-medisin-who": "municipality"})
    kari.get(f"{table.base}/svar/1")
    table.send(
        kari, "svar/1", {"task": ["handle-mat", "fremmed"], "fremmed-who": "self", "handle-mat-who": family.aase}
    )
    assert set(table.answers(family.kari)) == {"gi-medisin", "handle-mat"}
    kari.get(f"{table.base}/svar/9", status=404)


def test_who_has_left_in_the_meantime_can_no_longer_be_named(table: Table) -> None:
    kari, family = table.browser(table.family.kari), table.family
    per = table.browser(family.per)
    kari.get(f"{table.base}/svar/1")
    with table.avklart.database.writing() as session:
        people.leave(session, family.row(session), family.party(session, family.per), by=family.aase, at=NOON)
    fields = {"task": "handle-mat", "handle-mat-who": family.per, "handle-mat-note": "På torsdager."}
    page = table.send(kari, "svar/1", fields, status=422)
    assert "Noe her kan ikke lenger velges" in page.text
    assert "På torsdager." in page.text
    assert per.raw(f"{table.base}/svar/1").status_code in {303, 404}


def test_the_asks_are_those_of_the_services_that_one_named_the_municipality_for(table: Table) -> None:
    aase = table.browser(table.family.aase)
    aase.get(f"{table.base}/krav")
    assert aase.path() == f"{table.base}/ord-til-kommunen"
    aase.get(f"{table.base}/svar/2")
    table.send(aase, "svar/2", {"task": "gi-medisin", "gi-medisin-who": "municipality"})
    assert aase.path() == f"{table.base}/krav"
    page = aase.page
    assert page is not None
    names = sorted({str(field["name"]) for field in page.soup.select("input[type=radio]")})
    assert len(names) > 2
    one, together = names[1], "medisinstotte-part"
    assert together in names
    for name, wrong in ((one, "after_decision"), (together, "partly")):
        table.send(aase, "krav", {name: wrong}, status=422)
    table.send(aase, "krav", {together: "will"})
    assert aase.path() == f"{table.base}/ord-til-kommunen"
    assert "Ja, alt dette" in aase.get(f"{table.base}/svar/kontroll").text
    aase.get(f"{table.base}/krav")
    said: dict[str, str] = dict.fromkeys(names, "will")
    table.send(aase, "krav", {**said, one: "cannot"})
    page = aase.get(f"{table.base}/svar/kontroll")
    assert "Nei, kan ikke" in page.text
    assert "Ja, alt dette" not in page.text


def test_a_word_to_the_municipality_is_on_no_page_of_the_family(table: Table) -> None:
    family, aase = table.family, table.browser(table.family.aase)
    aase.get(f"{table.base}/ord-til-kommunen")
    aase.post(f"{table.base}/ord-til-kommunen", words=SECRET)
    assert SECRET not in aase.get(f"{table.base}/svar/kontroll").text
    browser = table.browser(family.kari)
    for path in ("", "svar/kontroll", "ord-til-kommunen", "viktig"):
        assert SECRET not in browser.get(f"{table.base}/{path}").response.text


def test_in_an_agreement_of_the_family_alone_there_is_no_word_to_the_municipality(avklart: Avklart) -> None:
    table = joined(avklart, is_with_municipality=False)
    aase = table.browser(table.family.aase)
    aase.get(f"{table.base}/ord-til-kommunen")
    assert aase.path() == f"{table.base}/"
    page = aase.get(f"{table.base}/viktig")
    aase.post(f"{table.base}/viktig", words="x" * 2001, status=422)
    assert aase.page is not None
    assert "x" * 2001 in aase.page.text
    assert page.heading() == "Hva er viktig for deg?"


def test_what_was_sent_waits_for_the_others_and_shows_how_it_usually_is(table: Table) -> None:
    kari = table.browser(table.family.kari)
    kari.get(f"{table.base}/svar/1")
    table.send(kari, "svar/1", {"task": "handle-mat", "handle-mat-who": "municipality"})
    page = kari.get(f"{table.base}/svar/kontroll")
    assert "3 oppgaver har ikke svar" in page.text
    assert "Av og til" not in page.text
    page = kari.post(f"{table.base}/svar/kontroll", helper="")
    assert kari.path() == f"{table.base}/svar/sendt"
    assert "Venter på Åse Bjørnstad, Per Bjørnstad" in page.text
    assert "Handle mat" in page.text
    assert "✓ lagret" in kari.get(f"{table.base}/svar/1").text


def test_a_helper_who_is_in_it_answers_first_and_the_answers_are_marked(table: Table) -> None:
    family, aase = table.family, table.browser(table.family.aase)
    aase.get(f"{table.base}/svar/1")
    table.send(aase, "svar/1", {"task": "handle-mat", "handle-mat-who": "self"})
    aase.get(f"{table.base}/svar/kontroll")
    page = aase.post(f"{table.base}/svar/kontroll", helper=family.per, status=422)
    assert "må svare for seg selv først" in page.text
    aase.post(f"{table.base}/svar/kontroll", helper="other")
    with table.avklart.database.reading() as session:
        rows = queries.answers(session, family.row(session, is_held=False), family.aase)
        assert [row.how for row in rows] == ["with"]


def test_once_the_comparison_is_open_the_answers_stand_and_in_signing_nothing_is_answered(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.settling(session)
    table = Table(avklart, family)
    aase = table.browser(family.aase)
    aase.get(f"{table.base}/svar/1")
    assert aase.path() == f"{table.base}/svar/sendt"
    before = table.answers(family.aase)
    table.send(aase, "svar/1", {"task": "handle-mat", "handle-mat-who": "self"})
    assert table.answers(family.aase) == before
    _lock(table, family)
    response = aase.send(f"{table.base}/svar/1", **{"task": "handle-mat", "handle-mat-who": "self"})
    assert response.status_code == 409
    assert "Tiden for å svare er over" in response.text


def _lock(table: Table, family: Family) -> None:
    with table.avklart.database.writing() as session:
        frozen = Frozen({"text": ["Vi er enige."]}, "nb")
        signing.lock(session, family.row(session), frozen, by=family.aase, mover=Mover.RESIDENT, at=NOON)


def test_who_has_not_said_yes_is_asked_first(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.start(session)
    table = Table(avklart, family)
    aase = table.browser(family.aase)
    aase.get(f"{table.base}/svar/1")
    assert aase.path() == f"{table.base}/"
    kari = table.browser(family.kari)
    assert kari.get(f"{table.base}/svar").heading() == "Mat, hus og hage"


def test_the_sheet_in_large_print_is_a_pdf_whatever_people_are_called(table: Table) -> None:
    family = table.family
    with table.avklart.database.writing() as session:
        people.set_details(family.party(session, family.per), name=SCRIPTS)
    answer = table.browser(family.aase).raw(f"{table.base}/svarark.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")


def test_where_the_family_is_alone_they_print_each_others_sheets_and_nobody_is_to_ring(avklart: Avklart) -> None:
    table = joined(avklart, is_with_municipality=False)
    with avklart.database.writing() as session:
        table.family.party(session, table.family.per).language = "nn"
    kari = table.browser(table.family.kari)
    page = kari.get(f"{table.base}/deltakere")
    (link,) = page.soup.select(f"a[href$='hvem={table.family.per}']")
    sheet = papers.read(kari.raw(str(link["href"])).data)
    assert "Per Bjørnstad" in sheet
    assert "Behald arket sjølv" in sheet
    assert "61 35 90" not in sheet
    assert "Behold arket selv" in papers.read(kari.raw(f"{table.base}/svarark.pdf").data)
    assert kari.raw(f"{table.base}/svarark.pdf?hvem={'0' * 32}").status_code == 404


def test_where_the_municipality_is_in_it_prints_the_others_sheets(table: Table) -> None:
    kari = table.browser(table.family.kari)
    assert "svarark.pdf?hvem" not in kari.get(f"{table.base}/deltakere").response.text
    assert kari.raw(f"{table.base}/svarark.pdf?hvem={table.family.per}").status_code == 404
    assert "61 35 90" in papers.read(kari.raw(f"{table.base}/svarark.pdf").data)


def test_where_the_family_is_alone_it_is_said_before_somebody_chooses_that_nobody_writes_or_rings(
    avklart: Avklart, table: Table
) -> None:
    said = "ingen i kommunen sender brev eller ringer"
    assert said in Browser(avklart).get("/nb/avtale/ny").text
    alone = joined(avklart, is_with_municipality=False)
    for one, is_told in ((alone, True), (table, False)):
        for path in ("deltakere", "deltakere/kontakt"):
            page = one.browser(one.family.kari).get(f"{one.base}/{path}")
            assert (said in page.text) is is_told
            assert (page.soup.select_one("input[name=channel][value=letter]") is None) is is_told
