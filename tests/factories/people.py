"""People as tests bring them: accounts, invitations, and a browser that keeps its cookie and sends forms."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from tests.page import Page, checked
from webapp.app import Avklart
from webapp.identity import letters
from webapp.identity.actions import invitations, staff
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.domain.passwords import Hasher
from webapp.identity.models import InvitationRow, StaffRow
from webapp.kernel.permission import Role
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

PASSWORD = "fire grønne hester løper"
QUICK = Hasher(memory_mib=1, rounds=1)
"""Hashes as cheaply as argon2id can: for tests only."""
HOSTS = {"fjordvik": "127.0.0.1:8000", "dalsbygd": "dalsbygd.localhost:8000"}


def add_staff(
    database: Database, *roles: Role, municipality: str = "fjordvik", email: str = "kari@fjordvik.example",
    name: str = "Kari Nordmann", at: datetime, language: str = "nb",
) -> str:  # fmt: skip
    """Add an account in use, with the tests' password; answer its id."""
    with database.writing() as session:
        row = staff.add(
            session, municipality=municipality, email=email, name=name,
            roles=[role.value for role in roles or (Role.CASEWORKER,)], language=language, at=at,
        )  # fmt: skip
        staff.take_up(session, row, QUICK.hash(PASSWORD), at=at)
        return row.id


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is invited: the invitation, the secret of the link, and the joining code."""

    id: str
    secret: str
    joining_code: str


def invite(
    avklart: Avklart, *, at: datetime, municipality: str = "fjordvik", channel: Channel = Channel.EMAIL,
    email: str | None = "aase@eksempel.example", telephone: str | None = "+4761359001", subject: str = "agreement-1",
) -> Invited:  # fmt: skip
    """Invite somebody to an agreement, with a link sent by a channel and a joining code."""
    with (
        avklart.flask.test_request_context("/nb/", base_url=f"http://{HOSTS[municipality]}"),
        avklart.database.writing() as session,
    ):
        avklart.flask.preprocess_request()
        contact = invitations.Contact("nb", email, telephone)
        row = invitations.invite(
            session, municipality=municipality, purpose=Purpose.AGREEMENT, subject=subject, contact=contact, at=at
        )
        code = invitations.new_joining_code(session, row)
        address = letters.send_link(session, row, channel, at=at)
        return Invited(row.id, address.rsplit("/", 1)[1], code)


def messages(database: Database, about: str = "") -> list[dict[str, Any]]:
    """Answer what lies in the outbox, opened, the oldest first: kind and payload."""
    with database.reading() as session:
        rows = session.scalars(select(MessageRow).order_by(MessageRow.created_at, MessageRow.number)).all()
        return [
            {"kind": row.kind, "about": row.about, **json.loads(row.payload)}
            for row in rows
            if row.payload and row.about.startswith(about)
        ]


def code_sent(database: Database, invitation_id: str) -> str:
    """Answer the newest one-time code that was sent to an invitation."""
    texts = [message["text"] for message in messages(database, invitation_id)]
    return str([code for text in texts for code in re.findall(r"\b\d{6}\b", text)][-1])


def staff_row(database: Database, staff_id: str) -> StaffRow:
    """Answer an account as it is stored."""
    with database.reading() as session:
        return session.scalars(select(StaffRow).where(StaffRow.id == staff_id)).one()


def invitation_row(database: Database, invitation_id: str) -> InvitationRow:
    """Answer an invitation as it is stored."""
    with database.reading() as session:
        return session.scalars(select(InvitationRow).where(InvitationRow.id == invitation_id)).one()


@dataclass
class Browser:
    """A browser without a screen: keeps its cookie, sends the token of the page it has, names where it sends from."""

    avklart: Avklart
    municipality: str = "fjordvik"
    address: str = "203.0.113.7"
    page: Page | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host, self.scheme, self.cookie_name = HOSTS[self.municipality], "http", "avklart"
        self.client = WerkzeugClient(self.avklart.front, Response, use_cookies=True)

    def raw(self, path: str, method: str = "GET", **arguments: Any) -> TestResponse:
        """Fetch without following and without any check."""
        headers = {"Host": self.host, **self.headers, **arguments.pop("headers", {})}
        base = f"{self.scheme}://{self.host}"
        environ = {"REMOTE_ADDR": self.address}
        return self.client.open(path, method=method, base_url=base, headers=headers, environ_base=environ, **arguments)

    def get(self, path: str, *, status: int = 200) -> Page:
        """Open a page, follow where it leads, and check what must hold on all pages."""
        return self._follow(self.raw(path), path, status)

    def post(self, path: str = "", *, status: Any = 200, token: Any = None, **fields: str | Sequence[str]) -> Page:
        """Send a form with the token of the page it has, and follow where it leads.

        `status` is a number and `token` a text: fields whose names are no Python names come as a mapping, which could
        hold either.
        """
        return self._follow(self.send(path, token=token, **fields), path, status)

    def send(self, path: str = "", *, token: str | None = None, **fields: str | Sequence[str]) -> TestResponse:
        """Send a form with the token of the page it has, and answer what comes back, wherever it leads."""
        where = path or self._action()
        data = {**fields, "csrf_token": self.token() if token is None else token}
        return self.raw(where, "POST", data=data, headers={"Origin": f"{self.scheme}://{self.host}"})

    def token(self) -> str:
        """Answer the token in the page it has; empty where there is none."""
        found = self.page.soup.select_one("input[name=csrf_token]") if self.page else None
        return str(found["value"]) if found else ""

    def cookie(self) -> str:
        """Answer the session cookie; empty where there is none."""
        found = self.client.get_cookie(self.cookie_name, domain=self.host.split(":")[0])
        return found.value if found else ""

    def sign_in(self, email: str = "kari@fjordvik.example", password: str = PASSWORD, *, status: int = 200) -> Page:
        """Come in as staff."""
        self.get("/innlogging")
        return self.post("/innlogging", email=email, password=password, status=status)

    def path(self) -> str:
        """Answer the path of the page it has."""
        assert self.page is not None
        return urlsplit(self.page.response.request.url).path

    def _action(self) -> str:
        assert self.page is not None
        return str(self.page.one("main form.form")["action"])

    def _follow(self, response: TestResponse, path: str, status: int) -> Page:
        for _ in range(5):
            if response.status_code not in {301, 302, 303, 308}:
                break
            path = response.headers["Location"]
            response = self.raw(path)
        assert response.status_code == status, f"{path} answered {response.status_code}: {response.text[:3000]}"
        self.page = page = checked(response, path, may_set_cookie=True)
        return page
