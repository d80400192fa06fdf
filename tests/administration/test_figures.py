"""The page of what a survey came to: numbers that name nobody, also for whoever subtracts; the same as CSV."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest

from tests.conftest import CONTENT, NOON
from tests.factories.people import Browser, add_staff
from tests.selfchecks.checks import checks_in
from webapp.app import Avklart
from webapp.kernel.ids import new_id
from webapp.kernel.permission import Role
from webapp.selfchecks.actions import answer_survey
from webapp.selfchecks.domain.questionnaire import read

PAGE, HOME = "/admin/innsikt/erfaring", "/admin/"
OCTOBER = datetime(2026, 10, 5, 12, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 5, 12, tzinfo=UTC)
CHECK = read("erfaring", checks_in(CONTENT)["erfaring"])
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def admin(avklart: Avklart, browser: Browser) -> Browser:
    """Kari, who is an administrator of Fjordvik, logged in."""
    add_staff(avklart.database, Role.ADMINISTRATOR, at=NOON)
    browser.sign_in()
    return browser


def answer(avklart: Avklart, *values: str, at: datetime = OCTOBER, words: str = "", place: str = "fjordvik") -> None:
    """Let somebody answer for each value."""
    for value in values:
        given = {"understood": value, **({"better": words} if words else {})}
        with avklart.database.writing() as session:
            answer_survey(session, place, CHECK, given, new_id(), at=at)


def rows(browser: Browser, path: str = PAGE) -> dict[str, str]:
    """Answer what the table of a question says: answer → number."""
    for table in browser.get(path).soup.select("main table"):
        if "hva den ikke gjør" in str(table.caption):
            found = [row.select("th, td") for row in table.select("tbody tr")]
            return {words.get_text(" ", strip=True): number.get_text(" ", strip=True) for words, number in found}
    return {}


def sheet(browser: Browser, path: str) -> list[list[str]]:
    answered = browser.raw(path)
    assert answered.status_code == 200
    assert "attachment" in answered.headers["Content-Disposition"]
    return list(csv.reader(StringIO(answered.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_page_is_found_from_the_administration_and_says_when_there_is_something(admin: Browser) -> None:
    links = [link["href"] for link in admin.get(HOME).soup.select("main a")]
    assert PAGE in links
    page = admin.get(PAGE)
    assert "Det er ikke noe å vise ennå." in page.one("main").get_text()
    assert page.soup.select("main table") == []


def test_small_numbers_are_hidden_and_cannot_be_reckoned(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 8, *["partly-agree"] * 6, "disagree")
    assert rows(admin) == {
        "Helt enig": "8 (53 %)", "Litt enig": "skjult", "Litt uenig": "0 (0 %)", "Helt uenig": "skjult",
        "Vet ikke, eller gjelder ikke meg": "0 (0 %)",
    }  # fmt: skip
    assert "15 har svart." in admin.get(PAGE).one("main").get_text()


def test_a_bar_says_no_more_than_the_number_beside_it(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 8, *["partly-agree"] * 6, "disagree")
    table = admin.get(PAGE).one("main table:has(svg)")
    for row in table.select("tbody tr"):
        bar = row.select_one("svg rect")
        assert (bar is None) == ("skjult" in row.get_text())
        assert bar is None or f"({bar['width']} %)" in row.get_text()


def test_a_time_is_shown_when_it_is_over_and_few_answers_wait_for_more(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 9, at=NOON)
    answer(avklart, *["agree"] * 4)
    assert rows(admin) == {}
    answer(avklart, *["disagree"] * 5, at=SEPTEMBER)
    assert rows(admin)["Helt uenig"] == "5 (100 %)", "September alone: what came in October is too little, and waits"
    answer(avklart, "disagree")
    assert "1. oktober 2026 til 31. oktober 2026" in admin.get(PAGE).one("main").get_text()
    assert rows(admin) == {
        "Helt enig": "skjult", "Litt enig": "0 (0 %)", "Litt uenig": "0 (0 %)", "Helt uenig": "skjult",
        "Vet ikke, eller gjelder ikke meg": "0 (0 %)",
    }  # fmt: skip
    (earlier,) = [link["href"] for link in admin.get(PAGE).soup.select("main .link-list a")]
    assert rows(admin, str(earlier))["Helt uenig"] == "5 (100 %)"


def test_the_sheet_says_what_the_page_says_and_no_formula(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 6, words=FORMULA)
    answer(avklart, "disagree", words="Alt var bra;\nbare ventetida var lang")
    page = admin.get(PAGE)
    assert FORMULA in page.one("main").get_text()
    found = sheet(admin, str(page.links()["Hent tallene (CSV)"]))
    assert found[0] == ["Tid", "Spørsmål", "Svar", "Antall"]
    assert found[1][3] == "7"
    numbers = {row[2]: row[3] for row in found if "hva den ikke gjør" in row[1]}
    assert numbers == {
        "Helt enig": "skjult", "Litt enig": "0", "Litt uenig": "0", "Helt uenig": "skjult",
        "Vet ikke, eller gjelder ikke meg": "0",
    }  # fmt: skip
    written = {row[2] for row in found if row[1] == "Hva kan bli bedre?"}
    assert written == {f"'{FORMULA}", "Alt var bra;\nbare ventetida var lang"}


def test_what_few_have_written_is_not_shown(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 6)
    answer(avklart, *["agree"] * 4, words="Kanarifugl")
    assert "Kanarifugl" not in admin.get(PAGE).text


def test_another_municipality_and_others_who_work_here_see_nothing_of_it(avklart: Avklart, admin: Browser) -> None:
    answer(avklart, *["agree"] * 9, place="dalsbygd")
    assert rows(admin) == {}
    for number, role in enumerate((Role.CASEWORKER, Role.EDITOR, Role.REVIEWER)):
        email = f"annen{number}@fjordvik.example"
        add_staff(avklart.database, role, email=email, at=NOON)
        other = Browser(avklart, address=f"198.51.100.{number + 20}")
        other.sign_in(email)
        for path in (PAGE, f"{PAGE}.csv"):
            assert other.raw(path).status_code == 403


@pytest.mark.parametrize("query", ["?periode=2020-01", "?periode=x", "?undersokelse=who5", "?undersokelse=nei"])
def test_a_time_or_a_survey_that_is_not_there_is_not_found(avklart: Avklart, admin: Browser, query: str) -> None:
    answer(avklart, *["agree"] * 9)
    for path in (PAGE, f"{PAGE}.csv"):
        assert admin.raw(f"{path}{query}").status_code == 404
