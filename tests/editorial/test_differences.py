"""The difference between two texts: put together it is the one and the other, whatever they say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from webapp.editorial.domain.differences import (
    MOST_PIECES,
    Change,
    Piece,
    after_of,
    before_of,
    differences,
    merged_text,
    pieces,
)

TEXT = st.text(alphabet="ab æ.\n-", max_size=40) | st.text(max_size=30)


@given(TEXT, TEXT)
def test_without_what_came_it_is_the_first_and_without_what_went_the_second(before: str, after: str) -> None:
    found = differences(before, after)
    assert before_of(found) == before
    assert after_of(found) == after


@given(TEXT)
def test_a_text_differs_in_nothing_from_itself(text: str) -> None:
    assert all(piece.change is Change.SAME for piece in differences(text, text))


@given(TEXT, TEXT)
def test_no_piece_is_empty_and_no_two_neighbours_are_alike(before: str, after: str) -> None:
    found = differences(before, after)
    assert all(piece.text for piece in found)
    assert all(one.change is not other.change for one, other in pairwise(found))


@given(TEXT)
def test_pieces_put_together_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_it_is_told_word_by_word() -> None:
    assert differences("Vi kommer på torsdag.", "Vi kommer hver fredag.") == [
        Piece(Change.SAME, "Vi kommer "), Piece(Change.REMOVED, "på torsdag"), Piece(Change.ADDED, "hver fredag"),
        Piece(Change.SAME, "."),
    ]  # fmt: skip


def test_a_book_is_compared_line_by_line() -> None:
    book = "en linje\n" * MOST_PIECES
    found = differences(book, book + "til")
    assert found == [Piece(Change.SAME, book), Piece(Change.ADDED, "til")]


def test_two_changes_that_do_not_meet_are_one_text() -> None:
    base = "Ring oss. Vi kommer på torsdag. Det er gratis."
    ours, theirs = base.replace("Ring", "Skriv til"), base.replace("torsdag", "fredag")
    assert merged_text(base, ours, theirs) == "Skriv til oss. Vi kommer på fredag. Det er gratis."


def test_two_changes_of_one_word_are_for_a_person() -> None:
    assert merged_text("Vi kommer på torsdag.", "Vi kommer på fredag.", "Vi kommer på mandag.") is None


@given(TEXT, TEXT)
def test_who_changed_nothing_gets_the_others_text(base: str, other: str) -> None:
    assert merged_text(base, base, other) == other
    assert merged_text(base, other, base) == other
    assert merged_text(base, other, other) == other


@given(TEXT, TEXT, TEXT)
def test_it_does_not_matter_who_is_named_first(base: str, ours: str, theirs: str) -> None:
    assert merged_text(base, ours, theirs) == merged_text(base, theirs, ours)
