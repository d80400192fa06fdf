"""The index of one library in one language, in memory (docs/adr/0005)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.search.domain.vocabulary import MOST_CHARACTERS, Vocabulary, query_words

if TYPE_CHECKING:
    import tantivy

_STEMMERS = {"nb": "norwegian", "nn": "norwegian", "en": "english"}
_WEIGHTS = {"title": 5.0, "synonyms": 4.0, "lead": 1.6, "body": 0.7}
_MEANS_THE_SAME = 0.75
_MISSPELT = 3.0
_BEGINS_WITH = 3.0
_WHOLE = 3.0
_KINDS = {"entry": 1.15, "service": 1.1, "task": 1.05, "page": 1.0, "aid": 0.95, "offer": 0.9, "place": 0.8}
_FUZZY_FROM, _FUZZIER_FROM = 4, 8
_START_FROM = 2
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Document:
    """A page as it is indexed."""

    kind: str
    slug: str
    title: str
    synonyms: tuple[str, ...]
    lead: str
    body: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: its place in the given documents, and its score."""

    document: Document
    score: float


class Index:
    """A searchable set of documents in one language."""

    def __init__(self, documents: Iterable[Document], language: str, vocabulary: Vocabulary) -> None:
        import tantivy  # noqa: PLC0415 -- loaded when the first reader searches, not at start

        self._tantivy = tantivy
        self._vocabulary = vocabulary
        self._documents = list(documents)
        self._analyzer = _analyzer(tantivy, language, vocabulary)
        builder = tantivy.SchemaBuilder()
        for name in _WEIGHTS:
            builder.add_text_field(name, stored=False, tokenizer_name="ours")
        builder.add_text_field("names", stored=False, tokenizer_name="unsplit")
        builder.add_text_field("exact", stored=False, tokenizer_name="raw")
        builder.add_text_field("kind", stored=False, tokenizer_name="raw")
        builder.add_unsigned_field("number", stored=True, fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._unsplit = _analyzer(tantivy, language, None)
        self._index.register_tokenizer("ours", self._analyzer)
        self._index.register_tokenizer("unsplit", self._unsplit)
        writer = self._index.writer(heap_size=15_000_000, num_threads=1)
        for number, document in enumerate(self._documents):
            row = tantivy.Document()
            row.add_text("title", document.title)
            for synonym in document.synonyms:
                row.add_text("synonyms", synonym)
            row.add_text("lead", document.lead)
            row.add_text("body", document.body)
            for whole in (document.title, *document.synonyms):
                row.add_text("names", whole)
                row.add_text("exact", " ".join(query_words(whole)))
            row.add_text("kind", document.kind)
            row.add_unsigned("number", number)
            writer.add_document(row)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, query: str, *, most: int = 20, kinds: Sequence[str] = (), typing: bool = False) -> list[Hit]:
        """Answer the documents for a query, best first; `typing` takes the last word as a beginning."""
        words = query_words(query)
        if not words:
            return []
        meaning = self._meaning(words, typing=typing)
        if kinds:
            occur = self._tantivy.Occur
            wanted = [(occur.Should, self._term("kind", kind)) for kind in kinds]
            only = self._tantivy.Query.const_score_query(self._tantivy.Query.boolean_query(wanted), 0.0)
            meaning = self._tantivy.Query.boolean_query([(occur.Must, meaning), (occur.Must, only)])
        found = self._searcher.search(meaning, limit=3 * most).hits
        hits = []
        for score, address in found:
            document = self._documents[self._searcher.doc(address)["number"][0]]
            hits.append(Hit(document, score * _KINDS.get(document.kind, 1.0)))
        hits.sort(key=lambda hit: -hit.score)
        return hits[:most]

    def tokens(self, text: str) -> list[str]:
        """Answer the stems of a text as the index has them."""
        return list(self._analyzer.analyze(text[:MOST_CHARACTERS]))

    def _meaning(self, words: list[str], *, typing: bool) -> tantivy.Query:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        telling = self._vocabulary.telling(words)
        clauses: list[tuple[Any, Any]] = []
        for word in dict.fromkeys(telling):
            clauses.append((occur.Should, self._word(word, is_last=typing and word == words[-1])))
        for phrase in self._vocabulary.alternatives(words):
            for token in dict.fromkeys(self.tokens(phrase)):
                clauses.append((occur.Should, query.boost_query(self._stem(token), _MEANS_THE_SAME)))
            clauses.append((occur.Should, query.boost_query(self._term("exact", phrase), _WHOLE * _MEANS_THE_SAME)))
        for whole in {" ".join(words), " ".join(telling), "".join(telling)}:
            clauses.append((occur.Should, query.boost_query(self._term("exact", whole), _WHOLE)))
        return query.boolean_query(clauses)

    def _word(self, word: str, *, is_last: bool) -> tantivy.Query:
        """A word as its stems, or near it: the best of the ways in which it may be meant."""
        query = self._tantivy.Query
        tokens = list(dict.fromkeys(self.tokens(word)))
        ways = [self._stem(token) for token in tokens]
        if len(word) >= _FUZZY_FROM:
            distance = 2 if len(word) >= _FUZZIER_FROM else 1
            for form in dict.fromkeys((word, *self._unsplit.analyze(word))):
                near = query.fuzzy_term_query(self._schema, "names", form, distance=distance)
                ways.append(query.boost_query(near, _MISSPELT))
        if is_last and len(word) >= _START_FROM:
            begins = query.regex_query(self._schema, "names", f"{word}.*")
            ways.append(query.boost_query(begins, _BEGINS_WITH))
        return query.disjunction_max_query(ways, tie_breaker=0.3)

    def _stem(self, token: str) -> tantivy.Query:
        query = self._tantivy.Query
        fields = [query.boost_query(self._term(field, token), weight) for field, weight in _WEIGHTS.items()]
        return query.disjunction_max_query(fields, tie_breaker=0.2)

    def _term(self, field: str, text: str) -> tantivy.Query:
        return self._tantivy.Query.term_query(self._schema, field, text)


def _analyzer(tantivy: Any, language: str, vocabulary: Vocabulary | None) -> tantivy.TextAnalyzer:
    """Words, small letters, stems, and then compounds split into parts that are all known (if a list is given)."""
    kinds = tantivy.Filter
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(kinds.remove_long(_LONGEST_WORD))
        .filter(kinds.lowercase())
        .filter(kinds.stemmer(_STEMMERS[language]))
    )
    if language != "en" and vocabulary and vocabulary.parts:
        builder = builder.filter(kinds.split_compound(list(vocabulary.parts)))
    return builder.build()
