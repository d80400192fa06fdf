"""The screens of «Skriv til kommunen», and the check of all that was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.content.current import library
from webapp.content.standing import Consent
from webapp.content.urgent import Urgent
from webapp.referrals.domain.draft import CHECK, Draft, previous_screen, screens, whom
from webapp.referrals.domain.referral import CONCERNS, FOR_OTHERS, Content, Whom
from webapp.referrals.presenters.words import Row, office_words, origin_words, rows_of, screen_address
from webapp.web.i18n import language


@dataclass(frozen=True, slots=True)
class AskPage:
    """One screen of «Skriv til kommunen»."""

    screen: str
    number: int
    total: int
    back: str
    action: str
    about: str
    """The page that somebody came from, in words."""
    is_young: bool
    is_concern: bool
    is_for_other: bool
    urgent: Urgent | None
    can_attach: str
    """The self-check whose answers can be sent along; empty for none."""
    school_nurse: str
    has_dates: bool
    """Whether what is asked for has dates to choose among."""
    is_busy: bool = False
    """Whether it could not be stored just now."""

    @classmethod
    def of(
        cls,
        draft: Draft,
        screen: str,
        *,
        action: str,
        origin: str,
        flag: Urgent | None,
        attach: str,
        dates: Mapping[str, str],
    ) -> AskPage:
        """Answer a screen of a draft."""
        order, who = screens(draft), whom(draft)
        before = previous_screen(draft, screen)
        nurse = library().municipality.contact("school_nurse", language())
        return cls(
            screen=screen,
            number=order.index(screen) + 1,
            total=len(order),
            back=screen_address(before) if before else "",
            action=action,
            about=origin_words(origin),
            is_young=who is Whom.YOUNG,
            is_concern=who in CONCERNS,
            is_for_other=who in FOR_OTHERS,
            urgent=flag,
            can_attach=attach,
            school_nurse=f"{nurse.title}, {nurse.telephone}",
            has_dates=bool(dates),
        )


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that was filled in, and exactly what is sent to whom."""

    rows: list[Row]
    office: str
    consent: Consent
    key: str
    back: str
    number: int
    total: int
    is_concern: bool
    urgent: Urgent | None
    results: list[Row]
    """Results that can be sent along, each word for word as it would be sent."""
    is_busy: bool = False
    """Whether it could not be stored just now."""
    is_consent_new: bool = False
    """Whether what one says yes to has got other words since the page was shown."""


def check_page(
    draft: Draft, sent: tuple[Content, Whom, tuple[str, ...], str], key: str, flag: Urgent | None,
    also: Mapping[str, str],
) -> CheckPage:  # fmt: skip
    """Answer the check of a draft; `also` are the results that can still be sent along, by self-check."""
    content, who, about, office = sent
    order = screens(draft)
    return CheckPage(
        rows=rows_of(content, who, about, is_editable=True),
        office=office_words(office),
        consent=Consent(content.consent, content.consent_version),
        key=key,
        back=screen_address(previous_screen(draft, CHECK)),
        number=len(order),
        total=len(order),
        is_concern=who in CONCERNS,
        urgent=flag,
        results=[Row(origin_words(f"selfcheck:{slug}"), written) for slug, written in also.items()],
    )
