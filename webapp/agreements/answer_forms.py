"""The forms of answering alone: a task by taps, an ask, and one's own words; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import RadioField, SelectField, SelectFieldBase, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.agreements.domain.asks import ASK_ANSWERS, Ask
from webapp.agreements.domain.expectations import Expectation, Frequency, OwnPart, Tap, tapped, taps_of
from webapp.agreements.domain.starting import LONGEST_TITLE
from webapp.agreements.stored import Answer
from webapp.agreements.words import ALL_ASKS_WORDS, ASK_ANSWER_WORDS, FREQUENCIES, LOADS, OWN_PARTS, TIMES_OFF
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

LONGEST_NOTE, LONGEST_WORDS = 500, 2000
ABLE = (OwnPart.WILL, OwnPart.PARTLY, OwnPart.CANNOT)
"""What there is to answer to «can you if it is needed?»."""


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Answer values and words as a field takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def offered_by(field: SelectFieldBase) -> list[tuple[str, str]]:
    """Answer what can be chosen in a field: values and words."""
    found: Iterable[Any] = field.iter_choices()
    return [(str(choice.value), str(choice.label)) for choice in found]


def _require_offered(field: SelectFieldBase) -> None:
    offered = {value for value, _label in offered_by(field)}
    given = field.data if isinstance(field.data, list) else [field.data or ""]
    if not set(given) <= offered | {""}:
        raise ValidationError(_("Something here is no longer among the choices. Choose anew."))


class TaskForm(BaseForm):
    """One party's answer about one task; its fields are named by the task."""

    who = SelectMultipleField(_("Who should do this?"), choices=[], validate_choice=False)
    able = RadioField(
        _("Can you if it is needed?"), choices=choices((part.value, OWN_PARTS[part]) for part in ABLE),
        validate_choice=False,
    )  # fmt: skip
    how_often = SelectField(
        _("How often?"), choices=choices([("", ""), *((often.value, said) for often, said in FREQUENCIES.items())]),
        validate_choice=False,
    )  # fmt: skip
    note = WordsField(_("A message. The others can read it."), [NotTooLong(LONGEST_NOTE)])
    private = WordsField(_("A note for yourself. Nobody else ever sees it."), [NotTooLong(LONGEST_NOTE)])

    @classmethod
    def of(
        cls, key: str, actors: Iterable[tuple[str, Any]], *, asks_if_able: bool, known: Mapping[str, Any] | None = None,
        is_on_paper: bool = False,
    ) -> TaskForm:  # fmt: skip
        """Make the form of a task, with those who can be named, filled in with what was answered before.

        On the sheet of paper stand neither how often nor the note for oneself.
        """
        form = cls(prefix=key, data=known)
        form.who.choices = choices(actors)
        if not asks_if_able:
            del form.able
        if is_on_paper:
            del form.how_often, form.private
        return form

    def validate_who(self, field: SelectMultipleField) -> None:
        """Refuse who cannot be named (any more), and «not needed» together with somebody who should do it."""
        _require_offered(field)
        if Tap.NOT_NEEDED in self.chosen("who") and len(set(self.chosen("who"))) > 1:
            raise ValidationError(_("Choose either who should do it, or that it is not needed."))

    def validate_able(self, field: RadioField) -> None:
        """Refuse what is not among the answers."""
        _require_offered(field)

    def validate_how_often(self, field: SelectField) -> None:
        """Refuse what is not on the scale."""
        _require_offered(field)

    def answer(self, own_id: str) -> Answer | None:
        """Answer what was tapped and written; None where nothing was. A note alone is an answer that names nobody."""
        able = OwnPart(self._said("able")) if self._said("able") else None
        often = Frequency(self._said("how_often")) if self._said("how_often") else None
        found = tapped(own_id, self.chosen("who"), able=able, how_often=often)
        is_silent = not (often or self.text("note") or self._said("private"))
        if found is None and is_silent:
            return None
        return Answer(found or Expectation(how_often=often), self.text("note"))

    def _said(self, name: str) -> str:
        """Answer what was said in a field that not every form of a task has."""
        return self.text(name) if name in self else ""


def shown(own_id: str, answer: Answer, private: str) -> dict[str, Any]:
    """Answer what the form of a task is filled in with."""
    said = answer.expectation
    able = said.own_part if own_id not in said.expected else None
    return {
        "who": sorted(taps_of(own_id, said)),
        "able": able.value if able else None,
        "how_often": said.how_often.value if said.how_often else "",
        "note": answer.note,
        "private": private,
    }


class ServiceForm(BaseForm):
    """All asks of one service together, answered by one party."""

    part = RadioField(choices=choices(ALL_ASKS_WORDS.items()), validate_choice=False)

    def validate_part(self, field: RadioField) -> None:
        """Refuse what is not among the answers."""
        _require_offered(field)


class AskForm(BaseForm):
    """One ask of a service, answered by one party."""

    part = RadioField(
        choices=choices((part.value, ASK_ANSWER_WORDS[part]) for part in ASK_ANSWERS), validate_choice=False
    )

    def validate_part(self, field: RadioField) -> None:
        """Refuse what is not among the answers."""
        _require_offered(field)


def field_of(ask: Ask) -> str:
    """Answer what the field of an ask is named by."""
    return f"{ask.service}_{ask.slug}"


def all_sound(forms: Mapping[str, BaseForm]) -> bool:
    """Tell whether nothing is wrong on a page of several small forms; each is looked through, so that all is told."""
    return [form.validate() for form in forms.values()].count(False) == 0


def faults_of(forms: Mapping[str, BaseForm]) -> list[tuple[str, str]]:
    """Answer what is wrong on a page of several small forms, for its summary on top."""
    return [fault for form in forms.values() for fault in form.faults()]


class MattersForm(BaseForm):
    """What matters to somebody."""

    words = WordsField(_("What matters to you? (you may leave it open)"), [NotTooLong(LONGEST_WORDS)])


class WordForm(BaseForm):
    """A word to the municipality only."""

    words = WordsField(_("A word to the municipality only (you may leave it open)"), [NotTooLong(LONGEST_WORDS)])


class LoadForm(BaseForm):
    """How it goes with who helps."""

    load = RadioField(_("How is it going with you?"), choices=choices(LOADS.items()), validate_choice=False)
    time_off = RadioField(_("Do you get time off?"), choices=choices(TIMES_OFF.items()), validate_choice=False)

    def validate_load(self, field: RadioField) -> None:
        """Refuse what is not among the answers."""
        _require_offered(field)

    def validate_time_off(self, field: RadioField) -> None:
        """Refuse what is not among the answers."""
        _require_offered(field)


class OwnTaskForm(BaseForm):
    """A task of the parties' own."""

    title = LineField(
        _("Something that is not on the list"), [Required(_("Write what it is.")), NotTooLong(LONGEST_TITLE)]
    )


class FinishForm(BaseForm):
    """Whether somebody helped to fill it in."""

    helper = SelectField(_("Did somebody help you fill it in?"), choices=[], validate_choice=False)

    def validate_helper(self, field: SelectField) -> None:
        """Refuse who is not in it."""
        _require_offered(field)
