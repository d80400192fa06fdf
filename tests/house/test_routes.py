"""Who may use which address: every route has one rule, and the list of them is read by a person when it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import current_thread

import pytest
from sqlalchemy import event
from werkzeug.routing import Rule as Route

from tests.factories.people import Browser
from tests.factories.site import ask
from tests.house.everybody import Everybody, begin_session
from webapp.app import Avklart
from webapp.identity.domain.sessions import CLOCK_STEP
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import Rule, allows, draft, entrance, operator, public, rule_of, signed
from webapp.web.transactions import CLOCK

LIST = Path(__file__).parent / "routes.txt"
SAFE = {"GET", "HEAD", "OPTIONS"}
UNSAFE_OF = {"entrance", "draft", "signed", "caller"}
"""Who may send something that changes something."""
PUBLIC_POSTS = {"agreements.check_file", "planner.paper", "planner.calendar", "guide.handout"}
"""What everybody may send, and what changes nothing: a file to be looked at, something to be made into a file (C1)."""
NAMELESS_POSTS = {"feedback.answer", "feedback.suggest_post", "editorial.comment"}
"""What everybody may send and what is kept without a name; no cookie is looked at, so there is none to misuse (C1)."""
WRITING_GETS = {"identity.from_provider", "identity.front_channel_logout"}
"""The login protocol: another system sends people here by GET, and the question of ours that it answers is used up."""
LOOKS = {
    "identity.one_staff", "casework.show", "casework.prepare", "casework.letter", "casework.call_list",
    "casework.attachment",
    "casework.export", "agreements.overview", "casework.agreement", "casework.agreement_file", "casework.our_word",
    "agreements.comparison", "agreements.settle", "agreements.prepare_proposal", "agreements.meeting",
    "agreements.part", "agreements.consents",
    "agreements.read_and_sign", "agreements.paper", "agreements.reminder", "agreements.kitchen", "agreements.change",
    "agreements.history", "agreements.who_is_in", "casework.written_answers", "casework.sheet_to_print",
    "casework.text_to_sign", "casework.agreement_letter",
}  # fmt: skip
"""A look at somebody's data is written into the audit log before it is shown."""
KINDS = {"public", "operator", "entrance", "draft", "signed", "caller"}


def routes(site: Avklart) -> list[tuple[Route, Rule]]:
    """Answer every route of the application with its rule."""
    found = []
    for route in site.flask.url_map.iter_rules():
        rule = rule_of(site.flask.view_functions[route.endpoint])
        assert rule is not None, f"{route.rule} has no rule of access"
        found.append((route, rule))
    return sorted(found, key=lambda pair: (pair[0].rule, sorted(pair[0].methods or ())))


def methods_of(route: Route) -> list[str]:
    """Answer the methods that somebody wrote for a route."""
    return sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"})


def registry(site: Avklart) -> list[str]:
    """Answer the routes of the application: methods, address, who, whether kept, parameters, whether in parts."""
    lines = []
    for route, rule in routes(site):
        kept = "kept" if rule.cached else "made-anew"
        parts = ["parts"] if rule.fragments else []
        lines.append(
            " ".join([",".join(methods_of(route)), route.rule, str(rule), kept, *sorted(rule.parameters), *parts])
        )
    return lines


def test_the_routes_are_those_of_the_checked_in_list(standing: Avklart) -> None:
    """A new route is written into the list by a person who has thought about who may use it."""
    written = [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert registry(standing) == written


def test_every_view_has_exactly_one_rule(standing: Avklart) -> None:
    sources = [path.read_text("utf-8") for path in (Path(__file__).parents[2] / "webapp").rglob("*.py")]
    views = {id(view) for view in standing.flask.view_functions.values()}
    with_arguments = r"public\([^()]*(?:\([^()]*\))?[^()]*\)|allows\([^()]*\)"
    mark = rf"^@(?:{with_arguments}|operator|entrance|draft(?:_of_somebody)?|signed)$"
    marked = [found for text in sources for found in re.findall(mark, text, re.MULTILINE)]
    assert len(marked) == len(views)
    assert not any(re.search(rf"{mark}\n{mark}", text, re.MULTILINE) for text in sources), "two rules for one view"
    for _, rule in routes(standing):
        assert isinstance(rule, Rule)
        assert rule.who in KINDS


def test_a_view_without_a_rule_has_none_to_be_mistaken_for() -> None:
    def view() -> str:
        return ""

    assert rule_of(view) is None
    assert rule_of(None) is None
    assert rule_of(public()(lambda: "")) == Rule("public", cached=True, parameters=frozenset(), fragments=False)
    assert rule_of(operator(lambda: "")) == Rule("operator", cached=False, parameters=frozenset(), fragments=False)
    for mark, who in ((entrance, "entrance"), (draft, "draft"), (signed, "signed")):
        assert rule_of(mark(lambda: "")) == Rule(who)


def test_a_rule_for_callers_always_names_what_they_must_have_shown(standing: Avklart) -> None:
    for route, rule in routes(standing):
        if rule.who == "caller":
            assert rule.permission in set(Permission), route.rule
            assert rule.assurance >= Assurance.ONE_FACTOR, route.rule
        else:
            assert rule.permission is None, route.rule
            assert (rule.assurance, rule.is_fresh, rule.is_background) == (Assurance.NONE, False, False), route.rule


def test_a_rule_is_written_so_that_no_two_are_written_alike() -> None:
    rules = [
        rule_of(allows(permission, assurance=level, is_fresh=fresh, is_background=background)(lambda: ""))
        for permission in Permission for level in Assurance for fresh in (False, True) for background in (False, True)
    ] + [Rule(who) for who in KINDS - {"caller"}]  # fmt: skip
    written = [str(rule) for rule in rules]
    assert len(set(written)) == len(written)
    assert not any(set(" ,") & set(line) for line in written)
    assert "manage-staff+code+fresh" in written
    assert "see-own-access+one-factor+background" in written


def test_a_method_that_changes_something_is_for_those_who_are_held_to_a_token_a_cookie_or_a_signature(
    standing: Avklart,
) -> None:
    changing = [(route, rule) for route, rule in routes(standing) if set(methods_of(route)) - SAFE]
    assert changing
    for route, rule in changing:
        assert rule.who in UNSAFE_OF or route.endpoint in PUBLIC_POSTS | NAMELESS_POSTS, route.rule
        assert methods_of(route) == ["POST"], f"{route.rule}: a form knows GET and POST, and a view does one of them"
        assert not rule.cached, route.rule


def test_an_address_that_only_takes_a_form_stands_under_the_page_that_has_it(standing: Avklart) -> None:
    """So that what was sent too late is shown again where it was written, and nobody is led to a 405."""
    adapter = standing.flask.url_map.bind("")
    looks = {route.rule for route, _ in routes(standing) if "GET" in methods_of(route)}
    for route, rule in routes(standing):
        if rule.who != "signed" and route.rule not in looks:
            above = re.sub(r"<(?:[^<>]*:)?lang>", "nb", route.rule.rsplit("/", 1)[0])
            assert adapter.test(re.sub(r"<[^<>]+>", "1", re.sub(r"<agreement:[^<>]+>", "1" * 32, above)), "GET"), (
                route.rule
            )


def test_what_is_private_is_never_kept(standing: Avklart) -> None:
    for route, rule in routes(standing):
        if rule.who != "public":
            assert not rule.cached, route.rule
            assert not rule.parameters, route.rule


def test_what_answers_in_parts_is_never_kept(standing: Avklart) -> None:
    for route, rule in routes(standing):
        assert not (rule.fragments and rule.cached), route.rule


def test_what_a_script_asks_for_by_itself_only_reads(standing: Avklart) -> None:
    for route, rule in routes(standing):
        if rule.is_background:
            assert methods_of(route) == ["GET"], route.rule


class Statements(list[tuple[str, str]]):
    """Every statement that requests send to the database, with the route that sent it."""

    endpoint = ""

    def writing(self) -> set[str]:
        """Answer the routes that began to write."""
        return {endpoint for endpoint, statement in self if statement == "BEGIN IMMEDIATE"}


@pytest.fixture
def statements(standing: Avklart) -> Iterator[Statements]:
    """Every statement of this thread; what was counted is written by a thread of its own."""
    found = Statements()
    asking = current_thread()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if current_thread() is asking:
            found.append((found.endpoint, statement))

    event.listen(standing.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(standing.database.engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def everybody(standing: Avklart) -> Everybody:
    """Somebody of every kind, in both municipalities."""
    return Everybody(standing)


def look_anew(site: Avklart) -> None:
    """Let the next request look at the database."""
    site.front._fresh_until = site.bookshelf._fresh_until = 0.0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_no_request_of_nobody_writes_to_the_database(
    standing: Avklart, everybody: Everybody, statements: Statements, method: str
) -> None:
    answered = set()
    for route, _ in routes(standing):
        if "GET" not in methods_of(route):
            continue
        statements.endpoint = route.endpoint
        for query in ("", "q=zzzzzz", "q=alarm", "for=parorende"):
            look_anew(standing)
            answered.add(ask(standing.front, everybody.address(route), query, method=method).status)
    assert answered <= ({200, 302, 303, 400, 403, 404, 410} if method in SAFE else {405})
    assert statements
    assert statements.writing() <= (WRITING_GETS if method in SAFE else set())
    allowed = ("SELECT", "PRAGMA query_only = ON", "PRAGMA busy_timeout", "BEGIN")
    others = [
        statement for endpoint, statement in statements
        if endpoint not in WRITING_GETS and not statement.startswith(allowed)
    ]  # fmt: skip
    assert others == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("kind", Everybody.KINDS)
def test_no_look_of_anybody_writes_but_in_the_login_protocol_and_the_audit_log(
    standing: Avklart, everybody: Everybody, statements: Statements, kind: str, method: str
) -> None:
    """Whoever is not known here is somebody too: what looks up their session must not write either."""
    browser = everybody.browser(kind)
    statements.clear()
    for route, rule in routes(standing):
        if "GET" not in methods_of(route) or not everybody.may(kind, rule):
            continue  # a refusal of somebody known is recorded
        look_anew(standing)
        statements.endpoint = route.endpoint
        browser.raw(everybody.address(route), method)
    assert statements.writing() <= WRITING_GETS | LOOKS
    looks = [statement for endpoint, statement in statements if endpoint in LOOKS and statement.startswith("INSERT")]
    assert all("INSERT INTO audit" in statement for statement in looks)


def test_a_sessions_clock_is_moved_once_and_in_haste(
    standing: Avklart, everybody: Everybody, statements: Statements
) -> None:
    browser = Browser(standing)
    clock: FixedClock = standing.flask.extensions[CLOCK]
    begin_session(browser, everybody.of("fjordvik", "administrator"), at=clock.now() - CLOCK_STEP)
    statements.clear()
    browser.raw("/innlogging/hjem")
    begun = [number for number, (_, statement) in enumerate(statements) if statement == "BEGIN IMMEDIATE"]
    assert len(begun) == 1
    assert statements[begun[0] - 1][1] == "PRAGMA busy_timeout = 0"
    assert statements[begun[0] + 1][1].startswith("UPDATE login_session SET seen_at")
    statements.clear()
    browser.raw("/innlogging/hjem")
    assert statements.writing() == set()


def test_every_example_address_is_answered(standing: Avklart, everybody: Everybody) -> None:
    """An example that leads nowhere would let the tests of all routes pass without looking at anything."""
    missing = [
        route.rule for route, rule in routes(standing)
        if rule.who in {"public", "operator"}
        and "GET" in methods_of(route)
        and ask(standing.front, everybody.address(route)).status not in {200, 302}
    ]  # fmt: skip
    assert missing == ["/metrics", "/tema/<name>.css"]  # the one is not for who asks from outside
