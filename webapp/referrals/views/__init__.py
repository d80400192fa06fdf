"""The resident's pages of referrals."""

from flask import Blueprint, Response, request

from webapp.content.site import takes_referrals
from webapp.web.pages import page

bp = Blueprint("referrals", __name__)
BEGINNINGS = frozenset({"call_me", "call_me_post", "start", "start_post", "ask", "ask_post", "check", "check_post"})
"""The views by which something is sent; what was sent before is read and answered also where these are closed."""


@bp.before_request
def refuse_where_closed() -> Response | None:
    """Say whom to ring where the municipality takes nothing here."""
    is_beginning = (request.endpoint or "").removeprefix("referrals.") in BEGINNINGS
    return page("referrals/closed.html", status=404) if is_beginning and not takes_referrals() else None


from webapp.referrals.views import ask, attaching, call, handover, receipt, status  # noqa: E402 -- they put their routes on bp

__all__ = ["ask", "attaching", "bp", "call", "handover", "receipt", "status"]
