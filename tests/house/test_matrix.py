"""Every role on every route in both municipalities: who is let in is what the table of permissions says, and no other.

The expectation is made of the table and of the route's rule alone (`everybody.py`); what is refused leaves nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import CONTENT, NOON
from tests.factories.people import HOSTS, QUICK, Browser, invite
from tests.house.everybody import MADE_UP, OTHER, Everybody, begin_session
from tests.house.test_routes import methods_of, routes
from webapp.app import Avklart, create_app
from webapp.audit.models import EventRow
from webapp.identity.actions import factors
from webapp.identity.models import FactorRow, SessionRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.ids import new_secret
from webapp.settings import load
from webapp.web.access import Rule

AUDIT = ("audit_event", "audit_head")
REFUSES_ANYBODY = {"identity.from_provider", "identity.back_channel_logout", "operations.metrics"}
"""Entrances that nobody passes without what another system signed, and what is not for who asks from outside."""
FORMS: dict[str, dict[str, str]] = {
    "identity.change_staff": {"handling": "avslutt-alle"},
    "identity.second_factors_post": {"handling": "koder"},
    "identity.end_own_session": {"handling": "alle"},
    "identity.invite_post": {},
    "administration.notice_post": {"email": "x"},
    "administration.receiver_post": {"handling": "adresse"},
    "administration.rooms_post": {"handling": "vis"},
}
"""What a form says so that the view does what it is for and harms no other test; most need nothing for a 422."""
IN_A_HURRY = "identity.leave_quickly"
"""Whoever must leave at once is let go from any page of ours, however old."""
BY_REFERENCE = "/nb/henvendelse/status"
"""Where somebody comes in who has sent something, and is no party and no staff."""
NOT_FOR_THE_RESIDENT = {
    "agreements.load", "agreements.save_load", "agreements.paper", "agreements.kitchen", "agreements.reminder",
    "agreements.own_calendar",
}  # fmt: skip
"""How a caregiver is doing is asked of caregivers; and nothing is signed yet that could be given as a paper."""
WAYS_IN = ("/innlogging?neste=", "/nb/avtale/kode?neste=", BY_REFERENCE)
LEADS_ELSEWHERE = {"identity.add_passkey": "/innlogging/faktorer"}
"""A host that is a number has no passkeys."""


@dataclass
class Site:
    """The application with somebody of every kind, and addresses to ask from: no limit is met by chance."""

    avklart: Avklart
    everybody: Everybody
    addresses: Iterator[int]

    def page_of(self, route: Any, address: str) -> str:
        """Answer the page on which a form of a route stands: its own, or the one above."""
        has_page = any(other.rule == route.rule and "GET" in methods_of(other) for other, _ in routes(self.avklart))
        return address if has_page else address.rsplit("/", 1)[0]

    def browser(self, municipality: str) -> Browser:
        """Answer a browser in a network of its own."""
        number = next(self.addresses)
        return Browser(self.avklart, municipality, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, real_database: Any) -> Iterator[Site]:
    """One application for the whole matrix."""
    folder = tmp_path_factory.mktemp("matrix")
    shutil.copy(real_database, folder / "avklart.db")
    settings = load({"AVKLART_DATA": str(folder), "AVKLART_CONTENT": str(CONTENT)})
    found = create_app(settings, clock=FixedClock(NOON), hasher=QUICK)
    yield Site(found, Everybody(found), count(1))
    found.database.close()


def own_origin(browser: Browser) -> dict[str, str]:
    """Answer the header by which a browser says that it sends from our page."""
    return {"Origin": f"{browser.scheme}://{browser.host}"}


def send(
    site: Site, browser: Browser, kind: str, route: Any, method: str, *, begins_anew: bool = True
) -> TestResponse:  # fmt: skip
    """Ask for a route as somebody of a kind would, with the token of their session."""
    token = site.everybody.come_in(browser, kind) if begins_anew else ""
    address = site.everybody.address(route, browser.municipality, is_used=method != "GET")
    if method == "GET":
        return browser.raw(address)
    data = {**FORMS.get(route.endpoint, {}), **({"csrf_token": token} if token else {})}
    return browser.raw(address, method, data=data, headers=own_origin(browser))


def check(route: Any, rule: Rule, answer: TestResponse, address: str, expected: str) -> None:
    """Compare an answer with what the table says."""
    said = f"{answer.request.method} {route.rule}: {answer.status} {answer.headers.get('Location', '')}"
    location = answer.headers.get("Location", "")
    if expected == "in" and rule.who == "caller":
        is_of_agreement = "<agreement:" in route.rule  # it may stand where this cannot be done
        other = [409] if is_of_agreement else []
        other += [404] if route.endpoint in NOT_FOR_THE_RESIDENT else []
        assert answer.status_code in {200, 303, 422, *other}, said
        is_sent_away = location.startswith(("/innlogging?", "/innlogging/igjen", "/innlogging/faktorer", "/id/inn"))
        assert not is_sent_away or location == LEADS_ELSEWHERE.get(route.endpoint), said
    elif expected == "in":
        assert answer.status_code not in {401, 500, 503}, said
        assert answer.status_code != 403 or route.endpoint in REFUSES_ANYBODY, said
        assert "neste=" not in location, said
    elif expected == "403":
        assert answer.status_code == 403, said
        assert "Set-Cookie" not in answer.headers, said
    elif rule.is_background and expected == "sign in":
        assert answer.status_code == 200, said  # what is being written on the page stays there
    elif expected == "404":
        assert answer.status_code == 404, said
    elif expected == "sign in":
        assert answer.status_code == 303, said
        way = "/nb/avtale/kode" if "/avtale/" in address else "/innlogging"
        back = f"{way}?{urlencode({'neste': address})}"  # and back to where the form stands
        assert location == (BY_REFERENCE if "/henvendelse/" in address else back), said
    else:
        assert expected == "second factor", said
        assert (answer.status_code, location) == (303, "/innlogging/faktorer"), said
    if rule.who != "public":
        assert answer.headers["Cache-Control"] == "no-store", said


@pytest.mark.parametrize("municipality", HOSTS)
@pytest.mark.parametrize("kind", Everybody.KINDS)
def test_a_look_is_let_in_as_the_table_says(site: Site, kind: str, municipality: str) -> None:
    browser = site.browser(municipality)
    for route, rule in routes(site.avklart):
        if "GET" in methods_of(route):
            site.everybody.come_in(browser, kind)
            answer = send(site, browser, kind, route, "GET", begins_anew=False)
            address = site.everybody.address(route, municipality)
            check(route, rule, answer, address, site.everybody.expected(kind, rule))


@pytest.mark.parametrize("municipality", HOSTS)
@pytest.mark.parametrize("kind", Everybody.KINDS)
def test_what_changes_something_is_let_in_as_the_table_says_and_otherwise_changes_nothing(
    site: Site, kind: str, municipality: str
) -> None:
    for route, rule in routes(site.avklart):
        for method in set(methods_of(route)) - {"GET"}:
            browser = site.browser(municipality)
            token = site.everybody.come_in(browser, kind)
            address = site.everybody.address(route, municipality, is_used=True)
            expected = site.everybody.expected(kind, rule)
            before = site.everybody.stored(*AUDIT) if expected != "in" else {}
            data = {**FORMS.get(route.endpoint, {}), **({"csrf_token": token} if token else {})}
            answer = browser.raw(address, method, data=data, headers=own_origin(browser))
            check(route, rule, answer, site.page_of(route, address), expected)
            if expected != "in":
                require_unchanged(before, site.everybody.stored(*AUDIT), route.rule, may_wait=expected == "sign in")


def require_unchanged(before: dict[str, Any], after: dict[str, Any], where: str, *, may_wait: bool = False) -> None:
    """Refuse any difference, but for what waits, encrypted, until the one who wrote it has come in again."""
    for table, rows in after.items():
        if table != "login_session" or not may_wait:
            assert rows == before[table], f"{where} changed {table}"
        else:
            assert len(rows) - len(before[table]) in {0, 1}, where


@pytest.mark.parametrize("municipality", HOSTS)
@pytest.mark.parametrize("kind", sorted(set(Everybody.KINDS) - {"nobody"}))
def test_public_pages_are_the_same_for_everybody_and_look_at_no_cookie(
    site: Site, kind: str, municipality: str
) -> None:
    reader, known = site.browser(municipality), site.browser(municipality)
    site.everybody.come_in(known, kind)
    for route, rule in routes(site.avklart):
        if rule.who == "public":
            address = site.everybody.address(route, municipality)
            plain, answer = reader.raw(address), known.raw(address)
            assert (answer.status_code, answer.data) == (plain.status_code, plain.data), address
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_matrix_is_as_large_as_it_seems(site: Site) -> None:
    """A matrix in which everything is allowed, or nothing, shows nothing."""
    seen = {
        (expected, rule.who)
        for kind in Everybody.KINDS for _, rule in routes(site.avklart)
        if (expected := site.everybody.expected(kind, rule))
    }  # fmt: skip
    assert {found for found, who in seen if who == "caller"} == {"in", "403", "404", "sign in", "second factor"}
    assert {found for found, who in seen if who != "caller"} == {"in"}
    assert set(FORMS) | set(LEADS_ELSEWHERE) <= {route.endpoint for route, _ in routes(site.avklart)}


@pytest.mark.parametrize("kind", ["caseworker", "resident", "party"])
def test_a_refusal_of_somebody_known_is_recorded_by_route_and_permission_and_nothing_else_is_stored(
    site: Site, kind: str
) -> None:
    browser = site.browser("fjordvik")
    site.everybody.come_in(browser, kind)
    before = site.everybody.stored(*AUDIT)
    assert browser.raw(f"/admin/ansatte/{site.everybody.colleague['fjordvik']}?x=kanarifugl").status_code == 403
    require_unchanged(before, site.everybody.stored(*AUDIT), "refusal")
    with site.avklart.database.reading() as session:
        newest = session.scalars(
            select(EventRow).where(EventRow.municipality == "fjordvik").order_by(EventRow.sequence.desc()).limit(1)
        ).one()
    assert (newest.action, newest.actor) == ("denied", site.everybody.of("fjordvik", kind).id)
    assert (newest.object_kind, newest.object_id, newest.why) == ("route", "identity.one_staff", "manage staff")


HX = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:8000/innlogging/okter?x=1"}


@pytest.mark.parametrize("kind", sorted(Everybody.OUTSIDE))
def test_a_script_that_asks_for_somebody_who_is_out_is_told_where_to_sign_in(site: Site, kind: str) -> None:
    for route, rule in routes(site.avklart):
        if rule.who == "caller" and "GET" in methods_of(route) and not rule.is_background:
            browser = site.browser("fjordvik")
            site.everybody.come_in(browser, kind)
            answer = browser.raw(site.everybody.address(route), headers=HX)
            assert (answer.status_code, answer.data) == (401, b""), route.rule
            assert answer.headers["HX-Redirect"] == "/innlogging?neste=%2Finnlogging%2Fokter"


# What is another's and what is not there look alike


def parts_of(answer: TestResponse, *named: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Answer what a stranger can see of an answer, but for the number of the request and the name they asked with."""
    body = re.sub(rb'href="[^"?]*(?=\?sprak=)', b'href="HERE', answer.data)  # to the page itself in another language
    for name in named:
        body = body.replace(name.encode(), b"NAME").replace(quote(name).encode(), b"NAME")
    own = {"X-Request-Id", "Content-Length", "Set-Cookie"}
    headers = sorted((name, text) for name, text in answer.headers if name not in own)
    return answer.status_code, body, headers


STRANGE = ["x", "0", MADE_UP.upper(), "a" * 33, "a" * 300, "%00", "%C3%A5", "' OR 1=1 --", "*"]
HANDLINGS = ["lagre", "steng", "apne", "avslutt-alle", f"avslutt {MADE_UP}", "ny-start", "nytt-trinn", "", "x"]


@pytest.mark.parametrize("municipality", HOSTS)
def test_an_account_of_the_other_municipality_looks_like_one_that_is_not_there(site: Site, municipality: str) -> None:
    browser, everybody = site.browser(municipality), site.everybody
    token = everybody.come_in(browser, "administrator")
    theirs = everybody.colleague[OTHER[municipality]]
    before = everybody.stored()

    def look(name: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        return parts_of(browser.raw(f"/admin/ansatte/{name}"))

    def change(name: str, handling: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        data = {"csrf_token": token, "handling": handling, "name": "Taken", "roles": "administrator"}
        return parts_of(browser.raw(f"/admin/ansatte/{name}", "POST", data=data, headers=own_origin(browser)))

    for name in (theirs, everybody.of(OTHER[municipality], "administrator").id or "", *STRANGE):
        assert look(name) == look(MADE_UP), name
        for handling in HANDLINGS:
            assert change(name, handling) == change(MADE_UP, "lagre"), (name, handling)
    assert look(MADE_UP)[0] == change(MADE_UP, "lagre")[0] == 404
    assert everybody.stored() == before, "not even a look is recorded of what is not there"


def somebody_elses_sessions(site: Site, municipality: str) -> list[str]:
    """Begin sessions of the other municipality's people, of a colleague and of somebody on the way in; their ids."""
    with site.avklart.database.reading() as session:
        known = set(session.scalars(select(SessionRow.id)))
    others = (
        (OTHER[municipality], "caseworker"), (OTHER[municipality], "party"), (municipality, "caseworker"),
        (municipality, "resident"), (municipality, "party"), (municipality, "waiting"),
    )  # fmt: skip
    for where, kind in others:
        begin_session(site.browser(where), site.everybody.of(where, kind))
    with site.avklart.database.reading() as session:
        return sorted(set(session.scalars(select(SessionRow.id))) - known)


@pytest.mark.parametrize("municipality", HOSTS)
@pytest.mark.parametrize("kind", ["administrator", "reviewer"])
def test_a_session_of_somebody_else_looks_like_one_that_is_not_there(site: Site, kind: str, municipality: str) -> None:
    browser = site.browser(municipality)
    strangers = somebody_elses_sessions(site, municipality)
    assert len(strangers) == 6
    token = site.everybody.come_in(browser, kind)
    before = site.everybody.stored()
    paths = ["/innlogging/okter"]
    if kind == "administrator":
        paths.append(f"/admin/ansatte/{site.everybody.colleague[municipality]}")
    for path in paths:
        prefix = "avslutt " if path.startswith("/admin") else ""

        def end(session_id: str, path: str = path, prefix: str = prefix) -> tuple[int, bytes, list[tuple[str, str]]]:
            data = {"csrf_token": token, "handling": f"{prefix}{session_id}"}
            return parts_of(browser.raw(path, "POST", data=data, headers=own_origin(browser)))

        made_up = end(MADE_UP)
        assert made_up[0] == 404
        for one in (*strangers, "x", " ", "alle " if prefix else "al", "æ" * 99):
            assert end(one) == made_up, one
    assert site.everybody.stored() == before


def test_a_second_factor_of_somebody_else_looks_like_one_that_is_not_there(site: Site) -> None:
    ids = []
    for municipality in HOSTS:
        colleague = site.everybody.colleague[municipality]
        with site.avklart.database.writing() as session:
            row = site.everybody.row(session, colleague)
            factors.add_app(session, row, "A" * 32, 1, label="Telefon", at=NOON, but="")
            ids += list(session.scalars(select(FactorRow.id).where(FactorRow.staff == colleague)))
    browser = site.browser("fjordvik")
    token = site.everybody.come_in(browser, "editor")
    before = site.everybody.stored()

    def remove(factor_id: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        data = {"csrf_token": token, "handling": f"fjern {factor_id}"}
        return parts_of(browser.raw("/innlogging/faktorer", "POST", data=data, headers=own_origin(browser)))

    made_up = remove(MADE_UP)
    assert made_up[0] == 404
    assert [remove(one) for one in (*ids, "x", "")] == [made_up] * (len(ids) + 2)
    assert site.everybody.stored() == before


@pytest.mark.parametrize("municipality", HOSTS)
@pytest.mark.parametrize("then", ["", "/ny-lenke", "/ikke-meg", "/id-porten"])
@pytest.mark.parametrize("way", ["/nb/avtale/i/", "/innlogging/i/"])
def test_a_link_of_the_other_municipality_looks_like_one_that_was_never_sent(
    site: Site, municipality: str, way: str, then: str
) -> None:
    if then and way.startswith("/innlogging"):
        return  # a link to an account knows one thing to press
    theirs, ours = invite(site.avklart, municipality=OTHER[municipality], at=NOON).secret, new_secret()
    secret = site.everybody.staff_links[OTHER[municipality]] if way.startswith("/innlogging") else theirs
    before = site.everybody.stored(*AUDIT, "tally")
    for method in ("GET", "POST"):
        if method == "GET" and then:
            continue
        seen = []
        for name in (secret, ours):
            browser = site.browser(municipality)
            answer = browser.raw(f"{way}{name}{then}", method, headers=own_origin(browser))
            seen.append(parts_of(answer, name))
            assert "Set-Cookie" not in answer.headers
        assert seen[0] == seen[1], (way, then, method)
        assert seen[0][0] == (200 if then in {"/ny-lenke", "/ikke-meg"} else 410)
    assert site.everybody.stored(*AUDIT, "tally") == before


def test_a_joining_code_of_the_other_municipality_gets_the_answer_of_a_right_one(site: Site) -> None:
    theirs = invite(site.avklart, municipality="dalsbygd", at=NOON)
    ours = invite(site.avklart, municipality="fjordvik", at=NOON)
    seen = []
    for code in (theirs.joining_code, "ZZZZZZZZ", ours.joining_code):
        browser = site.browser("fjordvik")
        answer = browser.raw("/nb/avtale/kode", "POST", data={"code": code}, headers=own_origin(browser))
        seen.append((parts_of(answer), bool(browser.cookie())))
        seen.append((parts_of(browser.raw("/nb/avtale/bekreft"), browser.cookie()), True))
    assert seen[0::2] == [seen[0]] * 3
    assert [shown[0][0] for shown in seen[1::2]] == [200] * 3


# Forms that were not sent from the page of the one who sends them


def changing(site: Site) -> list[tuple[Any, Rule]]:
    """Answer the routes that change something on the word of a browser."""
    return [
        (route, rule) for route, rule in routes(site.avklart) if methods_of(route) == ["POST"] and rule.who != "signed"
    ]


ELSEWHERE: dict[str, dict[str, str]] = {
    "another site": {"Origin": "https://evil.example"},
    "the other municipality": {"Origin": "http://dalsbygd.localhost:8000"},
    "no origin of its own": {"Origin": "null"},
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same site, another host": {"Sec-Fetch-Site": "same-site"},
    "typed by hand": {"Sec-Fetch-Site": "none"},
    "page of another site": {"Referer": "https://evil.example/"},
    "cross-site by two headers": {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
}


@pytest.mark.parametrize("kind", ["administrator", "party", "waiting", "nobody"])
@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_form_from_elsewhere_changes_nothing_even_with_the_right_token(site: Site, case: str, kind: str) -> None:
    browser = site.browser("fjordvik")
    token = site.everybody.come_in(browser, kind)
    before = site.everybody.stored()
    for route, _ in changing(site):
        data = {**FORMS.get(route.endpoint, {}), "csrf_token": token, "draft_token": token}
        answer = browser.raw(site.everybody.address(route), "POST", data=data, headers=ELSEWHERE[case])
        assert answer.status_code == 403, route.rule
        assert "Set-Cookie" not in answer.headers, route.rule
    assert site.everybody.stored() == before


def token_of(site: Site, kind: str, municipality: str = "fjordvik") -> str:
    """Answer a token of a living session in another browser."""
    return site.everybody.come_in(site.browser(municipality), kind)


def wrong_tokens(site: Site, right: str) -> dict[str, dict[str, Any]]:
    """Answer what is sent in place of the right token."""
    csrf = {name: {"data": {"csrf_token": token}} for name, token in {
        "empty": "",
        "nonsense": "kanarifugl",
        "cut short": right[:-1],
        "with a sign more": f"{right}A",
        "of another person": token_of(site, "caseworker"),
        "of a resident": token_of(site, "resident"),
        "of an invitation that was taken back": token_of(site, "uninvited"),
        "of the other municipality": token_of(site, "administrator", "dalsbygd"),
        "not ours": "Å\N{ZERO WIDTH SPACE}" * 100,
    }.items()}  # fmt: skip
    return {
        "none": {},
        "in the address": {"query_string": {"csrf_token": right}},
        "as a cookie": {"headers": {"Cookie": f"csrf_token={right}"}},
        "in another field": {"data": {"token": right, "draft_token": right}},
        "as JSON": {"json": {"csrf_token": right}},
        "as text": {"data": f"csrf_token={right}", "content_type": "text/plain"},
        **csrf,
    }


WITHOUT_A_TOKEN = {"none", "empty", "in the address", "as a cookie", "in another field", "as JSON", "as text"}


@pytest.mark.parametrize("kind", ["administrator", "party", "waiting"])
@pytest.mark.parametrize("is_draft", [False, True], ids=["of somebody", "of a draft"])
def test_a_form_without_the_token_of_its_session_changes_nothing(site: Site, kind: str, *, is_draft: bool) -> None:
    """A draft's page that was opened before anybody had come in has no token: it is shown anew, filled in, unsent."""
    browser = site.browser("fjordvik")
    right = site.everybody.come_in(browser, kind)
    cookie = browser.cookie()
    cases = wrong_tokens(site, right)
    before = site.everybody.stored(*AUDIT)
    for route, rule in changing(site):
        if not rule.knows_sessions or route.endpoint == IN_A_HURRY or (rule.who == "draft") != is_draft:
            continue
        for case, sent in cases.items():
            arguments = {**sent, "headers": {**own_origin(browser), **sent.get("headers", {})}}
            if "Cookie" in arguments["headers"]:
                arguments["headers"]["Cookie"] += f"; {browser.cookie_name}={cookie}"
            if isinstance(sent.get("data"), dict):
                arguments["data"] = {**FORMS.get(route.endpoint, {}), **sent["data"]}
            answer = browser.raw(site.everybody.address(route), "POST", **arguments)
            is_kept = kind == "waiting" and rule.who == "caller" and case.startswith(("of a ", "of an"))
            is_anew = is_draft and case in WITHOUT_A_TOKEN
            assert answer.status_code == (303 if is_kept or is_anew else 400), (route.rule, case, answer.status)
            if is_kept:  # it waits for the one whose form it was, and is no more done for it
                assert answer.headers["Location"].startswith(WAYS_IN), route.rule
            else:
                assert "Set-Cookie" not in answer.headers, (route.rule, case)
    require_unchanged(before, site.everybody.stored(*AUDIT), kind, may_wait=is_draft or kind == "waiting")


def test_leaving_in_a_hurry_ends_the_session_of_who_leaves_and_nothing_else(site: Site) -> None:
    browser = site.browser("fjordvik")
    for token in ({}, {"csrf_token": "old"}, {"csrf_token": token_of(site, "editor")}):
        site.everybody.come_in(browser, "administrator")
        with site.avklart.database.reading() as session:
            living = set(session.scalars(select(SessionRow.id).where(SessionRow.ended_at.is_(None))))
        assert browser.raw("/logg-ut/raskt", "POST", data=token, headers=own_origin(browser)).status_code == 200
        with site.avklart.database.reading() as session:
            still = set(session.scalars(select(SessionRow.id).where(SessionRow.ended_at.is_(None))))
        assert len(living - still) == 1
        assert browser.raw("/innlogging/hjem").status_code == 303


@pytest.mark.parametrize("header", ["X-CSRFToken", "X-CSRF-Token"])
def test_a_script_sends_the_token_in_a_header(site: Site, header: str) -> None:
    browser = site.browser("fjordvik")
    token = site.everybody.come_in(browser, "editor")
    data = {"handling": "alle"}
    answer = browser.raw("/innlogging/okter", "POST", data=data, headers={**own_origin(browser), header: token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/innlogging/okter?melding=avsluttet")


@pytest.mark.parametrize("kind", ["administrator", "caseworker", "editor", "party", "sender"])
def test_a_form_of_an_earlier_session_of_the_same_person_is_shown_again_and_not_done(site: Site, kind: str) -> None:
    browser = site.browser("fjordvik")
    for route, rule in changing(site):
        if rule.who != "caller" or site.everybody.expected(kind, rule) != "in":
            continue
        if route.endpoint in NOT_FOR_THE_RESIDENT:
            continue
        earlier = site.everybody.come_in(browser, kind)
        site.everybody.come_in(browser, kind)
        before = site.everybody.stored("login_session")
        data = {**FORMS.get(route.endpoint, {}), "csrf_token": earlier}
        address = site.everybody.address(route)
        answer = browser.raw(address, "POST", data=data, headers=own_origin(browser))
        page = site.page_of(route, address)
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
        there = {200, 303, *([409] if "<agreement:" in route.rule else [])}  # a form whose time is over says so
        assert browser.raw(page).status_code in there, "what leads back to the form leads somewhere"
        after = site.everybody.stored("login_session")
        assert {name for name in after if after[name] != before[name]} <= set(AUDIT), route.rule  # a look, once shown
