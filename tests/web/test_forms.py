"""Forms lose nothing that was typed, keep nothing that is secret, and take nothing that only looks like something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from tests.factories.people import Browser, add_staff
from webapp.app import Avklart
from webapp.identity import forms as identity_forms
from webapp.kernel.clock import FixedClock
from webapp.web import forms
from webapp.web.forms import SECRETS, BaseForm, LineField, NotTooLong, Required
from webapp.web.i18n import lazy_gettext

MISSING = "Skriv navnet."
FORMS = [one for one in vars(identity_forms).values() if isinstance(one, type) and issubclass(one, BaseForm)]


class Example(BaseForm):
    """A form with a field of each kind."""

    name = LineField("Name", [Required(lazy_gettext("Write the name.")), NotTooLong(10)])
    note = TextAreaField("Note")
    password = PasswordField("Password", [Required("Write it.")])
    roles = SelectMultipleField("Roles", [Required("Choose.")], choices=[SelectChoice("a"), SelectChoice("b")])


@contextmanager
def posted(flask: Flask, fields: Any, method: str = "POST", path: str = "/nb/") -> Iterator[Example]:
    """Be in a request with a form that was sent."""
    data = {"data": MultiDict(fields)} if method != "GET" else {"query_string": MultiDict(fields)}
    with flask.test_request_context(path, method=method, **data):
        yield Example()


GOOD = {"name": "Åse", "password": "x", "roles": ["a", "b"]}


def test_a_form_that_is_filled_in_is_taken(standing: Avklart) -> None:
    with posted(standing.flask, {**GOOD, "note": " as\nit is "}) as form:
        assert form.validate()
        assert form.faults() == []
        assert (form.text("name"), form.text("note"), form.text("password")) == ("Åse", " as\nit is ", "x")
        assert form.chosen("roles") == ["a", "b"]


def test_what_was_not_sent_is_empty_and_not_none(standing: Avklart) -> None:
    with posted(standing.flask, {}) as form:
        assert (form.text("name"), form.text("note"), form.chosen("roles")) == ("", "", [])


def test_what_is_wrong_is_said_once_for_each_field_in_their_order_and_the_readers_language(standing: Avklart) -> None:
    for path, words in (("/nb/", "Skriv navnet."), ("/en/", "Write the name.")):
        with posted(standing.flask, {"name": ""}, path=path) as form:
            assert not form.validate()
            assert form.faults() == [("name", words), ("password", "Write it."), ("roles", "Choose.")]


@pytest.mark.parametrize(
    "written", ["", " ", "   ", "\t\n", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\0", "\r\n"]
)
def test_what_cannot_be_seen_is_nothing(standing: Avklart, written: str) -> None:
    with posted(standing.flask, {**GOOD, "name": written}) as form:
        assert not form.validate()
        assert form.faults() == [("name", MISSING)]


def test_a_password_of_spaces_is_nothing(standing: Avklart) -> None:
    with posted(standing.flask, {**GOOD, "password": " " * 12}) as form:
        assert not form.validate()
        assert form.faults() == [("password", "Write it.")]


def test_a_choice_that_was_not_offered_is_refused(standing: Avklart) -> None:
    with posted(standing.flask, {**GOOD, "roles": ["a", "administrator"]}) as form:
        assert not form.validate()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Åse   Nordmann ", "Åse Nordmann"), ("a\nb", "a b"), ("a\r\nBcc: x", "a Bcc: x"), ("a\0b", "ab"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "ab"), ("a\N{NO-BREAK SPACE}b", "a b"), ("\N{BYTE ORDER MARK}a", "a"),
        ("<b>&amp;", "<b>&amp;"), ("\N{WAVING HAND SIGN}", "\N{WAVING HAND SIGN}"), ("a\N{LINE SEPARATOR}b", "a b"),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_line_is_one_line_of_what_people_write(standing: Avklart, written: str, read: str) -> None:
    with posted(standing.flask, {"name": written}) as form:
        assert form.text("name") == read


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_whatever_was_written_can_stand_in_the_head_of_a_mail(standing: Avklart, written: str) -> None:
    with posted(standing.flask, {"name": written}) as form:
        line = form.text("name")
    assert line.isprintable()
    assert line == line.strip()
    with posted(standing.flask, {"name": line}) as form:
        assert form.text("name") == line


@pytest.mark.parametrize(("length", "is_good"), [(10, True), (11, False), (20_000, False)])
def test_a_text_is_as_long_as_it_may_be(
    standing: Avklart, length: int, is_good: bool  # noqa: FBT001 -- an example's answer
) -> None:  # fmt: skip
    for letter in ("x", "å", "\N{WAVING HAND SIGN}"):
        with posted(standing.flask, {**GOOD, "name": letter * length}, path="/en/") as form:
            assert form.validate() == is_good
            assert form.faults() == ([] if is_good else [("name", "Write at most 10 characters.")])


def test_only_what_was_posted_is_kept_and_no_secret(standing: Avklart) -> None:
    sent = [("csrf_token", "t"), ("password", "p"), ("code", "c"), ("name", "Åse"), ("roles", "a"), ("roles", "b")]
    with standing.flask.test_request_context("/nb/?name=elsewhere", method="POST", data=MultiDict(sent)):
        assert forms.posted_without_secrets() == [("name", "Åse"), ("roles", "a"), ("roles", "b")]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_secret_field_of_every_form_is_among_those_that_are_never_kept(
    standing: Avklart, form: type[BaseForm]
) -> None:
    with standing.flask.test_request_context("/nb/"):
        secret = {
            field.name for field in form()
            if isinstance(field, PasswordField) or any(word in field.name for word in ("code", "pass", "secret"))
        }  # fmt: skip
    assert secret <= SECRETS


def test_what_was_kept_fills_the_form_of_a_page_that_is_opened_and_of_no_other(standing: Avklart) -> None:
    for method, expected in (("GET", "Åse"), ("POST", "")):
        with standing.flask.test_request_context("/nb/", method=method):
            assert not forms.parked_notice()
            forms.park([("name", "Åse"), ("roles", "a"), ("roles", "b")])
            assert bool(forms.parked_notice()) == (method == "GET")
            assert Example().text("name") == expected
            assert Example().chosen("roles") == (["a", "b"] if method == "GET" else [])
            assert Example().faults() == [], "nothing is wrong with what was not sent yet"


def test_a_page_that_is_opened_takes_nothing_from_its_address(standing: Avklart) -> None:
    with posted(standing.flask, GOOD, method="GET") as form:
        assert form.text("name") == form.text("password") == ""


def test_a_form_fills_what_the_page_knows_until_something_was_posted(standing: Avklart) -> None:
    with standing.flask.test_request_context("/nb/"):
        assert Example(name="Kari").text("name") == "Kari"
    with standing.flask.test_request_context("/nb/", method="POST", data={"name": ""}):
        assert Example(name="Kari").text("name") == ""


def test_a_password_is_never_written_back_into_a_page(standing: Avklart) -> None:
    with posted(standing.flask, {**GOOD, "password": "kanarifugl"}) as form:
        assert "kanarifugl" not in str(form.password())


def test_a_page_without_a_session_has_no_token_and_one_with_a_session_has_one(standing: Avklart) -> None:
    with standing.flask.test_request_context("/nb/"):
        assert forms.token_of_page() == ""
        g.has_session = True
        assert forms.token_of_page() == forms.token_of_page() != ""


def test_a_token_differs_from_page_to_page_of_one_session_by_nothing_that_counts(
    avklart: Avklart, clock: FixedClock
) -> None:
    add_staff(avklart.database, at=clock.now())
    browser = Browser(avklart)
    browser.sign_in()
    browser.get("/innlogging/okter")
    first = browser.token()
    browser.get("/innlogging/hjem")
    assert browser.send("/innlogging/okter", token=first, handling="alle").status_code == 303


def test_an_invitation_without_a_name_or_an_address_that_can_be_seen_is_refused_at_its_field(avklart: Avklart) -> None:
    for form, fields in ((identity_forms.InviteForm, {"name": " ", "email": "\N{NO-BREAK SPACE}", "roles": "editor"}),
                         (identity_forms.EmailForm, {"email": "  "}), (identity_forms.SignInForm, {"email": " "}),
                         (identity_forms.CodeForm, {"code": "\N{ZERO WIDTH SPACE}"})):  # fmt: skip
        with avklart.flask.test_request_context("/nb/", method="POST", data=fields):
            found = form()
            assert not found.validate()
            assert {name for name, _ in found.faults()} >= set(fields) - {"roles"}
