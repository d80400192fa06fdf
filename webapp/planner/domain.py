"""What a browser posts of a personal plan, read strictly: text, and never more than a plan may hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from webapp.kernel.errors import InvalidError
from webapp.kernel.text import without_hidden

MOST_ITEMS = 1000
MOST_TEXT = 300
MOST_NOTE = 500
"""In the script of the page they are the same (`webapp/assets/js/plan-store.js`)."""
_YEARS = range(2000, 2200)
_ID = re.compile(r"[0-9a-z-]{1,40}", re.ASCII)
_SOURCE = re.compile(r"(?:abc|tjenester|min-plan)/[a-z0-9-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing to do: in the words of the page that it comes from, or one's own."""

    id: str
    text: str
    note: str = ""
    day: date | None = None
    is_done: bool = False
    source: str = ""
    """The page it comes from, as its address goes on after the language; empty for one's own."""


def read_plan(posted: str) -> list[PlanItem]:
    """Answer the items of a posted plan, in their order; raise InvalidError where it is none."""
    try:
        written = json.loads(posted)
    except (ValueError, RecursionError) as error:
        raise InvalidError("not JSON") from error
    if not isinstance(written, list) or not 0 < len(written) <= MOST_ITEMS:
        raise InvalidError(f"not a list of 1 to {MOST_ITEMS}")
    return [_item(one) for one in written]


def _item(written: Any) -> PlanItem:
    if not isinstance(written, dict):
        raise InvalidError("not an item")
    text = _text(written, "text", MOST_TEXT)
    if not text:
        raise InvalidError("an item without words")
    return PlanItem(
        id=_id(written, text),
        text=text,
        note=_text(written, "note", MOST_NOTE),
        day=_day(_text(written, "date", 10)),
        is_done=written.get("done") is True,
        source=_text(written, "from", 100) if _SOURCE.fullmatch(str(written.get("from", ""))) else "",
    )


def _text(written: dict[str, Any], name: str, most: int) -> str:
    found = written.get(name, "")
    if not isinstance(found, str) or len(found) > most:
        raise InvalidError(f"{name}: not a text of at most {most} characters")
    return without_hidden(found.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _id(written: dict[str, Any], text: str) -> str:
    """The browser's own id, so that a later calendar file takes the place of an earlier one."""
    found = written.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else sha256(text.encode()).hexdigest()[:16]


def _day(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
