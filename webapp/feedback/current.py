"""How much is taken from whom: by network, by municipality, and the same from the same only once."""

from __future__ import annotations

from flask import request

from webapp.content.current import library
from webapp.feedback.actions import Written, keep
from webapp.feedback.domain import fold
from webapp.kernel.errors import TooManyError
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now

SENT, CLEANED = "sendt", "renset"
"""What the address says of a page after something was sent: that it was, and that something was taken out of it."""
TOO_MANY = 429

TAPS = Limit("answers from a network", 120)
WORDS = Limit("words from a network", 30)
ALL_TAPS = Limit("answers to a municipality", 3000)
ALL_WORDS = Limit("words to a municipality", 300)
"""Above this nothing is kept for the rest of the hour, and readers are told so."""
AGAIN = Limit("the same once more", 1, 600)
"""A double tap, a button pressed twice, a page loaded anew: within ten minutes it is one."""


def is_again(*what: str) -> bool:
    """Tell whether the same browser has just sent the same; counted under a keyed hash that nobody can read back."""
    browser = request.headers.get("User-Agent", "")[:200]
    return not throttle().count(AGAIN, library().code, network(), browser, *what)


def hit(limit: Limit) -> None:
    """Count what a network sends; raise TooManyError where it is too much."""
    throttle().hit(limit, library().code, network())


def is_too_much(limit: Limit) -> bool:
    """Count what is sent to the municipality; tell whether it is more than it can take in an hour."""
    return not throttle().count(limit, library().code)


def kept(written: Written) -> bool:
    """Keep what was written; answer False where there is too much just now, so that nothing was kept."""
    try:
        hit(WORDS)
    except TooManyError:
        return False
    told = fold(written.about, written.words)
    if is_again(written.sort.value, written.asked.kind, written.asked.slug, written.hearing, told):
        return True
    if is_too_much(ALL_WORDS):
        return False
    with database().writing() as session:
        keep(session, library().code, written, at=now())
    return True
