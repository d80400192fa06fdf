"""Forms: fields that are filled with what was posted, shown with what is wrong, and never lose what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from babel.support import NullTranslations, Translations
from flask import g, request
from flask_babel import LazyString, gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, StopValidation

from webapp.kernel.text import without_hidden
from webapp.web.i18n import language, lazy_gettext

csrf = CSRFProtect()
CREDENTIALS = frozenset({"password", "new_password", "code"})
"""Fields that are never shown again."""
SECRETS = CREDENTIALS | {"csrf_token", "answer"}
"""Fields that are never kept."""


@cache
def _words_of_fields(code: str) -> NullTranslations:
    """Answer the library's own words in a language; they are read once, and not from their file in each request."""
    return Translations.load(messages_path(), [code], domain="wtforms")


class BaseForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form of one of our pages.

    Where the page has a session its token is checked before the view runs (`identity/current.py`), so the form adds
    none of its own; a page shows it with `ui.form`. After a session has ended in mid-work, the form is shown filled in
    with what was posted then, and unsent.
    """

    leading: ClassVar[tuple[str, ...]] = ()
    """Fields that the page shows before the others, where the form inherits those."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        """Tokens are put in by the page and checked for the whole request."""

        csrf = False

        def get_translations(self, _form: BaseForm) -> NullTranslations:
            """Answer what fields say by themselves, such as that something is no choice."""
            return _words_of_fields(language())

    def __init__(self, **given: Any) -> None:
        kept = g.get("parked")
        if kept is not None and request.method == "GET":
            super().__init__(**{**given, "formdata": kept})
        else:
            super().__init__(**given)

    def text(self, name: str) -> str:
        """Answer what was written in a field; empty where nothing was."""
        return str(self[name].data or "")

    def chosen(self, name: str) -> list[str]:
        """Answer what was chosen in a field of several."""
        return [str(value) for value in self[name].data or ()]

    def faults(self) -> list[tuple[str, str]]:
        """Answer what is wrong, as (id of the field, words), for the summary on top: in the order of the page."""
        fields = [*(self[name] for name in self.leading), *(one for one in self if one.short_name not in self.leading)]
        return [(field.id, str(field.errors[0])) for field in fields if field.errors]


class Required(InputRequired):
    """Something must be written, and not only spaces; the words say what."""

    def __init__(self, message: LazyString | str) -> None:
        super().__init__(message)

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse what is empty, as it was sent and as it was taken."""
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(str(self.message))


class NotTooLong:
    """At most so many characters, counted before anything else is done with them."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Refuse a text that is longer."""
        if field.data and len(field.data) > self.most:
            raise StopValidation(str(lazy_gettext("Write at most %(most)s characters.", most=self.most)))


class LineField(StringField):
    """One line of text, without spaces around it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the line; white space around and inside is folded, and characters that are not written are gone."""
        texts = _texts(valuelist)
        super().process_formdata([" ".join("".join(filter(_is_written, text)).split()) for text in texts])


def _texts(posted: Iterable[object]) -> list[str]:
    """Answer what was posted as text: a file in place of it is none."""
    return [value for value in posted if isinstance(value, str)]


def _is_written(character: str) -> bool:
    return character.isprintable() or character.isspace()


class WordsField(TextAreaField):
    """Some lines of text, as somebody wrote them: emoji and every script; without what no keyboard writes."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text with plain line ends; control characters and signs that turn the direction of text are gone."""
        written = "".join(_texts(valuelist)).replace("\r\n", "\n").replace("\r", "\n")
        self.data = without_hidden(written).strip()


def token_of_page() -> str:
    """Answer the token of the session for the page's forms; empty where there is no session to misuse."""
    return str(generate_csrf()) if g.get("has_session") else ""


def posted_without_secrets() -> list[tuple[str, str]]:
    """Answer what was posted, but for what must not be kept."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS]


def posted_to_send_again() -> list[tuple[str, str]]:
    """Answer what was posted from a page, to be sent once more as it was; nothing where a secret is among it."""
    is_page = request.method == "POST" and "HX-Request" not in request.headers
    if not is_page or request.files or CREDENTIALS & set(request.form):
        return []
    return list(request.form.items(multi=True))


def park(fields: list[tuple[str, str]], *, is_late: bool = False) -> None:
    """Let the form of this page be shown with what was typed before; late, where the session had ended by then."""
    g.parked, g.is_late = MultiDict(fields), is_late


def parked_form() -> MultiDict[str, str] | None:
    """Answer what was typed before, for a form that is no BaseForm; None where nothing waits to be shown."""
    return g.get("parked") if request.method == "GET" else None


def parked_notice() -> str:
    """Answer why the page shows what was typed before, in the reader's words; empty where it does not."""
    if g.get("parked") is None or request.method != "GET":
        return ""
    if g.is_late:
        return str(
            gettext("You were logged out before this was sent. What you wrote stands here. It has not been sent.")
        )
    return str(gettext("What you wrote stands here. It has not been sent. Look it over, and send it again."))
