"""The pages of an index: how each is kept, and which are found for a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tantivy

from webapp.search.domain.analyse import words_of
from webapp.search.domain.vocabulary import Vocabulary, query_words
from webapp.search.index.lexicon import NORWEGIAN, Lexicon, tongue_of
from webapp.search.index.meaning import BEGINNINGS, NAME, PAIR, WEIGHTS, Meaning
from webapp.search.index.spelling import Speller

_KINDS = {"entry": 1.3, "service": 1.0, "aid": 0.95, "task": 0.9, "offer": 0.9, "place": 0.8}
"""What a page counts by its kind: an entry gathers what the others say of the same thing."""
_KIND, _NUMBER = "kind", "number"
_START_FROM = 2
"""From how many letters on a beginning says something."""
_REMEMBERED = 4_096
_FAINTEST = 0.05
"""What share of the best page's score a page must have to be worth showing."""


@dataclass(frozen=True, slots=True)
class Document:
    """A page as it is indexed."""

    kind: str
    slug: str
    language: str
    """The language of the text, which is another than the reader's where the page is not translated."""
    title: str
    synonyms: tuple[str, ...]
    lead: str
    body: str
    elsewhere: tuple[tuple[str, str], ...] = ()
    """The names of the page in other languages, each with its language."""

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Answer all names of the page: the field where each belongs, its language and its text."""
        yield "title", self.language, self.title
        yield from (("names", self.language, name) for name in self.synonyms)
        yield from (("elsewhere", language, name) for language, name in self.elsewhere)


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found, and its score."""

    document: Document
    score: float


class Index:
    """A searchable set of documents."""

    def __init__(self, documents: Iterable[Document], vocabulary: Vocabulary) -> None:
        self._documents = list(documents)
        self.stems = lru_cache(maxsize=_REMEMBERED)(self._stems)
        names = [(language, name) for document in self._documents for _, language, name in document.names()]
        self._lexicon = Lexicon(vocabulary, {language for language, _ in names})
        self._schema = _schema(self._lexicon.tongues)
        index = tantivy.Index(self._schema)
        writer = index.writer(num_threads=1)
        for number, document in enumerate(self._documents):
            writer.add_document(self._row(number, document))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()
        words = vocabulary.words() | {word for _, name in names for word in words_of(name)}
        speller = Speller(words, self._lexicon.stem)
        self._meaning = Meaning(self._lexicon, speller, self._schema, self._searcher)

    def _row(self, number: int, document: Document) -> tantivy.Document:
        row = tantivy.Document(number=number, kind=document.kind)
        tongue = tongue_of(document.language)
        for field, text in (("lead", document.lead), ("body", document.body)):
            row.add_text(f"{field}_{tongue}", " ".join(self._lexicon.tokens(text, tongue)))
        for field, language, name in document.names():
            words, tongue = words_of(name), tongue_of(language)
            row.add_text(f"{field}_{tongue}", " ".join(self._lexicon.stems(word)[tongue] for word in words))
            if tongue == NORWEGIAN:
                row.add_text(f"parts_{tongue}", " ".join(part for word in words for part in self._lexicon.parts(word)))
            for whole in {*self._lexicon.names(words), *self._lexicon.names(self._lexicon.telling(words))}:
                row.add_text(NAME, whole)
            for pair in set(self._lexicon.pairs(words)):
                row.add_text(PAIR, pair)
            begins = "title" if field == "title" else "name"
            row.add_text(f"{begins}_start", " ".join(words))
            for word in words:
                row.add_text(f"{begins}_word", word)
        return row

    def search(self, query: str, *, most: int = 20, kinds: Sequence[str] = (), typing: bool = False) -> list[Hit]:
        """Answer the documents for a query, best first; `typing` takes the last word as a beginning."""
        words = query_words(query)
        if not words:
            return []
        is_begun = typing and len(query.strip()) >= _START_FROM
        meaning = self._meaning.of(words, begun=words[-1] if is_begun else "")
        if kinds:
            wanted = tantivy.Query.term_set_query(self._schema, _KIND, list(kinds))
            only = tantivy.Query.const_score_query(wanted, 0.0)
            meaning = tantivy.Query.boolean_query([(tantivy.Occur.Must, meaning), (tantivy.Occur.Must, only)])
        found = self._searcher.search(meaning, limit=3 * most, count=False).hits
        numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in found])
        hits = []
        for (score, _), number in zip(found, numbers, strict=True):
            document = self._documents[int(number or 0)]
            hits.append(Hit(document, score * _KINDS.get(document.kind, 1.0)))
        hits.sort(key=lambda hit: (-hit.score, len(hit.document.title)))
        return [hit for hit in hits[:most] if hit.score >= _FAINTEST * hits[0].score]

    def asked(self, query: str) -> frozenset[str]:
        """Answer the stems that a query asks for: of its telling words, and of known ones that they were meant as."""
        words = self._lexicon.telling(query_words(query))
        meant = [other for word in words for other, _ in self._meaning.meant(word)]
        same = [other for word in meant for other in self._lexicon.same_as([word]) if " " not in other]
        return frozenset(stem for word in (*words, *meant, *same) for stem in self._lexicon.stems(word).values())

    def _stems(self, word: str) -> frozenset[str]:
        """Answer the stems of a word in a text, and of its parts where it is a compound."""
        return frozenset((*self._lexicon.stems(word).values(), *self._lexicon.parts(word)))


def _schema(tongues: Iterable[str]) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for tongue in tongues:
        for name in WEIGHTS:
            builder.add_text_field(f"{name}_{tongue}", tokenizer_name="whitespace", index_option="freq")
    for name in (NAME, PAIR, *BEGINNINGS, _KIND):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(_NUMBER, fast=True)
    return builder.build()
