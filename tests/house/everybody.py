"""Somebody of every kind in both municipalities, and what the rules say of them: what the matrix is made of."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import MetaData, select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route

from tests.conftest import NOON
from tests.factories import agreements
from tests.factories.images import forms
from tests.factories.outbox import park
from tests.factories.people import HOSTS, Browser, Invited, add_staff, invite
from tests.factories.referrals import CONCERN, send
from webapp.administration import queries as admin
from webapp.administration.actions import facts, receivers
from webapp.administration.domain import settings
from webapp.administration.domain.receiving import Kind as System
from webapp.agreements.actions import noting
from webapp.agreements.domain.history import Notice
from webapp.agreements.models import ErrandRow, PartyRow
from webapp.app import Avklart
from webapp.content import actions as content
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.editorial.actions import drafting
from webapp.editorial.domain.places import Place
from webapp.editorial.models import RevisionRow
from webapp.feedback import actions as feedback
from webapp.feedback.domain import Sort
from webapp.feedback.queries import Wanted, items
from webapp.gateways.files_brought import PDF, Brought
from webapp.identity import letters, queries
from webapp.identity.actions import invitations, sessions, staff
from webapp.identity.actions.sessions import Beginning
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.domain.sessions import Kind, Why
from webapp.identity.domain.two_factor import new_app_secret, new_challenge
from webapp.identity.models import InvitationRow, SessionRow, StaffRow
from webapp.insight.actions.goals import publish, save
from webapp.insight.domain import goals as plan
from webapp.kernel.caller import Actor
from webapp.kernel.ids import new_id
from webapp.kernel.moments import Moment
from webapp.kernel.permission import PERMISSIONS, STAFF_ROLES, Assurance, Permission, Role
from webapp.referrals import queries as queries_of_cases
from webapp.referrals.actions import attaching, handling, handover
from webapp.referrals.domain.handover import Person as Concerned
from webapp.referrals.domain.handover import Sees
from webapp.referrals.domain.referral import Act
from webapp.referrals.models import ReferralRow
from webapp.storage.counters import add_counts
from webapp.web.access import Rule

OTHER = {"fjordvik": "dalsbygd", "dalsbygd": "fjordvik"}
SLUGS = {
    "min-plan": "de-gode-arene",
    "abc": "fall",
    "tjenester": "matlevering",
    "hvem-gjor-hva": "snomaking",
    "hjelpemidler": "gps",
    "tilbud": "parorendeskole-demens",
    "selvsjekk": "fallfeller",
    "avtale": "snomaking",
    "sider": "fall",
    "Questionnaire": "fallfeller",
    "bilder": "rullator",
}
MADE_UP = "0" * 32


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session: of which municipality, as what, and how sure we are of them."""

    municipality: str
    id: str | None
    kind: Kind
    assurance: Assurance
    role: Role | None = None


def begin_session(browser: Browser, person: Person, *, at: datetime = NOON) -> str:
    """Give a browser a new session of somebody, whatever they may do with it; answer the token of its forms."""
    beginning = Beginning(person.municipality, person.kind, person.id, person.assurance)
    data = {"step": "second factor", "app": new_app_secret(), "challenge": new_challenge()}
    with browser.avklart.database.writing() as session:
        row, secret = sessions.begin(session, beginning, data, at=at)
        csrf = json.loads(row.data)["csrf"]
    browser.client.set_cookie(browser.cookie_name, secret, domain=browser.host.split(":")[0])
    key = browser.avklart.flask.config["SECRET_KEY"]
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(csrf))


def end_session(browser: Browser) -> None:
    """End the sessions of a browser's municipality as an administrator elsewhere would; it keeps its cookie."""
    with browser.avklart.database.writing() as session:
        for row in session.scalars(select(SessionRow).where(SessionRow.ended_at.is_(None))):
            sessions.end(session, row.municipality, row.id, Why.ENDED_BY_STAFF, at=NOON)


class Everybody:
    """The people of both municipalities."""

    KINDS: ClassVar = (
        *(role.value for role in STAFF_ROLES), "resident", "party", "sender", "nobody", "waiting", "one factor",
        "disabled", "without role", "never taken up", "uninvited", "ended", "stranger",
    )  # fmt: skip
    OUTSIDE: ClassVar = {
        "nobody", "waiting", "disabled", "without role", "never taken up", "uninvited", "ended", "stranger",
    }  # fmt: skip
    """Who is nobody here, whatever cookie they send."""

    def __init__(self, site: Avklart) -> None:
        self.site = site
        self._tables = MetaData()
        self._tables.reflect(site.database.engine)
        self.staff: dict[tuple[str, str], Person] = {}
        self.colleague: dict[str, str] = {}
        self.links: dict[str, Invited] = {}
        self.staff_links: dict[str, str] = {}
        self.parked: dict[str, str] = {}
        self.draft_links: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.changes: dict[str, str] = {}
        self.cases: dict[str, str] = {}
        self.case_letters: dict[str, str] = {}
        self.agreements: dict[str, str] = {}
        self.parties: dict[str, str] = {}
        self.errands: dict[str, str] = {}
        self.setting_changes: dict[str, str] = {}
        self.image = ""
        self.goals: dict[str, str] = {}
        self._add_revision()
        for municipality in HOSTS:
            self._add(municipality)

    def _add(self, municipality: str) -> None:
        def account(name: str, role: Role) -> str:
            return add_staff(
                self.site.database, role, municipality=municipality, email=f"{name.replace(' ', '.')}@x.example",
                name=name, at=NOON,
            )  # fmt: skip

        def member(name: str, role: Role, assurance: Assurance = Assurance.SUBSTANTIAL) -> Person:
            return Person(municipality, account(name, role), Kind.STAFF, assurance, role)

        self.colleague[municipality] = account("colleague", Role.CASEWORKER)
        of = {role.value: member(role.value, role) for role in STAFF_ROLES}
        of["one factor"] = member("one factor", Role.ADMINISTRATOR, Assurance.ONE_FACTOR)
        for name in ("disabled", "without role", "never taken up", "ended", "waiting"):
            of[name] = member(name, Role.ADMINISTRATOR)
        waiting = of["waiting"].id
        of["waiting"] = Person(municipality, waiting, Kind.WAITING, Assurance.ONE_FACTOR)
        of["stranger"] = of["administrator"]
        of["resident"] = Person(municipality, new_id(), Kind.RESIDENT, Assurance.SUBSTANTIAL, Role.RESIDENT)
        self._send_as_resident(of["resident"])
        self._add_agreement(municipality)
        self.links[municipality] = invite(
            self.site, municipality=municipality, at=NOON, subject=self.agreements[municipality]
        )
        self._make_party(municipality)
        of["sender"] = self._sender(municipality)
        of["party"] = Person(municipality, self.links[municipality].id, Kind.PARTY, Assurance.CODE, Role.PARTY)
        gone = invite(self.site, municipality=municipality, at=NOON, subject="agreement-2")
        of["uninvited"] = Person(municipality, gone.id, Kind.PARTY, Assurance.CODE)
        for name, values in (("disabled", {"state": staff.DISABLED}), ("never taken up", {"state": staff.INVITED}),
                             ("without role", {"roles": []})):  # fmt: skip
            self._change(of[name].id, **values)
        with self.site.database.writing() as session:
            row = session.get_one(InvitationRow, gone.id)
            invitations.revoke(session, row, at=NOON)
        base = f"http://{HOSTS[municipality]}"
        with self.site.flask.test_request_context("/nb/", base_url=base), self.site.database.writing() as session:
            self.site.flask.preprocess_request()
            found = staff.invite(session, session.get_one(StaffRow, self.colleague[municipality]), at=NOON)
            self.staff_links[municipality] = letters.send_link(session, found, Channel.EMAIL, at=NOON).rsplit("/", 1)[1]
        self.parked[municipality] = park(self.site.database, municipality)
        self.draft_links[municipality] = self._add_draft(municipality)
        self._add_said(municipality)
        self._add_case(municipality)
        self._add_insight(municipality)
        self._add_image(municipality)
        self._take_files(municipality)
        self._change_settings(municipality)
        for name, person in of.items():
            self.staff[municipality, name] = person

    def _add_revision(self) -> None:
        """Add an earlier text of a page that all share."""
        with self.site.database.writing() as session:
            session.add(
                RevisionRow(
                    kind="entry", slug="fall", language="nb", number=1, fields={"title": "Fall"}, by="", approved_by="",
                    at=NOON, counts_from=NOON.date(), leaning=0,
                )
            )  # fmt: skip

    def _add_draft(self, municipality: str) -> str:
        """Add a draft of a municipality's own text, and answer the secret of a link to it."""
        by = Actor(municipality, self.colleague[municipality], NOON)
        with self.site.database.writing() as session:
            row = drafting.begin(
                session, Place(municipality, "entry", "trygghetsalarm"), {"nb": {"local": "Hos oss."}}, by
            )
            return drafting.new_link(session, row, by)

    def _add_said(self, municipality: str) -> None:
        """Add what somebody said of a page, and a change that it led to."""
        by, where = Actor(municipality, self.colleague[municipality], NOON), ("entry", "fall")
        with self.site.database.writing() as session:
            written = feedback.Written(Sort.SENTENCE, feedback.Asked(*where, "nb"), "Hvem ringer jeg?", is_found=False)
            feedback.keep(session, municipality, written, at=NOON)
            told = feedback.Change(NOON.date(), {"nb": "Nummeret manglet."}, {"nb": "Nå står det der."}, *where)
            self.changes[municipality] = feedback.save_change(session, None, told, by).id
            self.said[municipality] = items(session, municipality, Wanted())[0].id

    def _send_as_resident(self, person: Person) -> None:
        """Let a resident have something that they sent while they were in, also when they took the last one back."""
        with self.site.database.reading() as session:
            has = queries.subjects_of(session, person.municipality, Purpose.REFERRAL.value, person.id or "")
        if not has:
            row = send(self.site.database, CONCERN, municipality=person.municipality)
            self._hand_over(row, resident=person.id)

    def _has_taken_it_back(self, municipality: str) -> bool:
        with self.site.database.reading() as session:
            invited = session.get_one(InvitationRow, self.of(municipality, "sender").id)
        return invited.revoked_at is not None

    def _sender(self, municipality: str) -> Person:
        """Answer somebody who has something of their own that another sent, and came in by its reference."""
        row = send(self.site.database, CONCERN, municipality=municipality)
        return Person(municipality, self._hand_over(row), Kind.PARTY, Assurance.CODE, Role.PARTY)

    def _hand_over(self, row: ReferralRow, *, resident: str | None = None) -> str:
        """Let the person have it whom somebody else wrote about; answer the id of their way in."""
        with self.site.database.writing() as session:
            person = Concerned("Åse Bjørnstad", "message", telephone="41 00 00 84")
            taken = handover.hand_over(session, session.merge(row), person, Sees.ALL, by="kari", at=NOON)
            session.get_one(InvitationRow, taken.invitation).resident = resident
            return taken.invitation

    def _add_case(self, municipality: str) -> None:
        """Add a case that nobody has, and one that was answered by letter."""
        self.cases[municipality] = send(self.site.database, municipality=municipality).id
        with self.site.database.writing() as session:
            row = queries_of_cases.referral(session, municipality, self.cases[municipality], is_held=True)
            attaching.attach(session, row, "brev.pdf", Brought(PDF, b"%PDF-1.7"), by="resident", at=NOON)
        answered = send(self.site.database, municipality=municipality)
        with self.site.database.writing() as session:
            row, by = session.merge(answered), self.colleague[municipality]
            letter = handling.tell(session, row, Act.ANSWERED, "Kom innom.", by=by, at=NOON, way="letter")
            self.case_letters[municipality] = letter.id

    def _add_insight(self, municipality: str) -> None:
        """Add what was counted in a year that is over, and a goal that is published."""
        goal, by = new_id(), self.colleague[municipality]
        with self.site.database.writing() as session:
            add_counts(session, {(municipality, date(2025, 3, 1), Moment.SEARCH.value, "hit"): 9})
            values = {"title": "Bo hjemme", "text": ""}
            save(session, municipality, plan.Sort.GOAL, goal, values, seen=0, by=by, at=NOON)
            publish(session, municipality, {"on": "2026-11-22", "goals": []}, by=by, at=NOON)
        self.goals[municipality] = goal

    def _add_image(self, municipality: str) -> None:
        """Add an image of the municipality's own that a page of its shows, so that it cannot be taken away."""
        made = forms()
        told = [{"width": form.width, "height": form.height, "digest": form.digest} for form in made]
        with self.site.database.writing() as session:
            content.keep_images(session, {form.digest: form.body for form in made})
            key = PageKey(municipality, "image", "rullator", COMMON)
            content.publish(session, key, {"decorative": True, "forms": told}, at=NOON)
            shows = PageKey(municipality, "entry", "fall", "nb")
            content.publish(session, shows, {"local": "Slik ser det ut.\n\n![](image:rullator)"}, at=NOON)
        self.image = made[0].digest

    def _take_files(self, municipality: str) -> None:
        """Let a municipality take files with what is sent to it."""
        key = PageKey(municipality, "municipality", municipality, COMMON)
        facts = self.site.bookshelf.tenant(municipality).municipality.facts
        with self.site.database.writing() as session:
            content.publish(session, key, {**facts, "attachments": True}, at=NOON)

    def _change_settings(self, municipality: str) -> None:
        """Let the administrator have changed a fact and a receiver: what they can undo."""
        by = Actor(municipality, self.colleague[municipality], NOON)
        with self.site.database.writing() as session:
            seen = settings.fingerprint(facts.facts_now(session, municipality), ["telephone"])
            facts.change(session, {"telephone": "61 00 00 00"}, seen=seen, watched=["telephone"], by=by)
            receivers.switch(session, receivers.held(session, municipality, System.WEBHOOK, 0), is_on=False, by=by)
            (made,) = admin.receiver_changes(session, municipality, since=NOON, until=NOON + timedelta(days=1), most=1)
            self.setting_changes[municipality] = made.id

    def _add_agreement(self, municipality: str) -> None:
        """Add an agreement that is being settled."""
        with self.site.database.writing() as session:
            family = agreements.settling(session, municipality)
            self.agreements[municipality], self.parties[municipality] = family.agreement, family.kari
            kari = family.party(session, family.kari)
            kari.channel = "letter"
            noting.tell(session, family.row(session), kari, Notice.OPENED, at=NOON)
            self.errands[municipality] = session.scalars(select(ErrandRow.id).where(ErrandRow.party == kari.id)).one()

    def _make_party(self, municipality: str) -> None:
        """Let whoever is invited be the resident of the agreement, whose contact data is their own."""
        with self.site.database.writing() as session:
            wanted = select(PartyRow).where(PartyRow.agreement == self.agreements[municipality])
            aase = session.scalars(wanted.where(PartyRow.kind == "resident")).one()
            aase.invitation, aase.is_confirmed = self.links[municipality].id, True

    def _change(self, staff_id: str | None, **values: object) -> None:
        with self.site.database.writing() as session:
            session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))

    @staticmethod
    def row(session: Session, staff_id: str) -> StaffRow:
        """Answer an account as it is stored."""
        return session.get_one(StaffRow, staff_id)

    def of(self, municipality: str, kind: str) -> Person:
        """Answer who somebody of a kind is."""
        return self.staff[OTHER[municipality] if kind == "stranger" else municipality, kind]

    def browser(self, kind: str, municipality: str = "fjordvik", address: str = "203.0.113.7") -> Browser:
        """Answer the browser of somebody who has come in, or not."""
        browser = Browser(self.site, municipality, address)
        self.come_in(browser, kind)
        return browser

    def come_in(self, browser: Browser, kind: str) -> str:
        """Give a browser a new session of somebody; answer the token of its forms, empty for nobody."""
        if kind == "nobody":
            return ""
        if kind == "sender" and self._has_taken_it_back(browser.municipality):
            self.staff[browser.municipality, kind] = self._sender(browser.municipality)
        if kind == "resident":
            self._send_as_resident(self.of(browser.municipality, kind))
        token = begin_session(browser, self.of(browser.municipality, kind))
        if kind == "ended":
            end_session(browser)
        return token

    def stored(self, *but: str) -> dict[str, list[tuple[object, ...]]]:
        """Answer all rows of all tables as they lie in the file, but for published content and what is named."""
        names = [table.name for table in self._tables.sorted_tables if table.name not in {"content_part", *but}]
        with self.site.database.reading() as session:
            ask = session.connection().exec_driver_sql
            return {name: [tuple(row) for row in ask(f'SELECT * FROM "{name}" ORDER BY 1')] for name in names}

    def may(self, kind: str, rule: Rule) -> bool:
        """Tell whether somebody of a kind may use a route, whatever else they have to show first."""
        if rule.who != "caller":
            return True
        if kind in self.OUTSIDE:
            return False
        role = self.of("fjordvik", kind).role
        return role is not None and rule.permission in PERMISSIONS[role]

    def expected(self, kind: str, rule: Rule) -> str:
        """Answer what the table of permissions and the rule of a route say: in, 403, sign in, or second factor."""
        if rule.who != "caller":
            return "in"
        if kind in self.OUTSIDE:
            return "sign in"
        if not self.may(kind, rule):
            return "403"
        elsewhere = {"party": {Permission.SEE_OWN_REFERRAL}, "sender": {Permission.SEE_AGREEMENT, Permission.TAKE_PART}}
        if rule.permission in elsewhere.get(kind, ()):
            return "404"  # they were invited to something else
        person = self.of("fjordvik", kind)
        is_on_the_way = rule.assurance is Assurance.ONE_FACTOR
        needed = max(rule.assurance, Assurance.SUBSTANTIAL) if person.role in STAFF_ROLES else rule.assurance
        if person.assurance >= (rule.assurance if is_on_the_way else needed):
            return "in"
        return "second factor" if person.role in STAFF_ROLES else "step up"

    def address(self, route: Route, municipality: str = "fjordvik", *, is_used: bool = False) -> str:
        """Answer an address of a route that leads somewhere; where it is used up by a POST, one that leads nowhere."""
        parts = route.rule.split("/")
        room = parts[2] if len(parts) > 2 else ""
        link = self.staff_links[municipality] if parts[1] == "innlogging" else self.links[municipality].secret
        link = self.draft_links[municipality] if room == "utkast" else link
        examples = {
            "lang": "nb", "slug": SLUGS.get(room, "om"), "code": "ar", "name": "x", "number": "1",
            "staff_id": self.colleague[municipality], "secret": "x" * 43 if is_used else link,
            "message_id": self.parked[municipality], "case_id": self.cases[municipality], "word": "notat",
            "kind": "pdf", "form": "txt", "part": "beredskap", "task": "snomaking",
            "agreement_id": self.agreements[municipality], "party_id": self.parties[municipality],
            "errand_id": self.errands[municipality],
            "whose": "egen" if "/bilder/" in route.rule else "felles", "sort": "oppslag", "text": "nb",
            "entry_id": self.case_letters[municipality], "reference": "AAAA-BBBB", "screen": "om",
            "digest": self.image, "item_id": self.said[municipality], "change_id": self.changes[municipality],
            "office": "nav", "colour": "1f5c3a", "system": "webhook",
        }  # fmt: skip
        if room == "innsikt":
            examples |= {"word": "sok", "year": "2025", "form": "csv"}
        if room.startswith("maal-og-tiltak"):
            examples |= {"word": "mal", "year": "2026", "form": "csv", "item_id": self.goals[municipality]}
        if room == "endringer":
            examples["change_id"] = self.setting_changes[municipality]
        if room == "avtaler":
            examples["word"] = "sperre"
        if "/prov" in route.rule:  # only a self-check is tried out
            examples |= {"sort": "selvsjekk", "slug": "fallfeller"}
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: examples[match.group(1)], route.rule)
