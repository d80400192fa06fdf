"""Links and facts inside a text: `[text](entry:fall)` and `{telephone}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

LINK = re.compile(r"\[([^\[\]\n]*)\]\(([^)\s]*)\)")
IMAGE = re.compile(r"!\[")
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?»”]\s+|\n\s*|^\s*[-*]\s+|\n\s*[-*]\s+|\d\.\s+|\*\*)$")
"""What stands before the first word of a sentence or of a list point."""
INTERNAL = ("entry", "service", "task", "aid", "offer", "page", "selfcheck")
OUTSIDE = ("https:", "tel:", "mailto:")


def targets(markdown: str) -> Iterator[str]:
    """Answer the targets of all links in a text, in their order."""
    for match in LINK.finditer(markdown):
        yield match.group(2)


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
        before = text[: match.start()]
        return value[:1].upper() + value[1:] if _SENTENCE_BEGINS.search(before) else value

    return PLACEHOLDER.sub(replace, text)
