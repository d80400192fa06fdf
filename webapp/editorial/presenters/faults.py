"""What is wrong in a draft, in words that say what to do about it."""

from __future__ import annotations

import re

from webapp.content.domain.check import Finding
from webapp.content.domain.fields import Choice, Day, FieldType, Flag, Line, Listing, Ref, Text, When, Whole
from webapp.content.domain.kind import COMMON
from webapp.editorial.queries.plans import PREFIX
from webapp.web.i18n import lazy_gettext as _


def what_is_wrong(field_type: FieldType, *, is_missing: bool, message: str) -> str:  # noqa: C901, PLR0911, PLR0912 -- one a type
    """Answer what to do about a field that is not right."""
    if is_missing:
        return str(_("This must be filled in."))
    if "a second time" in message or "stands twice" in message:
        return str(_("The same thing stands here twice. Take one away."))
    if "cannot be seen" in message:
        return str(_("Here is a sign that cannot be seen. Write the text anew instead of pasting it."))
    match field_type:
        case Day():
            return str(_("Write a date like 2027-03-31."))
        case Whole(least=least, most=most):
            return str(_("Write a whole number from %(least)s to %(most)s.", least=least, most=most))
        case Choice() | Flag():
            return str(_("Choose one of those in the list."))
        case Ref():
            return str(_("Choose a page that is there."))
        case When():
            return str(_("This condition cannot be read. Write it like q12 = yes or total >= 4."))
        case Line(most=most) | Text(most=most) if "characters" in message:
            return str(_("Write at most %(most)s characters.", most=most))
        case Line(pattern=pattern) if pattern.startswith("https"):
            return str(_("Write an address that begins with https://"))
        case Line(pattern=pattern) if pattern.startswith(r"\+?\d"):
            return str(_("Write a telephone number with digits and spaces: 61 35 90 00."))
        case Line() if "line break" in message:
            return str(_("Write it on one line."))
        case Line(allowed=allowed) if "a–z" in allowed:
            return str(_("Use small letters a–z, digits and hyphens."))
        case Listing(least=least, most=most):
            return str(_("There must be from %(least)s to %(most)s of these.", least=least, most=most))
    return str(_("This cannot be used as it is written."))


_FINDINGS = (
    (
        r"links to '(?P<target>[^']*)', which is not there",
        _("The link to %(target)s leads nowhere. Choose another page."),
    ),
    (
        r"links to '(?P<target>[^']*)'; allowed",
        _("The link to %(target)s is not allowed. Links lead to our own pages, https, tel and mailto."),
    ),
    (
        r"is '(?P<target>[^']*)', which no \w+ is called",
        _("There is no page called %(target)s. Take it away, or choose another."),
    ),
    (r"is '[^']*', the page itself", _("A page does not lead to itself. Take it away.")),
    (
        r"uses \{(?P<target>[^}]*)\}, which is no fact",
        _("«%(target)s» is not known here. Choose one from «Put in»."),
    ),
    (r"has a link that cannot be read", _("A link cannot be read. It is written [words](address), on one line.")),
    (r"has an image", _("Pictures cannot stand here. Take it away.")),
    (
        r"has HTML \((?P<target>[^)]*)\)",
        _("%(target)s is a code for web pages. Take it away; use the buttons above the text."),
    ),
    (
        r"names an amount \('(?P<target>[^']*)'\)",
        _("«%(target)s» is an amount. Link to where it is set instead: amounts change each year."),
    ),
    (r"is missing; allowed: a page with common", _("The facts of the page are not filled in.")),
    (r"is missing; allowed: a text in bokmål", _("The page has no text yet. It needs one in bokmål.")),
    (
        r"is missing; a task that is not_normally done says",
        _("Say why the municipality normally does not do it, and what there is instead."),
    ),
    (
        r"is missing; a task that is not_normally",
        _("Say who to call instead: the municipality normally does not do it."),
    ),
    (r"is missing; a signpost", _("Say who to call, or give a web address.")),
    (r"is missing", _("This must be filled in.")),
    (r"is only volunteer", _("Somebody's safety depends on it: name somebody besides volunteers.")),
    (
        r"is '(?P<target>[^']*)', which (?P<other>\S+) has too",
        _("%(other)s has %(target)s already. Choose another."),
    ),
    (r"names other asks than", _("The short names of what we ask must be the same here and among the facts.")),
    (
        r"has LIX (?P<target>[\d.]+)",
        _("The text is hard to read (LIX %(target)s, at most 48). Write shorter sentences and shorter words."),
    ),
    (r"leaves a gap|lies over another|does not cover", _("The levels must follow each other without gaps.")),
    (r"is never sent", _("This is never sent. Take it away.")),
    (
        r"lacks \{(?P<target>[^}]*)\}",
        _("«%(target)s» must be put in: without it the message is of no use. Choose it from «Put in»."),
    ),
    (
        r"has the address '(?P<target>[^']*)'",
        _("«%(target)s» is an address. The site puts in the only one that may stand here."),
    ),
    (
        r"uses \{(?P<target>[^}]*)\}, which stands for nothing",
        _("«%(target)s» cannot stand here. Take it away."),
    ),
    (r"is not there; a consent says", _("People say yes to the same thing in every language: write all three.")),
    (r"is '[^']*' a second time", _("The same thing stands here twice. Take one away.")),
    (r"comes out otherwise", _("This example does not come out right. See it in the test run.")),
    (
        r"is another than the instrument has",
        _("This belongs to the instrument, and nobody may change it. Take it as it was published."),
    ),
    (r"speaks of '(?P<target>[^']*)'", _("The condition speaks of %(target)s, which is not known there.")),
)  # fmt: skip
"""What the check of the files says → what to do about it."""


def finding_in_words(finding: Finding) -> str:
    """Answer what a check found, and what to do about it; what has no words of its own is told as the check says it."""
    for pattern, words in _FINDINGS:
        if found := re.match(pattern, finding.message):
            told = {name: value or "" for name, value in found.groupdict().items()}
            return str(words) % told if told else str(words)
    return str(_("This does not hold together (%(reason)s).", reason=finding.message))


def place_of_finding(finding: Finding) -> str:
    """Answer the name of the field in the form that a finding is about; of the part where it is about all of it."""
    name = re.sub(r"\[(\d+)\]", lambda match: f".{int(match.group(1)) - 1}", finding.field)
    return PREFIX if finding.field in {"text", "common.yaml", "nb.md"} else f"{PREFIX}.{name}"


def part_of_finding(finding: Finding) -> str:
    """Answer in which part of a page it is to be mended."""
    if finding.field == "nb.md":
        return "nb"
    return COMMON if finding.field == "common.yaml" else finding.key.language
