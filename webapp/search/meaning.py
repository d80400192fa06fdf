"""What a query means: its words, what they may have been meant as, and what stands together in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import tantivy

from webapp.search.domain.vocabulary import Vocabulary
from webapp.search.domain.analyse import stem, words_of
from webapp.search.lexicon import Lexicon

WEIGHTS: Mapping[str, float] = {"title": 5.0, "names": 4.0, "elsewhere": 3.0, "parts": 2.5, "lead": 1.6, "body": 0.7}
"""What a word counts by where it stands: `names` are synonyms, `elsewhere` names in other languages."""
PHRASE, PAIR = "phrase", "pair"
TITLE_START, NAME_START, TITLE_WORD, NAME_WORD = "title_start", "name_start", "title_word", "name_word"
BEGINNINGS: Mapping[str, float] = {TITLE_START: 40.0, NAME_START: 25.0, TITLE_WORD: 20.0, NAME_WORD: 12.0}
"""What a beginning counts that somebody is writing, by what it begins."""

_MEANS_THE_SAME = 0.75
_COMPOUND, _PART_ALONE = 0.9, 0.25
_FILLER = 0.15
_JOINED = 1.5
_WHOLE_NAME, _TOGETHER = 1.5, 0.8
_ALSO = 0.2
"""What the lesser of several ways to match adds to the best one."""
_LONGEST_PHRASE, _MOST_JOINED = 4, 3

_Ways = list[tuple[tantivy.Query, float]]


class Meaning:
    """Turns words into a question to an index of a certain schema."""

    def __init__(self, schema: tantivy.Schema, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._schema = schema
        self._lexicon = lexicon
        self._vocabulary = vocabulary

    def of(self, words: list[str], *, begun: str = "") -> tantivy.Query:
        """Answer what words mean; `begun` is the last of them where it is being written."""
        telling = self._vocabulary.telling(words)
        full = {*telling, begun}
        ways: _Ways = [(self._word(word), 1.0 if word in full else _FILLER) for word in dict.fromkeys(words)]
        ways += [(self._stem(joined), _JOINED) for joined in self._joined(words)]
        for chosen in (words, telling):
            ways += self._phrases(chosen, telling)
        ways += [(self._term(PAIR, pair), _TOGETHER) for pair in dict.fromkeys(self._lexicon.pairs(words))]
        if begun:
            ways += self._beginnings(words, begun)
        return self._any(ways)

    def _word(self, word: str) -> tantivy.Query:
        """A word by its stems, its synonyms, its parts, or a known word that it was meant as: the best of them."""
        meant = [(word, 1.0), *self._lexicon.near(word)]
        ways: _Ways = []
        for other, weight in meant:
            ways += [(self._stem(found), weight) for found in self._lexicon.known(other)]
            ways += [(self._all(phrase), weight * _MEANS_THE_SAME) for phrase in self._lexicon.same_as([other])]
        if parts := self._lexicon.parts(word):
            ways.append((self._compound(parts), _COMPOUND))
        alone = [phrase for other, _ in meant for phrase in (other, *self._lexicon.same_as([other])) if " " not in phrase]
        return tantivy.Query.boost_query(self._best(ways), self._lexicon.rarity(alone))

    def _compound(self, parts: Iterable[str]) -> tantivy.Query:
        each = []
        for part in parts:
            same = [(self._all(phrase), _MEANS_THE_SAME) for phrase in self._lexicon.same_as_part(part)]
            each.append(self._best([(self._stem(part), 1.0), *same]))
        whole = self._every(each)
        return self._any([(whole, 1.0), *((part, _PART_ALONE) for part in each)])

    def _all(self, phrase: str) -> tantivy.Query:
        """A phrase that means the same: a page must have all its words."""
        each = []
        for word in words_of(phrase):
            found = [self._stem(one) for one in self._lexicon.stems(word)]
            if not self._lexicon.known(word) and (parts := self._lexicon.parts(word)):
                found.append(self._every(self._stem(part) for part in parts))
            each.append(self._best([(one, 1.0) for one in found]))
        return self._every(each)

    def _joined(self, words: Sequence[str]) -> Iterator[str]:
        """Neighbouring words that are one known word when written together: `syke hjem`."""
        for some in _runs(words, 2, _MOST_JOINED):
            if self._lexicon.known("".join(some)):
                yield stem("".join(some))

    def _phrases(self, words: Sequence[str], telling: Sequence[str]) -> Iterator[tuple[tantivy.Query, float]]:
        """Whole names that stand in the query, and the phrases that mean the same."""
        for some in _runs(words, 1, _LONGEST_PHRASE):
            share = sum(word in telling for word in some) / len(telling)
            for phrase in self._lexicon.phrases(some) if share else ():
                yield self._term(PHRASE, phrase), _WHOLE_NAME * share
            if len(some) > 1:
                for phrase in self._lexicon.same_as(some):
                    yield self._all(phrase), _MEANS_THE_SAME

    def _beginnings(self, words: Sequence[str], begun: str) -> Iterator[tuple[tantivy.Query, float]]:
        for field, weight in BEGINNINGS.items():
            text = begun if field in {TITLE_WORD, NAME_WORD} else " ".join(words)
            begins = tantivy.Query.fuzzy_term_query(self._schema, field, text, distance=0, prefix=True)
            yield tantivy.Query.const_score_query(begins, weight), 1.0

        for word in self._lexicon.begun(begun):
            yield self._word(word), 1.0

    def _stem(self, token: str) -> tantivy.Query:
        return self._best([(self._term(field, token, "freq"), weight) for field, weight in WEIGHTS.items()])

    def _term(self, field: str, text: str, kept: str = "basic") -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, text, index_option=kept)

    def _best(self, ways: _Ways) -> tantivy.Query:
        boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
        return tantivy.Query.disjunction_max_query(boosted, tie_breaker=_ALSO)

    def _any(self, ways: Iterable[tuple[tantivy.Query, float]]) -> tantivy.Query:
        boosted = [tantivy.Query.boost_query(way, weight) for way, weight in ways]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in boosted])

    def _every(self, parts: Iterable[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])


def _runs(words: Sequence[str], least: int, most: int) -> Iterator[Sequence[str]]:
    """Answer every run of neighbouring words of some lengths."""
    for size in range(least, most + 1):
        for at in range(len(words) - size + 1):
            yield words[at : at + size]
