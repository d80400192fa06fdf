"""What the page that is being written could do better: one part of a page in one language, looked at whole.

Pure: it gets the text and what is known of the rest of the site, and answers remarks with their places, how hard
the text is to read, and its paragraphs with the sentences that are hard. It answers for any text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from webapp.content.domain.check import (
    MOST_LIX,
    OPTION,
    is_too_hard,
    kind_of,
    leaves,
    measured_fields,
    shows_images,
    wanted,
)
from webapp.content.domain.fields import Field, Line, Text
from webapp.content.domain.kind import COMMON, Kind
from webapp.content.domain.links import PLACEHOLDER
from webapp.content.domain.pages import Fields, PageKey
from webapp.content.domain.remarks import Ground, Matter, Remark, headings, must, unseen
from webapp.content.domain.wording import PlainWords, advice
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import Bare, Readability, bare, excerpt, sentences, together
from webapp.municipalities.domain.municipality import PLACEHOLDERS

MOST_WORDS = 20
"""Words in a sentence; a longer one is remarked."""
HARD = 60.0
"""The LIX of a sentence from which it is called hard, where it is long enough to measure."""
_LEAST_MEASURED = 9
_MOST_PARAGRAPH = 75
_MOST_SECTION = 300
_MOST_READ = 32_000
"""How much of a text is looked at: more than any field takes, and not all that may be pasted."""
_RUNNING = "body"
"""The one section that is a whole page of running text, with headings of its own."""
_BREAK = re.compile(r"\n[^\S\n]*\n|\n[^\S\n]*-[^\S\n]")
"""What stands between two paragraphs of a text without marks: an empty line, or the mark of a list point."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the rest of the site: its pages and images, and the words to say instead of hard ones."""

    pages: Collection[tuple[str, str]]
    """Kind and slug of every page that a text may link to."""
    plain_words: PlainWords
    images: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The images by their slugs, with the languages in which each needs no words any more."""

    def exists(self, kind: str, slug: str) -> bool:
        """Tell whether there is such a page or image."""
        return slug in self.images if kind == "image" else (kind, slug) in self.pages


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader reads it, where it stands in the text as it is written, and what is remarked of it."""

    text: str
    start: int
    end: int
    words: int
    matter: Matter | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or list point: its field, where it stands, how hard it is, its sentences."""

    field: str
    start: int
    end: int
    readability: Readability
    sentences: tuple[Sentence, ...]

    @property
    def is_hard(self) -> bool:
        """Tell whether a sentence of it is remarked, or it is above what a whole page may be."""
        return any(sentence.matter for sentence in self.sentences) or (
            self.readability.words >= MOST_WORDS and self.readability.lix > MOST_LIX
        )


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a part of a page."""

    remarks: tuple[Remark, ...]
    readability: Readability
    paragraphs: tuple[Paragraph, ...]

    @property
    def to_mend(self) -> tuple[Remark, ...]:
        """What must be mended before the text is published."""
        return tuple(remark for remark in self.remarks if not remark.is_advice)

    @property
    def advice(self) -> tuple[Remark, ...]:
        """What may be left as it is."""
        return tuple(remark for remark in self.remarks if remark.is_advice)


def examine(key: PageKey, fields: Fields, known: Known, *, common: Fields, over_shared: bool = False) -> Examined:
    """Examine a part of a page while it is written (RE-2, RE-2b).

    `common` is what the page's common part says. `over_shared`: the text stands over a shared page of the same name,
    and gives only what differs.
    """
    kind = kind_of(key)
    table = kind.common if key.language == COMMON else kind.texts
    measured = measured_fields(kind, fields) if key.language != COMMON else []
    remarks = [] if over_shared else list(_missing(key, table, fields, common))
    paragraphs: list[Paragraph] = []
    for place, text, field_type in leaves(fields, table):
        if not isinstance(field_type, Line | Text):
            continue
        read = text[:_MOST_READ]
        stripped = bare(read)
        where = _Place(key, place, field_type, kind)
        if len(text) > field_type.most:
            over = (field_type.most, len(text))
            remarks.append(Remark(Matter.TOO_LONG, *over, f"{over[0]}", f"{over[1]}", place))
        remarks += [replace(one, field=place) for one in _of_text(where, read, stripped, known)]
        if where.is_read and (isinstance(field_type, Text) or place in measured):
            own = list(_paragraphs(place, stripped))
            remarks += _of_paragraphs(place, own)
            paragraphs += own
    found = together(one.text for own in paragraphs if own.field in measured for one in own.sentences)
    if is_too_hard(key.language, found):
        remarks.append(Remark(Matter.HARD_TEXT, 0, 0, f"{found.lix:g}", f"{MOST_LIX:g}"))
    return Examined(tuple(_without_title(remarks, fields.get("title"))), found, tuple(paragraphs))


def _without_title(remarks: list[Remark], title: object) -> Iterator[Remark]:
    """Leave out the words that the page is about: it explains them."""
    known = title.lower() if isinstance(title, str) else ""
    for remark in remarks:
        if remark.matter not in {Matter.JARGON, Matter.HEAVY_WORD} or remark.words.lower() not in known:
            yield remark


def _missing(key: PageKey, table: tuple[Field, ...], fields: Fields, common: Fields) -> Iterator[Remark]:
    required = [field.name for field in table if field.required]
    more = [] if key.language == COMMON else [name for name in wanted(key.kind, common) if name not in required]
    for name in [*required, *more]:
        if fields.get(name) in (None, "", [], {}):
            yield Remark(Matter.MISSING, 0, 0, field=name)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text stands: its part, its field, and what that field takes."""

    key: PageKey
    name: str
    type: Line | Text
    kind: Kind

    @property
    def language(self) -> str:
        """The language of the text: its part's, or the one that it stands under in a document; empty for none."""
        found = self.name.rpartition(".")[2] if self.key.language == COMMON else self.key.language
        return found if found in LANGUAGES else ""

    @property
    def is_read(self) -> bool:
        """Whether readers read it; synonyms are what people search for, plain or not."""
        return bool(self.language) and not self.name.startswith("synonyms[")


def _of_text(place: _Place, text: str, stripped: Bare, known: Known) -> Iterator[Remark]:
    ground = Ground(
        exists=known.exists,
        facts=(*PLACEHOLDERS, OPTION) if place.key.kind == "selfcheck" else PLACEHOLDERS,
        shows_images=shows_images(place.kind, place.name),
        names_amounts=place.key.kind == "municipality",
        alt=lambda slug: place.language in known.images.get(slug, ()),
    )
    yield from _form(text, place.type)
    yield from must(text, stripped, ground)
    if isinstance(place.type, Text):
        yield from headings(text)
    if place.is_read:
        yield from advice(text, stripped, place.language, known.plain_words)


def _form(text: str, field_type: Line | Text) -> Iterator[Remark]:
    """Remark what a field of this type does not take."""
    yield from unseen(text)
    if isinstance(field_type, Line) and "\n" in text.strip():
        at = text.index("\n", len(text) - len(text.lstrip()))
        yield Remark(Matter.LINE_BREAK, at, at + 1)
    elif isinstance(field_type, Line) and not re.fullmatch(field_type.pattern or "(?s:.*)", text.strip()):
        yield Remark(Matter.WRONG_FORM, 0, len(text), excerpt(text, 60))


def _paragraphs(place: str, stripped: Bare) -> Iterator[Paragraph]:
    """Answer the paragraphs of a text, by the very sentences that its readability is measured by."""
    gathered: list[Sentence] = []
    last = 0
    for start, end in sentences(stripped.text):
        if gathered and _BREAK.search(stripped.text, last, start):
            yield _paragraph(place, gathered)
            gathered = []
        gathered.append(_sentence(stripped, start, end))
        last = end
    if gathered:
        yield _paragraph(place, gathered)


def _paragraph(place: str, found: list[Sentence]) -> Paragraph:
    return Paragraph(place, found[0].start, found[-1].end, together(one.text for one in found), tuple(found))


def _sentence(stripped: Bare, start: int, end: int) -> Sentence:
    text = stripped.text[start:end]
    measured = together([text])
    without_facts = together([PLACEHOLDER.sub("", text)])
    matter = None
    if measured.words > MOST_WORDS:
        matter = Matter.LONG_SENTENCE
    elif without_facts.words >= _LEAST_MEASURED and without_facts.lix >= HARD:
        matter = Matter.HARD_SENTENCE
    return Sentence(text, *stripped.span(start, end), measured.words, matter)


def _of_paragraphs(place: str, found: list[Paragraph]) -> Iterator[Remark]:
    """Remark sentences and paragraphs that ask too much of a reader, and a section that goes on and on."""
    for paragraph in found:
        for sentence in paragraph.sentences:
            if sentence.matter:
                said = excerpt(sentence.text, 60)
                yield Remark(sentence.matter, sentence.start, sentence.end, said, f"{sentence.words}", place)
        if paragraph.readability.words > _MOST_PARAGRAPH:
            number = f"{paragraph.readability.words}"
            yield Remark(Matter.LONG_PARAGRAPH, paragraph.start, paragraph.end, number, field=place)
    number_of_words = sum(paragraph.readability.words for paragraph in found)
    if number_of_words > _MOST_SECTION and place != _RUNNING:
        yield Remark(Matter.LONG_SECTION, 0, 0, f"{number_of_words}", field=place)
