"""The forms of signing and of living with an agreement; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Optional, ValidationError

from webapp.agreements.domain.commitments import LONGEST_NOTE, Commitment, Way
from webapp.agreements.domain.expectations import Frequency
from webapp.agreements.domain.reviews import Better, Line
from webapp.agreements.words import FREQUENCIES, OUTSIDE
from webapp.kernel.language import LANGUAGES, NAMES
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

LINES = {Line.WORKS: _("It works"), Line.CHANGE: _("It must change"), Line.NOT_NEEDED: _("No longer needed")}
BETTER = {Better.YES: _("Yes"), Better.PARTLY: _("Partly"), Better.NO: _("No")}


def written_day(_form: BaseForm, field: Field) -> None:
    """Refuse what is no day."""
    try:
        date.fromisoformat(field.data or "")
    except ValueError:
        raise ValidationError(str(_("Write the day like 2027-03-31."))) from None


class LockForm(BaseForm):
    """What whoever locks the text chooses."""

    language = SelectField(_("The language of the text"), choices=[])
    review_on = LineField(_("On which day do you look at it again?"), [Optional(), written_day])
    left_out = SelectMultipleField(_("Go on without somebody who has not signed"), choices=[], validate_choice=False)

    def offer(self, languages: Sequence[str], late: Iterable[tuple[str, str]]) -> None:
        """Say which languages there are, and who can be left out after a missed deadline."""
        self["language"].choices = [SelectChoice(code, NAMES[code]) for code in LANGUAGES if code in languages]
        self["left_out"].choices = [SelectChoice(value, label) for value, label in late]
        if not self["left_out"].choices:
            del self["left_out"]

    def day(self) -> date | None:
        """Answer the day of the next look; None where none was written."""
        return date.fromisoformat(self.text("review_on")) if self.text("review_on") else None

    def without(self) -> list[str]:
        """Answer who is left out, of those who may be."""
        if "left_out" not in self:
            return []
        offered = {str(choice.value) for choice in self["left_out"].choices}
        return [one for one in self.chosen("left_out") if one in offered]


class SignForm(BaseForm):
    """A code for this very text."""

    seen = HiddenField()
    code = LineField(_("Code"), [NotTooLong(40)])


class DeclineForm(BaseForm):
    """A no, with a reason if one wants to give one."""

    seen = HiddenField()
    reason = WordsField(_("Why? (you need not say)"), [NotTooLong(1000)])
    is_shared = BooleanField(_("The others may read it too"))


class LineForm(BaseForm):
    """A single line that is changed."""

    who = SelectMultipleField(_("Who takes this?"), choices=[])
    reserve = SelectMultipleField(_("Who steps in?"), choices=[])
    how_often = SelectField(_("How often?"), choices=[], validate_choice=False)
    note = WordsField(_("What else should stand there?"), [NotTooLong(LONGEST_NOTE)])

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Say who can be named."""
        named = [SelectChoice(value, label) for value, label in people]
        named += [SelectChoice(code, OUTSIDE[code]) for code in ("private", "volunteer", "other")]
        self["who"].choices, self["reserve"].choices = named, named
        self["how_often"].choices = [
            SelectChoice("", _("Not said")), *(SelectChoice(one.value, said) for one, said in FREQUENCIES.items()),
        ]  # fmt: skip

    def show(self, line: Commitment) -> None:
        """Begin with what stands now."""
        self["who"].data, self["reserve"].data = sorted(line.responsible), sorted(line.reserve)
        self["how_often"].data, self["note"].data = (line.how_often or ""), line.note

    def line(self, task: str) -> Commitment:
        """Answer the line as it was written."""
        often = self.text("how_often")
        return Commitment(
            task, Way.WHO, responsible=frozenset(self.chosen("who")), reserve=frozenset(self.chosen("reserve")),
            how_often=Frequency(often) if often in {*Frequency} else None, note=self.text("note"),
        )  # fmt: skip


class ReviewForm(BaseForm):
    """Three questions; the taps a line are fields named by the task (`review_form`)."""

    predictable = RadioField(
        _("Did it become more predictable?"), [Optional()],
        choices=[SelectChoice(one.value, said) for one, said in BETTER.items()],
    )  # fmt: skip
    together = RadioField(
        _("Did you work together better?"), [Optional()],
        choices=[SelectChoice(one.value, said) for one, said in BETTER.items()],
    )  # fmt: skip
    words = WordsField(_("What has become better? (you may leave it open)"), [NotTooLong(1000)])


def review_form(lines: Iterable[tuple[str, str]]) -> Any:
    """Answer the form of looking back: a tap a line, then the three questions."""
    fields = {
        f"line_{number}": RadioField(
            title, [Optional()], choices=[SelectChoice(one.value, said) for one, said in LINES.items()]
        )
        for number, (_task, title) in enumerate(lines)
    }
    return type("LookingBackForm", (ReviewForm,), fields)()


class FileForm(BaseForm):
    """A file to be checked. The second field is for robots alone."""

    file = FileField(_("The PDF file"), [Required(_("Choose the file."))])
    website = LineField(_("Leave this empty"))
