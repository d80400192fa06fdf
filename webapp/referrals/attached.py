"""The result of a self-check that can be sent along: what the resident has just answered, in words (SJ-7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from webapp.content.current import base_url, library
from webapp.selfchecks import queries
from webapp.selfchecks.actions import ANSWERS, VERSION
from webapp.selfchecks.documents import written_result
from webapp.selfchecks.domain.answers import first_open
from webapp.selfchecks.fhir import response
from webapp.selfchecks.presenters.common import words
from webapp.web import working_copy
from webapp.web.i18n import language
from webapp.web.transactions import now

Attached: TypeAlias = tuple[str, str]
"""A result as text, and as FHIR in JSON."""
NOTHING: Attached = ("", "")
KEPT_AS = "selfcheck:"
"""What the name begins with that a self-check is kept under in the working copy."""


def attached_title(origin: str) -> str:
    """Answer what the self-check is called whose answers can be sent along; empty where none is answered."""
    slug = _answered(origin)
    return words(queries.fields_of(library(), slug)["title"]) if slug else ""


def attached_result(origin: str) -> Attached:
    """Answer what the self-check says and what was answered, as text and as FHIR; empty where none is answered."""
    slug = _answered(origin)
    if not slug:
        return NOTHING
    check = queries.selfcheck(library(), slug)
    answers = dict(working_copy.part(f"{KEPT_AS}{slug}")[ANSWERS])
    as_fhir = response(check, answers, at=now(), language=language(), base=base_url())
    return written_result(check, queries.fields_of(library(), slug), answers), json.dumps(as_fhir, ensure_ascii=False)


def offered(tell: Mapping[str, Any], origin: str) -> dict[str, str]:
    """Answer the self-checks that are answered in this browser and can still be sent along, with what would be sent.

    None where one is sent along already, and never the one that it began at: that was asked before.
    """
    if chosen(tell, origin) != NOTHING:
        return {}
    slugs = [name.removeprefix(KEPT_AS) for name in working_copy.parts() if name.startswith(KEPT_AS)]
    found = {slug: attached_result(f"selfcheck:{slug}")[0] for slug in slugs if f"selfcheck:{slug}" != origin}
    return {slug: written for slug, written in found.items() if written}


def chosen(tell: Mapping[str, Any], origin: str, slug: str = "") -> Attached:
    """Answer what is sent along: of the self-check that it began at, where that was ticked; else of one named here."""
    begun = attached_result(origin) if tell.get("attach") else NOTHING
    return begun if begun != NOTHING or not slug else attached_result(f"selfcheck:{slug}")


def _answered(origin: str) -> str:
    kind, _sep, slug = origin.partition(":")
    if kind != "selfcheck" or not library().has_selfcheck(slug):
        return ""
    if queries.fields_of(library(), slug).get(queries.SURVEY):
        return ""  # it is sent without a name, and never with one
    check, kept = queries.selfcheck(library(), slug), working_copy.part(f"{KEPT_AS}{slug}")
    is_whole = kept.get(VERSION) == check.version and first_open(check, dict(kept.get(ANSWERS, {}))) is None
    return slug if is_whole else ""
