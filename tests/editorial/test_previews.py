"""A draft as readers will meet it: by the very views, for editors and for whoever has a link that stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories.editors import press, save
from tests.factories.people import Browser
from tests.factories.site import DALSBYGD, ask, look_now
from tests.page import Client
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock

FALL = "/redaksjon/sider/felles/oppslag/fall"
CAFE = "/redaksjon/sider/egen/moteplass/seniorkafeen"
WORDS = "Ring 113 straks. Bli hos den som har falt."


def link_to(editor: Browser) -> str:
    """Make a link to the draft, and answer its path."""
    editor.get(FALL)
    page = editor.post(f"{FALL}/utkast", handling="lenke")
    return page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("sort", "public"),
    [("felles/oppslag/fall", "/nb/abc/fall"), ("felles/tjeneste/matlevering", "/nb/tjenester/matlevering"),
     ("felles/oppgave/snomaking", "/nb/hvem-gjor-hva/snomaking"), ("felles/hjelpemiddel/gps", "/nb/hjelpemidler/gps"),
     ("egen/tilbud/parorendeskole-demens", "/nb/tilbud/parorendeskole-demens"), ("felles/side/om", "/nb/om"),
     ("egen/moteplass/seniorkafeen", "/nb/moteplasser"), ("felles/selvsjekk/who5", "/nb/selvsjekk/who5"),
     ("felles/liste/numbers", "/nb/nodnummer"), ("felles/sprak/pl", "/nb/andre-sprak/pl"),
     ("egen/kommune/fjordvik", "/nb/"), ("felles/side/abc", "/nb/abc/")],
)  # fmt: skip
def test_a_page_without_a_draft_is_shown_exactly_as_readers_meet_it(
    avklart: Avklart, editor: Browser, sort: str, public: str
) -> None:
    shown = editor.raw(f"/redaksjon/sider/{sort}/vis/nb").text
    script = [line for line in ask(avklart.front, public).text.split("\n") if "app.js" in line or "/app-" in line]
    for line in ask(avklart.front, public).text.split("\n"):
        assert line in shown or line in script, line


def test_a_draft_is_shown_in_its_place_and_readers_see_nothing(avklart: Avklart, editor: Browser) -> None:
    save(editor, f"{FALL}/nb", {"f.short": WORDS})
    shown = editor.raw(f"{FALL}/vis/nb")
    assert WORDS in shown.text
    assert "<script" not in shown.text
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"
    assert WORDS not in editor.raw(f"{FALL}/vis/nn").text
    look_now(avklart)
    assert WORDS not in ask(avklart.front, "/nb/abc/fall").text
    assert "frame-ancestors 'none'" in ask(avklart.front, "/nb/abc/fall").headers["Content-Security-Policy"]


def test_only_the_page_that_frames_it_may_frame_anything(editor: Browser) -> None:
    assert "frame-src 'self'" in editor.raw(f"{FALL}/nb").headers["Content-Security-Policy"]
    assert "frame-src" not in editor.raw(FALL).headers["Content-Security-Policy"]


def test_it_is_shown_as_it_will_be_on_paper(editor: Browser) -> None:
    assert "on-paper" in editor.raw(f"{FALL}/vis/nb?visning=papir").text
    assert "on-paper" not in editor.raw(f"{FALL}/vis/nb").text


def test_what_is_not_right_yet_is_shown_with_what_is_published_in_its_place(editor: Browser) -> None:
    save(editor, f"{FALL}/nb", {"f.short": "", "f.talk": "Snakk om det."})
    shown = editor.raw(f"{FALL}/vis/nb").text
    assert "Har du slått hodet hardt" in shown
    assert "Snakk om det." in shown


def test_a_new_page_that_cannot_be_shown_says_why(editor: Browser) -> None:
    editor.get("/redaksjon/ny")
    editor.post("/redaksjon/ny", sort="oppslag", title="Om søvn", slug="", whose="egen")
    page = editor.get("/redaksjon/sider/egen/oppslag/om-sovn/vis/nb")
    assert page.heading() == "Dette kan ikke vises ennå"


def test_malicious_words_are_harmless_in_a_preview(editor: Browser) -> None:
    save(
        editor,
        f"{FALL}/nb",
        {"f.short": "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example/p)"},
    )
    shown = editor.raw(f"{FALL}/vis/nb").text
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown


def test_somebody_without_an_account_reads_a_draft_by_its_link(
    avklart: Avklart, editor: Browser, client: Client
) -> None:
    save(editor, f"{FALL}/nb", {"f.short": WORDS})
    path = link_to(editor)
    page = client.get(path)
    assert WORDS in page.text
    assert "Dette er et utkast." in page.text
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert ask(avklart.front, path, host=DALSBYGD).status == 404, "a link is one municipality's"


def test_a_link_ends_by_time_by_being_taken_back_and_with_its_draft(
    editor: Browser, client: Client, clock: FixedClock
) -> None:
    save(editor, f"{CAFE}/nb", {"f.when": "onsdager"})
    editor.get(CAFE)
    page = editor.post(f"{CAFE}/utkast", handling="lenke")
    path = page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")
    clock.time = NOON + timedelta(days=14)
    client.get(path, status=410)
    clock.time = NOON
    client.get(path)
    editor.get(CAFE)
    editor.post(f"{CAFE}/utkast", handling="trekk")
    client.get(path, status=410)
    editor.get(CAFE)
    page = editor.post(f"{CAFE}/utkast", handling="lenke")
    path = page.one(".notice .written").get_text(strip=True).removeprefix("http://127.0.0.1:8000")
    press(editor, CAFE, "publisering", when="na")
    client.get(path, status=410)


@pytest.mark.parametrize("secret", ["x", "x" * 43, "%00", "../..", "' OR 1=1 --"])
def test_a_link_that_never_was_is_not_found(avklart: Avklart, secret: str) -> None:
    assert ask(avklart.front, f"/nb/utkast/{secret}").status == 404
