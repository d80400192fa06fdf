"""Gathers the texts of screens and brings the catalogues up to date; `make translations` is the only writer.

With `--compile` it only makes the `.mo` files that the program reads.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
LANGUAGES = ("nb", "nn", "en")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
HEADER = "# The texts of the screens. Written by `make translations`; translate here, gather there."


def gather() -> Catalog:
    """Answer every text in code and templates; the source language is English."""
    catalog = Catalog(project="Avklart", header_comment=HEADER, charset="utf-8")
    for _file, _line, message, _comments, _context in extract_from_dir(
        ROOT / "webapp", METHODS, OPTIONS, keywords=KEYWORDS
    ):
        catalog.add(message)
    return catalog


def known(language: str) -> Catalog:
    """Answer the catalogue of a language as it is written; empty before the first time."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalog: Catalog, path: Path) -> None:
    """Write a catalogue without dates, places and names, so that only texts make differences."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    plural = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    if catalog.locale is not None:
        plural += f'"Language: {catalog.locale}\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    path.write_text(f"{HEADER}\n{plural}\n{path.read_text('utf-8')}", "utf-8")


def update() -> None:
    """Gather, and bring every language's catalogue up to date."""
    template = gather()
    write(template, FOLDER / "messages.pot")
    for language in LANGUAGES:
        catalog = known(language)
        catalog.update(template, no_fuzzy_matching=True)
        write(catalog, FOLDER / language / "LC_MESSAGES" / "messages.po")


def compile_all() -> None:
    """Make the `.mo` files."""
    for language in LANGUAGES:
        with (FOLDER / language / "LC_MESSAGES" / "messages.mo").open("wb") as file:
            write_mo(file, known(language))


def missing(language: str) -> list[str]:
    """Answer the texts that a language has no translation for."""
    return [
        str(message.id)
        for message in known(language)
        if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


if __name__ == "__main__":
    if sys.argv[1:] != ["--compile"]:
        update()
    compile_all()
