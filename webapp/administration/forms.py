"""The administrator's forms: plain fields; what the rules of content refuse is refused by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import StopValidation, ValidationError

from webapp.administration.domain.receiving import MOST_TOKEN
from webapp.audit.domain import LEAST_DAYS
from webapp.content.words import SELFCHECKS
from webapp.identity.domain.people import MOST_EMAIL
from webapp.identity.forms import require_email
from webapp.kernel.language import LANGUAGES
from webapp.municipalities.domain.municipality import ROOMS, SIGNING
from webapp.municipalities.domain.theme import is_readable
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required
from webapp.web.i18n import LANGUAGE_WORDS
from webapp.web.i18n import lazy_gettext as _

ROOM_WORDS = {
    "referrals": _("Messages to the municipality (Ring me, and Write to us)"),
    "selfchecks": _("Self-checks"),
    "agreements": _("Agreements on who does what"),
}
SIGNING_WORDS = {
    "code": _("A one-time code by SMS or e-mail, or ID-porten, or paper"),
    "idporten": _("ID-porten, or paper"),
}
MOST_DAYS = 3650
_TELEPHONE = re.compile(r"\+?\d[\d ]{1,17}\d")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def _choices(words: Mapping[str, Any], order: tuple[str, ...]) -> list[SelectChoice]:
    return [SelectChoice(value, words[value]) for value in order]


class _Telephone:
    """A number as it is printed."""

    def __call__(self, _form: BaseForm, field: LineField) -> None:
        """Refuse what is no number."""
        if field.data and not _TELEPHONE.fullmatch(field.data):
            raise StopValidation(str(_("Write the number with digits and spaces, like 61 35 90 00.")))


class DaysField(LineField):
    """A whole number of days, kept as it was typed."""

    least = 0

    @property
    def days(self) -> int:
        """Answer the number, once it has been looked at."""
        return int(self.data or 0)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 -- as the library asks for it
        """Refuse what is no number of days."""
        written = self.data or ""
        is_number = written.isascii() and written.isdecimal() and len(written) < 6
        if not (is_number and self.least <= int(written) <= MOST_DAYS):
            words = _("Write a whole number of days, from %(least)s to %(most)s.", least=self.least, most=MOST_DAYS)
            raise StopValidation(str(words))


class LogDaysField(DaysField):
    """For how many days the audit log is kept: not a few, for then nobody could ask it anything."""

    least = LEAST_DAYS


class RoomsForm(BaseForm):
    """Which rooms are open, and which self-checks are switched on."""

    rooms = SelectMultipleField(_("These rooms are open"), choices=_choices(ROOM_WORDS, ROOMS))
    checks = SelectMultipleField(_("Self-checks that you have switched on"), choices=[])

    def offer(self, slugs: list[str]) -> None:
        """Offer the self-checks that a municipality can switch on."""
        self.offered = slugs
        self.checks.choices = [SelectChoice(slug, SELFCHECKS.get(slug, slug)) for slug in slugs]


class LanguagesForm(BaseForm):
    """Which languages a municipality has, and which comes first."""

    languages = SelectMultipleField(
        _("Languages on the pages"), choices=_choices(LANGUAGE_WORDS, LANGUAGES),
        validators=[Required(_("Choose at least one language."))],
    )  # fmt: skip
    first = RadioField(_("First language"), choices=_choices(LANGUAGE_WORDS, LANGUAGES))

    def validate_first(self, field: RadioField) -> None:
        """Refuse a first language that is not one of those."""
        if field.data not in self.chosen("languages"):
            raise ValidationError(str(_("The first language must be one of those you have chosen.")))

    def ordered(self) -> list[str]:
        """Answer the languages, the first one first."""
        chosen, first = self.chosen("languages"), self.text("first")
        return [first, *(code for code in LANGUAGES if code in chosen and code != first)]


def _texts(label: Any, most: int, missing: Any = None) -> list[LineField]:
    """Answer a line of text in each language; bokmål must be there where a text must be there at all."""
    return [
        LineField(
            _("%(what)s, %(language)s", what=label, language=LANGUAGE_WORDS[code]),
            [Required(missing), NotTooLong(most)] if missing and code == "nb" else [NotTooLong(most)],
        )
        for code in LANGUAGES
    ]


class _LocalisedForm(BaseForm):
    """A form with lines of text in each language."""

    def localised(self, name: str) -> dict[str, str] | None:
        """Answer what was written of a text, by language; None where nothing was."""
        return {code: text for code in LANGUAGES if (text := self.text(f"{name}_{code}"))} or None


class ContactForm(_LocalisedForm):
    """What a municipality is called, and how it is reached."""

    name = LineField(_("Name of the municipality, without «kommune»"), [Required(_("Write the name.")), NotTooLong(60)])
    telephone = LineField(_("Telephone"), [Required(_("Write the telephone number.")), _Telephone(), NotTooLong(20)])
    email = LineField(_("E-mail"), [Required(_("Write the e-mail address.")), NotTooLong(MOST_EMAIL)])
    address = LineField(_("Address"), [Required(_("Write the address.")), NotTooLong(200)])
    hours_nb, hours_nn, hours_en = _texts(_("Opening hours"), 200, _("Write the opening hours in bokmål."))
    open_until_nb, open_until_nn, open_until_en = _texts(
        _("Open until, as it stands beside the telephone"), 40, _("Write in bokmål until when you are open.")
    )

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        require_email(field)


class OfficeForm(_LocalisedForm):
    """An office that texts send readers to."""

    name_nb, name_nn, name_en = _texts(_("Name"), 200, _("Write the name in bokmål."))
    telephone = LineField(_("Telephone"), [Required(_("Write the telephone number.")), _Telephone(), NotTooLong(20)])
    hours_nb, hours_nn, hours_en = _texts(_("Opening hours"), 200)


class LookForm(BaseForm):
    """The colour of a municipality."""

    accent = LineField(_("Colour"), [Required(_("Choose a colour."))])

    def validate_accent(self, field: LineField) -> None:
        """Refuse what is no colour, and one that cannot be read."""
        if not _COLOUR.fullmatch(field.data or ""):
            raise ValidationError(str(_("Write a colour like #0b5cad: a # and six digits or letters from a to f.")))
        if not is_readable(self.colour()):
            raise ValidationError(str(_("This colour cannot be read well enough. Choose a darker one.")))

    def colour(self) -> str:
        """Answer the colour as content writes it."""
        return self.text("accent").lower()


class ArmsForm(BaseForm):
    """Which of the images is the coat of arms."""

    image = SelectField(_("Image"), choices=[], validate_choice=False)

    def offer(self, slugs: list[str]) -> None:
        """Offer no image, and those that there are."""
        self.offered = ["", *slugs]
        self.image.choices = [
            SelectChoice("", _("None: the name stands alone")),
            *(SelectChoice(slug, slug) for slug in slugs),
        ]

    def validate_image(self, field: SelectField) -> None:
        """Refuse what is none of the images."""
        if field.data not in self.offered:
            raise ValidationError(str(_("There is no such image any more. Choose another.")))


class CommonLookForm(BaseForm):
    """Going back to the common colours: whatever stands in the field counts for nothing."""

    accent = LineField(_("Colour"))


class RetentionForm(BaseForm):
    """For how many days things are kept after they have ended."""

    referral = DaysField(_("Messages to the municipality: days after they are closed or taken back"))
    agreement = DaysField(_("Agreements: days after they have ended"))
    audit = LogDaysField(_("The audit log: days after each event"))


class RulesForm(BaseForm):
    """What a municipality asks for at the least."""

    signing = RadioField(_("What signing an agreement takes"), choices=_choices(SIGNING_WORDS, SIGNING))
    four_eyes = BooleanField(_("Somebody else must approve every text before it is published"))
    attachments = BooleanField(_("Residents may attach photographs and PDF files to what they send"))


class NoticeForm(BaseForm):
    """Who is told that something has come in."""

    on = BooleanField(_("Send an e-mail when something has come in"))
    email = LineField(_("To this address"), [NotTooLong(MOST_EMAIL)])

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        require_email(field)


class ReceiverForm(BaseForm):
    """The address of a receiver, and a secret, which is written here and never shown."""

    address = LineField(_("Address"), [NotTooLong(500)])
    secret = PasswordField(_("Secret"), [NotTooLong(MOST_TOKEN)])
