"""For how long everything is kept, what goes now and what would go; and when it was last deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from webapp.referrals.jobs import Counts
from webapp.storage.marks import RETENTION_JOBS, Mark
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time

CLASS_WORDS = {
    "referral": _("Messages to the municipality"), "agreement": _("Agreements"), "audit": _("The audit log"),
}  # fmt: skip
FIXED = (
    (_("What is being filled in"), _("4 hours without use; 30 days where it was saved under a link")),
    (_("A message that is taken back before anybody began on it"), _("goes at once")),
    (_("An agreement whose starter never came in"), _("1 day")),
    (_("Words of searches without a hit"), _("90 days")),
    (_("What was written in surveys"), _("12 months")),
    (_("Messages sent out of the house"), _("90 days; what they say goes when they have arrived")),
    (_("Sessions"), _("when they end")),
)
"""What no municipality changes: what is kept, and for how long."""


@dataclass(frozen=True, slots=True)
class Due:
    """What goes now of one class, kept for so many days."""

    kind: str
    days: int
    counts: Counts

    @property
    def name(self) -> str:
        """What the class is called."""
        return str(CLASS_WORDS[self.kind])

    @property
    def told(self) -> str:
        """How many go now, and what stays although its time has passed."""
        said = [ngettext("%(num)s goes with the next run", "%(num)s go with the next run", self.counts.deleted)]
        if self.counts.held:
            said.append(gettext("%(number)s are held back", number=self.counts.held))
        if self.counts.left_open:
            said.append(gettext("%(number)s as old were never closed, and stay", number=self.counts.left_open))
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class RetentionMore:
    """What goes now, what would go, what nobody changes, and the last run."""

    now: list[Due]
    wanted: list[Due]
    fixed: list[tuple[str, str]]
    last_run: str
    is_more: bool
    """Whether more would go than goes now."""

    @classmethod
    def of(cls, now: Sequence[Due], wanted: Sequence[Due], runs: Mapping[str, Mark]) -> RetentionMore:
        """Answer what the page shows."""
        ran = [runs[name].at for name in RETENTION_JOBS if name in runs]
        more = any(then.counts.deleted > one.counts.deleted for one, then in zip(now, wanted, strict=False))
        fixed = [(str(what), str(how)) for what, how in FIXED]
        return cls(list(now), list(wanted), fixed, write_time(max(ran)) if ran else "", more)
