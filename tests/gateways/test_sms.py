"""Text messages are posted signed, to public addresses only, and a refusal is told from trouble that passes."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.factories.servers import Request, certificate, free_port, http_server
from webapp.gateways.posting import is_public
from webapp.gateways.sms import FolderTexter, HttpTexter, Sms, number_of, texter
from webapp.kernel.clock import FixedClock
from webapp.kernel.delivery import PermanentFault, TemporaryFault
from webapp.kernel.errors import InvalidError
from webapp.settings import Settings

SECRET = b"0123456789abcdef0123456789abcdef"
SMS = Sms("0" * 32, "+4761359000", "Koden din er 123456. Hilsen Fjordvik på øya")


def to_port(port: int, scheme: str = "http") -> HttpTexter:
    """Answer what posts to a server on this machine."""
    url = f"{scheme}://127.0.0.1:{port}/sms?way=1"
    return HttpTexter(url, SECRET, clock=FixedClock(NOON), allow_private=True)


def test_a_message_is_posted_as_json_with_a_signature_over_its_id_its_time_and_its_body() -> None:
    requests: list[Request] = []
    with http_server(requests) as port:
        to_port(port).send(SMS)
    (request,) = requests
    assert request.path == "/sms?way=1"
    assert json.loads(request.body) == {"id": SMS.id, "to": SMS.to, "text": SMS.text}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == SMS.id
    time = request.headers["webhook-timestamp"]
    assert time == str(int(NOON.timestamp()))
    code = hmac.new(SECRET, f"{SMS.id}.{time}.".encode() + request.body, sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{b64encode(code).decode()}"
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_answer_of_the_200s_means_that_it_was_taken(status: int) -> None:
    requests: list[Request] = []
    with http_server(requests, status) as port:
        to_port(port).send(SMS)
    assert len(requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_an_answer_of_the_400s_is_permanent(status: int) -> None:
    with http_server([], status) as port, pytest.raises(PermanentFault, match=f"refused {status}"):
        to_port(port).send(SMS)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 301, 304])
def test_every_other_answer_may_pass(status: int) -> None:
    with http_server([], status) as port, pytest.raises(TemporaryFault, match=f"put off {status}"):
        to_port(port).send(SMS)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    first: list[Request] = []
    second: list[Request] = []
    with (
        http_server(second) as target,
        http_server(first, status, {"Location": f"http://127.0.0.1:{target}/"}) as port,
        pytest.raises(TemporaryFault),
    ):
        to_port(port).send(SMS)
    assert (len(first), len(second)) == (1, 0)


def test_a_server_that_is_not_there_or_hangs_up_may_come_back() -> None:
    with pytest.raises(TemporaryFault, match="ConnectionError"):
        to_port(free_port()).send(SMS)
    requests: list[Request] = []
    with http_server(requests, None) as port, pytest.raises(TemporaryFault, match="ConnectionError"):
        to_port(port).send(SMS)
    assert len(requests) == 1


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(tmp_path: Path) -> None:
    requests: list[Request] = []
    server, _trusted = certificate(tmp_path, "127.0.0.1")
    with http_server(requests, tls=server) as port, pytest.raises(TemporaryFault, match="certificate refused"):
        to_port(port, "https").send(SMS)
    assert requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"])
def test_a_name_that_leads_to_a_private_address_is_refused_after_it_was_resolved(host: str) -> None:
    requests: list[Request] = []
    with http_server(requests) as port, pytest.raises(TemporaryFault, match="private address"):
        HttpTexter(f"https://{host}:{port}/", SECRET).send(SMS)
    assert requests == []


def test_nothing_is_posted_without_tls() -> None:
    requests: list[Request] = []
    with http_server(requests) as port, pytest.raises(TemporaryFault, match="InvalidSchema"):
        HttpTexter(f"http://127.0.0.1:{port}/", SECRET).send(SMS)
    assert requests == []


def test_no_proxy_and_no_login_is_taken_from_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login name password word")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    requests: list[Request] = []
    with http_server(requests) as port:
        to_port(port).send(SMS)
    assert "authorization" not in requests[0].headers


@pytest.mark.parametrize(("address", "answer"), [
    ("8.8.8.8", True), ("2a00:1450:4001::1", True), ("::ffff:8.8.8.8", True),
    ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("127.0.0.1", False),
    ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False),
    ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("ff02::1", False),
])  # fmt: skip
def test_only_addresses_of_the_open_internet_are_public(address: str, answer: bool) -> None:  # noqa: FBT001
    assert is_public(address) is answer


def test_the_secret_and_the_address_are_not_shown() -> None:
    shown = repr(HttpTexter("https://sms.example/token", SECRET))
    assert "token" not in shown
    assert SECRET.decode() not in shown


def test_the_demonstration_puts_messages_into_a_folder_once_for_each_id(tmp_path: Path) -> None:
    way = FolderTexter(tmp_path / "sms")
    way.send(SMS)
    way.send(SMS)
    (path,) = (tmp_path / "sms").iterdir()
    assert path.name == f"{SMS.id}.txt"
    assert path.read_text("utf-8") == f"Til: +4761359000\nId: {SMS.id}\n\n{SMS.text}\n"


def test_the_settings_choose_how_text_messages_are_sent(
    settings: Settings, production: Callable[..., Settings]
) -> None:
    assert texter(settings) == FolderTexter(settings.data / "sms")
    assert texter(production(sms_url="")) is None
    real = texter(production(sms_url="https://sms.example/", sms_secret=SECRET))
    assert isinstance(real, HttpTexter)
    assert (real.url, real.secret, real.allow_private) == ("https://sms.example/", SECRET, False)


@pytest.mark.parametrize(("written", "number"), [
    ("61 35 90 00", "+4761359000"), ("61359000", "+4761359000"), ("+47 61 35 90 00", "+4761359000"),
    ("0047 613 59 000", "+4761359000"), ("(+47) 61-35-90-00", "+4761359000"), ("\u00a0913\u202f45 678 ", "+4791345678"),
    ("+46 70 123 45 67", "+46701234567"), ("0048 601 234 567", "+48601234567"), ("+1 (212) 555-0100", "+12125550100"),
])  # fmt: skip
def test_a_number_is_understood_as_people_write_it(written: str, number: str) -> None:
    assert number_of(written) == number
    assert number_of(number) == number


@pytest.mark.parametrize("written", [
    "", "113", "6135900", "613590000", "+47 613590", "+47 613590000", "+4711359000", "01234567", "+0 1234567890",
    "+46123", "+4612345678901234", "61 35 90 0x", "++4761359000", "٦١٣٥٩٠٠٠", "61359000\n61359001", "+", "00",
])  # fmt: skip
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(InvalidError, match="allowed: eight digits"):
        number_of(written)


@given(st.text(alphabet="+0123456789 -x", max_size=60))
def test_a_number_is_always_a_plus_and_8_to_15_digits(written: str) -> None:
    try:
        number = number_of(written)
    except InvalidError:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdecimal()
    assert 8 <= len(number[1:]) <= 15
