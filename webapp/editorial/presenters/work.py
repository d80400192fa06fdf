"""The work list: what is to be done, each thing with one next step (RE-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask_babel import ngettext

from webapp.content.words import OWNERS
from webapp.editorial.current import FEEDBACK, of_page, page_address, part_word
from webapp.editorial.presenters.common import kind_name, part_name, title_of
from webapp.editorial.presenters.page import PROBLEMS
from webapp.editorial.queries.work import Sort, Work
from webapp.web.i18n import language, write_date
from webapp.web.i18n import lazy_gettext as _

SHOWN = 8
HEADINGS = {
    Sort.FAILED: _("Not published at its time"),
    Sort.APPROVE: _("Waiting for your approval"),
    Sort.RETURNED: _("Sent back to you"),
    Sort.APPROVED: _("Approved, ready to be published"),
    Sort.MERGE: _("Two texts have parted"),
    Sort.SHARED: _("A shared text has changed beside yours"),
    Sort.BROKEN: _("Links that lead nowhere"),
    Sort.REVIEW: _("To be gone through"),
    Sort.MINE: _("Your drafts"),
    Sort.LANGUAGE: _("Languages that are missing or older"),
    Sort.COMMENTS: _("Comments on drafts"),
    Sort.ANSWERS: _("Pages that did not answer"),
    Sort.SUGGESTIONS: _("Suggested pages"),
    Sort.SEARCH: _("Searched for, and not found"),
}
STEPS = {
    Sort.FAILED: _("Mend it"),
    Sort.APPROVE: _("Look at it"),
    Sort.RETURNED: _("Change it"),
    Sort.APPROVED: _("Publish it"),
    Sort.MERGE: _("Choose the text"),
    Sort.SHARED: _("See what changed"),
    Sort.BROKEN: _("Mend the link"),
    Sort.REVIEW: _("Go through it"),
    Sort.MINE: _("Write on"),
    Sort.LANGUAGE: _("Translate it"),
    Sort.COMMENTS: _("Read the comments"),
    Sort.ANSWERS: _("See what was said"),
    Sort.SUGGESTIONS: _("Read the suggestion"),
    Sort.SEARCH: _("See what the search finds"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do."""

    title: str
    note: str
    step: str
    href: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things to do of one sort."""

    id: str
    heading: str
    lines: tuple[Line, ...]
    more: str
    number: int


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The work list."""

    groups: tuple[Group, ...]
    may_edit: bool


def work_page(found: Mapping[Sort, Sequence[Work]], today: date, *, may_edit: bool, whole: str = "") -> WorkPage:
    """Make the work list; of a long group the first are shown, unless it is asked for whole."""
    groups = []
    for sort, several in found.items():
        shown = several if sort.value == whole else several[:SHOWN]
        more = f"/redaksjon/?{urlencode({'alle': sort.value})}#{sort.value}" if len(shown) < len(several) else ""
        lines = tuple(_line(one, today, may_edit=may_edit) for one in shown)
        groups.append(Group(sort.value, str(HEADINGS[sort]), lines, more, len(several)))
    return WorkPage(tuple(groups), may_edit)


def _line(one: Work, today: date, *, may_edit: bool) -> Line:
    step = str(STEPS[one.sort])
    if one.sort is Sort.SUGGESTIONS:
        said = _times_said(one.number)
        return Line(f"«{one.about}»", said, step, f"{FEEDBACK}/{one.detail}")
    if one.place is None:
        said = ngettext("%(num)s time in the last 90 days", "%(num)s times in the last 90 days", one.number)
        return Line(f"«{one.about}»", said, step, f"/{language()}/sok?{urlencode({'q': one.about})}")
    home = page_address(one.place)
    href = home
    if one.sort in {Sort.COMMENTS, Sort.ANSWERS}:
        href = of_page(one.place.kind, one.place.slug)
    if may_edit and one.sort in {Sort.LANGUAGE, Sort.BROKEN, Sort.MINE, Sort.RETURNED}:
        href = f"{home}/{part_word(one.about)}" if one.about else home
    if one.sort in {Sort.MERGE, Sort.SHARED} and may_edit:
        href = f"{home}/flett"
    return Line(title_of(one.place), _note(one, today), step, href)


def _times_said(number: int) -> str:
    return ngettext("said %(num)s time", "said %(num)s times", number) if number > 1 else ""


def _said(one: Work) -> list[str]:
    if one.sort is Sort.COMMENTS:
        return [ngettext("%(num)s comment", "%(num)s comments", one.number)]
    sentences = int(one.about)
    missed = ngettext("%(num)s did not find the answer", "%(num)s did not find the answer", one.number)
    written = ngettext("%(num)s sentence", "%(num)s sentences", sentences)
    return [*([missed] if one.number else []), *([written] if sentences else [])]


def _note(one: Work, today: date) -> str:
    assert one.place is not None
    whose = str(_("shared")) if one.place.is_shared else str(_("our own"))
    kind = f"{kind_name(one.place)}, {whose}"
    match one.sort:
        case Sort.REVIEW:
            owner = str(OWNERS.get(one.detail, ""))
            when = write_date(one.about)
            is_late = date.fromisoformat(one.about) < today
            said = _("was due %(day)s", day=when) if is_late else _("due %(day)s", day=when)
            return ", ".join(filter(None, (kind, str(said), owner)))
        case Sort.LANGUAGE:
            said = _("is missing in %(language)s", language=part_name(one.about).lower())
            if one.detail == "older":
                said = _("is older in %(language)s than in bokmål", language=part_name(one.about).lower())
            return f"{kind}, {said}"
        case Sort.RETURNED | Sort.FAILED:
            return f"{kind}. {PROBLEMS.get(one.detail, one.detail)}"
        case Sort.COMMENTS | Sort.ANSWERS:
            return ", ".join([kind, *_said(one)])
        case Sort.BROKEN:
            return f"{kind}, {part_name(one.about).lower()}"
    return kind
