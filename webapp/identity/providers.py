"""The identity providers of the municipality of the request: ID-porten for residents, its own sign-in for staff."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, g

from webapp.content.current import base_url, library
from webapp.gateways.oidc import OidcClient, OidcUnavailableError, load_providers
from webapp.identity.current import Visit, visit
from webapp.kernel.clock import Clock
from webapp.settings import Settings
from webapp.web.access import rule_of_request
from webapp.web.tenancy import tenant

EXTENSION = "avklart.providers"
Clients = dict[tuple[str, str], OidcClient]


def install(app: Flask, settings: Settings, clock: Clock) -> None:
    """Give the application the clients of its providers; none is asked anything before somebody comes in."""
    app.extensions[EXTENSION] = {
        key: OidcClient(provider, clock, allow_loopback=settings.is_demo)
        for key, provider in load_providers(settings.oidc_file, allow_loopback=settings.is_demo).items()
    }

    @app.after_request
    def let_forms_lead_there(response: Response) -> Response:
        """Let the forms of a private page lead on to a provider, where this municipality has one."""
        rule = rule_of_request()
        if rule and rule.knows_sessions and tenant() and app.extensions[EXTENSION]:
            g.form_targets = form_targets(visit() if rule.who == "caller" else None)  # on the way in: to each of them
        return response


def provider_of(kind: str) -> OidcClient | None:
    """Answer the client of a provider of this municipality, or None where it has none of that kind."""
    return cast("Clients", current_app.extensions[EXTENSION]).get((library().code, kind))


def callback_address() -> str:
    """Answer the address that a provider sends people back to: registered there, and built from the settings (L5)."""
    return f"{base_url()}/id/tilbake"


def provider_logout(found: Visit | None) -> str:
    """Answer where the provider's own session is ended after ours, or an empty text (S5)."""
    client = provider_of(str(found.data.get("provider", ""))) if found else None
    if client is None or found is None or "id_token" not in found.data:
        return ""
    try:
        return client.logout_url(str(found.data["id_token"]), f"{base_url()}/logg-ut", found.id)
    except OidcUnavailableError:
        return ""


def form_targets(found: Visit | None) -> tuple[str, ...]:
    """Answer the origins that a form of the page may lead on to: browsers hold redirects to the form policy too."""
    kinds = {"staff", "idporten"} if found is None or "id_token" not in found.data else {str(found.data["provider"])}
    clients = [client for kind in sorted(kinds) if (client := provider_of(kind))]
    return tuple(dict.fromkeys(origin for client in clients for origin in client.origins()))
