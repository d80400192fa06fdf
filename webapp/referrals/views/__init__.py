"""The resident's pages of referrals."""

from flask import Blueprint

bp = Blueprint("referrals", __name__)

from webapp.referrals.views import ask, call, receipt, status  # noqa: E402 -- they put their routes on bp

__all__ = ["ask", "bp", "call", "receipt", "status"]
