"""Links, images and facts inside a text: `[text](entry:fall)`, `![](image:rullator)` and `{telephone}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from webapp.kernel.text import capital

LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(([^)\s]{0,600})\)")
IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\(image:([^)\s]{0,80})\)")
"""An image of ours, by its slug; words between the brackets stand in for it instead of its own."""
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?»”]\s+|\n\s*|^\s*[-*]\s+|\n\s*[-*]\s+|\d\.\s+|\*\*)$")
"""What stands before the first word of a sentence or of a list point."""
_LOOK_BACK = 80
INTERNAL = ("entry", "service", "task", "aid", "offer", "page", "selfcheck")
OUTSIDE = ("https:", "tel:", "mailto:")


def internal(target: str) -> tuple[str, str] | None:
    """Answer kind and slug of a link to a page of ours, or None for any other link."""
    kind, _, slug = target.partition(":")
    return (kind, slug) if kind in INTERNAL else None


def resolve(markdown: str, address: Callable[[str, str], str | None]) -> str:
    """Replace internal targets by addresses; a link to a page that is not there keeps its text only."""

    def replace(match: re.Match[str]) -> str:
        text, target = match.groups()
        page = internal(target)
        if page is None:
            return match.group(0)
        found = address(*page)
        return f"[{text}]({found})" if found else text

    return LINK.sub(replace, markdown)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put a municipality's facts in their places; an unknown name stays as it is written.

    A name is written small in the facts (`hjemmetjenesten`) and gets a capital where a sentence begins.
    """

    def replace(match: re.Match[str]) -> str:
        value = values.get(match.group(1))
        if value is None:
            return match.group(0)
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        return capital(value) if _SENTENCE_BEGINS.search(before) else value

    return PLACEHOLDER.sub(replace, text)
