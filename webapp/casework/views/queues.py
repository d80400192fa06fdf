"""What waits for somebody's hands: letters to print and calls to make (SA-1b)."""

from __future__ import annotations

from flask import Response, request

from webapp.agreements import lists
from webapp.audit.current import look
from webapp.casework import queries as people
from webapp.casework.current import KIND, record_looks, why_look
from webapp.casework.documents import letter_pdf
from webapp.casework.presenters.inbox import INBOX
from webapp.casework.presenters.queues import CallsPage, ErrandLine, LetterLine, PrintPage
from webapp.casework.views import bp
from webapp.identity.arrival import to
from webapp.kernel.ids import write_readable
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.actions import handling
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading, writing

QUEUE = f"{INBOX}utskrift"
LETTERS = f"{INBOX}brev"
PRINTS = "letter"
"""Why somebody looks who prints another's letter."""


@bp.get(QUEUE)
@allows(Permission.WORK_CASES)
@reading
def print_queue() -> Response:
    """Show the letters that are not printed yet."""
    found = queries.letters_to_print(db(), caller().municipality)
    receivers = queries.receivers(db(), [case for _entry, case in found])
    letters = [LetterLine.of(entry.id, entry.at, case, receivers[case.id]) for entry, case in found]
    errands = [ErrandLine.of(*one) for one in lists.errands(db(), caller().municipality, "letter")]
    awaited = [ErrandLine.of(*one) for one in lists.awaited(db(), caller().municipality, "letter")]
    return page("casework/print_queue.html", PrintPage.of(letters, errands, awaited, request.args.get("melding", "")))


@bp.get(LETTERS)
@allows(Permission.WORK_CASES)
def letters() -> Response:
    """Lead to the letters that are not printed yet."""
    return to(QUEUE)


@bp.get(f"{LETTERS}/<entry_id>.pdf")
@allows(Permission.WORK_CASES)
def letter(entry_id: str) -> Response:
    """Give a letter as PDF; the look is recorded."""
    with database().reading() as session:
        entry, case = queries.letter(session, caller().municipality, entry_id)
        receiver = queries.receivers(session, [case])[case.id]
        case_id, why, made = case.id, why_look(case) or PRINTS, letter_pdf(case, receiver, entry.text, entry.at)
        reference = write_readable(case.reference)
    look(KIND, case_id, why=why)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="brev-{reference}.pdf"'
    return response


@bp.post(f"{LETTERS}/<entry_id>")
@allows(Permission.WORK_CASES)
@writing
def mark_printed(entry_id: str) -> Response:
    """Note that a letter is printed."""
    entry, _case = queries.letter(db(), caller().municipality, entry_id)
    handling.mark_printed(db(), entry, by=caller().id, at=now())
    return to(f"{QUEUE}?melding=skrevet-ut")


@bp.get(f"{INBOX}ringeliste")
@allows(Permission.WORK_CASES)
def call_list() -> Response:
    """Show whom the caller can ring: in their own cases, and in those that nobody has; each look is recorded."""
    who = caller()
    with database().reading() as session:
        mine = [case for case in queries.calls_to_make(session, who.municipality) if case.assigned_to in {None, who.id}]
        names = people.names(session, who.municipality)
        errands = [ErrandLine.of(*one) for one in lists.errands(session, who.municipality, "call")]
        awaited = [ErrandLine.of(*one) for one in lists.awaited(session, who.municipality, "call")]
        shown = CallsPage.of(mine, errands, awaited, names, who.id, now=now(), key=request.args.get("melding", ""))
        looks = [(case.id, why_look(case)) for case in mine]
    record_looks(looks)
    return page("casework/call_list.html", shown)
