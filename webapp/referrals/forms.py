"""The forms of asking: one screen each; what is missing is said in the reader's words, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.gateways.files_brought import Unfit
from webapp.identity.domain.people import MOST_EMAIL, email_of
from webapp.kernel.errors import InvalidError
from webapp.kernel.text import without_hidden
from webapp.referrals.actions.sending import mobile
from webapp.referrals.domain.names import plain_digits
from webapp.referrals.domain.referral import LONGEST_LINE, LONGEST_TEXT
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

WHOM_WORDS = {
    "self": _("Me"),
    "willing": _("Somebody else, who knows about it and wants it"),
    "undecided": _("Somebody else, who knows about it but has not said yes"),
    "unaware": _("Somebody else, who does not know. I am worried"),
    "young": _("Me, and I am under 18"),
}
TOPIC_WORDS = {
    "daily_life": _("Help at home in everyday life"),
    "nursing": _("Nursing, wounds and medicines"),
    "memory": _("Memory and dementia"),
    "falls": _("Falls, training and getting around"),
    "aids": _("Aids and safety alarm"),
    "caregiver": _("Support and relief for a caregiver"),
    "mental_health": _("Mental health, alcohol and drugs"),
    "housing": _("Dwelling, short stay and nursing home"),
    "company": _("Company, activities and transport"),
    "other": _("Something else, or I do not know"),
}
CONTACT_WORDS = {
    "telephone": _("Ring me"),
    "message": _("Send a message by e-mail or SMS"),
    "letter": _("Send a letter"),
}
TIME_WORDS = {
    "any": _("Any time"),
    "morning": _("In the morning"),
    "midday": _("In the middle of the day"),
    "afternoon": _("In the afternoon"),
}
LEAST_DIGITS = 5


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class WhomForm(BaseForm):
    """Whom it is for."""

    whom = RadioField(
        _("Whom is it for?"), [Required(_("Choose whom it is for."))], choices=_choices(WHOM_WORDS),
        validate_choice=True,
    )  # fmt: skip


class PersonForm(BaseForm):
    """Who it is, where it is somebody else."""

    name = LineField(_("The name of the person"), [Required(_("Write the name.")), NotTooLong(LONGEST_LINE)])
    relation = LineField(_("What are you to the person? For example daughter or neighbour"), [NotTooLong(LONGEST_LINE)])
    telephone = LineField(_("The person's telephone, if you know it"), [NotTooLong(40)])


class AboutForm(BaseForm):
    """What it is about."""

    topics = SelectMultipleField(
        _("Tick as many as you like."), [Required(_("Tick at least one."))],
        choices=_choices(TOPIC_WORDS),
    )  # fmt: skip


class TellForm(BaseForm):
    """What somebody wants to tell."""

    words = WordsField(
        _("Tell briefly what it is about"), [Required(_("Write a few words.")), NotTooLong(LONGEST_TEXT)]
    )
    what_matters = WordsField(_("What matters most to you now? (you may leave it open)"), [NotTooLong(LONGEST_TEXT)])
    offer_date = RadioField(_("Which date suits you?"), choices=[], validate_choice=False)
    stops_help = BooleanField(_("I ask that help for the other person is stopped or reduced"))
    attach = BooleanField(_("Send the answers from the self-check along"))


class ReachableForm(BaseForm):
    """How somebody wants to be reached: what they choose needs its number, address or postal address."""

    def validate_telephone(self, field: LineField) -> None:
        """Refuse what is no telephone number, and ask for one where they want to be rung."""
        if not field.data and self.contact.data == "telephone":
            raise ValidationError(_("Write the number we can ring."))
        require_telephone(field)

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address, and ask for one where a message can reach nobody."""
        if not field.data and self.contact.data == "message" and not mobile(self.text("telephone")):
            raise ValidationError(_("Write an e-mail address or a mobile number."))
        require_email(field)

    def validate_address(self, field: LineField) -> None:
        """Ask for an address where they want a letter."""
        if not field.data and self.contact.data == "letter":
            raise ValidationError(_("Write the address the letter shall go to."))


class ContactForm(ReachableForm):
    """How to reach who sends it."""

    name = LineField(_("Your name"), [Required(_("Write your name.")), NotTooLong(LONGEST_LINE)])
    contact = RadioField(
        _("How do you want to be answered?"), [Required(_("Choose how you want to be answered."))],
        choices=_choices(CONTACT_WORDS),
    )  # fmt: skip
    telephone = LineField(_("Telephone"), [NotTooLong(40)])
    email = LineField(_("E-mail"), [NotTooLong(MOST_EMAIL)])
    address = LineField(_("Postal address"), [NotTooLong(200)])
    interpreter = LineField(_("Do you need an interpreter? Write the language"), [NotTooLong(60)])
    safe_contact = LineField(_("Is there something we must think of when we contact you?"), [NotTooLong(LONGEST_LINE)])


class SendForm(BaseForm):
    """The check: the key that makes one form one case, and a result that can be sent along."""

    key = HiddenField()
    attach = RadioField(_("Do you want to send the answers from a self-check along?"), choices=[], default="")


class CallForm(BaseForm):
    """«Ring meg»: name, telephone, when."""

    key = HiddenField()
    name = LineField(_("Your name"), [Required(_("Write your name.")), NotTooLong(LONGEST_LINE)])
    telephone = LineField(_("Telephone"), [Required(_("Write the number we can ring.")), NotTooLong(40)])
    when = RadioField(_("When does it suit you?"), choices=_choices(TIME_WORDS), default="any")
    interpreter = LineField(_("Do you need an interpreter? Write the language"), [NotTooLong(60)])

    def validate_telephone(self, field: LineField) -> None:
        """Refuse what is no telephone number."""
        require_telephone(field)


class ReferenceForm(BaseForm):
    """The reference on a receipt."""

    reference = LineField(_("Reference"), [Required(_("Write the reference.")), NotTooLong(40)])


class ClaimForm(ReferenceForm):
    """Somebody who says that what another wrote is about them; staff ring before anything is shown."""

    name = LineField(_("Your name"), [Required(_("Write your name.")), NotTooLong(LONGEST_LINE)])
    telephone = LineField(_("Telephone"), [Required(_("Write the number we can ring.")), NotTooLong(40)])

    def validate_telephone(self, field: LineField) -> None:
        """Refuse what is no telephone number."""
        require_telephone(field)


class SeesForm(BaseForm):
    """What the helper sees and does from now on."""

    sees = RadioField(_("What shall the one who wrote for you see?"), [Required(_("Choose one of them."))])


UNFIT_WORDS = {
    Unfit.EMPTY: _("Choose the file."),
    Unfit.TOO_LARGE: _("The file is too large. A photograph may be 12 MB, a PDF 8 MB."),
    Unfit.OTHER_TYPE: _("We do not take this type of file. Choose a photograph (JPEG or PNG) or a PDF."),
    Unfit.BROKEN: _("The file cannot be opened. It is damaged. Save it anew, and choose it again."),
    Unfit.ACTIVE: _("This PDF holds programs or other files. Print it as a new PDF, or take a photograph of it."),
    Unfit.TOO_SMALL: _("The photograph is too small, or too long and narrow, to be seen well."),
}
_NOT_IN_NAMES = re.compile(r"[^\w .,()-]+")


def file_name(given: str, ending: str) -> str:
    """Answer what an attached file is called: the words of its name, and the ending of what it is."""
    stem = given.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or given
    plain = " ".join(_NOT_IN_NAMES.sub(" ", without_hidden(stem)).split())[:60].strip(" .")
    return f"{plain or 'vedlegg'}.{ending}"


class AttachForm(BaseForm):
    """A file that somebody attaches."""

    file = FileField(_("The photograph or the PDF"))


class WriteForm(BaseForm):
    """Something more that the resident writes."""

    words = WordsField(_("Write to the municipality"), [Required(_("Write a few words.")), NotTooLong(LONGEST_TEXT)])


def require_telephone(field: LineField) -> None:
    """Refuse what cannot be a telephone number; how it is spaced does not matter."""
    written = str(field.data or "")
    if written and (len(plain_digits(written)) < LEAST_DIGITS or any(sign.isalpha() for sign in written)):
        raise ValidationError(_("This does not look like a telephone number."))


def require_email(field: LineField) -> None:
    """Refuse what is no e-mail address, and keep one as it is stored."""
    if not field.data:
        return
    try:
        field.data = email_of(str(field.data))
    except InvalidError as error:
        raise ValidationError(_("This does not look like an e-mail address.")) from error


def add_dates(form: TellForm, dates: dict[str, str]) -> None:
    """Let one of an offer's dates be chosen; one that is not among them is none."""
    form.offer_date.choices = [SelectChoice("", _("Any of them")), *_choices(dates)]
    form.offer_date.data = form.offer_date.data if form.offer_date.data in dates else ""


def offer_results(form: SendForm, results: dict[str, str]) -> None:
    """Let one of the self-checks that were answered be sent along; none of them unless it is chosen."""
    form.attach.choices = [SelectChoice("", _("No, send nothing along")), *_choices(results)]
    form.attach.data = form.attach.data if form.attach.data in results else ""


def add_topic(form: AboutForm, value: str, words: str) -> None:
    """Let the page that somebody came from stand first among what can be ticked."""
    form.topics.choices = [SelectChoice(value, words), *_choices(TOPIC_WORDS)]
