"""How well each use of a colour can be read: in words and numbers, with the colours beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.municipalities.domain.theme import contrasts, is_readable
from webapp.web.i18n import lazy_gettext as _

USE_WORDS = {
    "button": _("White text on a button"),
    "page": _("A heading or a link on white"),
    "link": _("A link on a tinted field"),
    "frame": _("Frames around fields and buttons"),
    "dark-button": _("Text on a button, in the dark"),
    "dark-page": _("A heading or a link, in the dark"),
    "dark-link": _("A link on a tinted field, in the dark"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a colour."""

    words: str
    front: str
    back: str
    told: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class LookMore:
    """A colour that is tried out: whether it can be used, how each use of it reads, and where it is shown."""

    colour: str
    is_right: bool
    is_own: bool
    uses: list[Use]
    previews: list[tuple[str, str]]

    @classmethod
    def of(cls, colour: str, own: str, languages: Sequence[str]) -> LookMore:
        """Answer what is shown of a colour as it was written."""
        found = contrasts(colour) if re.fullmatch("#[0-9a-f]{6}", colour) else []
        is_right = is_readable(colour)
        shown = [(code, f"/admin/utseende/vis/{code}/{colour[1:]}") for code in languages] if is_right else []
        uses = [
            Use(str(USE_WORDS[one.name]), one.front, one.back, _told(one.found, one.least), one.is_enough)
            for one in found
        ]
        return cls(colour, is_right, bool(own), uses, shown)


def _told(found: float, least: float) -> str:
    numbers = [f"{int(number * 10) / 10:.1f}".replace(".", ",") for number in (found, least)]
    return str(_("%(found)s to 1; at least %(least)s to 1", found=numbers[0], least=numbers[1]))
