"""What waits for somebody's hands: letters, calls, and what came by telephone, by letter or in person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.casework.cases import INBOX, acts, content, do, entries, looks, path_of, stored, take
from tests.factories.people import Browser
from tests.factories.referrals import CALL, CONTENT, SENT, send
from webapp.app import Avklart
from webapp.kernel.ids import write_readable
from webapp.referrals import queries
from webapp.referrals.domain.referral import Act, Came, Concerned, Whom
from webapp.referrals.queries import Case

QUEUE, CALLS, NEW = f"{INBOX}utskrift", f"{INBOX}ringeliste", f"{INBOX}ny"
BY_POST = replace(SENT, content=replace(CONTENT, contact="letter", address="Strandgata 4, 9901 Fjordvik"))
CAME: dict[str, Any] = {
    "came": "telephone", "whom": "self", "topics": ["falls", "aids"], "words": "Hun falt i går.",
    "name": "Åse Bjørnstad", "contact": "telephone", "telephone": "400 12 345", "when": "morning", "language": "nb",
    "office": "allocation_office", "told": "1", "what_matters": "Å komme i kirken", "interpreter": "samisk",
}  # fmt: skip


def cases(avklart: Avklart, municipality: str = "fjordvik") -> list[Case]:
    with avklart.database.reading() as session:
        found = queries.inbox(session, municipality, view="alle", staff="")
        session.expunge_all()
        return found


def answered_by_letter(avklart: Avklart, browser: Browser) -> Case:
    case = send(avklart.database, BY_POST)
    browser.get(path_of(case))
    do(avklart, browser, case, "svar", words="Vi kommer på torsdag.\n\nHilsen Kari", way="letter")
    return case


def letters(browser: Browser) -> list[str]:
    return [str(link["href"]) for link in browser.get(QUEUE).soup.select(".case-list__name a")]


def test_an_answer_by_letter_waits_to_be_printed_until_it_is_marked(
    avklart: Avklart, karis: Browser, olas: Browser, ola: str
) -> None:
    case = answered_by_letter(avklart, karis)
    (address,) = letters(olas)
    assert write_readable(case.reference) in olas.get(QUEUE).text
    paper = olas.raw(address)
    assert paper.data.startswith(b"%PDF")
    assert paper.headers["Cache-Control"] == "no-store"
    assert looks(avklart, case)[-1] == (ola, "letter")
    page = olas.post(address.removesuffix(".pdf"))
    assert "merket som skrevet ut" in page.text
    assert letters(olas) == []
    assert olas.raw(address).data.startswith(b"%PDF"), "a letter that was lost can be printed again"
    olas.post(address.removesuffix(".pdf"))
    assert len(looks(avklart, case, "referral_handled")) == 2


def test_nothing_but_a_letter_can_be_printed_as_one(avklart: Avklart, karis: Browser) -> None:
    case = answered_by_letter(avklart, karis)
    do(avklart, karis, case, "notat", words="Internt")
    with avklart.database.reading() as session:
        found = queries.letters_to_print(session, "fjordvik")
        assert [entry.act for entry, _ in found] == [Act.ANSWERED]
        elsewhere = [row.id for row in session.query(type(found[0][0])) if row.to != "letter"]
    assert elsewhere
    for entry_id in (*elsewhere, "0" * 32, "x"):
        assert karis.raw(f"{INBOX}brev/{entry_id}.pdf").status_code == 404
        assert karis.send(f"{INBOX}brev/{entry_id}").status_code == 404


def test_a_call_is_ringed_from_the_list_and_registered_with_one_press(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database, replace(CALL, content=replace(CALL.content, when="morning", safe_contact="Ikke SMS")))
    page = karis.get(CALLS)
    for words in ("Ola Nordmann", "61 35 90 99", "Om formiddagen", "Ikke SMS", "ring innen"):
        assert words in page.text
    assert page.one("main a[href='tel:+4761359099']")
    reached = page.soup.select("main form.press")[1]
    assert "Fikk ikke svar" in reached.get_text()
    page = karis.post(str(reached["action"]), handling="ikke-nadd")
    assert karis.path() == CALLS
    assert "Saken venter fortsatt på oss" in page.text
    page = karis.post(str(page.soup.select("main form.press")[0]["action"]), handling="nadd")
    assert acts(avklart, case) == [Act.SENT, Act.TAKEN, Act.NOT_REACHED, Act.CALLED]
    assert "Ingen venter på å bli oppringt" in page.text


def test_a_colleagues_calls_stand_in_their_list_alone_and_each_look_is_recorded(
    avklart: Avklart, karis: Browser, olas: Browser, kari: str, ola: str
) -> None:
    free, hers = send(avklart.database, CALL), send(avklart.database, CALL)
    take(avklart, karis, hers)
    assert len(karis.get(CALLS).soup.select(".case-list li")) == 2
    assert len(olas.get(CALLS).soup.select(".case-list li")) == 1
    assert looks(avklart, free) == [(kari, "new case"), (ola, "new case")]
    assert ola not in {who for who, _ in looks(avklart, hers)}


@pytest.mark.parametrize("came", ["telephone", "letter", "visit"])
def test_what_came_by_another_way_is_a_case_like_any_other(
    avklart: Avklart, karis: Browser, kari: str, came: str
) -> None:
    karis.get(NEW)
    key = karis.page.one("input[name=key]")["value"] if karis.page else ""
    page = karis.post(NEW, **{**CAME, "came": came, "key": str(key)})
    (case,) = cases(avklart)
    assert karis.path() == path_of(case)
    assert "Den er registrert" in page.text
    assert (case.came, case.whom, case.about) == (Came(came), Whom.SELF, ["falls", "aids"])
    found = content(avklart, case)
    assert (found.name, found.text, found.what_matters) == ("Åse Bjørnstad", "Hun falt i går.", "Å komme i kirken")
    assert found.consent.startswith("Jeg har fortalt avsenderen")
    assert entries(avklart, case)[0].by == kari


def test_a_form_that_is_sent_twice_is_one_case(avklart: Avklart, karis: Browser) -> None:
    karis.get(NEW)
    for _ in range(2):
        karis.post(NEW, key="a key of one form", **CAME)
    assert len(cases(avklart)) == 1


@pytest.mark.parametrize(("changes", "wrong"), [
    ({"came": ""}, "came"), ({"came": "web"}, "came"), ({"whom": "x"}, "whom"), ({"topics": []}, "topics"),
    ({"words": "  "}, "words"), ({"words": "x" * 4001}, "words"), ({"name": ""}, "name"),
    ({"telephone": ""}, "telephone"), ({"telephone": "ring"}, "telephone"), ({"contact": "letter"}, "address"),
    ({"email": "x"}, "email"), ({"told": ""}, "told"), ({"whom": "unaware"}, "person"), ({"office": "x"}, "office"),
])  # fmt: skip
def test_what_is_missing_is_said_and_the_rest_stays(
    avklart: Avklart, karis: Browser, changes: dict[str, Any], wrong: str
) -> None:
    karis.get(NEW)
    page = karis.post(NEW, status=422, **{**CAME, "key": "k", **changes})
    assert f"#{wrong}" in [link["href"] for link in page.soup.select("#feil a")]
    assert page.one("#what_matters").get_text(strip=True) == CAME["what_matters"]
    assert page.one("input[name=key]")["value"] == "k"
    assert cases(avklart) == []


def test_a_concern_that_was_rung_in_names_the_person(avklart: Avklart, karis: Browser) -> None:
    karis.get(NEW)
    page = karis.post(NEW, **{**CAME, "whom": "unaware", "person": "Per Bjørnstad", "relation": "nabo"})
    (case,) = cases(avklart)
    assert content(avklart, case).concerned == Concerned("Per Bjørnstad", "", "nabo")
    assert "Per Bjørnstad" in page.text
    assert stored(avklart, case).whom == Whom.UNAWARE
