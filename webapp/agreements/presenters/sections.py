"""The parts that are written together, as their pages: what is asked, in which order, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext

from webapp.agreements.actions.sections import (
    CHILDREN,
    CONTACT,
    ECONOMY,
    LAST_TIME,
    PREPAREDNESS,
    REVIEW,
    TECHNOLOGY,
)
from webapp.agreements.current import Me
from webapp.agreements.domain.states import RoundState
from webapp.agreements.forms import SHORT
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.proposing import BothPage
from webapp.web.forms import BaseForm
from webapp.web.i18n import lazy_gettext as _

WORDS = {
    "beredskap": PREPAREDNESS,
    "kontakt": CONTACT,
    "barn": CHILDREN,
    "teknologi": TECHNOLOGY,
    "okonomi": ECONOMY,
    "siste-tid": LAST_TIME,
    "neste-gang": REVIEW,
}
"""Word of the address → kind of part."""
TITLES: Mapping[str, LazyString] = {
    PREPAREDNESS: _("If something happens"),
    CONTACT: _("Who is in contact with whom"),
    CHILDREN: _("Children in the family"),
    TECHNOLOGY: _("Technology and keys"),
    ECONOMY: _("Money"),
    LAST_TIME: _("The last phase of life"),
    REVIEW: _("Next time we look at it"),
}
LEADS: Mapping[str, LazyString] = {
    PREPAREDNESS: _(
        "Write the three first answers now. The rest can wait. Danger to life: 113. Out of hours: 116 117."
    ),
    CONTACT: _("For example: Kari rings the home nursing every Friday. Leave empty what you do not need."),
    CHILDREN: _("Children never get tasks here. Leave it empty if there are none."),
    TECHNOLOGY: _("Leave it empty if there is nothing to agree on."),
    ECONOMY: _("Leave it empty if there is nothing to agree on."),
    LAST_TIME: _("Only if you want to. You can also leave it, and talk about it another time."),
    REVIEW: _("In three months is a good time for the first look."),
}


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part that is written together."""

    base: str
    action: str
    title: str
    lead: str
    short: tuple[str, ...]
    """The fields that stand first; the rest is folded."""
    fields: tuple[str, ...]
    lines: list[list[str]]
    """The fields of a plan, a line at a time."""
    is_day: bool
    can_write: bool
    written: list[tuple[str, str]]
    seen: int
    others: list[tuple[str, str]]
    message: str


def part_page(me: Me, word: str, form: BaseForm, *, seen: int, can_write: bool, message: str = "") -> PartPage:
    """Make the page of one part."""
    kind, base = WORDS[word], base_of(me.row.id)
    names = tuple(field.name for field in form)
    is_plan = kind == CONTACT
    return PartPage(
        base=base, action=f"{base}/{word}", title=str(TITLES[kind]), lead=str(LEADS[kind]),
        short=SHORT if kind == PREPAREDNESS else () if is_plan else names,
        fields=tuple(name for name in names if name not in SHORT) if kind == PREPAREDNESS else (),
        lines=_lines(names) if is_plan else [],
        is_day=kind == REVIEW, can_write=can_write, written=written(form), seen=seen,
        others=[(f"{base}/{other}", str(TITLES[of])) for other, of in WORDS.items() if other != word],
        message=message,
    )  # fmt: skip


def _lines(names: tuple[str, ...]) -> list[list[str]]:
    numbers = list(dict.fromkeys(name.rsplit("_", 1)[1] for name in names))
    return [[name for name in names if name.rsplit("_", 1)[1] == number] for number in numbers]


def written(form: BaseForm) -> list[tuple[str, str]]:
    """Answer what stands in a form, as labels and texts; what is empty is left out."""
    return [(str(field.label.text), str(field.data)) for field in form if field.data]


def both_parts(me: Me, word: str, theirs: BaseForm, mine: BaseForm, *, who: str, seen: int) -> BothPage:
    """Make the page for one who wrote in a part that somebody else had written in meanwhile."""
    base = base_of(me.row.id)
    posted = [(field.name, str(field.data or "")) for field in mine]
    return BothPage(
        base=base, heading=str(TITLES[WORDS[word]]), theirs=written(theirs), mine=written(mine),
        action=f"{base}/{word}", keep_words=gettext("Keep what %(name)s wrote", name=who or gettext("the other")),
        keep_action="", keep_fields=[], mine_words=gettext("Save mine in its place"),
        mine_fields=[*posted, ("seen", str(seen))], is_over=me.row.round_state != RoundState.SETTLING,
    )  # fmt: skip


def content_of(kind: str, form: BaseForm, lines: list[dict[str, str]]) -> dict[str, Any]:
    """Answer what is kept of a part: its fields, or the lines of a plan."""
    return {"lines": lines} if kind == CONTACT else {field.name: str(field.data or "") for field in form}
