"""The three-way merge of an import, as laws that hold for any three texts."""

from __future__ import annotations

from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from webapp.content.domain.merge import merge

Side: TypeAlias = dict[str, Any]
NAMES = st.sampled_from(["title", "short", "talk", "synonyms"])
VALUES = st.sampled_from(["a", "b", "", ["a"], ["a", "b"], None])
SIDES = st.dictionaries(NAMES, VALUES)
GONE = object()


def differ(one: Side, other: Side) -> set[str]:
    """Name the fields in which two texts differ, one that is missing among them."""
    return {name for name in {*one, *other} if one.get(name, GONE) != other.get(name, GONE)}


@given(base=SIDES, theirs=SIDES)
def test_what_nobody_edited_follows_the_file(base: Side, theirs: Side) -> None:
    merged = merge(base, base, theirs)
    assert (merged.fields, merged.conflicts) == (theirs, ())


@given(base=SIDES, ours=SIDES)
def test_what_was_edited_stays_while_the_file_stays(base: Side, ours: Side) -> None:
    merged = merge(base, ours, base)
    assert (merged.fields, merged.conflicts) == (ours, ())


@given(base=SIDES, ours=SIDES, theirs=SIDES)
def test_each_field_is_taken_from_the_side_that_changed_it_and_ours_where_both_did(
    base: Side, ours: Side, theirs: Side
) -> None:
    merged = merge(base, ours, theirs)
    for name in {*base, *ours, *theirs}:
        expected = ours if name in differ(base, ours) else theirs
        assert merged.fields.get(name, GONE) == expected.get(name, GONE)
    assert set(merged.fields) <= {*ours, *theirs}


@given(base=SIDES, ours=SIDES, theirs=SIDES)
def test_a_field_is_in_conflict_exactly_where_both_sides_changed_it_differently(
    base: Side, ours: Side, theirs: Side
) -> None:
    merged = merge(base, ours, theirs)
    assert sorted(merged.conflicts) == sorted(differ(base, ours) & differ(base, theirs) & differ(ours, theirs))


@given(ours=SIDES, theirs=SIDES)
def test_a_page_that_never_came_from_a_file_keeps_every_word(ours: Side, theirs: Side) -> None:
    merged = merge(None, ours, theirs)
    assert merged.fields == {**theirs, **ours}
    assert set(merged.conflicts) == {name for name in ours if name in theirs and ours[name] != theirs[name]}


@given(base=SIDES, ours=SIDES, theirs=SIDES)
def test_a_second_import_of_the_same_file_changes_nothing_and_names_no_conflict_again(
    base: Side, ours: Side, theirs: Side
) -> None:
    once = merge(base, ours, theirs).fields
    again = merge(theirs, once, theirs)
    assert (again.fields, again.conflicts) == (once, ())


@given(base=SIDES, ours=SIDES, theirs=SIDES)
def test_none_of_the_three_is_changed_by_merging(base: Side, ours: Side, theirs: Side) -> None:
    before = repr((base, ours, theirs))
    merge(base, ours, theirs)
    assert repr((base, ours, theirs)) == before


def test_a_merged_text_has_the_order_of_the_file() -> None:
    merged = merge({"title": "a"}, {"talk": "c", "title": "a"}, {"title": "b", "short": "s"})
    assert list(merged.fields) == ["title", "short", "talk"]


def test_the_example_of_the_documentation() -> None:
    base = {"title": "Snø", "short": "Måk selv.", "talk": "Hvem?"}
    ours = {"title": "Snø og is", "short": "Måk sammen.", "talk": "Hvem?"}
    theirs = {"title": "Snø", "short": "Spør naboen.", "talk": "Hvem kan?"}
    merged = merge(base, ours, theirs)
    assert merged.fields == {"title": "Snø og is", "short": "Måk sammen.", "talk": "Hvem kan?"}
    assert merged.conflicts == ("short",)
