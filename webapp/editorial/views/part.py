"""Writing on one part of a page: saved by itself and by a button, and never over what somebody else has written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, g, request
from sqlalchemy.orm import Session

from webapp.content import queries as published
from webapp.content.current import library, shelf
from webapp.content.domain.fields import Field
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey, PagePart
from webapp.content.domain.standing import OF_KIND
from webapp.editorial import standing
from webapp.editorial.actions import drafting
from webapp.editorial.actions.drafting import Page
from webapp.editorial.current import FACTS, PAGES_LIST, actor, page_address, place
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.models import DraftPartRow
from webapp.editorial.presenters.common import People
from webapp.editorial.presenters.controls import BEGIN
from webapp.editorial.presenters.part import MESSAGES, Conflict, Opened, faults_by_name, part_page
from webapp.editorial.queries import drafts, plans
from webapp.editorial.queries.plans import PREFIX
from webapp.editorial.views import bp
from webapp.identity.arrival import to
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.ids import new_secret
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.forms import parked_form
from webapp.web.i18n import lazy_gettext as _
from webapp.web.i18n import write_time
from webapp.web.limits import takes
from webapp.web.markdown import without_html
from webapp.web.pages import page
from webapp.web.transactions import database, now

MOST_BODY = 8 * 1024 * 1024
MOST_WRITTEN = 256 * 1024
"""As large as a file of content may be; what is larger is shown again, and not saved."""
_TOO_MUCH = _(
    "What you sent was too large to be read. Go back: what you wrote may still stand there. Paste less at a time."
)
ONE = f"{PAGES_LIST}/<whose>/<sort>/<slug>"
_PART = f"{ONE}/<any('{FACTS}','nb','nn','en'):text>"


class Desk:
    """A part of a page as it lies on the desk: what is published, what is drafted, which fields it has."""

    def __init__(self, session: Session, found: Place, text: str) -> None:
        self.place = found
        self.language = COMMON if text == FACTS else text
        if self.language not in found.languages:
            raise NotFoundError
        self.stored = published.parts_of(session, found.kind, found.slug, caller().municipality)
        self.row = drafts.draft(session, found)
        self.parts = drafts.parts(session, self.row)
        require_there(found, self.stored, is_drafted=self.row is not None)
        self.part: DraftPartRow | None = self.parts.get(self.language)
        self.fields: tuple[Field, ...] = plans.fields_for(found, self.language, self.stored)
        self.over = plans.is_over_shared(found, self.stored)
        self.shared = self._shared()
        key = found.key(self.language)
        self.now = dict(self.stored[key].fields) if key in self.stored else None
        self.sequence = published.sequences_of(session, found.kind, found.slug).get(key, 0)

    def _shared(self) -> Mapping[str, Any] | None:
        """What the text lies over, as far as it lies over any: the shared one, or the words of the site."""
        if self.place.kind in OF_KIND:
            return standing.shipped(self.place.kind, self.place.slug)
        part = self.stored.get(self.place.shared_key(self.language)) if self.over else None
        return part.fields if part else {} if self.over else None

    @property
    def published_raw(self) -> dict[str, Any]:
        """What is published, as an editor finds it; a whole page of one's own begins with what the shared one says."""
        begin: Mapping[str, Any] = self.now or {}
        if self.now is None and plans.is_whole(self.place.kind):
            shared = self.stored.get(self.place.shared_key(self.language))
            begin = shared.fields if shared else {}
        return written.raw_fields(begin, self.fields)

    @property
    def raw(self) -> dict[str, Any]:
        """What stands in the form to begin with."""
        if self.part is not None:
            return {**written.raw_fields({}, self.fields), **self.part.raw}
        return self._with_asks(self.published_raw)

    def _with_asks(self, raw: dict[str, Any]) -> dict[str, Any]:
        """What a service asks has its words in each language: the short names come from the facts."""
        if self.place.kind != "service" or self.language == COMMON or self.over:
            return raw
        facts = self.parts[COMMON].raw if COMMON in self.parts else self._facts()
        known = {row["key"] for row in raw.get("asks", [])}
        more = [one["slug"] for one in facts.get("asks", []) if isinstance(one, dict) and one.get("slug")]
        return {**raw, "asks": [*raw.get("asks", []), *({"key": one, "value": ""} for one in more if one not in known)]}

    def _facts(self) -> Mapping[str, Any]:
        part = self.stored.get(self.place.key(COMMON))
        return part.fields if part else {}

    @property
    def common(self) -> Mapping[str, Any]:
        """The facts of the page as its readers get them, with what is drafted of them."""
        shared = self.stored.get(self.place.shared_key(COMMON))
        own = self.stored.get(self.place.key(COMMON))
        found = {**(shared.fields if shared else {}), **(own.fields if own else {})}
        if COMMON in self.parts:
            fields = plans.fields_for(self.place, COMMON, self.stored)
            found |= written.read(self.parts[COMMON].raw, fields, PREFIX).fields
        return found

    def base_raw(self, session: Session, seen: int) -> dict[str, Any]:
        """What the form was opened with, as well as it is known."""
        if self.row is not None and seen and (save := drafts.save_at(session, self.row.id, self.language, seen)):
            return save.raw
        base = self.part.base if self.part is not None else self.now
        return written.raw_fields(base or {}, self.fields)

    def text_before(self, session: Session) -> dict[str, Any]:
        """What was published before the last publication, where that is known."""
        known = drafts.revisions(session, self.place, self.language)
        return written.raw_fields(known[1].fields, self.fields) if len(known) > 1 else {}


def require_there(where: Place, stored: Mapping[PageKey, PagePart], *, is_drafted: bool) -> None:
    """Refuse a page that is not there, neither published nor drafted: new ones are begun elsewhere."""
    if not stored and not is_drafted and where.kind not in OF_KIND:
        raise NotFoundError("no such page")


def locked(desk: Desk) -> frozenset[str]:
    """Answer the fields that the caller may not change."""
    return plans.locked(desk.place, desk.stored, may_set=caller().may(Permission.KEEP_SETTINGS))


def opened(session: Session, desk: Desk, raw: Mapping[str, Any]) -> Opened:
    """Answer what the page of a part is made of; it frames the preview."""
    g.shows_frames = True
    beside, fields = _beside(desk)
    saved = ""
    if desk.part is not None:
        who = People.of(session).name(desk.part.changed_by)
        saved = str(_("Saved as a draft %(time)s by %(name)s", time=write_time(desk.part.changed_at), name=who))
    revision = desk.part.revision if desk.part else 0
    return Opened(
        desk.place, desk.language, desk.fields, raw, revision, desk.sequence, new_secret(), desk.over, beside, fields,
        locked(desk), saved, desk.common,
    )  # fmt: skip


def _beside(desk: Desk) -> tuple[str, Mapping[str, Any] | None]:
    """Answer what stands beside: the shared text, or another language, as it is asked for or as helps most."""
    usual = "felles" if desk.shared is not None else ("nb" if desk.language in {"nn", "en"} else "")
    wanted = request.args.get("ved", usual)
    if wanted == "felles" and desk.shared is not None:
        return wanted, desk.shared
    if wanted in LANGUAGES and desk.language not in {wanted, COMMON}:
        if wanted in desk.parts:
            return wanted, written.read(desk.parts[wanted].raw, desk.fields, PREFIX).fields
        page_found = library().page(desk.place.kind, desk.place.slug, wanted)
        own = desk.stored.get(desk.place.key(wanted))
        shared = desk.stored.get(desk.place.shared_key(wanted))
        if own or shared or page_found:
            return wanted, {**(shared.fields if shared else {}), **(own.fields if own else {})}
    return "", None


def faults_of(session: Session, desk: Desk, raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Answer what is wrong in what is written, by name of the field; nothing before anything is written."""
    if desk.row is None or desk.part is None:
        return {}
    plan = plans.plan_of(session, desk.row, shelf(), caller().municipality, today=local_day(now()))
    own = [one for one in plan.findings if one.key.language == desk.language]
    faults = written.read(raw, desk.fields, PREFIX).faults
    return faults_by_name(faults, () if faults else own)


@bp.get(_PART)
@allows(Permission.EDIT_CONTENT, fragments=True)
def write(whose: str, sort: str, slug: str, text: str) -> Response:
    """Open a part to be written on; what was typed before a session ended stands there again."""
    with database().reading() as session:
        desk = Desk(session, place(whose, sort, slug), text)
        kept = parked_form()
        raw = written.posted(kept, desk.fields, PREFIX, desk.raw) if kept is not None else desk.raw
        message = str(MESSAGES.get(request.args.get("melding", ""), ""))
        shown = part_page(opened(session, desk, raw), faults_of(session, desk, raw), message=message)
    return page("editorial/part.html", shown, fragment="saved")


@bp.post(_PART)
@allows(Permission.EDIT_CONTENT, fragments=True)
@takes(MOST_BODY, _TOO_MUCH)
def write_post(whose: str, sort: str, slug: str, text: str) -> Response:
    """Save what was written; where somebody else has saved, both texts are shown and nothing is written over."""
    found, handling = place(whose, sort, slug), request.form.get("handling", "lagre")
    with database().reading() as session:
        desk = Desk(session, found, text)
        raw = _posted(desk)
        raw, spot = written.changed_rows(raw, handling, PREFIX)
        spot = spot or handling.removeprefix(f"{BEGIN}:") * handling.startswith(f"{BEGIN}:")
        seen, tab = _seen("revisjon"), request.form.get("fane", "")[:64]
        is_too_large = len(json.dumps(raw, ensure_ascii=False)) > MOST_WRITTEN
        if is_too_large or seen < 0 or not tab:
            shown = part_page(opened(session, desk, raw), {}, is_refused=True, is_too_large=is_too_large)
            return page("editorial/part.html", shown, status=422, fragment="saved")
        if desk.part is None and seen == 0 and desk.sequence != _seen("utgave"):
            return _conflict(session, desk, raw, seen, published_since=True)
    try:
        with database().writing() as session:
            desk = Desk(session, found, text)
            saved = drafting.save(
                session, Page(found, desk.language, seen, tab), raw, actor(), published=desk.now,
                unchanged=desk.published_raw,
            )  # fmt: skip
    except ConflictError:
        with database().reading() as session:
            return _conflict(session, Desk(session, found, text), raw, seen)
    return _after(found, text, handling, spot, is_saved=saved is not None)


def _posted(desk: Desk) -> dict[str, Any]:
    raw = written.each_text(written.posted(request.form, desk.fields, PREFIX, desk.raw), without_html)
    raw |= {name: desk.raw[name] for name in locked(desk) if name in desk.raw}
    wanted = request.form.get("handling", "").removeprefix(f"{BEGIN}:{PREFIX}.")
    return _begun(desk, raw, wanted) if wanted in raw else raw


def _begun(desk: Desk, raw: dict[str, Any], name: str) -> dict[str, Any]:
    """Put what the shared text says into a field that is to be one's own: nobody begins a list with an empty sheet."""
    shared = desk.shared
    field_type = next(one.type for one in desk.fields if one.name == name)
    if name in locked(desk) or shared is None or name not in shared or not written.is_blank(raw[name]):
        return raw
    return raw | {name: written.raw_of(shared[name], field_type)}


def _seen(name: str) -> int:
    told = request.form.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1


def _after(found: Place, text: str, handling: str, spot: str, *, is_saved: bool) -> Response:
    address = f"{page_address(found)}/{text}"
    if handling == "auto":
        with database().reading() as session:
            desk = Desk(session, found, text)
            return page("editorial/part.html", part_page(opened(session, desk, desk.raw), {}), fragment="saved")
    if handling == "vis":
        return to(f"{page_address(found)}/vis/{'nb' if text == FACTS else text}")
    if handling == "ferdig":
        return to(page_address(found))
    beside = f"&ved={request.args['ved']}" if request.args.get("ved", "").isalpha() else ""
    word = "lagret" if is_saved else "uendret"
    return to(f"{address}?melding={word}{beside}" + (f"#{spot.replace('.', '-')}" if spot else ""))


def _conflict(
    session: Session, desk: Desk, raw: dict[str, Any], seen: int, *, published_since: bool = False
) -> Response:
    """Show both texts: what only the other one changed is taken over into the form, what both changed is chosen."""
    theirs = desk.raw
    is_gone = published_since or (seen > 0 and desk.part is None)
    base = desk.text_before(session) if is_gone else desk.base_raw(session, seen)
    shown, taken, both = dict(raw), [], {}
    for one in desk.fields:
        mine, other, was = raw.get(one.name), theirs.get(one.name), base.get(one.name)
        if mine == other:
            continue
        if mine == was:
            shown[one.name] = other
            taken.append(one.name)
        elif other != was:
            both[one.name] = other
    people = People.of(session)
    who = people.name(desk.part.changed_by) if desk.part else ""
    when = write_time(desk.part.changed_at) if desk.part else ""
    made = part_page(opened(session, desk, shown), {}, theirs=both)
    names = {control.name: control.label for control in made.controls}
    told = Conflict(who, when, tuple(names[f"{PREFIX}.{name}"] for name in taken))
    made = replace(made, conflict=told)
    if request.form.get("handling") == "auto":  # what was seen stays what was seen, so that the button meets it too
        made = replace(made, revision=seen, published=_seen("utgave"))
    return page("editorial/part.html", made, status=409, fragment="saved")
