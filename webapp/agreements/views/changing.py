"""Changing an agreement: back to settling, a new round, an objection, or one line of what is in force."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from webapp.agreements import queries, text
from webapp.agreements.actions import living, rounds, signing
from webapp.agreements.actions.signing import Frozen
from webapp.agreements.current import Me, looking, me, my_party
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.life import lines_of, may_object
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.signing import Required
from webapp.agreements.domain.states import Move, RoundState
from webapp.agreements.life_forms import LineForm
from webapp.agreements.presenters.life import ChangePage, LinePage
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.text.told import titles
from webapp.agreements.views import bp
from webapp.agreements.views.sitting import to
from webapp.content.current import library
from webapp.kernel.errors import InvalidError
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.i18n import language, lazy_gettext
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

SAID = {"takk": lazy_gettext("Thank you. It is kept.")}


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/endre")
@allows(Permission.SEE_AGREEMENT)
@looking
def change(lang: str, agreement_id: str) -> Response:
    """Show what can be done when something has changed."""
    found = me(agreement_id)
    return page("agreements/change.html", _change_page(found))


def _change_page(found: Me) -> ChangePage:
    row = found.row
    is_in_force = bool(row.version) and not row.ending
    can_change = is_in_force and row.round_state == RoundState.NONE
    whole = queries.whole(db(), row)
    named = titles(whole)
    mine = lines_of(living.lines_that_hold(db(), found.row), found.id) if found.party else {}
    return ChangePage(
        base=base_of(row.id), message=str(SAID.get(request.args.get("melding", ""), "")),
        can_unlock=row.round_state == RoundState.SIGNING and found.may(Move.CHANGE),
        can_begin=found.may(Move.NEW_ROUND), can_object=can_change and _can_object(found),
        can_review=is_in_force and found.party is not None, has_own=bool(mine),
        is_answered_anew=not found.sees(Thing.PROPOSALS),
        lines=[(task.key, named[task.key]) for task in whole.tasks] if can_change and found.party else [],
    )  # fmt: skip


def _can_object(found: Me) -> bool:
    base = queries.version_in(db(), found.row, "in_force")
    changed = queries.amendments(db(), found.row, base.hash) if base else []
    if not changed or found.party is None or found.id in changed[-1].asked:
        return False
    signed = queries.signatures(db(), changed[-1])
    return bool(signed) and may_object(signed[-1].at, now())


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/endre")
@allows(Permission.SEE_AGREEMENT)
@writing
def change_post(lang: str, agreement_id: str) -> Response:
    """Go back to settling, begin a round, or object to a change."""
    found = me(agreement_id, is_held=True)
    what = request.form.get("handling", "")
    if what == "las-opp":
        mover = found.mover_for(Move.CHANGE)
        rounds.unlock(db(), found.row, by=found.actor, mover=mover, at=now(), what=Move.CHANGE, act=Act.UNLOCKED)
    elif what == "ny-runde":
        rounds.begin_round(db(), found.row, by=found.actor, mover=found.mover_for(Move.NEW_ROUND), at=now())
    elif what == "innvending" and found.party is not None:
        living.object_to(db(), found.row, by=found.party, at=now())
    else:
        return to(f"{base_of(agreement_id)}/endre")
    return to(f"{base_of(agreement_id)}/{'enighet' if what == 'las-opp' else ''}")


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/endre/<slug>")
@allows(Permission.TAKE_PART)
@reading
def change_line(lang: str, agreement_id: str, slug: str) -> Response:
    """Show one line of what is in force, to be changed."""
    found, _ = my_party(agreement_id)
    standing = living.require_changeable(db(), found.row, Commitment(slug, Way.DROP))
    form = _line_form(found)
    if standing is not None:
        form.show(standing)
    return page("agreements/change_line.html", _line_page(found, slug), form=form)


def _line_form(found: Me) -> LineForm:
    form = LineForm()
    here = [(one.id, queries.name_of(one)) for one in queries.present(db(), found.row)]
    if found.row.is_with_municipality:
        here.append((MUNICIPALITY, library().municipality.full_name(language())))
    form.offer(here)
    return form


def _line_page(found: Me, task: str, fault: str = "") -> LinePage:
    return LinePage(base_of(found.row.id), task, titles(queries.whole(db(), found.row))[task], fault)


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/endre/<slug>")
@allows(Permission.TAKE_PART)
@writing
def change_line_post(lang: str, agreement_id: str, slug: str) -> Response:
    """Lock a change of one line, to be signed by the resident and those whose line it is."""
    found, _ = my_party(agreement_id, is_held=True)
    standing = living.require_changeable(db(), found.row, Commitment(slug, Way.DROP))
    form, row = _line_form(found), found.row
    if not form.validate():
        return page("agreements/change_line.html", _line_page(found, slug), form=form, status=422)
    after = form.line(slug)
    try:
        living.require_changeable(db(), row, after)
    except InvalidError:
        fault = gettext("Choose who takes it, and somebody else who steps in. A volunteer is never alone on this.")
        return page("agreements/change_line.html", _line_page(found, slug, fault), form=form, status=422)
    made = text.amendment(db(), row, {slug: (standing, after)}, lang=row.language, at=now())
    asked = living.signers_of_change(db(), row, standing, after)
    required = Required(library().municipality.signing)
    signing.amend(db(), row, Frozen(made, row.language, required=required, asked=asked), by=found.actor, at=now())
    return to(f"{base_of(agreement_id)}/signer?melding=last")
