"""What stands before Flask: pages that were rendered once, built assets, and the limits of an address.

A public page is the same for every reader, so it is rendered once per (municipality, path, allowed query,
content version, local day) and then answered from memory, compressed, with a strong ETag (urls.md, Caching).
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import brotli
from flask import Response, request
from werkzeug.http import parse_etags

from webapp.kernel.errors import AvklartError
from webapp.kernel.moments import Moment
from webapp.settings import Settings
from webapp.web.access import rule_of
from webapp.web.assets import PREFIX, load
from webapp.web.headers import safe_headers
from webapp.web.limits import MOST_ADDRESS, shorten
from webapp.web.measuring import Meter
from webapp.web.tenancy import Directory, day, host_name, tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

CACHE_MARK = "X-Avklart-Keep"
"""Names the parameters and the version under which Flask's answer may be kept; never leaves the house."""

MOST_KEPT_BYTES = 24 * 1024 * 1024
FRESH_SECONDS = 0.25
NOBODY = "bot"
"""As whom a request comes that is not counted as somebody's reading."""

_NOBODIES = (NOBODY, "crawl", "spider", "slurp")
_PEOPLE: dict[str, bool] = {}
"""Whether a browser, as it names itself, reads for a person: looked at once, and found again by its name."""
_MOST_AGENTS = 1000
_MOST_SHORTCUTS = 4096
_LONGEST_SHORTCUT = 1024
_PACK_FROM = 256
_NOT_AT_ALL = re.compile(r"\s*q\s*=\s*0(?:\.0*)?\s*")
"""The weight by which a client says that it does not take something."""

Headers = list[tuple[str, str]]
Shortcut = tuple[str, str, str, str]
"""Host, path, query and accepted encodings as a client wrote them."""


class Kept:
    """One answer in one encoding, ready to be sent, and its short form for who has it already."""

    __slots__ = ("body", "etag", "headers", "kind", "not_modified", "seen", "size")

    def __init__(self, body: bytes, headers: Headers, etag: str, not_modified: Headers, kind: str = "kept") -> None:
        self.kind = kind
        self.body = [body]
        self.headers = headers
        self.etag = etag
        self.not_modified = not_modified
        self.size = len(body)
        self.seen: Seen | None = None


class Seen:
    """How often a page of a municipality was given out since it was last asked for, in any language and encoding."""

    __slots__ = ("municipality", "number", "word")

    def __init__(self, municipality: str, word: str) -> None:
        self.municipality = municipality
        self.word = word
        self.number = 0


def accepted_encoding(accept: str) -> str:
    """Answer the best encoding that a client takes: br, gzip or none (empty)."""
    taken = {}
    for part in accept.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = _NOT_AT_ALL.fullmatch(weight) is None
    return next((name for name in ("br", "gzip") if taken.get(name)), "")


def pack(body: bytes, encoding: str) -> bytes:
    """Compress a body; the work is done once per page and version."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=7, lgwin=17))  # a small window: pages are small, memory is dear
    return gzip.compress(body, 9, mtime=0) if encoding == "gzip" else body


class Front:
    """The WSGI application that servers call; what it does not answer itself goes to Flask."""

    def __init__(self, inner: WSGIApplication, directory: Directory, settings: Settings, meter: Meter) -> None:
        self._inner = inner
        self._meter = meter
        self._directory = directory
        self._always = list(safe_headers(settings).items())
        self._static = self._pack_static()
        self._lock = Lock()
        self._kept: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()
        self._kept_bytes = 0
        self._allowed: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        self._shortcuts: dict[Shortcut, Kept] = {}
        self._seen: dict[tuple[str, str], Seen] = {}
        self._fresh_until = 0.0
        self._state: dict[str, tuple[int, int]] = {}
        self.hits = 0
        self.misses = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; HEAD is a GET whose body stays here."""
        method = environ["REQUEST_METHOD"]
        if method == "HEAD":
            answer = self({**environ, "REQUEST_METHOD": "GET", "HTTP_USER_AGENT": NOBODY}, start_response)
            if hasattr(answer, "close"):
                answer.close()
            return ()
        if method == "GET" and "HTTP_HX_REQUEST" not in environ:
            if monotonic() >= self._fresh_until:
                self._freshen()
            shortcut = (
                environ.get("HTTP_HOST", ""),
                environ["PATH_INFO"],
                environ.get("QUERY_STRING", ""),
                environ.get("HTTP_ACCEPT_ENCODING", ""),
            )
            kept = self._shortcuts.get(shortcut)
            if kept is not None:
                return self._send(kept, environ, start_response)
            return self._get(environ, start_response, shortcut)
        return self._checked(environ, start_response)

    def _checked(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        shorten(environ)
        return self._inner(environ, start_response)

    def _get(self, environ: WSGIEnvironment, start_response: StartResponse, shortcut: Shortcut) -> Iterable[bytes]:
        shortcuts = self._shortcuts  # taken before the state: a page of an older state goes to a dropped dictionary
        path = environ["PATH_INFO"]
        encoding = accepted_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if path.startswith(PREFIX):
            forms = self._static.get(path)
            if forms is not None:
                self._shorten(shortcuts, shortcut, forms.get(encoding) or forms[""])
                return self._send(forms.get(encoding) or forms[""], environ, start_response)
            return self._checked(environ, start_response)
        code = self._directory.code_of(host_name(environ.get("HTTP_HOST", "")))
        state = self._state.get(code) if code else None
        query = environ.get("QUERY_STRING", "")
        if state is not None and len(path) + len(query) <= MOST_ADDRESS:
            kept = self._find((code, *state, path, query, encoding))
            if kept is not None:
                self._shorten(shortcuts, shortcut, kept)
                return self._send(kept, environ, start_response)
        self.misses += 1
        return self._render(environ, start_response, encoding)

    def _shorten(self, shortcuts: dict[Shortcut, Kept], shortcut: Shortcut, kept: Kept) -> None:
        if len(shortcuts) >= _MOST_SHORTCUTS:
            self._shortcuts = {}
        elif sum(map(len, shortcut)) <= _LONGEST_SHORTCUT:
            shortcuts[shortcut] = kept

    def _send(self, kept: Kept, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.hits += 1
        if kept.seen is not None:
            _count(kept.seen, environ)
        return _answer(kept, environ, start_response, self._meter)

    def take_seen(self) -> list[tuple[str, str, str, int]]:
        """Answer what was given out since this was last asked, as (municipality, moment, page, how often)."""
        taken = []
        for seen in list(self._seen.values()):
            number = seen.number
            seen.number -= number
            if number:
                taken.append((seen.municipality, Moment.PAGE.value, seen.word, number))
        return taken

    def _freshen(self) -> None:
        """Look for a publication; where the database does not answer, what is known goes on being served."""
        if not self._lock.acquire(blocking=not self._state):
            return
        try:
            self._directory.freshen()
            state = {code: self._directory.key_of(code) for code in self._directory.codes()}
            if state != self._state:
                self._state = state
                self._shortcuts = {}
        except AvklartError:
            pass  # nothing known yet: Flask answers 503 and says so
        finally:
            self._fresh_until = monotonic() + FRESH_SECONDS
            self._lock.release()

    def _render(self, environ: WSGIEnvironment, start_response: StartResponse, encoding: str) -> Iterable[bytes]:
        caught: list[Any] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
            caught[:] = [status, headers, exc_info]
            return lambda _data: None

        answer = self._checked(environ, start)
        status, headers, exc_info = caught
        mark = next((value for name, value in headers if name == CACHE_MARK), None)
        headers = [(name, value) for name, value in headers if name != CACHE_MARK]
        if mark is None or not status.startswith("200"):
            start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
            return answer
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        kept = self._prepare(body, headers, encoding)
        code, version, day, word, *allowed = mark.split(" ")
        if word:
            kept.seen = self._seen.setdefault((code, word), Seen(code, word.replace("/", " ", 1)))
            _count(kept.seen, environ)
        key = (code, int(version), int(day), environ["PATH_INFO"], environ.get("QUERY_STRING", ""), encoding)
        if _is_canonical(environ.get("QUERY_STRING", ""), frozenset(allowed)):
            self._keep(key, kept)
        return _answer(kept, environ, start_response)

    def _prepare(self, body: bytes, headers: Headers, encoding: str) -> Kept:
        packed = pack(body, encoding) if len(body) >= _PACK_FROM else body
        used = encoding if packed is not body else ""
        etag = f'"{sha256(packed).hexdigest()[:20]}"'
        own = {"content-length", "etag", "vary", "content-encoding", "x-request-id"}
        vary = _vary(headers)
        sent = [(name, value) for name, value in headers if name.lower() not in own]
        sent += [("ETag", etag), ("Vary", vary), ("Content-Length", str(len(packed)))]
        if used:
            sent.append(("Content-Encoding", used))
        control = next((value for name, value in headers if name.lower() == "cache-control"), "public, no-cache")
        return Kept(packed, sent, etag, [("ETag", etag), ("Cache-Control", control), ("Vary", vary)])

    def _find(self, key: tuple[Any, ...]) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _keep(self, key: tuple[Any, ...], kept: Kept) -> None:
        with self._lock:
            old = self._kept.pop(key, None)
            self._kept_bytes += kept.size - (old.size if old else 0)
            self._kept[key] = kept
            while self._kept_bytes > MOST_KEPT_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._kept_bytes -= dropped.size
                self._shortcuts = {}  # they would hold on to what was dropped

    def _pack_static(self) -> dict[str, dict[str, Kept]]:
        packed = {}
        for path, asset in load().items():
            forms = {}
            for encoding, body in asset.bodies.items():
                etag = f'"{sha256(body).hexdigest()[:20]}"'
                headers = [
                    ("Content-Type", asset.media_type),
                    ("Cache-Control", "public, max-age=31536000, immutable"),
                    ("ETag", etag),
                    ("Vary", "Accept-Encoding"),
                    ("Content-Length", str(len(body))),
                    *self._always,
                ]
                if encoding:
                    headers.append(("Content-Encoding", encoding))
                forms[encoding] = Kept(
                    body, headers, etag, [("ETag", etag), ("Cache-Control", headers[1][1])], "static"
                )
            packed[path] = forms
        return packed


def _vary(headers: Headers) -> str:
    named = [value for name, value in headers if name.lower() == "vary"]
    return ", ".join(dict.fromkeys([*named, "Accept-Encoding"]))


def _answer(
    kept: Kept, environ: WSGIEnvironment, start_response: StartResponse, meter: Meter | None = None
) -> Iterable[bytes]:
    """Send what is kept; the meter counts it where Flask, which counts for itself, was not asked."""
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    is_known = wanted is not None and _matches(wanted, kept.etag)
    if meter is not None:
        meter.count(kept.kind, 304 if is_known else 200)
    if is_known:
        start_response("304 Not Modified", kept.not_modified)
        return ()
    start_response("200 OK", kept.headers)
    return kept.body


def _count(seen: Seen, environ: WSGIEnvironment) -> None:
    """Count that a page was given out, but not to what says itself that it reads for no person."""
    agent = environ.get("HTTP_USER_AGENT", "")
    is_person = _PEOPLE.get(agent)
    if is_person is None:
        is_person = _PEOPLE[agent] = not any(word in agent.lower() for word in _NOBODIES)
        if len(_PEOPLE) > _MOST_AGENTS:
            _PEOPLE.clear()
    if is_person:
        seen.number += 1


def _matches(wanted: str, etag: str) -> bool:
    return wanted == etag or parse_etags(wanted).contains_weak(etag.strip('"'))


def _is_canonical(query: str, allowed: frozenset[str]) -> bool:
    """Tell whether a query has only allowed parameters, each once, written the one way we write them."""
    if not query:
        return True
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    return set(names) <= allowed and len(set(names)) == len(names) and urlencode(pairs) == query


def _name(response: Response) -> str:
    """Answer what a page is counted as: its endpoint, and what it is about; empty for what is no page."""
    if response.mimetype != "text/html":
        return ""
    about = (request.view_args or {}).get("slug", "")
    return f"{request.endpoint}/{about}" if about else str(request.endpoint)


def install(app: Flask) -> None:
    """Mark what may be kept, with the version of the content that the page was made from."""

    @app.after_request
    def keep(response: Response) -> Response:
        rule = rule_of(app.view_functions.get(request.endpoint or ""))
        found = tenant()
        is_plain = request.method == "GET" and "HX-Request" not in request.headers
        if rule and rule.cached and found and response.status_code == 200 and is_plain:
            mark = [found.code, str(found.version), str(day().toordinal()), _name(response), *sorted(rule.parameters)]
            response.headers[CACHE_MARK] = " ".join(mark)
        return response
