"""Passkeys: only an answer to our challenge, at our address, by a key of this account that counts upwards, is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

from tests.conftest import NOON
from tests.factories.authenticator import Authenticator, options_on
from tests.factories.people import Browser, add_staff
from tests.factories.second_factor import add_passkey
from webapp.app import Avklart
from webapp.identity import queries
from webapp.identity.actions import factors
from webapp.identity.models import FactorRow
from webapp.kernel.clock import FixedClock
from webapp.kernel.permission import Role
from webapp.storage.session import Database

ORIGIN, PLACE = "http://dalsbygd.localhost:8000", "dalsbygd.localhost"
EMAIL = "eli@dalsbygd.example"
HOME = "/innlogging/hjem"
STEP = "/innlogging/kode"
ADD = "/innlogging/faktorer/nokkel"


@pytest.fixture
def eli(avklart: Avklart) -> str:
    """Eli works at Dalsbygd; answers the id of her account."""
    return add_staff(avklart.database, Role.ADMINISTRATOR, municipality="dalsbygd", email=EMAIL, name="Eli", at=NOON)


@pytest.fixture
def browser(avklart: Avklart) -> Browser:
    """A browser at Dalsbygd: its host has a name, and passkeys are bound to names."""
    return Browser(avklart, "dalsbygd")


@pytest.fixture
def passkey(avklart: Avklart, eli: str) -> Authenticator:
    """Eli's passkey, which has signed seven times."""
    found = Authenticator(ORIGIN, PLACE, count=7)
    add_passkey(avklart.database, eli, found, at=NOON, municipality="dalsbygd")
    return found


def factors_of(avklart: Avklart, staff_id: str) -> list[FactorRow]:
    with avklart.database.reading() as session:
        return list(queries.factors(session, "dalsbygd", staff_id))


def challenge_to_add(browser: Browser) -> str:
    """Begin to add a passkey; answer the challenge."""
    browser.get("/innlogging/faktorer")
    page = browser.post("/innlogging/faktorer", handling="nokkel")
    assert browser.path() == ADD
    return str(options_on(page.soup)["challenge"])


def challenge_to_sign(browser: Browser) -> str:
    """Come to the second step; answer the challenge."""
    page = browser.sign_in(EMAIL)
    assert browser.path() == STEP
    return str(options_on(page.soup)["challenge"])


def test_a_passkey_is_added_and_lets_its_owner_in(avklart: Avklart, browser: Browser, eli: str) -> None:
    passkey = Authenticator(ORIGIN, PLACE)
    browser.sign_in(EMAIL)
    before = browser.cookie()
    page = browser.post(ADD, answer=passkey.create(challenge_to_add(browser)), label="Nøkkelen på ringen")
    assert len(page.soup.select(".recovery-codes code")) == 10
    assert browser.cookie() != before
    (row,) = factors_of(avklart, eli)
    assert (row.kind, row.label) == ("passkey", "Nøkkelen på ringen")

    another = Browser(avklart, "dalsbygd", address="198.51.100.9")
    challenge = challenge_to_sign(another)
    passkey.count = 1
    another.post("/innlogging/nokkel", answer=passkey.sign(challenge))
    assert another.path() == HOME


def test_the_page_asks_for_the_passkeys_of_this_account_at_this_address(
    browser: Browser, passkey: Authenticator
) -> None:
    page = browser.sign_in(EMAIL)
    options = options_on(page.soup)
    assert options["rpId"] == PLACE
    assert [known["id"] for known in options["allowCredentials"]] == [bytes_to_base64url(passkey.id)]
    assert len(base64url_to_bytes(options["challenge"])) >= 32


def test_the_page_that_adds_asks_for_no_second_key_on_the_same_device(
    browser: Browser, eli: str, passkey: Authenticator
) -> None:
    browser.post("/innlogging/nokkel", answer=_signed(browser, passkey))
    challenge_to_add(browser)
    assert browser.page is not None
    options = options_on(browser.page.soup)
    assert options["rp"]["id"] == PLACE
    assert [known["id"] for known in options["excludeCredentials"]] == [bytes_to_base64url(passkey.id)]
    assert base64url_to_bytes(options["user"]["id"]).decode() == eli


def _signed(browser: Browser, passkey: Authenticator) -> str:
    challenge = challenge_to_sign(browser)
    passkey.count += 1
    return passkey.sign(challenge)


def other_challenge(passkey: Authenticator, _challenge: str) -> str:
    return passkey.sign(bytes_to_base64url(b"x" * 32))


def other_origin(passkey: Authenticator, challenge: str) -> str:
    return passkey.sign(challenge, origin="https://evil.example")


def other_port(passkey: Authenticator, challenge: str) -> str:
    return passkey.sign(challenge, origin="http://dalsbygd.localhost:9999")


def other_place(passkey: Authenticator, challenge: str) -> str:
    return passkey.sign(challenge, place="evil.example")


def other_kind(passkey: Authenticator, challenge: str) -> str:
    return passkey.sign(challenge, kind="webauthn.create")


def same_counter(passkey: Authenticator, challenge: str) -> str:
    passkey.count = 7
    return passkey.sign(challenge)


def lower_counter(passkey: Authenticator, challenge: str) -> str:
    passkey.count = 3
    return passkey.sign(challenge)


def counter_of_none(passkey: Authenticator, challenge: str) -> str:
    passkey.count = 0
    return passkey.sign(challenge)


def other_key(passkey: Authenticator, challenge: str) -> str:
    copy = Authenticator(ORIGIN, PLACE, count=8, id=passkey.id)
    return copy.sign(challenge)


def unknown_key(_passkey: Authenticator, challenge: str) -> str:
    return Authenticator(ORIGIN, PLACE, count=8).sign(challenge)


def changed_signature(passkey: Authenticator, challenge: str) -> str:
    passkey.count = 8
    answer = json.loads(passkey.sign(challenge))
    signature = bytearray(base64url_to_bytes(answer["response"]["signature"]))
    signature[-1] ^= 1
    answer["response"]["signature"] = bytes_to_base64url(bytes(signature))
    return json.dumps(answer)


def raised_counter(passkey: Authenticator, challenge: str) -> str:
    """Signed at a low count, and the count changed afterwards."""
    passkey.count = 7
    answer = json.loads(passkey.sign(challenge))
    about = bytearray(base64url_to_bytes(answer["response"]["authenticatorData"]))
    about[36] = 200
    answer["response"]["authenticatorData"] = bytes_to_base64url(bytes(about))
    return json.dumps(answer)


def nobody_there(passkey: Authenticator, challenge: str) -> str:
    """Signed without anybody touching it."""
    passkey.count, passkey.flags = 8, 0
    return passkey.sign(challenge)


WRONG = [
    other_challenge, other_origin, other_port, other_place, other_kind, same_counter, lower_counter, counter_of_none,
    other_key, unknown_key, changed_signature, raised_counter, nobody_there,
]  # fmt: skip


@pytest.mark.parametrize("make", WRONG, ids=lambda make: make.__name__)
def test_any_other_answer_is_refused_and_the_right_one_is_taken_after_it(
    avklart: Avklart, browser: Browser, eli: str, passkey: Authenticator, make: Callable[[Authenticator, str], str]
) -> None:
    challenge = challenge_to_sign(browser)
    page = browser.post("/innlogging/nokkel", answer=make(passkey, challenge), status=422)
    assert page.soup.select("#feil a")
    assert options_on(page.soup)["challenge"] == challenge
    assert browser.raw(HOME).status_code == 303
    assert factors_of(avklart, eli)[0].count == 7
    passkey.count, passkey.flags = 8, 1
    browser.post("/innlogging/nokkel", answer=passkey.sign(challenge))
    assert browser.path() == HOME


@pytest.mark.usefixtures("eli")
def test_an_answer_is_used_once(avklart: Avklart, browser: Browser, passkey: Authenticator) -> None:
    challenge = challenge_to_sign(browser)
    passkey.count = 8
    answer = passkey.sign(challenge)
    cookie = browser.cookie()
    token = browser.token()
    browser.post("/innlogging/nokkel", answer=answer)
    thief = Browser(avklart, "dalsbygd")
    thief.client.set_cookie("avklart", cookie, domain=PLACE)
    assert thief.send("/innlogging/nokkel", token=token, answer=answer).headers["Location"] == "/innlogging"
    challenge_to_sign(thief)
    thief.post("/innlogging/nokkel", answer=answer, status=422)


def test_a_passkey_that_does_not_count_is_taken_again_and_again(avklart: Avklart, eli: str) -> None:
    passkey = Authenticator(ORIGIN, PLACE, count=0)
    add_passkey(avklart.database, eli, passkey, at=NOON, municipality="dalsbygd")
    for _ in range(3):
        browser = Browser(avklart, "dalsbygd")
        browser.post("/innlogging/nokkel", answer=passkey.sign(challenge_to_sign(browser)))
        assert browser.path() == HOME
    assert factors_of(avklart, eli)[0].used_at == NOON


def test_another_accounts_passkey_opens_nothing(avklart: Avklart, browser: Browser, passkey: Authenticator) -> None:
    ola = add_staff(avklart.database, municipality="dalsbygd", email="ola@dalsbygd.example", name="Ola", at=NOON)
    his = Authenticator(ORIGIN, PLACE, count=1)
    add_passkey(avklart.database, ola, his, at=NOON, municipality="dalsbygd")
    challenge = challenge_to_sign(browser)
    his.count = 2
    browser.post("/innlogging/nokkel", answer=his.sign(challenge), status=422)
    renamed = json.loads(his.sign(challenge))
    renamed["id"] = renamed["rawId"] = bytes_to_base64url(passkey.id)
    browser.post("/innlogging/nokkel", answer=json.dumps(renamed), status=422)
    assert browser.raw(HOME).status_code == 303


def test_nobody_adds_the_passkey_of_somebody_else(avklart: Avklart, browser: Browser, passkey: Authenticator) -> None:
    """Whoever names another's credential, of which the id is no secret, is refused and told nothing."""
    ola = add_staff(avklart.database, municipality="dalsbygd", email="ola@dalsbygd.example", name="Ola", at=NOON)
    browser.sign_in("ola@dalsbygd.example")
    copy = Authenticator(ORIGIN, PLACE, id=passkey.id)
    browser.post(ADD, answer=copy.create(challenge_to_add(browser)), label="", status=422)
    assert factors_of(avklart, ola) == []


def test_a_passkey_is_added_once(avklart: Avklart, browser: Browser, eli: str, passkey: Authenticator) -> None:
    browser.post("/innlogging/nokkel", answer=_signed(browser, passkey))
    browser.post(ADD, answer=passkey.create(challenge_to_add(browser)), label="", status=422)
    assert len(factors_of(avklart, eli)) == 1


@pytest.mark.parametrize("changes", [
    {"origin": "https://evil.example"}, {"place": "evil.example"}, {"kind": "webauthn.get"},
], ids=lambda changes: next(iter(changes)))  # fmt: skip
def test_a_new_passkey_of_another_place_is_not_added(
    avklart: Avklart, browser: Browser, eli: str, changes: dict[str, str]
) -> None:
    browser.sign_in(EMAIL)
    challenge = challenge_to_add(browser)
    answer = Authenticator(ORIGIN, PLACE).create(challenge, **changes)
    page = browser.post(ADD, answer=answer, label="min nøkkel", status=422)
    assert page.one("#label")["value"] == "min nøkkel"
    assert factors_of(avklart, eli) == []


def test_an_old_challenge_adds_nothing(avklart: Avklart, browser: Browser, eli: str) -> None:
    browser.sign_in(EMAIL)
    old = challenge_to_add(browser)
    newer = challenge_to_add(browser)
    assert old != newer
    browser.post(ADD, answer=Authenticator(ORIGIN, PLACE).create(old), label="", status=422)
    assert factors_of(avklart, eli) == []


@pytest.mark.usefixtures("eli")
def test_an_answer_that_nobody_asked_for_leads_back(browser: Browser) -> None:
    browser.sign_in(EMAIL)
    browser.get("/innlogging/faktorer")
    answer = browser.send(ADD, answer=Authenticator(ORIGIN, PLACE).create("x" * 43), label="")
    assert answer.headers["Location"] == "/innlogging/faktorer"


def test_a_host_that_is_a_number_has_no_passkeys(avklart: Avklart) -> None:
    add_staff(avklart.database, at=NOON)
    browser = Browser(avklart)
    browser.sign_in()
    page = browser.get("/innlogging/faktorer")
    assert not page.soup.select("button[value=nokkel]")
    assert browser.send("/innlogging/faktorer", handling="nokkel").headers["Location"] == ADD
    assert browser.raw(ADD).headers["Location"] == "/innlogging/faktorer"


DEEP = "[" * 50_000
NESTED = bytes_to_base64url(b"\x81" * 50_000)
JUNK = [
    "", "null", "[]", "{}", "0", '"x"', "true", "{", DEEP, '{"id":' * 20_000,
    '{"id": null}', '{"id": []}', '{"id": {}}',
    '{"id": "x"}', '{"id": "x", "rawId": "x", "type": "public-key", "response": null}', "\0", "å" * 1000,
    json.dumps({"id": "x", "rawId": "eA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "attestationObject": NESTED, "authenticatorData": NESTED, "signature": NESTED,
    }}),
    '{"id": 1e999}', "NaN", '{"id": "\\ud800"}',
]  # fmt: skip


@pytest.mark.usefixtures("passkey")
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_in_place_of_an_answer_is_refused_calmly(browser: Browser, junk: str) -> None:
    challenge_to_sign(browser)
    browser.post("/innlogging/nokkel", answer=junk, status=422)


@pytest.mark.usefixtures("eli")
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_in_place_of_a_new_passkey_is_refused_calmly(browser: Browser, junk: str) -> None:
    browser.sign_in(EMAIL)
    challenge_to_add(browser)
    browser.post(ADD, answer=junk, label="", status=422)


def places_in(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Answer the way to every leaf of a JSON value."""
    if not isinstance(value, dict):
        return [path]
    return [way for name, inner in value.items() for way in places_in(inner, (*path, name))]


ODD = (
    st.none()
    | st.integers()
    | st.text(max_size=8)
    | st.binary(max_size=90).map(bytes_to_base64url)
    | st.lists(st.none())
)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_that_is_changed_anywhere_stops_the_site_or_opens_it(
    avklart: Avklart, passkey: Authenticator, data: st.DataObject
) -> None:
    browser = Browser(avklart, "dalsbygd", address=f"2001:db8:{data.draw(st.integers(0, 0xFFFF)):x}::1")
    challenge = challenge_to_sign(browser)
    passkey.count = 8
    answer = json.loads(passkey.sign(challenge))
    way = data.draw(st.sampled_from([way for way in places_in(answer) if way != ("rawId",)]))
    odd = data.draw(ODD)
    *outer, last = way
    place = answer
    for name in outer:
        place = place[name]
    before, place[last] = place[last], odd
    sent = browser.send("/innlogging/nokkel", answer=json.dumps(answer))
    assert sent.status_code == 422 or odd == before or sent.status_code == 429


@pytest.mark.usefixtures("eli")
@given(
    st.binary(max_size=200), st.dictionaries(st.text(max_size=8), st.integers() | st.binary(max_size=80), max_size=3)
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_attestation_stops_the_site(avklart: Avklart, about: bytes, statement: dict[str, int | bytes]) -> None:
    browser = Browser(avklart, "dalsbygd")
    browser.sign_in(EMAIL)
    answer = json.loads(Authenticator(ORIGIN, PLACE).create(challenge_to_add(browser)))
    for form in ("none", "packed", "fido-u2f", "apple", "tpm", "x"):
        made = encode_cbor({"fmt": form, "attStmt": statement, "authData": about})
        answer["response"]["attestationObject"] = bytes_to_base64url(made)
        assert browser.send(ADD, answer=json.dumps(answer), label="").status_code == 422


def test_of_two_who_sign_at_the_same_count_one_wins(keyed: Database) -> None:
    """A passkey and its copy: both rows were read before either was counted."""
    kari = add_staff(keyed, at=NOON)
    passkey = Authenticator(ORIGIN, PLACE, count=7)
    add_passkey(keyed, kari, passkey, at=NOON, municipality="fjordvik")
    with keyed.reading() as session:
        (row,) = queries.factors(session, "fjordvik", kari)
    won = []
    for _ in range(2):
        with keyed.writing() as session:
            won.append(factors.use_passkey(session, row, 8, at=NOON))
    assert won == [True, False]


def test_whoever_has_only_a_passkey_can_show_anew_who_they_are(
    browser: Browser, passkey: Authenticator, clock: FixedClock
) -> None:
    """Without it each sensitive act after ten minutes would cost a recovery code."""
    browser.post("/innlogging/nokkel", answer=_signed(browser, passkey))
    clock.time = NOON + timedelta(minutes=11)
    page = browser.get("/innlogging/passord")
    assert browser.path() == "/innlogging/igjen"
    assert options_on(page.soup)["allowCredentials"]
