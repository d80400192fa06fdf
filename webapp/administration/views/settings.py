"""Rooms, languages and rules: facts of the municipality that its administrator decides (IN-3)."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from webapp.administration.actions.facts import place_of
from webapp.administration.current import facts_now, save, seen_by_form
from webapp.administration.domain.settings import SECTIONS, with_values
from webapp.administration.forms import LanguagesForm, RoomsForm, RulesForm
from webapp.administration.presenters import SettingPage
from webapp.administration.presenters.common import REFUSED, SECTION_ADDRESSES, SECTION_WORDS, facts_told, message
from webapp.administration.views import bp
from webapp.agreements.lists import number_under_way
from webapp.content.current import library
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PagePart
from webapp.editorial.current import Frame, library_with, show
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Permission
from webapp.municipalities.domain.municipality import ROOMS, SIGNING
from webapp.referrals.queries import number_left_open
from webapp.web.access import allows, caller
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing


def setting_page(section: str, *, is_conflict: bool = False, more: Any = None) -> SettingPage:
    """Answer what the page of a section shows, by the facts as they are now."""
    known = facts_now()
    return SettingPage(
        title=str(SECTION_WORDS[section]),
        address=SECTION_ADDRESSES[section],
        seen=seen_by_form(known, section, is_conflict=is_conflict),
        message=message(request.args.get("melding", "")),
        theirs=facts_told(known, SECTIONS[section]) if is_conflict else [],
        more=more,
    )


def _show_rooms(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
    if is_refused:
        form.rooms.errors = [str(REFUSED)]
    g.shows_frames = True
    more = {
        "open_cases": number_left_open(db(), caller().municipality, received_before=now()),
        "agreements": number_under_way(db(), caller().municipality),
        "languages": library().languages,
        "wanted": [room for room in ROOMS if room not in form.chosen("rooms")],
        "checks": bool(form.checks.choices),
    }
    return page("administration/rooms.html", setting_page("rooms", is_conflict=is_conflict, more=more), form=form,
                status=status)  # fmt: skip


def _rooms_form(**given: Any) -> RoomsForm:
    form, reader = RoomsForm(**given), library()
    form.offer([slug for slug in reader.selfcheck_slugs if not (reader.selfcheck(slug) or {}).get("switched_on")])
    return form


@bp.get("/admin/rom")
@allows(Permission.KEEP_SETTINGS)
@reading
def rooms() -> Response:
    """Show which rooms are open."""
    known = facts_now()
    is_open = [one for one in ROOMS if one not in known.get("closed", ())]
    return _show_rooms(_rooms_form(rooms=is_open, checks=known.get("selfchecks", [])))


@bp.post("/admin/rom")
@allows(Permission.KEEP_SETTINGS)
@writing
def rooms_post() -> Response:
    """Open and close rooms, or only show how it will be: nothing is begun in a closed one, what was begun goes on."""
    form = _rooms_form()
    if request.form.get("handling") == "vis":
        return _show_rooms(form)

    def values() -> dict[str, Any]:
        closed = [room for room in ROOMS if room not in form.chosen("rooms")]
        offered = form.offered
        kept = [slug for slug in facts_now().get("selfchecks", ()) if slug not in offered]
        return {"closed": closed or None, "selfchecks": [*kept, *form.chosen("checks")] or None}

    return save("rooms", form, values, _show_rooms, SECTION_ADDRESSES["rooms"])


@bp.get("/admin/rom/vis/<language:lang>")
@allows(Permission.KEEP_SETTINGS)
@reading
def rooms_preview(lang: str) -> Response:
    """Show the front page as readers would meet it with some rooms closed."""
    closed = [room for room in ROOMS if room in request.args.getlist("stengt")]
    g.frame_ancestors = ("'self'",)
    return show(with_facts({"closed": closed or None}), f"/{lang}/", Frame(is_still=True))


def with_facts(values: dict[str, Any]) -> Any:
    """Answer what readers would see with some facts changed."""
    place = place_of(caller().municipality)
    return library_with([PagePart(place.key(COMMON), with_values(facts_now(), values))], [])


def _show_languages(
    form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False
) -> Response:
    if is_refused:
        form.languages.errors = [str(REFUSED)]
    more = facts_told(facts_now(), ["number", "hosts"])
    return page("administration/languages.html", setting_page("languages", is_conflict=is_conflict, more=more),
                form=form, status=status)  # fmt: skip


@bp.get("/admin/sprak")
@allows(Permission.KEEP_SETTINGS)
@reading
def languages() -> Response:
    """Show which languages there are, which comes first, and on which addresses."""
    known = facts_now()["languages"]
    return _show_languages(LanguagesForm(languages=[one for one in LANGUAGES if one in known], first=known[0]))


@bp.post("/admin/sprak")
@allows(Permission.KEEP_SETTINGS)
@writing
def languages_post() -> Response:
    """Change which languages there are, and which comes first."""
    form = LanguagesForm()
    return save("languages", form, lambda: {"languages": form.ordered()}, _show_languages, "/admin/sprak")


def _show_rules(form: BaseForm, *, status: int = 200, is_conflict: bool = False, is_refused: bool = False) -> Response:
    if is_refused:
        form.signing.errors = [str(REFUSED)]
    return page("administration/rules.html", setting_page("rules", is_conflict=is_conflict), form=form, status=status)


TICKED_RULES = ("four_eyes", "attachments")


@bp.get("/admin/regler")
@allows(Permission.KEEP_SETTINGS)
@reading
def rules() -> Response:
    """Show what signing takes, whether two people look at every text, and whether files are taken."""
    known = facts_now()
    ticked = {name: bool(known.get(name)) for name in TICKED_RULES}
    return _show_rules(RulesForm(signing=known.get("signing", SIGNING[0]), **ticked))


@bp.post("/admin/regler")
@allows(Permission.KEEP_SETTINGS, is_fresh=True)
@writing
def rules_post() -> Response:
    """Change what signing takes, whether two people look at every text, and whether files are taken."""
    form = RulesForm()

    def values() -> dict[str, Any]:
        return {"signing": form.text("signing"), **{name: True if form[name].data else None for name in TICKED_RULES}}

    return save("rules", form, values, _show_rules, "/admin/regler")
