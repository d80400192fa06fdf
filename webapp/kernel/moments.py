"""Everything that is counted when it happens, by municipality and month and without a name (IN-2).

What is counted is that something happened, and about what: never who, never in which order, and nothing that was
written. Each has words of our own beside it, as told here.
"""

from __future__ import annotations

from enum import StrEnum


class Moment(StrEnum):
    """One kind of thing that is counted."""

    PAGE = "page seen"
    """A public page was given out: which one, as `endpoint slug`."""
    SEARCH = "search"
    """Somebody searched: `hit` or `no hit`."""
    CHECK_REACHED = "selfcheck reached"
    """A question was come to by answering the one before: `self-check question`."""
    CHECK_ANSWERED = "selfcheck answered"
    """A question was answered for the first time: `self-check question`."""
    CHECK_DONE = "selfcheck done"
    """A result was come to for the first time, and which bands it is in: `self-check band+band`."""
    REFERRAL_SCREEN = "referral screen"
    """A screen of the letter to the municipality was filled in for the first time."""
    REFERRAL_SENT = "referral sent"
    """A referral came in: by which door."""
    REFERRAL_ABOUT = "referral about"
    """What a referral was about, one for each thing that was ticked: a topic, or `service:…` of where it began."""
    REFERRAL_ANSWERED = "referral answered"
    """A referral was answered for the first time: within how long."""
    AGREEMENT = "agreement"
    """A step in the life of an agreement: `started`, `answered`, `compared`, `signed`, `in force`, and how it ended."""
    FINDING = "finding"
    """What the comparison said about a task when it was opened: `task outcome`; own tasks are `own`."""
