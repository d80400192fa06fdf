"""Which letters a PDF of ours can show, exactly as the fonts have them; what they lack becomes one visible sign."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

from webapp.kernel.errors import StartError

FONTS = Path(__file__).parents[2] / "static" / "dist" / "fonts"
LACKING = "\N{WHITE SQUARE}"
FAMILIES = ("Noto Sans", "Noto Naskh Arabic")
"""Latin with the Sámi letters, Greek and Cyrillic; Arabic. `base.typ` names them in this order."""
SIGNS = frozenset(f"{LACKING}≤≥→✓☐")
"""What the font that comes inside typst is used for, and nothing else."""
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_REFUSED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_ENDS = re.compile(r"\r\n?")


@cache
def letters() -> Mapping[str, frozenset[str]]:
    """Answer the letters of each family that can be shown; the build of the assets has written them down."""
    try:
        written: dict[str, list[int]] = json.loads((FONTS / "letters.json").read_text("utf-8"))
    except OSError as error:
        raise StartError("the fonts are not built: run `make assets`") from error
    return {
        family: frozenset(letter for letter in map(chr, written[family]) if category(letter) not in _REFUSED)
        for family in FAMILIES
    }


def writable(text: str) -> str:
    """Answer a text with the letters that the fonts of the PDF have; what they lack becomes a visible sign.

    The same is shown, signed and printed. A second time changes nothing; line ends become one kind.
    """
    if text.isascii() and text.isprintable():
        return text
    found, family = [], None
    for letter in normalize("NFC", _ENDS.sub("\n", text)):
        if _belongs_to_the_letter_before(letter):
            found.append(letter if family and _may_follow(letter, family) else LACKING)
            continue
        family = next((one for one in FAMILIES if letter in letters()[one]), None)
        found.append(letter if family or letter in SIGNS or letter in "\n\t" else LACKING)
    return "".join(found)


def settled(data: Any) -> Any:
    """Answer data whose every text is writable, as it must be before it is frozen and signed."""
    if isinstance(data, str):
        return writable(data)
    if isinstance(data, Mapping):
        return {name: settled(item) for name, item in data.items()}
    return [settled(item) for item in data] if isinstance(data, list | tuple) else data


def _belongs_to_the_letter_before(letter: str) -> bool:
    return letter in _JOINERS or category(letter).startswith("M")


def _may_follow(letter: str, family: str) -> bool:
    """A mark is drawn by the font of its letter; a joiner is at home in Arabic only, elsewhere it would hide."""
    return family == FAMILIES[1] if letter in _JOINERS else letter in letters()[family]
