"""The forms of settling: who takes a task, what happens if something happens, and whom the resident lets know what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Optional, ValidationError

from webapp.agreements.actions import sections
from webapp.agreements.domain.commitments import LONGEST_NOTE, Commitment, Fault, Way, faults_of
from webapp.agreements.domain.expectations import OTHER, PRIVATE, VOLUNTEER, Frequency
from webapp.agreements.domain.parties import Party
from webapp.agreements.domain.sharing import Level, Topic
from webapp.agreements.words import FAULTS, FREQUENCIES, LEVELS, OUTSIDE, PERIODS, TOPICS, WAYS
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

Pairs = Iterable[tuple[str, Any]]
ALONE = frozenset({Way.OPEN.value, Way.DROP.value})
"""What is chosen instead of somebody."""


def choices(pairs: Pairs) -> list[SelectChoice]:
    """Answer values and words as a field takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def written_day(_form: BaseForm, field: Any) -> None:
    """Refuse a day that is none."""
    try:
        date.fromisoformat(field.data)
    except ValueError as error:
        raise ValidationError(str(_("Write the day as 2027-03-31, or choose it."))) from error


class ProposalForm(BaseForm):
    """Who takes a task, and what goes with it; people stand first, then what there is instead."""

    who = SelectMultipleField(_("Who takes this?"))
    reserve = SelectMultipleField(_("Who steps in when that person cannot?"))
    how_often = SelectField(_("How often?"), [Optional()])
    starts_on = LineField(_("From when?"), [Optional(), written_day])
    note = WordsField(_("What else should stand there?"), [NotTooLong(LONGEST_NOTE)])
    taken_up_by = SelectField(_("If it stays open: who takes it up again?"), [Optional()])
    taken_up_on = LineField(_("When?"), [Optional(), written_day])
    is_municipality_to_lead = BooleanField(_("Ask the municipality to lead the talk about this"))

    def offer(self, people: Pairs) -> None:
        """Say who there is to choose among: people and the municipality by id."""
        here = list(people)
        outside = [(code, OUTSIDE[code]) for code in (PRIVATE, VOLUNTEER, OTHER)]
        self["who"].choices = choices([*here, *outside, *WAYS.items()])
        self["reserve"].choices = choices([*here, *outside])
        self["how_often"].choices = choices([("", _("Not said")), *FREQUENCIES.items()])
        self["taken_up_by"].choices = choices([("", _("Not said")), *here])

    def show(self, commitment: Commitment) -> None:
        """Begin with what is proposed now."""
        way = {commitment.way.value} - {Way.WHO.value}
        self["who"].data = [*commitment.responsible, *way]
        self["reserve"].data = list(commitment.reserve)
        self["how_often"].data = commitment.how_often.value if commitment.how_often else ""
        self["starts_on"].data = commitment.starts_on.isoformat() if commitment.starts_on else ""
        self["note"].data = commitment.note
        self["taken_up_by"].data = commitment.taken_up_by
        self["taken_up_on"].data = commitment.taken_up_on.isoformat() if commitment.taken_up_on else ""

    def commitment(self, task: str) -> Commitment:
        """Answer what was proposed; meaningful where the form has been validated."""
        way = way_of(self.chosen("who"))
        often, starts_on, until = (self.text(name) for name in ("how_often", "starts_on", "taken_up_on"))
        is_open = way is Way.OPEN
        return Commitment(
            task=task, way=way, responsible=people_of(self.chosen("who")),
            reserve=frozenset() if way is Way.DROP else frozenset(self.chosen("reserve")),
            how_often=Frequency(often) if often else None,
            starts_on=date.fromisoformat(starts_on) if starts_on else None,
            note=self.text("note"),
            taken_up_by=self.text("taken_up_by") if is_open else "",
            taken_up_on=date.fromisoformat(until) if until and is_open else None,
            is_municipality_to_lead=is_open and bool(self["is_municipality_to_lead"].data),
        )  # fmt: skip

    def is_sound(self, task: str, parties: Iterable[Party], *, is_critical: bool, is_with_municipality: bool) -> bool:
        """Tell whether it can be proposed; what is wrong stands at its field."""
        if not self.validate():
            return False
        faults = faults_of(
            self.commitment(task), parties, is_critical=is_critical, is_with_municipality=is_with_municipality
        )
        for fault in faults:
            field = self["reserve" if fault is Fault.SAME_RESERVE else "who"]
            field.errors = [*field.errors, str(FAULTS[fault])]
        return not faults


def way_of(chosen: Iterable[str]) -> Way:
    """Answer how a task is settled by what was chosen: not needed and open stand above who does it."""
    picked = set(chosen)
    for way in (Way.DROP, Way.OPEN, Way.APPLY):
        if way.value in picked:
            return way
    return Way.WHO


def people_of(chosen: Iterable[str]) -> frozenset[str]:
    """Answer who was chosen; nobody where it stays open or is not needed."""
    picked = frozenset(chosen)
    return frozenset() if picked & ALONE else picked - {Way.APPLY.value}


class RemarkForm(BaseForm):
    """A remark about a proposal: it blocks nothing."""

    words = WordsField(_("Your remark. The others see it."), [Required(_("Write a few words.")), NotTooLong(500)])


_PART_FIELDS: Mapping[str, Mapping[str, Any]] = {
    sections.PREPAREDNESS: {
        "first_call": _("Who is called first?"),
        "steps_in": _("Who steps in?"),
        "key": _("Where is the key?"),
        "caregiver_ill": _("If the one who helps most is ill or away"),
        "hospital": _("If there is a hospital stay"),
        "power_cut": _("If the power or the telephone is gone"),
        "medicine_list": _("Where does the list of medicines lie?"),
    },
    sections.CHILDREN: {"words": _("Are there children in the family? Who looks after how they are?")},
    sections.TECHNOLOGY: {"words": _("Alarms, locks and keys: what is in use, and who reacts?")},
    sections.ECONOMY: {"words": _("What costs money, and who pays? Write no amounts and no account numbers.")},
    sections.LAST_TIME: {"words": _("Wishes for the last phase of life, if you want to write any")},
}
SHORT = ("first_call", "steps_in", "key")
"""What is filled in first when something may happen; the rest can wait."""
LONGEST_PART = 1000


def part_form(kind: str, content: Mapping[str, Any]) -> BaseForm:
    """Answer the form of a part that the parties write together, begun with what is there."""
    fields = {name: WordsField(label, [NotTooLong(LONGEST_PART)]) for name, label in _PART_FIELDS[kind].items()}
    form: BaseForm = type("PartForm", (BaseForm,), fields)(data=dict(content))
    return form


class ReviewForm(BaseForm):
    """When the parties look at it again."""

    day = LineField(_("On which day do you look at it again?"), [Optional(), written_day])


CONTACT_LINES = 6


_CONTACT_FIELDS = {
    "who": _("Who"),
    "whom": _("is in contact with whom"),
    "how": _("How"),
    "how_often": _("How often"),
}


def contact_form(lines: Sequence[Mapping[str, str]]) -> BaseForm:
    """Answer the form of the contact plan: who is in contact with whom, how, how often; a few lines of four fields."""
    numbered = [
        (f"{name}_{number}", label) for number in range(CONTACT_LINES) for name, label in _CONTACT_FIELDS.items()
    ]
    fields = {name: LineField(label, [NotTooLong(100)]) for name, label in numbered}
    data = {f"{name}_{number}": words for number, line in enumerate(lines) for name, words in line.items()}
    form: BaseForm = type("ContactForm", (BaseForm,), fields)(data=data)
    return form


def contact_lines(form: BaseForm) -> list[dict[str, str]]:
    """Answer the lines of the contact plan that something stands in."""
    lines = [{name: form.text(f"{name}_{number}") for name in _CONTACT_FIELDS} for number in range(CONTACT_LINES)]
    return [line for line in lines if any(line.values())]


class ConsentForm(BaseForm):
    """Whom the resident lets know what, a person a field: nothing is chosen beforehand, who is left out stays as is."""

    people: tuple[str, ...] = ()
    period = RadioField(_("For how long?"), [Required(_("Choose for how long."))], choices=choices(PERIODS.items()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a form in which nothing is said of anybody, or topics were to be chosen and none is."""
        is_fine = bool(super().validate(extra_validators))
        faults = [
            (f"topics_{one}", _("Choose at least one thing, or «nothing».")) for one in self.people
            if self.text(f"level_{one}") == Level.CHOSEN and not self.chosen(f"topics_{one}")
        ]  # fmt: skip
        if not self.given():
            faults += [(f"level_{one}", _("Choose for at least one person.")) for one in self.people[:1]]
        for name, words in faults:
            self[name].errors = [str(words)]
        return is_fine and not faults

    def given(self) -> list[tuple[str, Level, frozenset[Topic]]]:
        """Answer what was chosen, as (person, level, topics), for those of whom something was."""
        return [
            (one, Level(level), frozenset(Topic(topic) for topic in self.chosen(f"topics_{one}")))
            for one in self.people if (level := self.text(f"level_{one}")) in set(Level)
        ]  # fmt: skip


def consent_form(people: Iterable[tuple[str, str]]) -> ConsentForm:
    """Answer the form of the resident's consent, with fields for each person."""
    named = list(people)
    levels = choices((level.value, words) for level, words in LEVELS.items())
    topics = choices((topic.value, words) for topic, words in TOPICS.items())
    fields: dict[str, Any] = {"people": tuple(one for one, _name in named)}
    for one, name in named:
        fields[f"level_{one}"] = RadioField(
            _("What may %(name)s know?", name=name), [Optional()], choices=levels
        )  # fmt: skip
        fields[f"topics_{one}"] = SelectMultipleField(_("What %(name)s may know", name=name), choices=topics)
    fields["leading"] = tuple(f"{what}_{one}" for one, _name in named for what in ("level", "topics"))
    made: ConsentForm = type("PeopleForm", (ConsentForm,), fields)()
    return made
