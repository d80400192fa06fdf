"""What the resident's screens of a referral show: words, dates and order; no HTML. One module a journey."""

from webapp.referrals.presenters.ask import AskPage, CheckPage, check_page
from webapp.referrals.presenters.own import SEES_WORDS, Look, MinePage, OwnPage, looks_of, own_page, said_of
from webapp.referrals.presenters.receipt import ReceiptPage
from webapp.referrals.presenters.words import (
    CONSENT_VERSION,
    CONSENTS,
    PAGES,
    STATE_WORDS,
    Row,
    consent_to,
    office_words,
    origin_words,
    rows_of,
    screen_address,
)

__all__ = [
    "CONSENTS", "CONSENT_VERSION", "PAGES", "SEES_WORDS", "STATE_WORDS", "AskPage", "CheckPage", "Look", "MinePage",
    "OwnPage", "ReceiptPage", "Row", "check_page", "consent_to", "looks_of", "office_words", "origin_words", "own_page",
    "rows_of", "said_of", "screen_address",
]  # fmt: skip
