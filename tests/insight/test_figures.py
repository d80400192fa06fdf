"""The administrator's pages of what was counted: only what is over, nothing small, the same in every form."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.insight.conftest import count
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.feedback.actions import Asked, count_answer
from webapp.insight.domain.periods import Period, months_over, read, years_over
from webapp.insight.domain.topics import Topic, series_of
from webapp.kernel.clock import FixedClock
from webapp.kernel.moments import Moment
from webapp.kernel.permission import Role
from webapp.kernel.xlsx import read_xlsx
from webapp.storage.counters import add_counts

HOME = "/admin/innsikt"
COMPARE = f"{HOME}/sammenlign"
YEAR = [date(2025, number, 1) for number in range(1, 13)]


def tables(browser: Browser, path: str, *, status: int = 200) -> dict[str, dict[str, list[str]]]:
    """Answer the tables of a page: caption → first cell → the others."""
    found = {}
    for table in browser.get(path, status=status).soup.select("main table"):
        rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in table.select("tr")[1:]]
        found[table.caption.get_text(strip=True) if table.caption else ""] = {row[0]: row[1:] for row in rows}
    return found


def test_the_overview_shows_the_newest_month_that_is_over(avklart: Avklart, admin: Browser) -> None:
    count(avklart, Moment.REFERRAL_SENT, {"call": 12, "message": 9})
    count(avklart, Moment.REFERRAL_SENT, {"call": 100}, date(2026, 11, 1))
    found = tables(admin, HOME)
    assert found["oktober 2026"]["Henvendelser mottatt"] == ["21"]
    assert found["oktober 2026"]["Avtaler startet"] == ["0"]


def test_before_the_first_month_is_over_the_pages_say_so(admin: Browser) -> None:
    for path in (HOME, *(f"{HOME}/{topic}" for topic in Topic), COMPARE):
        assert not admin.get(path).soup.select("main table")
    assert "når den første måneden er over" in admin.get(HOME).text


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_a_page_and_files_with_the_same_numbers(avklart: Avklart, admin: Browser, topic: Topic) -> None:
    fill(avklart)
    shown = admin.get(f"{HOME}/{topic}?periode=2025")
    cells = {cell.get_text(strip=True) for cell in shown.soup.select("main table td")}
    written = admin.raw(f"{HOME}/{topic}.csv?periode=2025")
    rows = list(csv.reader(StringIO(written.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 2
    assert {row[-1] for row in rows[1:]} <= cells | {"0"}
    assert read_xlsx(admin.raw(f"{HOME}/{topic}.xlsx?periode=2025").data) == rows
    for drawing in shown.soup.select("svg.chart"):
        assert drawing.title
        assert drawing.desc
        assert drawing["role"] == "img"


def fill(avklart: Avklart, place: str = "fjordvik") -> None:
    """Let everything have happened, every month of 2025, often enough to be shown and too seldom."""
    for number, month in enumerate(YEAR, start=1):
        many = {
            Moment.PAGE: {"guide.home": 40, "guide.entry fall": 20 + number, "services.task snomaking": 2},
            Moment.SEARCH: {"hit": 50, "no hit": 3},
            Moment.CHECK_REACHED: {"who5 q2": 20},
            Moment.CHECK_ANSWERED: {"who5 q1": 22, "who5 q2": 14},
            Moment.CHECK_DONE: {"who5 ok": 9, "who5 low": 5, "fallfeller": 3},
            Moment.REFERRAL_SENT: {"call": 12, "message": 9},
            Moment.REFERRAL_ABOUT: {"falls": 6, "service:matlevering": 7, "memory": 1},
            Moment.REFERRAL_ANSWERED: {"1": 9, "3": 8, "longer": 1},
            Moment.REFERRAL_SCREEN: {"for": 30, "om": 22, "fortell": 14, "kontakt": 13, "se-over": 8},
            Moment.AGREEMENT: {"started": 9, "compared": 6, "in force": 2},
            Moment.FINDING: {"snomaking municipality": 8, "snomaking agreed": 6, "gulvvask agreed": 7, "own nobody": 2},
        }
        for moment, words in many.items():
            count(avklart, moment, words, month, place)
        answer(avklart, month, place)


def answer(avklart: Avklart, month: date, place: str) -> None:
    """Let readers have answered on a page whether they found what they looked for."""
    at = datetime(month.year, month.month, 9, 12, tzinfo=UTC)
    with avklart.database.writing() as session:
        for is_found, number in ((True, 9), (False, 6)):
            for _ in range(number):
                count_answer(session, place, Asked("entry", "fall", "nb"), is_found=is_found, at=at)


def test_which_expectations_differ_is_told_by_task_and_direction(avklart: Avklart, admin: Browser) -> None:
    fill(avklart)
    found = tables(admin, f"{HOME}/forventninger?periode=2025")
    differs = found["Det som spriker oftest, og hvilken vei"]
    assert differs["Måke snø: mer ventet av kommunen"] == ["96"]
    assert found["Hver oppgave"]["Måke snø"] == ["168", "72", "96"]


def test_where_people_stop_is_told_by_question_and_screen(avklart: Avklart, admin: Browser) -> None:
    fill(avklart)
    checks = tables(admin, f"{HOME}/selvsjekk?periode=2025-03")
    (stopped,) = [row for table in checks.values() for word, row in table.items() if word.startswith("Stoppet ved")]
    assert stopped == ["6"]
    referrals = tables(admin, f"{HOME}/henvendelser?periode=2025-03")
    assert referrals["Begynte å skrive, og sendte ikke"]["Stoppet etter å ha sagt hvem det gjelder"] == ["8"]


def test_what_readers_answered_is_told_page_by_page(avklart: Avklart, admin: Browser) -> None:
    fill(avklart)
    found = tables(admin, f"{HOME}/tilbakemeldinger?periode=2025")
    assert found["Fant det ikke, side for side"] == {"Fall: hva gjør jeg nå": ["108", "72", "180"]}


def test_small_numbers_are_hidden_also_from_whoever_takes_one_table_from_another(
    avklart: Avklart, admin: Browser
) -> None:
    for number, month in enumerate(YEAR):
        count(avklart, Moment.SEARCH, {"hit": 40, "no hit": 2 if number == 5 else 9}, month)
    june = tables(admin, f"{HOME}/sok?periode=2025-06")["Søk"]
    assert june == {"Fant noe": ["skjult"], "Fant ingenting": ["skjult"], "Til sammen": ["42"]}
    year = tables(admin, f"{HOME}/sok?periode=2025")["Søk"]
    months = [tables(admin, f"{HOME}/sok?periode={Period(2025, number).name}")["Søk"] for number in range(1, 13)]
    known = sum(int(month["Fant ingenting"][0]) for month in months if month["Fant ingenting"] != ["skjult"])
    assert year["Fant ingenting"] == ["skjult"], f"{year} less {known} is what was hidden"


@pytest.mark.parametrize("period", ["2026-11", "2027-01", "2026", "2024", "tull", "2026-13", "2026-1", "9999"])
def test_a_time_that_is_not_over_or_not_known_is_said_to_be_so(avklart: Avklart, admin: Browser, period: str) -> None:
    fill(avklart)
    shown = admin.get(f"{HOME}/sok?periode={period}", status=404)
    assert "Det finnes ingen tall for den tiden" in shown.text
    assert not shown.soup.select("main table")
    admin.get(f"{HOME}/sok.csv?periode={period}", status=404)


@pytest.mark.parametrize("path", [f"{HOME}/tull", f"{HOME}/aar/2026", f"{HOME}/aar/2024", f"{HOME}/sok.pdf"])
def test_what_there_is_not_is_not_found(avklart: Avklart, admin: Browser, path: str) -> None:
    fill(avklart)
    admin.get(path, status=404)


def test_the_report_of_a_year_has_every_topic_and_its_files(avklart: Avklart, admin: Browser) -> None:
    fill(avklart)
    shown = admin.get(f"{HOME}/aar/2025")
    assert [head.get_text(strip=True) for head in shown.soup.select("main h2")] == [
        "Hva som leses", "Søk", "Selvsjekker", "Henvendelser", "Avtaler", "Hvilke forventninger spriker",
        "Fant de svaret?",
    ]  # fmt: skip
    rows = read_xlsx(admin.raw(f"{HOME}/aar/2025.xlsx").data)
    assert {row[0] for row in rows[1:]} == {"2025"}


def test_a_title_that_begins_as_a_formula_is_harmless_in_a_file(avklart: Avklart, admin: Browser) -> None:
    count(avklart, Moment.REFERRAL_ABOUT, {"=cmd|' /C calc'!A0": 9})
    assert b";'=cmd" in admin.raw(f"{HOME}/henvendelser.csv").data
    assert ["'=cmd|' /C calc'!A0", "9"] in [row[-2:] for row in read_xlsx(admin.raw(f"{HOME}/henvendelser.xlsx").data)]


def test_words_without_a_hit_are_shown_where_many_wrote_them(avklart: Avklart, admin: Browser) -> None:
    count(avklart, Moment.SEARCH, {"hit": 9, "no hit": 9})
    with avklart.database.writing() as session:
        for day, number in ((3, 3), (20, 4)):
            add_counts(session, {("fjordvik", date(2026, 10, day), "search_no_hit", "snøfreser"): number})
        add_counts(session, {("fjordvik", date(2026, 10, 5), "search_no_hit", "sjelden"): 4})
    assert tables(admin, f"{HOME}/sok")["Det mange søkte etter uten å finne"] == {"snøfreser": ["7"]}


def test_another_municipality_sees_nothing_of_ours(avklart: Avklart, admin: Browser, neighbour: Browser) -> None:
    fill(avklart)
    assert tables(admin, f"{HOME}/sok?periode=2025")
    assert tables(neighbour, f"{HOME}/sok") == {}
    neighbour.get(f"{HOME}/aar/2025", status=404)


def test_figures_stand_beside_each_other_only_where_both_have_said_yes(
    avklart: Avklart, admin: Browser, neighbour: Browser
) -> None:
    fill(avklart)
    fill(avklart, "dalsbygd")
    admin.get(COMPARE)
    admin.post(COMPARE, handling="vis")
    page = f"{COMPARE}?emne=henvendelser&periode=2025"
    assert "Dalsbygd" not in str(admin.get(page).soup.main)
    neighbour.get(COMPARE)
    neighbour.post(COMPARE, handling="vis")
    beside = tables(admin, page)["Hvilken vei de kom"]
    assert beside["Ba om å bli ringt"] == ["144", "144"]
    assert [head.get_text() for head in admin.get(page).soup.select("main thead tr")[0].select("th")][1:] == [
        "Fjordvik", "Dalsbygd",
    ]  # fmt: skip
    for _ in range(2):
        admin.get(COMPARE)
        admin.post(COMPARE, handling="skjul")
    assert "Fjordvik" not in str(neighbour.get(page).soup.main)
    with avklart.database.reading() as session:
        wanted = select(EventRow.details).where(
            EventRow.action == "figures_shared", EventRow.municipality == "fjordvik"
        )
        assert session.scalars(wanted).all() == [{"shared": True}, {"shared": False}]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.REVIEWER])
def test_only_the_administrator_sees_figures(avklart: Avklart, browser: Browser, role: Role) -> None:
    add_staff(avklart.database, role, at=NOON)
    browser.sign_in()
    for path in (HOME, f"{HOME}/sok", f"{HOME}/sok.csv", COMPARE, f"{HOME}/aar/2025"):
        assert browser.raw(path).status_code == 403


def test_a_page_asks_the_database_a_few_times_however_much_was_counted(avklart: Avklart, admin: Browser) -> None:
    def asked(path: str) -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.extend([statement] if statement.lstrip().upper().startswith("SELECT") else [])

        event.listen(avklart.database.engine, "before_cursor_execute", note)
        admin.get(path)
        event.remove(avklart.database.engine, "before_cursor_execute", note)
        return len(asked)

    fill(avklart)
    admin.get(HOME)
    assert max(asked(path) for path in (HOME, f"{HOME}/aar/2025", f"{HOME}/forventninger", f"{COMPARE}?emne=sok")) <= 20


def test_the_times_meet_no_other_of_their_kind_and_are_over() -> None:
    months = months_over(date(2024, 11, 1), date(2026, 1, 31))
    assert [one.name for one in months][:3] == ["2024-11", "2024-12", "2025-01"]
    assert months[-1].name == "2025-12"
    assert all(before.until == after.since for before, after in pairwise(months))
    assert [one.name for one in years_over(date(2024, 11, 1), date(2026, 1, 31))] == ["2024", "2025"]
    assert (months_over(None, date(2026, 1, 1)), years_over(None, date(2026, 1, 1))) == ([], [])
    assert not Period(2026, 1).is_over(date(2026, 1, 31))
    assert Period(2026, 1).is_over(date(2026, 2, 1))
    assert read("2026-02") == Period(2026, 2)
    assert [read(name) for name in ("2026-2", "26", "x", "2026-00", "2026-02-01")] == [None] * 5


def test_who_began_in_one_month_and_went_on_in_the_next_has_not_stopped_there() -> None:
    counted = {
        (Moment.CHECK_REACHED.value, date(2026, 9, 1), "who5 q2"): 3,
        (Moment.CHECK_ANSWERED.value, date(2026, 9, 1), "who5 q2"): 5,
    }
    assert series_of(Topic.CHECKS, counted) == []


def test_a_month_is_there_from_the_day_when_it_is_over(avklart: Avklart, admin: Browser, clock: FixedClock) -> None:
    count(avklart, Moment.SEARCH, {"hit": 9}, date(2026, 11, 1))
    assert tables(admin, f"{HOME}/sok") == {}
    clock.time = datetime(2026, 12, 1, 9, tzinfo=UTC)
    admin.sign_in()
    assert tables(admin, f"{HOME}/sok")["Søk"]["Fant noe"] == ["9"]
