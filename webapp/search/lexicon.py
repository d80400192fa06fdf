"""What an index knows of words: their stems, their parts, which mean the same, how rare they are, how they are misspelt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import log

import tantivy

from webapp.search.domain.analyse import Splitter, sound, stem, words_of
from webapp.search.domain.vocabulary import Vocabulary

Stems = tuple[str, ...]

_ONE_MISTAKE_FROM, _TWO_MISTAKES_FROM = 4, 8
"""From how many letters on a word may be one and two mistakes away from a known one."""
_SOUNDS_FROM = 5
"""From how many letters on a known word may also be another one that sounds the same."""
_MOST_NEAR = 8
_NEIGHBOURS = 3
"""How far apart two words may stand to be a pair."""


class Lexicon:
    """The words of an index; filled while the index is made, asked while it is searched."""

    def __init__(self, vocabulary: Vocabulary, languages: Iterable[str]) -> None:
        self._vocabulary = vocabulary
        self._families = sorted({_family(language) for language in languages})
        self._splitter = Splitter(vocabulary.parts)
        english = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english"))
        self._english = english.build()
        self._tokens: dict[tuple[str, str], str] = {}
        self._pages: Counter[str] = Counter()
        self._number_of_pages = 0
        self._names: set[str] = set()
        self._same: dict[Stems, list[str]] = defaultdict(list)
        for phrase, others in vocabulary.same.items():
            for family in self._families:
                self._same[self._stems_in(family, words_of(phrase))] += others

    # while the index is made

    def tokens(self, text: str, language: str) -> str:
        """Answer the stems of a text and the parts of its compounds, as the index keeps them."""
        return " ".join(self._token(word, _family(language)) for word in words_of(text))

    def _token(self, word: str, family: str) -> str:
        key = (word, family)
        if key not in self._tokens:
            parts = self._splitter.split(word) if family != "en" else ()
            self._tokens[key] = " ".join((self._stem(word, family), *parts))
        return self._tokens[key]

    def name(self, words: Iterable[str]) -> None:
        """Take the words of a page's name in, as words that a reader may misspell."""
        self._names.update(words)

    def count(self, tokens: Iterable[str]) -> None:
        """Count the tokens of one page."""
        self._pages.update(set(tokens))
        self._number_of_pages += 1

    def close(self) -> None:
        """Finish: the words of all names and of the vocabulary can be looked up by how they sound."""
        self._tokens.clear()
        self._speller = Speller(sorted(self._names | self._vocabulary.words()))
        self._names.clear()

    # while it is searched

    def stems(self, word: str) -> Stems:
        """Answer the stems that a word of a query may have, in the languages of the pages."""
        return tuple(dict.fromkeys(self._stem(word, family) for family in self._families))

    def parts(self, word: str) -> Stems:
        """Answer the stems of a compound's parts; nothing for any other word."""
        return self._splitter.split(word)
'''
'''
