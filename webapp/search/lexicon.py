"""Words as the index has them: stems in each language of the pages, parts of compounds, what means the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import tantivy

from webapp.search.domain.analyse import Splitter, tidy, words_of
from webapp.search.domain.vocabulary import Vocabulary

STEMMERS = {"no": "norwegian", "en": "english"}
"""The tongues of pages: bokmål and nynorsk share one, for readers and writers mix them."""
NORWEGIAN = "no"
_LONGEST_WORD = 60
_NEIGHBOURS = 3
"""How near each other two words stand that are a pair."""


def tongue_of(language: str) -> str:
    """Answer the tongue of a language."""
    return "en" if language == "en" else NORWEGIAN


def analyzer(tongue: str) -> tantivy.TextAnalyzer:
    """Answer what makes a text into stems."""
    kinds = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(kinds.remove_long(_LONGEST_WORD))
    return builder.filter(kinds.lowercase()).filter(kinds.stemmer(STEMMERS[tongue])).build()


class Lexicon:
    """What is known of words before any page is read."""

    def __init__(self, vocabulary: Vocabulary, languages: Iterable[str]) -> None:
        self._vocabulary = vocabulary
        self.analyzers = {tongue: analyzer(tongue) for tongue in sorted({NORWEGIAN, *map(tongue_of, languages)})}
        self._splitter = Splitter(vocabulary.parts, self.norwegian)
        self._same: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for phrase, others in vocabulary.same.items():
            for stems in self._in_each_tongue(phrase.split()):
                self._same[stems] |= dict.fromkeys(others)

    def tokens(self, text: str, language: str) -> str:
        """Answer the stems of a text and of the parts of its compounds, as the index keeps them."""
        tongue = tongue_of(language)
        stems = self.analyzers[tongue].analyze(tidy(text))
        parts = [part for word in words_of(text) for part in self.parts(word)] if tongue == NORWEGIAN else []
        return " ".join((*stems, *parts))

    def norwegian(self, word: str) -> str:
        """Answer the Norwegian stem of a word."""
        return next(iter(self.analyzers[NORWEGIAN].analyze(word)), word)

    def stems(self, word: str) -> dict[str, str]:
        """Answer the stem that a word has in each tongue of the pages."""
        return {tongue: next(iter(found.analyze(word)), word) for tongue, found in self.analyzers.items()}

    def _in_each_tongue(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        stems = [self.stems(word) for word in words]
        return list(dict.fromkeys(tuple(found[tongue] for found in stems) for tongue in self.analyzers))

    def names(self, words: Sequence[str]) -> list[str]:
        """Answer some words as the one name that they may be."""
        return [" ".join(stems) for stems in self._in_each_tongue(words)]

    def parts(self, word: str) -> tuple[str, ...]:
        """Answer the stems of a compound's parts; nothing for any other word."""
        return self._splitter.split(word)

    def telling(self, words: Sequence[str]) -> list[str]:
        """Answer the words that say something; all of them where none does."""
        return self._vocabulary.telling(words)

    def same_as(self, words: Sequence[str]) -> list[str]:
        """Answer the phrases that mean the same as some words."""
        return list(dict.fromkeys(same for stems in self._in_each_tongue(words) for same in self._same.get(stems, ())))

    def pairs(self, words: Sequence[str]) -> Iterator[str]:
        """Answer what stands together in some words, in any order: `hjelp i huset` and `hushjelp` are one pair."""
        telling = set(self.telling(words))
        pieces = []
        for word in words:
            alternatives = [{part} for part in self.parts(word)] or [set(self.stems(word).values())]
            pieces += [(stems, word in telling) for stems in alternatives]
        for at, (first, tells) in enumerate(pieces):
            for second, also_tells in pieces[at + 1 : at + 1 + _NEIGHBOURS]:
                if tells or also_tells:
                    yield from (" ".join(sorted(pair)) for pair in product(first, second))
