"""Which texts people say yes to: the version in force, since when, and how many have said yes to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.agreements.text import consent_version as agreement_version
from webapp.content.site import takes_referrals
from webapp.kernel.suppression import FEWEST, shown
from webapp.referrals.presenters import consent_to
from webapp.storage.counters import Span
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_date

HIDDEN = _("fewer than %(fewest)s, or hidden with such a number", fewest=FEWEST)


@dataclass(frozen=True, slots=True)
class ConsentVersion:
    """One version of a text: since when it has been said yes to, and by how many."""

    name: str
    since: str
    number: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text that people say yes to."""

    title: str
    said: str
    """What it says now, where that is one sentence."""
    versions: list[ConsentVersion]


@dataclass(frozen=True, slots=True)
class ConsentsPage:
    """All texts that people say yes to."""

    texts: list[ConsentText]
    fewest: int

    @classmethod
    def of(cls, spans: Mapping[str, Span]) -> ConsentsPage:
        """Answer the page, by what was counted when somebody said yes."""
        referral = str(_("To send a message to the municipality"))
        agreement = str(_("To sign an agreement"))
        agreed = consent_to(is_concern=False)
        said = agreed.text if takes_referrals() else ""
        return cls(
            [
                ConsentText(referral, said, _versions("referral", f"referral {agreed.version}", spans)),
                ConsentText(agreement, "", _versions("agreement", agreement_version(), spans)),
            ],
            FEWEST,
        )


def _versions(kind: str, in_force: str, spans: Mapping[str, Span]) -> list[ConsentVersion]:
    """Answer the versions of a text, the one in force first; one that nobody has said yes to yet, too."""
    ours = {word: span for word, span in spans.items() if word.partition(" ")[0] == kind}
    numbers = shown({word: span.number for word, span in ours.items()})
    order = sorted({in_force, *ours}, key=lambda word: (word != in_force, word))
    return [
        ConsentVersion(
            word.partition(" ")[2], write_date(ours[word].since) if word in ours else "",
            _told(numbers.get(word, 0)), word == in_force,
        )
        for word in order
    ]  # fmt: skip


def _told(number: int | None) -> str:
    return str(HIDDEN) if number is None else str(number)
