"""The forms of casework: what is done in a case, why somebody looks, what is looked for, what came by other ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.casework.words import CAME_WORDS, KNOWN_WORDS, REASON_WORDS, WAY_WORDS, WHOM_WORDS
from webapp.identity.domain.people import MOST_EMAIL
from webapp.kernel.language import LANGUAGES, NAMES
from webapp.referrals.domain.handover import Person, Sees
from webapp.referrals.domain.referral import FOR_OTHERS, LONGEST_LINE, LONGEST_TEXT, Came
from webapp.referrals.forms import (
    CONTACT_WORDS,
    TIME_WORDS,
    TOPIC_WORDS,
    ReachableForm,
    require_email,
    require_telephone,
)
from webapp.referrals.presenters import SEES_WORDS
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

_WORDS_NEEDED = _("Write a few words.")
_CHOSEN_COLLEAGUE = _("Choose a colleague.")
Pairs = Iterable[tuple[str, Any]]


def choices(pairs: Pairs) -> list[SelectChoice]:
    """Answer values and words as a field takes them."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class ActForm(BaseForm):
    """Something that is done in a case; some of it asks for more."""

    def offer(self, colleagues: Pairs, offices: Pairs) -> None:
        """Say whom it can go to, where the form asks for that."""
        for name, pairs in (("colleague", colleagues), ("office", offices)):
            if name in self:
                self[name].choices = choices(pairs)


class NoteForm(ActForm):
    """A note that only staff see."""

    words = WordsField(_("Note. The resident does not see it."), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)])


class AnswerForm(ActForm):
    """Something that is told the resident, and how."""

    words = WordsField(_("What do you want to say?"), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)])
    way = RadioField(
        _("How does it reach them?"), [Required(_("Choose how it reaches them."))],
        choices=choices(WAY_WORDS.items()),
    )  # fmt: skip

    def leave_out_message(self) -> None:
        """Offer no message to read here: nobody whom it is for could read it (HE-4b)."""
        self.way.choices = choices((way, words) for way, words in WAY_WORDS.items() if way != "message")


class PlaceForm(AnswerForm):
    """An answer to who asked for a place."""

    given = RadioField(
        _("What do you answer?"), [Required(_("Choose one of them."))],
        choices=choices([("placed", _("There is a place")), ("listed", _("It is full: put on the waiting list"))]),
    )  # fmt: skip
    day = RadioField(_("Which date?"), choices=[], validate_choice=False)

    def offer_dates(self, dates: Mapping[str, str]) -> None:
        """Let one of the dates be chosen, each with how many have a place; where there are none, nothing is asked."""
        self.day.choices = choices([*dates.items(), ("", _("No date yet"))]) if dates else []
        self.day.data = self.day.data if self.day.data in dates else ""


class ConsultForm(ActForm):
    """A question to a colleague, who may see the case from then on."""

    colleague = SelectField(_("Whom do you ask?"), [Required(_CHOSEN_COLLEAGUE)])
    words = WordsField(
        _("Your question. The resident does not see it."), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)]
    )


class AdviseForm(ActForm):
    """The answer to a colleague."""

    words = WordsField(
        _("Your answer. The resident does not see it."), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)]
    )


class CallForm(ActForm):
    """A call that was made, and what was said."""

    words = WordsField(_("What did you talk about? The resident can read it."), [NotTooLong(LONGEST_TEXT)])


class GiveForm(ActForm):
    """Whom the case is given to."""

    colleague = SelectField(_("Who gets the case?"), [Required(_CHOSEN_COLLEAGUE)])


class ForwardForm(ActForm):
    """Which office the case goes on to, and why."""

    office = SelectField(_("Where does it go?"), [Required(_("Choose an office."))])
    words = WordsField(
        _("Why does it go on? The resident can read it."), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)]
    )


class CloseForm(ActForm):
    """The sentence with which a case ends."""

    words = WordsField(
        _("How did it end? One sentence. The resident can read it."),
        [Required(_("Write a sentence.")), NotTooLong(LONGEST_TEXT)],
    )


class HandOverForm(ReachableForm, ActForm):
    """Who it is about, how they are reached and what the helper sees, as they said it themselves."""

    known_by = RadioField(
        _("How do you know that it is the right one?"), [Required(_("Choose how you know it."))],
        choices=choices(KNOWN_WORDS.items()),
    )  # fmt: skip
    name = LineField(_("The resident's name"), [Required(_("Write the name.")), NotTooLong(LONGEST_LINE)])
    contact = RadioField(
        _("How does the resident want to be answered?"), [Required(_("Choose how to answer."))],
        choices=choices(CONTACT_WORDS.items()),
    )  # fmt: skip
    telephone = LineField(_("Telephone"), [NotTooLong(40)])
    email = LineField(_("E-mail"), [NotTooLong(MOST_EMAIL)])
    address = LineField(_("Postal address"), [NotTooLong(200)])
    language = SelectField(_("Language"), choices=choices((code, NAMES[code]) for code in LANGUAGES), default="nb")
    interpreter = LineField(_("Language of an interpreter, where one is needed"), [NotTooLong(60)])
    sees = RadioField(
        _("What shall the helper see? Ask the resident alone."), [Required(_("Choose what the helper shall see."))],
        choices=choices(SEES_WORDS.items()), default=Sees.PROGRESS.value,
    )  # fmt: skip
    has_confirmed_stop = BooleanField(_("The resident wants themselves that the help is stopped or reduced"))

    def person(self) -> Person:
        """Answer whom it is about, as it was filled in."""
        named = ("name", "contact", "telephone", "email", "address", "language", "interpreter", "known_by")
        return Person(
            **{name: self.text(name) for name in named}, has_confirmed_stop=bool(self.has_confirmed_stop.data)
        )


FORMS: dict[str, type[ActForm]] = {
    "ta": ActForm, "legg-tilbake": ActForm, "sperre": ActForm, "opphev-sperre": ActForm, "svar": AnswerForm,
    "spor": AnswerForm, "notat": NoteForm, "kollega": ConsultForm, "kollegasvar": AdviseForm, "samtale": CallForm,
    "plass": PlaceForm, "overta": HandOverForm, "gi-til": GiveForm, "videresend": ForwardForm, "avslutt": CloseForm,
}  # fmt: skip
"""Address word → its form; those that ask for nothing are a button on the case."""
BUTTONS = frozenset(word for word, form in FORMS.items() if form is ActForm)


class ReasonForm(BaseForm):
    """Why somebody looks at a colleague's case."""

    why = RadioField(
        _("Why do you open it?"), [Required(_("Choose why you open the case."))], choices=choices(REASON_WORDS.items())
    )


class SearchForm(BaseForm):
    """What a case is looked for by; it is sent as a form, so that no name stands in an address."""

    q = LineField(
        _("Find a case"), [Required(_("Write a reference, a telephone number, an e-mail or a name.")), NotTooLong(120)]
    )


class RegisterForm(BaseForm):
    """What came by telephone, by letter or in person, written down by staff."""

    key = HiddenField()
    came = RadioField(
        _("How did it come?"), [Required(_("Choose how it came."))],
        choices=choices((came.value, words) for came, words in CAME_WORDS.items() if came is not Came.WEB),
    )  # fmt: skip
    whom = RadioField(
        _("Whom is it for?"), [Required(_("Choose whom it is for."))],
        choices=choices((whom.value, words) for whom, words in WHOM_WORDS.items()),
    )  # fmt: skip
    person = LineField(_("The name of the person, where it is somebody else"), [NotTooLong(LONGEST_LINE)])
    relation = LineField(_("What is the sender to the person?"), [NotTooLong(LONGEST_LINE)])
    topics = SelectMultipleField(
        _("What is it about?"), [Required(_("Tick at least one."))], choices=choices(TOPIC_WORDS.items())
    )
    words = WordsField(_("What was said or written?"), [Required(_WORDS_NEEDED), NotTooLong(LONGEST_TEXT)])
    what_matters = WordsField(_("What matters most to the resident now?"), [NotTooLong(LONGEST_TEXT)])
    name = LineField(_("The sender's name"), [Required(_("Write the name.")), NotTooLong(LONGEST_LINE)])
    contact = RadioField(
        _("How does the sender want to be answered?"), [Required(_("Choose how to answer."))],
        choices=choices(CONTACT_WORDS.items()), default="telephone",
    )  # fmt: skip
    telephone = LineField(_("Telephone"), [NotTooLong(40)])
    email = LineField(_("E-mail"), [NotTooLong(MOST_EMAIL)])
    address = LineField(_("Postal address"), [NotTooLong(200)])
    when = SelectField(_("When does it suit to ring?"), choices=choices(TIME_WORDS.items()), default="any")
    safe_contact = LineField(_("Anything to think of when we make contact?"), [NotTooLong(LONGEST_LINE)])
    interpreter = LineField(_("Language of an interpreter, where one is needed"), [NotTooLong(60)])
    language = SelectField(_("Language"), choices=choices((code, NAMES[code]) for code in LANGUAGES), default="nb")
    office = SelectField(_("Which office has it?"), default="allocation_office")
    told = BooleanField(
        _("I have told the sender what is stored, what it is used for, and that it can be taken back."),
        [Required(_("Tell the sender what is stored before you register it."))],
    )

    def validate_person(self, field: LineField) -> None:
        """Ask for the person where it is not the sender."""
        if not field.data and self.text("whom") in FOR_OTHERS:
            raise ValidationError(_("Write the name."))

    def validate_telephone(self, field: LineField) -> None:
        """Refuse what is no telephone number, and ask for one where they want to be rung."""
        if not field.data and self.contact.data == "telephone":
            raise ValidationError(_("Write the number we can ring."))
        require_telephone(field)

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no e-mail address."""
        require_email(field)

    def validate_address(self, field: LineField) -> None:
        """Ask for an address where they want a letter."""
        if not field.data and self.contact.data == "letter":
            raise ValidationError(_("Write the address the letter shall go to."))
