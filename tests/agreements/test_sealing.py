"""The seal after the last signature: whatever becomes of the one who signs, it is made, and once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from multiprocessing import get_context
from threading import Event

import pytest

from tests.conftest import NOON
from tests.factories.agreements import Family
from tests.factories.people import QUICK, messages
from tests.factories.signing import browser_of, family_of, page_of, paper_of, sign, state_of, version_of
from tests.factories.site import until
from webapp.agreements import delivery
from webapp.agreements.actions import signing
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.papers import Papers
from webapp.settings import Settings
from webapp.storage import outbox

FORKED = get_context("fork")


@pytest.fixture
def papers(site_settings: Settings, clock: FixedClock) -> Iterator[Papers]:
    """What the worker makes documents with."""
    found = Papers(site_settings, clock)
    yield found
    found.close()


@pytest.fixture
def family(avklart: Avklart) -> Family:
    """A family without the municipality, of whom Per has not signed yet."""
    found = family_of(avklart, is_with_municipality=False)
    aase = browser_of(avklart, found, found.aase)
    aase.get(page_of(found, "signer"))
    aase.post(page_of(found, "signer/las"), language="nb", review_on="")
    for party in (found.aase, found.kari):
        sign(avklart, found, party)
    return found


def work(avklart: Avklart, clock: FixedClock, papers: Papers) -> None:
    """Let the worker do what is due two minutes later."""
    clock.time = NOON + timedelta(minutes=2)
    outbox.drain(
        avklart.database, clock, delivery.handlers(avklart.database, clock, papers.desk, seal=papers.seal), Event()
    )


def test_who_is_killed_between_signature_and_seal_leaves_it_to_the_worker_who_seals_once(  # noqa: PLR0917 -- as pytest gives them
    avklart: Avklart, family: Family, site_settings: Settings, make_site: Callable[..., Avklart], clock: FixedClock,
    papers: Papers,
) -> None:  # fmt: skip
    stamp = site_settings.data / "keys" / "seal" / "fjordvik.pem"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(stamp, 0o600)  # whoever seals waits here for a certificate that never comes
    avklart.database.close()

    def sign_last() -> None:
        sign(make_site(site_settings, clock=clock, hasher=QUICK), family, family.per)

    process = FORKED.Process(target=sign_last)
    process.start()
    assert until(lambda: state_of(avklart, family) == "in_force", seconds=60)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    stamp.unlink()
    assert version_of(avklart, family).pdf is None
    work(avklart, clock, papers)
    kept = version_of(avklart, family)
    assert kept.pdf_hash == sha256(signing.pdf_of(kept) or b"").hexdigest()
    assert paper_of(avklart, family) == signing.pdf_of(kept)
    for _ in range(2):
        work(avklart, clock, papers)
    assert version_of(avklart, family).pdf == kept.pdf
    assert [one for one in messages(avklart.database) if one["kind"].startswith("agreement")] == []


def test_who_signs_last_has_signed_though_it_cannot_be_sealed_now(
    avklart: Avklart, family: Family, site_settings: Settings, clock: FixedClock, papers: Papers
) -> None:
    stamp = site_settings.data / "keys" / "seal" / "fjordvik.pem"
    stamp.mkdir(parents=True)
    browser = sign(avklart, family, family.per)
    assert browser.page is not None
    assert "Alle har skrevet under" in browser.page.text
    assert version_of(avklart, family).pdf is None
    work(avklart, clock, papers)
    assert version_of(avklart, family).pdf is None
    stamp.rmdir()
    clock.time += timedelta(minutes=5)
    outbox.drain(
        avklart.database, clock, delivery.handlers(avklart.database, clock, papers.desk, seal=papers.seal), Event()
    )
    assert signing.pdf_of(version_of(avklart, family)) == paper_of(avklart, family)
