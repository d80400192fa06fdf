"""Logging out: where the browser is sent, and which word of a provider ends our sessions."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.conftest import NOON
from tests.gateways.oidc_provider import CALLBACK, PID, StrictProvider, new_key, start_provider
from webapp.gateways.oidc import OidcClient, OidcRefusedError, Provider, Transaction
from webapp.gateways.oidc_sign_in import identity_of
from webapp.gateways.oidc_tokens import BACK_CHANNEL, open_token, read_logout
from webapp.kernel.clock import FixedClock

SECONDS = int(NOON.timestamp())
OUT = "https://fjordvik.example/logg-ut"
KEY = new_key()


@pytest.fixture(scope="module")
def running() -> Iterator[StrictProvider]:
    """A provider, one for all tests here."""
    with start_provider() as found:
        yield found


@pytest.fixture
def provider(running: StrictProvider) -> StrictProvider:
    """The provider as it was when it started, at noon."""
    running.reset()
    running.hold(NOON)
    return running


@pytest.fixture
def client(provider: StrictProvider, clock: FixedClock) -> OidcClient:
    """A municipality's client of ID-porten."""
    return OidcClient(provider.register(), clock, allow_loopback=True)


def test_a_logout_token_says_whose_session_is_over(provider: StrictProvider, client: OidcClient) -> None:
    said = client.read_logout_token(provider.logout_token("fjordvik-idporten", sub="ola", sid="sid-1"))
    assert (said.issuer, said.subject, said.sid, said.id) == (provider.issuer, "ola", "sid-1", "one")


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"sid": "s"}, {}),
        ({"sub": "ola"}, {}),
        ({"sid": "s", "exp": None}, {}),
        ({"sid": "s", "aud": ["fjordvik-idporten"]}, {}),
        ({"sid": "s", "iat": SECONDS - 150}, {}),
        ({"sid": "s"}, {"typ": None}),
        ({"sid": "s"}, {"typ": "JWT"}),
        ({"sid": "s"}, {"typ": "application/logout+jwt"}),
    ],
    ids=str,
)
def test_a_logout_token_may_be_written_in_several_ways(
    provider: StrictProvider, client: OidcClient, changes: dict[str, Any], header: dict[str, Any]
) -> None:
    said = client.read_logout_token(provider.logout_token("fjordvik-idporten", header=header, **changes))
    assert (said.sid, said.subject) in {("s", ""), ("", "ola")}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://another.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"iat": SECONDS - 151}, "expired"),
        ({"iat": SECONDS + 31}, "expired"),
        ({"iat": None}, "expired"),
        ({"exp": SECONDS - 31}, "expired"),
        ({"jti": None}, "token"),
        ({"nonce": "n"}, "token"),
        ({"events": None}, "token"),
        ({"events": [BACK_CHANNEL]}, "token"),
        ({"events": {BACK_CHANNEL: True}}, "token"),
        ({"events": {"https://another.example/event": {}}}, "token"),
        ({"sid": None}, "token"),
        ({"sid": ""}, "token"),
        ({"sid": 7}, "token"),
        ({"sub": ["ola"]}, "token"),
    ],
    ids=str,
)
def test_a_logout_token_with_one_fault_ends_nothing(
    provider: StrictProvider, client: OidcClient, changes: dict[str, Any], why: str
) -> None:
    token = provider.logout_token("fjordvik-idporten", **{"sid": "s", **changes})
    with pytest.raises(OidcRefusedError, match=why):
        client.read_logout_token(token)


@pytest.mark.parametrize("by", ["none", "other", "hmac"])
def test_a_logout_token_that_the_provider_has_not_signed_ends_nothing(
    provider: StrictProvider, client: OidcClient, by: str
) -> None:
    with pytest.raises(OidcRefusedError, match="signature"):
        client.read_logout_token(provider.logout_token("fjordvik-idporten", by=by, sid="s"))


def test_a_token_of_another_type_ends_nothing(provider: StrictProvider, client: OidcClient) -> None:
    with pytest.raises(OidcRefusedError, match="token"):
        client.read_logout_token(provider.logout_token("fjordvik-idporten", header={"typ": "at+jwt"}, sid="s"))


def test_the_token_of_a_sign_in_ends_nothing_and_a_logout_token_lets_nobody_in(
    provider: StrictProvider, client: OidcClient
) -> None:
    provider.person("ola", pid=PID, acr="idporten-loa-high", sid="s")
    address, transaction = client.start(CALLBACK)
    query = provider.log_in(address, "ola")
    identity = client.finish(transaction, query)
    with pytest.raises(OidcRefusedError, match="token"):
        client.read_logout_token(identity.id_token)
    address, transaction = client.start(CALLBACK)
    query = provider.log_in(address, "ola")
    token = provider.logout_token("fjordvik-idporten", sub="ola", sid="s", pid=PID, acr="idporten-loa-high")
    provider.answer("/oauth2/token", body=json.dumps({"access_token": "x", "id_token": token}))
    with pytest.raises(OidcRefusedError, match="nonce"):
        client.finish(transaction, query)


def test_unknown_keys_do_not_make_us_ask_the_provider_again_and_again(
    provider: StrictProvider, client: OidcClient, clock: FixedClock
) -> None:
    for number in range(5):
        with pytest.raises(OidcRefusedError, match="signature"):
            client.read_logout_token(
                provider.logout_token("fjordvik-idporten", by="other", header={"kid": str(number)}, sid="s")
            )
    assert provider.visits("/jwks") == 1
    clock.time += timedelta(seconds=30)
    assert client.read_logout_token(provider.logout_token("fjordvik-idporten", sid="s")).sid == "s"


def test_the_address_for_logging_out_of_id_porten_holds_no_token(client: OidcClient, provider: StrictProvider) -> None:
    address = client.logout_url("header.with-the-number.signature", OUT, "state-1")
    assert urlsplit(address)._replace(query="").geturl() == f"{provider.issuer}/oauth2/end_session"
    asked = {"client_id": ["fjordvik-idporten"], "post_logout_redirect_uri": [OUT], "state": ["state-1"]}
    assert parse_qs(urlsplit(address).query) == asked
    where, fields = client.logout_form("a.b.c", OUT, "state-1")
    assert where == f"{provider.issuer}/oauth2/end_session"
    assert fields["id_token_hint"] == "a.b.c"


def test_the_address_for_logging_staff_out_says_which_session(provider: StrictProvider, clock: FixedClock) -> None:
    staff = OidcClient(provider.register(kind="staff"), clock, allow_loopback=True)
    asked = parse_qs(urlsplit(staff.logout_url("a.b.c", OUT, "s")).query)
    assert asked["id_token_hint"] == ["a.b.c"]
    assert asked["client_id"] == ["fjordvik-staff"]


def test_a_provider_without_logging_out_has_no_address_for_it(provider: StrictProvider, client: OidcClient) -> None:
    provider.metadata(end_session_endpoint=None)
    assert client.logout_url("a.b.c", OUT, "s") == ""


def test_an_address_for_logging_out_keeps_what_it_already_asks(provider: StrictProvider, client: OidcClient) -> None:
    provider.metadata(end_session_endpoint="https://out.example/end?tenant=1")
    assert client.logout_url("", OUT, "s").startswith("https://out.example/end?tenant=1&client_id=")


LOCAL = Provider("fjordvik", "idporten", "https://id.example", "us", allow_synthetic=True)
RIGHT = {
    "iss": LOCAL.issuer, "aud": "us", "sub": "ola", "iat": SECONDS, "exp": SECONDS + 60, "nonce": "n", "pid": PID,
    "acr": "idporten-loa-high", "jti": "j", "sid": "s", "auth_time": SECONDS,
}  # fmt: skip
BEGUN = Transaction("s", "n", "v", CALLBACK, "idporten-loa-high", 60, NOON)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def keys(_kid: str) -> KeySet:
    """Answer the one key there is."""
    return KeySet([RSAKey.import_key(KEY.as_dict(private=False))])


@given(st.dictionaries(st.sampled_from([*RIGHT, "azp", "nbf", "events", "amr", "email", "email_verified"]), JSON))
def test_whatever_a_signed_token_says_somebody_is_let_in_or_refused(said: dict[str, Any]) -> None:
    token = jwt.encode({"alg": "RS256"}, {**RIGHT, **said}, KEY)
    try:
        header, claims = open_token(token, LOCAL, keys, NOON)
        identity = identity_of(LOCAL, BEGUN, claims, id_token=token, at=NOON)
        assert (identity.pid, identity.acr) == (PID, "idporten-loa-high")
        read_logout(header, claims, NOON)
    except OidcRefusedError:
        pass


@given(st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode() + ".e30.e30"))
def test_whatever_is_sent_as_a_token_is_refused(written: str) -> None:
    with pytest.raises(OidcRefusedError, match="signature"):
        open_token(written, LOCAL, keys, NOON)


@given(JSON, st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]), JSON))
def test_whatever_a_header_says_a_token_that_is_not_signed_is_refused(other: Any, said: dict[str, Any]) -> None:
    own = {"jwk": KEY.as_dict(private=False), "alg": "RS256", **said}
    for header in (other, {**said}, own):
        start = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        with pytest.raises(OidcRefusedError, match="signature"):
            open_token(f"{start}.e30.e30", LOCAL, keys, NOON)
