"""What the text of an agreement is made of: plain data that a screen, a paper and a hash read alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
"""`text` with words, `list` with items, or `table` with head and rows; all of them only text."""
Section: TypeAlias = dict[str, Any]


def said(words: str) -> Block:
    """Answer a paragraph."""
    return {"kind": "text", "words": words}


def listed(items: Iterable[str]) -> Block:
    """Answer a list."""
    return {"kind": "list", "items": list(items)}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """Answer a table."""
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows]}


def if_any(block: Block, otherwise: str) -> Block:
    """Answer a list or a table, or a sentence where nothing stands in it."""
    return block if block.get("items") or block.get("rows") else said(otherwise)


def section(number: int, heading: str, blocks: Iterable[Block | None]) -> Section:
    """Answer a section; blocks that are None are left out."""
    return {"number": number, "heading": f"{number}. {heading}", "blocks": [one for one in blocks if one is not None]}


def words_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Answer every piece of text in the order in which it is shown."""
    yield document["title"]
    yield from document["intro"]
    if document["gaps"]["items"]:
        yield document["gaps"]["heading"]
        yield from document["gaps"]["items"]
    for one in document["sections"]:
        yield one["heading"]
        for block in one["blocks"]:
            yield from words_of_block(block)


def words_of_block(block: Block) -> Iterator[str]:
    """Answer the pieces of text of one block."""
    if "words" in block:
        yield block["words"]
    yield from block.get("items", ())
    yield from block.get("head", ())
    for row in block.get("rows", ()):
        yield from row
