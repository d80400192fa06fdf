"""The whole story of an agreement on four screens: from the start to a version in force, its paper, and a change of it.

A chapter is a fixture that leads on from the one before: what breaks is named by the chapter in which it broke.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import story as chapters
from tests.journeys.conftest import Site, context_of
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import new_staff, sign_in
from tests.journeys.story import AASE, KARI, PER, Person, Story, new_telephone, verdict_on_paper
from webapp.app import Avklart

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

MOST = {"kari": 50, "aase": 40, "per": 36, "ida": 10}
"""Taps until it is in force (agreement-flow.md)."""


@pytest.fixture(scope="module")
def story(site: Site, backstage: Avklart, chromium: Browser) -> Iterator[Story]:
    """Åse on a phone without scripts, Kari and Per on phones, and a caseworker who has come in on a tablet."""
    phones = [context_of(chromium, java_script_enabled=False), *(context_of(chromium) for _ in range(3))]
    tablet = context_of(chromium, width=820, height=1100)
    aase, kari, per, reader = (context.new_page() for context in phones)
    ida = Person(site, tablet.new_page(), "Ida Berg")
    sign_in(ida.page, site, new_staff(backstage, name="Ida Berg"), FJORDVIK)
    yield Story(
        Person(site, aase, AASE, new_telephone(), reader=reader),
        Person(site, kari, KARI, new_telephone()),
        Person(site, per, PER, new_telephone(), "per@story.example", is_looked_at=False),
        ida,
    )
    for context in (*phones, tablet):
        context.close()


@pytest.fixture(scope="module")
def begun(story: Story) -> Story:
    """Kari has started, Åse has said yes to taking part, and Per too."""
    chapters.begin(story)
    return story


@pytest.fixture(scope="module")
def answered(begun: Story) -> Story:
    """Each has answered alone."""
    chapters.answers(begun)
    return begun


@pytest.fixture(scope="module")
def settled(answered: Story) -> Story:
    """The municipality has said what it does, and they have agreed."""
    chapters.municipality(answered)
    chapters.settle(answered)
    return answered


@pytest.fixture(scope="module")
def signed(settled: Story) -> Story:
    """They have written what else stands in it, and all have signed."""
    chapters.sections(settled)
    chapters.sign(settled)
    return settled


def test_nobody_but_the_resident_is_asked_before_the_resident_has_said_yes(begun: Story) -> None:
    expect(begun.per.page.locator("h1")).to_have_text("Hva er viktig for deg?")


def test_the_last_one_who_answers_sees_that_all_have(answered: Story) -> None:
    expect(answered.per.page.locator("main")).to_contain_text("Alle har svart")


def test_what_they_agree_on_holds_by_the_yes_of_those_who_carry_it(settled: Story) -> None:
    for task in ("handle-mat", "folge-til-lege", "betale-regninger", "lage-middag"):
        expect(chapters.line(settled.aase, task)).to_contain_text("✓ avklart")


def test_from_the_start_to_the_last_signature_it_takes_few_taps(signed: Story) -> None:
    taps = {name: getattr(signed, name).thumb.taps for name in MOST}
    assert [name for name in MOST if taps[name] > MOST[name]] == [], taps


def test_whoever_has_the_sealed_paper_sees_that_it_is_genuine_and_holds(signed: Story) -> None:
    said = verdict_on_paper(signed.kari, signed, "Avtalen som gjelder (PDF)")
    assert "Ekte, og gjelder nå" in said


def test_a_change_of_one_line_is_signed_by_those_whom_it_is_about(signed: Story) -> None:
    chapters.change_line(signed)
    expect(signed.aase.page.locator("main")).to_contain_text("Endringen, utgave 2 (PDF)")
    assert "Ekte" in verdict_on_paper(signed.aase, signed, "Endringen, utgave 2 (PDF)")
