"""What is counted and kept, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.outbox import with_keys
from webapp.feedback import queries
from webapp.feedback.actions import Asked, Written, count_answer, deal_with, deal_with_page, keep
from webapp.feedback.domain import Sort, State
from webapp.feedback.models import AnswerRow
from webapp.feedback.queries import Wanted
from webapp.kernel.caller import Actor
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings
from webapp.storage.session import Database

ASKED = Asked("entry", "fall", "nb")
BY = Actor("fjordvik", "a" * 32, NOON)


@pytest.fixture
def stored(any_database: Database, settings: Settings, clock: FixedClock) -> Database:
    """A database with a municipality and its keys."""
    return with_keys(any_database, settings, clock)


def test_answers_are_added_up_and_what_was_looked_at_waits_no_more(stored: Database) -> None:
    for found in (True, False, False):
        with stored.writing() as session:
            count_answer(session, "fjordvik", ASKED, is_found=found, at=NOON)
    with stored.reading() as session:
        rows = session.scalars(select(AnswerRow).order_by(AnswerRow.number))
        assert [(row.is_found, row.number) for row in rows] == [
            (True, 1), (False, 2),
        ]  # fmt: skip
        (told,) = queries.answers_by_page(session, "fjordvik", NOON.date())
        assert (told.yes, told.no) == (1, 2)
        assert [one.no for one in queries.not_found_by_page(session, "fjordvik")] == [2]
    with stored.writing() as session:
        deal_with_page(session, "entry", "fall", BY)
    with stored.reading() as session:
        assert queries.not_found_by_page(session, "fjordvik") == []
        (told,) = queries.answers_by_page(session, "fjordvik", NOON.date())
        assert (told.yes, told.no) == (1, 2)


def test_the_same_words_are_one_while_they_wait_and_a_new_one_afterwards(stored: Database) -> None:
    written = Written(Sort.SENTENCE, ASKED, "Hvem måker?", is_found=False)
    for _ in range(2):
        with stored.writing() as session:
            keep(session, "fjordvik", written, at=NOON)
    with stored.writing() as session:
        (row,) = queries.items(session, "fjordvik", Wanted())
        assert (row.words, row.number) == ("Hvem måker?", 2)
        deal_with(session, row, State.NOTED, "Takk.", BY)
    with stored.writing() as session:
        keep(session, "fjordvik", written, at=NOON)
    with stored.reading() as session:
        assert [row.number for row in queries.items(session, "fjordvik", Wanted())] == [1]
        assert [row.reply for row in queries.items(session, "fjordvik", Wanted(is_open=False))] == ["Takk."]
        assert queries.how_many(session, "fjordvik", Wanted(Sort.COMMENT)) == 0
