"""Counting in a view, without a name: it costs the request nothing but an addition in memory."""

from __future__ import annotations

from typing import cast

from flask import current_app

from webapp.kernel.moments import Moment
from webapp.storage.counters import Counters
from webapp.web.tenancy import tenant


def counters() -> Counters:
    """Answer the counts of this process."""
    return cast("Counters", current_app.extensions["avklart.counters"])


def count(moment: Moment, word: str = "") -> None:
    """Count that something happened in the municipality of the request."""
    found = tenant()
    if found is not None:
        counters().count_moments([(found.code, moment.value, word)])
