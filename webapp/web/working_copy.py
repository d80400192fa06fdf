"""The working copy of the request: what somebody is filling in, opened by the secret in their own cookie (SJ-5)."""

from __future__ import annotations

import hmac
from typing import Any, cast

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from webapp.kernel.ids import new_secret
from webapp.settings import Settings
from webapp.storage import working_copies
from webapp.storage.working_copies import IDLE, MOST_BYTES
from webapp.web.access import SAFE_METHODS, rule_of_request
from webapp.web.origin import says_same_origin
from webapp.web.tenancy import settings, tenant
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now


def cookie_name(of: Settings) -> str:
    """Answer the name of the cookie that opens the working copy; it goes when the browser is closed."""
    return "__Host-avklart-kladd" if of.is_https else "avklart-kladd"


def _secret() -> str:
    return cast("str", g.get("draft_secret", ""))


def token() -> str:
    """Answer the token of the working copy's forms; empty before there is one."""
    return hmac.digest(_secret().encode(), b"form", "sha256").hex() if _secret() else ""


def part(name: str) -> dict[str, Any]:
    """Answer what the working copy holds under a name; empty where it holds nothing."""
    return dict(g.get("draft", {}).get(name, {}))


def parts() -> dict[str, dict[str, Any]]:
    """Answer everything that the working copy holds, by name."""
    return dict(g.get("draft", {}))


def keep(name: str, content: dict[str, Any], limit: Limit | None = None) -> None:
    """Keep something under a name, in place of what was there; an empty content is forgotten.

    Where it is counted how often a network does that, it is counted with it.
    """
    with database().writing() as session:
        if limit is not None:
            throttle().hit_within(session, limit, network())
        keep_in(session, name, content)


def keep_in(session: Session, name: str, content: dict[str, Any], *, but: str = "") -> None:
    """Keep something in the transaction of something else, and forget what is kept under another name."""
    draft = {**parts(), but: {}, name: content}
    draft = {key: value for key, value in draft.items() if value}
    if len(str(draft)) > MOST_BYTES:
        raise BadRequest
    secret, municipality = _secret() or new_secret(), tenant()
    assert municipality is not None
    working_copies.save(session, municipality.code, secret, draft, expires_at=now() + IDLE)
    g.draft, g.draft_secret = draft, secret
    g.draft_cookie = secret if draft else ""


def _is_our_form() -> bool:
    """Tell whether a form carries the copy's token, or is older than the copy and the browser says that it is ours."""
    given = request.form.get("draft_token", "")
    return hmac.compare_digest(given, token()) if given else says_same_origin()


def install(app: Flask, of: Settings) -> None:
    """Open the working copy on the routes that know of it, check its forms' token, and let answers carry its cookie."""

    @app.before_request
    def open_it() -> None:
        rule, municipality = rule_of_request(), tenant()
        if rule is None or rule.who != "draft" or municipality is None:
            return
        secret = request.cookies.get(cookie_name(settings()), "")[:100]
        if not secret:
            return
        with database().reading() as session:
            g.draft = working_copies.load(session, municipality.code, secret, at=now())
        g.draft_secret = secret
        if request.method not in SAFE_METHODS and g.draft and not _is_our_form():
            raise BadRequest

    @app.after_request
    def carry(response: Response) -> Response:
        cookie = g.get("draft_cookie")
        if cookie is not None:
            response.set_cookie(
                cookie_name(of), cookie, max_age=None if cookie else 0, path="/", secure=of.is_https, httponly=True,
                samesite="Lax",
            )  # fmt: skip
        return response


def forget_quietly() -> None:
    """Forget the working copy where somebody leaves in a hurry; where the database is busy, its time will pass."""
    municipality = tenant()
    if municipality is None or not _secret():
        return
    g.draft_cookie = ""
    try:
        with database().writing() as session:
            working_copies.forget(session, municipality.code, _secret())
    except OperationalError:
        pass
