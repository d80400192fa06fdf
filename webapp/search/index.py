"""The index of one library in one language, in memory (docs/adr/0005)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy

from webapp.search.domain.analyse import stem, words_of
from webapp.search.domain.vocabulary import Vocabulary, query_words
from webapp.search.lexicon import Lexicon
from webapp.search.meaning import NAME_START, NAME_WORD, PAIR, PHRASE, TITLE_START, TITLE_WORD, WEIGHTS, Meaning

_KINDS = {"entry": 1.15, "service": 1.1, "task": 1.05, "page": 1.0, "aid": 0.95, "offer": 0.9, "place": 0.8}
_KIND, _NUMBER = "kind", "number"
_START_FROM = 2
"""How many letters are a beginning that says something."""


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


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found, and its score."""

    document: Document
    score: float


class Index:
    """A searchable set of documents."""

    def __init__(self, documents: Iterable[Document], vocabulary: Vocabulary) -> None:
        self._documents = list(documents)
        self._vocabulary = vocabulary
        languages = {document.language for document in self._documents}
        languages |= {language for document in self._documents for language, _ in document.elsewhere}
        self._lexicon = Lexicon(vocabulary, languages)
        self._schema = _schema()
        index = tantivy.Index(self._schema)
        writer = index.writer(num_threads=1)
        for number, document in enumerate(self._documents):
            writer.add_document(self._row(number, document))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()
        self._lexicon.close()
        self._meaning = Meaning(self._schema, self._lexicon, vocabulary)

    def _row(self, number: int, document: Document) -> tantivy.Document:
        fields: dict[str, list[str]] = {name: [] for name in (*WEIGHTS, PHRASE, PAIR, TITLE_START, NAME_START, TITLE_WORD, NAME_WORD)}
        names = [
            ("title", document.language, document.title),
            *(("names", document.language, name) for name in document.synonyms),
            *(("elsewhere", language, name) for language, name in document.elsewhere),
        ]
        for field, language, name in names:
            words = words_of(name)
            self._lexicon.learn_name(name)
            stems = self._lexicon.name_stems(words, language)
            fields[field] += stems
            fields["parts"] += [part for word in words for part in self._lexicon.parts(word) if language != "en"]
            fields[PHRASE] += {" ".join(stems), " ".join(self._lexicon.name_stems(self._vocabulary.telling(words), language))}
            fields[PAIR] += self._lexicon.pairs(words)
            fields[TITLE_START if field == "title" else NAME_START].append(" ".join(words))
            fields[TITLE_WORD if field == "title" else NAME_WORD] += words
        fields["lead"] = self._lexicon.tokens(document.lead, document.language)
        fields["body"] = self._lexicon.tokens(document.body, document.language)
        self._lexicon.learn_page(token for name in WEIGHTS for token in fields[name])
        row = tantivy.Document(number=number, kind=document.kind)
        for name, tokens in fields.items():
            for text in [" ".join(tokens)] if name in WEIGHTS else dict.fromkeys(tokens):
                row.add_text(name, text)
        return row

    def search(self, query: str, *, most: int = 20, kinds: Sequence[str] = (), typing: bool = False) -> list[Hit]:
        """Answer the documents for a query, best first; `typing` takes the last word as a beginning."""
        words = query_words(query)
        if not words:
            return []
        begun = words[-1] if typing and len(words[-1]) >= _START_FROM else ""
        meaning = self._meaning.of(words, begun=begun)
        if kinds:
            wanted = tantivy.Query.term_set_query(self._schema, _KIND, list(kinds))
            only = tantivy.Query.const_score_query(wanted, 0.0)
            meaning = tantivy.Query.boolean_query([(tantivy.Occur.Must, meaning), (tantivy.Occur.Must, only)])
        found = self._searcher.search(meaning, limit=3 * most, count=False).hits
        numbers = self._searcher.fast_field_values(_NUMBER, [address for _, address in found])
        hits = []
        for (score, _), number in zip(found, numbers, strict=True):
            document = self._documents[number]
            hits.append(Hit(document, score * _KINDS.get(document.kind, 1.0)))
        hits.sort(key=lambda hit: (-hit.score, len(hit.document.title)))
        return hits[:most]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in (PHRASE, PAIR, TITLE_START, NAME_START, TITLE_WORD, NAME_WORD, _KIND):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field(_NUMBER, fast=True)
    return builder.build()
