"""`avklart user add` as it is typed: it prints a link and a code that work, and says what it cannot do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.factories.people import QUICK, Browser
from tests.identity.conftest import stored
from webapp.app import Avklart, create_app
from webapp.audit.models import EventRow
from webapp.identity import cli as user_cli
from webapp.identity import queries
from webapp.identity.actions import staff
from webapp.identity.cli import user
from webapp.settings import Settings
from webapp.storage.outbox_models import MessageRow

NEW = "åtte små fisker svømmer"
WORDS = {"--municipality": "fjordvik", "--email": "kari@fjordvik.example", "--name": "Kari Nordmann"}


def run(settings: Settings, *more: str, **changes: str) -> Result:
    """Run the command with a test's own settings."""
    words = {**WORDS, **{f"--{name}": value for name, value in changes.items()}}
    typed = [part for pair in words.items() for part in pair]
    environment = {
        "AVKLART_DATA": str(settings.data), "AVKLART_DATABASE_URL": settings.database_url,
        "AVKLART_CONTENT": str(settings.content),
    }  # fmt: skip
    return CliRunner().invoke(user, ["add", *typed, *more], env=environment)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command hashes at the cost of tests."""
    monkeypatch.setattr(user_cli, "Hasher", lambda: QUICK)


@pytest.fixture
def running(site_settings: Settings) -> Iterator[Avklart]:
    """The application by the machine's own clock, as the command is."""
    found = create_app(site_settings, hasher=QUICK)
    yield found
    found.database.close()


def test_the_link_and_the_code_that_are_printed_let_the_first_administrator_in(
    running: Avklart, site_settings: Settings
) -> None:
    done = run(site_settings)
    assert done.exit_code == 0, done.output
    (link,) = re.findall(r"^link: +(\S+)$", done.output, re.MULTILINE)
    (code,) = re.findall(r"^start code: ([A-Z2-9]{4}-[A-Z2-9]{4})$", done.output, re.MULTILINE)
    assert link.startswith(f"{site_settings.base_url}/innlogging/i/")
    browser = Browser(running)
    path = link.removeprefix(site_settings.base_url)
    browser.get(path)
    browser.post(path)
    browser.post(code=code, new_password=NEW)
    assert browser.path() == "/innlogging/hjem"
    browser.get("/admin/ansatte")


def test_nothing_is_sent_and_the_secrets_are_stored_nowhere(running: Avklart, site_settings: Settings) -> None:
    done = run(site_settings)
    (secret,) = re.findall(r"/innlogging/i/(\S+)", done.output)
    (code,) = re.findall(r"start code: (\S+)", done.output)
    with running.database.reading() as session:
        assert session.scalars(select(MessageRow)).all() == []
        assert [row.actor for row in session.scalars(select(EventRow).where(EventRow.action == "staff_invited"))] == [
            "system"
        ]
    everything = stored(running)
    for word in (secret, code, code.replace("-", ""), "kari@fjordvik.example", "Kari Nordmann"):
        assert word.encode() not in everything


def test_roles_and_language_are_as_they_were_typed(running: Avklart, site_settings: Settings) -> None:
    assert run(site_settings, "--role", "editor", "--role", "caseworker", "--language", "nn").exit_code == 0
    with running.database.reading() as session:
        (row,) = queries.all_staff(session, "fjordvik")
    assert (row.roles, row.language, row.state) == (["caseworker", "editor"], "nn", staff.INVITED)


def test_the_link_of_another_municipality_leads_there(running: Avklart, site_settings: Settings) -> None:
    done = run(site_settings, municipality="dalsbygd", email="eli@dalsbygd.example")
    (link,) = re.findall(r"^link: +(\S+)$", done.output, re.MULTILINE)
    assert "dalsbygd" in link
    path = link[link.index("/innlogging") :]
    Browser(running, "dalsbygd").get(path)
    Browser(running).get(path, status=410)


def test_an_account_is_added_once(running: Avklart, site_settings: Settings) -> None:
    assert run(site_settings).exit_code == 0
    again = run(site_settings, email="KARI@fjordvik.example")
    assert again.exit_code == 1
    assert "there is an account with this address" in again.output
    with running.database.reading() as session:
        assert len(queries.all_staff(session, "fjordvik")) == 1


@pytest.mark.parametrize(("changes", "said"), [
    ({"municipality": "oslo"}, "no municipality 'oslo'; there is"), ({"email": "kari"}, "not an e-mail address"),
    ({"role": "root"}, "root"), ({"role": "resident"}, "resident"), ({"language": "se"}, "se"), ({"name": " "}, "name"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_adds_nobody(
    running: Avklart, site_settings: Settings, changes: dict[str, str], said: str
) -> None:
    done = run(site_settings, **changes)
    assert done.exit_code in {1, 2}
    assert said in done.output
    assert not isinstance(done.exception, AssertionError | KeyError)
    with running.database.reading() as session:
        assert list(queries.all_staff(session, "fjordvik")) == []


def test_without_content_there_is_no_municipality(settings: Settings) -> None:
    from webapp.kernel.errors import StartError  # noqa: PLC0415

    settings.data.mkdir(exist_ok=True)
    done = run(settings)
    assert done.exit_code == 1
    assert isinstance(done.exception, StartError)
    assert "avklart migrate" in str(done.exception)
