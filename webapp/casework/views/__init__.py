"""The screens of caseworkers; one blueprint, all for those who may work with cases."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("casework", __name__)

from webapp.casework.views import (  # noqa: E402 -- the views register themselves on the blueprint above
    acts,
    agreement_acts,
    agreement_answers,
    agreement_papers,
    agreements,
    cases,
    exports,
    inbox,
    queues,
    registering,
)

__all__ = [
    "acts", "agreement_acts", "agreement_answers", "agreement_papers", "agreements", "bp", "cases", "exports", "inbox",
    "queues", "registering",
]  # fmt: skip
