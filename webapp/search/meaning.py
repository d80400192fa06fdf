"""What a query means: its words, what they may have been meant as, and what stands together in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

import tantivy

from webapp.search.domain.analyse import words_of
from webapp.search.lexicon import NORWEGIAN, Lexicon
from webapp.search.spelling import Speller

WEIGHTS: Mapping[str, float] = {"title": 3.5, "names": 4.0, "elsewhere": 3.0, "parts": 2.5, "lead": 1.2, "body": 0.7}
"""What a word counts by where it stands: `names` are synonyms, `elsewhere` names in other languages."""
NAME, PAIR = "name", "pair"
BEGINNINGS: Mapping[str, float] = {"title_start": 40.0, "name_start": 28.0, "title_word": 25.0, "name_word": 12.0}
"""What a beginning counts that somebody is writing: of a whole title or name, or of a word of one."""

_MEANS_THE_SAME = 0.8
_COMPOUND, _PART_ALONE = 0.7, 0.25
_MISSPELT = (0.95, 0.8, 0.6)
"""What a known word counts that sounds like the one asked for, and that is one or two mistakes away."""
_WHOLE_NAME, _TOGETHER = 1.0, 0.9
_ALSO = 0.3
"""What the lesser of several ways to match adds to the best one."""
_LONGEST_PHRASE, _MOST_JOINED = 4, 3
_READ = ("title", "names", "elsewhere", "lead", "body")
"""Where a word stands as it was written: how many pages have it there tells how rare it is."""

_Ways = list[tuple[tantivy.Query, float]]


class Meaning:
    """Turns words into a question to the pages of an index."""

    def __init__(self, lexicon: Lexicon, speller: Speller, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._lexicon = lexicon
        self._speller = speller
        self._schema = schema
        self._searcher = searcher
        self._made: dict[str, tantivy.Query] = {}

    def of(self, words: list[str], *, begun: str = "") -> tantivy.Query:
        """Answer what words mean; `begun` is the last of them where it is being written."""
        telling = self._lexicon.telling(words)
        ways: _Ways = [(self._word(word), 1.0) for word in dict.fromkeys(telling) if word != begun]
        ways += [(self._stems(joined), 1.0) for joined in self._joined(words)]
        for chosen in (words, telling):
            ways += self._phrases(chosen, telling)
        ways += [(self._term(PAIR, pair), _TOGETHER) for pair in dict.fromkeys(self._lexicon.pairs(words))]
        if begun:
            ways += self._beginnings(words, begun)
        return _any(ways)

    def meant(self, word: str) -> list[tuple[str, float]]:
        """Answer a word, or the known ones that it may be a misspelling of, and what each counts."""
        if self._pages(word) or self._lexicon.same_as([word]) or self._lexicon.parts(word):
            return [(word, 1.0)]
        distance, near = self._speller.near(word)
        return [(other, _MISSPELT[distance]) for other in near]

    def _pages(self, word: str) -> int:
        stems = self._lexicon.stems(word).items()
        return max(self._searcher.doc_freq(f"{field}_{tongue}", stem) for tongue, stem in stems for field in _READ)

    def _word(self, word: str) -> tantivy.Query:
        """A word by its stems, its synonyms, its parts, or a known word that it was meant as: the best of them."""
        ways: _Ways = []
        pages = 0
        for other, weight in self.meant(word):
            same = self._lexicon.same_as([other])
            ways.append((self._stems(other), weight))
            ways += [(self._all(phrase), weight * _MEANS_THE_SAME) for phrase in same]
            pages = max(pages, self._pages(other), *(self._pages(phrase) for phrase in same if " " not in phrase))
        if parts := self._lexicon.parts(word) or (() if ways else self._speller.parts(word)):
            ways.append((self._compound(parts), _COMPOUND))
        rarity = 1 - log(1 + pages) / log(2 + self._searcher.num_docs)
        return tantivy.Query.boost_query(_best(ways), rarity)

    def _compound(self, parts: Iterable[str]) -> tantivy.Query:
        each = [self._stem(NORWEGIAN, part) for part in parts]
        return _any([(_every(each), 1.0), *((part, _PART_ALONE) for part in each)])

    def _all(self, phrase: str) -> tantivy.Query:
        """A phrase that means the same: a page must have all its words."""
        if phrase not in self._made:
            self._made[phrase] = _every(self._stems(word) for word in words_of(phrase))
        return self._made[phrase]

    def _joined(self, words: Sequence[str]) -> Iterator[str]:
        """Neighbouring words that are one known word when they are written together: `trygghets alarm`."""
        for some in _runs(words, 2, _MOST_JOINED):
            if self._pages("".join(some)):
                yield "".join(some)

    def _phrases(self, words: Sequence[str], telling: Sequence[str]) -> Iterator[tuple[tantivy.Query, float]]:
        """Whole names that stand in the query, and the phrases that mean the same."""
        for some in _runs(words, 1, _LONGEST_PHRASE):
            share = sum(word in telling for word in some) / len(telling)
            for name in self._lexicon.names(some) if share else ():
                yield self._term(NAME, name), _WHOLE_NAME * share
            for phrase in self._lexicon.same_as(some) if len(some) > 1 else ():
                yield self._all(phrase), _MEANS_THE_SAME

    def _beginnings(self, words: Sequence[str], begun: str) -> Iterator[tuple[tantivy.Query, float]]:
        yield self._stems(begun), 1.0
        for field, weight in BEGINNINGS.items():
            text = begun if field.endswith("word") else " ".join(words)
            begins = tantivy.Query.fuzzy_term_query(self._schema, field, text, distance=0, prefix=True)
            yield tantivy.Query.const_score_query(begins, weight), 1.0
        if not any(self._searcher.terms_with_prefix(field, begun, limit=1) for field in ("title_word", "name_word")):
            distance, near = self._speller.near(begun, is_beginning=True)
            yield _best([(self._stems(word), _MISSPELT[distance]) for word in near]), 1.0

    def _stems(self, word: str) -> tantivy.Query:
        return _best([(self._stem(tongue, stem), 1.0) for tongue, stem in self._lexicon.stems(word).items()])

    def _stem(self, tongue: str, stem: str) -> tantivy.Query:
        return _best([(self._term(f"{field}_{tongue}", stem, "freq"), weight) for field, weight in WEIGHTS.items()])

    def _term(self, field: str, text: str, kept: str = "basic") -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, text, index_option=kept)


def _best(ways: _Ways) -> tantivy.Query:
    boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
    return tantivy.Query.disjunction_max_query(boosted, tie_breaker=_ALSO)


def _any(ways: _Ways) -> tantivy.Query:
    boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in boosted])


def _every(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


def _runs(words: Sequence[str], least: int, most: int) -> Iterator[Sequence[str]]:
    """Answer every run of neighbouring words of some lengths."""
    for size in range(least, most + 1):
        for at in range(len(words) - size + 1):
            yield words[at : at + size]
