"""Who asks: the session of the request by its cookie, its forms' token, and where to go for who may not come in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, request
from flask import session as token_store
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, Forbidden

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.identity import queries
from webapp.identity.actions import sessions
from webapp.identity.actions.staff import ACTIVE
from webapp.identity.domain.people import roles_of
from webapp.identity.domain.sessions import Kind, is_clock_due, is_fresh, is_over, is_soon_over
from webapp.identity.models import SessionRow
from webapp.kernel.caller import Caller
from webapp.kernel.errors import GoneError, NotFoundError
from webapp.kernel.ids import digest
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Assurance, Role
from webapp.settings import Settings
from webapp.web import access, forms
from webapp.web.access import SAFE_METHODS, Rule, rule_of_request
from webapp.web.origin import says_same_origin
from webapp.web.pages import page
from webapp.web.tenancy import settings, tenant
from webapp.web.transactions import database, now

_QUICK_WAY_OUT = "identity.leave_quickly"
_WAYS_OUT = frozenset({"identity.go_out", _QUICK_WAY_OUT})
_ROLES = {Kind.RESIDENT: frozenset({Role.RESIDENT}), Kind.PARTY: frozenset({Role.PARTY})}
MOST_PARKED = 64 * 1024
PRESSED = "handling"
"""The button that was pressed: it fills nothing in, and is to be pressed again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A living session as a request sees it."""

    id: str
    municipality: str
    kind: Kind
    person: str | None
    resident: str | None
    assurance: Assurance
    created_at: datetime
    seen_at: datetime
    authenticated_at: datetime
    data: dict[str, Any]


class _TokenStore(dict[str, Any], SessionMixin):
    """What Flask-WTF keeps its token in: filled from the session of the request, and never sent to the browser."""


class _Sessions(SessionInterface):
    """Flask's own cookie is not used: it stays valid after it was logged out (security.md, finding 4)."""

    def open_session(self, _app: Flask, _request: Any) -> _TokenStore:
        """Answer an empty store; the doorkeeper fills it where the route knows sessions."""
        return _TokenStore()

    def save_session(self, _app: Flask, _session: SessionMixin, _response: Response) -> None:
        """Save nothing: what a session remembers is changed by actions, which an ended session refuses."""


def cookie_name(of: Settings) -> str:
    """Answer the name of the session cookie; over https its prefix binds it to this host (S4)."""
    return "__Host-avklart" if of.is_https else "avklart"


def visit() -> Visit | None:
    """Answer the session of the request, on the way in or come in; None where there is none."""
    return cast("Visit | None", g.get("visit"))


def at_step(step: str) -> Visit | None:
    """Answer the session of somebody who is at a step of the way in; None where the way begins anew."""
    found = visit()
    return found if found and found.kind is Kind.WAITING and found.data.get("step") == step else None


def give_cookie(secret: str) -> None:
    """Give the browser the cookie of a session that begins with this answer."""
    g.cookie = secret


def take_cookie() -> None:
    """Take the cookie from the browser: a cookie that changes also drops pages that the browser kept (finding 10)."""
    g.cookie = ""
    g.caller, g.has_session = None, False


class Door:
    """Finds sessions, and knows where each who may not come in can go."""

    def recognise(self, rule: Rule) -> Caller | None:
        """Find the session of the cookie, check the token of what is posted, and answer whose it is."""
        municipality = tenant()
        secret = request.cookies.get(cookie_name(settings()), "")
        if municipality is None or not secret:
            return None
        with database().reading() as session:
            row = queries.session_by_secret(session, digest(secret[:100]))
            if row is None or row.municipality != municipality.code or row.ended_at is not None:
                return None
            found = _visit(row)
            why = is_over(found.kind, found.created_at, found.seen_at, now())
            caller = None if why else _caller(session, found)
        if why:  # found to be over: no clock that is set back revives it
            _in_passing(lambda session: sessions.end(session, found.municipality, found.id, why, at=now()))
        if why or (caller is None and found.kind is not Kind.WAITING):
            return None
        g.visit, g.has_session = found, True
        token_store["csrf_token"] = found.data["csrf"]
        if request.method not in SAFE_METHODS:
            _require_token(found, rule)
        if not rule.is_background and is_clock_due(found.seen_at, now()):
            # who is soon logged out has no other time: their clock is moved though the database is busy
            is_last_chance = is_soon_over(found.kind, found.created_at, found.seen_at, now())
            _in_passing(lambda session: sessions.move_clock(session, found.id, at=now()), is_hasty=not is_last_chance)
        _show_parked(found)
        return caller

    def turn_away(self, rule: Rule, caller: Caller | None) -> Response | None:
        """Answer where to go instead, or None for who may come in; refusals of known people are recorded."""
        if caller is None:
            return _to(sign_in_address(), _parked_for_later())
        if rule.permission is None or not caller.may(rule.permission):
            _record_refusal(caller, rule)
            raise Forbidden
        if caller.assurance < _least(caller, rule):
            return _to(_step_up_address(caller, rule), None)
        if rule.is_fresh and not is_fresh(caller.authenticated_at, now()):
            if request.method not in SAFE_METHODS:
                park_here(posted=forms.posted_without_secrets())
            return _to(f"/innlogging/igjen?{urlencode({'neste': page_of_form()})}", None)
        return None


def _least(caller: Caller, rule: Rule) -> Assurance:
    """Answer how sure we must be of who this is: of staff by two factors, but on the way to the second one."""
    is_on_the_way = rule.assurance is Assurance.ONE_FACTOR
    return max(rule.assurance, Assurance.SUBSTANTIAL) if caller.is_staff and not is_on_the_way else rule.assurance


def _visit(row: SessionRow) -> Visit:
    return Visit(
        id=row.id,
        municipality=row.municipality,
        kind=Kind(row.kind),
        person=row.person,
        resident=row.resident,
        assurance=Assurance(row.assurance),
        created_at=row.created_at,
        seen_at=row.seen_at,
        authenticated_at=row.authenticated_at,
        data=json.loads(row.data),
    )


def _caller(session: Session, found: Visit) -> Caller | None:
    """Answer who a session belongs to as things stand now: what was taken away since the last request is gone (S3)."""
    if found.kind is Kind.WAITING or found.person is None:
        return None
    roles, name, language = _ROLES.get(found.kind, frozenset()), "", str(found.data.get("language", ""))
    if found.kind is Kind.STAFF:
        try:
            row = queries.staff(session, found.municipality, found.person)
        except NotFoundError:
            return None
        roles, name, language = roles_of(row.roles), row.name, row.language
        if row.state != ACTIVE or not roles:
            return None
    elif found.kind is Kind.PARTY:
        invited = queries.invitation(session, found.municipality, found.person)
        if invited is None or invited.revoked_at is not None:
            return None
    return Caller(
        id=found.person, municipality=found.municipality, roles=roles, assurance=found.assurance, session_id=found.id,
        authenticated_at=found.authenticated_at, language=language, name=name,
    )  # fmt: skip


def _in_passing(change: Callable[[Session], object], *, is_hasty: bool = True) -> None:
    """Change a session in a short transaction of its own; where the database is busy, another time (C2)."""
    with suppress(OperationalError), database().writing(is_hasty=is_hasty) as session:
        change(session)


def _require_token(found: Visit, rule: Rule) -> None:
    """Refuse a form without the session's token; one that the same person opened in an earlier session is kept."""
    try:
        forms.csrf.protect()
    except CSRFError as error:
        if _is_of_an_older_secret(found):
            return  # the secret was changed while the form lay open (F23)
        if request.endpoint == _QUICK_WAY_OUT:
            return  # whoever leaves in a hurry is let go, from a page of ours that was older than the session
        is_older = rule.who == "draft" and not request.form.get("csrf_token") and says_same_origin()
        if is_older:  # the page was opened before anybody had come in: shown anew, filled in and unsent
            park_here(posted=forms.posted_without_secrets())
            g.is_stale = True
            return
        opener = _opener()
        if opener is not None and found.kind is Kind.WAITING and rule.who == "caller":
            return  # nobody is in yet: they are turned away, and it is kept for the one who wrote it
        if found.person is None or opener != found.person:
            raise BadRequest from error
        if request.endpoint in _WAYS_OUT:
            return  # it was their own page, and whoever wants to leave is let go
        park_here(posted=forms.posted_without_secrets())
        g.is_stale = True


def _is_of_an_older_secret(found: Visit) -> bool:
    """Tell whether a form carries this very session's token, signed by a secret that is being put aside."""
    older: list[bytes] = current_app.config["SECRET_KEY_FALLBACKS"]
    opened = _session_of_form(older) if older else None
    return opened is not None and opened[0] == found.id and says_same_origin()


def _opener() -> str | None:
    """Answer whose session a posted form was opened in, by the token in it; None where that cannot be told."""
    opened = _session_of_form([current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]])
    return opened[1] if opened else None


def _session_of_form(secrets: Sequence[bytes]) -> tuple[str, str | None] | None:
    """Answer the session that a posted form was opened in, and whose it is, by a token that one of these signed."""
    municipality, given = tenant(), request.form.get("csrf_token", "") or request.headers.get("X-CSRFToken", "")
    for secret in secrets:
        try:
            value = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(given)
        except BadSignature:
            continue
        if municipality is None or not isinstance(value, str):
            return None
        with database().reading() as session:
            row = queries.session_by_csrf(session, municipality.code, digest(value))
            return (row.id, row.person) if row else None
    return None


def _parked_for_later() -> dict[str, Any] | None:
    """Answer what was posted by somebody whose session has ended, for when they have come in again."""
    if request.method in SAFE_METHODS:
        return None
    person, fields = _opener(), forms.posted_without_secrets()
    if person is None or sum(len(name) + len(value) for name, value in fields) > MOST_PARKED:
        return None
    return {"path": page_of_form(), "fields": fields, "person": person, "is_late": True}


def _to(address: str, parked: dict[str, Any] | None) -> Response:
    """Lead to another page; what was posted goes along in a session on the way in, encrypted."""
    found, municipality = visit(), tenant()
    g.is_unsent = True
    if parked is not None and municipality is not None:
        with database().writing() as session:
            if found is not None:
                sessions.remember(session, found.municipality, found.id, {"parked": parked})
            else:
                beginning = sessions.Beginning(municipality.code, Kind.WAITING)
                _, secret = sessions.begin(session, beginning, {"step": "parked", "parked": parked}, at=now())
                give_cookie(secret)
    rule = rule_of_request()
    if rule and rule.is_background:  # what is being written on the page stays there
        return page("identity/logged_out.html", fragment="warning")
    if "HX-Request" in request.headers:
        response = make_response("", 401)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 303))


def park_here(*, posted: list[tuple[str, str]]) -> None:
    """Keep what was posted in the session that the person has now: the page shows it again, unsent."""
    found = visit()
    g.is_unsent = True
    if found is None or sum(len(name) + len(value) for name, value in posted) > MOST_PARKED:
        return
    parked = {"path": page_of_form(), "fields": posted, "person": found.person}
    with database().writing() as session:
        sessions.remember(session, found.municipality, found.id, {"parked": parked})


def _show_parked(found: Visit) -> None:
    parked = found.data.get("parked")
    if parked and parked["path"] == request.path and parked["person"] == found.person:
        typed = [(name, value) for name, value in parked["fields"] if name != PRESSED]
        if typed:
            forms.park(typed, is_late=bool(parked.get("is_late")))


def page_of_form() -> str:
    """Answer the page that what was sent stands on: its own address, or the one above where that only takes forms."""
    adapter, path = current_app.create_url_adapter(request), request.path
    return path if adapter is None or adapter.test(path, "GET") else path.rsplit("/", 1)[0]


def own_path(address: str) -> str:
    """Answer an address as a path of this site, or an empty text: nobody is led elsewhere after coming in."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if is_own and address.isascii() and address.isprintable() and "\\" not in address else ""


def sign_in_address() -> str:
    """Answer where somebody comes in who asked for this page: by a reference, a party's code, or a password."""
    wanted = _page_asked_from()
    lang, _sep, rest = wanted[1:].partition("/")
    if lang in LANGUAGES and rest.startswith("henvendelse/"):
        return f"/{lang}/henvendelse/status"
    way = f"/{lang}/avtale/kode" if lang in LANGUAGES else "/innlogging"
    return f"{way}?{urlencode({'neste': wanted})}"


def _page_asked_from() -> str:
    """Answer the page of the request: where a script asks for a part, the page that it asks from."""
    _, _, address = request.headers.get("HX-Current-URL", "").partition("//")
    _, _, path = address.partition("?")[0].partition("/")
    is_part = path and "HX-Request" in request.headers
    return (is_part and own_path(f"/{path}")) or page_of_form()


def _step_up_address(caller: Caller, rule: Rule) -> str:
    if caller.is_staff:
        return "/innlogging/faktorer"
    return f"/id/inn?{urlencode({'neste': request.path, 'nivaa': rule.assurance.name.lower()})}"


def _record_refusal(caller: Caller, rule: Rule) -> None:
    with database().writing() as session:
        record(
            session, municipality=caller.municipality, action=Action.DENIED, actor=caller.id, object_kind="route",
            object_id=(request.endpoint or "")[:60], why=str(rule.permission or "")[:40], at=now(),
        )  # fmt: skip


def install(app: Flask, of: Settings) -> None:
    """Set the doorkeeper at the door, and let answers carry the cookie."""
    app.session_interface = _Sessions()
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False)
    forms.csrf.init_app(app)
    app.extensions[access.EXTENSION] = Door()

    @app.before_request
    def show_again() -> Response | None:
        """Show a form anew that was posted with the token of an earlier session of the same person."""
        if not g.get("is_stale"):
            return None
        page_itself = request.full_path.rstrip("?")
        return make_response(redirect(page_itself if request.path == page_of_form() else page_of_form(), 303))

    @app.after_request
    def carry(response: Response) -> Response:
        _forget_sent(response)
        cookie = g.get("cookie")
        if cookie is not None:
            response.set_cookie(
                cookie_name(of), cookie, max_age=None if cookie else 0, path="/", secure=of.is_https, httponly=True,
                samesite="Lax",
            )  # fmt: skip
        return response


def _forget_sent(response: Response) -> None:
    """Forget what was kept for a form once it has been sent."""
    found = visit()
    if found is None or request.method in SAFE_METHODS or response.status_code >= 400 or g.get("is_unsent"):
        return
    parked = found.data.get("parked")
    if not parked or parked["path"] != page_of_form() or response.location == page_of_form():
        return
    with suppress(GoneError, OperationalError), database().writing() as session:
        # what was asked for is done, also where the session ended with this very answer or the database is busy now
        sessions.remember(session, found.municipality, found.id, {"parked": None})
