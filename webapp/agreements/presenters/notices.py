"""What a party who is not digital is told, by letter or on the telephone: that there is something, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask_babel import force_locale

from webapp.agreements.domain.history import Notice
from webapp.agreements.models import PartyRow
from webapp.agreements.words import ASKED, CALLS, LETTERS
from webapp.content.standing import Letter, Shipped, letter


def slug_of(notice: Notice) -> str:
    """Answer what the standing text of a letter is called."""
    return f"letter-{notice.value.replace('_', '-')}"


def _words(notice: Notice) -> Letter:
    what, then = LETTERS[notice]
    return Letter("", f"{what}\n\n{then}")


SHIPPED: Mapping[str, Shipped] = {slug_of(notice): partial(_words, notice) for notice in Notice}
"""The words that come with the site, by the name of the standing text."""


def told(party: PartyRow, notice: Notice) -> list[str]:
    """Answer what stands in the letter, in the party's language: what there is, and what to do."""
    slug = slug_of(notice)
    lines = letter(slug, party.language, SHIPPED[slug]).text.split("\n\n")
    if is_asked_anew(party, notice):
        with force_locale(party.language):
            return [str(ASKED), *lines[1:]]
    return lines


def said(party: PartyRow, notice: Notice) -> list[str]:
    """Answer what is said on the telephone, in the party's language."""
    with force_locale(party.language):
        return [told(party, notice)[0], str(CALLS[notice])]


def is_asked_anew(party: PartyRow, notice: Notice) -> bool:
    """Tell whether a party is asked for the first time: the letter then carries a code to come in by."""
    return notice is Notice.INVITED and party.joined_at is None
