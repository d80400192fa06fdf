"""The index of one library in one language, in memory (docs/adr/0005)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections import Counter
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

from webapp.search.domain.analyse import Splitter, sound, stem, words_of
from webapp.search.domain.vocabulary import Vocabulary, query_words
from webapp.search.spelling import Speller

if TYPE_CHECKING:
    import tantivy

_WEIGHTS = {"title": 5.0, "names": 4.0, "elsewhere": 3.0, "parts": 2.5, "lead": 1.6, "body": 0.7}
"""What a word counts by where it stands: `names` are synonyms, `elsewhere` the names in other languages."""
_MEANS_THE_SAME = 0.75
_COMPOUND, _PART = 0.9, 0.25
_MISSPELT = (0.95, 0.8, 0.6)
"""What a known word counts that sounds like the one asked for, and that is one or two mistakes away."""
_FILLER = 0.15
_WHOLE_NAME = 1.5
_BEGINS_TITLE, _BEGINS_NAME, _BEGINS_TITLE_WORD, _BEGINS_WORD = 40.0, 25.0, 20.0, 12.0
_KINDS = {"entry": 1.15, "service": 1.1, "task": 1.05, "page": 1.0, "aid": 0.95, "offer": 0.9, "place": 0.8}
_START_FROM = 2
_LONGEST_NAME = 5
_WORDS_JOINED = 3


@dataclass(frozen=True, slots=True)
class Document:
    """A page as it is indexed."""

    kind: str
    slug: str
    language: str
    """The language of the texts, which is bokmål where the reader's language does not have the page."""
    title: str
    synonyms: tuple[str, ...]
    lead: str
    body: str
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Language and name, for each of the page's names in other languages."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: its place in the given documents, and its score."""

    document: Document
    score: float


class Index:
    """A searchable set of documents."""

    def __init__(self, documents: Iterable[Document], vocabulary: Vocabulary) -> None:
        import tantivy  # noqa: PLC0415 -- loaded when the first reader searches, not at start

        self._query, self._occur = tantivy.Query, tantivy.Occur
        self._vocabulary = vocabulary
        self._documents = list(documents)
        self._splitter = Splitter(vocabulary.parts)
        english = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english"))
        self._english = english.build()
        self._languages = {document.language for document in self._documents}
        self._languages |= {language for document in self._documents for language, _ in document.elsewhere}
        self._same = self._same_stems()
        builder = tantivy.SchemaBuilder()
        for name in _WEIGHTS:
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
        for name in ("phrase", "start_title", "start_name", "title_word", "word", "kind"):
            builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field("number", stored=False, indexed=False, fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(heap_size=15_000_000, num_threads=1)
        self._known: Counter[str] = Counter()
        words: set[str] = set(vocabulary.words())
        cache: dict[tuple[str, str], str] = {}
        for number, document in enumerate(self._documents):
            writer.add_document(self._row(tantivy.Document(), number, document, words, cache))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        self._speller = Speller(sorted(words))

    # -- making -------------------------------------------------------------------------------

    def _row(self, row: Any, number: int, document: Document, words: set[str], cache: dict) -> Any:
        seen: set[str] = set()

        def text(line: str, language: str) -> str:
            found = " ".join(self._cached(word, language, cache) for word in words_of(line))
            seen.update(found.split())
            return found

        row.add_unsigned("number", number)
        row.add_text("kind", document.kind)
        row.add_text("title", self._stems_of(document.title, document.language))
        for name in document.synonyms:
            row.add_text("names", self._stems_of(name, document.language))
        row.add_text("lead", text(document.lead, document.language))
        row.add_text("body", text(document.body, document.language))
        names = [(document.language, name) for name in (document.title, *document.synonyms)]
        for language, name in document.elsewhere:
            row.add_text("elsewhere", self._stems_of(name, language))
        for language, name in (*names, *document.elsewhere):
            found = words_of(name)
            words.update(found)
            if language != "en":
                row.add_text("parts", " ".join(part for word in found for part in self._splitter.split(word)))
            for phrase in {" ".join(found), " ".join(self._vocabulary.telling(found))}:
                row.add_text("phrase", self._stems_of(phrase, language))
            row.add_text("start_title" if name == document.title else "start_name", " ".join(map(sound, found)))
            seen.update(self._stems_of(name, language).split())
            for word in found:
                row.add_text("title_word" if name == document.title else "word", sound(word))
        self._known.update(seen)
        return row

    def _cached(self, word: str, language: str, cache: dict) -> str:
        key = (word, "en" if language == "en" else "no")
        if key not in cache:
            stems = [self._stem(word, language)]
            if language != "en":
                stems += self._splitter.split(word)
            cache[key] = " ".join(stems)
        return cache[key]

    def _stems_of(self, text: str, language: str) -> str:
        return " ".join(self._stem(word, language) for word in words_of(text))

    def _stem(self, word: str, language: str) -> str:
        return str(self._english.analyze(word)[0]) if language == "en" else stem(word)

    def _same_stems(self) -> dict[tuple[str, ...], list[str]]:
        same: dict[tuple[str, ...], list[str]] = {}
        for phrase, others in self._vocabulary.same.items():
            for language in ("nb", "en"):
                key = tuple(self._stem(word, language) for word in words_of(phrase))
                same[key] = list(dict.fromkeys((*same.get(key, ()), *others)))
        return same

    # -- asking -------------------------------------------------------------------------------

    def search(self, query: str, *, most: int = 20, kinds: Sequence[str] = (), typing: bool = False) -> list[Hit]:
        """Answer the documents for a query, best first; `typing` takes the last word as a beginning."""
        words = query_words(query)
        if not words:
            return []
        meaning = self._meaning(words, typing=typing)
        if kinds:
            wanted = [(self._occur.Should, self._term("kind", kind)) for kind in kinds]
            only = self._query.const_score_query(self._query.boolean_query(wanted), 0.0)
            meaning = self._query.boolean_query([(self._occur.Must, meaning), (self._occur.Must, only)])
        found = self._searcher.search(meaning, limit=3 * most, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in found])
        hits = []
        for (score, _), number in zip(found, numbers, strict=True):
            document = self._documents[number]
            hits.append(Hit(document, score * _KINDS.get(document.kind, 1.0)))
        hits.sort(key=lambda hit: -hit.score)
        return hits[:most]

    def stems(self, word: str) -> list[str]:
        """Answer the stems that a word of a query may have in this index."""
        found = {"en" if language == "en" else "nb": None for language in sorted(self._languages)}
        return list(dict.fromkeys(self._stem(word, language) for language in found))

    def tokens(self, text: str) -> list[str]:
        """Answer the stems of a text as the index has them."""
        return [token for word in words_of(text) for token in (*self.stems(word), *self._splitter.split(word))]

    def _meaning(self, words: list[str], *, typing: bool) -> tantivy.Query:
        telling = self._vocabulary.telling(words)
        clauses: list[Any] = []
        for word in dict.fromkeys(words):
            is_last = typing and word == words[-1]
            weight = self._rarity(word) if word in telling or is_last else _FILLER
            clauses.append(self._query.boost_query(self._word(word, is_last=is_last), weight))
        for joined in self._joined(words):
            clauses.append(self._either([(self._stem_query(joined), 1.0)]))
        clauses += self._phrases(words, telling)
        clauses += self._same_phrases(words)
        if typing:
            begins = " ".join(map(sound, words))
            clauses.append(self._begins("start_title", begins, _BEGINS_TITLE))
            clauses.append(self._begins("start_name", begins, _BEGINS_NAME))
        return self._query.boolean_query([(self._occur.Should, clause) for clause in clauses])

    def _rarity(self, word: str) -> float:
        """Answer how much a word tells, from 1 for one that stands nowhere to 0 for one on every page."""
        pages = max(self._known[found] for found in self.stems(word))
        return 1 - log(1 + pages) / log(2 + len(self._documents))

    def _joined(self, words: list[str]) -> Iterator[str]:
        for size in range(2, _WORDS_JOINED + 1):
            for at in range(len(words) - size + 1):
                found = stem("".join(words[at : at + size]))
                if found in self._known:
                    yield found

    def _phrases(self, words: list[str], telling: list[str]) -> list[Any]:
        """Whole names in the query, with or without the filler between the words."""
        found: dict[str, float] = {}
        for chosen in (words, telling):
            for size in range(1, min(_LONGEST_NAME, len(chosen)) + 1):
                for at in range(len(chosen) - size + 1):
                    some = chosen[at : at + size]
                    share = sum(word in telling for word in some) / len(telling)
                    for language in {"en" if language == "en" else "nb" for language in self._languages}:
                        found[" ".join(self._stem(word, language) for word in some)] = share
        return [self._query.boost_query(self._term("phrase", phrase), _WHOLE_NAME * share) for phrase, share in found.items() if share]

    def _same_phrases(self, words: list[str]) -> list[Any]:
        clauses = []
        for size in (2, 3, 4):
            for at in range(len(words) - size + 1):
                for phrase in self._same_as(words[at : at + size]):
                    clauses.append(self._query.boost_query(self._all(phrase), _MEANS_THE_SAME))
        return clauses

    def _same_as(self, words: list[str]) -> list[str]:
        found: dict[str, None] = {}
        for language in ("nb", "en"):
            found |= dict.fromkeys(self._same.get(tuple(self._stem(word, language) for word in words), ()))
        return list(found)

    def _word(self, word: str, *, is_last: bool) -> tantivy.Query:
        """A word as its stems, or near it: the best of the ways in which it may be meant."""
        ways: list[tuple[Any, float]] = []
        stems = [found for found in self.stems(word) if found in self._known]
        ways += [(self._stem_query(found), 1.0) for found in stems]
        ways += [(self._all(phrase), _MEANS_THE_SAME) for phrase in self._same_as([word])]
        parts = self._splitter.split(word)
        if parts:
            ways.append((self._compound(parts), _COMPOUND))
        is_known = bool(ways)
        if not is_known or len(word) >= 5:
            distance, near = self._speller.near(word, furthest=0 if is_known else 2)
            for other in near:
                ways += [(self._stem_query(found), _MISSPELT[distance]) for found in self.stems(other)]
                ways += [(self._all(phrase), _MISSPELT[distance] * _MEANS_THE_SAME) for phrase in self._same_as([other])]
        if is_last and len(word) >= _START_FROM:
            ways.append((self._begins("title_word", sound(word), _BEGINS_TITLE_WORD), 1.0))
            ways.append((self._begins("word", sound(word), _BEGINS_WORD), 1.0))
        return self._either(ways)

    def _compound(self, parts: tuple[str, ...]) -> tantivy.Query:
        each = [self._either([(self._stem_query(part), 1.0), *((self._all(phrase), _MEANS_THE_SAME) for phrase in self._same.get((part,), ()))]) for part in parts]
        whole = self._query.boolean_query([(self._occur.Must, one) for one in each])
        some = [(self._occur.Should, self._query.boost_query(one, _PART)) for one in each]
        return self._query.boolean_query([(self._occur.Should, whole), *some])

    def _all(self, phrase: str) -> tantivy.Query:
        words = words_of(phrase)
        each = []
        for word in words:
            ways = [(self._stem_query(found), 1.0) for found in self.stems(word)]
            parts = self._splitter.split(word)
            if parts and not any(found in self._known for found in self.stems(word)):
                ways.append((self._query.boolean_query([(self._occur.Must, self._stem_query(part)) for part in parts]), 1.0))
            each.append(self._either(ways))
        return self._query.boolean_query([(self._occur.Must, one) for one in each])

    def _begins(self, field: str, heard: str, weight: float) -> tantivy.Query:
        begins = self._query.fuzzy_term_query(self._schema, field, heard, distance=0, prefix=True)
        return self._query.const_score_query(begins, weight)

    def _either(self, ways: list[tuple[Any, float]]) -> tantivy.Query:
        return self._query.disjunction_max_query([self._query.boost_query(way, weight) for way, weight in ways], tie_breaker=0.2)

    def _stem_query(self, token: str) -> tantivy.Query:
        return self._either([(self._term(field, token), weight) for field, weight in _WEIGHTS.items()])

    def _term(self, field: str, text: str) -> tantivy.Query:
        return self._query.term_query(self._schema, field, text, index_option="freq" if field in _WEIGHTS else "basic")
