"""What an editor writes is read by the very rules of the files, and what nobody touched stays to the letter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.content.domain.fields import Choice, Day, Field, Flag, Line, Listing, Localised, Record, Ref, Table, Text
from webapp.content.files import Reading, fields_of
from webapp.editorial.domain import written
from webapp.editorial.domain.written import MOST_ROWS, changed_rows

AT = "f"
SOURCE = Record((Field("name", Line(160), required=True), Field("checked", Day())))
FIELDS = (
    Field("title", Line(20), required=True), Field("short", Text(60)), Field("open", Flag()),
    Field("audience", Listing(Choice(("older", "caregiver")))), Field("entries", Listing(Ref("entry"))),
    Field("sources", Listing(SOURCE)), Field("hours", Localised(Line())), Field("asks", Table(Line())),
    Field("words", Listing(Line())), Field("synonyms", Listing(Listing(Line(), least=2))),
)  # fmt: skip


class Posted(dict[str, list[str]]):
    """What a browser sends: each name with its values."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def read(posted: dict[str, list[str]], before: dict[str, Any] | None = None) -> written.Read:
    raw = written.posted(Posted(posted), FIELDS, AT, before or {})
    return written.read(raw, FIELDS, AT)


def test_every_part_of_the_real_content_comes_back_to_the_letter(real_content: Reading) -> None:
    for key, part in real_content.parts.items():
        fields = fields_of(key)
        again = written.read(written.raw_fields(part.fields, fields), fields, AT, part.fields)
        assert again.faults == (), key
        assert again.fields == part.fields, key


def test_a_whole_form_is_read() -> None:
    found = read({
        "f.title": ["Fall"], "f.short": ["Ring.\r\n\r\nVent."], "f.open": ["true"],
        "f.audience": ["caregiver", "older"], "f.entries": ["fall"], "f.entries+": ["Balanse og fall (balanse)"],
        "f.sources#": ["2"], "f.sources.0.name": ["Lov"],
        "f.sources.0.checked": ["2026-11-01"], "f.hours.nb": ["8–15"], "f.asks#": ["1"], "f.asks.0.key": ["lade"],
        "f.asks.0.value": ["Du lader"], "f.words": ["a\r\n\r\nb"], "f.synonyms": ["hjelp, bistand\nfall,  dett"],
    })  # fmt: skip
    assert found.faults == ()
    assert found.fields == {
        "title": "Fall", "short": "Ring.\n\nVent.", "open": True, "audience": ["caregiver", "older"],
        "entries": ["fall", "balanse"], "sources": [{"name": "Lov", "checked": "2026-11-01"}], "hours": {"nb": "8–15"},
        "asks": {"lade": "Du lader"}, "words": ["a", "b"], "synonyms": [["hjelp", "bistand"], ["fall", "dett"]],
    }  # fmt: skip


def test_boxes_and_pages_keep_the_order_that_they_had() -> None:
    before = {"audience": ["caregiver", "older"], "entries": ["b", "a"]}
    found = read({"f.title": ["x"], "f.audience": ["older", "caregiver"], "f.entries": ["a", "b", "c"]}, before)
    assert found.fields["audience"] == ["caregiver", "older"]
    assert found.fields["entries"] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("posted", "at", "is_missing"),
    [
        ({}, "f.title", True),
        ({"f.title": ["x" * 21]}, "f.title", False),
        ({"f.title": ["x"], "f.sources#": ["2"], "f.sources.1.checked": ["i går"]}, "f.sources.1.checked", False),
        ({"f.title": ["x"], "f.sources#": ["2"], "f.sources.1.checked": ["2026-01-01"]}, "f.sources.1.name", True),
        ({"f.title": ["x"], "f.hours.en": ["8–15"]}, "f.hours.nb", True),
        ({"f.title": ["x"], "f.audience": ["alle"]}, "f.audience", False),
        ({"f.title": ["x"], "f.entries+": ["Noe annet"]}, "f.entries", False),
        ({"f.title": ["x"], "f.asks#": ["1"], "f.asks.0.key": ["Å"], "f.asks.0.value": ["Du"]}, "f.asks", False),
    ],
)
def test_a_fault_names_the_field_of_the_form(posted: dict[str, list[str]], at: str, is_missing: bool) -> None:  # noqa: FBT001
    (fault, *_) = read(posted).faults
    assert (fault.at, fault.is_missing) == (at, is_missing)


def test_what_no_keyboard_writes_is_gone() -> None:
    assert written.cleaned("a\u202eb\x00c\td\r\ne\ufeff\u2028f") == "abc d\ne\nf"


def test_a_row_is_added_taken_away_and_moved_up() -> None:
    raw = {"sources": [{"name": "a"}, {"name": "b"}]}
    assert changed_rows(raw, "ny-rad:f.sources", AT)[0]["sources"] == [{"name": "a"}, {"name": "b"}, ""]
    assert changed_rows(raw, "fjern:f.sources.0", AT)[0]["sources"] == [{"name": "b"}]
    assert changed_rows(raw, "opp:f.sources.1", AT)[0]["sources"] == [{"name": "b"}, {"name": "a"}]
    assert raw == {"sources": [{"name": "a"}, {"name": "b"}]}


@pytest.mark.parametrize(
    "handling",
    ["", "lagre", "fjern:f.sources.9", "fjern:f.sources.x", "fjern:f.title", "opp:f.sources.0", "ny-rad:x.y", "opp:",
     "fjern:f.nothing.0", "ny-rad:f.title", "ny-rad:f.sources.0.name"],
)  # fmt: skip
def test_a_button_that_fits_no_list_changes_nothing(handling: str) -> None:
    raw = {"title": "x", "sources": [{"name": "a"}]}
    assert changed_rows(raw, handling, AT)[0] == raw


@pytest.mark.parametrize("told", ["-1", "x", "999999999", "", "²"])
def test_the_number_of_rows_is_never_taken_at_its_word(told: str) -> None:
    raw = written.posted(Posted({"f.sources#": [told]}), FIELDS, AT, {})
    assert len(raw["sources"]) <= MOST_ROWS


@given(st.text(), st.text(), st.lists(st.text(max_size=30), max_size=4))
def test_whatever_is_posted_is_read_or_told_of_and_never_raises(title: str, short: str, words: list[str]) -> None:
    found = read({"f.title": [title], "f.short": [short], "f.words": ["\n".join(words)], "f.entries": words})
    assert found.faults or found.fields["title"]
