"""The small forms of the editorial office; the form of a page is made of the table of kinds (`presenters/controls`)."""

from __future__ import annotations

from datetime import date, datetime, time

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.editorial.actions.drafting import LONGEST_COMMENT
from webapp.editorial.current import SORTS
from webapp.editorial.words import KINDS
from webapp.feedback.domain import MOST_NAME, State, without_personal
from webapp.feedback.words import STATES as BECAME
from webapp.kernel.clock import NORWAY
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import make_slug
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _
from webapp.web.tenancy import day as today

MOST_DAYS = 366
MOST_CHANGE = 600
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


EVERYBODY, COUNCIL = "alle", "rad"
_BECAME = (State.CHANGED, State.UNCHANGED, State.NOTED)


class HearingForm(BaseForm):
    """Opening a draft for comment: for whom, and until when."""

    whom = RadioField(
        _("Who can comment?"), [Required(_("Choose who can comment."))],
        choices=[
            SelectChoice(value=COUNCIL, label=_("A council or a group that gets the link")),
            SelectChoice(value=EVERYBODY, label=_("Everybody: it is listed on «You said, we changed»")),
        ],
    )  # fmt: skip
    council = LineField(_("Which council or group?"), [NotTooLong(MOST_NAME)])
    ends_on = LineField(_("Last day"), [NotTooLong(10)])

    def validate_council(self, _field: LineField) -> None:
        """Ask for a name where it is for a council."""
        if self.text("whom") == COUNCIL and not self.text("council"):
            raise ValidationError(str(_("Write which council or group it is.")))

    def validate_ends_on(self, _field: LineField) -> None:
        """Ask for a day that has not passed, within a year."""
        day = self.last_day()
        if day is None or not 0 <= (day - today()).days <= MOST_DAYS:
            raise ValidationError(str(_("Choose a day from today on, at most a year ahead.")))

    def last_day(self) -> date | None:
        """Answer the last day on which it is open; None where none was chosen."""
        return _day(self.text("ends_on"))


class DealForm(BaseForm):
    """What became of what somebody said."""

    became = RadioField(
        _("What became of it?"), [Required(_("Choose what became of it."))],
        choices=[SelectChoice(value=state.value, label=BECAME[state]) for state in _BECAME],
    )  # fmt: skip
    reply = WordsField(_("Short answer (optional)"), [NotTooLong(500)])


class ChangeForm(BaseForm):
    """What was said and what was changed, as everybody reads it."""

    said_nb = WordsField(_("You said, in bokmål"), [NotTooLong(MOST_CHANGE)])
    changed_nb = WordsField(_("We changed, in bokmål"), [NotTooLong(MOST_CHANGE)])
    said_nn = WordsField(_("You said, in nynorsk"), [NotTooLong(MOST_CHANGE)])
    changed_nn = WordsField(_("We changed, in nynorsk"), [NotTooLong(MOST_CHANGE)])
    said_en = WordsField(_("You said, in English"), [NotTooLong(MOST_CHANGE)])
    changed_en = WordsField(_("We changed, in English"), [NotTooLong(MOST_CHANGE)])
    side = HiddenField()
    """The page that it is about, as kind and slug; empty for no one page."""
    by = LineField(_("Who said it? Only a council or a group (optional)"), [NotTooLong(MOST_NAME)])
    item = HiddenField()

    def require_whole(self, first: str) -> bool:
        """Tell whether it is written whole in the municipality's first language, and whole or not at all in others."""
        for code in LANGUAGES:
            both = self[f"said_{code}"], self[f"changed_{code}"]
            if code != first and not any(field.data for field in both):
                continue
            for field in both:
                if not field.data and not field.errors:
                    field.errors = [str(_("Write both what was said and what was changed."))]
        return not self.faults()

    def told(self, name: str) -> dict[str, str]:
        """Answer what was written of one thing, by language, without anything personal."""
        texts = {code: without_personal(self.text(f"{name}_{code}")).text for code in LANGUAGES}
        return {code: text for code, text in texts.items() if text}


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
