"""The forms of co-creation: a sentence on a page, a suggestion, a comment on a draft."""

from __future__ import annotations

from wtforms import HiddenField

from webapp.feedback.domain import (
    MOST_COMMENT,
    MOST_NAME,
    MOST_SENTENCE,
    MOST_SUGGESTION,
    MOST_TITLE,
    Removed,
    without_personal,
)
from webapp.kernel.text import without_hidden
from webapp.web.forms import BaseForm, LineField, NotTooLong, Required, WordsField
from webapp.web.i18n import lazy_gettext as _

ONLY_PERSONAL = _(
    "We do not keep numbers and addresses, and you wrote nothing else. Write what we should know, or call us."
)


class CleanForm(BaseForm):
    """A form that is kept without anything personal in it."""

    website = LineField(_("Leave this empty"), [NotTooLong(200)])
    """No person sees this field: what fills it in is no person."""

    @property
    def is_by_machine(self) -> bool:
        """Tell whether a field was filled in that no person sees."""
        return bool(self.text("website"))

    def cleaned(self, name: str) -> str:
        """Answer what was written in a field, without anything personal."""
        return without_personal(without_hidden(self.text(name))).text

    def removed(self) -> frozenset[Removed]:
        """Answer what is taken out of what was written."""
        return frozenset(what for field in self for what in without_personal(self.text(field.name)).removed)

    def says_something(self, name: str) -> bool:
        """Tell whether anything is left of a field; where not, the field says so."""
        is_there = not without_personal(self.text(name)).is_empty
        if not is_there:
            self[name].errors = [str(ONLY_PERSONAL)]
        return is_there


class SentenceForm(CleanForm):
    """What a reader did not find, or what could be better."""

    kind = HiddenField()
    slug = HiddenField()
    funnet = HiddenField()
    words = WordsField(
        _("Do you want to say more?"),
        [
            Required(_("Write a sentence, or leave the page as it is: your answer is counted.")),
            NotTooLong(MOST_SENTENCE),
        ],
    )


class SuggestForm(CleanForm):
    """A page that is missing."""

    title = LineField(
        _("What were you looking for?"), [Required(_("Write what you were looking for.")), NotTooLong(MOST_TITLE)]
    )
    words = WordsField(_("What should it say? (optional)"), [NotTooLong(MOST_SUGGESTION)])


class CommentForm(CleanForm):
    """A comment on a draft."""

    about = LineField(_("Which part is it about? (optional)"), [NotTooLong(MOST_TITLE)])
    words = WordsField(_("What do you think of it?"), [Required(_("Write what you think.")), NotTooLong(MOST_COMMENT)])
    name = LineField(_("Which council or group are you from? (optional)"), [NotTooLong(MOST_NAME)])
