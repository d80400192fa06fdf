"""Standing texts: which there are, what may stand in them, and whose words are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from webapp.content import files as contents
from webapp.content.domain import standing
from webapp.content.domain.check import check
from webapp.content.domain.pages import PageKey, PagePart

IN_ALL = {"nb": "Ja til {municipality}.", "nn": "Ja til {municipality}.", "en": "Yes to {municipality}."}


def found(kind: str, slug: str, **fields: Any) -> list[tuple[str, str]]:
    """Answer what is wrong in a standing text."""
    return list(standing.faults(kind, slug, fields))


def test_a_message_with_its_link_is_right() -> None:
    fields = {"subject": {"nb": "Hei fra {municipality}"}, "text": {"nb": "Åpne {link}. Ring {telephone}."}}
    assert found("message", "agreement-link", **fields) == []


@pytest.mark.parametrize(
    ("slug", "fields", "at"),
    [
        ("agreement-link", {"text": {"nb": "Du har fått noe."}}, "text.nb"),
        ("agreement-link", {"sms": {"nb": "Ring {telephone}."}}, "sms.nb"),
        ("one-time-code", {"text": {"nn": "Koden er hemmeleg."}}, "text.nn"),
        ("agreement-link", {"subject": {"nb": "{link}"}}, "subject.nb"),
        ("agreement-link", {"text": {"nb": "{link} eller https://falsk.example/"}}, "text.nb"),
        ("agreement-link", {"text": {"nb": "{link} eller falsk.no"}}, "text.nb"),
        ("agreement-link", {"text": {"nb": "{link}, skriv til tyv@falsk.example"}}, "text.nb"),
        ("agreement-link", {"text": {"nb": "{link} [trykk](entry:fall)"}}, "text.nb"),
        ("password-changed", {"sms": {"nb": "Ring {telephone}."}}, "sms.nb"),
    ],
)
def test_a_message_that_is_of_no_use_or_leads_elsewhere_is_refused(slug: str, fields: dict[str, Any], at: str) -> None:
    assert [place for place, _ in found("message", slug, **fields)] == [at]


def test_only_the_places_that_are_known_may_stand_in_braces() -> None:
    key = PageKey("fjordvik", "message", "agreement-link", "common")
    told = {"text": {"nb": "{link} til {name} om {hours}"}}
    messages = [
        one.message for one in check({key: PagePart(key, told)}) if one.key == key and "braces" not in one.field
    ]
    assert [message.split(",")[0] for message in messages if message.startswith("uses")] == [
        "uses {name}",
        "uses {hours}",
    ]


def test_what_is_no_standing_text_is_refused() -> None:
    assert found("message", "reklame", text={"nb": "Kjøp!"})[0][0] == "file"


def test_a_consent_is_in_every_language_and_has_a_version() -> None:
    assert found("consent", "referral", text=IN_ALL, version=1) == []
    assert [place for place, _ in found("consent", "referral", text={"nb": "Ja til {municipality}."})] == [
        "text.nn", "text.en", "version",
    ]  # fmt: skip


def test_the_version_of_a_consent_rises_with_its_words_and_with_nothing_else() -> None:
    first = standing.raised(None, {"text": IN_ALL})
    assert first["version"] == 1
    assert standing.raised(first, {"text": IN_ALL, "note": "sett over"})["version"] == 1
    assert standing.raised(first, {"text": {**IN_ALL, "en": "Yes."}})["version"] == 2
    assert standing.raised(first, {}) == {}


def test_a_menu_names_each_room_once() -> None:
    assert found("menu", "rooms", rooms=[{"room": "abc"}, {"room": "plan"}]) == []
    assert found("menu", "rooms", rooms=[{"room": "abc"}, {"room": "abc"}])[0][0] == "rooms[2].room"


def test_files_of_standing_texts_are_written_as_they_were_read() -> None:
    key = PageKey("fjordvik", "menu", "rooms", "common")
    part = PagePart(key, {"rooms": [{"room": "plan", "name": {"nb": "Planen min"}}, {"room": "abc"}]})
    assert "menus/rooms.yaml" in str(contents.path_of(key))
    assert contents.format_part(part).startswith("rooms:\n- room: plan\n")


def test_they_come_back_from_their_files_to_the_byte(tmp_path: Path) -> None:
    parts: dict[PageKey, dict[str, Any]] = {
        PageKey("fjordvik", "message", "agreement-link", "common"): {
            "text": {"nb": "Åpne:\n\n{link}\n\nHilsen {municipality}"}
        },
        PageKey("fjordvik", "consent", "referral", "common"): {"text": IN_ALL, "version": 3},
        PageKey("fjordvik", "menu", "rooms", "common"): {"rooms": [{"room": "plan", "name": {"nb": "Planen"}}]},
    }
    written = {key: PagePart(key, fields) for key, fields in parts.items()}
    first = {path: path.read_bytes() for path in contents.write_tree(written.values(), tmp_path)}
    reading = contents.read_tree(tmp_path)
    assert reading.faults == []
    assert {key: dict(part.fields) for key, part in reading.parts.items()} == parts
    again = {path: path.read_bytes() for path in contents.write_tree(reading.parts.values(), tmp_path)}
    assert again == first
