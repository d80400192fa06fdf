"""The fields of a page as a form shows them: made of the table of kinds, for every kind and however deep they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.content.domain.fields import (
    Choice,
    Day,
    Field,
    FieldType,
    Flag,
    Listing,
    Localised,
    Record,
    Ref,
    Table,
    Text,
    Whole,
)
from webapp.editorial.domain import written
from webapp.editorial.domain.differences import Piece, differences
from webapp.editorial.domain.written import ADDED, COUNT, Raw, is_of_lines, is_of_lists, is_ticked
from webapp.editorial.presenters import choices
from webapp.editorial.words import hint, label
from webapp.kernel.language import LANGUAGES
from webapp.web.i18n import LANGUAGE_WORDS
from webapp.web.i18n import lazy_gettext as _

BEGIN = "begynn"
"""Begins what the button sends that puts the shared text into a field."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field of a form, or a group of them; `look` says how it is shown."""

    look: str
    name: str
    label: str
    hint: str = ""
    value: str = ""
    """What stands in it; of a list of pages, the id of the list to pick from."""
    is_required: bool = False
    is_locked: bool = False
    options: tuple[Option, ...] = ()
    inside: tuple[Control, ...] = ()
    faults: tuple[str, ...] = ()
    beside: str = ""
    """What the text beside says: the shared one, or the one in another language."""
    beside_name: str = ""
    can_begin: bool = False
    """Whether what stands beside can be put into the field, to be changed there."""
    theirs: str = ""
    """What somebody else has saved in the meantime, where that is something else."""
    changes: tuple[Piece, ...] = ()

    @property
    def id(self) -> str:
        """The id in the page."""
        return self.name.replace(".", "-")

    @property
    def count(self) -> str:
        """The name of the field that says how many rows there are."""
        return self.name + COUNT

    @property
    def begin(self) -> str:
        """What the button sends that puts what stands beside into the field."""
        return f"{BEGIN}:{self.name}"

    @property
    def added(self) -> str:
        """The name of the field by which something is added."""
        return self.name + ADDED


@dataclass(frozen=True, slots=True)
class Sight:
    """What controls are made with: faults by name, titles of pages by kind, what stands beside, what others wrote."""

    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    beside_name: str = ""
    theirs: Mapping[str, Raw] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    over_shared: bool = False
    begins: bool = False
    """Whether the shared text stands beside, so that a field can begin with it."""


def controls(fields: Sequence[Field], raw: Mapping[str, Raw], kind: str, at: str, sight: Sight) -> tuple[Control, ...]:
    """Answer the controls of a page part in the order of its fields."""
    return tuple(_top(found, raw.get(found.name, ""), kind, at, sight) for found in fields)


def _top(found: Field, raw: Raw, kind: str, at: str, sight: Sight) -> Control:
    made = _control(found, raw, kind, f"{at}.{found.name}", sight)
    beside, theirs = sight.beside.get(found.name), sight.theirs.get(found.name)
    if found.name in sight.beside:
        said = told(beside, found.type)
        can_begin = sight.begins and bool(said) and written.is_blank(raw) and found.name not in sight.locked
        made = replace(made, beside=said, beside_name=sight.beside_name, can_begin=can_begin)
    if found.name in sight.theirs:
        other, mine = told_raw(theirs, found.type), told_raw(raw, found.type)
        made = replace(made, theirs=other or str(_("(nothing)")), changes=tuple(differences(other, mine)))
    return replace(made, is_locked=found.name in sight.locked)


def _control(found: Field, raw: Raw, inside: str, name: str, sight: Sight) -> Control:
    made = _of_type(found.type, raw, found.name, name, sight)
    return replace(
        made, label=label(found.name, inside, found.type), hint=hint(found.name, found.type),
        is_required=found.required, faults=sight.faults.get(name, ()),
    )  # fmt: skip


def _of_type(  # noqa: PLR0911 -- one a type of field
    field_type: FieldType, raw: Raw, inside: str, name: str, sight: Sight
) -> Control:
    match field_type:
        case Record(fields=fields):
            known = raw if isinstance(raw, Mapping) else {}
            return Control("group", name, "", inside=tuple(
                _control(one, known.get(one.name, ""), inside, f"{name}.{one.name}", sight) for one in fields
            ))  # fmt: skip
        case Localised(of=of):
            known = raw if isinstance(raw, Mapping) else {}
            return Control("group", name, "", inside=tuple(
                _in_language(of, known.get(code, ""), code, inside, f"{name}.{code}", sight=sight) for code in LANGUAGES
            ))  # fmt: skip
        case Listing(of=Ref(kind=kind)):
            return _pages(kind, raw, name, sight)
        case Listing() if is_ticked(field_type):
            return _ticks(field_type, raw, name)
        case Listing() if is_of_lines(field_type):
            return Control("lines", name, "", value="\n".join(raw or ()))
        case Listing() if is_of_lists(field_type):
            return Control("lines", name, "", value="\n".join(", ".join(one) for one in raw or ()))
        case Listing(of=of) | Table(of=of):
            return _rows(field_type, of, raw, inside, name, sight=sight)
    return _single(field_type, raw, name, sight)


def _single(field_type: FieldType, raw: Raw, name: str, sight: Sight) -> Control:
    value = raw if isinstance(raw, str) else ""
    match field_type:
        case Flag():
            words = {"true": str(_("Yes")), "false": str(_("No"))}
            return _select(words, value, name, _nothing(sight))
        case Choice(options=options):
            words = {one: choices.option(one, options) for one in options}
            return _select(words, value, name, _nothing(sight))
        case Text():
            return Control("text", name, "", value=value)
        case Day():
            return Control("day", name, "", value=value)
        case Whole():
            return Control("number", name, "", value=value)
    return Control("line", name, "", value=value)


def _nothing(sight: Sight) -> str:
    return str(_("As the shared text has it")) if sight.over_shared else str(_("Not said"))


def _select(words: Mapping[str, str], value: str, name: str, nothing: str) -> Control:
    known = dict(words) if value in words or not value else {**words, value: value}
    options = [Option("", nothing, not value), *(Option(one, said, one == value) for one, said in known.items())]
    return Control("choice", name, "", value=value, options=tuple(options))


def _ticks(field_type: FieldType, raw: Raw, name: str) -> Control:
    chosen = raw if isinstance(raw, list) else []
    match field_type:
        case Listing(of=Choice(options=options)):
            words = {one: choices.option(one, options) for one in options}
        case Listing(of=Whole(least=least, most=most)):
            words = {str(one): str(one) for one in range(least, most + 1)}
        case _:
            words = {}
    return Control("ticks", name, "", options=tuple(Option(one, said, one in chosen) for one, said in words.items()))


def _pages(kind: str, raw: Raw, name: str, sight: Sight) -> Control:
    titles, chosen = sight.pages.get(kind, {}), raw if isinstance(raw, list) else []
    kept = tuple(Option(slug, titles.get(slug, slug), is_chosen=True) for slug in chosen)
    return Control("pages", name, "", value=f"sider-{kind}", options=kept)


def _in_language(of: FieldType, raw: Raw, code: str, inside: str, name: str, *, sight: Sight) -> Control:
    made = _of_type(of, raw, inside, name, sight)
    return replace(
        made,
        label=str(LANGUAGE_WORDS[code]),
        faults=sight.faults.get(name, ()),
        is_required=code == "nb" and not sight.over_shared,
    )


def _rows(field_type: FieldType, of: FieldType, raw: Raw, inside: str, name: str, *, sight: Sight) -> Control:
    rows = []
    for number, one in enumerate(raw if isinstance(raw, list) else ()):
        row_name = f"{name}.{number}"
        if isinstance(field_type, Table):
            pair = one if isinstance(one, Mapping) else {}
            key = Control("line", f"{row_name}.key", label("key", inside, of), value=str(pair.get("key", "")))
            value = replace(
                _of_type(of, pair.get("value", ""), inside, f"{row_name}.value", sight), label=str(_("Text"))
            )
            faults = sight.faults.get(f"{row_name}.value", ())
            made = Control("group", row_name, "", inside=(key, replace(value, faults=faults)))
        else:
            made = _of_type(of, one, inside, row_name, sight)
        words = str(_("Number %(number)s", number=number + 1))
        rows.append(replace(made, label=words, faults=(*made.faults, *sight.faults.get(row_name, ()))))
    return Control("rows", name, "", inside=tuple(rows))


def told(value: Any, field_type: FieldType) -> str:
    """Answer a value as one reads it: for comparing, and for what stands beside."""
    return told_raw(written.raw_of(value, field_type), field_type)


def told_raw(raw: Raw, field_type: FieldType) -> str:  # noqa: PLR0911 -- one a type of field
    """Answer what was written as one reads it, a line for each thing."""
    if written.is_blank(raw):
        return ""
    match field_type:
        case Record(fields=fields):
            lines = [(label(one.name, "", one.type), told_raw(raw.get(one.name, ""), one.type)) for one in fields]
            return "\n".join(f"{name}: {text}" for name, text in lines if text)
        case Localised(of=of):
            texts = [(LANGUAGE_WORDS[code], told_raw(raw.get(code, ""), of)) for code in LANGUAGES]
            return "\n".join(f"{name}: {text}" for name, text in texts if text)
        case Table(of=of):
            return "\n".join(f"{row.get('key', '')}: {told_raw(row.get('value', ''), of)}" for row in raw)
        case Listing(of=of):
            return "\n".join(told_raw(one, of) for one in raw)
        case Choice(options=options):
            return choices.option(str(raw), options)
        case Flag():
            return str(_("Yes")) if raw == "true" else str(_("No"))
    return str(raw)
