"""The rule of a route is enforced before its view runs: who is let in, who is led where, and what nobody may."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Response, g, request
from sqlalchemy import delete, event, select, update
from werkzeug.exceptions import Unauthorized
from werkzeug.test import TestResponse

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff, invite
from tests.house.everybody import Person, begin_session
from webapp.app import Avklart
from webapp.identity.domain.sessions import CLOCK_STEP, FRESH, Kind
from webapp.identity.models import SessionRow, StaffRow
from webapp.kernel.caller import Caller
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import new_id
from webapp.kernel.permission import Assurance, Permission, Role
from webapp.web.access import Rule, allows, caller, caller_or_none, draft, entrance, operator, public, signed

CONFIRM = "/innlogging/igjen"
Mark = Callable[[Callable[..., Any]], Callable[..., Any]]
OPEN: dict[str, Mark] = {"public": public(cached=False), "operator": operator, "draft": draft, "signed": signed}


@dataclass
class Door:
    """A route with a rule that a test has chosen, and who came through it."""

    avklart: Avklart
    browser: Browser
    came: list[str] = field(default_factory=list)

    def route(self, mark: Mark | None, path: str = "/door") -> None:
        """Add a route; without a mark it has no rule."""

        def view() -> Response:
            who = caller_or_none()
            self.came.append(who.id if who else "nobody")
            return Response(" ".join([self.came[-1], *sorted(who.roles if who else ())]))

        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        marked = mark(view) if mark else view
        self.avklart.flask.add_url_rule(path, f"tests.{path}", marked, methods=methods)

    def staff(self, *roles: Role, assurance: Assurance = Assurance.SUBSTANTIAL, **at: Any) -> str:
        """Come in as staff; answer the token."""
        self.id = add_staff(self.avklart.database, *roles, email=f"{new_id()}@x.example", at=NOON)
        return self.come(Kind.STAFF, self.id, assurance, **at)

    def party(self, assurance: Assurance = Assurance.CODE, **at: Any) -> str:
        """Come in as a party; answer the token."""
        self.id = invite(self.avklart, at=NOON).id
        return self.come(Kind.PARTY, self.id, assurance, **at)

    def resident(self, assurance: Assurance = Assurance.SUBSTANTIAL, **at: Any) -> str:
        """Come in as a resident; answer the token."""
        self.id = new_id()
        return self.come(Kind.RESIDENT, self.id, assurance, **at)

    def come(self, kind: Kind, person: str | None, assurance: Assurance, **at: Any) -> str:
        """Begin a session; answer the token."""
        return begin_session(self.browser, Person("fjordvik", person, kind, assurance), **at)

    def ask(self, method: str = "GET", path: str = "/door", **arguments: Any) -> TestResponse:
        """Ask for the route, from our own page."""
        headers = {"Origin": f"http://{self.browser.host}", **arguments.pop("headers", {})}
        return self.browser.raw(path, method, headers=headers, **arguments)


@pytest.fixture
def door(avklart: Avklart, browser: Browser) -> Door:
    """A door without a rule yet."""
    return Door(avklart, browser)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
def test_a_route_without_a_rule_is_closed_to_everybody(door: Door, method: str) -> None:
    door.route(None)
    assert door.ask(method).status_code == 403
    door.staff(Role.ADMINISTRATOR)
    assert door.ask(method).status_code == 403
    assert door.came == []


def test_what_is_not_there_and_what_does_not_take_a_method_is_told_to_everybody_alike(door: Door) -> None:
    nobody = [door.browser.raw("/nothing-here").status_code, door.browser.raw("/innlogging/hjem", "PUT").status_code]
    door.staff(Role.ADMINISTRATOR)
    somebody = [door.browser.raw("/nothing-here").status_code, door.browser.raw("/innlogging/hjem", "PUT").status_code]
    assert nobody == somebody == [404, 405]


@pytest.fixture
def statements(avklart: Avklart) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(avklart.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(avklart.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("who", OPEN)
def test_an_open_route_knows_nobody_and_looks_at_no_session(
    door: Door, statements: list[str], who: str, method: str
) -> None:
    door.route(OPEN[who])
    door.staff(Role.ADMINISTRATOR)
    statements.clear()
    answer = door.ask(method)
    assert (answer.status_code, door.came) == (200, ["nobody"])
    assert not any("login_session" in statement for statement in statements)
    assert "Set-Cookie" not in answer.headers


def test_an_entrance_lets_everybody_in_and_knows_who_is_in_already(door: Door) -> None:
    door.route(entrance)
    assert door.ask().status_code == door.ask("POST").status_code == 200
    token = door.staff()
    assert door.ask("POST", data={"csrf_token": token}).status_code == 200
    assert door.ask("POST").status_code == 400
    door.come(Kind.WAITING, door.id, Assurance.ONE_FACTOR)
    assert door.ask().status_code == 200
    assert door.came == ["nobody", "nobody", door.id, "nobody"], "who is half-way in is nobody yet"


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_caller_comes_in_with_the_permission_and_is_refused_without_it(
    door: Door, role: Role, permission: Permission
) -> None:
    door.route(allows(permission))
    token = {Role.RESIDENT: door.resident, Role.PARTY: door.party}.get(role, lambda: door.staff(role))()
    expected = {
        Permission.SEE_OWN_ACCESS: True,
        Permission.KEEP_OWN_ACCOUNT: role not in {Role.RESIDENT, Role.PARTY},
        Permission.MANAGE_STAFF: role is Role.ADMINISTRATOR,
        Permission.SEE_DELIVERIES: role is Role.ADMINISTRATOR,
        Permission.SEE_FIGURES: role is Role.ADMINISTRATOR,
        Permission.KEEP_GOALS: role is Role.ADMINISTRATOR,
        Permission.WORK_CASES: role is Role.CASEWORKER,
        Permission.SEE_OWN_REFERRAL: role in {Role.PARTY, Role.RESIDENT},
        Permission.SEE_AGREEMENT: role in {Role.PARTY, Role.CASEWORKER},
        Permission.TAKE_PART: role is Role.PARTY,
        Permission.WORK_AGREEMENTS: role is Role.CASEWORKER,
        Permission.SEE_DRAFTS: role in {Role.EDITOR, Role.REVIEWER},
        Permission.EDIT_CONTENT: role is Role.EDITOR,
        Permission.APPROVE_CONTENT: role is Role.REVIEWER,
        Permission.PUBLISH_CONTENT: role in {Role.EDITOR, Role.REVIEWER},
        Permission.KEEP_SETTINGS: role is Role.ADMINISTRATOR,
    }[permission]
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = door.ask(method, data={"csrf_token": token})
        assert answer.status_code == (200 if expected else 403)
    assert door.came == [door.id] * (5 if expected else 0)


def test_somebody_with_two_roles_comes_in_with_either(door: Door) -> None:
    door.route(allows(Permission.MANAGE_STAFF))
    door.staff(Role.EDITOR, Role.ADMINISTRATOR)
    assert door.ask().text == f"{door.id} administrator editor"


LADDER = [Assurance.ONE_FACTOR, Assurance.CODE, Assurance.SUBSTANTIAL, Assurance.HIGH]


@pytest.mark.parametrize("needed", LADDER)
@pytest.mark.parametrize("shown", [Assurance.NONE, *LADDER])
@pytest.mark.parametrize("kind", ["staff", "party", "resident"])
def test_whoever_has_shown_too_little_is_led_to_where_they_show_more(
    door: Door, kind: str, shown: Assurance, needed: Assurance
) -> None:
    door.route(allows(Permission.SEE_OWN_ACCESS, assurance=needed))
    getattr(door, kind)(assurance=shown)
    answer = door.ask()
    least = needed
    if kind == "staff" and needed is not Assurance.ONE_FACTOR:
        least = max(needed, Assurance.SUBSTANTIAL)  # a password alone is never enough, whatever the route says
    if shown >= least:
        assert (answer.status_code, door.came) == (200, [door.id])
        return
    assert (answer.status_code, door.came) == (303, [])
    if kind == "staff":
        assert answer.headers["Location"] == "/innlogging/faktorer"
    else:
        way = urlsplit(answer.headers["Location"])
        assert way.path == "/id/inn"
        assert parse_qs(way.query) == {"neste": ["/door"], "nivaa": [needed.name.lower()]}


@pytest.mark.parametrize(
    ("ago", "is_fresh"),
    [(timedelta(0), True), (FRESH, True), (FRESH + timedelta(seconds=1), False), (timedelta(minutes=14), False)],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_sensitive_asks_anew_who_it_is_after_a_while(
    door: Door, clock: FixedClock, method: str, ago: timedelta, is_fresh: bool  # noqa: FBT001 -- an example's answer
) -> None:  # fmt: skip
    door.route(allows(Permission.KEEP_OWN_ACCOUNT, is_fresh=True))
    token = door.staff()
    clock.time = NOON + ago
    answer = door.ask(method, data={"csrf_token": token})
    assert door.came == ([door.id] if is_fresh else [])
    if not is_fresh:
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{CONFIRM}?neste=%2Fdoor")


def seen_at(door: Door) -> Any:
    """Answer when the sessions of who came in were last used."""
    with door.avklart.database.reading() as session:
        return session.scalar(select(SessionRow.seen_at).where(SessionRow.person == door.id))


@pytest.mark.parametrize("is_background", [False, True])
def test_a_script_that_asks_by_itself_keeps_nobody_logged_in(
    door: Door, clock: FixedClock, is_background: bool  # noqa: FBT001 -- an example's answer
) -> None:  # fmt: skip
    door.route(allows(Permission.SEE_OWN_ACCESS, is_background=is_background))
    door.staff()
    clock.time = NOON + CLOCK_STEP
    assert door.ask().status_code == 200
    assert seen_at(door) == (NOON if is_background else clock.time)


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/door", "/innlogging?neste=%2Fdoor"), ("/nb/door", "/nb/avtale/kode?neste=%2Fnb%2Fdoor"),
        ("/nn/door", "/nn/avtale/kode?neste=%2Fnn%2Fdoor"), ("/de/door", "/innlogging?neste=%2Fde%2Fdoor"),
        ("/nbx/door", "/innlogging?neste=%2Fnbx%2Fdoor"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
def test_nobody_is_led_to_where_they_come_in_and_back_to_what_they_asked_for(
    door: Door, method: str, path: str, way: str
) -> None:
    door.route(allows(Permission.SEE_OWN_ACCESS), path)
    answer = door.ask(method, f"{path}?secret=kanarifugl")
    assert (answer.status_code, answer.headers["Location"]) == (303, way)
    assert answer.headers["Cache-Control"] == "no-store"
    assert door.came == []


def test_a_script_is_told_where_to_go_and_follows_no_redirect_into_a_part_of_a_page(door: Door) -> None:
    door.route(allows(Permission.SEE_OWN_ACCESS, assurance=Assurance.HIGH))
    for come, start in ((None, "/innlogging?"), (door.party, "/id/inn?"), (door.staff, "/innlogging/faktorer")):
        if come:
            come()
        answer = door.ask(headers={"HX-Request": "true"})
        assert (answer.status_code, answer.data) == (401, b"")
        assert answer.headers["HX-Redirect"].startswith(start)
        assert "Location" not in answer.headers


def test_an_account_that_is_no_longer_there_is_nobody(door: Door) -> None:
    """A cookie must never keep somebody from coming in anew."""
    door.route(allows(Permission.KEEP_OWN_ACCOUNT))
    door.staff()
    with door.avklart.database.writing() as session:
        session.execute(delete(StaffRow).where(StaffRow.id == door.id))
    answer = door.ask()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/innlogging?neste=%2Fdoor")
    assert door.browser.raw("/innlogging").status_code == 200


@pytest.mark.parametrize("kind", [Kind.STAFF, Kind.RESIDENT, Kind.PARTY, Kind.WAITING])
def test_a_session_of_nobody_lets_nobody_in(door: Door, kind: Kind) -> None:
    door.route(allows(Permission.SEE_OWN_ACCESS, assurance=Assurance.ONE_FACTOR))
    door.come(kind, None, Assurance.HIGH)
    assert door.ask().status_code == 303
    assert door.came == []


def test_an_id_of_one_kind_is_nothing_as_another_kind(door: Door) -> None:
    """The id of an account in a party's session, and the other way round, opens nothing."""
    door.route(allows(Permission.SEE_OWN_ACCESS, assurance=Assurance.ONE_FACTOR))
    door.staff(Role.ADMINISTRATOR)
    account = door.id
    door.party()
    for kind, person in ((Kind.PARTY, account), (Kind.STAFF, door.id)):
        door.come(kind, person, Assurance.HIGH)
        assert door.ask().status_code == 303
    assert door.came == []


def test_outside_a_route_for_callers_nobody_is_the_caller(standing: Avklart) -> None:
    with standing.flask.test_request_context("/nb/"):
        assert caller_or_none() is None
        with pytest.raises(Unauthorized):
            caller()
        g.caller = who = Caller("a", "fjordvik", frozenset({Role.EDITOR}), Assurance.HIGH, "s", NOON)
        assert caller() is caller_or_none() is who


def test_who_was_here_is_forgotten_before_the_next_request(door: Door) -> None:
    door.route(entrance)
    door.staff()
    stranger = Browser(door.avklart)
    for _ in range(3):
        assert door.ask().text.startswith(door.id)
        assert stranger.raw("/door").text == "nobody"


def test_what_was_done_is_answered_though_what_was_kept_of_the_form_cannot_be_forgotten_just_now(
    door: Door, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = door.avklart.database.engine.url.database or ""
    locked: list[sqlite3.Connection] = []

    def view() -> Response:
        if request.method == "POST":
            locked.append(sqlite3.connect(path, isolation_level=None))
            locked[0].execute("BEGIN IMMEDIATE")
        return Response("done")

    marked = allows(Permission.KEEP_OWN_ACCOUNT, is_fresh=True)(view)
    door.avklart.flask.add_url_rule("/door", "tests.door", marked, methods=["GET", "POST"])
    token = door.staff()
    clock.time = NOON + timedelta(minutes=11)
    assert door.ask("POST", data={"csrf_token": token, "name": "Kari"}).status_code == 303, "it is kept, and not done"
    with door.avklart.database.writing() as session:
        session.execute(update(SessionRow).values(authenticated_at=clock.time))
    monkeypatch.setattr("webapp.storage.session.BUSY_TIMEOUT_MS", 50)
    answer = door.ask("POST", data={"csrf_token": token, "name": "Kari"})
    locked[0].close()
    assert (answer.status_code, answer.text) == (200, "done")


@pytest.mark.parametrize("who", ["entrance", "caller"])
def test_only_those_who_come_in_have_sessions(who: str) -> None:
    assert Rule(who).knows_sessions
    assert not any(Rule(other).knows_sessions for other in OPEN)
