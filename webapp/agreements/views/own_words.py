"""One's own words: what matters, how it goes with who helps, and a word to the municipality only."""

from __future__ import annotations

from flask import Response

from webapp.agreements import queries
from webapp.agreements.actions.answering import LOAD, MATTERS, WORD, save_sheet
from webapp.agreements.answer_forms import LoadForm, MattersForm, WordForm
from webapp.agreements.domain import way
from webapp.agreements.domain.parties import PartyKind
from webapp.agreements.presenters.answering import SheetPage
from webapp.agreements.views import bp
from webapp.agreements.views.answering import OF, how_of
from webapp.agreements.views.sitting import Sitting, answering, to
from webapp.kernel.permission import Permission
from webapp.web.access import allows
from webapp.web.forms import BaseForm
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

_HELPERS = frozenset({PartyKind.CAREGIVER, PartyKind.REPRESENTATIVE})


@bp.get(f"{OF}/viktig")
@allows(Permission.TAKE_PART)
@reading
@answering
def matters(sitting: Sitting) -> Response:
    """Ask what matters to the one who answers."""
    return _show(sitting, way.MATTERS, MATTERS, MattersForm(data=_known(sitting, MATTERS)))


@bp.post(f"{OF}/viktig")
@allows(Permission.TAKE_PART)
@writing
@answering
def save_matters(sitting: Sitting) -> Response:
    """Save what matters."""
    return _save(sitting, way.MATTERS, MATTERS, MattersForm())


@bp.get(f"{OF}/belastning")
@allows(Permission.TAKE_PART)
@reading
@answering
def load(sitting: Sitting) -> Response:
    """Ask a caregiver how it goes: seen by nobody else."""
    if not _helps(sitting):
        return to(f"{sitting.base}/")
    return _show(sitting, way.LOAD, LOAD, LoadForm(data=_known(sitting, LOAD)))


@bp.post(f"{OF}/belastning")
@allows(Permission.TAKE_PART)
@writing
@answering
def save_load(sitting: Sitting) -> Response:
    """Save how it goes, for the caregiver's own eyes."""
    if not _helps(sitting):
        return to(f"{sitting.base}/")
    return _save(sitting, way.LOAD, LOAD, LoadForm())


@bp.get(f"{OF}/ord-til-kommunen")
@allows(Permission.TAKE_PART)
@reading
@answering
def word(sitting: Sitting) -> Response:
    """Ask for a word to the municipality only."""
    if not _may_write_to_municipality(sitting):
        return to(f"{sitting.base}/")
    return _show(sitting, way.WORD, WORD, WordForm(data=_known(sitting, WORD)))


@bp.post(f"{OF}/ord-til-kommunen")
@allows(Permission.TAKE_PART)
@writing
@answering
def save_word(sitting: Sitting) -> Response:
    """Save the word to the municipality, which is answered by telephone."""
    if not _may_write_to_municipality(sitting):
        return to(f"{sitting.base}/")
    return _save(sitting, way.WORD, WORD, WordForm())


def _helps(sitting: Sitting) -> bool:
    return sitting.party.kind in _HELPERS


def _may_write_to_municipality(sitting: Sitting) -> bool:
    return sitting.me.row.is_with_municipality and sitting.party.kind != PartyKind.VOLUNTEER


def _known(sitting: Sitting, kind: str) -> dict[str, str]:
    return queries.sheet(db(), sitting.me.row, sitting.party.id, kind)


def _show(sitting: Sitting, here: str, kind: str, form: BaseForm, *, status: int = 200) -> Response:
    made = SheetPage(
        sitting.base,
        sitting.back_from(here),
        is_caregiver=_helps(sitting),
        is_saved=bool(_known(sitting, kind)),
    )
    return page(f"agreements/{kind}.html", made, form=form, status=status)


def _save(sitting: Sitting, here: str, kind: str, form: BaseForm) -> Response:
    if not form.validate():
        return _show(sitting, here, kind, form, status=422)
    said = {field.short_name: str(field.data) for field in form if field.data}
    save_sheet(db(), sitting.me.row, sitting.party.id, kind, said, how=how_of(sitting), at=now())
    return to(sitting.next_from(here))
