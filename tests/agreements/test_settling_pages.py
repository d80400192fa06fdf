"""Comparing and settling on screen: who sees what, what waits for whose yes, and two who write at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.conftest import NOON
from tests.factories import agreements
from tests.factories.agreements import Family, caseworker, visitor
from tests.factories.people import Browser, messages
from webapp.agreements import queries
from webapp.agreements.actions import answering, people, sections
from webapp.agreements.domain.expectations import OwnPart, Tap, tapped
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.stored import Answer, Details
from webapp.app import Avklart
from webapp.identity.actions.invitations import Contact
from webapp.kernel.clock import FixedClock

CANARY = "kanarifugl"
SEEN: Any = {"seen-handle-mat": "1", "seen-gulvvask": "1"}


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family that all have answered, whose private notes say a word that must be seen nowhere."""
    with avklart.database.writing() as session:
        found = agreements.settling(session)
        for party in (found.aase, found.kari, found.per):
            answer = Answer(tapped(party, {Tap.UNKNOWN.value}) or pytest.fail("nothing"), "Delt merknad")
            row = found.row(session)
            answering.save(
                session, row, party, {"gi-medisin": answer}, {"gi-medisin": CANARY}, how=How.ALONE, at=NOON
            )  # fmt: skip
            answering.save_sheet(session, row, party, answering.WORD, {"words": CANARY}, how=How.ALONE, at=NOON)
            answering.save_sheet(session, row, party, answering.LOAD, {"words": CANARY}, how=How.ALONE, at=NOON)
    return found


@pytest.fixture
def base(family: Family) -> str:
    """The address that the pages of the agreement stand below."""
    return f"/nb/avtale/{family.agreement}"


@pytest.fixture
def three(avklart: Avklart, family: Family) -> tuple[Browser, Browser, Browser]:
    """The browsers of Åse, Kari and Per."""
    return (
        visitor(avklart, family, family.aase),
        visitor(avklart, family, family.kari),
        visitor(avklart, family, family.per),
    )


def propose(browser: Browser, base: str, task: str, status: int = 200, seen: str = "", **fields: object) -> str:
    """Propose something about a task as the form does it; answer the text of the page that comes."""
    browser.get(f"{base}/enighet/{task}")
    number = seen or str(browser.page.one("input[name=seen]")["value"]) if browser.page else "0"
    return browser.post(f"{base}/enighet/{task}", status=status, seen=number, **fields).text  # type: ignore[arg-type]


PAGES = ("sammenligning", "enighet", "enighet/snomaking", "beredskap", "kontakt", "barn", "teknologi", "okonomi",
         "siste-tid", "neste-gang", "samtykke")  # fmt: skip


@pytest.mark.parametrize("word", PAGES)
def test_every_page_opens_for_everybody_in_it_and_shows_no_private_word(
    avklart: Avklart, family: Family, base: str, word: str
) -> None:
    browsers = [visitor(avklart, family, one) for one in (family.aase, family.kari, family.per)]
    for browser in (*browsers, caseworker(avklart, family)):
        page = browser.get(f"{base}/{word}")
        assert CANARY not in page.response.text
        assert "61359002" not in page.response.text.replace(" ", "")


def test_the_comparison_says_in_words_how_many_are_agreed_and_what_to_talk_about(
    three: tuple[Browser, ...], base: str
) -> None:
    page = three[1].get(f"{base}/sammenligning")
    assert "1 enige" in page.text
    assert "1 enige, men dere må søke" in page.text
    assert "Snakk om disse 2 først" in page.text
    first = [heading.get_text() for heading in page.soup.select(".findings h3")][:2]
    assert first == ["Gi eller minne om medisin", "Måke snø"]
    assert "Kommunen gjør vanligvis ikke dette." in page.text
    assert "Dette finnes i stedet:" in page.text
    assert "Delt merknad" in page.text


def test_one_area_can_be_looked_at_alone(three: tuple[Browser, ...], base: str) -> None:
    page = three[0].get(f"{base}/sammenligning?omrade=outdoors")
    assert [heading.get_text() for heading in page.soup.select("h3")] == ["Måke snø"]
    part = three[0].raw(f"{base}/sammenligning?omrade=outdoors", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="funn">')
    assert len(three[0].get(f"{base}/sammenligning?omrade=x").soup.select("#funn h3")) > 1


def test_an_answer_that_has_not_come_stands_as_not_answered_and_the_resident_opens_after_the_deadline(
    avklart: Avklart, clock: FixedClock
) -> None:
    with avklart.database.writing() as session:
        found = agreements.start(session)
        agreements.join_all(session, found)
        for one in (found.aase, found.kari):
            agreements.answer(session, found, one, {"snomaking": {found.per}, "handle-mat": {found.per}})
    base = f"/nb/avtale/{found.agreement}"
    aase, kari = visitor(avklart, found, found.aase), visitor(avklart, found, found.kari)
    page = aase.get(f"{base}/sammenligning")
    assert "2 av 3 har svart." in page.text
    assert "Åpne sammenligningen" not in page.text
    assert aase.send(f"{base}/sammenligning", handling="apne").status_code == 409
    late = clock.time = NOON + timedelta(days=15)
    aase, kari = visitor(avklart, found, found.aase, at=late), visitor(avklart, found, found.kari, at=late)
    assert "Åpne sammenligningen" not in kari.get(f"{base}/sammenligning").text
    aase.get(f"{base}/sammenligning")
    text = aase.post(f"{base}/sammenligning", handling="apne").text
    assert "har ikke svart" in text
    per = visitor(avklart, found, found.per, at=late)
    assert "Måke snø" not in per.get(f"{base}/sammenligning").text


def test_what_the_answers_say_needs_the_own_yes_of_who_carries_it(three: tuple[Browser, ...], base: str) -> None:
    aase, kari, per = three
    assert "Ja, det tar jeg" in per.get(f"{base}/enighet").text
    assert "Ja, det tar jeg" not in kari.get(f"{base}/enighet").text
    kari.post(f"{base}/enighet", handling="rest", **SEEN)
    aase.get(f"{base}/enighet")
    text = aase.post(f"{base}/enighet", handling="rest", **SEEN).text
    assert "venter på Per" in text
    per.get(f"{base}/enighet")
    assert "Ja-et ditt er notert." in per.post(f"{base}/enighet", handling="ja", task="handle-mat", seen="1").text
    assert "avklart" in aase.get(f"{base}/enighet").text


def test_what_nobody_has_proposed_anything_about_is_not_told_as_nobodys(three: tuple[Browser, ...], base: str) -> None:
    line = three[0].get(f"{base}/enighet").one("#linje-snomaking").get_text()
    assert "Ingen har foreslått noe ennå." in line
    assert "Ingen har dette ennå" not in line


def test_a_proposal_is_made_with_one_screen_and_seen_by_all(three: tuple[Browser, ...], base: str) -> None:
    aase, kari, _per = three
    text = propose(kari, base, "snomaking", who="private", how_often="season", note="Firmaet på hjørnet")
    assert "Det er foreslått." in text
    text = aase.get(f"{base}/enighet").text
    assert "Dere betaler noen for det" in text
    assert "Firmaet på hjørnet" in text


def test_who_is_named_twice_or_alone_is_told_in_the_form_and_nothing_typed_is_lost(
    three: tuple[Browser, ...], base: str, family: Family
) -> None:
    kari = three[1]
    text = propose(kari, base, "gi-medisin", 422, who="volunteer", note="Merk dette")
    assert "Velg noen i tillegg til den frivillige" in text
    assert kari.page is not None
    assert "Merk dette" in kari.page.response.text
    assert "Velg noen, eller la det stå åpent." in propose(kari, base, "gi-medisin", 422)
    assert "en annen" in propose(kari, base, "gi-medisin", 422, who=family.kari, reserve=family.kari)
    propose(kari, base, "gi-medisin", 422, who=family.kari, starts_on="snart")
    assert kari.send(f"{base}/enighet/finnes-ikke", who=family.kari, seen="0").status_code == 404


def test_of_two_who_propose_at_once_the_later_one_sees_both_and_chooses(
    three: tuple[Browser, ...], base: str, family: Family
) -> None:
    _aase, kari, per = three
    propose(kari, base, "snomaking", who="private", note="Et firma")
    text = propose(per, base, "snomaking", 409, seen="0", who=family.per, note="Jeg kan litt")
    assert "Et firma" in text
    assert "Jeg kan litt" in text
    assert per.page is not None
    forms = [form for form in per.page.soup.select("main form") if "enighet" in str(form["action"])]
    assert [form.button.get_text() for form in forms if form.button] == [
        "Si ja til det Kari foreslo", "Foreslå mitt i stedet",
    ]  # fmt: skip
    fields: Any = {str(one["name"]): str(one["value"]) for one in forms[1].select("input[name]")}
    fields.pop("csrf_token")
    assert per.post(str(forms[1]["action"]), **fields).status == 200
    assert "Jeg kan litt" in kari.get(f"{base}/enighet").text


def test_a_yes_to_what_no_longer_stands_there_is_not_given(three: tuple[Browser, ...], base: str) -> None:
    aase, kari, _per = three
    aase.get(f"{base}/enighet")
    propose(kari, base, "handle-mat", who="private")
    text = aase.post(f"{base}/enighet", status=409, handling="ja", task="handle-mat", seen="1").text
    assert "Dere betaler noen for det" in text
    aase.get(f"{base}/enighet")
    text = aase.post(f"{base}/enighet", status=409, handling="merknad", task="handle-mat", seen="1", words="Fint!").text
    assert "Fint!" in text


def test_a_remark_is_seen_and_takes_no_yes_back(three: tuple[Browser, ...], base: str) -> None:
    aase, _kari, per = three
    per.get(f"{base}/enighet")
    per.post(f"{base}/enighet", handling="ja", task="handle-mat", seen="1")
    assert "Torsdager passer best" in per.post(
        f"{base}/enighet", handling="merknad", task="handle-mat", seen="1", words="Torsdager passer best"
    ).text  # fmt: skip
    text = aase.get(f"{base}/enighet").text
    assert "ja fra Per" in text
    assert "Torsdager passer best" in text
    assert (
        per.post(f"{base}/enighet", status=422, handling="merknad", task="handle-mat", seen="1", words=" ").status
        == 422
    )


def test_who_can_no_longer_do_it_is_asked_for_no_reason_and_others_cannot_let_it_go(
    three: tuple[Browser, ...], base: str
) -> None:
    _aase, kari, per = three
    kari.get(f"{base}/enighet")
    assert kari.send(f"{base}/enighet", handling="slipp", task="handle-mat").status_code == 403
    per.get(f"{base}/enighet")
    per.post(f"{base}/enighet", handling="ja", task="handle-mat", seen="1")
    text = per.post(f"{base}/enighet", handling="slipp", task="handle-mat").text
    assert "Ingen spør hvorfor" in text
    assert "3 ting uten forslag" in text
    assert "Det er foreslått." in propose(per, base, "handle-mat", who="private")


def test_a_page_that_asks_by_itself_is_told_of_news_and_of_nothing_else(three: tuple[Browser, ...], base: str) -> None:
    aase, kari, _per = three
    page = aase.get(f"{base}/enighet")
    address = str(page.one(".news")["hx-get"])
    hx = {"HX-Request": "true"}
    assert aase.raw(address, headers=hx).text.strip() == ""
    propose(kari, base, "snomaking", who="private")
    assert "Det er kommet noe nytt her." in aase.raw(address, headers=hx).text
    assert "snø" not in aase.raw(address, headers=hx).text


def test_the_municipality_is_asked_once_to_lead_the_talk(
    avklart: Avklart, three: tuple[Browser, ...], base: str
) -> None:
    aase, kari, _per = three
    for browser in (aase, kari):
        browser.get(f"{base}/sammenligning")
        assert "Kommunen er bedt om å lede samtalen" in browser.post(
            f"{base}/sammenligning", handling="led", task="snomaking"
        ).text  # fmt: skip
    with avklart.database.reading() as session:
        row = queries.agreement(session, "fjordvik", base.rsplit("/", 1)[1])
        acts = [one.act for one in queries.events(session, row)]
    assert acts.count("asked_to_lead") == 1
    assert aase.send(f"{base}/sammenligning", handling="led", task="x").status_code == 404


def test_a_caseworker_proposes_for_the_municipality_and_says_yes_for_nobody_else(
    avklart: Avklart, family: Family, base: str, three: tuple[Browser, ...]
) -> None:
    staff = caseworker(avklart, family)
    propose(staff, base, "gi-medisin", who="municipality", reserve=family.kari)
    text = three[1].get(f"{base}/enighet").text
    assert "ja fra kommunen" in text
    assert "venter på Åse og Kari" in text


def test_somebody_elses_agreement_looks_like_none(avklart: Avklart, family: Family, base: str) -> None:
    with avklart.database.writing() as session:
        other = agreements.settling(session)
        alone = agreements.settling(session, is_with_municipality=False)
    stranger = visitor(avklart, other, other.kari)
    for word in (*PAGES, "mote", "enighet/nytt"):
        assert stranger.raw(f"{base}/{word}").status_code == 404
        assert caseworker(avklart, family).raw(f"/nb/avtale/{alone.agreement}/{word}").status_code == 404


def test_who_proposes_after_another_one_came_and_was_let_go_loses_nothing(
    three: tuple[Browser, ...], base: str, family: Family
) -> None:
    _aase, kari, per = three
    propose(kari, base, "snomaking", who=family.kari)
    kari.post(f"{base}/enighet", handling="slipp", task="snomaking")
    text = propose(per, base, "snomaking", 409, seen="0", who="private", note="Et firma")
    assert "Ingen har dette ennå." in text
    assert "Et firma" in text


def test_who_remarks_on_what_was_let_go_meanwhile_gets_their_words_back_to_propose_with(
    three: tuple[Browser, ...], base: str, family: Family
) -> None:
    _aase, kari, per = three
    propose(kari, base, "snomaking", who=family.kari)
    per.get(f"{base}/enighet")
    kari.post(f"{base}/enighet", handling="slipp", task="snomaking")
    words = "Bare hvis det er før klokka åtte."
    page = per.post(f"{base}/enighet", status=409, handling="merknad", task="snomaking", seen="1", words=words)
    assert "Noen slapp oppgaven i mellomtiden" in page.text
    assert page.one("textarea[name=note]").get_text(strip=True) == words
    form = page.one("main form.form")
    seen = str(page.one("input[name=seen]")["value"])
    page = per.post(str(form["action"]), seen=seen, who="private", note=words)
    assert "Det er foreslått." in page.text
    assert words in kari.get(f"{base}/enighet").text


def test_who_says_yes_to_what_was_let_go_meanwhile_is_told_what_happened(
    three: tuple[Browser, ...], base: str, family: Family
) -> None:
    _aase, kari, per = three
    propose(kari, base, "snomaking", who=family.kari)
    per.get(f"{base}/enighet")
    kari.post(f"{base}/enighet", handling="slipp", task="snomaking")
    page = per.post(f"{base}/enighet", status=409, handling="ja", task="snomaking", seen="1")
    assert "Noen slapp oppgaven i mellomtiden" in page.text
    assert "Det du skrev" not in page.text


def test_who_remarks_when_the_text_was_locked_meanwhile_gets_their_words_back(
    avklart: Avklart, three: tuple[Browser, ...], base: str, family: Family
) -> None:
    kari = three[1]
    kari.get(f"{base}/enighet")
    with avklart.database.writing() as session:
        family.row(session).round_state = "signing"
    words = "Bare hvis det er før klokka åtte."
    answer = kari.send(f"{base}/enighet", handling="merknad", task="handle-mat", seen="1", words=words)
    assert answer.status_code == 409
    assert words in answer.text
    assert "Ordet ditt er ikke notert" in answer.text


def test_the_number_of_queries_is_the_same_whatever_the_size(avklart: Avklart, family: Family, base: str) -> None:
    counted = {}
    for size in (1, 2):
        if size == 2:
            _grow(avklart, family)
        for word in ("sammenligning", "enighet", "mote"):
            browser = visitor(avklart, family, family.aase)
            with Counting(avklart) as statements:
                browser.get(f"{base}/{word}")
            counted[word, size] = len(statements)
    assert [counted[word, 1] for word, _ in counted] == [counted[word, 2] for word, _ in counted]


def _grow(avklart: Avklart, family: Family) -> None:
    """Add parties and tasks, up to ten and two hundred, each answered by all."""
    with avklart.database.writing() as session:
        row = family.row(session)
        tasks = [people.NewTask("", "home", title=f"Oppgave {number}") for number in range(196)]
        people.add_tasks(session, row, tasks, by=family.aase)
        keys = [task.key for task in queries.tasks(session, row)]
        for number in range(7):
            contact = Contact("nb", f"x{number}@eksempel.example", f"+4741000{number:03d}")
            new = people.NewParty(
                PartyKind.CAREGIVER, Details(f"Hjelper {number}"), contact, "sms"
            )  # fmt: skip
            people.add_party(session, row, new, by=family.aase, at=NOON)
        for party in queries.parties(session, row):
            given = {
                key: Answer(tapped(party.id, {"private"}, able=OwnPart.PARTLY) or pytest.fail("none")) for key in keys
            }
            answering.save(session, row, party.id, given, {}, how=How.ALONE, at=NOON)


class Counting:
    """The statements about agreements that are sent while it lasts."""

    def __init__(self, avklart: Avklart) -> None:
        self.engine, self.statements = avklart.database.engine, list[str]()

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "agreement" in statement:
            self.statements.append(statement)


@pytest.mark.parametrize("plan", [
    [{"who": "Kari", "whom": "hjemmesykepleien", "how": "telefon", "how_often": "fredager"}],
    [{"who": "Hjemmesykepleien", "whom": "KARI Bjørnstad", "how": "", "how_often": ""}],
])  # fmt: skip
def test_who_is_named_in_the_contact_plan_is_told_when_somebody_lets_a_line_go(
    avklart: Avklart, family: Family, base: str, plan: list[dict[str, str]]
) -> None:
    with avklart.database.writing() as session:
        row = family.row(session)
        sections.write(session, row, sections.CONTACT, {"lines": plan}, by=family.aase, at=NOON, seen=0)
        agreements.settle_food(session, family)
    before = len(told(avklart))
    per = visitor(avklart, family, family.per)
    per.get(f"{base}/enighet")
    per.post(f"{base}/enighet", handling="slipp", task="handle-mat")
    assert sorted(told(avklart)[before:]) == sorted([(family.aase, "reopened"), (family.kari, "reopened")])


def test_who_stands_in_no_plan_and_has_no_part_is_told_nothing_when_a_line_is_let_go(
    avklart: Avklart, family: Family, base: str
) -> None:
    with avklart.database.writing() as session:
        agreements.settle_food(session, family)
    before = len(told(avklart))
    per = visitor(avklart, family, family.per)
    per.get(f"{base}/enighet")
    per.post(f"{base}/enighet", handling="slipp", task="handle-mat")
    assert told(avklart)[before:] == [(family.aase, "reopened")]


def told(avklart: Avklart) -> list[tuple[str, str]]:
    """Answer who is told what: party and notice, the oldest first."""
    return [(one["party"], one["notice"]) for one in messages(avklart.database) if one["kind"] == "agreement"]
