"""Which known words a misspelt word may have been meant as."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import tantivy

from webapp.search.domain.analyse import Splitter, sound

_ALIKE_FROM, _ONE_MISTAKE_FROM, _TWO_MISTAKES_FROM = 2, 4, 8
"""From how many letters on a word, as it sounds, may be no, one and two mistakes away from a known one."""
_MOST = 6
_PART_FROM = 4
"""From how many letters on a known word may be a part of a compound that nobody has listed."""


class Speller:
    """Known words by how they sound."""

    def __init__(self, words: Iterable[str], stem: Callable[[str], str]) -> None:
        by_sound: dict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            by_sound[sound(word)].append(word)
        self._words = list(by_sound.values())
        self._splitter = Splitter((one for some in self._words for one in some if len(one) >= _PART_FROM), stem, sound)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("sound", tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("number", fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(num_threads=1)
        for number, heard in enumerate(by_sound):
            writer.add_document(tantivy.Document(sound=heard, number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def near(self, word: str, *, is_beginning: bool = False) -> tuple[int, list[str]]:
        """Answer how many mistakes away the nearest known words are (0: they sound alike), and which they are."""
        heard = sound(word)
        steps = (_ALIKE_FROM, _ONE_MISTAKE_FROM, _TWO_MISTAKES_FROM)
        for mistakes in range(sum(len(heard) >= least for least in steps)):
            near = tantivy.Query.fuzzy_term_query(self._schema, "sound", heard, distance=mistakes, prefix=is_beginning)
            addresses = [address for _, address in self._searcher.search(near, limit=_MOST, count=False).hits]
            if addresses:
                numbers = self._searcher.fast_field_values("number", addresses)
                return mistakes, [one for number in numbers for one in self._words[int(number or 0)]]
        return 0, []

    def parts(self, word: str) -> tuple[str, ...]:
        """Answer the stems of the known words that a word is made of, rightly spelt or not."""
        return self._splitter.split(word)
