"""Two texts that have parted: by an import, or a municipality's own text under which the shared one has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from tests.conftest import NOON
from tests.factories.editors import form_of, press, save
from tests.factories.people import HOSTS, Browser, messages
from tests.factories.site import look_now, publish_change
from webapp.app import Avklart
from webapp.content.actions import import_parts
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.content.models import ConflictRow
from webapp.editorial.jobs import note_bases, tell_of_shared
from webapp.kernel.clock import FixedClock

CAFE = "/redaksjon/sider/egen/moteplass/seniorkafeen"
FALL = "/redaksjon/sider/egen/oppslag/fall"
CAFE_NB = PageKey("fjordvik", "place", "seniorkafeen", "nb")
FALL_NB = PageKey(None, "entry", "fall", "nb")


def bring_in(avklart: Avklart, reading: Reading, key: PageKey, **changes: Any) -> None:
    """Import the real content with one part changed."""
    part = reading.parts[key]
    parts = {**reading.parts, key: replace(part, fields={**part.fields, **changes})}
    with avklart.database.writing() as session:
        import_parts(session, parts, fingerprint="next", at=NOON)
    look_now(avklart)


def conflicts(avklart: Avklart) -> list[ConflictRow]:
    """Answer the conflicts that are open."""
    with avklart.database.reading() as session:
        return list(session.scalars(select(ConflictRow)))


def part_with_a_file(avklart: Avklart, editor: Browser, reading: Reading) -> None:
    """Let the opening hour of the café be changed here, and another way in a file."""
    save(editor, f"{CAFE}/nb", {"f.when": "onsdager kl. 12"})
    press(editor, CAFE, "publisering", when="na")
    bring_in(avklart, reading, CAFE_NB, when="fredager kl. 12")


def test_a_conflict_of_an_import_stands_in_the_work_list_until_a_person_has_said(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    part_with_a_file(avklart, editor, real_content)
    assert "To tekster er blitt ulike" in editor.get("/redaksjon/").text
    page = editor.get(f"{CAFE}/flett")
    assert "fredager" in page.soup.select(".difference")[1].get_text()
    page = editor.post(f"{CAFE}/flett", status=422)
    assert "Velg hvilken tekst som gjelder." in page.text
    editor.post(f"{CAFE}/flett", **{"valg.nb.when": "vart"})
    assert conflicts(avklart) == []
    look_now(avklart)
    assert "To tekster er blitt ulike" not in editor.get("/redaksjon/").text


def test_the_text_of_the_file_is_taken_by_a_draft(avklart: Avklart, editor: Browser, real_content: Reading) -> None:
    part_with_a_file(avklart, editor, real_content)
    editor.get(f"{CAFE}/flett")
    editor.post(f"{CAFE}/flett", **{"valg.nb.when": "deres"})
    assert form_of(editor.get(f"{CAFE}/nb"))["f.when"] == ["fredager kl. 12"]
    press(editor, CAFE, "publisering", when="na")
    assert conflicts(avklart) == []


def test_the_next_import_of_the_same_conflict_is_no_second_one(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    part_with_a_file(avklart, editor, real_content)
    bring_in(avklart, real_content, CAFE_NB, when="lørdager kl. 12")
    (only,) = conflicts(avklart)
    assert only.sides == {"base": real_content.parts[CAFE_NB].fields["when"], "theirs": "lørdager kl. 12"}
    bring_in(avklart, real_content, CAFE_NB, when="onsdager kl. 12")
    assert conflicts(avklart) == [], "the file says what stands here"


def own_text(avklart: Avklart, editor: Browser, reading: Reading) -> str:
    """Let Fjordvik have its own short answer, and the shared one change afterwards; answer what is shared now."""
    short = str(reading.parts[FALL_NB].fields["short"])
    save(editor, f"{FALL}/nb", {"f.short": short.replace("Har du", "Hvis du har")})
    press(editor, FALL, "publisering", when="na")
    shared = f"{short} Vent på hjelp."
    publish_change(avklart.database, reading, FALL_NB, short=shared)
    look_now(avklart)
    return shared


def test_that_the_shared_text_has_changed_under_ones_own_is_told_and_both_changes_are_offered_as_one(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    own_text(avklart, editor, real_content)
    assert "To tekster er blitt ulike" in editor.get("/redaksjon/").text
    page = editor.get(f"{FALL}/flett")
    both = page.one("textarea").get_text()
    assert "Hvis du har" in both
    assert "Vent på hjelp." in both
    assert page.one("input[value=sammen]").has_attr("checked")
    editor.post(f"{FALL}/flett", **{"valg.nb.short": "sammen", "tekst.nb.short": both})
    press(editor, FALL, "publisering", when="na")
    look_now(avklart)
    assert "To tekster er blitt ulike" not in editor.get("/redaksjon/").text


def test_ones_own_text_can_stand_and_gives_way_when_it_is_chosen(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    shared = own_text(avklart, editor, real_content)
    editor.get(f"{FALL}/flett")
    editor.post(f"{FALL}/flett", **{"valg.nb.short": "vart"})
    look_now(avklart)
    assert "Ingenting er ulikt her." in editor.get(f"{FALL}/flett").text
    publish_change(avklart.database, real_content, FALL_NB, short=shared + " Ring 116 117.")
    look_now(avklart)
    editor.get(f"{FALL}/flett")
    editor.post(f"{FALL}/flett", **{"valg.nb.short": "deres"})
    assert form_of(editor.get(f"{FALL}/nb"))["f.short"] == [""]


def test_local_texts_that_came_with_files_are_known_after_the_worker_has_looked(
    avklart: Avklart, editor: Browser, real_content: Reading
) -> None:
    assert note_bases(avklart.database) > 0
    assert note_bases(avklart.database) == 0
    key = PageKey("dalsbygd", "task", "snomaking", "common")
    own = real_content.parts.get(key)
    assert own is not None
    assert "To tekster" not in editor.get("/redaksjon/").text


@contextmanager
def no_desk(_municipality: str) -> Iterator[None]:
    """Stand in for a web process where there is nothing to tell."""
    raise AssertionError("nobody is to be told")
    yield


def test_that_a_shared_text_has_changed_is_told_once_by_mail_and_stands_in_the_work_list(
    avklart: Avklart, editor: Browser, reviewer: Browser, clock: FixedClock, real_content: Reading
) -> None:
    @contextmanager
    def desk(municipality: str) -> Iterator[None]:
        assert municipality == "fjordvik", "the other has no text of its own there"
        with avklart.flask.test_request_context("/nb/", base_url=f"http://{HOSTS[municipality]}"):
            avklart.flask.preprocess_request()
            yield

    assert reviewer is not editor
    note_bases(avklart.database)
    save(editor, f"{FALL}/nb", {"f.local": "Ring oss også om natta."})
    press(editor, FALL, "publisering", when="na")
    assert tell_of_shared(avklart.database, clock, no_desk) == 0
    publish_change(avklart.database, real_content, FALL_NB, short="Ring 113. Vent på hjelp.")
    look_now(avklart)
    assert tell_of_shared(avklart.database, clock, desk) == 1
    assert tell_of_shared(avklart.database, clock, no_desk) == 0, "once"
    told = messages(avklart.database, "shared")
    assert [one["to"] for one in told] == ["rolf.redaktor@fjordvik.example"]
    assert told[0]["subject"] == "1 fellestekst er endret under deres egen"
    assert "113" not in told[0]["text"]
    assert "Fall" not in told[0]["text"]
    assert "En fellestekst er endret ved siden av deres" in editor.get("/redaksjon/").text
    page = editor.get(f"{FALL}/flett")
    assert page.heading().startswith("Fellesteksten er endret")
    assert "Vent" in page.one(".difference").get_text()
    editor.post(f"{FALL}/flett")
    assert "En fellestekst er endret ved siden av deres" not in editor.get("/redaksjon/").text
    publish_change(avklart.database, real_content, FALL_NB, short="Ring 113.")
    assert tell_of_shared(avklart.database, clock, desk) == 1, "the next change is told of anew"
