"""What could be better in a text, in words for whoever writes it: what must be mended first, then advice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import format_decimal, gettext, ngettext

from webapp.content.current import library
from webapp.content.domain import images, links
from webapp.content.domain.pages import Fields, PageKey
from webapp.content.domain.remarks import Matter, Remark
from webapp.content.domain.wording import PlainWords
from webapp.content.domain.writing import Examined, Known, Paragraph, examine
from webapp.kernel.text import Readability
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import Html, render_marked

SENTENCES = {
    Matter.MISSING: _("This must be filled in."),
    Matter.TOO_LONG: _("Write at most %(words)s characters. There are %(instead)s now."),
    Matter.LINE_BREAK: _("Write it on one line."),
    Matter.UNSEEN: _("Here is a sign that cannot be seen (%(words)s). Write this place anew instead of pasting it."),
    Matter.WRONG_FORM: _("«%(words)s» cannot be used here."),
    Matter.BROKEN_LINK: _("The link to «%(words)s» leads nowhere. Choose a page that is there."),
    Matter.FOREIGN_LINK: _(
        "The link to «%(words)s» cannot be used. A link leads to one of our pages, or begins with https://, tel: or "
        "mailto:."
    ),
    Matter.UNREADABLE_LINK: _("A link cannot be read. Write it [words](address), on one line."),
    Matter.MISLEADING_LINK: _("The link says «%(words)s», but leads to %(instead)s. Let the words say where it leads."),
    Matter.UNKNOWN_FACT: _("{%(words)s} is no fact about the municipality. Choose another, or take it away."),
    Matter.BROKEN_IMAGE: _("There is no image called «%(words)s». Put it in first, or take it away here."),
    Matter.FOREIGN_IMAGE: _("An image from elsewhere is not shown. Put it in here first, and use its short reference."),
    Matter.IMAGE_NOT_HERE: _("The image «%(words)s» cannot stand here. Move it to a section further down."),
    Matter.NO_ALT: _(
        "The image «%(words)s» says nothing in this language to those who cannot see it. Write it at the image."
    ),
    Matter.HTML: _("%(words)s is a code for web pages. Take it away."),
    Matter.AMOUNT: _("«%(words)s» is an amount. Amounts change every year: link to where this one is set."),
    Matter.HEADING_TOO_HIGH: _("The heading «%(words)s» stands above its section. Begin its line with ###."),
    Matter.HEADING_JUMP: _("The heading «%(words)s» skips a level. Take away a # in front of it."),
    Matter.HARD_TEXT: _(
        "The page is hard to read: LIX %(words)s, and at most %(instead)s is allowed. Write shorter sentences and "
        "shorter words."
    ),
    Matter.HARD_SENTENCE: _("This sentence has many long words: «%(words)s»"),
    Matter.LONG_SENTENCE: _("This sentence has %(instead)s words. Make two of it: «%(words)s»"),
    Matter.LONG_PARAGRAPH: _("A paragraph has %(words)s words. One thought in each is easier to read."),
    Matter.LONG_SECTION: _("This section has %(words)s words. Leave something out, or put it on a page of its own."),
    Matter.JARGON: _("«%(words)s» is a word of the trade. Write «%(instead)s», or explain the word."),
    Matter.HEAVY_WORD: _("«%(words)s» can be said more plainly: «%(instead)s»."),
    Matter.ABBREVIATION: _("«%(words)s» is an abbreviation. Write «%(instead)s»."),
    Matter.PASSIVE: _("«%(words)s» does not say who does it. Say who."),
    Matter.EMPTY_LINK_WORDS: _("The link words «%(words)s» say nothing by themselves. Say where the link leads."),
}
_MARKED = {
    Matter.LONG_SENTENCE: _("Long sentence"),
    Matter.HARD_SENTENCE: _("Many long words"),
}
_EASE = (
    (25, _("very easy to read")),
    (35, _("easy to read")),
    (45, _("neither easy nor hard to read")),
    (55, _("hard to read")),
)
Name = Callable[[str], str]
"""Answers the name that a field has on screen, or the address of its place in the form."""


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """A remark in words: at which field, and what to do."""

    field: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph as it is read, its hard sentences marked, and told in words too."""

    field: str
    lix: str
    ease: str
    body: Html
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemarksBox:
    """Everything that is said beside a text while it is written."""

    to_mend: tuple[RemarkLine, ...]
    advice: tuple[RemarkLine, ...]
    summary: str
    """How hard the page is to read, in a sentence; empty where there is no text yet."""
    hard: tuple[MarkedParagraph, ...]

    @classmethod
    def of(cls, found: Examined, *, name: Name, href: Name, facts: Mapping[str, str]) -> RemarksBox:
        """Answer what is said of a text that was examined; the municipality's facts stand in its sentences."""
        bare_facts = {fact.replace("_", ""): value for fact, value in facts.items()}
        return cls(
            to_mend=_lines(found.to_mend, name, href),
            advice=_lines(found.advice, name, href),
            summary=_summary(found.readability),
            hard=tuple(_marked(one, name, bare_facts) for one in found.paragraphs if one.is_hard),
        )

    @property
    def is_good(self) -> bool:
        """Tell whether nothing is remarked."""
        return not self.to_mend and not self.advice


def remarks_on(
    key: PageKey, fields: Fields, *, common: Fields, name: Name, href: Name, over_shared: bool = False
) -> RemarksBox:
    """Examine a part of a page as this municipality's readers would get it, and say it in words."""
    found = examine(key, fields, known(), common=common, over_shared=over_shared)
    return RemarksBox.of(found, name=name, href=href, facts=library().municipality.placeholders(key.language))


def known() -> Known:
    """Answer what the texts of this municipality may lean on."""
    reader = library()
    said = {slug: images.languages_said(told) for slug, told in reader.images().items()}
    selfchecks = {("selfcheck", slug) for slug in reader.selfcheck_slugs}
    return Known(reader.page_slugs() | selfchecks, _plain_words(reader.code, reader.version), said)


@lru_cache(maxsize=8)
def _plain_words(_code: str, _version: int) -> PlainWords:
    """Make the words of the glossary ready once a version of a municipality's content."""
    return PlainWords.of(library().document("glossary"), library().document("words"))


def _lines(remarks: Iterable[Remark], name: Name, href: Name) -> tuple[RemarkLine, ...]:
    return tuple(
        RemarkLine(
            field=name(remark.field) if remark.field else "",
            href=href(remark.field) if remark.field else "",
            words=str(SENTENCES[remark.matter]) % {"words": remark.words, "instead": remark.instead},
        )
        for remark in remarks
    )


def _ease(lix: float) -> str:
    return next((str(words) for most, words in _EASE if lix <= most), gettext("very hard to read"))


def _summary(found: Readability) -> str:
    if not found.words:
        return ""
    number = ngettext("%(num)s word", "%(num)s words", found.words)
    return str(
        gettext(
            "%(number)s, LIX %(lix)s: %(ease)s.", number=number, lix=format_decimal(found.lix), ease=_ease(found.lix)
        )
    )


def _marked(paragraph: Paragraph, name: Name, facts: Mapping[str, str]) -> MarkedParagraph:
    pieces: list[tuple[str, bool]] = []
    for sentence in paragraph.sentences:
        pieces += [(" ", False)] if pieces else []
        pieces.append((links.fill(sentence.text, facts), sentence.matter is not None))
    told = [
        f"{_MARKED[sentence.matter]}: {ngettext('%(num)s word', '%(num)s words', sentence.words)}"
        for sentence in paragraph.sentences
        if sentence.matter in _MARKED
    ]
    lix = paragraph.readability.lix
    return MarkedParagraph(name(paragraph.field), format_decimal(lix), _ease(lix), render_marked(pieces), tuple(told))
