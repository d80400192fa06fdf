"""The forms of staff in agreements: starting one, the municipality's word, what came on paper, assessments, the end."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from webapp.agreements.actions.office import CHECK_SIGNS, ENDINGS
from webapp.agreements.answer_forms import LONGEST_WORDS
from webapp.agreements.domain.history import How
from webapp.agreements.domain.parties import Basis
from webapp.agreements.words import BASES, THEMES
from webapp.casework.forms import choices
from webapp.identity.domain.people import MOST_EMAIL, MOST_NAME
from webapp.kernel.language import LANGUAGES, NAMES
from webapp.referrals.forms import require_email, require_telephone
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

NOBODY, COOPERATION = "nobody", "cooperation"
ENDING_WORDS = {
    "moved": _("The resident has moved"),
    "replaced": _("Another agreement has taken its place"),
    "died": _("The resident has died: every message stops at once"),
    "not_kept": _("It is no longer followed"),
    "other": _("Something else"),
}
HOW_WORDS = {
    How.PAPER.value: _("On paper"),
    How.CALL.value: _("By telephone"),
    How.WITH_HELPER.value: _("Read aloud and filled in together"),
}
"""From what staff write down the answers of somebody."""
OWN, SHEET = "own", "sheet"
STANDS_WORDS = {
    OWN: _("What they answered themselves. Only the rest is written down here."),
    SHEET: _("This. They have said so themselves."),
}
CHANNEL_WORDS = {
    "sms": _("SMS"),
    "email": _("E-mail"),
    "letter": _("Letter"),
    "call": _("Telephone call"),
}


class StartForm(BaseForm):
    """An agreement that staff begin, for a resident whom they have met or talked to."""

    key = HiddenField()
    name = LineField(_("The resident's name"), [Required(_("Write the name.")), NotTooLong(MOST_NAME)])
    channel = RadioField(
        _("How is the resident told?"), [Required(_("Choose how the resident is told."))],
        choices=choices(CHANNEL_WORDS.items()), default="sms",
    )  # fmt: skip
    telephone = LineField(_("Telephone"), [NotTooLong(40)])
    email = LineField(_("E-mail"), [NotTooLong(MOST_EMAIL)])
    address = LineField(_("Postal address"), [NotTooLong(200)])
    theme = RadioField(
        _("What is it about?"), [Required(_("Choose one of them."))],
        choices=choices((theme.value, words) for theme, words in THEMES.items()), default="home",
    )  # fmt: skip
    language = SelectField(_("Language"), choices=choices((code, NAMES[code]) for code in LANGUAGES), default="nb")

    def validate_telephone(self, field: LineField) -> None:
        """Ask for a number where they are told by one, and refuse what is none."""
        if not field.data and self.channel.data in {"sms", "call"}:
            raise ValidationError(_("Write the number we can ring."))
        require_telephone(field)

    def validate_email(self, field: LineField) -> None:
        """Ask for an address where they are told by one, and refuse what is none."""
        if not field.data and self.channel.data == "email":
            raise ValidationError(_("Write the e-mail address."))
        require_email(field)

    def validate_address(self, field: LineField) -> None:
        """Ask for an address where they are told by letter."""
        if not field.data and self.channel.data == "letter":
            raise ValidationError(_("Write the address the letter shall go to."))


class PaperForm(BaseForm):
    """A signature on paper before a witness."""

    check = LineField(
        _("The check number on the paper"),
        [Required(_("Write the check number that stands on top of each page.")), NotTooLong(CHECK_SIGNS + 4)],
    )  # fmt: skip
    witness = LineField(_("The witness"), [Required(_("Write who saw it being signed.")), NotTooLong(MOST_NAME)])
    signed_on = LineField(_("The day it was signed"), [Required(_("Write the day.")), NotTooLong(40)])


class AnswersForm(BaseForm):
    """What goes with the answers that staff write down: from what, and what holds where they had begun themselves."""

    seen = HiddenField()
    how = RadioField(
        _("How did the answers come?"),
        [Required(_("Choose how the answers came."))],
        choices=choices(HOW_WORDS.items()),
    )
    joined = BooleanField(_("They have said yes to taking part."))
    stands = RadioField(
        _("What holds where they have answered themselves?"), [Required(_("Choose what holds."))],
        choices=choices(STANDS_WORDS.items()),
    )  # fmt: skip
    matters = WordsField(_("What matters to you?"), [NotTooLong(LONGEST_WORDS)])

    def fit(self, *, has_joined: bool, has_own: bool) -> None:
        """Leave out what need not be asked."""
        if has_joined:
            del self.joined
        if not has_own:
            del self.stands

    def validate_joined(self, field: BooleanField) -> None:
        """Ask for a yes: nobody takes part because somebody else wrote something down."""
        if not field.data:
            raise ValidationError(_("Nobody takes part without having said yes. Have they?"))


class AssessForm(BaseForm):
    """Who speaks for a resident who cannot, and on what that stands; or that nobody can."""

    who = RadioField(_("Who speaks for the resident?"), [Required(_("Choose one of them."))])
    basis = RadioField(
        _("On what does that stand?"), choices=choices((basis.value, words) for basis, words in BASES.items()),
        default=Basis.GUARDIAN.value,
    )  # fmt: skip
    assessed_by = LineField(
        _("Who has seen or assessed it, and as what?"), [Required(_("Write who.")), NotTooLong(MOST_NAME)]
    )
    assessed_on = LineField(_("When?"), [Required(_("Write the day.")), NotTooLong(40)])
    about = WordsField(
        _("About what? Each matter by itself."), [Required(_("Write what it is about.")), NotTooLong(500)]
    )


class EndForm(BaseForm):
    """Why an agreement ends."""

    why = RadioField(
        _("Why does it end?"), [Required(_("Choose one of them."))],
        choices=choices((why, ENDING_WORDS[why]) for why in ENDINGS),
    )  # fmt: skip
