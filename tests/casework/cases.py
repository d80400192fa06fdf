"""A case as tests of casework meet it: opened, acted on, and what stands in the audit log of it."""

from __future__ import annotations

from typing import Any

from tests.factories.people import Browser
from tests.page import Page
from webapp.app import Avklart
from webapp.audit import queries as audit
from webapp.referrals import queries
from webapp.referrals.domain.referral import Act, Content, Entry
from webapp.referrals.queries import Case

INBOX = "/saker/"


def stored(avklart: Avklart, case: Case) -> Case:
    """Answer a case as it is stored now."""
    with avklart.database.reading() as session:
        found = queries.referral(session, case.municipality, case.id)
        session.expunge(found)
        return found


def content(avklart: Avklart, case: Case) -> Content:
    """Answer what was sent."""
    with avklart.database.reading() as session:
        return queries.content_of(queries.referral(session, case.municipality, case.id))


def entries(avklart: Avklart, case: Case) -> list[Entry]:
    """Answer what was said and done in a case."""
    with avklart.database.reading() as session:
        return queries.entries(session, queries.referral(session, case.municipality, case.id))


def acts(avklart: Avklart, case: Case) -> list[Act]:
    """Answer what was done in a case."""
    return [entry.act for entry in entries(avklart, case)]


def looks(avklart: Avklart, case: Case, action: str = "looked") -> list[tuple[str, str]]:
    """Answer who looked at a case, and why, as the audit log has it."""
    with avklart.database.reading() as session:
        found = audit.about(session, case.municipality, "referral", case.id)
        return [(event.actor, event.why) for event in found if event.action == action]


def path_of(case: Case, word: str = "") -> str:
    """Answer the address of a case, or of something to do in it."""
    return f"{INBOX}{case.id}/{word}" if word else f"{INBOX}{case.id}"


def do(avklart: Avklart, browser: Browser, case: Case, word: str, *, status: int = 200, **fields: Any) -> Page:
    """Do something in a case as it stands now, from a page of the browser."""
    address = f"{path_of(case, word)}?revisjon={stored(avklart, case).revision}"
    return browser.post(address, status=status, **fields)


def take(avklart: Avklart, browser: Browser, case: Case) -> None:
    """Let the browser's caseworker take a case."""
    browser.get(path_of(case))
    do(avklart, browser, case, "ta")
