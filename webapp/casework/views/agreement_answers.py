"""What came back on paper or was told by telephone: staff write down a party's answers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.agreements import catalogue, queries
from webapp.agreements.actions import office
from webapp.agreements.actions.office import WrittenDown
from webapp.agreements.answer_forms import AskForm, ServiceForm, TaskForm, all_sound
from webapp.agreements.domain.history import How
from webapp.agreements.lists import PartyFacts
from webapp.agreements.presenters.answering import PaperBox
from webapp.agreements.queries import Agreement, Whole
from webapp.audit.current import look
from webapp.casework.agreement_forms import SHEET, AnswersForm
from webapp.casework.presenters.agreement_answers import answers_page, asked, service_forms, task_forms
from webapp.casework.presenters.agreements import LIST
from webapp.casework.views import bp
from webapp.casework.views.agreements import KIND, ONE, ours, why_look
from webapp.identity.arrival import to
from webapp.kernel.errors import ConflictError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, writing

ANSWERS = f"{ONE}/svar/<party_id>"
WHOLE = "ferdig"
"""What the button says that is pressed when the whole sheet is written down."""
BY_CHANNEL = {"letter": How.PAPER.value, "call": How.CALL.value}


@bp.get(ANSWERS)
@allows(Permission.WORK_AGREEMENTS)
def written_answers(agreement_id: str, party_id: str) -> Response:
    """Show a party's sheet, empty: what they have answered themselves is not shown before all compare."""
    with database().reading() as session:
        row = ours(session, agreement_id)
        party, why = queries.party(session, row, party_id), why_look(row)
        form = AnswersForm(seen=queries.mark_of_answers(session, row, party), how=BY_CHANNEL.get(party.channel))
        _fit(form, party, has_own=_has_own(session, row, party))
        shown = _shown(session, row, party, form, Sheet.of(queries.whole(session, row), party.id))
    if not why:
        return to(f"{LIST}/{agreement_id}")
    look(KIND, agreement_id, why=why)
    return shown


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a party's sheet, as forms: the tasks, and what the services ask."""

    tasks: dict[str, TaskForm]
    boxes: list[PaperBox]
    services: dict[str, AskForm | ServiceForm]

    @classmethod
    def of(cls, found: Whole, party_id: str) -> Sheet:
        """Make the forms, filled in with what was posted, where something was."""
        boxes = asked(found, party_id)
        return cls(task_forms(found, party_id), boxes, service_forms(boxes))

    def is_sound(self) -> bool:
        """Tell whether nothing is wrong in it; all of it is looked through."""
        return [all_sound(self.tasks), all_sound(self.services)].count(False) == 0

    def asks(self) -> dict[str, str]:
        """Answer what is said of each ask, by its id; what is left open is left out."""
        said = {box.service: self.services[box.service].text("part") for box in self.boxes}
        return {ask.id: said[box.service] for box in self.boxes for ask in box.asks if said[box.service]}


def _shown(
    session: Session, row: Agreement, party: PartyFacts, form: AnswersForm, sheet: Sheet, *,
    is_late: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    found, own = queries.whole(session, row), queries.own_answers(session, row, party.id)
    can_write = office.may_be_written_down(row, party)
    shown = answers_page(
        found, party.id, form, sheet.tasks, sheet.services, own=len(own), can_write=can_write, is_late=is_late
    )
    return page("casework/agreement_answers.html", shown, status=status if can_write else 409)


def _has_own(session: Session, row: Agreement, party: PartyFacts) -> bool:
    return bool(queries.own_answers(session, row, party.id) or queries.own_sheets(session, row, party.id))


def _fit(form: AnswersForm, party: PartyFacts, *, has_own: bool) -> None:
    form.fit(has_joined=party.joined_at is not None, has_own=has_own)


@bp.post(ANSWERS)
@allows(Permission.WORK_AGREEMENTS)
@writing
def written_answers_post(agreement_id: str, party_id: str) -> Response:
    """Store what stands on the sheet, marked with how it came; nothing that was typed is lost."""
    row = ours(db(), agreement_id, is_held=True)
    party, form = queries.party(db(), row, party_id), AnswersForm()
    sheet = Sheet.of(queries.whole(db(), row), party.id)
    was_asked = queries.mark_of_answers(db(), row, party) == form.text("seen") or "stands" in request.form
    _fit(form, party, has_own=was_asked and _has_own(db(), row, party))
    is_sound = sheet.is_sound()
    if not form.validate() or not is_sound:
        return _shown(db(), row, party, form, sheet, is_late=not office.may_be_written_down(row, party), status=422)
    said = WrittenDown(
        how=How(form.text("how")),
        answers={key: answer for key, task in sheet.tasks.items() if (answer := task.answer(party.id)) is not None},
        asks=sheet.asks(),
        matters=form.text("matters"),
        seen=form.text("seen"),
        is_whole=WHOLE in request.form.getlist("handling"),
        is_above_own="stands" in form and form.text("stands") == SHEET,
    )
    stances = catalogue.stances(queries.tasks(db(), row))
    try:
        office.write_down(db(), row, party, said, stances, by=caller().id, at=now())
    except ConflictError:
        return _late(row, party, sheet)
    return to(f"{LIST}/{agreement_id}?melding=svar-fort")


def _late(row: Agreement, party: PartyFacts, sheet: Sheet) -> Response:
    """Show what was typed again, with what has happened: the mark is the one of now, so that it can be sent anew."""
    form = AnswersForm()
    form.seen.data = queries.mark_of_answers(db(), row, party)
    _fit(form, party, has_own=_has_own(db(), row, party))
    return _shown(db(), row, party, form, sheet, is_late=True, status=409)
