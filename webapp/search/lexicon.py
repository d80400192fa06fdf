"""What an index knows of words: their stems and parts, which mean the same, how rare they are, how they are misspelt."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log

import tantivy

from webapp.search.domain.analyse import Splitter, stem, words_of
from webapp.search.domain.vocabulary import Vocabulary
from webapp.search.spelling import Speller

_ENGLISH, _NORWEGIAN = "en", "no"
_NEIGHBOURS = 3
"""How near each other two words stand that are taken as a pair: `hjelp i huset`."""
_MISSPELT = (0.95, 0.8, 0.6)
"""What a known word counts that sounds like the one asked for, and that is one or two mistakes away."""
_ALIKE_FROM = 5
"""From how many letters on a known word may also be meant as another one that sounds the same."""


class Lexicon:
    """The words of an index: filled while the index is made, asked while it is searched."""

    def __init__(self, vocabulary: Vocabulary, languages: Iterable[str]) -> None:
        self._vocabulary = vocabulary
        self._tongues = sorted({_ENGLISH if language == "en" else _NORWEGIAN for language in languages})
        self._splitter = Splitter(vocabulary.parts)
        english = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english"))
        self._english = english.build()
        self._tokens: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: set[str] = set(vocabulary.words())
        self._pages: Counter[str] = Counter()
        self._number_of_pages = 0
        self._same: dict[tuple[str, ...], dict[str, None]] = {}
        self._concepts: dict[str, str] = {}
        for phrase, others in vocabulary.same.items():
            words = words_of(phrase)
            for tongue in self._tongues:
                key = tuple(self._stem(word, tongue) for word in words)
                self._same.setdefault(key, {}).update(dict.fromkeys(others))
                if len(key) == 1:
                    self._concepts.setdefault(key[0], vocabulary.concept(phrase))

    # while the index is made

    def tokens(self, text: str, language: str) -> list[str]:
        """Answer the stems of a text, each followed by the parts of a compound."""
        tongue = _ENGLISH if language == "en" else _NORWEGIAN
        return [token for word in words_of(text) for token in self._token(word, tongue)]

    def _token(self, word: str, tongue: str) -> tuple[str, ...]:
        key = (word, tongue)
        if key not in self._tokens:
            parts = self._splitter.split(word) if tongue == _NORWEGIAN else ()
            self._tokens[key] = (self._stem(word, tongue), *parts)
        return self._tokens[key]

    def _stem(self, word: str, tongue: str) -> str:
        return str(self._english.analyze(word)[0]) if tongue == _ENGLISH else stem(word)

    def name_stems(self, words: Iterable[str], language: str) -> list[str]:
        """Answer the stems of the words of a name."""
        tongue = _ENGLISH if language == "en" else _NORWEGIAN
        return [self._stem(word, tongue) for word in words]

    def learn_name(self, name: str) -> None:
        """Take the words of a page's name as words that a reader may misspell."""
        self._names.update(words_of(name))

    def learn_page(self, tokens: Iterable[str]) -> None:
        """Count the tokens of a page, to know how rare they are."""
        self._pages.update(set(tokens))
        self._number_of_pages += 1

    def close(self) -> None:
        """End the learning."""
        self._sorted_names = sorted(self._names)
        self._speller = Speller(self._sorted_names)
        self._tokens.clear()

    # while it is searched

    def stems(self, word: str) -> list[str]:
        """Answer the stems that a word of a query may have in the languages of the pages."""
        return list(dict.fromkeys(self._stem(word, tongue) for tongue in self._tongues))

    def phrases(self, words: Sequence[str]) -> list[str]:
        """Answer some words as the whole name that they may be in the languages of the pages."""
        return list(dict.fromkeys(" ".join(self._stem(word, tongue) for word in words) for tongue in self._tongues))

    def known(self, word: str) -> list[str]:
        """Answer those stems of a word that stand on some page."""
        return [found for found in self.stems(word) if found in self._pages]

    def parts(self, word: str) -> tuple[str, ...]:
        """Answer the stems of a compound's parts; nothing for any other word."""
        return self._splitter.split(word)

    def same_as(self, words: Sequence[str]) -> list[str]:
        """Answer the phrases that mean the same as some words."""
        found: dict[str, None] = {}
        for tongue in self._tongues:
            found |= self._same.get(tuple(self._stem(word, tongue) for word in words), {})
        return list(found)

    def same_as_part(self, part: str) -> list[str]:
        """Answer the phrases that mean the same as the stem of a part."""
        return list(self._same.get((part,), ()))

    def near(self, word: str) -> list[tuple[str, float]]:
        """Answer the known words that a misspelt word may be meant as, and what each counts."""
        is_known = bool(self.known(word) or self.same_as([word]) or self.parts(word))
        if is_known and len(word) < _ALIKE_FROM:
            return []
        distance, found = self._speller.near(word, furthest=0 if is_known else 2)
        return [(other, _MISSPELT[distance]) for other in found if other != word]

    def begun(self, word: str) -> list[str]:
        """Answer the known words that a misspelt beginning may be meant as; none where it begins a known word."""
        at = bisect_left(self._sorted_names, word)
        if self._sorted_names[at : at + 1] and self._sorted_names[at].startswith(word):
            return []
        return self._speller.near(word, is_beginning=True)[1]

    def rarity(self, words: Iterable[str]) -> float:
        """Answer how much words tell, from 1 where no page has them to 0 where every page has one of them."""
        pages = max(self._pages[found] for word in words for found in self.stems(word))
        return 1 - log(1 + pages) / log(2 + self._number_of_pages)

    def pairs(self, words: Sequence[str]) -> Iterator[str]:
        """Answer what stands together in some words, in any order: `hjelp i huset` and `hushjelp` are one pair."""
        telling = set(self._vocabulary.telling(words))
        pieces = [(piece, word in telling) for word in words for piece in self.parts(word) or self.stems(word)]
        for at, (first, tells) in enumerate(pieces):
            for second, also in pieces[at + 1 : at + 1 + _NEIGHBOURS]:
                if tells or also:
                    yield " ".join(sorted((self._concepts.get(first, first), self._concepts.get(second, second))))
