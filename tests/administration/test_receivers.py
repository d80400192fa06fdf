"""A municipality's own receivers, set up by its administrator: tried over real connections, secrets never shown."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from tests.administration.conftest import come_in, done, look_anew
from tests.conftest import NOON
from tests.factories.outbox import states
from tests.factories.people import QUICK, Browser
from tests.factories.referrals import send
from tests.factories.servers import Inbox, certificate, free_port, receiver
from tests.gateways.receiver_file import write_file
from webapp.administration import queries
from webapp.administration.actions import receivers as actions
from webapp.administration.current import RECEIVERS
from webapp.administration.domain.receiving import PREFIX, Kind, new_secret, secret_bytes
from webapp.administration.models import ReceiverChangeRow, ReceiverRow
from webapp.administration.receiving import StoredReceivers
from webapp.app import Avklart
from webapp.gateways.receivers import Receivers
from webapp.kernel.caller import Actor
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError
from webapp.papers import Papers
from webapp.referrals.delivery import handlers
from webapp.referrals.domain.referral import Content, Whom
from webapp.referrals.letters import of_receipt
from webapp.settings import Settings
from webapp.storage import outbox

LIST, WEBHOOK, FHIR, ARCHIVE = (f"/admin/mottakere{one}" for one in ("", "/webhook", "/fhir", "/archive"))
KANARI = "kanari-hemmelig"


@pytest.fixture
def networked(
    site_settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart], tmp_path: Path
) -> tuple[Avklart, Any]:
    """A site whose operator allows own receivers in the closed network, trusted by a certificate of its own."""
    server, _client = certificate(tmp_path, "127.0.0.1")
    own = {"allow_private": True, "ca_file": str(tmp_path / "certificate.pem")}
    path = write_file(tmp_path / "operator", {"fjordvik": {"own": own}})
    return make_site(replace(site_settings, receivers_file=path), clock=clock, hasher=QUICK), server


def seen(browser: Browser, page: str) -> str:
    return str(browser.get(page).soup.select("main input[name=sett]")[0]["value"])


def press(browser: Browser, page: str, handling: str, *, status: int = 200, **fields: str) -> Any:
    """Open the page of a receiver and press one of its buttons."""
    told = seen(browser, page)
    return browser.post(page, status=status, sett=told, handling=handling, **fields)


def row_of(site: Avklart, kind: Kind) -> ReceiverRow | None:
    with site.database.reading() as session:
        return queries.receiver(session, "fjordvik", kind)


def text(page: Any) -> str:
    return str(page.one("main").get_text(" ", strip=True))


def test_an_own_webhook_is_set_up_tried_and_signs_with_two_secrets_while_one_takes_over(
    networked: tuple[Avklart, Any],
) -> None:
    site, tls = networked
    admin, inbox = come_in(site), Inbox(status=200)
    with receiver(inbox, tls) as port:
        page = press(admin, WEBHOOK, "adresse", address=f"https://127.0.0.1:{port}/in?n={KANARI}")
        first = str(page.one(".start-code").get_text(strip=True))
        assert first.startswith(PREFIX)
        assert first not in admin.get(WEBHOOK).text, "it is shown once"
        second = new_secret()
        press(admin, WEBHOOK, "hemmelighet", secret=second)
        admin.get(WEBHOOK)
        page = admin.post(f"{WEBHOOK}/prov")
    told = text(page)
    assert "✓ Den kom fram." in told
    assert "Mottakeren tok imot (200)." in told
    (request,) = inbox.requests
    body = json.loads(request.body)
    assert (body["type"], body["data"]) == ("avklart.test", {"test": True, "municipality": "fjordvik"})
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    codes = [b64encode(hmac.digest(secret_bytes(one), signed, sha256)).decode() for one in (second, first)]
    assert request.headers["webhook-signature"] == " ".join(f"v1,{code}" for code in codes)
    page = press(admin, WEBHOOK, "gammel")
    assert "1 er i bruk." in text(page)
    assert done(site, "receiver_tested")[0][1:] == ("webhook", {"status": 200, "ok": True})
    for shown in (WEBHOOK, LIST, "/admin/endringer", "/admin/"):
        answer = admin.raw(shown).text
        assert not any(word in answer for word in (first, second, KANARI)), shown


@pytest.mark.parametrize(("status", "words"), [
    (404, "Mottakeren sa nei (404)."), (500, "Mottakeren kunne ikke ta imot den (500)."),
    (302, "Mottakeren kunne ikke ta imot den (302)."), (None, "Mottakeren svarte ikke."),
])  # fmt: skip
def test_what_came_back_is_said_plainly(networked: tuple[Avklart, Any], status: int | None, words: str) -> None:
    site, tls = networked
    admin, inbox = come_in(site), Inbox(status=status, headers={"Location": "https://127.0.0.1/"})
    with receiver(inbox, tls) as port:
        press(admin, WEBHOOK, "adresse", address=f"https://127.0.0.1:{port}/")
        admin.get(WEBHOOK)
        told = text(admin.post(f"{WEBHOOK}/prov"))
    assert "✕ Den kom ikke fram." in told
    assert words in told
    assert "den siste prøven gikk ikke" in text(admin.get("/admin/"))
    assert len(inbox.requests) == 1, "a redirect is not followed"


def test_a_certificate_that_is_not_trusted_or_has_ended_is_named(
    networked: tuple[Avklart, Any], tmp_path: Path
) -> None:
    site, _tls = networked
    admin = come_in(site)
    (tmp_path / "other").mkdir()
    strange, _client = certificate(tmp_path / "other", "127.0.0.1")
    with receiver(Inbox(status=200), strange) as port:
        press(admin, WEBHOOK, "adresse", address=f"https://127.0.0.1:{port}/")
        admin.get(WEBHOOK)
        assert "sertifikat" in text(admin.post(f"{WEBHOOK}/prov")).lower()
    press(admin, WEBHOOK, "adresse", address=f"https://127.0.0.1:{free_port()}/")
    admin.get(WEBHOOK)
    assert "Mottakeren svarte ikke." in text(admin.post(f"{WEBHOOK}/prov"))


def test_a_private_address_is_refused_when_it_is_written_and_after_its_name_is_resolved(
    avklart: Avklart, tmp_path: Path
) -> None:
    """In the demonstration own receivers are allowed, and none of them inside a closed network."""
    admin = come_in(avklart)
    for address in ("https://10.1.2.3/in", "https://127.0.0.1:9/", "https://[::1]/", "https://169.254.169.254/x"):
        page = press(admin, WEBHOOK, "adresse", status=422, address=address)
        assert "inne i et lukket nett" in page.one(".error-summary").get_text(), address
        assert page.one("#address")["value"] == address
    tls, _client = certificate(tmp_path, "localhost")
    with receiver(Inbox(status=200), tls) as port:
        press(admin, WEBHOOK, "adresse", address=f"https://localhost:{port}/")
        admin.get(WEBHOOK)
        told = text(admin.post(f"{WEBHOOK}/prov"))
    assert "ligger i et lukket nett" in told


@pytest.mark.parametrize("address", [
    "http://sak.example/", "ftp://sak.example", "sak.example", "https://navn:ord@sak.example/", "", "https://sak.example#x",
    "javascript:alert(1)", "https://" + "x" * 600,
])  # fmt: skip
def test_what_is_no_safe_address_is_refused(avklart: Avklart, address: str) -> None:
    admin = come_in(avklart)
    page = press(admin, WEBHOOK, "adresse", status=422, address=address)
    assert page.one(".error-summary")
    assert row_of(avklart, Kind.WEBHOOK) is None


def test_a_fhir_server_gets_a_marked_bundle_that_is_made_once(networked: tuple[Avklart, Any]) -> None:
    site, tls = networked
    admin, inbox = come_in(site), Inbox(status=201)
    with receiver(inbox, tls) as port:
        press(admin, FHIR, "adresse", address=f"https://127.0.0.1:{port}/r4")
        press(admin, FHIR, "hemmelighet", status=422, secret="to ord")
        press(admin, FHIR, "hemmelighet", status=422)
        press(admin, FHIR, "hemmelighet", secret=KANARI)
        admin.get(FHIR)
        assert "Den kom fram." in text(admin.post(f"{FHIR}/prov"))
    (request,) = inbox.requests
    bundle = json.loads(request.body)
    assert request.headers["authorization"] == f"Bearer {KANARI}"
    assert bundle["entry"][0]["resource"]["meta"]["security"][0]["code"] == "HTEST"
    assert bundle["entry"][0]["request"]["ifNoneExist"] == "identifier=urn:avklart:test|fjordvik"
    assert KANARI not in admin.raw(FHIR).text


def test_the_operators_own_are_switched_and_tried_and_not_moved(
    site_settings: Settings, clock: FixedClock, make_site: Callable[..., Avklart], tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    path = write_file(tmp_path / "operator", {"fjordvik": {"archive": {"folder": str(folder)}}})
    site = make_site(replace(site_settings, receivers_file=path), clock=clock, hasher=QUICK)
    admin = come_in(site)
    assert "Ikke satt opp" in text(admin.get(WEBHOOK))
    assert admin.send(WEBHOOK, sett="0", handling="adresse", address="https://sak.example/").status_code in {400, 403}
    admin.get(ARCHIVE)
    assert admin.send(WEBHOOK, sett="0", handling="adresse", address="https://sak.example/").status_code == 403
    assert admin.send(f"{WEBHOOK}/prov").status_code == 404
    assert "Den ble lagt i mappen sin." in text(admin.post(f"{ARCHIVE}/prov"))
    (made,) = [one for one in folder.iterdir() if one.name.startswith("test-")]
    assert json.loads((made / "metadata.json").read_text())["test"] is True
    assert "Slått av" in text(press(admin, ARCHIVE, "av"))


def test_what_is_off_gets_nothing_new_and_what_waits_goes_when_it_is_on(anywhere: Avklart, clock: FixedClock) -> None:
    site, base = anywhere, "https://fjordvik.example"
    admin, settings = come_in(site), anywhere.flask.extensions["avklart.settings"]
    papers = Papers(settings, clock)
    of = handlers(site.database, clock, site.flask.extensions[RECEIVERS], base, papers)
    press(admin, WEBHOOK, "av")
    send(site.database)
    outbox.drain(site.database, clock, {kind: of[kind] for kind in ("referral",)}, Event())
    with site.database.reading() as session:
        made = outbox.overview(session, "fjordvik").numbers
        assert outbox.waiting(session, "fjordvik", "referral-webhook") == 0
        assert outbox.waiting(session, "fjordvik", "referral-fhir") == 1
    press(admin, WEBHOOK, "pa")
    send(site.database)
    outbox.drain(site.database, clock, {"referral": of["referral"]}, Event())
    press(admin, WEBHOOK, "av")
    outbox.drain(site.database, clock, {"referral-webhook": of["referral-webhook"]}, Event())
    with site.database.reading() as session:
        assert outbox.waiting(session, "fjordvik", "referral-webhook") == 1, "it goes on waiting"
        assert outbox.failing(session, "fjordvik") == {"referral-webhook": 1}
    assert "1 har ikke kommet fram" in text(admin.get("/admin/"))
    press(admin, WEBHOOK, "pa")
    clock.time += timedelta(hours=1)
    outbox.drain(site.database, clock, {"referral-webhook": of["referral-webhook"]}, Event())
    with site.database.reading() as session:
        assert outbox.waiting(session, "fjordvik", "referral-webhook") == 0
    papers.close()
    assert made
    assert states(site.database)


def test_two_at_once_and_a_page_sent_twice_are_told_and_change_nothing(avklart: Avklart) -> None:
    kari, ola = come_in(avklart), come_in(avklart, name="Ola Dahl")
    told = seen(kari, WEBHOOK)
    press(ola, WEBHOOK, "av")
    page = kari.post(WEBHOOK, status=409, sett=told, handling="adresse", address="https://sak.example/")
    assert "Noen andre har endret denne mottakeren" in text(page)
    kari.get(WEBHOOK)
    fields = {"sett": seen(kari, WEBHOOK), "handling": "adresse", "address": "https://sak.example/"}
    kari.post(WEBHOOK, **fields)
    kari.post(WEBHOOK, status=409, **fields)
    assert len(done(avklart, "receiver_changed")) == 3, "off, the address, and the secret that was made for it"
    for odd in ("", "x", "-1", "9" * 30, "²"):
        kari.get(WEBHOOK)
        kari.post(WEBHOOK, status=409, sett=odd, handling="av")
    assert kari.send(WEBHOOK, sett="1", handling="kanari").status_code == 400


def test_switching_and_moving_are_undone_and_what_was_changed_since_is_not(avklart: Avklart, clock: FixedClock) -> None:
    admin = come_in(avklart)
    press(admin, FHIR, "adresse", address="https://en.example/r4")
    press(admin, FHIR, "adresse", address="https://to.example/r4")
    page = admin.get("/admin/endringer?slag=receivers")
    assert "før: en.example nå: to.example" in text(page)
    (first,) = [str(one["action"]) for one in page.soup.select("main .session-list form")]
    admin.post(first)
    row = row_of(avklart, Kind.FHIR)
    assert row is not None
    with avklart.database.reading() as session:
        found = queries.receiver(session, "fjordvik", Kind.FHIR)
        assert found is not None
        assert found.address == "https://en.example/r4"
    assert "endret igjen etterpå" in text(admin.post(first, status=409))
    clock.time += timedelta(minutes=1)
    press(admin, FHIR, "av")
    undo = str(admin.get("/admin/endringer?slag=receivers").soup.select("main .session-list form")[0]["action"])
    admin.post(undo)
    row = row_of(avklart, Kind.FHIR)
    assert row is not None
    assert row.is_on


def test_a_receiver_is_removed_with_its_secrets_and_the_operators_counts_again(avklart: Avklart) -> None:
    admin = come_in(avklart)
    press(admin, WEBHOOK, "adresse", address="https://sak.example/")
    assert "På, satt opp her · sak.example" in text(admin.get(WEBHOOK))
    page = press(admin, WEBHOOK, "fjern")
    assert "På, satt opp av driftsansvarlig" in text(page)
    row = row_of(avklart, Kind.WEBHOOK)
    assert row is not None
    assert (row.address_sealed, row.secrets_sealed, row.number_of_secrets) == (None, None, 0)


def test_addresses_and_secrets_lie_sealed_in_the_database_and_each_municipality_has_its_own(anywhere: Avklart) -> None:
    with anywhere.database.writing() as session:
        for place, name in (("fjordvik", "en"), ("dalsbygd", "to")):
            by = Actor(place, "0" * 32, NOON)
            row = actions.held(session, place, Kind.WEBHOOK, 0)
            actions.set_address(session, row, f"https://{name}.example/{KANARI}", by)
            actions.add_secret(session, row, new_secret(), by)
    with anywhere.database.reading() as session:
        for table in (ReceiverRow, ReceiverChangeRow):
            stored = str(session.execute(select(*table.__table__.columns)).all())
            assert KANARI not in stored
            assert PREFIX not in stored
    ways = StoredReceivers(anywhere.database, Receivers(folder=Path("/nowhere")))
    assert ways.of("fjordvik").webhook != ways.of("dalsbygd").webhook
    assert "en.example" in ways.of("fjordvik").webhook.url  # type: ignore[union-attr]
    assert KANARI not in repr(ways.of("fjordvik"))
    with anywhere.database.writing() as session, pytest.raises(ConflictError):
        actions.held(session, "fjordvik", Kind.WEBHOOK, 0)


def test_who_is_told_by_e_mail_is_chosen_and_can_be_nobody(avklart: Avklart) -> None:
    admin = come_in(avklart)
    page = admin.get(LIST)
    assert page.one("#email")["value"] == "post@fjordvik.example"

    admin.post(LIST, status=422, sett=seen(admin, LIST), on="1", email="ingen")
    admin.post(LIST, sett=seen(admin, LIST), on="1", email="sak@fjordvik.example")
    assert letters_to_office(avklart) == ["sak@fjordvik.example"]
    admin.get(LIST)
    page = admin.post(f"{LIST}/varsel/prov")
    assert "E-posttjeneren tok imot varselet." in text(page)
    (mail,) = (avklart.flask.extensions["avklart.settings"].data / "mail").glob("*.eml")
    assert "To: sak@fjordvik.example" in mail.read_text("utf-8")
    admin.post(LIST, sett=seen(admin, LIST), email="sak@fjordvik.example")
    assert letters_to_office(avklart) == []
    admin.get(LIST)
    assert admin.send(f"{LIST}/varsel/prov").status_code == 404


def letters_to_office(avklart: Avklart) -> list[str]:
    """Answer to whom an e-mail goes that says that somebody wants to be called."""
    look_anew(avklart)
    with avklart.flask.test_request_context("/nb/", base_url="http://127.0.0.1:8000"):
        avklart.flask.preprocess_request()
        return [str(one["to"]) for one in of_receipt("nb", Content(name="Åse", telephone="41"), Whom.SELF)]
