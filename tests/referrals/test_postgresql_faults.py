"""Faults of a PostgreSQL server while somebody sends: no room, a lock, a statement cut off (F03, F04, F27)."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import Connection, func, select, text

from tests.factories.people import Browser
from tests.page import Page
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.referrals.models import ReferralRow
from webapp.storage.outbox_models import MessageRow

pytestmark = pytest.mark.postgresql
CALL = "/nb/ring-meg"
FORM = {"name": "Åse Bjørnstad", "telephone": "61 35 90 99", "when": "any", "interpreter": "", "key": "k" * 40}
TABLES = ("referral", "referral_entry", "outbox_message", "audit_event")
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.fixture
def sender(postgresql_site: Avklart) -> Browser:
    """A resident's browser, with the form open."""
    browser = Browser(postgresql_site)
    browser.get(CALL)
    return browser


def run(site: Avklart, statement: str) -> None:
    with site.database.engine.begin() as connection:
        connection.execute(text(statement))


def numbers(site: Avklart) -> list[int]:
    """Answer how many cases, messages and events there are."""
    with site.database.reading() as session:
        tables = (ReferralRow, MessageRow, EventRow)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def refused(browser: Browser) -> Page:
    """Send the form to a server that cannot store it, and hold what the answer must say."""
    page = browser.post(CALL, status=503, **FORM)
    assert page.response.headers["Retry-After"] == "5"
    assert FORM["name"] in page.response.text
    assert FORM["key"] in page.response.text
    return page


@pytest.mark.parametrize("table", TABLES)
def test_no_room_at_any_step_is_said_and_leaves_nothing_half_written(
    postgresql_site: Avklart, sender: Browser, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = numbers(postgresql_site)
    run(postgresql_site, REFUSE.format(code="53100", table=table))
    with caplog.at_level(logging.ERROR):
        refused(sender)
    facts = [record.__dict__["facts"] for record in caplog.records if record.message == "the disk is full"]
    assert any("make room" in told["do"] for told in facts)
    assert FORM["name"] not in caplog.text
    assert numbers(postgresql_site) == before
    assert sender.get("/nb/abc/fall").heading()
    run(postgresql_site, f"DROP TRIGGER refuse ON {table}")
    for _ in range(2):
        assert sender.post(CALL, **FORM).heading() == "Vi har fått det"
    assert numbers(postgresql_site)[0] == before[0] + 1


@pytest.mark.parametrize("code", ["57014", "40P01", "40001", "53300", "57P01"])
def test_a_statement_cut_off_a_deadlock_and_a_server_that_goes_down_are_said_alike(
    postgresql_site: Avklart, sender: Browser, code: str
) -> None:
    before = numbers(postgresql_site)
    run(postgresql_site, REFUSE.format(code=code, table="referral"))
    refused(sender)
    assert numbers(postgresql_site) == before
    run(postgresql_site, "DROP TRIGGER refuse ON referral")
    assert sender.post(CALL, **FORM).heading() == "Vi har fått det"


def test_a_table_that_stays_locked_is_waited_for_and_then_said(postgresql_site: Avklart, sender: Browser) -> None:
    with postgresql_site.database.engine.connect() as holder:
        lock(holder)
        refused(sender)
    assert sender.post(CALL, **FORM).heading() == "Vi har fått det"


def lock(holder: Connection) -> None:
    holder.execute(text("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE"))
