"""How long an address and how large a body may be; beyond it the answer is 414 or 413, whatever the address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge

from webapp.kernel.language import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_BODY = 256 * 1024
MOST_ADDRESS = 16 * 1024
_TOO_LONG = "avklart.too_long"
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


def install(app: Flask) -> None:
    """Refuse what is too large."""
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY, MAX_FORM_MEMORY_SIZE=MOST_BODY, MAX_FORM_PARTS=500)

    @app.before_request
    def refuse_too_much() -> None:
        if _TOO_LONG in request.environ:
            raise RequestURITooLarge
        if (request.content_length or 0) > MOST_BODY:
            raise RequestEntityTooLarge
