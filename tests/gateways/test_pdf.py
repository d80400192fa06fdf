"""PDF: both standards at once, the same bytes for the same data, and no text that can break or steer it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.papers import keeps
from webapp.gateways import pdf

EMPTY: dict[str, Any] = {
    "when": "", "flags": [], "bands": [], "groups": [], "answers_heading": "Svarene dine", "answers": [],
    "says_not_heading": "Dette sier den ikke", "says_not": "Ingen diagnose.", "telephone": "61 35 90 00",
}  # fmt: skip
HOSTILE = (
    "#panic()",
    "$x$",
    "*fet*",
    "@ref",
    '#read("/etc/passwd")',
    "<label>",
    "\\",
    "{{ 7*7 }}",
    "你好",
    "👵",
    "a\u202eb",
)


def text_of(content: bytes) -> str:
    with pikepdf.open(BytesIO(content)) as found:
        return str(found.docinfo.get("/Title", "")) + str(found.Root.get("/Lang", ""))


@pytest.mark.parametrize("name", ["PDF_UA_1", "PDF_A_2A"])
def test_a_paper_keeps_both_standards(tmp_path: Path, name: str) -> None:
    answers = [{"question": "Hva er viktig?", "answer": words} for words in HOSTILE]
    content = pdf.make("selfcheck_result", {**EMPTY, "answers": answers}, language="nb", title="Prøve")
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    assert keeps(path, name)


def test_the_same_data_gives_the_same_bytes() -> None:
    first = pdf.make("selfcheck_result", EMPTY, language="nn", title="Prøve")
    assert first == pdf.make("selfcheck_result", EMPTY, language="nn", title="Prøve")


@pytest.mark.parametrize(("language", "tag"), [("nb", "nb-NO"), ("nn", "nn-NO"), ("en", "en-GB")])
def test_a_paper_says_its_language_and_its_title(language: str, tag: str) -> None:
    assert text_of(pdf.make("selfcheck_result", EMPTY, language=language, title="Trivsel")) == f"Trivsel{tag}"


def test_letters_that_the_paper_lacks_are_seen_as_such() -> None:
    assert pdf.writable("Åse 你 Čáhci – ї") == "Åse □ Čáhci – ї"
    assert pdf.writable("a\u202eb\x00") == "a□b□"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(words: str) -> None:
    answers = [{"question": words, "answer": words}]
    assert pdf.make("selfcheck_result", {**EMPTY, "answers": answers}, language="nb", title="x").startswith(b"%PDF-")
