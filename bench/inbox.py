"""The inbox with fifty thousand cases, and what else is read all day, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, text
from werkzeug.test import Client
from werkzeug.wrappers import Response

from bench.identity import HOST, times
from bench.pages import row
from bench.referrals import postgresql
from bench.server import ROOT
from webapp import cli
from webapp.app import Avklart, create_app
from webapp.identity import demo
from webapp.identity.models import StaffRow
from webapp.kernel.clock import SystemClock
from webapp.kernel.ids import digest, new_id, new_readable
from webapp.referrals.domain.names import name_parts
from webapp.referrals.domain.referral import Content, State, Waits
from webapp.referrals.models import EntryRow, NameRow, ReferralRow
from webapp.settings import load
from webapp.storage.base import Base

CASES, BATCH, RUNS, LIMIT = 50_000, 2_000, 9, 100.0
STATES = (
    (State.RECEIVED, Waits.US), (State.ASSIGNED, Waits.US), (State.ASSIGNED, Waits.RESIDENT),
    (State.ASSIGNED, Waits.COLLEAGUE), (State.ANSWERED, Waits.NOBODY), (State.CLOSED, Waits.NOBODY),
)  # fmt: skip
TOPICS = ("daily_life", "nursing", "memory", "falls", "aids", "caregiver", "housing", "other")
OFFICES = ("allocation_office", "home_care", "dementia_team", "aids_store")
FIRST = ("Åse", "Kari", "Per", "Ola", "Liv", "Nils", "Borghild", "Astrid", "Einar", "Solveig")
LAST = ("Vik", "Dalen", "Nes", "Strand", "Bakke", "Lie", "Moen", "Haugen", "Berg", "Lunde")
PAGES = {
    "inbox, all": "/saker/",
    "inbox, mine": "/saker/?vis=mine",
    "inbox, not taken": "/saker/?vis=ledige",
    "inbox, closed": "/saker/?vis=avsluttet",
    "inbox, one office": "/saker/?kontor=dementia_team",
    "inbox, one topic": "/saker/?om=falls",
    "inbox, tenth page": "/saker/?side=10",
    "new cases, asked by the page itself": "/saker/nye?siden={now}",
    "letters to print": "/saker/utskrift",
    "cases of a name": "/saker/sok",
}


def fill(site: Avklart, municipality: str = "fjordvik", number: int = CASES) -> None:
    """Add cases in every state, each with a first line and its names, as they are stored by sending them."""
    chance, now = Random(7), SystemClock().now()
    with site.database.reading() as session:
        staff = session.scalars(select(StaffRow.id).where(StaffRow.municipality == municipality)).all()
    for first in range(0, number, BATCH):
        made = [_made(site, municipality, chance, staff, now) for _ in range(first, min(first + BATCH, number))]
        with site.database.writing() as session:
            for mapped, rows in (
                (ReferralRow, [case for case, _entry, _names in made]),
                (EntryRow, [entry for _case, entry, _names in made]),
                (NameRow, [name for *_, names in made for name in names]),
            ):
                session.connection().execute(insert(Base.metadata.tables[mapped.__tablename__]), rows)
    with site.database.writing() as session:
        session.execute(text("ANALYZE"))  # as a PostgreSQL server does by itself; SQLite's planner needs none


def _made(
    site: Avklart, code: str, chance: Random, staff: Any, now: datetime
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]:
    keys, case = site.database.keys, new_id()
    assert keys is not None
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    content = Content(name=name, telephone=f"61 35 {chance.randrange(10_000):04}", text="Jeg falt på badet. " * 20)
    state, waits = chance.choice(STATES)
    at = now - timedelta(minutes=chance.randrange(60 * 24 * 120))
    is_free = state is State.RECEIVED

    def sealed(text_: str, table: str, column: str, of: str) -> str:
        return keys.seal(text_, municipality=code, table=table, column=column, row=of)

    entry = new_id()
    names = [
        {"municipality": code, "referral": case, "part": keys.index(code, "name", one)} for one in name_parts(name)
    ]
    return (
        {
            "id": case, "municipality": code, "reference": new_readable(), "key": digest(case), "door": "message",
            "came": "web", "whom": "self", "about": [chance.choice(TOPICS)], "language": "nb", "state": state.value,
            "waits_for": waits.value, "assigned_to": None if is_free else chance.choice(staff), "asked_of": None,
            "office": chance.choice(OFFICES),
            "content": sealed(json.dumps(asdict(content)), "referral", "content", case),
            "telephone_index": keys.index(code, "telephone", content.telephone.replace(" ", "")), "email_index": "",
            "received_at": at, "due_at": at + timedelta(days=14), "changed_at": at,
            "answered_at": at if state in {State.ANSWERED, State.CLOSED} else None,
            "ended_at": at if state is State.CLOSED else None, "deleted_at": None, "is_held": False, "revision": 1,
        },
        {
            "id": entry, "municipality": code, "referral": case, "number": 1, "at": at, "act": "sent",
            "by": "resident", "to": "", "text": sealed("", "referral_entry", "text", entry), "printed_at": None,
        },
        names,
    )  # fmt: skip


@contextmanager
def site_on(url: str | None) -> Iterator[Avklart]:
    """Make the site of the demonstration on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        environ = {"AVKLART_DATA": folder, "AVKLART_CONTENT": str(ROOT / "content")}
        settings = load({**environ, **({"AVKLART_DATABASE_URL": url} if url else {})})
        cli.prepare(settings)
        site = create_app(settings)
        yield site
        site.database.close()


def _measure(site: Avklart, name: str) -> None:
    browser = Client(site.front, Response)
    form = {"email": "saksbehandler@fjordvik.example", "password": demo.PASSWORD}
    assert browser.post("/innlogging", base_url=HOST, data=form, headers={"Origin": HOST}).status_code == 303
    print(f"\n  ({name}, {CASES} cases; one client, the whole page)")
    for what, path in PAGES.items():

        def ask(path: str = path) -> None:
            asked = path.format(now=SystemClock().now().isoformat().replace("+", "%2B"))
            if path.endswith("sok"):
                token = (
                    browser.get(asked, base_url=HOST).text.partition('name="csrf_token" value="')[2].partition('"')[0]
                )
                data = {"q": "Solveig Lunde", "csrf_token": token}
                answer = browser.post(asked, base_url=HOST, data=data, headers={"Origin": HOST})
            else:
                answer = browser.get(asked, base_url=HOST)
            assert answer.status_code == 200, (path, answer.status_code)

        taken = times(ask, RUNS)
        row(f"  {what}", f"{taken:.0f} ms", f"< {LIMIT:.0f} ms", holds=taken < LIMIT)


def main() -> None:
    """Print the table."""
    with site_on(None) as site:
        fill(site)
        _measure(site, "SQLite")
    with postgresql() as url, site_on(url) as site:
        fill(site)
        _measure(site, "PostgreSQL")


if __name__ == "__main__":
    main()
