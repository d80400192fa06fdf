"""The public pages of co-creation, as what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.content import reading
from webapp.content.current import library
from webapp.content.domain.library import Page
from webapp.content.reading import Link, Source, Upkeep
from webapp.content.urgent import Urgent
from webapp.kernel.language import best
from webapp.web.i18n import language
from webapp.web.markdown import Html


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What somebody sees who has answered: thanks, a place for a sentence, or why it was not kept."""

    page: Page
    is_found: bool | None
    step: str
    """`ask`, `sentence`, `thanks`, `many` or `machine`: what comes next."""
    is_sensitive: bool
    """Whether the page is one to be left quickly, which asks for no words."""
    href: str
    is_cleaned: bool = False
    urgent: Urgent | None = None


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """The page for a suggestion."""

    is_sent: bool = False
    is_cleaned: bool = False
    is_many: bool = False
    urgent: Urgent | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was said and changed."""

    id: str
    day: date
    said: str
    changed: str
    language: str
    by: str
    page: Link | None


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft on which everybody may comment."""

    title: str
    language: str
    """The language of the title; the reader's own where it is not known."""
    href: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What readers said and what was changed, and what they can say something about now (ABC-7b)."""

    page: Page
    lead: Html
    body: Html
    local: Html
    changes: list[Change]
    open: list[OpenDraft]
    sources: list[Source]
    upkeep: Upkeep

    @staticmethod
    def of(page: Page, today: date) -> ChangesPage:
        """Make the page as it is on a day: a draft is not listed after its last one."""
        said = library().said
        drafts = [_open(one) for one in said.get("open", ())]
        return ChangesPage(
            page=page,
            lead=reading.section(page, "lead"),
            body=reading.body(page),
            local=reading.local(page),
            changes=[_change(one) for one in said.get("changes", ())],
            open=[one for one in drafts if one.ends_on >= today],
            sources=reading.sources(page),
            upkeep=reading.upkeep(page),
        )


def _open(told: Mapping[str, Any]) -> OpenDraft:
    published = library().page(told["kind"], told["slug"], language())
    return OpenDraft(
        title=published.title if published else told["title"],
        language=published.language if published else language(),
        href=f"/{language()}/utkast/{told['secret']}",
        ends_on=date.fromisoformat(told["ends_on"]),
    )


def _change(told: Mapping[str, Any]) -> Change:
    shown = best(told["said"].keys(), language()) or language()
    page = library().page(told["kind"], told["slug"], language()) if told["kind"] else None
    return Change(
        id=told["id"],
        day=date.fromisoformat(told["day"]),
        said=told["said"].get(shown, ""),
        changed=told["changed"].get(shown, ""),
        language=shown,
        by=told["by"],
        page=reading.link(page) if page else None,
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """A comment that was made before, and what became of it."""

    about: str
    words: str
    name: str
    state: str
    reply: str
    language: str


@dataclass(frozen=True, slots=True)
class Commenting:
    """What stands under a draft that is open for comment."""

    action: str
    form: Any
    ends_on: date
    council: str
    earlier: tuple[Earlier, ...]
    is_sent: bool
    is_cleaned: bool
    is_many: bool = False
    urgent: Urgent | None = None
