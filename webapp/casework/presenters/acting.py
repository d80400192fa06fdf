"""Something to do in a case: the page that asks for its words, and the one that asks why it is opened at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from webapp.casework.presenters.case import CasePage, EntryLine
from webapp.casework.presenters.common import Names, name_of
from webapp.casework.words import DOINGS
from webapp.kernel.alphabet import in_order
from webapp.kernel.ids import write_readable
from webapp.referrals.queries import Case

LATEST = 3
"""So many of the last things that were done are told after a conflict, without what was said."""


@dataclass(frozen=True, slots=True)
class ReasonPage:
    """A colleague's case, before anything of it is shown: why is it opened?"""

    id: str
    reference: str
    who: str
    then: str
    """What to go on to, where the caller was about to do something."""

    @classmethod
    def of(cls, case: Case, names: Names, then: str) -> ReasonPage:
        """Answer the page of somebody else's case."""
        return cls(case.id, write_readable(case.reference), name_of(case.assigned_to or "", names), then)


@dataclass(frozen=True, slots=True)
class ActPage:
    """One thing to do in a case, with what one must know for it; after a conflict, with what has happened."""

    case: CasePage
    word: str
    heading: str
    button: str
    action: str
    can_send: bool
    may_see: bool
    """Whether what was written may be shown: a colleague may have got the case in the meantime."""
    fault: str
    happened: list[EntryLine]

    @classmethod
    def of(cls, case: CasePage, word: str, *, may_see: bool, fault: str = "") -> ActPage:
        """Answer the page of an act."""
        return cls(
            case=case,
            word=word,
            heading=str(DOINGS[word].link or DOINGS[word].button),
            button=str(DOINGS[word].button),
            action=f"{case.action}/{word}?revisjon={case.revision}",
            can_send=not case.is_over or word == "notat",
            may_see=may_see,
            fault=fault,
            happened=case.entries[-LATEST:] if fault else [],
        )


def colleague_choices(names: Mapping[str, str], own: str) -> list[tuple[str, str]]:
    """Answer the colleagues that can be chosen, with nobody first."""
    others = [(one, name) for one, name in names.items() if one != own]
    return [("", gettext("Choose")), *in_order(others, lambda choice: choice[1])]
