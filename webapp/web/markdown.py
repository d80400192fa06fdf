"""HTML that cannot hurt, from Markdown and from marked text; the only place that makes Markup (docs/adr/0001).

Raw HTML is off in the parser, bleach keeps a short list of tags, and a property test holds the result
against nh3. Links lead to our own pages, https, tel and mailto, and to nothing else; where one leads out of the house
stands beside its words. Images are our own, by a short reference, and no other.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import bleach
import segno
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from webapp.kernel.links import told_beside

MOST = 64 * 1024
TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "br", "blockquote", "abbr", "img"})
SCHEMES = frozenset({"https", "tel", "mailto"})
Html: TypeAlias = Markup
"""Safe HTML, as templates take it; only this module makes any from text."""
NOTHING = Markup("")
_RAISED = {"h3": "h2", "h4": "h3"}
_ADDRESS = re.compile(r"/(?!/)[\w\-./?=&%#:+]*|tel:\+?\d{3,15}|mailto:[\w.+-]+@[\w.-]+")

_POINTED = re.compile(r"<((?:https|mailto|tel):[^<>\s]*|[^<>\s@/]+@[^<>\s@/]+)>")
"""An address between signs, as mail programs paste them: it is words, and no tag."""
_A_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of text: with them a link could show another address than its own."""
_OURS = "image:"
_IMAGE = r"/bilde/[0-9a-f]{64}\.webp"
_OF_IMAGE = {
    "src": re.compile(_IMAGE),
    "srcset": re.compile(rf"{_IMAGE} \d{{1,4}}w(?:, {_IMAGE} \d{{1,4}}w){{0,3}}"),
    "sizes": re.compile(r"\(max-width: 45rem\) 100vw, 42rem"),
    "width": re.compile(r"\d{1,4}"),
    "height": re.compile(r"\d{1,4}"),
    "alt": re.compile(r"(?s:.*)"),
    "loading": re.compile("lazy"),
    "decoding": re.compile("async"),
}
"""What an image may say of itself; it is served by us, and by nobody who would learn who reads."""
_SIZES = "(max-width: 45rem) 100vw, 42rem"


@dataclass(frozen=True, slots=True)
class Image:
    """An image of ours as a page shows it: the addresses of its forms by width, its size, what it says to the blind."""

    forms: tuple[tuple[str, int], ...]
    width: int
    height: int
    alt: str


FindImage: TypeAlias = Callable[[str], Image | None]


def _no_image(_slug: str) -> Image | None:
    return None


def _render_image(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, env: dict[str, FindImage]) -> str:
    """Write an image of ours as HTML; of any other its words stay."""
    words = "".join(child.content for child in tokens[index].children or ())
    source = str(tokens[index].attrGet("src") or "")
    image = env["image"](source.removeprefix(_OURS)) if source.startswith(_OURS) else None
    if image is None:
        return str(Markup.escape(words))
    tag = Markup(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">'
    )
    srcset = ", ".join(f"{address} {width}w" for address, width in image.forms)
    return str(tag.format(image.forms[-1][0], srcset, _SIZES, image.width, image.height, words or image.alt))


_parser = MarkdownIt("commonmark", {"html": False}).disable(["code", "fence"])
_parser.add_render_rule("image", _render_image)


def _allows(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("a", "href"):
        return _ADDRESS.fullmatch(value) is not None or _is_outside(value)
    return tag == "img" and name in _OF_IMAGE and _OF_IMAGE[name].fullmatch(value) is not None


def _is_outside(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


class _Cleaning(threading.local):
    """A cleaner for each thread: bleach's keeps the text that it is cleaning in itself."""

    def __init__(self) -> None:
        self.cleaner = bleach.sanitizer.Cleaner(tags=TAGS, attributes=_allows, protocols=SCHEMES, strip=True)


_cleaning = _Cleaning()


class _Baring(threading.local):
    """A cleaner for each thread that keeps no tag at all."""

    def __init__(self) -> None:
        self.cleaner = bleach.sanitizer.Cleaner(tags=frozenset(), attributes={}, strip=True)


_bare = _Baring()
_MOST_NESTED = 5
"""So often are tags taken out of a text that comes to have new ones by it."""


def to_html(text: str, *, raise_headings: bool = False, image: FindImage = _no_image) -> str:
    """Answer cleaned HTML for a Markdown text; what is not allowed is gone, its words stay."""
    tokens = _parser.parse(_TURNING.sub("", text[:MOST]))
    for token in tokens:
        if raise_headings:
            token.tag = _RAISED.get(token.tag, token.tag)
        if token.children:
            token.children = list(_with_targets(token.children))
    return str(_cleaning.cleaner.clean(_parser.renderer.render(tokens, _parser.options, {"image": image})))


def _with_targets(tokens: Sequence[Token]) -> Iterator[Token]:
    """Put beside the words of a link that leads out of the house where it leads."""
    target, words = "", ""
    for token in tokens:
        yield token
        if token.type == "link_open":
            target, words = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            told = told_beside(words, target)
            if told and _allows("a", "href", target):
                yield Token("text", "", 0, content=f" ({told})")
        else:
            words += token.content


def without_html(text: str) -> str:
    """Answer a written text without the tags of web pages, for keeping; its words and its Markdown stay as they are.

    What shows a text cleans it again (I1). A sign `<` that begins no tag is nobody's tag, and stays.
    """
    text = _POINTED.sub(r"\1", text)
    for _round in range(_MOST_NESTED):
        if not _A_TAG.search(text):
            return text
        kept = str(_bare.cleaner.clean(text.replace("&", "&amp;")))
        text = kept.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", '"').replace("&amp;", "&")
    return text.replace("<", "")


def render(text: str, *, raise_headings: bool = False, image: FindImage = _no_image) -> Markup:
    """Answer a Markdown text as safe HTML for a template; its headings one level up where it is told so.

    `image` finds an image of ours by its slug; without it a text shows none.
    """
    html = to_html(text, raise_headings=raise_headings, image=image)
    return Markup(html)  # noqa: S704 -- cleaned above, and held against nh3 in tests


def render_marked(pieces: list[tuple[str, bool]]) -> Markup:
    """Answer plain text pieces as HTML with the marked ones emphasised."""
    mark = Markup("<mark>{}</mark>")
    return NOTHING.join(mark.format(piece) if is_hit else Markup.escape(piece) for piece, is_hit in pieces)


def render_qr(address: str) -> Markup:
    """Answer an address as a QR code in SVG, for paper."""
    svg = segno.make(address, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704 -- drawn by the library from a bit pattern, with no text of anyone's
