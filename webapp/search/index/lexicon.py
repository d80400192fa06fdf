"""Words as an index has them: their stems in each tongue of the pages, their parts, and which mean the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

import tantivy

from webapp.search.domain.analyse import Splitter, tidy, words_of
from webapp.search.domain.vocabulary import Vocabulary

NORWEGIAN, _ENGLISH = "no", "en"
_STEMMERS = {NORWEGIAN: "norwegian", _ENGLISH: "english"}
"""The tongues: bokmål and nynorsk are one, for those who write and those who search mix them."""
_OF_VERB, _LEAST_ROOT, _DOUBLED = "ing", 3, "mm"
"""What the stemmer leaves: `måking` is looked for as `måke`, and `hjemmet` as `hjem`, for no word ends in two m."""
_LONGEST_WORD = 60
_NEIGHBOURS = 3
"""How near each other two words stand that are a pair."""
_REMEMBERED = 16_384


def tongue_of(language: str) -> str:
    """Answer the tongue of a language."""
    return _ENGLISH if language == "en" else NORWEGIAN


def _analyzer(tongue: str) -> tantivy.TextAnalyzer:
    filters = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(filters.remove_long(_LONGEST_WORD))
    return builder.filter(filters.lowercase()).filter(filters.stemmer(_STEMMERS[tongue])).build()


def _root(stem: str) -> str:
    root = stem.removesuffix(_OF_VERB)
    root = root if len(root) >= _LEAST_ROOT else stem
    return root[:-1] if root.endswith(_DOUBLED) else root


class Lexicon:
    """What is known of words before any page is read."""

    def __init__(self, vocabulary: Vocabulary, languages: Iterable[str]) -> None:
        self._vocabulary = vocabulary
        self._analyzers = {tongue: _analyzer(tongue) for tongue in sorted({NORWEGIAN, *map(tongue_of, languages)})}
        self.stems = lru_cache(maxsize=_REMEMBERED)(self._stems)
        self._splitter = Splitter(vocabulary.parts, self.stem)
        self._same: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        for phrase, others in vocabulary.same.items():
            for stems in self._in_each_tongue(words_of(phrase)):
                self._same[stems] |= dict.fromkeys(others)

    @property
    def tongues(self) -> list[str]:
        """The tongues of the pages; Norwegian is always one, for the word lists are Norwegian."""
        return list(self._analyzers)

    def _stems(self, word: str) -> Mapping[str, str]:
        """Answer the stem that a word has in each tongue of the pages."""
        return {tongue: next(iter(self._analyze(word, tongue)), word) for tongue in self._analyzers}

    def _analyze(self, text: str, tongue: str) -> list[str]:
        stems: list[str] = self._analyzers[tongue].analyze(text)
        return [_root(stem) for stem in stems] if tongue == NORWEGIAN else stems

    def stem(self, word: str) -> str:
        """Answer the Norwegian stem of a word."""
        return next(iter(self._analyze(word, NORWEGIAN)), word)

    def parts(self, word: str) -> tuple[str, ...]:
        """Answer the stems of a compound's parts; nothing for any other word."""
        return self._splitter.split(word)

    def tokens(self, text: str, tongue: str) -> list[str]:
        """Answer the stems of a text, and of the parts of its compounds."""
        stems = self._analyze(tidy(text), tongue)
        return stems if tongue != NORWEGIAN else stems + [part for word in words_of(text) for part in self.parts(word)]

    def names(self, words: Sequence[str]) -> list[str]:
        """Answer some words as the one name that they may be."""
        return [" ".join(stems) for stems in self._in_each_tongue(words)]

    def _in_each_tongue(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        stems = [self.stems(word) for word in words]
        return list(dict.fromkeys(tuple(found[tongue] for found in stems) for tongue in self._analyzers))

    def telling(self, words: Sequence[str]) -> list[str]:
        """Answer the words that say something; all of them where none does."""
        return self._vocabulary.telling(words)

    def same_as(self, words: Sequence[str]) -> list[str]:
        """Answer the phrases that mean the same as some words."""
        return list(dict.fromkeys(same for stems in self._in_each_tongue(words) for same in self._same.get(stems, ())))

    def pairs(self, words: Sequence[str]) -> Iterator[str]:
        """Answer what stands together in some words, in any order: `hjelp i huset` and `hushjelp` have one pair."""
        telling = set(self.telling(words))
        pieces: list[tuple[set[str], bool]] = []
        for word in words:
            parts = [{part} for part in self.parts(word)] or [set(self.stems(word).values())]
            pieces += [(part, word in telling) for part in parts]
        for at, (first, tells) in enumerate(pieces):
            for second, also_tells in pieces[at + 1 : at + 1 + _NEIGHBOURS]:
                if tells or also_tells:
                    yield from (" ".join(sorted(pair)) for pair in product(first, second))
