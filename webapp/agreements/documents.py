"""The papers of an agreement: what was signed, sealed once; the kitchen sheet; an empty one to fill in by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.agreements import queries
from webapp.agreements.actions import signing
from webapp.agreements.actions.living import document_of, lines
from webapp.agreements.actions.office import CHECK_SIGNS
from webapp.agreements.domain.commitments import Commitment, Way
from webapp.agreements.domain.parties import MUNICIPALITY, PartyKind
from webapp.agreements.domain.signing import Method
from webapp.agreements.models import VersionRow
from webapp.agreements.text.blocks import Block
from webapp.agreements.text.people import what_it_is
from webapp.agreements.text.tasks import who_words
from webapp.agreements.text.told import name_of_actor, titles
from webapp.agreements.words import FREQUENCIES, KINDS, METHODS
from webapp.content.current import base_url, library
from webapp.gateways.pdf.agreement import make_agreement, make_blank_agreement, make_fridge_sheet
from webapp.gateways.pdf.contract import BlankSection, Call, KitchenLine
from webapp.gateways.seal import Sealer
from webapp.kernel.ids import write_readable
from webapp.storage.session import Database
from webapp.web.i18n import language, speaking, write_list, write_time

SEALER = "avklart.sealer"


def sealer() -> Sealer:
    """Answer what seals agreements in this application."""
    return cast("Sealer", current_app.extensions[SEALER])


def verify_address() -> str:
    """Answer where anybody can see whether a file is genuine."""
    return f"{base_url()}/{language()}/avtale/verifiser"


def sealed_paper(session: Session, version: VersionRow) -> bytes:
    """Answer the sealed PDF of a text that is in force: the one that is kept, or the very same made anew."""
    kept = signing.pdf_of(version)
    if kept is not None:
        return kept
    signed = queries.signatures(session, version)
    at = signed[-1].at.replace(microsecond=0)
    with speaking(version.language):
        plain = make_agreement(cast("Any", _paper(version, signatures_of(session, version))), at=at)
    return sealer().seal(plain, municipality=version.municipality, at=at, fingerprint=version.hash)


def keep_sealed_paper(database: Database, municipality: str, agreement_id: str, number: int) -> None:
    """Seal a text that has come into force, outside of any transaction that others wait for, and keep it once."""
    with database.reading() as session:
        row = queries.agreement(session, municipality, agreement_id)
        version = queries.version_numbered(session, row, number)
        if version.pdf is not None:
            return
        made = sealed_paper(session, version)
    with database.writing() as session:
        row = queries.agreement(session, municipality, agreement_id, is_held=True)
        signing.keep_pdf(queries.version_numbered(session, row, number), made, sha256(made).hexdigest())


def signatures_of(session: Session, version: VersionRow) -> list[list[str]]:
    """Answer who has signed a text: name, as what, how, when; never a number, an address or an identity number."""
    people = {one["id"]: one for one in document_of(version).get("parties", ())}
    ours = {"name": library().municipality.full_name(language()), "kind": PartyKind.MUNICIPALITY.value}
    found = []
    for one in queries.signatures(session, version):
        who = ours if one.party == MUNICIPALITY else people.get(one.party, {"name": "–", "kind": "caregiver"})
        kind, how = str(KINDS[PartyKind(who["kind"])]), str(METHODS[Method(one.method)])
        found.append([str(who["name"]), kind, how, write_time(one.at)])
    return found


def _paper(version: VersionRow, signed: list[list[str]]) -> dict[str, Any]:
    document = document_of(version)
    address = verify_address()
    return {
        "language": version.language,
        "title": document["title"],
        "municipality": document["municipality"],
        "statement": " ".join(document["intro"]),
        "version": gettext("Version %(number)s", number=version.number),
        "reference": gettext("Reference %(reference)s", reference=write_readable(document["reference"])),
        "gaps": document["gaps"],
        "parties": {"heading": "", "head": [], "rows": []},
        "sections": [
            {"heading": one["heading"], "parts": [_part(block) for block in one["blocks"]]}
            for one in document["sections"]
        ],
        "commitments": {"heading": "", "head": [], "rows": []},
        "signatures": {
            "heading": gettext("Signatures"),
            "statement": document["consent"],
            "head": [gettext("Name"), gettext("As"), gettext("How"), gettext("When")],
            "rows": signed,
        },
        "hash_label": gettext("Fingerprint of the text (SHA-256)"),
        "hash": version.hash,
        "verify": {
            "heading": gettext("Is this file genuine?"),
            "text": gettext("Upload the file here to see it. The page shows nothing of what the agreement says."),
            "address": address,
            "alt": gettext("QR code to %(address)s", address=address),
        },
    }


def paper_to_sign(session: Session, version: VersionRow) -> bytes:
    """Answer the text that waits for signatures, in large print, with lines to sign on before somebody who sees it.

    On each page stands the number by which the signature is registered: a paper of another text is refused.
    """
    row = queries.agreement(session, version.municipality, version.agreement)
    with speaking(version.language):
        kinds = {one.id: str(KINDS[PartyKind(one.kind)]) for one in queries.parties(session, row)}
        names = {one.id: queries.name_of(one) for one in queries.parties(session, row)}
        paper = _paper(version, [[names[one], kinds[one], "", "", ""] for one in version.asked if one in names])
        check = gettext("Check number %(number)s", number=version.hash[:CHECK_SIGNS])
        paper["version"] = f"{paper['version']} · {check}"
        paper["signatures"]["head"] = [
            gettext("Name"), gettext("As"), gettext("Signature"), gettext("Date"), gettext("Seen by")
        ]  # fmt: skip
        paper["hash"] = ""  # what is not signed is no copy that could be checked
        return make_agreement(cast("Any", paper), at=version.frozen_at.replace(microsecond=0), is_large=True)


def _part(block: Block) -> dict[str, Any]:
    return {"kind": "text", "text": block["words"]} if block["kind"] == "text" else dict(block)


def fridge_sheet(session: Session, row: queries.Agreement) -> bytes:
    """Answer the sheet for the kitchen wall: who does what and whom to ring; nothing private."""
    found = queries.whole(session, row)
    held = lines(session, row)
    people = {one.id: queries.name_of(one) for one in found.people}
    named, critical = titles(found), {task.key for task in found.tasks if task.is_critical}
    office = library().municipality.contact(row.office, language())
    version = queries.version_in(session, row, "in_force")
    first = str(document_of(version).get("first_call", "")) if version else ""
    family: list[Call] = [{"who": "", "telephone": ", ".join(first.splitlines())}] if first else []
    resident = next((queries.name_of(one) for one in found.people if one.kind == PartyKind.RESIDENT), "")
    rows = [
        _kitchen_line(named.get(task, task), line, people)
        for task, line in sorted(held.items(), key=lambda one: one[0] not in critical)
        if line.way is not Way.DROP
    ]
    return make_fridge_sheet({
        "language": language(),
        "title": gettext("Who does what for %(name)s", name=resident),
        "municipality": library().municipality.full_name(language()),
        "statement": gettext("The rest stands in the agreement."),
        "calls": {"heading": gettext("Ring first"), "rows": [
            {"who": gettext("where life is in danger"), "telephone": "113"},
            *family,
            {"who": gettext("the doctor on call"), "telephone": "116 117"},
            {"who": office.name, "telephone": office.telephone},
        ]},
        "tasks": {"heading": gettext("Who does what"), "head": [gettext("Task"), gettext("Who")], "rows": rows},
        "more": gettext("The rest stands in the agreement."),
    })  # fmt: skip


def _kitchen_line(title: str, line: Commitment, people: Mapping[str, str]) -> KitchenLine:
    def names(actors: frozenset[str]) -> str:
        return write_list(sorted(name_of_actor(one, people) for one in actors))

    reserve = gettext("Reserve: %(names)s", names=names(line.reserve)) if line.reserve else ""
    who = who_words(line, names(line.responsible)) or gettext("nobody has this yet")
    often = f", {FREQUENCIES[line.how_often]}" if line.how_often else ""
    return {"task": title, "who": who + often, "reserve": reserve}


def blank_paper() -> bytes:
    """Answer an agreement to fill in by hand."""
    name, role = gettext("Name"), gettext("As")
    sections: Sequence[BlankSection] = [
        {"heading": heading, "hint": hint, "lines": 4}
        for heading, hint in (
            (gettext("What matters"), gettext("In the words of the one it is about.")),
            (gettext("What you expect of each other"), gettext("Also what you see differently, and who takes it up.")),
            (gettext("If something happens"), gettext("Who is called first, who steps in, where the key is.")),
            (gettext("Who may know what"), gettext("Person by person, and until when.")),
            (
                gettext("Contact"),
                library().municipality.full_name(language()) + ", " + library().municipality.telephone,
            ),
            (gettext("Looking at it again"), gettext("Choose a day, about three months from now.")),
        )
    ]
    task = [gettext("Task"), gettext("Who"), gettext("Reserve"), gettext("How often")]
    return make_blank_agreement({
        "language": language(),
        "title": gettext("Who does what"),
        "municipality": library().municipality.full_name(language()),
        "statement": gettext("The agreement says what you intend. It is no decision, and takes no right from anybody."),
        "intro": " ".join(what_it_is()),
        "parties": {"heading": gettext("Who is in it"), "head": [name, role], "rows": 5},
        "sections": list(sections),
        "commitments": {"heading": gettext("Who does what"), "head": task, "rows": 12},
        "signatures": {
            "heading": gettext("Signatures"), "statement": gettext("I have read this, and say yes to it."),
            "head": [name, gettext("Date"), gettext("Witness")], "rows": 5,
        },
    })  # fmt: skip
