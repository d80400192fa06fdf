"""Invited parties as tests move them: through a link to a code, and in; and what the database holds of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories.people import HOSTS, QUICK, Browser, Invited, code_sent, messages
from tests.page import Page
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.identity import letters, queries
from webapp.identity.actions import codes, invitations
from webapp.identity.actions.invitations import Contact
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.models import CodeRow, InvitationRow
from webapp.kernel.clock import FixedClock
from webapp.storage.session import Database

LATER = timedelta(minutes=1)
CONFIRM, JOIN, ANOTHER = "/nb/avtale/bekreft", "/nb/avtale/kode", "/nb/avtale/bekreft/ny"


def address(invited: Invited, then: str = "") -> str:
    """Answer the path of somebody's link, or of what can be pressed on its page."""
    return f"/nb/avtale/i/{invited.secret}{then}"


def ask_for_code(browser: Browser, invited: Invited, clock: FixedClock, **fields: Any) -> Page:
    """Open a link a minute later, and press «Send me a code»."""
    clock.time += LATER
    browser.get(address(invited))
    return browser.post(address(invited), **fields)


def join_by(browser: Browser, joining_code: str, **fields: Any) -> Page:
    """Write a joining code."""
    browser.get(JOIN)
    return browser.post(JOIN, code=joining_code, **fields)


def come_in(browser: Browser, invited: Invited, clock: FixedClock) -> Page:
    """Come in by a link and the code that was sent."""
    ask_for_code(browser, invited, clock)
    return browser.post(CONFIRM, code=code_sent(browser.avklart.database, invited.id))


def body(response: TestResponse, *varying: str) -> tuple[int, str, str]:
    """Answer status, where it leads, and the page, without the token of its forms and what else differs by right."""
    text = response.get_data(as_text=True)
    for part in varying:
        text = text.replace(part, "…")
    text = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1…", text)
    return response.status_code, response.headers.get("Location", ""), text


def is_in(browser: Browser) -> bool:
    """Tell whether a browser shows who has come in their own pages."""
    return browser.raw("/innlogging/okter").status_code == 200


def other_than(code: str) -> str:
    """Answer a code of six digits that is wrong."""
    return f"{(int(code) + 1) % 10**6:06d}"


@contextmanager
def writing(avklart: Avklart, municipality: str = "fjordvik", host: str = "") -> Iterator[Session]:
    """Open a transaction in a request of its own, as staff's pages will do it."""
    base = f"http://{host or HOSTS[municipality]}"
    with avklart.flask.test_request_context("/nb/", base_url=base), avklart.database.writing() as session:
        avklart.flask.preprocess_request()
        yield session


def row(session: Session, invited: Invited, municipality: str = "fjordvik") -> InvitationRow:
    """Answer the invitation of somebody who is invited."""
    found = queries.invitation(session, municipality, invited.id)
    assert found is not None
    return found


def new_link(avklart: Avklart, invited: Invited, clock: FixedClock, channel: Channel = Channel.EMAIL) -> Invited:
    """Send somebody a new link a minute later, as staff do it."""
    clock.time += LATER
    with writing(avklart) as session:
        found = letters.send_link(session, row(session, invited), channel, at=clock.now())
    return Invited(invited.id, found.rsplit("/", 1)[1], invited.joining_code)


def hand_over(avklart: Avklart, invited: Invited, clock: FixedClock, code: str = "K7M4PX2Q") -> str:
    """Hand a code over, as staff do it; answer it."""
    with avklart.database.writing() as session:
        found = row(session, invited)
        codes.add_code(session, found, Channel.HANDED, QUICK.hash(code), browser=None, at=clock.now())
    return code


def revoke(avklart: Avklart, invited: Invited, clock: FixedClock) -> None:
    """Take an invitation back."""
    with avklart.database.writing() as session:
        invitations.revoke(session, row(session, invited), at=clock.now())


def invite_staff(avklart: Avklart, clock: FixedClock, purpose: Purpose = Purpose.STAFF) -> Invited:
    """Invite somebody to an account."""
    with writing(avklart) as session:
        found = invitations.invite(
            session, municipality="fjordvik", purpose=purpose, subject="staff-1", at=clock.now(),
            contact=Contact("nb", "ola@fjordvik.example"), expires_at=clock.now() + timedelta(days=7),
        )  # fmt: skip
        where = letters.send_link(session, found, Channel.EMAIL, at=clock.now())
        return Invited(found.id, where.rsplit("/", 1)[1], "")


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Answer all rows of all tables, as they are stored."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in tables.sorted_tables
            if table.name != "content_part"
        }


def codes_of(database: Database, invited: Invited) -> list[CodeRow]:
    """Answer the codes of an invitation, the oldest first."""
    with database.reading() as session:
        wanted = select(CodeRow).where(CodeRow.invitation == invited.id).order_by(CodeRow.created_at)
        return list(session.scalars(wanted))


def events(database: Database, action: str) -> list[EventRow]:
    """Answer the events of one kind in the audit log."""
    with database.reading() as session:
        return list(session.scalars(select(EventRow).where(EventRow.action == action).order_by(EventRow.sequence)))


def number_sent(avklart: Avklart, invited: Invited) -> int:
    """Answer how many messages wait to be sent to somebody."""
    return len(messages(avklart.database, invited.id))
