"""A municipality's own systems get signed webhooks, Bundles and files, whole, under one id, at allowed addresses."""

from __future__ import annotations

import hmac
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Event

import pytest

from tests.conftest import NOON
from tests.factories.servers import Inbox, certificate, free_port, receiver
from tests.gateways.receiver_file import NEW, OLD, TOKEN
from webapp.gateways.archive import FolderArchive
from webapp.gateways.fhir_endpoint import HttpFhirEndpoint
from webapp.gateways.receivers import receivers
from webapp.gateways.webhook import HttpWebhook
from webapp.kernel.delivery import PermanentFault, TemporaryFault
from webapp.settings import Settings

ID = "0123456789abcdef" * 2
BODY = '{"type": "referral.sent", "name": "Åse"}'.encode()
HOUR = timedelta(hours=1)
Send = Callable[[str], None]


def by_webhook(url: str) -> None:
    """Post a webhook to an address on this machine."""
    HttpWebhook(url, (NEW,), allow_private=True).send(ID, BODY, NOON)


def by_fhir(url: str) -> None:
    """Post a Bundle to an address on this machine."""
    HttpFhirEndpoint(url, allow_private=True).send(ID, BODY)


both = pytest.mark.parametrize("send", [by_webhook, by_fhir])


@contextmanager
def answering(
    status: int | None = 204, headers: Mapping[str, str] | None = None, body: bytes = b"",
    tls: ssl.SSLContext | None = None,
) -> Iterator[tuple[Inbox, str]]:  # fmt: skip
    """Run a receiver that answers every request alike; answer its inbox and its address."""
    inbox = Inbox(status=status, headers=dict(headers or {}), body=body)
    with receiver(inbox, tls) as port:
        yield inbox, f"{'https' if tls else 'http'}://127.0.0.1:{port}/in"


def test_a_webhook_is_signed_by_each_active_secret_over_its_id_its_time_and_its_body() -> None:
    with answering() as (inbox, url):
        HttpWebhook(url, (NEW, OLD), allow_private=True).send(ID, BODY, NOON)
    (request,) = inbox.requests
    assert (request.path, request.body) == ("/in", BODY)
    assert request.headers["content-type"] == "application/json"
    assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == (ID, str(int(NOON.timestamp())))
    told = f"{ID}.{int(NOON.timestamp())}.".encode() + BODY
    codes = [b64encode(hmac.new(secret, told, sha256).digest()).decode() for secret in (NEW, OLD)]
    assert request.headers["webhook-signature"] == f"v1,{codes[0]} v1,{codes[1]}"


def test_a_bundle_is_posted_to_the_base_with_its_id_and_the_newest_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    with answering(200, body=b"{}") as (inbox, url):
        way = HttpFhirEndpoint(url, token, allow_private=True)
        for written in (TOKEN, "another"):
            token.write_text(f"{written}\n", "utf-8")
            way.send(ID, BODY)
    first, second = inbox.requests
    assert (first.path, first.body) == ("/in", BODY)
    assert first.headers["content-type"] == first.headers["accept"] == "application/fhir+json"
    assert (first.headers["prefer"], first.headers["x-request-id"]) == ("return=minimal", ID)
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert second.headers["authorization"] == "Bearer another"


def test_nothing_is_posted_where_the_token_is_gone_and_none_is_sent_where_none_is_named(tmp_path: Path) -> None:
    with answering() as (inbox, url):
        with pytest.raises(TemporaryFault, match="token file cannot be read"):
            HttpFhirEndpoint(url, tmp_path / "gone", allow_private=True).send(ID, BODY)
        assert inbox.requests == []
        by_fhir(url)
    assert "authorization" not in inbox.requests[0].headers


@both
@pytest.mark.parametrize("body", [b"", b"{}", b"<html>kanari", b"\xff" * 9000])
@pytest.mark.parametrize("status", [200, 201, 202])
def test_an_answer_of_the_200s_means_that_it_was_taken_whatever_stands_in_it(
    send: Send, status: int, body: bytes
) -> None:
    with answering(status, body=body) as (inbox, url):
        send(url)
    assert len(inbox.requests) == 1


@both
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 413, 422])
def test_an_answer_of_the_400s_is_permanent(send: Send, status: int) -> None:
    with answering(status, {"Retry-After": "60"}, b"kanari") as (_, url), pytest.raises(PermanentFault) as caught:
        send(url)
    assert str(caught.value) == f"refused {status}"


@both
@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_trouble_of_the_receivers_may_pass(send: Send, status: int) -> None:
    with answering(status, body=b"kanari") as (_, url), pytest.raises(TemporaryFault) as caught:
        send(url)
    assert (str(caught.value), caught.value.wait) == (f"put off {status}", timedelta(0))


DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@both
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("asked", "wait"), [
    ("0", timedelta(0)), ("90", timedelta(seconds=90)), (" 3600 ", HOUR), ("21600", 6 * HOUR), ("99999999", 6 * HOUR),
    ("9" * 5000, timedelta(0)), ("-5", timedelta(0)), ("1.5", timedelta(0)), ("soon", timedelta(0)), ("", timedelta(0)),
    ("Sun, 22 Nov 2026 14:00:00 GMT", 2 * HOUR), ("Sun, 22 Nov 2026 14:00:00 +0100", HOUR),
    ("Sunday, 22-Nov-26 13:00:00 GMT", HOUR), ("Mon, 23 Nov 2026 14:00:00 GMT", 6 * HOUR),
    ("Sun, 22 Nov 2026 11:00:00 GMT", timedelta(0)), ("Sun, 22 Nov 2026 14:00:00 -0000", timedelta(0)),
    ("Sun, 99 Nov 2026 14:00:00 GMT", timedelta(0)), ("Sun, 22 Nov 99999 14:00:00 GMT", timedelta(0)),
])  # fmt: skip
def test_a_receiver_may_ask_for_a_wait_in_seconds_or_until_a_time_by_its_own_clock(
    send: Send, status: int, asked: str, wait: timedelta
) -> None:
    with answering(status, {"Retry-After": asked, "Date": DATE}) as (_, url), pytest.raises(TemporaryFault) as caught:
        send(url)
    assert caught.value.wait == wait


@pytest.mark.parametrize("date", ["", "now"])
def test_a_time_of_a_receiver_without_a_clock_is_not_guessed(date: str) -> None:
    asked = {"Retry-After": "Sun, 22 Nov 2026 14:00:00 GMT", "Date": date}
    with answering(503, asked) as (_, url), pytest.raises(TemporaryFault) as caught:
        by_webhook(url)
    assert caught.value.wait == timedelta(0)


@both
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(send: Send, status: int) -> None:
    with (
        answering() as (target, there),
        answering(status, {"Location": there}) as (inbox, url),
        pytest.raises(TemporaryFault, match=f"put off {status}"),
    ):
        send(url)
    assert (len(inbox.requests), len(target.requests)) == (1, 0)


@both
def test_a_connection_that_is_reset_after_the_body_or_is_not_there_may_come_back(send: Send) -> None:
    with pytest.raises(TemporaryFault, match="ConnectionError"):
        send(f"http://127.0.0.1:{free_port()}")
    inbox = Inbox(resets=True)
    with receiver(inbox) as port, pytest.raises(TemporaryFault, match="ConnectionError"):
        send(f"http://127.0.0.1:{port}")
    assert [request.body for request in inbox.requests] == [BODY]


def test_a_receiver_that_does_not_answer_in_time_may_have_taken_it() -> None:
    inbox = Inbox(go_on=Event())
    with receiver(inbox) as port:
        url = f"http://127.0.0.1:{port}"
        with pytest.raises(TemporaryFault, match="ReadTimeout"):
            HttpWebhook(url, (NEW,), allow_private=True, timeout=0.1).send(ID, BODY, NOON)
        with pytest.raises(TemporaryFault, match="ReadTimeout"):
            HttpFhirEndpoint(url, allow_private=True, timeout=0.1).send(ID, BODY)
        assert inbox.go_on is not None
        inbox.go_on.set()


@pytest.mark.parametrize("url", ["https://127.0.0.1:{0}", "https://localhost:{0}", "http://127.0.0.1:{0}"])
def test_an_address_inside_a_network_is_refused_unless_the_operator_allows_it(url: str) -> None:
    inbox = Inbox()
    word = "private address" if "https" in url else "InvalidSchema"
    with receiver(inbox) as port:
        with pytest.raises(TemporaryFault, match=word):
            HttpWebhook(url.format(port), (NEW,)).send(ID, BODY, NOON)
        with pytest.raises(TemporaryFault, match=word):
            HttpFhirEndpoint(url.format(port)).send(ID, BODY)
    assert inbox.requests == []


# Certificates


def over_tls(url: str, authority: Path | None) -> None:
    """Post a webhook to an address on this machine, trusting a file of certificates."""
    HttpWebhook(url, (NEW,), allow_private=True, authority=authority).send(ID, BODY, NOON)


def test_a_receiver_is_trusted_by_the_certificates_that_the_operator_names(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, "127.0.0.1")
    with answering(tls=server) as (inbox, url):
        over_tls(url, tmp_path / "certificate.pem")
    assert [request.body for request in inbox.requests] == [BODY]


@pytest.mark.parametrize(("name", "ends", "trusted", "word"), [
    ("127.0.0.1", -timedelta(days=1), True, "certificate expired"),
    ("127.0.0.1", timedelta(days=1), False, "certificate refused"),
    ("other.example", timedelta(days=1), True, "certificate refused"),
])  # fmt: skip
def test_a_certificate_that_does_not_hold_is_the_operators_to_mend_and_nothing_is_told_until_then(
    tmp_path: Path, name: str, ends: timedelta, trusted: bool, word: str,  # noqa: FBT001
) -> None:  # fmt: skip
    server, _ = certificate(tmp_path, name, ends=ends)
    with answering(tls=server) as (inbox, url), pytest.raises(TemporaryFault, match=word):
        over_tls(url, tmp_path / "certificate.pem" if trusted else None)
    assert inbox.requests == []


def test_a_server_that_speaks_no_tls_and_a_file_of_certificates_that_is_gone_have_words_of_their_own(
    tmp_path: Path,
) -> None:
    with answering() as (inbox, url):
        with pytest.raises(TemporaryFault, match="no safe connection"):
            over_tls(url.replace("http:", "https:"), None)
        with pytest.raises(TemporaryFault, match="certificate file cannot be read"):
            over_tls(url.replace("http:", "https:"), tmp_path / "gone.pem")
    assert inbox.requests == []


# The archive, and the folders of the demonstration

FILES = {"henvendelse.pdf": b"%PDF-1.7 first", "opplysninger.json": b"{}"}


def contents(folder: Path) -> dict[str, bytes]:
    """Answer all files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    """Answer what stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_the_archive_gets_a_folder_for_each_message_and_keeps_the_first(tmp_path: Path) -> None:
    way = FolderArchive(tmp_path)
    way.put(ID, FILES)
    way.put(ID, {"henvendelse.pdf": b"second", "more.txt": b""})
    assert contents(tmp_path) == {f"{ID}/{name}": content for name, content in FILES.items()}
    assert (tmp_path / ID).stat().st_mode & 0o777 == 0o750
    assert names(tmp_path) == [ID]


def test_what_a_killed_worker_left_half_written_is_not_taken_for_the_message_and_goes(tmp_path: Path) -> None:
    for name in (f".{ID}.abc", f".{'1' * 32}.abc"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "henvendelse.pdf").write_bytes(b"%PDF-1.7 fi")
    FolderArchive(tmp_path).put(ID, FILES)
    assert names(tmp_path) == [f".{'1' * 32}.abc", ID]
    assert contents(tmp_path / ID) == FILES


def test_two_workers_with_the_same_message_leave_one_whole_folder(tmp_path: Path) -> None:
    together = Barrier(2)

    def put(number: int) -> None:
        together.wait(10)
        for name in range(50):
            FolderArchive(tmp_path).put(f"{name}", {"a.txt": b"%d" % number, "b.txt": b"%d" % number})

    with ThreadPoolExecutor(2) as pool:
        late = [found for one in [pool.submit(put, n) for n in range(2)] if (found := one.exception(60))]
    assert all(isinstance(found, TemporaryFault) for found in late), "one that was overtaken is tried again"
    for folder in tmp_path.iterdir():
        if not folder.name.startswith("."):
            assert (folder / "a.txt").read_bytes() == (folder / "b.txt").read_bytes()


def test_an_archive_that_is_not_there_is_waited_for_and_never_made(tmp_path: Path) -> None:
    with pytest.raises(TemporaryFault, match="archive: No such file or directory"):
        FolderArchive(tmp_path / "disk").put(ID, FILES)
    assert names(tmp_path) == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TemporaryFault, match="archive: Not a directory"):
        FolderArchive(tmp_path / "file").put(ID, FILES)


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "/etc/passwd", "../up", "a/"])
def test_a_name_that_leads_elsewhere_is_refused_whole(tmp_path: Path, name: str) -> None:
    for message_id, files in ((ID, {"a.txt": b"", name: b""}), (name, FILES)):
        with pytest.raises(PermanentFault, match="bad file name"):
            FolderArchive(tmp_path).put(message_id, files)
    assert names(tmp_path) == []


def test_the_demonstration_has_folders_for_each_municipality(settings: Settings) -> None:
    for code in ("fjordvik", "dalsbygd"):
        for _ in range(2):
            ways = receivers(settings).of(code)
            assert ways.webhook
            assert ways.fhir
            assert ways.archive
            ways.webhook.send(ID, BODY, NOON)
            ways.fhir.send(ID, b"{}")
            ways.archive.put(ID, FILES)
    expected = {f"webhook/{ID}.json": BODY, f"fhir/{ID}.json": b"{}"} | {
        f"archive/{ID}/{name}": content for name, content in FILES.items()
    }
    assert contents(settings.data / "out" / "fjordvik") == contents(settings.data / "out" / "dalsbygd") == expected
    assert receivers(replace(settings, env="production")).of("fjordvik").archive is None


def told_of(way: str, status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Answer whether a receiver that answers so has acknowledged."""
    with answering(status, headers, body) as (_, url):
        if way == "webhook":
            return HttpWebhook(url, (NEW,), allow_private=True).send(ID, BODY, NOON)
        return HttpFhirEndpoint(url, allow_private=True).send(ID, BODY)


ACKNOWLEDGED, PLACE = b'{"status": "acknowledged"}', {"Location": "https://journal.example/Bundle/1"}
TAKEN_WHOLE = b'{"resourceType": "Bundle", "type": "transaction-response"}'


@pytest.mark.parametrize(("way", "status", "headers", "body", "is_acknowledged"), [
    ("webhook", 200, {}, ACKNOWLEDGED, True), ("webhook", 202, {}, ACKNOWLEDGED, True),
    ("webhook", 201, {}, ACKNOWLEDGED, False), ("webhook", 200, {}, b'{"status": "queued"}', False),
    ("webhook", 200, {}, b'["acknowledged"]', False), ("webhook", 200, {}, b"acknowledged", False),
    ("webhook", 200, {}, b" " * 70_000 + ACKNOWLEDGED, False), ("webhook", 200, {}, b"[" * 60_000, False),
    ("webhook", 200, PLACE, b"", False), ("webhook", 204, {}, b"", False),
    ("fhir", 200, {}, TAKEN_WHOLE, True), ("fhir", 201, PLACE, b"", True), ("fhir", 200, PLACE, b"junk", True),
    ("fhir", 200, {}, b'{"resourceType": "Bundle", "type": "batch"}', False), ("fhir", 202, PLACE, b"", False),
    ("fhir", 200, {}, ACKNOWLEDGED, False), ("fhir", 200, {}, b"\xff", False),
])  # fmt: skip
def test_a_receiver_acknowledges_in_its_own_words_and_anything_else_means_taken(
    way: str, status: int, headers: Mapping[str, str], body: bytes, *, is_acknowledged: bool
) -> None:
    assert told_of(way, status, headers, body) is is_acknowledged


def test_an_answer_that_is_not_whole_acknowledges_nothing_and_is_taken_all_the_same() -> None:
    assert told_of("webhook", 200, {"Content-Length": "99"}, ACKNOWLEDGED) is False
