"""Staff write down what a party answered on paper or by telephone: as on the sheet, once, and nothing of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories import papers
from tests.factories.agreements import Family
from tests.factories.people import Browser, messages
from tests.page import Page
from webapp.agreements import queries
from webapp.agreements.actions import answering
from webapp.agreements.domain.expectations import Expectation, OwnPart
from webapp.agreements.domain.history import How
from webapp.agreements.models import AnswerRow, PartyRow
from webapp.agreements.stored import Answer, answer_of
from webapp.app import Avklart
from webapp.audit.models import EventRow

SECRET = "Bare jeg skal lese dette om broren min."


@dataclass
class Desk:
    """A caseworker with a sheet beside her."""

    avklart: Avklart
    browser: Browser
    family: Family

    @property
    def address(self) -> str:
        """Where Åse's answers are written down."""
        return f"/saker/avtaler/{self.family.agreement}/svar/{self.family.aase}"

    def write(self, fields: dict[str, Any] | None = None, *, status: int = 200, **more: Any) -> Page:
        """Open the page, fill it in, and store it."""
        self.browser.get(self.address)
        return self.send(fields, status=status, **more)

    def send(self, fields: dict[str, Any] | None = None, *, status: int = 200, **more: Any) -> Page:
        """Send the form of the page that is open."""
        page = self.browser.page
        assert page is not None
        told = {"seen": str(page.one("input[name=seen]")["value"]), "how": "paper", "joined": "1"}
        return self.browser.post(
            self.address, status=status, **{**told, "handling": "ferdig", **(fields or {}), **more}
        )

    def rows(self) -> dict[str, AnswerRow]:
        """Answer what is stored of Åse, by task."""
        with self.avklart.database.reading() as session:
            rows = queries.answers(session, self.family.row(session, is_held=False), self.family.aase)
            session.expunge_all()
            return {row.task: row for row in rows}

    def said(self) -> dict[str, Answer]:
        """Answer what Åse answers, by task."""
        return {task: answer_of(row.content) for task, row in self.rows().items()}

    def party(self, one: str = "") -> PartyRow:
        """Answer a party as it is stored."""
        with self.avklart.database.reading() as session:
            found = self.family.party(session, one or self.family.aase)
            session.expunge(found)
            return found

    def state(self) -> str:
        """Answer where the agreement stands."""
        with self.avklart.database.reading() as session:
            return self.family.row(session, is_held=False).round_state

    def asks(self) -> dict[str, str]:
        """Answer what Åse has answered the services, by ask."""
        with self.avklart.database.reading() as session:
            return dict(queries.sheet(session, self.family.row(session), self.family.aase, answering.ASKS))

    def answer_herself(self, task: str = "handle-mat", private: str = "") -> None:
        """Let Åse answer one task on her telephone."""
        with self.avklart.database.writing() as session:
            row = self.family.row(session)
            said = Expectation(expected=frozenset({self.family.aase}), own_part=OwnPart.WILL)
            given: dict[str, Answer | None] = {task: Answer(said)}
            answering.save(session, row, self.family.aase, given, {task: private}, how=How.ALONE, at=NOON)


@pytest.fixture
def desk(avklart: Avklart) -> Desk:
    """A family who take part, where nobody has answered."""
    with avklart.database.writing() as session:
        family = factory.start(session)
        factory.join_all(session, family)
    return Desk(avklart, factory.caseworker(avklart, family), family)


@pytest.fixture
def draft(avklart: Avklart) -> Desk:
    """A family whose resident has not said yes."""
    with avklart.database.writing() as session:
        family = factory.start(session)
    return Desk(avklart, factory.caseworker(avklart, family), family)


def test_the_page_has_the_words_of_the_sheet_in_its_order(desk: Desk) -> None:
    sheet = papers.read(desk.browser.raw(desk.address.replace("/svar/", "/svarark/") + ".pdf").data)
    form = desk.browser.get(desk.address).one("form.sheet")
    wanted = (
        "section > h2, legend h3, legend .quiet, .task > div > .chips label, .task__able legend, label[for$=-note], "
        "label[for=matters]"
    )
    words = [" ".join(one.get_text(" ").split()).removeprefix("! ") for one in form.select(wanted)]
    assert len(words) > 4 * 12
    at = 0
    for one in words:
        told = one.partition(" (")[0]
        assert told in sheet[at:], f"«{told}» stands elsewhere on the sheet, or not at all"
        at = sheet.index(told, at) + len(told)
    assert "Kan du hvis det trengs? av og til" in sheet


def test_what_stands_on_the_sheet_is_stored_as_from_paper_and_recorded_with_who_wrote_it(desk: Desk) -> None:
    page = desk.write({
        "handle-mat-who": [desk.family.per], "handle-mat-note": "Helst tirsdag.", "gulvvask-who": ["municipality"],
        "snomaking-who": ["municipality"], "snomaking-able": "cannot", "matters": "Å bo hjemme med katten.",
    })  # fmt: skip
    assert "Svarene er lagret" in page.text
    said = desk.said()
    assert said["handle-mat"].expectation.expected == {desk.family.per}
    assert said["handle-mat"].note == "Helst tirsdag."
    assert said["snomaking"].expectation.own_part == "cannot"
    assert "gi-medisin" not in said
    assert {row.how for row in desk.rows().values()} == {"paper"}
    assert desk.party().answered_at == NOON
    with desk.avklart.database.reading() as session:
        row = desk.family.row(session, is_held=False)
        assert queries.sheet(session, row, desk.family.aase, answering.MATTERS) == {"words": "Å bo hjemme med katten."}
        events = session.scalars(select(EventRow).where(EventRow.object_id == row.id)).all()
    written = [one for one in events if one.details.get("act") == "written_down"]
    assert [(one.details["about"], one.details["how"]) for one in written] == [(desk.family.aase, "paper")]
    assert written[0].actor != desk.family.aase
    own = factory.visitor(desk.avklart, desk.family, desk.family.kari)
    history = own.get(f"/nb/avtale/{desk.family.agreement}/historikk").text
    assert "Kommunen skrev inn det Åse Bjørnstad svarte" in history


def test_what_the_services_ask_is_written_down_as_one_answer_for_each_service(desk: Desk) -> None:
    page = desk.browser.get(desk.address)
    names = list(dict.fromkeys(str(one["name"]) for one in page.soup.select("input[name$=-part]")))
    assert len(names) > 1
    desk.send({names[0]: "will", names[1]: "cannot", "gulvvask-who": ["municipality"]})
    said = desk.asks()
    assert {ask.split(":")[0]: part for ask, part in said.items()} == {
        names[0].removesuffix("-part"): "will", names[1].removesuffix("-part"): "cannot",
    }  # fmt: skip
    desk.write({names[1]: "kanskje"}, status=422)
    assert desk.asks() == said


def test_what_they_have_answered_the_services_themselves_stands_and_is_not_shown(desk: Desk) -> None:
    own = {"hjemmehjelp:ryddig": "partly"}
    with desk.avklart.database.writing() as session:
        row = desk.family.row(session)
        answering.save_sheet(session, row, desk.family.aase, answering.ASKS, own, how=How.ALONE, at=NOON)
    page = desk.browser.get(desk.address)
    name = str(page.soup.select("input[name$=-part]")[0]["name"])
    assert not page.soup.select("input[name$=-part][checked]")
    desk.send({name: "will", "stands": "own"})
    assert desk.asks() == own
    desk.write({name: "will", "stands": "sheet"})
    assert desk.asks().items() > own.items()


def test_a_family_alone_is_asked_for_nothing_by_services_on_its_sheet(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.start(session, is_with_municipality=False)
        factory.join_all(session, family)
    kari = factory.visitor(avklart, family, family.kari)
    sheet = papers.read(kari.raw(f"/nb/avtale/{family.agreement}/svarark.pdf").data)
    assert "Hva er viktig for deg?" in sheet
    assert "Hva hjelpen ber om av deg" not in sheet


def test_the_last_answers_open_the_comparison_also_when_they_came_by_telephone(desk: Desk) -> None:
    with desk.avklart.database.writing() as session:
        for one in (desk.family.kari, desk.family.per):
            factory.answer(session, desk.family, one, {"handle-mat": {desk.family.per}})
    desk.write({"handle-mat-who": [desk.family.per]}, how="call")
    assert desk.state() == "settling"
    assert {row.how for row in desk.rows().values()} == {"call"}


def test_the_sheet_of_the_resident_is_the_yes_to_taking_part_only_where_it_was_said(draft: Desk) -> None:
    page = draft.write({"handle-mat-who": [draft.family.per]}, status=422, joined="")
    assert "Har personen sagt det?" in page.text
    assert page.one(f"input[value='{draft.family.per}'][name=handle-mat-who]").has_attr("checked")
    assert (draft.state(), draft.party().joined_at, draft.rows()) == ("draft", None, {})
    draft.write({"handle-mat-who": [draft.family.per]})
    assert draft.state() == "clarifying"
    assert draft.party().joined_at == NOON
    assert any(one.get("party") == draft.family.per for one in messages(draft.avklart.database))


def test_nobodys_answers_but_the_residents_are_written_down_before_the_resident_has_said_yes(draft: Desk) -> None:
    other = draft.address.replace(draft.family.aase, draft.family.per)
    assert "kan ikke lenger skrives inn" in draft.browser.get(other, status=409).text
    draft.browser.get(draft.address)
    sent = draft.browser.send(other, how="paper", joined="1", seen="", handling="ferdig", **{"handle-mat-who": "self"})
    assert sent.status_code == 409
    assert draft.party(draft.family.per).joined_at is None


def test_a_fault_loses_nothing_that_was_typed(desk: Desk) -> None:
    page = desk.write({
        "handle-mat-who": [desk.family.per, "not_needed"], "gulvvask-who": ["municipality"],
        "gulvvask-note": "Annenhver uke.", "snomaking-able": "partly", "matters": "Katten", "how": "",
    }, status=422)  # fmt: skip
    wrong = [link["href"] for link in page.soup.select("#feil a")]
    assert wrong == ["#how", "#handle-mat-who"]
    for name, value in (("handle-mat-who", desk.family.per), ("handle-mat-who", "not_needed"),
                        ("gulvvask-who", "municipality"), ("snomaking-able", "partly")):  # fmt: skip
        assert page.one(f"input[name={name}][value='{value}']").has_attr("checked")
    assert page.one("#gulvvask-note").get_text(strip=True) == "Annenhver uke."
    assert page.one("#matters").get_text(strip=True) == "Katten"
    assert desk.rows() == {}


def test_the_same_sheet_sent_twice_is_once(desk: Desk) -> None:
    desk.browser.get(desk.address)
    seen = str(desk.browser.page.one("input[name=seen]")["value"]) if desk.browser.page else ""
    told: dict[str, Any] = {"handle-mat-who": [desk.family.per], "matters": "Katten", "how": "paper", "seen": seen}
    answers = [desk.browser.send(desk.address, handling="ferdig", **told) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == [
        f"/saker/avtaler/{desk.family.agreement}?melding=svar-fort"
    ] * 2
    with desk.avklart.database.reading() as session:
        events = session.scalars(select(EventRow).where(EventRow.object_id == desk.family.agreement)).all()
    assert len([one for one in events if one.details.get("act") == "written_down"]) == 1


def test_who_has_answered_meanwhile_is_not_written_over_unless_they_say_so(desk: Desk) -> None:
    told = {"handle-mat-who": [desk.family.per], "gulvvask-who": ["municipality"]}
    desk.browser.get(desk.address)
    desk.answer_herself(private=SECRET)
    page = desk.send(told, status=409)
    assert "Noe ble svart i mellomtiden" in page.text
    assert SECRET not in page.text
    assert page.one("input[name=gulvvask-who][value=municipality]").has_attr("checked")
    assert set(desk.rows()) == {"handle-mat"}
    page = desk.send(told, status=422)
    assert [link["href"] for link in page.soup.select("#feil a")] == ["#stands"]
    desk.send(told, stands="own")
    assert desk.said()["handle-mat"].expectation.expected == {desk.family.aase}
    assert {task: row.how for task, row in desk.rows().items()} == {"handle-mat": "alone", "gulvvask": "paper"}
    desk.write(told, stands="sheet")
    assert desk.said()["handle-mat"].expectation.expected == {desk.family.per}
    assert desk.rows()["handle-mat"].private == SECRET


def test_what_somebody_answered_themselves_is_not_shown_before_all_compare(desk: Desk) -> None:
    desk.answer_herself(private=SECRET)
    page = desk.browser.get(desk.address)
    assert "har svart på 1 oppgave uten oss" in page.text
    assert SECRET not in page.text
    assert page.soup.select("fieldset.task input[checked]") == []


def test_who_answered_last_by_themselves_loses_the_caseworker_nothing(desk: Desk) -> None:
    desk.browser.get(desk.address)
    with desk.avklart.database.writing() as session:
        for one in (desk.family.kari, desk.family.per, desk.family.aase):
            factory.answer(session, desk.family, one, {"handle-mat": {desk.family.per}})
    page = desk.send({"gulvvask-who": ["municipality"], "gulvvask-note": "Annenhver uke."}, status=409)
    assert "Ingenting av ditt er lagret" in page.text
    assert page.one("#gulvvask-note").get_text(strip=True) == "Annenhver uke."
    assert page.soup.select("form.sheet button[type=submit]") == []
    assert set(desk.rows()) == {"handle-mat"}


def test_half_a_sheet_is_stored_and_the_rest_comes_later(desk: Desk) -> None:
    desk.write({"handle-mat-who": [desk.family.per]}, handling="senere")
    assert desk.party().answered_at is None
    desk.write({"gulvvask-who": ["municipality"]})
    assert set(desk.rows()) == {"handle-mat", "gulvvask"}
    assert desk.party().answered_at == NOON


def test_answers_that_were_read_aloud_are_told_of_as_given_with_support_from_the_municipality(desk: Desk) -> None:
    desk.write({"handle-mat-who": ["self"]}, how="with")
    assert desk.rows()["handle-mat"].how == "with"
    with desk.avklart.database.reading() as session:
        row = desk.family.row(session, is_held=False)
        assert queries.sheet(session, row, desk.family.aase, answering.HELPER) == {"who": "municipality"}
        assert queries.own_answers(session, row, desk.family.aase) == frozenset()


def test_the_families_own_agreement_and_a_colleagues_are_not_for_looking_into(desk: Desk) -> None:
    with desk.avklart.database.writing() as session:
        alone = factory.start(session, is_with_municipality=False)
        factory.join_all(session, alone)
        desk.family.row(session).caseworker = "somebody else"
    assert desk.browser.raw(f"/saker/avtaler/{alone.agreement}/svar/{alone.aase}").status_code == 404
    assert desk.browser.raw(f"/saker/avtaler/{alone.agreement}/svarark/{alone.aase}.pdf").status_code == 404
    for address in (desk.address, desk.address.replace("/svar/", "/svarark/") + ".pdf"):
        assert desk.browser.raw(address).headers["Location"] == f"/saker/avtaler/{desk.family.agreement}"
