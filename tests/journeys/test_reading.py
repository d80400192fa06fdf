"""How somebody wants to read: larger, with more space, or aloud; kept on the device, and honest where it cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.checks import Watcher, check_on_phone, check_sizes
from tests.journeys.conftest import Site
from tests.journeys.pages import FJORDVIK
from tests.journeys.test_my_plan import FORBIDDEN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

ENTRY, HOME = f"{FJORDVIK}/nb/abc/fall", f"{FJORDVIK}/nb/"
SIZE = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
LINES = "parseFloat(getComputedStyle(document.querySelector('main p')).lineHeight)"
VOICE = """
const said = [];
let current = null;
const synth = {
  getVoices: () => [{ lang: '%s', name: 'Kari' }],
  speak(utterance) {
    said.push({ text: utterance.text, rate: utterance.rate, lang: utterance.lang });
    current = utterance;
  },
  cancel() { const before = current; current = null; before?.onerror?.(); },
  addEventListener() {}, removeEventListener() {},
};
Object.defineProperty(window, 'speechSynthesis', { value: synth });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.said = said;
window.finish = () => { const before = current; current = null; before.onend(); };
window.isSpeaking = () => current !== null;
"""
MARKED = "[...(CSS.highlights.get('read-aloud') || [])].map((range) => range.toString().trim()).join('')"


def with_voice(visit: Callable[..., Page], language: str = "nb-NO") -> Page:
    page = visit()
    page.context.add_init_script(VOICE % language)
    return page


def last_said(page: Page) -> str:
    return str(page.evaluate("said.at(-1).text"))


def test_larger_text_and_more_space_last_on_the_device(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    watcher = Watcher(page)
    page.goto(site.url(ENTRY))
    size, lines = page.evaluate(SIZE), page.evaluate(LINES)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("link", name="Større tekst").click()
    page.get_by_label("Størst", exact=True).check()
    page.get_by_label("Mer", exact=True).check()
    page.goto(site.url(f"{FJORDVIK}/nb/tjenester/avlastning"))
    assert page.evaluate(SIZE) > 1.3 * size
    assert page.evaluate(LINES) > 1.5 * lines
    expect(page.get_by_label("Størst", exact=True)).to_be_checked()
    other = page.context.new_page()
    other.goto(site.url(HOME))
    page.get_by_role("group", name="Størrelse").get_by_label("Vanlig").check()
    expect(other.locator("html[data-size]")).to_have_count(0)
    expect(other.locator("html[data-space='2']")).to_have_count(1)
    watcher.check()


def test_the_largest_text_with_most_space_fits_every_page_size(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(site.url(ENTRY))
    page.get_by_label("Størst", exact=True).check()
    page.get_by_label("Mer", exact=True).check()
    check_on_phone(page, "nb")
    check_sizes(page)


def test_a_choice_that_cannot_be_kept_holds_for_the_page_and_says_so(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.context.add_init_script(FORBIDDEN)
    page.goto(site.url(ENTRY))
    page.get_by_label("Større", exact=True).check()
    expect(page.locator("html[data-size='2']")).to_have_count(1)
    expect(page.locator("[data-not-kept]")).to_be_visible()


@pytest.mark.parametrize("kept", ["{", "[]", "null", '{"size": "9", "space": {}}', '"x"'])
def test_a_choice_that_nobody_knows_is_no_choice(site: Site, visit: Callable[..., Page], kept: str) -> None:
    page = visit()
    watcher = Watcher(page)
    page.goto(site.url(ENTRY))
    page.evaluate("(kept) => localStorage.setItem('avklart-lesing', kept)", kept)
    page.reload()
    expect(page.locator("html[data-size], html[data-space]")).to_have_count(0)
    page.get_by_label("Større", exact=True).check()
    expect(page.locator("html[data-size='2']")).to_have_count(1)
    watcher.check()


def test_the_page_is_read_sentence_by_sentence_and_the_sentence_is_marked(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = with_voice(visit)
    page.goto(site.url(ENTRY))
    page.get_by_role("button", name="Les høyt").click()
    assert last_said(page) == "Fall: hva gjør jeg nå"
    assert page.evaluate(MARKED) == "Fall: hva gjør jeg nå"
    for _ in range(8):
        page.evaluate("finish()")
        marked = " ".join(page.evaluate(MARKED).split())
        assert marked == last_said(page)
    said = page.evaluate("said.map((one) => one.text)")
    assert "Ellers ligger du først rolig og kjenner etter, og så reiser du deg langsomt." in said
    while page.evaluate("isSpeaking()"):
        page.evaluate("finish()")
    said = page.evaluate("said.map((one) => one.text)")
    assert "Fortell fastlegen om fallet" in said, "the words of a button are no part of the text"
    assert not [words for words in said if "planen min" in words or "Les høyt" in words]
    assert page.evaluate(MARKED) == ""
    expect(page.get_by_role("button", name="Les høyt")).to_be_visible()


def test_reading_pauses_goes_on_with_the_sentence_and_stops(site: Site, visit: Callable[..., Page]) -> None:
    page = with_voice(visit)
    page.goto(site.url(ENTRY))
    page.get_by_role("button", name="Les høyt").click()
    page.evaluate("finish()")
    sentence = last_said(page)
    page.get_by_role("button", name="Pause").click()
    assert not page.evaluate("isSpeaking()")
    page.get_by_role("button", name="Les videre").click()
    assert last_said(page) == sentence
    page.locator("[data-read=stop]").click()
    assert not page.evaluate("isSpeaking()")
    expect(page.get_by_role("button", name="Les høyt")).to_be_focused()
    assert page.evaluate(MARKED) == ""


def test_the_speed_can_be_chosen_while_it_is_read_and_lasts(site: Site, visit: Callable[..., Page]) -> None:
    page = with_voice(visit)
    page.goto(site.url(ENTRY))
    page.get_by_role("button", name="Les høyt").click()
    sentence = last_said(page)
    page.get_by_label("Fart").select_option("Sakte")
    assert page.evaluate("said.at(-1)") == {"text": sentence, "rate": 0.75, "lang": "nb-NO"}
    page.reload()
    page.get_by_role("button", name="Les høyt").click()
    expect(page.get_by_label("Fart")).to_have_value("0.75")
    assert page.evaluate("said.at(-1).rate") == 0.75


@pytest.mark.parametrize("language", ["de-DE", "en-US"])
def test_where_there_is_no_norwegian_voice_it_is_said_and_none_is_faked(
    site: Site, visit: Callable[..., Page], language: str
) -> None:
    page = with_voice(visit, language)
    page.goto(site.url(ENTRY))
    page.get_by_role("button", name="Les høyt").click()
    expect(page.locator("[data-read=missing]")).to_contain_text("ingen stemme")
    assert page.evaluate("said") == []


def test_where_the_browser_has_no_voices_at_all_it_is_said(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.context.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined })")
    watcher = Watcher(page)
    page.goto(site.url(ENTRY))
    page.get_by_role("button", name="Les høyt").click()
    expect(page.locator("[data-read=missing]")).to_be_visible()
    page.goto(site.url(f"{FJORDVIK}/nb/ung"))
    page.locator("[data-words=read]").click()
    expect(page.locator("[data-words=missing]")).to_be_visible()
    watcher.check()


def test_nynorsk_is_read_by_a_norwegian_voice_and_without_a_script_nothing_is_offered(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = with_voice(visit, "no-NO")
    page.goto(site.url("dalsbygd.localhost/nn/abc/fall"))
    page.get_by_role("button", name="Les høgt").click()
    assert page.evaluate("said.length") == 1
    plain = visit(java_script_enabled=False)
    plain.goto(site.url(ENTRY))
    assert plain.locator("[data-read-aloud]").is_hidden()
    assert plain.locator(".reading-choices").is_hidden()
    assert plain.locator(".header__reading").is_hidden()
