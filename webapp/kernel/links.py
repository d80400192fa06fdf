"""What can be said of a link alone: where it leads, and whether its words name that place."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?:[a-z0-9æøå-]{1,63}\.){1,6}(?:no|com|org|net|eu|info|io|se|dk|example)\b", re.IGNORECASE)
_LEAST_DIGITS = 3


def host_of(target: str) -> str:
    """Answer the host that a link leads to, or that its letters go to, without www; empty where it names none."""
    if target.startswith("mailto:"):
        return target.rpartition("@")[2].lower()
    try:
        return (urlsplit(target).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def misleads(words: str, target: str) -> bool:
    """Tell whether the words of a link name another place, or another number, than it leads to."""
    if target.startswith("tel:"):
        said, leads_to = _digits(words), _digits(target)
        return len(said) >= _LEAST_DIGITS and not (leads_to.endswith(said) or said.endswith(leads_to))
    named = _named(words)
    return bool(named) and named != {host_of(target)}


def told_beside(words: str, target: str) -> str:
    """Answer what is shown beside the words of a link that leads out, so that nobody is led astray.

    Empty for a link to a page of ours, and where the words name the place themselves.
    """
    scheme, _, rest = target.partition(":")
    if scheme == "tel":
        said = _digits(words)
        return "" if len(said) >= _LEAST_DIGITS and not misleads(words, target) else rest
    if scheme == "mailto":
        return "" if words.strip().lower() == rest.lower() else rest
    host = host_of(target)
    return "" if _named(words) == {host} else host


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _named(words: str) -> set[str]:
    return {found.lower().removeprefix("www.") for found in _HOST.findall(words)}
