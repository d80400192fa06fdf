"""What a party who is not digital is told, by letter or on the telephone: that there is something, and what to do."""

from __future__ import annotations

from flask_babel import force_locale

from webapp.agreements.domain.history import Notice
from webapp.agreements.models import PartyRow
from webapp.agreements.words import ASKED, CALLS, LETTERS


def told(party: PartyRow, notice: Notice) -> list[str]:
    """Answer what stands in the letter, in the language of now: what there is, and what to do."""
    what, then = LETTERS[notice]
    return [str(ASKED) if is_asked_anew(party, notice) else str(what), str(then)]


def said(party: PartyRow, notice: Notice) -> list[str]:
    """Answer what is said on the telephone, in the party's language."""
    with force_locale(party.language):
        return [told(party, notice)[0], str(CALLS[notice])]


def is_asked_anew(party: PartyRow, notice: Notice) -> bool:
    """Tell whether a party is asked for the first time: the letter then carries a code to come in by."""
    return notice is Notice.INVITED and party.joined_at is None
