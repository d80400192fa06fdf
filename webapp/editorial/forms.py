"""The small forms of the editorial office; the form of a page is made of the table of kinds (`presenters/controls`)."""

from __future__ import annotations

from datetime import date, datetime, time

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.editorial.actions.drafting import LONGEST_COMMENT
from webapp.editorial.current import SORTS
from webapp.editorial.words import KINDS
from webapp.kernel.clock import NORWAY
from webapp.kernel.text import make_slug
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

CREATED = ("oppslag", "tjeneste", "oppgave", "hjelpemiddel", "tilbud", "moteplass", "side")
"""The kinds of which an editor may make new pages."""
NOW, LATER = "na", "senere"


class NewPageForm(BaseForm):
    """A new page: of which kind, what it is called, for whom."""

    sort = SelectField(
        _("What kind of page?"), choices=[SelectChoice(value=word, label=KINDS[SORTS[word]]) for word in CREATED]
    )
    title = LineField(_("Title"), [Required(_("Give the page a title.")), NotTooLong(120)])
    slug = LineField(_("Last part of the address"), [NotTooLong(80)])
    whose = RadioField(
        _("Who is it for?"), [Required(_("Choose who the page is for."))],
        choices=[
            SelectChoice(value="egen", label=_("Only our municipality")),
            SelectChoice(value="felles", label=_("All municipalities on this site")),
        ],
    )  # fmt: skip

    def chosen_slug(self) -> str:
        """Answer the last part of the address: as it was written, else made of the title."""
        return make_slug(self.text("slug") or self.text("title"))


class SendBackForm(BaseForm):
    """Sending a draft back, with a word on why."""

    seen = HiddenField()
    comment = WordsField(
        _("What should be changed?"), [Required(_("Write what should be changed.")), NotTooLong(LONGEST_COMMENT)]
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.replace(".", ":"))
    except ValueError:
        return None


class PublishForm(BaseForm):
    """Publishing, now or at a time; and from when a change counts."""

    seen = HiddenField()
    when = RadioField(
        _("When?"), [Required(_("Choose when."))], default=NOW,
        choices=[
            SelectChoice(value=NOW, label=_("Now")), SelectChoice(value=LATER, label=_("At a time that I choose")),
        ],
    )  # fmt: skip
    day = LineField(_("Date"), [NotTooLong(10)])
    clock = LineField(_("Time of day"), [NotTooLong(8)])
    counts_from = LineField(_("The change counts from"), [NotTooLong(10)])

    def validate_day(self, _field: LineField) -> None:
        """Ask for a date where it is not now."""
        if self.text("when") == LATER and _day(self.text("day")) is None:
            raise ValidationError(str(_("Choose a date.")))

    def validate_clock(self, _field: LineField) -> None:
        """Ask for a time of day where it is not now."""
        if self.text("when") == LATER and _clock(self.text("clock")) is None:
            raise ValidationError(str(_("Write a time like 08.00.")))

    def validate_counts_from(self, _field: LineField) -> None:
        """Take a date, or nothing."""
        if self.text("counts_from") and _day(self.text("counts_from")) is None:
            raise ValidationError(str(_("Choose a date.")))

    def time(self) -> datetime | None:
        """Answer the time that was chosen; None for now."""
        day, clock = _day(self.text("day")), _clock(self.text("clock"))
        if self.text("when") != LATER or day is None or clock is None:
            return None
        return datetime.combine(day, clock.replace(tzinfo=None), NORWAY)

    def first_day(self) -> date | None:
        """Answer the day from which the change counts; None for the day of publication."""
        return _day(self.text("counts_from"))
