from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Response, g

from tests.factories.site import Answer, ask
from webapp.app import Avklart, create_app
from webapp.settings import Settings
from webapp.web.access import draft, entrance, operator, public, signed
from webapp.web.assets import asset
from webapp.web.front import Front

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
MEASURED = {"Content-Length": "*"}
NUMBERED = {"X-Request-Id": "*"}
KEPT = {"Cache-Control": "public, no-cache", "ETag": "*", "Vary": "Accept-Encoding", **MEASURED, **SAFE}
FRESH = {"Cache-Control": "public, no-cache", **MEASURED, **NUMBERED, **SAFE}
REFUSED = {"Cache-Control": "no-store", **HTML, **MEASURED, **NUMBERED, **SAFE}
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
LEAVING = {"Clear-Site-Data": '"cache"', "Set-Cookie": "*"}
METHODS = {"Allow": "GET, HEAD, OPTIONS"}

ANSWERS: dict[str, tuple[int, dict[str, Any], dict[str, str]]] = {
    "a page": (200, {"path": "/nb/abc/fall"}, {**HTML, **KEPT}),
    "a page with a parameter we do not know": (200, {"path": "/nb/abc/fall", "query": "x=1"}, {**HTML, **KEPT}),
    "the way to the front page": (302, {"path": "/"}, {**HTML, **FRESH, "Location": "/nb/", "Vary": "Accept-Language"}),
    "a misspelt address": (308, {"path": "/nb/abc"}, {**REFUSED, "Location": "/nb/abc/"}),
    "search": (200, {"path": "/nb/sok", "query": "q=zzzz"}, {**HTML, **FRESH, "Vary": "HX-Request"}),
    "tasks": (200, {"path": "/nb/hvem-gjor-hva"}, {**HTML, **FRESH, "Vary": "HX-Request"}),
    "a fragment": (
        200,
        {"path": "/nb/hvem-gjor-hva", "headers": {"HX-Request": "true"}},
        {**HTML, **FRESH, "Vary": "HX-Request"},
    ),
    "open data": (200, {"path": "/api/tjenester.json"}, {"Content-Type": "application/json", **KEPT, **OPEN}),
    "the map of the site": (200, {"path": "/sitemap.xml"}, {"Content-Type": "application/xml; charset=utf-8", **KEPT}),
    "what robots may read": (200, {"path": "/robots.txt"}, {**TEXT, **KEPT}),
    "whom to tell": (200, {"path": "/.well-known/security.txt"}, {**TEXT, **KEPT}),
    "life": (200, {"path": "/healthz"}, {**TEXT, **MEASURED, **NUMBERED, **SAFE, "Cache-Control": "no-store"}),
    "readiness": (200, {"path": "/readyz"}, {**TEXT, **MEASURED, **NUMBERED, **SAFE, "Cache-Control": "no-store"}),
    "a stylesheet": (
        200,
        {"path": "ASSET"},
        {"Content-Type": "text/css; charset=utf-8", **KEPT, **FOR_EVER},
    ),
    "what is allowed": (200, {"path": "/nb/", "method": "OPTIONS"}, {**HTML, **FRESH, **METHODS}),
    "a page that is not there": (404, {"path": "/nb/abc/nothing-here"}, REFUSED),
    "an asset that is not there": (404, {"path": "/static/app.css"}, REFUSED),
    "an address that is not there": (404, {"path": "/.env"}, REFUSED),
    "a method we do not take": (405, {"path": "/nb/", "method": "DELETE"}, {**REFUSED, **METHODS}),
    "a form nobody asked for": (405, {"path": "/nb/sok", "method": "POST", "body": b"q=a"}, {**REFUSED, **METHODS}),
    "too large a body": (413, {"path": "/nb/", "method": "POST", "body": b"x" * (256 * 1024 + 1)}, REFUSED),
    "too long an address": (414, {"path": "/nb/" + "a" * 16384}, REFUSED),
    "a fault of ours": (500, {"path": "/raise"}, REFUSED),
    "the way in": (200, {"path": "/innlogging"}, REFUSED),
    "a page for those who are in": (303, {"path": "/innlogging/hjem"}, {**REFUSED, "Location": "*"}),
    "a form from elsewhere": (403, {"path": "/innlogging", "method": "POST", "headers": {"Origin": "null"}}, REFUSED),
    "a form that was not filled in": (422, {"path": "/innlogging", "method": "POST"}, REFUSED),
    "the way out": (303, {"path": "/logg-ut", "method": "POST"}, {**REFUSED, **LEAVING, "Location": "/logg-ut"}),
    "the clock of somebody who is out": (200, {"path": "/innlogging/tid"}, {**REFUSED, "Vary": "HX-Request"}),
    "a link that leads nowhere": (410, {"path": "/nb/avtale/i/x"}, REFUSED),
    "a script of nobody": (
        401,
        {"path": "/innlogging/hjem", "headers": {"HX-Request": "true"}},
        {**REFUSED, "HX-Redirect": "/innlogging?neste=%2Finnlogging%2Fhjem"},
    ),
}  # fmt: skip


def _raise() -> str:
    raise RuntimeError("on purpose")


def check(answer: Answer, expected: dict[str, str]) -> None:
    """Compare all headers with those expected; a star stands for anything that is not empty."""
    found = dict(answer.headers)
    assert len(found) == len(answer.headers), "a header stands twice"
    assert set(found) == set(expected)
    if "Allow" in found:
        found["Allow"] = ", ".join(sorted(found["Allow"].split(", ")))
    assert {name: "*" if expected[name] == "*" and value else value for name, value in found.items()} == expected
    if "Content-Length" in found:
        assert found["Content-Length"] == str(len(answer.body))
    assert re.fullmatch(r"[0-9a-f]{16}", found.get("X-Request-Id", "0" * 16))


def send(front: Front, arguments: dict[str, Any]) -> Answer:
    """Ask for the address of a case."""
    path = asset("app.css") if arguments["path"] == "ASSET" else arguments["path"]
    return ask(front, path, **{name: value for name, value in arguments.items() if name != "path"})


@pytest.mark.parametrize("case", ANSWERS)
def test_every_kind_of_answer_carries_exactly_its_headers(avklart: Avklart, case: str) -> None:
    avklart.flask.add_url_rule("/raise", "raise", public(cached=False)(_raise))
    status, arguments, expected = ANSWERS[case]
    for _ in range(2):
        answer = send(avklart.front, arguments)
        assert answer.status == status
        check(answer, expected)


@pytest.mark.parametrize("case", ANSWERS)
def test_in_production_every_kind_of_answer_asks_for_https_for_two_years(in_production: Avklart, case: str) -> None:
    in_production.flask.add_url_rule("/raise", "raise", public(cached=False)(_raise))
    status, arguments, expected = ANSWERS[case]
    answer = send(in_production.front, {**arguments, "host": "fjordvik.example"})
    assert answer.status == status
    check(answer, {**expected, "Strict-Transport-Security": "max-age=63072000"})


def test_an_unknown_host_gets_the_same_headers(in_production: Avklart) -> None:
    answer = ask(in_production.front, "/nb/", host="elsewhere.example")
    assert answer.status == 421
    check(answer, {**REFUSED, "Strict-Transport-Security": "max-age=63072000"})


def test_a_site_without_content_gives_the_same_headers(site_settings: Settings) -> None:
    avklart = create_app(site_settings)
    avklart.database.close()
    (site_settings.data / "avklart.db").unlink()
    answer = ask(avklart.front, "/nb/")
    assert answer.status == 503
    check(answer, {**REFUSED, "Retry-After": "5"})
    ready = ask(avklart.front, "/readyz")
    assert ready.status == 503
    check(ready, {**TEXT, **MEASURED, **NUMBERED, **SAFE, "Cache-Control": "no-store"})
    avklart.database.close()


def test_a_municipalitys_colours_are_immutable(front: Front) -> None:
    page = ask(front, "/nn/", host="dalsbygd.localhost").text
    address = re.findall(r"/tema/\w+\.css", page)[0]
    check(
        ask(front, address, host="dalsbygd.localhost"),
        {"Content-Type": "text/css; charset=utf-8", **FOR_EVER, **MEASURED, **NUMBERED, **SAFE},
    )


@pytest.mark.parametrize("host", ["evil.example", "evil.example:9999", "", "a b", "[::1]:8000", "fjordvik.localhost."])
@pytest.mark.parametrize("path", ["/nb/abc", "/nb", "//nb/", "///evil.example/nb/abc", "/nb//abc//", "//evil.example"])
def test_no_redirect_leads_to_another_host(front: Front, host: str, path: str) -> None:
    answer = ask(front, path, host=host)
    assert "evil.example" not in answer.headers.get("Location", "").split("/")[:3]
    if answer.status == 308:
        assert re.match(r"/(?!/)", answer.headers["Location"])
        assert "//" not in answer.text.partition("<a ")[2]
    else:
        assert answer.status in {200, 404}


def test_a_redirect_keeps_what_was_asked_for(front: Front) -> None:
    assert ask(front, "/nb/abc", "for=parorende").headers["Location"] == "/nb/abc/?for=parorende"


PROVIDER = "https://login.example"


def test_only_the_page_with_a_way_to_a_provider_lets_its_forms_lead_there(avklart: Avklart) -> None:
    def view() -> str:
        g.form_targets = (PROVIDER, "https://other.example")
        return ""

    avklart.flask.add_url_rule("/way", "way", entrance(view))
    for _ in range(2):
        policy = ask(avklart.front, "/way").headers["Content-Security-Policy"]
        assert policy == POLICY.replace("form-action 'self'", f"form-action 'self' {PROVIDER} https://other.example")
        assert ask(avklart.front, "/innlogging").headers["Content-Security-Policy"] == POLICY


def test_only_the_page_that_a_provider_asks_for_may_stand_in_its_frame(avklart: Avklart) -> None:
    def view() -> str:
        g.frame_ancestors = (PROVIDER,)
        return ""

    avklart.flask.add_url_rule("/framed", "framed", signed(view))
    for _ in range(2):
        policy = ask(avklart.front, "/framed").headers["Content-Security-Policy"]
        assert policy == POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {PROVIDER}")
        assert ask(avklart.front, "/innlogging").headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("mark", [operator, entrance, draft, signed], ids=lambda mark: mark.__name__)
@pytest.mark.parametrize("status", [200, 303, 404])
def test_what_is_not_marked_public_is_stored_nowhere(avklart: Avklart, mark: Any, status: int) -> None:
    avklart.flask.add_url_rule("/private", "private", mark(lambda: Response("x", status)))
    assert ask(avklart.front, "/private").headers["Cache-Control"] == "no-store"
