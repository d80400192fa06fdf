from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.site import ask, environ_of, send
from webapp.app import Avklart
from webapp.web.access import public
from webapp.web.front import Front
from webapp.web.logs import JsonLines

CANARY = "kanarifugl"
REQUEST_FACTS = {"time", "level", "event", "id", "method", "route", "status", "ms"}

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the logs of the product say, as it is written in production."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("avklart")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(before)


@pytest.fixture
def lines(written: StringIO) -> Lines:
    """The lines so far, each read as JSON."""
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_one_line_with_its_route_and_nothing_of_its_address(front: Front, lines: Lines) -> None:
    ask(front, "/nb/abc/fall")
    (line,) = lines()
    assert set(line) == REQUEST_FACTS
    assert line["event"] == "request"
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "info")
    assert line["route"] == "/<language:lang>/abc/<slug>"
    assert line["ms"] >= 0


def test_the_number_of_a_request_leads_from_the_reader_to_the_line(front: Front, lines: Lines) -> None:
    answers = [ask(front, "/nb/nothing-here") for _ in range(3)]
    numbers = [answer.headers["X-Request-Id"] for answer in answers]
    assert [line["id"] for line in lines()] == numbers
    assert len(set(numbers)) == 3


def test_nothing_that_a_reader_sends_stands_in_the_logs(avklart: Avklart, written: StringIO, lines: Lines) -> None:
    def view(lang: str) -> str:
        raise RuntimeError(f"{CANARY}\n{CANARY}")

    avklart.flask.add_url_rule("/<language:lang>/raise/<word>", "raise", public(cached=False)(view))
    names = ("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Authorization", "HX-Current-URL", "Origin")
    headers = dict.fromkeys(names, CANARY)
    for path, query, method, body in [
        (f"/nb/abc/{CANARY}", "", "GET", b""),
        (f"/{CANARY}", "", "GET", b""),
        ("/nb/", f"x={CANARY}", "GET", b""),
        ("/nb/sok", f"q={CANARY}", "GET", b""),
        ("/nb/hvem-gjor-hva", f"q={CANARY}", "GET", b""),
        ("/nb/abc/", f"for={CANARY}", "GET", b""),
        ("/nb/", "", "POST", CANARY.encode()),
        (f"/nb/raise/{CANARY}", f"q={CANARY}", "GET", b""),
        (f"/static/{CANARY}", "", "GET", b""),
        (f"/nb/{CANARY}" + "a" * 20_000, "", "GET", b""),
        ("/nb/", "", "POST", CANARY.encode() * 50_000),
    ]:
        environ = environ_of(path, query, method=method, body=body, headers=headers)
        send(avklart.front, environ | {"REMOTE_ADDR": "203.0.113.7"})
    log = written.getvalue()
    assert len(lines()) >= 11
    for canary in (CANARY, CANARY[:8], "203.0.113.7", "127.0.0.1"):
        assert canary not in log.casefold()


def _raise(lang: str) -> str:
    raise ValueError(f"{CANARY} in\nseveral lines")


def test_a_fault_is_told_by_its_type_and_place_and_never_by_its_message(avklart: Avklart, lines: Lines) -> None:
    avklart.flask.add_url_rule("/<language:lang>/raise", "raise", public(cached=False)(_raise))
    ask(avklart.front, "/nb/raise")
    fault, request = lines()
    assert (fault["event"], fault["level"], fault["error"]) == ("request failed", "error", "ValueError")
    assert fault["at"] == f"{__name__}:{_raise.__code__.co_firstlineno + 1}"
    assert set(fault) == {"time", "level", "event", "error", "at"}
    assert request["status"] == 500


def test_other_libraries_are_named_and_not_quoted() -> None:
    record = logging.LogRecord("sqlalchemy.engine", logging.ERROR, "x.py", 1, "SELECT %s", (CANARY,), None)
    line = json.loads(JsonLines().format(record))
    assert line["event"] == "sqlalchemy.engine"
    assert CANARY not in json.dumps(line)


@given(message=st.text(), facts=st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.none()))
def test_a_record_is_always_one_line_of_json(message: str, facts: dict[str, object]) -> None:
    record = logging.LogRecord("avklart.test", logging.INFO, "x.py", 1, "%s", (message,), None)
    record.facts = facts
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "\r" not in line
    found = json.loads(line)
    assert all(found[name] == value for name, value in facts.items())


def test_a_process_writes_its_logs_as_json_lines_to_standard_error() -> None:
    program = (
        "import logging; from webapp.web import logs; logs.configure()\n"
        "logging.getLogger('avklart.test').info('hello', extra={'facts': {'number': 1}})\n"
        f"logging.getLogger('werkzeug').error('{CANARY}')\n"
        f"logging.getLogger('werkzeug').info('{CANARY}')\n"
        f"logging.getLogger('avklart.test').debug('{CANARY}')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in found] == ["hello", "werkzeug"]
    assert found[0]["number"] == 1
    assert CANARY not in done.stderr
    assert done.stdout == ""
