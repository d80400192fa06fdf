"""The private part as people walk through it: who they are, what is sent to them, and how they come in."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.factories.people import PASSWORD, Invited, add_staff, invite
from tests.identity.parties import row, writing
from tests.journeys.conftest import Site
from webapp.app import Avklart
from webapp.identity import letters, queries
from webapp.identity.actions import residents, sessions
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.codes import Channel
from webapp.identity.domain.sessions import Kind
from webapp.identity.models import SessionRow
from webapp.kernel.clock import SystemClock
from webapp.kernel.permission import Assurance, Role

NUMBER = "127.0.0.1"
"""Where Fjordvik's letters lead; a place without a name has no passkeys."""
HOME, SIGN_IN, SESSIONS, FACTORS = "/innlogging/hjem", "/innlogging", "/innlogging/okter", "/innlogging/faktorer"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 "
    "Mobile/15E148 Safari/604.1"
)
PATIENCE = 30.0
"""So many seconds is waited for what the worker sends; it looks once a second."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who works at Fjordvik, with the tests' password."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is invited to an agreement: the link by e-mail, the code by SMS."""

    invited: Invited
    email: str
    telephone: str

    @property
    def path(self) -> str:
        """The path of their link."""
        return f"/nb/avtale/i/{self.invited.secret}"


def new_staff(backstage: Avklart, *roles: Role, name: str = "Kari Nordmann", language: str = "nb") -> Staff:
    """Add an account that no other test uses."""
    email, at = f"kari{next(_numbers)}@fjordvik.example", SystemClock().now()
    added = add_staff(backstage.database, *roles, email=email, name=name, at=at, language=language)
    return Staff(added, email, name)


def new_resident(backstage: Avklart, page: Page, site: Site, host: str) -> str:
    """Let a browser have come in with an electronic identity, as somebody whom no other test knows; answer their id."""
    at = SystemClock().now()
    with backstage.database.writing() as session:
        person = residents.recognise(session, "fjordvik", f"{next(_numbers):011d}", at=at)
        begun = Beginning("fjordvik", Kind.RESIDENT, person.id, Assurance.SUBSTANTIAL)
        _row, secret = sessions.begin(session, begun, {}, at=at)
    page.context.add_cookies([{"name": "avklart", "value": secret, "url": site.url(host), "httpOnly": True,
                               "sameSite": "Lax"}])  # fmt: skip
    return str(person.id)


def new_party(backstage: Avklart, *, has_telephone: bool = True) -> Party:
    """Invite somebody whom no other test knows; without a telephone there is no second channel for a code."""
    number = next(_numbers)
    email, telephone = f"aase{number}@eksempel.example", f"+47400{number:05d}"
    at = SystemClock().now()
    found = invite(backstage, at=at, email=email, telephone=telephone if has_telephone else None)
    return Party(found, email, telephone)


def is_out(backstage: Avklart, person: str) -> bool:
    """Tell whether somebody is logged in nowhere."""
    with backstage.database.reading() as session:
        return not queries.sessions_of(session, "fjordvik", person)


def send_link(backstage: Avklart, party: Party) -> None:
    """Send somebody a new link by e-mail, as staff do it: the older ones lead nowhere from then on."""
    with writing(backstage) as session:
        letters.send_link(session, row(session, party.invited), Channel.EMAIL, at=SystemClock().now())


def move_back(backstage: Avklart, person: str, seconds: float) -> None:
    """Let somebody's sessions have lain idle for so long."""
    seen = SystemClock().now() - timedelta(seconds=seconds)
    living = (SessionRow.person == person, SessionRow.ended_at.is_(None))
    with backstage.database.writing() as session:
        session.execute(update(SessionRow).where(*living).values(seen_at=seen))


def press(page: Page, words: str) -> None:
    """Press the button with these words, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def write_password(page: Page, email: str, password: str = PASSWORD) -> None:
    """Write e-mail and password on the page that asks for them, and press Enter."""
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    with page.expect_navigation():
        page.locator("#password").press("Enter")


def sign_in(page: Page, site: Site, staff: Staff, host: str = NUMBER) -> None:
    """Open the page for those who work there, and give the password."""
    page.goto(site.url(host + SIGN_IN))
    write_password(page, staff.email)


def come_in(page: Page, site: Site, staff: Staff, host: str = NUMBER) -> None:
    """Come in as staff who have no second step."""
    sign_in(page, site, staff, host)
    expect(page.locator("h1")).to_contain_text(staff.name)


def add_app(page: Page, site: Site, host: str = NUMBER) -> tuple[str, list[str]]:
    """Add an app with codes by what is written below its picture; answer its secret and the recovery codes."""
    page.goto(site.url(host + FACTORS))
    with page.expect_navigation():
        page.locator("button[value=app]").click()
    secret = page.locator(".typed code").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    with page.expect_navigation():
        page.locator("#code").press("Enter")
    return secret, page.locator(".recovery-codes code").all_inner_texts()


def come_in_as_party(page: Page, site: Site, party: Party) -> None:
    """Come in by a link and the code that was sent."""
    page.goto(site.url(NUMBER + party.path))
    press(page, "Send meg en kode")
    page.locator("#code").fill(code_sent(site, party))
    press(page, "Bekreft koden")
    expect(page.locator(".session-list")).to_be_visible()


def code_sent(site: Site, party: Party, but: Collection[str] = ()) -> str:
    """Wait for a text message to somebody, and answer the code in it; `but` are those that came before."""
    return find_sent(site.data / "sms", party.telephone, r"\b\d{6}\b", but)


def path_sent(site: Site, email: str, but: Collection[str] = ()) -> str:
    """Wait for a mail to somebody, and answer the path of the link in it; `but` are those that came before."""
    return urlsplit(find_sent(site.data / "mail", email, r"http://\S+", but)).path


def find_sent(folder: Path, to: str, pattern: str, but: Collection[str]) -> str:
    """Wait for what is sent to somebody, and answer the first that fits a pattern and was not there before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for found in [match for text in _texts(folder, to) for match in re.findall(pattern, text)]:
            if not any(known in found for known in but):
                return str(found)
        Event().wait(0.05)
    raise AssertionError(f"nothing came to {to}")


def _texts(folder: Path, to: str) -> list[str]:
    """Answer the texts that were sent to somebody; a mail and a text message have their receiver in the head."""
    found = []
    for path in folder.glob("[!.]*"):
        letter: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
        if to in str(letter["To"] or letter["Til"]):
            found.append(str(letter.get_content()))
    return found
