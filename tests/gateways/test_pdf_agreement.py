"""The papers of an agreement: both standards, also when sealed; any words, any number of them; read aloud rightly."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.factories import papers
from tests.factories.papers import keeps
from webapp.gateways.pdf import agreement as made
from webapp.gateways.seal import Checked, Sealer, Verdict
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import InvalidError

AT = datetime(2026, 11, 29, 6, 35, 17, tzinfo=UTC)
PAPERS: dict[str, Callable[[], bytes]] = {
    "agreement": lambda: made.make_agreement(papers.agreement(), at=AT),
    "agreement in large print": lambda: made.make_agreement(papers.agreement(), at=AT, is_large=True),
    "fridge": lambda: made.make_fridge_sheet(papers.fridge_sheet()),
    "answer sheet": lambda: made.make_answer_sheet(papers.answer_sheet()),
    "blank agreement": lambda: made.make_blank_agreement(papers.blank_agreement()),
}
WORDS = st.sampled_from(["", " ", "\n", "\u00a0", "\u200c"]) | st.text(
    st.characters(exclude_categories=[]), max_size=120
)


def is_good(folder: Path, content: bytes) -> bool:
    path = folder / "paper.pdf"
    path.write_bytes(content)
    return all(keeps(path, profile) for profile in ("PDF_UA_1", "PDF_A_2A"))


def pages(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as file:
        return len(file.pages)


def tags(content: bytes) -> list[tuple[str, str]]:
    """Answer every tag of a paper with its alternative text, in the order in which it is read."""
    found: list[tuple[str, str]] = []

    def walk(one: Any) -> None:
        if isinstance(one, pikepdf.Array):
            for kid in one:
                walk(kid)
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append((str(one.S).removeprefix("/"), str(one.get("/Alt", ""))))
            walk(one.get("/K"))

    with pikepdf.open(BytesIO(content)) as file:
        walk(file.Root.StructTreeRoot.K)
    return found


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_keeps_both_standards(tmp_path: Path, name: str) -> None:
    assert is_good(tmp_path, PAPERS[name]())


def test_the_agreement_keeps_both_standards_when_it_is_sealed(tmp_path: Path) -> None:
    sealer = Sealer(FixedClock(NOON), tmp_path / "seal", is_demo=True)
    sealed = sealer.seal(PAPERS["agreement"](), municipality="fjordvik", at=AT, fingerprint=papers.HASH)
    assert is_good(tmp_path, sealed)
    told = Checked(Verdict.GENUINE, sha256(sealed).hexdigest(), "fjordvik", papers.HASH, AT)
    assert sealer.check(sealed) == told
    assert [tag for tag, _ in tags(sealed)][-1] == "Form"


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_words_make_the_same_bytes(name: str) -> None:
    assert PAPERS[name]() == PAPERS[name]()


def test_a_screen_reader_meets_headings_heads_of_tables_and_the_words_for_the_code() -> None:
    found = tags(PAPERS["agreement"]())
    assert [tag for tag, _ in found].count("H1") == 1
    assert [tag for tag, _ in found].count("Table") == 4
    assert [tag for tag, _ in found].count("TH") == 2 + 2 + 5 + 4
    assert ("Figure", f"QR-kode til {papers.ADDRESS}") in found


def test_a_copy_to_read_has_neither_hash_nor_code() -> None:
    assert "Figure" not in dict(tags(made.make_agreement({**papers.agreement(), "hash": ""}, at=AT)))


def test_a_file_says_that_it_was_made_when_the_last_one_signed() -> None:
    with pikepdf.open(BytesIO(PAPERS["agreement"]())) as file:
        assert str(file.docinfo["/CreationDate"]).startswith("D:20261129063517")


@settings(max_examples=40, deadline=None)
@given(WORDS)
def test_any_words_at_all_become_a_paper(words: str) -> None:
    assert made.make_agreement(papers.agreement(words, count=2), at=AT).startswith(b"%PDF-")
    assert made.make_answer_sheet(papers.answer_sheet(words, count=1)).startswith(b"%PDF-")
    assert made.make_blank_agreement({**papers.blank_agreement(), "title": words}).startswith(b"%PDF-")


def test_two_hundred_tasks_of_ones_own_and_long_words_become_a_paper(tmp_path: Path) -> None:
    long = "Å bo hjemme. " * 300
    assert is_good(tmp_path, made.make_agreement(papers.agreement("Stell av katten 👵 قطة", count=200), at=AT))
    assert pages(made.make_agreement(papers.agreement(long, count=3), at=AT)) > 5


@pytest.mark.parametrize("count", [0, 1, 8, 12, 13, 40, 200])
def test_the_sheet_for_the_kitchen_is_one_page(tmp_path: Path, count: int) -> None:
    content = made.make_fridge_sheet(papers.fridge_sheet(count))
    assert pages(content) == 1
    assert is_good(tmp_path, content)


def test_no_word_runs_into_the_next_column_and_no_telephone_number_is_broken() -> None:
    head = ["Oppgave", "Hvem", "Reserve", "Hvor ofte", "Fra", "Beskjed"]
    rows = [["Svare på trygghetsalarm", "dere søker kommunen", "–", "–", "–", "ring tildelingskontoret, 61 35 90 10"]]
    paper = papers.agreement()
    paper["sections"] = [{"heading": "6. Hvem gjør hva", "parts": [{"kind": "table", "head": head, "rows": rows}]}]
    sheet = made.make_agreement(paper, at=AT)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=sheet, capture_output=True, check=True)
    text = done.stdout.decode()
    assert re.search(r"trygghetsalarm\s", text)
    assert "61 35 90 10" in text


def test_nothing_written_by_a_person_steers_the_paper() -> None:
    words = '#panic() $x$ *b* @ref #read("/etc/passwd") <label> \\ // /* = Heading'
    found = tags(made.make_agreement(papers.agreement(words, count=0), at=AT))
    assert [tag for tag, _ in found].count("H1") == 1


def test_a_hash_is_whole_or_not_there() -> None:
    with pytest.raises(InvalidError):
        made.make_agreement({**papers.agreement(), "hash": "abc"}, at=AT)
