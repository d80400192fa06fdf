"""A whole story with planted names, numbers, codes and passwords: none of them is found in database, audit or logs."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from tests.factories.people import PASSWORD, QUICK, Browser, Invited, add_staff, code_sent, invite
from tests.identity.parties import ANOTHER, CONFIRM, JOIN, LATER, address, hand_over, is_in, join_by, other_than
from webapp.app import Avklart, create_app
from webapp.identity.actions import residents
from webapp.identity.arrival import HASHER
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role
from webapp.settings import Settings
from webapp.web.logs import JsonLines

NAME, EMAIL, TELEPHONE = "Kanarifugl Sangersen", "kanarifugl@sanger.example", "+4799887766"
STAFF_EMAIL, TYPED_EMAIL, PID = "kanarisen@ansatt.example", "kanariukjent@fremmed.example", "13097248022"
WRONG_PASSWORD, AGENT, NEXT = "kanarifuglens feil passord", "KanariAgent/7.3 (Windows NT 10.0) Firefox/140.0", "/kanari"


class Broken:
    """A hasher that fails with what it was given."""

    def fits(self, secret: str, _hashed: str | None) -> bool:
        """Fail, and say why in words that must not be written down."""
        raise RuntimeError(f"cannot hash {secret}")


@dataclass
class Told:
    """What was planted, and what the logs said meanwhile: every record with all it carries, and the lines written."""

    planted: dict[str, str] = field(default_factory=dict)
    records: list[logging.LogRecord] = field(default_factory=list)
    lines: StringIO = field(default_factory=StringIO)


class Recorder(logging.Handler):
    """Keeps every record."""

    def __init__(self, told: Told) -> None:
        super().__init__(logging.DEBUG)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self._told.records.append(record)


@pytest.fixture
def told() -> Iterator[Told]:
    """Listen to all loggers at every level, those of the libraries too."""
    found = Told()
    root, chatty = logging.getLogger(), [logging.getLogger(name) for name in ("", "sqlalchemy", "avklart", "werkzeug")]
    before = [logger.level for logger in chatty]
    lines = logging.StreamHandler(found.lines)
    lines.setFormatter(JsonLines())
    handlers = [Recorder(found), lines]
    for handler in handlers:
        root.addHandler(handler)
    for logger in chatty:
        logger.setLevel(logging.DEBUG)
    yield found
    for logger, level in zip(chatty, before, strict=True):
        logger.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.fixture
def avklart(site_settings: Settings, clock: FixedClock, told: Told) -> Iterator[Avklart]:
    """The whole application, made while the logs are listened to."""
    assert told.records == []
    found = create_app(site_settings, clock=clock, hasher=QUICK)
    yield found
    found.database.close()


def party_story(avklart: Avklart, clock: FixedClock, told: Told) -> None:
    """A party comes in by a link, another by a joining code and one by a handed code, with faults on the way."""
    agent = {"User-Agent": AGENT}
    browser, invited = Browser(avklart, headers=agent), invited_party(avklart, clock)
    clock.time += LATER
    browser.get(address(invited))
    browser.post(address(invited), email=TYPED_EMAIL)
    code = code_sent(avklart.database, invited.id)
    wrong = other_than(code)
    browser.post(CONFIRM, code=wrong, status=422)
    good, avklart.flask.extensions[HASHER] = avklart.flask.extensions[HASHER], Broken()
    assert browser.send(CONFIRM, code=code).status_code == 500
    avklart.flask.extensions[HASHER] = good
    token = browser.token()
    browser.get(CONFIRM)
    browser.post(CONFIRM, code=code)
    assert is_in(browser)
    second = Browser(avklart, headers=agent)
    second.get(f"{JOIN}?neste={NEXT}")
    join_by(second, "KANARXYZ")
    other = invited_party(avklart, clock)
    clock.time += LATER
    join_by(second, other.joining_code)
    second.post(ANOTHER)
    second.post(CONFIRM, code=hand_over(avklart, other, clock, "KANARQRS"))
    assert is_in(second)
    third = invited_party(avklart, clock)
    browser.get(address(third))
    browser.raw(address(third), headers={"Host": "kanarivert.example", "X-Forwarded-For": "203.0.113.77"})
    for then in ("/ny-lenke", "/ikke-meg"):
        browser.post(address(third, then))
    for status in (browser.raw(f"/nb/avtale/i/{third.secret}/x"), browser.raw(f"/nb/{NAME}?q={EMAIL}")):
        assert status.status_code == 404
    told.planted |= {
        "code": code, "wrong code": wrong, "link": invited.secret, "other link": third.secret, "token": token,
        "cookie": browser.cookie(), "joining code": other.joining_code, "handed": "KANARQRS", "wrong": "KANARXYZ",
    }  # fmt: skip


def invited_party(avklart: Avklart, clock: FixedClock) -> Invited:
    return invite(avklart, at=clock.now(), email=EMAIL, telephone=TELEPHONE)


def staff_story(avklart: Avklart, clock: FixedClock, told: Told) -> None:
    """Staff come in after a wrong password, invite somebody, and forget theirs; a resident is recognised."""
    add_staff(avklart.database, Role.ADMINISTRATOR, email=STAFF_EMAIL, name=NAME, at=clock.now())
    browser = Browser(avklart, headers={"User-Agent": AGENT})
    browser.sign_in(TYPED_EMAIL, PASSWORD, status=422)
    browser.sign_in(STAFF_EMAIL, WRONG_PASSWORD, status=422)
    browser.sign_in(STAFF_EMAIL)
    browser.get("/admin/ansatte/ny")
    browser.post(name="Kanari Nyansatt", email="kanarinyansatt@ansatt.example", roles="caseworker", language="nb")
    start_code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", browser.page.text if browser.page else "")
    other = Browser(avklart)
    other.get("/innlogging/glemt")
    other.post("/innlogging/glemt", email=STAFF_EMAIL)
    with avklart.database.writing() as session:
        residents.recognise(session, "fjordvik", PID, at=clock.now())
    told.planted |= {"staff cookie": browser.cookie(), "start code": start_code.group() if start_code else "missing"}
    assert "missing" not in told.planted.values()


@pytest.fixture
def planted(
    avklart: Avklart, clock: FixedClock, told: Told, capfd: pytest.CaptureFixture[str]
) -> Iterator[dict[str, str]]:
    """Everything that was planted, after the story has been told."""
    party_story(avklart, clock, told)
    staff_story(avklart, clock, told)
    avklart.database.close()
    told.planted |= {
        "first name": "Kanarifugl", "last name": "Sangersen", "e-mail": EMAIL, "telephone": TELEPHONE[3:],
        "staff": STAFF_EMAIL, "typed": TYPED_EMAIL, "new": "kanarinyansatt", "new name": "Kanari Nyansatt", "pid": PID,
        "password": PASSWORD, "wrong password": WRONG_PASSWORD, "agent": "KanariAgent", "host": "kanarivert",
        "address": "203.0.113.7",
    }  # fmt: skip
    yield told.planted
    captured = capfd.readouterr()
    assert found_in((captured.out + captured.err).encode(), told.planted) == []


def found_in(content: bytes, planted: dict[str, str]) -> list[str]:
    """Answer what was planted and is found, as it was, in small letters, in capitals, in an address, or as base64."""
    assert all(planted.values())
    return [name for name, value in planted.items() if any(re.search(form, content) for form in forms_of(value))]


def forms_of(value: str) -> Iterator[bytes]:
    """Answer the patterns of a value; what is short and may stand in a hash by chance is no part of a longer word."""
    edge = rb"(?<![0-9A-Za-z+/_-])%s(?![0-9A-Za-z+/_-])" if len(value) < 10 else rb"%s"
    spellings = {value, value.lower(), value.upper(), quote(value), value.replace("-", "")}
    for spelling in spellings:
        yield edge % re.escape(spelling.encode())
        yield edge % re.escape(spelling.encode("utf-16-le"))
    yield re.escape(base64.b64encode(value.encode()).rstrip(b"=")[:-1]) if len(value) >= 10 else rb"(?!)"


def test_the_search_finds_what_it_is_for() -> None:
    for content in (b"x Kanarifugl y", b'"KANARIFUGL"', b"a=Kanarifugl%20Sangersen", base64.b64encode(NAME.encode())):
        assert found_in(content, {"name": "Kanarifugl", "whole": NAME}), content
    assert found_in(b'"code": "314159"', {"code": "314159"}) == ["code"]
    assert found_in(b"ab314159cd", {"code": "314159"}) == []


def test_no_byte_of_the_database_tells_what_was_planted(avklart: Avklart, planted: dict[str, str]) -> None:
    path = Path(str(avklart.database.engine.url.database))
    content = b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))
    assert len(content) > 1_000_000
    assert found_in(content, planted) == []


def test_the_audit_log_holds_ids_only(avklart: Avklart, planted: dict[str, str]) -> None:
    with avklart.database.reading() as session:
        rows = session.execute(text("SELECT * FROM audit_event ORDER BY sequence")).all()
    assert len(rows) > 20
    assert found_in(repr(rows).encode(), planted) == []


def test_no_record_of_any_logger_at_any_level_tells_what_was_planted(told: Told, planted: dict[str, str]) -> None:
    assert any(record.name.startswith("sqlalchemy") for record in told.records)
    assert sum(record.name == "avklart.request" for record in told.records) > 30
    for record in told.records:
        said = f"{record.getMessage()} {[value for key, value in vars(record).items() if key != 'exc_info']!r}"
        if not record.exc_info:  # what an exception says is left out of the lines, which are looked at below
            assert found_in(said.encode(), planted) == [], (record.name, record.getMessage()[:200])
    assert any(record.exc_info for record in told.records)
    assert found_in(told.lines.getvalue().encode(), planted) == []
