"""The survey of how it was: sent without a name, stored once, and nothing that is stored leads to anybody (SJ-8b)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from tests.conftest import CONTENT, NOON
from tests.factories.people import Browser
from tests.page import Client
from tests.selfchecks.checks import checks_in
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import new_id
from webapp.selfchecks import queries
from webapp.selfchecks.actions import answer_survey
from webapp.selfchecks.domain.questionnaire import read
from webapp.selfchecks.jobs import forget_written_answers
from webapp.selfchecks.models import SurveyAnswerRow, SurveyWordsRow
from webapp.storage.session import Database

SURVEY = "/nb/selvsjekk/erfaring"
WORDS = "Ring før dere kommer."
GIVEN = ("resident", "agree", "agree", "", "disagree", "agree", "partly-agree", WORDS)
CHECK = read("erfaring", checks_in(CONTENT)["erfaring"])
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def fill_in(browser: Browser) -> None:
    """Answer the questions one after another; the fourth is passed by."""
    browser.get(f"{SURVEY}/sporsmal/1")
    for number, value in enumerate(GIVEN, start=1):
        assert browser.page
        assert f"Spørsmål {number} av {len(GIVEN)}" in browser.page.text
        browser.post(f"{SURVEY}/sporsmal/{number}", answer=value)


def rows(database: Database) -> tuple[list[SurveyAnswerRow], list[SurveyWordsRow]]:
    with database.reading() as session:
        return list(session.scalars(select(SurveyAnswerRow))), list(session.scalars(select(SurveyWordsRow)))


def test_the_survey_is_asked_where_it_is_about_something_and_stands_in_no_list(client: Client) -> None:
    assert client.get(SURVEY).heading() == "Hvordan var det å ha med oss å gjøre?"
    assert SURVEY not in client.get("/nb/selvsjekk/").links().values()


def test_the_answers_are_looked_over_and_sent_without_a_name(avklart: Avklart, browser: Browser) -> None:
    fill_in(browser)
    assert browser.page
    assert browser.page.heading() == "Se over svarene dine"
    assert WORDS in browser.page.text
    assert rows(avklart.database) == ([], [])
    key = str(browser.page.one("input[name=key]")["value"])
    assert browser.post(f"{SURVEY}/send", key=key).heading() == "Takk"
    ticked, written = rows(avklart.database)
    assert [(row.day, row.survey, row.municipality) for row in ticked] == [(NOON.date(), "erfaring", "fjordvik")]
    assert ticked[0].answers == {
        "role": "resident", "understood": "agree", "whom-to-call": "agree", "time": "disagree", "predictable": "agree",
        "cooperation": "partly-agree",
    }  # fmt: skip
    assert [(row.words, row.month) for row in written] == [(WORDS, date(2026, 11, 1))]
    assert written[0].id != ticked[0].id
    assert WORDS not in written[0].words_sealed


def test_sent_twice_is_stored_once_and_the_working_copy_is_gone(avklart: Avklart, browser: Browser) -> None:
    fill_in(browser)
    assert browser.page
    key = str(browser.page.one("input[name=key]")["value"])
    for _ in range(2):
        assert browser.post(f"{SURVEY}/send", key=key).heading() == "Takk"
    assert [len(found) for found in rows(avklart.database)] == [1, 1]
    assert browser.get(f"{SURVEY}/sporsmal/1").soup.select_one("input[checked]") is None


def test_one_key_is_one_answer_though_the_copy_were_still_there(avklart: Avklart) -> None:
    key = new_id()
    for _ in range(2):
        with avklart.database.writing() as session:
            answer_survey(session, "fjordvik", CHECK, {"role": "resident", "better": WORDS}, key, at=NOON)
    assert [len(found) for found in rows(avklart.database)] == [1, 1]


def test_what_is_not_finished_or_has_no_key_is_not_stored(avklart: Avklart, browser: Browser) -> None:
    browser.get(f"{SURVEY}/sporsmal/1")
    browser.post(f"{SURVEY}/sporsmal/1", answer="resident")
    browser.post(f"{SURVEY}/send", key=new_id())
    fill_in(browser)
    browser.post(f"{SURVEY}/send", key="x")
    assert rows(avklart.database) == ([], [])


def test_only_a_survey_is_sent_so(client: Client) -> None:
    assert client.get("/nb/selvsjekk/fallfeller/takk", status=404).heading() == "Vi finner ikke den siden"


def test_counts_hide_small_numbers_and_few_answers_altogether(avklart: Avklart) -> None:
    given = ["agree"] * 6 + ["disagree"] * 2 + ["partly-agree"] * 5 + [""]
    for number, value in enumerate(given):
        with avklart.database.writing() as session:
            answer_survey(session, "fjordvik", CHECK, {"understood": value, "better": WORDS}, new_id(), at=NOON)
        with avklart.database.reading() as session:
            found = queries.survey_counts(session, "fjordvik", "erfaring", *YEAR)
            said = queries.survey_words(session, "fjordvik", "erfaring", *YEAR)
        assert (found.number, bool(said)) == ((None, False) if number < 4 else (number + 1, True))
    assert found.chosen["understood"] == {"agree": 6, "disagree": None, "partly-agree": None, "": None}
    with avklart.database.reading() as session:
        for place, days in (("dalsbygd", YEAR), ("fjordvik", (date(2027, 1, 1), date(2028, 1, 1)))):
            assert queries.survey_counts(session, place, "erfaring", *days).number == 0


def test_rows_lie_by_their_random_ids_and_tell_no_order(avklart: Avklart) -> None:
    dice = Random(1)
    ids = [f"{dice.getrandbits(128):032x}" for _ in range(20)]
    for key in ids:
        with avklart.database.writing() as session:
            answer_survey(session, "fjordvik", CHECK, {"role": "resident"}, key, at=NOON)
    with avklart.database.reading() as session:
        assert list(session.scalars(select(SurveyAnswerRow.id))) == sorted(ids)


def test_what_was_written_goes_after_a_year_and_what_was_ticked_stays(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        answer_survey(session, "fjordvik", CHECK, {"role": "resident", "better": WORDS}, new_id(), at=NOON)
    for days, left in ((365, 1), (365 + 8, 1), (365 + 9, 0)):
        forget_written_answers(avklart.database, FixedClock(NOON + timedelta(days=days)))
        assert [len(found) for found in rows(avklart.database)] == [1, left]
