"""What an editor says of an image: whose it is, what it is called, what it shows, or that it is for the eye only."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from webapp.gateways.imaging import Refusal
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import make_slug
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required
from webapp.web.i18n import lazy_gettext as _

OWN, SHARED = "egen", "felles"
_ALT = "alt_"
REFUSALS = {
    Refusal.EMPTY: _("Choose the image."),
    Refusal.TOO_LARGE: _("The image is too large. Make it smaller than 12 MB, and choose it again."),
    Refusal.NOT_AN_IMAGE: _("This file is no image. Choose a photograph or drawing saved as JPEG or PNG."),
    Refusal.DRAWING: _("This is a drawing in SVG, which may hold programs. Save it as PNG, and choose it again."),
    Refusal.OTHER_TYPE: _("We do not take this type of file. Save the image as JPEG or PNG, and choose it again."),
    Refusal.BROKEN: _("The image cannot be opened. It is damaged. Save it anew, and choose it again."),
    Refusal.TOO_MANY_POINTS: _("The image has too many points. Make it smaller, and choose it again."),
    Refusal.TOO_SMALL: _("The image is too small to be seen well. Choose one that is at least 300 points wide."),
    Refusal.TOO_NARROW: _("The image is too long and narrow. Cut it, and choose it again."),
    Refusal.MOVES: _("The image moves. Nothing moves by itself here: choose one that stands still."),
}


class _FileForm(BaseForm):
    """The image itself and its name; it stands first in the form, and so do its faults in the summary."""

    file = FileField(_("The image"))
    name = LineField(_("A short name"), [Required(_("Give the image a short name.")), NotTooLong(60)])


class AltForm(BaseForm):
    """What an image says to those who cannot see it, in every language; or that it is for the eye only."""

    alt_nb = LineField(_("What the image shows, in bokmål"), [NotTooLong(300)])
    alt_nn = LineField(_("What the image shows, in nynorsk"), [NotTooLong(300)])
    alt_en = LineField(_("What the image shows, in English"), [NotTooLong(300)])
    decorative = BooleanField(_("The image is only there to look at, and says nothing that the text does not say"))
    basis = HiddenField()
    """What was told of the image when the form was opened."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand words in every language, or that the image is said to need none."""
        is_right = bool(super().validate(extra_validators))
        words = self.words()
        if self.decorative.data and words:
            self.decorative.errors = [gettext("Take away the words, or the tick. An image for the eye only has none.")]
            return False
        missing = [code for code in LANGUAGES if code not in words] if not self.decorative.data else []
        for code in missing:
            field = self[_ALT + code]
            if not field.errors:
                field.errors = [gettext("%(label)s: write it, in one sentence.", label=field.label.text)]
        return is_right and not missing

    def words(self) -> dict[str, str]:
        """Answer what was written, by language."""
        return {code: self.text(_ALT + code) for code in LANGUAGES if self.text(_ALT + code)}

    def told(self) -> dict[str, Any]:
        """Answer what is told of the image by this form."""
        return {"decorative": True} if self.decorative.data else {"alt": self.words()}


class ImageForm(_FileForm, AltForm):
    """A new image."""

    whose = RadioField(
        _("Who may use the image?"),
        choices=[
            SelectChoice(OWN, _("Our own pages")),
            SelectChoice(SHARED, _("All municipalities here, in the pages that they share")),
        ],
        default=OWN,
    )

    @property
    def slug(self) -> str:
        """What the image is called in a text."""
        return make_slug(self.text("name"))
