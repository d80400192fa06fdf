"""Goals as the administrator writes them, brings them as a file, and publishes them; nothing is lost or doubled."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.factories.site import ask, look_now
from tests.page import Page
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.content.queries import all_parts
from webapp.insight.demo import add_insight
from webapp.insight.domain.goal_sheet import COLUMNS, Why, read, sheet
from webapp.insight.domain.goals import Goal, Indicator, Measure, Number, State, read_day, read_number
from webapp.insight.queries.goals import goals
from webapp.kernel.errors import InvalidError
from webapp.kernel.permission import Role
from webapp.kernel.sheets import as_csv, read_csv, without_mark
from webapp.kernel.xlsx import as_xlsx, read_xlsx

HOME = "/admin/maal-og-tiltak"
PUBLIC = "/nb/maal-og-tiltak"


def plan(avklart: Avklart, place: str = "fjordvik") -> list[Goal]:
    """Answer a municipality's goals as they are stored."""
    with avklart.database.reading() as session:
        return goals(session, place)


def hidden(browser: Browser) -> dict[str, str]:
    """Answer what the form of the page carries besides what is seen."""
    assert browser.page is not None
    fields = browser.page.soup.select("main form.form input[type=hidden]")
    return {str(one["name"]): str(one.get("value", "")) for one in fields if one["name"] != "csrf_token"}


def add(browser: Browser, sort: str, under: str = "", **fields: str) -> Page:
    """Fill in the form of one thing more, and send it."""
    browser.get(f"{HOME}/ny/{sort}?under={under}")
    return browser.post(f"{HOME}/ny/{sort}", **hidden(browser), **fields)


def change(browser: Browser, path: str, *, status: int = 200, **fields: str) -> Page:
    """Open a thing, and send its form with other words."""
    browser.get(path)
    return browser.post(path, status=status, **{**hidden(browser), **fields})


def write_plan(avklart: Avklart, admin: Browser) -> Goal:
    """Write a goal with a measure, an indicator and a number."""
    add(admin, "mal", title="Bo hjemme", about="Minst 90 prosent")
    goal = plan(avklart)[0].id
    add(admin, "tiltak", goal, title="Hjemmebesøk", owner="Friskliv", state="underway", due_on="2027-06-30")
    add(admin, "indikator", goal, title="Over 80 hjemme", unit="prosent", target="90", figure="")
    add(admin, "tall", plan(avklart)[0].indicators[0].id, day="31.12.2025", number="91,5", source="SSB")
    return plan(avklart)[0]


def test_a_goal_is_written_with_what_stands_under_it(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    assert (goal.title, goal.measures[0].state, goal.measures[0].owner) == ("Bo hjemme", State.UNDERWAY, "Friskliv")
    assert [(one.number, one.source) for one in goal.indicators[0].numbers] == [("91.5", "SSB")]
    shown = admin.get(HOME).text
    for words in ("Bo hjemme", "Hjemmebesøk", "I gang", "30. juni 2027", "91,5", "31. desember 2025"):
        assert words in shown
    with avklart.database.reading() as session:
        acts = session.scalars(select(EventRow.object_kind).where(EventRow.action == "goals_changed")).all()
    assert acts == ["goal", "measure", "indicator", "number"]


def test_a_form_that_is_sent_twice_is_there_once(avklart: Avklart, admin: Browser) -> None:
    admin.get(f"{HOME}/ny/mal")
    fields = {**hidden(admin), "title": "Bo hjemme", "about": ""}
    token = admin.token()
    for _ in range(2):
        assert admin.send(f"{HOME}/ny/mal", token=token, **fields).status_code == 303
    assert [goal.title for goal in plan(avklart)] == ["Bo hjemme"]


def test_of_two_who_write_at_once_both_texts_are_shown_and_nothing_is_lost(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    path = f"{HOME}/mal/{goal.id}"
    admin.get(path)
    mine = {**hidden(admin), "title": "Min tittel", "about": "Min tekst"}
    change(admin, path, title="Den andres tittel", about="Minst 90 prosent")
    shown = admin.post(path, status=409, **mine)
    assert "Den andres tittel" in str(shown.one("main section[role=alert]"))
    assert shown.one("input[name=title]")["value"] == "Min tittel"
    assert plan(avklart)[0].title == "Den andres tittel"
    again = {**hidden(admin), "title": "Min tittel", "about": "Min tekst"}
    admin.post(path, **again)
    assert (plan(avklart)[0].title, plan(avklart)[0].text) == ("Min tittel", "Min tekst")


@pytest.mark.parametrize(
    ("sort", "fields", "words"),
    [
        ("mal", {"title": " ", "about": ""}, "Skriv målet."),
        ("mal", {"title": "a" * 201, "about": ""}, "200"),
        ("tiltak", {"title": "Tur", "owner": "", "state": "underway", "due_on": "tull"}, "Skriv en dato"),
        ("tall", {"day": "2025-12-31", "number": "mange", "source": "SSB"}, "Skriv et tall"),
        ("tall", {"day": "0001-01-01", "number": "9", "source": "SSB"}, "Skriv en dato"),
        ("tall", {"day": "2025-12-31", "number": "9", "source": ""}, "Skriv hvor tallet er fra"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    avklart: Avklart, admin: Browser, sort: str, fields: dict[str, str], words: str
) -> None:
    goal = write_plan(avklart, admin)
    under = goal.indicators[0].id if sort == "tall" else goal.id
    admin.get(f"{HOME}/ny/{sort}?under={under}")
    shown = admin.post(f"{HOME}/ny/{sort}", status=422, **hidden(admin), **fields)
    assert words in shown.one("#feil").get_text()
    for name in ("day", "number", "source", "due_on"):
        if fields.get(name):
            assert shown.one(f"input[name={name}]")["value"] == fields[name]


def test_an_indicator_has_one_number_a_day(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    under = goal.indicators[0].id
    admin.get(f"{HOME}/ny/tall?under={under}")
    fields = {"day": "2025-12-31", "number": "92", "source": "SSB"}
    shown = admin.post(f"{HOME}/ny/tall", status=422, **hidden(admin), **fields)
    assert "Det finnes et tall for den dagen fra før" in shown.text
    assert [one.number for one in plan(avklart)[0].indicators[0].numbers] == ["91.5"]


def test_things_are_put_in_order_ended_and_taken_away(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    add(admin, "mal", title="Trygg alderdom", about="")
    second = plan(avklart)[1].id
    for handling, expected in (("opp", ["Trygg alderdom", "Bo hjemme"]), ("ned", ["Bo hjemme", "Trygg alderdom"])):
        admin.get(HOME)
        admin.post(f"{HOME}/mal/{second}/gjor", handling=handling)
        assert [one.title for one in plan(avklart)] == expected
    admin.post(f"{HOME}/mal/{second}/gjor", handling="ned")
    admin.post(f"{HOME}/mal/{second}/gjor", handling="avslutt")
    assert [one.ended_on is not None for one in plan(avklart)] == [False, True]
    admin.post(f"{HOME}/mal/{second}/gjor", handling="gjenapne")
    assert [one.ended_on for one in plan(avklart)] == [None, None]
    for _ in range(2):
        admin.post(f"{HOME}/tiltak/{goal.measures[0].id}/gjor", handling="slett")
    assert plan(avklart)[0].measures == ()
    admin.post(f"{HOME}/mal/{second}/gjor", handling="slett", status=404)
    admin.get(HOME)
    admin.post(f"{HOME}/mal/{second}/gjor", handling="tull")


def test_another_municipality_neither_sees_nor_changes_our_goals(
    avklart: Avklart, admin: Browser, neighbour: Browser
) -> None:
    goal = write_plan(avklart, admin)
    assert "Bo hjemme" not in neighbour.get(HOME).text
    neighbour.get(f"{HOME}/mal/{goal.id}", status=404)
    neighbour.get(f"{HOME}/ny/tiltak?under={goal.id}", status=404)
    neighbour.get(HOME)
    neighbour.post(f"{HOME}/mal/{goal.id}", status=404, title="Overtatt", about="", key=goal.id, seen="1", under="")
    neighbour.get(f"{HOME}/ny/mal")
    fields = {**hidden(neighbour), "key": goal.id, "title": "Overtatt", "about": ""}
    neighbour.post(f"{HOME}/ny/mal", status=409, **fields)
    neighbour.get(HOME)
    neighbour.post(f"{HOME}/mal/{goal.id}/gjor", status=404, handling="avslutt")
    assert plan(avklart) == [goal]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EDITOR, Role.REVIEWER])
def test_only_the_administrator_keeps_goals(avklart: Avklart, browser: Browser, role: Role) -> None:
    add_staff(avklart.database, role, at=NOON)
    browser.sign_in()
    for path in (HOME, f"{HOME}.csv", f"{HOME}/fil", f"{HOME}/ny/mal", f"{HOME}/aar/2026"):
        assert browser.raw(path).status_code == 403


def bring(browser: Browser, body: bytes, *, status: int = 200) -> Page:
    """Bring a file."""
    browser.get(f"{HOME}/fil")
    data = {"file": (BytesIO(body), "plan.csv"), "csrf_token": browser.token()}
    response = browser.raw(f"{HOME}/fil", "POST", data=data, headers={"Origin": f"http://{browser.host}"})
    return browser._follow(response, f"{HOME}/fil", status)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_plan_goes_out_as_a_file_and_comes_back_the_same(avklart: Avklart, admin: Browser, form: str) -> None:
    write_plan(avklart, admin)
    add(admin, "mal", title="=SUM(A1)", about="-1 og\nto linjer; «her»")
    before, file = plan(avklart), admin.raw(f"{HOME}.{form}").data
    assert "0 nye, 0 endret" in bring(admin, file).text
    assert plan(avklart) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_makes_a_plan_where_there_is_none_and_twice_is_once(
    avklart: Avklart, admin: Browser, neighbour: Browser, form: str
) -> None:
    write_plan(avklart, admin)
    rows = [[cell if column != 1 else "" for column, cell in enumerate(row)] for row in sheet(plan(avklart))]
    rows[0][1] = "id"
    body = as_csv(rows) if form == "csv" else as_xlsx(rows, "plan")
    assert "4 nye, 0 endret" in bring(neighbour, body).text
    assert "0 nye, 0 endret" in bring(neighbour, body).text
    assert sheet(plan(avklart, "dalsbygd"))[1][2:] == sheet(plan(avklart))[1][2:]


def test_every_fault_of_a_file_is_said_at_once_and_nothing_is_taken_over(avklart: Avklart, admin: Browser) -> None:
    rows = [
        list(COLUMNS),
        row(slag="tiltak", tittel="Uten mål"),
        row(slag="mål", tittel="Bo hjemme"),
        row(slag="tiltak", tittel="Tur", status="kanskje", dato="31.02.2026"),
        row(slag="tall", dato="2025-12-31", tall="9", kilde="SSB"),
        row(slag="indikator", tittel="Hjemme", telles="alt", tall="9"),
        row(slag="tall", dato="2025-12-31", tall="ni", kilde=""),
        row(slag="hva"),
        row(slag="mål", tittel="Bo hjemme", id="finnes-ikke"),
    ]
    shown = bring(admin, as_csv(rows), status=422)
    said = [line.get_text(" ", strip=True) for line in shown.soup.select("ol.faults li")]
    assert {" ".join(line.split()[:4]).rstrip(":") for line in said} == {
        "Rad 2, kolonne slag", "Rad 4, kolonne status", "Rad 4, kolonne dato", "Rad 5, kolonne slag",
        "Rad 6, kolonne telles", "Rad 6, kolonne tall", "Rad 7, kolonne tall", "Rad 7, kolonne kilde",
        "Rad 8, kolonne slag", "Rad 9, kolonne tittel",
    }  # fmt: skip
    assert len(said) == 10
    assert plan(avklart) == []


def row(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


def test_an_id_that_is_not_here_is_a_fault_and_takes_nothing_over(avklart: Avklart, admin: Browser) -> None:
    rows = [list(COLUMNS), row(slag="mål", tittel="Nytt"), row(slag="mål", tittel="Bo hjemme", id="a" * 32)]
    assert "Rad 3, kolonne id" in bring(admin, as_csv(rows), status=422).text
    assert plan(avklart) == []


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01\x02", b"PK\x03\x04 junk", b"\xff\xfe\x00", b"bare tekst", b"slag;tittel\n", b"%PDF-1.7"]
)
def test_junk_is_refused_in_plain_words(avklart: Avklart, admin: Browser, body: bytes) -> None:
    shown = bring(admin, body, status=422)
    assert shown.one("#feil")
    assert plan(avklart) == []


def test_a_file_that_is_too_large_is_refused_with_advice(avklart: Avklart, admin: Browser) -> None:
    admin.get(f"{HOME}/fil")
    headers = {"Origin": f"http://{admin.host}", "Content-Type": "multipart/form-data; boundary=here"}
    answer = admin.raw(f"{HOME}/fil", "POST", data=b"x" * 10_000_000, headers=headers)
    assert answer.status_code == 413
    assert "inntil 1 MB" in answer.text
    assert plan(avklart) == []


def test_goals_are_public_where_they_are_published_and_as_they_were_then(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    assert ask(avklart.front, PUBLIC).status == 404
    admin.get(HOME)
    admin.post(f"{HOME}/publiser", handling="publiser")
    look_now(avklart)
    for path in (PUBLIC, "/nn/maal-og-tiltak", "/en/maal-og-tiltak"):
        answer = ask(avklart.front, path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, no-cache")
        assert "Bo hjemme" in answer.text
        assert "Set-Cookie" not in answer.headers
        assert goal.id not in answer.text
    hits = avklart.front.hits
    assert ask(avklart.front, PUBLIC).status == 200
    assert avklart.front.hits == hits + 1
    change(admin, f"{HOME}/mal/{goal.id}", title="Endret", about="")
    look_now(avklart)
    assert "Bo hjemme" in ask(avklart.front, PUBLIC).text
    admin.post(f"{HOME}/publiser", handling="publiser")
    look_now(avklart)
    assert "Endret" in ask(avklart.front, PUBLIC).text
    assert ask(avklart.front, PUBLIC, host="dalsbygd.localhost:8000").status == 404
    admin.get(HOME)
    admin.post(f"{HOME}/publiser", handling="trekk")
    look_now(avklart)
    assert ask(avklart.front, PUBLIC).status == 404


def test_published_goals_are_no_content_file(avklart: Avklart, admin: Browser) -> None:
    admin.get(HOME)
    admin.post(f"{HOME}/publiser", handling="publiser")
    with avklart.database.reading() as session:
        assert not [part for part in all_parts(session) if part.key.kind == "goals"]


def test_the_report_of_a_year_shows_the_numbers_up_to_its_end(avklart: Avklart, admin: Browser) -> None:
    goal = write_plan(avklart, admin)
    add(admin, "tall", goal.indicators[0].id, day="2026-06-30", number="92", source="SSB")
    assert "92" not in str(admin.get(f"{HOME}/aar/2025").soup.select_one("main .goal table"))
    assert "92" in str(admin.get(f"{HOME}/aar/2026").soup.select_one("main .goal table"))
    for year in (1999, 2027, 10**9):
        admin.get(f"{HOME}/aar/{year}", status=404)


def test_a_counted_indicator_takes_its_numbers_from_the_years_that_are_over(avklart: Avklart, admin: Browser) -> None:
    add_insight(avklart.database, at=NOON)
    shown = admin.get(f"{HOME}/aar/2026")
    (table,) = [one for one in shown.soup.select("main table") if "trådt i kraft" in one.get_text()]
    assert table.select("tbody tr th")[-1].get_text(strip=True) == "31. desember 2025"
    goal = next(one for one in plan(avklart) if one.indicators[0].figure)
    admin.get(f"{HOME}/ny/tall?under={goal.indicators[0].id}", status=404)


def test_the_demonstration_has_figures_and_goals_once(avklart: Avklart) -> None:
    assert add_insight(avklart.database, at=NOON) == 2
    before = plan(avklart)
    assert add_insight(avklart.database, at=NOON) == 0
    assert plan(avklart) == before


TEXTS = st.text(alphabet="aåø=+-@';\" ,\n1", max_size=12).map(str.strip)
TITLES = TEXTS.filter(bool)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))
NUMBERS = st.from_regex(r"-?[1-9][0-9]{0,6}(\.[0-9]{1,3})?", fullmatch=True)


def named(many: list[Any]) -> list[Any]:
    """Answer things with different names, as those under the same parent have."""
    return list({getattr(one, "title", None) or one.day: one for one in many}.values())


PLANS = st.lists(
    st.builds(
        Goal, st.just(""), TITLES, TEXTS, st.none() | DAYS, st.just(0),
        st.lists(
            st.builds(Measure, st.just(""), TITLES, TEXTS, TEXTS, st.sampled_from(State), st.none() | DAYS), max_size=3
        ).map(named).map(tuple),
        st.lists(
            st.builds(
                Indicator, st.just(""), TITLES, TEXTS, TEXTS, st.just(""), st.none() | DAYS, st.just(0),
                st.lists(st.builds(Number, st.just(""), DAYS, NUMBERS, TITLES), max_size=3).map(named).map(tuple),
            ),
            max_size=2,
        ).map(named).map(tuple),
    ),
    min_size=1, max_size=3,
).map(named)  # fmt: skip


@given(PLANS, st.sampled_from(["csv", "xlsx"]))
def test_any_plan_is_read_again_as_it_was_written(written: list[Goal], form: str) -> None:
    rows = sheet(written)
    back = read_csv(as_csv(rows)) if form == "csv" else read_xlsx(as_xlsx(rows, "plan"))
    lines, faults = read([[without_mark(cell) for cell in one] for one in back])
    twins = len({goal.title.casefold() for goal in written}) < len(written)
    assert [fault for fault in faults if fault.why is not Why.TWICE] == []
    if not faults and not twins:
        assert [line.title for line in lines if line.sort.value == "mål"] == [goal.title for goal in written]
        assert [line.values["number"] for line in lines if line.sort.value == "tall"] == [
            number.number for goal in written for one in goal.indicators for number in one.numbers
        ]


@given(st.lists(st.lists(st.text(max_size=12), max_size=14), max_size=8))
def test_any_rows_are_read_or_refused(rows: list[list[str]]) -> None:
    lines, faults = read([list(COLUMNS), *rows])
    assert all(line.values for line in lines)
    assert faults or lines


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(body: bytes) -> None:
    for reader in (read_csv, read_xlsx):
        try:
            assert isinstance(reader(body), list)
        except InvalidError:
            continue


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("91", "91"),
        ("91,5", "91.5"),
        ("1 234", "1234"),
        ("-3", "-3"),
        ("1.234,5", None),
        ("", None),
        ("1e9", None),
        ("٣", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "day"), [("9.3.2027", "2027-03-09"), ("2027-03-09", "2027-03-09"), ("31.2.2027", ""), ("x", "")]
)
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    found = read_day(text)
    assert (found.isoformat() if found else "") == day
