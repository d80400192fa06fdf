"""The forms of coming in: what is written, and that it has the shape of what is asked for."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import ValidationError

from webapp.identity.domain.codes import Channel
from webapp.identity.domain.passwords import LEAST, MOST, PasswordFault
from webapp.identity.domain.people import MOST_EMAIL, MOST_NAME, email_of
from webapp.kernel.errors import InvalidError
from webapp.kernel.language import LANGUAGES, NAMES
from webapp.kernel.permission import STAFF_ROLES, Role
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required
from webapp.web.i18n import lazy_gettext as _

ROLE_NAMES = {
    Role.CASEWORKER: _("caseworker"),
    Role.EDITOR: _("editor"),
    Role.REVIEWER: _("reviewer"),
    Role.ADMINISTRATOR: _("administrator"),
}
PASSWORD_FAULTS = {
    PasswordFault.SHORT: _("Write a password of at least %(least)s characters.", least=LEAST),
    PasswordFault.LONG: _("Write a password of at most %(most)s characters.", most=MOST),
    PasswordFault.EASY: _("This password is too easy to guess. Three or four words that have nothing to do with each "
                          "other make a good one."),
}  # fmt: skip
REMOVAL_WORDS = {
    "lost": _("The phone or the key is lost or broken"),
    "replaced": _("There is a new phone, and the old one is gone"),
    "misused": _("Somebody else may have it"),
}
"""Why a second step is taken away, by the word that the audit log keeps."""
WRONG_CODE = _("The code is wrong, too old or already used. Check it, or ask for a new one.")


class SignInForm(BaseForm):
    """E-mail and password."""

    email = LineField(_("E-mail"), [Required(_("Write your e-mail address.")), NotTooLong(MOST_EMAIL)])
    password = PasswordField(_("Password"), [Required(_("Write your password."))])


class CodeForm(BaseForm):
    """A code of any kind, as it was read or pasted."""

    code = LineField(_("Code"), [Required(_("Write the code.")), NotTooLong(40)])


class EmailForm(BaseForm):
    """An e-mail address alone."""

    email = LineField(_("E-mail"), [Required(_("Write your e-mail address.")), NotTooLong(MOST_EMAIL)])

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        require_email(field)


class NewPasswordForm(BaseForm):
    """A new password."""

    new_password = PasswordField(_("New password"), [Required(_("Write a new password."))])


class TakeUpForm(NewPasswordForm):
    """The start code that the administrator gave, and a new password."""

    code = LineField(_("Start code"), [Required(_("Write the start code you were given.")), NotTooLong(40)])


class AgainForm(BaseForm):
    """The password again, and a code for who has a second factor."""

    password = PasswordField(_("Password"), [Required(_("Write your password."))])
    code = LineField(_("Code"), [NotTooLong(40)])


class AppForm(CodeForm):
    """The first code of a new authenticator app, and what to call it."""

    label = LineField(_("What do you call this device?"), [NotTooLong(60)])


class PasskeyForm(BaseForm):
    """What the browser answered for a passkey."""

    answer = HiddenField(validators=[Required(_("The passkey did not answer. Try again."))])
    label = LineField(_("What do you call this key?"), [NotTooLong(60)])


class InviteForm(BaseForm):
    """Somebody to be invited as staff."""

    name = LineField(_("Name"), [Required(_("Write the name.")), NotTooLong(MOST_NAME)])
    email = LineField(_("E-mail"), [Required(_("Write the e-mail address.")), NotTooLong(MOST_EMAIL)])
    roles = SelectMultipleField(
        _("This person works as"),
        choices=[SelectChoice(role.value, ROLE_NAMES[role]) for role in STAFF_ROLES],
        validators=[Required(_("Choose at least one."))],
    )
    language = SelectField(_("Language"), choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES], default="nb")

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        require_email(field)


class StaffForm(BaseForm):
    """What can be changed of an account."""

    name = LineField(_("Name"), [Required(_("Write the name.")), NotTooLong(MOST_NAME)])
    roles = SelectMultipleField(
        _("This person works as"),
        choices=[SelectChoice(role.value, ROLE_NAMES[role]) for role in STAFF_ROLES],
        validators=[Required(_("Choose at least one."))],
    )


class FactorsForm(BaseForm):
    """Why somebody's second step is taken away."""

    why = RadioField(
        _("Why is it removed?"), [Required(_("Choose why the second step is removed."))],
        choices=[SelectChoice(word, told) for word, told in REMOVAL_WORDS.items()],
    )  # fmt: skip


class JoiningForm(BaseForm):
    """A joining code, as it was said or printed."""

    code = LineField(_("Code"), [Required(_("Write the code you were given, like K7M4-PX2Q.")), NotTooLong(40)])


class ChannelForm(BaseForm):
    """By which channel a code is sent, where there is a choice."""

    channel = HiddenField()

    def wanted(self) -> str:
        """Answer the channel that was chosen; empty where none was."""
        return self.text("channel")


CHANNEL_WORDS: dict[Channel, Any] = {
    Channel.SMS: _("by SMS"),
    Channel.EMAIL: _("by e-mail"),
}


def require_email(field: LineField) -> None:
    """Refuse what is no e-mail address, and say how one looks."""
    if not field.data or field.errors:
        return
    try:
        email_of(field.data)
    except InvalidError as error:
        raise ValidationError(str(_("Write an e-mail address, like kari@example.no."))) from error
