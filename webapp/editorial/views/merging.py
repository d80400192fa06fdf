"""«The shared text has changed»: what stands here, and there, and what both began from; a person says what holds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from webapp.content import actions as content
from webapp.content.current import shelf
from webapp.content.domain.fields import Field
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import Fields, PageKey
from webapp.content.files import fields_of
from webapp.editorial.actions import drafting, publishing
from webapp.editorial.actions.drafting import Page
from webapp.editorial.current import FACTS, actor, page_address, place
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.merging import BOTH, OURS, THEIRS, merge_page, moved_page
from webapp.editorial.queries import upstream
from webapp.editorial.queries.upstream import Parted
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE, Desk
from webapp.identity.arrival import to
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, reading, writing

_MERGE = f"{ONE}/flett"
_CHOOSE = _("Choose which text holds.")


def _parted(where: Place) -> list[Parted]:
    return [one for one in upstream.parted(db(), caller().municipality, shelf()) if one.place == where]


def _moved(where: Place) -> list[tuple[PageKey, Sequence[Field], Fields, Fields]]:
    """Answer the parts under which the shared text has changed: their fields, what was said before, and what now."""
    known = shelf()
    found: list[tuple[PageKey, Sequence[Field], Fields, Fields]] = []
    for one in upstream.moved(db(), caller().municipality, known):
        if one.place == where:
            shared = one.key._replace(municipality=None)
            before: Fields = next((step["fields"] for step in known.histories.get(shared, ())), {})
            found.append((one.key, fields_of(shared), before, known.parts[shared]))
    return found


def _desks(where: Place, parted: Sequence[Parted]) -> dict[str, Desk]:
    languages = {one.key.language for one in parted}
    return {code: Desk(db(), where, FACTS if code == COMMON else code) for code in sorted(languages)}


@bp.get(_MERGE)
@allows(Permission.EDIT_CONTENT)
@reading
def merge(whose: str, sort: str, slug: str) -> Response:
    """Show the texts that have parted (RE-4)."""
    where = place(whose, sort, slug)
    Desk(db(), where, FACTS)
    parted = _parted(where)
    if not parted and (found := _moved(where)):
        return page("editorial/merge.html", moved_page(where, found))
    fields = {one.key: desk.fields for one in parted for desk in [_desks(where, [one])[one.key.language]]}
    return page("editorial/merge.html", merge_page(where, parted, fields, {}))


@bp.post(_MERGE)
@allows(Permission.EDIT_CONTENT)
@writing
def merge_post(whose: str, sort: str, slug: str) -> Response:
    """Take what was chosen: ours stands at once, what is another text becomes a draft."""
    where = place(whose, sort, slug)
    Desk(db(), where, FACTS)
    parted = _parted(where)
    if not parted:
        for key, *_rest in _moved(where):
            publishing.keep_ours(db(), where, key.language, dict(shelf().parts.get(key, {})), actor())
    chosen = {one.id: request.form.get(f"valg.{one.id}", "") for one in parted}
    faults = {id_: str(_CHOOSE) for id_, choice in chosen.items() if choice not in {OURS, THEIRS, BOTH}}
    desks = _desks(where, parted)
    if faults:
        fields = {one.key: desks[one.key.language].fields for one in parted}
        return page("editorial/merge.html", merge_page(where, parted, fields, faults), status=422)
    is_drafted = False
    for code, desk in desks.items():
        here = [one for one in parted if one.key.language == code]
        is_drafted = _take(where, desk, here, chosen) or is_drafted
    return to(f"{page_address(where)}?melding={'hentet' if is_drafted else 'beholdt'}")


def _take(where: Place, desk: Desk, parted: Sequence[Parted], chosen: dict[str, str]) -> bool:
    """Write what is not ours into the draft; where all of it is ours, it is settled here and now."""
    raw, types = dict(desk.raw), {field.name: field.type for field in desk.fields}
    for one in parted:
        if chosen[one.id] == THEIRS:
            is_dropped = not one.is_import and not where.is_shared
            raw[one.field] = written.raw_of(None if is_dropped else one.theirs, types[one.field])
        elif chosen[one.id] == BOTH:
            raw[one.field] = written.cleaned(request.form.get(f"tekst.{one.id}", ""))
    if raw != desk.raw:
        seen = desk.part.revision if desk.part else 0
        drafting.save(
            db(), Page(where, desk.language, seen, ""), raw, actor(), published=desk.now, unchanged=desk.published_raw
        )
    ours = [one.field for one in parted if chosen[one.id] == OURS]
    content.settle_conflicts(db(), where.key(desk.language), ours)
    if len(ours) == len(parted):
        publishing.keep_ours(db(), where, desk.language, dict(desk.now or {}), actor())
    return raw != desk.raw
