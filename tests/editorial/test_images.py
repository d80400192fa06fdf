"""Images, as an editor puts them in: what is taken, what is refused and said, and what readers then get."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.editors import come_in, press
from tests.factories.images import CANARY, SVG, drawn, file, photograph, png_of_size
from tests.factories.people import Browser, add_staff
from tests.factories.site import look_now, publish_change
from webapp.app import Avklart
from webapp.audit.models import EventRow
from webapp.content import actions, queries
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.permission import Role

LIST, NEW, OWN = "/redaksjon/bilder", "/redaksjon/bilder/nytt", "/redaksjon/bilder/egen/rullator-i-gangen"
SAID = {"alt_nb": "En rullator i gangen", "alt_nn": "Ein rullator i gangen", "alt_en": "A walking frame in a hall"}
KEY = PageKey("fjordvik", "image", "rullator-i-gangen", COMMON)


@pytest.fixture
def editor(avklart: Avklart, browser: Browser) -> Browser:
    """Kari, an editor of Fjordvik, logged in."""
    add_staff(avklart.database, Role.EDITOR, at=NOON)
    browser.sign_in()
    return browser


def put_in(editor: Browser, body: bytes | None = None, status: int = 200, **changes: Any) -> Any:
    """Put in an image by the form; answer the page that comes."""
    editor.get(NEW)
    sent = photograph() if body is None else body
    fields: Any = {
        "name": "Rullator i gangen",
        "whose": "egen",
        **SAID,
        "file": (BytesIO(sent), "bilde.jpg"),
        **changes,
    }
    return editor.post(NEW, status=status, **fields)


def told(avklart: Avklart, key: PageKey = KEY) -> Any:
    with avklart.database.reading() as session:
        return queries.image_of(session, key)


def errors(page: Any) -> list[str]:
    return [link.get_text() for link in page.soup.select(".error-summary a")]


def test_an_image_is_put_in_and_its_page_says_how_a_text_shows_it(avklart: Avklart, editor: Browser) -> None:
    page = put_in(editor)
    assert editor.path() == OWN
    assert "Vi har tatt ut hvor og når det ble tatt" in page.text
    assert page.one("code").get_text() == "![](image:rullator-i-gangen)"
    assert told(avklart)["alt"] == {"nb": SAID["alt_nb"], "nn": SAID["alt_nn"], "en": SAID["alt_en"]}
    assert [form["width"] for form in told(avklart)["forms"]] == [640, 900]
    with avklart.database.reading() as session:
        bodies = [queries.image(session, form["digest"]) or b"" for form in told(avklart)["forms"]]
    assert all(body[8:12] == b"WEBP" and CANARY not in body for body in bodies)
    look_now(avklart)
    image = page.one("main img")
    assert editor.raw(str(image["src"])).status_code == 200
    assert "rullator-i-gangen" in editor.get(LIST).text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "Velg bildet."),
        (b"Hei, dette er tekst.", "Denne filen er ikke et bilde."),
        (SVG, "Dette er en tegning i SVG, som kan inneholde programmer."),
        (b"%PDF-1.7\n" + photograph(), "Vi tar ikke imot denne typen fil."),
        (file(drawn(), "GIF"), "Vi tar ikke imot denne typen fil."),
        (photograph()[:2000], "Bildet kan ikke åpnes."),
        (png_of_size(60_000, 60_000), "Bildet har for mange punkter."),
        (file(drawn(200, 150)), "Bildet er for lite til å sees godt."),
        (file(drawn(2000, 300)), "Bildet er for langt og smalt."),
    ],
    ids=["nothing", "text", "drawing", "pdf", "gif", "damaged", "bomb", "small", "narrow"],
)
def test_a_file_that_is_not_taken_is_said_at_its_field_and_nothing_typed_is_lost(
    avklart: Avklart, editor: Browser, body: bytes, said: str
) -> None:
    page = put_in(editor, body, 422)
    assert len(errors(page)) == 1
    assert errors(page)[0].startswith(said)
    assert page.one("#alt_nn")["value"] == SAID["alt_nn"]
    assert page.one("#name")["value"] == "Rullator i gangen"
    assert told(avklart) is None


@pytest.mark.parametrize(
    ("language", "said"), [("nn", "Denne fila er ikkje eit bilete."), ("en", "This file is no image.")]
)
def test_a_refusal_is_said_in_the_editors_language(
    avklart: Avklart, browser: Browser, language: str, said: str
) -> None:
    add_staff(avklart.database, Role.EDITOR, at=NOON, language=language)
    browser.sign_in()
    assert errors(put_in(browser, b"x", 422))[0].startswith(said)


def test_a_file_of_more_than_a_telephone_makes_is_too_large(editor: Browser) -> None:
    answer = editor.raw(
        NEW, "POST", data=b"x" * (13 * 1024 * 1024), content_type="multipart/form-data; boundary=x",
        headers={"Origin": f"{editor.scheme}://{editor.host}"},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "Gjør det mindre enn 12 MB" in answer.text


def test_what_an_image_shows_is_demanded_in_every_language(avklart: Avklart, editor: Browser) -> None:
    page = put_in(editor, None, 422, alt_nn="", alt_en=" ")
    assert errors(page) == [
        "Hva bildet viser, på nynorsk: skriv det, i én setning.",
        "Hva bildet viser, på engelsk: skriv det, i én setning.",
    ]
    assert [link["href"] for link in page.soup.select(".error-summary a")] == ["#alt_nn", "#alt_en"]
    assert told(avklart) is None


def test_an_image_for_the_eye_only_says_so_and_has_no_words(avklart: Avklart, editor: Browser) -> None:
    page = put_in(editor, None, 422, decorative="1")
    assert errors(page) == ["Ta bort ordene eller haken. Et bilde som bare er til pynt, har ingen ord."]
    put_in(editor, None, alt_nb="", alt_nn="", alt_en="", decorative="1")
    assert told(avklart)["decorative"] is True
    assert "alt" not in told(avklart)


@pytest.mark.parametrize("name", ["", "   ", "!!!", "x" * 61])
def test_an_image_needs_a_name_that_can_be_written(editor: Browser, name: str) -> None:
    assert len(errors(put_in(editor, None, 422, name=name))) == 1


def test_a_name_that_is_taken_is_said_and_the_first_image_stays(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    first = told(avklart)
    page = put_in(editor, file(drawn(700, 700)), 422)
    assert errors(page) == ["Et annet bilde har dette navnet. Velg et annet navn."]
    assert told(avklart) == first


def test_an_image_for_all_is_shared(avklart: Avklart, editor: Browser) -> None:
    put_in(editor, whose="felles")
    assert told(avklart, KEY._replace(municipality=None))
    assert told(avklart) is None


def test_the_words_are_changed_and_two_editors_do_not_write_over_each_other(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    late = str(editor.get(OWN).one("input[name=basis]")["value"])
    editor.post(OWN, **{**SAID, "alt_nb": "Den første", "basis": late})
    assert told(avklart)["alt"]["nb"] == "Den første"
    page = editor.post(OWN, status=409, **{**SAID, "alt_nb": "Den andre", "basis": late})
    assert "Noen andre har endret ordene" in page.text
    assert "Den første" in page.text
    assert page.one("#alt_nb")["value"] == "Den andre"
    assert told(avklart)["alt"]["nb"] == "Den første"
    editor.post(OWN, **{**SAID, "alt_nb": "Den andre", "basis": str(page.one("input[name=basis]")["value"])})
    assert told(avklart)["alt"]["nb"] == "Den andre"
    assert errors(editor.post(OWN, status=422, **{**SAID, "alt_en": ""}))


def test_an_image_that_a_page_shows_cannot_be_taken_away(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    with avklart.database.writing() as session:
        shows = PageKey("fjordvik", "entry", "fall", "nb")
        actions.publish(session, shows, {"local": "![](image:rullator-i-gangen)"}, at=NOON)
    page = editor.get(OWN)
    assert "Disse sidene viser bildet" in page.text
    assert page.soup.select("form.press") == page.soup.select(f"form.press[action='{OWN}/x']")
    editor.post(f"{OWN}/fjern")
    assert told(avklart) is not None


def test_an_image_that_no_page_shows_is_taken_away_with_its_forms(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    digest = told(avklart)["forms"][0]["digest"]
    token = editor.token()
    page = editor.post(f"{OWN}/fjern")
    assert "Bildet er tatt bort." in page.text
    assert told(avklart) is None
    with avklart.database.reading() as session:
        assert queries.image(session, digest) is None
    editor.get(OWN, status=404)
    editor.post(f"{OWN}/fjern", status=404, token=token)


def test_an_editor_of_another_municipality_does_not_see_it(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    add_staff(avklart.database, Role.EDITOR, municipality="dalsbygd", email="per@dalsbygd.example", at=NOON)
    other = Browser(avklart, "dalsbygd")
    other.sign_in("per@dalsbygd.example")
    assert "rullator-i-gangen" not in other.get(LIST).text
    other.get(OWN, status=404)


def whys(avklart: Avklart) -> list[str]:
    """Answer why each event about content was recorded."""
    with avklart.database.reading() as session:
        wanted = select(EventRow.why).where(EventRow.object_kind == "content").order_by(EventRow.sequence)
        return list(session.scalars(wanted))


def test_what_is_done_with_an_image_is_recorded(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    basis = str(editor.get(OWN).one("input[name=basis]")["value"])
    editor.post(OWN, **{**SAID, "alt_nb": "En rullator", "basis": basis})
    editor.post(f"{OWN}/fjern")
    assert whys(avklart) == ["image put in", "image told anew", "image taken away"]


def test_what_a_shared_image_says_is_changed_by_two(avklart: Avklart, editor: Browser) -> None:
    put_in(editor, whose="felles")
    shared, key = OWN.replace("/egen/", "/felles/"), KEY._replace(municipality=None)
    basis = str(editor.get(shared).one("input[name=basis]")["value"])
    page = editor.post(shared, **{**SAID, "alt_nb": "En rullator", "basis": basis})
    assert "Noen andre må se på det" in page.text
    assert told(avklart, key)["alt"]["nb"] != "En rullator"
    where = "/redaksjon/sider/felles/bilde/rullator-i-gangen"
    press(editor, where, "utkast", handling="send")
    reviewer = come_in(avklart, Role.REVIEWER, name="Frida Fagansvarlig")
    reviewer.get(f"{where}/vis/nb")
    press(reviewer, where, "godkjenning", handling="godkjenn")
    press(editor, where, "publisering", when="na")
    assert told(avklart, key)["alt"]["nb"] == "En rullator"


def test_where_the_municipality_wants_two_an_image_of_its_own_is_looked_at_too(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    put_in(editor)
    facts = PageKey("fjordvik", "municipality", "fjordvik", "common")
    publish_change(avklart.database, real_content, facts, four_eyes=True)
    look_now(avklart)
    basis = str(editor.get(OWN).one("input[name=basis]")["value"])
    editor.post(OWN, **{**SAID, "alt_nb": "En rullator", "basis": basis})
    assert told(avklart)["alt"]["nb"] != "En rullator"


def test_an_image_stands_in_the_list_of_pages(avklart: Avklart, editor: Browser) -> None:
    put_in(editor)
    look_now(avklart)
    assert editor.get("/redaksjon/sider?sort=bilde").soup.select("a[href$='/bilde/rullator-i-gangen']")
