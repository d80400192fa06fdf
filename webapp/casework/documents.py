"""A case as files for the journal, and a letter on paper; what matters to the person stands first (SA-3, SJ-6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from webapp.casework.presenters.case import CasePage, Fact
from webapp.content.current import base_url, library
from webapp.content.site import current_site
from webapp.gateways import pdf
from webapp.kernel.clock import local_day
from webapp.kernel.ids import write_readable
from webapp.referrals.delivery import facts_of
from webapp.referrals.domain.referral import Entry
from webapp.referrals.fhir import bundle
from webapp.referrals.queries import Attachment, Case, Handover, Receiver, content_of, person_of
from webapp.web.i18n import language, write_date


def case_json(case: Case, entries: list[Entry], taken: Handover | None, files: Sequence[Attachment]) -> str:
    """Answer a case as JSON, word for word as it was written; every sign that is not ASCII is written as its number."""
    content = asdict(content_of(case))
    told = {
        "what_matters": content.pop("what_matters"),
        "reference": write_readable(case.reference),
        "municipality": library().municipality.full_name(language()),
        "door": case.door,
        "came": case.came,
        "whom": case.whom,
        "about": list(case.about),
        "language": case.language,
        "state": case.state,
        "office": case.office,
        "received_at": case.received_at.isoformat(),
        "due_at": case.due_at.isoformat(),
        "answered_at": case.answered_at.isoformat() if case.answered_at else None,
        "ended_at": case.ended_at.isoformat() if case.ended_at else None,
        "content": content,
        "attachments": [{"number": one.number, "name": one.name, "type": one.type, "size": one.size} for one in files],
        "handed_over": _handed_over(taken) if taken else None,
        "entries": [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries],
    }
    return json.dumps(told, indent=2)


def _handed_over(taken: Handover) -> dict[str, Any]:
    return {"at": taken.at.isoformat(), "helper_sees": taken.sees, "person": asdict(person_of(taken))}


def case_bundle(case: Case, taken: Handover | None) -> str:
    """Answer a case as a FHIR Bundle; of whom it is about what staff know, where they have taken it over."""
    content = content_of(case)
    if taken is not None:
        person = person_of(taken)
        content = replace(
            content, concerned=replace(content.concerned, name=person.name, telephone=person.telephone)
        )  # fmt: skip
    return json.dumps(bundle(facts_of(case), content, base_url()), indent=2)


def case_pdf(page: CasePage) -> bytes:
    """Answer a case as PDF."""
    site = current_site()
    data = {
        "municipality": site.municipality,
        "matters_heading": gettext("What matters most to you now?"),
        "matters": page.what_matters or gettext("Nothing was written here."),
        "what": page.what,
        "whom": page.whom,
        "must_be_confirmed": gettext("Must be confirmed by the resident") if page.must_be_confirmed else "",
        "text_heading": gettext("What was written"),
        "text": page.text,
        "facts": _facts(page),
        "attached_heading": gettext("Attached result"),
        "attached": page.attached,
        "done_heading": gettext("What was said and done"),
        "entries": [
            {"head": f"{line.when}, {line.who}: {line.what}", "text": line.text} for line in page.entries
        ],
        "consent_heading": gettext("Consent"),
        "consent": f"{page.consent} ({page.consent_version})" if page.consent else "",
        "telephone": f"{site.municipality}, {site.telephone}",
    }  # fmt: skip
    return pdf.make("case", data, language=language(), title=gettext("Case %(reference)s", reference=page.reference))


def _facts(page: CasePage) -> list[dict[str, str]]:
    about = [
        *page.person,
        *page.resident,
        Fact(gettext("Sender"), page.name),
        *page.contact,
        Fact(gettext("To think of when we make contact"), page.safe_contact),
        Fact(gettext("Interpreter"), page.interpreter),
        *page.facts,
        Fact(gettext("State"), page.state),
    ]
    return [{"label": fact.label, "value": fact.value} for fact in about if fact.value]


def letter_pdf(case: Case, to: Receiver, text: str, written_at: datetime) -> bytes:
    """Answer an answer as a letter in the language of the resident: to whom, reference, day, text, whom to ring."""
    municipality, told_in = library().municipality, to.language
    contact, name = municipality.contact(case.office, told_in), municipality.full_name(told_in)
    with force_locale(told_in):
        reference = gettext("Your reference: %(reference)s", reference=write_readable(to.reference))
        questions = gettext("Questions? Ring %(telephone)s.", telephone=contact.telephone)
        title = gettext("Letter from %(municipality)s", municipality=name)
    data = {
        "municipality": name,
        "address": current_site().address,
        "receiver": [line for line in (to.name, to.address) if line],
        "day": write_date(local_day(written_at), told_in),
        "reference": reference,
        "text": text,
        "office": contact.title,
        "telephone": questions,
    }
    return pdf.make("case_letter", data, language=told_in, title=title)
