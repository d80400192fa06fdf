"""Who may use a route: every route names exactly one rule, and the registry of rules is what tests read (Z1).

The rules are enforced here, before a view runs; what knows sessions and people is asked through a port.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden, Unauthorized

from webapp.kernel.caller import Caller
from webapp.kernel.permission import Assurance, Permission
from webapp.web.origin import require_same_origin

View = TypeVar("View", bound=Callable[..., Any])

EXTENSION = "avklart.doorkeeper"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_RULES = "__avklart_rule__"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a route may be used: by whom, whether it may be cached, by which parameters it differs.

    `who` is `public`, `operator`, `entrance` (on the way in), `draft` (who fills something in, not logged in), `signed`
    (another system's signature is the proof), or `caller`, who has `permission` at `assurance` or better.
    """

    who: str
    cached: bool = False
    parameters: frozenset[str] = frozenset()
    fragments: bool = False
    permission: Permission | None = None
    assurance: Assurance = Assurance.NONE
    is_fresh: bool = False
    """Whether the caller must have shown who they are a short time ago (re-authentication)."""
    is_background: bool = False
    """Whether a script asks by itself: it does not keep a session alive (S2)."""
    asks_who: bool = False
    """Whether a route that is open to all looks at the session, where there is one; then its forms carry the token."""

    @property
    def knows_sessions(self) -> bool:
        """Tell whether the route looks at the session cookie at all."""
        return self.asks_who or self.who in {"entrance", "caller"}

    def __str__(self) -> str:
        """Write the rule as it stands in the checked-in list of routes."""
        said = self.permission.value.replace(" ", "-") if self.permission else self.who
        level = [self.assurance.name.lower().replace("_", "-")] if self.assurance else []
        asks = ["session"] if self.asks_who else []
        marks = [*level, *asks, *(["fresh"] if self.is_fresh else []), *(["background"] if self.is_background else [])]
        return "+".join([said, *marks])


class Doorkeeper(Protocol):
    """What knows who asks, and what to answer to who may not come in."""

    def recognise(self, rule: Rule) -> Caller | None:
        """Find the session of the request by its cookie, check its forms' token, and answer whose it is."""
        ...

    def turn_away(self, rule: Rule, caller: Caller | None) -> Response | None:
        """Answer where to go instead, or None for a caller who may come in."""
        ...


def _mark(view: View, rule: Rule) -> View:
    setattr(view, _RULES, rule)
    return view


def public(*, cached: bool = True, parameters: tuple[str, ...] = (), fragments: bool = False) -> Callable[[View], View]:
    """Open a route to everyone, without a cookie.

    `cached`: the page is the same for all readers of a content version and is kept. `parameters`: the query
    parameters by which the kept page may differ. `fragments`: the route answers htmx with a part of its page.
    """
    return lambda view: _mark(view, Rule("public", cached, frozenset(parameters), fragments))


def operator(view: View) -> View:
    """Keep a route for the operator's own tools; it answers on any host and says nothing of content."""
    return _mark(view, Rule("operator"))


def entrance(view: View) -> View:
    """Open a route to those on the way in; its page is private, and a session it has needs its forms' token."""
    return _mark(view, Rule("entrance"))


def draft(view: View) -> View:
    """Open a route to those who fill something in without a login; their working copy opens by a cookie of its own."""
    return _mark(view, Rule("draft"))


def draft_of_somebody(view: View) -> View:
    """Open a route as `draft` does, and know who has come in, where somebody has: what they send is theirs."""
    return _mark(view, Rule("draft", asks_who=True))


def signed(view: View) -> View:
    """Open a route to another system, whose signature on what it sends is the proof; no cookie is looked at."""
    return _mark(view, Rule("signed"))


def allows(
    permission: Permission,
    *,
    assurance: Assurance = Assurance.CODE,
    is_fresh: bool = False,
    is_background: bool = False,
    fragments: bool = False,
) -> Callable[[View], View]:
    """Keep a route for callers with a permission, who have shown well enough who they are."""
    rule = Rule(
        "caller", permission=permission, assurance=assurance, is_fresh=is_fresh, is_background=is_background,
        fragments=fragments,
    )  # fmt: skip
    return lambda view: _mark(view, rule)


def rule_of(view: Callable[..., Any] | None) -> Rule | None:
    """Answer the rule of a view function, or None where it has none."""
    return getattr(view, _RULES, None)


def rule_of_request() -> Rule | None:
    """Answer the rule of the route that was asked for, or None where there is no such route."""
    return rule_of(current_app.view_functions.get(request.endpoint or ""))


def caller() -> Caller:
    """Answer who makes the request, on a route that is for callers."""
    found = caller_or_none()
    if found is None:
        raise Unauthorized
    return found


def caller_or_none() -> Caller | None:
    """Answer who makes the request, or None where nobody has come in."""
    return cast("Caller | None", g.get("caller"))


def install(app: Flask) -> None:
    """Enforce the rule of every route before its view runs; a route without a rule is closed to all."""

    @app.before_request
    def enforce() -> Response | None:
        if request.endpoint is None:
            return None  # no such address: 404, or 405
        rule = rule_of_request()
        if rule is None:
            raise Forbidden
        if request.method not in SAFE_METHODS and rule.who != "signed":
            require_same_origin()
        if not rule.knows_sessions:
            return None
        doorkeeper = cast("Doorkeeper", current_app.extensions[EXTENSION])
        g.caller = doorkeeper.recognise(rule)
        if rule.who in {"entrance", "draft"}:
            return None
        return doorkeeper.turn_away(rule, g.caller)
