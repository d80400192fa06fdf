"""A case as files for the journal, and a letter on paper; what matters to the person stands first (SA-3, SJ-6)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

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
from webapp.referrals.queries import Case, content_of
from webapp.web.i18n import language, write_date


def case_json(case: Case, entries: list[Entry]) -> str:
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
        "entries": [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries],
    }
    return json.dumps(told, indent=2)


def case_bundle(case: Case) -> str:
    """Answer a case as a FHIR Bundle."""
    return json.dumps(bundle(facts_of(case), content_of(case), base_url()), indent=2)


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
        Fact(gettext("Sender"), page.name),
        *page.contact,
        Fact(gettext("To think of when we make contact"), page.safe_contact),
        Fact(gettext("Interpreter"), page.interpreter),
        *page.facts,
        Fact(gettext("State"), page.state),
    ]
    return [{"label": fact.label, "value": fact.value} for fact in about if fact.value]


def letter_pdf(case: Case, text: str, written_at: datetime) -> bytes:
    """Answer an answer as a letter in the language of the resident: to whom, reference, day, text, whom to ring."""
    content, municipality, told_in = content_of(case), library().municipality, case.language
    contact, name = municipality.contact(case.office, told_in), municipality.full_name(told_in)
    with force_locale(told_in):
        reference = gettext("Your reference: %(reference)s", reference=write_readable(case.reference))
        questions = gettext("Questions? Ring %(telephone)s.", telephone=contact.telephone)
        title = gettext("Letter from %(municipality)s", municipality=name)
    data = {
        "municipality": name,
        "address": current_site().address,
        "receiver": [line for line in (content.name, content.address) if line],
        "day": write_date(local_day(written_at), told_in),
        "reference": reference,
        "text": text,
        "office": contact.title,
        "telephone": questions,
    }
    return pdf.make("case_letter", data, language=told_in, title=title)
