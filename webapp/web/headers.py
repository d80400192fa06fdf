"""The headers that every answer carries (security.md H1, H2)."""

from __future__ import annotations

from flask import Flask, Response, g, request

from webapp.settings import Settings
from webapp.web.access import rule_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=63072000"


def safe_headers(settings: Settings) -> dict[str, str]:
    """Answer the headers for every answer of this installation."""
    return {**SAFE, "Strict-Transport-Security": STRICT_TRANSPORT} if settings.is_https else dict(SAFE)


def _policy() -> str:
    """Answer the policy of this answer: where its forms may lead, who may frame it, whether it frames our own pages."""
    policy = POLICY
    if g.get("form_targets"):
        policy = policy.replace("form-action 'self'", " ".join(["form-action 'self'", *g.form_targets]))
    if g.get("frame_ancestors"):
        policy = policy.replace("frame-ancestors 'none'", " ".join(["frame-ancestors", *g.frame_ancestors]))
    return f"{policy}; frame-src 'self'" if g.get("shows_frames") else policy


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on everything that Flask answers; what is not marked public is not stored anywhere."""
    always = safe_headers(settings)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in {**always, "Content-Security-Policy": _policy()}.items():
            response.headers.setdefault(name, value)
        rule = rule_of(app.view_functions.get(request.endpoint or ""))
        if rule and rule.fragments:
            response.vary.add("HX-Request")
        if "Cache-Control" not in response.headers:
            is_public = rule is not None and rule.who == "public" and response.status_code < 400
            response.headers["Cache-Control"] = "public, no-cache" if is_public else "no-store"
        return response
