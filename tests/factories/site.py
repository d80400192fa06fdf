"""A site as tests change and ask it: publications from another session, and requests byte for byte."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import monotonic
from typing import Any

import brotli
from werkzeug.datastructures import Headers

from webapp.app import Avklart
from webapp.content.actions import publish
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.storage.session import Database
from webapp.web.front import Front

HOST = "127.0.0.1:8000"
FJORDVIK = "fjordvik.localhost"
DALSBYGD = "dalsbygd.localhost"
LATER = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
"""When somebody publishes: half an hour after the import."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, byte for byte."""

    line: str
    headers: Headers
    body: bytes

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.line.split(" ")[0])

    @property
    def plain(self) -> bytes:
        """The body, unpacked where it came packed."""
        unpack = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
        return bytes(unpack[self.headers.get("Content-Encoding", "")](self.body))

    @property
    def text(self) -> str:
        """The body as text."""
        return self.plain.decode("utf-8")

    @property
    def head_size(self) -> int:
        """The bytes of the status line and the headers as they go over the line."""
        lines = [f"HTTP/1.1 {self.line}", *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return len("\r\n".join(lines).encode("latin-1"))


def environ_of(
    path: str, query: str = "", *, method: str = "GET", host: str = HOST, body: bytes = b"",
    headers: Mapping[str, str] | None = None, address: str = "203.0.113.7",
) -> dict[str, Any]:  # fmt: skip
    """Answer a WSGI environment; path and query may be any Latin-1 text, as servers hand bytes on."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    for name, value in (headers or {}).items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def send(front: Front, environ: dict[str, Any]) -> Answer:
    """Send one request to the application that servers call."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(line: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        started.append((line, headers))
        return lambda _: None

    found: Iterable[bytes] = front(environ, start)
    try:
        body = b"".join(found)
    finally:
        if hasattr(found, "close"):
            found.close()
    assert len(started) == 1, "the answer was begun more or less than once"
    line, headers = started[0]
    return Answer(line, Headers(list(headers)), body)


def ask(front: Front, path: str, query: str = "", **arguments: Any) -> Answer:
    """Ask the application that servers call for an address."""
    return send(front, environ_of(path, query, **arguments))


def look_now(site: Avklart) -> None:
    """Let the next request look for a publication, however short ago the last look was."""
    site.front._fresh_until = 0.0
    site.bookshelf._fresh_until = 0.0


def until(condition: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    """Ask again and again until a condition holds; answer whether it did in time."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        if condition():
            return True
    return condition()


def publish_change(database: Database, reading: Reading, key: PageKey, **changes: Any) -> None:
    """Publish a page part of the real content with some fields changed, as an editor elsewhere does."""
    publish_all(database, [(key, {**reading.parts[key].fields, **changes})])


def publish_all(database: Database, parts: Iterable[tuple[PageKey, Mapping[str, Any]]]) -> None:
    """Publish several page parts at once, in a session of another process's kind."""
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        with elsewhere.writing() as session:
            for key, fields in parts:
                publish(session, key, fields, at=LATER)
    finally:
        elsewhere.close()
