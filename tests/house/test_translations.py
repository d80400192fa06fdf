"""Every text of the screens stands in the template of the catalogues, and is translated."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tools import translations
from webapp.kernel.language import LANGUAGES
from webapp.web.i18n import TRANSLATIONS

SOURCE = Path(translations.ROOT) / "webapp"
PLACE = re.compile(r"%\((\w+)\)s")


def texts(catalog: Catalog) -> set[str]:
    """Answer the texts of a catalogue as they stand in the code; one that counts by its first form."""
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalog if message.id}


KNOWN = texts(translations.gather())


def strings(message: Message) -> list[str]:
    """Answer the translations of a text."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_the_catalogues_are_those_that_the_program_reads() -> None:
    assert translations.FOLDER == TRANSLATIONS
    assert translations.LANGUAGES == LANGUAGES


def test_no_text_stands_where_the_gathering_does_not_find_it() -> None:
    """What is asked for between the braces of a string is gathered by no Python before 3.12, and stays English."""
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in translations.KEYWORDS
        and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value not in KNOWN
    ]  # fmt: skip
    assert found == []


def test_the_template_of_the_catalogues_is_up_to_date_with_the_code() -> None:
    with (translations.FOLDER / "messages.pot").open("rb") as file:
        written = texts(read_po(file))
    gathered = texts(translations.gather())
    assert gathered - written == set(), "run `make translations`"
    assert written - gathered == set(), "run `make translations`"
    assert len(gathered) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_the_texts_of_the_template_and_no_others(language: str) -> None:
    assert texts(translations.known(language)) == texts(translations.gather())


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_text_is_translated(language: str) -> None:
    assert translations.missing(language) == []


def test_english_stands_in_the_code_itself() -> None:
    assert len(translations.missing("en")) == len(texts(translations.known("en")))


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_translation_has_the_same_places_to_fill_as_its_text(language: str) -> None:
    for message in translations.known(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        places = {place for text in ids for place in PLACE.findall(text)}
        for string in strings(message):
            assert set(PLACE.findall(string)) <= places, message.id
            assert "%" not in PLACE.sub("", string).replace("%%", ""), message.id
            assert isinstance(message.id, tuple) or set(PLACE.findall(string)) == places, message.id


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_translation_is_uncertain(language: str) -> None:
    assert [message.id for message in translations.known(language) if message.fuzzy and message.id] == []


def test_bokmaal_and_nynorsk_do_not_mix() -> None:
    """Words that belong to one of the two only; a list that grows with what is found."""
    only = {
        "nb": r"\b(ikkje|dykk|berre|nokon|eg|frå|kva|korleis|heimen|hjelpa|me)\b",
        "nn": r"\b(ikke|dere|bare|noen|jeg|fra|hva|hvordan|hjemmet|hvem|hjelpen)\b",
    }
    for language, pattern in only.items():
        found = [
            string for message in translations.known(language) if message.id for string in strings(message)
            if re.search(pattern, string, re.IGNORECASE)
        ]  # fmt: skip
        assert found == []


def test_the_compiled_catalogues_are_not_older_than_the_written_ones() -> None:
    for language in LANGUAGES:
        folder: Path = translations.FOLDER / language / "LC_MESSAGES"
        assert (folder / "messages.mo").exists(), "run `make translations`"
