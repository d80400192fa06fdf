"""The inbox: what waits for us first, marks in words, finding a case, and what came in since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.factories.referrals import CALL, CONCERN, CONTENT, SENT, send
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Role
from webapp.referrals.domain.referral import Whom
from webapp.referrals.queries import PAGE

INBOX = "/saker/"


def lines(browser: Browser, address: str = INBOX) -> list[str]:
    return [" ".join(line.get_text(" ").split()) for line in browser.get(address).soup.select(".case-list li")]


def test_a_line_says_who_and_what_and_when_and_nothing_of_what_was_written(avklart: Avklart, karis: Browser) -> None:
    case = send(avklart.database)
    (line,) = lines(karis)
    for words in ("Åse Bjørnstad", "Fall", "Venter på oss", "6. desember 2026", "ingen har den"):
        assert words in line
    assert write_readable(case.reference) in line
    for written in ("dusje", "bo hjemme", "400 12 345", "aase@"):
        assert written not in karis.get(INBOX).response.text


def test_a_concern_and_a_child_are_marked_in_words(avklart: Avklart, karis: Browser) -> None:
    send(avklart.database, CONCERN)
    send(avklart.database, replace(SENT, whom=Whom.YOUNG))
    found = " ".join(lines(karis))
    assert "bekymring" in found
    assert "under 18" in found


def test_what_is_overdue_or_due_soon_says_so(avklart: Avklart, clock: FixedClock, karis: Browser) -> None:
    send(avklart.database)
    assert not [words for words in ("forfalt", "snart") if words in lines(karis)[0]]
    clock.time = NOON + timedelta(days=13)
    karis.sign_in()
    assert "snart" in lines(karis)[0]
    clock.time = NOON + timedelta(days=15)
    karis.sign_in()
    assert "forfalt" in lines(karis)[0]


def test_each_view_shows_its_own_cases(avklart: Avklart, karis: Browser, olas: Browser) -> None:
    mine, free = send(avklart.database), send(avklart.database, CALL)
    karis.get(f"{INBOX}{mine.id}")
    karis.post(f"{INBOX}{mine.id}/ta?revisjon={mine.revision}")
    for browser, view, names in (
        (karis, "mine", ["Åse Bjørnstad"]), (karis, "ledige", ["Ola Nordmann"]), (olas, "mine", []),
        (karis, "alle", ["Ola Nordmann", "Åse Bjørnstad"]), (karis, "avsluttet", []),
        (olas, "tull", ["Ola Nordmann", "Åse Bjørnstad"]),
    ):  # fmt: skip
        page = browser.get(f"{INBOX}?vis={view}")
        assert [link.get_text() for link in page.soup.select(".case-list__name a")] == names, view
    assert free.reference


@pytest.mark.parametrize(("address", "number"), [
    ("?kontor=service_centre", 1), ("?kontor=library", 0), ("?om=falls", 1), ("?om=memory", 0), ("?kontor=x&om=y", 2),
    ("?kontor=allocation_office&om=falls", 1),
])  # fmt: skip
def test_office_and_topic_narrow_the_list(avklart: Avklart, karis: Browser, address: str, number: int) -> None:
    send(avklart.database)
    send(avklart.database, CALL)
    assert len(lines(karis, INBOX + address)) == number


def test_more_than_a_page_of_cases_has_a_next_page(avklart: Avklart, karis: Browser) -> None:
    for _ in range(PAGE + 2):
        send(avklart.database, CALL)
    first = karis.get(INBOX)
    assert len(first.soup.select(".case-list li")) == PAGE
    assert first.links()["Flere saker"] == "/saker/?side=2"
    assert len(lines(karis, "/saker/?side=2")) == 2
    for strange in ("0", "-1", "x", "9" * 30, "٣"):
        assert len(lines(karis, f"/saker/?side={quote(strange)}")) == PAGE


@pytest.mark.parametrize("written", ["bjørnstad", "Åse Bjørnstad", "40012345", "aase@eksempel.example"])
def test_a_case_is_found_and_what_was_looked_for_stands_in_no_address(
    avklart: Avklart, karis: Browser, written: str
) -> None:
    send(avklart.database)
    send(avklart.database, CALL)
    karis.get(INBOX)
    page = karis.post("/saker/sok", q=written)
    assert [link.get_text() for link in page.soup.select(".case-list__name a")] == ["Åse Bjørnstad"]
    assert page.response.request.url.endswith("/saker/sok")


def test_a_case_is_found_by_its_reference_and_another_municipalitys_is_not(avklart: Avklart, karis: Browser) -> None:
    here, there = send(avklart.database), send(avklart.database, municipality="dalsbygd")
    karis.get("/saker/sok")
    assert len(karis.post("/saker/sok", q=here.reference.lower()).soup.select(".case-list li")) == 1
    assert "Ingenting ble funnet" in karis.post("/saker/sok", q=there.reference).text


def test_a_search_for_nothing_says_what_can_be_written(karis: Browser) -> None:
    karis.get("/saker/sok")
    page = karis.post("/saker/sok", q="  ", status=422)
    assert page.one("#feil")


def test_new_cases_are_told_of_without_a_reload(avklart: Avklart, clock: FixedClock, karis: Browser) -> None:
    address = karis.get(INBOX).one(".news")["hx-get"]
    assert karis.raw(str(address), headers={"HX-Request": "true"}).text.strip() == ""
    later = NOON + timedelta(minutes=1)
    send(avklart.database, at=later)
    send(avklart.database, CALL, at=later)
    send(avklart.database, municipality="dalsbygd", at=later)
    clock.time = later
    answer = karis.raw(str(address), headers={"HX-Request": "true"})
    assert "2 nye henvendelser" in answer.text
    assert "<html" not in answer.text
    assert "2 nye henvendelser" in karis.get(str(address)).text


@pytest.mark.parametrize("since", ["", "x", "2026-11-22", "9999-99-99T00:00"])
def test_a_strange_time_is_answered_calmly(karis: Browser, since: str) -> None:
    assert karis.raw(f"/saker/nye?siden={since}").status_code == 200


def test_another_municipality_sees_its_own_cases_alone(avklart: Avklart) -> None:
    send(avklart.database)
    add_staff(avklart.database, municipality="dalsbygd", email="far@dalsbygd.example", name="Fjern", at=NOON)
    theirs = Browser(avklart, "dalsbygd")
    theirs.sign_in("far@dalsbygd.example")
    assert lines(theirs) == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR])
def test_other_roles_have_no_cases(avklart: Avklart, role: Role) -> None:
    add_staff(avklart.database, role, email="x@fjordvik.example", at=NOON)
    browser = Browser(avklart)
    browser.sign_in("x@fjordvik.example")
    for path in (INBOX, "/saker/ny", "/saker/utskrift", "/saker/ringeliste", "/saker/sok"):
        assert browser.raw(path).status_code == 403


def test_a_name_that_turns_the_direction_of_text_turns_nothing(avklart: Avklart, karis: Browser) -> None:
    send(avklart.database, replace(SENT, content=replace(CONTENT, name="A\u202eesÅ \x1b\x00")))
    page = karis.get(INBOX)
    assert "\u202e" not in page.response.text
    assert "\x1b" not in page.response.text
