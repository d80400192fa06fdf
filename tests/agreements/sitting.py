"""Parties at their own browsers, in an agreement where all have said that they take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.factories import agreements as factory
from tests.factories.agreements import Family
from tests.factories.people import Browser
from tests.house.everybody import Person, begin_session
from tests.page import Page
from webapp.agreements import queries
from webapp.agreements.stored import Answer
from webapp.app import Avklart
from webapp.identity.domain.sessions import Kind
from webapp.kernel.permission import Assurance, Role


@dataclass
class Table:
    """A family, and a browser for each of them."""

    avklart: Avklart
    family: Family

    @property
    def base(self) -> str:
        """The address of the agreement."""
        return f"/nb/avtale/{self.family.agreement}"

    def browser(self, party: str) -> Browser:
        """Answer the browser of one party, who has come in."""
        with self.avklart.database.reading() as session:
            invitation = self.family.party(session, party).invitation or ""
        found = Browser(self.avklart, "fjordvik")
        begin_session(found, Person("fjordvik", invitation, Kind.PARTY, Assurance.CODE, Role.PARTY))
        return found

    def send(self, browser: Browser, screen: str, fields: Mapping[str, Any], *, status: int = 200) -> Page:
        """Send a form of a screen with fields that are named by tasks."""
        return browser.post(f"{self.base}/{screen}", status=status, **fields)

    def answers(self, party: str) -> dict[str, Answer]:
        """Answer what one party has answered."""
        with self.avklart.database.reading() as session:
            found = queries.whole(session, self.family.row(session, is_held=False))
        return {task: answer for (one, task), answer in found.answers.items() if one == party}

    def private(self, party: str) -> dict[str, str]:
        """Answer the private notes of one party."""
        with self.avklart.database.reading() as session:
            rows = queries.answers(session, self.family.row(session, is_held=False), party)
            return {row.task: row.private for row in rows if row.private}


def joined(avklart: Avklart, *, is_with_municipality: bool = True) -> Table:
    """Answer a family who all take part, and have answered nothing."""
    with avklart.database.writing() as session:
        family = factory.start(session, is_with_municipality=is_with_municipality)
        factory.join_all(session, family)
    return Table(avklart, family)
