"""The forms of starting and of who is in: plain fields, one person at a time."""

from __future__ import annotations

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.agreements.domain.starting import Theme
from webapp.agreements.words import THEMES
from webapp.identity.domain.people import MOST_EMAIL, MOST_NAME
from webapp.referrals.actions.sending import mobile
from webapp.referrals.forms import require_email, require_telephone
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required
from webapp.web.i18n import lazy_gettext as _

LONGEST_ADDRESS, LONGEST_LINE = 200, 120
ROLES = {
    "caregiver": _("Family or friend of somebody"),
    "resident": _("The one it is about"),
    "volunteer": _("Volunteer"),
}
MODES = {"municipality": _("Us and the municipality"), "family": _("Only us")}
CHANNELS = {
    "sms": _("SMS"),
    "email": _("E-mail"),
    "letter": _("Letter"),
    "call": _("Telephone call"),
}
OTHERS = {
    "caregiver": _("Family or friend"),
    "guardian": _("Guardian for the one it is about"),
    "power_of_attorney": _("Has a future power of attorney that is in force"),
    "volunteer": _("Volunteer"),
}


def _choices(words: dict[str, object]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class StarterForm(BaseForm):
    """Who starts, and how they are reached themselves."""

    key = HiddenField()
    role = RadioField(
        _("Who are you?"), [Required(_("Choose who you are."))], choices=_choices({**ROLES}), default="caregiver"
    )
    mode = RadioField(
        _("Who shall agree?"), [Required(_("Choose one of them."))], choices=_choices({**MODES}),
        default="municipality",
    )  # fmt: skip
    name = LineField(_("Your name"), [Required(_("Write your name.")), NotTooLong(MOST_NAME)])
    telephone = LineField(_("Your mobile number"), [NotTooLong(40)])
    email = LineField(_("Your e-mail"), [NotTooLong(MOST_EMAIL)])

    def validate_telephone(self, field: LineField) -> None:
        """Ask for one way to reach them, and refuse what gets no SMS."""
        if not field.data and not self.text("email"):
            raise ValidationError(_("Write your mobile number or your e-mail. You get a code there."))
        if field.data and not mobile(str(field.data)):
            raise ValidationError(_("Write a Norwegian mobile number, eight digits."))

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        require_email(field)


class ContactForm(BaseForm):
    """How somebody is reached: by what, and where."""

    channel = RadioField(
        _("How shall messages come?"), [Required(_("Choose how messages shall come."))],
        choices=_choices({**CHANNELS}), default="sms",
    )  # fmt: skip
    telephone = LineField(_("Telephone"), [NotTooLong(40)])
    email = LineField(_("E-mail"), [NotTooLong(MOST_EMAIL)])
    address = LineField(_("Postal address"), [NotTooLong(LONGEST_ADDRESS)])

    def offer_paper(self, *, is_offered: bool) -> None:
        """Leave letters and calls out where no municipality is in to write and to ring."""
        if not is_offered:
            self.channel.choices = _choices({name: CHANNELS[name] for name in ("sms", "email")})

    def validate_telephone(self, field: LineField) -> None:
        """Ask for a number where messages come by it, and refuse one that they cannot come to."""
        if not field.data and self.channel.data in {"sms", "call"}:
            raise ValidationError(_("Write the number."))
        require_telephone(field)
        if self.channel.data == "sms" and not mobile(str(field.data)):
            raise ValidationError(_("Write a Norwegian mobile number, eight digits."))

    def validate_email(self, field: LineField) -> None:
        """Ask for an address where messages come by it, and refuse what is none."""
        if not field.data and self.channel.data == "email":
            raise ValidationError(_("Write the e-mail address."))
        require_email(field)

    def validate_address(self, field: LineField) -> None:
        """Ask for an address where letters come to it."""
        if not field.data and self.channel.data == "letter":
            raise ValidationError(_("Write the address the letter shall go to."))


class ResidentForm(ContactForm):
    """Whom it is about."""

    leading = ("name",)
    name = LineField(_("The name of the one it is about"), [Required(_("Write the name.")), NotTooLong(MOST_NAME)])


class PersonForm(ContactForm):
    """Somebody else who is in."""

    leading = ("name", "relation")
    name = LineField(_("Name"), [Required(_("Write the name.")), NotTooLong(MOST_NAME)])
    relation = LineField(_("What are they to the one it is about?"), [NotTooLong(LONGEST_LINE)])
    role = RadioField(
        _("Takes part as"), [Required(_("Choose one of them."))], choices=_choices({**OTHERS}), default="caregiver"
    )


class ThemeForm(BaseForm):
    """What it is about; the tasks of it are ready."""

    theme = RadioField(
        _("What do you want to clear up?"), [Required(_("Choose one of them."))],
        choices=_choices({theme.value: THEMES[theme] for theme in Theme}), default="home",
    )  # fmt: skip
