"""Everyday words: which mean the same, which are parts of compounds, which say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.search.domain.analyse import words_of

MOST_CHARACTERS = 200
MOST_WORDS = 20


def query_words(query: str) -> list[str]:
    """Answer the words of a query in small letters: at most twenty, whatever signs stand between them."""
    return words_of(query[:MOST_CHARACTERS])[:MOST_WORDS]


def may_be_counted(query: str) -> bool:
    """Tell whether a query can be kept without keeping anything of a person.

    One to three words of letters only, none with a capital letter (a name), no number, short.
    """
    words = query.split()
    return (
        1 <= len(words) <= 3
        and len(query) <= 40
        and all(word.isalpha() and 2 <= len(word) <= 25 for word in words)
        and not any(letter.isupper() for letter in query.strip()[1:])
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The word lists of the content."""

    same: Mapping[str, tuple[str, ...]]
    """From a phrase to the phrases that mean the same."""
    parts: tuple[str, ...]
    stop: frozenset[str]

    @staticmethod
    def of(words: Mapping[str, Any]) -> Vocabulary:
        """Make a vocabulary from the document `words`."""
        same: dict[str, tuple[str, ...]] = {}
        for group in words.get("synonyms", ()):
            phrases = tuple(phrase.casefold() for phrase in group)
            for phrase in phrases:
                others = (*same.get(phrase, ()), *(other for other in phrases if other != phrase))
                same[phrase] = tuple(dict.fromkeys(others))
        return Vocabulary(
            same=same,
            parts=tuple(part.casefold() for part in words.get("parts", ())),
            stop=frozenset(word.casefold() for word in words.get("stop", ())),
        )

    def words(self) -> frozenset[str]:
        """Answer every word of the lists."""
        phrases = (*self.same, *self.parts, *self.stop)
        return frozenset(word for phrase in phrases for word in words_of(phrase))

    def telling(self, words: Sequence[str]) -> list[str]:
        """Answer the words that say something; all of them where none does."""
        return [word for word in words if word not in self.stop] or list(words)
