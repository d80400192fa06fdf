"""What a query means: its words, what they may have been meant as, and what stands together in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from typing import TypeVar

import tantivy

from webapp.search.domain.analyse import words_of
from webapp.search.index.lexicon import NORWEGIAN, Lexicon
from webapp.search.index.spelling import Speller

WEIGHTS: Mapping[str, float] = {"title": 3.5, "names": 4.0, "elsewhere": 3.0, "parts": 4.0, "lead": 1.2, "body": 0.7}
"""What a word counts by where it stands: `names` are synonyms, `elsewhere` names in other languages."""
NAME, PAIR = "name", "pair"
BEGINNINGS: Mapping[str, float] = {"title_start": 40.0, "name_start": 28.0, "title_word": 25.0, "name_word": 12.0}
"""What each word that somebody is writing counts as the beginning of a whole title or name, or of a word of one."""

_READ = ("title", "names", "elsewhere", "lead", "body")
"""Where a word stands as it was written; the more pages have it there, the less it tells."""
_MEANS_THE_SAME = 0.8
_MISSPELT = (0.95, 0.8, 0.6)
"""What a known word counts that sounds like the one asked for, and that is one or two mistakes away."""
_FAR = len(_MISSPELT) - 1
_COMPOUND, _PART_ALONE = 0.5, 0.25
_WHOLE_NAME, _TOGETHER = 1.0, 1.5
_ON_ONE_PAGE = 1.0
"""What all the words count once more on a page that has every one of them."""
_ALSO = 0.3
"""What the lesser of several ways to match adds to the best one."""
_LONGEST_PHRASE, _MOST_JOINED = 4, 3

_T = TypeVar("_T")
_Ways = list[tuple[tantivy.Query, float]]
"""Queries, each with what it counts."""


class Meaning:
    """Turns words into a question to the pages of an index."""

    def __init__(self, lexicon: Lexicon, speller: Speller, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._lexicon = lexicon
        self._speller = speller
        self._schema = schema
        self._searcher = searcher

    def of(self, words: Sequence[str], *, begun: str = "") -> tantivy.Query:
        """Answer what words mean; `begun` is the last of them where it is still being written."""
        telling = self._lexicon.telling(words)
        each = [self._word(word) for word in dict.fromkeys(telling) if word != begun]
        ways: _Ways = [(word, 1.0) for word in each]
        if len(each) > 1:
            ways.append((_every(each), _ON_ONE_PAGE))
        ways += [(_best(self._stems(joined)), 1.0) for joined in self._joined(words)]
        ways += [(self._term(PAIR, pair), _TOGETHER) for pair in dict.fromkeys(self._lexicon.pairs(words))]
        for chosen in (words, telling):
            ways += self._phrases(chosen, telling)
        if begun:
            ways += self._beginnings(words, begun)
        return _any(ways)

    def meant(self, word: str) -> list[tuple[str, float]]:
        """Answer a known word, or else the known ones that it may be a misspelling of, and what each counts."""
        if self._pages(word) or self._lexicon.same_as([word]) or self._lexicon.parts(word):
            return [(word, 1.0)]
        mistakes, near = self._speller.near(word)
        if mistakes == _FAR and self._speller.parts(word):
            return []
        return [(other, _MISSPELT[mistakes]) for other in near]

    def _pages(self, word: str) -> int:
        """Answer on how many pages a word stands, nearly."""
        stems = self._lexicon.stems(word).items()
        return max(self._searcher.doc_freq(f"{field}_{tongue}", stem) for tongue, stem in stems for field in _READ)

    def _word(self, word: str) -> tantivy.Query:
        """A word by its stems, its synonyms, its parts, or a known word that it was meant as: the best of them."""
        ways: _Ways = []
        pages = 0
        for other, weight in self.meant(word):
            same = self._lexicon.same_as([other])
            ways += self._stems(other, weight)
            for phrase in same:
                ways += self._synonym(phrase, weight * _MEANS_THE_SAME)
            pages = max(pages, *(self._pages(one) for one in (other, *same) if " " not in one))
        if parts := self._lexicon.parts(word) or (() if ways else self._speller.parts(word)):
            stems = [_best(self._stem(NORWEGIAN, part)) for part in parts]
            ways.append((_any([(_every(stems), 1.0), *((stem, _PART_ALONE) for stem in stems)]), _COMPOUND))
        rarity = 1 - log(1 + pages) / log(2 + self._searcher.num_docs)
        return tantivy.Query.boost_query(_best(ways), rarity)

    def _synonym(self, phrase: str, weight: float) -> _Ways:
        """A phrase of the vocabulary: a page must have all its words."""
        words = words_of(phrase)
        if len(words) == 1:
            return self._stems(phrase, weight)
        if not all(map(self._pages, words)):
            return []
        return [(_every([_best(self._stems(word)) for word in words]), weight)]

    def _joined(self, words: Sequence[str]) -> Iterator[str]:
        """Neighbouring words that are one known word when they are written together: `trygghets alarm`."""
        return (joined for some in _runs(words, 2, _MOST_JOINED) if self._pages(joined := "".join(some)))

    def _phrases(self, words: Sequence[str], telling: Sequence[str]) -> Iterator[tuple[tantivy.Query, float]]:
        """Whole names that stand in the query, and the phrases that mean the same."""
        for some in _runs(words, 1, _LONGEST_PHRASE):
            share = sum(word in telling for word in some) / len(telling)
            for name in self._lexicon.names(some) if share else ():
                yield self._term(NAME, name), _WHOLE_NAME * share
            for phrase in self._lexicon.same_as(some) if len(some) > 1 else ():
                yield from self._synonym(phrase, _MEANS_THE_SAME)

    def _beginnings(self, words: Sequence[str], begun: str) -> Iterator[tuple[tantivy.Query, float]]:
        """Names and words that begin as the query does, and known words that it is the misspelt beginning of."""
        yield _best(self._stems(begun)), 1.0
        for field, weight in BEGINNINGS.items():
            written = [begun] if field.endswith("word") else words
            text = " ".join(written)
            begins = tantivy.Query.fuzzy_term_query(self._schema, field, text, distance=0, prefix=True)
            yield tantivy.Query.const_score_query(begins, weight), len(written)
        mistakes, near = self._speller.near(begun, is_beginning=True)
        if not mistakes or not self._pages(begun):
            others = (word for word in near if not word.startswith(begun))
            yield _best([way for word in others for way in self._stems(word, _MISSPELT[mistakes])]), 1.0

    def _stems(self, word: str, weight: float = 1.0) -> _Ways:
        return [
            (term, weight * counts)
            for tongue, stem in self._lexicon.stems(word).items()
            for term, counts in self._stem(tongue, stem)
        ]

    def _stem(self, tongue: str, stem: str) -> _Ways:
        """A stem where it stands, each place with what it counts."""
        fields = ((f"{name}_{tongue}", weight) for name, weight in WEIGHTS.items())
        found = ((field, weight) for field, weight in fields if self._searcher.doc_freq(field, stem))
        return [(self._term(field, stem, kept="freq"), weight) for field, weight in found]

    def _term(self, field: str, text: str, *, kept: str = "basic") -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, text, index_option=kept)


def _best(ways: _Ways) -> tantivy.Query:
    boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
    return tantivy.Query.disjunction_max_query(boosted, tie_breaker=_ALSO)


def _any(ways: _Ways) -> tantivy.Query:
    boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in boosted])


def _every(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


def _runs(things: Sequence[_T], least: int, most: int) -> Iterator[Sequence[_T]]:
    """Answer every run of neighbours of some lengths."""
    for size in range(least, most + 1):
        for at in range(len(things) - size + 1):
            yield things[at : at + size]
