"""What the municipality is called, how it is reached, and whom texts send readers to."""

from __future__ import annotations

from typing import Any

from flask import Response

from webapp.administration.current import Show, facts_now, save, to
from webapp.administration.forms import ContactForm, OfficeForm
from webapp.administration.presenters.common import REFUSED
from webapp.administration.presenters.contact import contacts_told, office_name
from webapp.administration.views import bp
from webapp.administration.views.settings import setting_page
from webapp.kernel.errors import NotFoundError
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Permission
from webapp.municipalities.domain.municipality import CONTACTS
from webapp.web.access import allows
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.transactions import reading, writing

ADDRESS = "/admin/kontakt"


def _by_language(name: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code in LANGUAGES}


def _is_approved_elsewhere() -> bool:
    """Tell whether the texts among the facts need somebody else's eyes, and so are changed in the editorial office."""
    return bool(facts_now().get("four_eyes"))


def _show(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
    if is_refused:
        form.telephone.errors = [str(REFUSED)]
    known = facts_now()
    more = {"contacts": contacts_told(known), "is_locked": _is_approved_elsewhere()}
    return page("administration/contact.html", setting_page("contact", is_conflict=is_conflict, more=more), form=form,
                status=status)  # fmt: skip


@bp.get(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@reading
def contact() -> Response:
    """Show what the municipality is called and how it is reached."""
    known = facts_now()
    lines = {name: known[name] for name in ("name", "telephone", "email", "address")}
    texts = {**_by_language("hours", known["hours"]), **_by_language("open_until", known["open_until"])}
    return _show(ContactForm(**lines, **texts))


@bp.post(ADDRESS)
@allows(Permission.KEEP_SETTINGS)
@writing
def contact_post() -> Response:
    """Change what the municipality is called and how it is reached."""
    if _is_approved_elsewhere():
        return to(ADDRESS)
    form = ContactForm()

    def values() -> dict[str, Any]:
        lines = {name: form.text(name) for name in ("name", "telephone", "email", "address")}
        return {**lines, "hours": form.localised("hours"), "open_until": form.localised("open_until")}

    return save("contact", form, values, _show, ADDRESS)


def _known(which: str) -> dict[str, Any]:
    if which not in CONTACTS:
        raise NotFoundError
    return next((one for one in facts_now()["contacts"] if one["contact"] == which), {})


def _show_office(which: str) -> Show:
    def shown(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
        if is_refused:
            form.telephone.errors = [str(REFUSED)]
        more = {"name": office_name(which), "action": f"{ADDRESS}/{which}", "is_locked": _is_approved_elsewhere()}
        return page("administration/office.html", setting_page("contact", is_conflict=is_conflict, more=more),
                    form=form, status=status)  # fmt: skip

    return shown


@bp.get(f"{ADDRESS}/<office>")
@allows(Permission.KEEP_SETTINGS)
@reading
def one_office(office: str) -> Response:
    """Show one office that texts send readers to."""
    known = _known(office)
    names, hours = _by_language("name", known.get("name", {})), _by_language("hours", known.get("hours", {}))
    return _show_office(office)(OfficeForm(**names, **hours, telephone=known.get("telephone", "")))


@bp.post(f"{ADDRESS}/<office>")
@allows(Permission.KEEP_SETTINGS)
@writing
def office_post(office: str) -> Response:
    """Change one office; one that was not named before is named now."""
    known = _known(office)
    if _is_approved_elsewhere():
        return to(ADDRESS)
    form = OfficeForm()

    def values() -> dict[str, Any]:
        told = {"contact": office, "name": form.localised("name"), "telephone": form.text("telephone")}
        if hours := form.localised("hours"):
            told["hours"] = hours
        now_told = facts_now()["contacts"]
        if known:
            return {"contacts": [told if one["contact"] == office else one for one in now_told]}
        return {"contacts": [*now_told, told]}

    return save("contact", form, values, _show_office(office), ADDRESS)
