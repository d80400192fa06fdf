"""Every fault as a page in the reader's language with a way on, and the right status."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask_babel import gettext
from limits.errors import StorageError
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound
from werkzeug.routing import RequestRedirect

from webapp.kernel.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StartError,
    TooManyError,
)
from webapp.web import forms
from webapp.web.access import rule_of
from webapp.web.i18n import lazy_gettext, write_minutes
from webapp.web.limits import advice_when_too_large
from webapp.web.measuring import meter_of
from webapp.web.origin import says_same_origin
from webapp.web.tenancy import tenant

_log = logging.getLogger("avklart.error")

TITLES = {
    400: lazy_gettext("We did not understand that"),
    403: lazy_gettext("You do not have access to this page"),
    404: lazy_gettext("We cannot find that page"),
    405: lazy_gettext("That cannot be done here"),
    409: lazy_gettext("Somebody else changed this in the meantime"),
    410: lazy_gettext("This page is no longer here"),
    413: lazy_gettext("That was too much to send"),
    414: lazy_gettext("The address is too long"),
    421: lazy_gettext("This address belongs to no municipality here"),
    422: lazy_gettext("Something must be corrected"),
    429: lazy_gettext("A little too fast"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("The page is not available just now"),
}
ADVICE = {
    400: lazy_gettext("Go back, and try once more."),
    403: lazy_gettext("Perhaps you must log in, or the page is for others."),
    404: lazy_gettext("The address may be misspelt, or the page may have moved. Search for it, or call us."),
    405: lazy_gettext("Go back to the page you came from, and use the buttons there."),
    409: lazy_gettext("Go back, load the page again, and see what it says now."),
    410: lazy_gettext("What it said may be out of date. Search for what is true now, or call us."),
    413: lazy_gettext("Nothing was stored. Write it shorter, or call us and tell us."),
    414: lazy_gettext("Start from the front page, or search with fewer words."),
    421: lazy_gettext("Check the address that you were given."),
    422: lazy_gettext("Go back and look at what you wrote."),
    429: lazy_gettext("Wait a minute, and try again. If it is urgent, call us."),
    500: lazy_gettext("It is not your fault. Try again in a moment. If it goes on, call us."),
    503: lazy_gettext("We are working on it. Try again in a minute, or call us."),
}
KEPT = lazy_gettext(
    "Nothing was stored, and nothing you wrote is lost: it lies in this page. Wait a minute, and press the button. "
    "If it is urgent, call us."
)
_STATUSES = {InvalidError: 400, DataError: 400, NotAllowedError: 403, ConflictError: 409, GoneError: 410}
"""A DataError is what PostgreSQL answers to a sign that no text of it can hold, such as NUL."""
_LAST_RESORT = (
    "<!doctype html><html lang='nb'><meta charset='utf-8'><title>Noe gikk galt hos oss</title>"
    "<h1>Noe gikk galt hos oss</h1><p>Prøv igjen om litt. Er det fare for liv, ring 113.</p>"
)


BUSY = 503
_NOT_FOUND = 404
_TOO_MUCH = 413
_SIGNS_AFTER = "/.,;:!?)"
"""What may follow an address in a sentence and is no part of it."""
_WAIT_SECONDS = 5


def busy(response: Response) -> Response:
    """Let an answer say when to try again: what is asked for could not be stored just now (F04)."""
    response.headers["Retry-After"] = str(_WAIT_SECONDS)
    return response


def error_page(status: int, advice: str = "", again: Sequence[tuple[str, str]] = ()) -> Response:
    """Answer the page of an error, with its own advice where there is some; where even that fails, a last plain one.

    What was posted and can be sent once more stands on the page, with a button that does it: nothing typed is lost.
    """
    known = status if status in TITLES else (400 if status < 500 else 500)
    template = "errors/error.html" if tenant() else "errors/no_municipality.html"
    try:
        advice = advice or str(ADVICE[known])
        body = render_template(template, status=status, title=TITLES[known], advice=advice, again=again)
    except Exception:  # noqa: BLE001 -- whatever it was, the reader gets a page
        _log.exception("error page failed")
        body = _LAST_RESORT
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _posted_again() -> list[tuple[str, str]]:
    """Answer what was posted from a page of ours and can be sent once more as it was."""
    return forms.posted_to_send_again() if says_same_origin() else []


def _stay_on_this_host(response: Response) -> Response:
    """Lead from a misspelt address (`/nb/abc`, `//nb/`) to the right one without naming the host or the scheme."""
    if not isinstance(request.routing_exception, RequestRedirect) or response.status_code != 308:
        return response
    better = urlsplit(request.routing_exception.new_url)
    return make_response(redirect(better._replace(scheme="", netloc="").geturl(), 308))


def _as_it_was_meant() -> Response | None:
    """Lead to the public page that an address means which was typed off a paper: with capitals, or a sign too many."""
    plain = request.path.lower().rstrip(_SIGNS_AFTER)
    for better in (plain, f"{plain}/"):
        if better != request.path and _is_open_page(better):
            query = quote(request.query_string, safe="=&%+")
            return make_response(redirect(quote(better) + (f"?{query}" if query else ""), 308))
    return None


def _is_open_page(path: str) -> bool:
    try:
        endpoint, told = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return False
    rule = rule_of(current_app.view_functions.get(endpoint))
    is_way_in = rule is not None and rule.who in {"public", "entrance"} and set(told) <= {"lang"}
    return rule is not None and (rule.cached or is_way_in)


def install(app: Flask) -> None:
    """Answer every exception with its page."""
    app.after_request(_stay_on_this_host)

    @app.errorhandler(HTTPException)
    def answer(error: HTTPException) -> Response:
        is_lost = error.code == _NOT_FOUND and request.method in {"GET", "HEAD"}
        if is_lost and (better := _as_it_was_meant()) is not None:
            return better
        if error.response is not None or error.code is None or error.code < 400:
            return make_response(error.get_response())  # an answer that somebody made on purpose
        response = error_page(error.code, advice_when_too_large() if error.code == _TOO_MUCH else "")
        for name, value in error.get_headers(request.environ):
            if name.lower() in {"allow", "retry-after"}:
                response.headers[name] = value
        return response

    @app.errorhandler(NotFoundError)
    def not_found(_error: NotFoundError) -> Response:
        return answer(NotFound())

    for kind, status in _STATUSES.items():
        app.register_error_handler(kind, lambda _error, status=status: error_page(status))

    @app.errorhandler(TooManyError)
    def too_many(error: TooManyError) -> Response:
        advice = gettext(
            "You can try again in %(time)s. Nothing is lost. If it is urgent, call us.",
            time=write_minutes(error.seconds),
        )
        response = error_page(429, advice, _posted_again())
        response.headers["Retry-After"] = str(error.seconds)
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    @app.errorhandler(InternalError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(StorageError)
    def unavailable(error: Exception) -> Response:
        _log.error("storage unavailable", exc_info=error)
        meter_of(app).count_busy()
        again = _posted_again()
        return busy(error_page(BUSY, str(KEPT) if again else "", again))

    @app.errorhandler(StartError)
    def not_set_up(error: StartError) -> Response:
        _log.error("something is not set up", extra={"facts": {"do": str(error)}})
        return busy(error_page(BUSY))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _log.error("request failed", exc_info=error)
        return answer(InternalServerError())
