"""Who may use which address: every route has one rule, and the list of them is read by a person when it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import pytest
from sqlalchemy import event

from tests.factories.site import ask
from webapp.app import Avklart
from webapp.web.access import Rule, operator, public, rule_of

LIST = Path(__file__).parent / "routes.txt"
SAFE = {"GET", "HEAD", "OPTIONS"}
EXAMPLES = {"lang": "nb", "slug": "om", "code": "ar", "name": "x"}
SLUGS = {
    "abc": "fall",
    "tjenester": "matlevering",
    "hvem-gjor-hva": "snomaking",
    "hjelpemidler": "gps",
    "tilbud": "parorendeskole-demens",
}


def registry(site: Avklart) -> list[str]:
    """Answer the routes of the application: methods, address, who, whether kept, parameters, whether in parts."""
    lines = []
    for rule in site.flask.url_map.iter_rules():
        found = rule_of(site.flask.view_functions[rule.endpoint])
        assert found is not None, f"{rule.rule} has no rule of access"
        methods = ",".join(sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))
        kept = "kept" if found.cached else "made-anew"
        parts = ["parts"] if found.fragments else []
        lines.append(" ".join([methods, rule.rule, found.who, kept, *sorted(found.parameters), *parts]))
    return sorted(lines, key=lambda line: line.split(" ")[1])


def test_the_routes_are_those_of_the_checked_in_list(standing: Avklart) -> None:
    """A new route is written into the list by a person who has thought about who may use it."""
    written = [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert registry(standing) == written


def test_every_view_has_exactly_one_rule(standing: Avklart) -> None:
    sources = {path: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "webapp").rglob("*.py")}
    marked = sum(
        len(re.findall(r"^@(?:public\(.*\)|operator|allows\(.*\))$", text, re.MULTILINE)) for text in sources.values()
    )
    views = {id(view) for view in standing.flask.view_functions.values()}
    assert marked == len(views)
    for view in standing.flask.view_functions.values():
        assert isinstance(rule_of(view), Rule)


def test_a_view_without_a_rule_has_none_to_be_mistaken_for() -> None:
    def view() -> str:
        return ""

    assert rule_of(view) is None
    assert rule_of(None) is None
    assert rule_of(public()(lambda: "")) == Rule("public", cached=True, parameters=frozenset(), fragments=False)
    assert rule_of(operator(lambda: "")) == Rule("operator", cached=False, parameters=frozenset(), fragments=False)


def test_no_route_takes_a_method_that_changes_anything(standing: Avklart) -> None:
    for rule in standing.flask.url_map.iter_rules():
        assert set(rule.methods or ()) <= SAFE, rule.rule


def test_what_answers_in_parts_is_never_kept(standing: Avklart) -> None:
    for rule in standing.flask.url_map.iter_rules():
        found = rule_of(standing.flask.view_functions[rule.endpoint])
        assert found is not None
        assert not (found.fragments and found.cached), rule.rule


def _address(rule: str) -> str:
    room = rule.split("/")[2] if rule.count("/") > 2 else ""
    examples = {**EXAMPLES, "slug": SLUGS.get(room, EXAMPLES["slug"])}
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: examples[match.group(1)], rule)


@pytest.fixture
def statements(standing: Avklart) -> Iterator[list[str]]:
    """Every statement that requests send to the database; what was counted is written by a thread of its own."""
    found: list[str] = []
    asking = current_thread()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if current_thread() is asking:
            found.append(statement)

    event.listen(standing.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(standing.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
def test_no_request_writes_to_the_database(standing: Avklart, statements: list[str], method: str) -> None:
    answered = set()
    for rule in standing.flask.url_map.iter_rules():
        for query in ("", "q=zzzzzz", "q=alarm", "for=parorende"):
            standing.front._fresh_until = standing.bookshelf._fresh_until = 0.0
            answered.add(ask(standing.front, _address(rule.rule), query, method=method).status)
    assert answered <= ({200, 302, 404} if method in SAFE else {405})
    assert statements
    allowed = ("SELECT", "PRAGMA query_only = ON", "BEGIN")
    assert [statement for statement in statements if not statement.startswith(allowed)] == []
    assert "BEGIN IMMEDIATE" not in statements


def test_every_example_address_is_answered(standing: Avklart) -> None:
    missing = [
        rule.rule for rule in standing.flask.url_map.iter_rules()
        if ask(standing.front, _address(rule.rule)).status not in {200, 302}
    ]  # fmt: skip
    assert missing == ["/tema/<name>.css"]
