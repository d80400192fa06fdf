"""What several pages of self-checks share: words in the reader's language, and the box of a red flag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.content import reading
from webapp.content.site import EmergencyNumber, named_numbers
from webapp.kernel.language import localised
from webapp.selfchecks.domain.questionnaire import RedFlag
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.markdown import Html

LEVELS = {
    "yourself": _("What you can do yourself"),
    "people": _("Talk to those around you"),
    "municipality": _("What the municipality can help with"),
}


def html(text: str) -> Html:
    """Answer a text of content as HTML."""
    return reading.html(text, language())


def words(text: Mapping[str, str]) -> str:
    """Answer a text in the reader's language."""
    return localised(text, language())


@dataclass(frozen=True, slots=True)
class FlagBox:
    """What to do at once, and whom to ring."""

    text: Html
    numbers: list[EmergencyNumber]

    @classmethod
    def of(cls, flag: RedFlag) -> FlagBox:
        """Answer the box of a red flag."""
        return cls(html(words(flag.text)), named_numbers(list(flag.numbers)))
