from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import render_template_string
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, Forbidden, Gone, TooManyRequests, UnprocessableEntity

from tests.factories.site import DALSBYGD, ask, environ_of, send
from tests.page import Client, Page, checked
from webapp.app import Avklart
from webapp.kernel.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StartError,
    TamperedError,
    TooManyError,
)
from webapp.storage.session import Database
from webapp.web.access import public
from webapp.web.errors import ADVICE, TITLES
from webapp.web.front import Front

CANARY = "kanarifugl"
LANGUAGES = ("nb", "nn", "en")
TOO_MUCH = b"x" * (256 * 1024 + 1)
HEADINGS = {
    400: ("Det forsto vi ikke", "Det forstod vi ikkje", "We did not understand that"),
    403: ("Du har ikke tilgang", "Du har ikkje tilgang", "You do not have access"),
    404: ("Vi finner ikke den siden", "Vi finn ikkje den sida", "We cannot find that page"),
    405: ("Det går ikke an her", "Det går ikkje an her", "That cannot be done here"),
    409: ("Noen andre har endret", "Nokon andre har endra", "Somebody else changed"),
    410: ("Denne siden finnes ikke lenger", "Denne sida finst ikkje lenger", "This page is no longer here"),
    413: ("Det var for mye å sende", "Det var for mykje å sende", "That was too much to send"),
    414: ("Adressen er for lang", "Adressa er for lang", "The address is too long"),
    421: ("Denne adressen hører ikke til", "Denne adressa høyrer ikkje til", "This address belongs to no"),
    422: ("Noe må rettes", "Noko må rettast", "Something must be corrected"),
    429: ("Litt for fort", "Litt for fort", "A little too fast"),
    500: ("Noe gikk galt hos oss", "Noko gjekk gale hos oss", "Something went wrong on our side"),
    503: (
        "Siden er ikke tilgjengelig akkurat nå",
        "Sida er ikkje tilgjengeleg akkurat no",
        "The page is not available",
    ),
}


def check(client: Client, path: str, status: int, language: str, **arguments: Any) -> Page:
    """Fetch a refusal, and check its status, heading, language and ways on."""
    page = checked(client.raw(path, **arguments), path)
    assert page.status == status
    assert page.heading().startswith(HEADINGS[status][LANGUAGES.index(language)])
    assert page.soup.html is not None
    assert page.soup.html["lang"] == language
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.soup.select('a[href^="tel:"]')
    assert page.soup.select('meta[name="robots"][content="noindex"]')
    return page


def test_every_status_of_the_contract_has_words() -> None:
    assert set(TITLES) == set(ADVICE) == set(HEADINGS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "abc/nothing-here", "tjenester/nothing-here", "hvem-gjor-hva/nothing-here",
        "hjelpemidler/nothing-here", "tilbud/nothing-here", "andre-sprak/xx", "nothing-here",
        "abc/?for=nobody", "abc/?situasjon=nothing", "abc/?omrade=nowhere", "abc/?for=older", "-",
        "abc/fall/more", "sok/forslag/more",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_in_the_language_of_the_address(
    client: Client, language: str, path: str
) -> None:
    page = check(client, f"/{language}/{path}", 404, language, headers={"Accept-Language": "nn, en"})
    assert page.one("main form")["action"] == f"/{language}/sok"
    assert f"/{language}/" in page.links().values()


@pytest.mark.parametrize("path", ["/de/", "/nb-NO/", "/xx/abc/", "/abc/", "/tema/000000000000.css", "/.git/config"])
def test_an_address_without_a_language_of_ours_is_not_found(client: Client, path: str) -> None:
    check(client, path, 404, "nb")
    check(client, path, 404, "en", headers={"Accept-Language": "de, en;q=0.5"})
    check(client, path, 404, "nn", headers={"Accept-Language": "nn-NO"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_method_that_a_page_does_not_take_is_refused_with_those_it_takes(
    client: Client, language: str, method: str
) -> None:
    for path in ("", "abc/", "abc/fall", "sok?q=a", "hvem-gjor-hva"):
        page = check(client, f"/{language}/{path}", 405, language, method=method)
        assert set(page.response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
@pytest.mark.parametrize("path", ["", "abc/fall", "sok?q=a", "nothing-here"])
def test_too_large_a_body_is_refused_whatever_the_address(
    client: Client, language: str, method: str, path: str
) -> None:
    check(client, f"/{language}/{path}", 413, language, method=method, data=TOO_MUCH)


def test_a_body_of_the_largest_size_is_not_too_large(client: Client) -> None:
    check(client, "/nb/", 405, "nb", method="POST", data=TOO_MUCH[:-1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/{0}/abc/" + "a" * 16384, "/{0}/sok?q=" + "a" * 16384, "/{0}/?" + "x=1&" * 4096])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_too_long_an_address_is_refused_in_its_language(client: Client, language: str, path: str, method: str) -> None:
    if method == "HEAD":
        assert client.raw(path.format(language), method=method).status_code == 414
    else:
        check(client, path.format(language), 414, language, method=method)


def test_too_long_an_address_without_a_language_is_refused_in_the_readers(client: Client) -> None:
    check(client, "/" + "a" * 16384, 414, "en", headers={"Accept-Language": "en"})
    check(client, "/nbx/" + "a" * 16384, 414, "nb")


def test_an_address_of_the_largest_size_is_looked_for(client: Client) -> None:
    check(client, "/nb/" + "a" * (16384 - 4), 404, "nb")
    assert client.raw("/nb/abc/?x=" + "a" * (16384 - len("/nb/abc/x=")), method="HEAD").status_code == 200


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "fjordvik.example.evil.example", "", "xfjordvik.example", "[::1]"]
)
def test_an_unknown_host_is_nobodys_in_production(in_production: Avklart, host: str) -> None:
    client = Client(in_production.front, host)
    check(client, "/nb/", 421, "nb")
    check(client, "/en/abc/fall", 421, "en")
    check(client, "/", 421, "nn", headers={"Accept-Language": "nn"})
    check(client, "/robots.txt", 421, "nb")
    check(client, "/nb/abc", 421, "nb")
    assert client.raw("/healthz").status_code == client.raw("/readyz").status_code == 200


@pytest.mark.parametrize("host", ["fjordvik.example", "FJORDVIK.example", "fjordvik.example.", "fjordvik.localhost"])
def test_a_known_host_is_its_municipalitys_in_production(in_production: Avklart, host: str) -> None:
    assert "Fjordvik kommune</title>" in ask(in_production.front, "/nb/", host=host).text


@pytest.mark.parametrize("host", ["elsewhere.example", "", "10.0.0.3:8000", "a b", "\xe6.example", "x" * 300, "["])
def test_an_unknown_host_is_the_default_municipalitys_in_the_demonstration(front: Front, host: str) -> None:
    assert "Fjordvik kommune</title>" in ask(front, "/nb/", host=host).text


RAISED: list[tuple[Exception, int]] = [
    (BadRequest(CANARY), 400),
    (Forbidden(CANARY), 403),
    (NotFoundError(CANARY), 404),
    (Gone(CANARY), 410),
    (UnprocessableEntity(CANARY), 422),
    (InvalidError(CANARY), 400),
    (NotAllowedError(CANARY), 403),
    (ConflictError(CANARY), 409),
    (GoneError(CANARY), 410),
    (TamperedError(CANARY), 500),
    (StartError(CANARY), 503),
    (TooManyError(90), 429),
    (TooManyRequests(CANARY), 429),
    (RuntimeError(CANARY), 500),
    (OperationalError(CANARY, {}, RuntimeError(CANARY)), 503),
    (PoolTimeout(CANARY), 503),
]


def _add(site: Avklart, view: Callable[..., str]) -> None:
    site.flask.add_url_rule("/<language:lang>/raise", "raise", public(cached=False)(view))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("error", "status"), RAISED, ids=[type(error).__name__ for error, _ in RAISED])
def test_what_a_view_raises_becomes_its_page_without_the_message(
    avklart: Avklart, client: Client, error: Exception, status: int, language: str
) -> None:
    def view(lang: str) -> str:
        raise error

    _add(avklart, view)
    page = check(client, f"/{language}/raise", status, language)
    markup = page.response.get_data(as_text=True)
    assert CANARY not in markup
    assert "Traceback" not in markup
    assert type(error).__name__ not in markup
    seconds = {503: "5"} if not isinstance(error, TooManyError) else {429: "90"}
    assert page.response.headers.get("Retry-After") == seconds.get(status)


WAITS = {
    1: ("1 minutt", "1 minutt", "1 minute"),
    60: ("1 minutt", "1 minutt", "1 minute"),
    61: ("2 minutter", "2 minutt", "2 minutes"),
    5340: ("89 minutter", "89 minutt", "89 minutes"),
    5341: ("2 timer", "2 timar", "2 hours"),
    86400: ("24 timer", "24 timar", "24 hours"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seconds", WAITS)
def test_who_tried_too_often_is_told_when_to_try_again_and_never_too_early(
    avklart: Avklart, client: Client, seconds: int, language: str
) -> None:
    def view(lang: str) -> str:
        raise TooManyError(seconds)

    _add(avklart, view)
    page = check(client, f"/{language}/raise", 429, language)
    assert f" {WAITS[seconds][LANGUAGES.index(language)]}." in page.text
    assert page.response.headers["Retry-After"] == str(seconds)


@pytest.mark.parametrize(("name", "is_kept"), [("words", True), ("code", False)])
def test_what_was_sent_too_often_stands_on_the_page_to_be_sent_again_unless_it_is_secret(
    avklart: Avklart,
    name: str,
    is_kept: bool,  # noqa: FBT001
) -> None:
    def view(lang: str) -> str:
        raise TooManyError(90)

    avklart.flask.add_url_rule("/<language:lang>/raise", "raise", public(cached=False)(view), methods=["POST"])
    body = urlencode({name: '"Ring" <meg>, Åse'}).encode()
    answer = ask(avklart.front, "/nb/raise", method="POST", body=body, headers={"Sec-Fetch-Site": "same-origin"})
    again = BeautifulSoup(answer.text, "html5lib").select("main form[method=post] input")
    assert answer.status == 429
    assert [(one["name"], one["value"]) for one in again] == ([(name, '"Ring" <meg>, Åse')] if is_kept else [])


@pytest.mark.parametrize(
    "template", ["{{ nothing }}", "{{ 1 / 0 }}", "{% include 'kanarifugl.html' %}", "{{ ui.nothing() }}"]
)
def test_a_template_that_fails_becomes_a_page_without_detail(avklart: Avklart, client: Client, template: str) -> None:
    _add(avklart, lambda lang: render_template_string(template, canary=CANARY))
    page = check(client, "/en/raise", 500, "en")
    assert CANARY not in page.response.get_data(as_text=True)
    assert "nothing" not in page.text
    assert client.raw("/en/").status_code == 200


@pytest.fixture
def broken(avklart: Avklart) -> Iterator[Avklart]:
    """A site whose every page, error pages too, fails while it is made."""

    def fail(_name: str) -> str:
        raise RuntimeError(CANARY)

    avklart.flask.jinja_env.globals["asset"] = fail
    yield avklart
    del avklart.flask.jinja_env.globals["asset"]


@pytest.mark.parametrize(("path", "status"), [("/nb/", 500), ("/en/abc/fall", 500), ("/nb/nothing-here", 404)])
def test_an_error_in_the_error_page_still_gives_the_reader_a_page(broken: Avklart, path: str, status: int) -> None:
    answer = ask(broken.front, path)
    assert answer.status == status
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "Noe gikk galt hos oss" in answer.text
    assert "113" in answer.text
    assert CANARY not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


def test_the_other_municipalitys_refusals_carry_its_own_name_and_telephone(avklart: Avklart) -> None:
    page = check(Client(avklart.front, DALSBYGD), "/nn/nothing-here", 404, "nn")
    assert "61 35 91 00" in page.text
    assert "Dalsbygd kommune" in page.response.get_data(as_text=True)
    check(Client(avklart.front, DALSBYGD), "/nothing-here", 404, "nn")


def test_a_refusal_shows_nothing_of_what_was_asked_but_as_text(client: Client) -> None:
    path = '/nb/"><script>alert(1)</script>'
    page = check(client, path, 404, "nb", query_string={"x": "'\"><img src=x onerror=alert(1)>"})
    assert not page.soup.select("script:not([src])")
    assert not page.soup.select("img, [onerror]")


ODD = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=60),
    st.text(st.sampled_from("/.%0123456789abcdefnbABC?&=#;:\\\x00\xff\xc3\xb8\xed\xa0\x80\r\n\t -_<>'\""), max_size=60),
)
BEGINNINGS = st.sampled_from(
    [
        "/",
        "/nb/",
        "/nn/abc/",
        "/en/abc/fall",
        "/nb/sok",
        "/nb/sok/forslag",
        "/nb/hvem-gjor-hva",
        "/static/",
        "/tema/",
        "//",
        "",
    ]
)
PARAMETERS = st.sampled_from(["", "q=", "for=", "situasjon=", "x=", "q=&q=", "%00=", "q[]="])


PATHS = st.tuples(BEGINNINGS, ODD).map("".join)
QUERIES = st.tuples(PARAMETERS, ODD).map("".join)


@given(path=PATHS, query=QUERIES, method=st.sampled_from(["GET", "HEAD", "POST"]))
@how(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_address_whatever_makes_the_site_fail(standing: Avklart, path: str, query: str, method: str) -> None:
    answer = ask(standing.front, path, query, method=method)
    assert answer.status < 500
    assert "\r" not in str(answer.headers.get("Location", ""))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/nb/\x00", ""),
        ("/nb/abc/fall\x00", ""),
        ("/nb/abc/\xff\xfe", ""),
        ("/nb/abc/\xed\xa0\x80", ""),
        ("/nb/abc/../../etc/passwd", ""),
        ("/static/../../settings.py", ""),
        ("/nb/sok", "q=%00"),
        ("/nb/sok", "q=a\x00b"),
        ("/nb/sok", "q=%ff%fe"),
        ("/nb/sok", "q=%ed%a0%80"),
        ("/nb/sok", "q=" + "%F0%9F%98%80" * 100),
        ("/nb/sok", "q=" + "a" * 10_000),
        ("/nb/sok", "q=" + "(" * 500 + "*" * 500 + "AND OR NOT"),
        ("/nb/sok/forslag", "q=%00"),
        ("/nb/hvem-gjor-hva", "q=%00%ff"),
        ("/nb/abc/", "for=%00"),
        ("/nb/abc/", "for=%ff"),
        ("/nb/abc/", "&".join(f"x{number}=1" for number in range(1500))),
        ("/nb/abc/", "&" * 10_000),
        ("/nb/abc/", "=" * 10_000),
        ("/nb/abc/", "for=parorende" + "&for=parorende" * 900),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_address_that_somebody_tries_things_with_is_answered(
    front: Front, path: str, query: str, headers: dict[str, str]
) -> None:
    assert ask(front, path, query, headers=headers).status in {200, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 20_000},
        {"Accept-Language": ",".join(f"a{number};q=0.{number}" for number in range(500))},
        {"Accept-Language": "nb;q=nonsense, \xff, *;q=, -, --, ;;"},
        {"Accept-Language": "nb;q=99999999999999999999, en;q=-1, nn;q=1e5, en;q=nan"},
        {"Cookie": "avklart=" + "\xff" * 5000},
        {"Accept-Encoding": "br" * 5000 + ";q=x"},
        {"If-None-Match": '"' * 5000},
        {"If-Modified-Since": "yesterday", "Range": "bytes=5-1", "If-Range": "x"},
        {"HX-Request": "\xff", "HX-Current-URL": "\x00"},
        {"Content-Length": "nonsense"},
        {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-HTTP-Method-Override": "DELETE"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/nb/", "/nothing-here", "/nb/abc/"])
def test_no_header_whatever_makes_the_site_fail(front: Front, headers: dict[str, str], path: str) -> None:
    plain, answer = ask(front, path), ask(front, path, headers=headers)
    assert answer.status == plain.status
    assert b"evil.example" not in answer.body + str(answer.headers).encode()


@pytest.mark.parametrize("written", ["nonsense", "-1", "1e9", " ", "99999999999999999999", "\xb2"])
def test_a_nonsense_length_of_a_body_is_refused_or_passed_over(front: Front, written: str) -> None:
    environ = {**environ_of("/nb/", method="POST"), "CONTENT_LENGTH": written}
    assert send(front, environ).status in {405, 413}


def test_the_database_that_is_busy_is_a_page_that_says_when_to_come_back(
    avklart: Avklart, client: Client, database: Database
) -> None:
    def view(lang: str) -> str:
        with database.reading() as session:
            session.connection().exec_driver_sql("SELECT * FROM nothing")
        return ""

    _add(avklart, view)
    page = check(client, "/nn/raise", 503, "nn")
    assert int(page.response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/NB/ABC/Fall", "/nb/abc/fall"),
        ("/nb/abc/fall/", "/nb/abc/fall"),
        ("/nb/abc/fall.", "/nb/abc/fall"),
        ("/Nb/ABC", "/nb/abc/"),
        ("/nb/Tjenester/Hjemmesykepleie).", "/nb/tjenester/hjemmesykepleie"),
        ("/nb/HVEM-GJOR-HVA", "/nb/hvem-gjor-hva"),
        ("/en/Nodnummer/", "/en/nodnummer"),
        ("/NB", "/nb/"),
        ("/Innlogging", "/innlogging"),
        ("/nb/Avtale/Kode.", "/nb/avtale/kode"),
    ],
)
def test_an_address_that_was_typed_off_a_paper_leads_to_the_page_it_means(
    avklart: Avklart, typed: str, meant: str
) -> None:
    answer = ask(avklart.front, typed, "q=sn%C3%B8")
    assert (answer.status, answer.headers["Location"]) == (308, f"{meant}?q=sn%C3%B8")


@pytest.mark.parametrize(
    "path",
    [
        "/nb/finnes-ikke",
        "/nb/abc/finnes-ikke",
        "/SAKER/",
        "/nb/avtale/i/",
        "/nb/Avtale/i/AbC",
        "//FJORDVIK.example/nb/abc/fall",
        "/NB/finnes/ikke/",
    ],
)
def test_an_address_that_means_no_public_page_is_not_found_where_it_is(avklart: Avklart, path: str) -> None:
    assert ask(avklart.front, path).status == 404
