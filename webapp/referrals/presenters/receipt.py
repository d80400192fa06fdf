"""The receipt: it has come in, and what happens now."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.content.current import library
from webapp.content.site import takes_attachments
from webapp.content.urgent import Urgent, urgent
from webapp.kernel.ids import write_readable
from webapp.referrals.domain.referral import CONCERNS, FOR_OTHERS, Content, Whom
from webapp.referrals.models import ReferralRow
from webapp.web.i18n import language, write_date, write_time


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """It has come in: the reference, when an answer comes, and how to see it."""

    reference: str
    received: str
    due: str
    is_call: bool
    is_concern: bool
    is_young: bool
    is_for_other: bool
    can_attach: bool
    way: str
    """Where the sender sees how it goes; empty where nothing can reach them."""
    is_own: bool
    """Whether it is among a resident's own, so that no code is asked for."""
    office: str
    telephone: str
    urgent: Urgent | None

    @classmethod
    def of(cls, row: ReferralRow, content: Content, *, way: str) -> ReceiptPage:
        """Answer the receipt of a referral."""
        contact = library().municipality.contact(row.office, language())
        return cls(
            reference=write_readable(row.reference),
            received=write_time(row.received_at),
            due=write_date(row.due_at.date()),
            is_call=row.door == "call",
            is_concern=row.whom in CONCERNS,
            is_young=row.whom == Whom.YOUNG,
            can_attach=takes_attachments(),
            is_for_other=row.whom in FOR_OTHERS,
            way=way,
            is_own="?sak=" in way,
            office=contact.title,
            telephone=contact.telephone,
            urgent=urgent(content.text, content.what_matters),
        )
