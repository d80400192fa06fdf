from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from wsgiref.validate import validator

import brotli
import pytest
from flask import template_rendered
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from tests.factories.site import (
    DALSBYGD,
    FJORDVIK,
    Answer,
    ask,
    environ_of,
    look_now,
    publish_all,
    publish_change,
    send,
    until,
)
from webapp.app import Avklart, create_app
from webapp.content import current
from webapp.content.actions import import_parts
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.settings import Settings
from webapp.storage import schema
from webapp.storage.session import Database
from webapp.web import front as front_module
from webapp.web.assets import asset
from webapp.web.front import Front, accepted_encoding, pack

ENTRY = "/nb/abc/sklisikring-og-sno"
ENTRY_KEY = PageKey(None, "entry", "sklisikring-og-sno", "nb")
NEIGHBOUR_KEY = PageKey(None, "entry", "frivillig-hjelp", "nb")
FACTS_KEY = PageKey("fjordvik", "municipality", "fjordvik", "common")


@pytest.fixture
def rendered(avklart: Avklart) -> Iterator[list[str]]:
    """The names of the templates that were rendered, in their order."""
    names: list[str] = []

    def note(_sender: object, template: Any, **_context: object) -> None:
        names.append(template.name)

    with template_rendered.connected_to(note, avklart.flask):
        yield names


def test_a_page_is_rendered_once_for_all_its_readers(front: Front, rendered: list[str]) -> None:
    first = ask(front, ENTRY)
    others = [ask(front, ENTRY) for _ in range(5)]
    assert rendered == ["guide/entry.html"]
    assert {other.body for other in others} == {first.body}
    assert (front.misses, front.hits) == (1, 5)


def test_a_page_by_a_known_parameter_is_a_page_of_its_own_and_rendered_once(front: Front, rendered: list[str]) -> None:
    whole = ask(front, "/nb/abc/")
    filtered = ask(front, "/nb/abc/", "for=parorende")
    assert ask(front, "/nb/abc/", "for=parorende").body == filtered.body != whole.body
    assert rendered == ["guide/index.html", "guide/index.html"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "avklart=somebody; theme=dark"},
        {"Authorization": "Basic c2Frc2JlaGFuZGxlcjpoZW1tZWxpZw=="},
        {"Accept-Language": "en-GB,en;q=0.9"},
        {"User-Agent": "an old telephone", "Referer": "https://elsewhere.example/", "DNT": "1"},
        {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    ],
)
@pytest.mark.parametrize("has_been_asked_before", [True, False])
def test_everybody_gets_the_same_bytes(
    front: Front,
    headers: dict[str, str],
    has_been_asked_before: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    plain = ask(front, ENTRY) if has_been_asked_before else None
    found = ask(front, ENTRY, headers=headers)
    plain = plain or ask(front, ENTRY)
    assert (found.line, list(found.headers), found.body) == (plain.line, list(plain.headers), plain.body)
    assert "Set-Cookie" not in found.headers
    assert "Cookie" not in found.headers.get("Vary", "")


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        (ENTRY, "", {"HX-Request": "true"}),
        (ENTRY, "", {"HX-Request": "true", "HX-History-Restore-Request": "true"}),
        ("/nb/sok", "q=alarm", {}),
        ("/nb/sok", "", {}),
        ("/nb/sok/forslag", "q=al", {}),
        ("/nb/hvem-gjor-hva", "q=mat", {}),
        (ENTRY, "x=1", {}),
        (ENTRY, "fbclid=abc123", {}),
        ("/nb/abc/", "for=parorende&utm_source=mail", {}),
        ("/nb/abc/", "for=parorende&for=parorende", {}),
        ("/nb/abc/", "for=parorende&", {}),
        ("/nb/abc/", "&for=parorende", {}),
        ("/nb/abc/", "for=p%61rorende", {}),
        ("/nb/abc/", "for", {}),
        ("/nb/abc/", "%66or=parorende", {}),
        ("/nb/nothing-here", "", {}),
    ],
)
def test_what_differs_by_more_than_its_page_is_never_kept(
    front: Front, rendered: list[str], path: str, query: str, headers: dict[str, str]
) -> None:
    answers = [ask(front, path, query, headers=headers) for _ in range(3)]
    assert len(rendered) == 3
    assert not front._kept
    assert not front._shortcuts
    assert {answer.status for answer in answers} <= {200, 404}


def test_a_request_of_htmx_is_never_answered_from_what_is_kept(front: Front, rendered: list[str]) -> None:
    ask(front, ENTRY)
    ask(front, ENTRY, headers={"HX-Request": "true"})
    assert len(rendered) == 2


def test_a_page_carries_a_strong_etag_that_differs_by_encoding(front: Front) -> None:
    answers = {name: ask(front, ENTRY, headers={"Accept-Encoding": name}) for name in ("identity", "gzip", "br")}
    for name, answer in answers.items():
        etag = answer.headers["ETag"]
        assert etag.startswith('"')
        assert etag.endswith('"')
        assert answer.headers.get("Content-Encoding", "identity") == name
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert len({answer.headers["ETag"] for answer in answers.values()}) == 3
    plain = answers["identity"].body
    assert gzip.decompress(answers["gzip"].body) == plain
    assert brotli.decompress(answers["br"].body) == plain
    assert len(answers["br"].body) < len(answers["gzip"].body) < len(plain) / 2


def test_the_same_page_has_the_same_etag_in_two_processes(
    avklart: Avklart, site_settings: Settings, clock: FixedClock
) -> None:
    other = create_app(site_settings, clock=clock)
    for encoding in ("identity", "gzip", "br"):
        one, two = (ask(site.front, ENTRY, headers={"Accept-Encoding": encoding}) for site in (avklart, other))
        assert one.headers["ETag"] == two.headers["ETag"]
    other.database.close()


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', 'W/"other" , W/{0}', "*"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_who_has_the_page_already_gets_a_short_answer(
    front: Front,
    encoding: str,
    form: str,
    is_kept: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    headers = {"Accept-Encoding": encoding}
    etag = ask(front, ENTRY, headers=headers).headers["ETag"]
    if not is_kept:
        front._kept.clear()
        front._shortcuts.clear()
    answer = ask(front, ENTRY, headers={**headers, "If-None-Match": form.format(etag)})
    assert answer.line.startswith("304 ")
    assert answer.body == b""
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Content-Length" not in answer.headers
    assert answer.head_size < 400


@pytest.mark.parametrize("wanted", ['"0123456789abcdef0123"', "", "nonsense", '"', 'W/"', '"a" "b", ,'])
def test_who_has_another_page_gets_the_whole_one(front: Front, wanted: str) -> None:
    plain = ask(front, ENTRY)
    assert ask(front, ENTRY, headers={"If-None-Match": wanted}).body == plain.body


def test_an_etag_of_one_encoding_does_not_stand_for_another(front: Front) -> None:
    packed = ask(front, ENTRY, headers={"Accept-Encoding": "br"})
    plain = ask(front, ENTRY, headers={"If-None-Match": packed.headers["ETag"]})
    assert plain.status == 200
    assert plain.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("br ; q = 0, gzip", "gzip"),
        ("br;q=0.000,gzip;q=0.", ""),
        ("br;q=0.001", "br"),
        ("BR", "br"),
        ("identity", ""),
        ("deflate, zstd", ""),
        ("*", ""),
        ("", ""),
        (",,;;q=", ""),
    ],
)
def test_an_answer_comes_in_the_best_encoding_that_the_client_takes(accept: str, encoding: str) -> None:
    assert accepted_encoding(accept) == encoding


WEIGHTS = st.sampled_from(["", ";q=1", ";q=0", "; q=0.0", ";q=0.5", " ;q=0.000", ";q=0.001", ";Q=0", ";q=1.000"])
CODINGS = st.lists(
    st.tuples(st.sampled_from(["br", "gzip", "deflate", "identity", "GZIP", "Br", "zstd", "*"]), WEIGHTS),
    unique_by=lambda part: part[0].lower(),
)


@given(parts=CODINGS, comma=st.sampled_from([",", ", ", " , "]))
def test_no_client_gets_an_encoding_that_it_does_not_take(parts: list[tuple[str, str]], comma: str) -> None:
    header = comma.join(name + weight for name, weight in parts)
    chosen = accepted_encoding(header)
    weights = {name.lower(): weight for name, weight in parse_accept_header(header.lower(), Accept)}
    assert weights.get(chosen, 0) > 0 if chosen else not weights.get("br") and not weights.get("gzip")


@given(body=st.binary(max_size=2000), encoding=st.sampled_from(["", "gzip", "br"]))
def test_what_is_packed_unpacks_to_the_same(body: bytes, encoding: str) -> None:
    unpack = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[encoding]
    assert unpack(pack(body, encoding)) == body


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (ENTRY, ""),
        ("/nb/", ""),
        ("/nb/abc/", "for=parorende"),
        ("/nb/sok", "q=alarm"),
        ("/robots.txt", ""),
        ("/sitemap.xml", ""),
        ("/api/tjenester.json", ""),
        ("/", ""),
        ("/nb/abc", ""),
        ("/nb/nothing-here", ""),
        ("/healthz", ""),
        ("STATIC", ""),
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_head_answers_what_get_does_without_the_body(front: Front, path: str, query: str, encoding: str) -> None:
    path = asset("app.css") if path == "STATIC" else path
    headers = {"Accept-Encoding": encoding}

    def lines(answer: Answer) -> set[tuple[str, str]]:
        return {pair for pair in answer.headers if pair[0] != "X-Request-Id"}

    first, got, again = (ask(front, path, query, method=way, headers=headers) for way in ("HEAD", "GET", "HEAD"))
    assert first.body == again.body == b""
    assert first.line == got.line == again.line
    assert lines(first) == lines(got) == lines(again)
    assert got.body or got.status in {302, 308}


def test_head_is_answered_shortly_too(front: Front) -> None:
    etag = ask(front, ENTRY).headers["ETag"]
    assert ask(front, ENTRY, method="HEAD", headers={"If-None-Match": etag}).status == 304


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE", "NONSENSE"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_mark_that_a_page_may_be_kept_never_leaves_the_house(
    front: Front, method: str, headers: dict[str, str]
) -> None:
    for _ in range(2):
        answer = ask(front, ENTRY, method=method, headers=headers)
        assert not [name for name, _ in answer.headers if name.lower().startswith("x-avklart")]


def test_a_kept_page_does_not_carry_the_number_of_somebody_elses_request(front: Front) -> None:
    assert "X-Request-Id" not in ask(front, ENTRY).headers
    assert "X-Request-Id" not in ask(front, ENTRY).headers
    assert "X-Request-Id" in ask(front, "/nb/sok", "q=alarm").headers


def test_the_application_keeps_to_the_contract_with_its_server(front: Front) -> None:
    for path, method, headers in [
        (ENTRY, "GET", {}),
        (ENTRY, "GET", {"If-None-Match": "*"}),
        (ENTRY, "HEAD", {}),
        ("/nb/nothing-here", "GET", {}),
        ("/nb/sok", "GET", {}),
        (ENTRY, "POST", {}),
        (asset("app.css"), "GET", {}),
    ]:
        environ = {**environ_of(path, method=method, headers=headers), "wsgi.input": _Input(), "wsgi.errors": _Errors()}
        assert send(validator(front), environ).status in {200, 304, 404, 405}  # type: ignore[arg-type]


class _Input:
    """A body with nothing in it, with every method that servers must have."""

    def read(self, *_size: int) -> bytes:
        return b""

    readline = readlines = read

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


class _Errors:
    """Somewhere for errors to go, with every method that servers must have."""

    def flush(self) -> None: ...

    def write(self, _text: str) -> None: ...

    writelines = write


def test_a_publication_is_seen_without_anybody_telling_the_process(avklart: Avklart, real_content: Reading) -> None:
    before = ask(avklart.front, ENTRY)
    publish_change(avklart.database, real_content, ENTRY_KEY, title="Nytt navn på oppslaget")
    assert until(lambda: "Nytt navn på oppslaget" in ask(avklart.front, ENTRY).text)
    after = ask(avklart.front, ENTRY)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert ask(avklart.front, ENTRY, headers={"If-None-Match": before.headers["ETag"]}).status == 200


def test_a_process_looks_for_a_publication_at_most_every_quarter_of_a_second(
    avklart: Avklart, real_content: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = [1000.0]
    for module in (front_module, current):
        monkeypatch.setattr(module, "monotonic", lambda: time[0])
    ask(avklart.front, ENTRY)
    publish_change(avklart.database, real_content, ENTRY_KEY, title="Nytt navn på oppslaget")
    time[0] += 0.2
    assert "Nytt navn" not in ask(avklart.front, ENTRY).text
    time[0] += 0.1
    assert "Nytt navn" in ask(avklart.front, ENTRY).text


def test_a_page_of_another_municipality_stays_kept_when_one_publishes_its_own_words(
    avklart: Avklart, real_content: Reading, rendered: list[str]
) -> None:
    key = PageKey("fjordvik", "entry", "sklisikring-og-sno", "nb")
    ask(avklart.front, ENTRY, host=DALSBYGD)
    ask(avklart.front, ENTRY, host=FJORDVIK)
    publish_change(avklart.database, real_content, key, local="Vi har bare nye ord her.")
    look_now(avklart)
    assert "bare nye ord" in ask(avklart.front, ENTRY, host=FJORDVIK).text
    assert "bare nye ord" not in ask(avklart.front, ENTRY, host=DALSBYGD).text
    assert len(rendered) == 3


def test_no_reader_ever_gets_a_page_of_two_publications(
    avklart: Avklart, real_content: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty publications change an entry, the entry that it links to and the municipality's facts at once."""
    monkeypatch.setattr(front_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(current, "FRESH_SECONDS", 0.0)
    parts = real_content.parts
    stop, mixed, seen = Event(), [], set()

    def publish(number: int) -> None:
        word = f"utgave{number:02}"
        publish_all(
            avklart.database,
            [
                (ENTRY_KEY, {**parts[ENTRY_KEY].fields, "title": f"Vei {word}"}),
                (NEIGHBOUR_KEY, {**parts[NEIGHBOUR_KEY].fields, "title": f"Hjelp {word}"}),
                (FACTS_KEY, {**parts[FACTS_KEY].fields, "address": f"Gata {word}"}),
            ],
        )

    def words(page: str) -> list[str]:
        return [page[at : at + 8] for at in range(len(page)) if page.startswith("utgave", at)]

    def read(path: str, encoding: str) -> None:
        while not stop.is_set():
            answer = ask(avklart.front, path, headers={"Accept-Encoding": encoding})
            found = words(answer.text)
            if answer.status != 200 or len(found) < 3 or len(set(found)) != 1:
                mixed.append((answer.line, found))
                return
            seen.update(found)

    publish(0)
    look_now(avklart)
    readers = [
        Thread(target=read, args=(path, encoding)) for path in (ENTRY, "/nb/abc/") for encoding in ("identity", "br")
    ]
    for reader in readers:
        reader.start()
    for number in range(1, 20):
        publish(number)
    stop_when_seen = until(lambda: bool(mixed) or "utgave19" in seen)
    stop.set()
    for reader in readers:
        reader.join()
    assert not mixed
    assert stop_when_seen
    assert len(seen) > 5
    assert words(ask(avklart.front, ENTRY).text)[0] == "utgave19"


class _Slow(dict[str, Any]):
    """A request during which something happens elsewhere: after the state was read, before the page is found."""

    def __init__(self, environ: dict[str, Any], happens: Any) -> None:
        super().__init__(environ)
        self._happens = happens

    def get(self, name: str, default: Any = None) -> Any:
        if name == "QUERY_STRING":
            self._asked = getattr(self, "_asked", 0) + 1
            if self._asked == 2:
                self._happens()
        return super().get(name, default)


def test_a_slow_reader_does_not_put_an_old_page_before_the_new_one(avklart: Avklart, real_content: Reading) -> None:
    front = avklart.front
    ask(front, ENTRY)
    front._shortcuts.clear()

    def publish_and_look() -> None:
        publish_change(avklart.database, real_content, ENTRY_KEY, title="Nytt navn på oppslaget")
        look_now(avklart)
        assert "Nytt navn" in ask(front, "/nb/abc/").text

    slow = _Slow(environ_of(ENTRY), publish_and_look)
    assert "Nytt navn" not in send(front, slow).text
    assert "Nytt navn" in ask(front, ENTRY).text


def test_pages_change_at_midnight_in_norway(avklart: Avklart, clock: FixedClock) -> None:
    def expires() -> str:
        look_now(avklart)
        page = ask(avklart.front, "/.well-known/security.txt").text
        return next(line for line in page.splitlines() if line.startswith("Expires"))

    for before, after in [
        (datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        (datetime(2027, 7, 1, 21, 59, 59, tzinfo=UTC), datetime(2027, 7, 1, 22, 0, tzinfo=UTC)),
    ]:
        clock.time = before.replace(hour=12)
        noon = expires()
        clock.time = before
        assert expires() == noon
        clock.time = after
        assert expires() > noon


class _Ticking(FixedClock):
    """A clock whose day ends while a page is made."""

    def __init__(self, *times: datetime) -> None:
        super().__init__(times[0])
        self._times = list(times)

    def now(self) -> datetime:
        if len(self._times) > 1:
            return self._times.pop(0)
        return self._times[0]


def test_a_page_that_was_begun_before_midnight_is_not_kept_for_the_new_day(site_settings: Settings) -> None:
    evening, night = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC), datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    reference = create_app(site_settings, clock=FixedClock(night))
    right = ask(reference.front, "/.well-known/security.txt").body
    for evenings in range(1, 8):
        site = create_app(site_settings, clock=_Ticking(*[evening] * evenings, night))
        for _ in range(evenings + 3):
            look_now(site)
            last = ask(site.front, "/.well-known/security.txt").body
        assert last == right, f"the day ended at the {evenings + 1}th look at the clock"
        site.database.close()
    reference.database.close()


def test_what_is_kept_stays_within_its_limit(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "MOST_KEPT_BYTES", 60_000)
    paths = ["", "abc/", "om", "personvern", "tjenester/", "nodnummer", "ordliste", "innsatstrapp", "hjelpemidler"]
    for _ in range(2):
        for path in paths:
            for encoding in ("identity", "gzip", "br"):
                assert ask(front, f"/nb/{path}", headers={"Accept-Encoding": encoding}).status == 200
                alive = {id(kept): kept for kept in (*front._kept.values(), *front._shortcuts.values())}
                assert sum(len(kept.body[0]) for kept in alive.values()) <= 60_000
                assert front._kept_bytes == sum(len(kept.body[0]) for kept in front._kept.values())
    assert front._kept
    assert front.misses > 3 * len(paths)


def test_a_page_larger_than_the_limit_is_served_and_not_kept(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "MOST_KEPT_BYTES", 100)
    first, second = ask(front, ENTRY), ask(front, ENTRY)
    assert first.body == second.body
    assert front._kept_bytes == len(front._kept) == 0


def test_a_client_cannot_fill_the_memory_with_its_headers(front: Front) -> None:
    for number in range(50):
        assert ask(front, ENTRY, headers={"Accept-Encoding": f"x{number}" + "a" * 5000}).status == 200
    assert sum(len(part) for key in front._shortcuts for part in key) < 50_000
    for number in range(front_module._MOST_SHORTCUTS + 10):
        ask(front, ENTRY, headers={"Accept-Encoding": f"x{number}"})
    assert len(front._shortcuts) <= front_module._MOST_SHORTCUTS


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_two_municipalities_never_share_a_page(front: Front, encoding: str) -> None:
    paths = ["/nb/", "/nn/abc/", ENTRY, "/nb/hvem-gjor-hva/snomaking", "/robots.txt", "/sitemap.xml", "/nb/moteplasser"]
    headers = {"Accept-Encoding": encoding}
    for path in paths:
        for _ in range(2):
            texts = [ask(front, path, host=host, headers=headers).plain for host in (FJORDVIK, DALSBYGD)]
            assert texts[0] != texts[1]
            if not path.startswith("/n"):
                assert b"dalsbygd" in texts[1]
            else:
                assert b"Fjordvik kommune</title>" in texts[0]
                assert b"Dalsbygd kommune</title>" in texts[1]


def test_the_site_goes_on_without_its_database(avklart: Avklart, real_content: Reading, tmp_path: Path) -> None:
    front, file = avklart.front, tmp_path / "avklart.db"
    kept = ask(front, ENTRY)
    away = tmp_path.with_name(tmp_path.name + "-away")
    shutil.move(tmp_path, away)
    avklart.database.close()
    look_now(avklart)
    assert ask(front, ENTRY).body == kept.body
    never_asked_before = ask(front, "/nb/abc/frivillig-hjelp")
    assert never_asked_before.status == 200
    assert ask(front, "/nb/sok", "q=alarm").status == 200
    assert not file.exists(), "an empty database was made in its place"
    shutil.move(away, tmp_path)
    publish_change(avklart.database, real_content, ENTRY_KEY, title="Nytt navn på oppslaget")
    look_now(avklart)
    assert "Nytt navn" in ask(front, ENTRY).text


@pytest.mark.parametrize("fault", ["without tables", "without content", "not a database"])
def test_the_site_goes_on_where_its_database_is_spoilt(avklart: Avklart, tmp_path: Path, fault: str) -> None:
    front, file = avklart.front, tmp_path / "avklart.db"
    kept = ask(front, ENTRY)
    avklart.database.close()
    file.unlink()
    if fault == "not a database":
        file.write_bytes(b"nothing that a database would know" * 1000)
    elif fault == "without content":
        schema.migrate(avklart.database)
    look_now(avklart)
    assert ask(front, ENTRY).body == kept.body
    assert ask(front, "/nb/abc/frivillig-hjelp").status == 200


@pytest.mark.parametrize("fault", ["no file", "no content"])
def test_a_site_without_content_says_so_and_recovers_by_itself(
    settings: Settings, clock: FixedClock, real_content: Reading, fault: str
) -> None:
    settings.data.mkdir(exist_ok=True)
    database = Database(settings.database_url)
    if fault == "no content":
        schema.migrate(database)
    site = create_app(settings, clock=clock)
    for path, language in (("/nb/", "nb"), ("/en/abc/", "en"), ("/nn/nothing-here", "nn")):
        answer = ask(site.front, path)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'<html lang="{language}"' in answer.text
        assert "113" in answer.text
    schema.migrate(database)
    with database.writing() as session:
        import_parts(session, real_content.parts, fingerprint="tests", at=clock.now())
    assert until(lambda: ask(site.front, "/nb/").status == 200)
    assert ask(site.front, "/readyz").status == 200
    database.close()
    site.database.close()


@pytest.mark.parametrize("name", ["app.css", "floor.css", "app.js"])
def test_a_built_asset_is_served_packed_for_ever(front: Front, name: str) -> None:
    answers = {way: ask(front, asset(name), headers={"Accept-Encoding": way}) for way in ("identity", "gzip", "br")}
    for way, answer in answers.items():
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers.get("Content-Encoding", "identity") == way
        assert answer.headers["Vary"] == "Accept-Encoding"
        etag = answer.headers["ETag"]
        short = ask(front, asset(name), headers={"Accept-Encoding": way, "If-None-Match": etag})
        assert (short.status, short.body) == (304, b"")
        assert short.head_size < 400
    plain = answers["identity"].body
    assert gzip.decompress(answers["gzip"].body) == brotli.decompress(answers["br"].body) == plain
    media_type = "text/css" if name.endswith("css") else "text/javascript"
    assert answers["br"].headers["Content-Type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/static/", "/static/app.css", "/static/manifest.json", "/static/.stamp", "/static/../app.py",
        "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/app-000000000000.css", "/static/app.css.br",
    ],
)  # fmt: skip
def test_nothing_but_built_assets_is_served_as_static(front: Front, path: str) -> None:
    assert ask(front, path).status in {308, 404}
