"""What changes something comes from our own pages: by every header that a browser names the page in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Response
from werkzeug.exceptions import Forbidden

from tests.factories.people import Browser
from tests.factories.site import ask
from webapp.app import Avklart
from webapp.web.access import draft, entrance, operator, public, signed
from webapp.web.origin import own_origin, require_same_origin

OWN, SECURE = "http://127.0.0.1:8000", "https://fjordvik.example"
GOOD: dict[str, dict[str, str]] = {
    "no browser": {},
    "same-origin": {"Sec-Fetch-Site": "same-origin"},
    "own origin": {"Origin": "{own}"},
    "own page": {"Referer": "{own}/nb/avtale/kode?neste=/x"},
    "own origin alone as page": {"Referer": "{own}"},
    "capitals": {"Origin": "{OWN}", "Referer": "{OWN}/"},
    "all three": {"Sec-Fetch-Site": "same-origin", "Origin": "{own}", "Referer": "{own}/"},
}
BAD: dict[str, dict[str, str]] = {
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "none": {"Sec-Fetch-Site": "none"},
    "nothing in the header": {"Sec-Fetch-Site": ""},
    "two words": {"Sec-Fetch-Site": "same-origin, cross-site"},
    "cross-site with our origin": {"Sec-Fetch-Site": "cross-site", "Origin": "{own}", "Referer": "{own}/"},
    "same-origin with another origin": {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    "null": {"Origin": "null"},
    "null with our page": {"Origin": "null", "Referer": "{own}/"},
    "empty": {"Origin": ""},
    "another site": {"Origin": "https://evil.example"},
    "another port": {"Origin": "{own}1"},
    "another scheme": {"Origin": "ftp{rest}"},
    "longer host": {"Origin": "{own}.evil.example"},
    "our name before @": {"Origin": "{own}@evil.example"},
    "with a path": {"Origin": "{own}/"},
    "two origins": {"Origin": "{own} https://evil.example"},
    "page of another site": {"Referer": "https://evil.example/{own}/"},
    "page with our name before @": {"Referer": "{own}@evil.example/"},
    "page of a longer host": {"Referer": "{own}.evil.example/"},
    "page of another port": {"Referer": "{own}1/"},
    "page without scheme": {"Referer": "{rest}/"},
    "no page": {"Referer": ""},
    "a page that is none": {"Referer": "about:blank"},
    "a page that cannot be read": {"Referer": "http://[::1/"},
    "another page that cannot be read": {"Referer": "http://\N{FULLWIDTH SOLIDUS}evil]/"},
}


def filled(headers: dict[str, str], own: str) -> dict[str, str]:
    """Put our own origin into the headers of a case; headers travel as Latin-1."""
    values = {"own": own, "OWN": own.upper(), "rest": own.partition(":")[2]}
    return {
        name: value.format(**values).encode().decode("latin-1") for name, value in headers.items()
    }  # fmt: skip


@contextmanager
def request_of(site: Avklart, own: str, headers: dict[str, str]) -> Iterator[None]:
    """Be in a request that a proxy hands on over http, as in every installation."""
    host = own.partition("://")[2]
    with site.flask.test_request_context("/", method="POST", base_url=f"http://{host}", headers=filled(headers, own)):
        yield


@pytest.fixture(params=[OWN, SECURE], ids=["demonstration", "production"])
def site(request: pytest.FixtureRequest) -> tuple[Avklart, str]:
    """The application and its origin, in the demonstration and behind a proxy that speaks https."""
    name = "standing" if request.param == OWN else "in_production"
    return request.getfixturevalue(name), request.param


@pytest.mark.parametrize("case", GOOD)
def test_what_comes_from_our_own_pages_is_taken(site: tuple[Avklart, str], case: str) -> None:
    with request_of(*site, GOOD[case]):
        assert own_origin() == site[1]
        require_same_origin()


@pytest.mark.parametrize("case", BAD)
def test_what_comes_from_elsewhere_is_refused(site: tuple[Avklart, str], case: str) -> None:
    with request_of(*site, BAD[case]), pytest.raises(Forbidden):
        require_same_origin()


def test_a_page_over_http_is_not_ours_where_the_site_is_over_https(in_production: Avklart) -> None:
    for headers in ({"Origin": "http://fjordvik.example"}, {"Referer": "http://fjordvik.example/"}):
        with request_of(in_production, SECURE, headers), pytest.raises(Forbidden):
            require_same_origin()


def test_the_other_municipality_of_the_same_installation_is_another_site(standing: Avklart) -> None:
    for headers in ({"Origin": "http://dalsbygd.localhost:8000"}, {"Referer": "http://dalsbygd.localhost:8000/nb/"}):
        with request_of(standing, "http://fjordvik.localhost:8000", headers), pytest.raises(Forbidden):
            require_same_origin()


WITH_SESSION = {"public": public(cached=False), "operator": operator, "entrance": entrance, "draft": draft}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("who", WITH_SESSION)
def test_every_method_that_changes_something_is_held_to_it_and_no_other_is(
    avklart: Avklart, who: str, method: str
) -> None:
    reached: list[str] = []

    def view() -> Response:
        reached.append(who)
        return Response("reached")

    marked: Callable[[], Response] = WITH_SESSION[who](view)
    avklart.flask.add_url_rule("/changes", "changes", marked, methods=[method, "GET"])
    browser = Browser(avklart)
    for case in BAD.values():
        headers = filled(case, OWN)
        assert browser.raw("/changes", method, headers=headers).status_code == 403
        assert not reached
        assert browser.raw("/changes", headers=headers).status_code == 200
        reached.clear()
    for case in GOOD.values():
        assert browser.raw("/changes", method, headers=filled(case, OWN)).status_code == 200
    assert len(reached) == len(GOOD)


def test_another_system_has_no_pages_and_is_known_by_its_signature(avklart: Avklart) -> None:
    avklart.flask.add_url_rule("/changes", "changes", signed(lambda: Response("reached")), methods=["POST"])
    for case in BAD.values():
        assert Browser(avklart).raw("/changes", "POST", headers=filled(case, OWN)).status_code == 200


def test_a_refused_form_gets_a_page_of_ours_with_a_way_on(standing: Avklart) -> None:
    answer = ask(standing.front, "/innlogging", method="POST", headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert "/nb/" in answer.text
    assert "evil.example" not in answer.text
