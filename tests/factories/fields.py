"""Values for fields of content as hypothesis makes them: whatever an editor may write, of every type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from webapp.content.domain.fields import (
    UNSEEN,
    Choice,
    Day,
    Field,
    FieldType,
    Flag,
    Line,
    Listing,
    Localised,
    Record,
    Ref,
    Table,
    Text,
    When,
    Whole,
)
from webapp.kernel.language import LANGUAGES

TRICKY = (
    "no", "yes", "on", "null", "~", "true", "113", "0113", "1_000", "1e3", "0x1F", "0o7", ".inf", "12:30:00", "=", "<<",
    "2026-11-22", "-", "- x", "--", "---", "...", "? x", ": x", "a: b", "a:", "#", "# x", "a # b", "'", "''", '"', '""',
    "it's", '"so"', "«sitat»", "\\", "\\n", "%x", "@x", "`x`", "!x", "!!str x", "&a", "*a", "|", "|-", ">", "> x",
    "[a]", "[a](entry:b)", "{telephone}", "{a: b}", ",", "æøå ÆØÅ", "😀", "👩🏽\u200d⚕️", "שלום", "a\u0301", "\u00adx",
    "\ufffd", "# a\nb", "x\n\ny", "x\n- y\n- z", "x\n  y", "x\n---\ny", "x\n### y", "x  \ny", "x\n\n\n\ny",
)  # fmt: skip
"""Texts that YAML or Markdown would take for something else."""

LETTERS = st.characters(exclude_categories=["Cs", "Cc"]).filter(lambda letter: not UNSEEN.search(letter))
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)


def _written(most: int, *, lines: bool) -> st.SearchStrategy[str]:
    pieces = st.lists(st.one_of(st.sampled_from(TRICKY), st.text(LETTERS, max_size=12)), min_size=1, max_size=4)
    joined = st.builds(
        lambda by, parts: by.join(parts), st.sampled_from(["", " ", "\n"] if lines else ["", " "]), pieces
    )
    one_line = joined if lines else joined.map(lambda text: text.replace("\n", " "))
    return one_line.map(lambda text: text[:most].strip()).filter(bool)


def values(of: FieldType, *, is_section: bool = False) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911 -- one a type
    """Make values that a type of field takes."""
    match of:
        case Line(most=most, pattern=pattern):
            fits = st.from_regex(pattern, fullmatch=True) if pattern else _written(most, lines=False)
            return fits.filter(lambda text: text == text.strip() and 0 < len(text) <= most and not UNSEEN.search(text))
        case Text(most=most):
            texts = _written(most, lines=True)
            return texts.filter(lambda text: not re.search("^## ", text, re.MULTILINE)) if is_section else texts
        case Choice(options=options):
            return st.sampled_from(options)
        case Whole(least=least, most=most):
            return st.integers(least, most)
        case When():
            return st.sampled_from(["q1 = 1", "total >= 4 or not (band in heavy, light)", "a != b and c < -2"])
        case Flag():
            return st.booleans()
        case Day():
            return st.dates(date(1000, 1, 1)).map(date.isoformat)
        case Ref():
            return SLUGS
        case Listing(of=item, least=least, most=most):
            return st.lists(values(item), min_size=least, max_size=max(least, min(most, 3)), unique_by=repr)
        case Record(fields=fields):
            return records(fields)
        case Table(of=item):
            return st.dictionaries(SLUGS, values(item), max_size=2)
        case Localised(of=item):
            return records(tuple(Field(language, item, required=language == "nb") for language in LANGUAGES))
    raise TypeError(of)


def records(fields: Iterable[Field], *, all_optional: bool = False, sections: bool = False) -> st.SearchStrategy[Any]:
    """Make mappings with the required ones of some fields and any of the others, in the fields' order."""
    made = {field.name: values(field.type, is_section=sections) for field in fields}
    needed = [field.name for field in fields if field.required and not all_optional]
    mapping = st.fixed_dictionaries(
        {name: made[name] for name in needed},
        optional={name: strategy for name, strategy in made.items() if name not in needed},
    )
    return mapping.map(lambda found: {name: found[name] for name in made if name in found})
