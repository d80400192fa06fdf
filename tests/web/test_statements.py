"""What a page asks the database: how many statements, never more with more rows, and each by an index (issue 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from tests.conftest import NOON
from tests.factories.people import Browser
from tests.factories.referrals import CALL, CONCERN, SENT, send
from tests.house.everybody import Everybody
from webapp.app import Avklart
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.referrals.domain.referral import Act
from webapp.storage.session import Database

SMALL = {
    "municipality", "content_version", "content_publication", "data_key", "audit_head", "staff", "alembic_version",
    "editorial_draft", "content_conflict",
}  # fmt: skip
"""Tables of few rows: one a municipality, a key, an employee, a text that somebody is at work on."""
PUBLIC = ("/nb/", "/nb/abc/", "/nb/abc/fall", "/nb/tjenester/trygghetsalarm", "/nb/hvem-gjor-hva?q=sn%C3%B8",
          "/nb/sok?q=fall", "/nb/sok/forslag?q=fa", "/nb/innsatstrapp", "/nb/selvsjekk/who5")  # fmt: skip
PAGES: dict[str, dict[str, int]] = {
    "caseworker": {
        "/saker/": 9, "/saker/?vis=mine": 9, "/saker/?vis=ledige": 9, "/saker/?vis=avsluttet": 9,
        "/saker/?om=falls&kontor=allocation_office": 9, "/saker/nye?siden=2026-11-01T00:00:00%2B00:00": 5,
        "/saker/{case}": 17, "/saker/{case}/svar": 18, "/saker/{case}/gi-til": 18, "/saker/{case}/sak.json": 16,
        "/saker/utskrift": 10, "/saker/sok": 5, "/saker/avtaler": 9, "/saker/avtaler/{agreement}": 20,
    },
    "sender": {"/nb/henvendelse/min": 14, "/nb/henvendelse/min/hjelper": 14, "/nb/henvendelse/min.json": 12},
    "resident": {"/nb/henvendelse/mine": 7},
    "party": {
        "/nb/avtale/{agreement}/": 22, "/nb/avtale/{agreement}/svar/sendt": 22,
        "/nb/avtale/{agreement}/sammenligning": 22,
        "/nb/avtale/{agreement}/enighet": 24, "/nb/avtale/{agreement}/historikk": 20,
    },
    "editor": {
        "/redaksjon/": 16, "/redaksjon/sider": 10, "/redaksjon/sider/felles/oppslag/fall": 14,
        "/redaksjon/sider/felles/oppslag/fall/nb": 16, "/redaksjon/bilder": 9,
    },
    "administrator": {"/admin/ansatte": 7, "/admin/utboks": 9, "/admin/innsikt/erfaring": 8},
}  # fmt: skip
"""Who → page → the most statements that it may take; `BEGIN` and pragmas are none."""
SUBMIT = 11
"""The statements of a form that is sent: what is counted, the case, the parts of its names, the sender's way back, the
first entry, the message, the consent, the three of the audit log, and the receipt."""


@dataclass
class Recorder:
    """Writes down what is asked of a database, with what it is asked with."""

    asked: list[tuple[str, Any]] = field(default_factory=list)

    def note(self, _conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        """Note a statement that is no housekeeping: looking for new content and new keys every now and then."""
        is_asked = re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement)
        if is_asked and not re.search("content_version|FROM data_key", statement):
            self.asked.append((statement, parameters))


@contextmanager
def recorded(database: Database) -> Iterator[Recorder]:
    """Write down what is asked of a database meanwhile."""
    found = Recorder()
    event.listen(database.engine, "before_cursor_execute", found.note)
    yield found
    event.remove(database.engine, "before_cursor_execute", found.note)


@pytest.fixture
def everybody(any_site: Avklart) -> Everybody:
    """The people of both municipalities, on each kind of database."""
    return Everybody(any_site)


def address(everybody: Everybody, page: str) -> str:
    """Answer the address of a page that leads somewhere."""
    return page.format(case=everybody.cases["fjordvik"], agreement=everybody.agreements["fjordvik"])


def ask(everybody: Everybody, browser: Browser, page: str) -> Recorder:
    """Ask for a page and answer what it asked of the database."""
    browser.raw(address(everybody, page))  # what is read once for all pages is read now
    with recorded(everybody.site.database) as found:
        response = browser.raw(address(everybody, page))
    assert response.status_code == 200, (page, response.status_code, response.headers.get("Location"))
    return found


def add_cases(everybody: Everybody, number: int) -> None:
    """Add cases in several states, also with much said in the one that is looked at."""
    database, by = everybody.site.database, everybody.colleague["fjordvik"]
    for one in range(number):
        row = send(database, (SENT, CONCERN, CALL)[one % 3])
        with database.writing() as session:
            found = queries.referral(session, "fjordvik", row.id, is_held=True)
            if one % 3 == 0:
                handling.tell(session, found, Act.ANSWERED, "Vi kommer.", by=by, at=NOON, way="letter")
            looked_at = queries.referral(session, "fjordvik", everybody.cases["fjordvik"], is_held=True)
            handling.note(session, looked_at, f"Notat {one}", by=by, at=NOON)


def test_a_page_takes_few_statements_and_no_more_with_more_rows(everybody: Everybody) -> None:
    browsers = {who: everybody.browser(who) for who in PAGES}
    before = {
        (who, page): len(ask(everybody, browsers[who], page).asked) for who, pages in PAGES.items() for page in pages
    }
    add_cases(everybody, 9)
    after = {(who, page): len(ask(everybody, browsers[who], page).asked) for who, page in before}
    assert {at: (n, PAGES[at[0]][at[1]]) for at, n in before.items() if n > PAGES[at[0]][at[1]]} == {}
    assert {at: (before[at], n) for at, n in after.items() if n > before[at]} == {}


def test_what_is_sent_takes_few_statements_and_no_more_with_more_rows(everybody: Everybody) -> None:
    assert len(sent(everybody)) == SUBMIT
    add_cases(everybody, 9)
    assert len(sent(everybody)) == SUBMIT


def sent(everybody: Everybody) -> list[tuple[str, Any]]:
    """Ask to be rung, and answer what that asked of the database."""
    browser = Browser(everybody.site)
    browser.get("/nb/ring-meg")
    with recorded(everybody.site.database) as found:
        answer = browser.send("/nb/ring-meg", name="Ola Nordmann", telephone="400 12 345")
    assert answer.status_code == 303
    return found.asked


def test_a_public_page_asks_the_database_nothing(everybody: Everybody) -> None:
    browser = Browser(everybody.site)
    asked = {page: [one for one in ask(everybody, browser, page).asked if "content_" not in one[0]] for page in PUBLIC}
    assert {page: found for page, found in asked.items() if found} == {}


def test_every_statement_of_every_page_finds_its_rows_by_an_index(everybody: Everybody) -> None:
    add_cases(everybody, 3)
    database, statements = everybody.site.database, dict[str, Any]()
    for who, pages in PAGES.items():
        browser = everybody.browser(who)
        for page in pages:
            statements.update(ask(everybody, browser, page).asked)
    caseworker = everybody.browser("caseworker")
    caseworker.get("/saker/sok")
    with recorded(database) as searched:
        assert caseworker.post("/saker/sok", q="Åse Bjørnstad 400 12 345 aase@eksempel.example").text
        assert caseworker.post("/saker/sok", q="K7M4-PX2Q").text
    statements.update(searched.asked)
    assert len(statements) > 50
    with database.engine.connect() as connection:
        explain = sqlite_scans if database.is_sqlite else postgresql_scans
        scans = {statement: explain(connection, statement, given) for statement, given in statements.items()}
    whole = {"content_part"}  # the editorial office lists every text
    found = [
        told(statement, read)
        for statement, read in scans.items()
        if read and not (read <= whole and "content_part.slug =" not in statement)
    ]
    assert not found, "\n".join(found)


def told(statement: str, read: set[str]) -> str:
    """Answer a statement that reads too much, without the columns that it wants."""
    wanted = " ".join(statement.split()).partition(" FROM ")[2]
    return f"{', '.join(sorted(read))}: {wanted or statement}"


def sqlite_scans(connection: Connection, statement: str, given: Any) -> set[str]:
    """Answer the tables that a statement reads from beginning to end."""
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    scans = {match.group(1) for row in plan if (match := re.match(r"SCAN (\w+)", str(row[3])))}
    return scans & tables(connection)


def postgresql_scans(connection: Connection, statement: str, given: Any) -> set[str]:
    """Answer the tables that a statement cannot but read from beginning to end."""
    connection.execute(text("SET enable_seqscan = off"))
    plan = connection.exec_driver_sql(f"EXPLAIN {statement}", given).scalars().all()
    scans = {match.group(1) for row in plan if (match := re.search(r"Seq Scan on (\w+)", row))}
    return scans & tables(connection)


def tables(connection: Connection) -> set[str]:
    """Answer the tables that grow with use."""
    return set(connection.dialect.get_table_names(connection)) - SMALL
