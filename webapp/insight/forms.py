"""The forms of goals: a goal, a measure, an indicator, a number; and a file that is brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.insight.domain.goals import (
    FIGURES,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    Sort,
    State,
    is_sensible,
    read_day,
    read_number,
)
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

STATE_WORDS = {
    State.PLANNED: _("Planned"),
    State.UNDERWAY: _("Under way"),
    State.DONE: _("Done"),
    State.STOPPED: _("Stopped"),
}
FIGURE_WORDS = {
    "": _("Own numbers, typed in or imported"),
    "henvendelser": _("Counted: referrals received"),
    "besvart": _("Counted: referrals answered"),
    "startet": _("Counted: agreements started"),
    "sammenlignet": _("Counted: comparisons opened"),
    "i-kraft": _("Counted: agreements that came into force"),
    "sok": _("Counted: searches"),
}
assert set(FIGURE_WORDS) == {"", *FIGURES}


def _choices(words: Mapping[Any, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in words.items()]


class ItemForm(BaseForm):
    """What all have: its id, under what it stands, and which revision was seen."""

    key = HiddenField()
    under = HiddenField()
    seen = HiddenField()

    def values(self) -> dict[str, str | date | None]:
        """Answer what was written, as it is kept."""
        raise NotImplementedError


class GoalForm(ItemForm):
    """A goal."""

    title = LineField(_("The goal"), [Required(_("Write the goal.")), NotTooLong(LONGEST_TITLE)])
    about = WordsField(_("Why, and what it takes"), [NotTooLong(LONGEST_TEXT)])

    def values(self) -> dict[str, str | date | None]:
        """Answer what was written, as it is kept."""
        return {"title": self.text("title"), "text": self.text("about")}


class MeasureForm(ItemForm):
    """A measure: who, how far, by when."""

    title = LineField(_("The measure"), [Required(_("Write what is to be done.")), NotTooLong(LONGEST_TITLE)])
    about = WordsField(_("More about it"), [NotTooLong(LONGEST_TEXT)])
    owner = LineField(_("Who is responsible"), [NotTooLong(LONGEST_LINE)])
    state = RadioField(
        _("How far has it come?"), choices=_choices(STATE_WORDS), default=State.PLANNED.value
    )  # fmt: skip
    due_on = LineField(_("To be done by"))

    def validate_due_on(self, field: Any) -> None:
        """Refuse what is no date."""
        if field.data:
            _require_day(field.data)

    def values(self) -> dict[str, str | date | None]:
        """Answer what was written, as it is kept."""
        due = read_day(self.text("due_on")) if self.text("due_on") else None
        names = {"title": "title", "text": "about", "owner": "owner", "state": "state"}
        return {**{column: self.text(name) for column, name in names.items()}, "due_on": due}


class IndicatorForm(ItemForm):
    """An indicator."""

    title = LineField(_("The indicator"), [Required(_("Write what is measured.")), NotTooLong(LONGEST_TITLE)])
    unit = LineField(_("Unit"), [NotTooLong(LONGEST_UNIT)])
    target = LineField(_("What we want it to be"), [NotTooLong(LONGEST_LINE)])
    figure = SelectField(_("Where the numbers come from"), choices=_choices(FIGURE_WORDS))

    def values(self) -> dict[str, str | date | None]:
        """Answer what was written, as it is kept."""
        return {name: self.text(name) for name in ("title", "unit", "target", "figure")}


class NumberForm(ItemForm):
    """A number of an indicator."""

    day = LineField(_("On which day"), [Required(_("Write on which day the number was counted."))])
    number = LineField(_("The number"), [Required(_("Write the number."))])
    source = LineField(
        _("Where it is from"), [Required(_("Write where the number is from.")), NotTooLong(LONGEST_TITLE)]
    )

    def validate_day(self, field: Any) -> None:
        """Refuse what is no date."""
        _require_day(field.data)

    def validate_number(self, field: Any) -> None:
        """Refuse what is no number."""
        if read_number(field.data) is None:
            raise ValidationError(str(_("Write a number, such as 91 or 91,5.")))

    def values(self) -> dict[str, str | date | None]:
        """Answer what was written, as it is kept."""
        return {
            "day": read_day(self.text("day")),
            "number": read_number(self.text("number")),
            "source": self.text("source"),
        }


def _require_day(text: str) -> None:
    found = read_day(text)
    if found is None or not is_sensible(found):
        raise ValidationError(str(_("Write a date, such as 31.12.2026.")))


class ImportForm(BaseForm):
    """A file with a plan."""

    file = FileField(_("The file, CSV or Excel"))


FORMS: dict[Sort, type[ItemForm]] = {
    Sort.GOAL: GoalForm,
    Sort.MEASURE: MeasureForm,
    Sort.INDICATOR: IndicatorForm,
    Sort.NUMBER: NumberForm,
}
