"""How long an address and how large a body may be; beyond it the answer is 414 or 413, whatever the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app, request
from flask_babel import LazyString
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

from webapp.kernel.language import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_BODY = 256 * 1024
MOST_ADDRESS = 16 * 1024
_TOO_LONG = "avklart.too_long"
_TAKES = "__avklart_takes__"
View = TypeVar("View", bound=Callable[..., Any])
_ROOTS = tuple(f"/{code}/" for code in LANGUAGES)


def shorten(environ: WSGIEnvironment) -> None:
    """Take away an address that is too long before anything of it is read, but for its language (D1)."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if not query.isascii():  # bytes that no browser sends as they are: written out, so that none stops the reader
        environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe="=&+%;/?:@!$'()*,~-._")
    if len(path) + len(query) > MOST_ADDRESS:
        environ["PATH_INFO"] = path[:4] if path.startswith(_ROOTS) else "/"
        environ["QUERY_STRING"] = ""
        environ[_TOO_LONG] = True


def takes(most: int, advice: LazyString) -> Callable[[View], View]:
    """Let a route take a larger body than others (U1), and say what to do about one that is larger still."""

    def mark(view: View) -> View:
        setattr(view, _TAKES, (most, advice))
        return view

    return mark


def advice_when_too_large() -> str:
    """Answer what the route that was asked for says of a body that is too large; empty where it says nothing."""
    return str(_taken()[1])


def _taken() -> tuple[int, LazyString | str]:
    view = current_app.view_functions.get(request.endpoint or "")
    found: tuple[int, LazyString | str] = getattr(view, _TAKES, (MOST_BODY, ""))
    return found


def install(app: Flask) -> None:
    """Refuse what is too large."""
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, MAX_FORM_MEMORY_SIZE=MOST_BODY, MAX_FORM_PARTS=500)

    @app.before_request
    def refuse_too_much() -> None:
        if _TOO_LONG in request.environ:
            raise RequestURITooLarge
        most = _taken()[0]
        request.max_content_length = request.max_form_memory_size = most
        if (request.content_length or 0) > most:
            raise RequestEntityTooLarge
