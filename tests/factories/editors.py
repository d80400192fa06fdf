"""Editors and those who approve, as tests bring them; and the form of a page as a browser would send it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bs4 import Tag

from tests.conftest import NOON
from tests.factories.people import Browser, add_staff
from tests.house.everybody import Person, begin_session
from tests.page import Page
from webapp.app import Avklart
from webapp.identity.domain.sessions import Kind
from webapp.kernel.permission import Assurance, Role

Fields = dict[str, Any]


def come_in(avklart: Avklart, *roles: Role, municipality: str = "fjordvik", name: str = "Rolf Redaktør") -> Browser:
    """Answer the browser of somebody new who has come in with some roles."""
    email = f"{name.lower().replace(' ', '.').replace('ø', 'o')}@{municipality}.example"
    staff = add_staff(avklart.database, *roles, municipality=municipality, email=email, name=name, at=NOON)
    browser = Browser(avklart, municipality)
    begin_session(browser, Person(municipality, staff, Kind.STAFF, Assurance.SUBSTANTIAL, roles[0]))
    return browser


def form_of(page: Page, selector: str = "#skjema") -> Fields:
    """Answer the fields of a form as a browser would send them."""
    found: Fields = {}
    for field in page.one(selector).select("input, select, textarea"):
        name, value = str(field.get("name", "")), _value(field)
        if name and not field.has_attr("disabled") and value is not None and field.find_parent("template") is None:
            found.setdefault(name, []).append(value)
    return found


def _value(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n").replace("\n", "\r\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else None
    if field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked"):
        return None
    return str(field.get("value", ""))


def save(
    browser: Browser, address: str, changes: Mapping[str, Any], *, handling: str = "lagre", status: int = 200
) -> Page:
    """Open a part, change some of its fields, and send the form."""
    return send(browser, address, form_of(browser.get(address)), changes, handling=handling, status=status)


def send(
    browser: Browser, address: str, form: Fields, changes: Mapping[str, Any], *, handling: str = "lagre",
    status: int = 200,
) -> Page:  # fmt: skip
    """Send a form that was opened earlier, with some of its fields changed."""
    fields = {**form, **changes, "handling": handling}
    return browser.post(address, status=status, **{name: one for name, one in fields.items() if name != "csrf_token"})


def press(browser: Browser, address: str, where: str, status: Any = 200, **fields: str) -> Page:
    """Open the page of a draft, and send one of its forms with the revision that it shows."""
    page = browser.get(address)
    seen = page.soup.select_one("input[name=seen]")
    told = {"seen": str(seen["value"])} if seen else {}
    return browser.post(f"{address}/{where}", status=status, **{**told, **fields})
