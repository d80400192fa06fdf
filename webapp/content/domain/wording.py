"""Words that a text can be written without: words of the trade, of the office, abbreviations, the passive.

Only what is cheap and certain is found. Each is advice: the writer decides, and may explain a word instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content.domain.remarks import Matter, Remark
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import Bare

_ENDINGS = {
    "nb": r"(?:en|et|a|er|ene|ne|n|r|s|t|e)?",
    "nn": r"(?:en|et|a|ar|er|ane|ene|ne|n|r|s|t|e)?",
    "en": r"(?:s|es)?",
}
_NEVER = re.compile(r"(?!)")
_AFTER_MODAL = {
    "nb": re.compile(r"\b(?:[Kk]an|[Ss]kal|[Mm]å|[Bb]ør|[Vv]il)(?:\s+(?:ikke|også|bare))?\s+([a-zæøå]{2,30}es)\b"),
    "nn": re.compile(r"\b(?:[Kk]an|[Ss]kal|[Mm]å|[Bb]ør|[Vv]il)(?:\s+(?:ikkje|også|berre))?\s+([a-zæøå]{2,30}ast)\b"),
    "en": re.compile(r"\b(?:is|are|was|were|been|being|be)\s+(?:not\s+)?([a-z]{2,30}ed)\b"),
}
"""Where a verb in the passive is certain: after a verb that asks for another one, or after *be* in English."""
_NO_PASSIVE = {
    "nb": frozenset({
        "enes", "finnes", "følges", "hjelpes", "høres", "kjennes", "kjøles", "lykkes", "minnes", "mislykkes",
        "møtes", "oppleves", "samles", "ses", "sees", "skilles", "synes", "treffes", "trives", "undres", "vemmes",
    }),
    "nn": frozenset({
        "finnast", "følgjast", "fylgjast", "hjelpast", "høyrast", "kjennast", "lykkast", "minnast", "mislykkast",
        "møtast", "samlast", "sjåast", "semjast", "skiljast", "synast", "treffast", "trivast", "undrast",
    }),
    "en": frozenset({
        "accustomed", "advanced", "alarmed", "allowed", "called", "concerned", "confused", "disabled", "embarrassed",
        "exhausted", "experienced", "frightened", "gifted", "indeed", "interested", "limited", "married", "motivated",
        "need", "needed", "prepared", "red", "related", "relaxed", "relieved", "retired", "satisfied", "scared",
        "speed", "supposed", "surprised", "tempted", "tired", "trusted", "used", "worried",
    }),
}  # fmt: skip
"""Words that look like it and are none."""
_EMPTY = {
    "nb": frozenset({"her", "klikk her", "trykk her", "les mer", "mer", "link", "lenke", "denne siden"}),
    "nn": frozenset({"her", "klikk her", "trykk her", "les meir", "meir", "link", "lenkje", "denne sida"}),
    "en": frozenset({"here", "click here", "read more", "more", "link", "this page"}),
}
"""Link words that say nothing when they are read alone, as a screen reader lists them."""
_LINK_WORDS = re.compile(r"(?<!!)\[([^\[\]\n]{1,80})\]\(")


@dataclass(frozen=True, slots=True)
class Replaceable:
    """Words of one sort in one language, and what to say instead of each."""

    pattern: re.Pattern[str]
    instead: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Mapping[str, str], ending: str = "") -> Replaceable:
        """Make it of words and what to say instead."""
        if not pairs:
            return cls(_NEVER, {})
        written = sorted((re.escape(word) for word in pairs), key=len, reverse=True)
        after = r"(?!\w)" if ending else ""
        return cls(re.compile(rf"(?<!\w)({'|'.join(written)}){ending}{after}", re.IGNORECASE), pairs)

    def found(self, bare: Bare, matter: Matter) -> Iterator[Remark]:
        """Remark each of the words where it first stands."""
        said: set[str] = set()
        for match in self.pattern.finditer(bare.text):
            word = match.group(1).lower()
            if word not in said:
                said.add(word)
                yield Remark(matter, *bare.span(*match.span()), match.group(), self.instead[word])


@dataclass(frozen=True, slots=True)
class PlainWords:
    """What the glossary and the list of words say instead of hard words, by language."""

    jargon: Mapping[str, Replaceable]
    heavy: Mapping[str, Replaceable]
    abbreviations: Mapping[str, Replaceable]

    @classmethod
    def of(cls, glossary: Mapping[str, Any], words: Mapping[str, Any]) -> PlainWords:
        """Take them from the documents of that name."""
        terms = [term for term in glossary.get("terms", {}).values() if term.get("jargon")]
        return cls(
            {code: Replaceable.of(_everyday(terms, code), _ENDINGS[code]) for code in LANGUAGES},
            {code: Replaceable.of(_pairs(words.get("heavy", ()), code), _ENDINGS[code]) for code in LANGUAGES},
            {code: Replaceable.of(_pairs(words.get("abbreviations", ()), code)) for code in LANGUAGES},
        )


def _everyday(terms: Iterable[Mapping[str, Any]], language: str) -> dict[str, str]:
    """Answer the words of the trade that have an everyday word in a language."""
    return {
        term["word"][language].split(" (")[0].lower(): term["say"][language]
        for term in terms
        if language in term.get("say", {}) and language in term["word"]
    }


def _pairs(rows: Iterable[Mapping[str, str]], language: str) -> dict[str, str]:
    return {row["word"].lower(): row["say"] for row in rows if row["language"] == language}


def advice(text: str, bare: Bare, language: str, plain_words: PlainWords) -> Iterator[Remark]:
    """Remark the words of a text that could be plainer."""
    yield from plain_words.jargon[language].found(bare, Matter.JARGON)
    yield from plain_words.heavy[language].found(bare, Matter.HEAVY_WORD)
    yield from plain_words.abbreviations[language].found(bare, Matter.ABBREVIATION)
    for match in _AFTER_MODAL[language].finditer(bare.text):
        if match.group(1).lower() not in _NO_PASSIVE[language]:
            yield Remark(Matter.PASSIVE, *bare.span(*match.span()), match.group())
    for match in _LINK_WORDS.finditer(text):
        if match.group(1).strip().lower() in _EMPTY[language]:
            yield Remark(Matter.EMPTY_LINK_WORDS, *match.span(1), match.group(1))
