"""People who go to an identity provider and come back, as tests move them through our own pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import HOSTS, QUICK, Browser
from tests.gateways.oidc_provider import PID, StrictProvider, write_settings
from tests.identity.parties import events
from tests.page import Page
from webapp.app import Avklart, create_app
from webapp.gateways.oidc import Provider
from webapp.identity.models import InvitationRow, ResidentRow, SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.pid import is_pid
from webapp.settings import Settings
from webapp.storage.session import Database

METADATA, TOKEN, KEYS = "/.well-known/openid-configuration", "/oauth2/token", "/jwks"
BACK, IN, OWN = "/id/tilbake", "/id/inn", "/innlogging/okter"
SUBSTANTIAL, HIGH = "idporten-loa-substantial", "idporten-loa-high"
ROLES = {"G-sak": "caseworker", "G-red": "editor", "G-adm": "administrator"}
PID_OF_EVA = next(pid for pid in (f"148586{end:05}" for end in range(10**5)) if is_pid(pid, synthetic=True))
"""The number of another made-up person: the first whose control digits fit."""


def known(provider: StrictProvider) -> StrictProvider:
    """Let a provider begin anew at noon, knowing Ola and Eva, who live here, and Kari, who works here."""
    provider.reset()
    provider.hold(NOON)
    provider.person("ola", pid=PID, acr=SUBSTANTIAL, sid="sid-ola", name="Ola Nordmann")
    provider.person("eva", pid=PID_OF_EVA, acr=SUBSTANTIAL, sid="sid-eva", name="Eva Nordmann")
    employed(provider)
    return provider


def employed(provider: StrictProvider, subject: str = "kari", **changes: Any) -> None:
    """Say what the municipality's own sign-in knows of somebody; None takes something away."""
    claims = {
        "groups": ["G-sak"], "email": f"{subject}@fjordvik.example", "name": subject.title(), "sid": f"sid-{subject}",
        **changes,
    }  # fmt: skip
    provider.person(subject, **{name: value for name, value in claims.items() if value is not None})


def client_of(
    provider: StrictProvider, municipality: str = "fjordvik", kind: str = "idporten", **more: Any
) -> Provider:
    """Let a municipality be a client that people are sent back to."""
    address = f"http://{HOSTS[municipality]}{BACK}"
    roles = {"roles": ROLES} if kind == "staff" else {}
    return provider.register(municipality, kind, redirect_uri=address, **{**roles, **more})


@contextmanager
def site(
    settings: Settings, clock: FixedClock, *providers: Provider, make: Callable[..., Avklart] = create_app
) -> Iterator[Avklart]:
    """Run the whole application with providers."""
    found = make(replace(settings, oidc_file=write_settings(settings.data, *providers)), clock=clock, hasher=QUICK)
    yield found
    found.database.close()


def goes(browser: Browser, path: str = IN, **asked: str) -> TestResponse:
    """Press the button that leads to a provider, with the token of a new page; answer where it leads."""
    if browser.cookie():
        browser.get("/innlogging" if asked.get("hos") == "staff" else IN)
    return browser.send(f"{path}?{urlencode(asked)}" if asked else path)


def sent(browser: Browser, path: str = IN, **asked: str) -> str:
    """Press the button that leads to a provider; answer its address there."""
    response = goes(browser, path, **asked)
    assert response.status_code == 303, response.text[:500]
    return response.headers["Location"]


def return_path(query: dict[str, str]) -> str:
    """Answer the path that a provider sends somebody back to."""
    return f"{BACK}?{urlencode(query)}"


def come_in(
    browser: Browser, provider: StrictProvider, subject: str = "ola", path: str = IN, *, status: int = 200, **asked: str
) -> Page:
    """Go to a provider as somebody, come back, and follow where it leads."""
    query = provider.log_in(sent(browser, path, **asked), subject)
    return browser.get(return_path(query), status=status)


def employee_in(browser: Browser, provider: StrictProvider, subject: str = "kari", **more: Any) -> Page:
    """Come in as staff by the municipality's own sign-in."""
    return come_in(browser, provider, subject, hos="staff", **more)


def refusals(database: Database) -> list[str]:
    """Answer why people were refused, the oldest first; nothing is told of who it was."""
    found = events(database, "sign_in_refused")
    assert {(row.actor, row.object_kind, row.object_id) for row in found} <= {("nobody", "", "")}
    return [row.why for row in found]


def residents_of(database: Database) -> list[ResidentRow]:
    """Answer everybody who has come in with ID-porten."""
    with database.reading() as session:
        return list(session.scalars(select(ResidentRow).order_by(ResidentRow.created_at, ResidentRow.id)))


def living(database: Database, kind: str = "") -> list[SessionRow]:
    """Answer the sessions that live, of a kind or of all but those on the way in."""
    with database.reading() as session:
        rows = session.scalars(select(SessionRow).where(SessionRow.ended_at.is_(None)).order_by(SessionRow.created_at))
        return [row for row in rows if (row.kind == kind if kind else row.kind != "waiting")]


def whose(database: Database, invitation_id: str) -> str | None:
    """Answer the resident whose an invitation is."""
    with database.reading() as session:
        return session.get_one(InvitationRow, invitation_id).resident
