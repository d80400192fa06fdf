"""Files and parts are the same thing written twice: what is written is read again, what is read is written again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import CONTENT
from tests.factories.content import contents, make_folder
from tests.factories.fields import TRICKY, records
from webapp.content import files
from webapp.content.domain.document_kinds import DOCUMENT_KINDS
from webapp.content.domain.facts import FACTS
from webapp.content.domain.kind import COMMON, LOCAL, Kind
from webapp.content.domain.kinds import KINDS
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.files import Reading

TEXTS = [kind for kind in KINDS.values() if not kind.is_document]
ALONE = [kind for kind in KINDS.values() if kind.name != "image"]
"""The kinds whose files stand alone: beside the file of an image lie its forms (test_images)."""
MANY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_again(part: PagePart) -> Reading:
    """Write a part as a file, and read the folder."""
    with TemporaryDirectory() as folder:
        list(files.write_tree([part], Path(folder)))
        return files.read_tree(Path(folder))


def assert_is_read_as_written(part: PagePart) -> None:
    """A part comes back as it was, in a file of the canonical form."""
    reading = read_again(part)
    assert reading.faults == []
    assert reading.parts == {part.key: part}


@MANY
@given(st.data())
@pytest.mark.parametrize("kind", ALONE, ids=lambda kind: kind.name)
def test_a_common_part_is_read_as_it_was_written(kind: Kind, data: st.DataObject) -> None:
    municipality = data.draw(st.sampled_from([None, "fjordvik"]))
    fields = data.draw(records(kind.common, all_optional=municipality is not None))
    assert_is_read_as_written(PagePart(PageKey(municipality, kind.name, "slug", COMMON), fields))


@MANY
@given(st.data())
@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.name)
def test_a_text_is_read_as_it_was_written(kind: Kind, data: st.DataObject) -> None:
    municipality = data.draw(st.sampled_from([None, "fjordvik"]))
    own = municipality is not None
    sections = [field for field in kind.sections if own or field is not LOCAL]
    fields: dict[str, Any] = {
        **data.draw(records(kind.front, all_optional=own)),
        **data.draw(records(sections, all_optional=own, sections=True)),
    }
    language = data.draw(st.sampled_from(["nb", "nn", "en"]))
    assert_is_read_as_written(PagePart(PageKey(municipality, kind.name, "slug", language), fields))


@MANY
@given(st.data())
@pytest.mark.parametrize("name", DOCUMENT_KINDS)
def test_a_document_is_read_as_it_was_written(name: str, data: st.DataObject) -> None:
    fields = data.draw(records(DOCUMENT_KINDS[name].common))
    assert_is_read_as_written(PagePart(PageKey(None, "document", name, COMMON), fields))


@MANY
@given(records(FACTS.common))
def test_the_facts_of_a_municipality_are_read_as_they_were_written(fields: dict[str, Any]) -> None:
    assert_is_read_as_written(PagePart(PageKey("fjordvik", "municipality", "fjordvik", COMMON), fields))


PIECES = (
    *TRICKY, "---", "## short", "## body", "title: x", "synonyms:", "- x", "  - y", "number: '1.1'", "\t", "\r", "\x00",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    text=st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=12).map("\n".join),
    path=st.sampled_from(["entries/x/nb.md", "tasks/x/common.yaml", "words.yaml"]),
)
def test_any_text_at_all_is_read_or_refused_and_what_is_read_is_canonical(text: str, path: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shared" / path).parent.mkdir(parents=True)
        (folder / "shared" / path).write_bytes(text.encode())
        reading = files.read_tree(folder)
        assert bool(reading.parts) != bool(reading.unread)
        if not reading.faults:
            assert [files.format_part(part) for part in reading.parts.values()] == [text]


def test_every_file_of_the_real_content_is_what_its_part_is_written_as(real_content: Reading, tmp_path: Path) -> None:
    written = list(files.write_tree(real_content.parts.values(), tmp_path))
    assert len(written) == len(real_content.parts) > 1000
    assert sorted(f"{CONTENT.name}/{path}" for path in contents(tmp_path)) == sorted(real_content.paths.values())
    assert files.read_tree(tmp_path).parts == real_content.parts


def test_a_part_knows_the_line_of_each_of_its_fields(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "content")
    reading = files.read_tree(folder.root)
    key = PageKey(None, "entry", "sno-og-is", "nb")
    path = "shared/entries/sno-og-is/nb.md"
    assert reading.paths[key] == f"content/{path}"
    assert reading.line(key, "synonyms[2]") == folder.line_of(path, "- måking")
    assert reading.line(key, "talk") == folder.line_of(path, "## talk")
    common = key._replace(language=COMMON)
    assert reading.line(common, "sources[1].url") == folder.line_of("shared/entries/sno-og-is/common.yaml", "url:")


@pytest.mark.parametrize("written", ["no", "113", "null", "2026-11-22", "0x1F", "true", "1_000"])
def test_what_yaml_takes_for_something_else_stays_text(tmp_path: Path, written: str) -> None:
    folder = make_folder(tmp_path / "content")
    path = "shared/tasks/stroing/nb.md"
    folder.change(path, "title: Strø gangveien", f"title: {written}")
    reading = files.read_tree(folder.root)
    assert reading.parts[PageKey(None, "task", "stroing", "nb")].fields["title"] == written
