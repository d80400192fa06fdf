"""The tasks of an agreement: its starter changes them until somebody else has answered; others add."""

from __future__ import annotations

import pytest

from tests.agreements.sitting import Table, joined
from tests.factories import agreements as factory
from webapp.agreements import queries
from webapp.agreements.actions.people import NewTask, add_tasks
from webapp.app import Avklart


@pytest.fixture
def table(avklart: Avklart) -> Table:
    """A family who all take part, and have answered nothing."""
    return joined(avklart)


def keys(table: Table) -> list[str]:
    """Answer the tasks as they are kept."""
    with table.avklart.database.reading() as session:
        return [task.key for task in queries.tasks(session, table.family.row(session, is_held=False))]


def test_the_starter_takes_away_and_adds_by_search_and_by_own_words(table: Table) -> None:
    kari = table.browser(table.family.kari)
    kari.get(f"{table.base}/oppgaver")
    kari.post(f"{table.base}/oppgaver", handling="bort snomaking")
    assert keys(table) == ["gi-medisin", "handle-mat", "gulvvask"]
    page = kari.get(f"{table.base}/oppgaver?q=middag")
    assert "til lage-middag" in str(page.soup)
    kari.post(f"{table.base}/oppgaver", handling="til lage-middag")
    page = kari.post(f"{table.base}/oppgaver", title="Mate katten Πουπού 🐈")
    assert "Mate katten Πουπού 🐈" in page.text
    assert len(keys(table)) == 5
    kari.post(f"{table.base}/oppgaver", handling="til finnes-ikke", status=404)
    kari.get(f"{table.base}/oppgaver")
    kari.post(f"{table.base}/oppgaver", title="x" * 121, status=422)
    kari.post(f"{table.base}/oppgaver", title=" ", status=422)
    page = kari.get(f"{table.base}/svar/3")
    assert page.heading() == "Egne oppgaver"


def test_after_somebody_else_has_answered_the_tasks_stay_and_can_be_added_to(table: Table) -> None:
    kari, per = table.browser(table.family.kari), table.browser(table.family.per)
    per.get(f"{table.base}/oppgaver")
    per.post(f"{table.base}/oppgaver", handling="bort snomaking", status=422)
    per.get(f"{table.base}/svar/1")
    table.send(per, "svar/1", {"task": "handle-mat", "handle-mat-who": "self"})
    kari.get(f"{table.base}/oppgaver")
    page = kari.post(f"{table.base}/oppgaver", handling="bort snomaking", status=422)
    assert "blir stående" in page.text
    assert "Ta bort" not in page.text
    per.get(f"{table.base}/oppgaver")
    per.post(f"{table.base}/oppgaver", title="Bytte pære")
    assert len(keys(table)) == 5


def test_two_hundred_tasks_are_the_most_and_stand_a_few_on_a_page(table: Table) -> None:
    with table.avklart.database.writing() as session:
        own = [NewTask("", "own", title=f"Oppgave {number}") for number in range(196)]
        add_tasks(session, table.family.row(session), own, by=table.family.kari)
    kari = table.browser(table.family.kari)
    page = kari.get(f"{table.base}/oppgaver")
    page = kari.post(f"{table.base}/oppgaver", title="En til", status=422)
    assert "Det er 200 oppgaver allerede" in page.text
    assert "En til" in str(page.one("[name=title]"))
    assert "Side 27 av 27" in kari.get(f"{table.base}/svar/27").text


def test_when_it_is_being_settled_only_the_residents_side_opens_it_again(avklart: Avklart) -> None:
    with avklart.database.writing() as session:
        family = factory.settling(session)
    table = Table(avklart, family)
    per, aase = table.browser(family.per), table.browser(family.aase)
    assert "Legg til egen oppgave" not in per.get(f"{table.base}/oppgaver").text
    per.post(f"{table.base}/oppgaver", title="Bytte pære", status=422)
    aase.get(f"{table.base}/oppgaver")
    aase.post(f"{table.base}/oppgaver", title="Bytte pære")
    with avklart.database.reading() as session:
        assert family.row(session, is_held=False).round_state == "clarifying"
