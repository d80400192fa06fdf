"""What staff print for who is not digital, and say on the telephone: for every notice, in the party's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import agreements as factory
from tests.factories import papers
from tests.factories.agreements import Family
from tests.factories.people import Browser
from tests.factories.signing import family_of, lock, signed_by_all, staff_browser
from webapp.agreements import queries
from webapp.agreements.actions import noting, people
from webapp.agreements.actions.people import set_details
from webapp.agreements.domain.history import Notice
from webapp.agreements.models import ErrandRow
from webapp.app import Avklart
from webapp.audit.models import EventRow

PRINTS, CALLS = "/saker/utskrift", "/saker/ringeliste"
TELLING = ("Kari", "Per", "medisin", "mat", "avtale")
"""What a letter says nothing of: who else is in it, and what about."""


@dataclass
class Room:
    """A caseworker by the printer, and a family of whom Åse has letters."""

    avklart: Avklart
    browser: Browser
    family: Family

    def tell(self, notice: Notice, *, channel: str = "letter", language: str = "nb") -> str:
        """Tell Åse something by letter or on the telephone; answer the errand."""
        with self.avklart.database.writing() as session:
            row, aase = self.family.row(session), self.family.party(session, self.family.aase)
            aase.channel, aase.language = channel, language
            set_details(aase, address="Strandgata 4, 9901 Fjordvik", telephone="61 35 90 01")
            noting.tell(session, row, aase, notice, at=NOON)
            wanted = select(ErrandRow.id).where(ErrandRow.why == notice.value, ErrandRow.kind == channel)
            return session.scalars(wanted).one()

    def letter(self, errand: str) -> str:
        """Answer the words of a letter."""
        answer = self.browser.raw(f"/saker/avtaler/brev/{errand}.pdf")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return papers.read(answer.data)


@pytest.fixture
def room(avklart: Avklart) -> Room:
    """A family whose answers are being compared."""
    with avklart.database.writing() as session:
        family = factory.settling(session)
    return Room(avklart, factory.caseworker(avklart, family), family)


@pytest.fixture
def asking(avklart: Avklart) -> Room:
    """A family in which nobody but the starter has come in."""
    with avklart.database.writing() as session:
        family = factory.start(session)
    return Room(avklart, factory.caseworker(avklart, family), family)


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_a_letter_that_says_what_to_do_and_nothing_of_whom_or_what(room: Room, notice: Notice) -> None:
    text = room.letter(room.tell(notice))
    assert text.startswith("Fjordvik kommune")
    for words in ("Åse Bjørnstad", "Strandgata 4, 9901 Fjordvik", "22. november 2026", "Referansen din:"):
        assert words in text
    assert re.search(r"Ring \d\d \d\d \d\d \d\d", text)
    told = text.split("Brev fra Fjordvik kommune")[1]
    assert len(told) > 100
    assert [word for word in TELLING if re.search(rf"\b{word}\b", told)] == []


def test_no_two_notices_are_the_same_letter_or_the_same_call(room: Room) -> None:
    letters = {room.letter(room.tell(notice)) for notice in Notice}
    assert len(letters) == len(Notice)
    for notice in Notice:
        room.tell(notice, channel="call")  # the letters are still there, and another errand for each
    said = [one.get_text(" ", strip=True) for one in room.browser.get(CALLS).soup.select("blockquote")]
    assert len(said) == len(set(said)) == len(Notice)


@pytest.mark.parametrize(("language", "words"), [
    ("nb", "Du er bedt om å svare på noe sammen"), ("nn", "Du er beden om å svare på noko saman"),
    ("en", "You were asked to answer something together"),
])  # fmt: skip
def test_a_letter_and_a_call_are_in_the_language_of_the_party(room: Room, language: str, words: str) -> None:
    assert words in room.letter(room.tell(Notice.REMINDED, language=language))
    with room.avklart.database.writing() as session:
        session.execute(ErrandRow.__table__.delete())  # type: ignore[attr-defined]
    room.tell(Notice.REMINDED, channel="call", language=language)
    shown = room.browser.get(CALLS).one("blockquote")
    assert shown["lang"] == language
    assert words in shown.get_text()


def test_what_is_to_be_printed_stands_beside_the_letter_and_each_look_is_recorded(room: Room) -> None:
    base = f"/saker/avtaler/{room.family.agreement}"
    with room.avklart.database.writing() as session:
        room.family.row(session).caseworker = "a colleague"
    lock(room.avklart, room.family)
    errand = room.tell(Notice.TO_SIGN)
    page = room.browser.get(PRINTS)
    links = [str(one["href"]) for one in page.soup.select(".case-list .jumps a")]
    assert links == [f"/saker/avtaler/brev/{errand}.pdf", f"{base}/tekst.pdf"]
    assert "Du kan gjøre det til og med" in room.letter(errand)
    with room.avklart.database.reading() as session:
        looks = session.scalars(select(EventRow).where(EventRow.action == "looked", EventRow.why == "letter")).all()
    assert [one.object_id for one in looks] == [room.family.agreement]


def test_the_text_to_sign_on_paper_has_its_number_on_each_page_and_lines_for_a_witness(room: Room) -> None:
    address = f"/saker/avtaler/{room.family.agreement}/tekst.pdf"
    nothing = room.browser.raw(address)
    assert nothing.status_code == 409
    assert "Ingen tekst venter på underskrift nå" in nothing.text
    lock(room.avklart, room.family)
    answer = room.browser.raw(address)
    text = papers.read(answer.data)
    with room.avklart.database.reading() as session:
        version = queries.to_sign(session, room.family.row(session, is_held=False))
        assert version is not None
        number = version.hash[:8]
    pages = len(re.findall(r"\d+ / \d+", text))
    assert text.count(f"Kontrollnummer {number}") == pages + 1  # on top of each, and below the title
    assert pages > 1
    assert "Navn Som Underskrift Dato Sett av (vitne) Åse Bjørnstad" in text
    sign = f"/saker/avtaler/{room.family.agreement}/signatur/{room.family.kari}"
    room.browser.get(sign)
    room.browser.post(sign, check=number, witness="Ida Berg", signed_on="22. november")


def test_the_invitation_of_a_letter_has_a_code_that_leads_in_and_a_way_on_paper(asking: Room) -> None:
    errand = asking.tell(Notice.INVITED)
    page = asking.browser.get(PRINTS)
    action = str(page.soup.select(".case-list form")[0]["action"])
    assert action == f"/saker/avtaler/brev/{errand}.pdf"
    answer = asking.browser.send(action)
    text = papers.read(answer.data)
    for words in ("Åse Bjørnstad", "Strandgata 4, 9901 Fjordvik", "Svar på arket som ligger ved", "En du kjenner"):
        assert words in text
    assert "Kari" not in text
    (code,) = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    guest = Browser(asking.avklart, address="198.51.100.8")
    guest.get("/nb/avtale/kode")
    guest.post("/nb/avtale/kode", code=code)
    with asking.avklart.database.reading() as session:
        invited = asking.family.party(session, asking.family.aase).invitation
        sent = session.scalars(select(EventRow).where(EventRow.object_id == invited, EventRow.action == "code_sent"))
        assert len(sent.all()) == 1


def test_who_has_come_in_gets_no_invitation_with_a_code(room: Room) -> None:
    errand = room.tell(Notice.INVITED)
    room.browser.get(PRINTS)
    assert room.browser.send(f"/saker/avtaler/brev/{errand}.pdf").headers["Location"] == PRINTS
    assert "Noe er lagt til" in room.letter(errand)


@pytest.mark.parametrize(("channel", "queue"), [("letter", PRINTS), ("call", CALLS)])
def test_who_was_asked_stands_in_the_queue_until_what_they_answered_is_written_down(
    asking: Room, channel: str, queue: str
) -> None:
    errand = asking.tell(Notice.INVITED, channel=channel)
    answers = f"/saker/avtaler/{asking.family.agreement}/svar/{asking.family.aase}"
    assert asking.browser.get(queue).soup.select(f"a[href='{answers}']")
    asking.browser.post("/saker/avtaler/gjort", handling=errand)
    page = asking.browser.get(queue)
    assert len(page.soup.select(f"a[href='{answers}']")) == 1
    page = asking.browser.get(answers)
    assert page.one("input[name=how][checked]")["value"] == {"letter": "paper", "call": "call"}[channel]
    told = {"how": "paper", "joined": "1", "handling": "ferdig", "seen": str(page.one("input[name=seen]")["value"])}
    asking.browser.post(answers, **told, **{"handle-mat-who": "self"})
    assert asking.browser.get(queue).soup.select(f"a[href='{answers}']") == []


def test_what_a_family_does_alone_and_what_is_silent_is_printed_by_nobody(room: Room) -> None:
    errand = room.tell(Notice.OPENED)
    with room.avklart.database.writing() as session:
        room.family.row(session).is_silent = True
    assert room.browser.raw(f"/saker/avtaler/brev/{errand}.pdf").status_code == 404
    with room.avklart.database.writing() as session:
        row = room.family.row(session)
        row.is_silent, row.is_with_municipality = False, False
    assert room.browser.raw(f"/saker/avtaler/brev/{errand}.pdf").status_code == 404
    assert room.browser.raw(f"/saker/avtaler/brev/{'0' * 32}.pdf").status_code == 404


def test_a_letter_of_the_neighbouring_municipality_is_not_there(room: Room, avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.settling(session, "dalsbygd")
        people.confirm_contact(session, family.row(session), family.party(session, family.aase), by="x", at=NOON)
    theirs = Room(avklart, room.browser, family)
    assert room.browser.raw(f"/saker/avtaler/brev/{theirs.tell(Notice.OPENED)}.pdf").status_code == 404


def test_the_paper_of_what_is_in_force_is_one_press_from_the_case(avklart: Avklart) -> None:
    family = family_of(avklart)
    staff = staff_browser(avklart, email="nils@fjordvik.example")
    case = f"/saker/avtaler/{family.agreement}"
    wanted = f"main a[href='/nb/avtale/{family.agreement}/avtale.pdf']"
    assert not staff.get(case).soup.select(wanted)
    signed_by_all(avklart, family)
    assert staff.raw(str(staff.get(case).one(wanted)["href"])).data.startswith(b"%PDF-")
