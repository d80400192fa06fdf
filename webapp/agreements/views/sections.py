"""The parts that are written together: read by all who are in it, written by each; of two at once both are shown."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, redirect, request

from webapp.agreements import queries
from webapp.agreements.actions import sections
from webapp.agreements.actions.sections import CONTACT, REVIEW
from webapp.agreements.current import Me, looking, me, require_sees
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import RoundState
from webapp.agreements.forms import ReviewForm, contact_form, contact_lines, part_form
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.sections import WORDS, both_parts, content_of, part_page
from webapp.agreements.views import bp
from webapp.kernel.errors import ConflictError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.forms import BaseForm
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing

PART = "/<language:lang>/avtale/<agreement:agreement_id>/<any(" + ",".join(f"'{word}'" for word in WORDS) + "):part>"
SAVED = _("It is saved. The others see it.")


@bp.get(PART)
@allows(Permission.SEE_AGREEMENT)
@looking
def part(lang: str, agreement_id: str, part: str) -> Response:
    """Show a part that is written together, to be read or written on."""
    found = me(agreement_id)
    require_sees(found, Thing.SECTIONS)
    content, seen, _by = _there(found, WORDS[part])
    message = str(SAVED) if request.args.get("melding") == "lagret" else ""
    return _shown(found, part, _form(WORDS[part], content), seen=seen, message=message)


def _shown(found: Me, word: str, form: BaseForm, *, seen: int, message: str = "", status: int = 200) -> Response:
    can_write = found.row.round_state == RoundState.SETTLING
    shown = part_page(found, word, form, seen=seen, can_write=can_write, message=message)
    return page("agreements/part.html", shown, form=form, status=status)


def _there(found: Me, kind: str) -> tuple[dict[str, Any], int, str]:
    """Answer what stands in a part, its revision, and who wrote it; nothing and 0 where nobody has begun."""
    section = queries.section(db(), found.row, kind)
    return (json.loads(section.content), section.revision, section.by) if section else ({}, 0, "")


def _form(kind: str, content: dict[str, Any]) -> BaseForm:
    if kind == CONTACT:
        return contact_form(content.get("lines", []))
    return ReviewForm(data=content) if kind == REVIEW else part_form(kind, content)


@bp.post(PART)
@allows(Permission.SEE_AGREEMENT)
@writing
def write_part(lang: str, agreement_id: str, part: str) -> Response:
    """Write a part; where somebody else has written in the meantime, or moved it on, both texts are shown."""
    found, kind = me(agreement_id, is_held=True), WORDS[part]
    require_sees(found, Thing.SECTIONS)
    form = _form(kind, {})
    seen = int(told) if (told := request.form.get("seen", "0")).isdecimal() and len(told) < 10 else 0
    if not form.validate():
        return _shown(found, part, form, seen=seen, status=422)
    content = content_of(kind, form, contact_lines(form) if kind == CONTACT else [])
    try:
        sections.write(db(), found.row, kind, content, by=found.id, at=now(), seen=seen, actor=found.actor)
    except ConflictError:
        return _both(found, part, form)
    return make_response(redirect(f"{base_of(agreement_id)}/{part}?melding=lagret", 303))


def _both(found: Me, word: str, mine: BaseForm) -> Response:
    kind = WORDS[word]
    content, seen, by = _there(found, kind)
    with_theirs = _form(kind, content)
    with_theirs.process(formdata=None, data=_data(kind, content))
    who = next((queries.name_of(one) for one in queries.parties(db(), found.row) if one.id == by), "")
    return page("agreements/both.html", both_parts(found, word, with_theirs, mine, who=who, seen=seen), status=409)


def _data(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    if kind != CONTACT:
        return content
    return {
        f"{name}_{number}": words
        for number, line in enumerate(content.get("lines", [])) for name, words in line.items()
    }  # fmt: skip
