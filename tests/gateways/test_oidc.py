"""Signing in with a real provider in a process of its own: what is asked, who is let in, and who is refused."""

from __future__ import annotations

import json
import logging
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.conftest import NOON
from tests.factories.servers import free_port
from tests.gateways.oidc_provider import CALLBACK, PID, SECRET, StrictProvider, new_key, start_provider
from webapp.gateways import oidc_metadata
from webapp.gateways.oidc import OidcClient, OidcRefusedError, OidcUnavailableError, Provider, Refusal, Transaction
from webapp.kernel.clock import FixedClock

METADATA = "/.well-known/openid-configuration"
TOKEN = "/oauth2/token"
KEYS = "/jwks"
SECONDS = int(NOON.timestamp())
OLA = {
    "pid": PID, "acr": "idporten-loa-high", "amr": ["BankID"], "sid": "sid-1", "locale": "nb", "name": "Ola Nordmann",
}  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[StrictProvider]:
    """A provider, one for all tests here."""
    with start_provider() as found:
        yield found


@pytest.fixture
def provider(running: StrictProvider) -> StrictProvider:
    """The provider as it was when it started, at noon, knowing Ola."""
    running.reset()
    running.hold(NOON)
    running.person("ola", **OLA)
    return running


@pytest.fixture
def client(provider: StrictProvider, clock: FixedClock) -> OidcClient:
    """A municipality's client of ID-porten."""
    return OidcClient(provider.register(), clock, allow_loopback=True)


@pytest.fixture
def staff(provider: StrictProvider, clock: FixedClock) -> OidcClient:
    """A municipality's client of its own sign-in."""
    return OidcClient(provider.register(kind="staff"), clock, allow_loopback=True)


def come_back(provider: StrictProvider, client: OidcClient, **asked: Any) -> tuple[Transaction, dict[str, str]]:
    """Send Ola to the provider; answer the transaction and what he brings back."""
    address, transaction = client.start(CALLBACK, **asked)
    return transaction, provider.log_in(address, "ola")


def refused(client: OidcClient, transaction: Transaction, query: dict[str, str]) -> Refusal:
    """Answer why somebody is not let in."""
    with pytest.raises(OidcRefusedError) as caught:
        client.finish(transaction, query)
    return caught.value.why


def test_somebody_who_logs_in_is_who_the_provider_says(provider: StrictProvider, client: OidcClient) -> None:
    identity = client.finish(*come_back(provider, client))
    assert (identity.issuer, identity.subject) == (provider.issuer, "ola")
    assert (identity.pid, identity.acr, identity.amr) == (PID, "idporten-loa-high", ("BankID",))
    assert (identity.sid, identity.locale, identity.name) == ("sid-1", "nb", "Ola Nordmann")
    assert identity.auth_time == NOON
    assert identity.roles == ()


def test_what_is_asked_holds_a_challenge_a_state_and_a_nonce_that_cannot_be_guessed(client: OidcClient) -> None:
    address, transaction = client.start(CALLBACK, acr="idporten-loa-high", max_age=0, prompt="login", locale="nn")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    challenge = urlsafe_b64encode(sha256(transaction.verifier.encode()).digest()).rstrip(b"=").decode()
    assert asked == {
        "response_type": "code", "client_id": "fjordvik-idporten", "redirect_uri": CALLBACK,
        "scope": "openid profile email", "state": transaction.state, "nonce": transaction.nonce,
        "code_challenge": challenge, "code_challenge_method": "S256", "acr_values": "idporten-loa-high",
        "max_age": "0", "prompt": "login", "ui_locales": "nn",
    }  # fmt: skip
    assert 43 <= len(transaction.verifier) <= 128
    assert min(len(transaction.state), len(transaction.nonce)) >= 43


def test_every_sign_in_has_secrets_of_its_own(client: OidcClient) -> None:
    begun = [client.start(CALLBACK)[1] for _ in range(20)]
    secrets = {secret for one in begun for secret in (one.state, one.nonce, one.verifier)}
    assert len(secrets) == 60


def test_residents_are_asked_for_level_substantial_where_no_level_is_named(client: OidcClient) -> None:
    address, transaction = client.start(CALLBACK)
    assert transaction.acr == "idporten-loa-substantial"
    assert "acr_values=idporten-loa-substantial" in address
    assert not {"max_age", "prompt", "ui_locales"} & parse_qs(urlsplit(address).query).keys()


def test_a_transaction_is_kept_as_json_and_comes_back_whole(provider: StrictProvider, client: OidcClient) -> None:
    transaction, query = come_back(provider, client, max_age=60)
    kept = transaction.to_dict()
    assert all(isinstance(value, str | int) for value in kept.values())
    assert Transaction.from_dict(kept) == transaction
    assert client.finish(Transaction.from_dict(kept), query).subject == "ola"


@pytest.mark.parametrize("kept", [{}, {"state": "s"}, {"issued_at": "yesterday"}, {"issued_at": None}])
def test_a_transaction_that_cannot_be_read_is_none(kept: dict[str, Any]) -> None:
    with pytest.raises(OidcRefusedError, match="state"):
        Transaction.from_dict(kept)


def test_the_provider_refuses_to_begin_without_a_challenge(provider: StrictProvider, client: OidcClient) -> None:
    address, _ = client.start(CALLBACK)
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert provider.open(address) == 200
    for missing in ("code_challenge", "code_challenge_method", "nonce", "state"):
        bare = urlencode({name: value for name, value in asked.items() if name != missing})
        assert provider.open(parts._replace(query=bare).geturl()) >= 302, missing


def test_a_code_is_of_use_only_with_the_verifier_it_was_asked_with(
    provider: StrictProvider, client: OidcClient
) -> None:
    transaction, query = come_back(provider, client)
    other = client.start(CALLBACK)[1].verifier
    assert refused(client, replace(transaction, verifier=other), query) is Refusal.REPLAYED
    assert client.finish(transaction, query).subject == "ola"


def test_a_callback_that_comes_twice_is_refused(provider: StrictProvider, client: OidcClient) -> None:
    transaction, query = come_back(provider, client)
    client.finish(transaction, query)
    assert refused(client, transaction, query) is Refusal.REPLAYED


@pytest.mark.parametrize("state", [{}, {"state": ""}, {"state": "another"}, {"state": "å"}], ids=str)
def test_an_answer_to_another_question_is_refused_before_the_provider_is_asked(
    provider: StrictProvider, client: OidcClient, state: dict[str, str]
) -> None:
    transaction, query = come_back(provider, client)
    assert refused(client, transaction, {"code": query["code"], **state}) is Refusal.STATE
    assert provider.visits(TOKEN) == 0


@pytest.mark.parametrize("later", [timedelta(minutes=30, seconds=1), timedelta(seconds=-31)])
def test_a_sign_in_has_half_an_hour_and_does_not_come_from_the_future(
    provider: StrictProvider, client: OidcClient, clock: FixedClock, later: timedelta
) -> None:
    transaction, query = come_back(provider, client)
    clock.time += later
    assert refused(client, transaction, query) is Refusal.EXPIRED


FAULTS: list[tuple[dict[str, Any], Refusal]] = [
    ({"nonce": "another"}, Refusal.NONCE),
    ({"nonce": None}, Refusal.NONCE),
    ({"exp": SECONDS - 31}, Refusal.EXPIRED),
    ({"exp": None}, Refusal.EXPIRED),
    ({"exp": "tomorrow"}, Refusal.EXPIRED),
    ({"iat": SECONDS + 31}, Refusal.EXPIRED),
    ({"iat": None}, Refusal.EXPIRED),
    ({"nbf": SECONDS + 31}, Refusal.EXPIRED),
    ({"aud": "another"}, Refusal.AUDIENCE),
    ({"aud": None}, Refusal.AUDIENCE),
    ({"aud": []}, Refusal.AUDIENCE),
    ({"aud": ["fjordvik-idporten", "another"]}, Refusal.AUDIENCE),
    ({"aud": ["fjordvik-idporten", "another"], "azp": "another"}, Refusal.AUDIENCE),
    ({"azp": "another"}, Refusal.AUDIENCE),
    ({"iss": "https://idporten.no"}, Refusal.ISSUER),
    ({"iss": None}, Refusal.ISSUER),
    ({"sub": None}, Refusal.TOKEN),
    ({"sub": ""}, Refusal.TOKEN),
    ({"sub": 7}, Refusal.TOKEN),
    ({"sub": "x" * 256}, Refusal.TOKEN),
    ({"acr": "idporten-loa-low"}, Refusal.LEVEL),
    ({"acr": None}, Refusal.LEVEL),
    ({"acr": "urn:unknown"}, Refusal.LEVEL),
    ({"acr": ["idporten-loa-high"]}, Refusal.TOKEN),
    ({"pid": None}, Refusal.PERSON),
    ({"pid": "13875500282"}, Refusal.PERSON),
    ({"pid": int(PID)}, Refusal.TOKEN),
    ({"sid": 7}, Refusal.TOKEN),
]


@pytest.mark.parametrize(("claims", "why"), FAULTS, ids=[str(claims) for claims, _ in FAULTS])
def test_a_token_with_one_fault_lets_nobody_in(
    provider: StrictProvider, client: OidcClient, claims: dict[str, Any], why: Refusal
) -> None:
    transaction, query = come_back(provider, client)
    provider.spoil(**claims)
    assert refused(client, transaction, query) is why


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECONDS - 29},
        {"iat": SECONDS + 30},
        {"aud": ["fjordvik-idporten"]},
        {"aud": ["another", "fjordvik-idporten"], "azp": "fjordvik-idporten"},
        {"acr": "idporten-loa-substantial"},
        {"amr": None, "sid": None, "auth_time": None},
        {"amr": "BankID", "auth_time": "noon"},
        {"auth_time": 10**30},
    ],
    ids=str,
)
def test_a_token_that_is_unusual_but_right_lets_somebody_in(
    provider: StrictProvider, client: OidcClient, claims: dict[str, Any]
) -> None:
    transaction, query = come_back(provider, client)
    provider.spoil(**claims)
    assert client.finish(transaction, query).pid == PID


@pytest.mark.parametrize("by", ["none", "other", "hmac"])
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    provider: StrictProvider, client: OidcClient, by: str
) -> None:
    transaction, query = come_back(provider, client)
    provider.spoil(by=by)
    assert refused(client, transaction, query) is Refusal.SIGNATURE


@pytest.mark.parametrize(
    "header", [{"kid": "another"}, {"alg": "PS256"}, {"alg": "RS512"}, {"b64": True, "crit": ["b64", "exp"]}], ids=str
)
def test_a_token_whose_header_names_what_we_do_not_take_lets_nobody_in(
    provider: StrictProvider, client: OidcClient, header: dict[str, Any]
) -> None:
    transaction, query = come_back(provider, client)
    if "crit" in header:  # the provider's library would not sign this
        start = urlsafe_b64encode(json.dumps({"alg": "RS256", **header}).encode()).rstrip(b"=").decode()
        provider.answer(TOKEN, body=json.dumps({"access_token": "x", "id_token": f"{start}.e30.e30"}))
    else:
        provider.spoil(header=header)
    assert refused(client, transaction, query) is Refusal.SIGNATURE


def test_another_algorithm_counts_only_where_the_settings_name_it(provider: StrictProvider, clock: FixedClock) -> None:
    client = OidcClient(provider.register(algorithms=("RS256", "PS256")), clock, allow_loopback=True)
    transaction, query = come_back(provider, client)
    provider.spoil(header={"alg": "PS256"})
    assert client.finish(transaction, query).subject == "ola"
    for wrong in ((), ("RS256", "none"), ("HS256",)):
        with pytest.raises(ValueError, match="allowed: RS256, PS256, ES256"):
            replace(client.provider, algorithms=wrong)


def test_a_token_without_a_key_id_is_opened_where_the_provider_has_one_key(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    transaction, query = come_back(provider, client)
    provider.spoil(header={"kid": None})
    assert client.finish(transaction, query).subject == "ola"
    provider.rotate(keep=True)
    clock.time += timedelta(hours=1)
    provider.hold(clock.time)
    transaction, query = come_back(provider, client)
    provider.spoil(header={"kid": None})
    assert refused(client, transaction, query) is Refusal.SIGNATURE
    provider.rotate()


@pytest.mark.parametrize(
    ("wanted", "got", "is_enough"),
    [
        ("idporten-loa-high", "idporten-loa-high", True),
        ("idporten-loa-high", "idporten-loa-substantial", False),
        ("idporten-loa-high", "", False),
        ("idporten-loa-high", "Level4", False),
        ("idporten-loa-substantial", "idporten-loa-high", True),
        ("idporten-loa-substantial", "idporten-loa-low", False),
        ("idporten-loa-low", "", True),
    ],
)
def test_the_level_is_at_least_the_one_that_was_asked_for(
    provider: StrictProvider, client: OidcClient, wanted: str, got: str, is_enough: bool  # noqa: FBT001
) -> None:  # fmt: skip
    transaction, query = come_back(provider, client, acr=wanted)
    provider.spoil(acr=got)
    if is_enough:
        assert client.finish(transaction, query).acr == got
    else:
        assert refused(client, transaction, query) is Refusal.LEVEL


@pytest.mark.parametrize(
    ("max_age", "showed", "is_enough"),
    [
        (0, SECONDS, True),
        (0, SECONDS - 30, True),
        (0, SECONDS - 31, False),
        (600, SECONDS - 630, True),
        (600, SECONDS - 631, False),
        (600, SECONDS + 31, False),
        (600, None, False),
        (600, True, False),
        (None, SECONDS - 86_400, True),
    ],
)
def test_somebody_has_shown_who_they_are_as_lately_as_was_asked(
    provider: StrictProvider, client: OidcClient, max_age: int | None, showed: int | None, is_enough: bool  # noqa: FBT001
) -> None:  # fmt: skip
    transaction, query = come_back(provider, client, max_age=max_age)
    provider.spoil(auth_time=showed)
    if is_enough:
        assert client.finish(transaction, query).auth_time == datetime.fromtimestamp(int(showed or 0), UTC)
    else:
        assert refused(client, transaction, query) is Refusal.LEVEL


def test_a_person_of_the_test_population_comes_in_only_where_the_settings_say_so(
    provider: StrictProvider, clock: FixedClock
) -> None:
    client = OidcClient(provider.register(allow_synthetic=False), clock, allow_loopback=True)
    assert refused(client, *come_back(provider, client)) is Refusal.PERSON


def test_somebody_who_says_no_is_told_from_a_fault(provider: StrictProvider, client: OidcClient) -> None:
    address, transaction = client.start(CALLBACK)
    query = provider.deny(address)
    assert query["error"] == "access_denied"
    assert refused(client, transaction, {"state": transaction.state, **query}) is Refusal.DENIED


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"error": "login_required"}, Refusal.DENIED),
        ({"error": "invalid_request"}, Refusal.TOKEN),
        ({"error": "access_denied", "code": "x"}, Refusal.DENIED),
        ({}, Refusal.TOKEN),
        ({"code": ""}, Refusal.TOKEN),
        ({"code": "guessed"}, Refusal.REPLAYED),
        ({"code": "x", "iss": "https://another.example"}, Refusal.ISSUER),
        ({"code": "x", "iss": ""}, Refusal.ISSUER),
    ],
    ids=str,
)
def test_what_comes_back_without_a_code_of_this_provider_is_refused(
    client: OidcClient, query: dict[str, str], why: Refusal
) -> None:
    _, transaction = client.start(CALLBACK)
    assert refused(client, transaction, {"state": transaction.state, **query}) is why


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
def test_a_provider_that_says_not_now_is_unavailable(client: OidcClient, error: str) -> None:
    _, transaction = client.start(CALLBACK)
    with pytest.raises(OidcUnavailableError):
        client.finish(transaction, {"state": transaction.state, "error": error})


def test_a_provider_that_promises_to_name_itself_must(provider: StrictProvider, client: OidcClient) -> None:
    provider.metadata(authorization_response_iss_parameter_supported=True)
    transaction, query = come_back(provider, client)
    assert query["iss"] == provider.issuer
    unnamed = {name: value for name, value in query.items() if name != "iss"}
    assert refused(client, transaction, unnamed) is Refusal.ISSUER
    assert client.finish(transaction, query).subject == "ola"


def test_a_client_with_a_key_proves_itself_by_it(provider: StrictProvider, clock: FixedClock) -> None:
    settings = provider.register(municipality="dalsbygd", key=new_key())
    client = OidcClient(settings, clock, allow_loopback=True)
    assert client.finish(*come_back(provider, client)).pid == PID
    for wrong in (new_key(), new_key("another")):
        forged = replace(settings, private_key=wrong.as_pem(private=True).decode(), key_id=str(wrong.kid))
        client = OidcClient(forged, clock, allow_loopback=True)
        assert refused(client, *come_back(provider, client)) is Refusal.CLIENT


def test_a_client_with_a_wrong_secret_is_refused_as_such(provider: StrictProvider, clock: FixedClock) -> None:
    for secret in ("wrong", ""):
        client = OidcClient(replace(provider.register(), client_secret=secret), clock, allow_loopback=True)
        assert refused(client, *come_back(provider, client)) is Refusal.CLIENT


def test_the_secret_is_sent_the_way_the_provider_takes_it(provider: StrictProvider, clock: FixedClock) -> None:
    provider.metadata(token_endpoint_auth_methods_supported=["private_key_jwt", "client_secret_post"])
    client = OidcClient(provider.register(way="client_secret_post"), clock, allow_loopback=True)
    assert client.finish(*come_back(provider, client)).subject == "ola"


def test_staff_get_the_roles_that_their_groups_give_and_no_number(provider: StrictProvider, staff: OidcClient) -> None:
    for groups, roles in (
        (["HT-redaksjon", "HT-saksbehandlere", "Alle"], ("caseworker", "editor")),
        ("HT-redaksjon", ("editor",)),
        (["Alle", 7, None], ()),
        (None, ()),
    ):
        provider.person("ola", groups=groups, pid=PID, email="ola@fjordvik.example", sid="s")
        identity = staff.finish(*come_back(provider, staff))
        assert (identity.roles, identity.pid, identity.email) == (roles, "", "ola@fjordvik.example")


def test_an_address_that_is_not_verified_is_left_out(provider: StrictProvider, staff: OidcClient) -> None:
    provider.person("ola", email="chief@fjordvik.example", email_verified=False)
    assert staff.finish(*come_back(provider, staff)).email == ""


@pytest.mark.parametrize(
    ("settings", "claims", "is_enough"),
    [
        ({}, {}, True),
        ({"two_factor_amr": ("mfa",)}, {"amr": ["pwd", "mfa"]}, True),
        ({"two_factor_amr": ("mfa",)}, {"amr": ["pwd"]}, False),
        ({"two_factor_amr": ("mfa",)}, {}, False),
        ({"two_factor_acr": ("high",)}, {"acr": "high"}, True),
        ({"two_factor_acr": ("high",)}, {"acr": "low"}, False),
        ({"two_factor_acr": ("high",), "two_factor_amr": ("mfa",)}, {"acr": "low", "amr": ["mfa"]}, True),
    ],
    ids=str,
)
def test_staff_show_two_factors_where_the_settings_say_what_tells_it(
    provider: StrictProvider, clock: FixedClock, settings: dict[str, Any], claims: dict[str, Any], is_enough: bool  # noqa: FBT001
) -> None:  # fmt: skip
    provider.person("ola", **claims)
    client = OidcClient(provider.register(kind="staff", **settings), clock, allow_loopback=True)
    transaction, query = come_back(provider, client)
    if is_enough:
        assert client.finish(transaction, query).subject == "ola"
    else:
        assert refused(client, transaction, query) is Refusal.LEVEL


def test_keys_are_asked_for_again_when_a_token_has_a_new_one_but_not_all_the_time(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    client.finish(*come_back(provider, client))
    old = provider.logout_token("fjordvik-idporten", sid="s")
    provider.rotate()
    assert refused(client, *come_back(provider, client)) is Refusal.SIGNATURE
    assert provider.visits(KEYS) == 1
    clock.time += timedelta(seconds=30)
    assert client.finish(*come_back(provider, client)).subject == "ola"
    assert provider.visits(KEYS) == 2
    with pytest.raises(OidcRefusedError, match="signature"):
        client.read_logout_token(old)
    assert provider.visits(KEYS) == 2


def test_an_old_key_counts_as_long_as_it_is_published(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    old = provider.logout_token("fjordvik-idporten", sid="s")
    provider.rotate(keep=True)
    assert client.finish(*come_back(provider, client)).subject == "ola"
    assert client.read_logout_token(old).sid == "s"
    provider.rotate()
    clock.time += timedelta(hours=1)
    with pytest.raises(OidcRefusedError, match="signature"):
        client.read_logout_token(old)


def test_only_keys_that_are_strong_and_for_signing_are_taken(provider: StrictProvider, client: OidcClient) -> None:
    transaction, query = come_back(provider, client)
    weak = [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC"}, 7]
    for_secrecy = {**new_key().as_dict(private=False), "use": "enc"}
    provider.answer(KEYS, body=json.dumps({"keys": [*weak, for_secrecy]}))
    with pytest.raises(OidcUnavailableError, match="none that can be used"):
        client.finish(transaction, query)


def test_what_a_provider_says_of_itself_is_kept_for_an_hour(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    client.start(CALLBACK)
    clock.time += timedelta(minutes=59)
    client.start(CALLBACK)
    assert provider.visits(METADATA) == 1
    clock.time += timedelta(minutes=1)
    client.start(CALLBACK)
    assert provider.visits(METADATA) == 2
    clock.time -= timedelta(days=1)
    client.start(CALLBACK)
    assert provider.visits(METADATA) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"token_endpoint": "http://another.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://another.example/keys"},
        {"jwks_uri": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://ola:word@another.example/"},
        {"end_session_endpoint": "http://another.example/out"},
        {"end_session_endpoint": "https://another.example:port/out"},
    ],
    ids=str,
)
def test_a_provider_that_says_something_unsafe_of_itself_is_not_used(
    provider: StrictProvider, client: OidcClient, changes: dict[str, Any]
) -> None:
    provider.metadata(**changes)
    with pytest.raises(OidcUnavailableError, match="metadata"):
        client.start(CALLBACK)


def test_the_issuer_is_the_one_of_the_settings_sign_for_sign(provider: StrictProvider, clock: FixedClock) -> None:
    settings = replace(provider.register(), issuer=f"{provider.issuer}/")
    with pytest.raises(OidcUnavailableError, match="another issuer"):
        OidcClient(settings, clock, allow_loopback=True).start(CALLBACK)


def test_plain_http_is_used_only_on_this_machine_and_where_it_is_allowed(
    provider: StrictProvider, clock: FixedClock
) -> None:
    with pytest.raises(OidcUnavailableError, match="not https"):
        OidcClient(provider.register(), clock).start(CALLBACK)


@pytest.mark.parametrize(
    "told",
    [
        {"status": 302, "headers": {"Location": "/elsewhere"}},
        {"status": 307, "headers": {"Location": "/elsewhere"}},
        {"status": 500, "body": "{}"},
        {"status": 404},
        {"body": "<html>"},
        {"body": "[]"},
        {"body": "[" * 100_000},
        {"body": "x" * (256 * 1024 + 1)},
        {"body": "\x1f\x8b", "headers": {"Content-Encoding": "gzip"}},
    ],
    ids=lambda told: str(told)[:60],
)
@pytest.mark.parametrize("path", [METADATA, TOKEN, KEYS])
def test_an_answer_that_cannot_be_used_makes_the_provider_unavailable(
    provider: StrictProvider, client: OidcClient, clock: FixedClock, path: str, told: dict[str, Any]
) -> None:
    address, transaction = client.start(CALLBACK)
    query = provider.log_in(address, "ola")
    provider.answer(path, **told)
    if path == METADATA:
        clock.time += timedelta(hours=1)
    with pytest.raises(OidcUnavailableError):
        client.start(CALLBACK) if path == METADATA else client.finish(transaction, query)
    assert provider.visits("/elsewhere") == 0


def test_an_answer_is_read_up_to_a_size(provider: StrictProvider, client: OidcClient) -> None:
    provider.answer(METADATA, body=json.dumps({"issuer": provider.issuer, "more": "x" * 256 * 1024}))
    with pytest.raises(OidcUnavailableError, match="too large"):
        client.start(CALLBACK)


def test_a_token_endpoint_that_gives_no_token_lets_nobody_in(provider: StrictProvider, client: OidcClient) -> None:
    for body in ('{"access_token": "x"}', '{"id_token": 7}', '{"error": {"x": 1}}', '{"error": "slow_down"}'):
        transaction, query = come_back(provider, client)
        provider.answer(TOKEN, body=body)
        with pytest.raises(OidcRefusedError):
            client.finish(transaction, query)


def test_a_provider_that_is_down_is_left_alone_for_a_moment_and_then_tried_again(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    provider.answer(METADATA, 503)
    for _ in range(3):
        with pytest.raises(OidcUnavailableError):
            client.start(CALLBACK)
    assert provider.visits(METADATA) == 1
    provider.reset()
    provider.hold(NOON)
    clock.time += timedelta(seconds=10)
    assert client.finish(*come_back(provider, client)).subject == "ola"


def test_a_provider_that_nobody_answers_for_is_unavailable(clock: FixedClock) -> None:
    client = OidcClient(at_port(free_port()), clock, allow_loopback=True)
    with pytest.raises(OidcUnavailableError, match="ConnectionError"):
        client.start(CALLBACK)
    assert client.origins() == (client.provider.issuer,)


def test_a_provider_that_takes_the_call_and_says_nothing_is_unavailable(clock: FixedClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = OidcClient(at_port(silent.getsockname()[1]), clock, timeout=0.1, allow_loopback=True)
        with pytest.raises(OidcUnavailableError, match="Timeout"):
            client.start(CALLBACK)


def test_a_provider_that_answers_drop_by_drop_is_unavailable(
    client: OidcClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_metadata, "monotonic", iter([0.0, 5.1]).__next__)
    with pytest.raises(OidcUnavailableError, match="too slow"):
        client.start(CALLBACK)


def at_port(port: int) -> Provider:
    """Answer a provider that would be at a port of this machine."""
    return Provider("fjordvik", "idporten", f"http://127.0.0.1:{port}", "fjordvik-idporten", SECRET)


def test_no_proxy_or_password_of_the_environment_is_used(
    provider: StrictProvider, client: OidcClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert client.finish(*come_back(provider, client)).subject == "ola"


def test_forms_may_lead_to_where_the_browser_is_sent(provider: StrictProvider, client: OidcClient) -> None:
    login, out = "https://login.example:8443/authorize?x=1", "https://out.example/end"
    provider.metadata(authorization_endpoint=login, end_session_endpoint=out)
    assert client.origins() == ("https://login.example:8443", "https://out.example")
    provider.answer(METADATA, 503)
    assert client.origins() == ("https://login.example:8443", "https://out.example")


def test_sessions_and_persons_are_found_by_a_key_of_issuer_and_name(
    client: OidcClient, staff: OidcClient, clock: FixedClock
) -> None:
    assert len(client.session_key("s")) == len(client.subject_key("s")) == 64
    assert client.session_key("s") == staff.session_key("s")
    other = OidcClient(at_port(1), clock).session_key("s")
    assert len({client.session_key("s"), client.session_key("t"), client.subject_key("s"), other}) == 4


def test_nothing_that_must_stay_secret_is_logged_or_told_by_an_exception(
    provider: StrictProvider, client: OidcClient, caplog: pytest.LogCaptureFixture
) -> None:
    transaction, query = come_back(provider, client)
    with caplog.at_level(logging.DEBUG):
        identity = client.finish(transaction, query)
    told = [repr(transaction), repr(identity), repr(client.provider)]
    secrets = [PID, identity.id_token, query["code"], transaction.verifier, transaction.nonce, SECRET, "Nordmann"]
    for fault in [*(claims for claims, _ in FAULTS), {"by": "other"}, {"by": "none"}]:
        transaction, query = come_back(provider, client)
        provider.spoil(**fault)
        with caplog.at_level(logging.DEBUG), pytest.raises(OidcRefusedError) as caught:
            client.finish(transaction, query)
        told += [repr(caught.value), str(caught.value)]
        secrets += [query["code"], transaction.verifier, transaction.nonce, transaction.state]
    assert "/oauth2/token" in caplog.text
    assert not [secret for secret in secrets if any(secret in one for one in [*told, caplog.text])]
