"""What can happen in an agreement, for its history and the audit log."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """One thing that was done; ids and codes say the rest."""

    STARTED = "started"
    ADDED = "added"
    INVITED = "invited"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    """Staff or ID-porten have confirmed that the contact data is the party's own."""
    CONTACT_CHANGED = "contact_changed"
    REMOVED = "removed"
    LEFT = "left"
    TASKS_ADDED = "tasks_added"
    ANSWERED = "answered"
    WRITTEN_DOWN = "written_down"
    """Staff have written down what somebody answered on paper or by telephone."""
    OPENED = "opened"
    MET = "met"
    PROPOSED = "proposed"
    REPLIED = "replied"
    SETTLED = "settled"
    REOPENED = "reopened"
    """«I can no longer do this»: nobody is asked why."""
    SECTION_WRITTEN = "section_written"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REVOKED = "consent_revoked"
    LOCKED = "locked"
    SIGNED = "signed"
    DECLINED = "declined"
    UNLOCKED = "unlocked"
    TOO_LATE = "too_late"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    OBJECTED = "objected"
    ROUND_BEGUN = "round_begun"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    REVIEWED = "reviewed"
    REMINDED = "reminded"
    SILENCED = "silenced"
    ASKED_TO_LEAD = "asked_to_lead"
    TAKEN = "taken"
    """A caseworker has taken it on."""


class Notice(StrEnum):
    """Why a party is told that there is something; what is sent says none of it."""

    INVITED = "invited"
    REMINDED = "reminded"
    OPENED = "opened"
    PROPOSED = "proposed"
    TO_SIGN = "to_sign"
    VOIDED = "voided"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    REOPENED = "reopened"
    REVIEW = "review"
    QUIET = "quiet"
    ENDED = "ended"


class How(StrEnum):
    """How an answer, a yes or a signature was given."""

    ALONE = "alone"
    WITH_HELPER = "with"
    """Filled in together with somebody of one's own choice, or by staff who read it aloud."""
    MEETING = "meeting"
    PAPER = "paper"
    CALL = "call"
