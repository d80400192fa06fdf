"""HTML that cannot hurt, from Markdown and from marked text; the only place that makes Markup (docs/adr/0001).

Raw HTML is off in the parser, bleach keeps a short list of tags, and a property test holds the result
against nh3. Links lead to our own pages, https, tel and mailto, and to nothing else.
"""

from __future__ import annotations

import re
import threading
from typing import TypeAlias
from urllib.parse import urlsplit

import bleach
import segno
from markdown_it import MarkdownIt
from markupsafe import Markup

MOST = 64 * 1024
TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "a", "h2", "h3", "h4", "br", "blockquote", "abbr"})
SCHEMES = frozenset({"https", "tel", "mailto"})
Html: TypeAlias = Markup
"""Safe HTML, as templates take it; only this module makes any from text."""
NOTHING = Markup("")
_RAISED = {"h3": "h2", "h4": "h3"}
_ADDRESS = re.compile(r"/(?!/)[\w\-./?=&%#:+]*|tel:\+?\d{3,15}|mailto:[\w.+-]+@[\w.-]+")

_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "code", "fence"])


def _allows(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("a", "href"):
        return _ADDRESS.fullmatch(value) is not None or _is_outside(value)
    return False


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


def to_html(text: str, *, raise_headings: bool = False) -> str:
    """Answer cleaned HTML for a Markdown text; what is not allowed is gone, its words stay."""
    tokens = _parser.parse(text[:MOST])
    if raise_headings:
        for token in tokens:
            token.tag = _RAISED.get(token.tag, token.tag)
    return str(_cleaning.cleaner.clean(_parser.renderer.render(tokens, _parser.options, {})))


def render(text: str, *, raise_headings: bool = False) -> Markup:
    """Answer a Markdown text as safe HTML for a template; its headings one level up where it is told so."""
    html = to_html(text, raise_headings=raise_headings)
    return Markup(html)  # noqa: S704 -- cleaned above, and held against nh3 in tests


def render_marked(pieces: list[tuple[str, bool]]) -> Markup:
    """Answer plain text pieces as HTML with the marked ones emphasised."""
    mark = Markup("<mark>{}</mark>")
    return NOTHING.join(mark.format(piece) if is_hit else Markup.escape(piece) for piece, is_hit in pieces)


def render_qr(address: str) -> Markup:
    """Answer an address as a QR code in SVG, for paper."""
    svg = segno.make(address, error="m").svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704 -- drawn by the library from a bit pattern, with no text of anyone's
