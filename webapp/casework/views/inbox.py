"""The inbox: which cases wait, what is new, and finding one."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, request

from webapp.agreements import lists
from webapp.casework import queries as people
from webapp.casework.forms import SearchForm
from webapp.casework.presenters.agreements import AgreementLine
from webapp.casework.presenters.common import offices
from webapp.casework.presenters.inbox import FIRST_VIEW, INBOX, Asked, FoundPage, InboxPage, NewsPage
from webapp.casework.views import bp
from webapp.casework.words import VIEW_WORDS
from webapp.kernel.permission import Permission
from webapp.referrals import queries
from webapp.referrals.forms import TOPIC_WORDS
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading

MOST_PAGES = 1000


@bp.get(INBOX)
@allows(Permission.WORK_CASES)
@reading
def inbox() -> Response:
    """Show the cases of a view, what waits for us first."""
    asked, who = _asked(), caller()
    cases = queries.inbox(
        db(), who.municipality, view=asked.view, staff=who.id, about=asked.about, office=asked.office,
        after=asked.after, most=queries.PAGE + 1,
    )  # fmt: skip
    names = people.names(db(), who.municipality)
    shown = InboxPage.of(
        asked, cases, names, who.id, now=now(), key=request.args.get("melding", ""),
        new_agreements=lists.number_new(db(), who.municipality),
    )  # fmt: skip
    return page("casework/inbox.html", shown, form=SearchForm(formdata=None))


def _asked() -> Asked:
    """Answer what the address asks for; a word that is none of ours is as if it were not there."""
    view, office, about = (request.args.get(name, "") for name in ("vis", "kontor", "om"))
    number = request.args.get("side", "1")
    return Asked(
        view=view if view in VIEW_WORDS else FIRST_VIEW,
        office=office if office in dict(offices()) else "",
        about=about if about in TOPIC_WORDS else "",
        page=int(number) if number.isdecimal() and number.isascii() and 0 < int(number[:6]) <= MOST_PAGES else 1,
    )


@bp.get(f"{INBOX}nye")
@allows(Permission.WORK_CASES, is_background=True, fragments=True)
@reading
def news() -> Response:
    """Tell a page that asks by itself how many cases came in since it was shown."""
    try:
        since = datetime.fromisoformat(request.args.get("siden", "").replace(" ", "+"))
    except ValueError:
        since = now()
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    number = queries.received_since(db(), caller().municipality, since)
    return page("casework/news.html", NewsPage(number), fragment="news")


@bp.get(f"{INBOX}sok")
@allows(Permission.WORK_CASES)
def search() -> Response:
    """Ask what to look for."""
    return page("casework/found.html", FoundPage([], is_asked=False), form=SearchForm())


@bp.post(f"{INBOX}sok")
@allows(Permission.WORK_CASES)
@reading
def search_post() -> Response:
    """Show what was found: posted, so that a name stands in no address and no log."""
    form, who = SearchForm(), caller()
    if not form.validate():
        return page("casework/found.html", FoundPage([], is_asked=False), form=form, status=422)
    cases = queries.found_by(db(), who.municipality, form.text("q"))
    found, names = lists.found_by(db(), who.municipality, form.text("q")), people.names(db(), who.municipality)
    residents = lists.residents_of(db(), found)
    lines = [AgreementLine.of(row, residents.get(row.id, ""), names, who.id) for row in found]
    shown = FoundPage.of(cases, names, who.id, now(), lines)
    return page("casework/found.html", shown, form=form)
